"""Every printed number with its formula and the rows that it rests on."""

from connected_place.maps.figures.figure import REGISTER_FILE, Figure, figures_json
from connected_place.maps.figures.of_plan import plan_figures, reported_tiers
from connected_place.maps.figures.recipes import in_capitals

__all__ = [
    "REGISTER_FILE",
    "Figure",
    "figures_json",
    "in_capitals",
    "plan_figures",
    "reported_tiers",
]
