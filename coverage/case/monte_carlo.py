"""Monte Carlo simulation: all figures drawn from their stated ranges at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.case.lines import BENEFIT
from connected_place.coverage.case.present_values import Appraised
from connected_place.coverage.case.sensitivity import RATE, ranges, terms
from connected_place.coverage.draws import uniform
from connected_place.coverage.parameters import Range

_LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarlo:
    """What the draws came to.

    Attributes
    ----------
    seed, draws : int
    drawn : tuple of str
        Keys of the figures that were drawn; the rest stayed as in the plan.
    quantiles : DataFrame
        `quantile` in [0, 1], `npv_gbp`, `bcr`, `pv_costs_gbp`; NaN: no value of a benefit was stated.
    share_at_least_one, share_at_least_target, share_at_least_two : float or None
        Share of the draws with a ratio of at least 1, of the target and of 2. None: no ratio.
    histogram : DataFrame
        `bcr_from, bcr_to, draws`, in up to 40 classes; empty where there is no ratio.
    """

    seed: int
    draws: int
    drawn: tuple[str, ...]
    quantiles: pd.DataFrame
    share_at_least_one: float | None
    share_at_least_target: float | None
    share_at_least_two: float | None
    histogram: pd.DataFrame


def monte_carlo(case: Appraised) -> MonteCarlo:
    """Draw the programme's costs and benefits.

    Notes
    -----
    Each figure has a stream of draws of its own, so that another figure, or another order of lines, moves no draw.
    Figures are drawn independently of each other.
    """
    rules, parts = case.rules, terms(case)
    drawn = {key: item for key, item in sorted(ranges(case).items()) if key != RATE}
    times = {key: draws_of(item, samples=rules.draws, seed=rules.seed) for key, item in drawn.items()}
    costs, benefits = (np.broadcast_to(side, rules.draws) for side in parts.at(**times))
    known = bool(case.keys(BENEFIT)) and bool((costs > 0).all()) and rules.draws > 0
    ratio = benefits / costs if known else np.full(rules.draws, np.nan)
    net = benefits - costs if case.keys(BENEFIT) else np.full(rules.draws, np.nan)
    return MonteCarlo(
        seed=rules.seed,
        draws=rules.draws,
        drawn=tuple(drawn),
        quantiles=pd.DataFrame(
            {
                "quantile": _LEVELS,
                "npv_gbp": _quantiles(net),
                "bcr": _quantiles(ratio),
                "pv_costs_gbp": _quantiles(costs),
            }
        ),
        share_at_least_one=float((ratio >= 1).mean()) if known else None,
        share_at_least_target=float((ratio >= rules.target_ratio).mean()) if known else None,
        share_at_least_two=float((ratio >= 2).mean()) if known else None,
        histogram=_histogram(ratio) if known else _histogram(np.zeros(0)),
    )


def draws_of(item: Range, *, samples: int, seed: int) -> np.ndarray:
    """Factors drawn from a range: uniform, or triangular with its top at 1, moved into the range where 1 is outside.

    Examples
    --------
    >>> found = draws_of(Range(key="capital", low=0.9, high=1.3), samples=4000, seed=1)
    >>> bool(found.min() >= 0.9), bool(found.max() <= 1.3), bool(abs(found.mean() - 3.2 / 3) < 0.005)
    (True, True, True)
    """
    share = uniform(f"case:{item.key}", samples=samples, seed=seed)
    width = item.high - item.low
    if item.shape == "uniform" or width <= 0:
        return item.low + share * width
    top = min(max(1.0, item.low), item.high)
    rising = (top - item.low) / width
    up = item.low + np.sqrt(share * width * (top - item.low))
    down = item.high - np.sqrt((1 - share) * width * (item.high - top))
    return np.where(share < rising, up, down)


def _quantiles(values: np.ndarray) -> np.ndarray:
    return np.quantile(values, _LEVELS) if len(values) else np.full(len(_LEVELS), np.nan)


def _histogram(ratio: np.ndarray) -> pd.DataFrame:
    counts, edges = np.histogram(ratio, bins=40) if len(ratio) else (np.zeros(0, dtype=int), np.zeros(1))
    return pd.DataFrame({"bcr_from": edges[:-1], "bcr_to": edges[1:], "draws": counts})
