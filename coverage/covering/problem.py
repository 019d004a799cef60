"""The covering problem: points that the same candidates cover as one group, and every rule as rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.rules import Rule

HASH_SEED = 7
"""Seeds the random numbers that represent candidates while points are compared. Equality is verified: any will do."""

NO_BUDGET_PENCE = 2**53
"""More than anything costs, and still exact as a floating-point number: £90,000 billion."""

NOISE_SHARE = 1e-9
"""What differs by less than this share is rounding of sums, no difference."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Maximal covering after merging.

    Attributes
    ----------
    covers : sparse array (n candidates, groups)
    demand : array, one a group
        Of all points that the same candidates cover.
    second : array, one a group
        What a second cover is worth, at most `demand`.
    toll : array, one a candidate
        What is taken off for each candidate that is chosen, at least 0.
    """

    covers: scipy.sparse.csr_array
    demand: np.ndarray
    second: np.ndarray
    toll: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What a choice must keep, in whole pence so that sums are exact.

    Attributes
    ----------
    costs_pence : array of int, one a candidate
    budget_pence : int
    lock_in, lock_out : array of bool
    sites, groups : sparse arrays (rows, candidates) and (rows, groups)
        `least <= sites @ chosen + groups @ covered <= most`.
    least, most : array, one a row
    apart : sparse array (cliques, candidates)
        At most one candidate of each row.
    """

    costs_pence: np.ndarray
    budget_pence: int
    lock_in: np.ndarray
    lock_out: np.ndarray
    sites: scipy.sparse.csr_array
    groups: scipy.sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    apart: scipy.sparse.csr_array

    def pence_of(self, chosen: np.ndarray) -> int:
        """What a choice costs."""
        return int(self.costs_pence[chosen].sum())


def pence(amounts_gbp: np.ndarray | float) -> np.ndarray:
    """Pounds as whole pence.

    Examples
    --------
    >>> pence(np.array([15_700.0, 0.1 + 0.2])).tolist()
    [1570000, 30]
    """
    return np.asarray(np.rint(np.asarray(amounts_gbp, dtype="float64") * 100).astype("int64"))


def merged(covers: scipy.sparse.csr_array, demand: np.ndarray, *, backup_share: float = 0.0) -> Problem:
    """Points with equal covering sets as one group; points with no cover or no weight left out.

    Examples
    --------
    >>> problem = merged(scipy.sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 0, 1, 0]])), np.array([2.0, 3, 4, 5]))
    >>> sorted(problem.demand.tolist())
    [4.0, 5.0]
    """
    group = groups_of(covers, demand, counts=demand > 0)
    weights = group.sums(demand)
    toll = np.zeros(covers.shape[0])
    return Problem(covers=group.covers, demand=weights, second=backup_share * weights, toll=toll)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Which points belong together.

    Attributes
    ----------
    covers : sparse array (candidates, groups)
    points : array of int
        The points that count, group after group; within a group by demand, so that sums do not depend on the order
        in which points were given.
    starts : array of int
        Where each group begins in `points`.
    total : int
        Points of the case, those that do not count included.
    """

    covers: scipy.sparse.csr_array
    points: np.ndarray
    starts: np.ndarray
    total: int

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Sum of a weight of points over each group."""
        if not len(self.starts):
            return np.zeros(0)
        return np.asarray(np.add.reduceat(np.asarray(weights, dtype="float64")[self.points], self.starts))


