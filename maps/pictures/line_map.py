"""The map of better lines: intervention areas by what is chosen there, numbered, those with money first."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import coordinates
from connected_place.maps.numerals import count_text, money_text, plural, speed_text
from connected_place.maps.pictures.ground import Ground, lay_ground, shapes_of, ward_lines
from connected_place.maps.pictures.label_places import label_places
from connected_place.maps.pictures.letters import printable
from connected_place.maps.pictures.map_sheet import INK, Draft, map_sheet
from connected_place.maps.words import line_statements

_NUMBERED = 12
"""Areas with a number and a line in the key; the others have their colour only."""

_PAID, _REQUEST, _CONTRACT, _WAIT = "#00664d", "#7a4b00", "#1f5fa8", "#8c8c8c"
_COLOURS = {"contract": _CONTRACT, "right_to_request": _REQUEST, "wait": _WAIT}
_WORDS = {_PAID: "an option is paid for", _CONTRACT: "in a contract already let",
          _REQUEST: "right to request a decent line", _WAIT: "wait for commercial build"}  # fmt: skip


def line_map(plan: Plan, land: Ground) -> Draft | None:
    """Every intervention area by its chosen option; None where there are none."""
    if plan.lines is None or not len(plan.lines.interventions):
        return None
    rows = _ordered(plan.lines.interventions)
    colours = rows["option"].map(_COLOURS).where(~rows["is_paid"].astype(bool), _PAID).fillna(_WAIT)
    numbered = rows.head(_NUMBERED)
    title = f"What can be done for the premises without {speed_text(plan.parameters.gaps.headline)}"
    finding = line_statements.lines_sentence(plan.lines, plan.parameters, plan.reporting)
    named = [
        f"{number} {printable(row['area_name'], 38)}: {count_text(row['premises'])}, "
        f"{printable(row['option_words'], 30).lower()}" + (f", {money_text(row['cost_gbp'])}" if row["is_paid"] else "")
        for number, row in enumerate(numbered.to_dict("records"), start=1)
    ]

    def draw(number: int) -> Figure:
        sources = ("ofcom-fixed-coverage", "premises-status", "postcodes", "ons-boundaries")
        figure, axes, key = map_sheet(plan, number, title=title, finding=finding, sources=sources, width_m=land.width_m)
        lay_ground(axes, land)
        for colour in _WORDS:
            own = gpd.GeoDataFrame(rows[colours == colour])
            shapes = PathCollection(
                shapes_of(own, land), facecolors=colour, alpha=0.45, edgecolors=colour, linewidths=0.8, zorder=5
            )
            axes.add_collection(shapes, autolim=False)
        ward_lines(axes, land)
        places = land.on_paper(coordinates(numbered.geometry.representative_point()))
        spots = label_places(places, np.full((len(places), 2), (12.0, 11.0)), taken=np.empty((0, 4)), beside=True)
        marks = zip(land.on_ground(places), land.on_ground(spots), colours.head(_NUMBERED), strict=True)
        for label, (place, at, colour) in enumerate(marks, start=1):
            axes.plot(*np.column_stack([place, at]), color=colour, linewidth=0.8, zorder=28)
            axes.text(
                at[0], at[1], str(label), fontsize=7, weight="bold", color="white", ha="center", va="center", zorder=30,
                bbox={"facecolor": colour, "edgecolor": "white", "linewidth": 0.4, "pad": 1.4},
            )  # fmt: skip
        key.heading("Chosen for each area")
        counts = colours.value_counts()
        for colour, words in _WORDS.items():
            if colour in counts:
                key.fill(f"{words} ({counts[colour]:,})", colour, edge=colour)
        key.line("ward", INK, width=0.7)
        key.text("Number, area, premises without the speed, option, cost to the council:")
        kept = _that_fit(named, key.room_pt)
        for words in kept:
            key.text(words, size=6.5)
        if len(rows) > len(kept):
            key.text(f"{plural(len(rows) - len(kept), 'further area')} in interventions.csv.")
        return figure

    first = f" With money, then the largest: {'; '.join(named[:3])}." if named else ""
    return Draft(name="better_lines", title=title, alt=f"{finding}{first}", draw=draw)


def _ordered(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Those with money first, then the largest gaps."""
    placed = areas[~areas.geometry.is_empty & areas.geometry.notna()]
    return gpd.GeoDataFrame(placed.sort_values(["is_paid", "premises"], ascending=[False, False], kind="stable"))


def _that_fit(named: list[str], room_pt: float) -> list[str]:
    """As many lines as fit, each taken to need two, with room for the last remark."""
    return named[: max(0, int((room_pt - 24) / (2 * 1.35 * 6.5 + 1.7)))]
