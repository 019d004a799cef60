"""Areas as rows: gaps, criteria, score, rank with its doubt and its reason at any level, by the same rules."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import Units, gap_rows, with_lent
from connected_place.coverage.need.criterion import asked_criteria
from connected_place.coverage.need.levels import AreaFacts, bounds, levels, values
from connected_place.coverage.need.scored import CriteriaValues, scored_by
from connected_place.coverage.need.two_needs import NeedBasis, need_bases, need_columns
from connected_place.coverage.need.unused_weights import missed_scales, unknown_criteria
from connected_place.coverage.parameters import Score
from connected_place.coverage.places import CELL_WORDS, Geography
from connected_place.coverage.scoring import (
    Overlap,
    overlap_faults,
    overlaps,
    weight_sets,
    weights_of,
)
from connected_place.gis_data.errors import Fault


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
    needs : tuple of NeedBasis
        What the need for better lines and that for public Wi-Fi rest on.
    warnings : tuple of Fault
    """

    areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    overlaps: tuple[Overlap, ...]
    weight_sets: pd.DataFrame
    agreement: pd.DataFrame
    needs: tuple[NeedBasis, ...]
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
        needs=need_bases(found.columns, rules, footfall_counts=known.footfall_counts),
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
    known_of = _criteria_values(found, gaps, gaps["area_name"], headline=headline, rules=rules)
    worth, combined = known_of.values.add_suffix("_value"), scored_by(known_of, rules.weights, rules)
    bases = need_bases(found.columns, rules, footfall_counts=known.footfall_counts)
    rows = pd.concat([gaps, found, worth, combined, need_columns(known_of, bases, rules)], axis="columns")
    outlines = places.outlines[level].rename_axis("area_code")
    return gpd.GeoDataFrame(rows, geometry=outlines.geometry)


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


def _criteria_values(
    found: pd.DataFrame, gaps: pd.DataFrame, names: pd.Series, *, headline: str, rules: Score
) -> CriteriaValues:
    """The criteria of the areas, with their values and what these may truly be."""
    criteria = asked_criteria(rules, headline=headline)
    low, high = bounds(found, gaps, criteria, headline=headline)
    worth = values(found, criteria)
    return CriteriaValues(levels=found, values=worth, low=low, high=high, criteria=criteria, names=names)
