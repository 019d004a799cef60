"""What a choice of sites must keep, as rows of numbers that carry their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse

BUDGET, LOCK_IN, LOCK_OUT = "sites.budget_gbp", "sites.lock_in", "sites.lock_out"
"""Keys of the constraints that are not rows of a rule: the budget, and sites locked in or out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """Linear rows that a choice must keep, under one name.

    Attributes
    ----------
    name : str
        Key of the plan file, for example "sites.ward_floor".
    words : str
        As a councillor would say it: "at least 2 sites in Tilbury".
    sites : sparse array (rows, n candidates)
        What a chosen candidate counts for.
    points : sparse array (rows, m points)
        What a covered point counts for; such a row may have a least only, no most.
    least, most : array, one a row
        Bounds of the sum; -inf and inf where there is none.
    is_count : bool
        True: its least or most is a number that a planner may loosen.
    with_share : callable or None
        The same rule with another share asked for, where it asks for one.
    """

    name: str
    words: str
    sites: scipy.sparse.csr_array
    points: scipy.sparse.csr_array
    least: np.ndarray
    most: np.ndarray
    is_count: bool = True
    with_share: Callable[[float], Rule] | None = None


def sites_at_most(most: int, *, candidates: int, points: int) -> Rule:
    """No more than so many sites.

    Examples
    --------
    >>> sites_at_most(3, candidates=5, points=2).words
    'at most 3 sites'
    """
    return Rule(
        name="sites.at_most",
        words=f"at most {most:,} site{'' if most == 1 else 's'}",
        sites=scipy.sparse.csr_array(np.ones((1, candidates))),
        points=scipy.sparse.csr_array((1, points)),
        least=np.array([-np.inf]),
        most=np.array([float(most)]),
    )


def sites_floor(members: np.ndarray, least: int, *, points: int, where: str) -> Rule:
    """At least so many sites among some candidates.

    Parameters
    ----------
    members : array of n bool
        For example the candidates of one ward.
    least : int
    points : int
        Demand points of the case.
    where : str
        As printed: "in Tilbury".

    Examples
    --------
    >>> sites_floor(np.array([True, False]), 1, points=2, where="in Tilbury").words
    'at least 1 site in Tilbury'
    """
    return Rule(
        name="sites.ward_floor",
        words=f"at least {least:,} site{'' if least == 1 else 's'} {where}",
        sites=scipy.sparse.csr_array(np.asarray(members, dtype="float64")[None, :]),
        points=scipy.sparse.csr_array((1, points)),
        least=np.array([float(least)]),
        most=np.array([np.inf]),
    )


def demand_floor(
    members: np.ndarray,
    demand: np.ndarray,
    *,
    least_share: float,
    candidates: int,
    where: str,
    name: str = "sites.demand_floor",
) -> Rule:
    """At least a share of the demand of some points is covered.

    Parameters
    ----------
    members : array of m bool
        For example the points of the most deprived areas.
    demand : array of m
    least_share : float
        In [0, 1].
    candidates : int
    where : str
        As printed: "in the most deprived fifth".
    name : str

    Examples
    --------
    >>> rule = demand_floor(np.array([True, False]), np.array([4.0, 6.0]), least_share=0.5, candidates=3,
    ...                     where="in Tilbury")
    >>> rule.words, rule.least.tolist()
    ('at least 50% of the demand in Tilbury is covered', [2.0])
    """
    weights = np.where(members, demand, 0.0)
    return Rule(
        name=name,
        words=f"at least {100 * least_share:.4g}% of the demand {where} is covered",
        sites=scipy.sparse.csr_array((1, candidates)),
        points=scipy.sparse.csr_array(weights[None, :]),
        least=np.array([least_share * weights.sum()]),
        most=np.array([np.inf]),
    )


def covered_share_floor(
    members: np.ndarray, demand: np.ndarray, *, least_share: float, candidates: int, where: str
) -> Rule:
    """At least a share of the demand that is covered lies among some points.

    Parameters
    ----------
    members : array of m bool
    demand : array of m
    least_share : float
        In [0, 1].
    candidates : int
    where : str
        As printed: "in the most deprived fifth".

    Notes
    -----
    sum(a_i x_i for members) >= share * sum(a_i x_i): a covered point outside counts against it, so a model must not be
    free to leave a covered point out (see `siting_model`).

    Examples
    --------
    >>> rule = covered_share_floor(np.array([True, False]), np.array([4.0, 6.0]), least_share=0.5, candidates=3,
    ...                            where="in Tilbury")
    >>> rule.words, rule.points.toarray().tolist()
    ('at least 50% of the covered demand lies in Tilbury', [[2.0, -3.0]])
    """
    weights = np.asarray(demand, dtype="float64") * (np.asarray(members, dtype="float64") - least_share)
    return Rule(
        name="sites.deprived_share",
        words=f"at least {100 * least_share:.4g}% of the covered demand lies {where}",
        sites=scipy.sparse.csr_array((1, candidates)),
        points=scipy.sparse.csr_array(weights[None, :]),
        least=np.zeros(1),
        most=np.array([np.inf]),
        with_share=lambda share: covered_share_floor(
            members, demand, least_share=share, candidates=candidates, where=where
        ),
    )


def spacing(places_m: np.ndarray, *, spacing_m: float, points: int) -> Rule:
    """No two sites closer than a distance.

    Parameters
    ----------
    places_m : array (n candidates, 2)
        Easting and northing, metres (EPSG:27700).
    spacing_m : float
        Two sites just this far apart are allowed.
    points : int

    Notes
    -----
    Candidates that are all too close to one another share one row (a clique): with y relaxed to [0, 1] one row "at
    most one of four" allows a sum of 1, six rows of pairs allow 2. Cliques grow greedily from the pairs, first
    candidates first.

    Examples
    --------
    >>> places = np.array([[0.0, 0], [30, 0], [60, 0], [500, 0]])
    >>> spacing(places, spacing_m=50, points=1).sites.toarray().astype(int).tolist()
    [[1, 1, 0, 0], [0, 1, 1, 0]]
    """
    from scipy.spatial import cKDTree

    pairs = cKDTree(places_m).query_pairs(np.nextafter(spacing_m, 0.0), output_type="ndarray")
    cliques = _cliques(pairs, len(places_m))
    return Rule(
        name="sites.spacing_m",
        words=f"no two sites closer than {spacing_m:,.0f} m",
        sites=cliques,
        points=scipy.sparse.csr_array((cliques.shape[0], points)),
        least=np.full(cliques.shape[0], -np.inf),
        most=np.ones(cliques.shape[0]),
        is_count=False,
    )


def _cliques(pairs: np.ndarray, candidates: int) -> scipy.sparse.csr_array:
    """Rows of candidates that exclude each other; every pair is in at least one."""
    neighbours: list[set[int]] = [set() for _ in range(candidates)]
    for one, other in pairs.tolist():
        neighbours[one].add(other)
        neighbours[other].add(one)
    rows: list[list[int]] = []
    done: set[tuple[int, int]] = set()
    for one, other in sorted(map(tuple, np.sort(pairs, axis=1).tolist())):
        if (one, other) in done:
            continue
        clique, common = [one, other], neighbours[one] & neighbours[other]
        while common:
            clique.append(min(common))
            common = common & neighbours[clique[-1]]
        clique.sort()
        done.update((a, b) for at, a in enumerate(clique) for b in clique[at + 1 :])
        rows.append(clique)
    members = np.array([j for row in rows for j in row], dtype="int64")
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype="int64")]).astype("int64")
    return scipy.sparse.csr_array((np.ones(len(members)), members, starts), shape=(len(rows), candidates))
