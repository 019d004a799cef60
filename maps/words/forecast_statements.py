"""Sentences on what would come without a plan: the forecast and its test, or why no forecast is given."""

from __future__ import annotations

from connected_place.coverage.forecast import LEAST_ORIGINS, NOT_TESTED, PlaceForecast
from connected_place.maps.numerals import count_text, month, plural, share_text, speed_text

_SURE = 2.0
"""Standard errors from which a difference is hardly chance."""


def forecast_sentence(found: PlaceForecast) -> str:
    """What is expected without a plan, date by date; "" where no forecast is given."""
    if not found.is_given:
        return ""
    rows = found.wards.assign(month_words=found.wards["month"].map(month))
    sums = rows.groupby(["years", "month_words", "is_tested"])["gap"].sum().reset_index()
    said = [
        f"{count_text(row['gap'])} by {row['month_words']}" + ("" if row["is_tested"] else " (further than was tested)")
        for row in sums.to_dict("records")
    ]
    return (
        f"Without a plan, the number without {speed_text(found.tier)} should fall to about {', '.join(said)}: a "
        f"forecast from releases up to {month(found.since)}. forecast.csv has each ward with its range."
    )


def forecast_test_sentence(found: PlaceForecast) -> str:
    """How the forecast was tested, or why there is none."""
    test, releases = found.test, plural(len(found.series), "release")
    if test.verdict == NOT_TESTED:
        return (
            f"No forecast is given. To test one, coverage must be forecast from at least {LEAST_ORIGINS} releases that "
            f"have others before and after them, with wards held out; of the {releases} given, {test.origins} can be "
            "used so (coverage_series.csv says what each can tell)."
        )
    errors = {name: 100 * value for name, value in test.errors["root_mean_square"].items()}
    compared = (
        f"over {test.origins} releases and wards that it had not seen, its error was {errors['forecast']:.1f} "
        f"percentage points (root mean square), against {errors['no change']:.1f} if nothing changed and "
        f"{errors['straight line']:.1f} on a straight line"
    )
    if not found.is_given:
        means = {name: 100 * value for name, value in test.errors["mean_error"].items()}
        return (
            f"No forecast is given, because it was no better than the simplest ones: {compared}; its mean error was "
            f"{means['forecast']:.1f}, against {means['no change']:.1f} and {means['straight line']:.1f}."
        )
    chance = "" if test.lead >= _SURE else "; so small a lead may be chance"
    inside = share_text(test.inside * test.inside_of, test.inside_of)
    return (
        f"Test of the forecast: {compared}{chance}. {inside} of {count_text(test.inside_of)} shares lay in the range, "
        "which is meant to include 80%."
    )


def forecast_sentences(found: PlaceForecast | None) -> tuple[str, ...]:
    """All that is said of the forecast; nothing where only today's release was given."""
    if found is None:
        return ()
    return tuple(filter(None, (forecast_sentence(found), forecast_test_sentence(found))))
