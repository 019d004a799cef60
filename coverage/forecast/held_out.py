"""Is a forecast better than no change or a straight line: all three on releases and areas that it never saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.forecast.rates import fitted_closing_rates

LEAST_ORIGINS = 3
"""Releases that must have been forecast from, each with at least one before and one after it."""

FORECAST, NO_CHANGE, STRAIGHT_LINE = "forecast", "no change", "straight line"

TESTED, NO_BETTER, NOT_TESTED = "tested", "no better", "not tested"

RANGE_SHARE = 0.8
"""Part of what comes that the range should include."""

HELD_OUT_PARTS = 5
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastTest:
    """How well releases were forecast from earlier ones.

    Attributes
    ----------
    verdict : str
        `TESTED`, `NO_BETTER` or `NOT_TESTED`.
    origins : int
        Releases that were forecast from.
    longest_years : float
        The longest time forecast ahead.
    errors : DataFrame indexed by `FORECAST`, `NO_CHANGE`, `STRAIGHT_LINE`
        `mean_error` and `root_mean_square`: of shares, each area weighted by its premises. Empty if not tested.
    inside : float
        Part of the areas' shares within the range, which comes from earlier errors in other areas; NaN: not tested.
    inside_of : int
        How many shares that was tested on.
    lead : float
        By how many standard errors of areas its mean square is below that of the better baseline; below about 2 that
        may be chance. NaN: not tested.
    width : float
        How many spreads the range reaches either way; NaN: not tested.
    """

    verdict: str
    origins: int
    longest_years: float = 0.0
    errors: pd.DataFrame
    inside: float = np.nan
    inside_of: int = 0
    lead: float = np.nan
    width: float = np.nan


def checked_forecast(rows: pd.DataFrame, groups: pd.Series) -> ForecastTest:
    """Forecast every release from each earlier one, as it would have been done then, for areas held out.

    Parameters
    ----------
    rows : DataFrame
        As `pairs_of` gives it.
    groups : Series indexed by area
        District or ward that an area is held out with.

    Notes
    -----
    A model that forecasts from a release has seen pairs of earlier releases only, of areas in other groups. It is
    better only if both its mean error and its root mean square are below those of both baselines: the first alone
    would favour "no change", as most areas do not change, the second whatever follows the largest ones.
    """
    origins = sorted(set(rows.loc[rows["origin"] > 0, "origin"])) if len(rows) else []
    if len(origins) < LEAST_ORIGINS or rows["area"].map(groups).nunique() < 2:
        return ForecastTest(verdict=NOT_TESTED, origins=len(origins), errors=pd.DataFrame())
    found = held_out_rows(rows, rows["area"].map(groups))
    errors = pd.DataFrame({name: _errors(found, name) for name in (FORECAST, NO_CHANGE, STRAIGHT_LINE)}).T
    is_better = (errors.loc[FORECAST] < errors.loc[[NO_CHANGE, STRAIGHT_LINE]].min()).all()
    scaled = (found["share_later"] - found[FORECAST]).abs() / share_spread(found["share"], found["years"])
    is_inside = _inside(found, scaled)
    return ForecastTest(
        verdict=TESTED if is_better else NO_BETTER,
        origins=len(origins),
        longest_years=float(found["years"].max()),
        errors=errors,
        inside=float(is_inside.mean()),
        inside_of=len(is_inside),
        lead=min(_lead(found, name) for name in (NO_CHANGE, STRAIGHT_LINE)),
        width=_width(scaled),
    )


def share_spread(share: pd.Series, years: pd.Series | float) -> pd.Series:
    """How far a share may plausibly move: as a random walk does, the less the nearer it is to none.

    Examples
    --------
    >>> share_spread(pd.Series([0.0, 0.25, 1.0]), 4.0).round(3).tolist()
    [0.1, 1.0, 2.0]
    """
    return np.sqrt(share.clip(lower=_LEAST_SPREAD**2) * years)


def held_out_rows(rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """The rows with an origin that has a release before it, with what would have been forecast."""
    codes = pd.Series(np.arange(groups.nunique()) % HELD_OUT_PARTS, index=sorted(groups.unique()))
    fold = groups.map(codes)
    parts = []
    for origin in sorted(set(rows.loc[rows["origin"] > 0, "origin"])):
        for number in sorted(set(codes)):
            asked = rows[(rows["origin"] == origin) & (fold == number)]
            seen = rows[(rows["target"] <= origin) & (fold != number)]
            rates = fitted_closing_rates(seen).of(asked)
            parts.append(asked.assign(**{FORECAST: asked["share"] * np.exp(-rates * asked["years"])}, fold=number))
    found = pd.concat(parts)
    line = (found["share"] + found["slope"] * found["years"]).clip(0.0, 1.0)
    return found.assign(**{NO_CHANGE: found["share"], STRAIGHT_LINE: line})


def _errors(found: pd.DataFrame, name: str) -> pd.Series:
    error, weight = found[name] - found["share_later"], found["premises"]
    square = float(np.average(error**2, weights=weight))
    return pd.Series({"mean_error": float(np.average(error.abs(), weights=weight)), "root_mean_square": square**0.5})


def _lead(found: pd.DataFrame, name: str) -> float:
    """Mean gain in squared error over a baseline, in its standard errors: pairs of one area are not independent."""
    gain = ((found[name] - found["share_later"]) ** 2 - (found[FORECAST] - found["share_later"]) ** 2) * found[
        "premises"
    ]
    sums = gain.groupby(found["area"]).sum()
    spread = float(sums.std()) / len(sums) ** 0.5
    return float(sums.mean()) / spread if spread > 0 else 0.0


def _inside(found: pd.DataFrame, scaled: pd.Series) -> pd.Series:
    """Whether each share lies in the range from errors that were known by then, of other areas."""
    answers = []
    for (origin, number), part in found.groupby(["origin", "fold"]):
        known = scaled[(found["target"] <= origin) & (found["fold"] != number)]
        if len(known):
            answers.append(scaled[part.index] <= _width(known))
    return pd.concat(answers)


def _width(scaled: pd.Series) -> float:
    """The conformal quantile of past errors: of n the (n + 1) x 0.8th."""
    ordered = np.sort(scaled.to_numpy())
    return float(ordered[min(int(np.ceil((len(ordered) + 1) * RANGE_SHARE)), len(ordered)) - 1])
