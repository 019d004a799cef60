"""What a map's areas can be coloured by: the gap at each tier, need, and footfall where known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.need import NEED_WORDS
from connected_place.coverage.plan import Plan
from connected_place.maps.choropleth import FOOTFALL, GAP, NEED, ClassScale, KeyEntry, classes, key
from connected_place.maps.numerals import month, speed_text
from connected_place.maps.tables import shown_tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """One way to colour the areas.

    Attributes
    ----------
    name : str
        A key of `gap.TIERS`, `NEED_NAME`, the column of one need's score, `FOOTFALL_NAME` or `BEFORE_NAME`.
    words : str
        Of the choice.
    title : str
        Of the map's key.
    scale : Scale
    classes : array of int, one an area
    key : tuple of KeyEntry
    """

    name: str
    words: str
    title: str
    scale: ClassScale
    classes: np.ndarray
    key: tuple[KeyEntry, ...]


NEED_NAME, FOOTFALL_NAME, BEFORE_NAME = "score", "footfall", "before"


def tiers_of(plan: Plan) -> tuple[str, ...]:
    """Keys of the tiers that any of the plan's areas reports, and of the headline."""
    shares = {key: f"{key}_gap_share" for key in TIERS}
    return tuple(
        key
        for key, name in shares.items()
        if name in plan.areas and (plan.areas[name].notna().any() or key == plan.parameters.gaps.headline)
    )


def colourings(plan: Plan, areas: pd.DataFrame) -> tuple[Colouring, ...]:
    """The choices for a page: tiers first, so that a tier's position is its position among `tiers_of`.

    Parameters
    ----------
    plan : Plan
    areas : DataFrame
        The page's areas in their order.
    """
    found = [
        _colouring(tier, TIERS[tier].words, f"cannot get {speed_text(tier)}", areas[f"{tier}_gap_share"], GAP)
        for tier in tiers_of(plan)
    ]
    found.append(_colouring(NEED_NAME, "need score", "need score, 0 to 100", areas["score"], NEED))
    found += [
        _colouring(f"{key}_score", f"need for {words}", f"need for {words}, 0 to 100", areas[f"{key}_score"], NEED)
        for key, words in NEED_WORDS.items()
        if areas[f"{key}_score"].notna().any()
    ]
    if plan.footfall_by_area is not None and plan.footfall_by_area.notna().any():
        footfall = plan.footfall_by_area.reindex(areas.index)
        found.append(_colouring(FOOTFALL_NAME, "footfall", "footfall, an index from 0 to 100", footfall, FOOTFALL))
    if plan.change is not None:
        tier, then = shown_tier(plan.change, plan.parameters.gaps.headline), month(plan.change.before)
        words = f"share that could not get {speed_text(tier)} in {then}"
        shares = plan.change.areas[f"{tier}_share_before"].reindex(areas.index)
        found.append(_colouring(BEFORE_NAME, words, words.removeprefix("share that "), shares, GAP))
    return tuple(found)


def classes_of_each(choices: Sequence[Colouring]) -> list[tuple[int, ...]]:
    """For each area its class in each choice."""
    return [tuple(map(int, found)) for found in zip(*(choice.classes for choice in choices), strict=True)]


def _colouring(name: str, words: str, title: str, numbers: pd.Series, scale: ClassScale) -> Colouring:
    return Colouring(
        name=name, words=words, title=title, scale=scale, classes=classes(numbers, scale), key=key(numbers, scale)
    )
