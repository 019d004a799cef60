"""The front between better lines and public Wi-Fi: what each split of one sum of money gains on either side."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from connected_place.coverage.covering import Choice, Effort, best_near
from connected_place.coverage.lines import LineChoice, LinesAnswer, line_answers
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.siting import SiteChoice
from connected_place.gis_data.errors import InfeasibleError

STEP_GBP = 50_000.0
"""Between two splits (project's proposal)."""

FRONT_COLUMNS = (
    "wifi_budget_gbp", "lines_budget_gbp", "wifi_spent_gbp", "lines_spent_gbp", "sites", "areas", "wifi_served",
    "wifi_bound", "lines_served", "lines_bound", "gained", "status", "is_plan",
)  # fmt: skip


def split_front(
    sites: SiteChoice,
    lines: LineChoice,
    parameters: Parameters,
    *,
    total_gbp: float,
    step_gbp: float = STEP_GBP,
) -> pd.DataFrame:
    """The splits of one sum that no other split betters on both sides.

    Parameters
    ----------
    sites : SiteChoice
    lines : LineChoice
    parameters : Parameters
        The plan's: its own split is one of those tried.
    total_gbp : float
        For both together.
    step_gbp : float
        Between two splits.

    Returns
    -------
    DataFrame, most for lines first
        `FRONT_COLUMNS`: the two budgets and what is spent of each, `sites`, `areas` (with a paid option),
        `wifi_served` and `lines_served` (what each list makes largest: `Parameters.counted_unit`; premises-years or
        premises, by need) with bounds, `gained` (premises, likely), `status` ("optimal": both sides are proven) and
        `is_plan`.

    Notes
    -----
    The two lists share nothing but the money, so the best of a split is the best choice of each side within its part:
    every point is found by the exact searches of the lists themselves. Points between two splits may exist; the table
    has one each `step_gbp` and is named so. What no split buys any more (all that can be reached is) is not repeated.
    """
    budgets = _budgets(sites, parameters, total_gbp=total_gbp, step_gbp=step_gbp)
    answers = line_answers(lines, [total_gbp - budget for budget in budgets])
    rows, known = [], [sites.best.chosen]
    for budget, answer in zip(budgets, answers, strict=True):
        try:
            effort = Effort.limited(work=parameters.sites.work_limit)
            choice = best_near(sites.case.with_budget(budget), known[-2:], effort=effort)
        except InfeasibleError:
            continue
        known.append(choice.chosen)
        if answer is not None:
            rows.append(_row(sites, choice, answer, budget, total_gbp))
    found = pd.DataFrame(rows, columns=list(FRONT_COLUMNS))
    is_own = np.isclose(found["wifi_budget_gbp"], parameters.sites.budget_gbp)
    return not_dominated(found.assign(is_plan=is_own), "lines_served", "wifi_served")


def not_dominated(rows: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rows that no other row equals or betters in both columns; of equal rows the cheapest, then the first.

    Examples
    --------
    >>> rows = pd.DataFrame({"a": [3.0, 2.0, 2.0, 1.0], "b": [0.0, 1.0, 1.0, 0.5], "lines_spent_gbp": [9.0, 5, 4, 1],
    ...                      "wifi_spent_gbp": [0.0, 1, 1, 1]})
    >>> not_dominated(rows, "a", "b")[["a", "b", "lines_spent_gbp"]].to_numpy().tolist()
    [[3.0, 0.0, 9.0], [2.0, 1.0, 4.0]]
    """
    spent = rows["lines_spent_gbp"] + rows["wifi_spent_gbp"]
    keyed = rows.assign(_spent=spent, _first=-rows[first].round(6), _second=-rows[second].round(6))
    ordered = keyed.sort_values(["_first", "_second", "_spent"], kind="stable")
    best_so_far = (-ordered["_second"]).cummax().shift(fill_value=-np.inf)
    kept = ordered[-ordered["_second"] > best_so_far]
    return kept.drop(columns=["_spent", "_first", "_second"]).reset_index(drop=True)


def _budgets(sites: SiteChoice, parameters: Parameters, *, total_gbp: float, step_gbp: float) -> list[float]:
    """Parts for public Wi-Fi: each step up to what all candidates cost, and the plan's own."""
    every = float(sites.case.terms.costs_pence.sum()) / 100
    most = min(total_gbp, math.ceil(every / step_gbp) * step_gbp)
    return sorted(_steps(most, step_gbp, own=parameters.sites.budget_gbp, total_gbp=total_gbp))


def _steps(most: float, step_gbp: float, *, own: float, total_gbp: float) -> set[float]:
    steps = {step_gbp * number for number in range(int(most / step_gbp) + 1)} | {most}
    return steps | ({own} if own <= total_gbp else set())


def _row(sites: SiteChoice, choice: Choice, answer: LinesAnswer, budget: float, total_gbp: float) -> dict[str, object]:
    is_proven = choice.status == "optimal" and answer.is_proven
    return {
        "wifi_budget_gbp": budget,
        "lines_budget_gbp": total_gbp - budget,
        "wifi_spent_gbp": sites.case.terms.pence_of(choice.chosen) / 100,
        "lines_spent_gbp": answer.spent_gbp,
        "sites": int(choice.chosen.sum()),
        "areas": answer.areas,
        "wifi_served": choice.covered,
        "wifi_bound": choice.covered_most,
        "lines_served": answer.value,
        "lines_bound": answer.bound,
        "gained": answer.gained,
        "status": "optimal" if is_proven else "work limit",
    }
