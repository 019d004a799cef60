"""The shortlist as a table: its sums, its ranks and its refusals."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.sites import SiteReach
from connected_place.coverage.reach.surface.fields import SignalField
from connected_place.coverage.siting.costs import costs_gbp
from connected_place.coverage.siting.decision import site_choice
from connected_place.coverage.siting.objective import Counted
from connected_place.coverage.siting.shortlist import Shortlist, shares_pct, site_rows
from connected_place.gis_data.errors import InfeasibleError, PlanFileError

from ..small_places import METRES, NAN, at

rules = settings(deadline=None, derandomize=True, max_examples=40)
COSTS = {"library": 1_000.0, "other": 3_000.0}
OPEX = {"library": 100.0, "other": 300.0}
COVERS = scipy.sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]))
"""Site A covers points 0 and 1, B 1 and 2, C 2, D none; no site covers point 3. A and C are libraries."""

POINTS = pd.DataFrame(
    {
        "premises": [10.0, 20, 30, 40],
        "residents": [400.0, 100, 60, NAN],
        "demand": [4.0, 2, 7, 1],
        "group": "residents",
    }
)
SURE = SiteReach(radio=radio_plan(Wifi(reach="fixed")), outdoors=COVERS, indoors=None, already=np.zeros(4), fields={})
"""Everybody within 50 m."""

CHANCE = SiteReach(
    radio=radio_plan(Wifi()),
    outdoors=scipy.sparse.csr_array(np.array([[0.9, 0.5, 0, 0], [0, 0.8, 0.6, 0], [0, 0, 0.7, 0], [0, 0, 0, 0]])),
    indoors=scipy.sparse.csr_array(np.array([[0.4, 0.1, 0, 0], [0, 0.3, 0.2, 0], [0, 0, 0.2, 0], [0, 0, 0, 0]])),
    already=np.array([0.0, 0.3, 0.0, 0.0]),
    fields={},
)
"""The same with probabilities; existing free Wi-Fi reaches the second point with 0.3."""

HOSTS = gpd.GeoDataFrame(
    {
        "name": ["A", "B", "C", "D"],
        "kind": ["library", "market", "library", "market"],
        "ward_code": "W",
        "ward_name": "Ward",
        "area_code": "E",
        "backhaul_class": ["A", "B", "D", ""],
        "backhaul_hop_m": [NAN, NAN, 400.0, NAN],
    },
    index=pd.Index(list("ABCD"), name="site_id"),
    geometry=[at(0.1 * number, 0) for number in range(4)],
    crs=METRES,
)


def parameters(**terms):
    sites = Sites(objective="expected", capex_gbp=COSTS, opex_gbp_per_year=OPEX, **{"budget_gbp": 2_000.0} | terms)
    return Parameters(place=Place(name="P", lad="E06000999"), sites=sites)


def rows(rules_of_plan=None, *, reach=SURE, points=POINTS):
    used = rules_of_plan or parameters()
    worth = Counted(chances=reach.outdoors, already=reach.already, demand=points["demand"].to_numpy())
    values = pd.DataFrame({"gap_headline": [0.5]}, index=["E"])
    demand = points.assign(area_code="E", decile=NAN)
    found = site_choice(HOSTS, worth, demand, values=values, wards={"W": "Northgate"}, parameters=used)
    return site_rows(HOSTS, found, reach, points, used), found


def summary_of(rules_of_plan=None, *, reach=SURE, points=POINTS):
    used = rules_of_plan or parameters()
    made, found = rows(used, reach=reach, points=points)
    return Shortlist.of(made, reach, points, found, used, premises_source="S")


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


@pytest.mark.parametrize("lock", ["lock_in", "lock_out", "on_wan"])
def test_a_site_that_is_not_a_candidate_is_refused(lock):
    with pytest.raises(PlanFileError, match=r'2 sites named there are not candidates. Found "X8".*\[UNKNOWN_SITE\]'):
        rows(parameters(**{lock: ("A", "X9", "X8")}))


def test_locks_that_break_the_budget_are_refused():
    with pytest.raises(InfeasibleError, match="LOCKS_OVER_BUDGET"):
        rows(parameters(lock_in=("A", "B")))


# --- rows ----------------------------------------------------------------------------------------------------


def test_every_candidate_has_a_row_with_what_it_covers_and_what_it_adds():
    """£2,000 buy the two libraries: A (4 + 2) and C (7). B would add nothing, D covers no one."""
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
    found, made = rows(parameters(budget_gbp=5_000.0))
    choice = made.choice
    assert found.loc[found["selected"], "demand_added"].sum() == choice.covered == 13


@pytest.mark.parametrize("terms", [{"budget_gbp": 0.0}, {"lock_out": tuple("ABCD")}])
def test_when_nothing_is_chosen_every_candidate_still_has_its_row(terms):
    found, made = rows(parameters(**terms))
    choice = made.choice
    assert not found["selected"].any()
    assert found[["rank", "phase", "share_of_investment_pct"]].isna().all(axis=None)
    assert found["demand_added"].tolist() == [6, 9, 7, 0]
    none = summary_of(parameters(**terms))
    assert choice.covered == 0
    assert (none.spent_gbp, none.points_covered, none.premises_covered, none.premises_covered_high) == (0, 0, 0, 0)
    assert none.demand_total == 14


def test_the_summary_counts_points_premises_residents_and_money():
    """A and C reach the first three points, for certain; how many live at the fourth is not known."""
    found = summary_of()
    assert (found.demand_total, found.demand_covered, found.demand_bound, found.gap_share) == (14, 13, 13, 0)
    assert (found.points_total, found.points_covered) == (4, 3)
    assert (found.premises_total, found.premises_covered, found.premises_covered_high) == (100, 60, 60)
    assert (found.residents_covered, found.residents_covered_high) == (560, 560)
    assert (found.budget_gbp, found.spent_gbp, found.status) == (2_000, 2_000, "optimal")
    assert found.solver.startswith("HiGHS ")


def test_a_fixed_reach_says_nothing_of_rooms_and_an_unknown_population_nothing_of_residents():
    found = summary_of(points=POINTS.assign(residents=NAN))
    assert np.isnan(
        [found.premises_indoors, found.premises_indoors_high, found.residents_covered, found.residents_covered_high]
    ).all()


def test_with_probabilities_the_summary_is_the_expectation_between_two_bounds():
    """£4,000 buy A and B: 0.9, 0.8 or 1 - 0.5 x 0.2, and 0.6 of the points; two of them with four chances in five.
    Of the second point's demand 0.3 is served already.
    """
    found = summary_of(parameters(lock_in=("A", "B"), budget_gbp=4_000.0), reach=CHANCE)
    assert found.demand_total == pytest.approx(4 + 2 * 0.7 + 7 + 1)
    assert found.demand_covered == pytest.approx(4 * 0.9 + 2 * 0.5 + 7 * 0.6)
    assert (found.points_total, found.points_covered) == (4, 2)
    assert found.premises_covered == pytest.approx(10 * 0.9 + 20 * 0.8 + 30 * 0.6)
    assert found.premises_covered_high == pytest.approx(10 * 0.9 + 20 * 0.9 + 30 * 0.6)
    assert found.premises_indoors == pytest.approx(10 * 0.4 + 20 * 0.3 + 30 * 0.2)
    assert found.premises_indoors_high == pytest.approx(10 * 0.4 + 20 * 0.37 + 30 * 0.2)
    assert found.residents_covered == pytest.approx(400 * 0.9 + 100 * 0.8 + 60 * 0.6)
    assert found.residents_covered <= found.residents_covered_high <= POINTS["residents"].sum()


def test_points_of_visitors_are_neither_postcodes_nor_homes():
    squares = POINTS.assign(premises=[10.0, 20, NAN, NAN], residents=[400.0, 100, NAN, NAN])
    squares["group"] = ["residents", "residents", "visitors", "visitors"]
    assert rows(points=squares)[0]["visitors_share"].tolist() == pytest.approx([0, 7 / 8, 7 / 8, 0])
    found = summary_of(points=squares)
    assert (found.points_total, found.points_covered) == (2, 2)
    assert (found.premises_total, found.premises_covered, found.demand_total) == (30, 30, 14)


@pytest.mark.parametrize(("share", "points"), [(0.5, 3), (0.51, 2), (0.7, 2), (0.71, 1), (0.9, 1), (0.91, 0)])
def test_a_point_counts_as_covered_with_the_stated_chance_the_edge_included(share, points):
    """A and C reach the points with 0.9, 0.5, 0.7 and not at all."""
    asked = dataclasses.replace(parameters(lock_in=("A", "C")), wifi=Wifi(covered_share=share))
    assert summary_of(asked, reach=CHANCE).points_covered == points


# --- what a site is made of ----------------------------------------------------------------------------------


def test_a_site_has_the_radios_and_boxes_that_its_residents_call_for_and_one_at_least():
    """A reaches 500 residents: 50 at the busiest time are two radios, one box; C 60; D none."""
    found, _ = rows()
    assert found["residents_outdoors"].tolist() == [500, 160, 60, 0]
    assert found.loc["A", "radios"] == 2
    assert found["access_points"].tolist() == [1, 1, 1, 1]
    nobody_knows, _ = rows(points=POINTS.assign(residents=NAN))
    assert nobody_knows[["residents_outdoors", "radios", "access_points"]].isna().all(axis=None)
    assert rows(points=POINTS.assign(residents=5_000.0))[0].loc["A", "access_points"] > 1


def test_each_site_tells_where_its_antenna_was_put_if_a_surface_model_says_so():
    values = np.full((1, 1), 0.5)
    field = SignalField(
        signal_dbm=values, probability=values, transform=(1, 0, 0, 0, -1, 0), crs=METRES, placing="facade"
    )
    found, _ = rows(reach=dataclasses.replace(CHANCE, fields={2: field}))
    assert found["placing"].tolist() == ["", "", "facade", ""]
    assert set(found["reach_m"]) == {37}


def test_the_reach_in_the_table_is_the_radio_plans():
    assert set(rows()[0]["reach_m"]) == {50}


@pytest.mark.parametrize(
    ("worst", "codes"),
    [
        ("D", ["CHOSEN", "OVER_BUDGET", "CHOSEN", "COVERS_NO_DEMAND"]),
        ("C", ["CHOSEN", "OVER_BUDGET", "CHOSEN", "NO_LINE"]),  # a hop makes C of D
        ("B", ["CHOSEN", "OVER_BUDGET", "NO_LINE", "NO_LINE"]),
        ("A", ["CHOSEN", "NO_LINE", "NO_LINE", "NO_LINE"]),
    ],
)
def test_a_line_of_a_worse_class_than_may_be_chosen_keeps_a_site_out(worst, codes):
    assert rows(parameters(worst_backhaul=worst))[0]["reason_code"].tolist() == codes


def test_a_lock_on_a_site_outweighs_its_line():
    found, _ = rows(parameters(worst_backhaul="A", lock_in=("C",)))
    assert found.loc["C", ["selected", "reason_code"]].tolist() == [True, "LOCKED_IN"]


def test_the_line_is_paid_for_by_its_class():
    """C, of class D with a hop, pays what C pays; D, without a known class, what D pays."""
    found, _ = rows(parameters(backhaul_gbp={"A": 1.0, "B": 20.0, "C": 300.0, "D": 4_000.0}))
    assert found["capex_gbp"].tolist() == [1_001, 3_020, 1_300, 7_000]


def test_candidates_are_left_as_they_were():
    before = HOSTS.copy()
    rows()
    pd.testing.assert_frame_equal(pd.DataFrame(HOSTS), pd.DataFrame(before))
