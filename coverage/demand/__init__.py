"""Whom public Wi-Fi could serve, where it could stand, and what is there already."""

from connected_place.coverage.demand.existing import free_spots
from connected_place.coverage.demand.points import need_of_points
from connected_place.coverage.demand.sampling import sampled_demand
from connected_place.coverage.demand.site_names import kept_ids, with_kept_ids
from connected_place.coverage.demand.wifi_demand import WifiDemand, wifi_demand

__all__ = [
    "WifiDemand",
    "free_spots",
    "kept_ids",
    "need_of_points",
    "sampled_demand",
    "wifi_demand",
    "with_kept_ids",
]
