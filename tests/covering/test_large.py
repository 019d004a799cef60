"""Large cases: the bound counts every candidate, the pieces make up the whole, order changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
from scipy.spatial import cKDTree

from connected_place.coverage.covering.bounds import Prices, bound, core_bound, open_sites, pays_of, tightened
from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.large import pieces as siting_pieces
from connected_place.coverage.covering.large import prices as siting_prices
from connected_place.coverage.covering.large import search as siting_core
from connected_place.coverage.covering.large import windows as siting_windows
from connected_place.coverage.covering.large.pieces import split_pieces
from connected_place.coverage.covering.large.prices import price_of_penny, priced
from connected_place.coverage.covering.large.windows import by_windows
from connected_place.coverage.covering.problem import (
    NO_BUDGET_PENCE,
    chosen_value,
    groups_of,
    keeps,
    left_open,
    remainder,
)
from connected_place.coverage.covering.rules import demand_floor, sites_floor
from connected_place.coverage.covering.search import solve
from connected_place.coverage.covering.solution import best_choice
from connected_place.coverage.covering.start import greedy

from ..siting_worlds import drawn, sparse


def any_effort():
    return Effort()


def town(seed, *, sites=70, points=500, unit=False, rules=(), backup_share=0.0):
    """Points in five clusters on 4 km, candidates at some of them with a reach of 250 m."""
    random = np.random.default_rng(seed)
    middles = random.uniform(0, 4_000, (5, 2))
    places = middles[random.integers(0, 5, points)] + random.normal(0, 450, (points, 2))
    hosts = places[random.choice(points, sites, replace=False)]
    near = cKDTree(hosts).sparse_distance_matrix(cKDTree(places), 250, output_type="coo_matrix")
    covers = scipy.sparse.csr_array((np.ones(near.nnz), (near.row, near.col)), shape=(sites, points))
    costs = np.full(sites, 100.0) if unit else random.integers(2_600, 30_000, sites) / 100
    demand = np.round(random.gamma(2, 5, points), 2)
    return siting_case(covers, demand, costs, budget_gbp=12 * 100.0, rules=rules, backup_share=backup_share)


def ruled(seed):
    random = np.random.default_rng(seed)
    members, demand = random.random(500) < 0.2, np.ones(500)
    rules = [
        sites_floor(random.random(70) < 0.1, 2, points=500, where="in Tilbury"),
        demand_floor(members, demand, least_share=0.3, candidates=70, where="there"),
    ]
    return town(seed, rules=rules)


CASES = {
    "costs": town,
    "unit": lambda seed: town(seed, unit=True),
    "backup": lambda seed: town(seed, backup_share=0.3),
    "ruled": ruled,
}


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_the_way_for_large_cases_finds_what_one_model_finds(kind, seed):
    case = CASES[kind](seed)
    found = best_choice(case, core_from_sites=0, ties_to_sites=0)
    plain = solve(case.problem, case.terms, effort=any_effort())
    assert (found.status, plain.status) == ("optimal", "optimal")
    assert found.value == pytest.approx(plain.value, rel=1e-9)
    assert found.gap_share == 0


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rounds", "set_aside"), [(0, 0.1), (4, 0.1), (0, -1.0)])
def test_a_bound_from_a_few_candidates_counts_all_others(kind, seed, rounds, set_aside, monkeypatch):
    """With no rounds, or with all but the greedy choice set aside, the rest is looked at by price alone."""
    monkeypatch.setattr(siting_prices, "_ROUNDS_MOST", rounds)
    monkeypatch.setattr(siting_prices, "SET_ASIDE", set_aside)
    case = CASES[kind](seed)
    known = greedy(case.problem, case.terms)
    found, _ = priced(case.problem, case.terms, known, covered=0.0, effort=any_effort())
    best = solve(case.problem, case.terms, effort=any_effort()).value
    assert found.value >= best * (1 - 1e-9)


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_the_relaxation_of_half_the_candidates_bounds_the_whole(kind, seed):
    case = CASES[kind](seed)
    core = np.arange(70) % 2 == 0
    if kind == "ruled":
        core |= case.terms.sites.toarray()[0] > 0
    found = core_bound(case.problem, case.terms, core, effort=any_effort())
    assert found.value >= solve(case.problem, case.terms, effort=any_effort()).value * (1 - 1e-9)


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_steps_come_as_low_as_the_linear_relaxation(kind, seed):
    case = CASES[kind](seed)
    known = greedy(case.problem, case.terms)
    lowest = core_bound(case.problem, case.terms, ~case.terms.lock_out, effort=any_effort()).value
    found, at = priced(case.problem, case.terms, known, covered=lowest, effort=any_effort())
    assert lowest * (1 - 1e-9) <= found.value <= lowest * 1.0005
    again, _ = priced(case.problem, case.terms, known, covered=lowest, effort=any_effort(), begin=at)
    assert again.value <= found.value * (1 + 1e-9)


def test_steps_end_as_soon_as_they_prove_that_no_choice_keeps_the_rules(monkeypatch):
    """All demand is asked for, and the money is for a few sites: a bound below nothing is the proof."""
    steps, step = [], siting_prices._Game.step
    monkeypatch.setattr(siting_prices._Game, "step", lambda game, at: steps.append(game) or step(game, at))
    everything = demand_floor(np.ones(500), np.ones(500), least_share=1.0, candidates=70, where="there")
    case = town(0, rules=[everything])
    found, _ = priced(case.problem, case.terms, np.zeros(70, dtype=bool), covered=0.0, effort=any_effort())
    assert found.value < 0
    assert len(steps) < 1_000


@pytest.mark.parametrize("kind", CASES)
def test_any_prices_give_a_bound_and_what_it_fixes_the_best_choice_keeps(kind):
    case = CASES[kind](1)
    best = solve(case.problem, case.terms, effort=any_effort())
    random = np.random.default_rng(0)
    rules, cliques = np.minimum(0.0, random.normal(size=len(case.terms.least))), np.zeros(0)
    drawn_prices = Prices(
        groups=random.random(len(case.problem.demand)) * case.problem.demand, penny=0.0, rows=rules, cliques=cliques
    )
    penny = price_of_penny(case.terms, pays_of(case.problem, case.terms, drawn_prices))
    found = bound(case.problem, case.terms, replace(drawn_prices, penny=penny), built=np.zeros(70))
    steps, _ = priced(
        case.problem, case.terms, greedy(case.problem, case.terms), covered=best.value, effort=any_effort()
    )
    for each in [found, steps]:
        assert each.value >= best.value * (1 - 1e-9)
        may, must = open_sites(case.terms, each, best.value, noise=1e-6)
        assert may[best.chosen].all()
        assert best.chosen[must].all()


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize(("name", "value", "is_proven"), [("SEARCH_COVERS", 0, True), ("OPEN_MOST", -1, False)])
def test_the_ways_for_the_very_largest_cases_keep_the_rules_and_a_true_bound(kind, name, value, is_proven, monkeypatch):
    """Windows instead of one search; and no proof, because too many candidates are open."""
    monkeypatch.setattr(siting_core, name, value)
    case = CASES[kind](2)
    found = best_choice(case, core_from_sites=0, ties_to_sites=0)
    plain = solve(case.problem, case.terms, effort=any_effort())
    assert keeps(case.problem, case.terms, found.chosen)
    assert found.value <= plain.value * (1 + 1e-9) <= found.bound * (1 + 2e-9)
    if is_proven:
        assert found.status == "optimal"
        assert found.value == pytest.approx(plain.value, rel=1e-9)


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("sites", [1, 4, 200])
def test_windows_make_a_choice_no_worse_and_one_window_of_all_makes_it_best(kind, sites, monkeypatch):
    monkeypatch.setattr(siting_windows, "SITES", (sites,))
    monkeypatch.setattr(siting_windows, "_NODES_MOST", 10_000)
    case = CASES[kind](2)
    problem, terms = case.problem, case.terms
    best = solve(problem, terms, effort=any_effort())
    start = best.chosen if kind == "ruled" else greedy(problem, terms)
    found = by_windows(problem, terms, start, prices=problem.demand, effort=any_effort())
    assert keeps(problem, terms, found)
    assert chosen_value(problem, start) <= chosen_value(problem, found) <= best.value * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_open_is_the_same_case(seed):
    """Half of a choice locked: the best of what is left and what the locked cover is the best with these locks."""
    world = drawn(seed, sites_most=8)
    choices = world.choices()
    if not len(choices):
        return
    locked = choices[-1] & (np.arange(len(choices[-1])) % 2 == 0) | world.lock_in
    with_locks = [world.value(chosen) for chosen in choices if chosen[locked].all()]
    case = world.case
    small, fewer, free, base = left_open(case.problem, replace(case.terms, lock_in=locked))
    found = solve(small, fewer, effort=any_effort())
    assert found.value + base == pytest.approx(max(with_locks))
    whole = locked.copy()
    whole[free] = found.chosen
    assert world.keeps(whole)


@pytest.mark.parametrize("try_all", [0, 2, 10])
@pytest.mark.parametrize("states", [1, 3, 300_000])
@pytest.mark.parametrize("seed", range(12))
def test_pieces_put_together_reach_the_best_or_say_how_far_it_may_be(seed, states, try_all, monkeypatch):
    monkeypatch.setattr(siting_pieces, "TRY_ALL_SITES", try_all)
    monkeypatch.setattr(siting_pieces, "STATES_MOST", states)
    world = drawn(seed, sites_most=12, ruled=False)
    case, best = world.case, world.best()[0]
    start = chosen_value(case.problem, case.terms.lock_in)
    found = siting_pieces.by_pieces(
        case.problem,
        tightened(case.terms),
        penny=best / max(1, case.terms.budget_pence),
        covered=start,
        effort=any_effort(),
    )
    value = start if found.chosen is None else world.value(found.chosen)
    assert found.chosen is None or world.keeps(found.chosen)
    assert value <= best + 1e-6 <= found.bound + 2e-6
    if states == 300_000:
        assert value == pytest.approx(best)
        assert found.bound == pytest.approx(best)


def test_pieces_share_no_demand_and_no_spacing():
    """Sites 0 and 1 share a point, 2 and 3 a point that locked site 4 covers already."""
    covers = sparse([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 1], [0, 0, 0, 1, 0]])
    case = siting_case(covers, np.ones(5), np.ones(5), lock_in=np.arange(5) == 4)
    rest, base = remainder(case.problem, case.terms)
    assert base == 1
    assert [piece.sites.tolist() for piece in split_pieces(rest, case.terms)] == [[3], [0, 1]]


def test_a_choice_does_not_depend_on_the_order_of_points():
    case = town(4)
    order = np.random.default_rng(0).permutation(500)
    mixed = shuffled(4, order)
    one, other = best_choice(case, core_from_sites=0), best_choice(mixed, core_from_sites=0)
    assert one.chosen.tolist() == other.chosen.tolist()
    assert (one.covered, one.bound) == (other.covered, other.bound)


def shuffled(seed, order):
    """The town with its points in another order."""
    random = np.random.default_rng(seed)
    middles = random.uniform(0, 4_000, (5, 2))
    places = middles[random.integers(0, 5, 500)] + random.normal(0, 450, (500, 2))
    hosts = places[random.choice(500, 70, replace=False)]
    near = cKDTree(hosts).sparse_distance_matrix(cKDTree(places[order]), 250, output_type="coo_matrix")
    covers = scipy.sparse.csr_array((np.ones(near.nnz), (near.row, near.col)), shape=(70, 500))
    costs = random.integers(2_600, 30_000, 70) / 100
    return siting_case(covers, np.round(random.gamma(2, 5, 500), 2)[order], costs, budget_gbp=1_200.0)


def test_a_choice_does_not_depend_on_the_order_of_candidates_where_no_two_are_as_good():
    case = town(5)
    order = np.random.default_rng(0).permutation(70)
    mixed = siting_case(
        scipy.sparse.csr_array(case.problem.covers[order]),
        case.problem.demand,
        case.terms.costs_pence[order] / 100,
        budget_gbp=1_200.0,
    )
    one, other = best_choice(case), best_choice(mixed)
    assert one.is_first
    assert sorted(order[other.chosen].tolist()) == np.flatnonzero(one.chosen).tolist()


def test_points_with_equal_keys_but_other_candidates_stay_apart(monkeypatch):
    """Random numbers that are all 1: points with as many candidates share a key."""

    class Ones:
        def integers(self, low, high, *, size, dtype):
            return np.ones(size, dtype=dtype)

    monkeypatch.setattr(np.random, "default_rng", lambda seed: Ones())
    groups = groups_of(sparse([[1, 0, 1, 1], [0, 1, 0, 1]]), np.ones(4), counts=np.ones(4, dtype=bool))
    patterns = [tuple(column) for column in groups.covers.toarray().T]
    for at, start in enumerate(groups.starts):
        stop = groups.starts[at + 1] if at + 1 < len(groups.starts) else len(groups.points)
        for point in groups.points[start:stop]:
            assert patterns[at] == [(1, 0), (0, 1), (1, 0), (1, 1)][point]


@pytest.mark.parametrize(("budget_gbp", "usable_gbp"), [(250, 200), (199.99, 100), (1_000, 300), (None, 300)])
def test_money_that_no_choice_can_spend_is_left_out(budget_gbp, usable_gbp):
    """Three sites at £100 each."""
    case = siting_case(sparse(np.eye(3)), np.ones(3), np.full(3, 100.0), budget_gbp=budget_gbp)
    assert tightened(case.terms).budget_pence == 100 * usable_gbp
    assert budget_gbp is not None or case.terms.budget_pence == NO_BUDGET_PENCE


def test_a_choice_when_time_runs_out_still_tells_a_true_bound(monkeypatch):
    """No seconds for the proof: the rounded choice with the bound of the prices."""
    case = town(6, unit=True)
    monkeypatch.setattr(siting_core, "_closed", lambda stage, *, effort: stage)
    found = best_choice(case, core_from_sites=0)
    assert found.value <= solve(case.problem, case.terms, effort=any_effort()).value <= found.bound


@pytest.mark.parametrize("core_from_sites", [0, 1_000])
@pytest.mark.parametrize("kind", CASES)
def test_a_choice_to_begin_from_changes_no_proven_answer(kind, core_from_sites):
    """The start is the best choice of half the budget, every site (far too dear), or nothing."""
    case = CASES[kind](3)
    without = best_choice(case, core_from_sites=core_from_sites)
    starts = [np.ones(70, dtype=bool), np.zeros(70, dtype=bool)]
    if kind != "ruled":
        starts.append(best_choice(case.with_budget(600.0), core_from_sites=core_from_sites).chosen)
    for start in starts:
        found = best_choice(case, start=start, core_from_sites=core_from_sites)
        assert found.is_first
        assert found.chosen.tolist() == without.chosen.tolist()


@pytest.mark.parametrize("core_from_sites", [0, 1_000])
def test_the_starting_choice_is_given_if_there_is_no_time_for_a_better_one(core_from_sites):
    case = town(3)
    best = best_choice(case).chosen
    found = best_choice(case, start=best, effort=Effort.limited(work=0.0), core_from_sites=core_from_sites)
    assert found.chosen.tolist() == best.tolist()
