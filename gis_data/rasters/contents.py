"""What the numbers of a grid are: neither a picture nor in another unit than is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from connected_place.gis_data.errors import DataError, Fault, shortened
from connected_place.gis_data.files import InputFile

if TYPE_CHECKING:
    import rasterio

_HEIGHTS, _PEOPLE = "heights", "people"
"""What a grid can be asked for."""

HEIGHT_LIMITS_M = (-200.0, 1_500.0)
"""No ground, roof or mast in Britain lies beyond: Ben Nevis has 1,345 m, the Fens -4 m, the deepest quarries -150 m."""

PICTURE_CODECS = frozenset({"JPEG", "WEBP", "JXL", "YCBCR JPEG"})
"""Ways to compress what is looked at; they change numbers."""

PICTURE_BANDS = frozenset({"red", "green", "blue", "cyan", "magenta", "yellow", "black", "hue", "Y", "Cb", "Cr"})

NO_UNIT = re.compile(r"|1|none|unknown|unitless|dimensionless|n/a|-", re.IGNORECASE)
METRES_EACH: Mapping[re.Pattern[str], float] = {
    re.compile(pattern, re.IGNORECASE): metres
    for pattern, metres in (
        (r"m(?:et(?:re|er)s?)?(?:[\s_]*\(?a\.?o\.?d\.?n?\)?|[\s_]+above.*)?", 1.0),
        (r"f(?:oo|ee)?t(?:[\s_]*\(?(?:international|british)\)?)?|'", 0.3048),
        (r"(?:us[\s_]*survey[\s_]*f(?:oo|ee)t|us-ft|ftus|f(?:oo|ee)t[\s_]*\(?us\)?|sft)", 1200 / 3937),
        (r"dm|decimet(?:re|er)s?", 0.1),
        (r"cm|centimet(?:re|er)s?", 0.01),
        (r"mm|millimet(?:re|er)s?", 0.001),
        (r"km|kilomet(?:re|er)s?", 1_000.0),
    )
}
COUNT_OF_PEOPLE = re.compile(
    r"(?:number(?: of)? |no\.? of |estimated )?(?:people|persons?|pop(?:ulation)?|inhabitants?|residents?|visitors?"
    r"|pedestrians?|counts?|numbers?|footfall|visits?)"
    r"(?:[\s_]*(?:per|/|an|a)[\s_]*(?:cell|pixel|grid[\s_]?(?:cell|square)|square|h|hr|hour))*",
    re.IGNORECASE,
)
_UNIT_TAGS = ("units", "unit", "UNITS", "UNIT", "Units", "UNITTYPE")


def refuse_pictures(source: InputFile, grid: rasterio.io.DatasetReader) -> None:
    """Raise where the cells are colours, or pairs of numbers.

    Raises
    ------
    DataError
        RASTER_CONTENT.
    """
    if grid.dtypes[0].startswith("complex"):
        raise DataError(source.fault("RASTER_CONTENT.complex"))
    bands = {band.name for band in grid.colorinterp}
    if grid.colorinterp[0].name == "palette":
        raise DataError(source.fault("RASTER_CONTENT.palette"))
    codec = grid.tags(ns="IMAGE_STRUCTURE").get("COMPRESSION", "").upper()
    if bands & PICTURE_BANDS or grid.colorinterp[0].name == "alpha" or codec in PICTURE_CODECS:
        raise DataError(source.fault("RASTER_CONTENT.picture"))


def unit_factor(source: InputFile, grid: rasterio.io.DatasetReader, *, of: str) -> tuple[float, list[Fault]]:
    """What a cell's number is multiplied by to be in metres, or a count of people; a warning where that is not 1.

    Parameters
    ----------
    source : InputFile
    grid : rasterio dataset
    of : str
        "heights", "people", or "" for any unit, which is then left unchanged.

    Raises
    ------
    DataError
        RASTER_UNIT.
    """
    unit = _stated_unit(grid, of)
    if not of or NO_UNIT.fullmatch(unit):
        return 1.0, []
    if of == _PEOPLE:
        if COUNT_OF_PEOPLE.fullmatch(unit):
            return 1.0, []
        raise DataError(source.fault("RASTER_UNIT.people", value=unit))
    factor = next((metres for pattern, metres in METRES_EACH.items() if pattern.fullmatch(unit)), None)
    if factor is None:
        raise DataError(source.fault("RASTER_UNIT.heights", value=unit))
    return factor, [] if factor == 1.0 else [source.warning("RASTER_UNIT_CONVERTED", value=unit, unit=shortened(unit))]


def height_faults(source: InputFile, values: np.ndarray, *, of: str) -> list[Fault]:
    """A fault on heights, metres, that nothing in Britain has; NaN is passed over."""
    low, high = HEIGHT_LIMITS_M
    wrong = (values < low) | (values > high)
    if of != _HEIGHTS or not wrong.any():
        return []
    value = f"{values[wrong][0]:g}"
    return [source.fault("HEIGHT_RANGE", value=value, count=int(wrong.sum()), low=f"{low:,.0f}", high=f"{high:,.0f}")]


def _stated_unit(grid: rasterio.io.DatasetReader, of: str) -> str:
    """The unit by the band, its tags, the file's tags, or the vertical part of the reference system."""
    tags = {**grid.tags(), **grid.tags(1)}
    stated = [grid.units[0] or "", *(tags.get(name, "") for name in _UNIT_TAGS)]
    if of == _HEIGHTS:
        stated.append(_vertical_unit(grid))
    return next((text.strip().rstrip(".") for text in stated if not NO_UNIT.fullmatch(text.strip())), "")


def _vertical_unit(grid: rasterio.io.DatasetReader) -> str:
    """The unit of height of a compound reference system; "" for a plain one."""
    try:
        parts = pyproj.CRS.from_wkt(grid.crs.to_wkt()).sub_crs_list
    except pyproj.exceptions.CRSError:
        return ""
    return next((str(part.axis_info[0].unit_name) for part in parts if part.is_vertical and part.axis_info), "")
