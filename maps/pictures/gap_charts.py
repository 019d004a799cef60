"""The charts of a pack, in order, and the charts of coverage: gaps by ward, and what each budget covers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.maps.choropleth import COLOURS, NOT_REPORTED_COLOUR, classes
from connected_place.maps.numerals import count_text, highest_together, money_text, percent_text, speed_text
from connected_place.maps.pictures.chart_sheet import DARK, GRID, LABEL_PT, MAGENTA, chart_sheet, tick_words
from connected_place.maps.pictures.gantt import gantt
from connected_place.maps.pictures.ground import HATCH
from connected_place.maps.pictures.letters import printable
from connected_place.maps.pictures.map_sheet import GREY, INK, Draft
from connected_place.maps.pictures.money_charts import cash_flow, chances, tornado_chart
from connected_place.maps.words import gap_statements, statements

MOST_BARS = 40
"""The most wards in one chart: those with the widest gaps."""
_NAMED = 3
"""Wards that a description names."""

BAR_IN = 0.21


def charts(plan: Plan) -> list[Draft]:
    """The charts that the plan has data for, in the order of a pack."""
    drafts = [gap_bars(plan), curve(plan), *cash_flow(plan), *tornado_chart(plan), *chances(plan), *gantt(plan)]
    return [draft for draft in drafts if draft is not None]


def gap_bars(plan: Plan) -> Draft:
    """Share of premises without the headline speed in each ward, widest gap first."""
    tier = plan.parameters.gaps.headline
    whole = plan.wards["premises"]
    rows = plan.wards.assign(
        share=plan.wards[f"{tier}_gap_share"],
        silent=(plan.wards[f"{tier}_not_reported"] / whole).where(plan.wards[f"{tier}_gap_share"].notna()).fillna(0.0),
    ).sort_values(["share", "area_name"], ascending=[False, True], kind="stable", na_position="last")
    shown = rows.head(MOST_BARS)
    finding = gap_statements.gap_sentence(plan.borough, tier, plan.reporting)
    counted = gap_statements.short_counted(plan.reporting)
    title = f"{counted.capitalize()} without {speed_text(tier)}, ward by ward"
    words = [
        f"{percent_text(row.share)}: {count_text(getattr(row, f'{tier}_gap'))} of {count_text(row.premises)}"
        if row.share == row.share
        else "not reported"
        for row in shown.itertuples()
    ]

    def draw(number: int) -> Figure:
        rest = f" The {len(rows) - len(shown):,} other wards have smaller shares." if len(rows) > len(shown) else ""
        figure, axes = chart_sheet(
            plan, number, title=title, finding=finding, height_in=BAR_IN * len(shown) + 0.1, left_in=2.4,
            note=f"Colours are the same classes as on the maps. Hatched: {counted} not reported.{rest}",
        )  # fmt: skip
        places = np.arange(len(shown))
        found = classes(shown["share"])
        colours = [COLOURS[klass] if klass != NOT_REPORTED_COLOUR else "white" for klass in found]
        share = shown["share"].fillna(0.0).to_numpy()
        silent = np.where(found == NOT_REPORTED_COLOUR, 1.0, shown["silent"])
        axes.barh(places, share, color=colours, edgecolor=INK, linewidth=0.5, height=0.72)
        axes.barh(places, silent, left=share, color="white", edgecolor=GREY, hatch=HATCH, linewidth=0.5, height=0.72)
        ends = share + np.where(found == NOT_REPORTED_COLOUR, 0.0, silent)
        limit = max(float(ends.max()), 0.01)
        for place, end, text in zip(places, ends, words, strict=True):
            axes.annotate(
                text, (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=LABEL_PT,
                color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
        axes.set_yticks(places, [printable(name, 40) for name in shown["area_name"]])
        axes.set(xlim=(0, 1.45 * limit), ylim=(len(shown) - 0.5, -0.5))
        axes.xaxis.set_major_formatter(tick_words(lambda value: f"{100 * value:g} %"))
        axes.set_xlabel(f"Share of all premises in the ward without {speed_text(tier)}", fontsize=LABEL_PT)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        return figure

    first = _widest_words(shown["area_name"], words, rows["share"])
    return Draft(name="gap_bars", title=title, alt=f"{finding} The widest gaps: {first}.", draw=draw)


def _widest_words(names: pd.Series, words: Sequence[str], shares: pd.Series) -> str:
    """The first wards with their gaps, or how many share the widest one."""
    together = highest_together(shares, percent_text)
    if together > _NAMED:
        return f"{together} wards, {percent_text(shares.max())} each"
    return "; ".join(f"{printable(name)} {text}" for name, text in zip(names[:_NAMED], words, strict=False))


def curve(plan: Plan) -> Draft | None:
    """The most demand that each budget could cover, with the proven limit."""
    steps, total = plan.curve.steps, plan.shortlist.demand_total
    if not steps or not total > 0:
        return None
    budgets = np.array([step.budget_gbp for step in steps])
    covered = np.array([step.covered for step in steps]) / total
    bounds = np.array([step.covered_most for step in steps]) / total
    proven = all(step.gap_share == 0 for step in steps)
    title = "What each budget could cover"
    best = statements.best_sentence(plan.shortlist, statements.demand_words(plan.parameters))
    finding = f"With {money_text(plan.shortlist.budget_gbp)}: {best}"
    at = plan.shortlist.demand_covered / total

    def draw(number: int) -> Figure:
        bound = "All points are proven best." if proven else "Dashed line: the most that any choice could cover."
        note = f"Each point is the best choice for that budget alone; its sites can differ from point to point. {bound}"
        figure, axes = chart_sheet(plan, number, title=title, finding=finding, height_in=3.4, left_in=0.7, note=note)
        if not proven:
            axes.plot(budgets, bounds, color=GREY, linestyle="--", linewidth=1.2, marker="_", markersize=8)
        axes.plot(budgets, covered, color=DARK, linewidth=1.8, marker="o", markersize=5)
        axes.plot([plan.shortlist.budget_gbp], [at], marker="D", color=MAGENTA, markersize=10, markeredgecolor="white")
        top = max(float(bounds.max()), 1e-9)
        for budget, share in zip(budgets, covered, strict=True):
            if budget < 0.04 * budgets.max():
                continue  # its label would overlap the axis
            axes.annotate(
                percent_text(share), (budget, share), xytext=(0, -13), textcoords="offset points", ha="center",
                fontsize=7, color=GREY,
            )  # fmt: skip
        axes.annotate(
            f"this plan: {percent_text(at)}", (plan.shortlist.budget_gbp, at), xytext=(-8, 10), color=MAGENTA,
            textcoords="offset points", ha="right", fontsize=LABEL_PT + 1, weight="bold",
        )  # fmt: skip
        axes.set(xlim=(0, 1.04 * budgets.max()), ylim=(0, 1.12 * top))
        axes.xaxis.set_major_formatter(tick_words(money_text))
        axes.yaxis.set_major_formatter(tick_words(lambda value: f"{100 * value:g} %"))
        axes.set_xlabel("Capital budget", fontsize=LABEL_PT)
        axes.set_ylabel(f"Share of the {statements.demand_words(plan.parameters)}", fontsize=LABEL_PT)
        axes.grid(color=GRID, linewidth=0.6)
        return figure

    told = "; ".join(f"{money_text(step.budget_gbp)}: {percent_text(step.covered / total)}" for step in steps)
    return Draft(name="budget_curve", title=title, alt=f"{finding} Covered by budget: {told}.", draw=draw)
