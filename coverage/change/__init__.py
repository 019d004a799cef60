"""What changed since an earlier vintage, and how much of it is real."""

from connected_place.coverage.change.compare import PARTS
from connected_place.coverage.change.since import Change, change_since

__all__ = [
    "PARTS",
    "Change",
    "change_since",
]
