"""How busy a place is: measured, estimated where that is shown to be better than a mean, else an index."""

from connected_place.coverage.footfall.index import PEOPLE_FULL, PEOPLE_NONE
from connected_place.coverage.footfall.place import (
    PlaceFootfall,
    asked_footfall,
    footfall_in,
    people_per_hour,
)
from connected_place.coverage.footfall.points import Footfall

__all__ = [
    "PEOPLE_FULL",
    "PEOPLE_NONE",
    "Footfall",
    "PlaceFootfall",
    "asked_footfall",
    "footfall_in",
    "people_per_hour",
]
