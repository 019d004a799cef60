"""plan.toml: read, checked, and changed without losing a comment."""

from connected_place.scripts.config.changes import changed_plan_file
from connected_place.scripts.config.downloads_record import (
    DOWNLOADS_RECORD,
    DownloadsRecord,
    read_record,
    recorded_hashes,
    write_record,
)
from connected_place.scripts.config.plan_file import PLAN_TOML, PlanFile, read_plan_file, sources_of_faulty
from connected_place.scripts.config.plan_text import weight_lines, write_weights

__all__ = [
    "DOWNLOADS_RECORD",
    "PLAN_TOML",
    "DownloadsRecord",
    "PlanFile",
    "changed_plan_file",
    "read_plan_file",
    "read_record",
    "recorded_hashes",
    "sources_of_faulty",
    "weight_lines",
    "write_record",
    "write_weights",
]
