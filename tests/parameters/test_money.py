"""plan.toml on money and time: what it may say, and every fault of it at once."""

import re

import pytest

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.delivery import MONTHS, OWNER_ROLES, DeliveryRules
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import PlanFileError
from connected_place.scripts.commands.init import plan_toml
from connected_place.scripts.config.plan_file import read_plan_file

HEAD = '[place]\nname = "Streetford"\nlad = "E06000999"\n[[source]]\nkind = "venues"\npath = "a.csv"\n'
GAIN = '[[appraisal.benefit]]\nkey = "gain"\n'


@pytest.fixture
def read(tmp_path):
    """Parameters of a plan.toml with this text after its head."""

    def read_text(text):
        (tmp_path / "plan.toml").write_text(HEAD + text, encoding="utf-8")
        return read_plan_file(tmp_path).parameters

    return read_text


@pytest.fixture
def faults(read):
    """Faults of it as (code, key)."""

    def of_text(text):
        with pytest.raises(PlanFileError) as caught:
            read(text)
        assert all(fault.file == "plan.toml" and fault.remedy for fault in caught.value.faults)
        return [(fault.code, fault.column) for fault in caught.value.faults]

    return of_text


def test_a_plan_that_says_nothing_of_money_has_every_default(read):
    found = read("")
    assert (found.appraisal, found.funding, found.delivery) == (Appraisal(), FundingRules(), DeliveryRules())


def test_the_sample_states_lines_of_every_kind():
    found = read_plan_file(SAMPLE).parameters
    quantities = [item.quantity for item in found.appraisal.benefit]
    assert quantities == ["user_days", "residents", "sites", "visitors", "sites", 6_000.0, "residents"]
    assert found.appraisal.additionality.net_share == pytest.approx(0.9 * 0.9)
    assert found.appraisal.use.new_share == pytest.approx(0.45)
    assert found.funding.by_kind["car park"] == "concession"
    assert found.appraisal.works["library"] == "standard buildings"
    assert found.delivery.start == "2027-04"


def test_tables_whose_keys_are_the_planners_own_take_any_key(read):
    found = read("[sites.lock_out_reason]\n'A.1' = 'listed'\n[pack.answers]\nwhy_here = 'because'\n")
    assert (found.sites.lock_out_reason, found.pack.answers) == ({"A.1": "listed"}, {"why_here": "because"})


