"""Doubt: how far a rank depends on the weights that were chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd

WEIGHT_FACTOR = 2.0
"""Each swing weight is drawn between half and double what was stated (project's proposal)."""

LOW_SHARE, HIGH_SHARE = 0.05, 0.95


def rank_range(values: pd.DataFrame, weights: pd.Series, *, samples: int, seed: int) -> pd.DataFrame:
    """The ranks that an area takes in nine of ten samples of the weights.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : Series indexed by criterion
    samples : int
        Sets of weights drawn.
    seed : int

    Returns
    -------
    DataFrame indexed as `values`
        `rank_low` (best) and `rank_high` (worst): 5th and 95th percentile; NaN where nothing is known.

    Notes
    -----
    Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen 1998) with weights drawn
    log-uniformly around the stated ones. Equal scores share the better rank's order of area codes.
    """
    counting = weights.index[weights > 0]
    scored = values.dropna(how="all", subset=counting).sort_index()
    draws = _draws(weights, samples, seed)
    known = scored.notna().to_numpy(dtype="float64")
    totals = scored.fillna(0.0).to_numpy() @ draws / (known @ draws)
    ranks = np.argsort(np.argsort(-totals.round(11), axis=0, kind="stable"), axis=0, kind="stable") + 1
    low, high = np.quantile(ranks, [LOW_SHARE, HIGH_SHARE], axis=1, method="inverted_cdf")
    return pd.DataFrame({"rank_low": low, "rank_high": high}, index=scored.index, dtype="float64").reindex(values.index)


def _draws(weights: pd.Series, samples: int, seed: int) -> np.ndarray:
    """Weights, shape (criteria, samples); the stated ones are the first."""
    spread = np.log(WEIGHT_FACTOR)
    factors = np.exp(np.random.default_rng(seed).uniform(-spread, spread, size=(len(weights), samples)))
    factors[:, 0] = 1.0
    return np.asarray(weights.to_numpy()[:, None] * factors)
