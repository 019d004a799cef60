"""What moves the ratio: ranges, switching values, draws, and the councillors' two to one."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.case.lines import BENEFIT
from connected_place.coverage.case.monte_carlo import draws_of, monte_carlo
from connected_place.coverage.case.sensitivity import ranges, terms, tornado
from connected_place.coverage.case.switching import switching_factor, switching_values
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Additionality, Benefit
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.coverage.parameters.ranges import Range

from ..money_worlds import appraised_of, case_of, sites_of, vector

rules = settings(deadline=None, derandomize=True, max_examples=20)
GAIN = Benefit(key="gain", words="A gain", quantity="residents", unit_value_gbp=40_000.0, low=20_000.0, high=50_000.0)
JOY = Benefit(key="joy", words="Joy", quantity="sites", unit_value_gbp=1_000.0, is_net=True)
STATED = Appraisal(benefit=(GAIN, JOY), renewal_years=4, optimism_bias=0.44, additionality=Additionality(leakage=0.1))
FACTORS = ["capital", "running", "renewal", "optimism_bias", "reach", "use", "additionality", "gain", "joy"]


def ratio(parts, **times):
    costs, benefits = parts.at(**times)
    return float(benefits / costs)


# --- one figure at a time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("capital", {"sites": {"capex": 150_000.0}, "rules": {"renewal_share": 0.5 / 1.5}}),
        ("running", {"sites": {"opex": 15_000.0}}),
        ("renewal", {"rules": {"renewal_share": 0.75}}),
        ("optimism_bias", {"rules": {"optimism_bias": 0.66}}),
        ("joy", {"rules": {"benefit": (GAIN, dataclasses.replace(JOY, unit_value_gbp=1_500.0))}}),
    ],
)
def test_a_figure_times_one_and_a_half_gives_what_a_plan_with_that_figure_gives(key, changed):
    whole = terms(appraised_of(sites_of(2), STATED))
    other = appraised_of(
        sites_of(2, **changed.get("sites", {})), dataclasses.replace(STATED, **changed.get("rules", {}))
    )
    assert ratio(whole, **{key: 1.5}) == pytest.approx(ratio(terms(other)))


def test_a_net_benefit_follows_neither_additionality_nor_reach():
    parts = terms(appraised_of(sites_of(2), STATED))
    left = float(parts.at(additionality=0.0)[1])
    assert left == pytest.approx(2 * 1_000 * 8.316605, rel=1e-6)
    assert float(parts.at(reach=0.0)[1]) == pytest.approx(left)


def test_the_widest_range_comes_first_and_each_end_is_reckoned_by_itself():
    case = appraised_of(sites_of(2), STATED)
    found = tornado(case).set_index("key")
    widths = (found["bcr_high"] - found["bcr_low"]).abs()
    assert widths.is_monotonic_decreasing
    assert found.loc["gain", ["low", "high"]].tolist() == [0.5, 1.25]
    assert found.loc["gain", "bcr_low"] == pytest.approx(ratio(terms(case), gain=0.5))
    assert found.loc["discount_rate", "bcr_high"] < found.loc["discount_rate", "bcr_low"]
    at_six = appraised_of(sites_of(2), dataclasses.replace(STATED, discount_rate=0.06))
    assert found.loc["discount_rate", "bcr_high"] == pytest.approx(ratio(terms(at_six)))


def test_what_no_range_is_stated_for_is_not_moved():
    assert "joy" not in ranges(appraised_of(sites_of(1), STATED))
    assert "reach" not in ranges(appraised_of(sites_of(1), STATED))
    assert "renewal" not in ranges(appraised_of(sites_of(1), dataclasses.replace(STATED, renewal_years=0)))


def test_a_stated_range_goes_before_the_default_and_a_benefits_own():
    own = (Range(key="capital", low=0.5, high=2.0), Range(key="gain", low=0.1, high=3.0))
    found = ranges(appraised_of(sites_of(1), dataclasses.replace(STATED, range=own)))
    assert (found["capital"].low, found["gain"].high) == (0.5, 3.0)


def test_without_a_value_the_costs_still_have_their_ranges():
    found = vector(None, bias=0.44).tornado
    assert found["bcr_low"].isna().all()
    assert (found["costs_high"] != found["costs_low"]).all()


# --- switching values --------------------------------------------------------------------------------------------


@rules
@given(st.sampled_from(FACTORS), st.sampled_from([1.0, 1.5, 2.0, 5.0]), st.floats(1, 9e4))
def test_at_the_switching_value_the_ratio_is_what_was_asked(key, target, gain_gbp):
    stated = dataclasses.replace(STATED, benefit=(dataclasses.replace(GAIN, unit_value_gbp=gain_gbp, low=None), JOY))
    parts = terms(appraised_of(sites_of(2), stated))
    factor = switching_factor(parts, key, ratio=target)
    if np.isnan(factor):
        at_nothing, at_much = ratio(parts, **{key: 0.0}) - target, ratio(parts, **{key: 1e9}) - target
        assert at_nothing * at_much >= 0
    else:
        assert ratio(parts, **{key: factor}) == pytest.approx(target)


def test_the_switching_value_of_the_test_vector_is_the_benefit_that_two_to_one_needs():
    found = vector(bias=0.44).switching.set_index("key")
    assert round(found.loc["gain", "unit_value_target"]) == 54_630
    assert found.loc["gain", "change_target_pct"] == pytest.approx(100 * (54_630.4 / 40_000 - 1), abs=0.01)


def test_every_figure_that_something_rests_on_has_a_switching_value_or_none_and_says_so():
    assert switching_values(appraised_of(sites_of(2), STATED))["key"].tolist() == [
        *("capital", "optimism_bias", "running", "renewal", "gain", "reach", "use", "additionality", "joy")
    ]


# --- all at once -------------------------------------------------------------------------------------------------


def test_ranges_of_no_width_draw_the_plan_itself():
    fixed = tuple(Range(key=key, low=1.0, high=1.0) for key in FACTORS)
    case = appraised_of(sites_of(2), dataclasses.replace(STATED, range=fixed, draws=200))
    found = monte_carlo(case)
    assert np.allclose(found.quantiles["bcr"], ratio(terms(case)), rtol=1e-12)


def test_the_same_seed_draws_the_same_and_another_one_other_figures():
    first, again, other = (
        monte_carlo(appraised_of(sites_of(2), dataclasses.replace(STATED, seed=s))) for s in (1, 1, 2)
    )
    assert first.quantiles.equals(again.quantiles)
    assert not first.quantiles.equals(other.quantiles)


def test_another_line_moves_no_draw_of_a_figure():
    item = Range(key="capital", low=0.9, high=1.2)
    alone = draws_of(item, samples=50, seed=3)
    assert (draws_of(item, samples=500, seed=3)[:50] == alone).all()
    assert not np.allclose(draws_of(dataclasses.replace(item, key="running"), samples=50, seed=3), alone)


@pytest.mark.parametrize(
    ("low", "high", "shape", "mean", "spread"),
    [
        (0.8, 1.4, "uniform", 1.1, 0.6 / 12**0.5),
        (0.7, 1.3, "triangular", 1.0, 0.6 / 24**0.5),
        (0.9, 1.2, "triangular", 3.1 / 3, ((0.81 + 1 + 1.44 - 0.9 - 1.08 - 1.2) / 18) ** 0.5),
        (0.07, 1.0, "triangular", 2.07 / 3, 0.93 / 18**0.5),
        (1.2, 1.5, "triangular", 3.9 / 3, 0.3 / 18**0.5),  # the plan's figure lies outside: the top is the near end
    ],
)
def test_draws_have_the_mean_and_spread_of_their_shape(low, high, shape, mean, spread):
    found = draws_of(Range(key="x", low=low, high=high, shape=shape), samples=40_000, seed=5)
    assert found.min() >= low
    assert found.max() <= high
    assert found.mean() == pytest.approx(mean, abs=0.004)
    assert found.std() == pytest.approx(spread, rel=0.02)


def test_shares_and_quantiles_come_from_the_same_draws():
    found = monte_carlo(appraised_of(sites_of(2), STATED))
    assert (
        found.quantiles[["bcr", "npv_gbp", "pv_costs_gbp"]].apply(lambda column: column.is_monotonic_increasing).all()
    )
    assert found.histogram["draws"].sum() == found.draws
    median = found.quantiles.set_index("quantile").loc[0.5, "bcr"]
    assert (found.share_at_least_two >= 0.5) == (median >= 2)
    assert found.share_at_least_one >= found.share_at_least_two
    assert found.share_at_least_target == found.share_at_least_two


# --- two to one --------------------------------------------------------------------------------------------------


def test_the_line_that_drives_the_ratio_is_the_largest():
    found = case_of(sites_of(2), STATED).two_to_one
    assert (found.driver_key, found.cost_driver_key) == ("gain", "capital")
    assert 0.9 < found.driver_share < 1


@pytest.mark.parametrize("bias", [0.0, 0.2, 0.44])
def test_at_the_limit_of_optimism_bias_the_ratio_is_the_target(bias):
    found = vector(60_000.0, bias=bias).two_to_one
    assert vector(60_000.0, bias=found.optimism_bias_limit).programme.bcr == pytest.approx(2.0)
    assert found.optimism_bias_stated == pytest.approx(bias)


def test_where_no_bias_is_low_enough_none_is_named():
    assert vector(40_000.0).two_to_one.optimism_bias_limit is None


def test_the_ceiling_of_costs_is_the_benefits_over_the_target():
    found = vector().two_to_one
    assert found.cost_ceiling_gbp == pytest.approx(332_664.21 / 2, abs=0.01)
    assert found.benefit_missing_gbp == pytest.approx(2 * 183_166.05 - 332_664.21, abs=0.02)
    assert found.is_met is False


def test_thurrocks_programme_needs_31_million_for_two_to_one():
    """£15.71m, of which £5m from outside: 31.8 % (the council's figures)."""
    stated = FundingRules(programme_gbp=15_710_000.0, external_gbp=5_000_000.0)
    found = case_of(sites_of(1), Appraisal(), funding=stated).two_to_one
    assert found.programme_benefit_needed_gbp == 31_420_000.0
    assert found.bcr is None


def test_the_first_ranked_sites_that_come_to_the_target_are_counted():
    """Each site brings less than the one before: 3, 2.5 and 0.5 times its cost; the first two come to 2.75."""
    residents = [3.0, 2.5, 0.5]
    gain = Benefit(key="gain", quantity="residents", unit_value_gbp=1_000.0)
    stated = Appraisal(years=1, discount_rate=0.0, optimism_bias=0.0, benefit=(gain,))
    found = case_of(sites_of(3, capex=1_000.0, opex=0.0), stated, residents=residents)
    assert (found.two_to_one.sites_at_target, found.two_to_one.is_met) == (3, True)
    dearer = dataclasses.replace(stated, target_ratio=2.4)
    assert case_of(sites_of(3, capex=1_000.0, opex=0.0), dearer, residents=residents).two_to_one.sites_at_target == 2


def test_keys_of_lines_are_the_factors_that_move_them():
    case = appraised_of(sites_of(1), STATED)
    assert {line.key for line in case.lines if line.kind == BENEFIT} <= set(terms(case).names())
