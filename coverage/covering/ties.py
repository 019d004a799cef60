"""Which of equally good choices: the cheapest, and of those the one with the first candidate that they differ in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from connected_place.coverage.covering.bounds import core_bound, open_sites
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim
from connected_place.coverage.covering.problem import NOISE_SHARE, Problem, Terms, chosen_value, restricted
from connected_place.coverage.covering.search import solve

AT_ONCE = 20
"""Candidates whose order is settled in one model: weights up to 2**19 keep every digit."""


def first_of_equals(problem: Problem, terms: Terms, chosen: np.ndarray, *, effort: Effort) -> tuple[np.ndarray, bool]:
    """The first of all choices that are as good as a best one.

    Parameters
    ----------
    problem, terms
    chosen : array of bool
        A best choice, proven.
    effort : Effort

    Returns
    -------
    (array of bool, bool)
        False: its work was done before, and the choice is one of the first.
    """
    value = chosen_value(problem, chosen)
    noise = NOISE_SHARE * max(1.0, value)
    members, must = _open(problem, terms, chosen, effort)
    small, fewer, _ = restricted(problem, replace(terms, lock_in=must), members)
    fewer = replace(fewer, budget_pence=min(terms.budget_pence, terms.pence_of(chosen)))
    best, is_first = _first(small, fewer, chosen[members], value_least=value - noise, effort=effort)
    whole = np.zeros(len(chosen), dtype=bool)
    whole[members] = best
    return whole, is_first


def _open(problem: Problem, terms: Terms, chosen: np.ndarray, effort: Effort) -> tuple[np.ndarray, np.ndarray]:
    """Candidates in some best choice, and those in every one."""
    found = core_bound(problem, terms, ~terms.lock_out, effort=effort)
    if found is None:
        return np.flatnonzero(~terms.lock_out), terms.lock_in
    value = chosen_value(problem, chosen)
    may, must = open_sites(terms, found, value, noise=3 * NOISE_SHARE * max(1.0, value))
    return np.flatnonzero(may | chosen), must & chosen


def _first(
    problem: Problem, terms: Terms, chosen: np.ndarray, *, value_least: float, effort: Effort
) -> tuple[np.ndarray, bool]:
    # By value first: that nothing else is as good is mostly proven sooner than what the cheapest of the good is.
    second = solve(problem, terms, aim=Aim(other_than=(chosen,)), effort=effort)
    if second.status == "infeasible" or second.bound < value_least:
        return chosen, True
    prices = terms.costs_pence.astype("float64")
    other = Aim(value_weight=0.0, prices=prices, value_least=value_least, other_than=(chosen,))
    answer = solve(problem, terms, aim=other, effort=effort, start=second.chosen)
    if answer.chosen is None:
        return chosen, answer.status == "infeasible"
    cheaper = terms.pence_of(answer.chosen) < terms.pence_of(chosen)
    best = answer.chosen if cheaper else chosen
    if answer.status != "optimal":
        return best, False
    terms = replace(terms, budget_pence=terms.pence_of(best))
    free = np.flatnonzero(~terms.lock_in & ~terms.lock_out)
    for start in range(0, len(free), AT_ONCE):
        block = free[start : start + AT_ONCE]
        prices = np.zeros(len(best))
        prices[block] = -(2.0 ** np.arange(len(block))[::-1])
        aim = Aim(value_weight=0.0, prices=prices, value_least=value_least)
        answer = solve(problem, terms, aim=aim, effort=effort, start=best)
        if answer.chosen is None or answer.status != "optimal":
            return best, False
        best = answer.chosen
        settled, out = terms.lock_in.copy(), terms.lock_out.copy()
        settled[block], out[block] = best[block], ~best[block]
        terms = replace(terms, lock_in=settled, lock_out=out)
    return best, True
