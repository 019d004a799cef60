"""A table whose rows have positions, or a layer of shapes as such a table: columns checked, coordinates as points."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import DEGREES, LARGEST_DEGREE, METRES, points
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.shapes import FORMATS, read_shapes
from connected_place.gis_data.tabular import TextTable, check_columns, header_key, raise_if_blocked, read_asked

_HALF = 0.5
AXES = ("easting", "northing", "longitude", "latitude", "x", "y")

LENIENT = dict.fromkeys(AXES, _HALF) | {"postcode": 1.0}
"""Columns that a place can do without, up to a share of faulty cells: it then has no position, or no postcode."""

OTHER_LAYERS = frozenset({".kml", ".gml", ".gpx", ".fgb", ".tab", ".mif", ".parquet", ".geoparquet", ".shx", ".dbf"})
"""Files of shapes that are not read; `read_shapes` says so, where a reader of tables would speak of quotation marks."""


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
    table, crs = (
        layer_as_table(entry, file, asked)
        if is_layer(file)
        else (read_asked(file, asked, known_headers=known, wanted=known), "")
    )
    checked = check_columns(table, entry.columns, mapping=asked.columns, lenient=LENIENT if rows_may_lack else {})
    columns = axes_by_size(checked.frame)
    places, faults = points(columns, file=file.name, rows_may_lack=rows_may_lack)
    raise_if_blocked([*checked.faults, *faults])
    return PlacedTable(
        columns=columns,
        places=places,
        crs=crs or (METRES if "easting" in columns else DEGREES),
        warnings=(*table.warnings, *checked.warnings, *faults),
    )


def is_layer(file: InputFile) -> bool:
    """True for a file of shapes, readable or not; a zip is one if it was given whole.

    Examples
    --------
    >>> from pathlib import Path
    >>> [is_layer(InputFile(Path(name), name, b"")) for name in ("sites.geojson", "sites.KML", "sites.csv")]
    [True, True, False]
    """
    return file.ending in FORMATS or file.ending in OTHER_LAYERS or file.ending == ".zip"


def layer_as_table(entry: Source, file: InputFile, asked: SourceFile) -> tuple[TextTable, str]:
    """The features of a layer as rows, with the positions of their shapes as two columns in metres.

    Features without a shape are rows without a position. Coordinates among the attributes give way to the shapes'.

    Returns
    -------
    table : TextTable
        The index counts features from 1; easting and northing are under the first header that the source has for them.
    crs : str
        Of the shapes in the file.

    Raises
    ------
    DataError
        COLUMN_DUPLICATE and those of `vector_files`.
    """
    shapes = read_shapes(file)
    points_inside = shapes.frame.geometry.representative_point()
    spellings = {column.name: column.spellings for column in entry.columns}
    axes = ("easting", "northing") if "easting" in spellings else ("x", "y")
    headers = [asked.columns.get(axis, spellings.get(axis, (axis,))[0]) for axis in axes]
    spare = {header_key(spelling) for axis in AXES for spelling in (axis, *spellings.get(axis, ()))}
    spare |= {header_key(asked.columns[axis]) for axis in AXES if axis in asked.columns}
    attributes = pd.concat([pd.DataFrame(shapes.frame.drop(columns="geometry")), shapes.shapeless]).sort_index()
    keys = [header_key(str(name)) for name in attributes.columns]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise DataError(file.fault("COLUMN_DUPLICATE.read", column=twice[0]))
    frame = attributes.loc[:, [key not in spare for key in keys]].copy()
    for header, values in zip(headers, (points_inside.x, points_inside.y), strict=True):
        frame[header] = values.map("{:.2f}".format).reindex(frame.index, fill_value="").astype("str")
    alone = shapes.frame.geom_type.isin(["Point", "MultiPoint"]) & (shapes.frame.count_geometries() == 1)
    drawn = tuple(shapes.frame.index[~alone])
    warnings = [fault for fault in shapes.faults if fault.code != "GEOM_MISSING"]
    if drawn:
        warnings.append(file.warning("SITE_DRAWN", rows=drawn, count=len(drawn)))
    table = TextTable(file=file.name, frame=frame, headers=tuple(map(str, frame.columns)), warnings=tuple(warnings))
    return table, shapes.crs


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
