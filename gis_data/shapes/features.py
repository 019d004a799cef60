"""What a vector file contains before it is checked, and the faults that every format has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj

from connected_place.gis_data.crs import DEGREES
from connected_place.gis_data.errors import Fault, shortened
from connected_place.gis_data.files import InputFile

GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")

LONGEST_REASON = 200
"""Characters of what a reader of other people's says."""


@dataclass(slots=True)
class Features:
    """Features as a file has them: in its own reference system, attributes of any type."""

    shapes: np.ndarray
    attributes: list[Mapping[str, Any]]
    crs: str
    faults: list[Fault] = field(default_factory=list)


def epsg(code: str) -> str:
    """The name of an EPSG code; empty if there is no such system, or it does not place shapes on Earth.

    Examples
    --------
    >>> epsg("27700"), epsg("5701"), epsg("99999")
    ('EPSG:27700', '', '')
    """
    try:
        return located(pyproj.CRS.from_epsg(code))
    except pyproj.exceptions.CRSError:
        return ""


def system_of_text(text: str) -> str:
    """The name of the reference system that a well-known text describes; empty as for `epsg`."""
    try:
        return located(pyproj.CRS.from_wkt(text))
    except pyproj.exceptions.CRSError:
        return ""


def located(system: pyproj.CRS) -> str:
    """The name of a reference system from which a way leads to degrees; empty for local, vertical and unknown ones."""
    if not (system.is_geographic or system.is_projected):
        return ""
    try:
        pyproj.Transformer.from_crs(system, DEGREES, always_xy=True)
    except pyproj.exceptions.ProjError:
        return ""
    return str(system.to_string())


def damaged(source: InputFile, reason: str) -> Fault:
    """A file that cannot be read, with what its reader says of it."""
    return source.fault("DAMAGED.file", reason=shortened(reason, LONGEST_REASON))


def strange_shapes(source: InputFile, rows: Sequence[int], kind: str) -> Fault:
    """Features, counted from 1, of a type of shape that is not read; `kind` is that of the first."""
    return source.fault("GEOM_TYPE.format", rows=tuple(rows), count=len(rows), kind=shortened(kind))


def broken_shapes(source: InputFile, rows: Sequence[int]) -> Fault:
    """Features, counted from 1, whose coordinates make no shape."""
    return source.fault("GEOM_INVALID", rows=tuple(rows), count=len(rows))
