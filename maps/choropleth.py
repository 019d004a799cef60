"""The scales of the map: fixed classes, so that places and years can be compared."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLOURS = ("#ffffcc", "#7fcdbb", "#1d91c0", "#225ea8", "#081d58")
"""From least to most. The smallest delta E between two is 17 under simulated colour-blindness."""

NOT_REPORTED_COLOUR = -1
"""Class of an area that is not reported: hatched, never a colour of the scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScale:
    """Five fixed classes of a number.

    Attributes
    ----------
    breaks : tuple of float
        Upper ends of all classes but the last, rising; a number on a break belongs to the lower class.
    per : float
        Multiplies a break for display.
    unit : str
        Follows the number, including the space; "" for none.
    unknown : str
        Words for an area without a number.
    """

    breaks: tuple[float, ...]
    per: float = 1.0
    unit: str = ""
    unknown: str = "not known"


BREAKS = (0.02, 0.10, 0.25, 0.50)
"""Limits of the classes of a gap's share, in [0, 1]."""

GAP = ClassScale(breaks=BREAKS, per=100.0, unit=" %", unknown="not reported")
NEED = ClassScale(breaks=(10.0, 20.0, 30.0, 45.0), unknown="no score")
"""Need score: most areas of a borough score below 45 out of 100 (sample borough and Thurrock; project's proposal)."""

FOOTFALL = ClassScale(breaks=(20.0, 40.0, 60.0, 80.0))
"""Footfall index: its range in five equal parts."""


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
        How many areas are in it.
    """

    klass: int
    words: str
    areas: int


def classes(numbers: pd.Series, scale: ClassScale = GAP) -> np.ndarray:
    """Class of each number.

    Parameters
    ----------
    numbers : Series
        NaN: not reported.
    scale : Scale

    Returns
    -------
    array of int
        As mapclassify's UserDefined has it (docs/decisions/0013); 0 (least) to 4 (most), or `NOT_REPORTED`.

    Examples
    --------
    >>> classes(pd.Series([0.0, 0.02, 0.021, 0.5, 1.0, float("nan")])).tolist()
    [0, 0, 1, 3, 4, -1]
    """
    values = numbers.to_numpy(dtype=float)
    return np.where(np.isnan(values), NOT_REPORTED_COLOUR, np.searchsorted(scale.breaks, values, side="left"))


def class_words(scale: ClassScale = GAP) -> dict[int, str]:
    """The limits of each class, in words.

    Examples
    --------
    >>> list(class_words().values())
    ['2 % or less', 'over 2 to 10 %', 'over 10 to 25 %', 'over 25 to 50 %', 'over 50 %', 'not reported']
    >>> list(class_words(NEED).values())
    ['10 or less', 'over 10 to 20', 'over 20 to 30', 'over 30 to 45', 'over 45', 'no score']
    """
    limits = [f"{scale.per * limit:g}" for limit in scale.breaks]
    between = [f"over {low} to {high}{scale.unit}" for low, high in itertools.pairwise(limits)]
    words = [f"{limits[0]}{scale.unit} or less", *between, f"over {limits[-1]}{scale.unit}"]
    return {**dict(enumerate(words)), NOT_REPORTED_COLOUR: scale.unknown}


def key(numbers: pd.Series, scale: ClassScale = GAP) -> tuple[KeyEntry, ...]:
    """The map's key: every class, empty ones too, with the number of areas in it.

    Examples
    --------
    >>> [entry.areas for entry in key(pd.Series([0.0, 0.3, float("nan")]))]
    [1, 0, 0, 1, 0, 1]
    """
    found = classes(numbers, scale)
    return tuple(
        KeyEntry(klass=klass, words=words, areas=int((found == klass).sum()))
        for klass, words in class_words(scale).items()
    )
