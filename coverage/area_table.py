"""Which area each unit belongs to: output areas and postcodes to LSOAs and wards, each counted once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.areas import LEVEL_WORDS, LEVELS
from connected_place.gis_data.errors import DataError, Fault, VintageError
from connected_place.gis_data.layers import Layer, Layers

UNIT_WORDS = LEVEL_WORDS | {"postcode": "postcodes"}
SMALLEST_MATCH_SHARE = 0.5
"""Codes of one vintage match those of another by a tenth to nine tenths; below half it is certainly another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """The finest areas of a place and the wider ones that each belongs to.

    Attributes
    ----------
    level : str
        Of the finest areas: "output_area" where outlines of them are given, else "lsoa" or "ward".
    outlines : mapping of level to GeoDataFrame, EPSG:27700
        Indexed by `code`, with `name`.
    parents : DataFrame of codes
        Indexed by the finest code, one column a level, the finest included; empty where a unit lies in none.
    centres : GeoSeries of points, EPSG:27700
        Population-weighted centroid of each finest area where given, else a point inside it.
    vintages : mapping of level to str
    """

    level: str
    outlines: dict[str, gpd.GeoDataFrame]
    parents: pd.DataFrame
    centres: gpd.GeoSeries
    vintages: dict[str, str]


def spine(layers: Layers) -> Spine:
    """The areas of a place, from outlines, lookups and centroids.

    Raises
    ------
    DataError
        NO_WARDS: there are no ward outlines. LAYER_TWICE: two outlines of one level.
    """
    found = _outlines(layers)
    outlines = {level: layer.frame for level, layer in found.items()}
    level = next(level for level in LEVELS if level in outlines)
    finest = outlines[level]
    centres = _centres(layers, level, finest)
    parents = pd.DataFrame({level: finest.index}, index=finest.index)
    for wider in [name for name in LEVELS if name in outlines and name != level]:
        parents[wider] = _parent(layers, level, wider, finest.index, centres, outlines[wider])
    vintages = {name: layer.provenance.vintage for name, layer in found.items()}
    return Spine(level=level, outlines=outlines, parents=parents, centres=centres, vintages=vintages)


def area_of_points(places: gpd.GeoSeries, outlines: gpd.GeoDataFrame) -> pd.Series:
    """Code of the area that each point lies in; "" where it lies in none or there is no point.

    A point on a shared edge belongs to the area of the lowest code, so that it is counted once.

    Parameters
    ----------
    places : GeoSeries of points
        Same reference system as `outlines`.
    outlines : GeoDataFrame
        Indexed by code.

    Examples
    --------
    >>> squares = gpd.GeoDataFrame(index=["B", "A"], geometry=[shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)])
    >>> places = gpd.GeoSeries(gpd.points_from_xy([0.5, 1.0, 1.5, 9.0], [0.5] * 4))
    >>> area_of_points(places, squares).tolist()
    ['A', 'A', 'B', '']
    """
    ordered = outlines.sort_index()
    point, area = shapely.STRtree(ordered.geometry.to_numpy()).query(places.to_numpy(), predicate="intersects")
    first = pd.Series(area).groupby(point).min()
    codes = pd.Series("", index=places.index, dtype=object)
    codes.iloc[first.index.to_numpy()] = ordered.index.to_numpy()[first.to_numpy()]
    return codes


def match_share(codes: pd.Index, known: pd.Index) -> float:
    """Share of `codes` that stand in `known`."""
    return float(codes.isin(known).mean()) if len(codes) else 0.0


def check_vintage(layer: Layer, known: pd.Index, *, against: str) -> None:
    """Refuse a table whose codes are of another vintage than the areas it is to be joined to.

    Parameters
    ----------
    layer : Layer
        Indexed by area code.
    known : Index
        Codes of the areas.
    against : str
        Their vintage, in words.

    Raises
    ------
    VintageError
        VINTAGE_MIXED.
    """
    share = match_share(known, layer.frame.index)
    if share < SMALLEST_MATCH_SHARE:
        record = layer.provenance
        raise VintageError(
            Fault(
                code="VINTAGE_MIXED",
                file=record.file,
                message=f"Only {share:.0%} of the areas ({against}) have a row; this file is of {record.vintage}.",
                remedy="Use files of one vintage, or add the official lookup between the two as an ons-lookup source.",
            )
        )


def _outlines(layers: Layers) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for layer in layers.of("ons-boundaries"):
        if layer.level in found:
            raise DataError(_outlines_twice(found[layer.level], layer))
        found[layer.level] = layer
    if "ward" not in found:
        raise DataError(
            Fault(
                code="NO_WARDS",
                message="There are no ward outlines, so no gap can be given by ward.",
                remedy='Add a [[source]] with kind = "ons-boundaries" and the wards of your council.',
            )
        )
    return found


