"""The lines of a business case: what each site costs, by year, in prices of one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from connected_place.coverage.discounting import in_base_prices
from connected_place.coverage.parameters import Appraisal

CAPITAL, RUNNING, RENEWAL, BENEFIT = "capital", "running", "renewal", "benefit"
RECEIPTS, PRIVATE = "receipts", "private"
WHOLE_LIFE = (CAPITAL, RUNNING, RENEWAL)
PUBLIC_COSTS = (*WHOLE_LIFE, RECEIPTS)
"""Kinds of lines below the ratio: what the public sector pays, less what it receives."""

GAINS = (BENEFIT, PRIVATE)
"""Kinds of lines above the ratio: benefits, and money of others than the public sector."""

DEDUCTED = ("unused", "mobile_data", "other_wifi", "not_additional")
"""What is taken off a benefit, in this order, each a share of quantity times value."""

COST_SOURCE = "plan.toml, sites.capex_gbp and sites.opex_gbp_per_year"
BIAS_SOURCE = "Mott MacDonald 2002, for HM Treasury"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of costs or benefits, for every candidate.

    Attributes
    ----------
    key, words : str
    kind : str
        "capital", "running", "renewal", "receipts" (of the council, negative), "benefit" or "private" (of others than
        the public sector: costs negative, revenue positive).
    amounts_gbp : Series indexed by `site_id`
        £ each time that the line falls due, in prices of the base year; NaN: not known.
    profile : array (years + 1, years + 1)
        Row: year in which a site starts. Column: year. How much of the amount falls due then.
    factors : tuple of str
        What the amounts are in proportion to: keys of `Range`.
    quantity : Series indexed by `site_id`
        Of the unit that a value is stated for.
    unit : str
    unit_value_gbp, low, high : float
        £ for one unit; NaN: not stated.
    source, confidence : str
    is_estimate : bool
        The quantity comes from a model.
    deducted : mapping of str to float
        Of a benefit: share of quantity times value that each of `DEDUCTED` takes off; the rest is the amount.
    bounds : tuple of two Series, or None
        Of a line of optimism bias: its amounts at the lower and at the upper bounds.
    """

    key: str
    words: str
    kind: str
    amounts_gbp: pd.Series
    profile: np.ndarray
    factors: tuple[str, ...]
    quantity: pd.Series
    unit: str
    unit_value_gbp: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    source: str = COST_SOURCE
    confidence: str = ""
    is_estimate: bool = False
    deducted: Mapping[str, float] = field(default_factory=dict)
    bounds: tuple[pd.Series, pd.Series] | None = None

    def present_value_gbp(self, starts: pd.Series, factors: np.ndarray) -> pd.Series:
        """£ at present value of each site.

        Parameters
        ----------
        starts : Series of int indexed by `site_id`
            Year in which each site starts.
        factors : array (years + 1,)
            As `discounting.discount_factors` gives them.
        """
        return self.amounts_gbp * (self.profile @ factors)[starts.to_numpy()]

    def by_year_gbp(self, starts: pd.Series, sites: pd.Index) -> np.ndarray:
        """£ of some sites together in each year, not discounted; NaN where an amount is not known."""
        amounts = self.amounts_gbp[sites].to_numpy()
        return (
            np.asarray(amounts @ self.profile[starts[sites].to_numpy()]) if len(sites) else np.zeros(len(self.profile))
        )


def starting_years(sites: pd.DataFrame, rules: Appraisal) -> pd.Series:
    """Year in which each site is built: that of its phase; 0 for candidates without one."""
    phases = sites["phase"].astype("float64").fillna(1.0) - 1
    return (phases * rules.phase_years).clip(upper=rules.years).astype("int64")


def optimism_bias(kinds: pd.Series, rules: Appraisal) -> pd.Series:
    """Uplift on the capital of each site, a share.

    Examples
    --------
    >>> rules = Appraisal(works={"library": "equipment"}, mitigated=0.5)
    >>> optimism_bias(pd.Series(["library", "market"]), rules).round(4).tolist()
    [1.05, 0.6425]
    """
    return kinds.map(lambda kind: _uplift(rules.bias_bounds(kind), rules)).astype("float64")


