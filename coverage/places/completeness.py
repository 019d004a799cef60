"""Whether the outlines of a place are all there, and where an area belongs whose centre lies in none of them."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.coverage.places.vintages import CENSUS_LEVELS
from connected_place.coverage.sums import is_in
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import LEVEL_WORDS

MOST_OF_IT = 0.5
NEAR_M = 1_000.0
"""Piers, islands and mudflats that generalised wards leave out lie nearer than this to one (project's proposal)."""

LEAST_COVERED = 0.9
"""Share of the wards that the finest areas should cover: the two may differ by the water along a shore."""

MOST_OUTSIDE = 0.01
"""Share of the council's postcodes that generalised outlines may lose; Thurrock's lose half a per cent."""


def area_of_strays(
    codes: pd.Series, finer: gpd.GeoDataFrame, wider: gpd.GeoDataFrame, *, named: pd.Series
) -> pd.Series:
    """The wider area of each finer one whose centre is in none: the one that contains most of it, or the nearest.

    Parameters
    ----------
    codes : Series indexed as `finer`
        Codes of `wider` by the centres; "" for none.
    finer, wider : GeoDataFrame of polygons, EPSG:27700
        Indexed by code.
    named : Series of bool indexed as `finer`
        Whether the file counts the area to the council. The others need more than half inside the wider area.

    Returns
    -------
    Series of str
        `codes`, with those that were found; if two contain as much, the lower.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame(index=["A", "B"], geometry=[shapely.box(0, 0, 4, 1), shapely.box(9, 0, 10, 1)])
    >>> ward = gpd.GeoDataFrame(index=["W"], geometry=[shapely.box(0, 0, 1, 1)])
    >>> nowhere, named = pd.Series("", index=["A", "B"]), pd.Series([True, False], index=["A", "B"])
    >>> area_of_strays(nowhere, areas, ward, named=named).tolist()
    ['W', '']
    """
    lost = np.flatnonzero((codes == "").to_numpy())
    if not len(lost) or not len(wider):
        return codes
    found, ordered = codes.copy(), wider.sort_index()
    shapes, targets = finer.geometry.to_numpy()[lost], ordered.geometry.to_numpy()
    tree, is_named = shapely.STRtree(targets), named.to_numpy()[lost]
    one, other = tree.query(shapes, predicate="intersects")
    share = shapely.area(shapely.intersection(shapes[one], targets[other])) / shapely.area(shapes[one])
    order = np.lexsort((other, -share, one))
    best = order[np.unique(one[order], return_index=True)[1]]
    best = best[(share[best] > MOST_OF_IT) | is_named[one[best]]]
    found.iloc[lost[one[best]]] = ordered.index.to_numpy()[other[best]]
    alone = np.setdiff1d(np.flatnonzero(is_named), one)
    if len(alone):
        near, target = tree.query_nearest(shapes[alone], max_distance=NEAR_M, all_matches=False)
        found.iloc[lost[alone[near]]] = ordered.index.to_numpy()[target]
    return found


def strays_fault(areas: Layer, codes: pd.Index) -> Fault:
    """A warning on areas that the file counts to the council and that lie near none of its wards."""
    return fault(
        "OUTLINE_MISSING.wards",
        file=areas.provenance.file,
        value=str(codes[0]),
        blocks=False,
        count=len(codes),
        areas=LEVEL_WORDS[areas.level],
    )


def refuse_missing_outlines(layers: Layers, outlines: Mapping[str, Layer], parents: pd.DataFrame, *, lad: str) -> None:
    """Refuse outlines if other files show that some are missing: their premises would be left out unnoticed.

    Parameters
    ----------
    layers : Layers
    outlines : mapping of level to Layer
        The wards cut to the place.
    parents : DataFrame of codes
        Of the finest areas of the place, by level.
    lad : str
        Code of the authority; "" for none.

    Raises
    ------
    DataError
        OUTLINE_MISSING: the lookup or the postcode directory puts areas in the wards that have no outline; or areas of
        the place lie in none of the wider areas that they are parts of.
    """
    finest = outlines[str(parents.columns[0])]
    faults = [
        *_missing_by_lookup(layers, finest, outlines["ward"]),
        *(_missing_by_parts(finest, outlines[level], parents[level]) for level in outlines if level in parents),
    ]
    known: list[Fault | None] = [found for found in faults if found] or [
        _missing_by_directory(layers, finest, outlines["ward"], lad)
    ]
    blocking = [found for found in known if found]
    if blocking:
        raise DataError(blocking)


def gaps_between_outlines(
    layers: Layers, outlines: Mapping[str, Layer], parents: pd.DataFrame, *, lad: str
) -> list[Fault]:
    """Warnings where the finest areas cover too little of the wards, or the wards too few of the council's postcodes.

    Neither proves that an outline is missing: water may lie between, and a plan may be for a part of a council.
    Parameters as of `refuse_missing_outlines`.
    """
    wards = outlines["ward"]
    found = (
        _uncovered(outlines[str(parents.columns[0])], wards, parents["ward"]),
        _outside_the_wards(layers, wards, lad),
    )
    return [warning for warning in found if warning]


def _uncovered(finest: Layer, wards: Layer, codes: pd.Series) -> Fault | None:
    """A warning where the finest areas leave a tenth of the wards open."""
    if finest.level == wards.level:
        return None
    area_m2 = gpd.GeoDataFrame(wards.frame).area
    inside_m2 = gpd.GeoDataFrame(finest.frame).area.reindex(codes.index)
    covered_m2 = inside_m2.groupby(codes).sum().reindex(area_m2.index, fill_value=0.0)
    if covered_m2.sum() >= LEAST_COVERED * area_m2.sum():
        return None
    worst = (covered_m2 / area_m2).idxmin()
    return fault(
        "OUTLINE_GAPS.areas",
        file=finest.provenance.file,
        value=str(worst),
        blocks=False,
        areas=LEVEL_WORDS[finest.level],
        share=f"{covered_m2.sum() / area_m2.sum():.0%}",
    )


def _outside_the_wards(layers: Layers, wards: Layer, lad: str) -> Fault | None:
    """A warning where the directory counts postcodes to the council that lie in none of its wards."""
    found = [layer for layer in layers.of("postcodes") if lad and "authority" in layer.frame]
    ours = [layer.frame[layer.frame["live"] & (layer.frame["authority"] == lad)] for layer in found]
    total = sum(map(len, ours))
    if not total:
        return None
    directory = pd.concat(ours)
    outside = directory.index[~_lie_in(gpd.GeoSeries(directory["geometry"]), gpd.GeoDataFrame(wards.frame))]
    if len(outside) <= MOST_OUTSIDE * total:
        return None
    return fault(
        "OUTLINE_GAPS.wards",
        file=wards.provenance.file,
        value=str(min(outside)),
        blocks=False,
        count=len(outside),
        total=total,
        other=found[0].provenance.file,
    )


def _missing_by_lookup(layers: Layers, finest: Layer, wards: Layer) -> list[Fault | None]:
    """Areas that an official lookup puts in the wards of the place."""
    found: list[Fault | None] = []
    for lookup in layers.of("ons-lookup", level=finest.level):
        if "ward" in lookup.frame and lookup.measure != "bridge":
            inside = lookup.frame.index[is_in(pd.Index(lookup.frame["ward"]), wards.frame.index)]
            missing = inside[~is_in(inside, finest.frame.index)]
            found.append(_missing("OUTLINE_MISSING.lookup", finest, missing, other=lookup.provenance.file))
    return found


def _missing_by_parts(finest: Layer, wider: Layer, codes: pd.Series) -> Fault | None:
    """A fault where areas of a census lie in none of the wider ones of it, which are made of them."""
    if wider.level not in CENSUS_LEVELS or finest.level not in CENSUS_LEVELS or wider.level == finest.level:
        return None
    outside = codes.index[codes == ""]
    if not len(outside):
        return None
    return fault(
        "OUTLINE_MISSING.wider",
        file=wider.provenance.file,
        value=str(outside[0]),
        count=len(outside),
        areas=LEVEL_WORDS[finest.level],
        wider=LEVEL_WORDS[wider.level],
    )


def _missing_by_directory(layers: Layers, finest: Layer, wards: Layer, lad: str) -> Fault | None:
    """A fault where live postcodes in the wards name areas that have no outline.

    An area counts where more than half of its postcodes lie in the wards, and the directory, if it says so, counts
    them to the authority: areas of the neighbours have postcodes over the border.
    """
    if finest.level not in ("output_area", "lsoa") or not layers.of("postcodes"):
        return None
    found = layers.of("postcodes")
    frames = [layer.frame for layer in found if finest.level in layer.frame]
    if not frames:
        return None
    directory = pd.concat(frames)
    directory = directory[directory["live"] & (directory[finest.level] != "")]
    if finest.year:
        column = f"{finest.level}_year"
        directory = directory[directory[column if column in directory else "output_area_year"] == finest.year]
    directory = directory[~is_in(pd.Index(directory[finest.level]), finest.frame.index)]
    if not len(directory):
        return None
    inside = _lie_in(gpd.GeoSeries(directory["geometry"]), gpd.GeoDataFrame(wards.frame))
    stated = directory["authority"] if "authority" in directory else pd.Series("", index=directory.index)
    ours = inside & (stated.isin(["", lad]).to_numpy() if lad else True)
    share = pd.Series(ours, index=directory[finest.level]).groupby(level=0).mean()
    missing = share.index[share > MOST_OF_IT]
    return _missing("OUTLINE_MISSING.directory", finest, missing, other=found[0].provenance.file)


def _lie_in(places: gpd.GeoSeries, outlines: gpd.GeoDataFrame) -> np.ndarray:
    """Which points lie in any of some outlines."""
    inside = np.zeros(len(places), dtype=bool)
    west, south, east, north = outlines.total_bounds
    x, y = places.x.to_numpy(), places.y.to_numpy()
    near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    points, _ = shapely.STRtree(outlines.geometry.to_numpy()).query(places.to_numpy()[near], predicate="intersects")
    inside[near[np.unique(points)]] = True
    return inside


def _missing(key: str, finest: Layer, codes: pd.Index, *, other: str) -> Fault | None:
    """A fault that counts the areas and names the first."""
    if not len(codes):
        return None
    file, first, areas = finest.provenance.file, str(min(codes)), LEVEL_WORDS[finest.level]
    return fault(key, file=file, value=first, count=len(codes), areas=areas, other=other)
