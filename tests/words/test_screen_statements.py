"""A first screen's answers: those of a ward's own sites, what is not known called so, and where money and need part."""

import dataclasses
import math

import pandas as pd
import pytest

from connected_place.maps.numerals import money_text
from connected_place.maps.words import screen_statements

from ..small_places import sample_plan

NORTH, SOUTH, EAST = "E05000001", "E05000002", "E05000003"


def answers(found):
    return {answer.question: answer.words for answer in found}


def without_sites(plan, ward=NORTH):
    """No site of the ward is chosen."""
    here = plan.sites["ward_code"] == ward
    return dataclasses.replace(plan, sites=plan.sites.assign(selected=plan.sites["selected"] & ~here))


def three_wards(plan, ranks):
    """Wards with these ranks by need for public Wi-Fi; the third has no candidate."""
    third = plan.wards.iloc[[1]].set_axis([EAST])
    wards = pd.concat([plan.wards, third]).assign(wifi_rank=ranks, area_name=["North", "South", "East"])
    return dataclasses.replace(plan, wards=wards)


def test_a_ward_has_the_name_dates_cost_and_payer_of_its_own_site(tiny):
    found = answers(screen_statements.wifi_answers(tiny, NORTH))
    assert list(found) == ["Need", "Proposed", "When", "Cost", "Who pays in year 4", "Ask"]
    assert found["Need"] == "Ranks 2 of 2 wards (1 is the greatest need)."
    assert found["Proposed"] == "1 site: Quay library."
    assert found["When"].startswith("From month ") and "no start date is given" in found["When"]
    whole_life = money_text(tiny.case.sites.loc["S1", "pv_costs_gbp"])
    assert found["Cost"].startswith(f"£2,600 of capital; over 10 years {whole_life} at present value")
    assert found["Who pays in year 4"] == (
        "The council: all £600 of running costs. No income is planned. The council pays to build and run the site, and "
        "receives nothing."
    )
    assert found["Ask"].endswith("And which budget pays the £600 in year 4?")


def test_the_sites_of_the_wards_sum_to_the_whole_plan(tiny):
    """Running costs and income of each site, in every year."""
    paid = tiny.funding
    for column, by_site in (("running_gbp", -paid.running), ("income_gbp", paid.income)):
        assert by_site.sum().tolist() == pytest.approx(paid.years[column].tolist())
    assert "all £1,800 of running costs" in answers(screen_statements.wifi_answers(tiny))["Who pays in year 4"]


@pytest.mark.parametrize(
    ("income", "words"),
    [
        (250.0, "The council: £350, running costs of £600 less £250 of income."),
        (600.0, "Income, if all of it comes: it covers running costs of £600."),
        (math.nan, "Running costs are £600; what income there will be is not known."),
    ],
)
def test_who_pays_is_what_income_leaves(tiny, income, words):
    paid = dataclasses.replace(tiny.funding, income=tiny.funding.income * 0 + income)
    plan = dataclasses.replace(tiny, funding=paid)
    assert answers(screen_statements.wifi_answers(plan, NORTH))["Who pays in year 4"].startswith(words)


def test_a_year_after_the_period_is_not_known(tiny):
    rules = dataclasses.replace(tiny.parameters.opponent, payer_year=99)
    plan = dataclasses.replace(tiny, parameters=dataclasses.replace(tiny.parameters, opponent=rules))
    assert answers(screen_statements.wifi_answers(plan, NORTH))["Who pays in year 99"].startswith("Not known.")


def test_a_start_gives_calendar_months(tiny):
    tasks = tiny.delivery.tasks.assign(start_month=4, end_month=23)
    plan = dataclasses.replace(tiny, delivery=dataclasses.replace(tiny.delivery, start="2027-01", tasks=tasks))
    found = answers(screen_statements.wifi_answers(plan, NORTH))["When"]
    assert found == "April 2027 to November 2028, by the delivery plan."


def test_no_site_is_explained_by_the_candidate_that_came_closest(tiny):
    plan = without_sites(tiny)
    plan = dataclasses.replace(plan, sites=plan.sites.assign(demand_added=[1.0, 3, 2, 20, 1]))
    found = answers(screen_statements.wifi_answers(plan, NORTH))
    assert list(found) == ["Need", "Proposed", "Ask"]
    closest = "No site. The closest of 3 candidates, Quay lamp 7: Its reach is covered by Quay library."
    assert found["Proposed"] == closest
    none = dataclasses.replace(tiny, sites=tiny.sites[tiny.sites["ward_code"] != NORTH])
    assert "has no candidate here" in answers(screen_statements.wifi_answers(none, NORTH))["Proposed"]


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (20.0, "What could be done here was not worked out."),
        (0.0, "Nothing: no homes and businesses are reported to be without 300 Mbit/s."),
        (math.nan, "Not known: nothing is reported of who is without 300 Mbit/s."),
    ],
)
def test_lines_that_were_not_worked_out_are_not_called_nothing(tiny, gap, words):
    plan = dataclasses.replace(tiny, wards=tiny.wards.assign(ufbb_300_gap=gap))
    assert answers(screen_statements.lines_answers(plan, NORTH))["Proposed"] == words


def test_what_is_offered_to_many_is_not_said_to_reach_them_all():
    """On the invented borough: the gain of the first screen is that of interventions.csv, with its range."""
    plan = sample_plan()
    paid = plan.lines.interventions.query("is_paid")
    low, likely, high = (f"{paid[name].sum():,.0f}" for name in ("gained_low", "gained", "gained_high"))
    said = answers(screen_statements.lines_answers(plan))["Proposed"]
    assert said.endswith(f"About {likely} ({low} to {high}) of them should gain the speed.")
    assert paid["gained"].sum() < paid["premises"].sum()


@pytest.mark.parametrize(
    ("ranks", "ward", "words"),
    [
        ([3.0, 1.0, 2.0], NORTH, "1 site here, though need for public Wi-Fi ranks only 3 of 3"),
        ([3.0, 2.0, 1.0], EAST, "need for public Wi-Fi ranks 1 of 3, yet no site is proposed here"),
        ([2.0, 1.0, 3.0], NORTH, ""),  # in the middle
        ([1.0, 2.0, 3.0], NORTH, ""),  # great need, and a site
        ([3.0, 2.0, 1.0], SOUTH, ""),
        ([math.nan, 1.0, 2.0], NORTH, ""),  # nothing is known of its need
    ],
)
def test_money_and_need_part_at_either_end_of_the_ranks(tiny, ranks, ward, words):
    found = screen_statements.parting_sentences(three_wards(tiny, ranks), ward)
    assert len(found) == bool(words)
    assert words in "".join(found)


def test_the_place_names_the_wards_of_great_need_without_a_site(tiny):
    found = screen_statements.parted_wards(three_wards(tiny, [3.0, 2.0, 1.0]))
    assert len(found) == 1
    assert "of the 1 ward of greatest need for public Wi-Fi, 1 has no proposed site: East." in found[0]
    assert screen_statements.parted_wards(three_wards(tiny, [1.0, 2.0, 3.0])) == ()
