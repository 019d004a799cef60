"""Clusters: dense patches where most homes are unserved, found again whatever the order of rows and the units."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score

from connected_place.coverage.clusters.dense import gap_clusters, within_place
from connected_place.coverage.demand.residential_points import premises_points
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.places.geography import geography_of, postcode_directory
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import CrsError
from connected_place.gis_data.readers.intake import read_layers
from connected_place.scripts.config.plan_file import read_plan_file

from ..small_places import METRES, NAN, needs_real_data, thurrock_file

rules = settings(deadline=None, derandomize=True, max_examples=25)
NEAR = Clusters(join_m=100.0, least_premises=50.0, least_share=0.5)
WARDS = gpd.GeoDataFrame(
    {"name": ["Westmarsh", "Eastmarsh"]},
    index=["W1", "W2"],
    geometry=[shapely.box(-5_000, -5_000, 5_000, 5_000), shapely.box(5_000, -5_000, 99_000, 5_000)],
    crs=METRES,
)


def units(rows):
    """Units along a street: (metres from its start, premises, premises unserved), the west half in ward W1."""
    x, premises, gap = np.array(rows, dtype="float64").T
    return gpd.GeoDataFrame(
        {"premises": premises, "gap": gap, "ward": np.where(x < 5_000, "W1", "W2")},
        index=[f"P{number:02}" for number in range(len(rows))],
        geometry=gpd.points_from_xy(x, np.zeros(len(x))),
        crs=METRES,
    )


def found(rows, stated=NEAR, **more):
    return gap_clusters(units(rows), stated, wards=WARDS, **more)


def groups(clusters):
    """The units of each cluster, whatever the clusters are called."""
    inside = clusters.members[clusters.members != ""]
    return {frozenset(codes) for codes in inside.groupby(inside).groups.values()}


# --- what a cluster is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("apart_m", "clusters"),
    [(99.0, [{"P00", "P01"}]), (100.0, [{"P00", "P01"}]), (100.1, [{"P00"}, {"P01"}])],  # the edge counts as near
)
def test_units_within_the_joining_distance_share_a_cluster(apart_m, clusters):
    assert groups(found([(0, 60, 60), (apart_m, 60, 60)])) == {frozenset(codes) for codes in clusters}


@pytest.mark.parametrize(
    ("gaps", "clusters"),
    [([30, 20], 1), ([30, 19], 0), ([50, 0], 1), ([49, 0], 0)],  # 50 is enough
)
def test_a_place_is_dense_from_the_least_premises_on(gaps, clusters):
    assert len(found([(0, 50, gaps[0]), (90, 30, gaps[1])]).frame) == clusters


def test_a_sum_of_estimates_counts_as_what_it_represents():
    """Six sixths of 50 premises are 50, though their sum in the machine is less."""
    sixth = 50 / 6
    assert len(found([(10 * number, sixth, sixth) for number in range(6)]).frame) == 1


@pytest.mark.parametrize(("gap", "members"), [(50, ["P00", "P01"]), (49, ["P00"])])  # half is enough
def test_a_unit_is_a_member_only_where_most_of_its_premises_are_unserved(gap, members):
    clusters = found([(0, 60, 60), (50, 100, gap)])
    assert clusters.members.index[clusters.members != ""].tolist() == members


def test_a_dense_town_with_few_unserved_homes_is_not_a_cluster():
    """80 streets of 100 homes, 2 unserved in each: 22 of them within reach of another, in every street."""
    town = [(10 * number, 100, 2) for number in range(80)]
    assert found(town, Clusters(join_m=100, least_premises=20, least_share=0.5)).frame.empty
    chained = found(town, Clusters(join_m=100, least_premises=20, least_share=0.0)).frame
    assert chained["units"].tolist() == [80]  # what the rule on shares is for


def test_a_served_unit_between_two_patches_does_not_join_them():
    assert len(groups(found([(0, 60, 60), (90, 900, 60), (180, 60, 60)]))) == 2


def test_sums_are_of_the_members_only_and_the_share_is_sums_over_sums():
    """Two members, 60 of 60 and 30 of 40; the served unit between them is in the outline and in no number."""
    clusters = found([(0, 60, 60), (20, 100, 10), (40, 40, 30), (3_000, 30, 20)])
    row = clusters.frame.loc["C1"]
    assert row[["units", "premises", "gap"]].tolist() == [2, 100, 90]
    assert row["gap_share"] == 0.9  # the mean of the two shares is 0.875
    assert clusters.gap_share == 90 / 120
    assert row.geometry.covers(shapely.Point(20, 0))


def test_clusters_come_by_gap_the_largest_first():
    clusters = found([(0, 60, 55), (1_000, 90, 90), (2_000, 70, 70)])
    assert clusters.frame["gap"].tolist() == [90, 70, 55]
    assert clusters.members.tolist() == ["C3", "C1", "C2"]
    assert clusters.frame.index.tolist() == ["C1", "C2", "C3"]


def test_clusters_of_equal_gap_come_by_the_codes_of_their_units():
    clusters = gap_clusters(units([(0, 60, 60), (1_000, 60, 60)]).iloc[::-1], NEAR, wards=WARDS)
    assert clusters.members.to_dict() == {"P00": "C1", "P01": "C2"}


@pytest.mark.parametrize(("at_m", "core"), [(60, "P01"), (70, "P01"), (80, "P03")])  # as near: the western one
def test_a_unit_between_two_clusters_goes_with_the_nearer_core(at_m, core):
    """Cores at -80, 0, 140 and 220 m, 60 premises each with its neighbour; between them a unit that is none."""
    rows = [(-80, 40, 40), (0, 20, 20), (at_m, 2, 2), (140, 20, 20), (220, 40, 40)]
    clusters = found(rows, Clusters(join_m=80, least_premises=50, least_share=0.5))
    assert len(clusters.frame) == 2
    assert clusters.members["P02"] == clusters.members[core]


# --- what is not reported ------------------------------------------------------------------------------------


def test_what_is_not_reported_is_not_a_member_and_is_counted_beside_the_cluster():
    """Silent units at 50 m (12 premises), at 100 m (premises not known) and at 101 m (too far)."""
    clusters = found([(0, 60, 60), (50, 12, NAN), (100, NAN, NAN), (101, 7, NAN)])
    row = clusters.frame.loc["C1"]
    assert row[["units", "premises", "units_not_reported", "not_reported"]].tolist() == [1, 60, 2, 12]
    assert clusters.members.tolist() == ["C1", "", "", ""]
    assert clusters.gap_share == 1.0


def test_silent_premises_without_a_count_are_not_known_and_not_0():
    frame = found([(0, 60, 60), (50, NAN, NAN), (1_000, 55, 55)]).frame
    assert frame["units_not_reported"].tolist() == [1, 0]
    assert frame["not_reported"].fillna(-1).tolist() == [-1, 0]


@pytest.mark.parametrize("rows", [[(0, 60, NAN)], [(0, 60, 0)], [(0, NAN, NAN)], [(0, 0, 0)], [(0, 60, 10)]])
def test_a_place_without_a_dense_gap_has_no_cluster(rows):
    clusters = found(rows)
    assert clusters.frame.empty
    assert clusters.members.tolist() == [""]
    assert np.isnan(clusters.gap_share) if not rows[0][2] > 0 else clusters.gap_share == 0.0
    assert {"name", "ward_codes", "gap_share", "not_reported", "geometry"} <= set(clusters.frame.columns)


def test_a_unit_outside_the_place_is_neither_a_member_nor_part_of_its_gap():
    rows = units([(0, 60, 60), (50, 60, 60)]).assign(ward=["W1", ""])
    clusters = gap_clusters(rows, NEAR, wards=WARDS)
    assert clusters.members.tolist() == ["C1", ""]
    assert clusters.gap_share == 1.0


# --- names ---------------------------------------------------------------------------------------------------


def test_a_cluster_bears_the_name_of_the_ward_with_most_of_its_gap():
    """One cluster across the line between two wards, 60 unserved to the west and 70 to the east."""
    frame = found([(4_980, 60, 60), (5_020, 70, 70)]).frame
    assert frame.loc["C1", "name"] == "Eastmarsh"
    assert frame.loc["C1", "ward_codes"] == ("W2", "W1")


def test_clusters_of_one_ward_are_numbered_by_gap():
    frame = found([(0, 60, 60), (1_000, 80, 80), (6_000, 70, 70)]).frame
    assert frame["name"].tolist() == ["Westmarsh 1", "Eastmarsh", "Westmarsh 2"]


@pytest.mark.parametrize(("east_m", "name"), [(1_045, "Fleet End"), (1_046, "Westmarsh")])
def test_a_populated_place_within_a_kilometre_of_the_gaps_centre_gives_the_name(east_m, name):
    """60 unserved at 0 and 180 at 60 m: their centre lies at 45 m."""
    named = gpd.GeoDataFrame(
        {"name": ["Fleet End", "Far Away"]}, geometry=gpd.points_from_xy([east_m, -4_000], [0, 0]), crs=METRES
    )
    assert found([(0, 60, 60), (60, 180, 180)], named_places=named).frame["name"].tolist() == [name]


# --- outlines ------------------------------------------------------------------------------------------------


def test_an_outline_of_postcodes_contains_its_members_and_ends_at_the_edge_of_the_place():
    """A member 10 m from the western edge of the place: the margin of 50 m is cut there and nowhere else."""
    frame = found([(-4_990, 60, 60), (-4_920, 60, 60)]).frame
    west, south, east, north = frame.geometry.iloc[0].bounds
    assert west == -5_000
    assert (south, east, north) == pytest.approx((-50, -4_870, 50), abs=2)
    assert frame.crs == METRES


def squares(codes, side_m=1_000.0):
    shapes = [shapely.box(side_m * number, 0, side_m * (number + 1), side_m) for number in range(len(codes))]
    return gpd.GeoDataFrame(index=list(codes), geometry=shapes, crs=METRES)


def test_areas_that_touch_are_near_however_far_apart_their_centres():
    """Three squares of 1 km in a row, the middle one served: the first and the last do not touch."""
    outlines = squares(["P00", "P01", "P02", "P03"])
    rows = [(500, 60, 60), (1_500, 60, 60), (2_500, 60, 0), (3_500, 60, 60)]
    clusters = found(rows, outlines=outlines)
    assert groups(clusters) == {frozenset({"P00", "P01"}), frozenset({"P03"})}
    assert clusters.frame.geometry.iloc[0].equals(shapely.box(0, 0, 2_000, 1_000))
    assert len(groups(found(rows))) == 3  # as points they are apart


def test_a_thin_area_that_touches_a_core_goes_with_it():
    outlines = squares(["P00", "P01"])
    clusters = found([(500, 60, 60), (1_500, 20, 20)], outlines=outlines)
    assert clusters.frame["units"].tolist() == [2]


# --- rules that hold for any place ---------------------------------------------------------------------------


@st.composite
def places(draw):
    """Up to 25 units on a coarse grid, so that many are equally far apart or on one spot."""
    cell = st.integers(0, 12)
    gap = st.one_of(st.integers(0, 40), st.just(NAN))
    rows = draw(st.lists(st.tuples(cell, cell, st.integers(1, 40), gap), min_size=1, max_size=25))
    x, y, premises, gaps = np.array(rows, dtype="float64").T
    return gpd.GeoDataFrame(
        {"premises": premises, "gap": np.minimum(gaps, premises), "ward": np.where(y < 6, "W1", "W2")},
        index=[f"P{number:02}" for number in range(len(rows))],
        geometry=gpd.points_from_xy(60 * x, 60 * y),
        crs=METRES,
    )


@rules
@given(places(), st.randoms(), st.sampled_from([0.0, 0.5, 0.9]))
def test_the_order_of_rows_changes_nothing(place, random, least_share):
    stated = Clusters(join_m=100, least_premises=30, least_share=least_share)
    order = list(place.index)
    random.shuffle(order)
    first = gap_clusters(place, stated, wards=WARDS)
    second = gap_clusters(place.loc[order], stated, wards=WARDS)
    assert second.members.index.tolist() == order
    pd.testing.assert_series_equal(second.members.loc[place.index], first.members)
    pd.testing.assert_frame_equal(
        pd.DataFrame(second.frame.drop(columns="geometry")), pd.DataFrame(first.frame.drop(columns="geometry"))
    )
    assert second.frame.geometry.to_wkt().tolist() == first.frame.geometry.to_wkt().tolist()


@rules
@given(places(), st.integers(1, 25), st.one_of(st.just(NAN), st.just(0)))
def test_a_far_unit_that_is_not_a_cluster_changes_nothing(place, premises, gap):
    stated = Clusters(join_m=100, least_premises=30, least_share=0.5)
    far = units([(40_000, premises, gap), (41_000, premises, premises)]).set_axis(["A0", "Z9"])
    first, more = (gap_clusters(rows, stated, wards=WARDS) for rows in (place, pd.concat([place, far])))
    pd.testing.assert_series_equal(more.members[place.index], first.members)
    assert (more.members[["A0", "Z9"]] == "").all()
    assert more.frame.geometry.to_wkt().tolist() == first.frame.geometry.to_wkt().tolist()


@rules
@given(places())
def test_sums_agree_and_outlines_are_valid_polygons_around_their_members(place):
    stated = Clusters(join_m=100, least_premises=30, least_share=0.5)
    clusters = gap_clusters(place, stated, wards=WARDS)
    frame, inside = clusters.frame, clusters.members != ""
    assert frame["units"].sum() == inside.sum()
    assert frame["gap"].sum() == pytest.approx(place["gap"][inside].sum())
    assert frame["premises"].sum() == pytest.approx(place["premises"][inside].sum())
    assert (frame["gap"] >= 29.99).all()
    assert frame["gap_share"].between(0.5, 1).all()
    assert frame["gap"].is_monotonic_decreasing
    assert frame["name"].is_unique
    assert frame.geometry.is_valid.all()
    assert frame.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    around = clusters.members[inside].map(frame.geometry)
    assert shapely.covers(around.to_numpy(), place.geometry[inside].to_numpy()).all()


@rules
@given(places())
def test_cores_and_outsiders_are_those_of_plain_dbscan(place):
    """Without areas that touch it is the textbook method on every unit except those between two clusters."""
    stated = Clusters(join_m=100, least_premises=30, least_share=0.5)
    ours = gap_clusters(place, stated, wards=WARDS).members
    used = place[(place["gap"] > 0) & (place["gap"] >= 0.5 * place["premises"])]
    if used.empty:
        assert (ours == "").all()
        return
    plain = DBSCAN(eps=100, min_samples=30).fit(shapely.get_coordinates(used.geometry), sample_weight=used["gap"])
    assert ((plain.labels_ == -1) == (ours[used.index] == "")).all()
    cores = used.index[plain.core_sample_indices_]
    assert adjusted_rand_score(plain.labels_[plain.core_sample_indices_], ours[cores]) == 1.0


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("crs", "words"), [("EPSG:4326", "EPSG:4326 .degrees."), (None, "no reference system")])
def test_degrees_are_refused(crs, words):
    rows = units([(0, 60, 60)])
    rows = rows.set_crs(crs, allow_override=True)
    with pytest.raises(CrsError, match=rf"{words}.*to_crs\(27700\).*\[CRS_NOT_METRES\]"):
        gap_clusters(rows, NEAR, wards=WARDS)


# --- real and planted clusters -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saltmarsh():
    """The invented borough: its areas, its counts, its postcodes, the share of each postcode, and what was planted."""
    file = read_plan_file(SAMPLE)
    layers, _ = read_layers(file.sources, folder=file.data)
    areas = geography_of(layers, lad=file.parameters.place.lad)
    counts = count_units(layers, areas, weights="")
    planted = json.loads((SAMPLE / "planted.json").read_text(encoding="utf-8"))["clusters"]
    truth = {code: cluster["name"] for cluster in planted for code in cluster["area_codes"]}
    postcodes = premises_points(areas, postcode_directory(layers), counts)
    shares = layers.of("ofcom-fixed-coverage", level="postcode")[0].frame["ufbb_300_gap"]
    return areas, counts.counts, postcodes.assign(gap=shares.reindex(postcodes.index) * postcodes["premises"]), truth


def of_areas(areas, counts, gap):
    columns = counts[["premises", gap]].rename(columns={gap: "gap"}).reindex(areas.parents.index)
    return gpd.GeoDataFrame(columns.assign(ward=areas.parents["ward"]), geometry=areas.centres)


def agreement(members, codes, truth):
    """Adjusted Rand index of found and planted clusters; all that is in none is one group."""
    return adjusted_rand_score([truth.get(code, "") for code in codes], members)


def test_output_areas_give_back_the_planted_clusters(saltmarsh):
    areas, counts, _, truth = saltmarsh
    clusters = gap_clusters(
        of_areas(areas, counts, "ufbb_300_gap"),
        Clusters(),
        wards=areas.outlines["ward"],
        outlines=areas.outlines["output_area"],
    )
    assert len(clusters.frame) == 3
    assert agreement(clusters.members, clusters.members.index, truth) > 0.99
    assert clusters.gap_share == pytest.approx((1580 + 1128 + 1021) / 5013)


def test_without_the_rule_on_shares_output_areas_chain_through_the_towns(saltmarsh):
    areas, counts, _, truth = saltmarsh
    clusters = gap_clusters(
        of_areas(areas, counts, "ufbb_300_gap"),
        Clusters(least_share=0.0),
        wards=areas.outlines["ward"],
        outlines=areas.outlines["output_area"],
    )
    assert agreement(clusters.members, clusters.members.index, truth) < 0.5


def test_postcodes_give_back_the_planted_clusters(saltmarsh):
    areas, _, postcodes, truth = saltmarsh
    clusters = gap_clusters(postcodes, Clusters(), wards=areas.outlines["ward"])
    assert agreement(clusters.members, postcodes["output_area"], truth) > 0.95
    assert clusters.frame["gap"].iloc[:3].min() > 700


@needs_real_data
def test_thurrock_in_2016_has_its_gaps_in_a_few_dense_places():
    """By postcode at 30 Mbit/s: most of the gap in few clusters, the largest of them no wider than a village."""
    file = thurrock_file()
    layers, _ = read_layers(file.sources, folder=file.data)
    areas = geography_of(layers, lad=file.parameters.place.lad)
    counts = count_units(layers, areas, weights="connections")
    points = premises_points(areas, postcode_directory(layers), counts)
    points = points.assign(gap=counts.counts["sfbb_30_gap"].reindex(points.index))
    clusters = gap_clusters(points, Clusters(), wards=areas.outlines["ward"])
    assert 10 <= len(clusters.frame) <= 30
    assert 0.7 <= clusters.gap_share <= 0.85
    assert clusters.frame.loc["C1", "name"].startswith("Orsett")
    assert clusters.frame["gap_share"].min() > 0.7
    west, south, east, north = clusters.frame.bounds.to_numpy().T
    assert np.maximum(east - west, north - south).max() < 1_500


# --- cut to the place ------------------------------------------------------------------------------------------

THREE_WARDS = gpd.GeoDataFrame(
    geometry=[shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(0, 2, 4, 3)], crs=METRES
)
"""Two squares side by side, and a strip along their tops."""


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(0.5, 0.5, 1, 1),  # within one ward
        shapely.box(1, 1, 3, 2.5),  # across all three, and within them
        shapely.box(1, 1, 3, 5),  # beyond their edge
        shapely.box(-1, -1, 9, 9),  # around them
        shapely.box(4, 0, 5, 1),  # touches an edge from outside
        shapely.box(7, 7, 8, 8),  # elsewhere
    ],
)
def test_an_outline_cut_ward_by_ward_is_the_one_cut_with_their_union(shape):
    (cut,) = within_place(gpd.GeoSeries([shape], crs=METRES), THREE_WARDS)
    whole = shapely.buffer(shapely.intersection(shape, THREE_WARDS.union_all()), 0)
    assert shapely.buffer(cut, 0).symmetric_difference(whole).area == 0
    if shapely.within(shape, THREE_WARDS.union_all()):
        assert cut == shape  # corner by corner: nothing was added where wards meet
