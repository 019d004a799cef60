"""Which area each unit belongs to: output areas and postcodes to LSOAs and wards, each counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.coverage.places.authority import areas_of_authority, is_named, plain_code, wards_of_authority
from connected_place.coverage.places.cells import CELL_WORDS, Cells
from connected_place.coverage.places.completeness import (
    area_of_strays,
    gaps_between_outlines,
    refuse_missing_outlines,
    strays_fault,
)
from connected_place.coverage.places.vintages import refuse_other_wards, refuse_other_year, refuse_unlinked_outlines
from connected_place.coverage.sums import is_in, most_frequent
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import LEVEL_WORDS, LEVELS

UNIT_WORDS = LEVEL_WORDS | CELL_WORDS | {"postcode": "postcodes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """The finest areas of a place and the wider ones that each belongs to.

    Attributes
    ----------
    level : str
        Of the finest areas: "output_area" where outlines of them are given, else "lsoa" or "ward".
    layers : mapping of level to Layer
        Outlines: frames in EPSG:27700 indexed by `code`, with `name`.
    parents : DataFrame of codes
        Indexed by the finest code, one column a level, the finest included; empty where a unit lies in none.
    centres : GeoSeries of points, EPSG:27700
        Population-weighted centroid of each finest area where given, else a point inside it.
    cells : Cells or None
        Where cells are one of the levels: how they are laid.
    warnings : tuple of Fault
        What points to missing outlines without proving it.
    """

    level: str
    layers: dict[str, Layer]
    parents: pd.DataFrame
    centres: gpd.GeoSeries
    cells: Cells | None = None
    warnings: tuple[Fault, ...] = ()

    @property
    def outlines(self) -> dict[str, gpd.GeoDataFrame]:
        """Outlines by level."""
        return {level: gpd.GeoDataFrame(layer.frame) for level, layer in self.layers.items()}

    def areas_at(self, points: gpd.GeoSeries, level: str) -> pd.Series:
        """Code of the area of one level that each point lies in; "" where it lies in none that has a row.

        As `area_of_points`; cells are found by arithmetic, so that a point and a unit at one spot share their cell.
        """
        outlines = self.outlines[level]
        if self.cells is None or level != self.cells.level:
            return area_of_points(points, outlines)
        codes = self.cells.of_points(points)
        return codes.where(is_in(pd.Index(codes), outlines.index), "")

    def names(self, level: str) -> pd.DataFrame:
        """Names of the areas of a level.

        Returns
        -------
        DataFrame indexed by `area_code`
            `area_name`; below the ward also `ward_code` and `ward_name`: the ward in which most of an area's finest
            areas lie, or of a cell most of its units.
        """
        outlines = self.outlines[level]
        found = pd.DataFrame({"area_name": outlines["name"]}).rename_axis("area_code")
        if level == "ward":
            return found
        inside = self.parents[self.parents["ward"] != ""]
        codes = most_frequent(inside["ward"], inside[level]).reindex(found.index)
        codes = codes.fillna(outlines.get("ward_code", ""))
        return found.assign(ward_code=codes, ward_name=codes.map(self.outlines["ward"]["name"]).fillna(""))


def geography_of(layers: Layers, *, lad: str = "") -> Geography:
    """The areas of a place, from outlines, lookups and centroids.

    Parameters
    ----------
    layers : Layers
    lad : str
        Code of the local authority, blanks and case aside: where the ward outlines, or a lookup, say in which
        authority they lie, only its wards and areas count, so that files of the whole country do as they come. Else
        all wards are the place.

    Raises
    ------
    DataError
        NO_WARDS: there are no ward outlines. LAYER_TWICE: two outlines of one level. LAD_UNKNOWN: no ward or lookup
        names the authority. OUTLINE_MISSING: the lookup, the postcode directory or the finer areas show that outlines
        are missing.
    VintageError
        VINTAGE_MIXED: outlines or lookups of different years without a link.

    Notes
    -----
    An area whose centre lies in no ward belongs to the ward with most of it, if that is more than half, or if the
    file counts the area to the council; one that the file counts to the council and that only comes near a ward
    belongs to the nearest.
    """
    found = _outlines(layers)
    everywhere = dict(found)
    found["ward"] = wards_of_authority(layers, found["ward"], plain_code(lad))
    level = next(level for level in LEVELS if level in found)
    found[level] = areas_of_authority(layers, found[level], plain_code(lad))
    finest = found[level].frame
    centres = _centres(layers, found[level])
    named = is_named(found[level], plain_code(lad))
    parents = pd.DataFrame({level: finest.index}, index=finest.index)
    for wider in [name for name in LEVELS if name in found and name != level]:
        parents[wider] = _parent(layers, found[level], found[wider], centres, named=named, everywhere=everywhere[wider])
    strays = parents.index[named & (parents["ward"] == "")]
    parents = parents[parents["ward"] != ""]
    refuse_missing_outlines(layers, found, parents, lad=lad)
    inside = {name: _cut(layer, parents[name]) for name, layer in found.items() if name != "ward"}
    return Geography(
        level=level,
        layers=found | inside,
        parents=parents,
        centres=centres.reindex(parents.index),
        warnings=(
            *([strays_fault(found[level], strays)] if len(strays) else []),
            *_lacking_in_lookups(layers, found[level], parents.index),
            *gaps_between_outlines(layers, found, parents, lad=lad),
        ),
    )


def area_of_points(places: gpd.GeoSeries, outlines: gpd.GeoDataFrame) -> pd.Series:
    """Code of the area that each point is in; "" where it is in none or there is no point.

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


