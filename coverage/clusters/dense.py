"""Clusters of unserved premises: where a gap is dense enough to be one area to invest in.

What counts as near, dense and unserved is `parameters.Clusters`. A unit is a member where its own share of unserved
premises is high *and* many unserved premises lie around it. Density alone does not do: a dense town where one home in
fifty is unserved has unserved homes in every street, and they chain into one "cluster" that is the town.

How the defaults were chosen. The invented borough's three planted patches come back from output areas with an adjusted
Rand index of 1.00, from postcodes with 0.97 (0.92 with 20 premises for 50: streets that merely lag become clusters);
without the rule on shares with 0.21 and 0.80, the largest cluster 8 km across. Thurrock in 2016, at 30 Mbit/s by
postcode: 19 clusters with 77 % of the gap, the largest 1.0 km across; joining at 250 m leaves villages out (66 %), at
600 m they begin to chain (1.6 km; without the rule on shares 2.8 km).
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from scipy.spatial import cKDTree

from connected_place.coverage.parameters import Clusters
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.errors import CrsError, fault

_PARTS = 1_000_000
"""Premises are summed in whole millionths, so that no order of adding decides what is dense."""

SLACK = 0.001
"""Premises by which a sum of estimates may fall short: six sixths of 50 are 50."""

_SAME_SHARE = 1e-9
"""Rounding error allowed in an area's sums."""

TOUCH_M = 1.0
"""Outlines no farther apart than this touch: generalised ones leave slivers."""

_EDGE_M = 50.0
"""How far an outline reaches beyond its outermost postcode: about the distance from one to the next in a town."""

NAME_WITHIN_M = 1_000.0
"""A cluster bears the name of a populated place no farther than this; else that of its ward (project's proposal)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapClusters:
    """Clusters of premises that cannot get a tier.

    Attributes
    ----------
    frame : GeoDataFrame of polygons, indexed by `cluster_id` ("C1", ...), largest gap first
        `name` (distinct), `ward_codes` (tuple, most gap first), `units` (count), `premises` and `gap` of the members,
        `gap_share` in [0, 1] (sums over sums), `units_not_reported` and `not_reported` (units nearby that
        nobody reported, and their premises where known: they are not members). An outline may enclose premises that
        are served; the numbers are of the members only.
    members : Series indexed as the points
        `cluster_id`, "" for none.
    gap_share : float
        Share of the place's whole known gap that lies in clusters; NaN without a gap.
    """

    frame: gpd.GeoDataFrame
    members: pd.Series
    gap_share: float


def gap_clusters(
    points: gpd.GeoDataFrame,
    rules: Clusters,
    *,
    wards: gpd.GeoDataFrame,
    outlines: gpd.GeoDataFrame | None = None,
    named_places: gpd.GeoDataFrame | None = None,
) -> GapClusters:
    """Put units close together that have a high share of unserved premises into clusters.

    Parameters
    ----------
    points : GeoDataFrame of points in metres, indexed by unit
        Postcodes or centres of areas: `premises`, `gap` (premises without the tier; NaN: not reported), `ward` (code;
        "": outside the place, no member).
    rules : Clusters
    wards : GeoDataFrame in the points' reference system, indexed by ward code
        `name`. Their union is the place, which the outlines of postcodes are cut to.
    outlines : GeoDataFrame or None
        Where the units are areas, their outlines, indexed by unit: a cluster is then the union of its members.
    named_places : GeoDataFrame of points or None
        Populated places with `name`.

    Raises
    ------
    CrsError
        CRS_NOT_METRES: the points are in degrees, or in no stated reference system.

    Notes
    -----
    DBSCAN (Ester, Kriegel, Sander and Xu 1996), each unit weighted by its gap. A unit with enough unserved premises
    within `join_m`, its own included, is a core; cores within `join_m` of one another share a cluster; another unit
    goes with its nearest core within `join_m` (of two as near, the more western, then the more southern), so that the
    order of rows does not matter. Areas that touch count as near whatever the distance of their centres: those of
    rural output areas lie kilometres apart.
    """
    _refuse_degrees(points)
    units = gpd.GeoDataFrame(points[points["ward"] != ""].sort_index())
    label, nearby = _labels(units, rules, outlines)
    frame = _rows(units, label, nearby)
    shapes = _around(units, label, rules, wards) if outlines is None else _united(units, label, outlines)
    members = pd.Series(frame.index.append(pd.Index([""])).to_numpy()[label], index=units.index, name="cluster_id")
    whole = float(units["gap"].sum())
    return GapClusters(
        frame=gpd.GeoDataFrame(
            frame.assign(name=_names(units, label, frame, wards, named_places)), geometry=shapes, crs=points.crs
        ),
        members=members.reindex(points.index, fill_value=""),
        gap_share=float(frame["gap"].sum()) / whole if whole > 0 else np.nan,
    )


def _labels(
    units: gpd.GeoDataFrame, rules: Clusters, outlines: gpd.GeoDataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cluster number of each unit, from the largest gap down, -1 for none: of members, then of silent units nearby."""
    at, gap = coordinates(units.geometry), units["gap"].to_numpy()
    counts = (gap > 0) & (gap >= rules.least_share * units["premises"].to_numpy() - SLACK)
    spots, spot = np.unique(at[counts], axis=0, return_inverse=True)
    touching = np.empty((0, 2), dtype=int) if outlines is None else spot[_touching(units.index[counts], outlines)]
    weight = np.bincount(spot, weights=np.round(gap[counts] * _PARTS), minlength=len(spots))
    found, is_core = _dense(_near(spots, touching, rules.join_m), weight, spots, rules.least_premises)
    label, nearby = np.full((2, len(units)), -1)
    label[counts] = found[spot]
    silent = np.isnan(gap)
    nearby[silent] = _of_nearest_core(at[silent], spots[is_core], found[is_core], rules.join_m)
    order = _by_gap(label, gap)
    return order[label], order[nearby]


