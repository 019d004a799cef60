"""What a command shows in a terminal, and files that it replaces in one step."""

from connected_place.scripts.terminal.files import refuse_foreign, refuse_unwritable, replace_file
from connected_place.scripts.terminal.progress import Steps
from connected_place.scripts.terminal.text_tables import WIDTH, table_lines, wrapped

__all__ = [
    "WIDTH",
    "Steps",
    "refuse_foreign",
    "refuse_unwritable",
    "replace_file",
    "table_lines",
    "wrapped",
]
