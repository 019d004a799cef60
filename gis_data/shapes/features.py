"""What a vector file holds before it is checked, and the faults that every format has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj

from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files import InputFile

GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(slots=True)
class Features:
    """Features as a file has them: in its own reference system, attributes of any type."""

    shapes: np.ndarray
    attributes: list[Mapping[str, Any]]
    crs: str
    faults: list[Fault] = field(default_factory=list)


def epsg(code: str) -> str:
    """The name of an EPSG code; empty where there is no such system."""
    try:
        return str(pyproj.CRS.from_epsg(code).to_string())
    except pyproj.exceptions.CRSError:
        return ""


def damaged(source: InputFile, reason: str) -> Fault:
    """A file that cannot be read, with what its reader says of it."""
    return source.fault("DAMAGED.file", reason=reason)


def broken_shapes(source: InputFile, rows: Sequence[int]) -> Fault:
    """Features, counted from 1, whose coordinates make no shape."""
    return source.fault("GEOM_INVALID", rows=tuple(rows), count=len(rows))
