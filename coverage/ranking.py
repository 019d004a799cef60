"""Areas as rows: gaps, criteria, score and rank at any level, by the same rules."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.coverage.area_table import Spine
from connected_place.coverage.gap import add_missing, gap_by_area
from connected_place.coverage.need import CRITERIA, Atoms, levels, values
from connected_place.coverage.parameters import Score
from connected_place.coverage.robustness import rank_range
from connected_place.coverage.score import rank, score, weights_of
from connected_place.coverage.units import Units


def area_rows(
    places: Spine, units: Units, known: Atoms, *, level: str, headline: str, rules: Score
) -> gpd.GeoDataFrame:
    """One row for each area of a level.

    Parameters
    ----------
    places : Spine
    units : Units
    known : Atoms
    level : str
        A column of `places.parents`.
    headline : str
        Tier of the first criterion.
    rules : Score

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed by `area_code`
        As `plan.Plan.areas`.

    Raises
    ------
    PlanFileError
        NO_WEIGHT.
    """
    outlines = places.outlines[level].rename_axis("area_code")
    gaps = gap_by_area(units.counts, units.areas[level], index=outlines.index)
    gaps = add_missing(gaps, units.missing[level], known.frame["households"])
    found = levels(known, places, gaps, level=level, headline=headline)
    worth = values(found)
    weights = weights_of(worth.columns, rules.weights)
    scores = score(worth, weights)
    doubt = rank_range(worth, weights, samples=rules.samples, seed=rules.seed)
    rows = pd.concat(
        [
            _names(places, level),
            gaps.assign(premises_source=units.premises_source),
            found,
            worth.add_suffix("_value"),
            pd.DataFrame({"score": scores, "rank": rank(scores)}),
            doubt,
        ],
        axis="columns",
    )
    return gpd.GeoDataFrame(rows, geometry=outlines.geometry)


def criteria_of(rows: pd.DataFrame) -> list[str]:
    """Criteria that something is known of, in the order of `need.CRITERIA`."""
    return [key for key in CRITERIA if f"{key}_value" in rows.columns]


def _names(places: Spine, level: str) -> pd.DataFrame:
    """Name of each area and, below the ward, the ward in which most of its finest areas lie."""
    outlines = places.outlines[level]
    names = pd.DataFrame({"area_name": outlines["name"]}).rename_axis("area_code")
    if level == "ward":
        return names
    votes = places.parents[places.parents["ward"] != ""].groupby([level, "ward"]).size().rename("votes").reset_index()
    most = votes.sort_values(["votes", "ward"], ascending=[False, True]).drop_duplicates(level).set_index(level)["ward"]
    codes = most.reindex(names.index).fillna("")
    return names.assign(ward_code=codes, ward_name=codes.map(places.outlines["ward"]["name"]).fillna(""))
