"""Which areas need investment most: criteria, their levels, and the ranked areas."""

from connected_place.coverage.need.criterion import CRITERIA, Criterion, asked_criteria, criteria, criterion_faults
from connected_place.coverage.need.levels import area_facts_of
from connected_place.coverage.need.ranked_areas import (
    FIRST_RANKS,
    LEAST_KNOWN_SHARE,
    Ranking,
    criteria_of,
    ranking,
    values_of,
)
from connected_place.coverage.need.unused_weights import unused_columns

__all__ = [
    "CRITERIA",
    "FIRST_RANKS",
    "LEAST_KNOWN_SHARE",
    "Criterion",
    "Ranking",
    "area_facts_of",
    "asked_criteria",
    "criteria",
    "criteria_of",
    "criterion_faults",
    "ranking",
    "unused_columns",
    "values_of",
]