def _outlines(layers: Layers) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for layer in layers.of("ons-boundaries"):
        if layer.level in found:
            raise DataError(_outlines_twice(found[layer.level], layer))
        found[layer.level] = layer
    if "ward" not in found:
        raise DataError(fault("NO_WARDS"))
    return found


def _cut(layer: Layer, codes: pd.Series) -> Layer:
    """Outlines of the areas that belong to the place; a national file has more."""
    return replace(layer, frame=layer.frame[layer.frame.index.isin(codes)])


def _outlines_twice(first: Layer, second: Layer) -> Fault:
    return fault(
        "LAYER_TWICE.outlines",
        file=second.provenance.file,
        other=first.provenance.file,
        areas=LEVEL_WORDS[first.level],
        first=first.provenance.vintage,
        second=second.provenance.vintage,
    )


def _centres(layers: Layers, outlines: Layer) -> gpd.GeoSeries:
    """A point for each finest area: where its people live, or any point inside it."""
    finest = outlines.frame
    inside = finest.geometry.representative_point()
    for layer in layers.of("ons-centroids", level=outlines.level):
        refuse_other_year(layer, outlines)
        weighted = layer.frame.geometry.reindex(finest.index)
        inside = weighted.where(weighted.notna(), inside)
    return gpd.GeoSeries(inside, crs=finest.crs)


def _parent(
    layers: Layers, finer: Layer, wider: Layer, centres: gpd.GeoSeries, *, named: pd.Series, everywhere: Layer
) -> pd.Series:
    """Code of the wider area of each finest one: by the official lookup, else by where it lies.

    The lookup may lead to wider areas of other councils, as long as the outlines have them: `everywhere`. An area that
    it lacks belongs to the wider area that holds most of it.
    """
    codes = finer.frame.index
    for lookup in layers.of("ons-lookup", level=finer.level):
        if wider.level in lookup.frame:
            refuse_other_year(lookup, finer)
            official = lookup.frame[wider.level].reindex(codes).fillna("")
            refuse_other_wards(lookup, official, everywhere)
            if official.isin(wider.frame.index).any():
                known = official.where(official.isin(wider.frame.index), "")
                return _with_lacking(known, codes.isin(lookup.frame.index), finer, wider)
    refuse_unlinked_outlines(finer, wider)
    outlines = gpd.GeoDataFrame(wider.frame)
    return area_of_strays(
        area_of_points(centres, outlines),
        gpd.GeoDataFrame(finer.frame),
        outlines,
        named=named & (wider.level == "ward"),
    )


