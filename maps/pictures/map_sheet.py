"""A sheet of A4 for one map: title, finding, frame, key, scale bar, north arrow, dates and attribution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib_scalebar.scalebar import ScaleBar

from connected_place.coverage.plan import Plan
from connected_place.gis_data.layers import Provenance
from connected_place.maps.pictures.letters import printable, wrapped
from connected_place.maps.signs import Sign
from connected_place.maps.words import statements

SHEET_IN = (11.69, 8.27)
MARGIN_IN = 0.4
FRAME_IN = (MARGIN_IN, 0.95, 7.9, 5.85)
"""Left, bottom, width and height of the map."""

KEY_IN = (8.5, 0.95, 2.8, 5.85)
TITLE_PT, FINDING_PT, KEY_PT, SMALL_PT = 15.0, 10.0, 9.0, 6.5
BOLD = 1.12
"""How much wider bold type is."""

FOOT_PT = (6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
"""Type sizes for the text below the map: the first in which it all fits is used."""

INK, GREY = "#1a1a1a", "#595959"
ILLUSTRATIVE = "ILLUSTRATIVE: invented data, not a real place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A picture before it is drawn.

    Attributes
    ----------
    name, title, alt : str
        As in `pictures.Picture`.
    draw : callable
        From the number of the figure to the figure.
    """

    name: str
    title: str
    alt: str
    draw: Callable[[int], Figure]


class Key:
    """The text beside the map, written from the top down."""

    def __init__(self, figure: Figure) -> None:
        self._axes = axes_in(figure, KEY_IN)
        self._axes.set(xlim=(0, 72 * KEY_IN[2]), ylim=(0, 72 * KEY_IN[3]))
        self._y = 72 * KEY_IN[3]
        self._width = 72 * KEY_IN[2]

    @property
    def room_pt(self) -> float:
        """Height left."""
        return self._y

    def heading(self, words: str) -> None:
        """A bold line that starts a group."""
        self._y -= 4
        self._write(words, left=0, size=KEY_PT, weight="bold")

    def text(self, words: str, *, size: float = KEY_PT - 1, gap: float = 0.0) -> None:
        """A plain text, after a gap in points."""
        self._y -= gap
        self._write(words, left=0, size=size, colour=GREY)

    def fill(self, words: str, colour: str, *, hatch: str = "", edge: str = INK) -> None:
        """A coloured area and what it means."""
        box = Rectangle(
            (1, self._y - 12), 22, 11, facecolor=colour, edgecolor=edge, linewidth=0.6, hatch=hatch, clip_on=False
        )
        self._axes.add_patch(box)
        self._write(words, left=30, size=KEY_PT)

    def marker(self, words: str, sign: Sign, *, edge: str = INK, size: float = 8, label: str = "") -> None:
        """A symbol on the map and what it means."""
        middle = self._y - 6.5
        self._axes.plot(
            [12], [middle], marker=sign.shape, color=sign.colour, markersize=size, markeredgecolor=edge,
            markeredgewidth=0.6, clip_on=False,
        )  # fmt: skip
        if label:
            self._axes.text(
                12, middle - 0.3, s=label, color="white", fontsize=6.5, weight="bold", ha="center", va="center_baseline"
            )
        self._write(words, left=30, size=KEY_PT)

    def line(self, words: str, colour: str, *, width: float = 1.0, dashed: bool = False) -> None:
        """A line on the map and what it means."""
        middle = self._y - 6.5
        self._axes.add_line(
            Line2D([1, 23], [middle, middle], color=colour, linewidth=width, linestyle="--" if dashed else "-")
        )
        self._write(words, left=30, size=KEY_PT)

    def _write(self, words: str, *, left: float, size: float, weight: str = "normal", colour: str = INK) -> None:
        for line in wrapped(words, width_pt=self._width - left, size_pt=size * (BOLD if weight == "bold" else 1)):
            self._y -= 1.35 * size
            self._axes.text(left, self._y + 0.2 * size, line, fontsize=size, weight=weight, color=colour)
        self._y -= 0.25 * size


def map_sheet(
    plan: Plan, number: int, *, title: str, finding: str, sources: Sequence[str], width_m: float
) -> tuple[Figure, Axes, Key]:
    """An empty sheet.

    Parameters
    ----------
    plan : Plan
    number : int
        Of the figure.
    title, finding : str
        What the map is of, and what it says.
    sources : sequence of str
        Ids of the catalogue, whose dates are printed below.
    width_m : float
        Width of the map's frame on the ground, for the scale.

    Returns
    -------
    Figure, the axes of the map, and its Key
    """
    figure = Figure(figsize=SHEET_IN)
    head(figure, plan, number=number, title=title, finding=finding)
    axes = axes_in(figure, FRAME_IN)
    axes.set_aspect("equal")
    frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, edgecolor=GREY, linewidth=0.8, zorder=50)
    frame.set_clip_on(False)
    axes.add_patch(frame)
    _foot(figure, plan, sources=sources, width_m=width_m)
    return figure, axes, Key(figure)


