"""Then and now as rows: the contents of change.csv and of the page's table."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.change import PARTS, Change
from connected_place.coverage.gaps import TIERS


def change_rows(change: Change, *, areas: pd.Series, wards: pd.Series, place: pd.Series) -> pd.DataFrame:
    """Areas, wards and the place, each a row.

    Parameters
    ----------
    change : Change
    areas, wards, place : Series of str
        Names by code; for the place, one.
    """
    parts = (
        ("area", change.areas.sort_index(), areas),
        ("ward", change.wards.sort_index(), wards),
        ("place", pd.DataFrame([change.place], index=place.index), place),
    )
    rows = [frame.assign(level=level, area_code=frame.index, area_name=known.reindex(frame.index))
            for level, frame, known in parts]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def shown_parts(change: Change, tier: str) -> tuple[str, ...]:
    """Parts that are not 0 everywhere: the others would be columns of noughts."""
    columns = [f"{tier}_change_{part}" for part in PARTS]
    told = pd.concat([change.areas[columns], change.wards[columns], change.place[columns].to_frame().T])
    return tuple(part for part, column in zip(PARTS, columns, strict=True) if told[column].fillna(0.0).ne(0).any())


def shown_tier(change: Change, headline: str) -> str:
    """The headline tier where both vintages speak of it, else the nearest slower one, else the slowest compared."""
    order = list(TIERS)
    slower = [tier for tier in change.tiers if order.index(tier) <= order.index(headline)]
    return slower[-1] if slower else change.tiers[0]
