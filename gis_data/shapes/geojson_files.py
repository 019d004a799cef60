"""A GeoJSON file as its features, read by JSON's own reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from connected_place.gis_data.crs import DEGREES
from connected_place.gis_data.errors import CrsError, DataError, Fault, shortened
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.shapes.features import GEOMETRY_TYPES, Features, broken_shapes, epsg, strange_shapes
from connected_place.gis_data.shapes.json_fg import shapes_in_places

URN = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
CRS84 = re.compile(r"(?:urn:ogc:def:crs:)?OGC:(?:[\d.]*:)?CRS84", re.IGNORECASE)


MOST_PARTS = 50_000_000
"""Positions and objects of a file, each taking a hundred bytes of memory. The output areas of England and Wales
at full resolution have thirty million."""


class _WithRepeats(dict[str, Any]):
    """A JSON object that gives a key twice; only the last would count."""

    repeated: str = ""


def read_geojson(source: InputFile) -> Features:
    """Read the features of a GeoJSON file, open rings closed.

    Raises
    ------
    DataError
        ENC_UNKNOWN, TOO_LARGE, TRUNCATED, NOT_GEOJSON, KEY_TWICE, GEOM_TYPE, GEOM_INVALID.
    CrsError
        CRS_MISSING.
    """
    content = _parsed(source)
    features = content.get("features") or []
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise DataError(source.fault("NOT_GEOJSON.features"))
    _refuse_repeated_keys(source, content, features)
    placed = shapes_in_places(source, content, features)
    geometries = placed[0] if placed else [feature.get("geometry") for feature in features]
    _refuse_unknown_types(source, geometries)
    attributes = [feature.get("properties") or {} for feature in features]
    is_open = [row for row, geometry in enumerate(geometries, start=1) if geometry and _has_open_ring(geometry)]
    found = Features(_built(source, geometries), attributes, placed[1] if placed else _stated_crs(source, content))
    if is_open:
        found.faults.append(source.warning("GEOM_RING_CLOSED", rows=tuple(is_open), count=len(is_open)))
    return found


def _parsed(source: InputFile) -> dict[str, Any]:
    """The one object of a GeoJSON file."""
    parts = source.content.count(b"[") + source.content.count(b"{")
    if parts > MOST_PARTS:
        raise DataError(source.fault("TOO_LARGE.parts", count=parts, limit=MOST_PARTS))
    try:
        content = json.loads(source.content.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise DataError(source.fault("ENC_UNKNOWN.geojson")) from error
    except json.JSONDecodeError as error:
        raise DataError(_broken_json(source, error)) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise DataError(source.fault("NOT_GEOJSON.endless")) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise DataError(source.fault("NOT_GEOJSON.other"))
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, marked if it has a key twice."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked = _WithRepeats(found)
    keys = [key for key, _ in pairs]
    marked.repeated = next(key for key in keys if keys.count(key) > 1)
    return marked


def _refuse_repeated_keys(source: InputFile, content: dict[str, Any], features: Sequence[dict[str, Any]]) -> None:
    """Raise where an object gives a key twice.

    Raises
    ------
    DataError
        KEY_TWICE.
    """
    found = [(row, key) for row, feature in enumerate(features, start=1) if (key := _repeated_key_in(feature))]
    if found:
        rows, column = tuple(row for row, _ in found), shortened(found[0][1])
        raise DataError(source.fault("KEY_TWICE.features", column=column, rows=rows, count=len(rows)))
    if isinstance(content, _WithRepeats):
        raise DataError(source.fault("KEY_TWICE.file", column=shortened(content.repeated)))


def _repeated_key_in(feature: Mapping[str, Any]) -> str:
    """A key that a feature, its geometry, its properties or an object in them gives twice; "" for none."""
    properties = feature.get("properties") or {}
    inner = (value for value in properties.values() if isinstance(value, dict))
    objects = (feature, properties, feature.get("geometry"), feature.get("place"), *inner)
    return next((item.repeated or "(blank)" for item in objects if isinstance(item, _WithRepeats)), "")


def _broken_json(source: InputFile, error: json.JSONDecodeError) -> Fault:
    """A file that ends too early, or is not JSON part of the way through."""
    if error.msg.startswith("Unterminated string") or not error.doc[error.pos + 8 :].strip():
        return source.fault("TRUNCATED.json", count=len(error.doc))
    return source.fault("NOT_GEOJSON.syntax", row=error.lineno, character=error.colno)


def _is_feature(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("geometry"), dict | None)
        and isinstance(item.get("place"), dict | None)
        and isinstance(item.get("properties"), dict | None)
    )


def _refuse_unknown_types(source: InputFile, geometries: Sequence[dict[str, Any] | None]) -> None:
    rows = [row for row, item in enumerate(geometries, start=1) if item and item.get("type") not in GEOMETRY_TYPES]
    if rows:
        kind = str((geometries[rows[0] - 1] or {}).get("type"))
        raise DataError(strange_shapes(source, rows, kind))


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
        raise DataError(broken_shapes(source, broken))
    return shapes


def _shape(geometry: Mapping[str, Any]) -> shapely.Geometry | None:
    """One GeoJSON geometry unchanged, its rings closed."""
    kind, coordinates = geometry["type"], geometry.get("coordinates")
    if not coordinates:
        return None
    build = {"Point": _point, "LineString": _line, "Polygon": _polygon}[kind.removeprefix("Multi")]
    if not kind.startswith("Multi"):
        return build(coordinates)
    collectors: dict[str, Callable[[Any], shapely.Geometry]] = {
        "MultiPoint": shapely.MultiPoint,
        "MultiLineString": shapely.MultiLineString,
        "MultiPolygon": shapely.MultiPolygon,
    }
    return collectors[kind]([build(part) for part in coordinates])


def _point(position: Any) -> shapely.Geometry:
    return shapely.Point(_positions([position])[0])


def _line(positions: Any) -> shapely.Geometry:
    return shapely.LineString(_positions(positions))


def _polygon(rings: Any) -> shapely.Geometry:
    outer, *holes = [_ring(ring) for ring in rings]
    return shapely.Polygon(outer, holes)


def _ring(positions: Any) -> shapely.LinearRing:
    return shapely.LinearRing(_positions(positions))  # closes an open one


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
    crs = epsg(code[1]) if code else ""
    if not crs:
        raise CrsError(source.fault("CRS_MISSING.geojson", name=repr(name[:40])))
    return crs
