"""The councillors' question: whether every pound brings two, what decides it, and what it would take."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.case.benefits import UNITS
from connected_place.coverage.case.lines import BENEFIT, WHOLE_LIFE, yearly
from connected_place.coverage.case.present_values import Appraised
from connected_place.coverage.case.sensitivity import terms
from connected_place.coverage.case.switching import switching_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoToOne:
    """Facts for the answer; words are made in maps.

    Attributes
    ----------
    target_ratio : float
    bcr : float or None
        None: no value of a benefit was stated.
    is_met : bool or None
    driver_key, driver_words : str
        Line of benefits with the largest present value; "" where there is none.
    driver_share : float or None
        Of all benefits, in [0, 1].
    cost_driver_key, cost_driver_words : str
        Line of costs with the largest present value.
    cost_driver_share : float
    pv_costs_gbp : float
    benefit_needed_gbp : float
        At present value: target times costs.
    benefit_missing_gbp : float or None
        What is short of that; negative: to spare.
    benefit_needed_gbp_per_year : float
        The same £ in every year after year 0; NaN where the appraisal has no such year.
    benefit_needed_gbp_each : float or None
        The same for each of what the benefits rest on, £. None: their number is not known, or 0.
    needed_for : str
        What that is: a user-day where a benefit is valued by it, else a resident whom the chosen sites add.
    benefit_gbp_per_year : float or None
        What the plan has, as the same £ in every year.
    driver_factor : float or None
        What the driving line would be times; None: no value of it alone does it.
    cost_ceiling_gbp : float or None
        Most that costs may be, £ at present value.
    capital_factor : float or None
        What capital, with its bias, would be times.
    optimism_bias_stated, optimism_bias_limit : float or None
        Share of capital, mean over the chosen sites; the limit is where the target is just met. None: none does.
    sites_at_target : int or None
        Most of the first ranked sites that come to the target together; None: no ratio.
    programme_gbp, programme_benefit_needed_gbp : float or None
        Cost of the whole programme as stated in [funding], and what it needs at the target ratio.
    """

    target_ratio: float
    bcr: float | None
    is_met: bool | None
    driver_key: str
    driver_words: str
    driver_share: float | None
    cost_driver_key: str
    cost_driver_words: str
    cost_driver_share: float
    pv_costs_gbp: float
    benefit_needed_gbp: float
    benefit_missing_gbp: float | None
    benefit_needed_gbp_per_year: float
    benefit_needed_gbp_each: float | None
    needed_for: str
    benefit_gbp_per_year: float | None
    driver_factor: float | None
    cost_ceiling_gbp: float | None
    capital_factor: float | None
    optimism_bias_stated: float | None
    optimism_bias_limit: float | None
    sites_at_target: int | None
    programme_gbp: float | None
    programme_benefit_needed_gbp: float | None


def two_to_one(case: Appraised, by_rank: pd.DataFrame, *, added: pd.DataFrame, programme_gbp: float | None) -> TwoToOne:
    """Work out what the target ratio rests on.

    Parameters
    ----------
    case : Appraised
    by_rank : DataFrame
        As `present_values.site_values` gives it, of the chosen in the order of their rank.
    added : DataFrame
        As `benefits.added_quantities` gives it, of the chosen.
    programme_gbp : float or None
        Cost of the whole programme, at present value, where the chosen sites are a part of it.
    """
    target, parts, basis = case.rules.target_ratio, terms(case), _basis(case)
    people = float(added[basis].sum(skipna=False))
    costs, benefits = (float(side) for side in parts.at())
    values = case.present_values().loc[case.chosen].sum()
    has_benefits = bool(case.keys(BENEFIT))
    bcr = benefits / costs if has_benefits and costs > 0 else None
    words = {line.key: line.words for line in case.lines}
    benefit, cost = _largest(values[case.keys(BENEFIT)]), _largest(values[case.keys(*WHOLE_LIFE)])
    gross, spent = (float(values[case.keys(*kinds)].sum()) for kinds in ((BENEFIT,), WHOLE_LIFE))
    annuity = float(yearly(case.rules)[0] @ case.factors)
    needed_gbp = target * costs / annuity if annuity > 0 else float("nan")
    return TwoToOne(
        target_ratio=target,
        bcr=bcr,
        is_met=None if bcr is None else bcr >= target,
        driver_key=benefit,
        driver_words=words.get(benefit, ""),
        driver_share=float(values[benefit]) / gross if benefit and gross > 0 else None,
        cost_driver_key=cost,
        cost_driver_words=words.get(cost, ""),
        cost_driver_share=float(values[cost]) / spent if cost and spent > 0 else 0.0,
        pv_costs_gbp=costs,
        benefit_needed_gbp=target * costs,
        benefit_missing_gbp=target * costs - benefits if has_benefits else None,
        benefit_needed_gbp_per_year=needed_gbp,
        benefit_needed_gbp_each=_known(needed_gbp / people) if people > 0 else None,
        needed_for=UNITS[basis],
        benefit_gbp_per_year=benefits / annuity if has_benefits and annuity > 0 else None,
        driver_factor=_known(switching_factor(parts, benefit, ratio=target)) if benefit else None,
        cost_ceiling_gbp=benefits / target if has_benefits and target > 0 else None,
        capital_factor=_known(switching_factor(parts, "capital", ratio=target)) if has_benefits else None,
        optimism_bias_stated=_bias(case),
        optimism_bias_limit=_bias_limit(case, values, target) if has_benefits and target > 0 else None,
        sites_at_target=_first_sites(by_rank, target) if bcr is not None else None,
        programme_gbp=programme_gbp,
        programme_benefit_needed_gbp=None if programme_gbp is None else target * programme_gbp,
    )


def _basis(case: Appraised) -> str:
    """The quantity that benefits rest on: user-days where one of them is valued by it."""
    valued = [item.quantity for item in case.rules.benefit if item.unit_value_gbp is not None]
    return "user_days" if "user_days" in valued else "residents"


def _largest(values: pd.Series) -> str:
    """Key of the largest value, the first of equals; "" where there is none."""
    return str(values.idxmax()) if len(values) else ""


def _first_sites(by_rank: pd.DataFrame, target: float) -> int:
    together = by_rank["pv_benefits_gbp"].cumsum() - target * by_rank["pv_costs_gbp"].cumsum()
    reached = (together >= -1e-6).to_numpy().nonzero()[0]
    return int(reached[-1]) + 1 if len(reached) else 0


def _known(number: float) -> float | None:
    return None if number != number else number


def _bias_limit(case: Appraised, values: pd.Series, target: float) -> float | None:
    """Uplift on capital at which the ratio is the target, the others in step; None where it is below without any."""
    parts, stated = terms(case), _bias(case)
    if stated:
        factor = switching_factor(parts, "optimism_bias", ratio=target)
        return _known(stated * factor)
    costs, benefits = (float(side) for side in parts.at())
    lifted = float(values[[key for key in ("capital", "renewal") if key in values]].sum())
    limit = (benefits / target - costs) / lifted if lifted > 0 else -1.0
    return limit if limit >= 0 else None


def _bias(case: Appraised) -> float | None:
    """Optimism bias of the chosen sites together: sums over sums."""
    amounts = {line.key: float(line.amounts_gbp[case.chosen].sum()) for line in case.lines}
    return amounts["optimism_bias"] / amounts["capital"] if amounts["capital"] > 0 else None
