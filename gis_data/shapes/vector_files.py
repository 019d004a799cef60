"""A boundary file as checked shapes in British National Grid: GeoJSON, GeoPackage or shapefile, and nothing else.

GeoJSON and GeoPackage are read from their bytes by JSON's and SQLite's own readers. Only a shapefile goes to GDAL: its
parts, counted against each other, in a folder of their own.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.crs import METRES, bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault, shortened
from connected_place.gis_data.files import SHAPES, InputFile, is_markup, is_zip, markup_fault, members
from connected_place.gis_data.shapes.features import GEOMETRY_TYPES, Features, strange_shapes
from connected_place.gis_data.shapes.geojson_files import read_geojson
from connected_place.gis_data.shapes.geopackages import read_geopackage
from connected_place.gis_data.shapes.repairs import repaired
from connected_place.gis_data.shapes.shapefiles import read_shapefile

FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GeoPackage", ".shp": "shapefile"}
MAGIC = {"GeoJSON": b"{", "GeoPackage": b"SQLite format 3\0", "shapefile": b"\x00\x00\x27\x0a"}
_READERS = {"GeoJSON": read_geojson, "GeoPackage": read_geopackage, "shapefile": read_shapefile}

LONGEST_NAME = 100
HOSTILE_NAMES = frozenset({"", "geometry", "__proto__", "prototype", "constructor"})
"""Attribute names that no table can have beside its shapes, or that change the objects of a page's script."""


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
    shapeless : DataFrame
        Attributes of the features without a shape, which the frame leaves out.
    notes : tuple of str
        What was left out without harm, in words.
    """

    frame: gpd.GeoDataFrame
    crs: str
    faults: tuple[Fault, ...]
    shapeless: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_shapes(source: InputFile) -> Shapes:
    """Read a vector file whose content matches its name, or a zip with one inside.

    Raises
    ------
    DataError
        FORMAT_UNKNOWN, FORMAT_MISMATCH, XML_ENTITY, XML_REMOTE, LAYER_AMBIGUOUS, NO_ROWS, DAMAGED, COLUMN_NAME,
        COLUMN_TYPE, TEXT_BROKEN, GEOM_TYPE, GEOM_INVALID, GEOM_REPAIR, GEOM_MISSING, TOO_LARGE; for GeoJSON also
        ENC_UNKNOWN, TRUNCATED, NOT_GEOJSON, KEY_TWICE, NOT_FINITE; for GeoPackages GPKG_VIEW, TOO_SLOW; for shapefiles
        SHP_INCOMPLETE; for zips those of `archives.members`.
    CrsError
        CRS_MISSING, CRS_NUMBERS_MISMATCH, COORD_SWAPPED, COORD_RANGE, NOT_FINITE.
    """
    if source.ending == ".zip" and is_zip(source):
        return _from_archive(source)
    reader = _READERS[_format(source)]
    with np.errstate(all="ignore"):  # coordinates that are not numbers are a fault with their rows, not a warning
        return _checked(source, reader(source))


def _from_archive(source: InputFile) -> Shapes:
    """Unpack the one layer of a zip into a folder of its own, and read it there."""
    found = members(source, endings=SHAPES)
    layers = [member for member in found if member.ending in FORMATS]
    if len(layers) != 1:
        raise DataError(source.fault("LAYER_AMBIGUOUS.archive", count=len(layers)))
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
        raise DataError(source.fault("FORMAT_UNKNOWN.shapes", formats=", ".join(sorted(FORMATS))))
    if not source.content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(MAGIC[name]):
        raise DataError(source.fault("FORMAT_MISMATCH.shapes", format=name))
    return name


def _checked(source: InputFile, features: Features) -> Shapes:
    """Features with usable names, values, shapes and places, in metres."""
    if not len(features.shapes):
        raise DataError(source.fault("NO_ROWS.shapes"))
    attributes = _as_text(source, features.attributes)
    frame = gpd.GeoDataFrame(attributes, geometry=features.shapes, crs=features.crs)
    frame.index = range(1, len(frame) + 1)
    faults = [*source.warnings, *features.faults]
    has_heights = bool(shapely.has_z(features.shapes).any() or shapely.has_m(features.shapes).any())
    known = _with_shapes(source, frame.set_geometry(shapely.force_2d(features.shapes), crs=features.crs), faults)
    _check_place(source, known, features.crs)
    valid, repairs = repaired(source, known.to_crs(METRES))
    return Shapes(
        frame=valid,
        crs=features.crs,
        faults=(*faults, *repairs),
        shapeless=pd.DataFrame(attributes).set_axis(frame.index).drop(known.index),
        notes=("GEOM_Z_DROPPED: heights and measures of the shapes are not used.",) if has_heights else (),
    )


def _as_text(source: InputFile, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Attributes as text, each column of one type.

    Raises
    ------
    DataError
        COLUMN_NAME, COLUMN_TYPE, TEXT_BROKEN, NOT_GEOJSON.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    faults = [_name_fault(source, name) for name in names if _is_hostile(name)]
    columns = {name: [row.get(name) for row in rows] for name in names}
    try:
        text = {name: [_text(value) for value in values] for name, values in columns.items()}
    except RecursionError as error:  # brackets hundreds deep in an attribute
        raise DataError(source.fault("NOT_GEOJSON.endless")) from error
    faults.extend(fault for name, values in text.items() if (fault := _half_letters(source, name, values)))
    if faults:
        raise DataError(faults)
    faults.extend(fault for name, values in columns.items() if (fault := _mixed_fault(source, name, values)))
    if faults:
        raise DataError(faults)
    return pd.DataFrame(text, dtype="str", index=range(len(rows)))


def _is_hostile(name: str) -> bool:
    return (
        name in HOSTILE_NAMES or len(name) > LONGEST_NAME or not name.isprintable() or not {"<", ">"}.isdisjoint(name)
    )


def _name_fault(source: InputFile, name: str) -> Fault:
    return source.fault("COLUMN_NAME", column=shortened(name), name=shortened(repr(name[:20])))


def _half_letters(source: InputFile, name: str, values: Sequence[str]) -> Fault | None:
    """A fault where text has one half of a pair of surrogates, which no file can be written with."""
    if _can_be_written("".join(values)):
        return None
    rows = tuple(row for row, value in enumerate(values, start=1) if not _can_be_written(value))
    value = shortened(values[rows[0] - 1])
    return source.fault("TEXT_BROKEN", column=shortened(name), rows=rows, value=value, count=len(rows))


def _can_be_written(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mixed_fault(source: InputFile, name: str, values: Sequence[Any]) -> Fault | None:
    """A fault where one column mixes, say, numbers and text."""
    kinds = [_kind(value) for value in values]
    counts = Counter(kind for kind in kinds if kind)
    if len(counts) < 2:
        return None
    common = counts.most_common(1)[0][0]
    rows = tuple(row for row, kind in enumerate(kinds, start=1) if kind != common)
    return source.fault(
        "COLUMN_TYPE.mixed",
        column=name,
        rows=rows,
        value=_text(values[rows[0] - 1]),
        count=len(rows),
        total=len(values),
        kind=common,
    )


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
    is_missing = shapely.is_missing(frame.geometry.to_numpy())
    strange = ~is_missing & ~frame.geometry.geom_type.isin(GEOMETRY_TYPES)
    if strange.any():
        rows = tuple(frame.index[strange])
        kind = str(frame.geometry[strange].geom_type.iloc[0])
        raise DataError(strange_shapes(source, rows, kind))
    missing = is_missing | frame.geometry.is_empty
    if missing.all():
        raise DataError(source.fault("GEOM_MISSING.all"))
    if missing.any():
        rows = tuple(frame.index[missing])
        faults.append(source.warning("GEOM_MISSING.some", rows=rows, count=len(rows)))
    return frame[~missing]


def _check_place(source: InputFile, frame: gpd.GeoDataFrame, crs: str) -> None:
    """Raise where the coordinates cannot be what the file says."""
    numbers, owners = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    wrong = np.unique(owners[~np.isfinite(numbers).all(axis=1)])
    if len(wrong):
        rows = tuple(frame.index[wrong])
        raise CrsError(source.fault("NOT_FINITE.coordinates", rows=rows))
    fault = bounds_fault(frame.total_bounds, crs, file=source.name)
    if fault:
        raise CrsError(fault)
