"""Use: users a day, take-up and what people would have used otherwise, each applied once; its range in the draws."""

import dataclasses

import numpy as np
import pytest
import scipy.sparse

from connected_place.coverage.case.benefits import USER_DAY, added_quantities
from connected_place.coverage.case.lines import DEDUCTED
from connected_place.coverage.case.sensitivity import ranges, tornado
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Additionality, Benefit, UseFactors
from connected_place.coverage.parameters.ranges import Range

from ..money_worlds import appraised_of, case_of, points_of, reach_of, sites_of
from ..small_places import NAN

DAYS = UseFactors(open_days={"library": 300.0, "other": 365.0})
USERS = Benefit(key="users", quantity="user_days", unit_value_gbp=0.5)
NET = UseFactors(take_up=0.02, mobile_data=0.5, other_wifi=0.1, source="a survey")


def world(kinds=("library", "market")):
    """Two sites, open 300 and 365 days."""
    return sites_of(2, kinds=list(kinds))


def test_user_days_are_users_a_day_times_days_open():
    reach, points = reach_of(np.eye(2)), points_of([1.0, 1.0])
    users = scipy.sparse.csr_array(np.diag([10.0, NAN]))
    found = added_quantities(world(), reach, points, Appraisal(use=DAYS), users=users)
    assert found["user_days"].tolist()[:1] == [3_000]
    assert np.isnan(found.loc["S2", "user_days"])
    assert added_quantities(world(), reach, points)["user_days"].isna().all()


def test_a_user_whom_two_sites_would_serve_is_valued_once():
    """Of the second site's 9 users 5 are the first one's already; the third is not chosen."""
    sites, rules = sites_of(3, chosen=2, kinds="market"), Appraisal(benefit=(USERS,), use=DAYS)
    users = [[5.0, 2.0, 0.0], [8.0, 0.0, 1.0], [8.0, 3.0, 4.0]]
    found = case_of(sites, rules, users=users, chances=np.ones((3, 3)))
    assert found.lines.set_index("key").loc["users", "quantity"] == 365 * (8 + 2 + 1)
    assert found.options.set_index("key").loc["preferred", "user_days"] == 365 * 11
    added = added_quantities(
        sites, reach_of(np.ones((3, 3))), points_of([1.0] * 3), rules, users=scipy.sparse.csr_array(np.array(users))
    )
    assert added["user_days"].tolist() == [365 * 7, 365 * 4, 365 * 4]


def test_user_days_follow_the_sites_of_each_option():
    sites = sites_of(2, kinds="market")
    fewer = {"Fewer": sites.assign(selected=[False, True], rank=[np.nan, 1.0])}
    found = case_of(sites, Appraisal(benefit=(USERS,)), users=[[5.0, 2.0], [8.0, 0.0]], alternatives=fewer)
    assert found.options.set_index("words").loc["Fewer", "user_days"] == 365 * 8


def test_a_user_day_is_valued_without_take_up_and_once_less_what_is_not_new():
    rules = Appraisal(benefit=(USERS,), use=dataclasses.replace(NET, open_days=DAYS.open_days))
    found = case_of(world(), rules, users=np.diag([10.0, 4.0]))
    line = found.lines.set_index("key").loc["users"]
    assert line["quantity"] == 10 * 300 + 4 * 365
    assert line["amount_gbp"] == pytest.approx((3_000 + 1_460) * 0.5 * 0.4)
    assert found.two_to_one.needed_for == USER_DAY
    needed = found.two_to_one.benefit_needed_gbp_per_year / line["quantity"]
    assert found.two_to_one.benefit_needed_gbp_each == pytest.approx(needed)


