"""A case solved once more after a small change: from choices that are known and from a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.bounds import Bound, core_bound, open_sites, tightened
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import OPTIMAL, TIME_LIMIT, WORK_LIMIT, Answer, solve
from connected_place.coverage.covering.problem import (
    NO_BUDGET_PENCE,
    NOISE_SHARE,
    Problem,
    Terms,
    chosen_value,
    restricted,
)
from connected_place.coverage.covering.start import best_of, greedy, swapped

_ROUNDED_FROM = (0.99, 0.75, 0.5)
"""Shares of a site from which the relaxation's are taken as built."""

ROUNDED_COSTS = 12
"""Up to this many different costs, the budget is expressed as whole sites at each cost."""


def solve_near(
    problem: Problem,
    terms: Terms,
    *,
    known: Sequence[np.ndarray] = (),
    found: Bound | None = None,
    effort: Effort,
) -> Answer:
    """The choice that covers most, with the proof; sooner where good choices are known.

    Parameters
    ----------
    problem, terms
    known : sequence of arrays of bool
        Choices of a case like this one; what does not fit is left out of them, and what fits is added.
    found : Bound, optional
        Of this case; by default from its own relaxation.
    effort : Effort

    Notes
    -----
    1. The relaxation of the whole gives a bound; the choices known, a greedy one and the relaxation rounded, the best
    of them after swaps, give a choice. 2. What cannot be in, or must be in, any choice as good is fixed by the
    relaxation's prices. 3. HiGHS has what is left open. Without a bound or a choice HiGHS has the whole.
    """
    terms = rounded_down(tightened(terms))
    found = found or core_bound(problem, terms, ~terms.lock_out, effort=effort)
    built = np.zeros(len(terms.costs_pence)) if found is None else found.built
    best = _best_known(problem, terms, built, known)
    if found is None or best is None:
        return _at_least(problem, best, solve(problem, terms, effort=effort))
    covered = chosen_value(problem, best)
    noise = NOISE_SHARE * max(1.0, covered)
    if found.value - covered <= noise:
        return Answer(chosen=best, value=covered, bound=covered, status=OPTIMAL)
    may, must = open_sites(terms, found, covered, noise=noise)
    members = np.flatnonzero(may | best)
    small, fewer, _ = restricted(problem, replace(terms, lock_in=must & best), members)
    answer = solve(small, fewer, effort=effort, presolve=False)
    return _better(problem, best, found, members, answer)


def _at_least(problem: Problem, best: np.ndarray | None, answer: Answer) -> Answer:
    """The solver's answer, or the choice that is known if its work was done first."""
    if answer.chosen is not None or best is None or answer.status not in (WORK_LIMIT, TIME_LIMIT):
        return answer
    most = float(problem.demand.sum() + problem.second.sum())
    return Answer(chosen=best, value=chosen_value(problem, best), bound=min(most, answer.bound), status=answer.status)


def without_site(terms: Terms, found: Bound | None, site: int) -> tuple[Terms, Bound | None]:
    """The terms with a site left out, and their bound from that with it; None: it was locked, which moves the money."""
    lock_in, lock_out = terms.lock_in.copy(), terms.lock_out.copy()
    lock_in[site], lock_out[site] = False, True
    changed = replace(terms, lock_in=lock_in, lock_out=lock_out)
    if found is None or terms.lock_in[site]:
        return changed, None
    built = found.built.copy()
    built[site] = 0.0
    return changed, replace(found, value=found.value - max(0.0, float(found.pays[site])), built=built)


def rounded_down(terms: Terms) -> Terms:
    """The terms with what the budget says of whole sites: at most 15 of £15,700 for £250,000, not 15.9.

    Notes
    -----
    Chvatal-Gomory cuts of the budget: for each cost u, sum(floor(c / u) y) <= floor(B / u). Every choice keeps them;
    the relaxation, which builds in part, does not, and its bound falls.
    """
    costs = np.unique(terms.costs_pence[(terms.costs_pence > 0) & ~terms.lock_out])
    if not len(costs) or len(costs) > ROUNDED_COSTS or terms.budget_pence >= NO_BUDGET_PENCE:
        return terms
    count = len(costs)
    return replace(
        terms,
        sites=scipy.sparse.vstack(
            [terms.sites, scipy.sparse.csr_array(terms.costs_pence // costs[:, None])], format="csr"
        ),
        groups=scipy.sparse.vstack(
            [terms.groups, scipy.sparse.csr_array((count, terms.groups.shape[1]))], format="csr"
        ),
        least=np.concatenate([terms.least, np.full(count, -np.inf)]),
        most=np.concatenate([terms.most, (terms.budget_pence // costs).astype("float64")]),
    )


def _better(problem: Problem, best: np.ndarray, found: Bound, members: np.ndarray, answer: Answer) -> Answer:
    """The better of the choice that is known and what the solver found among some candidates."""
    covered = chosen_value(problem, best)
    if answer.chosen is None:
        is_proven = answer.status == "infeasible"
        bound = covered if is_proven else max(covered, found.value)
        return Answer(chosen=best, value=covered, bound=bound, status=OPTIMAL if is_proven else answer.status)
    whole = np.zeros(len(best), dtype=bool)
    whole[members] = answer.chosen
    value = chosen_value(problem, whole)
    if value < covered:
        whole, value = best, covered
    return Answer(chosen=whole, value=value, bound=max(value, min(found.value, answer.bound)), status=answer.status)


def _best_known(problem: Problem, terms: Terms, built: np.ndarray, known: Sequence[np.ndarray]) -> np.ndarray | None:
    """The best of some quick choices after swaps; None where none keeps the floors."""
    order = np.argsort(-built, kind="stable")
    starts = [np.flatnonzero(choice & ~terms.lock_out) for choice in known]
    starts += [order[built[order] >= share] for share in _ROUNDED_FROM]
    choices = [greedy(problem, terms, first=start) for start in starts]
    best = best_of(problem, terms, [*choices, greedy(problem, terms)])
    if best is None:
        return None
    return best_of(problem, terms, [best, swapped(problem, terms, best)])
