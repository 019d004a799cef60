"""User groups: residents, visitors and staff as one set of demand points."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from connected_place.coverage.demand import (
    RESIDENTS,
    STAFF,
    VISITORS,
    demand_points,
    staff_points,
    together,
    visitor_points,
)
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.place_footfall import PlaceFootfall


def demand_of_groups(
    homes: gpd.GeoDataFrame,
    hosts: gpd.GeoDataFrame,
    walked: PlaceFootfall | None,
    *,
    wards: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    level: str,
    free_wifi: np.ndarray,
    parameters: Parameters,
) -> gpd.GeoDataFrame:
    """The demand points of every group that has a weight.

    Parameters
    ----------
    homes : GeoDataFrame
        As `premises_points.premises_points` gives it.
    hosts : GeoDataFrame
        Public buildings: `kind, area_code, ward_code`.
    walked : PlaceFootfall or None
    wards, areas : GeoDataFrame indexed by code
        Outlines; the areas, of `level`, with their `score`.
    level : str
    free_wifi : array (n, 2)
        Existing free access points, metres.
    parameters : Parameters

    Returns
    -------
    GeoDataFrame
        As `demand.together` gives it.
    """
    reach_m, weights = parameters.wifi.reach_m, parameters.demand.weights
    groups = {RESIDENTS: demand_points(homes, areas=areas["score"], level=level, free_wifi=free_wifi, reach_m=reach_m)}
    if walked is not None and weights[VISITORS] > 0:
        groups[VISITORS] = visitor_points(
            walked.squares, walked.index, wards=wards, areas=areas, free_wifi=free_wifi, reach_m=reach_m
        )
    if weights[STAFF] > 0:
        by_kind = parameters.demand.staff_by_kind
        groups[STAFF] = staff_points(hosts, by_kind=by_kind, free_wifi=free_wifi, reach_m=reach_m)
    return together(groups, weights)
