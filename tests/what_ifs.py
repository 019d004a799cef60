"""What the page's sums come to, in Python: areas scored by other weights, and what each shortlist then covers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.scoring.weighted_score import rank, ranked_score, weights_of
from connected_place.coverage.siting.what_if import Reached


def ranked_by(values: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Score and rank of each area by a set of weights, by the very steps of the plan.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : mapping of str to float
        Swing weights, any positive numbers; a criterion that is not named has none.

    Returns
    -------
    DataFrame indexed as `values`
        `score`, 0 to 100, and `rank`; NaN where too little is known for a score.

    Raises
    ------
    PlanFileError
        NO_WEIGHT: all of them are 0.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.0, np.nan]}, index=["A1", "A2"])
    >>> ranked_by(values, {"a": 3.0, "b": 1.0}).to_numpy().tolist()
    [[75.0, 1.0], [50.0, 2.0]]
    >>> ranked_by(values, {"a": 1.0, "b": 3.0}).to_numpy().tolist()
    [[25.0, 1.0], [nan, nan]]
    """
    counting = weights_of(values.columns, weights)
    scores = ranked_score(values, counting)
    return pd.DataFrame({"score": scores, "rank": rank(scores)})


def covered_by(found: Reached, scores: pd.Series) -> np.ndarray:
    """Weighted demand that each shortlist covers where areas have other scores.

    Parameters
    ----------
    found : Reached
    scores : Series indexed as `found.codes`
        0 to 100; NaN: no score, so its homes count with the mean of those that have one, as
        `demand.need_of_points` says.

    Returns
    -------
    array, one a row of `found.reached`
        In the plan's unit of demand; the last is all that could be covered. Sums run from the first area to the last,
        so that whoever adds the same numbers gets the same to the last bit.
    """
    need = _needs(found.premises, scores.reindex(found.codes).to_numpy(dtype="float64"))
    whole = _in_order(found.premises[None, :] * need)
    return np.asarray((_in_order(found.reached * need) + found.others * whole) + found.fixed)


def _needs(premises: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Need of each area, in [0, 1]: its score, or the mean by premises of those that have one; 0 where none has."""
    scored = ~np.isnan(scores)
    counted = np.where(scored, premises, 0.0)
    need = np.where(scored, scores, 0.0) / 100
    whole, of_all = _in_order(counted[None, :])[0], _in_order((counted * need)[None, :])[0]
    return np.where(scored, need, of_all / whole if whole > 0 else 0.0)


def _in_order(rows: np.ndarray) -> np.ndarray:
    """Sum of each row, from its first number to its last."""
    return np.cumsum(rows, axis=1)[:, -1] if rows.shape[1] else np.zeros(len(rows))
