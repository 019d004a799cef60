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
    is_offered : bool
        False where it would colour the whole place alike: a reader who chose it would learn nothing.
    """

    name: str
    words: str
    title: str
    scale: ClassScale
    classes: np.ndarray
    key: tuple[KeyEntry, ...]
    is_offered: bool = True


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
    everywhere = plan.areas
    found: list[tuple[str, str, str, pd.Series, ClassScale]] = [
        (tier, TIERS[tier].words, f"cannot get {speed_text(tier)}", everywhere[f"{tier}_gap_share"], GAP)
        for tier in tiers_of(plan)
    ]
    found.append((NEED_NAME, "need score", "need score, 0 to 100", everywhere["score"], NEED))
    found += [
        (f"{key}_score", f"need for {words}", f"need for {words}, 0 to 100", everywhere[f"{key}_score"], NEED)
        for key, words in NEED_WORDS.items()
        if areas[f"{key}_score"].notna().any()
    ]
    if plan.footfall_by_area is not None and plan.footfall_by_area.notna().any():
        footfall = plan.footfall_by_area.reindex(everywhere.index)
        found.append((FOOTFALL_NAME, "footfall", "footfall, an index from 0 to 100", footfall, FOOTFALL))
    if plan.change is not None:
        tier, then = shown_tier(plan.change, plan.parameters.gaps.headline), month(plan.change.before)
        words = f"share that could not get {speed_text(tier)} in {then}"
        shares = plan.change.areas[f"{tier}_share_before"].reindex(everywhere.index)
        found.append((BEFORE_NAME, words, words.removeprefix("share that "), shares, GAP))
    always = (plan.parameters.gaps.headline, NEED_NAME)
    return tuple(
        _colouring(
            name,
            words,
            title,
            numbers.reindex(areas.index),
            scale,
            is_offered=name in always or _differs(numbers, scale),
        )
        for name, words, title, numbers, scale in found
    )


def _differs(numbers: pd.Series, scale: ClassScale) -> bool:
    """Whether a measure parts the areas of the place into more than one class."""
    return len(np.unique(classes(numbers, scale))) > 1


def classes_of_each(choices: Sequence[Colouring]) -> list[tuple[int, ...]]:
    """For each area its class in each choice."""
    return [tuple(map(int, found)) for found in zip(*(choice.classes for choice in choices), strict=True)]


def _colouring(
    name: str, words: str, title: str, numbers: pd.Series, scale: ClassScale, *, is_offered: bool
) -> Colouring:
    found = classes(numbers, scale)
    return Colouring(
        name=name,
        words=words,
        title=title,
        scale=scale,
        classes=found,
        key=key(numbers, scale),
        is_offered=is_offered,
    )
