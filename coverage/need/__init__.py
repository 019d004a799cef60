"""Which areas need investment most: criteria, their levels, and the ranked areas."""

from connected_place.coverage.need.criterion import CRITERIA, Criterion, asked_criteria, criteria, criterion_faults
from connected_place.coverage.need.place_need import PlaceNeed, place_need
from connected_place.coverage.need.ranked_areas import Ranking, criteria_of, values_of
from connected_place.coverage.need.scored import FIRST_RANKS
from connected_place.coverage.need.two_needs import NEED_COLUMNS, NEED_WORDS, NeedBasis
from connected_place.coverage.need.unused_weights import unused_columns

__all__ = [
    "CRITERIA",
    "FIRST_RANKS",
    "NEED_COLUMNS",
    "NEED_WORDS",
    "Criterion",
    "NeedBasis",
    "PlaceNeed",
    "Ranking",
    "asked_criteria",
    "criteria",
    "criteria_of",
    "criterion_faults",
    "place_need",
    "unused_columns",
    "values_of",
]
