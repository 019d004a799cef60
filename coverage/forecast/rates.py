"""How fast areas gain a speed: what each pair of releases shows, and a regression of that rate on an area's past."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

RATE_PENALTY = 10.0
"""Of the squared coefficients of the standardised columns: an area's own past counts only where it says much.

Chosen on six releases of outer Bradford (2018-2020), where a weaker penalty forecast worse."""

RATE_FEATURES = ("log_share", "closing", "place_closing")
"""What a rate depends on: the share without the speed, and the rates at which area and place closed it before."""

_LEAST_SHARE = 0.005
_LEAST_BASE = 0.05
_MOST_CLOSING = 2.0
_MOST_STEPS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """One release of coverage.

    Attributes
    ----------
    month : str
        "2018-05".
    level : str
        What its units are: "postcode" or "output_area".
    share : Series indexed by unit
        Share of the unit's premises without the speed, in [0, 1]; known ones only.
    premises : Series indexed as `share`
        How much each unit counts.
    area : Series of str indexed as `share`
    """

    month: str
    level: str
    share: pd.Series
    premises: pd.Series
    area: pd.Series


def years_between(first: str, last: str) -> float:
    """Years from one month to another.

    Examples
    --------
    >>> years_between("2018-05", "2019-11")
    1.5
    """
    return (12 * (int(last[:4]) - int(first[:4])) + int(last[5:7]) - int(first[5:7])) / 12


def matched_shares(vintages: Sequence[Vintage]) -> pd.DataFrame:
    """Share without the speed by area, from the units that all of some releases report.

    Parameters
    ----------
    vintages : sequence of Vintage

    Returns
    -------
    DataFrame indexed by area
        One column a release, by its number, and `premises` of the last.

    Notes
    -----
    A release may leave out a tenth of the postcodes: without matching, that would look like building. Releases of
    different units are compared by whole areas.
    """
    last, is_alike = vintages[-1], len({each.level for each in vintages}) == 1
    common = last.share.index
    for each in vintages[:-1] if is_alike else ():
        common = common.intersection(each.share.index)
    common = common.sort_values()
    columns: dict[Any, pd.Series] = {}
    for number, each in enumerate(vintages):
        units = common if is_alike else each.share.index
        weight = last.premises[units] if is_alike else each.premises
        sums = pd.DataFrame({"without": each.share[units] * weight, "all": weight}).groupby(each.area[units]).sum()
        columns[number] = sums["without"] / sums["all"].where(sums["all"] > 0)
        columns["premises"] = sums["all"]
    return pd.DataFrame(columns).dropna().rename_axis("area")


def pairs_of(vintages: Sequence[Vintage]) -> pd.DataFrame:
    """Every pair of releases, area by area.

    Parameters
    ----------
    vintages : sequence of Vintage
        By month, rising.

    Returns
    -------
    DataFrame
        `area`, `origin`, `target` (numbers of releases), `years` between them, `premises`, `share` and `share_later`
        (without the speed), `slope` (change of the share a year before the origin; 0 for the first release), and
        `RATE_FEATURES`.
    """
    found = [
        _pair(vintages, origin, target).assign(
            share_later=lambda rows: rows["later"], origin=origin, target=target,
            years=years_between(vintages[origin].month, vintages[target].month),
        )
        for origin, target in itertools.combinations(range(len(vintages)), 2)
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True).drop(columns="later")


def latest_rows(vintages: Sequence[Vintage]) -> pd.DataFrame:
    """The last release as an origin: the columns of `pairs_of` that are known of it."""
    return _pair(vintages, len(vintages) - 1, None)


def _pair(vintages: Sequence[Vintage], origin: int, target: int | None) -> pd.DataFrame:
    """Shares and features of each area at an origin, and its share at the target."""
    numbers = [*([origin - 1] if origin else []), origin, *([] if target is None else [target])]
    shares = matched_shares([vintages[number] for number in numbers])
    at = 1 if origin else 0
    now, nothing = shares[at], pd.Series(0.0, index=shares.index)
    years = years_between(vintages[origin - 1].month, vintages[origin].month) if origin else 1.0
    slope = (now - shares[0]) / years if origin else nothing
    sums = shares.mul(shares["premises"], axis="index").sum()
    place = (sums[0] - sums[at]) / years / sums[0] if origin and sums[0] > 0 else 0.0
    return pd.DataFrame(
        {
            "area": shares.index,
            "premises": shares["premises"].to_numpy(),
            "share": now.to_numpy(),
            "slope": slope.to_numpy(),
            "log_share": np.log(now.clip(lower=_LEAST_SHARE)).to_numpy(),
            "closing": (-slope / now.clip(lower=_LEAST_BASE)).clip(-_MOST_CLOSING, _MOST_CLOSING).to_numpy(),
            "place_closing": float(place),
            "later": nothing.to_numpy() if target is None else shares[at + 1].to_numpy(),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRates:
    """A fitted model of the yearly rate at which premises without the speed gain it.

    Attributes
    ----------
    model : sklearn.pipeline.Pipeline or None
        None: nothing was ever gained, and every rate is 0.
    net_of_losses : float
        Net gains as a share of all gains: a share without the speed may rise, which a rate cannot show.
    """

    model: Any
    net_of_losses: float

    def of(self, rows: pd.DataFrame) -> pd.Series:
        """Rate of each row a year, 0 or more: after h years exp(-rate x h) of the premises are left without."""
        if self.model is None:
            return pd.Series(0.0, index=rows.index)
        rates = self.model.predict(rows[list(RATE_FEATURES)]) * self.net_of_losses
        return pd.Series(rates.round(6), index=rows.index)  # rounded to where machines agree


def fitted_closing_rates(rows: pd.DataFrame) -> ClosingRates:
    """Fit the rates by a Poisson regression of gains, exposed by premises without the speed times years.

    Premises without it are taken as the mean of both ends: those of the start alone would make long spans look slow.

    Parameters
    ----------
    rows : DataFrame
        As `pairs_of` gives it.
    """
    exposure = (rows["share"] + rows["share_later"]) / 2 * rows["premises"] * rows["years"]
    change = (rows["share"] - rows["share_later"]) * rows["premises"]
    gains = change.clip(lower=0.0)
    known = exposure > 0
    if not known.any() or not gains[known].sum() > 0:
        return ClosingRates(model=None, net_of_losses=0.0)
    from sklearn.linear_model import PoissonRegressor  # takes a second to import, and most plans fit nothing
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    regression = PoissonRegressor(alpha=RATE_PENALTY, max_iter=_MOST_STEPS, solver="newton-cholesky")
    weights = {"poissonregressor__sample_weight": exposure[known] / exposure[known].mean()}
    with threadpool_limits(1):  # sums do not depend on the number of processors
        model = make_pipeline(StandardScaler(), regression).fit(
            rows.loc[known, list(RATE_FEATURES)], (gains / exposure)[known], **weights
        )
    return ClosingRates(model=model, net_of_losses=max(0.0, float(change[known].sum() / gains[known].sum())))
