"""Squares of visitors: the middles of a grid's squares that lie in the place, named by grid reference."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from connected_place.coverage.places import area_of_points
from connected_place.coverage.user_groups import VISITORS
from connected_place.gis_data.crs import coordinates, grid_references


def visitor_squares(wards: gpd.GeoDataFrame, *, cell_m: float) -> gpd.GeoSeries:
    """Middles of the squares of a grid that lie in a ward.

    Parameters
    ----------
    wards : GeoDataFrame, EPSG:27700, indexed by code
        Outlines; together they are the place.
    cell_m : float
        Side of a square, 10 m or more. The squares start at multiples of it, so that no outline moves them.

    Returns
    -------
    GeoSeries of points, EPSG:27700
        A square is named after the grid reference of its middle: "visitors:TQ61058785".
    """
    middles = _middles(wards, cell_m)
    inside = gpd.GeoSeries(middles[area_of_points(middles, wards) != ""])
    return gpd.GeoSeries(inside.set_axis(_names(inside)))


def _middles(wards: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoSeries:
    """Middles of the squares of a grid over the place."""
    west, south, east, north = wards.total_bounds
    eastings_m = (np.arange(np.floor(west / cell_m), np.ceil(east / cell_m)) + 0.5) * cell_m
    northings_m = (np.arange(np.floor(south / cell_m), np.ceil(north / cell_m)) + 0.5) * cell_m
    x, y = (axis.ravel() for axis in np.meshgrid(eastings_m, northings_m))
    return gpd.GeoSeries(gpd.points_from_xy(x, y, crs=wards.crs))


def _names(middles: gpd.GeoSeries) -> list[str]:
    """Names of squares by where they are."""
    eastings_m, northings_m = coordinates(middles).T
    return [f"{VISITORS}:{name.replace(' ', '')}" for name in grid_references(eastings_m, northings_m)]
