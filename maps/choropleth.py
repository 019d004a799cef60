"""The scale of the map: fixed classes of a gap's share, so that two places or two years can be laid side by side."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

BREAKS = (0.02, 0.10, 0.25, 0.50)
"""Upper ends of all classes but the last, in [0, 1]; a value on a break belongs to the lower class."""

COLOURS = ("#ffffcc", "#7fcdbb", "#1d91c0", "#225ea8", "#081d58")
"""From least to most. Smallest delta E 17 under simulated colour-blindness."""

NOT_REPORTED = -1
"""Class of an area that nobody reported on: hatched, never a colour of the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One line of the map's key.

    Attributes
    ----------
    klass : int
        0 to 4, or `NOT_REPORTED`.
    words : str
        The class's limits.
    areas : int
        How many areas fall into it.
    """

    klass: int
    words: str
    areas: int


def classes(shares: pd.Series) -> np.ndarray:
    """Class of each share.

    Parameters
    ----------
    shares : Series
        In [0, 1]; NaN: not reported.

    Returns
    -------
    array of int
        0 (least) to 4 (most), or `NOT_REPORTED`.

    Examples
    --------
    >>> classes(pd.Series([0.0, 0.02, 0.021, 0.5, 1.0, float("nan")])).tolist()
    [0, 0, 1, 3, 4, -1]
    """
    values = shares.to_numpy(dtype=float)
    return np.where(np.isnan(values), NOT_REPORTED, np.searchsorted(BREAKS, values, side="left"))


def class_words() -> dict[int, str]:
    """Limits of each class in words.

    Examples
    --------
    >>> list(class_words().values())
    ['2 % or less', 'over 2 to 10 %', 'over 10 to 25 %', 'over 25 to 50 %', 'over 50 %', 'not reported']
    """
    percent = [f"{100 * limit:g}" for limit in BREAKS]
    between = [f"over {low} to {high} %" for low, high in itertools.pairwise(percent)]
    words = [f"{percent[0]} % or less", *between, f"over {percent[-1]} %"]
    return {**dict(enumerate(words)), NOT_REPORTED: "not reported"}


def key(shares: pd.Series) -> tuple[KeyEntry, ...]:
    """The map's key: every class, empty ones too, with the number of areas in it.

    Examples
    --------
    >>> [entry.areas for entry in key(pd.Series([0.0, 0.3, float("nan")]))]
    [1, 0, 0, 1, 0, 1]
    """
    found = classes(shares)
    return tuple(
        KeyEntry(klass=klass, words=words, areas=int((found == klass).sum())) for klass, words in class_words().items()
    )
