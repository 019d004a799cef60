"""What moves the ratio: each figure at both ends of its range, the others as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from connected_place.coverage.case.lines import BENEFIT, GAINS, Line
from connected_place.coverage.case.present_values import Appraised
from connected_place.coverage.parameters import Appraisal, Range

RATE = "discount_rate"
WORDS = {
    "capital": "Capital",
    "running": "Running cost",
    "renewal": "Equipment renewal",
    "optimism_bias": "Optimism bias",
    "use": "How much the sites are used",
    "reach": "People who might connect",
    "take_up": "Share of people who use it",
    "counterfactual": "Share of use that is new",
    "additionality": "Share of benefits that is additional",
    RATE: "Discount rate",
}

OF_BENEFITS = ("use", "reach", "take_up", "counterfactual", "additionality")
"""Figures that move benefits; the others move costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioTerms:
    """The programme's present values as products: each term is in proportion to some factors.

    Attributes
    ----------
    pv_gbp : array (n,)
    is_benefit : array (n,) of bool
    factors : tuple of n tuples of str
        Keys of `Range`.
    """

    pv_gbp: np.ndarray
    is_benefit: np.ndarray
    factors: tuple[tuple[str, ...], ...]

    def at(self, **times: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Costs and benefits, £ at present value, with some factors changed.

        Parameters
        ----------
        times : float or array of draws, by factor
            1: as in the plan.

        Examples
        --------
        >>> terms = RatioTerms(pv_gbp=np.array([100.0, 44.0]), is_benefit=np.array([False, False]),
        ...               factors=(("capital",), ("capital", "optimism_bias")))
        >>> float(terms.at(optimism_bias=0.5)[0])
        122.0
        """
        return self._side(False, times), self._side(True, times)

    def _side(self, of_benefits: bool, times: Mapping[str, float | np.ndarray]) -> np.ndarray:
        total: np.ndarray = np.zeros(())
        for pv, is_benefit, factors in zip(self.pv_gbp, self.is_benefit, self.factors, strict=True):
            if bool(is_benefit) == of_benefits:
                total = total + pv * math.prod((np.asarray(times.get(key, 1.0)) for key in factors), start=np.ones(()))
        return total

    def names(self) -> list[str]:
        """Every factor that something is in proportion to, costs first."""
        return list(dict.fromkeys(key for factors in self.factors for key in factors))


def terms(case: Appraised) -> RatioTerms:
    """The programme as terms; of the benefits those that have a value."""
    lines = [line for line in case.lines if case.is_known(line)]
    values = [_chosen_pv(line, case) for line in lines]
    return RatioTerms(
        pv_gbp=np.array(values, dtype="float64"),
        is_benefit=np.array([line.kind in GAINS for line in lines]),
        factors=tuple(line.factors for line in lines),
    )


def ranges(case: Appraised) -> dict[str, Range]:
    """The range of each factor that has one: as stated, else a benefit's own, else the default.

    A benefit's low and high value become factors on its value; without a value there is no range. Optimism bias ranges
    from the lower to the upper bounds, whatever the plan has.
    """
    of_benefits = {
        line.key: Range(
            key=line.key,
            low=line.low / line.unit_value_gbp,
            high=line.high / line.unit_value_gbp,
            source=line.source or "as the planner states it",
        )
        for line in case.lines
        if line.kind == BENEFIT and case.is_known(line) and line.low == line.low and line.unit_value_gbp > 0
    }
    stated = {item.key: item for item in case.rules.range}
    found = {**case.rules.default_ranges, **_of_bias(case), **of_benefits, **stated}
    known = {*terms(case).names(), RATE}
    return {key: item for key, item in found.items() if key in known}


def _of_bias(case: Appraised) -> dict[str, Range]:
    """The lower and upper bounds of optimism bias as factors on the plan's own; none where the plan has no bias."""
    lines = [(line, *line.bounds, line.amounts_gbp) for line in case.lines if line.bounds is not None]
    at_lower, at_upper, own = (
        sum(abs(_chosen_pv(replace(line, amounts_gbp=amounts[at]), case)) for line, *amounts in lines)
        for at in range(3)
    )
    if not own > 0:
        return {}
    source = "Mott MacDonald 2002: lower and upper bounds by type of work, by their share of each site's capital"
    own_range = Range(key="optimism_bias", low=at_lower / own, high=at_upper / own, shape="uniform", source=source)
    return {own_range.key: own_range}


def _chosen_pv(line: Line, case: Appraised) -> float:
    """£ at present value of the chosen sites together."""
    return float(line.present_value_gbp(case.starts, case.factors)[case.chosen].sum())


def tornado(case: Appraised) -> pd.DataFrame:
    """Net present value and ratio with each figure at both ends of its range.

    Returns
    -------
    DataFrame, the widest range of the ratio first, or of the net present value where there is no ratio
        `key, words, low, high` (factors on the plan's figure; the rate itself), `bcr_low, bcr_high, npv_low, npv_high`
        (at the low and at the high end; NaN: no value of a benefit was stated), `costs_low, costs_high` (£ at present
        value), `source`.
    """
    parts = terms(case)
    words = WORDS | {line.key: line.words for line in case.lines if line.kind == BENEFIT}
    rows = [
        {"key": item.key, "words": words[item.key], "low": item.low, "high": item.high}
        | _at("low", _both(case, parts, item.key, item.low))
        | _at("high", _both(case, parts, item.key, item.high))
        | {"source": item.source}
        for item in ranges(case).values()
    ]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    by_ratio = (frame["bcr_high"] - frame["bcr_low"]).abs()
    by_costs = (frame["costs_high"] - frame["costs_low"]).abs()
    width = by_ratio if by_ratio.notna().any() else by_costs
    return frame.loc[width.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _both(case: Appraised, parts: RatioTerms, key: str, value: float) -> tuple[float, float]:
    """Costs and benefits with one figure changed; benefits NaN where none has a value."""
    costs, benefits = terms(at_rate(case, value)).at() if key == RATE else parts.at(**{key: value})
    return float(costs), float(benefits) if case.keys(BENEFIT) else float("nan")


def at_rate(case: Appraised, rate: float) -> Appraised:
    """The same case at another discount rate, the later one not above it."""
    rules: Appraisal = replace(
        case.rules, discount_rate=rate, later_discount_rate=min(rate, case.rules.later_discount_rate)
    )
    return replace(case, rules=rules)


def _at(end: str, values: tuple[float, float]) -> dict[str, float]:
    costs, benefits = values
    ratio = benefits / costs if costs > 0 else float("nan")
    return {f"bcr_{end}": ratio, f"npv_{end}": benefits - costs, f"costs_{end}": costs}
