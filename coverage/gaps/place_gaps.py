"""The gaps of a plan's place: its units as counts, and from them the gap of every area at any level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps.cell_areas import with_cells
from connected_place.coverage.gaps.gap import add_missing, gap_by_area
from connected_place.coverage.gaps.units import Units, count_units
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import CELL_WORDS, Cells, Geography, StudyArea, by_finest_area
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGaps:
    """What a place's coverage file counts, and where.

    Attributes
    ----------
    area : StudyArea
        With cells as one more level where the plan asks for them.
    units : Units
    """

    area: StudyArea
    units: Units


def place_gaps(layers: Layers, area: StudyArea, parameters: Parameters) -> PlaceGaps:
    """Count the units of the coverage file in force.

    Raises
    ------
    DataError, VintageError
        Those of `count_units`.
    """
    rules, lad = parameters.place, parameters.place.lad
    units = count_units(layers, area.places, weights=parameters.gaps.weights, lad=lad)
    if area.level not in CELL_WORDS:
        return PlaceGaps(area=area, units=units)
    cells = Cells(level=area.level, cell_m=rules.cell_m)
    places, units = with_cells(area.places, units, cells=cells, directory=area.directory)
    return PlaceGaps(area=replace(area, places=places), units=units)


def area_gaps(layers: Layers, found: PlaceGaps, *, level: str) -> gpd.GeoDataFrame:
    """The gap of every area of a level, with its outline.

    Parameters
    ----------
    layers : Layers
    found : PlaceGaps
    level : str

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed by `area_code` and sorted by it
        As `gap_rows` gives it.

    Raises
    ------
    DataError, VintageError
        Of the table of households.
    """
    places = found.area.places
    rows = gap_rows(places, found.units, by_finest_area(layers, places, "households"), level=level)
    return gpd.GeoDataFrame(rows, geometry=places.outlines[level].geometry).sort_index()


def gap_rows(places: Geography, units: Units, households: pd.Series, *, level: str) -> pd.DataFrame:
    """The gap of every area of a level.

    Parameters
    ----------
    places : Geography
    units : Units
    households : Series indexed by finest code
        NaN: not known.
    level : str
        A column of `places.parents`.

    Returns
    -------
    DataFrame indexed by `area_code`
        Names as `Geography.names` gives them, gaps as `gap_by_area` and `add_missing` do, and `premises_source`.
    """
    names = places.names(level)
    gaps = gap_by_area(units.counts, units.areas[level], index=names.index)
    gaps = add_missing(gaps, units.missing[level], households)
    return pd.concat([names, gaps.assign(premises_source=units.premises_source)], axis="columns")
