"""Costs and benefits over the years, at present value, of each site and of the programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.case import payers
from connected_place.coverage.case.benefits import benefit_lines
from connected_place.coverage.case.lines import (
    BENEFIT,
    DEDUCTED,
    PRIVATE,
    PUBLIC_COSTS,
    RECEIPTS,
    WHOLE_LIFE,
    Line,
    cost_lines,
    starting_years,
)
from connected_place.coverage.case.private_lines import divided_costs, income_lines
from connected_place.coverage.discounting import discount_factors
from connected_place.coverage.parameters import Appraisal, FundingRules

VALUE_BANDS = (
    (4.0, "very high"),
    (2.0, "high"),
    (1.5, "medium"),
    (1.0, "low"),
    (0.0, "poor"),
    (float("-inf"), "very poor"),
)
"""Least benefit-cost ratio of each band of value for money, the highest first; no pass or fail (HM Treasury Green Book
2026). Department for Transport, Value for Money Framework, updated in November 2024."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """All chosen sites together: sums of their present values, never means of their ratios.

    Attributes
    ----------
    pv_costs_gbp : float
        Net cost to the public sector.
    pv_benefits_gbp, npv_gbp : float or None
        Of the benefits that have a value, with the private costs and revenue. None: none has, so nothing is known.
    pv_private_gbp : float
        Part of these benefits that is costs (negative) and revenue of others than the public sector.
    bcr : float or None
        None: no benefit has a value, or there is no net cost.
    has_net_cost : bool
        Whether the public sector spends more than it gets back.
    band : str
        As in `VALUE_BANDS`, or "" where there is no ratio.
    weighted_benefits_gbp, weighted_npv_gbp, weighted_bcr : float or None
        With distributional weights. None: no incomes were stated, or the deprivation of a site is not known.
    price_base_year : int
        0: not stated.
    undiscounted_ratio : float or None
    sites : int
    not_valued : tuple of str
        Words of the benefits that are named and have no value, or whose quantity is not known.
    not_counted : tuple of str
        Words of private costs and revenue and of receipts that are not known.
    """

    pv_costs_gbp: float
    pv_benefits_gbp: float | None
    npv_gbp: float | None
    pv_private_gbp: float
    bcr: float | None
    has_net_cost: bool
    band: str
    weighted_benefits_gbp: float | None
    weighted_npv_gbp: float | None
    weighted_bcr: float | None
    price_base_year: int
    undiscounted_ratio: float | None
    sites: int
    not_valued: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraised:
    """Every candidate's lines and their present values.

    Attributes
    ----------
    rules : Appraisal
    lines : tuple of Line
    starts : Series of int indexed by `site_id`
        Year in which each is built.
    chosen : Index of `site_id`
    """

    rules: Appraisal
    lines: tuple[Line, ...]
    starts: pd.Series
    chosen: pd.Index

    @property
    def factors(self) -> np.ndarray:
        """Discount factors, year 0 first."""
        return discount_factors(self.rules)

    def present_values(self) -> pd.DataFrame:
        """£ of each candidate (row) by line (column); NaN: not known."""
        columns = {line.key: line.present_value_gbp(self.starts, self.factors) for line in self.lines}
        return pd.DataFrame(columns, index=self.starts.index)

    def keys(self, *kinds: str) -> list[str]:
        """Keys of the lines of some kinds; those alone whose amount is known of every chosen site."""
        return [line.key for line in self.lines if line.kind in kinds and self.is_known(line)]

    def is_known(self, line: Line) -> bool:
        """Whether every chosen site has an amount."""
        return line.kind in WHOLE_LIFE or bool(line.amounts_gbp[self.chosen].notna().all())

    def is_used(self, line: Line) -> bool:
        """Whether it says anything of the chosen sites: private money is only shown where one of them has some."""
        return line.kind not in (RECEIPTS, PRIVATE) or bool((line.amounts_gbp[self.chosen] != 0).any())


def appraised(
    sites: pd.DataFrame,
    added: pd.DataFrame,
    rules: Appraisal,
    *,
    programme: pd.DataFrame | None = None,
    funding: FundingRules | None = None,
) -> Appraised:
    """Put the lines of all candidates together.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        `kind, selected, phase, capex_gbp, opex_gbp_per_year`.
    added : DataFrame
        As `benefit_lines.added_quantities` gives it.
    rules : Appraisal
    programme : DataFrame, optional
        Of an option beside the plan: what the plan's own sites add. Without it the chosen ones are the plan's.
    funding : FundingRules, optional
        Who pays. Without it the council does, and receives nothing.
    """
    paid = FundingRules() if funding is None else funding
    shares = payers.model_shares(payers.site_models(sites, paid), paid)
    chosen = sites.index[sites["selected"].astype(bool)]
    whole = added.loc[chosen] if programme is None else programme
    return Appraised(
        rules=rules,
        lines=(
            *divided_costs(cost_lines(sites, rules), shares, paid),
            *income_lines(shares, added["residents"], rules, paid),
            *benefit_lines(added, whole, rules),
        ),
        starts=starting_years(sites, rules),
        chosen=chosen,
    )


def site_values(case: Appraised, weights: pd.Series | None = None) -> pd.DataFrame:
    """What each candidate costs and brings.

    Parameters
    ----------
    case : Appraised
    weights : Series indexed by `site_id`, or None
        Distributional weight of the people whom a site serves; NaN: not known.

    Returns
    -------
    DataFrame indexed by `site_id`
        `pv_costs_gbp`, `pv_benefits_gbp`, `npv_gbp`, `bcr`, `band`, `weight`, `weighted_benefits_gbp`,
        `weighted_npv_gbp`, `weighted_bcr`. NaN: no value of a benefit was stated, or no weight.

    Notes
    -----
    HM Treasury Green Book: PV = sum(x_t / 1.035^t), NPV = PVB - PVC, BCR = PVB / PVC.
    """
    values = case.present_values()
    costs = values[case.keys(*PUBLIC_COSTS)].sum(axis=1)
    valued = case.keys(BENEFIT)
    of_people = values[valued].sum(axis=1, skipna=False) if valued else costs * np.nan
    private = values[case.keys(PRIVATE)].sum(axis=1, skipna=False)
    benefits = of_people + private
    weight = pd.Series(np.nan, index=values.index) if weights is None else weights
    ratio = benefits / costs.where(costs > 0)
    weighted = of_people * weight + private
    return pd.DataFrame(
        {
            "pv_costs_gbp": costs,
            "pv_benefits_gbp": benefits,
            "npv_gbp": benefits - costs,
            "bcr": ratio,
            "band": [band(number) for number in ratio],
            "weight": weight,
            "weighted_benefits_gbp": weighted,
            "weighted_npv_gbp": weighted - costs,
            "weighted_bcr": weighted / costs.where(costs > 0),
        }
    )


def band(ratio: float | None) -> str:
    """Value-for-money band of a ratio; "" where there is none.

    Examples
    --------
    >>> band(-0.1), band(0.99), band(1.0), band(1.5), band(2.0), band(4.0), band(None)
    ('very poor', 'poor', 'low', 'medium', 'high', 'very high', '')
    """
    if ratio is None or np.isnan(ratio):
        return ""
    return next(word for least, word in VALUE_BANDS if ratio >= least)


def programme(case: Appraised, sites: pd.DataFrame) -> Programme:
    """The chosen sites together.

    Parameters
    ----------
    case : Appraised
    sites : DataFrame
        As `site_values` gives it, of the chosen.
    """
    flows = by_year(case)
    costs = float(sites["pv_costs_gbp"].sum())
    benefits = _sum(sites["pv_benefits_gbp"])
    weighted = _sum(sites["weighted_benefits_gbp"])
    undiscounted = flows[["capital_gbp", "running_gbp", "renewal_gbp"]].to_numpy().sum() - flows["receipts_gbp"].sum()
    private = case.present_values().loc[case.chosen, case.keys(PRIVATE)].to_numpy().sum()
    ratio = _ratio(benefits, costs)
    return Programme(
        pv_costs_gbp=costs,
        pv_benefits_gbp=benefits,
        npv_gbp=None if benefits is None else benefits - costs,
        pv_private_gbp=float(private),
        bcr=ratio,
        has_net_cost=costs > 0,
        band=band(ratio),
        weighted_benefits_gbp=weighted,
        weighted_npv_gbp=None if weighted is None else weighted - costs,
        weighted_bcr=_ratio(weighted, costs),
        price_base_year=case.rules.price_base_year,
        undiscounted_ratio=_ratio(_sum(flows["benefits_gbp"] + flows["private_gbp"]), float(undiscounted)),
        sites=len(sites),
        not_valued=_not_known(case, BENEFIT),
        not_counted=_not_known(case, RECEIPTS, PRIVATE),
    )


def by_year(case: Appraised) -> pd.DataFrame:
    """Costs and benefits of the chosen sites, year by year.

    Returns
    -------
    DataFrame
        `year`, `capital_gbp` (with optimism bias), `running_gbp`, `renewal_gbp` (the public sector's), `benefits_gbp`
        (of people; NaN: no value stated), `discount_factor`, `pv_costs_gbp`, `pv_benefits_gbp`, `pv_net_gbp`,
        `receipts_gbp` (of the council), `private_gbp` (others' revenue less their costs).
    """
    size = case.rules.years + 1

    def of(kind: str) -> np.ndarray:
        lines = [line for line in case.lines if line.kind == kind and case.is_known(line)]
        return sum((line.by_year_gbp(case.starts, case.chosen) for line in lines), np.zeros(size))

    benefits = of(BENEFIT) if case.keys(BENEFIT) else np.full(size, np.nan)
    frame = pd.DataFrame(
        {
            "year": np.arange(size),
            **{f"{kind}_gbp": of(kind) for kind in WHOLE_LIFE},
            "benefits_gbp": benefits,
            "discount_factor": case.factors,
        }
    )
    receipts, private = 0.0 - of(RECEIPTS), of(PRIVATE)
    costs = (frame[[f"{kind}_gbp" for kind in WHOLE_LIFE]].sum(axis=1) - receipts) * frame["discount_factor"]
    brought = (frame["benefits_gbp"] + private) * frame["discount_factor"]
    return frame.assign(
        pv_costs_gbp=costs, pv_benefits_gbp=brought, pv_net_gbp=brought - costs, receipts_gbp=receipts,
        private_gbp=private,
    )  # fmt: skip


def line_rows(case: Appraised) -> pd.DataFrame:
    """The lines of the programme.

    Returns
    -------
    DataFrame
        `key, words, kind, quantity, unit, unit_value_gbp, amount_gbp, low, high, source, confidence, pv_gbp,
        is_estimate, gross_gbp`, and `less_<part>_gbp` for each part in `DEDUCTED`. Of a cost line `unit_value_gbp` is
        the mean over the chosen sites, and `amount_gbp` quantity times that, £ each time that the line falls due. Of a
        benefit `gross_gbp` is quantity times value in a full year, the `less_` columns are what is taken off (below 0),
        and `amount_gbp` is their sum. NaN: not known, or not of this kind of line.
    """
    values = case.present_values().loc[case.chosen]
    return pd.DataFrame([_row(line, values[line.key], case) for line in case.lines if case.is_used(line)])


def _not_known(case: Appraised, *kinds: str) -> tuple[str, ...]:
    """Words of the lines of some kinds that are not counted, because their amount is not known."""
    return tuple(line.words for line in case.lines if line.kind in kinds and not case.is_known(line))


def _row(line: Line, values: pd.Series, case: Appraised) -> dict[str, object]:
    quantity = float(line.quantity[case.chosen].sum(skipna=False))
    each = float(line.amounts_gbp[case.chosen].mean()) if line.kind != BENEFIT else line.unit_value_gbp
    return {
        "key": line.key,
        "words": line.words,
        "kind": line.kind,
        "quantity": quantity,
        "unit": line.unit,
        "unit_value_gbp": each,
        "amount_gbp": float(line.amounts_gbp[case.chosen].sum(skipna=False)),
        "low": line.low,
        "high": line.high,
        "source": line.source,
        "confidence": line.confidence,
        "pv_gbp": float(values.sum(skipna=False)),
        "is_estimate": line.is_estimate,
        "gross_gbp": quantity * each if line.kind == BENEFIT else float("nan"),
        **{
            f"less_{key}_gbp": 0.0 - quantity * each * line.deducted[key] if line.deducted else float("nan")
            for key in DEDUCTED
        },
    }


def _sum(amounts: pd.Series) -> float | None:
    """None where any is not known, and where there is none."""
    return None if amounts.isna().any() or not len(amounts) else float(amounts.sum())


def _ratio(benefits: float | None, costs: float) -> float | None:
    return None if benefits is None or not costs > 0 else benefits / costs
