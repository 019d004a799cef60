"""The rest of a large case, piece by piece: neighbourhoods that share nothing but the money, put together exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim
from connected_place.coverage.covering.problem import NO_BUDGET_PENCE, Problem, Terms, remainder
from connected_place.coverage.covering.search import solve

TRY_ALL_SITES = 10
"""A piece of so many candidates at most is solved by trying all its choices at once."""

OPTIONS_MOST = 200
"""Choices of one piece that are looked at before the piece counts as unfinished."""

STATES_MOST = 300_000
"""Ways to put pieces together that are kept side by side; what is left out weakens the bound, and says so."""


FIRST_LIMIT = 64
"""Choices that lose this part of the gap are sought first, then four times as much, until the best is proven."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Candidates that share demand or spacing with one another and with no others.

    Attributes
    ----------
    sites : array of int
        Positions in the case.
    problem, terms
        Of these candidates alone, without a budget.
    """

    sites: np.ndarray
    problem: Problem
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Options:
    """The choices of a piece that may be part of a best one.

    Attributes
    ----------
    spent : array of int, pence
    value : array
    chosen : array of bool (options, candidates of the piece)
    best : float
        Most that value less the price of the money can be (proven).
    left_out : float
        No other choice of the piece has more than this; -inf: there is none.
    """

    spent: np.ndarray
    value: np.ndarray
    chosen: np.ndarray
    best: float
    left_out: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """Pieces put together.

    Attributes
    ----------
    chosen : array of bool or None
        None: nothing better than what was known.
    bound : float
        No choice covers more.
    """

    chosen: np.ndarray | None
    bound: float


def split_pieces(problem: Problem, terms: Terms) -> list[Piece]:
    """The open candidates in pieces that share no uncovered group and no spacing; the smallest first.

    Parameters
    ----------
    problem : Problem
        What is left to cover, as `remainder` gives it.
    terms : Terms
        Without rules that span pieces.
    """
    from scipy.sparse.csgraph import connected_components

    barred = terms.lock_in | terms.lock_out | (terms.apart.T @ (terms.apart @ terms.lock_in.astype("float64")) > 0)
    free = np.flatnonzero(~barred)
    open_groups = np.flatnonzero(problem.demand > 0)
    covers = problem.covers[free][:, open_groups]
    apart = terms.apart[:, free]
    links = scipy.sparse.vstack([covers.T, apart], format="csr")
    graph = scipy.sparse.block_array([[None, links.T], [links, None]], format="csr")
    _, label = connected_components(graph, directed=False)
    own, homes = label[: len(free)], label[len(free) : len(free) + len(open_groups)]
    rows, columns = np.argsort(own, kind="stable"), np.argsort(homes, kind="stable")
    table = covers[rows][:, columns]
    labels, starts = np.unique(own[rows], return_index=True)
    ends = np.append(starts[1:], len(rows))
    left, right = np.searchsorted(homes[columns], labels), np.searchsorted(homes[columns], labels, side="right")
    groups = open_groups[columns]
    found = []
    for at in np.flatnonzero(right > left).tolist():
        members, mine = slice(starts[at], ends[at]), groups[left[at] : right[at]]
        sites = free[rows[members]]
        part = Problem(
            covers=_block(table, members, left[at], right[at]),
            demand=problem.demand[mine],
            second=problem.second[mine],
            toll=problem.toll[sites],
        )
        found.append(Piece(sites=sites, problem=part, terms=_alone(terms, sites, apart[:, rows[members]], len(mine))))
    return sorted(found, key=lambda piece: (len(piece.sites), int(piece.sites[0])))


def _block(table: scipy.sparse.csr_array, rows: slice, left: int, right: int) -> scipy.sparse.csr_array:
    """Rows whose columns all lie in one range, with these columns alone."""
    pointers = table.indptr[rows.start : rows.stop + 1]
    part = slice(pointers[0], pointers[-1])
    return scipy.sparse.csr_array(
        (table.data[part], table.indices[part] - left, pointers - pointers[0]), shape=(len(pointers) - 1, right - left)
    )


def best_alone(piece: Piece, penny: float, *, effort: Effort) -> Options:
    """The piece's choice of most value less the price of its money; every choice where there are few candidates."""
    if len(piece.sites) <= TRY_ALL_SITES:
        return _all_options(piece, penny)
    prices = penny * piece.terms.costs_pence
    found = solve(piece.problem, piece.terms, aim=Aim(prices=prices), effort=effort)
    if found.chosen is None:
        total = float(piece.problem.demand.sum() + piece.problem.second.sum())
        return _options(
            piece, [np.zeros(len(piece.sites), dtype=bool)], best=min(found.bound, total), left_out=math.inf
        )
    return _options(piece, [found.chosen], best=max(found.bound, found.value), left_out=math.inf)


