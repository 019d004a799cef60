"""Reach: which demand points a site covers."""

from __future__ import annotations

import numpy as np
import scipy.sparse
from scipy.spatial import cKDTree

EDGE_M = 1e-6
"""A point at the very reach is covered, whatever the last digit of its distance."""


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
    near = cKDTree(sites).sparse_distance_matrix(cKDTree(places), reach_m + EDGE_M, output_type="coo_matrix")
    pairs = scipy.sparse.coo_array((np.ones(near.nnz), (near.row, near.col)), shape=near.shape)
    result = pairs.tocsr()
    result.sort_indices()
    return result
