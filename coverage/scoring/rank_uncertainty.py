"""Doubt: how far scores and ranks depend on the weights that were chosen and on values that are not sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.draws import codes_of, uniform, uniform_by_code
from connected_place.coverage.scoring.weighted_score import SCORE_DECIMALS

WEIGHT_FACTOR = 2.0
"""Each swing weight is drawn between half and double what was stated (project's proposal)."""

_STRIP_CELLS = 1 << 15
"""Areas times samples worked on at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankUncertainty:
    """What the samples say of each area.

    Attributes
    ----------
    frame : DataFrame indexed as the values
        `rank_low` (best), `rank_high` (worst), `score_low`, `score_high`: 5th and 95th percentile; `lead_share`: share
        of samples in which the area came first; `first_share`: share in which it was among the first few. NaN: it has
        no score.
    central : DataFrame indexed as the values, one column a criterion
        Mean of the weight sets (each sums to 1) under which the area came first; NaN where it never did.
    """

    frame: pd.DataFrame
    central: pd.DataFrame


def uncertainty_of_ranks(
    values: pd.DataFrame,
    weights: pd.Series,
    *,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
    samples: int,
    seed: int,
    first: int = 10,
    factor: float | None = WEIGHT_FACTOR,
) -> RankUncertainty:
    """Draw weights and values many times, and say where each area then stands.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : Series indexed by criterion
        As stated. One of 0 stays 0.
    low, high : DataFrame shaped as `values`, optional
        Between which each value lies, in [0, 1]. A value that is not known spans what they say, 0 to 1, and then counts
        with its weight; without bounds, or where they are NaN, it is left out as in the score.
    samples : int
        How many draws.
    seed : int
    first : int
        How many areas are "the first few".
    factor : float or None
        Weights are drawn between `stated / factor` and `stated * factor`; 1 leaves them as they are. None: any weights.

    Returns
    -------
    Doubt

    Notes
    -----
    Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen and Salminen 1998): `lead_share` is its
    first-rank acceptability and `central` its central weight vector. Weights are log-uniform, independent and then
    scaled to sum to 1, or, for `factor=None`, uniform over all weights that sum to 1. Values are uniform between their
    bounds and independent of each other. An area without a stated score takes no part. Ties as in `score.rank`.

    Percentiles are ranks and scores that occurred in a sample (the inverse of the distribution function), exact at any
    size. Draws come from a stream for each area and criterion (`connected_place.coverage.draws`), so no area moves
    another's draws and a criterion without weight moves none.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.0, 0.0], "b": [0.0, 1.0, 0.1]}, index=["A1", "A2", "A3"])
    >>> found = uncertainty_of_ranks(values, pd.Series({"a": 0.5, "b": 0.5}), samples=1000, seed=1)
    >>> found.frame[["rank_low", "rank_high"]].to_numpy().tolist()
    [[1.0, 2.0], [1.0, 2.0], [3.0, 3.0]]
    >>> bool(found.central.loc["A1", "a"] > 0.5)
    True
    """
    cells = _cells(values, weights, low=low, high=high)
    count = len(cells.codes)
    drawn = drawn_weights(cells.weights, samples=samples, seed=seed, factor=factor)
    scores = _scores(cells, drawn, seed=seed)
    leader, among_first, ranks = _ranked(scores, first=first)
    rank_low, rank_high = _tails(ranks)
    score_low, score_high = _tails(scores)
    columns = {
        "rank_low": rank_low,
        "rank_high": rank_high,
        "score_low": score_low,
        "score_high": score_high,
        "lead_share": np.bincount(leader, minlength=count) / samples,
        "first_share": among_first / samples,
    }
    frame = pd.DataFrame(columns, index=cells.codes, dtype="float64").reindex(values.index)
    central = _central(leader, drawn, cells).reindex(index=values.index, columns=weights.index)
    return RankUncertainty(frame=frame, central=central)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The areas that have a score, in the order of their codes, and the criteria that have a weight.

    `low` and `width` have shape (areas, criteria); a value that does not count is 0 in both. `counts` tells which do.
    """

    codes: pd.Index
    weights: pd.Series
    low: np.ndarray
    width: np.ndarray
    counts: np.ndarray


