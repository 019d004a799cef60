"""A good choice made better window by window: a few sites that lie together are given up and chosen again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.problem import Problem, Terms, chosen_value, keeps, left_open
from connected_place.coverage.covering.search import solve

SITES = (8, 16)
"""Chosen sites of one window: small ones first, which are quick."""

_NODES_MOST = 100
"""Nodes of the search in one window."""

_LITTLE_SHARE = 1e-6
"""A window whose middle loses less than this share of what is covered is left alone."""


def by_windows(problem: Problem, terms: Terms, chosen: np.ndarray, *, prices: np.ndarray, effort: Effort) -> np.ndarray:
    """The choice after no window of it was found to be better otherwise.

    Parameters
    ----------
    problem, terms
        Of the likeliest candidates.
    chosen : array of bool
        Keeps every rule.
    prices : array, one a group
        Of the relaxation: where dear groups are covered twice, most is to be gained.
    effort : Effort
    """
    near = scipy.sparse.csr_array(problem.covers @ problem.covers.T)
    for sites in SITES:
        chosen = _pass(problem, terms, chosen, near, prices=prices, sites=sites, effort=effort)
    return chosen


def _pass(
    problem: Problem,
    terms: Terms,
    chosen: np.ndarray,
    near: scipy.sparse.csr_array,
    *,
    prices: np.ndarray,
    sites: int,
    effort: Effort,
) -> np.ndarray:
    """Windows of one size, until none is better otherwise; where most is lost first."""
    value, is_tried = chosen_value(problem, chosen), np.zeros(len(chosen), dtype=bool)
    while not effort.is_spent:
        loss = np.where(chosen & ~is_tried & ~terms.lock_in, _loss(problem, chosen, prices), -1.0)
        centre = int(np.argmax(loss)) if len(loss) else 0
        if not len(loss) or loss[centre] <= _LITTLE_SHARE * value:
            break
        given_up = _together(near, chosen & ~terms.lock_in, centre, sites=sites)
        zone = near @ _flags(given_up, len(chosen)) > 0
        better = _rechosen(problem, terms, chosen, given_up, zone, effort=effort)
        latest = chosen_value(problem, better)
        if latest > value * (1 + 1e-12):
            is_tried &= ~(near @ (better != chosen).astype("float64") > 0)
            chosen, value = better, latest
        is_tried[given_up[: max(1, len(given_up) // 3)]] = True
    return chosen


def _loss(problem: Problem, chosen: np.ndarray, prices: np.ndarray) -> np.ndarray:
    """What each site pays for groups that others cover too."""
    times = problem.covers.T @ chosen.astype("float64")
    return np.asarray(problem.covers @ (prices * np.maximum(times - 1.0, 0.0) / np.maximum(times, 1.0)))


def _together(near: scipy.sparse.csr_array, chosen: np.ndarray, centre: int, *, sites: int) -> np.ndarray:
    """Chosen sites around one of them, the nearest first: by steps from candidate to candidate that share demand."""
    found, reached = [centre], _flags(np.array([centre]), len(chosen))
    left = chosen.copy()
    left[centre] = False
    while len(found) < sites:
        weight = near @ reached
        joins = np.flatnonzero(left & (weight > 0))
        found += joins[np.argsort(-weight[joins], kind="stable")].tolist()
        left[joins] = False
        grown = (weight > 0).astype("float64")
        if grown.sum() == reached.sum():
            break
        reached = grown
    return np.array(found[:sites])


def _rechosen(
    problem: Problem, terms: Terms, chosen: np.ndarray, given_up: np.ndarray, zone: np.ndarray, *, effort: Effort
) -> np.ndarray:
    """The choice with the sites of a window chosen again, the rest unchanged."""
    kept = chosen.copy()
    kept[given_up] = False
    part = replace(terms, lock_in=kept, lock_out=terms.lock_out | ~(zone | kept))
    small, fewer, free, _ = left_open(problem, part)
    answer = solve(small, fewer, effort=effort, start=chosen[free], nodes_most=_NODES_MOST)
    if answer.chosen is None:
        return chosen
    kept[free[answer.chosen]] = True
    return kept if keeps(problem, terms, kept) else chosen


def _flags(positions: np.ndarray, count: int) -> np.ndarray:
    """1 at some positions."""
    found = np.zeros(count)
    found[positions] = 1.0
    return found
