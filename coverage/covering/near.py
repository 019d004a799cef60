"""A case solved once more after a small change: from choices that are known and from a bound."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.bounds import Bound, core_bound, open_sites, tightened
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import OPTIMAL, TIME_LIMIT, WORK_LIMIT, Answer
from connected_place.coverage.covering.problem import (
    NO_BUDGET_PENCE,
    NOISE_SHARE,
    Problem,
    Terms,
    chosen_value,
    restricted,
)
from connected_place.coverage.covering.search import solve
from connected_place.coverage.covering.start import best_of, greedy, swapped

_ROUNDED_FROM = (0.99, 0.75, 0.5)
"""Shares of a site from which the relaxation's are taken as built."""

ROUNDED_COSTS = 12
"""Up to this many different costs, the budget is expressed as whole sites at each cost."""

PAIRED_COSTS = 4
"""Up to this many, as whole sites of each two costs together."""


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
    answer = solve(small, fewer, effort=effort, start=best[members], presolve=False)
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
    Chvatal-Gomory cuts of the budget: for each cost u, sum(floor(c / u) y) <= floor(B / u). For each pair of costs, the
    sides of the hull of all numbers of sites that the budget pays for at once. Every choice keeps them; the relaxation,
    which builds in part, does not, and its bound falls.
    """
    costs = np.unique(terms.costs_pence[(terms.costs_pence > 0) & ~terms.lock_out])
    if not len(costs) or len(costs) > ROUNDED_COSTS or terms.budget_pence >= NO_BUDGET_PENCE:
        return terms
    rows = [(terms.costs_pence // costs[:, None], terms.budget_pence // costs)]
    pairs = itertools.combinations(costs.tolist(), 2) if len(costs) <= PAIRED_COSTS else ()
    rows += [_sides(terms, one, other) for one, other in pairs]
    parts, most = np.vstack([part for part, _ in rows]), np.concatenate([limit for _, limit in rows])
    count = len(most)
    return replace(
        terms,
        sites=scipy.sparse.vstack([terms.sites, scipy.sparse.csr_array(parts)], format="csr"),
        groups=scipy.sparse.vstack(
            [terms.groups, scipy.sparse.csr_array((count, terms.groups.shape[1]))], format="csr"
        ),
        least=np.concatenate([terms.least, np.full(count, -np.inf)]),
        most=np.concatenate([terms.most, most.astype("float64")]),
    )


def _sides(terms: Terms, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows over candidates, with their mosts: the hull of how many sites of two costs the budget pays for."""
    is_open = ~terms.lock_out
    dear, cheap = is_open & (terms.costs_pence == high), is_open & (terms.costs_pence == low)
    numbers = np.arange(min(int(dear.sum()), terms.budget_pence // high) + 1)
    others = np.minimum(int(cheap.sum()), (terms.budget_pence - numbers * high) // low)
    hull: list[tuple[int, int]] = []
    for point in zip(numbers.tolist(), others.tolist(), strict=True):
        while len(hull) > 1 and _is_below(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    rows, most = [np.zeros((0, len(dear)), dtype="int64")], []
    for (fewer, above), (more, below) in itertools.pairwise(hull):
        if above > below:
            rows.append(((above - below) * dear + (more - fewer) * cheap)[None, :])
            most.append((above - below) * fewer + (more - fewer) * above)
    return np.vstack(rows), np.array(most, dtype="int64")


def _is_below(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    """True where the middle one of three points from left to right does not stand out above the others."""
    rise = (middle[1] - first[1]) * (last[0] - first[0])
    return rise <= (last[1] - first[1]) * (middle[0] - first[0])


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
    # A relaxation that is nearly whole rounds to the same sites from every share.
    distinct = {start.tobytes(): start for start in starts}.values()
    choices = [greedy(problem, terms, first=start) for start in distinct]
    best = best_of(problem, terms, [*choices, greedy(problem, terms)])
    if best is None:
        return None
    return best_of(problem, terms, [best, swapped(problem, terms, best)])
