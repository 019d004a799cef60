"""A case solved once more after a small change: from choices that are known and from its own bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from connected_place.coverage.covering_problem import NOISE_SHARE, Problem, Terms, chosen_value, restricted
from connected_place.coverage.siting_bounds import Bound, core_bound, open_sites, tightened
from connected_place.coverage.siting_model import Answer, solve
from connected_place.coverage.siting_start import best_of, greedy, swapped

ROUNDED_FROM = (0.99, 0.75, 0.5)
"""Shares of a site from which the relaxation's are taken as built."""


def solve_near(problem: Problem, terms: Terms, *, known: Sequence[np.ndarray] = (), deadline: float) -> Answer:
    """The choice that covers most, with the proof; sooner where good choices are known.

    Parameters
    ----------
    problem, terms
    known : sequence of arrays of bool
        Choices of a case like this one; what does not fit is left out of them, and what fits is added.
    deadline : float
        On the clock of `time.monotonic`.

    Notes
    -----
    1. The relaxation of the whole gives a bound; the choices known, a greedy one and the relaxation rounded, each
    after swaps, give a best one. 2. What cannot be in, or must be in, any choice as good is fixed by the relaxation's
    prices. 3. HiGHS has what is left open. Without a bound or a choice HiGHS has the whole.
    """
    terms = tightened(terms)
    found = core_bound(problem, terms, ~terms.lock_out, deadline=deadline)
    best = None if found is None else _best_known(problem, terms, found, known)
    if found is None or best is None:
        return solve(problem, terms, deadline=deadline)
    covered = chosen_value(problem, best)
    noise = NOISE_SHARE * max(1.0, covered)
    if found.value - covered <= noise:
        return Answer(chosen=best, value=covered, bound=covered, status="optimal")
    may, must = open_sites(terms, found, covered, noise=noise)
    members = np.flatnonzero(may | best)
    small, fewer, _ = restricted(problem, replace(terms, lock_in=must & best), members)
    answer = solve(small, fewer, deadline=deadline)
    if answer.chosen is None:
        is_proven = answer.status == "infeasible"
        bound = covered if is_proven else found.value
        return Answer(chosen=best, value=covered, bound=bound, status="optimal" if is_proven else "time limit")
    whole = np.zeros(len(best), dtype=bool)
    whole[members] = answer.chosen
    value = chosen_value(problem, whole)
    chosen = whole if value >= covered else best
    value = max(value, covered)
    bound = max(value, min(found.value, answer.bound))
    return Answer(chosen=chosen, value=value, bound=bound, status=answer.status)


def _best_known(problem: Problem, terms: Terms, found: Bound, known: Sequence[np.ndarray]) -> np.ndarray | None:
    """The best of some quick choices after swaps; None where none keeps the floors."""
    order = np.argsort(-found.built, kind="stable")
    starts = [np.flatnonzero(choice & ~terms.lock_out) for choice in known]
    starts += [order[found.built[order] >= share] for share in ROUNDED_FROM]
    choices = [greedy(problem, terms, first=start) for start in starts]
    best = best_of(problem, terms, [*choices, greedy(problem, terms)])
    if best is None:
        return None
    return best_of(problem, terms, [best, swapped(problem, terms, best)])
