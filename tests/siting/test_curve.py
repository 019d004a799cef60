"""The curve of covered demand against budget: each step is the best for its budget, and says how sure that is."""

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.rules import sites_floor
from connected_place.coverage.covering.solution import best_choice
from connected_place.coverage.siting.curve import Curve, budget_curve, least_useful_gbp, round_budgets

from ..siting_worlds import drawn, sparse


def curve_of(case, **terms):
    """The curve with the plan's own choice in it."""
    own = case.terms.budget_pence / 100
    return budget_curve(case, {own: best_choice(case)}, **terms)


def four(budget_gbp=300, **terms):
    """Sites that cover 10, 8, 5 and nothing apart from one another, £100 each."""
    return siting_case(
        sparse([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]),
        np.array([10.0, 8, 5]),
        np.full(4, 100.0),
        budget_gbp=budget_gbp,
        **terms,
    )


@pytest.mark.parametrize("seed", range(40))
def test_every_step_is_the_best_there_is_for_its_budget(seed):
    """40 small cases with locks, floors, mosts, spacing and backup: each step as found by trying every choice."""
    world = drawn(seed)
    if world.best() is None:
        return
    for step in curve_of(world.case).steps:
        at_budget = world.having(budget_gbp=step.budget_gbp)
        best = at_budget.best()
        assert best is not None
        assert step.covered + step.backed_up == pytest.approx(best[0], abs=1e-6)
        assert step.bound == pytest.approx(best[0], abs=1e-6)
        assert at_budget.keeps(step.chosen)
        assert step.spent_gbp == at_budget.pence(step.chosen) / 100
        assert (step.status, step.gap_share) == ("optimal", pytest.approx(0, abs=1e-9))


@pytest.mark.parametrize("seed", range(20))
def test_budgets_rise_and_no_step_covers_less_than_the_one_before(seed):
    world = drawn(seed, ruled=False)
    steps = curve_of(world.case).steps
    budgets = [step.budget_gbp for step in steps]
    assert budgets == sorted(set(budgets))
    assert world.budget_gbp in budgets
    assert (np.diff([step.covered for step in steps]) >= -1e-9).all()
    assert (np.diff([step.bound for step in steps]) >= -1e-9).all()


def test_it_runs_from_the_least_useful_budget_to_what_covers_everything():
    """£100 buys the first site; £300 cover all three points, so that nothing dearer is shown."""
    steps = curve_of(four(budget_gbp=200)).steps
    assert steps[0].budget_gbp == 100
    assert [(step.budget_gbp, step.covered) for step in steps if step.budget_gbp in (100, 200, 300)] == [
        (100, 10),
        (200, 18),
        (300, 23),
    ]
    assert steps[-1].covered == 23
    assert steps[-2].covered < 23


def test_the_plans_own_choice_is_a_step_unchanged():
    case = four(budget_gbp=250)
    own = best_choice(case)
    step = budget_curve(case, {250.0: own}).at(250.0)
    assert step.chosen is own.chosen
    assert (step.spent_gbp, step.covered, step.bound) == (200, 18, 18)


def test_it_ends_at_twice_the_plans_budget():
    assert curve_of(four(budget_gbp=100)).steps[-1].budget_gbp == 200


def test_with_a_floor_it_begins_where_the_floor_can_be_kept():
    floor = sites_floor(np.array([False, True, True, False]), 2, points=3, where="in Tilbury")
    case = four(budget_gbp=300, rules=[floor])
    assert least_useful_gbp(case) == 200
    assert [step.covered for step in curve_of(case).steps if step.budget_gbp in (200, 300)] == [13, 23]


@pytest.mark.parametrize(("budget_gbp", "told"), [(0, [(0, 0)]), (49, [(49, 0)]), (50, [(50, 0), (100, 10)])])
def test_a_budget_that_buys_nothing_is_a_step_of_nothing(budget_gbp, told):
    """Twice £50 buys one site."""
    assert [(step.budget_gbp, step.covered) for step in curve_of(four(budget_gbp=budget_gbp)).steps] == told


def test_where_nothing_can_be_covered_the_plans_budget_is_the_only_step():
    case = siting_case(sparse(np.zeros((2, 3))), np.ones(3), np.ones(2), budget_gbp=10)
    assert [step.budget_gbp for step in curve_of(case).steps] == [10]


def test_a_step_whose_work_ran_out_says_so_and_keeps_its_bound():
    """No work at all: what is known is shown with the bound of the relaxation, or as the last one."""
    random = np.random.default_rng(7)
    case = siting_case(
        sparse(random.random((60, 200)) < 0.05), random.random(200), random.uniform(1, 3, 60), budget_gbp=20
    )
    steps = curve_of(case, effort=Effort.limited(work=0.0)).steps
    assert any(step.status == "work limit" for step in steps)
    for step in steps:
        assert step.bound >= step.covered
        assert (step.gap_share > 0) <= (step.status == "work limit")
    assert (np.diff([step.covered for step in steps]) >= -1e-9).all()


def test_a_budget_without_a_step_is_refused():
    with pytest.raises(KeyError):
        Curve(steps=()).at(5.0)


@pytest.mark.parametrize("most_gbp", [7, 999, 250_000, 476_200, 1_000_000, 12_345_678])
def test_round_budgets_are_few_and_evenly_spaced(most_gbp):
    budgets = round_budgets(0, most_gbp)
    assert 4 <= len(budgets) <= 10
    assert np.allclose(np.diff(budgets), budgets[0])
    assert budgets[-1] <= most_gbp < budgets[-1] + budgets[0] * 1.0001
