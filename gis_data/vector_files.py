"""A boundary file as checked shapes in British National Grid: GeoJSON, GeoPackage or shapefile, and nothing else.

GeoJSON and GeoPackage are read from their bytes by JSON's and SQLite's own readers. Only a shapefile goes to GDAL: its
parts, counted against each other, in a folder that holds nothing else.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import struct
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from connected_place.gis_data.archives import SHAPES, is_zip, members
from connected_place.gis_data.crs import DEGREES, METRES, bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.markup import is_markup, markup_fault

FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GeoPackage", ".shp": "shapefile"}
MAGIC = {"GeoJSON": b"{", "GeoPackage": b"SQLite format 3\0", "shapefile": b"\x00\x00\x27\x0a"}
GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")

LONGEST_NAME = 100
HOSTILE_NAMES = frozenset({"", "geometry", "__proto__", "prototype", "constructor"})
"""Attribute names that no table can hold beside its shapes, or that change the objects of a page's script."""

URN = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
CRS84 = re.compile(r"(?:urn:ogc:def:crs:)?OGC:(?:[\d.]*:)?CRS84", re.IGNORECASE)

SHAPEFILE_PARTS = (".shx", ".dbf", ".prj")
SHAPEFILE_EXTRAS = (".cpg",)
SHAPEFILE_HEADER_BYTES = 100

STANDARD_TRIGGER = re.compile(r"(?:rtree|gpkg|gpkgext)_.*|trigger_(?:insert|delete)_feature_count_.*", re.IGNORECASE)
UNSAFE_FUNCTION = re.compile(
    r"\b(?:load_extension|readfile|writefile|edit|fts3_tokenizer|zeroblob|randomblob)\s*\(", re.IGNORECASE
)
STORED_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("INT", "MEDIUMINT", "SMALLINT", "TINYINT", "BIGINT", "BOOL"), (int,)),
    **dict.fromkeys(("REAL", "DOUBLE", "FLOAT"), (int, float)),
    "TEXT": (str,),
}
"""By the first letters of a column's declared type, what SQLite may hold there; under other types any but bytes."""

