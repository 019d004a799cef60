"""The need of a plan's place: what is known of its areas, and the order in which they need investment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from connected_place.coverage.footfall import PlaceFootfall
from connected_place.coverage.gaps import PlaceGaps, borough_total
from connected_place.coverage.need.levels import AreaFacts, area_facts_of
from connected_place.coverage.need.ranked_areas import Ranking, ranking
from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNeed:
    """Areas and wards by need.

    Attributes
    ----------
    facts : AreaFacts
        Of the finest areas.
    ranking : Ranking
    borough : Series
        The gap columns for the whole place: sums over sums.
    """

    facts: AreaFacts
    ranking: Ranking
    borough: pd.Series


def place_need(layers: Layers, gaps: PlaceGaps, footfall: PlaceFootfall | None, parameters: Parameters) -> PlaceNeed:
    """Score and rank the areas of a plan.

    Raises
    ------
    DataError, VintageError
        Those of `area_facts_of`.
    PlanFileError
        NO_WEIGHT, and those of `criteria`.
    """
    places = gaps.area.places
    busy = None if footfall is None else footfall.by_area
    facts = area_facts_of(layers, places, busy, lad=parameters.place.lad)
    if footfall is not None and footfall.footfall.only_homes:
        facts = replace(facts, footfall_counts=False)
    ranked = ranking(
        places,
        gaps.units,
        facts,
        level=gaps.area.level,
        headline=parameters.gaps.headline,
        rules=parameters.score,
        repeats_broadband=_repeats_broadband(layers),
    )
    return PlaceNeed(facts=facts, ranking=ranked, borough=borough_total(ranked.wards))


def _repeats_broadband(layers: Layers) -> bool:
    """Whether the index of deprivation in use has broadband among its indicators."""
    return any(fault.code == "DOUBLE_COUNT" for layer in layers.of("deprivation") for fault in layer.warnings)