def _near(spots: np.ndarray, touching: np.ndarray, join_m: float) -> scipy.sparse.csr_matrix:
    """Which spots are near which, themselves included: 1, or nothing."""
    near = cKDTree(spots).query_pairs(join_m, output_type="ndarray") if len(spots) else touching
    one, other = np.concatenate([near, touching]).T.astype("int32")
    itself = np.arange(len(spots), dtype="int32")
    rows, columns = np.concatenate([one, other, itself]), np.concatenate([other, one, itself])
    graph = scipy.sparse.csr_matrix((np.ones(len(rows), dtype="float32"), (rows, columns)), shape=(len(spots),) * 2)
    graph.data[:] = 1  # a pair that is near and touches was added up to 2
    return graph


def _dense(
    near: scipy.sparse.csr_matrix, weight: np.ndarray, spots: np.ndarray, least_premises: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of each spot, -1 for none, and whether it is a core."""
    if not len(spots):
        return np.empty(0, dtype=int), np.empty(0, dtype=bool)
    from scipy.sparse.csgraph import connected_components

    least = max(round((least_premises - SLACK) * _PARTS), 1)
    is_core = near @ weight >= least
    label = np.full(len(spots), -1)
    label[is_core] = connected_components(near[is_core][:, is_core], directed=False)[1]
    beside, cores = np.flatnonzero(~is_core), np.flatnonzero(is_core)
    one, other = near[beside][:, cores].nonzero()
    distance_m = np.hypot(*(spots[beside[one]] - spots[cores[other]]).T)
    first = _first_of_each(one, distance_m, other)
    label[beside[one[first]]] = label[cores[other[first]]]
    return label, is_core


def _of_nearest_core(at: np.ndarray, cores: np.ndarray, label: np.ndarray, join_m: float) -> np.ndarray:
    """Cluster of the nearest core of each position, -1 where none is near."""
    found = np.full(len(at), -1)
    if len(at) and len(cores):
        pairs = cKDTree(at).sparse_distance_matrix(cKDTree(cores), join_m, output_type="ndarray")
        first = _first_of_each(pairs["i"], pairs["v"], pairs["j"])
        found[pairs["i"][first]] = label[pairs["j"][first]]
    return found


def _first_of_each(group: np.ndarray, distance_m: np.ndarray, tie: np.ndarray) -> np.ndarray:
    """Position of the nearest entry of each group; if two are equally near, the one with the lower number.

    Examples
    --------
    >>> _first_of_each(np.array([0, 0, 1]), np.array([5.0, 5.0, 1.0]), np.array([8, 3, 9])).tolist()
    [1, 2]
    """
    order = np.lexsort((tie, distance_m, group))
    return np.asarray(order[np.unique(group[order], return_index=True)[1]])


def _touching(codes: pd.Index, outlines: gpd.GeoDataFrame) -> np.ndarray:
    """Pairs of positions of areas whose outlines touch, shape (n, 2)."""
    shapes = outlines.geometry.reindex(codes).to_numpy()
    return np.asarray(shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M).T)


def _by_gap(label: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """New number of each cluster, the largest gap first; the last entry, which -1 finds, is -1."""
    inside = np.flatnonzero(label >= 0)
    total = np.bincount(label[inside], weights=np.round(gap[inside] * _PARTS))
    first = inside[np.unique(label[inside], return_index=True)[1]]
    order = np.lexsort((first, -total))
    numbers = np.full(len(order) + 1, -1)
    numbers[order] = np.arange(len(order))
    return numbers


def _rows(units: gpd.GeoDataFrame, label: np.ndarray, nearby: np.ndarray) -> pd.DataFrame:
    """One row a cluster: sums over its members, and the silent units nearby."""
    numbers = pd.RangeIndex(label.max(initial=-1) + 1)
    inside, silent = label >= 0, nearby >= 0
    sums = units.loc[inside, ["premises", "gap"]].groupby(label[inside]).sum().reindex(numbers)
    gap_by_ward = units["gap"][inside].groupby([label[inside], units["ward"].to_numpy()[inside]]).sum()
    wards = gap_by_ward.rename_axis(["number", "ward"]).reset_index()
    wards = wards.sort_values(["number", "gap", "ward"], ascending=[True, False, True])
    quiet = units["premises"][silent].groupby(nearby[silent]).sum(min_count=1)
    frame = pd.DataFrame(
        {
            "name": "",
            "ward_codes": wards.groupby("number")["ward"].agg(tuple).reindex(numbers),
            "units": np.bincount(label[inside], minlength=len(numbers)),
            **sums,
            "gap_share": sums["gap"] / sums["premises"],
            "units_not_reported": np.bincount(nearby[silent], minlength=len(numbers)),
            "not_reported": quiet.reindex(numbers, fill_value=0.0),
        }
    )
    return frame.set_axis(pd.Index([f"C{number + 1}" for number in numbers], dtype=object, name="cluster_id"))


def _names(
    units: gpd.GeoDataFrame,
    label: np.ndarray,
    frame: pd.DataFrame,
    wards: gpd.GeoDataFrame,
    named_places: gpd.GeoDataFrame | None,
) -> pd.Series:
    """Name of the populated place nearby, else of the ward with most of the gap; numbered where two are the same."""
    names = frame["ward_codes"].str[0].map(wards["name"])
    if named_places is not None and len(named_places) and len(frame):
        ordered = named_places.sort_values("name")
        inside = label >= 0
        moments = coordinates(units.geometry) * units[["gap"]].to_numpy()
        centres = pd.DataFrame(moments[inside]).groupby(label[inside]).sum().div(frame["gap"].to_numpy(), axis=0)
        distance_m, nearest = cKDTree(coordinates(ordered.geometry)).query(centres.to_numpy())
        names = names.where(distance_m > NAME_WITHIN_M, ordered["name"].to_numpy()[nearest])
    number = (names.groupby(names).cumcount() + 1).astype(str)
    return names.where(~names.duplicated(keep=False), names + " " + number)


def _united(units: gpd.GeoDataFrame, label: np.ndarray, outlines: gpd.GeoDataFrame) -> np.ndarray:
    """Union of the members' outlines, one for each cluster."""
    shapes = outlines.geometry.reindex(units.index).make_valid()
    return _polygons(_by_cluster(shapes, label).to_numpy())


def _around(units: gpd.GeoDataFrame, label: np.ndarray, rules: Clusters, wards: gpd.GeoDataFrame) -> np.ndarray:
    """Outline of points, one for each cluster: gaps narrower than `join_m` filled, `EDGE_M` around, cut to the place.

    Discs of half of `join_m` meet where two postcodes are just near enough; taking most of their radius off again
    leaves what lies between the postcodes and a margin.
    """
    radius_m = max(rules.join_m / 2, _EDGE_M)
    wide = _by_cluster(units.geometry, label, buffer_m=radius_m).buffer(_EDGE_M - radius_m)
    return _polygons(within_place(wide, wards))


def within_place(shapes: gpd.GeoSeries, wards: gpd.GeoDataFrame) -> np.ndarray:
    """Shapes cut to the union of the wards, ward by ward: to unite all of Britain's takes minutes.

    Examples
    --------
    >>> wards = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])
    >>> shapely.area(within_place(gpd.GeoSeries([shapely.box(1, 1, 3, 3), shapely.box(7, 7, 8, 8)]), wards)).tolist()
    [2.0, 0.0]
    """
    whole, outlines = shapes.to_numpy().copy(), wards.geometry.to_numpy()
    tree = shapely.STRtree(outlines)
    inside = np.zeros(len(whole), dtype=bool)
    inside[tree.query(whole, predicate="within")[0]] = True
    across = np.flatnonzero(~inside)
    one, other = tree.query(whole[across], predicate="intersects")
    pieces = gpd.GeoSeries(shapely.intersection(whole[across][one], outlines[other]))
    united = gpd.GeoDataFrame(geometry=pieces).dissolve(by=one)
    cut = np.full(len(across), shapely.Polygon(), dtype=object)
    cut[united.index.to_numpy(dtype=int)] = united.geometry.to_numpy()
    # One that lies within several wards together stays as it was drawn.
    changed = shapely.area(cut) < shapely.area(whole[across]) * (1 - _SAME_SHARE)
    whole[across[changed]] = cut[changed]
    return whole


def _by_cluster(shapes: gpd.GeoSeries, label: np.ndarray, *, buffer_m: float = 0.0) -> gpd.GeoSeries:
    """Shapes of the members as one, in the order of the clusters.

    Each is widened by itself: the buffer of many points at once takes 40 times as long.
    """
    inside = label >= 0
    wide = gpd.GeoSeries(shapes[inside]).reset_index(drop=True).buffer(buffer_m)
    return gpd.GeoSeries(gpd.GeoDataFrame(geometry=wide).dissolve(by=label[inside]).geometry)


def _polygons(shapes: np.ndarray) -> np.ndarray:
    """Valid polygons without the points and lines that a cut may leave."""
    return np.asarray(shapely.buffer(shapes, 0))


def _refuse_degrees(points: gpd.GeoDataFrame) -> None:
    """Refuse coordinates that no distance in metres can be taken of.

    Raises
    ------
    CrsError
    """
    if points.crs is not None and points.crs.is_projected:
        return
    found = "no reference system" if points.crs is None else f"{points.crs.to_string()} (degrees)"
    raise CrsError(fault("CRS_NOT_METRES.points", value=found))