def test_stated_months_and_roles_join_the_defaults(read):
    found = read('[delivery.months]\nsurvey = 3\n[delivery.owner_roles]\ncabinet = "Leader"\n').delivery
    assert found.months == MONTHS | {"survey": 3.0}
    assert found.owner_roles == OWNER_ROLES | {"cabinet": "Leader"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (GAIN + 'quantity = "houses"', [("NOT_A_CHOICE", "appraisal.benefit 1.quantity")]),
        (GAIN + "quantity = true", [("WRONG_TYPE", "appraisal.benefit 1.quantity")]),
        (GAIN + "quantity = -1", [("NOT_POSITIVE", "appraisal.benefit 1.quantity")]),
        (GAIN + 'confidence = "sure"', [("NOT_A_CHOICE", "appraisal.benefit 1.confidence")]),
        (GAIN + "low = 1", [("RANGE_ORDER", "appraisal.benefit 1.low, high")]),
        (GAIN + "unit_value_gbp = 2\nlow = 3\nhigh = 4", [("RANGE_ORDER", "appraisal.benefit 1.low, high")]),
        (GAIN + GAIN, [("BENEFIT_KEY", "appraisal.benefit 2.key")]),
        ('[[appraisal.benefit]]\nkey = "capital"', [("BENEFIT_KEY", "appraisal.benefit 1.key")]),
        ('[[appraisal.benefit]]\nkey = "a b"', [("BENEFIT_KEY", "appraisal.benefit 1.key")]),
        ("[[appraisal.benefit]]\nwords = 'x'", [("KEY_MISSING", "appraisal.benefit 1.key")]),
        ("[appraisal]\nbenefit_gbp_per_demand = 1\n[[appraisal.benefit]]\nkey = 'demand'",
         [("BENEFIT_KEY", "appraisal.benefit 1.key")]),
        ("[appraisal]\nyears = 76", [("TOO_LARGE", "appraisal.years")]),
        ("[appraisal]\ndraws = 99", [("NOT_POSITIVE", "appraisal.draws")]),
        ("[appraisal]\noptimism_bias = 0.44", [("BIAS_EVIDENCE", "appraisal.optimism_bias")]),
        ("[appraisal]\nmitigated = 0.5", [("BIAS_EVIDENCE", "appraisal.mitigated")]),
        ("[appraisal.equipment_share]\nlibrary = 80", [("TOO_LARGE", "appraisal.equipment_share.library")]),
        ("[appraisal]\nvat = 'no'", [("NOT_A_CHOICE", "appraisal.vat")]),
        (GAIN + "quantity = 5\nunit_value_gbp = 1", [("SAME_PEOPLE", "appraisal.benefit 1.people")]),
        (GAIN + "unit_value_gbp = 1\npeople = 'staff'", [("SAME_PEOPLE", "appraisal.benefit 1.people")]),
        (GAIN + "unit_value_gbp = 1\n" + GAIN.replace("gain", "more") + "quantity = 'premises'\nunit_value_gbp = 1",
         [("SAME_PEOPLE", "appraisal.benefit 2.people")]),
        (GAIN + "quantity = 'visitors'\nunit_value_gbp = 1\n" + GAIN.replace("gain", "more")
         + "quantity = 'user_days'\nunit_value_gbp = 1", [("SAME_PEOPLE", "appraisal.benefit 2.people")]),
        ("[appraisal]\nbenefit_gbp_per_demand = 1\n" + GAIN + "unit_value_gbp = 1",
         [("SAME_PEOPLE", "appraisal.benefit 1.people")]),
        ("[appraisal.use]\nmobile_data = 0.7\nother_wifi = 0.4\nsource = 'x'",
         [("USE_SHARES", "appraisal.use.mobile_data, other_wifi")]),
        ("[appraisal.use]\ntake_up = 0.1", [("USE_SOURCE", "appraisal.use.source")]),
        ("[appraisal.use]\nmobile_data = 0.5\nsource = 'x'\n[appraisal.additionality]\ndeadweight = 0.2",
         [("DEADWEIGHT_TWICE", "appraisal.additionality.deadweight")]),
        ("[appraisal.use]\nmobile_data = 'much'\nsource = 'x'", [("WRONG_TYPE", "appraisal.use.mobile_data")]),
        ("[appraisal.equipment_share]\nlibrary = 'most'", [("WRONG_TYPE", "appraisal.equipment_share.library")]),
        ("[appraisal.additionality]\nleakage = 10", [("TOO_LARGE", "appraisal.additionality.leakage")]),
        ("[appraisal.works]\nlibrary = 'roads'", [("NOT_A_CHOICE", "appraisal.works.library")]),
        ("[[appraisal.range]]\nkey = 'capitol'\nlow = 1\nhigh = 2", [("UNKNOWN_KEY", "appraisal.range 1.key")]),
        ("[[appraisal.range]]\nkey = 'capital'\nlow = 3\nhigh = 2", [("RANGE_ORDER", "appraisal.range 1.low, high")]),
        ("[[appraisal.range]]\nkey = 'reach'\nlow = 1\nhigh = 2\nshape = 'normal'",
         [("NOT_A_CHOICE", "appraisal.range 1.shape")]),
        (2 * "[[appraisal.range]]\nkey = 'reach'\nlow = 1\nhigh = 2\n", [("RANGE_TWICE", "appraisal.range")]),
        ("[appraisal]\ncosts_price_year = 2016", [("PRICE_BASE", "appraisal.costs_price_year")]),
        ("[appraisal]\nprice_base_year = 26", [("NOT_A_YEAR", "appraisal.price_base_year")]),
        ("[appraisal]\nprice_base_year = 2026\ncosts_price_year = 2016",
         [("NO_DEFLATOR", "appraisal.costs_price_year")]),
        ("[appraisal]\nprice_base_year = 2026\n" + GAIN + "price_year = 2016",
         [("NO_DEFLATOR", "appraisal.benefit 1.price_year")]),
        ("[appraisal]\ndeflator = { 2016 = 0 }", [("NOT_POSITIVE", "appraisal.deflator.2016")]),
        ("[appraisal.distribution]\nmedian_income_gbp = 1", [("NO_INCOME", "appraisal.distribution")]),
        ("[appraisal.distribution]\nmedian_income_gbp = 1\nincome_gbp = { 11 = 2 }",
         [("UNKNOWN_KEY", "appraisal.distribution.income_gbp.11")]),
        ("[appraisal.distribution]\nmedian_income_gbp = 1\nincome_gbp = { 1 = 0 }",
         [("NOT_POSITIVE", "appraisal.distribution.income_gbp.1")]),
        ("[funding]\nmodel = 'loan'", [("NOT_A_CHOICE", "funding.model")]),
        ("[funding.by_site]\n'A.1' = 'loan'", [("NOT_A_CHOICE", "funding.by_site.A.1")]),
        ("[funding.by_kind]\nlibrary = 3", [("WRONG_TYPE", "funding.by_kind.library")]),
        ("[funding]\nby_kind = 'x'", [("WRONG_TYPE", "funding.by_kind")]),
        ("[funding.mixed]\nsponsored = 0.6\nconcession = 0.6", [("MIXED_SHARES", "funding.mixed")]),
        ("[funding.mixed]\nmixed = 0.6", [("UNKNOWN_KEY", "funding.mixed.mixed")]),
        ("[funding]\ntake_up = 5", [("TOO_LARGE", "funding.take_up")]),
        (2 * "[[funding.enterprise]]\nname = 'N'\nsites = ['A']\n", [("SITE_TWICE", "funding.enterprise.sites")]),
        ("[delivery]\nstart = '2027-13'", [("NOT_A_MONTH", "delivery.start")]),
        ("[delivery.months]\ndesign = 1", [("UNKNOWN_KEY", "delivery.months.design")]),
        ("[delivery.months]\nsurvey = 0", [("NOT_POSITIVE", "delivery.months.survey")]),
        ("[delivery.person_days]\ndesign = 1", [("UNKNOWN_KEY", "delivery.person_days.design")]),
        ("[[delivery.risk]]\nkey = 'a'\nwords = 'b'\nlikelihood = 6\nimpact = 0",
         [("TOO_LARGE", "delivery.risk 1.likelihood"), ("NOT_POSITIVE", "delivery.risk 1.impact")]),
        (2 * "[[delivery.risk]]\nkey = 'a'\nwords = 'b'\nlikelihood = 1\nimpact = 1\n",
         [("RISK_TWICE", "delivery.risk")]),
    ],
)  # fmt: skip
def test_each_fault_is_reported_once_with_its_place_and_what_to_do(faults, text, found):
    assert faults(text) == found


