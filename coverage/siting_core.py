"""Large cases: a core of candidates, prices that fix most of the rest, and the remainder solved to proof."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering_problem import Problem, Terms, chosen_value, keeps, restricted
from connected_place.coverage.siting_bounds import Bound, Prices, bound, core_bound, open_sites, tightened
from connected_place.coverage.siting_model import Answer, solve
from connected_place.coverage.siting_pieces import by_pieces, largest_piece, quickly_joined
from connected_place.coverage.siting_prices import falling_prices, price_of_penny
from connected_place.coverage.siting_start import best_of, greedy, swapped

NOISE_SHARE = 1e-9
"""A bound that exceeds what is covered by less than this share is rounding of sums, no gap."""

BOUND_SHARE = 0.6
"""Of the time that is left, at most, for the relaxation."""

CORE_MORE = 200
"""The core begins with twice as many candidates as a greedy choice has, and so many more."""

PRICES_FROM_COVERS = 500_000
"""Pairs of candidate and group from which prices are found by steps before the relaxation is solved."""

ROUNDED_FROM = (0.99, 0.75, 0.5)
"""Shares of a site from which the relaxation's are taken as built; the best is kept."""

QUICK_S = 10.0
"""Seconds at most for each look for a better choice."""

LITTLE_SHARE = 0.2
"""A better choice that closes less than this share of the gap is not worth another look."""

OPEN_MOST = 8_000
"""Where more candidates are open, neither pieces nor the whole close the gap in minutes: the choice alone is improved,
among the likeliest."""

