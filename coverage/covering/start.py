"""A good choice to begin from: greedy by demand for each pound, rounded from the relaxation, and swaps."""

from __future__ import annotations

import heapq

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.problem import Problem, Terms, chosen_value, keeps

_SWAPS_MOST = 200
SWAP_SITES = 2_000
"""Candidates on either side that a swap is sought among: those that add most, those that would be missed least."""


def greedy(problem: Problem, terms: Terms, *, first: np.ndarray | None = None) -> np.ndarray:
    """What adds most demand for each pound, again and again, while it fits the budget, mosts and spacing.

    Parameters
    ----------
    problem, terms
        Floors are not looked at.
    first : array of int, optional
        Candidates to take before, in this order, where they fit.

    Notes
    -----
    A gain never rises as sites are added, so that only the candidate on top of the heap is looked at again (Minoux
    1978).
    """
    room = _Room(problem, terms)
    for site in [] if first is None else first.tolist():
        if room.fits(site):
            room.take(site)
    gains = room.gains()
    prices = np.maximum(terms.costs_pence, 1e-6)
    payable = (gains > 0) & (terms.costs_pence <= room.left)
    heap = [(-gains[site] / prices[site], site) for site in np.flatnonzero(payable).tolist()]
    heapq.heapify(heap)
    while heap:
        _, site = heapq.heappop(heap)
        if not room.fits(site):
            continue
        worth = room.gain(site) / prices[site]
        if heap and worth < -heap[0][0]:
            if worth > 0:
                heapq.heappush(heap, (-worth, site))
            continue
        if worth > 0:
            room.take(site)
    return room.chosen


def swapped(problem: Problem, terms: Terms, chosen: np.ndarray) -> np.ndarray:
    """The choice after the best swaps of one site for another, and what money is left for."""
    near = too_near(terms)
    for _ in range(_SWAPS_MOST):
        pair = _best_swap(problem, terms, chosen, near)
        if pair is None:
            break
        chosen = chosen.copy()
        chosen[pair[0]], chosen[pair[1]] = True, False
    full = greedy(problem, terms, first=np.flatnonzero(chosen))
    return full if chosen_value(problem, full) > chosen_value(problem, chosen) else chosen


def best_of(problem: Problem, terms: Terms, choices: list[np.ndarray | None]) -> np.ndarray | None:
    """The choice that covers most of those that keep every rule; the first of equals."""
    kept = [choice for choice in choices if choice is not None and keeps(problem, terms, choice)]
    return max(kept, key=lambda choice: chosen_value(problem, choice), default=None)


def too_near(terms: Terms) -> scipy.sparse.csr_array:
    """1 where two candidates exclude each other, each with itself left out; sparse, (candidates, candidates)."""
    if not terms.apart.shape[0]:
        return scipy.sparse.csr_array((len(terms.costs_pence), len(terms.costs_pence)))
    table = (terms.apart.T @ terms.apart).tocoo()
    pairs = table.row != table.col
    ones = np.ones(int(pairs.sum()))
    return scipy.sparse.csr_array((ones, (table.row[pairs], table.col[pairs])), shape=table.shape)


