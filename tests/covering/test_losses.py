"""What a site is worth: an exact loss only with both proofs, else the two amounts between which it lies."""

import functools
import math

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.losses import losses_without
from connected_place.coverage.covering.solution import best_choice

from ..siting_worlds import sparse

SEEDS = (0, 1, 2)


def hard(seed, *, lock_in=()):
    """24 sites at random over 70 points, which seldom a first relaxation settles."""
    random = np.random.default_rng(seed)
    covers, demand = sparse(random.random((24, 70)) < 0.08), random.random(70)
    flags = np.isin(np.arange(24), lock_in)
    return siting_case(covers, demand, random.uniform(1, 3, 24), budget_gbp=15, lock_in=flags)


@functools.cache
def best_of(seed):
    return best_choice(hard(seed))


def lazy():
    """So little work that hardly any search ends with its proof."""
    return Effort.limited(work=0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_loss_that_is_not_proven_lies_between_its_two_amounts(seed):
    case = hard(seed)
    best = best_of(seed)
    proven, found = losses_without(case, best), losses_without(case, best, effort=lazy())
    known = best.chosen
    assert (found.low[known] <= proven.exact[known] + 1e-6).all()
    assert (found.high[known] >= proven.exact[known] - 1e-6).all()
    exact = ~np.isnan(found.exact)
    assert found.exact[exact].to_numpy() == pytest.approx(proven.exact[exact].to_numpy(), abs=1e-6)


def test_some_searches_end_without_their_proof_and_then_no_value_is_given():
    found = [losses_without(hard(seed), best_of(seed), effort=lazy()) for seed in SEEDS]
    assert any((np.isnan(each.exact) & ~np.isnan(each.high)).any() for each in found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("work", [0.0, 5.0])
def test_no_loss_of_a_site_without_a_lock_is_below_nothing(seed, work):
    """The choice too is only as good as the work allowed."""
    case = hard(seed)
    found = losses_without(case, best_choice(case, effort=Effort.limited(work=work)), effort=Effort.limited(work=work))
    for amounts in (found.exact, found.low, found.high):
        assert not (amounts < 0).any()


def test_a_locked_site_whose_money_would_cover_more_elsewhere_has_a_loss_below_nothing():
    """Two sites at £1 and £1 of money: the locked one covers 1, the other 5."""
    case = siting_case(
        sparse([[1, 0], [0, 1]]), np.array([1.0, 5.0]), np.ones(2), budget_gbp=1, lock_in=np.array([True, False])
    )
    found = losses_without(case, best_choice(case))
    assert found.exact.tolist() == pytest.approx([-4.0, np.nan], nan_ok=True)


def test_where_an_equal_site_can_step_in_nothing_is_lost():
    case = siting_case(sparse([[1, 0], [1, 0]]), np.array([3.0, 0.0]), np.ones(2), budget_gbp=1)
    found = losses_without(case, best_choice(case))
    assert found.exact[0] == found.low[0] == found.high[0] == 0.0


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_same_work_gives_the_same_answer_whatever_the_clock(seed, monkeypatch):
    """A computer a thousand times slower: the clock runs on, the answer is the same to the bit."""
    from connected_place.coverage.covering import effort

    case = hard(seed)

    def answer():
        found = best_choice(case, effort=Effort.limited(work=3.0, seconds=1e9))
        losses = losses_without(case, found, effort=Effort.limited(work=3.0, seconds=1e9))
        return found.chosen.tolist(), found.bound, losses.exact.tolist(), losses.low.tolist(), losses.high.tolist()

    first = answer()
    now = [0.0]

    def slow():
        now[0] += 1_000.0
        return now[0]

    monkeypatch.setattr(effort.time, "monotonic", slow)
    assert np.array_equal(np.array(first[4]), np.array(answer()[4]), equal_nan=True)
    assert answer()[:2] == first[:2]


def test_the_emergency_brake_is_named():
    found = best_choice(hard(0), effort=Effort.limited(work=math.inf, seconds=-1.0))
    assert found.status in ("time limit", "optimal")
