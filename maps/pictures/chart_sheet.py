"""A sheet for one chart: number, title, finding, light axes, and labels instead of a legend."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from connected_place.coverage.plan import Plan
from connected_place.maps.pictures.letters import wrapped
from connected_place.maps.pictures.map_sheet import GREY, MARGIN_IN, head, head_height_in

WIDTH_IN = 9.6
LABEL_PT, TICK_PT, NOTE_PT = 8.0, 8.0, 7.0
NOTE_LINE_IN = 1.35 * NOTE_PT / 72
GRID = "#d9d9d9"
DARK, MIDDLE, LIGHT = "#081d58", "#1d91c0", "#7fcdbb"
GREEN, BROWN, MAGENTA = "#00664d", "#7a4b00", "#b30059"


def chart_sheet(
    plan: Plan, number: int, *, title: str, finding: str, height_in: float, left_in: float = 1.0, note: str = ""
) -> tuple[Figure, Axes]:
    """An empty chart.

    Parameters
    ----------
    plan : Plan
    number : int
        Of the figure.
    title, finding : str
    height_in : float
        Of the axes alone.
    left_in : float
        Room for the labels at their left.
    note : str
        Below the axes, in as many lines as it takes.
    """
    top = head_height_in(plan, title=title, finding=finding, width_in=WIDTH_IN)
    notes = wrapped(note, width_pt=72 * (WIDTH_IN - 2 * MARGIN_IN), size_pt=NOTE_PT)
    bottom = 0.85 + len(notes) * NOTE_LINE_IN
    size = (WIDTH_IN, bottom + height_in + top + 0.15)
    figure = Figure(figsize=size)
    head(figure, plan, number=number, title=title, finding=finding)
    axes = figure.add_axes(
        (
            (MARGIN_IN + left_in) / WIDTH_IN,
            bottom / size[1],
            (WIDTH_IN - 2 * MARGIN_IN - left_in) / WIDTH_IN,
            height_in / size[1],
        )
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(labelsize=TICK_PT, color=GREY)
    axes.set_axisbelow(True)
    for row, line in enumerate(reversed(notes)):
        figure.text(MARGIN_IN / WIDTH_IN, (0.15 + row * NOTE_LINE_IN) / size[1], line, fontsize=NOTE_PT, color=GREY)
    return figure, axes


def tick_words(words: Callable[[float], str]) -> FuncFormatter:
    """Tick labels in the same words as the statements."""
    return FuncFormatter(lambda value, _: words(value))
