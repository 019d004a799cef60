"""The business case: costs and benefits over the years, at present value."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.parameters import Appraisal


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentValues:
    """What sites cost and bring, £ at present value.

    Attributes
    ----------
    costs_gbp, benefits_gbp : Series indexed by site
        Benefits are NaN where no value of a benefit was stated.
    """

    costs_gbp: pd.Series
    benefits_gbp: pd.Series

    @property
    def npv_gbp(self) -> pd.Series:
        """Benefits less costs."""
        return self.benefits_gbp - self.costs_gbp

    @property
    def bcr(self) -> pd.Series:
        """Benefits over costs; no pass or fail (Green Book 2026)."""
        return self.benefits_gbp / self.costs_gbp.where(self.costs_gbp > 0)


def annuity_factor(discount_rate: float, years: int) -> float:
    """Present value of £1 in each of the years 1 to `years`.

    Parameters
    ----------
    discount_rate : float
        Per year.

    Examples
    --------
    >>> round(annuity_factor(0.035, 10), 4)
    8.3166
    """
    return sum((1 + discount_rate) ** -year for year in range(1, years + 1))


def present_values(
    capex_gbp: pd.Series, opex_gbp_per_year: pd.Series, benefit_gbp_per_year: pd.Series, rules: Appraisal
) -> PresentValues:
    """Discount capital (year 0, with optimism bias), running costs and benefits (years 1 on).

    Parameters
    ----------
    capex_gbp, opex_gbp_per_year, benefit_gbp_per_year : Series indexed by site
        Real prices, £.
    rules : Appraisal

    Notes
    -----
    HM Treasury Green Book: PV = sum(x_t / 1.035^t), NPV = PVB - PVC, BCR = PVB / PVC. Ratios are never averaged over
    sites: sum the present values.

    Examples
    --------
    >>> one = pd.Series([1.0])
    >>> case = present_values(one * 100_000, one * 10_000, one * 40_000, Appraisal(optimism_bias=0.0))
    >>> case.costs_gbp.round(2).item(), case.benefits_gbp.round(2).item(), case.bcr.round(4).item()
    (183166.05, 332664.21, 1.8162)
    """
    factor = annuity_factor(rules.discount_rate, rules.years)
    return PresentValues(
        costs_gbp=capex_gbp * (1 + rules.optimism_bias) + opex_gbp_per_year * factor,
        benefits_gbp=benefit_gbp_per_year * factor,
    )
