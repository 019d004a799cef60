"""Better lines: what can be done for every home and business without the headline speed, and what is paid for."""

from connected_place.coverage.lines.place_lines import PlaceLines, place_lines

__all__ = ["PlaceLines", "place_lines"]
