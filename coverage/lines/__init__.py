"""Better lines: what can be done for every home and business without the headline speed, and what is paid for."""

from connected_place.coverage.lines.line_choice import LineChoice, LinesAnswer, line_answers
from connected_place.coverage.lines.place_lines import PlaceLines, place_lines

__all__ = ["LineChoice", "LinesAnswer", "PlaceLines", "line_answers", "place_lines"]
