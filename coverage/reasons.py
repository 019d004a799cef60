"""Why a candidate was chosen or not: a stable code, and a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import pandas as pd

REASONS = {
    "CHOSEN": "Chosen: it adds {added} {unit} for £{capex:,.0f}.",
    "LOCKED_IN": "Chosen because plan.toml asks for it (lock_in); it adds {added} {unit}.",
    "LOCKED_OUT": "Left out because plan.toml asks for it (lock_out); it would add {added} {unit}.",
    "NO_LINE": "Not chosen: no line good enough is known at its postcode, nor one near by (sites.worst_backhaul).",
    "COVERS_NO_DEMAND": "Not chosen: no premises with unmet need lies within its reach.",
    "COVERED_BY_CHOSEN": "Not chosen: the chosen sites already cover all {covered} {unit} in its reach.",
    "OVER_BUDGET": "Not chosen: it costs £{capex:,.0f}, more than the whole budget.",
    "OTHERS_ADD_MORE": "Not chosen: it would add {added} {unit} for £{capex:,.0f}; the budget covers more elsewhere.",
}


def reasons(
    sites: pd.DataFrame,
    *,
    budget_gbp: float,
    lock_in: set[str],
    lock_out: set[str],
    no_line: Set[str] = frozenset(),
    unit: str = "need-weighted premises",
) -> pd.DataFrame:
    """Code and sentence for every candidate.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        `selected, demand_covered, demand_added, capex_gbp`.
    budget_gbp : float
    lock_in, lock_out, no_line : set of site ids
        The last have no line that is good enough.
    unit : str
        Of the demand, in words.

    Returns
    -------
    DataFrame indexed as `sites`: `reason_code`, `reason`

    Examples
    --------
    >>> sites = pd.DataFrame({"selected": [True, False], "demand_covered": [12.0, 0.0], "demand_added": [12.0, 0.0],
    ...                       "capex_gbp": [15700.0, 15700.0]}, index=["A", "B"])
    >>> found = reasons(sites, budget_gbp=20_000, lock_in=set(), lock_out=set())
    >>> found["reason_code"].tolist()
    ['CHOSEN', 'COVERS_NO_DEMAND']
    >>> found.loc["A", "reason"]
    'Chosen: it adds 12 need-weighted premises for £15,700.'
    """
    chosen = sites["selected"]
    codes = np.select(
        [
            chosen & sites.index.isin(lock_in),
            chosen,
            sites.index.isin(lock_out),
            sites.index.isin(no_line),
            sites["demand_covered"] <= 0,
            sites["capex_gbp"] > budget_gbp,
            sites["demand_added"] <= 0,
        ],
        ["LOCKED_IN", "CHOSEN", "LOCKED_OUT", "NO_LINE", "COVERS_NO_DEMAND", "OVER_BUDGET", "COVERED_BY_CHOSEN"],
        default="OTHERS_ADD_MORE",
    )
    numbers = zip(codes, sites["demand_added"], sites["demand_covered"], sites["capex_gbp"], strict=True)
    sentences = [
        REASONS[code].format(added=_amount(added), covered=_amount(covered), capex=capex, unit=unit)
        for code, added, covered, capex in numbers
    ]
    return pd.DataFrame({"reason_code": codes, "reason": sentences}, index=sites.index)


def _amount(demand: float) -> str:
    """Need-weighted premises in words; little is not told as none.

    Examples
    --------
    >>> _amount(1234.4), _amount(3.0), _amount(0.4), _amount(0.01)
    ('1,234', '3', '0.4', 'under 0.1')
    """
    if 0 < demand < 0.05:
        return "under 0.1"
    return f"{demand:,.0f}" if demand >= 10 or float(demand).is_integer() else f"{demand:.1f}"
