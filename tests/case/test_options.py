"""The options beside the preferred one."""

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit

from ..money_worlds import case_of, sites_of
from ..small_places import sample_plan

GAIN = Benefit(key="gain", quantity="residents", unit_value_gbp=1_000.0)
STATED = Appraisal(years=1, discount_rate=0.0, optimism_bias=0.0, benefit=(GAIN,))


def test_do_nothing_costs_and_brings_nothing_and_do_minimum_is_the_first_sites():
    """Four sites of £1,000 bring 4, 3, 2 and 1 thousand; a quarter of the capital pays for the first."""
    found = case_of(sites_of(4, capex=1_000.0, opex=0.0), STATED, residents=[4.0, 3, 2, 1]).options.set_index("key")
    assert found.index.tolist() == ["do_nothing", "do_minimum", "preferred"]
    assert found["sites"].tolist() == [0, 1, 4]
    assert found["pv_benefits_gbp"].tolist() == [0, 4_000, 10_000]
    assert found["npv_gbp"].tolist() == [0, 3_000, 6_000]
    assert np.isnan(found.loc["do_nothing", "bcr"])
    assert found.loc["preferred", "more_bcr"] == pytest.approx(6_000 / 3_000)


def test_without_a_value_of_benefits_doing_nothing_brings_what_nobody_knows():
    found = case_of(sites_of(2), Appraisal()).options
    assert found["pv_benefits_gbp"].isna().all()
    assert found["premises"].tolist()[0] == 0


def test_other_budgets_are_reckoned_with_their_own_sites():
    sites = sites_of(3, chosen=2, capex=1_000.0, opex=0.0)
    other = sites.assign(selected=True, rank=[1.0, 2.0, 3.0], phase=1.0)
    found = case_of(sites, STATED, residents=[4.0, 3, 2], alternatives={"More": other}).options.set_index("words")
    assert found.loc["More", ["sites", "pv_benefits_gbp"]].tolist() == [3, 9_000]
    assert found["capex_gbp"].is_monotonic_increasing


def test_a_number_for_the_whole_programme_follows_the_sites_of_each_option():
    """40 visits at two sites that cover 3 and 1: 30 come to the first alone, 60 to three sites that cover 6."""
    visits = Benefit(key="visits", quantity=40.0, unit_value_gbp=10.0, unit="visit")
    sites = sites_of(3, chosen=2, capex=1_000.0, opex=0.0, demand=[3.0, 1.0, 2.0])
    others = {
        "Fewer": sites.assign(selected=[True, False, False], rank=[1.0, np.nan, np.nan]),
        "More": sites.assign(selected=True, rank=[1.0, 2.0, 3.0]),
    }
    rules = Appraisal(years=1, discount_rate=0.0, optimism_bias=0.0, do_minimum_share=0.5, benefit=(visits,))
    found = case_of(sites, rules, alternatives=others).options.set_index("words")["pv_benefits_gbp"]
    assert found[["Fewer", "Preferred: all proposed sites", "More"]].tolist() == pytest.approx([300, 400, 600])
    assert found.filter(like="Do minimum").tolist() == pytest.approx([300])


def test_the_sample_weighs_a_smaller_and_larger_budgets():
    found = sample_plan().case.options
    assert {"do_nothing", "do_minimum", "preferred", "budget_1", "budget_2"} <= set(found["key"])
    costs = found["pv_costs_gbp"]
    assert costs.is_monotonic_increasing
    assert found["more_pv_costs_gbp"].sum() == pytest.approx(costs.iloc[-1])
    own = found.set_index("key").loc["preferred"]
    assert own["bcr"] == pytest.approx(sample_plan().case.programme.bcr)
    assert pd.notna(found.loc[1:, "bcr"]).all()
