"""Coordinates to points in British National Grid, refused where they cannot be what they are called."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from connected_place.gis_data.errors import Fault

METRES = "EPSG:27700"
DEGREES = "EPSG:4326"
EASTING_LIMITS_M = (0.0, 700_000.0)
NORTHING_LIMITS_M = (0.0, 1_300_000.0)
LONGITUDE_LIMITS = (-9.5, 3.0)
LATITUDE_LIMITS = (49.0, 61.5)

set_network_enabled(False)


def points(frame: pd.DataFrame, *, file: str) -> tuple[gpd.GeoSeries, list[Fault]]:
    """Points of a table's `easting, northing` (metres) or `longitude, latitude` (degrees) columns.

    Parameters
    ----------
    frame : DataFrame
        Rows without coordinates get no point.
    file : str
        Name in messages.

    Returns
    -------
    points : GeoSeries, EPSG:27700
        Indexed as `frame`; None where there are no coordinates.
    faults : list of Fault
        COORD_SWAPPED, COORD_RANGE, COORD_NULL_ISLAND.

    Notes
    -----
    Degrees are moved to metres without the OSTN15 grid, which is not in the wheels: median error 1.8 m, at most 4.1 m.
    """
    if {"easting", "northing"} <= set(frame.columns):
        x, y, crs = frame["easting"], frame["northing"], METRES
        limits = (EASTING_LIMITS_M, NORTHING_LIMITS_M)
    elif {"longitude", "latitude"} <= set(frame.columns):
        x, y, crs = frame["longitude"], frame["latitude"], DEGREES
        limits = (LONGITUDE_LIMITS, LATITUDE_LIMITS)
    else:
        return gpd.GeoSeries([None] * len(frame), index=frame.index, crs=METRES), []
    faults = _coordinate_faults(x, y, limits, file)
    places = gpd.GeoSeries(gpd.points_from_xy(x, y, crs=crs), index=frame.index)
    places[(x.isna() | y.isna()).to_numpy()] = None
    return places if crs == METRES or faults else places.to_crs(METRES), faults


def bounds_fault(bounds: np.ndarray, crs: str, *, file: str) -> Fault | None:
    """A fault when a layer's extent cannot lie in Great Britain in the reference system that it names.

    Parameters
    ----------
    bounds : array of 4
        xmin, ymin, xmax, ymax in the units of `crs`.
    crs : str
        For example "EPSG:4326".
    """
    is_degrees = pyproj.CRS.from_user_input(crs).is_geographic
    if is_degrees and np.abs(bounds).max() > 360:
        return Fault(
            code="CRS_NUMBERS_MISMATCH",
            file=file,
            value=f"x {bounds[0]:.6g} to {bounds[2]:.6g}, y {bounds[1]:.6g} to {bounds[3]:.6g}",
            message=f"The file says {crs} (degrees) and its numbers are metres.",
            remedy="Export it with its true reference system (EPSG:27700 for British National Grid), or as WGS84.",
        )
    swapped = np.array([bounds[1], bounds[0], bounds[3], bounds[2]])
    if is_degrees and not _in_degrees_box(bounds) and _in_degrees_box(swapped):
        return Fault(
            code="COORD_SWAPPED",
            file=file,
            value=f"x {bounds[0]:.6g}, y {bounds[1]:.6g}",
            message="Longitude and latitude are swapped: the shapes would lie outside Great Britain.",
            remedy="Export with longitude first, as GeoJSON asks.",
        )
    return None


def _in_degrees_box(bounds: np.ndarray) -> bool:
    (west, east), (south, north) = LONGITUDE_LIMITS, LATITUDE_LIMITS
    return bool(bounds[0] >= west and bounds[2] <= east and bounds[1] >= south and bounds[3] <= north)


def _coordinate_faults(
    x: pd.Series, y: pd.Series, limits: tuple[tuple[float, float], tuple[float, float]], file: str
) -> list[Fault]:
    """Faults of coordinates that lie where they cannot."""
    zero = (x == 0) & (y == 0)
    known = x.notna() & y.notna() & ~zero
    inside = x.between(*limits[0]) & y.between(*limits[1])
    swapped = known & ~inside & y.between(*limits[0]) & x.between(*limits[1])
    names = f"{x.name}, {y.name}"
    faults = []
    if zero.any():
        faults.append(
            _fault(file, names, zero, x, y, "COORD_NULL_ISLAND", "stand at 0, 0", "Leave unknown positions blank.")
        )
    if swapped.any() and swapped.sum() == (known & ~inside).sum():
        faults.append(
            _fault(file, names, swapped, x, y, "COORD_SWAPPED", "have the two coordinates swapped", "Swap the columns.")
        )
    elif (known & ~inside).any():
        remedy = (
            f"{x.name} lies in {limits[0][0]:g} to {limits[0][1]:g}, {y.name} in {limits[1][0]:g} to "
            f"{limits[1][1]:g}; check the columns and the reference system."
        )
        wrong = known & ~inside
        faults.append(_fault(file, names, wrong, x, y, "COORD_RANGE", "lie outside Great Britain", remedy))
    return faults


def _fault(
    file: str, column: str, where: pd.Series, x: pd.Series, y: pd.Series, code: str, finding: str, remedy: str
) -> Fault:
    rows = tuple(where.index[where])
    return Fault(
        code=code,
        file=file,
        column=column,
        rows=rows,
        value=f"{x.loc[rows[0]]:.10g}, {y.loc[rows[0]]:.10g}",
        message=f"{len(rows):,} of {len(where):,} positions {finding}.",
        remedy=remedy,
    )


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
