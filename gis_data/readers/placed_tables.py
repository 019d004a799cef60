"""A table whose rows have positions: its columns checked, its coordinates as points."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import DEGREES, LARGEST_DEGREE, METRES, points
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.tabular import check_columns, raise_if_blocked, read_asked

_HALF = 0.5
LENIENT = dict.fromkeys(("easting", "northing", "longitude", "latitude", "x", "y"), _HALF) | {"postcode": 1.0}
"""Columns that a place can do without, up to a share of faulty cells: it then has no position, or no postcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedTable:
    """Rows with positions.

    Attributes
    ----------
    columns : DataFrame
        The catalogue's columns under their own names; the index is the row number of the file.
    places : GeoSeries, EPSG:27700
        None where a row has no position.
    crs : str
        Of the coordinates in the file.
    warnings : tuple of Fault
    """

    columns: pd.DataFrame
    places: gpd.GeoSeries
    crs: str
    warnings: tuple[Fault, ...]


def read_placed(entry: Source, file: InputFile, asked: SourceFile, *, rows_may_lack: bool = True) -> PlacedTable:
    """Read the columns of a source and the position of each row.

    Parameters
    ----------
    entry, file, asked
        As a reader has them.
    rows_may_lack : bool
        True where a row with a faulty position counts as one without; False where it blocks.

    Raises
    ------
    DataError
        All faults at once: those of `text_tables`, `schema` and `crs`.
    """
    known = entry.headers(asked.columns)
    table = read_asked(file, asked, known_headers=known, wanted=known)
    checked = check_columns(table, entry.columns, mapping=asked.columns, lenient=LENIENT if rows_may_lack else {})
    columns = axes_by_size(checked.frame)
    places, faults = points(columns, file=file.name, rows_may_lack=rows_may_lack)
    raise_if_blocked([*checked.faults, *faults])
    return PlacedTable(
        columns=columns,
        places=places,
        crs=METRES if "easting" in columns else DEGREES,
        warnings=(*table.warnings, *checked.warnings, *faults),
    )


def axes_by_size(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns called x and y, or easting and northing, by what their size says: no place in Britain fits both.

    Parameters
    ----------
    frame : DataFrame
        With `x, y` or `easting, northing` or neither.

    Examples
    --------
    >>> axes_by_size(pd.DataFrame({"x": [0.33], "y": [51.5]})).columns.tolist()
    ['longitude', 'latitude']
    >>> axes_by_size(pd.DataFrame({"x": [561625.0], "y": [187848.0]})).columns.tolist()
    ['easting', 'northing']
    """
    has_metres = {"easting", "northing"} <= set(frame.columns)
    x, y = ("easting", "northing") if has_metres else ("x", "y")
    if not {x, y} <= set(frame.columns):
        return frame.drop(columns=["x", "y"], errors="ignore")
    given = frame[[x, y]].dropna()
    given = given[(given != 0).any(axis="columns")].abs()
    is_degrees = len(given) > 0 and bool((given <= LARGEST_DEGREE).all(axis="columns").mean() > _HALF)
    names = ("longitude", "latitude") if is_degrees else ("easting", "northing")
    spare = {"x", "y", *names}
    rest = frame.drop(columns=list(spare - {x, y}), errors="ignore")
    return rest.rename(columns={x: names[0], y: names[1]})
