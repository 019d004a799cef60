"""How much any choice could cover at given prices, and which candidates that leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.problem import NO_BUDGET_PENCE, Problem, Terms, restricted
from connected_place.coverage.covering.search import relaxed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What covering a group, a penny and a rule are worth; any such prices give a bound.

    Attributes
    ----------
    groups : array, one a group
        At least 0.
    penny : float
        At least 0.
    rows : array, one a rule's row
        At least 0 where it has a most only, at most 0 where it has a least only.
    cliques : array, one a clique, at least 0
    """

    groups: np.ndarray
    penny: float
    rows: np.ndarray
    cliques: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """What no choice exceeds.

    Attributes
    ----------
    value : float
        Demand covered, with second covers.
    pays : array, one a candidate
        What it gains beyond its price. A choice without a candidate that pays p > 0 is at most `value - p`; one with a
        candidate that pays p < 0 is at most `value + p`.
    built : array in [0, 1]
        Shares of sites that the relaxation builds.
    penny : float
        Price of a penny.
    """

    value: float
    pays: np.ndarray
    built: np.ndarray
    penny: float


def tightened(terms: Terms) -> Terms:
    """The budget without what no choice can spend: pence beyond a multiple of all open costs.

    Notes
    -----
    With sites at £100 each, £200 of £250 can be spent; the relaxation would build half a site of the rest.
    """
    is_open = ~terms.lock_in & ~terms.lock_out
    locked = int(terms.costs_pence[terms.lock_in].sum())
    step = int(np.gcd.reduce(terms.costs_pence[is_open])) if is_open.any() else 0
    left = min(terms.budget_pence - locked, int(terms.costs_pence[is_open].sum()))
    return replace(terms, budget_pence=locked + (left // step * step if step else left))


def core_bound(problem: Problem, terms: Terms, core: np.ndarray, *, effort: Effort) -> Bound | None:
    """The bound of the whole, by the linear relaxation of some candidates, solved by HiGHS.

    Parameters
    ----------
    problem, terms
    core : array of bool
        Candidates of the relaxation. The others count by price: a group that none of the core covers has the highest
        price there can be.
    effort : Effort

    Returns
    -------
    Bound or None
        None: the relaxation has no solution, or the emergency brake came first.
    """
    members = np.flatnonzero(core)
    small, fewer, home = restricted(problem, terms, members)
    found = relaxed(small, fewer, effort=effort)
    if found is None:
        return None
    rows = np.where(np.isinf(terms.most), np.minimum(found.row_duals, 0.0), found.row_duals)
    rows = np.where(np.isinf(terms.least), np.maximum(rows, 0.0), rows)
    penny = found.budget_dual if terms.budget_pence < NO_BUDGET_PENCE else 0.0
    shared = shared_out(problem, terms, (small, fewer, home), found.cover_duals, rows)
    groups = np.where(home >= 0, shared, problem.demand - terms.groups.T @ rows)
    built, cliques = np.zeros(len(core)), np.zeros(terms.apart.shape[0])
    built[members] = found.built
    cliques[np.flatnonzero(np.diff(terms.apart[:, members].indptr) > 1)] = found.apart_duals
    prices = Prices(groups=np.maximum(groups, 0.0), penny=penny, rows=rows, cliques=cliques)
    return bound(problem, terms, prices, built=built)


def bound(problem: Problem, terms: Terms, prices: Prices, *, built: np.ndarray) -> Bound:
    """What no choice exceeds at these prices; every candidate counts, in the core or not.

    Notes
    -----
    Lagrangian relaxation of all rows. With v the prices of groups, l that of a penny, m of rules and n of cliques:
    l B + sum(m most, or m least where m < 0) + sum(n) + sum over groups max(0, a + m.. - v) + max(0, b - v)
    + sum over candidates max(0, pays), pays = sum of v in reach - toll - l cost - m.. - n...
    """
    worth = problem.demand - terms.groups.T @ prices.rows
    pays = pays_of(problem, terms, prices)
    limits = np.where(prices.rows > 0, terms.most, terms.least)
    rest = np.maximum(worth - prices.groups, 0.0).sum() + np.maximum(problem.second - prices.groups, 0.0).sum()
    taken = np.where(terms.lock_in, pays, np.where(terms.lock_out, 0.0, np.maximum(pays, 0.0)))
    used = prices.rows != 0
    value = prices.penny * terms.budget_pence + (prices.rows[used] * limits[used]).sum() + prices.cliques.sum()
    return Bound(value=float(value + rest + taken.sum()), pays=pays, built=built, penny=prices.penny)


def pays_of(problem: Problem, terms: Terms, prices: Prices) -> np.ndarray:
    """What each candidate gains at these prices beyond its own."""
    pays = problem.covers @ prices.groups - problem.toll - prices.penny * terms.costs_pence
    return np.asarray(pays - terms.sites.T @ prices.rows - terms.apart.T @ prices.cliques)


def shared_out(
    problem: Problem, terms: Terms, part: tuple[Problem, Terms, np.ndarray], prices: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Prices of merged groups for the groups they were merged from, by what these are worth; 0 where there is none.

    Parameters
    ----------
    problem, terms
    part : (Problem, Terms, array)
        As `restricted` gives it.
    prices : array, one a merged group
    rows : array
        Prices of rules.
    """
    small, fewer, home = part
    worth, whole = problem.demand - terms.groups.T @ rows, small.demand - fewer.groups.T @ rows
    if not len(whole):
        return np.zeros(len(home))
    shares = np.clip(np.divide(prices, whole, out=np.zeros_like(whole), where=whole > 0), 0.0, 1.0)
    return np.asarray(np.where(home >= 0, shares[home] * worth, 0.0))


def open_sites(terms: Terms, found: Bound, covered: float, *, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Candidates that a choice as good as one that is known may include, and those that it must include.

    Parameters
    ----------
    terms, found
    covered : float
        Of the choice that is known.
    noise : float
        Added to the bound, so that rounding of sums fixes nothing.

    Returns
    -------
    (array of bool, array of bool)
    """
    room = found.value + noise - covered
    may = (terms.lock_in | (found.pays >= -room)) & ~terms.lock_out
    must = terms.lock_in | ((found.pays > room) & ~terms.lock_out)
    return may, must
