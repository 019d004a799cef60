"""The programme: both lists against one sum of money, what is left, and what must come from outside."""

import dataclasses

import pytest

from connected_place.coverage.parameters.funding import FundingRules
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.programme import ProgrammeMoney
from connected_place.coverage.programme import place_programme
from connected_place.maps.words import programme_statements

from ..small_places import sample_plan, sample_steps

PLACE = Place(name="Twoford", lad="E06000999")


def plan_with(**changes):
    """The sample with a programme; its lists cost £249,700 and £596,670 of £250,000 and £600,000."""
    plan = sample_plan()
    parameters = dataclasses.replace(plan.parameters, programme=ProgrammeMoney(**changes))
    found = place_programme(plan.shortlist, plan.lines, parameters)
    return dataclasses.replace(plan, parameters=parameters, programme=found)


def test_without_a_programme_there_is_none_and_no_word_of_it():
    work = sample_steps()
    assert place_programme(work.siting.shortlist, work.lines, Parameters(place=PLACE)) is None
    assert programme_statements.programme_sentences(dataclasses.replace(sample_plan(), programme=None)) == ()


def test_what_is_bought_and_left_is_the_capital():
    plan = plan_with(capital_gbp=15_710_000.0, external_gbp=5_000_000.0)
    found = plan.programme
    assert found.bought_gbp == pytest.approx(
        plan.shortlist.spent_gbp + plan.lines.interventions.query("is_paid")["cost_gbp"].sum()
    )
    assert found.bought_gbp + found.left_gbp == 15_710_000
    spent, outside = programme_statements.programme_sentences(plan)
    assert spent.startswith("Of the programme's £15,710,000 the plan spends £") and "is in neither budget" in spent
    assert (
        "£5,000,000 of the programme's capital must come from outside the council, from whom is not known; £60,000"
        in outside
    )
    assert "£4,940,000 is still to be found. Without the rest the programme has £10,770,000, enough" in outside


def test_outside_money_that_is_not_agreed_leaves_a_plan_short():
    (_, outside) = programme_statements.programme_sentences(
        plan_with(capital_gbp=900_000.0, external_gbp=800_000.0, external_from="a lottery")
    )
    assert "from a lottery; £60,000 of it is agreed" in outside and "less than the plan spends" in outside


def test_lists_that_cost_more_than_the_programme_are_not_refused_but_it_is_said():
    """A question with another budget is answered; the pages say by how much the money is overspent."""
    (spent, _) = programme_statements.programme_sentences(plan_with(capital_gbp=500_000.0))
    assert "more than it has: lower sites.budget_gbp or lines.budget_gbp." in spent


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"programme": ProgrammeMoney(capital_gbp=300_000.0)}, ""),
        ({"programme": ProgrammeMoney(external_gbp=1.0)}, "PROGRAMME_EXTERNAL"),
        (
            {"programme": ProgrammeMoney(capital_gbp=300_000.0), "funding": FundingRules(programme_gbp=400_000.0)},
            "PROGRAMME_TWICE",
        ),
    ],
)
def test_money_that_does_not_add_up_is_refused(changes, code):
    assert [fault.code for fault in Parameters(place=PLACE, **changes).faults()] == [code] * bool(code)


def test_what_must_come_from_outside_is_the_programmes_unless_funding_states_its_own():
    """The two tables never contradict each other: £5m of £15.71m, or what [funding] says of the sites."""
    whole = ProgrammeMoney(capital_gbp=15_710_000.0, external_gbp=5_000_000.0)
    found = Parameters(place=PLACE, programme=whole).money_from_outside
    assert (found.programme_gbp, found.external_gbp) == (15_710_000.0, 5_000_000.0)
    own = FundingRules(external_gbp=75_000.0)
    assert Parameters(place=PLACE, programme=whole, funding=own).money_from_outside == own
    assert Parameters(place=PLACE).money_from_outside == FundingRules()
