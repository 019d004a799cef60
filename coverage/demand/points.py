"""Demand points: whom a site could serve, where they are, and how much each counts."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.places import area_of_points
from connected_place.coverage.user_groups import RESIDENTS, STAFF, VISITORS
from connected_place.gis_data.errors import Fault, PlanFileError, fault

_GROUPS = (RESIDENTS, VISITORS, STAFF)


def demand_points(points: gpd.GeoDataFrame, *, areas: pd.Series, level: str) -> gpd.GeoDataFrame:
    """Residents: points with their homes counted by need.

    Parameters
    ----------
    points : GeoDataFrame, EPSG:27700
        `premises` (NaN: not known; such a point carries no demand) and a column of area codes for each level.
    areas : Series indexed by area code of `level`
        Score, 0 to 100; NaN: too little is known for one.
    level : str
        Of the scored areas.

    Returns
    -------
    GeoDataFrame, EPSG:27700, sorted by its index
        `area_code, ward_code, premises, residents, demand, group`.

    Notes
    -----
    demand = premises x need, in homes counted by need: a premises in an area of full need counts 1. Need is as
    `need_of_points` gives it.
    """
    inside = (points["ward"] != "") & points["premises"].notna() & points[level].isin(areas.index)
    kept = points[inside].sort_index()
    need = need_of_points(kept[level], kept["premises"], scores=areas)
    codes = pd.DataFrame({"area_code": kept[level], "ward_code": kept["ward"]})
    homes = kept.reindex(columns=["premises", "residents"]).astype("float64")
    return _layer(RESIDENTS, codes.join(homes), places=kept.geometry, demand=homes["premises"] * need)


def need_of_points(codes: pd.Series, premises: pd.Series, *, scores: pd.Series) -> pd.Series:
    """Need of each point's area, in [0, 1].

    Parameters
    ----------
    codes : Series of n area codes
    premises : Series of n
    scores : Series indexed by area code
        0 to 100; NaN: too little is known for one.

    Returns
    -------
    Series of n
        Where the area has no score: the mean of the premises whose areas have one, so that nobody is left out because
        their area did not report. NaN where no area has a score.

    Examples
    --------
    >>> scores = pd.Series({"A1": 20.0, "A2": 40.0, "A3": np.nan})
    >>> need_of_points(pd.Series(["A1", "A2", "A3"]), pd.Series([1.0, 3.0, 5.0]), scores=scores).round(6).tolist()
    [0.2, 0.4, 0.35]
    """
    need = codes.map(scores).astype("float64") / 100
    counted = premises.astype("float64").where(need.notna(), 0.0)
    whole = counted.sum()
    mean = (counted * need.fillna(0.0)).sum() / whole if whole > 0 else np.nan
    return need.fillna(mean)


def visitor_points(
    squares: gpd.GeoSeries,
    footfall: np.ndarray,
    *,
    wards: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Visitors: squares with their footfall.

    Parameters
    ----------
    squares : GeoSeries of n points, EPSG:27700
        As `visitor_squares` gives them.
    footfall : array of n
        An index or people an hour; only the ratios count. NaN or 0: the square carries no demand.
    wards, areas : GeoDataFrame, EPSG:27700, indexed by code
        Outlines.

    Returns
    -------
    GeoDataFrame
        As `demand_points` gives it, `demand` in the unit of the footfall; `premises` and `residents` NaN.

    Notes
    -----
    A square counts as its middle does. With squares wider than the reach a site may stand between the middles and get
    little; over many sites the sum is still right.
    """
    has_footfall = footfall > 0
    places = gpd.GeoSeries(squares[has_footfall])
    codes = pd.DataFrame({"area_code": area_of_points(places, areas), "ward_code": area_of_points(places, wards)})
    points = _layer(VISITORS, codes, places=places, demand=pd.Series(footfall[has_footfall], index=places.index))
    return gpd.GeoDataFrame(points.sort_index())


def staff_points(venues: gpd.GeoDataFrame, *, by_kind: Mapping[str, float]) -> gpd.GeoDataFrame:
    """Staff and partners working away from their desk: public buildings with their working visits.

    Parameters
    ----------
    venues : GeoDataFrame, EPSG:27700, indexed by site id
        `kind, area_code, ward_code`.
    by_kind : mapping of str to float
        Working visits to a venue of each kind; "other" for every kind without its own. 0: none.

    Returns
    -------
    GeoDataFrame
        As `demand_points` gives it, `demand` in working visits; `premises` NaN. A building is named "staff:" and its
        site id.
    """
    visits = venues["kind"].map(by_kind).fillna(by_kind.get("other", 0.0)).astype("float64")
    used = venues.assign(visits=visits)[visits > 0].sort_index()
    used = used.set_axis([f"{STAFF}:{site}" for site in used.index])
    return _layer(STAFF, used[["area_code", "ward_code"]], places=used.geometry, demand=used["visits"])


def all_groups(layers: Mapping[str, gpd.GeoDataFrame], weights: Mapping[str, float]) -> gpd.GeoDataFrame:
    """The demand points of all groups in one unit: homes counted by need, or what counts as much.

    Parameters
    ----------
    layers : mapping of group to GeoDataFrame
        As the functions above give them; that of the residents is needed. A group that is not there or has no demand
        adds no points.
    weights : mapping of group to float
        What covering all of a group is worth against covering all of the residents, as `Demand.weights`. A group of
        weight 0, the residents too, adds no points.

    Returns
    -------
    GeoDataFrame, EPSG:27700
        As `demand_points` gives it, residents first.

    Raises
    ------
    PlanFileError
        NO_WEIGHT: every group has the weight 0.

    Notes
    -----
    The demand of a group sums to its weight times the sum of the residents' demand, whatever its own unit is.
    """
    if not any(weights.get(group, 0.0) > 0 for group in _GROUPS):
        raise PlanFileError(_no_weight())
    whole = float(layers[RESIDENTS]["demand"].sum())
    used = [
        _times(layers[group], _factor(group, layers[group], whole) * weights[group])
        for group in _GROUPS
        if weights.get(group, 0.0) > 0 and len(layers.get(group, ()))
    ]
    return gpd.GeoDataFrame(pd.concat(used or [layers[RESIDENTS].iloc[:0]]))


def _layer(group: str, frame: pd.DataFrame, *, places: gpd.GeoSeries, demand: pd.Series) -> gpd.GeoDataFrame:
    """Points of one group; `premises` and `residents` NaN where it has none."""
    columns = ["area_code", "ward_code", "premises", "residents"]
    points = frame.reindex(columns=columns).astype({"premises": "float64", "residents": "float64"})
    return gpd.GeoDataFrame(points.assign(demand=demand, group=group), geometry=places)


def _factor(group: str, points: gpd.GeoDataFrame, whole: float) -> float:
    """What turns a group's own unit into the residents'; theirs stays as it is, to the last bit."""
    return 1.0 if group == RESIDENTS else whole / float(points["demand"].sum())


def _times(points: gpd.GeoDataFrame, factor: float) -> gpd.GeoDataFrame:
    return points.assign(demand=points["demand"] * factor)


def _no_weight() -> Fault:
    return fault("NO_WEIGHT.users", file="plan.toml", column="demand", known=", ".join(_GROUPS))
