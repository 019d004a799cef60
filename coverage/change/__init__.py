"""What changed since an earlier vintage, and how much of it is real."""

from connected_place.coverage.change.compare import PARTS
from connected_place.coverage.change.since import Change, change_since, is_yes_or_no, on_todays_codes

__all__ = [
    "PARTS",
    "Change",
    "change_since",
    "is_yes_or_no",
    "on_todays_codes",
]
