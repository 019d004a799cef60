"""The pictures of a pack: numbered maps and charts, each as PNG, SVG and PDF with the finding in words."""

from __future__ import annotations

from dataclasses import dataclass

from connected_place.coverage.plan import Plan
from connected_place.maps import picture_formats
from connected_place.maps.picture_formats import Printer, drawing_settings
from connected_place.maps.static_maps import maps


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
        """Name of its files without the ending, for example "figure-01-need"."""
        return f"figure-{self.number:02}-{self.name.replace('_', '-')}"


def pictures(plan: Plan) -> tuple[Picture, ...]:
    """Every map and chart that the plan has something to show for, in the order of a pack.

    Parameters
    ----------
    plan : Plan

    Notes
    -----
    Matplotlib's settings are process-wide while this runs: call it from one thread at a time.
    """
    made = []
    with drawing_settings(), Printer() as printer:
        for number, draft in enumerate(maps(plan), start=1):
            figure = draft.draw(number)
            told = {"title": f"Figure {number}: {draft.title}", "description": draft.alt}
            png = printer.png(figure)
            made.append((number, draft, png, picture_formats.svg(figure, **told), picture_formats.pdf(figure, **told)))
    return tuple(
        Picture(name=draft.name, number=number, title=draft.title, alt=draft.alt, png=png.result(), svg=svg, pdf=pdf)
        for number, draft, png, svg, pdf in made
    )
