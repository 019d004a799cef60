"""The library: a plan read, made and written, for commands and notebooks alike."""

from connected_place.scripts.api.runs import STEPS, make, make_pages, plan_file_hash, planned, written

__all__ = [
    "STEPS",
    "make",
    "make_pages",
    "plan_file_hash",
    "planned",
    "written",
]
