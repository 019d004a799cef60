"""Whose pound counts for how much: weights by the deprivation of the place where a site stands."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.parameters import Distribution


def income_weights(deciles: pd.Series, rules: Distribution) -> pd.Series | None:
    """Weight of a pound to the people of each site; None where no incomes are stated.

    Notes
    -----
    (median income / group income) ^ elasticity, HM Treasury Green Book.

    Examples
    --------
    >>> rules = Distribution(median_income_gbp=30_000.0, income_gbp={"1": 15_000.0})
    >>> income_weights(pd.Series([1.0, 2.0]), rules).round(4).tolist()
    [2.4623, nan]
    """
    if rules.median_income_gbp is None or not rules.income_gbp:
        return None
    by_decile = {
        float(decile): (rules.median_income_gbp / income) ** rules.elasticity
        for decile, income in rules.income_gbp.items()
    }
    return deciles.map(by_decile).astype("float64")
