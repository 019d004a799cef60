"""What the page's sums come to, in Python: areas scored by other weights, and what each shortlist then covers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.need.ranked_areas import LEAST_KNOWN_SHARE
from connected_place.coverage.scoring.weighted_score import SCORE_DECIMALS, known_share, rank, score, weights_of
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
        `score`, 0 to 100, NaN where nothing that counts is known; `rank`, NaN too where less than
        `ranking.LEAST_KNOWN_SHARE` of the weights stand on known values.

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
    [[25.0, 1.0], [50.0, nan]]
    """
    counting = weights_of(values.columns, weights)
    scores = score(values, counting)
    is_told = known_share(values, counting).round(SCORE_DECIMALS) >= LEAST_KNOWN_SHARE
    return pd.DataFrame({"score": scores, "rank": rank(scores.where(is_told))})


def covered_by(found: Reached, scores: pd.Series) -> np.ndarray:
    """Weighted demand that each shortlist covers where areas have other scores.

    Parameters
    ----------
    found : Reached
    scores : Series indexed as `found.codes`
        0 to 100; NaN: no score, so no demand.

    Returns
    -------
    array, one a row of `found.reached`
        In the plan's unit of demand; the last is all that could be covered. Sums run from the first area to the last,
        so that whoever adds the same numbers gets the same to the last bit.
    """
    need = scores.reindex(found.codes).fillna(0.0).to_numpy() / 100
    whole = _in_order(found.premises[None, :] * need)
    return np.asarray((_in_order(found.reached * need) + found.others * whole) + found.fixed)


def _in_order(rows: np.ndarray) -> np.ndarray:
    """Sum of each row, from its first number to its last."""
    return np.cumsum(rows, axis=1)[:, -1] if rows.shape[1] else np.zeros(len(rows))
