"""Sampled demand: what each demand point weighs under other weights of the criteria."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from connected_place.coverage.demand.points import need_of_points
from connected_place.coverage.scoring import WEIGHT_FACTOR, drawn_weights, ranked_score, score
from connected_place.coverage.user_groups import RESIDENTS


def sampled_demand(
    points: pd.DataFrame, values: pd.DataFrame, stated: pd.Series, *, samples: int, seed: int
) -> Iterator[np.ndarray]:
    """The demand of each point in each sample.

    Parameters
    ----------
    points : DataFrame, one row a demand point
        `area_code, premises, demand, group`, as `demand.together` gives it.
    values : DataFrame indexed by area code, one column a criterion
        In [0, 1]; NaN: not known.
    stated : Series indexed by criterion
        Weights of the plan, above 0.
    samples, seed : int

    Yields
    ------
    array, one a point

    Notes
    -----
    Weights are drawn as in `robustness.doubt`: each between half and double what was stated. Residents count as
    premises times the new score; the other groups keep their worth against all residents together.
    """
    drawn = drawn_weights(stated, samples=samples, seed=seed, factor=WEIGHT_FACTOR)
    demand = points["demand"].to_numpy(dtype="float64")
    is_home = (points["group"] == RESIDENTS).to_numpy()
    codes, premises = points["area_code"], points["premises"].where(points["group"] == RESIDENTS, 0.0)
    stated_scores = ranked_score(values[stated.index], stated / stated.sum())
    before = need_of_points(codes, premises, scores=stated_scores)
    size = _size(demand[is_home], (premises * before).to_numpy()[is_home])
    for weights in drawn.T:
        drawn_scores = score(values[stated.index], pd.Series(weights, index=stated.index))
        scores = drawn_scores.where(stated_scores.notna())
        of_homes = np.nan_to_num((premises * need_of_points(codes, premises, scores=scores)).to_numpy()) * size
        grown = _size(of_homes[is_home], demand[is_home])
        yield np.where(is_home, of_homes, demand * grown)


def _size(numerator: np.ndarray, denominator: np.ndarray) -> float:
    """One sum over another; 1 where there is nothing."""
    whole = float(np.nansum(denominator))
    return float(np.nansum(numerator)) / whole if whole > 0 else 1.0
