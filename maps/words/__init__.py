"""Sentences with numbers that pages, pictures and papers share."""

from connected_place.maps.words import (
    case_statements,
    change_statements,
    cost_statements,
    forecast_statements,
    front_statements,
    gap_statements,
    line_statements,
    need_statements,
    opponent_statements,
    programme_statements,
    screen_statements,
    site_statements,
    statements,
)

__all__ = [
    "case_statements",
    "change_statements",
    "cost_statements",
    "forecast_statements",
    "front_statements",
    "gap_statements",
    "line_statements",
    "need_statements",
    "opponent_statements",
    "programme_statements",
    "screen_statements",
    "site_statements",
    "statements",
]
