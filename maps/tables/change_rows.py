"""Then and now as rows: what change.csv and the page's table hold."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.change import PARTS, Change
from connected_place.coverage.gaps import TIERS
from connected_place.coverage.plan import Plan

CODE_COLUMNS = {
    "level": "What the row is: area, ward or place",
    "area_code": "As in areas.csv or wards.csv; of the place its authority",
    "area_name": "As there",
}

PART_WORDS = {
    "real": "because the share of premises without it changed in postcodes or output areas that both files report",
    "definition": "because the earlier file says yes or no for a whole postcode and the later one a share; not known "
    "to be real",
    "premises": "because these are counted with more or fewer premises",
    "units": "because postcodes or output areas stand in one of the files only: split, merged, ended or new",
    "reporting": "because their figure is known at one of the two times only",
    "revision": "because the publisher revised the figures of the same month",
}
"""Why a gap may change, as change.csv describes it."""

PART_HEADS = {
    "real": "Real change",
    "definition": "Yes or no became a share",
    "premises": "More or fewer premises counted",
    "units": "Postcodes new, ended or re-cut",
    "reporting": "Reported once only",
    "revision": "Publisher's revision",
}
"""The same as headings of a table."""


def change_columns(change: Change) -> dict[str, str]:
    """Numeric columns of change.csv and what they mean."""
    columns = {
        "premises_before": f"Premises counted in {change.before}; empty: not reported",
        "premises_now": f"Premises counted in {change.now}; empty: not reported",
    }
    for tier in change.tiers:
        words = TIERS[tier].words
        columns |= {
            f"{tier}_gap_before": f"Premises that could not get {words} in {change.before}; empty: not reported",
            f"{tier}_gap_now": f"Premises that could not get {words} in {change.now}; empty: not reported",
            f"{tier}_share_before": "The earlier as a share of its premises, 0 to 1: sums over sums",
            f"{tier}_share_now": "The later as a share of its premises, 0 to 1: sums over sums",
            f"{tier}_change": "Later less earlier, premises; the sum of the parts that follow",
        }
        columns |= {f"{tier}_change_{part}": f"Of it: {PART_WORDS[part]}" for part in PARTS}
    return columns


def change_rows(plan: Plan) -> pd.DataFrame:
    """Areas, wards and the place, each a row.

    Raises
    ------
    ValueError
        If the plan has no earlier vintage.
    """
    change = plan.change
    if change is None:
        raise ValueError("The plan has no earlier vintage to compare with.")
    place = pd.DataFrame([change.place], index=[plan.parameters.place.lad])
    names = pd.Series({plan.parameters.place.lad: plan.parameters.place.name})
    parts = (
        ("area", change.areas.sort_index(), plan.areas["area_name"]),
        ("ward", change.wards.sort_index(), plan.wards["area_name"]),
        ("place", place, names),
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
