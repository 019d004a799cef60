"""One module for each kind of source, and the intake that gives each file of a plan to its reader."""

from connected_place.gis_data.readers.bduk import premises_by_postcode
from connected_place.gis_data.readers.broadband import release
from connected_place.gis_data.readers.code_columns import LEVEL_WORDS, LEVELS
from connected_place.gis_data.readers.intake import files_of, layers_or_faults, read_layers
from connected_place.gis_data.readers.place_names import ROADS, SETTLEMENTS, STATIONS
from connected_place.gis_data.readers.rows_by_key import raw_rows
from connected_place.gis_data.readers.venues import KINDS_OF_VENUES, VENUE_SOURCES

__all__ = [
    "KINDS_OF_VENUES",
    "LEVELS",
    "LEVEL_WORDS",
    "ROADS",
    "SETTLEMENTS",
    "STATIONS",
    "VENUE_SOURCES",
    "files_of",
    "layers_or_faults",
    "premises_by_postcode",
    "raw_rows",
    "read_layers",
    "release",
]
