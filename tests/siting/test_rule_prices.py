"""The price of a rule, a loss without a site, a rival: each is the difference of two choices, tried one by one."""

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.losses import losses_without
from connected_place.coverage.covering.rules import spacing
from connected_place.coverage.covering.solution import best_choice
from connected_place.coverage.siting.rule_prices import rule_prices
from connected_place.coverage.siting.site_rivals import most_shared, rivals, too_near_to

from ..siting_worlds import drawn, sparse

SEEDS = [seed for seed in range(40) if drawn(seed, shared=True).best() is not None][:10]


def prices_of(world, best):
    none = np.zeros_like(world.lock_out)
    found = rule_prices(world.case, best, words={}, no_line=none, lock_out=world.lock_out, effort=Effort())
    return {item.name: item for item in found}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rule_costs_what_the_best_choice_without_it_covers_more(seed):
    """Every rule of a small case left out in turn, and every choice tried."""
    world = drawn(seed, shared=True)
    best = best_choice(world.case)
    found = prices_of(world, best)
    names = {rule.name for rule in world.rules}
    without = {name: world.having(rules=tuple(rule for rule in world.rules if rule.name != name)) for name in names}
    if world.lock_in.any():
        without["sites.lock_in"] = world.having(lock_in=np.zeros_like(world.lock_in))
    if world.lock_out.any():
        without["sites.lock_out"] = world.having(lock_out=np.zeros_like(world.lock_out))
    assert found.keys() == without.keys()
    for name, free in without.items():
        most = free.best()
        assert most is not None
        assert found[name].price == pytest.approx(most[0] - best.value, abs=1e-6)
        assert found[name].price_most == pytest.approx(found[name].price, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_site_is_missed_by_what_the_best_choice_without_it_covers_less(seed):
    world = drawn(seed, shared=True)
    best = best_choice(world.case)
    losses = losses_without(world.case, best)
    for site, loss in enumerate(losses.exact):
        lock_out, lock_in = world.lock_out.copy(), world.lock_in.copy()
        lock_out[site], lock_in[site] = True, False
        without = world.having(lock_out=lock_out, lock_in=lock_in).best()
        if not best.chosen[site] or without is None:
            assert np.isnan(loss)
        else:
            assert loss == pytest.approx(best.value - without[0], abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rival_is_the_exchange_that_loses_least_of_those_that_keep_every_rule(seed):
    world = drawn(seed, shared=True)
    best = best_choice(world.case)
    found = rivals(world.case, best.chosen)
    for site in range(len(best.chosen)):
        others = np.flatnonzero(best.chosen != best.chosen[site])
        losses = {}
        for other in others.tolist():
            swapped = best.chosen.copy()
            swapped[[site, other]] = ~swapped[[site, other]]
            if world.keeps(swapped):
                losses[other] = best.value - world.value(swapped)
        if not losses:
            assert found.rival[site] == -1
            assert np.isnan(found.loss[site])
        else:
            assert found.loss[site] == pytest.approx(min(losses.values()), abs=1e-6)
            assert losses[found.rival[site]] == pytest.approx(min(losses.values()), abs=1e-6)


def test_the_one_that_shares_most_and_the_one_that_is_too_near_are_named():
    """Site 0 covers all, 1 and 2 parts of it; 3 covers something else, 40 m from 1."""
    covers = sparse([[1, 1, 1, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]])
    near = spacing(np.array([[0.0, 0], [900, 0], [500, 0], [940, 0]]), spacing_m=50, points=4)
    case = siting_case(covers, np.ones(4), np.ones(4), budget_gbp=4, rules=[near])
    assert most_shared(case, np.array([True, False, True, True])).tolist() == [2, 0, 0, -1]
    assert too_near_to(case, np.array([True, False, False, True])).tolist() == [-1, 3, -1, -1]
