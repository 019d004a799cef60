"""Need: what is known of areas, put together from the finest ones, as levels and values of the criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from connected_place.coverage.need.area_facts import buildings_within, distance_to_free_wifi, of_authority, zonal_sums
from connected_place.coverage.need.criterion import CRITERIA, GAPS, Criterion
from connected_place.coverage.places import Geography, by_finest_area, of_layer
from connected_place.coverage.sums import sum_by, weighted_mean_by
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers

WALK_M = 400.0
"""Within which a public building is nearby: five minutes at 80 m a minute, as the criterion says."""

_SHARES = {"no_car": ("no_car_households", "no_car_of"), "older": ("older_residents", "older_of")}
"""Criteria that are a count over the count it is part of."""

_SAME_LEVEL = {"buildings_nearby": "public_buildings"}
"""Criteria whose level is that of another, read the other way round."""

DENSITIES = ("population", "households")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFacts:
    """What is known of each finest area, to be put together for any wider one.

    Attributes
    ----------
    frame : DataFrame indexed by finest code
        Counts: `population` (people), `households`; `no_car_households` of `no_car_of` households; `older_residents`
        of `older_of` residents. Levels of criteria: `deprivation`, `deprivation_employment`, `deprivation_children`,
        `deprivation_rank` (where there is no income score), `footfall`, `wifi_distance`, `public_buildings`,
        `mobile_gap`. NaN: not known.
    own : DataFrame indexed by finest code
        Levels from files of kind "area-table", by the keys that plan.toml gives their columns.
    footfall_counts : bool
        False: the footfall index knows only where homes are.
    """

    frame: pd.DataFrame
    own: pd.DataFrame = field(default_factory=pd.DataFrame)
    footfall_counts: bool = True


def area_facts_of(layers: Layers, places: Geography, footfall: pd.Series | None = None, *, lad: str = "") -> AreaFacts:
    """Collect what the layers say of each finest area.

    Parameters
    ----------
    layers : Layers
    places : Spine
    footfall : Series indexed by finest code, or None
        Index of people passing by, 0 to 100.
    lad : str
        Code of the local authority, for tables by authority where the ward outlines do not name it.

    Raises
    ------
    DataError
        LAYER_TWICE, COLUMN_TWICE, NO_OUTLINES.
    VintageError
        A table is on areas of another vintage.
    """
    income = by_finest_area(layers, places, "deprivation", is_rate=True)
    frame = pd.DataFrame(
        {
            "population": _population(layers, places),
            "households": by_finest_area(layers, places, "households"),
            "no_car_households": by_finest_area(layers, places, "no-car-households", column="no_car_households"),
            "no_car_of": by_finest_area(layers, places, "no-car-households", column="households"),
            "older_residents": by_finest_area(layers, places, "older-residents", column="older_residents"),
            "older_of": by_finest_area(layers, places, "older-residents", column="residents"),
            "deprivation": income,
            "deprivation_employment": _deprivation(layers, places, "deprivation_employment"),
            "deprivation_children": _deprivation(layers, places, "deprivation_children"),
            "deprivation_rank": _rank_share(layers, places).where(income.isna()),
            "footfall": np.nan if footfall is None else footfall.reindex(places.parents.index),
            "wifi_distance": distance_to_free_wifi(layers, places),
            "public_buildings": buildings_within(layers, places, walk_m=WALK_M),
            "mobile_gap": of_authority(
                layers, places, "ofcom-mobile-coverage", column="4g_prem_in_no_operator_share", lad=lad
            ),
        }
    )
    return AreaFacts(frame=frame, own=_own(layers, places))


def levels(
    known: AreaFacts,
    places: Geography,
    gaps: pd.DataFrame,
    *,
    level: str,
    headline: str,
    criteria: Mapping[str, Criterion],
) -> pd.DataFrame:
    """The level of each criterion for areas of one level; only criteria that something is known of.

    Parameters
    ----------
    known : Atoms
    places : Spine
    gaps : DataFrame indexed by area code
        As `gap.gap_by_area` gives it.
    level : str
        Of the areas.
    headline : str
        Tier of `gap_headline`.
    criteria : mapping of key to Criterion
        As `criteria.asked_criteria` gives them.

    Returns
    -------
    DataFrame indexed as `gaps`, one column for each criterion, in their order; NaN: not known

    Notes
    -----
    Shares are sums over sums. Every other level of a wider area is the mean over its people, or over its finest areas
    where no population is known.
    """
    parent, index, frame = places.parents[level], gaps.index, known.frame
    hectares = places.outlines[level].geometry.area.reindex(index) / 10_000
    people = frame["population"]
    weight = people if people.notna().any() else pd.Series(1.0, index=frame.index)
    found = {}
    for key in criteria:
        if key == "gap_headline" or key in GAPS:
            found[key] = gaps.get(f"{GAPS.get(key, headline)}_gap_share")
        elif key in _SHARES:
            part, whole = (frame[name].where(frame[list(_SHARES[key])].notna().all(axis=1)) for name in _SHARES[key])
            total = sum_by(whole, parent, index)
            found[key] = sum_by(part, parent, index) / total.where(total > 0)
        elif key in DENSITIES:
            found[key] = sum_by(frame[key], parent, index) / hectares
        else:
            column = (frame if key in CRITERIA else known.own).get(_SAME_LEVEL.get(key, key))
            found[key] = None if column is None else weighted_mean_by(column, weight, parent, index)
    return pd.DataFrame(found, index=index, dtype="float64").dropna(axis="columns", how="all")


def values(found: pd.DataFrame, criteria: Mapping[str, Criterion]) -> pd.DataFrame:
    """Value of each level on its criterion's fixed scale, in [0, 1]; NaN stays NaN.

    Examples
    --------
    >>> values(pd.DataFrame({"gap_decent": [0.0, 0.1, 0.5, np.nan]}), CRITERIA)["gap_decent"].tolist()
    [0.0, 0.5, 1.0, nan]
    """
    return pd.DataFrame({key: criteria[str(key)].value(level) for key, level in found.items()}, index=found.index)


def bounds(
    found: pd.DataFrame, gaps: pd.DataFrame, criteria: Mapping[str, Criterion], *, headline: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lowest and the highest value that each cell may truly have.

    Parameters
    ----------
    found : DataFrame indexed by area
        As `levels` gives it.
    gaps : DataFrame indexed as `found`
        As `gap.gap_by_area` or `gap.add_missing` gives it.
    criteria : mapping of key to Criterion
    headline : str
        Tier of `gap_headline`.

    Returns
    -------
    low, high : DataFrame shaped as `found`
        In [0, 1], with the value between them. A gap: none and all of the premises that are not reported lack the
        tier. Others: the level less and plus the criterion's error. A level that is not known may be anything: 0 to 1.

    Notes
    -----
    The premises of a gap's bounds are those with, without and not reported: after `add_missing` the last hold the
    households of units without a row, which `premises` does not.
    """
    low, high = {}, {}
    for column, level in found.items():
        key = str(column)
        item = criteria[key]
        if key == "gap_headline" or key in GAPS:
            least, most = _gap_range(gaps, GAPS.get(key, headline))
        else:
            least, most = level - item.error, level + item.error
        ends = pd.DataFrame({"least": item.value(least), "at": item.value(level), "most": item.value(most)})
        is_known = level.notna()
        low[key] = ends.min(axis="columns").where(is_known, 0.0)
        high[key] = ends.max(axis="columns").where(is_known, 1.0)
    return pd.DataFrame(low, index=found.index), pd.DataFrame(high, index=found.index)


