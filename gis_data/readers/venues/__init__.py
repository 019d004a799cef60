"""Lists of places that could host Wi-Fi: what each is, whether it is open, and files without a header."""

from connected_place.gis_data.readers.venues.kinds import KINDS_OF_VENUES
from connected_place.gis_data.readers.venues.layouts import LAYOUTS, OPEN_NAMES
from connected_place.gis_data.readers.venues.lists import VENUE_SOURCES, read_functional_sites, read_venues

__all__ = [
    "KINDS_OF_VENUES",
    "LAYOUTS",
    "OPEN_NAMES",
    "VENUE_SOURCES",
    "read_functional_sites",
    "read_venues",
]