PIECE_MOST = 100
"""Where a piece has more candidates, HiGHS does better with all that is open at once than piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """The best choice that is known, and the bound."""

    chosen: np.ndarray
    covered: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """True where no choice covers more."""
        return self.bound - self.covered <= NOISE_SHARE * max(1.0, self.covered)


def solve_by_core(problem: Problem, terms: Terms, *, deadline: float, start: np.ndarray | None = None) -> Answer:
    """The choice that covers most, with a bound that counts every candidate.

    Parameters
    ----------
    problem, terms
    deadline : float
        On the clock of `time.monotonic`.
    start : array of bool, optional
        A choice to begin from.

    Notes
    -----
    1. A greedy choice; the relaxation of a core of candidates, whose prices are checked against all others
    (`siting_bounds`); rounding and swaps. 2. What cannot be in, or must be in, any choice as good as the one known is
    fixed. 3. What is left open falls into pieces that share nothing but the money (`siting_pieces`); where rules span
    pieces, or pieces stay open, HiGHS has the rest.
    """
    terms = tightened(terms)
    first = greedy(problem, terms)
    found = _bound(problem, terms, first, deadline=deadline)
    if found is None:
        return solve(problem, terms, deadline=deadline, start=best_of(problem, terms, [first]))
    rounded = (_rounded(problem, terms, found, share) for share in ROUNDED_FROM)
    chosen = best_of(problem, terms, [first, start, *rounded])
    if chosen is None:
        chosen = _by_support(problem, terms, found, deadline)
    if chosen is None:
        return solve(problem, terms, deadline=deadline)
    return _closed(problem, terms, found, chosen, deadline=deadline)


def _core(problem: Problem, terms: Terms, first: np.ndarray) -> np.ndarray:
    """Candidates to begin with: the greedy ones, those of most demand for a pound, those that floors speak of."""
    worth = np.where(terms.lock_out, -np.inf, (problem.covers @ problem.demand) / np.maximum(terms.costs_pence, 1e-6))
    core = first | terms.lock_in
    core[np.argsort(-worth, kind="stable")[: 2 * int(first.sum()) + CORE_MORE]] = True
    for row in np.flatnonzero(np.isfinite(terms.least)):
        members = terms.sites[[row]].toarray().ravel() + problem.covers @ terms.groups[[row]].toarray().ravel()
        best = np.argsort(-np.where(terms.lock_out, 0.0, members), kind="stable")
        core[
            best[: 2 * int(max(0.0, terms.least[row])) + CORE_MORE // 4 if terms.groups[[row]].nnz == 0 else CORE_MORE]
        ] = True
    return np.asarray(core & ~terms.lock_out)


def _bound(problem: Problem, terms: Terms, first: np.ndarray, *, deadline: float) -> Bound | None:
    """The bound from a core; in very large cases the lower of that and one from steps."""
    core, now = _core(problem, terms, first), time.monotonic()
    until = now + BOUND_SHARE * (deadline - now)
    if problem.covers.nnz < PRICES_FROM_COVERS:
        return core_bound(problem, terms, core, deadline=until)
    groups = falling_prices(problem, terms, first)
    rows, cliques = np.zeros(len(terms.least)), np.zeros(terms.apart.shape[0])
    prices = Prices(groups=groups, penny=price_of_penny(problem, terms, groups), rows=rows, cliques=cliques)
    stepped = bound(problem, terms, prices, built=first.astype("float64"))
    core = _paying(problem, terms, groups, core, count=int(first.sum()))
    found = core_bound(problem, terms, core, deadline=until, outside=groups)
    if found is None:
        return stepped
    return found if found.value <= stepped.value else replace(stepped, built=found.built)


def _rounded(problem: Problem, terms: Terms, found: Bound, share: float) -> np.ndarray:
    """What the relaxation builds to such a share, and greedily more."""
    order = np.argsort(-found.built, kind="stable")
    return greedy(problem, terms, first=order[found.built[order] >= share])


def _paying(problem: Problem, terms: Terms, prices: np.ndarray, core: np.ndarray, *, count: int) -> np.ndarray:
    """A core with the candidates that pay best at some prices."""
    pays = np.where(terms.lock_out, -np.inf, (problem.covers @ prices) / np.maximum(terms.costs_pence, 1e-6))
    core = core.copy()
    core[np.argsort(-pays, kind="stable")[:count]] = True
    return np.asarray(core & ~terms.lock_out)


def _by_support(problem: Problem, terms: Terms, found: Bound, deadline: float) -> np.ndarray | None:
    """A choice that keeps every rule, among what the relaxation builds in part."""
    members = np.flatnonzero((found.built > 1e-6) | terms.lock_in)
    small, fewer, _ = restricted(problem, terms, members)
    now = time.monotonic()
    answer = solve(small, fewer, deadline=now + 0.3 * max(0.0, deadline - now))
    if answer.chosen is None:
        return None
    chosen = np.zeros(len(terms.costs_pence), dtype=bool)
    chosen[members] = answer.chosen
    return chosen


def _closed(problem: Problem, terms: Terms, found: Bound, chosen: np.ndarray, *, deadline: float) -> Answer:
    """From a bound and a choice to the proof, as far as time allows."""
    best = Best(chosen=chosen, covered=chosen_value(problem, chosen), bound=found.value)
    best = _after_swaps(problem, terms, found, best)
    if not best.is_proven and not len(terms.least) and time.monotonic() < deadline:
        best = _after_pieces(problem, terms, found, best, deadline=deadline)
    if not best.is_proven and time.monotonic() < deadline:
        best = _after_rest(problem, terms, found, best, deadline=deadline)
    status = "optimal" if best.is_proven else "time limit"
    return Answer(chosen=best.chosen, value=best.covered, bound=max(best.bound, best.covered), status=status)


def _after_swaps(problem: Problem, terms: Terms, found: Bound, best: Best) -> Best:
    """The choice improved by swaps among what is open."""
    small, fewer, members, _ = _open_case(problem, terms, found, best)
    free = replace(fewer, lock_in=terms.lock_in[members])
    found_by_swaps = swapped(small, free, best.chosen[members])
    kept = found_by_swaps if keeps(small, free, found_by_swaps) else None
    return _better(problem, best, members, kept, best.bound)


def _after_pieces(problem: Problem, terms: Terms, found: Bound, best: Best, *, deadline: float) -> Best:
    """The choice improved piece by piece; the proof too where the pieces are small."""
    best = _improved(problem, terms, found, best, deadline=deadline, support_only=True)
    while not best.is_proven and time.monotonic() < deadline and _open_count(terms, found, best) <= OPEN_MOST:
        latest = _improved(problem, terms, found, best, deadline=deadline)
        is_little = latest.covered - best.covered <= LITTLE_SHARE * (best.bound - best.covered)
        best = latest
        if is_little:
            break
    if best.is_proven or time.monotonic() > deadline or _open_count(terms, found, best) > OPEN_MOST:
        return best
    small, fewer, members, _ = _open_case(problem, terms, found, best)
    if largest_piece(small, fewer) > PIECE_MOST:
        return best
    result = by_pieces(small, fewer, penny=found.penny, covered=best.covered, deadline=deadline)
    return _better(problem, best, members, result.chosen, result.bound)


def _improved(
    problem: Problem, terms: Terms, found: Bound, best: Best, *, deadline: float, support_only: bool = False
) -> Best:
    """A better choice, if a quick look finds one: among all that is open, or what the relaxation builds in part."""
    small, fewer, members, _ = _open_case(problem, terms, found, best)
    if support_only:
        fewer = replace(fewer, lock_out=fewer.lock_out | ~((found.built > 1e-6) | best.chosen)[members])
    chosen = quickly_joined(
        small,
        fewer,
        penny=found.penny,
        known=best.chosen[members],
        built=found.built[members],
        deadline=min(deadline, time.monotonic() + QUICK_S),
    )
    return _better(problem, best, members, chosen, best.bound)


def _after_rest(problem: Problem, terms: Terms, found: Bound, best: Best, *, deadline: float) -> Best:
    if _open_count(terms, found, best) > OPEN_MOST:
        return _after_likely(problem, terms, found, best, deadline=deadline)
    small, fewer, members, _ = _open_case(problem, terms, found, best)
    answer = solve(small, fewer, deadline=deadline, start=best.chosen[members])
    bound = best.covered if answer.status == "infeasible" else answer.bound
    return _better(problem, best, members, answer.chosen, bound)


def _after_likely(problem: Problem, terms: Terms, found: Bound, best: Best, *, deadline: float) -> Best:
    """The choice improved among the likeliest candidates; too many are open for a proof."""
    likely = best.chosen | terms.lock_in | (found.built > 1e-6)
    likely[np.argsort(-np.where(terms.lock_out, -np.inf, found.pays), kind="stable")[:CORE_MORE]] = True
    members = np.flatnonzero(likely & ~terms.lock_out)
    small, fewer, _ = restricted(problem, terms, members)
    answer = solve(small, fewer, deadline=deadline, start=best.chosen[members])
    return _better(problem, best, members, answer.chosen, best.bound)


def _open_count(terms: Terms, found: Bound, best: Best) -> int:
    """Candidates that may be in a choice as good as the best and need not be."""
    may, must = open_sites(terms, found, best.covered, noise=NOISE_SHARE * max(1.0, found.value))
    return int((may & ~must).sum())


def _open_case(
    problem: Problem, terms: Terms, found: Bound, best: Best
) -> tuple[Problem, Terms, np.ndarray, np.ndarray]:
    """The case with only what may be in a choice as good as the best; what must be is locked."""
    noise = NOISE_SHARE * max(1.0, found.value)
    may, must = open_sites(terms, found, best.covered, noise=noise)
    members = np.flatnonzero(may | best.chosen)
    small, fewer, home = restricted(problem, replace(terms, lock_in=must & best.chosen), members)
    return small, fewer, members, home


def _better(problem: Problem, best: Best, members: np.ndarray, chosen: np.ndarray | None, bound: float) -> Best:
    """The better of two choices, the lower of two bounds; the bound of a part holds where it exceeds the best."""
    if chosen is not None:
        whole = np.zeros(len(best.chosen), dtype=bool)
        whole[members] = chosen
        covered = chosen_value(problem, whole)
        if covered > best.covered:
            best = replace(best, chosen=whole, covered=covered)
    return replace(best, bound=max(best.covered, min(best.bound, bound)))
