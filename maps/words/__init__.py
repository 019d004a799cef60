"""Sentences with numbers that pages, pictures and papers share."""

from connected_place.maps.words import (
    ask_statements,
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
    "ask_statements",
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