def _with_lacking(known: pd.Series, is_listed: np.ndarray, finer: Layer, wider: Layer) -> pd.Series:
    """The codes of a lookup, with those of areas that it lacks by where most of each lies.

    Raises
    ------
    VintageError
        VINTAGE_MIXED: where an area lies says nothing of the areas of another census.
    """
    if is_listed.all():
        return known
    outlines, lacking = gpd.GeoDataFrame(wider.frame), known.index[~is_listed]
    never = pd.Series(data=False, index=lacking)
    found = area_of_strays(known[lacking], gpd.GeoDataFrame(finer.frame.loc[lacking]), outlines, named=never)
    if (found != "").any():
        refuse_unlinked_outlines(finer, wider)
    return pd.concat([known[is_listed], found]).reindex(known.index)


def _lacking_in_lookups(layers: Layers, finest: Layer, codes: pd.Index) -> list[Fault]:
    """A warning on each lookup to wards that lacks areas of the place."""
    found = []
    for lookup in layers.of("ons-lookup", level=finest.level):
        lacking = codes[~codes.isin(lookup.frame.index)]
        if "ward" in lookup.frame and lookup.measure != "bridge" and len(lacking):
            file, first, areas = lookup.provenance.file, str(lacking[0]), LEVEL_WORDS[finest.level]
            found.append(fault("LOOKUP_LACKS", file=file, value=first, blocks=False, count=len(lacking), areas=areas))
    return found


def units_to_areas(layers: Layers, places: Geography, units: Layer) -> pd.DataFrame:
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
        refuse_other_year(units, places.layers[places.level])
        return places.parents.reindex(codes, fill_value="")
    if units.level == "postcode":
        return postcodes_to_areas(postcode_directory(layers), places).reindex(codes, fill_value="")
    raise DataError(fault("NO_OUTLINES.coverage", file=units.provenance.file, units=UNIT_WORDS[units.level]))


def postcode_directory(layers: Layers) -> gpd.GeoDataFrame:
    """All postcodes with a position, indexed by postcode.

    Raises
    ------
    DataError
        NO_POSTCODES.
    """
    found = layers.of("postcodes")
    if not found:
        raise DataError(fault("NO_POSTCODES"))
    frame = pd.concat([layer.frame for layer in found]).sort_index()
    return gpd.GeoDataFrame(frame[~frame.index.duplicated()], crs=found[0].frame.crs)


def postcodes_to_areas(directory: gpd.GeoDataFrame, places: Geography) -> pd.DataFrame:
    """Area codes of each postcode: by its output area or LSOA where the directory names one, else by its point.

    Codes of another year than the outlines are not used, nor LSOAs of no stated year: most would match by chance. LSOAs
    cross wards, so they give the ward only of points that lie in none. Cells go by the point alone; where nothing is
    counted in its cell, so that this has no row, a postcode belongs to the cell of its finest area.
    """
    year, finest = places.layers[places.level].year, "lsoa" if places.level == "lsoa" else "output_area"
    named = directory.get(finest, pd.Series("", index=directory.index))
    stated = directory.get(f"{finest}_year", pd.Series("", index=directory.index))
    same_year = (stated == year) & (year != "") if finest == "lsoa" else stated.isin(["", year]) | (year == "")
    official = named.isin(places.parents.index) & same_year
    result = pd.DataFrame(index=directory.index)
    for level in places.parents.columns:
        located = places.areas_at(directory.geometry, level)
        if places.cells is not None and level == places.cells.level:
            counted = result[places.level].map(places.parents[level]).fillna("")
            result[level] = located.where(located != "", counted).where(result["ward"] != "", "")
        else:
            by_code = named.map(places.parents[level]).where(official, located)
            result[level] = located.where(located != "", by_code) if (finest, level) == ("lsoa", "ward") else by_code
    return result[list(places.parents.columns)]
