"""Coordinates to points in British National Grid, refused where they cannot be what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from connected_place.gis_data.errors import Fault, fault, shortened

METRES = "EPSG:27700"
DEGREES = "EPSG:4326"
EASTING_LIMITS_M = (0.0, 700_000.0)
NORTHING_LIMITS_M = (0.0, 1_300_000.0)
LONGITUDE_LIMITS = (-9.5, 3.0)
LATITUDE_LIMITS = (49.0, 61.5)

LARGEST_DEGREE = 360.0
"""A larger number cannot be an angle; in metres, one this small is in the sea off Land's End."""

AGREE_WITHIN_M = 500.0
"""Two pairs of coordinates of one place may differ by rounding and by the datum (about 120 m), not by more."""

POSTCODE_WITHIN_M = 5_000.0
"""Farther from its postcode's centre than any large rural postcode reaches."""

POSTCODE_NEAR_M = 400.0
"""A large site, such as a school with its grounds, may lie this far from its postcode's centre anywhere."""

POSTCODE_SPACINGS = 3.0
"""How many times the way to a postcode's tenth neighbour a place of that postcode may be off."""

set_network_enabled(False)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two columns that give a position."""

    x: pd.Series
    y: pd.Series
    crs: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]

    @property
    def names(self) -> str:
        """Both headers, as a fault names them."""
        return f"{self.x.name}, {self.y.name}"

    @property
    def is_given(self) -> pd.Series:
        """True for each row with both numbers."""
        return self.x.notna() & self.y.notna()

    def without(self, where: pd.Series) -> _Pair:
        """The same pair with some positions left out."""
        return replace(self, x=self.x.mask(where), y=self.y.mask(where))


def points(frame: pd.DataFrame, *, file: str, rows_may_lack: bool = False) -> tuple[gpd.GeoSeries, list[Fault]]:
    """Points of a table's `easting, northing` (metres) and `longitude, latitude` (degrees) columns.

    Parameters
    ----------
    frame : DataFrame
        Rows without coordinates get no point. Where both pairs are given they must agree; the metres count.
    file : str
        Name in messages.
    rows_may_lack : bool
        True where a row can do without a position: a row with a faulty one has none, with a warning, unless that is
        so of more than half of them. Degrees among metres block in any case: the file mixes two exports.

    Returns
    -------
    points : GeoSeries, EPSG:27700
        Indexed as `frame`; None where there are no coordinates.
    faults : list of Fault
        COORD_SWAPPED, COORD_RANGE, COORD_NULL_ISLAND, COORD_DEGREES, COORD_DISAGREE; COORD_INCOMPLETE does not block.

    Notes
    -----
    Degrees are moved to metres without the OSTN15 grid, which is not in the wheels: median error 1.8 m, at most 4.1 m.
    """
    pairs = list(_pairs(frame))
    nowhere = gpd.GeoSeries([None] * len(frame), index=frame.index, crs=METRES)
    if not pairs:
        return nowhere, []
    wrong = [_wrong_positions(pair) for pair in pairs]
    faults = [
        fault
        for pair, found in zip(pairs, wrong, strict=True)
        for fault in _coordinate_faults(pair, found, file, may_lack=rows_may_lack)
    ]
    if any(fault.blocks for fault in faults):
        return nowhere, faults
    sound = [pair.without(found.any(axis="columns")) for pair, found in zip(pairs, wrong, strict=True)]
    places = [_places(pair) for pair in sound]
    apart, disagreement = _disagreement(sound, places, file, may_lack=rows_may_lack)
    faults += [fault for fault in (_half_fault(pairs, file), disagreement) if fault]
    first, *rest = places
    for other in rest:
        first = first.where(first.notna(), other)
    first[apart.to_numpy()] = None
    return first, faults


def bounds_fault(bounds: np.ndarray, crs: str, *, file: str) -> Fault | None:
    """A fault when a layer's extent cannot lie in Great Britain in the reference system that it names.

    Parameters
    ----------
    bounds : array of 4
        xmin, ymin, xmax, ymax in the units of `crs`.
    crs : str
        For example "EPSG:4326".

    Returns
    -------
    Fault or None
        CRS_MISSING, CRS_NUMBERS_MISMATCH, COORD_SWAPPED, COORD_RANGE.

    Examples
    --------
    >>> bounds_fault(np.array([428_000, 432_000, 434_000, 437_000]), "EPSG:27700", file="wards.gpkg") is None
    True
    >>> bounds_fault(np.array([-1.6, 53.7, -1.4, 53.8]), "EPSG:27700", file="wards.gpkg").code
    'CRS_NUMBERS_MISMATCH'
    """
    system = pyproj.CRS.from_user_input(crs)
    extent = f"x {bounds[0]:.6g} to {bounds[2]:.6g}, y {bounds[1]:.6g} to {bounds[3]:.6g}"
    if system.is_geographic != bool(np.abs(bounds).max() <= LARGEST_DEGREE):
        stated, actual = ("degrees", "metres") if system.is_geographic else ("metres", "degrees")
        return fault("CRS_NUMBERS_MISMATCH", file=file, value=extent, crs=shortened(crs), stated=stated, actual=actual)
    try:
        in_degrees = np.array(pyproj.Transformer.from_crs(system, DEGREES, always_xy=True).transform_bounds(*bounds))
    except pyproj.exceptions.ProjError:
        return fault("CRS_MISSING.unusable", file=file, name=shortened(crs))
    if _in_degrees_box(in_degrees):
        return None
    if system.is_geographic and _in_degrees_box(bounds[[1, 0, 3, 2]]):
        return fault("COORD_SWAPPED.shapes", file=file, value=extent)
    return fault("COORD_RANGE.shapes", file=file, value=extent, crs=shortened(crs))


def outside_area(places: gpd.GeoSeries, outline: shapely.Geometry, *, file: str) -> Fault | None:
    """A warning on features that do not touch the place that is planned for.

    Parameters
    ----------
    places : GeoSeries, EPSG:27700
        Indexed by row; None is passed over.
    outline : shapely geometry, EPSG:27700
        Of the council's area.
    file : str

    Examples
    --------
    >>> places = gpd.GeoSeries.from_xy([5.0, 50.0], [5.0, 50.0], index=[2, 3], crs=METRES)
    >>> outside_area(places, shapely.box(0, 0, 10, 10), file="assets.csv").rows
    (3,)
    """
    shapes = places.to_numpy()
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    shapely.prepare(outline)
    rows = tuple(places.index[known & ~shapely.intersects(outline, shapes)])
    if not rows:
        return None
    return fault("COORD_OUTSIDE_AREA", file=file, rows=rows, blocks=False, count=len(rows), total=int(known.sum()))


def postcode_mismatch(
    places: gpd.GeoSeries, centres: gpd.GeoSeries, *, file: str, spacing_m: pd.Series | None = None
) -> Fault | None:
    """A warning where a place lies far from its postcode: a lost sign, a row that slipped, two digits exchanged.

    Parameters
    ----------
    places, centres : GeoSeries, EPSG:27700
        Position and postcode's centre of each row, of one index; None where it is not known.
    file : str
    spacing_m : Series, optional
        How far from that centre its tenth neighbour lies; NaN where that is not known.

    Examples
    --------
    >>> at, postcode = (gpd.GeoSeries.from_xy([x], [0.0], index=[2], crs=METRES) for x in (0.0, 900.0))
    >>> spacings_m = [pd.Series([spacing], index=[2]) for spacing in (100.0, 400.0)]
    >>> [postcode_mismatch(at, postcode, file="a.csv", spacing_m=found) is None for found in spacings_m]
    [False, True]
    """
    apart_m = pd.Series(shapely.distance(places.to_numpy(), centres.to_numpy()), index=places.index)
    spacing_m = pd.Series(np.nan, index=places.index) if spacing_m is None else spacing_m
    limits_m = (POSTCODE_SPACINGS * spacing_m).clip(POSTCODE_NEAR_M, POSTCODE_WITHIN_M).fillna(POSTCODE_WITHIN_M)
    far = apart_m > limits_m
    if not far.any():
        return None
    return fault(
        "COORD_POSTCODE_MISMATCH",
        file=file,
        rows=tuple(places.index[far]),
        blocks=False,
        count=int(far.sum()),
        apart=f"{apart_m[far].max() / 1000:,.1f}",
    )


def _pairs(frame: pd.DataFrame) -> Iterator[_Pair]:
    """The pairs of coordinates that a table has, metres first."""
    if {"easting", "northing"} <= set(frame.columns):
        yield _Pair(frame["easting"], frame["northing"], METRES, EASTING_LIMITS_M, NORTHING_LIMITS_M)
    if {"longitude", "latitude"} <= set(frame.columns):
        yield _Pair(frame["longitude"], frame["latitude"], DEGREES, LONGITUDE_LIMITS, LATITUDE_LIMITS)


def _places(pair: _Pair) -> gpd.GeoSeries:
    """Points in metres; None where a coordinate is not known."""
    places = gpd.GeoSeries(gpd.points_from_xy(pair.x, pair.y, crs=pair.crs), index=pair.x.index)
    places[~pair.is_given.to_numpy()] = None
    return places if pair.crs == METRES else places.to_crs(METRES)


def _wrong_positions(pair: _Pair) -> pd.DataFrame:
    """Where coordinates lie where they cannot: one column for each way, each row in at most one."""
    zero = (pair.x == 0) & (pair.y == 0)
    given = pair.is_given & ~zero
    small = given & (pair.x.abs() <= LARGEST_DEGREE) & (pair.y.abs() <= LARGEST_DEGREE)
    degrees = small & (pair.crs == METRES)
    outside = given & ~degrees & ~_lie_within(pair, pair.x, pair.y)
    swapped = outside & _lie_within(pair, pair.y, pair.x)
    return pd.DataFrame({"zero": zero, "degrees": degrees, "swapped": swapped, "outside": outside & ~swapped})


def _coordinate_faults(pair: _Pair, wrong: pd.DataFrame, file: str, *, may_lack: bool) -> list[Fault]:
    """Faults of coordinates that lie where they cannot; warnings where rows may lack a position and few do."""
    few = 2 * int(wrong.any(axis="columns").sum()) <= int(pair.is_given.sum())
    blocks = not (may_lack and few)
    faults = []
    if wrong["zero"].any():
        zero = wrong["zero"]
        faults.append(
            _fault("COORD_NULL_ISLAND.blocks" if blocks else "COORD_NULL_ISLAND.aside", file, pair, zero, blocks=blocks)
        )
    if wrong["degrees"].any():
        faults.append(_fault("COORD_DEGREES", file, pair, wrong["degrees"]))
    if wrong["swapped"].any():
        swapped = wrong["swapped"]
        faults.append(
            _fault("COORD_SWAPPED.table" if blocks else "COORD_SWAPPED.aside", file, pair, swapped, blocks=blocks)
        )
    if wrong["outside"].any():
        faults.append(
            _fault(
                "COORD_RANGE.table" if blocks else "COORD_RANGE.aside",
                file,
                pair,
                wrong["outside"],
                blocks=blocks,
                x=str(pair.x.name),
                x_low=f"{pair.x_limits[0]:g}",
                x_high=f"{pair.x_limits[1]:g}",
                y=str(pair.y.name),
                y_low=f"{pair.y_limits[0]:g}",
                y_high=f"{pair.y_limits[1]:g}",
            )
        )
    return faults


def _lie_within(pair: _Pair, x: pd.Series, y: pd.Series) -> pd.Series:
    return x.between(*pair.x_limits) & y.between(*pair.y_limits)


def _half_fault(pairs: list[_Pair], file: str) -> Fault | None:
    """A warning on rows with one coordinate of two and no other pair."""
    half = np.logical_or.reduce([(pair.x.notna() != pair.y.notna()).to_numpy() for pair in pairs])
    whole = np.logical_or.reduce([pair.is_given.to_numpy() for pair in pairs])
    rows = tuple(pairs[0].x.index[half & ~whole])
    if not rows:
        return None
    return fault("COORD_INCOMPLETE", file=file, column=pairs[0].names, rows=rows, blocks=False, count=len(rows))


def _disagreement(
    pairs: list[_Pair], places: list[gpd.GeoSeries], file: str, *, may_lack: bool
) -> tuple[pd.Series, Fault | None]:
    """Where metres and degrees of one row are different places, and the fault of it."""
    if len(pairs) < 2:
        return pd.Series(data=False, index=places[0].index), None
    apart_m = pd.Series(shapely.distance(places[0].to_numpy(), places[1].to_numpy()), index=places[0].index)
    far = apart_m > AGREE_WITHIN_M
    if not far.any():
        return far, None
    apart_km = f"{apart_m.max() / 1000:,.1f}"
    blocks = not (may_lack and 2 * int(far.sum()) <= int(apart_m.notna().sum()))
    return far, _fault(
        "COORD_DISAGREE.blocks" if blocks else "COORD_DISAGREE.aside",
        file,
        pairs[0],
        far,
        blocks=blocks,
        other=pairs[1].names,
        apart=apart_km,
    )


def _fault(key: str, file: str, pair: _Pair, where: pd.Series, *, blocks: bool = True, **fields: Any) -> Fault:
    rows = tuple(where.index[where])
    value = f"{pair.x.loc[rows[0]]:.10g}, {pair.y.loc[rows[0]]:.10g}"
    total = int(pair.is_given.sum())
    return fault(
        key,
        file=file,
        column=pair.names,
        rows=rows,
        value=value,
        blocks=blocks,
        count=len(rows),
        total=total,
        **fields,
    )


def _in_degrees_box(bounds: np.ndarray) -> bool:
    (west, east), (south, north) = LONGITUDE_LIMITS, LATITUDE_LIMITS
    return bool(bounds[0] >= west and bounds[2] <= east and bounds[1] >= south and bounds[3] <= north)


def coordinates(places: gpd.GeoSeries) -> np.ndarray:
    """Easting and northing of points, shape (n, 2), metres."""
    return np.asarray(shapely.get_coordinates(places.to_numpy()))


def grid_references(eastings_m: np.ndarray, northings_m: np.ndarray) -> list[str]:
    """Ordnance Survey grid references to 10 metres, "" outside the grid.

    Notes
    -----
    Letters by 500 km and 100 km squares, counted from the south-west; "I" is left out (Ordnance Survey, A guide to
    coordinate systems in Great Britain, section 7).

    Examples
    --------
    >>> grid_references(np.array([561_625.0, 651_409.9]), np.array([187_848.0, 313_177.3]))
    ['TQ 6162 8784', 'TG 5140 1317']
    """
    letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
    east, north = np.floor(eastings_m / 100_000).astype(int), np.floor(northings_m / 100_000).astype(int)
    first = 17 - 5 * (north // 5) + east // 5
    second = 20 - 5 * (north % 5) + east % 5
    inside = (east >= 0) & (east < 7) & (north >= 0) & (north < 13)
    return [
        f"{letters[a]}{letters[b]} {x:04d} {y:04d}" if ok else ""
        for a, b, x, y, ok in zip(
            first,
            second,
            (eastings_m % 100_000 // 10).astype(int),
            (northings_m % 100_000 // 10).astype(int),
            inside,
            strict=True,
        )
    ]
