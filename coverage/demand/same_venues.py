"""Venues that several lists have: one place is one candidate, however many lists name it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

SAME_PLACE_M = 100.0
"""Two lists give one building at its door and at its middle, or rounded."""

SAME_BY_POSTCODE_M = 300.0
"""As `SAME_PLACE_M` where one of the two stands at its postcode's centre only."""

BETWEEN = "; "
"""Between the files, or the ids, of one venue."""

WORD = re.compile(r"[^\W_]+")
FILLERS = frozenset({"the", "of", "and", "at", "in", "public", "council", "branch", "building", "site"})
_PROPERTY_NUMBER = re.compile(r"(?:.*:)?([0-9]{6,12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceEach:
    """Venues without repetition.

    Attributes
    ----------
    frame : GeoDataFrame
        The first of each group of the same venues, with a postcode of another one where it has none; `listed_in`, the
        files that list it, and `other_ids`, its ids in them besides its own, each joined by `BETWEEN`.
    pairs : tuple of str
        Each venue that several lists have, with their files.
    """

    frame: gpd.GeoDataFrame
    pairs: tuple[str, ...]


def once_each(venues: gpd.GeoDataFrame, at_postcode: pd.Series) -> OnceEach:
    """Venues of several files, each place once.

    Two rows of different files are one venue where they lie together and have the same name, or one name is part of
    the other and the kind is the same; or where they have the same property number.

    Parameters
    ----------
    venues : GeoDataFrame of points, EPSG:27700
        `name, kind, postcode, file`, indexed by `site_id`; the list that counts most comes first.
    at_postcode : Series of bool
        Where only the postcode gives the position.
    """
    number = len(venues)
    first, second = _near(venues)
    if not len(first):
        return OnceEach(frame=venues.assign(listed_in=venues["file"], other_ids=""), pairs=())
    words = [frozenset(WORD.findall(name.casefold())) - FILLERS for name in venues["name"]]
    ids = [match[1] if (match := _PROPERTY_NUMBER.fullmatch(str(key))) else "" for key in venues.index]
    kinds, near = venues["kind"].to_numpy(), _limits(at_postcode.to_numpy(), first, second)
    apart_m = shapely.distance(venues.geometry.to_numpy()[first], venues.geometry.to_numpy()[second])
    same = [
        (bool(ids[a]) and ids[a] == ids[b]) or (d <= limit and _same_name(words[a], words[b], kinds[a] == kinds[b]))
        for a, b, d, limit in zip(first, second, apart_m, near, strict=True)
    ]
    links = scipy.sparse.coo_array((np.ones(sum(same)), (first[same], second[same])), shape=(number, number))
    groups = scipy.sparse.csgraph.connected_components(links, directed=False)[1]
    return _joined(venues, groups, at_postcode)


def _near(venues: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Positions of pairs of rows of different files that may be one place, the earlier row first."""
    shapes = venues.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_BY_POSTCODE_M)
    files = pd.factorize(venues["file"])[0]
    kept = (first < second) & (files[first] != files[second])
    return first[kept], second[kept]


def _limits(at_postcode: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far apart each pair may lie, in metres."""
    return np.where(at_postcode[first] | at_postcode[second], SAME_BY_POSTCODE_M, SAME_PLACE_M)


def _same_name(one: frozenset[str], other: frozenset[str], same_kind: bool) -> bool:
    return bool(one and other) and (one == other or (same_kind and (one <= other or other <= one)))


def _joined(venues: gpd.GeoDataFrame, groups: np.ndarray, at_postcode: pd.Series) -> OnceEach:
    """The best row of each group: one with its own position, else the first."""
    order = np.lexsort((np.arange(len(venues)), at_postcode.to_numpy()))
    best = pd.Series(order).groupby(groups[order], sort=False).first()
    sizes = np.bincount(groups)
    kept = venues.iloc[np.sort(best.to_numpy())]
    postcodes = venues["postcode"].where(venues["postcode"] != "").groupby(groups).first()
    own = groups[np.sort(best.to_numpy())]
    filled = kept["postcode"].where(kept["postcode"] != "", postcodes.reindex(own).fillna("").to_numpy())
    files = venues["file"].groupby(groups).agg(_once)
    ids = pd.Series(venues.index.astype("str"), index=venues.index).groupby(groups).agg(_once)
    pairs = tuple(
        f"{name} ({' and '.join(files[group])})"
        for name, group in zip(kept["name"], own, strict=True)
        if sizes[group] > 1
    )
    others = [
        BETWEEN.join(key for key in ids[group] if key != site) for site, group in zip(kept.index, own, strict=True)
    ]
    listed = files.map(BETWEEN.join).reindex(own).to_numpy()
    return OnceEach(frame=kept.assign(postcode=filled, listed_in=listed, other_ids=others), pairs=pairs)


def _once(values: pd.Series) -> tuple[str, ...]:
    """Each value once, in its order."""
    return tuple(dict.fromkeys(values))