def head(figure: Figure, plan: Plan, *, number: int, title: str, finding: str) -> float:
    """Write number, title, finding and, for invented data, the mark; return their height, inches.

    The mark comes first in reading order and stands out from all else.
    """
    width, height = figure.get_size_inches()
    y = height - MARGIN_IN + 0.2
    if plan.parameters.place.illustrative:
        y -= 0.2
        figure.text(
            MARGIN_IN / width, y / height, ILLUSTRATIVE, fontsize=8, weight="bold", color="white", va="bottom",
            bbox={"facecolor": "#8a1c1c", "edgecolor": "none", "pad": 2.5},
        )  # fmt: skip
    named = f"Figure {number}. {title}: {printable(plan.parameters.place.name)}"
    titles, findings = _head_lines(named, finding, width_in=width)
    for line in titles:
        y -= 1.3 * TITLE_PT / 72
        figure.text(MARGIN_IN / width, y / height, line, fontsize=TITLE_PT, weight="bold", color=INK)
    y -= 0.06
    for line in findings:
        y -= 1.3 * FINDING_PT / 72
        figure.text(MARGIN_IN / width, y / height, line, fontsize=FINDING_PT, color=INK)
    return height - y


def head_height_in(plan: Plan, *, title: str, finding: str, width_in: float) -> float:
    """Height of the head, inches."""
    named = f"Figure 99. {title}: {printable(plan.parameters.place.name)}"
    titles, findings = _head_lines(named, finding, width_in=width_in)
    mark = 0.2 if plan.parameters.place.illustrative else 0.0
    return MARGIN_IN - 0.2 + mark + 0.06 + 1.3 * (len(titles) * TITLE_PT + len(findings) * FINDING_PT) / 72


def _head_lines(title: str, finding: str, *, width_in: float) -> tuple[list[str], list[str]]:
    inner_pt = 72 * (width_in - 2 * MARGIN_IN)
    return (
        wrapped(title, width_pt=inner_pt / BOLD, size_pt=TITLE_PT)[:2],
        wrapped(finding, width_pt=inner_pt, size_pt=FINDING_PT)[:3],
    )


def axes_in(figure: Figure, box_in: tuple[float, float, float, float]) -> Axes:
    """Axes without frame or ticks in a box of inches: left, bottom, width, height."""
    width, height = figure.get_size_inches()
    left, bottom, across, up = box_in
    axes: Axes = figure.add_axes((left / width, bottom / height, across / width, up / height))
    axes.set_axis_off()
    return axes


def scale_and_north(axes: Axes) -> None:
    """A scale bar at the lower left and an arrow to grid north at the lower right."""
    axes.add_artist(
        ScaleBar(
            1, "m", length_fraction=0.2, location="lower left", frameon=False, color=INK, border_pad=0.6,
            font_properties={"size": 8}, width_fraction=0.008,
        )
    )  # fmt: skip
    x, y, tall = 0.972, 0.02, 0.06
    for side, fill in ((-0.012, INK), (0.012, "white")):
        points = [(x, y + tall), (x + side, y), (x, y + 0.28 * tall)]
        axes.add_patch(
            Polygon(points, transform=axes.transAxes, facecolor=fill, edgecolor=INK, linewidth=0.8, zorder=60)
        )
    axes.text(
        x,
        y + tall + 0.008,
        "N",
        transform=axes.transAxes,
        fontsize=10,
        weight="bold",
        ha="center",
        color=INK,
        zorder=60,
    )


def scale_words(width_m: float) -> str:
    """The scale of the printed map.

    Examples
    --------
    >>> scale_words(21_134)
    'about 1:105,000 printed on A4'
    """
    ratio = width_m / (FRAME_IN[2] * 0.0254)
    step = 10 ** (len(str(int(ratio))) - 3) * 5
    return f"about 1:{round(ratio / step) * step:,} printed on A4"


def _foot(figure: Figure, plan: Plan, *, sources: Sequence[str], width_m: float) -> None:
    """Scale, dates of the sources and the acknowledgements that licences require, in smaller type if need be."""
    below = plan.base.sources if plan.base else ()
    used = [item for item in plan.provenance if item.source in (*sources, *below)]
    scale = f"Scale {scale_words(width_m)}; grid north (British National Grid)."
    text = printable(f"{scale} Data: {dated(used)}. {' '.join(statements.attributions(used))}", 8_000)
    width, height = SHEET_IN
    top, room_pt = FRAME_IN[1] - 0.1, 72 * (FRAME_IN[1] - 0.2)
    for size in FOOT_PT:
        lines = wrapped(text, width_pt=72 * (width - 2 * MARGIN_IN), size_pt=size)
        if 1.25 * size * len(lines) <= room_pt:
            break
    for row, line in enumerate(lines, start=1):
        y = top - row * 1.25 * size / 72
        figure.text(MARGIN_IN / width, y / height, line, fontsize=size, color=GREY)


def dated(provenance: Sequence[Provenance]) -> str:
    """Titles of sources with their dates, each title only once.

    Examples
    --------
    >>> from types import SimpleNamespace as File
    >>> dated([File(title="Wards", vintage="2013"), File(title="Wards", vintage="2025"), File(title="Wi-Fi", vintage="")])
    'Wards (2013; 2025), Wi-Fi'
    """  # noqa: E501
    vintages: dict[str, list[str]] = {}
    for item in provenance:
        vintages.setdefault(item.title, []).append(item.vintage)
    told = {title: "; ".join(dict.fromkeys(filter(None, dates))) for title, dates in vintages.items()}
    return ", ".join(f"{title} ({dates})" if dates else title for title, dates in told.items())
