"""Areas as rows: gaps, criteria, score, rank with its doubt and its reason at any level, by the same rules."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import Units, gap_rows, with_lent
from connected_place.coverage.need.criterion import asked_criteria
from connected_place.coverage.need.levels import AreaFacts, bounds, levels, values
from connected_place.coverage.need.unused_weights import missed_scales, unknown_criteria
from connected_place.coverage.parameters import Score
from connected_place.coverage.places import CELL_WORDS, Geography
from connected_place.coverage.scoring import (
    Overlap,
    explanations,
    known_share,
    overlap_faults,
    overlaps,
    rank,
    ranked_score,
    uncertainty_of_ranks,
    weight_sets,
    weights_of,
)
from connected_place.gis_data.errors import Fault

FIRST_RANKS = 10
"""Areas of most need that one looks at together: how sure it is that an area is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Areas and wards in the order of their need, and what that order depends on.

    Attributes
    ----------
    areas, wards : GeoDataFrame
        As `plan.Plan.areas`.
    overlaps : tuple of Overlap
        Criteria of the areas that say the same, or part of the same.
    weight_sets : DataFrame indexed as `areas`
        `<name>_score` and `<name>_rank` by each set of weights, side by side.
    agreement : DataFrame, one row for each pair of sets
    warnings : tuple of Fault
    """

    areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    overlaps: tuple[Overlap, ...]
    weight_sets: pd.DataFrame
    agreement: pd.DataFrame
    warnings: tuple[Fault, ...]


def ranking(
    places: Geography,
    units: Units,
    known: AreaFacts,
    *,
    level: str,
    headline: str,
    rules: Score,
    repeats_broadband: bool,
) -> Ranking:
    """Rank the areas of a level, and the wards.

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
    repeats_broadband : bool
        The index of deprivation in use has broadband among its indicators.

    Raises
    ------
    PlanFileError
        NO_WEIGHT, and those of `criteria.criteria`.
    """
    wards = area_rows(places, units, known, level="ward", headline=headline, rules=rules)
    if level == "ward":
        areas = gpd.GeoDataFrame(wards.assign(ward_code=wards.index, ward_name=wards["area_name"]))
    else:
        areas = area_rows(places, units, known, level=level, headline=headline, rules=rules)
    worth = values_of(areas)
    said_twice = overlaps(
        worth,
        weights_of(worth.columns, rules.weights),
        criteria=asked_criteria(rules, headline=headline),
        index_holds_broadband=repeats_broadband,
    )
    sets = {name: item.weights for name, item in weight_sets.standard_sets(rules, list(worth.columns)).items()}
    # Who has no rank by the plan's weights takes no part by others'.
    side_by_side = weight_sets.ranks_by_set(worth.where(areas["rank"].notna()), sets)
    found = areas[criteria_of(areas)]
    return Ranking(
        areas=areas,
        wards=wards,
        overlaps=said_twice,
        weight_sets=side_by_side,
        agreement=weight_sets.agreement(side_by_side),
        warnings=(
            *unknown_criteria(found, rules, headline=headline),
            *missed_scales(found, rules),
            *overlap_faults(said_twice),
        ),
    )


def area_rows(
    places: Geography, units: Units, known: AreaFacts, *, level: str, headline: str, rules: Score
) -> gpd.GeoDataFrame:
    """One row for each area of a level.

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed by `area_code`
        As `plan.Plan.areas`.

    Raises
    ------
    PlanFileError
        NO_WEIGHT.
    """
    gaps = gap_rows(places, units, known.frame["households"], level=level)
    found = _levels(places, known, gaps, level=level, headline=headline, rules=rules)
    scored = _scored(found, gaps, gaps["area_name"], headline=headline, rules=rules)
    outlines = places.outlines[level].rename_axis("area_code")
    return gpd.GeoDataFrame(pd.concat([gaps, *scored], axis="columns"), geometry=outlines.geometry)


def criteria_of(rows: pd.DataFrame) -> list[str]:
    """Criteria that something is known of, in the order of their columns."""
    return [name.removesuffix("_value") for name in rows.columns if name.endswith("_value")]


def values_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The value of each criterion, one column a criterion."""
    keys = criteria_of(rows)
    return pd.DataFrame(rows[[f"{key}_value" for key in keys]].set_axis(keys, axis="columns"))


def _levels(
    places: Geography, known: AreaFacts, gaps: pd.DataFrame, *, level: str, headline: str, rules: Score
) -> pd.DataFrame:
    """Levels of the criteria; a cell that contains no centre takes those of the areas that its units are in."""
    criteria = asked_criteria(rules, headline=headline)
    found = levels(known, places, gaps, level=level, headline=headline, criteria=criteria)
    if level not in CELL_WORDS:
        return found
    parent_gaps = gaps.reindex(places.parents.index)
    lent = levels(known, places, parent_gaps, level=places.level, headline=headline, criteria=criteria)
    return with_lent(found, lent, places)


def _scored(
    found: pd.DataFrame, gaps: pd.DataFrame, names: pd.Series, *, headline: str, rules: Score
) -> tuple[pd.DataFrame, ...]:
    """Levels, values, score and rank, their doubt, and the reason in words."""
    criteria = asked_criteria(rules, headline=headline)
    worth = values(found, criteria)
    weights = weights_of(worth.columns, rules.weights)
    known, scores = known_share(worth, weights), ranked_score(worth, weights)
    is_scored = scores.notna()
    compared = worth.where(is_scored)
    low, high = bounds(found, gaps, criteria, headline=headline)
    sampled = uncertainty_of_ranks(
        compared, weights, low=low, high=high, samples=rules.samples, seed=rules.seed, first=FIRST_RANKS
    ).frame
    stated = pd.Series(rules.weights, dtype="float64").reindex(worth.columns, fill_value=0.0)
    why = explanations(
        found,
        compared,
        stated,
        rank_uncertainty=sampled,
        criteria=criteria,
        names=names,
        varied="the weights and uncertain figures",
    )
    why["explanation"] = why["explanation"].where(is_scored, _unscored(known))
    ranked = pd.DataFrame({"score": scores, "rank": rank(scores), "known_share": known})
    return found, worth.add_suffix("_value"), ranked, sampled, why


def _unscored(known: pd.Series) -> pd.Series:
    """Why an area has no rank."""
    return (
        "Not ranked: only "
        + known.map("{:.0%}".format).str.replace("%", " %")
        + " of the weights are for figures that are known."
    )