class _Room:
    """A choice that grows, and what still fits."""

    def __init__(self, problem: Problem, terms: Terms) -> None:
        self.problem, self.terms = problem, terms
        self.chosen = terms.lock_in.copy()
        self.left = terms.budget_pence - terms.pence_of(self.chosen)
        self.times = problem.covers.T @ self.chosen.astype("float64")
        self.near = too_near(terms)
        self.barred = terms.lock_out | (self.near @ self.chosen.astype("float64") > 0)
        packing = np.flatnonzero(np.isfinite(terms.most))
        self.uses = terms.sites[packing].T.tocsr()
        self.slack = terms.most[packing] - terms.sites[packing] @ self.chosen.astype("float64")

    def worth(self, groups: np.ndarray | slice = slice(None)) -> np.ndarray:
        """What one more cover of each group is worth."""
        times = self.times[groups]
        rest = np.where(times == 1, self.problem.second[groups], 0.0)
        return np.where(times == 0, self.problem.demand[groups], rest)

    def gains(self) -> np.ndarray:
        """What each candidate would add; 0 for those chosen or barred."""
        gains = self.problem.covers @ self.worth() - self.problem.toll
        return np.asarray(np.where(self.chosen | self.barred, 0.0, gains))

    def gain(self, site: int) -> float:
        """What one candidate would add."""
        return float(self.worth(self._groups(site)).sum() - self.problem.toll[site])

    def fits(self, site: int) -> bool:
        """True if a candidate keeps the budget, the locks and every most."""
        if self.chosen[site] or self.barred[site] or self.terms.costs_pence[site] > self.left:
            return False
        rows, amounts = _row(self.uses, site)
        return bool((amounts <= self.slack[rows]).all())

    def take(self, site: int) -> None:
        """Choose a candidate, and bar those too near to it."""
        self.chosen[site] = True
        self.left -= int(self.terms.costs_pence[site])
        self.times[self._groups(site)] += 1
        rows, amounts = _row(self.uses, site)
        self.slack[rows] -= amounts
        self.barred[_row(self.near, site)[0]] = True

    def _groups(self, site: int) -> np.ndarray:
        return _row(self.problem.covers, site)[0]


def _row(table: scipy.sparse.csr_array, at: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of one row."""
    part = slice(table.indptr[at], table.indptr[at + 1])
    return table.indices[part], table.data[part]


def _best_swap(
    problem: Problem, terms: Terms, chosen: np.ndarray, near: scipy.sparse.csr_array
) -> tuple[int, int] | None:
    """The site to take and the one to give up for it; None where no swap covers more."""
    into, out, gains, losses, shared = _moves(problem, terms, chosen)
    if not len(into) or not len(out):
        return None
    change = gains[:, None] - losses[None, :] + shared
    spent = terms.costs_pence[into][:, None] - terms.costs_pence[out][None, :]
    change[spent > terms.budget_pence - terms.pence_of(chosen)] = -np.inf
    change[_clashes(near, chosen, into, out)] = -np.inf
    for row in np.flatnonzero(np.diff(terms.groups.indptr) == 0):
        uses = terms.sites[[row]].toarray().ravel()
        after = (uses @ chosen) + uses[into][:, None] - uses[out][None, :]
        change[(after > terms.most[row] + 1e-9) | (after < terms.least[row] - 1e-9)] = -np.inf
    best = np.unravel_index(int(np.argmax(change)), change.shape)
    if not change[best] > 1e-9 * max(1.0, float(problem.demand.sum())):
        return None
    return int(into[best[0]]), int(out[best[1]])


def _moves(
    problem: Problem, terms: Terms, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sites to take, sites to leave, what each gains or loses, and what pairs share: not lost if both move."""
    times = problem.covers.T @ chosen.astype("float64")
    more = np.where(times == 0, problem.demand, np.where(times == 1, problem.second, 0.0))
    less = np.where(times == 1, problem.demand, np.where(times == 2, problem.second, 0.0))
    gains, losses = problem.covers @ more - problem.toll, problem.covers @ less - problem.toll
    into = _first(gains, np.flatnonzero(~chosen & ~terms.lock_out & (gains > 0)))
    out = _first(-losses, np.flatnonzero(chosen & ~terms.lock_in))
    shared = scipy.sparse.csr_array(problem.covers[into] * (less - more)[None, :]) @ problem.covers[out].T
    return into, out, gains[into], losses[out], shared.toarray()


def _clashes(near: scipy.sparse.csr_array, chosen: np.ndarray, into: np.ndarray, out: np.ndarray) -> np.ndarray:
    """True where a swap leaves a site too close to the one taken."""
    if not near.nnz:
        return np.zeros((len(into), len(out)), dtype=bool)
    return np.asarray((near[into] @ chosen.astype("float64"))[:, None] - near[into][:, out].toarray() > 0.5)


def _first(worth: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """The sites of most worth, the first of equals first."""
    return sites[np.argsort(-worth[sites], kind="stable")[:SWAP_SITES]]
