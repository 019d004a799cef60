"""The bytes of an input: a plain file with its hash, a zip opened safely, XML that is refused unread."""

from connected_place.gis_data.files.archives import SHAPES, TABLES, is_zip, members, opened
from connected_place.gis_data.files.input_files import LARGEST_BYTES, InputFile, changed_since, read_input, read_up_to
from connected_place.gis_data.files.markup import declares_entities, is_markup, markup_fault

__all__ = [
    "LARGEST_BYTES",
    "SHAPES",
    "TABLES",
    "InputFile",
    "changed_since",
    "declares_entities",
    "is_markup",
    "is_zip",
    "markup_fault",
    "members",
    "opened",
    "read_input",
    "read_up_to",
]
