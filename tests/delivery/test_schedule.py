"""The delivery plan: tasks in their order, months with and without a start, risks, staff, and what is measured."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.delivery.funding_risks import RISKS
from connected_place.coverage.delivery.monitoring import Baseline
from connected_place.coverage.delivery.schedule import Delivery, delivery
from connected_place.coverage.delivery.tasks import month_words, tasks
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit
from connected_place.coverage.parameters.delivery import DeliveryRules, OwnRisk
from connected_place.coverage.parameters.parameters import Parameters

from ..money_worlds import PLACE, sites_of
from ..small_places import NAN, sample_plan

rules = settings(deadline=None, derandomize=True, max_examples=40)
BASELINE = Baseline(
    gap_premises=45.0, gap_date="2026-01", gap_source="Ofcom", free_spots=1.0, wifi_date="2026-01",
    wifi_source="Council", premises=10.0, premises_then=130.0, residents=NAN, residents_then=NAN,
)  # fmt: skip
NO_RISKS = RISKS.assign(score=0).iloc[:0]


def built(stated=None, *, sites=None, appraisal=None) -> Delivery:
    parameters = Parameters(place=PLACE, delivery=stated or DeliveryRules(), appraisal=appraisal or Appraisal())
    return delivery(sites_of(2) if sites is None else sites, NO_RISKS, BASELINE, parameters)


def test_gates_come_in_their_order_and_nothing_is_bought_before_cabinet_decides():
    found = built().tasks.set_index("task_id")
    order = ["programme:project", "programme:board", "programme:cabinet", "programme:procurement", "S1:survey"]
    starts = found.loc[order, "start_month"]
    assert starts.is_monotonic_increasing
    assert found.loc[order[:3], "gate"].tolist() == ["project", "board", "cabinet"]
    assert found.loc["S1:survey", "depends_on"] == "programme:procurement"


def test_what_is_monitored_is_called_what_it_is():
    """Lines in use are not premises, in the words and in the unit."""
    lines = dataclasses.replace(BASELINE, counted="lines in use")
    rows = delivery(sites_of(2), NO_RISKS, lines, Parameters(place=PLACE)).monitoring.set_index("key")
    assert rows.loc["gap_premises", "words"].startswith("Lines in use that cannot get 300 Mbit/s")
    assert rows.loc["gap_premises", "unit"] == "lines in use"
    assert built().monitoring.set_index("key").loc["premises_reached", "words"] == "Premises with free Wi-Fi outdoors"


def test_without_a_start_months_are_counted_and_no_date_is_invented():
    found = built()
    assert found.tasks["start"].str.fullmatch(r"month \d+").all()
    assert not found.resources["month_words"].str.contains("20").any()


def test_with_a_start_every_month_is_of_the_calendar():
    found = built(DeliveryRules(start="2027-11"))
    assert found.tasks["start"].iloc[0] == "2027-11"
    assert found.tasks.set_index("task_id").loc["programme:cabinet", ["start", "end"]].tolist() == [
        "2028-01",
        "2028-02",
    ]


@pytest.mark.parametrize(("month", "words"), [(1, "2026-12"), (2, "2027-01"), (13, "2027-12"), (14, "2028-01")])
def test_months_run_over_the_turn_of_the_year(month, words):
    assert month_words(month, "2026-12") == words


def test_a_site_on_the_councils_own_line_waits_for_no_line():
    sites = sites_of(2).assign(backhaul_class=["A", "C"])
    found = built(sites=sites).tasks
    assert "S1:line" not in set(found["task_id"])
    assert found.set_index("task_id").loc["S2:installation", "depends_on"] == "S2:consents S2:line"


@rules
@given(
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=9), st.integers(1, 4),
    st.lists(st.sampled_from([1.0, 2.0]), min_size=9, max_size=9),
)  # fmt: skip
def test_no_task_starts_before_what_it_depends_on_is_over_and_no_more_sites_run_than_may(classes, at_once, phases):
    phase = sorted(phases[: len(classes)])
    sites = sites_of(len(classes), phase=phase).assign(backhaul_class=classes)
    found = tasks(sites, DeliveryRules(at_once=at_once)).set_index("task_id")
    for _, row in found.iterrows():
        for other in row["depends_on"].split():
            assert found.loc[other, "end_month"] < row["start_month"]
    assert (found["end_month"] - found["start_month"] + 1 == found["months"]).all()
    of_sites = (
        found[found["site_id"] != ""].groupby("site_id").agg(start=("start_month", "min"), end=("end_month", "max"))
    )
    for month in range(1, int(found["end_month"].max()) + 1):
        assert ((of_sites["start"] <= month) & (of_sites["end"] >= month)).sum() <= at_once
    assert set(of_sites.index) == set(sites.index)


def test_a_later_phase_waits_for_the_one_before_and_for_the_board():
    found = built(sites=sites_of(2, phase=[1.0, 2.0])).tasks.set_index("task_id")
    assert found.loc["phase-2:board", "depends_on"] == "S1:acceptance"
    assert found.loc["S2:survey", "depends_on"] == "phase-2:board"
    phases = built(sites=sites_of(2, phase=[1.0, 2.0])).phases
    assert phases["sites"].tolist() == [1, 1]
    assert phases["end_month"].tolist()[0] < phases["start_month"].tolist()[1]


def test_lengths_that_are_not_the_councils_are_marked():
    stated = DeliveryRules(months={**DeliveryRules().months, "survey": 2.0}, installation_months={"library": 1.0})
    found = built(stated).tasks.set_index("task_id")["is_default"]
    assert not found["S1:survey"]
    assert not found["S1:installation"]
    assert found["S1:consents"]


def test_staff_days_are_spread_over_their_months_and_not_known_where_none_are_stated():
    assert built().resources["person_days"].isna().all()
    found = built(DeliveryRules(person_days={"cabinet": 4.0, "survey": 2.0}))
    days = found.resources["person_days"]
    assert days.sum() == pytest.approx(4 + 2 * 2)
    assert days.tolist()[2:4] == [2, 2]


def test_risks_are_of_this_plan_and_the_councils_own_go_first():
    own = OwnRisk(key="reach", words="Our own words", likelihood=5, impact=5)
    sites = sites_of(2, kinds=["library", "street furniture"]).assign(backhaul_class=["A", "D"])
    found = built(DeliveryRules(risk=(own,)), sites=sites).risks.set_index("key")
    assert found.index[0] == "reach"
    assert found.loc["reach", ["words", "source", "score"]].tolist() == ["Our own words", "plan.toml", 25]
    assert "At 1 of 2 sites" in found.loc["line", "words"]
    assert "power" in found.index
    assert found["score"].is_monotonic_decreasing
    assert "line" not in built().risks["key"].tolist()


def test_a_plan_without_the_value_of_a_benefit_runs_that_risk():
    stated = Appraisal(benefit=(Benefit(key="gain", unit_value_gbp=1.0),))
    assert "no_value" in built().risks["key"].tolist()
    assert "no_value" not in built(appraisal=stated).risks["key"].tolist()


def test_the_baseline_is_the_plans_own_and_what_is_not_known_stays_so():
    found = built().monitoring.set_index("key")
    assert found.loc["sites_live", ["baseline", "target"]].tolist() == [0, 2]
    assert found.loc["free_wifi", ["baseline", "target"]].tolist() == [1, 3]
    assert found.loc["gap_premises", "baseline_date"] == "2026-01"
    assert np.isnan(found.loc["residents_reached", "baseline"])
    assert np.isnan(found.loc["users", "baseline"])


def test_a_plan_that_chooses_nothing_still_has_its_gates():
    found = built(sites=sites_of(2).iloc[:0])
    assert found.tasks["task_id"].tolist()[:3] == ["programme:project", "programme:board", "programme:cabinet"]
    assert found.phases.empty


def test_what_the_sample_reaches_then_is_what_free_wifi_reaches_now_and_what_its_sites_add():
    plan = sample_plan()
    found = plan.delivery.monitoring.set_index("key")
    for key in ("premises", "residents"):
        row = found.loc[f"{key}_reached"]
        assert row["target"] - row["baseline"] == pytest.approx(plan.case.sites[key].sum())
    assert set(plan.delivery.tasks["site_id"]) - {""} == set(plan.funding.sites.index)
    roles = pd.concat([plan.delivery.tasks["owner_role"], plan.delivery.risks["owner_role"]])
    assert (roles != "").all()


def test_a_file_without_existing_wifi_says_that_it_is_not_known():
    unknown = dataclasses.replace(BASELINE, free_spots=NAN, premises=NAN)
    parameters = Parameters(place=PLACE)
    found = delivery(sites_of(1), NO_RISKS, unknown, parameters).monitoring.set_index("key")
    assert np.isnan(found.loc["free_wifi", "target"])
