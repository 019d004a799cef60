"""Better lines on a page: what can be done for the premises of the place or a ward without the headline speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import METRES
from connected_place.maps.numerals import count_text, plural, speed_text
from connected_place.maps.words import forecast_statements, gap_statements, line_statements, programme_statements

LINES_SHOWN = 40
"""Areas that a page lists; the file has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesPanel:
    """What a page shows of better lines.

    Attributes
    ----------
    heading : str
    sentence, status : str
        What the budget pays for; where the subsidy statuses come from.
    forecast : tuple of str
        What would come without a plan, and how that was tested; empty where only one release was given.
    programme : tuple of str
        What the capital for both lists buys; empty where none is stated.
    rows : list of dict
        Areas of the page, most premises first: the columns of interventions.csv, `premises_here`, `ask`, `conditions`.
    more : str
        How many areas are not listed; "": none.
    """

    heading: str
    sentence: str
    status: str
    forecast: tuple[str, ...]
    programme: tuple[str, ...]
    rows: list[dict[str, Any]]
    more: str


def better_lines(plan: Plan, ward_code: str = "") -> LinesPanel | None:
    """The panel of the whole place, or of a ward; None where lines were not worked out.

    Parameters
    ----------
    plan : Plan
    ward_code : str
        "": the place.
    """
    if plan.lines is None or plan.units is None:
        return None
    found, tier = plan.lines, plan.parameters.gaps.headline
    areas = found.interventions.assign(premises_here=found.interventions["premises"])
    if ward_code:
        areas = found.in_ward(ward_code)
    chosen = found.options[found.options["is_chosen"]].set_index("area_id")["conditions"]
    rows = pd.DataFrame(areas.drop(columns="geometry")).assign(conditions=chosen.reindex(areas.index))
    ordered = rows.sort_values("premises_here", ascending=False, kind="stable").reset_index()
    listed = ordered.head(LINES_SHOWN)
    promises = "" if ward_code else line_statements.promises_sentence(found)
    counted = gap_statements.counted_words(plan.reporting)
    count = count_text(areas["premises_here"].sum())
    left = len(ordered) - len(listed)
    return LinesPanel(
        heading=f"What can be done for the {count} without {speed_text(tier)}"
        if ward_code
        else f"What can be done for the {counted} without {speed_text(tier)}",
        sentence=line_statements.lines_sentence(found, plan.parameters, plan.reporting),
        status=" ".join(filter(None, (line_statements.status_sentence(found), promises))),
        forecast=() if ward_code else forecast_statements.forecast_sentences(plan.forecast),
        programme=() if ward_code else programme_statements.programme_sentences(plan),
        rows=[
            {**row, "ask": line_statements.ask_words(row), "status": line_statements.STATUS_NAMES[row["status"]]}
            for row in _records_of(listed)
        ],
        more=f"{plural(left, 'smaller area')} not listed here: see interventions.csv." if left else "",
    )


def paid_areas(plan: Plan, ward_code: str = "") -> gpd.GeoDataFrame:
    """The intervention areas whose option is paid for, of the whole place or with premises in a ward."""
    if plan.lines is None or plan.units is None:
        return gpd.GeoDataFrame(geometry=[], crs=METRES)
    found = plan.lines.in_ward(ward_code) if ward_code else plan.lines.interventions
    paid = found[found["is_paid"].astype(bool)]
    return gpd.GeoDataFrame(paid[paid.geometry.notna() & ~paid.geometry.is_empty])


def _records_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
