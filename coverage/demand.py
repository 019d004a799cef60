"""Demand points: where the premises are that a site could serve, and how much each counts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.gis_data.crs import coordinates


def postcode_premises(units: pd.Series, counts: pd.Series) -> pd.Series:
    """Premises of output areas in equal parts over their live postcodes.

    Parameters
    ----------
    units : Series indexed by live postcode
        Output area of each.
    counts : Series indexed by output area
        Premises.

    Examples
    --------
    >>> postcode_premises(pd.Series({"P1": "A", "P2": "A", "P3": "B"}), pd.Series({"A": 30.0})).tolist()
    [15.0, 15.0, nan]
    """
    return units.map(counts) / units.groupby(units.to_numpy()).transform("size")


def demand_points(
    points: gpd.GeoDataFrame, *, areas: pd.Series, level: str, free_wifi: np.ndarray, reach_m: float
) -> gpd.GeoDataFrame:
    """Points with their need-weighted premises.

    Parameters
    ----------
    points : GeoDataFrame, EPSG:27700
        `premises` (NaN: not known; such a point carries no demand) and a column of area codes for each level.
    areas : Series indexed by area code of `level`
        Score, 0 to 100.
    level : str
        Of the scored areas.
    free_wifi : array (n, 2)
        Existing free access points, metres: what they reach counts for no new site.
    reach_m : float
        Their reach.

    Returns
    -------
    GeoDataFrame, EPSG:27700, sorted by its index
        `area_code, ward_code, premises, demand, served` (bool: by existing free Wi-Fi).

    Notes
    -----
    demand = premises x score / 100, in need-weighted premises: a premises in an area of full need counts 1.
    """
    inside = (points["ward"] != "") & points["premises"].notna() & points[level].map(areas).notna()
    kept = points[inside].sort_index()
    served = _within(kept, free_wifi, reach_m)
    need = kept[level].map(areas).astype("float64") / 100
    return gpd.GeoDataFrame(
        {
            "area_code": kept[level],
            "ward_code": kept["ward"],
            "premises": kept["premises"],
            "demand": (kept["premises"] * need).where(~served, 0.0),
            "served": served,
        },
        geometry=kept.geometry,
    )


def _within(points: gpd.GeoDataFrame, spots: np.ndarray, reach_m: float) -> np.ndarray:
    """True for points that a spot reaches."""
    if not len(spots) or not len(points):
        return np.zeros(len(points), dtype=bool)
    distance_m, _ = cKDTree(spots).query(coordinates(points.geometry))
    return np.asarray(distance_m <= reach_m)
