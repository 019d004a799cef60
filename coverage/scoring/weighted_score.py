"""The score: weighted need of each area, and its rank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.gis_data.errors import PlanFileError, fault

SCORE_DECIMALS = 9
"""Scores that agree to a billionth are a tie, broken by area code: sums in another order then give the same ranks."""
LEAST_KNOWN_SHARE = 0.5
"""Of the weights, that must stand on known values for an area to have a score: with less it would be ranked by what
nobody reported (project's proposal)."""


def weights_of(criteria: pd.Index, stated: Mapping[str, float]) -> pd.Series:
    """Weights of the criteria that something is known of, scaled to sum to 1.

    Raises
    ------
    PlanFileError
        NO_WEIGHT: all of them are 0.

    Examples
    --------
    >>> weights_of(pd.Index(["a", "b"]), {"a": 3.0, "b": 1.0, "c": 4.0}).tolist()
    [0.75, 0.25]
    """
    weights = pd.Series({key: float(stated.get(key, 0.0)) for key in criteria}, dtype="float64")
    if _total(weights) <= 0:
        raise PlanFileError(
            fault("NO_WEIGHT.criteria", file="plan.toml", column="score.weights", known=", ".join(criteria))
        )
    return weights / _total(weights)


def score(values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Weighted mean of the values that are known, 0 to 100, however little that is.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known. Such an area is scored on the rest.
    weights : Series indexed by criterion

    Returns
    -------
    Series
        NaN where nothing is known.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.0, np.nan]}, index=["A1", "A2"])
    >>> score(values, pd.Series({"a": 0.75, "b": 0.25})).tolist()
    [75.0, 50.0]
    """
    used = _weighted(values.notna(), weights)
    total = _weighted(values.fillna(0.0), weights)
    return pd.Series(100 * np.divide(total, used, out=np.full(len(values), np.nan), where=used > 0), index=values.index)


def ranked_score(values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """The score of each area of which enough is known for a rank; the others have none.

    Parameters
    ----------
    values, weights
        As `score` takes them.

    Returns
    -------
    Series
        NaN where less than `LEAST_KNOWN_SHARE` of the weights fall on known values.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.0, np.nan]}, index=["A1", "A2"])
    >>> ranked_score(values, pd.Series({"a": 0.25, "b": 0.75})).tolist()
    [25.0, nan]
    """
    enough = known_share(values, weights).round(SCORE_DECIMALS) >= LEAST_KNOWN_SHARE
    return score(values, weights).where(enough)


def contributions(values: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Points of the score that each criterion gives.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : Series indexed by criterion

    Returns
    -------
    DataFrame shaped as `values`
        Points out of 100; a row's sum is its `score`. NaN where the value is not known, and where there is no score.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.2, np.nan]}, index=["A1", "A2"])
    >>> contributions(values, pd.Series({"a": 0.75, "b": 0.25})).fillna(-1).to_numpy().tolist()
    [[75.0, 5.0], [50.0, -1.0]]
    """
    counting = weights.reindex(values.columns)
    used = _weighted(values.notna(), counting)
    weighted = values.fillna(0.0).to_numpy() * counting.to_numpy(dtype="float64")
    shares = np.divide(weighted, used[:, None], out=np.full(values.shape, np.nan), where=used[:, None] > 0)
    return pd.DataFrame(100 * shares, index=values.index, columns=values.columns).where(values.notna())


def known_share(values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Share of the weights that is for known values, in [0, 1].

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.0, np.nan]}, index=["A1", "A2"])
    >>> known_share(values, pd.Series({"a": 3.0, "b": 1.0})).tolist()
    [1.0, 0.75]
    """
    share = _weighted(values.notna(), weights / _total(weights))
    # Weights that sum to 1 but for the last bit must not make more than all of it.
    return pd.Series(np.minimum(share, 1.0), index=values.index)


def rank(scores: pd.Series) -> pd.Series:
    """1 for the highest score; ties by area code; NaN where there is no score.

    Examples
    --------
    >>> rank(pd.Series({"A2": 50.0, "A1": 50.0, "A3": 75.0, "A4": np.nan})).tolist()
    [3.0, 2.0, 1.0, nan]
    """
    known = scores.dropna().round(SCORE_DECIMALS)
    order = known.index[np.lexsort((known.index.to_numpy(), -known.to_numpy()))]
    return pd.Series(np.arange(1.0, len(order) + 1), index=order).reindex(scores.index)


def _weighted(table: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """Weighted sum of each row, one criterion after the other.

    A matrix product adds in an order of its own, which depends on the machine; in this order anybody who adds the same
    numbers, the page too, gets the same sum to the last bit.
    """
    total = np.zeros(len(table))
    for column, weight in zip(table.columns, weights.to_numpy(dtype="float64"), strict=True):
        total += table[column].to_numpy(dtype="float64") * weight
    return total


def _total(weights: pd.Series) -> float:
    """Sum from the first to the last, for the same reason."""
    return float(np.cumsum(weights.to_numpy(dtype="float64"))[-1]) if len(weights) else 0.0
