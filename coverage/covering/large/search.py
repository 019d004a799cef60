"""Large cases: prices that fix most candidates, and the few that stay open solved to proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering.bounds import Bound, open_sites, tightened
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.large.pieces import by_pieces, largest_piece
from connected_place.coverage.covering.large.prices import priced
from connected_place.coverage.covering.large.windows import by_windows
from connected_place.coverage.covering.model import OPTIMAL, TIME_LIMIT, WORK_LIMIT, Answer
from connected_place.coverage.covering.problem import (
    NOISE_SHARE,
    Problem,
    Terms,
    chosen_value,
    keeps,
    left_open,
    restricted,
)
from connected_place.coverage.covering.search import solve
from connected_place.coverage.covering.start import best_of, greedy, swapped

LIKELY_SHARE = 0.015
"""A candidate is likely where it is worth its price less this share of it, or the relaxation builds a part of it."""

_ROUNDED_FROM = (0.99, 0.75, 0.5, 0.4)
"""Shares of a site from which the relaxation's are taken as built; the best is kept."""

_ROUNDS_MOST = 12
"""Times that what is open is looked at again after a better choice."""

_LITTLE_SHARE = 0.2
"""A better choice that closes less than this share of the gap is not worth another look."""

SHARP_SHARE = 1e-4
"""For a search among shares of sites, prices are found as if the choice were within this share of the bound."""

DENSE_COVERS = 60_000
"""Pairs of candidate and group from which HiGHS is not asked for all at once: it neither closes the gap in minutes nor
always stops in time."""

SURELY, _HARDLY = 0.999, 0.001
"""Such a share of a site is taken as built, or as not, while a better choice is sought."""

SEARCH_COVERS = 4_000
"""Pairs of candidate and group that HiGHS searches quickly; denser cases are improved window by window."""

_NODES_MOST = 200
"""Nodes of one such search."""

OPEN_MOST = 8_000
"""Where more candidates are open, no search closes the gap in minutes: the choice alone is improved."""

PIECE_MOST = 100
"""Where a piece has more candidates, HiGHS does better with all that is open at once than piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The case as far as it is still open, what is known about it, and the place of its candidates in the whole.

    Attributes
    ----------
    problem, terms
        Sites in no choice better than the known one are left out; sites in all of them are locked.
    sites : array of int
        Positions in the whole case.
    found : Bound
        Of these candidates.
    chosen : array of bool
        The best choice that is known.
    covered : float
        By it.
    bound : float
        No choice of the whole case covers more.
    """

    problem: Problem
    terms: Terms
    sites: np.ndarray
    found: Bound
    chosen: np.ndarray
    covered: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """True where no choice covers more."""
        return self.bound - self.covered <= NOISE_SHARE * max(1.0, self.covered)

    @property
    def is_ruled(self) -> bool:
        """True where rules tie candidates to one another beyond the money and spacing."""
        return len(self.terms.least) > 0

    @property
    def open_count(self) -> int:
        """Candidates that are neither fixed nor left out."""
        return int((~self.terms.lock_in & ~self.terms.lock_out).sum())

    def with_choice(self, chosen: np.ndarray | None) -> Stage:
        """With a choice of these candidates, where it keeps the rules and covers more."""
        if chosen is None or not keeps(self.problem, replace(self.terms, lock_in=self.terms.lock_in & chosen), chosen):
            return self
        covered = chosen_value(self.problem, chosen)
        if covered <= self.covered:
            return self
        return replace(self, chosen=chosen, covered=covered, bound=max(self.bound, covered))

    def with_bound(self, bound: float) -> Stage:
        """With the lower of the two bounds; the open part's bound is the whole's where it exceeds the best known."""
        return replace(self, bound=max(self.covered, min(self.bound, bound)))


def solve_by_core(problem: Problem, terms: Terms, *, effort: Effort, start: np.ndarray | None = None) -> Answer:
    """The choice that covers most, with a bound that counts every candidate.

    Parameters
    ----------
    problem, terms
    effort : Effort
    start : array of bool, optional
        A choice to begin from.

    Notes
    -----
    1. A greedy choice; prices of demand and money by first-order steps (`siting_prices`), whose bound counts every
    candidate; the shares they build, rounded and improved by swaps. 2. What cannot be in, or must be in, any choice
    better than the one known is fixed, and prices are found again for the rest. 3. The rest falls into pieces that
    share nothing but the money (`siting_pieces`); dense ones are improved window by window (`siting_windows`). 4. HiGHS
    has what is left.
    """
    terms = tightened(terms)
    first = greedy(problem, terms)
    known = best_of(problem, terms, [start, first])
    covered = 0.0 if known is None else chosen_value(problem, known)
    found, _ = priced(problem, terms, first if known is None else known, covered=covered, effort=effort)
    known = _likely_choice(problem, terms, found, known, effort=effort)
    if known is None:
        return solve(problem, terms, effort=effort)
    everything = np.arange(len(first))
    stage = Stage(
        problem=problem,
        terms=terms,
        sites=everything,
        found=found,
        chosen=known,
        covered=chosen_value(problem, known),
        bound=found.value,
    )
    stage = _closed(_narrowed(stage), effort=effort)
    chosen = np.zeros(len(first), dtype=bool)
    chosen[stage.sites] = stage.chosen
    stopped = TIME_LIMIT if effort.is_braked else WORK_LIMIT
    status = OPTIMAL if stage.is_proven else stopped
    return Answer(chosen=chosen, value=stage.covered, bound=max(stage.bound, stage.covered), status=status)


