"""Then and now on a page: how the place or a ward has changed."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import month
from connected_place.maps.tables import shown_parts, shown_tier
from connected_place.maps.words import change_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class ThenAndNow:
    """The change that a page shows.

    Attributes
    ----------
    tier : str
        The one that is shown.
    before, now : str
        Months.
    sentence, real : str
        What changed, and how much of it is real.
    limits : tuple of str
    parts : tuple of str
        Of `compare.PARTS`, those that are not 0 everywhere.
    place : Series
        Row of the whole place.
    wards, areas : GeoDataFrame
        Rows of the page in the order of its other tables, with `area_name`.
    """

    tier: str
    before: str
    now: str
    sentence: str
    real: str
    limits: tuple[str, ...]
    parts: tuple[str, ...]
    place: pd.Series
    wards: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame


def then_and_now(
    plan: Plan, *, wards: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, ward_code: str = ""
) -> ThenAndNow | None:
    """The change that a page shows; None where the plan has no earlier vintage.

    Parameters
    ----------
    plan : Plan
    wards, areas : GeoDataFrame
        Those of the page, in its order.
    ward_code : str
        Of a ward's page; "" for the place.
    """
    change = plan.change
    if change is None:
        return None
    tier = shown_tier(change, plan.parameters.gaps.headline)
    row = change.wards.T[ward_code] if ward_code else change.place
    return ThenAndNow(
        tier=tier,
        before=month(change.before),
        now=month(change.now),
        sentence=change_statements.change_sentence(row, tier, change),
        real=change_statements.real_sentence(row, tier, change),
        limits=change_statements.limits_of_comparison(change),
        parts=shown_parts(change, tier),
        place=change.place,
        wards=wards[["area_name", "geometry"]].join(change.wards),
        areas=areas[["area_name", "geometry"]].join(change.areas),
    )
