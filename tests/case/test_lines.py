"""Lines of a business case: what falls due, when, and from which year on."""

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.case.lines import (
    at_the_end,
    cost_lines,
    once,
    renewals,
    starting_years,
    yearly,
    years_since_start,
)
from connected_place.coverage.parameters.appraisal import Appraisal

from ..money_worlds import sites_of
from ..small_places import NAN

TWO = sites_of(2, capex=[1_000.0, 3_000.0], opex=[100.0, 200.0])


def lines_of(**terms):
    """Cost lines of two sites by key, without optimism bias unless stated."""
    found = cost_lines(TWO, Appraisal(**({"years": 4, "optimism_bias": 0.0} | terms)))
    return {line.key: line for line in found}


@pytest.mark.parametrize(
    ("phase_years", "starts"),
    [(0, [0, 0, 0, 0]), (1, [0, 1, 2, 0]), (2, [0, 2, 3, 0]), (9, [0, 3, 3, 0])],  # never after the last year
)
def test_a_site_starts_with_its_phase_and_a_candidate_without_one_at_once(phase_years, starts):
    sites = pd.DataFrame({"phase": [1.0, 2.0, 3.0, NAN]})
    assert starting_years(sites, Appraisal(years=3, phase_years=phase_years)).tolist() == starts


def test_what_falls_due_when():
    """Over three years, by the year in which a site starts (row) and the year (column)."""
    rules = Appraisal(years=3, renewal_years=1)
    assert years_since_start(rules).tolist() == [[0, 1, 2, 3], [-1, 0, 1, 2], [-2, -1, 0, 1], [-3, -2, -1, 0]]
    assert once(rules).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert yearly(rules).tolist() == [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert renewals(rules).tolist() == [[0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert at_the_end(rules).tolist() == [[0, 0, 0, 1]] * 4


@pytest.mark.parametrize(
    ("ramp_up_years", "lasts_years", "first"),
    [
        (0, 0, [0, 1, 1, 1, 1]),
        (1, 0, [0, 0.5, 1, 1, 1]),
        (3, 0, [0, 0.25, 0.5, 0.75, 1]),
        (0, 1, [0, 1, 0, 0, 0]),
        (1, 2, [0, 0.5, 1, 0, 0]),
        (0, 4, [0, 1, 1, 1, 1]),
    ],
)
def test_use_grows_in_equal_steps_and_ends_after_its_last_year(ramp_up_years, lasts_years, first):
    found = yearly(Appraisal(years=4), ramp_up_years=ramp_up_years, lasts_years=lasts_years)
    assert found[0].tolist() == first
    assert found[1].tolist() == [0, *first[:-1]]  # a year later all comes a year later


@pytest.mark.parametrize(("life", "when"), [(0, []), (1, [1, 2, 3, 4]), (2, [2, 4]), (3, [3]), (5, []), (6, [])])
def test_equipment_is_renewed_at_the_end_of_its_life_and_not_in_the_last_year(life, when):
    assert np.flatnonzero(renewals(Appraisal(years=5, renewal_years=life))[0]).tolist() == when


@pytest.mark.parametrize(
    ("terms", "keys"),
    [
        ({"renewal_years": 0}, []),
        ({"renewal_years": 4}, []),  # its life ends with the case
        ({"renewal_years": 2, "renewal_share": 0.0}, []),
        ({"renewal_years": 2}, ["renewal", "renewal_bias"]),
        ({"renewal_years": 0, "residual_share": 0.1}, ["residual"]),
        ({"renewal_years": 2, "residual_share": 0.1}, ["renewal", "renewal_bias", "residual"]),
    ],
)
def test_only_what_falls_due_has_a_line(terms, keys):
    assert list(lines_of(**terms)) == ["capital", "optimism_bias", "running", *keys]


def test_each_line_has_its_amount_and_says_what_it_is_in_proportion_to():
    found = lines_of(optimism_bias=0.5, renewal_years=2, renewal_share=0.4, residual_share=0.1)
    assert {key: line.amounts_gbp.tolist() for key, line in found.items()} == {
        "capital": [1_000, 3_000],
        "optimism_bias": [500, 1_500],
        "running": [100, 200],
        "renewal": [400, 1_200],
        "renewal_bias": [200, 600],
        "residual": [-100, -300],
    }
    assert {key: line.factors for key, line in found.items()} == {
        "capital": ("capital",),
        "optimism_bias": ("capital", "optimism_bias"),
        "running": ("running",),
        "renewal": ("renewal",),
        "renewal_bias": ("renewal", "optimism_bias"),
        "residual": ("capital",),
    }
    assert {key for key, line in found.items() if "Mott MacDonald" in line.source} == {"optimism_bias", "renewal_bias"}
    assert all(line.quantity.tolist() == [1, 1] and not line.is_estimate for line in found.values())
    assert all(np.isnan([line.unit_value_gbp, line.low, line.high]).all() for line in found.values())


def test_money_of_some_sites_is_added_up_by_year():
    """The first starts in year 0, the second in year 2."""
    running, starts = lines_of()["running"], pd.Series([0, 2], index=TWO.index)
    assert running.by_year_gbp(starts, TWO.index).tolist() == [0, 100, 100, 300, 300]
    assert running.by_year_gbp(starts, TWO.index[1:]).tolist() == [0, 0, 0, 200, 200]
    assert running.by_year_gbp(starts, TWO.index[:0]).tolist() == [0, 0, 0, 0, 0]
    factors = np.array([1.0, 0.5, 0.25, 0.125, 0.0625])
    assert running.present_value_gbp(starts, factors).tolist() == [100 * 0.9375, 200 * 0.1875]
