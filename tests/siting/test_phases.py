"""Phases: what is chosen early stays, and the price of that is the difference from the best choices alone."""

import itertools

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.rules import sites_floor
from connected_place.coverage.siting.phases import in_phases, phase_budgets, phase_of_sites
from connected_place.gis_data.errors import InfeasibleError, PlanFileError

from ..siting_worlds import drawn, sparse


def phases_of(case, budgets, *, begin="first"):
    return in_phases(case, budgets, begin=begin, effort=Effort())


def trap(budget_gbp=300):
    """One dear site covers 10 for £200, two cheap ones 6 each for £150: £200 buys the dear one, £300 the others."""
    return siting_case(sparse(np.eye(3)), np.array([10.0, 6, 6]), np.array([200.0, 150, 150]), budget_gbp=budget_gbp)


def test_what_an_early_phase_chose_stays_and_costs_what_the_best_choice_covers_more():
    first, last = phases_of(trap(), (200, 300))
    assert [np.flatnonzero(phase.choice.chosen).tolist() for phase in (first, last)] == [[0], [0]]
    assert [phase.price for phase in (first, last)] == [0, 2]  # 6 + 6 against 10
    assert np.flatnonzero(last.alone.chosen).tolist() == [1, 2]


def test_from_the_last_the_whole_is_best_and_the_early_part_pays():
    first, last = phases_of(trap(), (200, 300), begin="last")
    assert [np.flatnonzero(phase.choice.chosen).tolist() for phase in (first, last)] == [[1], [1, 2]]
    assert [phase.price for phase in (first, last)] == [4, 0]


def test_each_site_has_the_phase_that_it_is_built_in():
    found = phases_of(trap(), (200, 300), begin="last")
    assert phase_of_sites(found).tolist()[1:] == [1, 2]
    assert np.isnan(phase_of_sites(found)[0])


def test_one_phase_is_the_best_choice():
    (only,) = phases_of(trap(), (300,))
    assert only.choice is only.alone
    assert (only.price, only.number, only.choice.covered) == (0, 1, 12)


@pytest.mark.parametrize("begin", ["first", "last"])
@pytest.mark.parametrize("seed", range(10))
def test_phases_are_nested_and_each_is_the_best_that_can_be(begin, seed):
    """Small cases with locks, each phase against every choice that includes the one before (or is in the one after)."""
    world = drawn(seed, ruled=False)
    budgets = tuple(sorted({round(share * world.budget_gbp, 2) for share in (0.4, 0.7, 1.0)}))
    locked = float(world.costs_gbp[world.lock_in].sum())
    if locked > budgets[0]:
        return
    found = phases_of(world.case, budgets, begin=begin)
    assert [phase.budget_gbp for phase in found] == list(budgets)
    for earlier, later in itertools.pairwise(found):
        assert not (earlier.choice.chosen & ~later.choice.chosen).any()
    for number, phase in enumerate(found):
        here = world.having(budget_gbp=phase.budget_gbp)
        if begin == "last" and number + 1 < len(found):
            here = here.having(lock_in=np.zeros_like(world.lock_in))
            bound = here.having(lock_out=~found[number + 1].choice.chosen)
        elif begin == "first" and number:
            bound = here.having(lock_in=world.lock_in | found[number - 1].choice.chosen)
        else:
            bound = here
        best, nested = here.best(), bound.best()
        assert best is not None
        assert nested is not None
        assert phase.choice.value == pytest.approx(nested[0], abs=1e-6)
        assert world.pence(phase.choice.chosen) == nested[1]
        assert phase.price == pytest.approx(best[0] - nested[0], abs=1e-6)
        assert phase.price_most == pytest.approx(phase.price, abs=1e-6)


def test_a_phase_that_cannot_keep_a_floor_is_named_with_what_would_do():
    """Two sites in Tilbury cost £300; the first phase has £200."""
    floor = sites_floor(np.array([False, True, True]), 2, points=3, where="in Tilbury")
    case = siting_case(
        sparse(np.eye(3)), np.array([10.0, 6, 6]), np.array([200.0, 150, 150]), budget_gbp=300, rules=[floor]
    )
    with pytest.raises(InfeasibleError) as caught:
        phases_of(case, (200, 300))
    first = caught.value.faults[0]
    assert first.column == "sites.phases"
    assert first.message.startswith(
        "Phase 1 of 2 (£200): No choice satisfies all of these rules: a budget of £200; at least 2 sites"
    )
    assert first.remedy.startswith("Raise the budget to at least £300.00;")
    assert 'phases_from = "last"' in first.remedy
    assert [phase.choice.covered for phase in phases_of(case, (200, 300), begin="last")] == [6, 12]


@pytest.mark.parametrize(
    ("phases", "codes"),
    [
        ((100, 50), ["PHASES_FALL"]),
        ((100, 100), ["PHASES_FALL"]),
        ((400,), ["PHASE_OVER_BUDGET"]),
        ((400, 50), ["PHASES_FALL", "PHASE_OVER_BUDGET"]),
    ],
)
def test_phases_that_fall_or_go_over_the_budget_are_refused_all_at_once(phases, codes):
    with pytest.raises(PlanFileError) as caught:
        phase_budgets(300, phases)
    assert [fault.code for fault in caught.value.faults] == codes
