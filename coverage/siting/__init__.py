"""The shortlist that plan.toml asks for: the choice, its phases, its curve, and why each site is in or out."""

from connected_place.coverage.siting.curve import Curve, Step
from connected_place.coverage.siting.decision import SiteChoice, effort_of, site_choice
from connected_place.coverage.siting.phases import FROM_LAST, Phase
from connected_place.coverage.siting.reasons import amount_text
from connected_place.coverage.siting.rule_prices import RulePrice
from connected_place.coverage.siting.shortlist import Shortlist, site_rows, summary
from connected_place.coverage.siting.turning_points import SmallestChange, smallest_change
from connected_place.coverage.siting.what_if import Reached, reached_by

__all__ = [
    "FROM_LAST",
    "Curve",
    "Phase",
    "Reached",
    "RulePrice",
    "Shortlist",
    "SiteChoice",
    "SmallestChange",
    "Step",
    "amount_text",
    "effort_of",
    "reached_by",
    "site_choice",
    "site_rows",
    "smallest_change",
    "summary",
]
