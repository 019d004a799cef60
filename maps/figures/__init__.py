"""Every printed number with its formula and the rows that it rests on."""

from connected_place.maps.figures.figure import REGISTER_FILE, Figure, figures_json
from connected_place.maps.figures.of_case import case_figures
from connected_place.maps.figures.of_plan import plan_figures, reported_tiers

__all__ = [
    "REGISTER_FILE",
    "Figure",
    "case_figures",
    "figures_json",
    "plan_figures",
    "reported_tiers",
]
