"""The sentences on money: what they say, and what they never say."""

import dataclasses

import pytest

from connected_place.coverage.delivery.who_pays import external_share
from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.benefits import Benefit
from connected_place.coverage.parameters.funding import FundingRules
from connected_place.maps.words import case_statements as told

from ..money_worlds import case_of, sites_of, vector
from ..small_places import sample_plan
from ..worlds import tiny as tiny_plan

GAIN = Benefit(key="gain", words="Journeys saved", quantity=1.0, unit_value_gbp=40_000.0)


@pytest.fixture(scope="module")
def tiny():
    return tiny_plan()


def with_case(plan, case):
    return dataclasses.replace(plan, case=case)


def test_councillors_see_the_ratio_its_largest_benefit_and_what_the_target_would_take(tiny):
    plan = with_case(tiny, case_of(sites_of(1), Appraisal(benefit=(GAIN,), optimism_bias=0.44)))
    said = " ".join(told.two_to_one_sentences(plan))
    assert "does not reach 2 to 1: each £1 brings benefits of £1.46" in said
    assert 'The largest benefit is "Journeys saved", 100.0 % of all benefits' in said
    assert (
        "benefits of £54,630 a year, £54,629.51 for each resident who might connect outdoors beyond existing free Wi-Fi"
        in said
    )
    assert ", against £40,000 in the plan" in said
    assert "136.6 % of its value" in said
    assert "not a pass/fail test" in said


def test_a_case_that_reaches_the_target_says_how_far_benefits_could_fall(tiny):
    rich = dataclasses.replace(GAIN, unit_value_gbp=80_000.0)
    said = " ".join(
        told.two_to_one_sentences(with_case(tiny, case_of(sites_of(1), Appraisal(benefit=(rich,), optimism_bias=0.44))))
    )
    assert "reaches 2 to 1: each £1 brings benefits of £2.93" in said
    assert "could fall to 68.3 % of its value" in said
    assert "would take benefits" not in said


def test_without_a_value_of_a_benefit_the_ratio_is_not_known_but_what_it_would_take_is(tiny):
    said = " ".join(told.two_to_one_sentences(with_case(tiny, vector(None))))
    assert "is not known" in said
    assert "£44,048 a year" in said
    assert "brings" not in said.removeprefix("Whether each £1 spent brings £2")


def test_a_programme_of_15_7_million_needs_benefits_of_31_4_million_for_two_to_one(tiny):
    stated = FundingRules(programme_gbp=15_710_000.0, external_gbp=5_000_000.0)
    plan = with_case(tiny, case_of(sites_of(1), Appraisal(), funding=stated))
    assert "programme of £15,710,000 would need benefits of £31,420,000" in " ".join(told.two_to_one_sentences(plan))
    outside = external_share(stated, 15_710_000.0)
    plan = dataclasses.replace(plan, funding=dataclasses.replace(plan.funding, external=outside))
    assert told.external_sentence(plan) == (
        "£5,000,000 of the programme (£15,710,000) must come from outside the council: 31.8 %. £0 (0.0 %) has been "
        "found, £5,000,000 short of the target."
    )


def test_the_case_states_what_it_leaves_out(tiny):
    silent = told.silence_sentences(tiny)
    assert any("Replacing equipment is left out" in sentence for sentence in silent)
    assert any("No price base year" in sentence for sentence in silent)
    sample = " ".join(told.silence_sentences(sample_plan()))
    assert "Less loneliness among older residents" in sample
    assert "Replacing" not in sample
    assert "the unweighted ratio is the headline" in sample


def test_payback_is_in_cash_and_an_unknown_date_or_benefit_is_not_invented(tiny):
    assert "does not get its money back within 10 years" in told.payback_sentence(tiny)
    assert "no start date" in told.delivery_sentence(tiny)
    assert told.delivery_sentence(sample_plan()).startswith("Delivery runs from 2027-04 to ")
    assert told.value_sentence(tiny).endswith("the value of its benefits is not known.")
    assert (
        "is poor value for money (Department for Transport, Value for Money Framework, updated in November 2024)"
        in told.value_sentence(sample_plan())
    )


def test_a_ratio_just_below_is_not_called_two_to_one():
    assert told.ratio_text(1.9999) == "just under 2 to 1"
    assert told.ratio_text(2.0) == "2 to 1"


def test_a_planners_own_words_are_put_on_one_line_without_invisible_characters(tiny):
    hostile = dataclasses.replace(GAIN, words="Gain\u202e\n<b>")
    said = " ".join(told.two_to_one_sentences(with_case(tiny, case_of(sites_of(1), Appraisal(benefit=(hostile,))))))
    assert "\u202e" not in said
    assert "\n" not in said
