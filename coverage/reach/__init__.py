"""Who can connect to a site: the law, the radio path by distance or over a surface, and its chances."""

from connected_place.coverage.reach.access_point import FIXED, RadioPlan, radio_plan
from connected_place.coverage.reach.capacity import access_points_needed, radios_needed
from connected_place.coverage.reach.chances import STEP, ChanceSteps, best_server
from connected_place.coverage.reach.field import distance_field
from connected_place.coverage.reach.sites import SiteReach, at_least, reached_together, site_reach, with_chances
from connected_place.coverage.reach.surface import SignalField

__all__ = [
    "FIXED",
    "STEP",
    "ChanceSteps",
    "RadioPlan",
    "SignalField",
    "SiteReach",
    "access_points_needed",
    "at_least",
    "best_server",
    "distance_field",
    "radio_plan",
    "radios_needed",
    "reached_together",
    "site_reach",
    "with_chances",
]
