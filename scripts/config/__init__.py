"""plan.toml: read, checked, and changed without losing a comment."""

from connected_place.scripts.config.plan_file import FILE, PlanFile, read_plan_file
from connected_place.scripts.config.plan_text import weight_lines, write_weights

__all__ = [
    "FILE",
    "PlanFile",
    "read_plan_file",
    "weight_lines",
    "write_weights",
]
