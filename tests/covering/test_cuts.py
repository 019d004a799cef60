"""Cuts instead of the whole model: the same best choice and relaxation, where the best site counts at a place."""

import itertools

import numpy as np
import pytest
import scipy.sparse

from connected_place.coverage.covering import cuts, siting_case
from connected_place.coverage.covering.bounds import core_bound, tightened
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import relaxed_whole
from connected_place.coverage.covering.near import rounded_down
from connected_place.coverage.covering.problem import chosen_value, keeps
from connected_place.coverage.covering.solution import best_choice, near_choice
from connected_place.coverage.reach import ChanceSteps, best_server

EVERY = np.array(list(itertools.product([False, True], repeat=6)))
"""Every combination of six sites."""


def town(seed, *, backup_share=0.0, toll=0.0):
    """Six sites, nine places; what each site is worth at each place, and a case with two costs or six."""
    random = np.random.default_rng(seed)
    worth = scipy.sparse.csr_array(random.uniform(0, 9, (6, 9)) * (random.uniform(size=(6, 9)) < 0.6))
    steps = ChanceSteps.of(worth, np.ones(9), np.zeros(9), step=0.0)
    costs = random.choice([260.0, 1_570.0], 6) if seed % 2 else random.integers(100, 900, 6) / 1.0
    case = siting_case(
        steps.covers,
        steps.demand,
        costs,
        budget_gbp=float(random.uniform(0.2, 1.0) * costs.sum()),
        lock_out=random.uniform(size=6) < 0.1,
        backup_share=backup_share,
        toll=np.full(6, toll),
    )
    return worth, case


@pytest.fixture(autouse=True)
def _always_by_cuts(monkeypatch):
    monkeypatch.setattr(cuts, "CUTS_FROM_PAIRS", 1)


@pytest.mark.parametrize("backup_share", [0.0, 0.4])
def test_the_best_choice_by_cuts_is_the_best_of_every_combination(backup_share):
    """16 towns, 64 combinations each; with and without what a second site is worth."""
    for seed in range(16):
        worth, case = town(seed, backup_share=backup_share)
        found = best_choice(case)
        allowed = [picked for picked in EVERY if keeps(case.problem, case.terms, picked)]
        assert found.value == pytest.approx(max(chosen_value(case.problem, picked) for picked in allowed))
        assert (found.status, found.gap_share) == ("optimal", 0.0)
        if not backup_share:
            assert found.covered == pytest.approx(float(best_server(worth, found.chosen).sum()))


@pytest.mark.parametrize("backup_share", [0.0, 0.4])
def test_the_relaxation_by_cuts_is_that_of_the_whole_model(backup_share):
    """The same value, and prices that give the same bound."""
    for seed in range(20):
        _, case = town(seed, backup_share=backup_share)
        terms = tightened(case.terms)
        whole = relaxed_whole(case.problem, terms, effort=Effort())
        by_cuts = cuts.relaxed_by_cuts(case.problem, terms, effort=Effort())
        assert by_cuts.value == pytest.approx(whole.value, abs=1e-6)
        bound = core_bound(case.problem, terms, ~terms.lock_out, effort=Effort())
        assert bound.value == pytest.approx(whole.value, abs=1e-6)


@pytest.mark.parametrize("from_pairs", [1, 10_000])
def test_a_site_is_chosen_only_for_more_than_its_toll(from_pairs, monkeypatch):
    """16 towns where 8 are taken off for each site, by cuts and by the whole model: best of every combination."""
    monkeypatch.setattr(cuts, "CUTS_FROM_PAIRS", from_pairs)
    fewer = 0
    for seed in range(16):
        worth, case = town(seed, toll=8.0)
        found = best_choice(case)
        values = {
            picked.tobytes(): float(best_server(worth, picked).sum()) - 8.0 * picked.sum()
            for picked in EVERY
            if keeps(case.problem, case.terms, picked)
        }
        assert found.value == pytest.approx(max(values.values())) == pytest.approx(found.bound)
        assert values[found.chosen.tobytes()] == pytest.approx(found.value)
        assert found.covered == pytest.approx(found.value + 8.0 * found.chosen.sum())
        fewer += int(found.chosen.sum() < best_choice(town(seed)[1]).chosen.sum())
    assert fewer > 0


def test_what_the_budget_says_of_whole_sites_never_forbids_what_it_pays_for():
    """Rows for each cost and each pair of costs: kept by every combination within the budget."""
    for seed in range(1, 40, 2):
        _, case = town(seed)
        tighter = rounded_down(case.terms)
        for picked in EVERY:
            if keeps(case.problem, case.terms, picked):
                assert (tighter.sites @ picked <= tighter.most + 1e-9).all()


def test_of_two_costs_the_numbers_that_are_paid_for_are_the_corners():
    """£2,600 and £15,700 for £50,000: 19 cheap ones, 13 and a dear one, 7 and two, 1 and three; no more between."""
    costs = np.repeat([2_600.0, 15_700.0], [20, 5])
    case = siting_case(scipy.sparse.eye_array(25, format="csr"), np.ones(25), costs, budget_gbp=50_000.0)
    tighter = rounded_down(case.terms)
    rows = {
        (int(row[0]), int(row[-1]), int(most)) for row, most in zip(tighter.sites.toarray(), tighter.most, strict=True)
    }
    assert (1, 6, 19) in rows


def test_a_choice_found_by_cuts_from_one_that_is_known_is_as_good():
    for seed in range(10):
        _, case = town(seed)
        alone = best_choice(case)
        assert near_choice(case, [~alone.chosen]).value == pytest.approx(alone.value)


def test_the_same_work_gives_the_same_choice():
    _, case = town(3)
    one, other = (near_choice(case, [], effort=Effort.limited(work=5.0)) for _ in range(2))
    assert one.chosen.tolist() == other.chosen.tolist()
