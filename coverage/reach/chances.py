"""Expected reach: what several sites cover together when each reaches a point with a probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse

STEP = 0.01
"""Probabilities are rounded to whole hundredths: far finer than a model of +-8 dB knows them, and equal ones merge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceSteps:
    """Probabilities of reach as a covering problem of whole points.

    Attributes
    ----------
    covers : sparse array (sites, steps) of float64
        1.0 where a site lifts a point to a step.
    demand : array, one a step
        Demand of the point times the height of the step.
    point : array of int, one a step
        Position of the point that it belongs to.
    """

    covers: scipy.sparse.csr_array
    demand: np.ndarray
    point: np.ndarray

    @classmethod
    def of(
        cls, probability: scipy.sparse.csr_array, demand: np.ndarray, already: np.ndarray, *, step: float = STEP
    ) -> ChanceSteps:
        """Cut each point's probabilities into steps, each reached or not by a site.

        Parameters
        ----------
        probability : sparse array (sites, points)
            In [0, 1].
        demand : array of points
        already : array of points
            Probability that existing free Wi-Fi reaches the point: only what exceeds it counts.
        step : float
            To which gains are rounded; 0: they are exact, as users a day must be, which would all round to nothing.

        Returns
        -------
        ChanceSteps
            For every choice of sites, the demand of the covered steps is the sum of
            `demand * max(0, best_server - already)`.

        Notes
        -----
        With the probabilities of a point in falling order p1 >= p2 >= ..., the best server's is the sum of the heights
        p_k - p_(k+1) of those steps that any of the first k sites lifts it to. So the expected cover of the best server
        is a maximal covering problem, and a proof for the one is a proof for the other.

        Examples
        --------
        >>> reach = scipy.sparse.csr_array(np.array([[0.9], [0.5]]))
        >>> found = ChanceSteps.of(reach, np.array([10.0]), np.array([0.2]))
        >>> found.covers.toarray().tolist(), found.demand.round(9).tolist()
        ([[1.0, 1.0], [0.0, 1.0]], [4.0, 3.0])
        """
        site, point, height = _falling(probability, already, step)
        starts = np.flatnonzero(np.diff(point, prepend=-1))
        is_last = np.diff(point, append=-1) != 0
        below = np.where(is_last, 0.0, np.append(height[1:], 0.0)[: len(height)])
        ends = np.flatnonzero((height - below > step / 2) & (demand[point] > 0))
        begins = starts[np.searchsorted(starts, ends, side="right") - 1] if len(ends) else ends
        sizes = ends - begins + 1
        indptr = np.concatenate([[0], np.cumsum(sizes)])
        members = np.arange(indptr[-1]) - np.repeat(indptr[:-1] - begins, sizes)
        by_step = scipy.sparse.csr_array(
            (np.ones(len(members)), site[members], indptr), shape=(len(ends), probability.shape[0])
        )
        covers = by_step.T.tocsr()
        covers.sort_indices()
        return cls(covers=covers, demand=(height - below)[ends] * demand[point[ends]], point=point[ends])


def best_server(probability: scipy.sparse.csr_array, chosen: np.ndarray) -> np.ndarray:
    """Probability that each point is reached by the best of the chosen sites: the lower bound.

    Parameters
    ----------
    probability : sparse array (sites, points)
        In [0, 1].
    chosen : array of bool, one a site

    Examples
    --------
    >>> reach = scipy.sparse.csr_array(np.array([[0.9, 0.0], [0.5, 0.4]]))
    >>> best_server(reach, np.array([True, True])).tolist()
    [0.9, 0.4]
    """
    if not chosen.any() or not probability.shape[1]:
        return np.zeros(probability.shape[1])
    return np.asarray(probability[np.flatnonzero(chosen)].max(axis=0).todense()).ravel()


def any_server(probability: scipy.sparse.csr_array, chosen: np.ndarray) -> np.ndarray:
    """Probability that each point is reached by one or another, were they independent: the upper bound.

    Notes
    -----
    `1 - prod(1 - p)`. Neighbouring sites share walls and trees, so the truth lies between the two bounds.

    Examples
    --------
    >>> reach = scipy.sparse.csr_array(np.array([[0.9, 0.0], [0.5, 0.4]]))
    >>> any_server(reach, np.array([True, True])).round(9).tolist()
    [0.95, 0.4]
    """
    kept = probability[np.flatnonzero(chosen)].tocoo()
    with np.errstate(divide="ignore"):
        missed = np.bincount(kept.coords[1], weights=np.log1p(-kept.data), minlength=probability.shape[1])
    return np.asarray(-np.expm1(missed))


def _falling(
    probability: scipy.sparse.csr_array, already: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Site, point and what is gained over what is there, by point and falling; whole steps, none that gain 0."""
    pairs = probability.tocoo()
    site, point = pairs.coords
    gain = pairs.data - already[point]
    gain = np.rint(gain / step) * step if step else gain
    kept = gain > step / 2
    site, point, gain = site[kept], point[kept], gain[kept]
    order = np.lexsort((site, -gain, point))
    return site[order], point[order], gain[order]
