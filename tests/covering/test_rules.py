"""Floors, mosts, spacing and backup: proven against every possible choice, on both ways to solve a case."""

import numpy as np
import pytest

from connected_place.coverage.covering.case import siting_case
from connected_place.coverage.covering.conflicts import least_budget_gbp
from connected_place.coverage.covering.rules import (
    covered_share_floor,
    demand_floor,
    sites_at_most,
    sites_floor,
    spacing,
)
from connected_place.coverage.covering.solution import best_choice, cheapest_choice, near_choice
from connected_place.gis_data.errors import InfeasibleError

from ..siting_worlds import drawn, sparse

AT_ONCE, BY_CORE = 10_000, 0
CASES = {AT_ONCE: 100, BY_CORE: 50}
"""How many are drawn: one model is quick, and steps are slow for what is so small."""


def outcome(world, *, core_from_sites):
    """(value, pence, keeps the rules, status) of the choice; None where there is none."""
    try:
        found = best_choice(world.case, core_from_sites=core_from_sites)
    except InfeasibleError as error:
        assert {fault.code for fault in error.faults} == {"RULES_CLASH"}
        return None
    assert found.bound >= found.value
    return found.value, world.pence(found.chosen), world.keeps(found.chosen), found.status


@pytest.mark.parametrize("core_from_sites", [AT_ONCE, BY_CORE])
@pytest.mark.parametrize("ruled", [True, False])
def test_no_choice_that_keeps_the_rules_covers_more_or_costs_less(core_from_sites, ruled):
    """Small cases: value, pence, rules and status as found by trying every choice."""
    wrong = []
    for seed in range(CASES[core_from_sites]):
        world = drawn(seed, ruled=ruled)
        best, found = world.best(), outcome(world, core_from_sites=core_from_sites)
        if best is None or found is None:
            same = best is None and found is None
        else:
            same = abs(found[0] - best[0]) <= 1e-6 and found[1:] == (best[1], True, "optimal")
        if not same:
            wrong.append((seed, best, found))
    assert wrong == []


def test_100_cases_of_up_to_16_candidates_agree_with_all_their_choices():
    """Costs in pence, locks, floors of wards and of the most deprived, mosts, spacing and backup: value and pence."""
    wrong, none, shared = [], 0, 0
    for seed in range(1_000, 1_100):
        world = drawn(seed, sites_most=16, shared=True)
        best, found = world.best(), outcome(world, core_from_sites=AT_ONCE)
        none += best is None
        shared += any(rule.name == "sites.deprived_share" for rule in world.rules)
        if best is None or found is None:
            same = best is None and found is None
        else:
            same = abs(found[0] - best[0]) <= 1e-6 and found[1:] == (best[1], True, "optimal")
        if not same:
            wrong.append((seed, best, found))
    assert wrong == []
    assert none > 5
    assert shared > 50


@pytest.mark.parametrize("seed", range(60))
def test_a_choice_found_from_one_that_is_known_is_as_good_as_one_found_from_nothing(seed):
    """From the best choice without the rules, from nothing, and from a bound of the same case."""
    world = drawn(seed, shared=True)
    best, free = world.best(), best_choice(world.having(rules=()).case)
    for known in ([free.chosen], []):
        found = near_choice(world.case, known)
        assert (found is None) == (best is None)
        if found is not None and best is not None:
            assert found.value == pytest.approx(best[0], abs=1e-6)
            assert found.bound == pytest.approx(best[0], abs=1e-6)
            assert world.keeps(found.chosen)
            assert found.status == "optimal"


@pytest.mark.parametrize("core_from_sites", [AT_ONCE, BY_CORE])
def test_of_equally_good_choices_the_cheapest_with_the_first_candidates_is_given(core_from_sites):
    """40 cases of whole demands and few costs, where many choices tie."""
    wrong = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        covers = random.random((8, 6)) < 0.35
        demand, costs = random.integers(1, 3, 6).astype(float), random.integers(1, 3, 8).astype(float)
        case = siting_case(sparse(covers), demand, costs, budget_gbp=4)
        found = best_choice(case, core_from_sites=core_from_sites)
        flags = [np.array(row, dtype=bool) for row in np.ndindex(*[2] * 8)]
        kept = [row for row in flags if costs[row].sum() <= 4]
        first = max(kept, key=lambda row: (demand[covers[row].any(axis=0)].sum(), -costs[row].sum(), row.tolist()))
        if found.chosen.tolist() != first.tolist() or not found.is_first:
            wrong.append((seed, first.nonzero()[0], found.chosen.nonzero()[0]))
    assert wrong == []


