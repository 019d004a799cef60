"""Each criterion with its fixed scale, its weight and its range in one council's areas, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.api import OpenPlan
from connected_place.coverage.need import Criterion, criteria
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.scoring import weights_of
from connected_place.maps.numerals import count_text, percent_text, plural, shown, speed_text

SHARE = "share "
NAME_CHARACTERS = 32
_HARDLY = 0.05
"""If a criterion's values span less than this, it is reported as using only so much of its scale (our proposal)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAreas:
    """The data behind a plan's order of need.

    Attributes
    ----------
    parameters : Parameters
    areas : GeoDataFrame indexed by `area_code`
        As `Plan.areas`.
    """

    parameters: Parameters
    areas: gpd.GeoDataFrame

    @classmethod
    def of(cls, opened: OpenPlan) -> ScoredAreas:
        """The areas of an open plan, scored first if need be.

        Raises
        ------
        ConnectedPlaceError
            What keeps the areas from being scored.
        """
        return cls(parameters=opened.parameters, areas=opened.take("need").need.ranking.areas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One criterion in one council.

    Attributes
    ----------
    criterion : Criterion
    words : str
        Of the criterion, with the speed where it is about the headline speed.
    weight : float
        As plan.toml states it.
    share : float
        Of all weights that count here, in [0, 1].
    low, middle, high : float
        Lowest, median and highest level, in the criterion's unit.
    low_name, high_name : str
        The area at each end; if several, the first by code.
    span : float
        Part of the fixed scale between the lowest and the highest value, in [0, 1].
    unknown, areas : int
        Areas whose level is not known, and all areas.
    """

    criterion: Criterion
    words: str
    weight: float
    share: float
    low: float
    middle: float
    high: float
    low_name: str
    high_name: str
    span: float
    unknown: int
    areas: int


def swings(made: ScoredAreas) -> tuple[Swing, ...]:
    """Every criterion of the combined score with data for the areas of a plan, in the order of the criteria."""
    rules = made.parameters.score
    combined = {key: item for key, item in criteria(rules).items() if key in rules.combined}
    known = {key: item for key, item in combined.items() if f"{key}_value" in made.areas}
    shares = weights_of(pd.Index(list(known)), rules.weights)
    return tuple(_swing(made, item, share=float(shares[key])) for key, item in known.items())


def criterion_values(made: ScoredAreas, found: Sequence[Swing]) -> pd.DataFrame:
    """Values in [0, 1] of the areas, a column for each criterion; NaN: not known."""
    keys = [item.criterion.key for item in found]
    return pd.DataFrame(made.areas[[f"{key}_value" for key in keys]]).set_axis(keys, axis="columns")


def swing_lines(item: Swing, *, number: int) -> list[str]:
    """One criterion, as shown in the terminal."""
    unit = item.criterion.unit
    low, middle, high = (number_text(level, unit) for level in (item.low, item.middle, item.high))
    return [
        f"{number:3}. {item.words}",
        f"     scale   {range_text(item.criterion.none_at, item.criterion.full_at, unit)}: no need to full need",
        f"     here    lowest {low}: {item.low_name}; middle {middle}",
        f"             highest {high}: {item.high_name}; {_known_text(item)}",
        f"     weight  {item.weight:g}, {percent_text(item.share)} of all; {effect_text(item)}",
    ]


def range_text(low: float, high: float, unit: str) -> str:
    """Two levels with their unit.

    Examples
    --------
    >>> range_text(0, 0.2, "share of premises"), range_text(100, 2_000, "metres")
    ('0 % to 20 % of premises', '100 to 2,000 metres')
    """
    noun = shown(unit.removeprefix(SHARE).partition(",")[0])
    return f"{number_text(low, unit)} to {number_text(high, unit)} {noun}"


def number_text(level: float, unit: str) -> str:
    """A level without its unit; a share as a percentage.

    Examples
    --------
    >>> number_text(0.2, "share of premises"), number_text(1_234.5, "metres"), number_text(7.25, "people per hectare")
    ('20 %', '1,234', '7.2')
    """
    if unit.startswith(SHARE):
        return percent_text(level).replace(".0 %", " %")
    return f"{level:,.0f}" if abs(level) >= 100 or float(level).is_integer() else f"{level:,.1f}"


def effect_text(item: Swing) -> str:
    """How far a criterion can move a score here, given its range."""
    if item.span == 0:
        return "all areas are alike here, so it does not affect the order"
    moves = f"moves a score by up to {100 * item.share * item.span:.1f} of 100"
    only = "only " if item.span < _HARDLY else ""
    return f"{moves}; areas span {only}{percent_text(item.span)} of the scale"


def _swing(made: ScoredAreas, item: Criterion, *, share: float) -> Swing:
    levels, values = made.areas[item.key].sort_index().dropna(), made.areas[f"{item.key}_value"].dropna()
    is_headline = item.key == "gap_headline"
    return Swing(
        criterion=item,
        words=f"{item.words} ({speed_text(made.parameters.gaps.headline)})" if is_headline else shown(item.words),
        weight=float(made.parameters.score.weights.get(item.key, 0.0)),
        share=share,
        low=float(levels.min()),
        middle=float(levels.median()),
        high=float(levels.max()),
        low_name=area_text(levels.idxmin(), made.areas),
        high_name=area_text(levels.idxmax(), made.areas),
        span=float(values.max() - values.min()),
        unknown=len(made.areas) - len(levels),
        areas=len(made.areas),
    )


def area_text(code: str, areas: pd.DataFrame) -> str:
    """An area's name with its code; its ward's name if it has no name of its own.

    Examples
    --------
    >>> areas = pd.DataFrame({"area_name": ["Quay 1A", "E2"], "ward_name": ["Quay", "Marsh"]}, index=["E1", "E2"])
    >>> area_text("E1", areas), area_text("E2", areas)
    ('Quay 1A, E1', 'Marsh, E2')
    """
    name = shown(areas.loc[code, "area_name"], NAME_CHARACTERS)
    if name in ("", code) and "ward_name" in areas:
        name = shown(areas.loc[code, "ward_name"], NAME_CHARACTERS)
    return f"{name}, {shown(code)}" if name not in ("", code) else shown(code)


def _known_text(item: Swing) -> str:
    if item.unknown:
        return f"not known in {count_text(item.unknown)} of {plural(item.areas, 'area')}"
    return f"known in all {plural(item.areas, 'area')}"