def _likely(terms: Terms, found: Bound) -> np.ndarray:
    """Candidates most likely to be in a good choice."""
    pays = found.pays >= -LIKELY_SHARE * found.penny * terms.costs_pence
    return np.asarray((pays | (found.built > 0) | terms.lock_in) & ~terms.lock_out)


def _likely_choice(
    problem: Problem, terms: Terms, found: Bound, known: np.ndarray | None, *, effort: Effort
) -> np.ndarray | None:
    """The relaxation's shares rounded and improved by swaps; by HiGHS where no rounding keeps the rules."""
    mask = _likely(terms, found) | (False if known is None else known)
    members = np.flatnonzero(mask)
    small, fewer, _ = restricted(problem, terms, members)
    built = found.built[members]
    order = np.argsort(-built, kind="stable")
    rounded = [greedy(small, fewer, first=order[built[order] >= share]) for share in _ROUNDED_FROM]
    best = best_of(small, fewer, [None if known is None else known[members], *rounded])
    if best is None:
        best = solve(small, fewer, effort=effort.part(0.3)).chosen
    if best is None:
        return None
    better = swapped(small, fewer, best)
    chosen = np.zeros(len(terms.costs_pence), dtype=bool)
    chosen[members] = better if keeps(small, fewer, better) else best
    return chosen


def _closed(stage: Stage, *, effort: Effort) -> Stage:
    """From a bound and a choice to the proof, as far as the work allowed goes."""
    for _ in range(_ROUNDS_MOST):
        if stage.is_proven or effort.is_spent:
            return stage
        before = stage
        stage = _narrowed(_priced_again(_improved(stage, effort=effort), effort=effort))
        is_smaller = stage.open_count < 0.7 * before.open_count
        is_better = stage.covered - before.covered > _LITTLE_SHARE * (before.bound - before.covered)
        if not is_smaller and not is_better:
            break
    if stage.is_proven or effort.is_spent:
        return stage
    return _rest(stage, effort=effort)


def _narrowed(stage: Stage) -> Stage:
    """Only what may be in a choice better than the best; what must be is locked."""
    terms, found = stage.terms, stage.found
    may, must = open_sites(terms, found, stage.covered, noise=NOISE_SHARE * max(1.0, found.value))
    members = np.flatnonzero(may | stage.chosen)
    if len(members) > 0.9 * len(may):
        return stage
    problem, terms, _ = restricted(stage.problem, replace(terms, lock_in=must & stage.chosen), members)
    found = replace(found, pays=found.pays[members], built=found.built[members])
    return replace(
        stage,
        problem=problem,
        terms=terms,
        sites=stage.sites[members],
        found=found,
        chosen=stage.chosen[members],
    )


def _priced_again(stage: Stage, *, effort: Effort) -> Stage:
    """Prices for what is open, as close to the lowest as the better choice asks for."""
    if stage.is_proven or stage.open_count > OPEN_MOST:
        return stage
    found, _ = priced(stage.problem, stage.terms, stage.chosen, covered=stage.covered, effort=effort)
    if found.value >= stage.found.value:
        return stage
    return replace(stage, found=found).with_bound(found.value)


def _improved(stage: Stage, *, effort: Effort) -> Stage:
    """The choice improved among the likeliest candidates: all at once, or window by window where they lie dense."""
    members = np.flatnonzero(_likely(stage.terms, stage.found) | stage.chosen)
    problem, terms, _ = restricted(stage.problem, stage.terms, members)
    known = stage.chosen[members]
    is_dense = problem.covers.nnz > DENSE_COVERS
    most = stage.covered if is_dense else max(stage.covered, (1 - SHARP_SHARE) * stage.found.value)
    found, at = priced(problem, terms, known, covered=most, effort=effort)
    surely = terms.lock_in | ((found.built > SURELY) & known)
    part = replace(terms, lock_in=surely, lock_out=terms.lock_out | ~(known | (found.built > _HARDLY)))
    small, fewer, free, _ = left_open(problem, part)
    if small.covers.nnz <= SEARCH_COVERS and not is_dense:
        answer = solve(small, fewer, effort=effort, start=known[free], nodes_most=_NODES_MOST)
        if answer.chosen is not None:
            known = surely.copy()
            known[free] = answer.chosen
    else:
        known = by_windows(problem, terms, known, prices=at.groups, effort=effort)
    chosen = np.zeros(len(stage.chosen), dtype=bool)
    chosen[members] = known
    return stage.with_choice(chosen)


def _rest(stage: Stage, *, effort: Effort) -> Stage:
    """The proof of what is open: piece by piece where pieces are small, by HiGHS otherwise."""
    if not stage.is_ruled and stage.open_count <= OPEN_MOST and largest_piece(stage.problem, stage.terms) <= PIECE_MOST:
        result = by_pieces(stage.problem, stage.terms, penny=stage.found.penny, covered=stage.covered, effort=effort)
        stage = stage.with_choice(result.chosen).with_bound(result.bound)
    if stage.is_proven or stage.open_count > OPEN_MOST or effort.is_spent:
        return stage
    small, fewer, free, base = left_open(stage.problem, stage.terms)
    if small.covers.nnz > DENSE_COVERS:
        return stage
    answer = solve(small, fewer, effort=effort, start=stage.chosen[free])
    if answer.status == "infeasible":
        return stage.with_bound(stage.covered)
    chosen = stage.terms.lock_in.copy()
    if answer.chosen is not None:
        chosen[free] = answer.chosen
        stage = stage.with_choice(chosen)
    return stage.with_bound(answer.bound + base)
