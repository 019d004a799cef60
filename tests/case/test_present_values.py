"""Present values of sites, of the programme and of its years, worked out by hand; not known is never 0."""

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.case.benefits import added_quantities
from connected_place.coverage.case.present_values import (
    appraised,
    band,
    by_year,
    line_rows,
    programme,
    site_values,
)
from connected_place.coverage.parameters.appraisal import Appraisal, Benefit

from ..money_worlds import points_of, reach_of, sites_of
from ..small_places import NAN

ONLINE = Benefit(key="online", words="People online", quantity="residents", unit_value_gbp=10.0, low=5.0, high=20.0)
NEED = Benefit(key="need", words="Need met", quantity="demand", unit_value_gbp=10.0)
JOY = Benefit(key="joy", words="Joy", quantity="residents")
PLAIN = {"years": 2, "discount_rate": 0.25, "optimism_bias": 0.5, "renewal_years": 1, "renewal_share": 0.5}
"""A pound of year 1 is worth 0.8, of year 2 0.64; equipment lasts a year, and half of it is renewed in year 1."""


def case_with(*benefits, residents=(100.0, 10.0, 7.0), chosen=2, **sites):
    """Three sites of £1,000 and £100 a year, each with people of its own; the first two are chosen."""
    rows = sites_of(3, chosen=chosen, **({"capex": 1_000.0, "opex": 100.0} | sites))
    added = added_quantities(rows, reach_of(np.eye(3)), points_of(residents))
    return appraised(rows, added, Appraisal(benefit=benefits, **PLAIN))


COSTS = 1_500 + 100 * (0.8 + 0.64) + 750 * 0.8
"""Capital with bias, running cost of two years, renewal with bias in year 1."""


def test_a_site_costs_and_brings_what_its_lines_say():
    found = site_values(case_with(ONLINE), pd.Series([2.0, 1.0, NAN], index=["S1", "S2", "S3"]))
    brought = 10 * (0.8 + 0.64)
    assert found["pv_costs_gbp"].tolist() == pytest.approx([COSTS] * 3)
    assert found["pv_benefits_gbp"].tolist() == pytest.approx([100 * brought, 10 * brought, 7 * brought])
    assert found["npv_gbp"].tolist() == pytest.approx([people * brought - COSTS for people in (100, 10, 7)])
    assert found["bcr"].tolist() == pytest.approx([people * brought / COSTS for people in (100, 10, 7)])
    assert found["band"].tolist() == ["poor"] * 3
    assert found["weight"].fillna(-1).tolist() == [2, 1, -1]
    assert found["weighted_benefits_gbp"].tolist()[:2] == pytest.approx([200 * brought, 10 * brought])
    assert found["weighted_npv_gbp"].tolist()[:2] == pytest.approx([200 * brought - COSTS, 10 * brought - COSTS])
    assert found["weighted_bcr"].tolist()[:2] == pytest.approx([200 * brought / COSTS, 10 * brought / COSTS])
    assert found.loc["S3", ["weighted_benefits_gbp", "weighted_npv_gbp", "weighted_bcr"]].isna().all()


def test_without_weights_or_benefits_nothing_that_needs_them_is_known():
    weighted = ["weight", "weighted_benefits_gbp", "weighted_npv_gbp", "weighted_bcr"]
    assert site_values(case_with(ONLINE))[weighted].isna().all(axis=None)
    bare = site_values(case_with(JOY))
    assert bare[["pv_benefits_gbp", "npv_gbp", "bcr"]].isna().all(axis=None)
    assert bare["band"].tolist() == ["", "", ""]
    assert bare["pv_costs_gbp"].tolist() == pytest.approx([COSTS] * 3)


def test_a_site_that_costs_nothing_has_no_ratio():
    found = site_values(case_with(ONLINE, capex=[0.0, 1_000, 1_000], opex=[0.0, 100, 100]), pd.Series(1.0, ["S1"]))
    assert found.loc["S1", "pv_benefits_gbp"] == found.loc["S1", "npv_gbp"] > 0
    assert np.isnan(found.loc["S1", ["bcr", "weighted_bcr"]].astype("float64")).all()
    assert found.loc["S1", "band"] == ""


def test_a_site_of_a_pound_has_a_ratio():
    assert site_values(case_with(ONLINE, capex=0.4, opex=0.0))["bcr"].notna().all()


def test_a_candidate_of_which_nobody_knows_the_need_has_no_benefit_and_those_chosen_keep_theirs():
    found = site_values(case_with(ONLINE, NEED, demand=[1.0, 1.0, NAN]))
    assert found["pv_benefits_gbp"].isna().tolist() == [False, False, True]


