"""Charts of money: cash to and from the council, what changes the result, and how uncertain it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import draws_text, money_text
from connected_place.maps.pictures.chart_sheet import (
    BROWN,
    DARK,
    GREEN,
    GRID,
    LABEL_PT,
    LIGHT,
    MAGENTA,
    MIDDLE,
    TICK_PT,
    chart_sheet,
    tick_words,
)
from connected_place.maps.pictures.letters import printable, wrapped
from connected_place.maps.pictures.map_sheet import INK, Draft

NAMES_IN = 2.3
"""Space on the left for the names of figures."""

FLOWS = {
    "capital_gbp": ("capital", DARK, ""),
    "running_gbp": ("running cost", MIDDLE, ""),
    "renewal_gbp": ("renewal", LIGHT, "...."),
    "grant_gbp": ("grant", BROWN, ""),
    "income_gbp": ("income", GREEN, "////"),
}
"""Words, colour and hatching of each kind of cash."""


def cash_flow(plan: Plan) -> list[Draft]:
    """What the council pays and receives in each year; nothing if no site is chosen."""
    years = plan.funding.years
    if not len(plan.funding.sites):
        return []
    title = "Cash to and from the council, year by year"
    last = years["cumulative_gbp"].iloc[-1]
    unknown = " Income is not known: figures are missing under [funding]." if np.isnan(last) else ""
    paid = (
        f"the council's balance after {int(years['year'].iloc[-1])} years is {money_text(last)}" if last == last else ""
    )
    finding = (
        f"Year 0 takes {money_text(-(years['capital_gbp'].iloc[0] + years['grant_gbp'].iloc[0]))} of the council's "
        f"capital{'; ' + paid if paid else ''}. Payback: {plan.funding.payback}.{unknown}"
    )

    def draw(number: int) -> Figure:
        note = "Cash in base-year prices, not discounted, without optimism bias; the whole programme."
        figure, axes = chart_sheet(plan, number, title=title, finding=finding, height_in=3.4, left_in=0.8, note=note)
        _stacked(axes, years)
        if last == last:
            axes.plot(years["year"], years["cumulative_gbp"], color=INK, linewidth=1.5, marker="o", markersize=4)
            axes.annotate(
                f"balance so far\n{money_text(last)}", (years["year"].iloc[-1], last), xytext=(8, 0), va="center",
                textcoords="offset points", fontsize=LABEL_PT, color=INK,
            )  # fmt: skip
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlim(-0.6, years["year"].iloc[-1] + 1.9)
        axes.set_xticks(years["year"])
        axes.set_xlabel("Year", fontsize=LABEL_PT, loc="left")
        axes.yaxis.set_major_formatter(tick_words(money_text))
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.legend(fontsize=LABEL_PT, frameon=False, loc="upper right", bbox_to_anchor=(1.0, -0.1), ncols=len(FLOWS))
        return figure

    return [Draft(name="cash_flow", title=title, alt=finding, draw=draw)]


def tornado_chart(plan: Plan) -> list[Draft]:
    """The result with each figure at either end of its range."""
    frame = plan.case.tornado
    if frame.empty:
        return []
    by_ratio = bool(frame["bcr_low"].notna().any()) and plan.case.programme.bcr is not None
    what, middle = (
        ("benefits for each £1 of cost", float(plan.case.programme.bcr or 0.0))
        if by_ratio
        else ("costs at present value", plan.case.programme.pv_costs_gbp)
    )
    low, high = (frame[f"{'bcr' if by_ratio else 'costs'}_{end}"].to_numpy(dtype=float) for end in ("low", "high"))

    def told(value: float) -> str:
        return f"{value:.2f}" if by_ratio else money_text(value)

    title = f"What changes the {'benefit-cost ratio' if by_ratio else 'costs'} most"
    first = frame.iloc[0]
    finding = (
        f"{printable(first['words'])} has the largest effect: over its range, {what} vary from "
        f"{told(min(low[0], high[0]))} to {told(max(low[0], high[0]))}, against {told(middle)} in the plan, with all "
        "else unchanged."
    )
    names = [
        "\n".join([*wrapped(printable(row.words, 80), width_pt=72 * NAMES_IN, size_pt=TICK_PT)[:2], _range(row)])
        for row in frame.itertuples()
    ]

    def draw(number: int) -> Figure:
        figure, axes = chart_sheet(
            plan, number, title=title, finding=finding, height_in=0.5 * len(frame) + 0.2,
            left_in=NAMES_IN + 0.1,
            note="The range is below each name; “times” multiplies the plan's own figure. The workbook's Sensitivity "
            "sheet gives the source of each range.",
        )  # fmt: skip
        places = np.arange(len(frame))
        for ends, colour, of in ((low, LIGHT, "low end of the range"), (high, DARK, "high end of the range")):
            axes.barh(
                places, ends - middle, left=middle, color=colour, edgecolor=INK, linewidth=0.5, height=0.55, label=of
            )
            for place, end in zip(places, ends, strict=True):
                side = 1 if end >= middle else -1
                axes.annotate(
                    told(end), (end, place), xytext=(4 * side, 0), textcoords="offset points", va="center",
                    ha="left" if side > 0 else "right", fontsize=LABEL_PT,
                )  # fmt: skip
        axes.axvline(middle, color=MAGENTA, linewidth=1.4)
        axes.annotate(
            f"plan: {told(middle)}", (middle, -0.5), xytext=(3, 2), textcoords="offset points", color=MAGENTA,
            fontsize=LABEL_PT, weight="bold",
        )  # fmt: skip
        axes.set_yticks(places, names)
        spread = max(float(np.max(np.abs(np.concatenate([low, high]) - middle))), 1e-9)
        axes.set(xlim=(middle - 1.35 * spread, middle + 1.35 * spread), ylim=(len(frame) - 0.5, -0.75))
        axes.xaxis.set_major_formatter(tick_words(lambda value: f"{value:g}" if by_ratio else money_text(value)))
        axes.set_xlabel(what[:1].upper() + what[1:], fontsize=LABEL_PT)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.legend(fontsize=LABEL_PT, frameon=False, loc="lower right")
        return figure

    rest = "; ".join(
        f"{printable(row.words)}: {told(a)} to {told(b)}"
        for row, a, b in zip(frame.itertuples(), low, high, strict=True)
    )
    return [Draft(name="tornado", title=title, alt=f"{finding} All: {rest}.", draw=draw)]


def chances(plan: Plan) -> list[Draft]:
    """How often the simulation's draws gave each ratio; nothing if there is no ratio."""
    found, target = plan.case.monte_carlo, plan.parameters.appraisal.target_ratio
    if found.histogram.empty or plan.case.programme.bcr is None:
        return []
    title = "How certain the benefit-cost ratio is"
    at = found.quantiles.set_index("quantile")["bcr"]
    reached = draws_text(found.share_at_least_target or 0.0)
    finding = (
        f"Nine out of ten of {found.draws:,} draws are between {at[0.05]:.2f} and {at[0.95]:.2f}, and half are above "
        f"{at[0.5]:.2f}; {reached} reach {target:g} to 1. The ratio is not a pass/fail test."
    )
    words = dict(zip(plan.case.tornado["key"], plan.case.tornado["words"], strict=True))

    def draw(number: int) -> Figure:
        drawn = ", ".join(words.get(key, key) for key in found.drawn)
        note = f"Varied: {drawn}; seed {found.seed}. All other figures are as in the plan."
        figure, axes = chart_sheet(
            plan, number, title=title, finding=finding, height_in=3.0, left_in=0.6, note=printable(note, 400)
        )
        bins = found.histogram
        widths = bins["bcr_to"] - bins["bcr_from"]
        axes.bar(
            bins["bcr_from"], bins["draws"], width=widths, align="edge", color=MIDDLE, edgecolor="white", linewidth=0.4
        )
        top = float(bins["draws"].max())
        lines = [(float(plan.case.programme.bcr or 0.0), f"plan {plan.case.programme.bcr:.2f}", MAGENTA, 1.18)]
        lines += [
            (at[0.05], f"1 in 20 below {at[0.05]:.2f}", DARK, 1.08),
            (at[0.95], f"1 in 20 above {at[0.95]:.2f}", DARK, 1.10),
        ]
        lines += [(target, f"{target:g} to 1", GREEN, 1.28)]
        lefts = {at[0.05], min(target, lines[0][0])}
        for value, text, colour, height in lines:
            axes.plot([value, value], [0, height * top], color=colour, linewidth=1.4)
            axes.annotate(
                text, (value, height * top), xytext=(-3 if value in lefts else 3, -3), fontsize=LABEL_PT,
                textcoords="offset points", ha="right" if value in lefts else "left",
                color=colour, weight="bold", va="top",
            )  # fmt: skip
        low = min(bins["bcr_from"].min(), target, float(plan.case.programme.bcr or 0.0))
        high = max(bins["bcr_to"].max(), target, float(plan.case.programme.bcr or 0.0))
        axes.set(xlim=(low - 0.12 * (high - low), high + 0.18 * (high - low)), ylim=(0, 1.32 * top))
        axes.set_xlabel("Benefits for each £1 of cost", fontsize=LABEL_PT)
        axes.set_ylabel("Draws", fontsize=LABEL_PT)
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        return figure

    return [Draft(name="monte_carlo", title=title, alt=finding, draw=draw)]


def _stacked(axes: Axes, years: pd.DataFrame) -> None:
    """Money in above the line and money out below it; unknown amounts are left out."""
    up, down = np.zeros(len(years)), np.zeros(len(years))
    for column, (words, colour, hatch) in FLOWS.items():
        values = years[column].fillna(0.0).to_numpy()
        if not np.any(values):
            continue
        start = np.where(values >= 0, up, down)
        axes.bar(
            years["year"], values, bottom=start, color=colour, hatch=hatch, edgecolor="white", linewidth=0.4, width=0.7,
            label=words,
        )  # fmt: skip
        up, down = up + np.clip(values, 0, None), down + np.clip(values, None, 0)


def _range(row: object) -> str:
    """The range of a figure, as a rate or as a multiple of the plan's own."""
    if row.key == "discount_rate":  # type: ignore[attr-defined]
        return f"{100 * row.low:g} % to {100 * row.high:g} % a year"  # type: ignore[attr-defined]
    return f"{row.low:.2f} to {row.high:.2f} times"  # type: ignore[attr-defined]