def _cells(values: pd.DataFrame, weights: pd.Series, *, low: pd.DataFrame | None, high: pd.DataFrame | None) -> _Cells:
    counting = weights[weights > 0].astype("float64")
    scored = values[counting.index].dropna(how="all").sort_index()
    least, most = (scored if bound is None else bound.loc[scored.index, counting.index] for bound in (low, high))
    least, most = (bound.where(least.notna() & most.notna(), scored) for bound in (least, most))
    return _Cells(
        codes=scored.index,
        weights=counting,
        low=least.fillna(0.0).to_numpy(),
        width=(most - least).fillna(0.0).to_numpy(),
        counts=least.notna().to_numpy(),
    )


def drawn_weights(stated: pd.Series, *, samples: int, seed: int, factor: float | None) -> np.ndarray:
    """Weights that sum to 1, shape (criteria, samples)."""
    draws = np.stack([uniform(str(key), samples=samples, seed=seed) for key in stated.index])
    if factor is None:
        # Exponential draws scaled to sum to 1 are uniform over all weights that do (Devroye 1986, chapter 5).
        drawn = -np.log1p(-draws)
    else:
        drawn = stated.to_numpy()[:, None] * np.exp(np.log(factor) * (2.0 * draws - 1.0))
    return np.asarray(drawn / drawn.sum(axis=0))


def _scores(cells: _Cells, drawn: np.ndarray, *, seed: int) -> np.ndarray:
    """Score of each area in each sample, 0 to 100, shape (areas, samples).

    Sums are made criterion by criterion and not as a product of matrices, whose last digits depend on the machine.
    """
    areas, samples = len(cells.codes), drawn.shape[1]
    found = np.zeros((areas, samples))
    codes, criteria = codes_of(cells.codes), codes_of(cells.weights.index.astype(str))
    for strip in _slices(areas, _STRIP_CELLS // samples):
        total = found[strip]
        low, width, counts = cells.low[strip], cells.width[strip], cells.counts[strip]
        for column, weight in enumerate(100.0 * drawn):
            total += low[:, column, None] * weight
            unsure = np.flatnonzero(width[:, column])
            share = uniform_by_code(codes[strip][unsure], criteria[column], samples=samples, seed=seed)
            total[unsure] += share * weight * width[unsure, column, None]
        partial = np.flatnonzero(~counts.all(axis=1))
        total[partial] /= sum(counts[partial, column, None] * weight for column, weight in enumerate(drawn))
    return found


def _ranked(scores: np.ndarray, *, first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who led each sample, how often each area was among the first few, and its ranks, shape (areas, samples)."""
    areas, samples = scores.shape
    bits = np.int64(max(1, (areas - 1).bit_length()))
    leader, among_first = np.empty(samples if areas else 0, dtype="int64"), np.zeros(areas, dtype="int64")
    ranks = np.empty((areas, samples), dtype=np.min_scalar_type(areas))
    for strip in _slices(len(leader), _STRIP_CELLS // max(1, areas)):
        # Score and position in one whole number: sorting it breaks ties by the order of codes, as score.rank does.
        keys = -np.rint(scores[:, strip].T * 10.0**SCORE_DECIMALS).astype("int64", order="C")
        keys <<= bits
        keys |= np.arange(areas)
        keys.sort(axis=1)
        keys &= (np.int64(1) << bits) - 1
        leader[strip] = keys[:, 0]
        among_first += np.bincount(keys[:, :first].ravel(), minlength=areas)
        places = np.empty(keys.shape, dtype=ranks.dtype)
        np.put_along_axis(places, keys, np.arange(1, areas + 1, dtype=ranks.dtype)[None, :], axis=1)
        ranks[:, strip] = places.T
    return leader, among_first, ranks


def _tails(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 5th and the 95th percentile of each row, numbers that occur in it; the rows are put into another order."""
    low, high = (-(-share * table.shape[1] // 100) - 1 for share in (5, 95))
    table.partition((low, high), axis=1)
    return table[:, low], table[:, high]


def _central(leader: np.ndarray, drawn: np.ndarray, cells: _Cells) -> pd.DataFrame:
    """Mean weights under which each area led."""
    count = len(cells.codes)
    led = np.bincount(leader, minlength=count)
    sums = np.zeros((count, len(drawn)))
    if len(leader):
        sums = np.stack([np.bincount(leader, weights=row, minlength=count) for row in drawn], axis=1)
    means = np.divide(sums, led[:, None], out=np.full(sums.shape, np.nan), where=led[:, None] > 0)
    return pd.DataFrame(means, index=cells.codes, columns=cells.weights.index)


def _slices(count: int, step: int) -> Iterator[slice]:
    step = max(1, step)
    return (slice(start, min(count, start + step)) for start in range(0, count, step))
