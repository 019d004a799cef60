"""How many premises cannot get each speed, out of how many, and how many nobody reported."""

from connected_place.coverage.gaps.cell_areas import with_cells, with_lent
from connected_place.coverage.gaps.denominators import postcode_premises
from connected_place.coverage.gaps.gap import TIERS, add_missing, borough_total, gap_by_area
from connected_place.coverage.gaps.units import Reporting, Units, count_units, counted, in_force, merge_releases

__all__ = [
    "TIERS",
    "Reporting",
    "Units",
    "add_missing",
    "borough_total",
    "count_units",
    "counted",
    "gap_by_area",
    "in_force",
    "merge_releases",
    "postcode_premises",
    "with_cells",
    "with_lent",
]
