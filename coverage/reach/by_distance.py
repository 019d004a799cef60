"""Reach: which places a site covers, with certainty or with a probability."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy.sparse
from scipy.spatial import cKDTree

from connected_place.coverage.reach.link import Link, coverage_probability, radius_m
from connected_place.coverage.reach.propagation import distance_3d_m
from connected_place.coverage.reach.surface import SignalField, at_doorsteps

_EDGE_M = 1e-6
"""A point at the very reach is covered, whatever the last digit of its distance."""


STRIDE_M = 0.5
"""The chance is worked out at every such distance and is straight between: within 0.001 of the formula."""

LEAST_CHANCE = 0.05
"""Smaller chances of coverage are left out: no one finds a network that fails nineteen times of twenty."""


def covering(sites: np.ndarray, places: np.ndarray, *, reach_m: float) -> scipy.sparse.csr_array:
    """Who covers whom within a fixed distance.

    Parameters
    ----------
    sites : array (n, 2)
        Easting and northing, metres.
    places : array (m, 2)
        Demand points.
    reach_m : float
        The edge counts as covered.

    Returns
    -------
    sparse array (n, m) of float64
        1.0 where site i covers point j.

    Examples
    --------
    >>> covering(np.array([[0.0, 0.0]]), np.array([[0.0, 0], [30, 0], [500, 0]]), reach_m=30.0).toarray().tolist()
    [[1.0, 1.0, 0.0]]
    """
    if not len(sites) or not len(places):
        return scipy.sparse.csr_array((len(sites), len(places)))
    near = cKDTree(sites).sparse_distance_matrix(cKDTree(places), reach_m + _EDGE_M, output_type="coo_matrix")
    pairs = scipy.sparse.coo_array((np.ones(near.nnz), (near.row, near.col)), shape=near.shape)
    result = pairs.tocsr()
    result.sort_indices()
    return result


def reach_by_distance(sites: np.ndarray, places: np.ndarray, link: Link, *, antenna_m: float) -> scipy.sparse.csr_array:
    """Chance that a phone at each place is covered, where only the distance is known.

    Parameters
    ----------
    sites : array (n, 2)
        Easting and northing, metres.
    places : array (m, 2)
    link : Link
    antenna_m : float
        Of the access point above the ground.

    Returns
    -------
    sparse array (n, m)
        At least `LEAST_CHANCE`; smaller ones and those past 660 m, where the formula ends, are left out.

    Examples
    --------
    >>> found = reach_by_distance(np.zeros((1, 2)), np.array([[20.0, 0], [50, 0], [500, 0]]), Link(), antenna_m=4.0)
    >>> found.toarray().round(2).tolist()
    [[1.0, 0.78, 0.0]]
    """
    farthest_m = radius_m(link, share=LEAST_CHANCE)
    if not farthest_m > 0:
        return scipy.sparse.csr_array((len(sites), len(places)))
    # A metre more: the radius is in whole ones.
    near = covering(sites, places, reach_m=farthest_m + 1).tocoo()
    row, column = near.coords
    tried_m = np.arange(0.0, farthest_m + 1 + 2 * STRIDE_M, STRIDE_M)
    chances = coverage_probability(distance_3d_m(tried_m, height_m=antenna_m), link)
    chance = np.interp(np.hypot(*(sites[row] - places[column]).T), tried_m, chances)
    kept = chance >= LEAST_CHANCE  # nor where the formula ends
    found = scipy.sparse.csr_array((chance[kept], (row[kept], column[kept])), shape=near.shape)
    found.sort_indices()
    return found


def area_by_distance_ha(link: Link, *, antenna_m: float) -> float:
    """Expected area covered around an access point where only the distance is known, hectares: all of it street.

    Examples
    --------
    >>> round(area_by_distance_ha(Link(), antenna_m=4.0), 1)
    3.9
    """
    farthest_m = radius_m(link, share=LEAST_CHANCE)
    if not farthest_m > 0:
        return 0.0
    metres = np.arange(0.0, farthest_m, STRIDE_M) + STRIDE_M / 2
    chances = coverage_probability(distance_3d_m(metres, height_m=antenna_m), link)
    return float(np.nansum(2 * np.pi * metres * chances * STRIDE_M)) / 10_000


def over_surface(
    chances: scipy.sparse.csr_array, fields: Mapping[int, SignalField], places: np.ndarray
) -> scipy.sparse.csr_array:
    """The same chances, from the surface model wherever it shows the street in front of a place.

    Parameters
    ----------
    chances : sparse array (n, m)
        As `reach_by_distance` gives them.
    fields : mapping of row to Field
        By row, for the sites on a surface model.
    places : array (m, 2)
        In the reference system of the fields, metres.
    """
    told = chances.copy()
    for row, field in fields.items():
        pairs = slice(told.indptr[row], told.indptr[row + 1])
        seen = at_doorsteps(field, places[told.indices[pairs]])
        told.data[pairs] = np.where(np.isnan(seen), told.data[pairs], seen)
    told.eliminate_zeros()
    return told
