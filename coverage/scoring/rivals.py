"""Rivals: the area one rank away, and the smallest change that would swap the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from connected_place.coverage.scoring.weighted_score import SCORE_DECIMALS, rank, score

WEIGHT_LIMIT = 4.0
"""A weight is changed at most by this factor, up or down (project's proposal)."""

_DIGITS = (3, 4, 6)
"""A weight that swaps two areas is named with as few digits as will do."""

LARGEST = 1e12
"""No weight is greater; decimals of more cannot be rounded."""


class Scale(Protocol):
    """A criterion: what it is called, its unit and the levels of no need and full need."""

    @property
    def words(self) -> str:
        """As a councillor would say it."""

    @property
    def unit(self) -> str:
        """Of its level."""

    @property
    def none_at(self) -> float:
        """Level of value 0."""

    @property
    def full_at(self) -> float:
        """Level of value 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Areas with a score, each beside its rival, in the order of rank.

    Attributes
    ----------
    codes, rivals : Index
        The rival is the area one rank above; that of the first is the one below.
    points : array
        How far apart their scores are.
    own, other : array of shape (areas, criteria)
        Values of the area and of its rival; NaN: not known.
    weights : Series
        Those above 0, as stated.
    """

    codes: pd.Index
    rivals: pd.Index
    points: np.ndarray
    own: np.ndarray
    other: np.ndarray
    weights: pd.Series


def pairs(values: pd.DataFrame, weights: pd.Series) -> Pairs:
    """Each area with a score beside its rival; none where fewer than two have one.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [0.2, 0.9, 0.5]}, index=["A1", "A2", "A3"])
    >>> found = pairs(values, pd.Series({"a": 1.0}))
    >>> list(zip(found.codes, found.rivals, found.points.round(1)))
    [('A2', 'A3', np.float64(40.0)), ('A3', 'A2', np.float64(40.0)), ('A1', 'A3', np.float64(30.0))]
    """
    counting = weights[weights > 0].astype("float64")
    worth = values[counting.index]
    scores = score(worth, counting)
    codes = rank(scores).dropna().sort_values().index
    codes = codes if len(codes) > 1 else codes[:0]
    rivals = codes[np.maximum(np.arange(len(codes)) - 1, 0)].where(
        np.arange(len(codes)) > 0, codes[1:2].append(codes[1:])
    )
    points = np.abs(scores[codes].to_numpy() - scores[rivals].to_numpy())
    own, other = worth.loc[codes].to_numpy(), worth.loc[rivals].to_numpy()
    return Pairs(codes=codes, rivals=rivals, points=points, own=own, other=other, weights=counting)


def swapping_weights(found: Pairs) -> pd.DataFrame:
    """The smallest change of one weight that swaps each area with its rival.

    Returns
    -------
    DataFrame indexed by area code
        `criterion`, `weight` (to which the stated one changes, rounded so that it still swaps them); "" and NaN where
        no change of one weight within `WEIGHT_LIMIT` does.

    Notes
    -----
    With weight `w + x` on one criterion the two scores are equal where a polynomial of degree 2 in x is 0 (of degree 1
    where both areas are known by the same criteria). What is rounded is tried out: it does swap the two.
    """
    stated = found.weights.to_numpy()
    tried = [_swapping(found, column, weight) for column, weight in enumerate(stated)]
    return _smallest(found, np.stack(tried, axis=1), np.abs(np.log(np.stack(tried, axis=1) / stated)), "weight")


def swapping_levels(found: Pairs, levels: pd.DataFrame, criteria: Mapping[str, Scale]) -> pd.DataFrame:
    """The smallest change of one of the area's own levels, on the scale of its value, that swaps it with its rival.

    Returns
    -------
    DataFrame indexed by area code
        `criterion`, `level` (rounded so that it still swaps them); "" and NaN where no level does.
    """
    weights = found.weights.to_numpy()
    known = ~np.isnan(found.own)
    total = np.nansum(found.own * weights, axis=1)
    used = known @ weights
    rival = _scores(found.other, weights) / 100
    wanted = found.own + ((rival * used - total)[:, None] / weights)
    scales = [criteria[key] for key in found.weights.index]
    none, full = np.array([item.none_at for item in scales]), np.array([item.full_at for item in scales])
    target = np.where((wanted >= -1e-12) & (wanted <= 1 + 1e-12), none + wanted * (full - none), np.nan)
    before = levels.reindex(found.codes)[found.weights.index].to_numpy(dtype="float64")
    steps = np.array([step_of(item.unit) for item in scales])
    best = np.full(target.shape, np.nan)
    # All but the first are to gain need, the first to lose it.
    upward = np.sign(full - none) * np.where(np.arange(len(found.codes)) > 0, 1.0, -1.0)[:, None]
    for step in (steps, steps / 10, steps / 1000, steps / 1e6):
        nearest = _away(target, before, step)
        # One step further where the nearest leaves the two level.
        for named in (nearest, (nearest + upward * step).round(12)):
            value = np.clip((named - none) / (full - none), 0, 1)
            after = (total[:, None] + weights * (value - found.own)) / used[:, None] * 100
            swaps = _swapped(found, after, 100 * rival[:, None])
            best = np.where(np.isnan(best) & swaps, named, best)
    size = np.abs((best - before) / (full - none))
    return _smallest(found, best, size, "level")


def step_of(unit: str) -> float:
    """The step in which a level is named: a tenth of a per cent of a share, a metre, else a tenth."""
    return 0.001 if unit.startswith("share ") else 1.0 if unit == "metres" else 0.1


def _scores(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(100 * np.nansum(values * weights, axis=1) / (~np.isnan(values) @ weights))


def _swapping(found: Pairs, column: int, weight: float) -> np.ndarray:
    """The nearest weight of one criterion that swaps each pair, NaN where none does."""
    weights = found.weights.to_numpy()
    (total, used, value, known), (rival_total, rival_used, rival_value, rival_known) = (
        (np.nansum(side * weights, axis=1), ~np.isnan(side) @ weights, np.nan_to_num(side[:, column]),
         1.0 - np.isnan(side[:, column]))
        for side in (found.own, found.other)
    )  # fmt: skip
    constant = total * rival_used - rival_total * used
    linear = total * rival_known + value * rival_used - rival_total * known - rival_value * used
    square = value * rival_known - rival_value * known

    def apart(changed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        more = changed - weight
        own = (total + value * more) / (used + known * more)
        return 100 * own, 100 * (rival_total + rival_value * more) / (rival_used + rival_known * more)

    best = np.full(len(found.codes), np.nan)
    # After the roots, a little more: where a root can be named as it is, the two are level there.
    nudge = np.full(len(best), 1e-6 * weight)
    roots = _roots(square, linear, constant)
    for root in (*roots, *(number * (1 + 1e-6) for number in roots), nudge, -nudge):
        named = np.full(len(best), np.nan)
        for digits in _DIGITS:
            tried = _significant(weight + root, weight, digits)
            tried = np.where((tried >= weight / WEIGHT_LIMIT) & (tried <= weight * WEIGHT_LIMIT), tried, np.nan)
            named = np.where(np.isnan(named) & _swapped(found, *apart(tried)), tried, named)
        nearer = np.isnan(best) | (np.abs(np.log(named / weight)) < np.abs(np.log(best / weight)))
        best = np.where(nearer & ~np.isnan(named), named, best)
    return best


def _roots(square: np.ndarray, linear: np.ndarray, constant: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both real roots of each polynomial, NaN where there is none, in a form that loses no digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = -0.5 * (linear + np.where(linear < 0, -1.0, 1.0) * np.sqrt(linear**2 - 4 * square * constant))
        return constant / half, half / square


def _swapped(found: Pairs, own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether new scores put each area on the other side of its rival, ties by area code."""
    shape = (-1,) + (1,) * (own.ndim - 1)
    before = np.arange(len(found.codes)) == 0
    earlier = np.asarray(found.codes < found.rivals)
    apart = own.round(SCORE_DECIMALS) - other.round(SCORE_DECIMALS)
    leads = (apart > 0) | ((apart == 0) & earlier.reshape(shape))
    return np.asarray((leads != before.reshape(shape)) & ~np.isnan(apart))


def _significant(numbers: np.ndarray, origin: float, digits: int) -> np.ndarray:
    """Numbers with so many digits, rounded away from `origin`; NaN where they are not above 0, or beyond all use."""
    positive = np.where((numbers > 0) & (numbers <= LARGEST), numbers, np.nan)
    return _away(positive, np.full(len(positive), origin), 10.0 ** (np.floor(np.log10(positive)) - digits + 1))


def _away(numbers: np.ndarray, origin: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Numbers rounded to a whole multiple of `step`, away from `origin`."""
    multiples = numbers / step
    up = np.ceil(multiples - 1e-9)
    rounded = np.where(numbers >= origin, up, np.floor(multiples + 1e-9)) * step
    # The nearest number with as many decimals, so that it prints as it is.
    return np.asarray(rounded.round(12))


def _smallest(found: Pairs, named: np.ndarray, size: np.ndarray, column: str) -> pd.DataFrame:
    """The column of each row with the smallest change."""
    best = np.where(np.isnan(size), np.inf, size)
    choice = best.argmin(axis=1) if best.size else np.zeros(len(best), dtype="int64")
    rows = np.arange(len(best))
    is_any = np.isfinite(best[rows, choice])
    keys = found.weights.index.to_numpy(dtype=object)[choice]
    frame = {"criterion": np.where(is_any, keys, ""), column: np.where(is_any, named[rows, choice], np.nan)}
    return pd.DataFrame(frame, index=found.codes)
