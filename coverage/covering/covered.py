"""What chosen sites cover, together and each alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse


def covered_points(covers: scipy.sparse.csr_array, chosen: np.ndarray) -> np.ndarray:
    """True for each point that any chosen candidate covers."""
    return np.asarray(covers.T @ chosen.astype("float64") > 0)


def covered_demand(covers: scipy.sparse.csr_array, demand: np.ndarray, chosen: np.ndarray) -> float:
    """Demand of the points that any chosen candidate covers."""
    return float(demand[covered_points(covers, chosen)].sum())


def added_demand(covers: scipy.sparse.csr_array, demand: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Demand that each candidate alone adds: what no chosen candidate covers, other than itself.

    Examples
    --------
    >>> covers = scipy.sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1]]))
    >>> added_demand(covers, np.array([1.0, 2, 4]), np.array([True, False])).tolist()
    [3.0, 4.0]
    """
    times = covers.T @ chosen.astype("float64")
    by_nobody = covers @ (demand * (times == 0))
    by_itself_alone = covers @ (demand * (times == 1))
    return np.asarray(np.where(chosen, by_itself_alone, by_nobody))


def order_of_worth(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    chosen: np.ndarray,
    *,
    phase: np.ndarray | None = None,
    costs: np.ndarray | None = None,
) -> pd.DataFrame:
    """The chosen in the order in which each adds most to those before it; those of an earlier phase come first.

    Parameters
    ----------
    covers : sparse array (candidates, points)
    demand : array, one a point
    chosen : array of bool, one a candidate
    phase : array, one a candidate, optional
        Number of the phase that each chosen one belongs to.
    costs : array, one a candidate, optional
        The order is of what each adds for each pound of these.

    Returns
    -------
    DataFrame indexed by candidate position, in that order
        `rank` from 1, `added` (demand beyond the ones before). Ties by position.
    """
    rest = demand.astype("float64").copy()
    members = np.flatnonzero(chosen)
    each = np.ones(len(chosen)) if costs is None else np.maximum(costs, 1.0)
    phases = np.zeros(len(members)) if phase is None else phase[members]
    rows: list[tuple[int, int, float]] = []
    for number in np.unique(phases):
        left: list[int] = members[phases == number].tolist()
        while left:
            gains = covers[left] @ rest
            best = int(np.argmax(gains / each[left]))
            rows.append((left[best], len(rows) + 1, float(gains[best])))
            rest[covered_points(covers, _only(left.pop(best), len(chosen)))] = 0.0
    return pd.DataFrame(rows, columns=["position", "rank", "added"]).set_index("position")


def _only(position: int, size: int) -> np.ndarray:
    flags = np.zeros(size, dtype=bool)
    flags[position] = True
    return flags
