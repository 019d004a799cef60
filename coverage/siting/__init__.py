"""The shortlist that plan.toml asks for: the choice, its phases, its curve, and why each site is in or out."""

from connected_place.coverage.siting.curve import Curve, Step
from connected_place.coverage.siting.decision import SiteChoice
from connected_place.coverage.siting.phases import FROM_LAST, Phase
from connected_place.coverage.siting.place_siting import PlaceSiting, place_siting
from connected_place.coverage.siting.reasons import amount_text
from connected_place.coverage.siting.rule_prices import RulePrice
from connected_place.coverage.siting.shortlist import Shortlist
from connected_place.coverage.siting.turning_points import SmallestChange, smallest_change
from connected_place.coverage.siting.what_if import Reached, reached_by

__all__ = [
    "FROM_LAST",
    "Curve",
    "Phase",
    "PlaceSiting",
    "Reached",
    "RulePrice",
    "Shortlist",
    "SiteChoice",
    "SmallestChange",
    "Step",
    "amount_text",
    "place_siting",
    "reached_by",
    "smallest_change",
]