# --- each rule once ------------------------------------------------------------------------------------------


DEMAND = np.array([10.0, 8, 5])


def three(**terms):
    """Sites that cover 10, 8 and 5 apart from one another, £100 each; £200 to spend unless stated."""
    return siting_case(sparse(np.eye(3)), np.array([10.0, 8, 5]), np.full(3, 100.0), **({"budget_gbp": 200} | terms))


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        (sites_at_most(1, candidates=3, points=3), [0]),
        (sites_floor(np.array([False, False, True]), 1, points=3, where="in Tilbury"), [0, 2]),
        (sites_floor(np.array([False, True, True]), 2, points=3, where="in Tilbury"), [1, 2]),
        (
            demand_floor(np.array([0, 1, 1]), np.array([10.0, 8, 5]), least_share=0.6, candidates=3, where="there"),
            [0, 1],
        ),
        (
            demand_floor(np.array([0, 1, 1]), np.array([10.0, 8, 5]), least_share=0.7, candidates=3, where="there"),
            [1, 2],
        ),
        (covered_share_floor(np.array([0, 1, 1]), DEMAND, least_share=0.5, candidates=3, where="there"), [1, 2]),
        (covered_share_floor(np.array([0, 1, 1]), DEMAND, least_share=0.4, candidates=3, where="there"), [0, 1]),
        (covered_share_floor(np.array([1, 0, 0]), DEMAND, least_share=0.6, candidates=3, where="there"), [0, 2]),
        (spacing(np.array([[0.0, 0], [49, 0], [500, 0]]), spacing_m=50, points=3), [0, 2]),
        (spacing(np.array([[0.0, 0], [50, 0], [500, 0]]), spacing_m=50, points=3), [0, 1]),  # just as far: allowed
    ],
)
@pytest.mark.parametrize("core_from_sites", [AT_ONCE, BY_CORE])
def test_a_rule_is_kept(rule, chosen, core_from_sites):
    found = best_choice(three(rules=[rule]), core_from_sites=core_from_sites)
    assert np.flatnonzero(found.chosen).tolist() == chosen


@pytest.mark.parametrize(("share", "chosen", "backed_up"), [(0.0, [0, 2], 0), (0.4, [0, 2], 0), (0.6, [0, 1], 6)])
def test_a_second_cover_is_worth_its_share(share, chosen, backed_up):
    """Sites 0 and 1 both cover the 10, site 2 covers 5: a second cover wins once it is worth more than 5."""
    case = siting_case(
        sparse([[1, 0], [1, 0], [0, 1]]), np.array([10.0, 5]), np.ones(3), budget_gbp=2, backup_share=share
    )
    found = best_choice(case)
    assert np.flatnonzero(found.chosen).tolist() == chosen
    assert (found.covered, found.backed_up, found.gap_share) == (15 - backed_up / 1.2, backed_up, 0)


@pytest.mark.parametrize("seed", range(30))
def test_every_pair_too_close_is_in_a_row_and_no_other_pair_is(seed):
    places = np.random.default_rng(seed).random((12, 2)) * 100
    rows = spacing(places, spacing_m=35, points=1).sites.toarray()
    together = (rows.T @ rows > 0) & ~np.eye(12, dtype=bool)
    distances = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert (together == ((distances < 35) & ~np.eye(12, dtype=bool))).all()


