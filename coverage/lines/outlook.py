"""How long a line lasts beyond what would come anyway: years with the speed, discounted, less those of the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.discounting import discount_factors
from connected_place.coverage.forecast import PlaceForecast, months_later, years_between
from connected_place.coverage.parameters import Appraisal

LOOKED_AHEAD = 30
"""Years within which a forecast says when half of an area's premises have the speed."""

_STEP_YEARS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesOutlook:
    """What becomes of the premises of each area without the plan, and over which years a line is counted.

    Attributes
    ----------
    by_ward : DataFrame indexed by `area_id`, one column a ward
        Premises without the speed.
    forecast : PlaceForecast or None
        None, or one that is not given: all are taken to stay without.
    rules : Appraisal
        Years and discount rate.
    start : str
        First month of delivery; "": that of the newest release.
    """

    by_ward: pd.DataFrame
    forecast: PlaceForecast | None
    rules: Appraisal
    start: str = ""

    @property
    def is_forecast(self) -> bool:
        """Whether anything is forecast at all."""
        return self.forecast is not None and self.forecast.is_given

    def years_each(self, months: pd.Series) -> pd.Series:
        """Discounted years with the speed beyond the forecast of one premises that gains it.

        Parameters
        ----------
        months : Series indexed by `area_id`
            From the start of delivery to the line; NaN: not known.
        """
        years = np.arange(1, self.rules.years + 1)
        lived = np.clip(years[None, :] - months.to_numpy(dtype="float64")[:, None] / 12, 0.0, 1.0)
        left = self._left((self._offset() + years - 0.5).tolist()).reindex(months.index).to_numpy()
        return pd.Series((lived * left) @ discount_factors(self.rules)[1:], index=months.index)

    def half_by(self) -> pd.Series:
        """When half of each area's premises are forecast to have the speed, in words."""
        if self.forecast is None or not self.forecast.is_given:
            return pd.Series("not known", index=self.by_ward.index, dtype=object)
        years = np.arange(1, round(LOOKED_AHEAD / _STEP_YEARS) + 1) * _STEP_YEARS
        is_half = self._left(years.tolist()).to_numpy() <= 0.5
        months = [months_later(self.forecast.since, round(12 * year)) for year in years]
        said = [f"half by {months[at]} (forecast)" for at in is_half.argmax(axis=1)]
        never = f"fewer than half within {LOOKED_AHEAD} years (forecast)"
        return pd.Series(np.where(is_half.any(axis=1), said, never), index=self.by_ward.index, dtype=object)

    def _offset(self) -> float:
        """Years from the newest release to the start of delivery."""
        if self.forecast is None or not self.start:
            return 0.0
        return max(0.0, years_between(self.forecast.since, self.start))

    def _left(self, years: list[float]) -> pd.DataFrame:
        """Part of each area's premises that is still without the speed, one column a year after the newest release."""
        if self.forecast is None:
            return pd.DataFrame(1.0, index=self.by_ward.index, columns=years)
        left = self.forecast.still_without(self.by_ward.columns, years)
        whole = self.by_ward.sum(axis="columns")
        return (self.by_ward @ left).div(whole.where(whole > 0), axis="index").fillna(1.0)
