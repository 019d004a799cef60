"""How busy a place is: measured, estimated where that is shown to be better than a mean, else an index."""

from connected_place.coverage.footfall.place import (
    PlaceFootfall,
    footfall_in,
    is_asked,
    people_per_hour,
    place_footfall,
)
from connected_place.coverage.footfall.points import Footfall

__all__ = [
    "Footfall",
    "PlaceFootfall",
    "footfall_in",
    "is_asked",
    "people_per_hour",
    "place_footfall",
]