# --- least cost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("target_share", [0.5, 1.0])
def test_no_cheaper_choice_and_no_fewer_sites_reach_the_target(seed, target_share):
    world = drawn(seed, ruled=False)
    case = siting_case(sparse(world.covers), world.demand, world.costs_gbp)
    flags = [np.array(row, dtype=bool) for row in np.ndindex(*[2] * len(world.costs_gbp))]
    most = max(world.value(row) for row in flags)
    enough = [row for row in flags if world.value(row) >= target_share * most - 1e-6]
    cheapest = cheapest_choice(case, target_share=target_share)
    fewest = cheapest_choice(case, target_share=target_share, count_sites=True)
    assert world.pence(cheapest.chosen) == min(map(world.pence, enough))
    assert fewest.chosen.sum() == min(row.sum() for row in enough)
    assert min(cheapest.covered, fewest.covered) >= target_share * most - 1e-6


# --- rules that clash ----------------------------------------------------------------------------------------

TILBURY = sites_floor(np.array([False, True, True]), 2, points=3, where="in Tilbury")
REMOVE_IT = "Remove this rule: the others can then be satisfied."


def _raise_to(amount):
    return f"Raise the budget to at least {amount}; the other rules can then be satisfied."


def _at_most(most):
    return f"Ask for at most {most}; more cannot be met along with the other rules."


def test_rules_that_clash_are_named_with_what_would_do():
    """Two sites in Tilbury cost £200; the cap of three sites has no part in it."""
    case = three(budget_gbp=150, rules=[sites_at_most(3, candidates=3, points=3), TILBURY])
    with pytest.raises(InfeasibleError) as caught:
        best_choice(case)
    found = [(fault.column, fault.message, fault.remedy) for fault in caught.value.faults]
    assert found == [
        (
            "sites.budget_gbp",
            "No choice satisfies all of these rules: a budget of £150; at least 2 sites in Tilbury.",
            _raise_to("£200.00"),
        ),
        (
            "sites.ward_floor",
            "No choice satisfies all of these rules: at least 2 sites in Tilbury; a budget of £150.",
            _at_most("1"),
        ),
    ]
    assert least_budget_gbp(case) == 200


@pytest.mark.parametrize(
    ("terms", "columns", "remedies"),
    [
        (
            {"rules": [sites_at_most(1, candidates=3, points=3), TILBURY]},
            ["sites.at_most", "sites.ward_floor"],
            ["Allow at least 2; the other rules can then be satisfied.", _at_most("1")],
        ),
        (
            {"lock_out": np.array([False, True, False]), "rules": [TILBURY]},
            ["sites.lock_out", "sites.ward_floor"],
            [REMOVE_IT, _at_most("1")],
        ),
        (
            {
                "budget_gbp": 100,
                "rules": [
                    demand_floor(np.ones(3), np.array([10.0, 8, 5]), least_share=0.9, candidates=3, where="here")
                ],
            },
            ["sites.budget_gbp", "sites.demand_floor"],
            [_raise_to("£300.00"), _at_most("43.5%")],
        ),
        (
            {"rules": [sites_floor(np.array([False, True, True]), 3, points=3, where="in Tilbury")]},
            ["sites.ward_floor"],
            [_at_most("2")],
        ),
        (
            {
                "lock_in": np.array([True, False, False]),
                "rules": [
                    covered_share_floor(np.array([0, 1, 1]), DEMAND, least_share=0.5, candidates=3, where="there")
                ],
            },
            ["sites.budget_gbp", "sites.lock_in", "sites.deprived_share"],
            [_raise_to("£300.00"), REMOVE_IT, _at_most("44%")],
        ),
        (
            {
                "lock_in": np.array([True, True, False]),
                "rules": [spacing(np.array([[0.0, 0], [9, 0], [99, 0]]), spacing_m=50, points=3)],
            },
            ["sites.lock_in", "sites.spacing_m"],
            [REMOVE_IT, REMOVE_IT],
        ),
    ],
)
def test_each_kind_of_clash_is_explained(terms, columns, remedies):
    with pytest.raises(InfeasibleError) as caught:
        best_choice(three(**terms))
    assert [fault.column for fault in caught.value.faults] == columns
    assert [fault.remedy for fault in caught.value.faults] == remedies
    assert {fault.code for fault in caught.value.faults} == {"RULES_CLASH"}
