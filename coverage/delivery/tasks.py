"""The tasks of a delivery plan, each with its months and what it waits for."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import pandas as pd

from connected_place.coverage.parameters import DeliveryRules

GATES = ("project", "board", "cabinet")
_WORDS = {
    "project": "Gate: the project team signs off the business case",
    "board": "Gate: the programme board agrees",
    "cabinet": "Gate: Cabinet decides",
    "procurement": "Procurement of equipment and installation",
    "survey": "Site survey and radio design",
    "consents": "Landlord's, highways and planning consents",
    "line": "Line to the site",
    "installation": "Installation",
    "acceptance": "Test, acceptance and going live",
    "evaluation": "Evaluation against the baseline",
}
OWN_LINE = "A"
"""Class of backhaul whose line is there."""

_DEFAULTS = DeliveryRules().months

_COLUMNS = [
    *("task_id", "site_id", "name", "phase", "task", "words", "start", "end", "start_month", "end_month", "months"),
    *("owner_role", "depends_on", "gate", "is_default"),
]


def tasks(sites: pd.DataFrame, rules: DeliveryRules) -> pd.DataFrame:
    """Every task of the programme and of each site.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`, in the order of work
        `name, kind, phase, backhaul_class`.
    rules : DeliveryRules

    Returns
    -------
    DataFrame, by start
        As `delivery.Delivery.tasks`.

    Notes
    -----
    Gates, then procurement, then sites in their order, `at_once` side by side: a site starts when one before it is
    live. Consents and line run side by side. A later phase waits for the sites of the one before it and for the board.
    """
    rows: list[dict[str, object]] = []
    after: tuple[str, ...] = ()
    month = 1
    for task in (*GATES, "procurement"):
        rows.append(_task(f"programme:{task}", task, month, rules, after=after))
        after, month = (f"programme:{task}",), month + _months(task, "", rules)
    for phase, group in sites.groupby(sites["phase"].fillna(1.0).astype("int64")):
        if phase > 1:
            gate = f"phase-{phase}:board"
            rows.append(_task(gate, "board", month, rules, after=after, phase=int(phase)))
            after, month = (gate,), month + _months("board", "", rules)
        built, month = _sites(group, month, rules, after=after, phase=int(phase))
        rows += built
        after = tuple(str(row["task_id"]) for row in built if row["task"] == "acceptance")
    rows.append(_task("programme:evaluation", "evaluation", month, rules, after=after))
    return pd.DataFrame(rows, columns=_COLUMNS).sort_values("start_month", kind="stable").reset_index(drop=True)


def month_words(month: int, start: str) -> str:
    """A month as printed: a calendar month if a start was stated, else its number.

    Examples
    --------
    >>> month_words(3, ""), month_words(3, "2026-11"), month_words(1, "2026-11")
    ('month 3', '2027-01', '2026-11')
    """
    if not start:
        return f"month {month}"
    year, first = (int(part) for part in start.split("-"))
    since = year * 12 + first - 1 + month - 1
    return f"{since // 12}-{since % 12 + 1:02d}"


def _sites(
    group: pd.DataFrame, month: int, rules: DeliveryRules, *, after: Iterable[str], phase: int
) -> tuple[list[dict[str, object]], int]:
    """Tasks of the sites of one phase, and the first month after all of them."""
    rows: list[dict[str, object]] = []
    free = [month] * max(1, rules.at_once)
    end = month
    for site in group.itertuples():
        first = heapq.heappop(free)
        found, done = _site(site, first, rules, after=tuple(after), phase=phase)
        rows += found
        heapq.heappush(free, done)
        end = max(end, done)
    return rows, end


def _site(
    site: object, month: int, rules: DeliveryRules, *, after: tuple[str, ...], phase: int
) -> tuple[list[dict[str, object]], int]:
    """Tasks of one site, and the first month after them."""
    code, name, kind = str(site.Index), str(site.name), str(site.kind)  # type: ignore[attr-defined]
    has_line = site.backhaul_class == OWN_LINE  # type: ignore[attr-defined]

    def row(task: str, at: int, *waits: str) -> dict[str, object]:
        depends = after if not waits else tuple(f"{code}:{item}" for item in waits)
        return _task(f"{code}:{task}", task, at, rules, after=depends, phase=phase, site=(code, name, kind))

    surveyed = month + _months("survey", kind, rules)
    side_by_side = ("consents",) if has_line else ("consents", "line")
    ready = max(surveyed + _months(task, kind, rules) for task in side_by_side)
    built = ready + _months("installation", kind, rules)
    rows = [row("survey", month), *(row(task, surveyed, "survey") for task in side_by_side)]
    rows += [row("installation", ready, *side_by_side), row("acceptance", built, "installation")]
    return rows, built + _months("acceptance", kind, rules)


def _task(
    task_id: str,
    task: str,
    month: int,
    rules: DeliveryRules,
    *,
    after: Iterable[str],
    phase: int | None = None,
    site: tuple[str, str, str] = ("", "", ""),
) -> dict[str, object]:
    code, name, kind = site
    months = _months(task, kind, rules)
    return {
        "task_id": task_id,
        "site_id": code,
        "name": name,
        "phase": phase,
        "task": task,
        "words": _WORDS[task],
        "start": month_words(month, rules.start),
        "end": month_words(month + months - 1, rules.start),
        "start_month": month,
        "end_month": month + months - 1,
        "months": months,
        "owner_role": rules.owner_roles[task],
        "depends_on": " ".join(after),
        "gate": task if task in GATES else "",
        "is_default": months == _DEFAULTS[task] and not (task == "installation" and kind in rules.installation_months),
    }


def _months(task: str, kind: str, rules: DeliveryRules) -> int:
    stated = rules.installation_months.get(kind) if task == "installation" else None
    return max(1, round(rules.months[task] if stated is None else stated))
