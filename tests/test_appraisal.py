"""The business case against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.appraisal import annuity_factor, present_values
from connected_place.coverage.parameters import Appraisal

from .places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=50)
NO_BIAS = Appraisal(optimism_bias=0.0)


def case(benefit_gbp=40_000.0, *, bias=0.0, capex_gbp=100_000.0, opex_gbp=10_000.0, **terms):
    """£100,000 in year 0, £10,000 a year to run for ten years."""
    one = pd.Series([1.0])
    rules_of_case = Appraisal(optimism_bias=bias, **terms)
    return present_values(one * capex_gbp, one * opex_gbp, one * benefit_gbp, rules_of_case)


def test_present_values_to_the_penny():
    found = case()
    assert found.costs_gbp.round(2).item() == 183_166.05
    assert found.benefits_gbp.round(2).item() == 332_664.21
    assert found.npv_gbp.round(2).item() == 149_498.16
    assert found.bcr.round(4).item() == 1.8162


@pytest.mark.parametrize(
    ("benefit_gbp", "bias", "bcr"),
    [
        (40_000, 0.44, 1.4644),
        (40_000, 2.00, 0.8682),
        (40_000 * 0.4725, 0.44, 0.6919),  # leakage 10 %, displacement 25 %, deadweight 30 %
        (44_048, 0.0, 2.0000),
        (54_630, 0.44, 2.0000),
    ],
)
def test_optimism_bias_is_on_capital_alone(benefit_gbp, bias, bcr):
    assert case(benefit_gbp, bias=bias).bcr.round(4).item() == bcr


def test_without_discounting_the_ratio_is_that_of_plain_sums():
    assert case(discount_rate=0.0).bcr.item() == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("rate", "years", "factor"),
    [(0.035, 0, 0.0), (0.035, 1, 1 / 1.035), (0.0, 10, 10.0), (0.035, 10, 8.316605), (0.035, 30, 18.392045)],
)
def test_an_annuity_is_worth_its_discounted_years(rate, years, factor):
    assert annuity_factor(rate, years) == pytest.approx(factor, abs=1e-6)


def test_without_a_stated_benefit_there_is_no_ratio_and_no_net_value():
    found = case(NAN)
    assert np.isnan(found.bcr.item())
    assert np.isnan(found.npv_gbp.item())
    assert found.costs_gbp.round(2).item() == 183_166.05


def test_what_costs_nothing_has_no_ratio():
    found = case(capex_gbp=0.0, opex_gbp=0.0)
    assert np.isnan(found.bcr.item())
    assert found.npv_gbp.round(2).item() == 332_664.21


@rules
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e6)), min_size=1, max_size=10))
def test_present_values_of_sites_add_up_and_their_ratios_do_not(rows):
    capex, opex, benefit = (pd.Series(column) for column in zip(*rows, strict=True))
    each = present_values(capex, opex, benefit, NO_BIAS)
    together = present_values(*(pd.Series([column.sum()]) for column in (capex, opex, benefit)), NO_BIAS)
    assert each.npv_gbp.sum() == pytest.approx(together.npv_gbp.item(), abs=1e-3)
    assert each.costs_gbp.sum() == pytest.approx(together.costs_gbp.item())


@rules
@given(st.floats(0, 2), st.floats(0, 2))
def test_more_bias_never_raises_the_ratio(bias, more):
    assert case(bias=bias + more).bcr.item() <= case(bias=bias).bcr.item() + 1e-12
