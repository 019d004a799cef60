"""Signal over a surface model: lines of sight past roofs and trees."""

from connected_place.coverage.reach.surface.fields import SignalField, at_doorsteps, moved_to, surface_fields
from connected_place.coverage.reach.surface.line_of_sight import Sight

__all__ = [
    "Sight",
    "SignalField",
    "at_doorsteps",
    "moved_to",
    "surface_fields",
]
