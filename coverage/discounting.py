"""What a pound of a later year, or of another year's prices, is worth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from connected_place.coverage.parameters import Appraisal

LATER_FROM_YEAR = 31


def discount_factors(rules: Appraisal) -> np.ndarray:
    """Present value of £1 in each year, shape (years + 1,), year 0 first.

    Notes
    -----
    HM Treasury Green Book: 3.5 % a year to year 30, 3.0 % from year 31 to 75; the later rate goes on from where the
    first has come to.

    Examples
    --------
    >>> discount_factors(Appraisal(years=2)).round(6).tolist()
    [1.0, 0.966184, 0.933511]
    """
    rates = np.where(np.arange(1, rules.years + 1) < LATER_FROM_YEAR, rules.discount_rate, rules.later_discount_rate)
    return np.concatenate([[1.0], np.cumprod(1 / (1 + rates))])


def in_base_prices(price_year: int, *, base_year: int, deflator: Mapping[str, float]) -> float:
    """What turns prices of one year into those of the base year; 1 where either is not stated.

    Raises
    ------
    KeyError
        The deflator lacks one of the years; `case_faults` says so before.

    Examples
    --------
    >>> in_base_prices(2016, base_year=2026, deflator={"2016": 80.0, "2026": 100.0})
    1.25
    """
    if not price_year or not base_year or price_year == base_year:
        return 1.0
    return deflator[str(base_year)] / deflator[str(price_year)]
