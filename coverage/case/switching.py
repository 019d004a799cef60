"""Switching values: how far each figure could move until the ratio is 1, or what councillors ask for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.case.lines import BENEFIT
from connected_place.coverage.case.present_values import Appraised
from connected_place.coverage.case.sensitivity import OF_BENEFITS, WORDS, RatioTerms, terms


def switching_values(case: Appraised) -> pd.DataFrame:
    """For every figure the factor at which the ratio is 1, and the target ratio.

    Returns
    -------
    DataFrame
        `key, words, kind` ("cost" or "benefit"), `value_gbp` (the part of costs and benefits that is in proportion to
        it, £ at present value), `unit_value_gbp` (£ a year for one unit; NaN: of a cost, or of several lines),
        `factor_one, factor_target` (what it would be times; NaN: no value of it alone does that),
        `unit_value_one, unit_value_target`, `change_one_pct, change_target_pct`.

    Notes
    -----
    Costs and benefits are linear in each figure, so the factor m solves
    B(0) + (B(1) - B(0)) m = ratio (C(0) + (C(1) - C(0)) m).
    """
    columns = ["key", "words", "kind", "value_gbp", "unit_value_gbp", "factor_one", "factor_target"]
    if not case.keys(BENEFIT):
        return _with_values(pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[3:], "float64")))
    parts, target = terms(case), case.rules.target_ratio
    lines = {line.key: line for line in case.lines if line.kind == BENEFIT}
    rows = []
    for key in parts.names():
        whole = _value(parts, key)
        line = lines.get(key)
        rows.append(
            {
                "key": key,
                "words": line.words if line else WORDS[key],
                "kind": "benefit" if line or key in OF_BENEFITS else "cost",
                "value_gbp": whole,
                "unit_value_gbp": line.unit_value_gbp if line else np.nan,
                "factor_one": switching_factor(parts, key, ratio=1.0),
                "factor_target": switching_factor(parts, key, ratio=target),
            }
        )
    return _with_values(pd.DataFrame(rows, columns=columns))


def switching_factor(parts: RatioTerms, key: str, *, ratio: float) -> float:
    """What a figure would be times for the ratio to come out; NaN where no factor of 0 or more does that."""
    (costs_without, benefits_without), (costs, benefits) = parts.at(**{key: 0.0}), parts.at()
    slope = (benefits - benefits_without) - ratio * (costs - costs_without)
    missing = ratio * costs_without - benefits_without
    if slope == 0:
        return float("nan")
    factor = float(missing / slope)
    return factor if factor >= 0 else float("nan")


def _value(parts: RatioTerms, key: str) -> float:
    (costs_without, benefits_without), (costs, benefits) = parts.at(**{key: 0.0}), parts.at()
    return float((costs - costs_without) + (benefits - benefits_without))


def _with_values(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        unit_value_one=frame["unit_value_gbp"] * frame["factor_one"],
        unit_value_target=frame["unit_value_gbp"] * frame["factor_target"],
        change_one_pct=100 * (frame["factor_one"] - 1),
        change_target_pct=100 * (frame["factor_target"] - 1),
    )
