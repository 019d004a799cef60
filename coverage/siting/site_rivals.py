"""Rivals: for each candidate the one that it would most easily give way to, or take the place of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse

from connected_place.coverage.covering import NOISE_SHARE, Case


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rivals:
    """One candidate against another; arrays, one a candidate.

    Attributes
    ----------
    rival : array of int
        For a chosen site, the candidate that would replace it best, alone; for another, the chosen site whose place it
        would take with the least loss. -1: no single exchange keeps the budget, the locks and the rules.
    loss : array
        Demand that is covered less after that exchange; NaN without a rival. Never below 0 where the choice is proven
        best.
    """

    rival: np.ndarray
    loss: np.ndarray


def rivals(case: Case, chosen: np.ndarray) -> Rivals:
    """The rival of every candidate.

    Parameters
    ----------
    case : Case
    chosen : array of bool
        The best choice of the case.

    Notes
    -----
    With t the times that a group is covered, a its demand and b what a second cover is worth: removing i loses a where
    t = 1 and b where t = 2; adding j gains a where t = 0 and b where t = 1; what both cover changes nothing. So the
    whole table of exchanges is one product of sparse matrices, of chosen sites by candidates. Ties by position.
    """
    ins, outs = np.flatnonzero(~chosen & ~case.terms.lock_out), np.flatnonzero(chosen & ~case.terms.lock_in)
    rival, loss = np.full(len(chosen), -1), np.full(len(chosen), np.nan)
    if not len(ins) or not len(outs):
        return Rivals(rival=rival, loss=loss)
    lost = exchange_losses(case, chosen, outs, ins)
    lost[~_is_allowed(case, chosen, outs, ins)] = np.inf
    for members, others, table in ((ins, outs, lost.T), (outs, ins, lost)):
        best = table.argmin(axis=1)
        least = table[np.arange(len(members)), best]
        is_any = np.isfinite(least)
        rival[members[is_any]], loss[members[is_any]] = others[best[is_any]], least[is_any]
    return Rivals(rival=rival, loss=loss)


def exchange_losses(case: Case, chosen: np.ndarray, outs: np.ndarray, ins: np.ndarray) -> np.ndarray:
    """Value lost when one chosen site makes way for another candidate, shape (outs, ins); rules are not looked at."""
    problem = case.problem
    times = problem.covers.T @ chosen.astype("float64")
    taken = np.where(times == 1, problem.demand, 0.0) + np.where(times == 2, problem.second, 0.0)
    given = np.where(times == 0, problem.demand, 0.0) + np.where(times == 1, problem.second, 0.0)
    leaving, entering = problem.covers[outs], problem.covers[ins]
    # What both cover is neither lost nor gained.
    shared = (leaving @ scipy.sparse.diags_array(taken - given) @ entering.T).toarray()
    lost = (leaving @ taken - problem.toll[outs])[:, None] - (entering @ given - problem.toll[ins])[None, :] - shared
    noise = NOISE_SHARE * max(1.0, float(problem.demand.sum()))
    return np.asarray(np.where(np.abs(lost) < noise, 0.0, lost))


def most_shared(case: Case, chosen: np.ndarray) -> np.ndarray:
    """For each candidate, the other chosen site that covers most of its demand; -1: none covers any."""
    problem, members = case.problem, np.flatnonzero(chosen)
    if not len(members):
        return np.full(len(chosen), -1)
    shared = (problem.covers @ scipy.sparse.diags_array(problem.demand) @ problem.covers[members].T).toarray()
    shared[members, np.arange(len(members))] = 0.0
    best = shared.argmax(axis=1)
    return np.where(shared[np.arange(len(chosen)), best] > 0, members[best], -1)


def too_near_to(case: Case, chosen: np.ndarray) -> np.ndarray:
    """For each candidate, the first chosen site that it is too near to; -1: none."""
    found = np.full(len(chosen), -1)
    table = case.terms.apart.tocsr()
    for row in range(table.shape[0]):
        members = table.indices[table.indptr[row] : table.indptr[row + 1]]
        inside = members[chosen[members]]
        if len(inside):
            others = members[~chosen[members]]
            found[others] = np.where(found[others] < 0, inside[0], found[others])
    return found


def _is_allowed(case: Case, chosen: np.ndarray, outs: np.ndarray, ins: np.ndarray) -> np.ndarray:
    """Exchanges that keep the budget, spacing and every row of rules, shape (outs, ins)."""
    terms = case.terms
    left = terms.budget_pence - int(terms.costs_pence[chosen].sum())
    allowed = terms.costs_pence[ins][None, :] - terms.costs_pence[outs][:, None] <= left
    picked = chosen.astype("float64")
    if terms.apart.shape[0]:
        near = (terms.apart.T @ terms.apart).tocsr()
        # A neighbour may come in where the only chosen site it is too near to goes out.
        crowd = near[ins] @ picked
        with_out = near[outs][:, ins].toarray()
        allowed &= crowd[None, :] - with_out <= 0.5
    for row in range(terms.sites.shape[0]):
        counts = terms.sites[[row]].toarray().ravel()
        moved = counts[ins][None, :] - counts[outs][:, None]
        if terms.groups[[row]].nnz:
            allowed &= _keeps_demand_row(case, chosen, outs, ins, row) if allowed.any() else allowed
            continue
        total = float(counts @ picked)
        allowed &= (total + moved >= terms.least[row] - 1e-9) & (total + moved <= terms.most[row] + 1e-9)
    return np.asarray(allowed)


def _keeps_demand_row(case: Case, chosen: np.ndarray, outs: np.ndarray, ins: np.ndarray, row: int) -> np.ndarray:
    """Exchanges that keep a floor of covered demand."""
    terms, problem = case.terms, case.problem
    weights = terms.groups[[row]].toarray().ravel()
    times = problem.covers.T @ chosen.astype("float64")
    once, never = np.where(times == 1, weights, 0.0), np.where(times == 0, weights, 0.0)
    leaving, entering = problem.covers[outs], problem.covers[ins]
    shared = (leaving @ scipy.sparse.diags_array(once - never) @ entering.T).toarray()
    change = (entering @ never)[None, :] - (leaving @ once)[:, None] + shared
    total = float(weights[times > 0].sum())
    return np.asarray(total + change >= terms.least[row] - NOISE_SHARE * max(1.0, abs(total)))
