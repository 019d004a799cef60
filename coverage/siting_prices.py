"""Prices of demand for very large cases: steps that lower the bound, without a linear program."""

from __future__ import annotations

import numpy as np

from connected_place.coverage.covering_problem import Problem, Terms, chosen_value, pence_of

STEPS = 240
"""Each takes a few milliseconds for millions of covers; the bound then comes near that of the relaxation."""

STALL = 8
"""Steps without a lower bound after which steps become smaller."""


def falling_prices(problem: Problem, terms: Terms, known: np.ndarray, *, steps: int = STEPS) -> np.ndarray:
    """A price of covering each group whose bound is low.

    Parameters
    ----------
    problem, terms
        Rules other than budget and locks are not looked at: the prices stay valid with them.
    known : array of bool
        A good choice.
    steps : int

    Returns
    -------
    array in [0, demand], one a group

    Notes
    -----
    Subgradient steps with Polyak's length against the known choice: a group that the best candidates at these prices
    cover more than once becomes cheaper, one that none covers dearer (Fisher 1981).
    """
    demand, most = problem.demand, chosen_value(problem, known)
    times = problem.covers.T @ known.astype("float64")
    prices = np.where(times == 0, demand, 0.7 * demand / np.maximum(times, 1.0))
    best, lowest, scale, stalled, heading = prices, np.inf, 1.0, 0, np.zeros(len(demand))
    for _ in range(steps):
        value, picked = _bound(problem, terms, prices)
        stalled = 0 if value < lowest - 1e-4 * abs(lowest - most) else stalled + 1
        if value < lowest:
            lowest, best = value, prices
        if stalled >= STALL:
            scale, stalled, heading, prices = 0.7 * scale, 0, np.zeros(len(demand)), best
        heading = problem.covers[picked].sum(axis=0) - 1.0 + 0.6 * heading
        step = np.where((prices <= 0) & (heading > 0) | (prices >= demand) & (heading < 0), 0.0, heading)
        length = float(step @ step)
        if length <= 0 or value <= most:
            break
        prices = np.clip(prices - scale * (value - most) / length * step, 0.0, demand)
    return np.asarray(best)


def price_of_penny(problem: Problem, terms: Terms, prices: np.ndarray) -> float:
    """Demand for a penny of the first candidate that the budget does not pay, by prices of groups."""
    order, _, count, worth = _bought(problem, terms, prices)
    return float(worth[order[count]]) if count < len(order) else 0.0


def _bound(problem: Problem, terms: Terms, prices: np.ndarray) -> tuple[float, np.ndarray]:
    """The bound at these prices, and the candidates that pay best for the budget."""
    order, left, count, worth = _bought(problem, terms, prices)
    pays = problem.covers @ prices
    value = pays[order[:count]].sum() + pays[terms.lock_in].sum()
    if count < len(order):
        value += left * worth[order[count]]
    picked = np.concatenate([np.flatnonzero(terms.lock_in), order[:count]])
    return float(value + (problem.demand - prices).sum()), picked


def _bought(problem: Problem, terms: Terms, prices: np.ndarray) -> tuple[np.ndarray, float, int, np.ndarray]:
    """Open candidates in the order of their worth, the money left, how many are paid, and worth for a penny."""
    costs = np.maximum(terms.costs_pence.astype("float64"), 1e-6)
    worth = (problem.covers @ prices) / costs
    free = np.flatnonzero(~terms.lock_in & ~terms.lock_out & (worth > 0))
    order = free[np.argsort(-worth[free], kind="stable")]
    spent = np.cumsum(costs[order])
    budget = float(terms.budget_pence - pence_of(terms, terms.lock_in))
    count = int(np.searchsorted(spent, budget, side="right"))
    return order, budget - (float(spent[count - 1]) if count else 0.0), count, worth
