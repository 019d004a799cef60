"""The chart of the front: what better lines and public Wi-Fi gain on each split of one sum."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import count_text, money_text
from connected_place.maps.pictures.chart_sheet import DARK, GRID, LABEL_PT, MAGENTA, chart_sheet, tick_words
from connected_place.maps.pictures.map_sheet import GREY, Draft
from connected_place.maps.words import front_statements

_LABELS = 8
"""Points that are labelled with their split, the ends among them."""


def front_chart(plan: Plan, rows: pd.DataFrame) -> Draft:
    """Every split as a point: premises that gain a line against what the choice of sites counts.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        As `connected_place.api.front` gives it, with its `attrs`; not empty.
    """
    finding = front_statements.front_sentence(rows, plan.parameters)
    title = "What each split of the money gains"
    own = rows[rows["is_plan"].astype(bool)]
    across, up = rows["wifi_served"], rows["lines_served"]

    def draw(number: int) -> Figure:
        note = front_statements.front_note(plan.parameters)
        figure, axes = chart_sheet(plan, number, title=title, finding=finding, height_in=4.2, left_in=0.8, note=note)
        axes.plot(across, up, color=DARK, linewidth=1.0, marker="o", markersize=5)
        axes.plot(
            own["wifi_served"], own["lines_served"], marker="D", color=MAGENTA, markersize=10, markeredgecolor="white"
        )
        every = max(1, round(len(rows) / _LABELS))
        for at in sorted({*range(0, len(rows), every), len(rows) - 1}):
            row = rows.iloc[at]
            words = f"{money_text(row['lines_budget_gbp'])} lines, {count_text(row['gained'])} premises"
            axes.annotate(
                words, (across.iloc[at], up.iloc[at]), xytext=(4, 4), textcoords="offset points", fontsize=7,
                color=GREY, rotation=30, rotation_mode="anchor",
            )  # fmt: skip
        axes.set(
            xlim=(0, 1.2 * max(float(rows["wifi_served"].max()), 1e-9)),
            ylim=(0, 1.25 * max(rows["lines_served"].max(), 1e-9)),
        )
        axes.xaxis.set_major_formatter(tick_words(count_text))
        axes.yaxis.set_major_formatter(tick_words(count_text))
        axes.set_xlabel(f"Public Wi-Fi: {plan.parameters.counted_unit}", fontsize=LABEL_PT)
        counted = plan.parameters.lines.objective.replace("_", "-")
        axes.set_ylabel(f"Better lines: {counted}, counted by need", fontsize=LABEL_PT)
        axes.grid(color=GRID, linewidth=0.6)
        return figure

    return Draft(name="front", title=title, alt=finding, draw=draw)