def _outlines_twice(first: Layer, second: Layer) -> Fault:
    return Fault(
        code="LAYER_TWICE",
        file=second.provenance.file,
        message=f"{first.provenance.file} gives {LEVEL_WORDS[first.level]} too ({first.provenance.vintage} and "
        f"{second.provenance.vintage}), so it is unclear which outlines count.",
        remedy="Keep one of the two.",
    )


def _centres(layers: Layers, level: str, finest: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """A point for each finest area: where its people live, or any point inside it."""
    inside = finest.geometry.representative_point()
    for layer in layers.of("ons-centroids", level=level):
        weighted = layer.frame.geometry.reindex(finest.index)
        inside = weighted.where(weighted.notna(), inside)
    return gpd.GeoSeries(inside, crs=finest.crs)


def _parent(
    layers: Layers, level: str, wider: str, codes: pd.Index, centres: gpd.GeoSeries, outlines: gpd.GeoDataFrame
) -> pd.Series:
    """Code of the wider area of each finest one: by the official lookup, else by where its centre lies."""
    for layer in layers.of("ons-lookup", level=level):
        if wider in layer.frame and match_share(codes, layer.frame.index) > SMALLEST_MATCH_SHARE:
            official = layer.frame[wider].reindex(codes).fillna("")
            return official.where(official.isin(outlines.index), "")
    return area_of_points(centres, outlines)


def units_to_areas(layers: Layers, places: Spine, units: Layer) -> pd.DataFrame:
    """Area codes of each unit of a coverage file.

    Parameters
    ----------
    units : Layer
        Output areas or postcodes, indexed by code.

    Returns
    -------
    DataFrame indexed as `units.frame`, one column of codes for each level of the spine; "" for none

    Raises
    ------
    DataError
        NO_POSTCODES: postcodes without a directory that says where they are.
    VintageError
        Output areas of another vintage.
    """
    codes = units.frame.index
    if units.level == places.level:
        check_vintage(units, places.parents.index, against=places.vintages[places.level])
        return places.parents.reindex(codes, fill_value="")
    if units.level == "postcode":
        return postcodes_to_areas(postcode_directory(layers), places).reindex(codes, fill_value="")
    raise DataError(
        Fault(
            code="NO_OUTLINES",
            file=units.provenance.file,
            message=f"It counts by {UNIT_WORDS[units.level]} and there are no outlines of them.",
            remedy='Add them as a [[source]] with kind = "ons-boundaries".',
        )
    )


def postcode_directory(layers: Layers) -> gpd.GeoDataFrame:
    """All postcodes with a position, indexed by postcode.

    Raises
    ------
    DataError
        NO_POSTCODES.
    """
    found = layers.of("postcodes")
    if not found:
        raise DataError(
            Fault(
                code="NO_POSTCODES",
                message="Postcodes are given without a directory that says where they are.",
                remedy='Add a [[source]] with kind = "postcodes" (NSPL, ONSPD or Code-Point Open).',
            )
        )
    frame = pd.concat([layer.frame for layer in found]).sort_index()
    return gpd.GeoDataFrame(frame[~frame.index.duplicated()], crs=found[0].frame.crs)


def postcodes_to_areas(directory: gpd.GeoDataFrame, places: Spine) -> pd.DataFrame:
    """Area codes of each postcode: by its output area where the directory names one that exists, else by its point."""
    by_code = directory["output_area"].isin(places.parents.index) if places.level == "output_area" else None
    use_codes = by_code is not None and bool(by_code.mean() > SMALLEST_MATCH_SHARE)
    result = pd.DataFrame(index=directory.index)
    for level in places.parents.columns:
        located = area_of_points(directory.geometry, places.outlines[level])
        if use_codes:
            official = directory["output_area"].map(places.parents[level])
            located = official.where(by_code, located)
        result[level] = located
    return result


def sum_by(values: pd.Series, areas: pd.Series, index: pd.Index) -> pd.Series:
    """Sums of values by area code, NaN for areas where no value is known.

    Examples
    --------
    >>> sum_by(pd.Series([1.0, 2.0, np.nan]), pd.Series(["A", "A", "B"]), pd.Index(["A", "B", "C"])).tolist()
    [3.0, nan, nan]
    """
    return values.groupby(areas.reindex(values.index).to_numpy()).sum(min_count=1).reindex(index)


def weighted_mean_by(values: pd.Series, weights: pd.Series, areas: pd.Series, index: pd.Index) -> pd.Series:
    """Means by area: sums of value times weight over sums of weight, where both are known."""
    known = values.notna() & weights.notna()
    total = sum_by((values * weights)[known], areas, index)
    weight = sum_by(weights[known], areas, index)
    return total / weight.where(weight > 0, np.nan)
