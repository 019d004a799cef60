"""Curved shapes as straight ones: the arcs of ISO's well-known binary, unknown to shapely, cut into chords."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

ARC_STEP_DEGREES = 2.0
"""Angle of one chord. An arc of 1 km radius then lies at most 15 cm from its chords: within a postcode's accuracy."""

DEEPEST = 8
"""Parts within parts; a multisurface of curved polygons of compound curves goes four deep."""

_POINT, _LINE, _POLYGON = 1, 2, 3
_CIRCULAR, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE = 8, 9, 10, 11, 12
CURVED = frozenset({_CIRCULAR, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE})
_LINES = frozenset({_LINE, _CIRCULAR, _COMPOUND})

_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000
_TYPE_MASK = 0x0FFFFFFF

TYPE_WORDS = dict(
    enumerate(
        (
            *("Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"),
            *("GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface"),
            *("Curve", "Surface", "PolyhedralSurface", "TIN", "Triangle"),
        )
    )
)

CURVES = frozenset(TYPE_WORDS[kind] for kind in CURVED)
UNREADABLE = frozenset({"GeometryCollection", "Curve", "Surface", "PolyhedralSurface", "TIN", "Triangle"})
"""Collections may mix points and areas, and surfaces are in three dimensions: neither is an outline."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What precedes the numbers of one shape: its kind, its numbers per position, and where they begin."""

    kind: int
    order: str
    width: int
    at: int


def kind_of_binary(binary: bytes) -> str:
    """The type that a shape's binary states, in words; "" where it states none.

    Examples
    --------
    >>> kind_of_binary(shapely.to_wkb(shapely.Point(1, 2))), kind_of_binary(b"")
    ('Point', '')
    """
    try:
        return TYPE_WORDS.get(_head(binary, 0).kind, "")
    except (struct.error, ValueError):
        return ""


def straightened(binary: bytes) -> shapely.Geometry | None:
    """A curved shape in two dimensions, its arcs as chords; None where it is empty.

    Parameters
    ----------
    binary : bytes
        Well-known binary of ISO 13249-3 or PostGIS: a circular string, compound curve, curved polygon, multicurve or
        multisurface.

    Raises
    ------
    ValueError
        It is none of these, or ends too early.

    Notes
    -----
    An arc is given by three positions. Where they lie on one line it is that line; where the first is the last, a
    whole circle, whose middle position lies opposite (ISO 13249-3, 4.1.6).
    """
    try:
        shape, _ = _read(binary, 0, DEEPEST)
    except (struct.error, TypeError, shapely.errors.ShapelyError) as error:
        raise ValueError("the binary ends too early, or a part is of another type") from error
    return None if bool(shapely.is_empty(shape)) else shape


def _head(binary: bytes, at: int) -> _Head:
    order = {0: ">", 1: "<"}.get(struct.unpack_from("B", binary, at)[0])
    if order is None:
        raise ValueError("no byte order")
    (number,) = struct.unpack_from(order + "I", binary, at + 1)
    thousands, kind = divmod(number & _TYPE_MASK, 1_000)
    has_z = bool(number & _HAS_Z) or thousands in (1, 3)
    has_m = bool(number & _HAS_M) or thousands in (2, 3)
    return _Head(kind, order, 2 + has_z + has_m, at + 5 + 4 * bool(number & _HAS_SRID))


def _read(binary: bytes, at: int, depth: int) -> tuple[shapely.Geometry, int]:
    """One shape from a byte on, and the byte after it."""
    head = _head(binary, at)
    if depth == 0:
        raise ValueError("its parts are nested too deeply")
    if head.kind in _LINES:
        positions, end = _line(binary, head, at, depth)
        return (shapely.LineString(positions) if len(positions) else shapely.LineString()), end
    if head.kind == _POLYGON:
        return _of_rings(*_repeated(binary, head, lambda start: _positions(binary, head, start)))
    if head.kind == _CURVE_POLYGON:
        return _of_rings(*_repeated(binary, head, lambda start: _line(binary, _head(binary, start), start, depth - 1)))
    if head.kind in (_MULTI_CURVE, _MULTI_SURFACE):
        parts, end = _repeated(binary, head, lambda start: _read(binary, start, depth - 1))
        collect = shapely.multilinestrings if head.kind == _MULTI_CURVE else shapely.multipolygons
        return (collect(parts) if parts else shapely.Polygon()), end
    raise ValueError(f"type {head.kind} in a curve")


