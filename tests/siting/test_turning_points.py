"""The smallest change that turns a decision: each is made, and the site is chosen; just short of it, it is not."""

import functools

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.solution import best_choice
from connected_place.coverage.siting.turning_points import smallest_change
from connected_place.gis_data.errors import InfeasibleError

from ..siting_worlds import drawn, sparse


def small(seed, **terms):
    """At most six candidates of about £10: to the penny is then a thousand costs away, not a million."""
    return drawn(seed, sites_most=6, scale_gbp=10.0, **terms)


SEEDS = [seed for seed in range(30) if small(seed).best() is not None][:6]


@functools.cache
def changes(seed):
    """The best choice of a world, and the smallest change of each of its open sites."""
    world = small(seed)
    best = best_choice(world.case)
    return best, {site: smallest_change(world.case, best, site) for site in open_sites(world)}


def is_chosen(world, site):
    try:
        return bool(best_choice(world.case).chosen[site])
    except InfeasibleError:
        return False


def at_cost(world, site, cost_gbp):
    costs = world.costs_gbp.copy()
    costs[site] = cost_gbp
    return world.having(costs_gbp=costs)


def with_own_demand(world, site, more):
    """A further point that the site alone reaches."""
    point = np.zeros((len(world.costs_gbp), 1), dtype=bool)
    point[site] = True
    return world.having(covers=np.hstack([world.covers, point]), demand=np.append(world.demand, more))


def open_sites(world):
    return np.flatnonzero(~world.lock_in & ~world.lock_out).tolist()[:4]


@pytest.mark.parametrize("seed", SEEDS)
def test_at_the_stated_cost_the_site_is_chosen_and_a_penny_above_it_is_not(seed):
    world = small(seed)
    _, found = changes(seed)
    for site, change in found.items():
        if np.isnan(change.cost_gbp):
            assert not is_chosen(at_cost(world, site, 0.0), site)
            continue
        assert (change.cost_gbp >= world.costs_gbp[site]) == change.is_chosen
        assert is_chosen(at_cost(world, site, change.cost_gbp), site)
        assert not is_chosen(at_cost(world, site, round(change.cost_gbp + 0.01, 2)), site)


@pytest.mark.parametrize("seed", range(5))
def test_with_more_demand_than_stated_the_site_is_chosen_and_with_less_it_is_not(seed):
    world = small(seed, ruled=False)
    best = best_choice(world.case)
    for site in open_sites(world):
        change = smallest_change(world.case, best, site)
        if change.is_chosen or np.isnan(change.demand):
            continue
        assert is_chosen(with_own_demand(world, site, change.demand + 1e-3), site)
        if change.demand > 1e-3:
            assert not is_chosen(with_own_demand(world, site, change.demand - 1e-3), site)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lock_costs_what_the_best_choice_with_it_covers_less(seed):
    world = small(seed)
    best, found_changes = changes(seed)
    for site, change in found_changes.items():
        flags = (world.lock_out if change.is_chosen else world.lock_in).copy()
        flags[site] = True
        turned = world.having(lock_out=flags) if change.is_chosen else world.having(lock_in=flags)
        found = turned.best()
        if change.other is None:
            assert found is None
            continue
        assert found is not None
        assert change.loss == pytest.approx(best.value - found[0], abs=1e-6)
        assert turned.keeps(change.other.chosen)
        assert change.other.chosen[site] != change.is_chosen


@pytest.mark.parametrize("lock", ["lock_in", "lock_out"])
@pytest.mark.parametrize("seed", SEEDS[:4])
def test_a_lock_changes_nothing_of_what_the_site_would_cost_to_be_chosen_without_it(seed, lock):
    world = small(seed)
    for site, freely in changes(seed)[1].items():
        flags = getattr(world, lock).copy()
        flags[site] = True
        locked = world.having(**{lock: flags})
        if locked.best() is None:
            continue
        change = smallest_change(locked.case, best_choice(locked.case), site)
        assert change.is_chosen == (lock == "lock_in")
        assert change.is_chosen_freely == freely.is_chosen == freely.is_chosen_freely
        assert [change.cost_gbp, change.demand] == pytest.approx([freely.cost_gbp, freely.demand], nan_ok=True)


def test_a_site_that_only_its_lock_chooses_says_what_would_choose_it_without_the_lock():
    """The first covers 10 and the second 8, for £100 each out of £100: none is spared for what covers less."""
    case = siting_case(
        sparse(np.eye(2)), np.array([10.0, 8]), np.full(2, 100.0), budget_gbp=100, lock_in=np.array([False, True])
    )
    change = smallest_change(case, best_choice(case), 1)
    assert (change.is_chosen, change.is_chosen_freely, change.demand, change.loss) == (True, False, 2, -2)
    assert change.cost_gbp == 0  # beside the first, for nothing


def test_of_two_alike_the_second_is_chosen_once_it_is_a_penny_cheaper():
    """They cover the same for £100: the first is kept, by the rule for equals."""
    case = siting_case(sparse([[1], [1]]), np.array([5.0]), np.full(2, 100.0), budget_gbp=150)
    best = best_choice(case)
    assert best.chosen.tolist() == [True, False]
    assert smallest_change(case, best, 1).cost_gbp == 99.99
    assert smallest_change(case, best, 0).cost_gbp == 100.00


def test_a_chosen_site_may_lose_the_demand_that_the_next_best_does_not_make_up_for():
    """It alone covers 10 and the next covers 8: at a loss of more than 2 the other is taken."""
    case = siting_case(sparse(np.eye(2)), np.array([10.0, 8]), np.full(2, 100.0), budget_gbp=100)
    best = best_choice(case)
    assert smallest_change(case, best, 0).demand == 2
    for left, chosen in ((8.001, 0), (7.999, 1)):
        again = siting_case(sparse(np.eye(2)), np.array([left, 8]), np.full(2, 100.0), budget_gbp=100)
        assert np.flatnonzero(best_choice(again).chosen).tolist() == [chosen]


def test_what_covers_nothing_is_chosen_at_no_cost_and_what_the_budget_never_pays_by_no_lock():
    case = siting_case(sparse([[1], [0], [1]]), np.array([5.0]), np.array([100.0, 10, 500]), budget_gbp=150)
    best = best_choice(case)
    assert np.isnan(smallest_change(case, best, 1).cost_gbp)
    assert smallest_change(case, best, 1).demand == 0
    dear = smallest_change(case, best, 2)
    assert dear.other is None
    assert dear.cost_gbp == 99.99