def test_a_benefit_that_is_not_known_of_one_chosen_site_is_not_valued():
    case = case_with(NEED, demand=[1.0, NAN, 1.0])
    assert case.keys("benefit") == []
    assert case_with(ONLINE, NEED, demand=[1.0, NAN, 1.0]).keys("benefit") == ["online"]
    assert case.keys("capital", "running") == ["capital", "optimism_bias", "running"]
    assert programme(case, site_values(case).loc[case.chosen]).not_valued == ("Need met",)
    assert by_year(case)["benefits_gbp"].isna().all()


def test_the_programme_is_the_sum_of_the_chosen():
    case = case_with(ONLINE, JOY)
    found = programme(case, site_values(case, pd.Series(2.0, ["S1", "S2", "S3"])).loc[case.chosen])
    brought = 110 * 10 * (0.8 + 0.64)
    assert (found.sites, found.price_base_year, found.not_valued) == (2, case.rules.price_base_year, ("Joy",))
    assert found.pv_costs_gbp == pytest.approx(2 * COSTS)
    assert found.pv_benefits_gbp == pytest.approx(brought)
    assert found.npv_gbp == pytest.approx(brought - 2 * COSTS)
    assert found.bcr == pytest.approx(brought / (2 * COSTS))
    assert found.weighted_benefits_gbp == pytest.approx(2 * brought)
    assert found.weighted_npv_gbp == pytest.approx(2 * brought - 2 * COSTS)
    assert found.weighted_bcr == pytest.approx(brought / COSTS)
    assert found.undiscounted_ratio == pytest.approx(2_200 / (2 * (1_500 + 200 + 750)))
    assert found.band == "poor"


def test_a_programme_that_chooses_nothing_has_no_benefit_and_no_ratio():
    case = case_with(ONLINE, chosen=0)
    found = programme(case, site_values(case).loc[case.chosen])
    assert (found.sites, found.pv_costs_gbp) == (0, 0)
    assert (found.pv_benefits_gbp, found.npv_gbp, found.bcr, found.undiscounted_ratio) == (None, None, None, None)
    assert (found.weighted_benefits_gbp, found.weighted_npv_gbp, found.weighted_bcr) == (None, None, None)


def test_years_of_the_programme():
    found = by_year(case_with(ONLINE)).set_index("year")
    assert found["capital_gbp"].tolist() == [3_000, 0, 0]
    assert found["running_gbp"].tolist() == [0, 200, 200]
    assert found["renewal_gbp"].tolist() == [0, 1_500, 0]
    assert found["benefits_gbp"].tolist() == [0, 1_100, 1_100]
    assert found["discount_factor"].tolist() == pytest.approx([1, 0.8, 0.64])
    assert found["pv_costs_gbp"].tolist() == pytest.approx([3_000, 1_360, 128])
    assert found["pv_benefits_gbp"].tolist() == pytest.approx([0, 880, 704])
    assert found["pv_net_gbp"].tolist() == pytest.approx([-3_000, -480, 576])


def test_rows_of_lines_are_of_the_chosen_alone():
    """A cost line shows the mean of the sites; a benefit what a unit is worth, and the range that was stated."""
    found = line_rows(case_with(ONLINE, capex=[1_000.0, 3_000, 9_000])).set_index("key")
    assert found["quantity"].to_dict() == dict.fromkeys(found.index[:-1], 2) | {"online": 110}
    assert found["unit_value_gbp"].to_dict() == pytest.approx(
        {"capital": 2_000, "optimism_bias": 1_000, "running": 100, "renewal": 1_000, "renewal_bias": 500, "online": 10}
    )
    assert found["low"].fillna(-1).tolist() == [-1] * 5 + [5]
    assert found["high"].fillna(-1).tolist() == [-1] * 5 + [20]
    assert found["pv_gbp"].tolist() == pytest.approx([4_000, 2_000, 288, 1_600, 800, 1_100 * 1.44])


def test_what_nobody_knows_of_one_site_is_known_of_no_line():
    found = line_rows(case_with(NEED, demand=[1.0, NAN, 1.0])).set_index("key").loc["need"]
    assert np.isnan([found["quantity"], found["pv_gbp"]]).all()


@pytest.mark.parametrize(
    ("ratio", "word"),
    [
        (-1.0, "very poor"),
        (-0.001, "very poor"),
        (0.0, "poor"),
        (0.99, "poor"),
        (1.0, "low"),
        (1.49, "low"),
        (1.5, "medium"),
        (2.0, "high"),
        (3.99, "high"),
        (4.0, "very high"),
        (NAN, ""),
        (None, ""),
    ],
)
def test_a_band_begins_with_its_ratio(ratio, word):
    assert band(ratio) == word
