"""The delivery plan as a Gantt chart: gates, procurement, each site's tasks and the evaluation, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from connected_place.coverage.delivery import month_words
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import plural
from connected_place.maps.pictures.chart_sheet import DARK, GRID, LIGHT, MAGENTA, MIDDLE, chart_sheet
from connected_place.maps.pictures.letters import printable
from connected_place.maps.pictures.map_sheet import GREY, INK, Draft

MOST_SITES = 45
"""With more sites than this, the chart has a row for each phase instead of each site."""

ROW_IN = 0.2


@dataclass(frozen=True, slots=True)
class _Bar:
    """How a kind of task is drawn: which part of the row's height, from the bottom up, and words for the key."""

    words: str
    colour: str
    hatch: str = ""
    bottom: float = 0.15
    height: float = 0.7


BARS = {
    "procurement": _Bar("procurement", "#bdbdbd"),
    "survey": _Bar("survey", "#ffffcc"),
    "consents": _Bar("consents", LIGHT, "", 0.5, 0.35),
    "line": _Bar("line to the site", MIDDLE, "////", 0.15, 0.35),
    "installation": _Bar("installation", "#225ea8"),
    "acceptance": _Bar("acceptance and going live", DARK),
    "evaluation": _Bar("evaluation", "#8c8c8c", "...."),
}


def gantt(plan: Plan) -> list[Draft]:
    """The delivery plan; nothing if no site is chosen."""
    if not plan.sites["selected"].any():
        return []
    tasks, months = plan.delivery.tasks, plan.delivery.months
    live = tasks[tasks["task"] == "acceptance"]
    title = "Delivery, month by month"
    start = plan.delivery.start
    first, last = (month_words(int(month), start) for month in (live["end_month"].min(), live["end_month"].max()))
    decided = tasks[tasks["gate"] == "cabinet"]["end"]
    cabinet = f"Cabinet decides by {decided.iloc[0]}; " if len(decided) else ""
    finding = (
        f"{cabinet}the first site goes live in {first} and the last of {plural(len(live), 'site')} in {last}; "
        f"{plural(months, 'month')} in all."
    )
    defaults = (
        f"{int(tasks['is_default'].sum()):,} of {len(tasks):,} task lengths are this project's own assumptions: "
        "set yours under [delivery]."
    )

    def draw(number: int) -> Figure:
        rows = _rows(plan)
        figure, axes = chart_sheet(
            plan, number, title=title, finding=finding, height_in=ROW_IN * len(rows), left_in=2.6, note=defaults
        )
        for place, (_, of_row) in enumerate(rows):
            for task in of_row.itertuples():
                _draw_task(axes, place, task)
        axes.set_yticks([place + 0.5 for place in range(len(rows))], [name for name, _ in rows])
        axes.set(xlim=(0, months), ylim=(len(rows), 0))
        step = max(1, -(-months // 12))
        ticks = list(range(0, months, step))
        axes.set_xticks([tick + 0.5 for tick in ticks], [_tick(tick + 1, start) for tick in ticks])
        axes.set_xticks(range(months + 1), minor=True)
        axes.tick_params(axis="y", length=0, labelsize=7.5)
        axes.grid(axis="x", which="minor", color=GRID, linewidth=0.4)
        axes.set_xlabel("Month" if not start else "Month (year-month)", fontsize=8)
        used = [bar for key, bar in BARS.items() if (tasks["task"] == key).any()]
        patches = [
            Patch(facecolor=bar.colour, hatch=bar.hatch, edgecolor=INK, linewidth=0.4, label=bar.words) for bar in used
        ]
        gate = axes.plot([], [], marker="D", color=MAGENTA, linestyle="none", markersize=6, label="gate: a decision")
        axes.legend(
            handles=[*patches, *gate], fontsize=7.5, frameon=True, facecolor="white", edgecolor=GREY, framealpha=1,
            loc="upper right",
        )  # fmt: skip
        return figure

    return [Draft(name="gantt", title=title, alt=f"{finding} {defaults}", draw=draw)]


def _rows(plan: Plan) -> list[tuple[str, pd.DataFrame]]:
    """Name and tasks of each row, by start: the programme's own, then sites by rank, or phases if there are many."""
    tasks = plan.delivery.tasks
    own = tasks[tasks["site_id"] == ""]
    rows = [(_short(task), own.loc[[index]]) for index, task in own.iterrows()]
    of_sites = tasks[tasks["site_id"] != ""]
    ranks = plan.sites["rank"]
    if of_sites["site_id"].nunique() <= MOST_SITES:
        sites = [
            (f"{int(ranks[code])} {printable(group['name'].iloc[0], 34)}", group)
            for code, group in of_sites.groupby("site_id", sort=False)
        ]
    else:
        sites = [
            (f"phase {phase:.0f}: {plural(group['site_id'].nunique(), 'site')}, {task}", _span(group))
            for (phase, task), group in of_sites.groupby(["phase", "task"], sort=False)
        ]
    return sorted([*rows, *sites], key=lambda row: (row[1]["start_month"].min(), row[1]["end_month"].max()))


def _span(group: pd.DataFrame) -> pd.DataFrame:
    """One task spanning the first start to the last end."""
    first = group.iloc[[0]]
    return first.assign(start_month=group["start_month"].min(), end_month=group["end_month"].max())


def _draw_task(axes: Axes, place: int, task: object) -> None:
    """A bar over the task's months; a gate is a diamond at their end."""
    start, end = task.start_month - 1, task.end_month  # type: ignore[attr-defined]
    if task.gate:  # type: ignore[attr-defined]
        axes.plot([start, end], [place + 0.5] * 2, color=MAGENTA, linewidth=1.2)
        axes.plot([end], [place + 0.5], marker="D", color=MAGENTA, markersize=6, clip_on=False)
        return
    bar = BARS[task.task]  # type: ignore[attr-defined]
    axes.barh(
        place + 1 - bar.bottom - bar.height, end - start, left=start, height=bar.height, align="edge", color=bar.colour,
        hatch=bar.hatch, edgecolor=INK, linewidth=0.4,
    )  # fmt: skip


def _short(task: pd.Series) -> str:
    """A task of the programme in a few words."""
    words = {"project": "Gate: project", "board": "Gate: board", "cabinet": "Gate: Cabinet"}
    name = words.get(task["task"], str(task["task"]).capitalize())
    return f"{name}, phase {task['phase']:.0f}" if task["phase"] == task["phase"] and task["phase"] else name


def _tick(month: int, start: str) -> str:
    return month_words(month, start).removeprefix("month ")
