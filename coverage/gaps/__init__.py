"""How many premises cannot get each speed, out of how many, and how many are not reported."""

from connected_place.coverage.gaps.cell_areas import with_lent
from connected_place.coverage.gaps.denominators import counted_as, postcode_premises
from connected_place.coverage.gaps.gap import TIERS, borough_total, gap_by_area
from connected_place.coverage.gaps.place_gaps import PlaceGaps, area_gaps, gap_rows, place_gaps
from connected_place.coverage.gaps.units import Reporting, Units, counted, in_force, merge_releases

__all__ = [
    "TIERS",
    "PlaceGaps",
    "Reporting",
    "Units",
    "area_gaps",
    "borough_total",
    "counted",
    "counted_as",
    "gap_by_area",
    "gap_rows",
    "in_force",
    "merge_releases",
    "place_gaps",
    "postcode_premises",
    "with_lent",
]
