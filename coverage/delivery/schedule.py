"""How the sites are built: tasks with their months, gates, risks, what staff it needs, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.delivery.monitoring import Baseline, monitoring
from connected_place.coverage.delivery.risks import delivery_risks
from connected_place.coverage.delivery.tasks import month_words, tasks
from connected_place.coverage.parameters import Parameters

__all__ = ["Baseline", "Delivery", "delivery", "month_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery plan.

    Attributes
    ----------
    start : str
        First month, "YYYY-MM"; "" where none was stated, and months are then counted: "month 1".
    months : int
        Length of the whole plan.
    tasks : DataFrame, by start
        As `delivery_tasks.tasks` gives it: `task_id, site_id, name, phase, task, words, start, end` (as printed),
        `start_month, end_month` (1 is the first; both included), `months, owner_role, depends_on` (ids, separated by
        blanks), `gate` ("project", "board", "cabinet" or ""), `is_default` (the length is this project's proposal).
    phases : DataFrame
        `phase, sites, capex_gbp, start, end, start_month, end_month`.
    risks : DataFrame, the highest score first
        `key, words, likelihood, impact, score, mitigation, owner_role, source`.
    resources : DataFrame
        `month` (1 first), `month_words, sites_in_progress, tasks_in_progress, person_days` (NaN: not stated).
    monitoring : DataFrame
        `key, words, unit, baseline, baseline_date, target, source, how_often, owner_role`; NaN: not known.
    """

    start: str
    months: int
    tasks: pd.DataFrame
    phases: pd.DataFrame
    risks: pd.DataFrame
    resources: pd.DataFrame
    monitoring: pd.DataFrame


def delivery(sites: pd.DataFrame, funding_risks: pd.DataFrame, baseline: Baseline, parameters: Parameters) -> Delivery:
    """Make the delivery plan.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        The chosen: `name, kind, rank, phase, capex_gbp, backhaul_class`.
    funding_risks : DataFrame
        As `funding_risks.model_risks` gives it.
    baseline : Baseline
        What is measured before the first site is live.
    parameters : Parameters
    """
    rules = parameters.delivery
    ordered = sites.sort_values(["phase", "rank"], kind="stable")
    found = tasks(ordered, rules)
    return Delivery(
        start=rules.start,
        months=int(found["end_month"].max()),
        tasks=found,
        phases=_phases(found, ordered, rules.start),
        risks=delivery_risks(ordered, funding_risks, parameters),
        resources=_resources(found, rules.person_days, rules.start),
        monitoring=monitoring(ordered, baseline, parameters),
    )


def _phases(found: pd.DataFrame, sites: pd.DataFrame, start: str) -> pd.DataFrame:
    """Each phase from the first survey to the last acceptance."""
    of_sites = found[found["site_id"] != ""]
    spans = of_sites.groupby("phase").agg(start_month=("start_month", "min"), end_month=("end_month", "max"))
    money = (
        sites.assign(phase=sites["phase"].fillna(1.0).astype("int64"))
        .groupby("phase")["capex_gbp"]
        .agg(["size", "sum"])
    )
    frame = spans.join(money.rename(columns={"size": "sites", "sum": "capex_gbp"})).reset_index()
    return frame.assign(
        start=[month_words(month, start) for month in frame["start_month"]],
        end=[month_words(month, start) for month in frame["end_month"]],
    )


def _resources(found: pd.DataFrame, person_days: object, start: str) -> pd.DataFrame:
    """What goes on in each month; days of a task are spread over its months."""
    days = found["task"].map(dict(person_days)) / found["months"]  # type: ignore[call-overload]
    rows = []
    for month in range(1, int(found["end_month"].max()) + 1):
        now = (found["start_month"] <= month) & (found["end_month"] >= month)
        rows.append(
            {
                "month": month,
                "month_words": month_words(month, start),
                "sites_in_progress": found.loc[now & (found["site_id"] != ""), "site_id"].nunique(),
                "tasks_in_progress": int(now.sum()),
                "person_days": days[now].sum() if dict(person_days) else float("nan"),  # type: ignore[call-overload]
            }
        )
    return pd.DataFrame(rows)
