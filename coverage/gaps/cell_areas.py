"""Cells as one more level of a place: which finest areas and units are in each, and which ward it is in."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps.units import Units
from connected_place.coverage.places import Cells, Geography
from connected_place.coverage.sums import is_in, most_frequent
from connected_place.gis_data.layers import Layer, Provenance


def with_cells(
    places: Geography, units: Units, *, cells: Cells, directory: gpd.GeoDataFrame | None
) -> tuple[Geography, Units]:
    """A place and its units with cells as one more level, beside the official ones.

    Parameters
    ----------
    places : Geography
    units : Units
    cells : Cells
    directory : GeoDataFrame or None
        Postcodes with positions, for units that are postcodes.

    Returns
    -------
    places : Geography
        A finest area belongs to the cell of its centre. `layers[cells.level]` has the cells with a centre, a unit
        or a unit without a row, and no others: `name`, and by most of its units `ward_code` and `finest`, the code of
        the finest area they lie in; "" where it has only a centre.
    units : Units
        A postcode belongs to the cell of its own point; an output area, or a postcode without a point, to that of its
        finest area. So every unit of the place is in one cell, and the cells add up to the wards.

    """
    of_centres = cells.of_points(places.centres)
    counted, missing = (
        rows.assign(**{cells.level: _cell_of_units(rows, places, units, (of_centres, cells, directory))})
        for rows in (units.areas, units.missing)
    )
    rows = pd.concat([counted, missing])
    outlines = cells.outlines([*of_centres, *rows[cells.level]])
    for name, wider in (("ward_code", "ward"), ("finest", places.level)):
        outlines[name] = most_frequent(rows[wider], rows[cells.level]).reindex(outlines.index).fillna("")
    return (
        replace(
            places,
            layers=places.layers | {cells.level: _layer(outlines, cells)},
            parents=places.parents.assign(**{cells.level: of_centres}),
            cells=cells,
        ),
        replace(units, areas=counted, missing=missing),
    )


def with_lent(found: pd.DataFrame, finest: pd.DataFrame, places: Geography) -> pd.DataFrame:
    """Levels of criteria by cell; a cell without a centre has those of the finest area in which most of its units lie.

    The people of that area are counted in the cell of its centre. Scored on its gap alone, a cell with two postcodes
    would rank above every place that more is known about.

    Parameters
    ----------
    found : DataFrame indexed by cell, one column a criterion
        NaN: not known.
    finest : DataFrame indexed by finest area
        The same criteria except gaps, which are counted by unit and never lent.
    places : Geography
        As `with_cells` gives it.
    """
    if places.cells is None:
        return found
    level = places.cells.level
    lender = places.layers[level].frame["finest"].reindex(found.index)
    without = ~is_in(found.index, pd.Index(places.parents[level].unique()))
    lent = finest.reindex(lender.where(without, "")).set_axis(found.index, axis="index")
    return found.fillna(lent)


def _cell_of_units(
    rows: pd.DataFrame, places: Geography, units: Units, how: tuple[pd.Series, Cells, gpd.GeoDataFrame | None]
) -> pd.Series:
    """Cell of each unit: that of its own point where it has one, else that of its finest area's centre."""
    of_centres, cells, directory = how
    of_area = rows[places.level].map(of_centres).fillna("")
    if units.level == places.level or directory is None:
        return of_area
    own = cells.of_points(directory.geometry.reindex(rows.index))
    return own.where(own != "", of_area)


def _layer(outlines: gpd.GeoDataFrame, cells: Cells) -> Layer:
    record = Provenance(
        source="cells",
        title=cells.words,
        publisher="",
        licence="",
        attribution="",
        page="",
        file="",
        sha256="",
        vintage=cells.words,
        rows_read=len(outlines),
        rows_used=len(outlines),
    )
    return Layer(frame=outlines, level=cells.level, provenance=record)
