"""plan.toml: read, checked, and changed without losing a comment."""

from connected_place.scripts.config.changes import changed_plan_file
from connected_place.scripts.config.plan_file import PLAN_TOML, PlanFile, read_plan_file, sources_of_faulty
from connected_place.scripts.config.plan_text import weight_lines, write_weights

__all__ = [
    "PLAN_TOML",
    "PlanFile",
    "changed_plan_file",
    "read_plan_file",
    "sources_of_faulty",
    "weight_lines",
    "write_weights",
]
