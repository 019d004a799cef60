"""The options beside the preferred one: to do nothing, to do the minimum, and what more money would buy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.case_parameters import Appraisal
from connected_place.coverage.present_values import band


def options(sites: pd.DataFrame, values: pd.DataFrame, added: pd.DataFrame, rules: Appraisal) -> pd.DataFrame:
    """Do nothing, do minimum, each phase, and the preferred option.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        The chosen: `rank`, `phase`, `capex_gbp`, `opex_gbp_per_year`.
    values : DataFrame
        As `present_values.site_values` gives it, of the same sites.
    added : DataFrame
        As `benefit_lines.added_quantities` gives it, of the same sites.
    rules : Appraisal

    Returns
    -------
    DataFrame
        `key, words, sites, capex_gbp, opex_gbp_per_year, demand_covered, premises, residents` (NaN: not known),
        `pv_costs_gbp, pv_benefits_gbp, npv_gbp, bcr, band`, and against the option before it `more_pv_costs_gbp,
        more_pv_benefits_gbp, more_bcr`.

    Notes
    -----
    Sites are ranked by what each adds to those before it, so the first of them reach together what they add up to.
    """
    ordered = sites.sort_values("rank", kind="stable")
    sizes = _sizes(ordered, rules)
    rows = [
        {"key": key, "words": words, **_sums(ordered.index[:count], sites, values, added)}
        for key, words, count in sizes
    ]
    frame = pd.DataFrame(rows)
    more = frame[["pv_costs_gbp", "pv_benefits_gbp"]].diff()
    ratio = more["pv_benefits_gbp"] / more["pv_costs_gbp"].where(more["pv_costs_gbp"] > 0)
    return frame.assign(
        more_pv_costs_gbp=more["pv_costs_gbp"], more_pv_benefits_gbp=more["pv_benefits_gbp"], more_bcr=ratio
    )


def _sizes(ordered: pd.DataFrame, rules: Appraisal) -> list[tuple[str, str, int]]:
    """Key, words and number of first ranked sites of each option."""
    whole = len(ordered)
    spent = ordered["capex_gbp"].cumsum()
    limit = rules.do_minimum_share * float(ordered["capex_gbp"].sum())
    least = max(1, int((spent <= limit + 1e-9).sum())) if whole else 0
    found = [("do_nothing", "Do nothing: no new public Wi-Fi", 0)]
    if 0 < least < whole:
        found.append(
            ("do_minimum", f"Do minimum: the first ranked sites for {rules.do_minimum_share:.0%} of the capital", least)
        )
    if whole:
        found.append(("preferred", "Preferred: all chosen sites", whole))
    return found


def _sums(ids: pd.Index, sites: pd.DataFrame, values: pd.DataFrame, added: pd.DataFrame) -> dict[str, object]:
    """An option of nothing has benefits of 0 where the values of benefits are known at all."""
    costs = float(values.loc[ids, "pv_costs_gbp"].sum())
    benefits = (
        float(values.loc[ids, "pv_benefits_gbp"].sum(skipna=False))
        if values["pv_benefits_gbp"].notna().all()
        else np.nan
    )
    ratio = benefits / costs if costs > 0 else np.nan
    reached = (
        added.loc[ids, ["premises", "residents"]]
        .sum(skipna=False)
        .where(added[["premises", "residents"]].notna().all())
    )
    return {
        "sites": len(ids),
        "capex_gbp": float(sites.loc[ids, "capex_gbp"].sum()),
        "opex_gbp_per_year": float(sites.loc[ids, "opex_gbp_per_year"].sum()),
        "demand_covered": float(added.loc[ids, "demand"].sum()),
        "premises": float(reached["premises"]),
        "residents": float(reached["residents"]),
        "pv_costs_gbp": costs,
        "pv_benefits_gbp": benefits,
        "npv_gbp": benefits - costs,
        "bcr": ratio,
        "band": band(ratio),
    }
