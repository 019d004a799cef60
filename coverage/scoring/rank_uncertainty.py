"""Doubt: how far scores and ranks depend on the weights that were chosen and on values that are not sure."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.draws import cell_draws, cell_keys, sample_keys, uniform
from connected_place.coverage.scoring.percentiles import Tails
from connected_place.coverage.scoring.weighted_score import SCORE_DECIMALS

WEIGHT_FACTOR = 2.0
"""Each swing weight is drawn between half and double what was stated (project's proposal)."""

BLOCK_CELLS = 1 << 23
"""Areas times samples held at a time, about 25 bytes each."""

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
    threads: int = 1,
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
    threads : int
        The result is the same with any number.

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
    size. A draw is a hash of the seed, the criterion's key, the area's code and the number of the sample, so no area
    moves another's draws and a criterion without weight moves none.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.0, 0.0], "b": [0.0, 1.0, 0.1]}, index=["A1", "A2", "A3"])
    >>> found = uncertainty_of_ranks(values, pd.Series({"a": 0.5, "b": 0.5}), samples=1000, seed=1)
    >>> found.frame[["rank_low", "rank_high"]].to_numpy().tolist()
    [[1.0, 2.0], [1.0, 2.0], [3.0, 3.0]]
    >>> bool(found.central.loc["A1", "a"] > 0.5)
    True
    """
    cells = _cells(values, weights, low=low, high=high, seed=seed)
    count = len(cells.codes)
    drawn = drawn_weights(cells.weights, samples=samples, seed=seed, factor=factor)
    scores, ranks = Tails(count, samples, dtype="float64"), Tails(count, samples, dtype=_whole(count))
    leader, among_first = np.empty(samples if count else 0, dtype="int64"), np.zeros(count, dtype="int64")
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for block in _slices(samples, BLOCK_CELLS // max(1, count)) if count else ():
            found = _scores(cells, drawn, block, pool=pool)
            order, places = _ranked(found, pool=pool)
            leader[block] = order[:, 0]
            among_first += np.bincount(order[:, :first].ravel(), minlength=count)
            scores.add(_turned(found), pool)
            ranks.add(places, pool)
    columns = {
        "rank_low": ranks.low(),
        "rank_high": ranks.high(),
        "score_low": scores.low(),
        "score_high": scores.high(),
        "lead_share": np.bincount(leader, minlength=count) / samples,
        "first_share": among_first / samples,
    }
    frame = pd.DataFrame(columns, index=cells.codes, dtype="float64").reindex(values.index)
    central = _central(leader, drawn, cells).reindex(index=values.index, columns=weights.index)
    return RankUncertainty(frame=frame, central=central)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The areas that have a score, in the order of their codes, and the criteria that have a weight.

    `low` and `width` have shape (criteria, areas); a value that does not count is 0 in both. `counts` tells which do;
    `partial` are the areas of which one does not. `keys` has shape (criteria, 2, areas).
    """

    codes: pd.Index
    weights: pd.Series
    low: np.ndarray
    width: np.ndarray
    counts: np.ndarray
    partial: np.ndarray
    unsure: tuple[np.ndarray | slice, ...]
    keys: np.ndarray


def _cells(
    values: pd.DataFrame, weights: pd.Series, *, low: pd.DataFrame | None, high: pd.DataFrame | None, seed: int
) -> _Cells:
    counting = weights[weights > 0].astype("float64")
    scored = values[counting.index].dropna(how="all").sort_index()
    least, most = (scored if bound is None else bound.loc[scored.index, counting.index] for bound in (low, high))
    least, most = (bound.where(least.notna() & most.notna(), scored) for bound in (least, most))
    counts = least.notna().to_numpy().T
    bottom, width = least.fillna(0.0).to_numpy().T, (most - least).fillna(0.0).to_numpy().T
    unsure = tuple(slice(None) if row.all() else np.flatnonzero(row) for row in width > 0)
    keys = [cell_keys(scored.index, str(key), seed=seed) for key in counting.index]
    return _Cells(
        codes=scored.index,
        weights=counting,
        low=np.ascontiguousarray(bottom),
        width=np.ascontiguousarray(width),
        counts=counts.astype("float64"),
        partial=np.flatnonzero(~counts.all(axis=0)),
        unsure=unsure,
        keys=np.stack(keys),
    )


def drawn_weights(stated: pd.Series, *, samples: int, seed: int, factor: float | None) -> np.ndarray:
    """Weights that sum to 1, shape (criteria, samples)."""
    draws = np.stack([uniform(str(key), samples=samples, seed=seed) for key in stated.index])
    if factor is None:
        # Exponential draws scaled to sum to 1 are uniform over all weights that do (Devroye 1986, chapter 5).
        drawn = -np.log(draws)
    else:
        drawn = stated.to_numpy()[:, None] * np.exp(np.log(factor) * (2.0 * draws - 1.0))
    return np.asarray(drawn / drawn.sum(axis=0))


def _scores(cells: _Cells, drawn: np.ndarray, block: slice, *, pool: ThreadPoolExecutor) -> np.ndarray:
    """Score of each area in each sample of a block, 0 to 100, shape (samples, areas).

    Sums are made criterion by criterion and not as a product of matrices, whose last digits depend on the machine.
    """
    samples = np.arange(drawn.shape[1])[block]
    numbers = sample_keys(drawn.shape[1])[block]
    found = np.empty((len(samples), len(cells.codes)))

    def fill(strip: slice) -> None:
        total = found[strip]
        total[:] = 0.0
        for row, weight in enumerate(100.0 * drawn[:, samples[strip], None]):
            total += weight * cells.low[row]
            unsure = cells.unsure[row]
            if isinstance(unsure, slice):
                total += cell_draws(cells.keys[row], numbers[strip]) * (weight * cells.width[row])
            elif len(unsure):
                some = cell_draws(cells.keys[row][:, unsure], numbers[strip]) * (weight * cells.width[row, unsure])
                total[:, unsure] += some
        if len(cells.partial):
            total[:, cells.partial] /= drawn[:, samples[strip]].T @ cells.counts[:, cells.partial]

    list(pool.map(fill, _slices(len(samples), _STRIP_CELLS // len(cells.codes))))
    return found


def _ranked(scores: np.ndarray, *, pool: ThreadPoolExecutor) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the areas from the first to the last, shape (samples, areas), and their ranks, (areas, samples)."""
    samples, areas = scores.shape
    bits = np.int64(max(1, (areas - 1).bit_length()))
    order = np.empty((samples, areas), dtype=_whole(areas))
    ranks = np.empty((areas, samples), dtype=_whole(areas))

    def fill(strip: slice) -> None:
        # Score and position in one whole number: sorting it breaks ties by the order of codes, as score.rank does.
        keys = -np.rint(scores[strip] * 10.0**SCORE_DECIMALS).astype("int64")
        keys <<= bits
        keys |= np.arange(areas)
        keys.sort(axis=1)
        keys &= (np.int64(1) << bits) - 1
        order[strip] = keys
        places = np.empty(keys.shape, dtype=ranks.dtype)
        np.put_along_axis(places, keys, np.arange(1, areas + 1, dtype=ranks.dtype)[None, :], axis=1)
        ranks[:, strip] = places.T

    list(pool.map(fill, _slices(samples, _STRIP_CELLS // areas)))
    return order, ranks


def _whole(largest: int) -> str:
    """The smallest kind of whole number that holds all ranks."""
    return str(np.min_scalar_type(largest))


def _turned(table: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(table.T)


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