@pytest.mark.parametrize(
    "text",
    [
        GAIN + "unit_value_gbp = 1\n" + GAIN.replace("gain", "more"),  # the second is only named
        GAIN + "unit_value_gbp = 1\n" + GAIN.replace("gain", "more")
        + "quantity = 5\nunit_value_gbp = 1\npeople = 'staff'",
        GAIN + "quantity = 'user_days'\nunit_value_gbp = 1\n"
        + GAIN.replace("gain", "more") + "quantity = 'sites'\nunit_value_gbp = 1\npeople = 'nobody'",
        "[appraisal]\noptimism_bias = 0.44\nmitigated = 0.5\nbias_evidence = 'three quotes of May 2026'",
        "[appraisal]\noptimism_bias = 2.0",
        "[appraisal]\noptimism_bias = 0.44\n[appraisal.equipment_share]\nlibrary = 0\nother = 0\n"
        "'street furniture' = 0",
    ],
)  # fmt: skip
def test_lines_for_different_people_and_a_bias_with_evidence_or_at_its_upper_bound_are_accepted(read, text):
    assert read(text).appraisal


def test_faults_of_all_tables_come_at_once(faults):
    text = "[appraisal]\nyears = 99\n[funding]\nmodel = 'x'\n[delivery]\nstart = 'May'\n" + GAIN + "low = 2\n"
    assert {code for code, _ in faults(text)} == {"TOO_LARGE", "NOT_A_CHOICE", "NOT_A_MONTH", "RANGE_ORDER"}


@pytest.mark.parametrize("value", ["'a lot'", "true", "[]", "nan", "inf"])
@pytest.mark.parametrize(
    "key", ["appraisal.discount_rate", "appraisal.benefit_gbp_per_demand", "funding.external_gbp", "delivery.at_once"]
)
def test_what_is_not_a_number_is_refused_and_nothing_breaks(faults, key, value):
    table, name = key.split(".")
    assert key in [column for _, column in faults(f"[{table}]\n{name} = {value}\n")]


def test_everything_in_comments_of_a_new_plan_on_money_and_time_may_be_used(read):
    """With the marks taken away, and incomes above the 0 that asks for the planner's own."""
    text = plan_toml("E06000034", "Thurrock")
    money = text[text.index("[appraisal]") : text.index("[demand] ")]
    stated = re.sub(r"^# (?=\[|[a-z_]+ = )", "", money, flags=re.MULTILINE)
    stated = stated.replace("median_income_gbp = 0", "median_income_gbp = 1").replace("1 = 0, 2 = 0", "1 = 1")
    found = read(stated)
    assert [item.key for item in found.appraisal.benefit] == ["online_in_public"]
    assert found.appraisal.range[0].key == "capital"
    assert found.funding.programme_gbp == 15_710_000
    assert found.delivery.risk[0].likelihood == 3


def test_prices_of_another_year_are_accepted_with_a_deflator(read):
    text = "[appraisal]\nprice_base_year = 2026\ncosts_price_year = 2016\ndeflator = { 2016 = 80, 2026 = 100 }\n"
    assert read(text).appraisal.deflator == {"2016": 80.0, "2026": 100.0}
