"""The covering problem: what a case is, how it is solved, and the proof."""

from connected_place.coverage.covering.case import BUDGET, LOCK_IN, LOCK_OUT, Case, siting_case
from connected_place.coverage.covering.conflicts import least_budget_gbp
from connected_place.coverage.covering.covered import added_demand, order_of_worth
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.losses import Losses, losses_without
from connected_place.coverage.covering.other_choices import Alternative, alternatives
from connected_place.coverage.covering.problem import NOISE_SHARE, Terms, pence, pence_of
from connected_place.coverage.covering.rules import (
    Rule,
    covered_share_floor,
    demand_floor,
    sites_at_most,
    sites_floor,
    spacing,
)
from connected_place.coverage.covering.solution import Choice, best_choice, best_near, cheapest_choice, near_choice

__all__ = [
    "BUDGET",
    "LOCK_IN",
    "LOCK_OUT",
    "NOISE_SHARE",
    "Alternative",
    "Case",
    "Choice",
    "Effort",
    "Losses",
    "Rule",
    "Terms",
    "added_demand",
    "alternatives",
    "best_choice",
    "best_near",
    "cheapest_choice",
    "covered_share_floor",
    "demand_floor",
    "least_budget_gbp",
    "losses_without",
    "near_choice",
    "order_of_worth",
    "pence",
    "pence_of",
    "sites_at_most",
    "sites_floor",
    "siting_case",
    "spacing",
]
