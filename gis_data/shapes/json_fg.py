"""The shapes of GeoJSON features, when they are in `place`, as in OGC's Features and Geometries JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyproj

from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.shapes.features import epsg

COORD_REF_SYS = re.compile(r"(?:https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/|\[EPSG:)(\d{4,6})\]?", re.IGNORECASE)
CRS84_NAMES = frozenset({"http://www.opengis.net/def/crs/ogc/1.3/crs84", "[ogc:crs84]"})


def shapes_in_places(
    source: InputFile, content: Mapping[str, Any], features: Sequence[Mapping[str, Any]]
) -> tuple[list[Any], str] | None:
    """Geometries that only `place` gives, easting first, and their reference system; None for plain GeoJSON.

    Raises
    ------
    DataError
        NOT_GEOJSON: some features have a `place` alone and others a `geometry` alone, or two systems are stated.
    CrsError
        CRS_MISSING.

    Notes
    -----
    OGC 21-045r1, 7.4 and 7.5: `geometry` is in WGS84, longitude first; `place` is in `coordRefSys`, its axes in the
    order of that system.
    """
    if not any(feature.get("geometry") is None and feature.get("place") is not None for feature in features):
        return None
    if any(feature.get("geometry") is not None and feature.get("place") is None for feature in features):
        raise DataError(source.fault("NOT_GEOJSON.places"))
    stated = [content.get("coordRefSys"), *(feature.get("coordRefSys") for feature in features)]
    names = {_name(item) for item in stated if item is not None}
    if len(names) > 1:
        raise DataError(source.fault("NOT_GEOJSON.places"))
    name = names.pop() if names else ""
    if name.casefold() in CRS84_NAMES:
        return [feature.get("place") for feature in features], "EPSG:4326"
    code = COORD_REF_SYS.fullmatch(name)
    crs = epsg(code[1]) if code else ""
    if not crs:
        raise CrsError(source.fault("CRS_MISSING.geojson", name=repr(name[:40])))
    places = [feature.get("place") for feature in features]
    return [_swapped(place) for place in places] if _is_north_first(crs) else places, crs


def _name(stated: Any) -> str:
    """The reference system as text; for a reference, its address."""
    return str(stated.get("href")) if isinstance(stated, dict) else str(stated)


def _is_north_first(crs: str) -> bool:
    axes = pyproj.CRS.from_user_input(crs).axis_info
    return bool(axes) and axes[0].direction.casefold() == "north"


def _swapped(place: Any) -> Any:
    """A geometry with the first two numbers of each position the other way round."""
    if isinstance(place, dict) and "coordinates" in place:
        return {**place, "coordinates": _swapped(place["coordinates"])}
    if not isinstance(place, list):
        return place
    if len(place) > 1 and not isinstance(place[0], list):
        return [place[1], place[0], *place[2:]]
    return [_swapped(part) for part in place]
