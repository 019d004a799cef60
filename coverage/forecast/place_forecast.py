"""What would come without a plan: the share of each ward with the headline speed later, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.forecast.held_out import TESTED, ForecastTest, checked_forecast, share_spread
from connected_place.coverage.forecast.rates import Vintage, fitted_closing_rates, latest_rows, pairs_of
from connected_place.coverage.forecast.vintages import coverage_series
from connected_place.coverage.gaps import PlaceGaps
from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceForecast:
    """A forecast from every release that was given, or why none is given.

    Attributes
    ----------
    tier, since : str
        Speed; month of the newest release, from which years are counted.
    test : ForecastTest
        On held-out releases and wards.
    series : DataFrame, by month
        As `CoverageSeries.of_place` has it.
    wards : DataFrame
        `area_code`, `years`, `month`, `share_low`, `share`, `share_high` (of premises with the speed), `gap`
        (premises expected to be without it), `is_tested` (bool: releases as far apart were forecast); without rows
        where the verdict is not `TESTED`.
    rates : Series indexed by ward
        Yearly rate at which those without the speed gain it; empty as `wards` is.
    """

    tier: str
    since: str
    test: ForecastTest
    series: pd.DataFrame
    wards: pd.DataFrame
    rates: pd.Series

    @property
    def is_given(self) -> bool:
        """Whether there is a forecast: one that was tested, and is better than no change and a straight line."""
        return self.test.verdict == TESTED

    def still_without(self, wards: pd.Index, years: Sequence[float]) -> pd.DataFrame:
        """Part of today's premises without the speed that would still be without it.

        Parameters
        ----------
        wards : Index of codes
        years : sequence of float
            After the newest release.

        Returns
        -------
        DataFrame indexed by ward, one column a year
            In [0, 1]; 1 where there is no forecast.
        """
        rates = self.rates.reindex(wards).fillna(0.0)
        left = np.exp(-np.outer(rates.to_numpy(dtype="float64"), np.asarray(years, dtype="float64")))
        return pd.DataFrame(left, index=wards, columns=list(years))


def place_forecast(layers: Layers, gaps: PlaceGaps, parameters: Parameters) -> PlaceForecast | None:
    """Forecast the headline speed by ward; None where no other release than today's was given.

    Raises
    ------
    DataError
        Those of `coverage_series`.
    """
    tier = parameters.gaps.headline
    series = coverage_series(layers, gaps.area.places, gaps.units, tier=tier, lad=parameters.place.lad)
    if len(series.of_place) < 2:
        return None
    vintages = series.vintages
    pairs = pairs_of(vintages) if len(vintages) > 1 else pd.DataFrame()
    codes = sorted(set(gaps.units.areas["ward"]))
    test = checked_forecast(pairs, pd.Series(codes, index=codes))
    since = gaps.units.reporting.release
    wards, rates = pd.DataFrame(), pd.Series(dtype="float64")
    if test.verdict == TESTED:
        wards, rates = _of_wards(pairs, vintages, test, parameters.forecast.years)
    return PlaceForecast(tier=tier, since=since, test=test, series=series.of_place, wards=wards, rates=rates)


def _of_wards(
    pairs: pd.DataFrame, vintages: Sequence[Vintage], test: ForecastTest, years: Sequence[float]
) -> tuple[pd.DataFrame, pd.Series]:
    """Each ward at each date, and its rate."""
    last = latest_rows(vintages).set_index("area")
    rates = fitted_closing_rates(pairs).of(last)
    parts = []
    for ahead in sorted(years):
        without = last["share"] * np.exp(-rates * ahead)
        reach = test.width * share_spread(last["share"], ahead)
        parts.append(
            pd.DataFrame(
                {
                    "years": ahead,
                    "month": months_later(vintages[-1].month, round(12 * ahead)),
                    "share_low": 1 - (without + reach).clip(upper=1.0),
                    "share": 1 - without,
                    "share_high": 1 - (without - reach).clip(lower=0.0),
                    "gap": without * last["premises"],
                    "is_tested": ahead <= test.longest_years,
                }
            )
        )
    found = pd.concat(parts).rename_axis("area_code").reset_index()
    return found.sort_values(["area_code", "years"], kind="stable", ignore_index=True), rates


def months_later(month: str, months: int) -> str:
    """A month some months after another.

    Examples
    --------
    >>> months_later("2020-05", 8), months_later("2020-05", 24)
    ('2021-01', '2022-05')
    """
    year, number = divmod(12 * int(month[:4]) + int(month[5:7]) - 1 + months, 12)
    return f"{year}-{number + 1:02d}"