def groups_of(covers: scipy.sparse.csr_array, demand: np.ndarray, *, counts: np.ndarray) -> Groups:
    """Points that count and are covered by the same candidates, together.

    Notes
    -----
    Each candidate gets two random 64-bit numbers; a point's key is their sums over the candidates that cover it. Keys
    only sort: that neighbours with equal keys have equal sets is verified number by number, and where two sets should
    ever share a key they simply stay apart. The order of groups depends on the sets alone.
    """
    by_point = _ones(covers).T.tocsr()
    by_point.sort_indices()
    sizes = np.diff(by_point.indptr)
    kept = np.flatnonzero((sizes > 0) & counts)
    by_point, sizes = by_point[kept], sizes[kept]
    if not len(kept):
        return Groups(covers=by_point.T.tocsr(), points=kept, starts=kept, total=covers.shape[1])
    numbers = np.random.default_rng(HASH_SEED).integers(0, 2**63, size=(2, covers.shape[0]), dtype="uint64")
    one, other = (np.add.reduceat(row[by_point.indices], by_point.indptr[:-1]) for row in numbers)
    order = np.lexsort((np.asarray(demand)[kept], other, one))
    same = (one[order][1:] == one[order][:-1]) & (other[order][1:] == other[order][:-1])
    same &= _equal_rows(by_point, order[:-1], order[1:], asked=same)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    return Groups(covers=by_point[order[starts]].T.tocsr(), points=kept[order], starts=starts, total=covers.shape[1])


def terms_of(
    groups: Groups,
    costs_pence: np.ndarray,
    *,
    budget_pence: int,
    lock_in: np.ndarray,
    lock_out: np.ndarray,
    rules: Sequence[Rule] = (),
) -> Terms:
    """Budget, locks and rules over candidates and groups."""
    count = len(costs_pence)
    cliques = [rule for rule in rules if is_clique(rule)]
    rows = [rule for rule in rules if not is_clique(rule)]
    gathering = scipy.sparse.csr_array(
        (np.ones(len(groups.points)), groups.points, np.concatenate([groups.starts, [len(groups.points)]])),
        shape=(len(groups.starts), groups.total),
    )
    empty = np.zeros(0)
    return Terms(
        costs_pence=costs_pence,
        budget_pence=budget_pence,
        lock_in=np.asarray(lock_in, dtype=bool),
        lock_out=np.asarray(lock_out, dtype=bool),
        sites=_stacked([rule.sites for rule in rows], count),
        groups=_stacked([(gathering @ rule.points.T).T.tocsr() for rule in rows], len(groups.starts)),
        least=np.concatenate([empty, *(rule.least for rule in rows)]),
        most=np.concatenate([empty, *(rule.most for rule in rows)]),
        apart=_stacked([rule.sites for rule in cliques], count),
    )


def is_clique(rule: Rule) -> bool:
    """True where every row says "at most one of these candidates"."""
    bounds = np.all(rule.most == 1) and np.all(np.isneginf(rule.least))
    return bool(rule.points.nnz == 0 and bounds and np.all(rule.sites.data == 1))


def chosen_value(problem: Problem, chosen: np.ndarray) -> float:
    """Demand covered, and what second covers are worth, less the toll of each chosen candidate."""
    times = problem.covers.T @ chosen.astype("float64")
    worth = problem.demand[times > 0].sum() + problem.second[times > 1].sum()
    return float(worth - problem.toll[np.asarray(chosen, dtype=bool)].sum())


def keeps(problem: Problem, terms: Terms, chosen: np.ndarray) -> bool:
    """True where a choice keeps every rule; the budget to the penny, sums of demand to a billionth."""
    locks_hold = chosen[terms.lock_in].all() and not chosen[terms.lock_out].any()
    if terms.pence_of(chosen) > terms.budget_pence or not locks_hold:
        return False
    picked = chosen.astype("float64")
    if terms.apart.shape[0] and (terms.apart @ picked > 1.5).any():
        return False
    sums = terms.sites @ picked + terms.groups @ (problem.covers.T @ picked > 0).astype("float64")
    slack = NOISE_SHARE * np.maximum(1.0, np.abs(sums))
    return bool((sums >= terms.least - slack).all() and (sums <= terms.most + slack).all())


