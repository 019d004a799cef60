"""The options beside the preferred one: to do nothing, to do the minimum, and what other budgets would buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.case.benefits import added_quantities
from connected_place.coverage.case.present_values import appraised, band, site_values
from connected_place.coverage.covering import covered
from connected_place.coverage.parameters import Appraisal, FundingRules
from connected_place.coverage.reach import ChanceSteps, SiteReach
from connected_place.coverage.siting import Curve

PEOPLE = ["premises", "residents", "user_days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """The sites of one option.

    Attributes
    ----------
    sites : DataFrame indexed by `site_id`, by rank
        `rank, capex_gbp, opex_gbp_per_year`.
    values : DataFrame
        As `present_values.site_values` gives it, of the same sites.
    added : DataFrame
        As `benefit_lines.added_quantities` gives it, of the same sites.
    """

    sites: pd.DataFrame
    values: pd.DataFrame
    added: pd.DataFrame

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        reach: SiteReach,
        points: pd.DataFrame,
        rules: Appraisal,
        *,
        users: scipy.sparse.csr_array | None,
        programme: pd.DataFrame,
        funding: FundingRules,
    ) -> Valued:
        """The chosen of some rows, as `alternative_choices` gives them, and what they are worth.

        `users`: a day, of every candidate at every point; None: not known. `programme`: what the plan's own sites add,
        as `benefits.added_quantities` gives it.
        """
        added = added_quantities(rows, reach, points, rules, users=users)
        case = appraised(rows, added, rules, programme=programme, funding=funding)
        chosen = rows.loc[case.chosen].sort_values("rank", kind="stable")
        return cls(sites=chosen, values=site_values(case).loc[chosen.index], added=added.loc[chosen.index])

    def first(self, count: int) -> Valued:
        """The first ranked: they add up by themselves, since each counts only what it adds to those before it."""
        ids = self.sites.index[:count]
        return Valued(sites=self.sites.loc[ids], values=self.values.loc[ids], added=self.added.loc[ids])


def alternative_choices(
    rows: pd.DataFrame, problem: ChanceSteps, curve: Curve, *, budget_gbp: float
) -> dict[str, pd.DataFrame]:
    """The best choices of other budgets: about half of the plan's, the next higher one, and the highest.

    Parameters
    ----------
    rows : DataFrame indexed by `site_id`
        Every candidate, as `shortlist.site_rows` gives it.
    problem : Steps
        Who covers what.
    curve : Curve
    budget_gbp : float
        The plan's own.

    Returns
    -------
    dict of words to DataFrame
        The rows with that choice in `selected`, `rank` and `demand_added`, all in one phase.
    """
    lower = [step for step in curve.steps if step.spent_gbp > 0 and step.budget_gbp <= budget_gbp / 2]
    higher = [step for step in curve.steps if step.budget_gbp > budget_gbp]
    wanted = [*lower[-1:], *higher[:1], *higher[1:][-1:]]
    at_once = ", all in one phase" if (rows["phase"] > 1).any() else ""
    return {f"Budget of £{step.budget_gbp:,.0f}{at_once}": _rows_of(rows, problem, step.chosen) for step in wanted}


def _rows_of(rows: pd.DataFrame, problem: ChanceSteps, chosen: np.ndarray) -> pd.DataFrame:
    order = covered.order_of_worth(problem.covers, problem.demand, chosen)
    added = np.zeros(len(rows))
    added[order.index.to_numpy(dtype=int)] = order["added"].to_numpy()
    ranks = order["rank"].reindex(range(len(rows))).to_numpy(dtype=float)
    return rows.assign(selected=chosen, rank=ranks, phase=np.where(chosen, 1.0, np.nan), demand_added=added)


def options(preferred: Valued, others: Mapping[str, Valued], rules: Appraisal) -> pd.DataFrame:
    """Do nothing, do minimum, the preferred option, and other budgets, by what they cost.

    Parameters
    ----------
    preferred : Valued
    others : mapping of words to Valued
    rules : Appraisal

    Returns
    -------
    DataFrame, the cheapest first
        `key` ("do_nothing", "do_minimum", "preferred", "budget_1", ...), `words, sites, capex_gbp, opex_gbp_per_year,
        demand_covered, premises, residents, user_days` (a year; NaN: not known), `pv_costs_gbp, pv_benefits_gbp,
        npv_gbp, bcr, band`, and against the row before it `more_pv_costs_gbp, more_pv_benefits_gbp, more_bcr`.
    """
    least = _least(preferred, rules)
    words = f"Do minimum: the top-ranked sites for {rules.do_minimum_share:.0%} of the capital"
    rows = [
        _row("do_nothing", "Do nothing: no new public Wi-Fi", preferred.first(0), known=_is_known(preferred)),
        *([_row("do_minimum", words, preferred.first(least))] if 0 < least < len(preferred.sites) else []),
        *([_row("preferred", "Preferred: all proposed sites", preferred)] if len(preferred.sites) else []),
        *(_row(f"budget_{number}", text, found) for number, (text, found) in enumerate(others.items(), start=1)),
    ]
    frame = pd.DataFrame(rows).sort_values("capex_gbp", kind="stable").reset_index(drop=True)
    more = frame[["pv_costs_gbp", "pv_benefits_gbp"]].diff()
    ratio = more["pv_benefits_gbp"] / more["pv_costs_gbp"].where(more["pv_costs_gbp"] > 0)
    return frame.assign(
        more_pv_costs_gbp=more["pv_costs_gbp"], more_pv_benefits_gbp=more["pv_benefits_gbp"], more_bcr=ratio
    )


def _least(preferred: Valued, rules: Appraisal) -> int:
    """First ranked sites that a share of the capital pays for, one at least."""
    spent = preferred.sites["capex_gbp"].cumsum()
    limit = rules.do_minimum_share * float(preferred.sites["capex_gbp"].sum())
    return max(1, int((spent <= limit + 1e-9).sum()))


def _is_known(found: Valued) -> pd.Series:
    """What is known of every site: the benefits' value, and the people."""
    columns = found.values[["pv_benefits_gbp"]].join(found.added[PEOPLE])
    return columns.notna().all() & bool(len(columns))


def _row(key: str, words: str, found: Valued, *, known: pd.Series | None = None) -> dict[str, object]:
    """One option; that of nothing brings 0 where the preferred one's figures are known at all."""
    is_known = _is_known(found) if known is None else known
    costs = float(found.values["pv_costs_gbp"].sum())
    benefits = float(found.values["pv_benefits_gbp"].sum()) if is_known["pv_benefits_gbp"] else np.nan
    ratio = benefits / costs if costs > 0 else np.nan
    return {
        "key": key,
        "words": words,
        "sites": len(found.sites),
        "capex_gbp": float(found.sites["capex_gbp"].sum()),
        "opex_gbp_per_year": float(found.sites["opex_gbp_per_year"].sum()),
        "demand_covered": float(found.added["demand"].sum()),
        **{name: float(found.added[name].sum()) if is_known[name] else np.nan for name in PEOPLE},
        "pv_costs_gbp": costs,
        "pv_benefits_gbp": benefits,
        "npv_gbp": benefits - costs,
        "bcr": ratio,
        "band": band(ratio),
    }
