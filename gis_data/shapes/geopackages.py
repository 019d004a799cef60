"""A GeoPackage as its features, read by SQLite from a copy in memory on which nothing but SELECT is allowed."""

from __future__ import annotations

import contextlib
import itertools
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.shapes.curved import CURVES, UNREADABLE, kind_of_binary, straightened
from connected_place.gis_data.shapes.features import (
    Features,
    broken_shapes,
    damaged,
    epsg,
    strange_shapes,
    system_of_text,
)

STANDARD_TRIGGER = re.compile(r"(?:rtree|gpkg|gpkgext)_.*|trigger_(?:insert|delete)_feature_count_.*", re.IGNORECASE)
UNSAFE_FUNCTION = re.compile(
    r"\b(?:load_extension|readfile|writefile|edit|fts3_tokenizer|zeroblob|randomblob)\s*\(", re.IGNORECASE
)
STORED_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("INT", "MEDIUMINT", "SMALLINT", "TINYINT", "BIGINT", "BOOL"), (int,)),
    **dict.fromkeys(("REAL", "DOUBLE", "FLOAT"), (int, float)),
    "TEXT": (str,),
}
"""By the first letters of a column's declared type, what SQLite may store; under other types anything but bytes."""

LONGEST_CELL_BYTES = 200_000_000
STEPS_BETWEEN_LOOKS = 100_000
MOST_LOOKS = 20_000
"""Two thousand million steps of SQLite: ten million rows of 200 columns. Counted in work, so that a busy computer gives
the same answer."""

ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def read_geopackage(source: InputFile) -> Features:
    """Read the one layer of a GeoPackage; code in it does not run.

    Raises
    ------
    DataError
        DAMAGED, ENC_UNKNOWN, TOO_SLOW, FORMAT_MISMATCH, GPKG_VIEW, GEOM_MISSING, LAYER_AMBIGUOUS, COLUMN_TYPE,
        GEOM_TYPE, GEOM_INVALID.
    CrsError
        CRS_MISSING.
    """
    with _database(source) as database:
        faults = _schema_faults(source, database)
        table, column, srs = _only_layer(source, database)
        attributes, blobs = _rows(source, database, table, column)
        crs = _database_crs(source, database, srs)
    shapes, curved = _decoded(source, blobs)
    return Features(shapes, attributes, crs, [*faults, *curved])


@contextlib.contextmanager
def _database(source: InputFile) -> Iterator[sqlite3.Connection]:
    """A sound database in memory, read only, the work on it bounded.

    Raises
    ------
    DataError
        DAMAGED, ENC_UNKNOWN, TOO_SLOW.
    """
    database = sqlite3.connect(":memory:")
    looks = itertools.count(1)
    try:
        # Version 1 of the file format: one of version 2 would look for a log file beside it.
        database.deserialize(source.content[:18] + b"\x01\x01" + source.content[20:])
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL_BYTES)
        database.set_progress_handler(lambda: next(looks) > MOST_LOOKS, STEPS_BETWEEN_LOOKS)
        database.execute("PRAGMA trusted_schema = OFF")
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DataError(damaged(source, found))
        database.set_authorizer(_only_reads)
        yield database
    except UnicodeDecodeError as error:
        raise DataError(source.fault("ENC_UNKNOWN.database")) from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise DataError(source.fault("TOO_SLOW", steps=MOST_LOOKS * STEPS_BETWEEN_LOOKS)) from error
        raise DataError(damaged(source, str(error))) from error
    finally:
        database.close()


def _only_reads(action: int, *_: object) -> int:
    """SQLite's question whether a step is allowed."""
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


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
        raise DataError(source.fault("FORMAT_MISMATCH.database"))
    layers = {name for (name,) in database.execute("SELECT table_name FROM gpkg_geometry_columns")}
    views = [
        name
        for kind, name, sql in objects
        if (kind == "view" and (name in layers or UNSAFE_FUNCTION.search(sql or "")))
        or (name in layers and (sql or "").upper().startswith("CREATE VIRTUAL"))
    ]
    if views:
        raise DataError(source.fault("GPKG_VIEW", value=views[0]))
    triggers = [name for kind, name, _ in objects if kind == "trigger" and not STANDARD_TRIGGER.fullmatch(name)]
    if not triggers:
        return []
    return [source.warning("GPKG_TRIGGER", value=triggers[0], count=len(triggers))]


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
        raise DataError(source.fault("GEOM_MISSING.file"))
    if len(layers) > 1:
        found = ", ".join(str(name) for name, _, _ in layers)
        raise DataError(source.fault("LAYER_AMBIGUOUS.database", value=found, count=len(layers)))
    table, column, srs = layers[0]
    return str(table), str(column), srs if isinstance(srs, int) else 0


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
    """A fault where a column has values that its type does not allow; other programs would read them as 0."""
    allowed = next((types for start, types in STORED_TYPES.items() if declared.startswith(start)), (int, float, str))
    wrong = [row for row, item in enumerate(rows, start=1) if not isinstance(item[name], (*allowed, type(None)))]
    if not wrong:
        return None
    value = str(rows[wrong[0] - 1][name])
    return source.fault(
        "COLUMN_TYPE.stored",
        column=name,
        rows=tuple(wrong),
        value=value,
        count=len(wrong),
        total=len(rows),
        kind=declared,
    )


def _decoded(source: InputFile, blobs: Sequence[Any]) -> tuple[np.ndarray, list[Fault]]:
    """Shapes of a GeoPackage's blobs, None where there is none; curves are straightened with a warning.

    Raises
    ------
    DataError
        GEOM_TYPE, GEOM_INVALID.
    """
    encoded = [None if blob is None else _well_known(blob) for blob in blobs]
    kinds = ["" if binary is None else kind_of_binary(binary) for binary in encoded]
    strange = [row for row, kind in enumerate(kinds, start=1) if kind in UNREADABLE]
    if strange:
        raise DataError(strange_shapes(source, strange, kinds[strange[0] - 1]))
    is_curved = np.array([kind in CURVES for kind in kinds], dtype=bool)
    plain = [None if curved else binary for curved, binary in zip(is_curved, encoded, strict=True)]
    shapes = np.asarray(shapely.from_wkb(np.array(plain, dtype=object), on_invalid="ignore"))
    broken = [row for row, blob in enumerate(blobs, start=1) if blob is not None and shapes[row - 1] is None]
    curved_rows = np.flatnonzero(is_curved).tolist()
    for at in curved_rows:
        with contextlib.suppress(ValueError):
            shapes[at] = straightened(encoded[at] or b"") or shapely.Polygon()
            broken.remove(at + 1)
    if broken:
        raise DataError(broken_shapes(source, broken))
    if not len(curved_rows):
        return shapes, []
    rows = tuple(at + 1 for at in curved_rows)
    return shapes, [source.warning("GEOM_CURVED", rows=rows, count=len(rows))]


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
    crs = epsg(str(code)) if srs > 0 and str(organisation).upper() == "EPSG" else ""
    if not crs and srs > 0:
        crs = system_of_text(str(definition))
    if not crs:
        raise CrsError(source.fault("CRS_MISSING.database"))
    return crs
