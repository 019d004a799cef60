"""Money of others than the public sector: no pound is lost between the two sides, and none is counted twice."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit
from connected_place.coverage.parameters.funding import FundingRules

from ..money_worlds import case_of, sites_of

rules = settings(deadline=None, derandomize=True, max_examples=10)
GAIN = Benefit(key="gain", quantity="residents", unit_value_gbp=100.0)
STATED = Appraisal(
    years=2, discount_rate=0.25, benefit=(GAIN,), optimism_bias=0.5, renewal_years=1, renewal_share=0.5, draws=100
)
"""A pound of year 1 is worth 0.8, of year 2 0.64."""
SITES = sites_of(1, capex=1_000.0, opex=100.0)
COST = 1_500 + 100 * 1.44 + 750 * 0.8
CONCESSION = FundingRules(model="concession", concession_fee_gbp_per_year=10.0, concession_revenue_gbp_per_year=30.0)


def paid_by(funding, *, residents=(50.0,), sites=SITES, stated=STATED):
    return case_of(sites, stated, residents=residents, funding=funding)


def test_a_concession_of_half_the_costs_by_hand():
    half = dataclasses.replace(CONCESSION, concession_capital_share=0.5, concession_running_share=0.25)
    found = paid_by(half)
    borne = 0.5 * (1_500 + 750 * 0.8) + 0.25 * 100 * 1.44
    told = found.programme
    assert told.pv_costs_gbp == pytest.approx(COST - borne - 10 * 1.44)
    assert told.pv_private_gbp == pytest.approx(-borne - 10 * 1.44 + 30 * 1.44)
    assert told.pv_benefits_gbp == pytest.approx(5_000 * 1.44 + told.pv_private_gbp)
    assert told.bcr == pytest.approx(told.pv_benefits_gbp / told.pv_costs_gbp)
    lines = found.lines.set_index("key")
    assert lines.loc[lines["kind"] == "private", "amount_gbp"].to_dict() == pytest.approx(
        {
            "private_capital": -500, "private_optimism_bias": -250, "private_running": -25, "private_renewal": -250,
            "private_renewal_bias": -125, "payments_concession": -10, "private_revenue": 30,
        }
    )  # fmt: skip
    assert lines.loc["receipts_concession", ["kind", "amount_gbp"]].tolist() == ["receipts", -10]
    assert found.years["receipts_gbp"].tolist() == [0, 10, 10]
    assert found.years["private_gbp"].tolist() == pytest.approx([-750, -25 - 375 - 10 + 30, -25 - 10 + 30])


def test_where_the_public_sector_has_no_net_cost_there_is_no_ratio_but_a_net_value():
    found = paid_by(CONCESSION).programme
    assert found.pv_costs_gbp == pytest.approx(-10 * 1.44)
    assert (found.bcr, found.band, found.has_net_cost) == (None, "", False)
    assert found.npv_gbp == pytest.approx(5_000 * 1.44 + 30 * 1.44 - COST)


def test_revenue_that_is_not_known_is_left_out_and_named():
    found = paid_by(dataclasses.replace(CONCESSION, concession_revenue_gbp_per_year=None, concession_capital_share=0))
    assert found.programme.not_counted == ("Revenue of the concessionaire",)
    assert found.programme.bcr is not None
    unknown = paid_by(FundingRules(model="sponsored")).programme
    assert unknown.not_counted == ("Received by the council (sponsored)", "Paid to the council (sponsored)")
    assert unknown.pv_costs_gbp == pytest.approx(COST)


def test_a_sponsor_pays_for_its_years_and_users_for_themselves():
    sponsor = paid_by(FundingRules(model="sponsored", sponsor_gbp_per_year=40.0, sponsor_years=1))
    assert sponsor.years["receipts_gbp"].tolist() == [0, 40, 0]
    users = paid_by(FundingRules(model="pay-to-use", take_up=0.5, price_gbp_per_year=2.0))
    assert users.years["receipts_gbp"].tolist() == [0, 50, 50]


def test_a_council_that_pays_for_all_has_no_private_line_and_a_grant_is_no_benefit():
    plain, granted = paid_by(FundingRules()), paid_by(FundingRules(secured_gbp=500.0))
    assert set(plain.lines["kind"]) == {"capital", "running", "renewal", "benefit"}
    assert plain.programme == granted.programme


money = st.floats(0, 5_000)
shares = st.floats(0, 1)


@rules
@given(shares, shares, money, money, money, shares, shares)
def test_who_pays_moves_the_ratio_but_never_the_net_present_value(capital, running, fee, sponsor, price, one, other):
    """Without revenue from outside, what one side saves the other bears."""
    mixed = {"concession": one / 2, "sponsored": other / 4, "pay-to-use": other / 4}
    stated = FundingRules(
        model="mixed", mixed=mixed, concession_capital_share=capital, concession_running_share=running,
        concession_fee_gbp_per_year=fee, concession_revenue_gbp_per_year=0.0, sponsor_gbp_per_year=sponsor,
        take_up=0.5, price_gbp_per_year=price,
    )  # fmt: skip
    sites = sites_of(2, capex=[1_000.0, 3_000.0], opex=100.0)
    council, others = (paid_by(each, residents=[50.0, 20.0], sites=sites) for each in (FundingRules(), stated))
    assert others.programme.npv_gbp == pytest.approx(council.programme.npv_gbp, abs=1e-6)
    assert others.candidates["npv_gbp"].tolist() == pytest.approx(council.candidates["npv_gbp"].tolist(), abs=1e-6)
    assert others.years["pv_net_gbp"].tolist() == pytest.approx(council.years["pv_net_gbp"].tolist(), abs=1e-6)
    whole = others.effectiveness.set_index("key").loc["sites", "pv_costs_gbp"]
    assert whole == pytest.approx(council.effectiveness.set_index("key").loc["sites", "pv_costs_gbp"])