@pytest.mark.parametrize(
    ("terms", "taken_off"),
    [
        ({"quantity": 100.0}, [0.0, -50.0, -10.0, -10.0]),
        ({"quantity": "residents"}, [-98.0, -1.0, -0.2, -0.2]),
        ({"quantity": "sites"}, [0.0, 0.0, 0.0, -0.25]),
        ({"quantity": 100.0, "is_net": True}, [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_what_is_taken_off_a_benefit_adds_up_to_what_is_counted(terms, taken_off):
    """£1 for each: take-up 2 %, half of the use over mobile data, a tenth over other Wi-Fi, a quarter leaks."""
    gain = Benefit(key="gain", unit_value_gbp=1.0, **terms)
    rules = Appraisal(benefit=(gain,), use=NET, additionality=Additionality(leakage=0.25))
    row = case_of(sites_of(1), rules, residents=[100.0]).lines.set_index("key").loc["gain"]
    found = [row[f"less_{part}_gbp"] for part in DEDUCTED]
    assert found == pytest.approx(taken_off)
    assert row["gross_gbp"] + sum(found) == pytest.approx(row["amount_gbp"])
    assert row["gross_gbp"] == row["quantity"] * row["unit_value_gbp"]


def test_costs_and_benefits_without_a_value_have_nothing_gross():
    named = Benefit(key="joy", quantity="residents")
    rows = case_of(sites_of(1), Appraisal(benefit=(named,))).lines.set_index("key")
    assert rows[["gross_gbp", *(f"less_{part}_gbp" for part in DEDUCTED)]].isna().all(axis=None)


def test_users_that_are_not_known_leave_the_line_without_a_value():
    for users in (np.diag([10.0, NAN]), None):
        found = case_of(world(), Appraisal(benefit=(USERS,)), users=users)
        assert found.programme.not_valued == ("users",)
        assert found.programme.bcr is None


@pytest.mark.parametrize(
    ("terms", "share"),
    [
        ({"quantity": "residents"}, 0.02 * 0.4),
        ({"quantity": "residents", "is_net": True}, 0.02),
        ({"quantity": "demand"}, 0.02 * 0.4),
        ({"quantity": 100.0}, 0.4),
        ({"quantity": "sites"}, 1.0),
    ],
)
def test_take_up_is_of_people_within_reach_and_the_counterfactual_of_all_use_that_is_gross(terms, share):
    gain = Benefit(key="gain", unit_value_gbp=1.0, **terms)
    line = (
        case_of(sites_of(1), Appraisal(benefit=(gain,), use=NET), residents=[50.0]).lines.set_index("key").loc["gain"]
    )
    assert line["amount_gbp"] == pytest.approx(line["quantity"] * share)


def test_use_may_be_lower_and_higher_and_moves_every_line_but_that_of_sites():
    people, staff = (Benefit(key=key, quantity=key, unit_value_gbp=100.0) for key in ("residents", "sites"))
    case = appraised_of(sites_of(1), Appraisal(benefit=(people, staff), optimism_bias=0.44))
    used = ranges(case)["use"]
    assert used.low < 1 < used.high
    row = tornado(case).set_index("key").loc["use"]
    whole = 100 * 8.316605
    assert row["npv_high"] - row["npv_low"] == pytest.approx(whole * (used.high - used.low), rel=1e-6)
    own = dataclasses.replace(case.rules, range=(Range(key="use", low=0.1, high=1.0),))
    assert ranges(dataclasses.replace(case, rules=own))["use"].low == 0.1


@pytest.mark.parametrize(
    ("terms", "stated"),
    [
        ({}, 1.688),
        ({"mitigated": 0.5}, 0.887),
        ({"optimism_bias": 0.44}, 0.44),
        ({"equipment_share": {"other": 0.0}}, 0.44),
    ],
)
def test_the_range_of_optimism_bias_goes_from_the_lower_to_the_upper_bound_whatever_the_plan_has(terms, stated):
    """A library: 80 % equipment (200 to 10 %) and 20 % standard civil works (44 to 3 %), unless stated."""
    case = appraised_of(sites_of(1, opex=0.0), Appraisal(**terms))
    share = terms.get("equipment_share", {"other": 0.8})["other"]
    found, ends = ranges(case)["optimism_bias"], tornado(case).set_index("key").loc["optimism_bias"]
    assert found.low * stated == pytest.approx(share * 0.10 + (1 - share) * 0.03)
    assert found.high * stated == pytest.approx(share * 2.00 + (1 - share) * 0.44)
    assert ends["costs_low"] == pytest.approx(100_000 * (1 + share * 0.10 + (1 - share) * 0.03))
    assert ends["costs_high"] == pytest.approx(100_000 * (1 + share * 2.00 + (1 - share) * 0.44))


def test_what_is_renewed_is_equipment_and_has_its_bias():
    case = case_of(sites_of(1), Appraisal(renewal_years=4, renewal_share=0.5, works={"library": "standard buildings"}))
    amounts = case.lines.set_index("key")["amount_gbp"]
    assert amounts["optimism_bias"] == pytest.approx(100_000 * (0.8 * 2.00 + 0.2 * 0.24))
    assert amounts["renewal_bias"] == pytest.approx(50_000 * 2.00)
