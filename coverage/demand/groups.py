"""User groups: residents, visitors and staff as one set of demand points."""

from __future__ import annotations

import geopandas as gpd

from connected_place.coverage.demand.points import all_groups, demand_points, staff_points, visitor_points
from connected_place.coverage.footfall import PlaceFootfall
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.user_groups import RESIDENTS, STAFF, VISITORS


def demand_of_groups(
    residential_points: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    footfall: PlaceFootfall | None,
    *,
    wards: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    level: str,
    parameters: Parameters,
) -> gpd.GeoDataFrame:
    """The demand points of every group that has a weight.

    Parameters
    ----------
    residential_points : GeoDataFrame
        As `premises_points.premises_points` gives it.
    candidates : GeoDataFrame
        Public buildings: `kind, area_code, ward_code`.
    footfall : PlaceFootfall or None
    wards, areas : GeoDataFrame indexed by code
        Outlines; the areas, of `level`, with their `score`.
    level : str
    parameters : Parameters

    Returns
    -------
    GeoDataFrame
        As `demand.together` gives it.
    """
    weights = parameters.group_weights
    groups = {RESIDENTS: demand_points(residential_points, areas=areas["score"], level=level)}
    if footfall is not None and weights[VISITORS] > 0:
        groups[VISITORS] = visitor_points(footfall.squares, footfall.index, wards=wards, areas=areas)
    if weights[STAFF] > 0:
        groups[STAFF] = staff_points(candidates, by_kind=parameters.demand.staff_by_kind)
    return all_groups(groups, weights)
