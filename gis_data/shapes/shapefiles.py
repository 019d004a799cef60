"""A shapefile as its features, read by GDAL once its parts, in a folder of their own, agree with each other."""

from __future__ import annotations

import struct
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.shapes.features import Features, damaged, located
from connected_place.gis_data.shapes.repairs import SAME_SHARE
from connected_place.gis_data.shapes.shapefile_text import decoded, encoding_of

SHAPEFILE_PARTS = (".shx", ".dbf", ".prj")
SHAPEFILE_EXTRAS = (".cpg",)
SHAPEFILE_HEADER_BYTES = 100

DELETED = ord("*")
"""Marks a deleted row of the table; GDAL skips it and its shape."""

POLYGON_TYPES = (5, 15, 25)
"""Plain, with heights and with measures."""

BYTE_FOR_BYTE = "ISO-8859-1"
"""Gives each byte of the table as one letter, so that its encoding can be found afterwards."""


def read_shapefile(source: InputFile) -> Features:
    """Read the features of a shapefile, whose parts lie beside it.

    Raises
    ------
    DataError
        SHP_INCOMPLETE, DAMAGED, ENC_UNKNOWN, GEOM_MISSING, GEOM_REPAIR.
    CrsError
        CRS_MISSING.
    """
    import pyogrio

    parts = _parts(source)
    offsets = _checked_offsets(source, parts)
    if not _is_text(parts[".prj"]):
        raise CrsError(source.fault("CRS_MISSING.shapefile"))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for ending in (".shp", *SHAPEFILE_PARTS):
            (Path(folder) / f"layer{ending}").write_bytes(parts[ending])
        try:
            frame = gpd.read_file(Path(folder) / "layer.shp", engine="pyogrio", encoding=BYTE_FOR_BYTE)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError) as error:
            raise DataError(damaged(source, str(error))) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataError(source.fault("GEOM_MISSING.file"))
    crs = "" if frame.crs is None else located(frame.crs)
    if not crs:
        raise CrsError(source.fault("CRS_MISSING.shapefile"))
    turned = _holes_made_land(parts[".shp"], offsets, shapely.area(frame.geometry.to_numpy()))
    if turned:
        raise DataError(source.fault("GEOM_REPAIR.hole", rows=turned, count=len(turned)))
    table, faults = _with_text(source, parts, pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    table = table.astype(object)
    known = table.where(table.notna(), None).to_dict("records")
    attributes: list[Mapping[str, Any]] = [{str(name): value for name, value in row.items()} for row in known]
    return Features(frame.geometry.to_numpy(), attributes, crs, faults)


def _is_text(content: bytes) -> bool:
    """True for text that GDAL takes; its reader crashes on anything else."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def _with_text(source: InputFile, parts: Mapping[str, bytes], frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Names and values that were read byte for byte, in the encoding that they are in.

    Raises
    ------
    DataError
        ENC_UNKNOWN.
    """
    columns = {at: frame.iloc[:, at] for at in range(frame.shape[1]) if frame.iloc[:, at].dtype.kind not in "iufbM"}
    strange = [name for name in frame.columns if not name.isascii()]
    for column in columns.values():
        strange.extend(value for value in column.unique() if isinstance(value, str) and not value.isascii())
    encoding, faults = encoding_of(source, parts, [text.encode(BYTE_FOR_BYTE) for text in dict.fromkeys(strange)])
    text = {name: decoded(name.encode(BYTE_FOR_BYTE), encoding).rstrip() for name in strange}
    if strange:
        frame = frame.copy()
        for at, column in columns.items():
            frame.isetitem(at, column.map(lambda value: text.get(value, value)).to_numpy())
    return frame.rename(columns=text), faults


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
        raise DataError(source.fault("SHP_INCOMPLETE.parts", missing=", ".join(missing)))
    wanted = [ending for ending in (*SHAPEFILE_PARTS, *SHAPEFILE_EXTRAS) if ending in beside]
    return {".shp": source.content} | {ending: beside[ending].read_bytes() for ending in wanted}


def _checked_offsets(source: InputFile, parts: Mapping[str, bytes]) -> np.ndarray:
    """Where each record begins that is not deleted; raises where the parts are cut, or are not of one shapefile.

    Notes
    -----
    ESRI Shapefile Technical Description (1998): lengths in words of 16 bits; the index has 8 bytes a record, its
    offset and length, which also precede the record.
    """
    shapes, index, table = parts[".shp"], parts[".shx"], parts[".dbf"]
    if min(len(shapes), len(index)) < SHAPEFILE_HEADER_BYTES or len(table) < 32:
        raise DataError(damaged(source, "a part ends within its header"))
    rows, header_bytes, row_bytes = struct.unpack("<IHH", table[4:12])
    if len(table) < header_bytes + rows * row_bytes or len(shapes) < 2 * struct.unpack(">I", shapes[24:28])[0]:
        raise DataError(damaged(source, "a part is shorter than it says"))
    entries = np.frombuffer(index, dtype=">i4", offset=SHAPEFILE_HEADER_BYTES, count=(len(index) - 100) // 8 * 2)
    offsets, lengths = 2 * entries[::2].astype("int64"), entries[1::2]
    if rows != len(offsets):
        raise DataError(source.fault("SHP_INCOMPLETE.rows", dbf_rows=rows, shx_rows=len(offsets)))
    if len(offsets) and (offsets.min() < SHAPEFILE_HEADER_BYTES or offsets.max() + 8 > len(shapes)):
        raise DataError(damaged(source, "the .shx file points beyond the .shp file"))
    heads = np.frombuffer(shapes, dtype=np.uint8)[offsets[:, None] + np.arange(8)].copy().view(">i4").reshape(-1, 2)
    if not np.array_equal(heads[:, 1], lengths):
        raise DataError(damaged(source, "the .shx file is of another .shp file"))
    wrong = np.flatnonzero(np.diff(heads[:, 0], prepend=heads[:1, 0] - 1) != 1)
    if len(wrong):
        rows = tuple((wrong + 1).tolist())
        raise DataError(source.fault("SHP_INCOMPLETE.order", rows=rows, count=len(rows)))
    marks = np.frombuffer(table, dtype=np.uint8)[header_bytes + row_bytes * np.arange(rows)]
    return np.asarray(offsets[marks != DELETED])


def _holes_made_land(shapes: bytes, offsets: np.ndarray, areas: np.ndarray) -> tuple[int, ...]:
    """Features that have more land than their outer rings enclose: a hole outside of them was taken for another part.

    Notes
    -----
    ESRI Shapefile Technical Description (1998): outer rings run clockwise, holes the other way.
    """
    found = []
    for row, (start, area) in enumerate(zip(offsets.tolist(), areas.tolist(), strict=False), start=1):
        kind, rings, corners = _polygon_head(shapes, start + 8)
        first = start + 52 + 4 * rings
        if kind not in POLYGON_TYPES or rings < 2 or first + 16 * corners > len(shapes):
            continue
        breaks = np.frombuffer(shapes, dtype="<i4", count=rings, offset=start + 52)
        x, y = np.frombuffer(shapes, dtype="<f8", count=2 * corners, offset=first).reshape(-1, 2).T
        if np.any(np.diff(breaks, append=corners) <= 0) or breaks[0] != 0:
            continue
        x, y = x - x[0], y - y[0]  # so that small rings far from the origin keep their digits
        steps = np.append(x[1:] * y[:-1] - x[:-1] * y[1:], 0.0)
        steps[breaks[1:] - 1] = 0.0  # from the end of one ring to the begin of the next
        clockwise = np.add.reduceat(steps, breaks) / 2
        outer = float(clockwise[clockwise > 0].sum())
        if 0 < outer * (1 + SAME_SHARE) < area and (clockwise < 0).any():
            found.append(row)
    return tuple(found)


def _polygon_head(shapes: bytes, at: int) -> tuple[int, int, int]:
    """Type, number of rings and number of corners of a record; 0 where it is too short to have them."""
    if at + 44 > len(shapes):
        return 0, 0, 0
    kind, rings, corners = *struct.unpack_from("<i", shapes, at), *struct.unpack_from("<ii", shapes, at + 36)
    return kind, max(rings, 0), max(corners, 0)
