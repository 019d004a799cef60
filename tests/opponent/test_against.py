"""The strongest case against a plan: what is counted against it, and what is not known."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.opponent.against import place_opponent
from connected_place.coverage.parameters.pack import OpponentTerms
from connected_place.maps.figures.of_plan import plan_figures
from connected_place.maps.words.opponent_statements import against

HOMES = "homes and businesses"


def opponent(plan, *, users=(60.0, 40.0), **changed):
    """The case against S1 (Quay library, £2,600, A1) and S4 (Station lamp 1, £15,700, B1); users a day of these two."""
    rules = dataclasses.replace(plan.parameters, opponent=OpponentTerms(**changed))
    sites = plan.sites.assign(users_per_day=plan.sites["users_per_day"].mask(plan.sites["selected"], np.nan))
    sites.loc[["S1", "S4"], "users_per_day"] = users
    return place_opponent(
        sites,
        plan.areas,
        plan.access_points,
        shortlist=dataclasses.replace(plan.shortlist, users_per_day=float(sum(users)), users_low=float(sum(users)) / 4),
        case=dataclasses.replace(plan.case, options=plan.case.options.assign(user_days=365.0 * sum(users))),
        funding=plan.funding,
        parameters=rules,
    )


def test_sites_with_few_users_are_counted_with_their_capital(tiny):
    found = opponent(tiny)
    assert (found.few_users, found.few_users_gbp) == (1, 15_700)
    assert opponent(tiny, few_users=40.0).few_users == 0


def test_free_wifi_is_near_within_the_stated_distance_and_paid_wifi_is_none(tiny):
    """The free one is 200 m west and 200 m south of S1; the one beside S4 is paid."""
    found = opponent(tiny, near_free_m=283.0)
    assert found.sites["free_wifi_m"].round(1).tolist() == [1216.6, 282.8]
    assert found.sites.index.tolist() == ["S4", "S1"]
    assert found.free_nearby == 1
    assert opponent(tiny, near_free_m=282.0).free_nearby == 0


def test_what_no_file_says_is_not_known_and_not_nothing(tiny):
    none = dataclasses.replace(tiny, access_points=tiny.access_points.iloc[:0])
    found = opponent(none, users=(math.nan, math.nan))
    assert math.isnan(found.free_nearby)
    assert math.isnan(found.good_mobile)
    assert math.isnan(found.few_users)
    assert math.isnan(found.cost_gbp_per_user_day)
    said = " ".join(each.words for each in against(found, none.parameters, counted=HOMES))
    assert said.count("not known") >= 2
    assert "Nobody knows how many people" in said


def test_good_mobile_counts_the_areas_of_the_sites(tiny):
    plan = dataclasses.replace(tiny, areas=tiny.areas.assign(mobile_gap=pd.Series({"A1": 0.01, "B1": 0.03})))
    assert opponent(plan).good_mobile == 1
    assert opponent(plan, good_mobile_share=0.03).good_mobile == 2


def test_an_area_is_served_where_nobody_lacks_the_speed_and_all_is_reported(tiny):
    """A1 lacks it at 10 premises; without them it is served, unless a premises is not reported."""
    served = tiny.areas.assign(ufbb_300_gap=0.0, ufbb_300_gap_share=0.0)
    for not_reported, count in ((0.0, 2), (1.0, 0)):
        plan = dataclasses.replace(tiny, areas=served.assign(ufbb_300_not_reported=not_reported))
        assert opponent(plan).served == count
    assert opponent(tiny).served == 0


def test_costs_of_a_year_buy_users_data_and_hours(tiny):
    """By hand: everything the programme costs over the years, divided by them; 100 users on each of 365 days."""
    found, years = opponent(tiny), tiny.parameters.appraisal.years
    whole = tiny.case.years[["capital_gbp", "running_gbp", "renewal_gbp"]].to_numpy().sum()
    assert found.cost_gbp_per_year == pytest.approx(whole / years)
    assert found.cost_gbp_per_user_day == pytest.approx(whole / years / 36_500)
    assert found.cost_gbp_per_user_day_high == pytest.approx(4 * found.cost_gbp_per_user_day)
    assert found.sims == pytest.approx(whole / years / 120)
    assert found.opening_hours_a_week == pytest.approx(whole / years / 60 / 52)
    assert found.sim_gbp_per_day == pytest.approx(120 / 365)


def test_the_year_that_is_looked_at_has_running_costs_and_no_income(tiny):
    """Nothing is stated of income; S1 costs £600 a year and S4 £1,200."""
    assert opponent(tiny).running_gbp == 1_800
    assert math.isnan(opponent(tiny, payer_year=500).running_gbp)


@pytest.mark.parametrize(("income", "unpaid"), [(0.0, 1_800), (500.0, 1_300), (5_000.0, 0), (math.nan, math.nan)])
def test_what_no_income_pays_for_is_the_councils(tiny, income, unpaid):
    years = tiny.funding.years.assign(income_gbp=income)
    plan = dataclasses.replace(tiny, funding=dataclasses.replace(tiny.funding, years=years))
    assert opponent(plan).unpaid_gbp == pytest.approx(unpaid, nan_ok=True)


def test_without_a_proposed_site_there_is_no_case_against(tiny):
    plan = dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False))
    none = place_opponent(
        plan.sites, plan.areas, plan.access_points, shortlist=plan.shortlist, case=plan.case, funding=plan.funding,
        parameters=plan.parameters,
    )  # fmt: skip
    assert none is None


@pytest.mark.parametrize("users", [(60.0, 40.0), (1.0, 1.0), (500.0, 600.0), (math.nan, math.nan)])
def test_every_argument_prints_its_figures_and_none_counts_nothing(tiny, users):
    plan = dataclasses.replace(tiny, opponent=opponent(tiny, users=users))
    figures = plan_figures(plan)
    for argument in against(plan.opponent, plan.parameters, counted=HOMES):
        rest = argument.words
        for name in argument.figures:
            assert figures[name].text in rest, (name, argument.words)
            rest = rest.partition(figures[name].text)[2]
            assert figures[name].value != 0
        assert "nan" not in argument.words
        assert "not reported" not in argument.words


def test_what_is_counted_is_called_by_its_name(tiny):
    """Lines in use are not homes and businesses."""
    said = " ".join(each.words for each in against(opponent(tiny), tiny.parameters, counted="lines in use"))
    assert "of the lines in use that might connect outdoors" in said
    assert "homes" not in said


def test_where_the_public_sector_gets_its_money_back_nothing_is_said_of_a_ratio(tiny):
    """There is no ratio then because there is no net cost, not because nobody can show a benefit."""
    paying = dataclasses.replace(tiny.case, programme=dataclasses.replace(tiny.case.programme, has_net_cost=False))
    for plan, is_said in ((tiny, True), (dataclasses.replace(tiny, case=paying), False)):
        said = " ".join(each.words for each in against(opponent(plan), plan.parameters, counted=HOMES))
        assert ("Nobody can show that it pays" in said) is is_said
