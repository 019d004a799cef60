"""What a command shows in a terminal, and files that it replaces in one step."""

from connected_place.scripts.terminal.files import refuse_foreign_file, refuse_unwritable, replace_file
from connected_place.scripts.terminal.json_text import printable_json
from connected_place.scripts.terminal.progress import ProgressSteps, progress_shown
from connected_place.scripts.terminal.text_tables import WIDTH, table_lines, wrapped_lines

__all__ = [
    "WIDTH",
    "ProgressSteps",
    "printable_json",
    "progress_shown",
    "refuse_foreign_file",
    "refuse_unwritable",
    "replace_file",
    "table_lines",
    "wrapped_lines",
]
