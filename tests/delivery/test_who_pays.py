"""Who pays: cash flows worked out by hand, what comes from outside, and subsidy control."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.case.payers import model_shares
from connected_place.coverage.delivery.subsidy import subsidy_status
from connected_place.coverage.delivery.who_pays import (
    external_share,
    funding,
    payback_words,
    payback_year,
)
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.funding import MODELS, Enterprise, FundingRules
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.gis_data.errors import PlanFileError

from ..money_worlds import PLACE, sites_of
from ..small_places import NAN, layer, layers, sample_plan

rules = settings(deadline=None, derandomize=True, max_examples=40)


def unknown(index):
    return pd.DataFrame(
        {"bduk_status": "not known", "bduk_premises": NAN, "bduk_white": NAN, "bduk_basis": ""}, index=index
    )


def paid(stated, *, sites=None, residents=100.0, status=None, **terms):
    """One site of £1,000 and £100 a year over four years, unless stated."""
    sites = sites_of(1, capex=1_000.0, opex=100.0) if sites is None else sites
    people = pd.Series(residents, index=sites.index)
    parameters = Parameters(place=PLACE, appraisal=Appraisal(years=4, **terms), funding=stated)
    return funding(sites, people, unknown(sites.index) if status is None else status, parameters)


@pytest.mark.parametrize(
    ("stated", "flows", "payback"),
    [
        ({}, [-1000, -100, -100, -100, -100], "never within 4 years"),
        ({"model": "sponsored", "sponsor_gbp_per_year": 600.0}, [-1000, 500, 500, 500, 500], "year 2"),
        (
            {"model": "sponsored", "sponsor_gbp_per_year": 600.0, "sponsor_years": 2},
            [-1000, 500, 500, -100, -100],
            "never within 4 years",  # it was paid back in year 2 and is not any more
        ),
        (
            {"model": "pay-to-use", "take_up": 0.1, "price_gbp_per_year": 30.0},
            [-1000, 200, 200, 200, 200],
            "never within 4 years",
        ),
        ({"model": "concession", "concession_fee_gbp_per_year": 50.0}, [0, 50, 50, 50, 50], "year 0"),
        (
            {"model": "concession", "concession_fee_gbp_per_year": 50.0, "concession_capital_share": 0.9,
             "concession_running_share": 0.5},
            [-100, 0, 0, 0, 0],
            "never within 4 years",
        ),
        (
            {"model": "mixed", "mixed": {"sponsored": 0.5, "concession": 0.25}, "sponsor_gbp_per_year": 600.0,
             "concession_fee_gbp_per_year": 50.0},
            [-750, 237.5, 237.5, 237.5, 237.5],
            "year 4",
        ),
        ({"secured_gbp": 400.0}, [-600, -100, -100, -100, -100], "never within 4 years"),
        ({"secured_gbp": 5_000.0}, [0, -100, -100, -100, -100], "never within 4 years"),  # no more than the cost
    ],
)  # fmt: skip
def test_cash_flows_of_each_model(stated, flows, payback):
    found = paid(FundingRules(**stated))
    assert found.cash.loc["S1"].tolist() == pytest.approx(flows)
    assert found.sites.loc["S1", "payback"] == found.payback == payback
    assert found.years["net_gbp"].tolist() == pytest.approx(flows)


@pytest.mark.parametrize("model", ["sponsored", "pay-to-use", "concession"])
def test_a_model_without_its_figures_gives_no_cash_flow_and_names_what_is_missing(model):
    found = paid(FundingRules(model=model))
    assert found.payback == "not known"
    assert found.payback_year is None
    assert np.isnan(found.sites.loc["S1", "net_gbp"])
    assert found.missing
    assert found.cash.loc["S1", 0] <= 0  # what is spent is known


def test_what_uncounted_people_pay_is_not_known():
    stated = FundingRules(model="pay-to-use", take_up=0.1, price_gbp_per_year=30.0)
    assert paid(stated, residents=NAN).payback == "not known"


def test_renewal_and_later_phases_are_in_the_cash():
    found = paid(FundingRules(), sites=sites_of(1, capex=1_000.0, opex=0.0, phase=2.0), renewal_years=2, phase_years=1)
    assert found.cash.loc["S1"].tolist() == [0, -1_000, 0, -500, 0]


@pytest.mark.parametrize(
    ("stated", "capital", "renewal"),
    [
        ({"model": "council-funded"}, 1_000, 500),
        ({"model": "concession"}, 0, 0),
        ({"model": "concession", "concession_capital_share": 0.75}, 250, 125),
        ({"model": "concession", "concession_capital_share": 0.0}, 1_000, 500),
        ({"model": "mixed", "mixed": {"concession": 0.5}}, 500, 250),
        ({"model": "council-funded", "secured_gbp": 400.0}, 1_000, 500),  # a grant pays once, and for no renewal
    ],
)
def test_who_bought_the_equipment_renews_it(stated, capital, renewal):
    """£1,000 of equipment, half of it renewed in year 2 of 4; what a concessionaire bought it renews itself."""
    rules_of_funding = FundingRules(concession_fee_gbp_per_year=0.0, **stated)
    found = paid(rules_of_funding, sites=sites_of(1, capex=1_000.0, opex=0.0), renewal_years=2)
    grant = stated.get("secured_gbp", 0.0)
    assert found.years["capital_gbp"].tolist() == pytest.approx([-capital, 0, 0, 0, 0])
    assert found.years["renewal_gbp"].tolist() == pytest.approx([0, 0, -renewal, 0, 0])
    assert found.years["grant_gbp"].tolist() == pytest.approx([grant, 0, 0, 0, 0])
    assert found.cash.loc["S1"].tolist() == pytest.approx([grant - capital, 0, -renewal, 0, 0])


def test_each_kind_of_money_has_its_column_and_sites_are_added_up():
    """Two sites of £1,000 and £100 a year with a sponsor of £60 each; a grant pays a quarter."""
    stated = FundingRules(model="sponsored", sponsor_gbp_per_year=60.0, secured_gbp=500.0)
    found = paid(stated, sites=sites_of(2, capex=1_000.0, opex=100.0), renewal_years=3)
    years = found.years.set_index("year")
    assert years.index.tolist() == [0, 1, 2, 3, 4]
    assert years["capital_gbp"].tolist() == [-2_000, 0, 0, 0, 0]
    assert years["grant_gbp"].tolist() == [500, 0, 0, 0, 0]
    assert years["running_gbp"].tolist() == [0, -200, -200, -200, -200]
    assert years["renewal_gbp"].tolist() == [0, 0, 0, -1_000, 0]
    assert years["income_gbp"].tolist() == [0, 120, 120, 120, 120]
    assert years["net_gbp"].tolist() == [-1_500, -80, -80, -1_080, -80]
    assert years["cumulative_gbp"].tolist() == [-1_500, -1_580, -1_660, -2_740, -2_820]
    site = found.sites.loc["S2"]
    assert site[["capital_gbp", "grant_gbp", "council_capital_gbp"]].tolist() == [1_000, 250, 750]
    assert site[["running_gbp_per_year", "income_gbp_per_year", "net_gbp"]].tolist() == [100, 60, -1_410]
    assert found.by_model.to_dict("records") == [
        {"model": "sponsored", "sites": 2, "capital_gbp": 2_000, "council_capital_gbp": 1_500,
         "income_gbp_per_year": 120, "net_gbp": -2_820}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("phase_years", "flows", "running", "income"),
    [
        (1, [0, -1_000, 500, 500, -100], 100, 600),
        (2, [0, 0, -1_000, 500, 500], 100, 600),
        (4, [0, 0, 0, 0, -1_000], 0, 0),  # built in the last year: no year after it
        (9, [0, 0, 0, 0, -1_000], 0, 0),  # no later than that
    ],
)
def test_a_sponsor_pays_for_two_years_from_the_year_after_the_start(phase_years, flows, running, income):
    stated = FundingRules(model="sponsored", sponsor_gbp_per_year=600.0, sponsor_years=2)
    found = paid(stated, sites=sites_of(1, capex=1_000.0, opex=100.0, phase=2.0), phase_years=phase_years)
    assert found.cash.loc["S1"].tolist() == flows
    assert found.sites.loc["S1", ["running_gbp_per_year", "income_gbp_per_year"]].tolist() == [running, income]


def test_prices_of_another_year_are_brought_to_the_base_year():
    deflator = {"2016": 80.0, "2026": 100.0}
    found = paid(FundingRules(), costs_price_year=2016, price_base_year=2026, deflator=deflator)
    assert found.cash.loc["S1"].tolist() == [-1_250, -125, -125, -125, -125]
    assert found.external.programme_gbp == 1_250


def test_what_is_not_known_of_one_site_is_not_known_of_its_model_and_of_all():
    stated = FundingRules(model="pay-to-use", take_up=0.1, price_gbp_per_year=30.0, by_site={"S3": "council-funded"})
    found = paid(stated, sites=sites_of(3, capex=1_000.0, opex=100.0), residents=[100.0, NAN, NAN])
    assert found.sites["payback"].tolist() == ["never within 4 years", "not known", "never within 4 years"]
    models = found.by_model.set_index("model")
    assert models["income_gbp_per_year"].fillna(-1).to_dict() == {"council-funded": 0, "pay-to-use": -1}
    assert models["net_gbp"].fillna(-1).to_dict() == {"council-funded": -1_400, "pay-to-use": -1}
    assert models["sites"].to_dict() == {"council-funded": 1, "pay-to-use": 2}
    assert np.isnan(found.sites["net_gbp"]["S2"])
    assert (found.payback, found.payback_year) == ("not known", None)
    assert found.years["net_gbp"].isna().tolist() == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("stated", "missing"),
    [
        ({}, ()),
        ({"model": "sponsored"}, ("funding.sponsor_gbp_per_year",)),
        ({"model": "pay-to-use", "take_up": 0.1}, ("funding.price_gbp_per_year",)),
        ({"model": "pay-to-use"}, ("funding.take_up", "funding.price_gbp_per_year")),
        ({"model": "mixed", "mixed": {"concession": 0.2}}, ("funding.concession_fee_gbp_per_year",)),
        ({"model": "mixed", "mixed": {"concession": 0.0, "sponsored": 0.0}}, ()),  # no share of it, nothing needed
    ],
)
def test_keys_that_a_model_in_use_needs_are_named(stated, missing):
    assert paid(FundingRules(**stated)).missing == missing


def test_what_a_mixed_site_leaves_is_council_funded():
    stated = FundingRules(mixed={"sponsored": 0.5, "council-funded": 0.25})
    shares = model_shares(pd.Series(["mixed", "concession"], index=["S1", "S2"]), stated)
    assert shares.loc["S1"].to_dict() == {
        "council-funded": 0.5, "sponsored": 0.5, "pay-to-use": 0, "concession": 0
    }  # fmt: skip
    assert shares.loc["S2"].to_dict() == {"council-funded": 0, "sponsored": 0, "pay-to-use": 0, "concession": 1}


def test_payback_of_all_is_that_of_the_sum_and_is_given_in_words():
    """£1,000 back at £500 a year."""
    found = paid(FundingRules(model="sponsored", sponsor_gbp_per_year=600.0))
    assert (found.payback_year, found.sites["payback_year"].tolist()) == (2, [2])
    assert payback_words(np.array([-10.0, 1])) == "never within 1 year"
    assert payback_words(np.array([-10.0, 1, 1])) == "never within 2 years"
    assert payback_words(np.array([-10.0, NAN])) == "not known"


def test_a_site_goes_before_its_kind_and_its_kind_before_the_rest():
    stated = FundingRules(
        by_kind={"library": "concession"}, by_site={"S1": "sponsored"}, sponsor_gbp_per_year=1.0,
        concession_fee_gbp_per_year=1.0,
    )  # fmt: skip
    found = paid(stated, sites=sites_of(3, kinds=["library", "library", "market"]))
    assert found.sites["model"].tolist() == ["sponsored", "concession", "council-funded"]
    assert found.by_model["model"].tolist() == ["council-funded", "sponsored", "concession"]
    assert set(found.risks["model"]) == {"council-funded", "sponsored", "concession"}
    assert found.risks["score"].is_monotonic_decreasing


@rules
@given(st.lists(st.sampled_from(MODELS), min_size=1, max_size=6), st.floats(0, 0.5), st.floats(0, 0.5))
def test_every_site_is_paid_for_in_full_and_flows_add_up(models, sponsored, conceded):
    sites = sites_of(len(models), capex=1_000.0, opex=100.0)
    stated = FundingRules(
        by_site=dict(zip(sites.index, models, strict=True)), mixed={"sponsored": sponsored, "concession": conceded},
        sponsor_gbp_per_year=10.0, take_up=0.1, price_gbp_per_year=1.0, concession_fee_gbp_per_year=5.0,
        secured_gbp=300.0,
    )  # fmt: skip
    found = paid(stated, sites=sites)
    assert model_shares(found.sites["model"], stated).sum(axis=1).tolist() == pytest.approx([1.0] * len(models))
    parts = found.sites[["concession_capital_gbp", "grant_gbp", "council_capital_gbp"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(found.sites["capital_gbp"].tolist())
    assert found.cash.to_numpy().sum() == pytest.approx(found.years["net_gbp"].sum())
    assert found.sites["net_gbp"].sum() == pytest.approx(found.by_model["net_gbp"].sum())


@pytest.mark.parametrize(
    ("flows", "year"),
    [([-10, 10], 1), ([-10, 4, 4, 4], 3), ([0, 1], 0), ([-10, 9], NAN), ([-10, 20, -15, 6], 3), ([-10, 20, -15], NAN)],
)
def test_money_is_back_in_the_year_from_which_nothing_is_missing_any_more(flows, year):
    found = payback_year(np.array(flows, dtype=float))
    assert found == year or (np.isnan(found) and np.isnan(year))
    assert ("never within" in payback_words(np.array(flows, dtype=float))) == bool(np.isnan(year))


# --- from outside ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secured", "is_met", "missing"), [(0.0, False, 5e6), (4_999_999.0, False, 1.0), (5e6, True, 0.0)]
)
def test_thurrocks_five_of_fifteen_million_are_a_third_and_met_or_missed(secured, is_met, missing):
    stated = FundingRules(programme_gbp=15_710_000.0, external_gbp=5_000_000.0, secured_gbp=secured)
    found = external_share(stated, 15_710_000.0)
    assert round(100 * found.needed_share, 1) == 31.8
    assert (found.is_met, found.missing_gbp) == (is_met, missing)


@pytest.mark.parametrize(
    ("programme", "secured", "by_others", "needed_share", "found_share"),
    [
        (1_000.0, 100.0, 150.0, 0.5, 0.25),
        (1.0, 0.25, 0.0, 500.0, 0.25),
        (0.0, 100.0, 150.0, None, 0.0),  # nothing has no share
    ],
)
def test_shares_of_what_is_needed_and_found_are_of_the_programme(
    programme, secured, by_others, needed_share, found_share
):
    stated = FundingRules(programme_gbp=programme, external_gbp=500.0, secured_gbp=secured)
    found = external_share(stated, programme, capital_by_others_gbp=by_others)
    assert (found.programme_gbp, found.is_programme_stated, found.needed_gbp) == (programme, True, 500)
    assert (found.needed_share, found.found_share) == (needed_share, found_share)
    assert found.found_gbp == secured + by_others


@pytest.mark.parametrize(("capex", "grant"), [(1.0, 0.5), (0.0, 0.0)])
def test_a_grant_is_shared_out_by_capital_however_little_there_is(capex, grant):
    found = paid(FundingRules(secured_gbp=0.5), sites=sites_of(1, capex=capex, opex=0.0))
    assert found.sites.loc["S1", "grant_gbp"] == grant


@pytest.mark.parametrize(
    ("stated", "paid_gbp", "left_gbp"),
    [
        ({"secured_gbp": 600.0}, 600, 0),  # all of it, though one of the sites needs none
        ({"secured_gbp": 1_500.0}, 1_000, 500),  # more than the council pays
        ({"secured_gbp": 600.0, "programme_gbp": 6_000.0}, 120, 480),  # a fifth of what the council pays in all
        ({"secured_gbp": 600.0, "programme_gbp": 10.0}, 600, 0),  # a programme cheaper than its sites
        ({}, 0, 0),
    ],
)
def test_what_is_secured_is_what_is_paid_and_what_is_left(stated, paid_gbp, left_gbp):
    """Two sites of £1,000 each; a concessionaire bears the first."""
    terms = {"by_site": {"S1": "concession"}, "concession_fee_gbp_per_year": 0.0}
    found = paid(FundingRules(**terms, **stated), sites=sites_of(2, capex=1_000.0, opex=0.0))
    assert found.sites["grant_gbp"].tolist() == pytest.approx([0, paid_gbp])
    assert found.years["grant_gbp"].sum() == pytest.approx(paid_gbp)
    outside = found.external
    assert (outside.grant_paid_gbp, outside.grant_left_gbp) == pytest.approx((paid_gbp, left_gbp))


def test_what_a_concessionaire_bears_comes_from_outside_too():
    stated = FundingRules(model="concession", concession_fee_gbp_per_year=0.0, external_gbp=500.0)
    assert paid(stated).external.found_gbp == 1_000
    assert paid(stated).external.is_met is True


def test_a_target_that_was_not_asked_for_is_neither_met_nor_missed():
    found = paid(FundingRules()).external
    assert (found.needed_gbp, found.needed_share, found.is_met, found.missing_gbp) == (None, None, None, None)


def test_a_programme_that_is_larger_than_the_sites_shares_its_grant_out():
    found = paid(FundingRules(programme_gbp=10_000.0, secured_gbp=2_000.0))
    assert found.sites.loc["S1", "grant_gbp"] == pytest.approx(200.0)


def test_only_the_chosen_sites_have_a_subsidy_row_in_the_order_of_their_ranks():
    """Status is given of every candidate, in the order of their ids."""
    sites = sites_of(2, capex=1_000.0, opex=0.0).assign(rank=[2.0, 1.0])
    found = paid(FundingRules(), sites=sites, status=unknown(pd.Index(["S0", "S1", "S2", "S3"]))).subsidy
    assert found.index.tolist() == ["S2", "S1"]


# --- subsidy -----------------------------------------------------------------------------------------------------


def bduk(rows):
    frame = pd.DataFrame(rows, columns=["postcode", "status"], index=pd.Index(range(len(rows)), name="uprn"))
    return layers(layer("premises-status", frame, level="premises"))


def test_a_status_is_given_only_where_all_premises_of_the_postcode_share_it():
    candidates = pd.DataFrame({"postcode": ["AA1 1AA", "BB11BB", "CC11CC", ""]}, index=["S1", "S2", "S3", "S4"])
    given_rows = [("AA11AA", "white"), ("AA11AA", "white"), ("BB11BB", "white"), ("BB11BB", "grey/black")]
    found = subsidy_status(bduk(given_rows), candidates)
    assert found["bduk_status"].tolist() == ["white", "mixed", "not known", "not known"]
    assert found["bduk_white"].tolist()[:2] == [2, 1]
    assert "checked by UPRN" in found.loc["S1", "bduk_basis"]
    assert (subsidy_status(layers(), candidates)["bduk_status"] == "not known").all()


@pytest.mark.parametrize(
    ("status", "may"),
    [
        ("white", "yes"),
        ("grey/black", "no"),
        ("under review", "no"),
        ("mixed", "not known"),
        ("not known", "not known"),
    ],
)
def test_only_white_may_have_gigabit_subsidy(status, may):
    sites = sites_of(1)
    found = paid(FundingRules(), sites=sites, status=unknown(sites.index).assign(bduk_status=status))
    assert found.subsidy["may_have_gigabit_subsidy"].tolist() == [may]


@pytest.mark.parametrize(
    ("other", "within", "published"),
    [(98_700.0, "yes", "no"), (98_701.0, "yes", "yes"), (313_700.0, "yes", "yes"), (313_701.0, "no", "yes")],
)
def test_support_to_one_enterprise_is_compared_with_both_thresholds(other, within, published):
    """£1,000 of capital and three years of £100 count with what it had already; £315,000 and £100,000 are the edges."""
    found = paid(FundingRules(enterprise=(Enterprise(name="Nets", sites=("S1",), other_aid_gbp=other),))).subsidy
    assert found.loc["S1", ["within_minimal_assistance", "is_published"]].tolist() == [within, published]


def test_an_enterprise_whose_other_aid_is_not_known_is_not_within_the_limit():
    stated = FundingRules(enterprise=(Enterprise(name="Nets", sites=("S1",)),))
    assert paid(stated).subsidy.loc["S1", "within_minimal_assistance"] == "not known"
    assert paid(FundingRules()).subsidy.loc["S1", "within_minimal_assistance"] == "not known"


def test_sites_that_are_not_candidates_are_refused_all_at_once():
    stated = FundingRules(by_site={"S9": "sponsored"}, enterprise=(Enterprise(name="Nets", sites=("S8",)),))
    with pytest.raises(PlanFileError) as caught:
        paid(stated)
    assert [fault.value for fault in caught.value.faults] == ["S9", "S8"]
    assert {fault.code for fault in caught.value.faults} == {"UNKNOWN_SITE"}


# --- the sample --------------------------------------------------------------------------------------------------


def test_shares_of_the_investment_of_the_sample_sum_to_a_hundred_to_the_tenth():
    shares = sample_plan().sites["share_of_investment_pct"].dropna()
    assert (shares * 10).round().sum() == 1000
    assert len(shares) == len(sample_plan().funding.sites)


def test_every_chosen_site_of_the_sample_has_its_model_and_its_cash():
    plan = sample_plan()
    assert plan.sites.loc[plan.funding.sites.index, "funding_model"].tolist() == plan.funding.sites["model"].tolist()
    assert (plan.sites.loc[~plan.sites["selected"], "funding_model"] == "").all()
    assert plan.funding.cash.notna().all(axis=None)
    assert dataclasses.asdict(plan.funding.external)["is_programme_stated"] is False
