"""Where things are: areas within areas, vintages of codes, cells, and which area each point lies in."""

from connected_place.coverage.places.cells import CELL_WORDS, Cells
from connected_place.coverage.places.deprivation import decile_of_points, deciles
from connected_place.coverage.places.finest import by_finest_area, of_layer
from connected_place.coverage.places.geography import (
    UNIT_WORDS,
    Geography,
    area_of_points,
    postcode_directory,
    postcodes_to_areas,
    units_to_areas,
)
from connected_place.coverage.places.outside import refuse_own_outside
from connected_place.coverage.places.study_area import StudyArea, study_area

__all__ = [
    "CELL_WORDS",
    "UNIT_WORDS",
    "Cells",
    "Geography",
    "StudyArea",
    "area_of_points",
    "by_finest_area",
    "decile_of_points",
    "deciles",
    "of_layer",
    "postcode_directory",
    "postcodes_to_areas",
    "refuse_own_outside",
    "study_area",
    "units_to_areas",
]
