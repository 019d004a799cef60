"""The scale of the map: fixed classes of a gap's share, so that two places or two years can be laid side by side."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

BREAKS = (0.02, 0.10, 0.25, 0.50)
"""Upper ends of all classes but the last, in [0, 1]; a value on a break belongs to the lower class."""

SCORE_BREAKS = (10.0, 20.0, 30.0, 50.0)
"""The same of a score of need, points of 100 (project's proposal: scores of places lie in the lower half)."""

SHARE_BREAKS = (0.05, 0.10, 0.20, 0.40)
"""The same of a share of people, in [0, 1] (project's proposal: doubling, up to the level of full need)."""

TENTH_BREAKS = (0.2, 0.4, 0.6, 0.8)
"""The same of a place in the nation's order, in [0, 1]: fifths."""

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


def classes(shares: pd.Series, breaks: Sequence[float] = BREAKS) -> np.ndarray:
    """Class of each share.

    Parameters
    ----------
    shares : Series
        In [0, 1] or, with breaks of its own, in their unit; NaN: not reported.
    breaks : sequence of four floats
        Upper ends of all classes but the last.

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
    return np.where(np.isnan(values), NOT_REPORTED, np.searchsorted(breaks, values, side="left"))


def class_words(breaks: Sequence[float] = BREAKS, *, factor: float = 100, unit: str = " %") -> dict[int, str]:
    """Limits of each class in words.

    Parameters
    ----------
    breaks : sequence of four floats
    factor : float
        From a break's unit to the one that is told.
    unit : str
        With the space before it.

    Examples
    --------
    >>> list(class_words().values())
    ['2 % or less', 'over 2 to 10 %', 'over 10 to 25 %', 'over 25 to 50 %', 'over 50 %', 'not reported']
    >>> list(class_words(SCORE_BREAKS, factor=1, unit=" points").values())[:2]
    ['10 points or less', 'over 10 to 20 points']
    """
    told = [f"{factor * limit:g}" for limit in breaks]
    between = [f"over {low} to {high}{unit}" for low, high in itertools.pairwise(told)]
    words = [f"{told[0]}{unit} or less", *between, f"over {told[-1]}{unit}"]
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
