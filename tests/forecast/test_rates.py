"""Rates: known ones are found again, and only units that both releases report count."""

import numpy as np
import pytest

from connected_place.coverage.forecast.rates import fitted_closing_rates, latest_rows, matched_shares, pairs_of

from .forecast_worlds import closing_at, vintage


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.8])
def test_a_known_rate_is_found_again(rate):
    vintages = closing_at(rate)
    rates = fitted_closing_rates(pairs_of(vintages)).of(latest_rows(vintages))
    assert np.median(rates) == pytest.approx(rate, rel=0.35)


def test_units_that_a_release_leaves_out_are_no_building():
    """B, without the speed, is missing from the second release: A alone is compared, and nothing changed."""
    first = vintage("2019-05", {"A": 0.2, "B": 1.0}, {"A": "W", "B": "W"})
    second = vintage("2020-01", {"A": 0.2}, {"A": "W"})
    assert matched_shares([first, second]).loc["W", [0, 1]].tolist() == [0.2, 0.2]


def test_releases_of_other_units_are_compared_by_whole_areas():
    first = vintage("2019-05", {"OA1": 0.5, "OA2": 0.3}, {"OA1": "W", "OA2": "W"}, level="output_area")
    second = vintage("2020-01", {"A": 0.2, "B": 0.4}, {"A": "W", "B": "W"})
    assert matched_shares([first, second]).loc["W", [0, 1]].tolist() == pytest.approx([0.4, 0.3])


def test_nothing_gained_is_a_rate_of_none_without_a_model():
    found = fitted_closing_rates(pairs_of(closing_at(0.0)))
    assert found.model is None and found.of(latest_rows(closing_at(0.0))).eq(0).all()


def test_shares_that_rise_are_no_gains():
    """What is lost is taken off what is gained, and a rate is never below 0."""
    vintages = closing_at(-0.1)
    assert fitted_closing_rates(pairs_of(vintages)).of(latest_rows(vintages)).eq(0).all()


def test_the_order_of_units_is_irrelevant():
    vintages = closing_at(0.3, noise=0.02)
    turned = [vintage(v.month, v.share[::-1].to_dict(), v.area.to_dict()) for v in vintages]
    assert pairs_of(vintages).equals(pairs_of(turned))
    first, second = (fitted_closing_rates(pairs_of(each)).of(latest_rows(each)) for each in (vintages, turned))
    assert first.equals(second)