def near_best(piece: Piece, known: Options, penny: float, *, window: float, effort: Effort) -> Options:
    """The piece's choices within a window of its best that no cheaper one outdoes.

    Notes
    -----
    The dearest first: each step makes value largest at a lower spend, until none within the window is left.
    """
    if known.left_out == -math.inf:
        return known
    prices = penny * piece.terms.costs_pence
    least = known.best - window - 1e-9 * max(1.0, abs(known.best))
    aim, terms, found = Aim(value_least=least, value_prices=prices), piece.terms, list(known.chosen)
    for _ in range(OPTIONS_MOST):
        answer = solve(piece.problem, terms, aim=aim, effort=effort)
        if answer.status == "infeasible":
            return _options(piece, found, best=known.best, left_out=least)
        if answer.chosen is None or answer.status != "optimal":
            break
        found.append(answer.chosen)
        spent = int(piece.terms.costs_pence[answer.chosen].sum())
        if spent == 0:
            return _options(piece, found, best=known.best, left_out=least)
        terms = replace(terms, budget_pence=spent - 1)
    return _options(piece, found, best=known.best, left_out=known.best)


def joined(
    options: list[Options], *, left_pence: int, penny: float, gap: float
) -> tuple[list[int] | None, float, float]:
    """One choice of each piece with the smallest loss against the bound that the money allows.

    Parameters
    ----------
    options : list of Options
    left_pence : int
    penny : float
        Price of a penny.
    gap : float
        Only combinations that lose less than this are sought.

    Returns
    -------
    (list of int or None, float, float)
        Option of each piece; the loss; the least loss that was left out for want of room (inf: none).

    Notes
    -----
    Loss = sum of (best - value + price of the money spent) + price of the money left over. Exact by dynamic
    programming over the money spent, with combinations dropped that another outdoes for no more money.
    """
    spent, loss, dropped = np.zeros(1, dtype="int64"), np.zeros(1), math.inf
    trail: list[tuple[int, np.ndarray, np.ndarray]] = []
    picks = [int(np.argmax(each.value - penny * each.spent)) for each in options]
    for at, each in enumerate(options):
        losses = np.maximum(each.best - each.value + penny * each.spent, 0.0)
        near = np.flatnonzero(losses <= gap)
        if not len(near):
            return None, math.inf, dropped
        if len(near) == 1:
            spent, loss, picks[at] = spent + each.spent[near[0]], loss + losses[near[0]], int(near[0])
            continue
        sums = (spent[:, None] + each.spent[near][None, :]).ravel()
        totals = (loss[:, None] + losses[near][None, :]).ravel()
        kept = _not_outdone(sums, totals, penny, gap)
        if len(kept) > STATES_MOST:
            order = kept[np.argsort(totals[kept], kind="stable")]
            dropped = min(dropped, float(totals[order[STATES_MOST]]))
            kept = np.sort(order[:STATES_MOST])
        trail.append((at, near[kept % len(near)], kept // len(near)))
        spent, loss = sums[kept], totals[kept]
    total = np.where(spent <= left_pence, loss + penny * (left_pence - spent), math.inf)
    best = int(np.argmin(total)) if len(total) else -1
    if best < 0 or not total[best] < gap:
        return None, math.inf, dropped
    state = best
    for at, option, before in reversed(trail):
        picks[at], state = int(option[state]), int(before[state])
    return picks, float(total[best]), dropped


def by_pieces(problem: Problem, terms: Terms, *, penny: float, covered: float, effort: Effort) -> Joined:
    """A better choice than one that covers so much, or the proof that there is hardly one.

    Parameters
    ----------
    problem, terms
        Few candidates are open; no rules but budget, locks and spacing.
    penny : float
        Price of a penny, from the relaxation.
    covered : float
        By the choice that is known.
    effort : Effort
    """
    rest, base = remainder(problem, terms)
    left_pence = terms.budget_pence - int(terms.costs_pence[terms.lock_in].sum())
    parts = split_pieces(rest, terms)
    options = [best_alone(part, penny, effort=effort) for part in parts]
    most = base + penny * left_pence + sum(each.best for each in options)
    noise = 1e-9 * max(1.0, most)
    best, chosen, bound, limit = covered, None, most, max(1e-6 * most, (most - covered) / FIRST_LIMIT)
    while True:
        limit = min(limit, most - best + noise)
        options = [
            near_best(part, each, penny, window=limit, effort=effort) for part, each in zip(parts, options, strict=True)
        ]
        sure = min([limit, *(each.best - each.left_out for each in options)])
        picks, loss, dropped = joined(options, left_pence=left_pence, penny=penny, gap=limit)
        if picks is not None and most - loss > best + noise:
            best, chosen = most - loss, _put_together(terms, parts, options, picks)
        bound = max(best, min(bound, most - min(sure, dropped)))
        if bound - best <= noise or sure < limit or dropped < limit or effort.is_spent:
            return Joined(chosen=chosen, bound=bound)
        limit *= 4


def largest_piece(problem: Problem, terms: Terms) -> int:
    """Candidates of the largest piece."""
    return max((len(part.sites) for part in split_pieces(remainder(problem, terms)[0], terms)), default=0)


def _put_together(terms: Terms, parts: list[Piece], options: list[Options], picks: list[int]) -> np.ndarray:
    chosen = terms.lock_in.copy()
    for part, each, pick in zip(parts, options, picks, strict=True):
        chosen[part.sites] = each.chosen[pick]
    return chosen


def _not_outdone(spent: np.ndarray, loss: np.ndarray, penny: float, gap: float) -> np.ndarray:
    """Positions of combinations within the gap that no cheaper one outdoes in value."""
    near = np.flatnonzero(loss <= gap)
    value = penny * spent[near] - loss[near]
    order = np.lexsort((-value, spent[near]))
    most = np.maximum.accumulate(value[order])
    first = np.concatenate([[True], value[order][1:] > most[:-1]])
    return np.asarray(near[order[first]])


def _all_options(piece: Piece, penny: float) -> Options:
    """Every choice of a small piece that no cheaper one outdoes."""
    count = len(piece.sites)
    flags = (np.arange(2**count)[:, None] >> np.arange(count)[None, :]) & 1 == 1
    if piece.terms.apart.shape[0]:
        flags = flags[((flags.astype("float64") @ piece.terms.apart.T.toarray()) <= 1.5).all(axis=1)]
    return _options(piece, list(flags), best=None, left_out=-math.inf, penny=penny)


def _options(
    piece: Piece, chosen: list[np.ndarray], *, best: float | None, left_out: float, penny: float = 0.0
) -> Options:
    """The choices worked out, those that a cheaper one outdoes left out."""
    flags = np.array(chosen, dtype=bool)
    picked = flags.astype("float64")
    times = piece.problem.covers.T @ picked.T
    value = piece.problem.demand @ (times > 0) + piece.problem.second @ (times > 1)
    spent = flags @ piece.terms.costs_pence
    kept = _not_outdone(spent, -value, 0.0, math.inf)
    flags, value, spent = flags[kept], value[kept], spent[kept]
    top = float((value - penny * spent).max()) if best is None else best
    return Options(spent=spent, value=value, chosen=flags, best=top, left_out=left_out)


def _alone(terms: Terms, sites: np.ndarray, apart: scipy.sparse.csr_array, groups: int) -> Terms:
    """The terms of a piece: its costs and its spacing, no budget."""
    cliques = apart[np.flatnonzero(np.diff(apart.indptr) > 1)] if apart.nnz else apart[:0]
    none = np.zeros(len(sites), dtype=bool)
    return Terms(
        costs_pence=terms.costs_pence[sites],
        budget_pence=NO_BUDGET_PENCE,
        lock_in=none,
        lock_out=none,
        sites=scipy.sparse.csr_array((0, len(sites))),
        groups=scipy.sparse.csr_array((0, groups)),
        least=np.zeros(0),
        most=np.zeros(0),
        apart=cliques,
    )