def _repeated(binary: bytes, head: _Head, read: Callable[[int], tuple[Any, int]]) -> tuple[list[Any], int]:
    """As many parts as the count before them says."""
    (count,) = struct.unpack_from(head.order + "I", binary, head.at)
    parts, at = [], head.at + 4
    for _ in range(count):  # a count that is too high ends with the binary
        part, at = read(at)
        parts.append(part)
    return parts, at


def _of_rings(rings: list[np.ndarray], end: int) -> tuple[shapely.Geometry, int]:
    closed = [shapely.LinearRing(ring) for ring in rings if len(ring)]
    return (shapely.Polygon(closed[0], closed[1:]) if closed else shapely.Polygon()), end


def _positions(binary: bytes, head: _Head, at: int) -> tuple[np.ndarray, int]:
    """Positions in two dimensions, and the byte after them."""
    (count,) = struct.unpack_from(head.order + "I", binary, at)
    if count * 8 * head.width > len(binary) - at - 4:
        raise ValueError("the binary ends too early")
    numbers = np.frombuffer(binary, head.order + "f8", count * head.width, at + 4).astype("float64")
    if not np.isfinite(numbers).all():
        raise ValueError("a coordinate is not a finite number")
    return numbers.reshape(count, head.width)[:, :2], at + 4 + 8 * count * head.width


def _line(binary: bytes, head: _Head, at: int, depth: int) -> tuple[np.ndarray, int]:
    """The positions of a line, of an arc as chords, or of a compound of both."""
    if depth == 0:
        raise ValueError("its parts are nested too deeply")
    if head.kind == _COMPOUND:
        parts, end = _repeated(binary, head, lambda start: _line(binary, _head(binary, start), start, depth - 1))
        return _joined(parts), end
    if head.kind not in _LINES:
        raise ValueError(f"type {head.kind} in a line")
    positions, end = _positions(binary, head, head.at)
    return (_chords(positions) if head.kind == _CIRCULAR else positions), end


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Parts end to end; each begins where the one before it ends."""
    if not parts:
        return np.empty((0, 2))
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _chords(positions: np.ndarray) -> np.ndarray:
    """An arc string, positions 0, 2, 4 ... on which arcs begin and end, as chords."""
    if not len(positions):
        return positions
    if len(positions) < 3 or len(positions) % 2 == 0:
        raise ValueError("an arc string has an odd number of positions")
    with np.errstate(all="ignore"):  # numbers that no position has run over; what comes of them is looked at
        arcs = _joined([_arc(*positions[first : first + 3]) for first in range(0, len(positions) - 2, 2)])
    if not np.isfinite(arcs).all():
        raise ValueError("an arc is not finite")
    return arcs


def _arc(start: np.ndarray, middle: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Chords from start by middle to end, which all lie on them."""
    if np.array_equal(start, end):
        centre, sweeps = (start + middle) / 2, (np.pi, np.pi)
    else:
        centre = _centre(start, middle, end)
        if centre is None:
            return np.array([start, middle, end])
        angles = [np.arctan2(*(place - centre)[::-1]) for place in (start, middle, end)]
        sweeps = (angles[1] - angles[0], angles[2] - angles[1])
        turn = np.sign(_twice_area(middle - start, end - start))
        sweeps = tuple(turn * (turn * sweep % (2 * np.pi)) for sweep in sweeps)
    steps = [max(1, int(np.ceil(abs(sweep) / np.radians(ARC_STEP_DEGREES)))) for sweep in sweeps]
    halves = [
        _turned(first, centre, np.linspace(0, sweep, count + 1))
        for first, sweep, count in zip((start, middle), sweeps, steps, strict=True)
    ]
    return np.concatenate([halves[0][:-1], [middle], halves[1][1:-1], [end]])


def _centre(start: np.ndarray, middle: np.ndarray, end: np.ndarray) -> np.ndarray | None:
    """The centre of the circle through three positions; None where they lie on one line, or as good as."""
    one, other = middle - start, end - start
    twice_area = _twice_area(one, other)
    squares = one @ one, other @ other
    if abs(twice_area) <= 1e-9 * max(squares):
        return None
    offset = np.array([other[1] * squares[0] - one[1] * squares[1], one[0] * squares[1] - other[0] * squares[0]])
    return np.asarray(start + offset / (2 * twice_area))


def _twice_area(one: np.ndarray, other: np.ndarray) -> float:
    """Twice the area of the triangle that two sides span; below 0 where the second is clockwise of the first."""
    return float(one[0] * other[1] - one[1] * other[0])


def _turned(place: np.ndarray, centre: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """A position turned about a centre by each of some angles, radians."""
    x, y = place - centre
    turned = np.column_stack([x * np.cos(angles) - y * np.sin(angles), x * np.sin(angles) + y * np.cos(angles)])
    return centre + turned
