"""The shortlist as a table: its sums, its ranks and its refusals."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters import Appraisal, Parameters, Place, Sites
from connected_place.coverage.shortlist import choose, costs_gbp, shares_pct, site_rows, summary
from connected_place.gis_data.errors import InfeasibleError, PlanFileError

from .places import METRES, NAN, at

rules = settings(deadline=None, derandomize=True, max_examples=40)
COSTS = {"library": 1_000.0, "other": 3_000.0}
OPEX = {"library": 100.0, "other": 300.0}
COVERS = scipy.sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]))
DEMAND = pd.Series([4.0, 2.0, 7.0, 1.0])
"""Site A covers points 0 and 1, B 1 and 2, C 2, D none; nobody covers point 3. A and C are libraries."""

HOSTS = gpd.GeoDataFrame(
    {
        "name": ["A", "B", "C", "D"],
        "kind": ["library", "market", "library", "market"],
        "ward_code": "W",
        "ward_name": "Ward",
        "area_code": "E",
        "backhaul_class": "A",
    },
    index=pd.Index(list("ABCD"), name="site_id"),
    geometry=[at(0.1 * number, 0) for number in range(4)],
    crs=METRES,
)


def parameters(**terms):
    sites = Sites(capex_gbp=COSTS, opex_gbp_per_year=OPEX, **{"budget_gbp": 2_000.0} | terms)
    return Parameters(place=Place(name="P", lad="E06000999"), sites=sites)


def rows(rules_of_plan=None):
    used = rules_of_plan or parameters()
    costs, choice = choose(HOSTS, COVERS, DEMAND, used.sites)
    return site_rows(HOSTS, costs, COVERS, DEMAND, choice, used), choice


# --- shares --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "shares"),
    [
        ([1, 1, 1], [33.4, 33.3, 33.3]),
        ([2_600, 15_700], [14.2, 85.8]),
        ([5], [100.0]),
        ([1, NAN, 1], [50.0, -1, 50.0]),
        ([0, 0], [-1, -1]),  # a share of nothing
        ([NAN], [-1]),
        ([1, 0], [100.0, 0.0]),
        ([2, 3, 1], [33.3, 50.0, 16.7]),
    ],
)
def test_shares_are_rounded_so_that_they_sum_to_100(amounts, shares):
    assert shares_pct(pd.Series(amounts, dtype="float64")).fillna(-1).tolist() == shares


@rules
@given(st.lists(st.one_of(st.floats(0.01, 1e7), st.just(NAN)), min_size=1, max_size=60))
def test_shares_sum_to_exactly_100_and_none_is_a_tenth_off(amounts):
    known = pd.Series(amounts, dtype="float64")
    found = shares_pct(known)
    assert found.isna().equals(known.isna())
    if known.notna().any():
        assert (found * 10).round().sum() == 1000
        assert (found - 100 * known / known.sum()).abs().max() <= 0.1 + 1e-9
        assert (found.dropna() >= 0).all()


# --- costs and locks -----------------------------------------------------------------------------------------


def test_a_kind_without_a_cost_of_its_own_costs_what_others_cost():
    assert costs_gbp(pd.Series(["library", "market", ""]), COSTS).tolist() == [1_000, 3_000, 3_000]


@pytest.mark.parametrize("lock", ["lock_in", "lock_out"])
def test_a_lock_on_a_site_that_is_no_candidate_is_refused(lock):
    with pytest.raises(PlanFileError, match=r'2 locked site\(s\) are no candidates. Found "X8".*\[UNKNOWN_SITE\]'):
        rows(parameters(**{lock: ("A", "X9", "X8")}))


def test_locks_that_break_the_budget_are_refused():
    with pytest.raises(InfeasibleError, match="LOCKS_OVER_BUDGET"):
        rows(parameters(lock_in=("A", "B")))


# --- rows ----------------------------------------------------------------------------------------------------


def test_every_candidate_has_a_row_with_what_it_covers_and_what_it_adds():
    """£2,000 buy the two libraries: A (4 + 2) and C (7). B would add nothing, D covers nobody."""
    found, _ = rows()
    assert found["selected"].tolist() == [True, False, True, False]
    assert found["demand_covered"].tolist() == [6, 9, 7, 0]
    assert found["demand_added"].tolist() == [6, 0, 7, 0]
    assert found["rank"].fillna(-1).tolist() == [2, -1, 1, -1]
    assert found["phase"].fillna(-1).tolist() == [1, -1, 1, -1]
    assert found["share_of_investment_pct"].fillna(-1).tolist() == [50, -1, 50, -1]
    assert found["reason_code"].tolist() == ["CHOSEN", "OVER_BUDGET", "CHOSEN", "COVERS_NO_DEMAND"]


def test_the_chosen_add_up_to_what_is_covered():
    """With £5,000 all three that cover somebody can be paid for; two of them are enough."""
    found, choice = rows(parameters(budget_gbp=5_000.0))
    assert found.loc[found["selected"], "demand_added"].sum() == choice.covered == 13


@pytest.mark.parametrize("terms", [{"budget_gbp": 0.0}, {"lock_out": tuple("ABCD")}])
def test_when_nothing_is_chosen_every_candidate_still_has_its_row(terms):
    found, choice = rows(parameters(**terms))
    assert not found["selected"].any()
    assert found[["rank", "phase", "share_of_investment_pct"]].isna().all(axis=None)
    assert found["demand_added"].tolist() == [6, 9, 7, 0]
    told = summary(
        found, COVERS, pd.DataFrame({"premises": 1.0, "demand": DEMAND}), choice, budget_gbp=0, premises_source="S"
    )
    assert (told.spent_gbp, told.points_covered, told.premises_covered) == (0, 0, 0)


def test_without_a_stated_benefit_no_site_has_a_ratio():
    found, _ = rows()
    assert found[["npv_gbp", "bcr"]].isna().all(axis=None)


def test_the_ratio_of_a_site_rests_on_what_it_adds():
    with_benefit = dataclasses.replace(
        parameters(), appraisal=Appraisal(benefit_gbp_per_demand=100.0, optimism_bias=0.0, discount_rate=0.0, years=10)
    )
    found, _ = rows(with_benefit)
    assert found.loc["A", "npv_gbp"] == pytest.approx(6 * 100 * 10 - 1_000 - 100 * 10)
    assert found.loc["C", "bcr"] == pytest.approx(7 * 100 * 10 / 2_000)
    assert found.loc["D", "bcr"] == 0


def test_the_summary_counts_points_premises_and_money():
    found, choice = rows()
    points = pd.DataFrame({"premises": [10.0, 20, 30, 40], "demand": DEMAND})
    told = summary(found, COVERS, points, choice, budget_gbp=2_000.0, premises_source="S")
    assert (told.demand_total, told.demand_covered, told.demand_bound, told.gap_share) == (14, 13, 13, 0)
    assert (told.points_total, told.points_covered) == (4, 3)
    assert (told.premises_total, told.premises_covered) == (100, 60)
    assert (told.budget_gbp, told.spent_gbp, told.status) == (2_000, 2_000, "optimal")
    assert told.solver.startswith("HiGHS ")


def test_candidates_are_left_as_they_were():
    before = HOSTS.copy()
    rows()
    pd.testing.assert_frame_equal(pd.DataFrame(HOSTS), pd.DataFrame(before))