def restricted(problem: Problem, terms: Terms, candidates: np.ndarray) -> tuple[Problem, Terms, np.ndarray]:
    """The case with some candidates alone, groups merged again.

    Returns
    -------
    (Problem, Terms, array)
        The array says for each group of `problem` which new group it belongs to; -1: none of the candidates covers it,
        or it counts for nothing.
    """
    if len(candidates) == problem.covers.shape[0]:
        shared = replace(terms, apart=terms.apart[np.flatnonzero(np.diff(terms.apart.indptr) > 1)])
        return problem, shared, np.arange(len(problem.demand))
    covers = problem.covers[candidates]
    ruled = np.bincount(terms.groups.indices, minlength=len(problem.demand)) > 0
    group = groups_of(covers, problem.demand, counts=ruled | (problem.demand > 0))
    sizes = np.diff(np.concatenate([group.starts, [len(group.points)]]))
    home = np.full(len(problem.demand), -1)
    home[group.points] = np.repeat(np.arange(len(sizes)), sizes)
    gathering = scipy.sparse.csr_array(
        (np.ones(len(group.points)), (home[group.points], group.points)), shape=(len(sizes), len(problem.demand))
    )
    small = Problem(
        covers=group.covers,
        demand=group.sums(problem.demand),
        second=group.sums(problem.second),
        toll=problem.toll[candidates],
    )
    apart = terms.apart[:, candidates]
    fewer = replace(
        terms,
        costs_pence=terms.costs_pence[candidates],
        lock_in=terms.lock_in[candidates],
        lock_out=terms.lock_out[candidates],
        sites=terms.sites[:, candidates],
        groups=(gathering @ terms.groups.T).T.tocsr(),
        apart=apart[np.flatnonzero(np.diff(apart.indptr) > 1)],
    )
    return small, fewer, home


def left_open(problem: Problem, terms: Terms) -> tuple[Problem, Terms, np.ndarray, float]:
    """What is left to choose and to cover once the locked sites are fixed.

    Returns
    -------
    (Problem, Terms, array, float)
        The array says which candidates are left; the number is what the locked sites cover.
    """
    locked = terms.lock_in.astype("float64")
    barred = terms.lock_in | terms.lock_out | (terms.apart.T @ (terms.apart @ locked) > 0)
    free = np.flatnonzero(~barred)
    rest, base = remainder(problem, terms)
    is_covered = problem.covers.T @ locked > 0
    met = terms.sites @ locked + terms.groups @ is_covered.astype("float64")
    groups = scipy.sparse.csr_array(terms.groups * (~is_covered)[None, :])
    groups.eliminate_zeros()
    left = replace(
        terms,
        budget_pence=terms.budget_pence - terms.pence_of(terms.lock_in),
        groups=groups,
        least=terms.least - met,
        most=terms.most - met,
    )
    small, fewer, _ = restricted(rest, left, free)
    return small, fewer, free, base


def remainder(problem: Problem, terms: Terms) -> tuple[Problem, float]:
    """What is left to cover once the locked sites are built, and what those cover."""
    times = problem.covers.T @ terms.lock_in.astype("float64")
    demand = np.where(times == 0, problem.demand, np.where(times == 1, problem.second, 0.0))
    second = np.where(times == 0, problem.second, 0.0)
    return replace(problem, demand=demand, second=second), chosen_value(problem, terms.lock_in)


def _equal_rows(
    table: scipy.sparse.csr_array, first: np.ndarray, second: np.ndarray, *, asked: np.ndarray
) -> np.ndarray:
    """True where two rows have the same columns; checked only where `asked`."""
    equal = np.zeros(len(first), dtype=bool)
    sizes = np.diff(table.indptr)
    pairs = np.flatnonzero(asked & (sizes[first] == sizes[second]))
    lengths = sizes[first[pairs]]
    ends = np.cumsum(lengths)
    steps = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    one = table.indices[np.repeat(table.indptr[first[pairs]], lengths) + steps]
    other = table.indices[np.repeat(table.indptr[second[pairs]], lengths) + steps]
    if len(pairs):
        equal[pairs] = np.logical_and.reduceat(one == other, ends - lengths)
    return equal


def _ones(covers: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    """The same pattern with 1 for every cover; stored zeros are none."""
    table = scipy.sparse.csr_array(covers, copy=True)
    table.sum_duplicates()
    table.eliminate_zeros()
    table.data = np.ones(len(table.data))
    return table


def _stacked(parts: Sequence[scipy.sparse.csr_array], columns: int) -> scipy.sparse.csr_array:
    if not parts:
        return scipy.sparse.csr_array((0, columns))
    return scipy.sparse.vstack(parts, format="csr")
