"""Whom public Wi-Fi could serve, where it could stand, and what is there already."""

from connected_place.coverage.demand.backhaul import backhaul_of
from connected_place.coverage.demand.candidate_sites import candidates
from connected_place.coverage.demand.existing import existing_wifi, free_spots
from connected_place.coverage.demand.groups import demand_of_groups
from connected_place.coverage.demand.residential_points import points_source, premises_points, with_residents
from connected_place.coverage.demand.sampling import sampled_demand

__all__ = [
    "backhaul_of",
    "candidates",
    "demand_of_groups",
    "existing_wifi",
    "free_spots",
    "points_source",
    "premises_points",
    "sampled_demand",
    "with_residents",
]