LONGEST_CELL_BYTES = 200_000_000
LONGEST_QUERY_S = 60.0
STEPS_BETWEEN_LOOKS = 100_000
ENVELOPE_BYTES = (0, 32, 48, 48, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Features of a file.

    Attributes
    ----------
    frame : GeoDataFrame, EPSG:27700
        Attributes as text, "" where there is none; the index counts features from 1.
    crs : str
        As the file states it.
    faults : tuple of Fault
        Warnings; what blocks was raised.
    notes : tuple of str
        What was left out without harm, in words.
    """

    frame: gpd.GeoDataFrame
    crs: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Features:
    """Features as a file has them: in its own reference system, attributes of any type."""

    shapes: np.ndarray
    attributes: list[Mapping[str, Any]]
    crs: str
    faults: list[Fault] = field(default_factory=list)


def read_shapes(source: InputFile) -> Shapes:
    """Read a vector file whose content is what its name says, or a zip that holds one.

    Raises
    ------
    DataError
        FORMAT_UNKNOWN, FORMAT_MISMATCH, XML_ENTITY, XML_REMOTE, LAYER_AMBIGUOUS, NO_ROWS, DAMAGED, COLUMN_NAME,
        COLUMN_TYPE, GEOM_TYPE, GEOM_INVALID, GEOM_MISSING; of GeoJSON also ENC_UNKNOWN, TRUNCATED, NOT_GEOJSON,
        NOT_FINITE; of GeoPackages GPKG_VIEW, TOO_SLOW; of shapefiles SHP_INCOMPLETE; of zips those of
        `archives.members`.
    CrsError
        CRS_MISSING, CRS_NUMBERS_MISMATCH, COORD_SWAPPED, COORD_RANGE, NOT_FINITE.
    """
    if source.ending == ".zip" and is_zip(source):
        return _from_archive(source)
    reader = READERS[_format(source)]
    return _checked(source, reader(source))


def _from_archive(source: InputFile) -> Shapes:
    """Unpack the one layer of a zip into a folder of its own, and read it there."""
    found = members(source, endings=SHAPES)
    layers = [member for member in found if member.ending in FORMATS]
    if len(layers) != 1:
        finding = f"The archive holds {len(layers)} layers, so it is unclear which one is meant."
        raise DataError(source.fault("LAYER_AMBIGUOUS", finding, "Pack one layer with all its parts."))
    with tempfile.TemporaryDirectory() as folder:
        for member in found:
            if member.path.parent == layers[0].path.parent:
                (Path(folder) / PurePosixPath(member.name).name).write_bytes(member.content)
        unpacked = Path(folder) / PurePosixPath(layers[0].name).name
        return read_shapes(replace(layers[0], path=unpacked, warnings=found[0].warnings))


def _format(source: InputFile) -> str:
    """The format by the file's ending, confirmed by its first bytes."""
    if is_markup(source):
        raise DataError(markup_fault(source))
    name = FORMATS.get(source.ending)
    if name is None:
        finding = f"Shapes are read from {', '.join(sorted(FORMATS))} files, or a zip with one of them."
        raise DataError(source.fault("FORMAT_UNKNOWN", finding, "Export it as GeoPackage or GeoJSON."))
    if not source.content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(MAGIC[name]):
        finding = f"The name says {name}, the content is something else; it was not opened."
        raise DataError(source.fault("FORMAT_MISMATCH", finding, "Get the file from its publisher again."))
    return name


def _checked(source: InputFile, features: _Features) -> Shapes:
    """Features with usable names, values, shapes and places, in metres."""
    if not len(features.shapes):
        raise DataError(source.fault("NO_ROWS", "The file holds no features.", "Export it again."))
    attributes = _as_text(source, features.attributes)
    frame = gpd.GeoDataFrame(attributes, geometry=features.shapes, crs=features.crs)
    frame.index = range(1, len(frame) + 1)
    faults = [*source.warnings, *features.faults]
    has_heights = bool(shapely.has_z(features.shapes).any() or shapely.has_m(features.shapes).any())
    frame = _with_shapes(source, frame.set_geometry(shapely.force_2d(features.shapes), crs=features.crs), faults)
    _check_place(source, frame, features.crs)
    return Shapes(
        frame=_repaired(source, frame.to_crs(METRES), faults),
        crs=features.crs,
        faults=tuple(faults),
        notes=("GEOM_Z_DROPPED: heights and measures of the shapes are not used.",) if has_heights else (),
    )


def _as_text(source: InputFile, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Attributes as text, each column of one type.

    Raises
    ------
    DataError
        COLUMN_NAME, COLUMN_TYPE.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    faults = [_name_fault(source, name) for name in names if _is_hostile(name)]
    columns = {name: [row.get(name) for row in rows] for name in names}
    faults.extend(fault for name, values in columns.items() if (fault := _mixed_fault(source, name, values)))
    if faults:
        raise DataError(faults)
    return pd.DataFrame({name: [_text(value) for value in values] for name, values in columns.items()}, dtype="str")


def _is_hostile(name: str) -> bool:
    return (
        name in HOSTILE_NAMES or len(name) > LONGEST_NAME or not name.isprintable() or not {"<", ">"}.isdisjoint(name)
    )


def _name_fault(source: InputFile, name: str) -> Fault:
    finding = f"An attribute is called {name[:20]!r}: no name for a column."
    return source.fault("COLUMN_NAME", finding, "Rename or delete it.", column=name[:LONGEST_NAME])


def _mixed_fault(source: InputFile, name: str, values: Sequence[Any]) -> Fault | None:
    """A fault where one column holds, say, numbers and text."""
    kinds = [_kind(value) for value in values]
    counts = Counter(kind for kind in kinds if kind)
    if len(counts) < 2:
        return None
    common = counts.most_common(1)[0][0]
    rows = tuple(row for row, kind in enumerate(kinds, start=1) if kind != common)
    finding = f"{len(rows):,} of {len(values):,} values are no {common} as the others are."
    remedy = "Write all values of a column in one form."
    return source.fault("COLUMN_TYPE", finding, remedy, column=name, rows=rows, value=_text(values[rows[0] - 1]))


def _kind(value: Any) -> str:
    """The type of a JSON value in words; "" for none."""
    if value is None:
        return ""
    return {bool: "yes or no", int: "number", float: "number", str: "text", list: "list"}.get(type(value), "object")


def _text(value: Any) -> str:
    """A value as text; whole numbers without a decimal point.

    Examples
    --------
    >>> [_text(value) for value in (None, "a", 7, 7.0, 0.5, True, [1, 2])]
    ['', 'a', '7', '7', '0.5', 'true', '[1, 2]']
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return json.dumps(value) if isinstance(value, bool | list | dict) else str(value)


def _with_shapes(source: InputFile, frame: gpd.GeoDataFrame, faults: list[Fault]) -> gpd.GeoDataFrame:
    """Features that have a shape of a known type.

    Raises
    ------
    DataError
        GEOM_MISSING, GEOM_TYPE.
    """
    strange = frame.geometry.notna() & ~frame.geometry.geom_type.isin(GEOMETRY_TYPES)
    if strange.any():
        rows = tuple(frame.index[strange])
        finding = f"Geometry type {frame.geometry[strange].geom_type.iloc[0]} is not read."
        raise DataError(source.fault("GEOM_TYPE", finding, "Export points, lines or polygons.", rows=rows))
    missing = frame.geometry.isna() | frame.geometry.is_empty
    if missing.all():
        raise DataError(source.fault("GEOM_MISSING", "No feature has a shape.", "Export it with its geometry."))
    if missing.any():
        rows = tuple(frame.index[missing])
        finding = f"{len(rows)} feature(s) have no shape and were set aside."
        faults.append(source.warning("GEOM_MISSING", finding, "Draw or delete them.", rows=rows))
    return frame[~missing]


def _check_place(source: InputFile, frame: gpd.GeoDataFrame, crs: str) -> None:
    """Raise where the coordinates cannot be what the file says."""
    numbers, owners = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    wrong = np.unique(owners[~np.isfinite(numbers).all(axis=1)])
    if len(wrong):
        rows = tuple(frame.index[wrong])
        finding = "A coordinate is not a finite number."
        raise CrsError(source.fault("NOT_FINITE", finding, "Export it again.", rows=rows))
    fault = bounds_fault(frame.total_bounds, crs, file=source.name)
    if fault:
        raise CrsError(fault)


def _repaired(source: InputFile, frame: gpd.GeoDataFrame, faults: list[Fault]) -> gpd.GeoDataFrame:
    """Valid shapes; what was mended is said."""
    shapes = frame.geometry.to_numpy().copy()
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        rows = tuple(frame.index[invalid])
        finding = f"{len(rows)} shape(s) cross themselves and were repaired."
        faults.append(source.warning("GEOM_INVALID_REPAIRED", finding, "Nothing to do.", rows=rows))
        shapes[invalid] = shapely.make_valid(np.asarray(shapes[invalid]), method="structure", keep_collapsed=False)
    return frame.set_geometry(np.asarray(shapes), crs=frame.crs)


# GeoJSON: by JSON's own reader


def _read_geojson(source: InputFile) -> _Features:
    content = _parsed(source)
    features = content.get("features") or []
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise DataError(_not_geojson(source, "Its features are not what GeoJSON calls so."))
    geometries = [feature.get("geometry") for feature in features]
    _refuse_unknown_types(source, geometries)
    attributes = [feature.get("properties") or {} for feature in features]
    is_open = [row for row, geometry in enumerate(geometries, start=1) if geometry and _has_open_ring(geometry)]
    found = _Features(_built(source, geometries), attributes, _stated_crs(source, content))
    if is_open:
        finding = f"{len(is_open)} shape(s) do not end where they begin; they were closed by a straight line."
        found.faults.append(source.warning("GEOM_RING_CLOSED", finding, "Export it again.", rows=tuple(is_open)))
    return found


def _parsed(source: InputFile) -> dict[str, Any]:
    """The one object of a GeoJSON file."""
    try:
        content = json.loads(source.content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(source.fault("ENC_UNKNOWN", "GeoJSON must be UTF-8.", "Export it again.")) from error
    except json.JSONDecodeError as error:
        raise DataError(_broken_json(source, error)) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise DataError(_not_geojson(source, "Its numbers or brackets have no end.")) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise DataError(_not_geojson(source, "It is JSON but no FeatureCollection."))
    return content


def _broken_json(source: InputFile, error: json.JSONDecodeError) -> Fault:
    """A file that ends too early, or one that is no JSON in the middle."""
    if error.msg.startswith("Unterminated string") or not error.doc[error.pos + 8 :].strip():
        finding = f"The JSON ends in the middle, at character {len(error.doc):,}."
        return source.fault("TRUNCATED", finding, "Download it again: the transfer was cut off.")
    return _not_geojson(source, f"The JSON breaks in row {error.lineno:,}, character {error.colno:,}.")


def _not_geojson(source: InputFile, finding: str) -> Fault:
    return source.fault("NOT_GEOJSON", finding, "Export it as GeoJSON, or get it from its publisher again.")


def _is_feature(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("geometry"), dict | None)
        and isinstance(item.get("properties"), dict | None)
    )


def _refuse_unknown_types(source: InputFile, geometries: Sequence[dict[str, Any] | None]) -> None:
    rows = [row for row, item in enumerate(geometries, start=1) if item and item.get("type") not in GEOMETRY_TYPES]
    if rows:
        kind = str((geometries[rows[0] - 1] or {}).get("type"))
        finding = f"{len(rows)} feature(s) have a geometry type that is not read."
        remedy = "Export points, lines or polygons."
        raise DataError(source.fault("GEOM_TYPE", finding, remedy, rows=tuple(rows), value=kind))


def _built(source: InputFile, geometries: Sequence[dict[str, Any] | None]) -> np.ndarray:
    """Shapes of GeoJSON geometries; None where there is none.

    Raises
    ------
    DataError
        GEOM_INVALID.
    """
    shapes, broken = np.full(len(geometries), None, dtype=object), []
    for at, geometry in enumerate(geometries):
        try:
            shapes[at] = _shape(geometry) if geometry else None
        except (TypeError, ValueError, OverflowError, shapely.errors.ShapelyError):
            broken.append(at + 1)
    if broken:
        raise DataError(_broken_shapes(source, broken))
    return shapes


def _broken_shapes(source: InputFile, rows: Sequence[int]) -> Fault:
    finding = f"The coordinates of {len(rows)} feature(s) make no shape."
    return source.fault("GEOM_INVALID", finding, "Export them again.", rows=tuple(rows))


def _shape(geometry: Mapping[str, Any]) -> shapely.Geometry | None:
    """One GeoJSON geometry as it stands, its rings closed."""
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if not coordinates:
        return None
    build = {"Point": _point, "LineString": _line, "Polygon": _polygon}[kind.removeprefix("Multi")]
    if not kind.startswith("Multi"):
        return build(coordinates)
    collect = {
        "MultiPoint": shapely.multipoints,
        "MultiLineString": shapely.multilinestrings,
        "MultiPolygon": shapely.multipolygons,
    }[kind]
    return collect([build(part) for part in coordinates])


def _point(position: Any) -> shapely.Geometry:
    return shapely.points(_positions([position])[0])


def _line(positions: Any) -> shapely.Geometry:
    return shapely.linestrings(_positions(positions))


def _polygon(rings: Any) -> shapely.Geometry:
    outer, *holes = [_ring(ring) for ring in rings]
    return shapely.polygons(outer, holes or None)


def _ring(positions: Any) -> shapely.Geometry:
    return shapely.linearrings(_positions(positions))  # closes an open one


def _positions(positions: Any) -> np.ndarray:
    """Positions of two numbers or three; measures in a fourth place are left out."""
    numbers = np.array(positions, dtype="float64")
    if numbers.ndim != 2 or numbers.shape[1] not in (2, 3, 4):
        raise ValueError("a position has two, three or four numbers")
    return numbers[:, :3]


def _has_open_ring(geometry: Mapping[str, Any]) -> bool:
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not geometry["type"].endswith("Polygon"):
        return False
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    rings = (ring for polygon in polygons if isinstance(polygon, list) for ring in polygon)
    return any(isinstance(ring, list) and len(ring) > 2 and ring[0] != ring[-1] for ring in rings)


def _stated_crs(source: InputFile, content: Mapping[str, Any]) -> str:
    """The reference system of a GeoJSON: WGS84, unless its old `crs` member names another."""
    member = content.get("crs")
    if member is None:
        return DEGREES
    properties = member.get("properties") if isinstance(member, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else str(member)
    if CRS84.fullmatch(name):
        return DEGREES
    code = URN.fullmatch(name)
    crs = _epsg(code[1]) if code else ""
    if not crs:
        raise CrsError(_crs_missing(source, f"The reference system {name[:40]!r} is not known."))
    return crs


def _epsg(code: str) -> str:
    """The name of an EPSG code; empty where there is no such system."""
    try:
        return str(pyproj.CRS.from_epsg(code).to_string())
    except pyproj.exceptions.CRSError:
        return ""


def _crs_missing(source: InputFile, finding: str) -> Fault:
    return source.fault("CRS_MISSING", finding, "Export it with one, for example EPSG:27700.")


# GeoPackage: by SQLite, from a copy in memory on which nothing but SELECT is allowed


def _read_geopackage(source: InputFile) -> _Features:
    with _database(source) as database:
        faults = _schema_faults(source, database)
        table, column, srs = _only_layer(source, database)
        attributes, blobs = _rows(source, database, table, column)
        crs = _database_crs(source, database, srs)
    return _Features(_decoded(source, blobs), attributes, crs, faults)


@contextlib.contextmanager
def _database(source: InputFile) -> Iterator[sqlite3.Connection]:
    """A sound database in memory, read only, each question bounded in time.

    Raises
    ------
    DataError
        DAMAGED, ENC_UNKNOWN, TOO_SLOW.
    """
    database = sqlite3.connect(":memory:")
    ends_at = time.monotonic() + LONGEST_QUERY_S
    try:
        # Version 1 of the file format: one of version 2 would look for a log file beside it.
        database.deserialize(source.content[:18] + b"\x01\x01" + source.content[20:])
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL_BYTES)
        database.set_progress_handler(lambda: time.monotonic() > ends_at, STEPS_BETWEEN_LOOKS)
        database.execute("PRAGMA trusted_schema = OFF")
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DataError(_damaged(source, found))
        database.set_authorizer(_only_reads)
        yield database
    except UnicodeDecodeError as error:
        raise DataError(source.fault("ENC_UNKNOWN", "Its text is not UTF-8.", "Export it again.")) from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            finding = f"It could not be read in {LONGEST_QUERY_S:g} seconds."
            raise DataError(source.fault("TOO_SLOW", finding, "Export the one layer that is needed.")) from error
        raise DataError(_damaged(source, str(error))) from error
    finally:
        database.close()


def _only_reads(action: int, *_: object) -> int:
    """SQLite's question whether a step is allowed."""
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _damaged(source: InputFile, finding: str) -> Fault:
    return source.fault("DAMAGED", f"The file cannot be read: {finding}.", "Download it again.")


def _schema_faults(source: InputFile, database: sqlite3.Connection) -> list[Fault]:
    """Warn of code in the file; refuse it where a reader would run it.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, GPKG_VIEW.
    """
    objects = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    names = {name for kind, name, _ in objects if kind == "table"}
    if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= names:
        finding = "It is an SQLite database, but no GeoPackage with shapes."
        raise DataError(source.fault("FORMAT_MISMATCH", finding, "Export the layer as GeoPackage."))
    layers = {name for (name,) in database.execute("SELECT table_name FROM gpkg_geometry_columns")}
    views = [
        name
        for kind, name, sql in objects
        if (kind == "view" and (name in layers or UNSAFE_FUNCTION.search(sql or "")))
        or (name in layers and (sql or "").upper().startswith("CREATE VIRTUAL"))
    ]
    if views:
        finding = "A view of the file calls a program, or stands for a layer; it was not run."
        remedy = "Export the layer as a table into a new GeoPackage."
        raise DataError(source.fault("GPKG_VIEW", finding, remedy, value=views[0]))
    triggers = [name for kind, name, _ in objects if kind == "trigger" and not STANDARD_TRIGGER.fullmatch(name)]
    if not triggers:
        return []
    finding = f"{len(triggers)} trigger(s) change the data whenever it is edited; they did not run."
    remedy = "Check the figures against their source, and export the layer into a new GeoPackage."
    return [source.warning("GPKG_TRIGGER", finding, remedy, value=triggers[0])]


def _only_layer(source: InputFile, database: sqlite3.Connection) -> tuple[str, str, int]:
    """Table, column of shapes and reference system of the one layer.

    Raises
    ------
    DataError
        GEOM_MISSING, LAYER_AMBIGUOUS.
    """
    layers = database.execute(
        "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g "
        "JOIN gpkg_contents c ON c.table_name = g.table_name WHERE c.data_type = 'features' ORDER BY g.table_name"
    ).fetchall()
    if not layers:
        raise DataError(source.fault("GEOM_MISSING", "The file holds no layer of shapes.", "Export it with them."))
    if len(layers) > 1:
        finding = f"The file holds {len(layers)} layers, so it is unclear which one is meant."
        found = ", ".join(str(name) for name, _, _ in layers)
        raise DataError(source.fault("LAYER_AMBIGUOUS", finding, "Export the one layer by itself.", value=found))
    table, column, srs = layers[0]
    return str(table), str(column), int(srs)


def _rows(
    source: InputFile, database: sqlite3.Connection, table: str, shape_column: str
) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """Attributes and encoded shapes of a table, as SQLite stores them.

    Raises
    ------
    DataError
        COLUMN_TYPE.
    """
    quoted = '"' + table.replace('"', '""') + '"'
    columns = database.execute(f"PRAGMA table_info({quoted})").fetchall()
    declared = {name: str(kind).upper() for _, name, kind, _, _, is_key in columns if not is_key}
    cursor = database.execute(f"SELECT * FROM {quoted}")
    names = [description[0] for description in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    kept = [name for name, kind in declared.items() if name != shape_column and not kind.startswith("BLOB")]
    faults = [fault for name in kept if (fault := _stored_fault(source, name, declared[name], rows))]
    if faults:
        raise DataError(faults)
    return [{name: row[name] for name in kept} for row in rows], [row[shape_column] for row in rows]


def _stored_fault(source: InputFile, name: str, declared: str, rows: Sequence[Mapping[str, Any]]) -> Fault | None:
    """A fault where a column holds what its type does not allow; other programs would make a 0 of it."""
    allowed = next((types for start, types in STORED_TYPES.items() if declared.startswith(start)), (int, float, str))
    wrong = [row for row, item in enumerate(rows, start=1) if not isinstance(item[name], (*allowed, type(None)))]
    if not wrong:
        return None
    finding = f"{len(wrong):,} of {len(rows):,} values are stored as something else than {declared}."
    value = str(rows[wrong[0] - 1][name])
    return source.fault("COLUMN_TYPE", finding, "Correct or empty them.", column=name, rows=tuple(wrong), value=value)


def _decoded(source: InputFile, blobs: Sequence[Any]) -> np.ndarray:
    """Shapes of a GeoPackage's blobs; None where there is none.

    Raises
    ------
    DataError
        GEOM_INVALID.
    """
    encoded = [None if blob is None else _well_known(blob) for blob in blobs]
    shapes = np.asarray(shapely.from_wkb(np.array(encoded, dtype=object), on_invalid="ignore"))
    broken = [row for row, blob in enumerate(blobs, start=1) if blob is not None and shapes[row - 1] is None]
    if broken:
        raise DataError(_broken_shapes(source, broken))
    return shapes


def _well_known(blob: Any) -> bytes | None:
    """The well-known binary inside a GeoPackage blob; None where it is none (OGC 12-128r19, 2.1.3)."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:3] != b"GP\0":
        return None
    envelope = blob[3] >> 1 & 0b111
    return blob[8 + ENVELOPE_BYTES[envelope] :] if envelope < len(ENVELOPE_BYTES) else None


def _database_crs(source: InputFile, database: sqlite3.Connection, srs: int) -> str:
    """The reference system of a layer, by its EPSG code or its definition.

    Raises
    ------
    CrsError
        CRS_MISSING.
    """
    query = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    organisation, code, definition = database.execute(query, [srs]).fetchone() or ("", 0, "")
    crs = ""
    if srs > 0 and str(organisation).upper() == "EPSG":
        crs = _epsg(str(code))
    elif srs > 0:
        with contextlib.suppress(pyproj.exceptions.CRSError):
            crs = str(pyproj.CRS.from_wkt(str(definition)).to_string())
    if not crs:
        raise CrsError(_crs_missing(source, "The file does not say in which reference system its coordinates are."))
    return crs


# Shapefile: by GDAL, once its parts agree


def _read_shapefile(source: InputFile) -> _Features:
    import pyogrio

    parts = _parts(source)
    _check_counts(source, parts)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for ending, content in parts.items():
            (Path(folder) / f"layer{ending}").write_bytes(content)
        try:
            frame = gpd.read_file(Path(folder) / "layer.shp", engine="pyogrio")
        except UnicodeDecodeError as error:
            finding = "Its text is not in the encoding that it states."
            raise DataError(source.fault("ENC_UNKNOWN", finding, "Export it as GeoPackage.")) from error
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError) as error:
            raise DataError(_damaged(source, str(error))) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(source.fault("GEOM_MISSING", "The file holds no shapes.", "Export it with its geometry."))
    if frame.crs is None:
        raise CrsError(_crs_missing(source, "The .prj file names no known reference system."))
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    attributes = table.where(table.notna(), None).to_dict("records")
    return _Features(frame.geometry.to_numpy(), attributes, str(frame.crs.to_string()))


def _parts(source: InputFile) -> dict[str, bytes]:
    """The files of a shapefile by their endings.

    Raises
    ------
    DataError
        SHP_INCOMPLETE.
    """
    beside = {path.suffix.lower(): path for path in source.path.parent.iterdir() if path.stem == source.path.stem}
    missing = [ending for ending in SHAPEFILE_PARTS if ending not in beside]
    if missing:
        finding = f"A shapefile is several files; {', '.join(missing)} is missing."
        raise DataError(source.fault("SHP_INCOMPLETE", finding, "Copy all parts, or use a GeoPackage."))
    wanted = [ending for ending in (*SHAPEFILE_PARTS, *SHAPEFILE_EXTRAS) if ending in beside]
    return {".shp": source.content} | {ending: beside[ending].read_bytes() for ending in wanted}


def _check_counts(source: InputFile, parts: Mapping[str, bytes]) -> None:
    """Raise where the parts are cut, or are not parts of one shapefile.

    Notes
    -----
    ESRI Shapefile Technical Description (1998): lengths in words of 16 bits; the index holds 8 bytes a record, its
    offset and length, which stand before the record too.
    """
    shapes, index, table = parts[".shp"], parts[".shx"], parts[".dbf"]
    if min(len(shapes), len(index)) < SHAPEFILE_HEADER_BYTES or len(table) < 32:
        raise DataError(_damaged(source, "a part ends within its header"))
    rows, header_bytes, row_bytes = struct.unpack("<IHH", table[4:12])
    if len(table) < header_bytes + rows * row_bytes or len(shapes) < 2 * struct.unpack(">I", shapes[24:28])[0]:
        raise DataError(_damaged(source, "a part is shorter than it says"))
    entries = np.frombuffer(index, dtype=">i4", offset=SHAPEFILE_HEADER_BYTES, count=(len(index) - 100) // 8 * 2)
    offsets, lengths = 2 * entries[::2].astype("int64"), entries[1::2]
    if rows != len(offsets):
        finding = f"The .dbf file has {rows:,} rows, the .shx file {len(offsets):,}: they are parts of two shapefiles."
        raise DataError(source.fault("SHP_INCOMPLETE", finding, "Copy all parts from one place."))
    if len(offsets) and (offsets.min() < SHAPEFILE_HEADER_BYTES or offsets.max() + 8 > len(shapes)):
        raise DataError(_damaged(source, "the .shx file points beyond the .shp file"))
    at = offsets[:, None] + np.arange(4, 8)
    stated = np.frombuffer(shapes, dtype=np.uint8)[at].reshape(-1, 4).copy().view(">i4").ravel()
    if not np.array_equal(stated, lengths):
        raise DataError(_damaged(source, "the .shx file is of another .shp file"))


READERS = {"GeoJSON": _read_geojson, "GeoPackage": _read_geopackage, "shapefile": _read_shapefile}
