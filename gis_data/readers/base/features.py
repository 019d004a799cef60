"""What the features of a base map are, and which matter most, in the words of their publishers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

FEATURE_OF = {"base-roads": "road", "base-rail": "rail", "base-water": "water", "base-greenspace": "green"}
"""What the shapes of one kind of file are."""

ROAD_RANKS = {
    "motorway": 1,
    "trunk": 1,
    "primary": 1,  # "Primary Road" and "Primary" of Ordnance Survey, "primary" of OpenStreetMap
    "a road": 2,
    "secondary": 2,
    "b road": 2,
    "tertiary": 3,
    "minor": 3,
    "classified unnumbered": 3,
}
"""Rank of a road by how its class begins; all others have rank 4 (the order is the project's proposal)."""

TYPE_RANKS = {
    "city": 1,
    "capital": 1,
    "town": 1,
    "suburb": 2,  # and "suburban area"
    "borough": 2,
    "quarter": 2,
    "neighbourhood": 2,
    "village": 3,
    "hamlet": 4,
    "other settlement": 4,
    "small settlement": 4,
    "isolated dwelling": 4,
    "farm": 4,
    "locality": 4,
}
"""Rank of a populated place by how its type begins."""

FONT_RANKS = {"large": 1, "medium": 2, "small": 4}
"""Rank of a populated place of OS OpenMap Local, which gives the height of its type and no more."""

WATER_WORDS, GREEN_WORDS = ("hydro", "water", "river", "lake"), ("wood", "greenspace", "park", "landcover")

NOT_DRAWN = (
    *("footway", "path", "cycleway", "steps", "service", "track", "bridleway", "corridor", "proposed", "construction"),
)
"""Ways of OpenStreetMap that a map of a whole place has no room for."""


def rank_by_start(words: pd.Series, ranks: Mapping[str, int], other: int) -> pd.Series:
    """Rank of each text by how it begins, case and underscores aside.

    Examples
    --------
    >>> roads = pd.Series(["Motorway, Collapsed Dual Carriageway", "A Road", "Local Street", ""])
    >>> rank_by_start(roads, ROAD_RANKS, 4).tolist()
    [1, 2, 4, 4]
    """
    plain = words.str.casefold().str.replace("_", " ").str.strip()
    found = pd.Series(other, index=words.index, dtype="int64")
    for start, rank in reversed(list(ranks.items())):
        found = found.mask(plain.str.startswith(start), rank)
    return found


def place_features(types: pd.Series, heights: pd.Series) -> pd.DataFrame:
    """`feature` and `rank` of named points: "place" for populated ones, "water", "green", "station" or "other".

    Examples
    --------
    >>> types = pd.Series(["Town", "Populated Place", "Hydrography", "Railway Station", "Landform"])
    >>> place_features(types, pd.Series(["", "Medium", "Small", "", "Small"])).to_numpy().tolist()
    [['place', 1], ['place', 2], ['water', 4], ['station', 2], ['other', 4]]
    """
    plain = types.str.casefold()
    rank = rank_by_start(types, TYPE_RANKS, 0)
    by_height = heights.str.casefold().map(FONT_RANKS).fillna(4).astype("int64")
    rank = rank.mask(plain.str.startswith("populated"), by_height)
    feature = pd.Series("other", index=types.index).mask(rank > 0, "place")
    feature = feature.mask(plain.str.startswith(WATER_WORDS), "water").mask(plain.str.startswith(GREEN_WORDS), "green")
    feature = feature.mask(plain.str.contains("station") & (rank == 0), "station")
    is_street = plain.isin(("named road", "section of named road"))
    feature = feature.mask(is_street, "street")
    rank = rank.where(rank > 0, 4).mask(feature == "station", 2)
    return pd.DataFrame({"feature": feature, "rank": rank})
