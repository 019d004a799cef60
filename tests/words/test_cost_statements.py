"""The sentences on what a business case rests on."""

import dataclasses

import pytest

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit, UseFactors
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.maps.words import case_statements, cost_statements

from ..money_worlds import case_of, sites_of
from ..worlds import tiny as tiny_plan

GAIN = Benefit(key="gain", quantity="residents", unit_value_gbp=40_000.0)


@pytest.fixture(scope="module")
def tiny():
    return tiny_plan()


def said(plan, stated, funding=None):
    parameters = dataclasses.replace(plan.parameters, appraisal=stated)
    case = case_of(sites_of(1), stated, funding=funding)
    return dataclasses.replace(plan, parameters=parameters, case=case)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({}, "plan.toml does not say whether costs include VAT."),
        ({"vat": "excluded"}, "Costs are without VAT."),
        (
            {"vat": "included", "price_base_year": 2026, "costs_price_year": 2024, "deflator_source": "the Treasury",
             "deflator": {"2024": 1.0, "2026": 1.0}},
            "Costs include VAT. They were given in 2024 prices and converted to those of 2026 by a price index (the "
            "Treasury).",
        ),
        ({}, "the upper bounds, because no quotes or contract are named"),
        ({"mitigated": 0.5, "bias_evidence": "three quotes"}, "less than the upper bounds because of three quotes"),
        ({}, "grants are public money and count as no benefit"),
        ({"benefit": (GAIN,)}, "what share of the people within reach use the Wi-Fi: every one of them is counted."),
        ({"benefit": (GAIN,), "use": UseFactors(take_up=0.02, source="a survey")}, "2.0 % of the people within reach"),
        ({"benefit": (GAIN,)}, "does not say how much of the use would have been over mobile data or other Wi-Fi"),
        ({"benefit": (GAIN,), "use": UseFactors(mobile_data=0.6, source="a survey")}, "40.0 % of the use is new"),
        (
            {"benefit": (dataclasses.replace(GAIN, quantity="user_days"),)},
            "How many people will use the sites in a day is not known, so user-days are not valued.",
        ),
    ],
)  # fmt: skip
def test_what_is_stated_is_said_and_so_is_what_is_not(tiny, terms, words):
    assert words in " ".join(cost_statements.cost_sentences(said(tiny, Appraisal(**terms))))


def test_private_money_is_said_with_its_side_and_what_the_council_receives(tiny):
    paid = FundingRules(model="concession", concession_capital_share=0.0, concession_fee_gbp_per_year=10.0)
    words = " ".join(cost_statements.cost_sentences(said(tiny, Appraisal(benefit=(GAIN,)), paid)))
    assert "which is taken off the benefits, and the £83 that the council receives is taken off its costs" in words
    assert "Left out because plan.toml gives no figure: Revenue of the concessionaire." in words


def test_without_a_net_public_cost_there_is_no_ratio_and_the_reason_is_said(tiny):
    paid = FundingRules(model="concession", concession_fee_gbp_per_year=10.0)
    plan = said(tiny, Appraisal(benefit=(GAIN,)), paid)
    assert case_statements.value_sentence(plan).endswith("so there is no net cost to divide by.")
    assert case_statements.two_to_one_sentences(plan)[0] == case_statements.NO_NET_PUBLIC_COST
