"""The covering problem: what a case is, how it is solved, and the proof."""

from connected_place.coverage.covering import covered, rules
from connected_place.coverage.covering.case import Case, siting_case
from connected_place.coverage.covering.conflicts import least_budget_gbp
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.losses import losses_without
from connected_place.coverage.covering.other_choices import Alternative, alternatives
from connected_place.coverage.covering.problem import NOISE_SHARE
from connected_place.coverage.covering.solution import Choice, best_choice, best_near, cheapest_choice, near_choice

__all__ = [
    "NOISE_SHARE",
    "Alternative",
    "Case",
    "Choice",
    "Effort",
    "alternatives",
    "best_choice",
    "best_near",
    "cheapest_choice",
    "covered",
    "least_budget_gbp",
    "losses_without",
    "near_choice",
    "rules",
    "siting_case",
]