def _gap_range(gaps: pd.DataFrame, tier: str) -> tuple[pd.Series, pd.Series]:
    """Least and greatest share of premises without a tier."""
    lack, silent = gaps[f"{tier}_gap"], gaps[f"{tier}_not_reported"].fillna(0.0)
    total = gaps[f"{tier}_have"] + lack + silent
    total = total.where(total > 0)
    return lack / total, (lack + silent) / total


def _deprivation(layers: Layers, places: Geography, column: str) -> pd.Series:
    return by_finest_area(layers, places, "deprivation", column=column, is_rate=True)


def _rank_share(layers: Layers, places: Geography) -> pd.Series:
    """Share of the nation's areas that are less deprived than that of each finest area."""
    rank = _deprivation(layers, places, "deprivation_rank")
    ranks = _deprivation(layers, places, "deprivation_ranks")
    return 1 - (rank - 1) / (ranks - 1)


def _population(layers: Layers, places: Geography) -> pd.Series:
    """Residents of each finest area: from a table, else from a grid of cells."""
    table = by_finest_area(layers, places, "population")
    if table.notna().any():
        return table
    for layer in layers.of("population-raster"):
        return zonal_sums(layer.raster, places.outlines[places.level])
    return table


def _own(layers: Layers, places: Geography) -> pd.DataFrame:
    """The council's own figures: a level of a wider area holds for its parts."""
    given = [(key, layer) for layer in layers.of("area-table") for key in layer.frame.columns]
    first = dict(reversed(given))
    faults = [_column_twice(key, layer, first[key]) for key, layer in given if layer is not first[key]]
    if faults:
        raise DataError(faults)
    columns = {key: of_layer(layers, places, layer, column=key, is_rate=True) for key, layer in given}
    return pd.DataFrame(columns, index=places.parents.index)


def _column_twice(key: str, layer: Layer, first: Layer) -> Fault:
    return fault("COLUMN_TWICE", file=layer.provenance.file, column=key, other=first.provenance.file)
