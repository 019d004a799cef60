"""What would come without a plan: a forecast from several releases of coverage, tested on what it never saw."""

from connected_place.coverage.forecast.held_out import LEAST_ORIGINS, NOT_TESTED
from connected_place.coverage.forecast.place_forecast import PlaceForecast, months_later, place_forecast
from connected_place.coverage.forecast.rates import years_between

__all__ = [
    "LEAST_ORIGINS",
    "NOT_TESTED",
    "PlaceForecast",
    "months_later",
    "place_forecast",
    "years_between",
]
