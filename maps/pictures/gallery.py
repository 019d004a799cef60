"""The pictures of a pack: numbered maps and charts, each as PNG, SVG and PDF with the finding in words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.pictures.area_maps import maps
from connected_place.maps.pictures.formats import drawing_settings, pdf, png, svg
from connected_place.maps.pictures.front_chart import front_chart
from connected_place.maps.pictures.gap_charts import charts
from connected_place.maps.pictures.map_sheet import Draft

WORKERS = 2
"""Threads that make PDF and PNG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One map or chart.

    Attributes
    ----------
    name : str
        Of the subject, the same in every pack, for example "gap_by_ward"; a pack without the subject has no such
        picture.
    number : int
        In this pack, from 1 on; printed in the picture as "Figure 1".
    title : str
    alt : str
        What the picture shows, as a sentence with its numbers.
    png : bytes
        300 dots an inch.
    svg, pdf : bytes
    """

    name: str
    number: int
    title: str
    alt: str
    png: bytes
    svg: bytes
    pdf: bytes

    @property
    def stem(self) -> str:
        """Name of its files without the extension, for example "figure-01-need"."""
        return f"figure-{self.number:02}-{self.name.replace('_', '-')}"


def pictures(plan: Plan) -> tuple[Picture, ...]:
    """Every map and chart that the plan has data for, in the order of a pack.

    Parameters
    ----------
    plan : Plan

    Notes
    -----
    PDF and PNG are made beside the drawing of the next figure: typst leaves Python's lock to others, and no byte
    depends on who is first. Matplotlib's settings are process-wide meanwhile: call this from one thread at a time.
    """
    with drawing_settings(), ThreadPoolExecutor(max_workers=WORKERS) as beside:
        waiting = [
            _picture(draft, number, beside) for number, draft in enumerate([*maps(plan), *charts(plan)], start=1)
        ]
        return tuple(finish() for finish in waiting)


def front_picture(plan: Plan, rows: pd.DataFrame) -> Picture:
    """The chart of a front, which is made by a command of its own and belongs to no pack.

    Parameters
    ----------
    plan : Plan
    rows : DataFrame
        As `connected_place.api.front` gives it, with its `attrs`; not empty.
    """
    with drawing_settings(), ThreadPoolExecutor(max_workers=WORKERS) as beside:
        return _picture(front_chart(plan, rows), 1, beside)()


def _picture(draft: Draft, number: int, beside: ThreadPoolExecutor) -> Callable[[], Picture]:
    """Draw a picture and start its other formats; the function returned waits for them."""
    figure = draft.draw(number)
    title, size_in = f"Figure {number}: {draft.title}", tuple(figure.get_size_inches().tolist())
    drawing = svg(figure, title=title, description=draft.alt)
    paged = beside.submit(pdf, drawing, size_in=size_in, title=title, alt=draft.alt)
    dotted = beside.submit(png, drawing, size_in=size_in)
    return lambda: Picture(
        name=draft.name,
        number=number,
        title=draft.title,
        alt=draft.alt,
        png=dotted.result(),
        svg=drawing,
        pdf=paged.result(),
    )
