"""The sample's business case worked out again, from its tables and plan.toml alone, by code of its own."""

import csv
import io
import tomllib

import pytest

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.maps.tables import csv_tables

from ..small_places import sample_plan

YEARS = 10
EQUIPMENT, WORKS = 2.00, {"library": 0.24, "street furniture": 0.44}
EQUIPMENT_SHARE = {"library": 0.8}


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


@pytest.fixture(scope="module")
def stated():
    return tomllib.loads((SAMPLE / "plan.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(plan):
    """Rows of each table as text."""
    return {name: list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")))) for name, text in csv_tables(plan).items()}


def worth(start, amounts):
    """£ at present value of an amount in each year since the start."""
    return sum(amount / 1.035 ** (start + since) for since, amount in enumerate(amounts) if start + since <= YEARS)


def growing(amount, ramp_up_years):
    return [0.0, *(amount * min(1.0, since / (ramp_up_years + 1)) for since in range(1, YEARS + 1))]


def shares_of(model, stated):
    """What part of a site each way of paying has."""
    if model != "mixed":
        return {model: 1.0}
    return {**stated["funding"]["mixed"], "council-funded": 1 - sum(stated["funding"]["mixed"].values())}


def site_money(site, residents, all_demand, stated):
    """Net public cost, benefits to people, and private money of one site, £ at present value."""
    rules, paid = stated["appraisal"], stated["funding"]
    lines = {line["key"]: line for line in rules["benefit"]}
    kind, start = site["kind"], int(site["phase"]) - 1
    capital, running = float(site["capex_gbp"]), float(site["opex_gbp_per_year"])
    share = EQUIPMENT_SHARE.get(kind, 0.5)
    bias = share * EQUIPMENT + (1 - share) * WORKS.get(kind, 0.44)
    renewal = capital * rules["renewal_share"] * (1 + EQUIPMENT)
    due = [0.0] * (YEARS + 1)
    if start + rules["renewal_years"] < YEARS:
        due[rules["renewal_years"]] = renewal
    each_year = [0.0] + [running] * YEARS
    cost = worth(start, [capital * (1 + bias)]) + worth(start, each_year) + worth(start, due)
    models = shares_of(site["funding_model"], stated)
    borne = models.get("concession", 0.0) * cost
    received = models.get("concession", 0.0) * worth(start, growing(paid["concession_fee_gbp_per_year"], 0))
    received += models.get("sponsored", 0.0) * worth(
        start, growing(paid["sponsor_gbp_per_year"], 0)[: paid["sponsor_years"] + 1]
    )
    received += models.get("pay-to-use", 0.0) * worth(
        start, growing(residents * paid["take_up"] * paid["price_gbp_per_year"], 0)
    )
    new, use = rules["additionality"], rules["use"]
    net = (1 - use["mobile_data"] - use["other_wifi"]) * (1 - new["leakage"]) * (1 - new["displacement"])
    online, sensors, enquiries = (lines[key] for key in ("online_in_public", "sensor_lines", "online_enquiries"))
    days = float(site["demand_added"]) * (300 if kind == "library" else 365)
    people = worth(start, growing(days * online["unit_value_gbp"] * net, online["ramp_up_years"]))
    people += worth(start, growing(sensors["unit_value_gbp"], 0))
    number = enquiries["quantity"] * float(site["demand_added"]) / all_demand
    people += worth(start, growing(number * enquiries["unit_value_gbp"] * net, enquiries["ramp_up_years"]))
    return cost - borne - received, people, -borne - received


@pytest.fixture(scope="module")
def money(plan, tables, stated):
    """Of each chosen site: its row, and its money."""
    chosen = [row for row in tables["sites.csv"] if row["selected"] == "true"]
    all_demand = sum(float(row["demand_added"]) for row in chosen)
    residents = plan.case.sites["residents"]
    return [(row, site_money(row, residents[row["site_id"]], all_demand, stated)) for row in chosen]


def test_the_sample_comes_to_the_same_pound(plan, money):
    costs, people, private = (sum(amounts[at] for _, amounts in money) for at in range(3))
    found = plan.case.programme
    assert found.pv_costs_gbp == pytest.approx(costs, abs=0.5)
    assert found.pv_benefits_gbp == pytest.approx(people + private, abs=0.5)
    assert found.pv_private_gbp == pytest.approx(private, abs=0.5)
    assert found.bcr == pytest.approx((people + private) / costs, abs=1e-5)


def test_each_site_of_the_table_comes_to_the_same_pound(money):
    for row, (cost, people, private) in money:
        assert float(row["pv_costs_gbp"]) == pytest.approx(cost, abs=0.5)
        assert float(row["pv_benefits_gbp"]) == pytest.approx(people + private, abs=0.5)
        assert (row["bcr"] == "") == (cost <= 0)


def test_the_weighted_ratio_weighs_people_and_not_companies(plan, money, stated):
    incomes, median = stated["appraisal"]["distribution"]["income_gbp"], 34_000
    weighted = sum(people * (median / incomes[row["decile"]]) ** 1.3 + private for row, (_, people, private) in money)
    assert plan.case.programme.weighted_benefits_gbp == pytest.approx(weighted, abs=0.5)


def test_the_lines_and_the_years_of_the_tables_sum_to_the_programme(plan, tables):
    found, lines, years = plan.case.programme, tables["appraisal.csv"], tables["cash_flow.csv"]
    sides = {True: 0.0, False: 0.0}
    for line in lines:
        if line["pv_gbp"]:
            sides[line["kind"] in ("benefit", "private")] += float(line["pv_gbp"])
    assert sides[False] == pytest.approx(found.pv_costs_gbp, abs=0.5)
    assert sides[True] == pytest.approx(found.pv_benefits_gbp, abs=0.5)
    assert sum(float(year["pv_costs_gbp"]) for year in years) == pytest.approx(found.pv_costs_gbp, abs=0.5)
    assert sum(float(year["pv_benefits_gbp"]) for year in years) == pytest.approx(found.pv_benefits_gbp, abs=0.5)