def _uplift(bounds: tuple[float, float], rules: Appraisal) -> float:
    """As stated; else between the upper and the lower bound, as far as risks are managed."""
    upper, lower = bounds
    return upper + rules.mitigated * (lower - upper) if rules.optimism_bias is None else rules.optimism_bias


def cost_lines(sites: pd.DataFrame, rules: Appraisal) -> list[Line]:
    """Capital, running cost, renewal and what is left at the end, each in its own line, whoever pays.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        `kind`, `capex_gbp`, `opex_gbp_per_year`.
    rules : Appraisal
    """
    factor = in_base_prices(rules.costs_price_year, base_year=rules.price_base_year, deflator=rules.deflator)
    capital, running = sites["capex_gbp"] * factor, sites["opex_gbp_per_year"] * factor
    renewal = capital * rules.renewal_share
    one = pd.Series(1.0, index=sites.index)

    def line(key: str, words: str, kind: str, amounts: pd.Series, profile: np.ndarray, *factors: str) -> Line:
        return Line(
            key=key, words=words, kind=kind, amounts_gbp=amounts, profile=profile, factors=factors, quantity=one,
            unit="site",
        )  # fmt: skip

    def uplifted(of: Line, key: str, uplift: pd.Series | float, bounds: tuple[pd.Series | float, ...]) -> Line:
        upper, lower = (of.amounts_gbp * bound for bound in bounds)
        return replace(
            of, key=key, words=f"Optimism bias on {of.kind}", amounts_gbp=of.amounts_gbp * uplift, source=BIAS_SOURCE,
            factors=(*of.factors, "optimism_bias"), bounds=(lower, upper),
        )  # fmt: skip

    again, kinds = renewals(rules), sites["kind"]
    bounds = pd.DataFrame([rules.bias_bounds(kind) for kind in kinds], index=sites.index, columns=["upper", "lower"])
    lines = [
        bare := line("capital", "Capital", CAPITAL, capital, once(rules), "capital"),
        uplifted(bare, "optimism_bias", optimism_bias(kinds, rules), (bounds["upper"], bounds["lower"])),
        line("running", "Running cost", RUNNING, running, yearly(rules), "running"),
    ]
    if again.any() and rules.renewal_share > 0:
        words = f"Equipment renewal every {rules.renewal_years} years"
        renewed = line("renewal", words, RENEWAL, renewal, again, "renewal")
        of_equipment = rules.equipment_bounds
        lines += [renewed, uplifted(renewed, "renewal_bias", _uplift(of_equipment, rules), of_equipment)]
    if rules.residual_share > 0:
        left = -capital * rules.residual_share
        lines.append(line("residual", "Residual value at the end", RENEWAL, left, at_the_end(rules), "capital"))
    return lines


def once(rules: Appraisal) -> np.ndarray:
    """In the year in which a site starts."""
    return np.eye(rules.years + 1)


def yearly(rules: Appraisal, *, ramp_up_years: int = 0, lasts_years: int = 0) -> np.ndarray:
    """In every year after the start; part of it while use is growing, nothing after the last year.

    Examples
    --------
    >>> yearly(Appraisal(years=3), ramp_up_years=1)[0].tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    since = years_since_start(rules)
    growing = np.clip(since / (ramp_up_years + 1), 0.0, 1.0)
    return np.where((lasts_years > 0) & (since > lasts_years), 0.0, growing)


def renewals(rules: Appraisal) -> np.ndarray:
    """Each time that the equipment's life is over, but not in the last year."""
    since, life = years_since_start(rules), max(rules.renewal_years, 1)
    due = (since > 0) & (since % life == 0) & (np.arange(rules.years + 1) < rules.years)
    return (due & (rules.renewal_years > 0)).astype("float64")


def at_the_end(rules: Appraisal) -> np.ndarray:
    """In the last year."""
    last = np.zeros((rules.years + 1, rules.years + 1))
    last[:, -1] = 1.0
    return last


def years_since_start(rules: Appraisal) -> np.ndarray:
    """Years since a site's start, below 0 before it: row the start, column the year."""
    years = np.arange(rules.years + 1)
    return years[None, :] - years[:, None]
