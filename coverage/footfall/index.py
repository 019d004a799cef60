"""Footfall without counters: an index from 0 to 100 of the surroundings, on fixed scales, never people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PEOPLE_NONE, PEOPLE_FULL = 10.0, 5_000.0
"""People an hour at index 0 (one in six minutes) and at 100, in logarithms between them. Leeds' busiest camera counted
2,900 on a typical weekday of 2016, which is 91 (Leeds City Council); 5,000 is the project's proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """One reason why people pass, on a fixed scale.

    Attributes
    ----------
    words : str
    weight : float
        Relative to the others.
    none_at, full_at : float
        Level of 0 and of 1; between them the logarithm of 1 + level counts, outside it is flat.
    source : str
        Why these two levels.
    """

    words: str
    weight: float
    none_at: float
    full_at: float
    source: str


SCALES = {
    "postcodes_200m": _Scale(
        words="live postcodes within 200 m",
        weight=3.0,
        none_at=6,
        full_at=60,
        source="Half of the squares of 100 m around Leeds have at most 6, its shopping streets 53 to 68.",
    ),
    "postcodes_800m": _Scale(
        words="live postcodes within 800 m",
        weight=1.0,
        none_at=120,
        full_at=600,
        source="Half of the squares of 100 m around Leeds have at most 124, its shopping streets about 640.",
    ),
    "residents_800m": _Scale(
        words="residents within 800 m",
        weight=1.0,
        none_at=2_000,
        full_at=20_000,
        source="10 and 100 people a hectare: a loose suburb and a dense town centre; project's proposal.",
    ),
    "venues_400m": _Scale(
        words="public venues within 400 m",
        weight=1.0,
        none_at=0,
        full_at=10,
        source="No square of 100 m in Leeds has more than 8 libraries, schools and practices; project's proposal.",
    ),
    "roads_200m": _Scale(
        words="named roads within 200 m",
        weight=2.0,
        none_at=2,
        full_at=40,
        source="Project's proposal: about one name for each third of a hectare is an old town centre.",
    ),
    "stations_800m": _Scale(
        words="stations within 800 m",
        weight=1.0,
        none_at=0,
        full_at=3,
        source="Project's proposal: three stations are an interchange.",
    ),
    "centre_m": _Scale(
        words="distance to the nearest city or town centre",
        weight=3.0,
        none_at=3_000,
        full_at=200,
        source="Project's proposal: a centre is a few streets wide, and its pull ends within half an hour on foot.",
    ),
}
"""Weights are the project's proposal: the spot itself counts for more than its surroundings."""

ONLY_HOMES = frozenset({"postcodes_200m", "postcodes_800m", "residents_800m"})


def index_of_people(people: np.ndarray) -> np.ndarray:
    """Index from 0 to 100 of people an hour; NaN stays NaN.

    Examples
    --------
    >>> index_of_people(np.array([0.0, 10, 100, 5000, 9000, np.nan])).round(1)
    array([  0. ,   0. ,  37.1, 100. , 100. ,   nan])
    """
    share = np.log(np.maximum(people, PEOPLE_NONE) / PEOPLE_NONE) / np.log(PEOPLE_FULL / PEOPLE_NONE)
    return np.asarray(100 * np.minimum(share, 1.0))


def index_of_surroundings(around: pd.DataFrame) -> np.ndarray:
    """Index from 0 to 100 of surroundings: the weighted mean of what is known of each point.

    Parameters
    ----------
    around : DataFrame
        As `surroundings.surroundings` gives it.

    Returns
    -------
    array (n,)
        NaN where nothing is known.

    Notes
    -----
    A row depends on itself alone: no other point, and no minimum or maximum of the points, moves it.

    Examples
    --------
    >>> around = pd.DataFrame({"stations_800m": [0.0, 3.0, np.nan], "centre_m": [100.0, 9000.0, np.nan]})
    >>> index_of_surroundings(around)
    array([75., 25., nan])
    """
    names = known_scales(around)
    values = np.column_stack([_value(around[name], SCALES[name]) for name in names] or [np.empty((len(around), 0))])
    weights = np.array([SCALES[name].weight for name in names])
    used = ~np.isnan(values) @ weights
    total = np.nan_to_num(values) @ weights
    return np.asarray(np.divide(100 * total, used, out=np.full(len(around), np.nan), where=used > 0))


def known_scales(around: pd.DataFrame) -> list[str]:
    """Names of the scales that something is known of, in their order."""
    return [name for name in SCALES if name in around and around[name].notna().any()]


def is_of_homes(around: pd.DataFrame) -> bool:
    """Whether an index of these surroundings says only where homes and addresses are."""
    return ONLY_HOMES.issuperset(known_scales(around))


ONLY_HOMES_WORDS = (
    " It shows where people live and have addresses rather than where they walk, because no other data were given."
)


def index_words(around: pd.DataFrame) -> str:
    """What the index is based on, in a sentence.

    Examples
    --------
    >>> index_words(pd.DataFrame({"residents_800m": [5.0]}))
    'Footfall is an index from 0 to 100, not a number of people: residents within 800 m, on a fixed scale. It shows
    where people live and have addresses rather than where they walk, because no other data were given.'
    """
    names = known_scales(around)
    scale = "on a fixed scale" if len(names) == 1 else "each on a fixed scale"
    found = "; ".join(SCALES[name].words for name in names)
    words = f"Footfall is an index from 0 to 100, not a number of people: {found}, {scale}."
    if is_of_homes(around):
        words += ONLY_HOMES_WORDS
    return words


def _value(level: pd.Series, scale: _Scale) -> np.ndarray:
    low, high = np.log1p(scale.none_at), np.log1p(scale.full_at)
    share = (np.log1p(level.to_numpy(dtype="float64")) - low) / (high - low)
    return np.asarray(np.clip(share, 0.0, 1.0))
