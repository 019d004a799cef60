"""Symbols for places on every map: shape, colour and words, the same on paper, in a GIS and in KML."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """One symbol.

    Attributes
    ----------
    shape : str
        In matplotlib's letters.
    colour : str
        "#rrggbb".
    words : str
    """

    shape: str
    colour: str
    words: str


PHASES = (
    Sign("o", "#b30059", "phase 1"),
    Sign("s", "#1f5fa8", "phase 2"),
    Sign("D", "#00664d", "phase 3"),
    Sign("^", "#7a4b00", "phase 4"),
    Sign("h", "#4d4d4d", "phase 5 or later"),
)
"""Marks of chosen sites. Each phase has its own shape, so that colour alone shows none; white numbers have a contrast
of at least 5 to 1 on every colour."""

BACKHAUL = {
    "A": Sign("o", "#081d58", "A: the council's own network, or gigabit at the postcode"),
    "B": Sign("s", "#1d91c0", "B: gigabit for some premises, or 300 Mbit/s"),
    "C": Sign("^", "#7fcdbb", "C: street furniture near A or B"),
    "D": Sign("X", "#ffffff", "D: none of these"),
    "": Sign("P", "#bdbdbd", "not reported"),
}
"""Marks of candidates by class of backhaul."""

WIFI = {
    "free": Sign("o", "#1d91c0", "free"),
    "not stated": Sign("D", "#ffffcc", "cost not stated"),
    "paid": Sign("s", "#ffffff", "paid"),
}
"""Marks of existing public Wi-Fi by access."""

CANDIDATE = Sign("o", "#ffffff", "candidate not proposed")
REACH_COLOUR = "#b30059"
CLUSTER_COLOUR = "#8f0047"

QGIS_SHAPES = {"o": "circle", "s": "square", "D": "diamond", "^": "triangle", "h": "hexagon"}
"""QGIS's names for the shapes of layers in the GeoPackage."""


def phase_sign(phase: int) -> Sign:
    """The symbol for a phase; the last one is used for all later phases.

    Examples
    --------
    >>> phase_sign(1).shape, phase_sign(9).shape
    ('o', 'h')
    """
    return PHASES[min(max(phase, 1), len(PHASES)) - 1]
