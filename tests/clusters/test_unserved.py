"""Unserved premises: each unit at its own position, and clusters by the plan's own rules and names."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from connected_place.coverage.clusters.unserved import unserved_clusters, unserved_points
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.gaps import Gaps
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.places.geography import geography_of, postcode_directory

from ..small_places import METRES, NAN, at, coverage, layer, layers, outlines, postcodes, sample_plan, square

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(2, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(0.5, 0, side_m=2_000)}
COUNTS = {"E00000001": (100, 60), "E00000002": (10, NAN), "E00000003": (50, 5)}
SPOTS = {"AA11AA": at(0.2, 0.5), "AA11AB": at(0.4, 0.5), "AA11AD": at(2.5, 0.5)}
SHARES = {"AA11AA": (40, 1.0), "AA11AB": (40, 0.75), "AA11AD": (40, 0.1)}
PLAN = Parameters(place=Place(name="Streetford", lad="E06000999"))


def street(units, *more, spots=None):
    """Three areas of 1 km in a row, the first in ward 1, the others in ward 2: layers, spine, units and directory."""
    directory = [] if spots is None else [postcodes(spots)]
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), units, *directory, *more)
    places = geography_of(found)
    counted = count_units(found, places, weights="connections")
    return found, places, counted, postcode_directory(found) if directory else None


def points(units, *, spots=None, tier="ufbb_300"):
    _, places, counted, directory = street(units, spots=spots)
    return unserved_points(places, counted, directory=directory, tier=tier)


def clusters(units, *more, spots=None, parameters=PLAN):
    found, places, counted, directory = street(units, *more, spots=spots)
    return unserved_clusters(found, places, counted, directory=directory, parameters=parameters)


def place_names(rows):
    """Names on the map: (name, type, point)."""
    names, types, spots = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame({"name": names, "place_type": types}, geometry=list(spots), crs=METRES)
    return layer("place-names", frame, level="place")


# --- points --------------------------------------------------------------------------------------------------


def test_areas_are_placed_at_their_centres_whatever_postcodes_there_are():
    _, places, counted, directory = street(coverage(COUNTS), spots=SPOTS)
    found = unserved_points(places, counted, directory=directory, tier="ufbb_300")
    assert found.geometry.geom_equals(places.centres).all()
    assert found["premises"].to_dict() == {"E00000001": 100, "E00000002": 10, "E00000003": 50}
    assert found["gap"].fillna(-1).tolist() == [60, -1, 5]  # not reported is not 0
    assert found["ward"].tolist() == ["E05000001", "E05000002", "E05000002"]
    assert found.crs == METRES


def test_postcodes_are_placed_where_the_directory_has_them():
    found = points(coverage(SHARES, level="postcode"), spots=SPOTS)
    assert found.geometry.to_dict() == SPOTS
    assert found["gap"].tolist() == [40, 30, 4]
    assert found["ward"].tolist() == ["E05000001", "E05000001", "E05000002"]


def test_the_gap_is_that_of_the_tier_that_is_asked_for():
    units = coverage(COUNTS)
    units = dataclasses.replace(units, frame=units.frame.assign(gigabit_gap=[99.0, 9.0, 49.0]))
    assert points(units, tier="gigabit")["gap"].tolist() == [99, 9, 49]
    assert points(units)["gap"].fillna(-1).tolist() == [60, -1, 5]


def test_a_unit_without_a_known_position_has_no_point():
    _, places, counted, directory = street(coverage(SHARES, level="postcode"), spots=SPOTS)
    found = unserved_points(places, counted, directory=directory.drop(index="AA11AB"), tier="ufbb_300")
    assert found.index.tolist() == ["AA11AA", "AA11AD"]


# --- clusters ------------------------------------------------------------------------------------------------


def test_a_cluster_of_areas_is_the_area_and_one_of_postcodes_lies_around_them():
    """60 of 100 in the first area, or 70 of 80 in two postcodes 200 m apart."""
    of_areas = clusters(coverage(COUNTS), spots=SPOTS).frame
    assert of_areas[["units", "premises", "gap"]].to_numpy().tolist() == [[1, 100, 60]]
    assert of_areas.geometry["C1"].equals(AREAS["E00000001"])
    of_postcodes = clusters(coverage(SHARES, level="postcode"), spots=SPOTS).frame
    assert of_postcodes[["units", "premises", "gap"]].to_numpy().tolist() == [[2, 80, 70]]
    assert shapely.LineString([SPOTS["AA11AA"], SPOTS["AA11AB"]]).within(of_postcodes.geometry["C1"])
    assert of_postcodes.geometry["C1"].area < 0.2 * AREAS["E00000001"].area


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (Clusters(), 1),
        (Clusters(least_premises=70.0), 1),
        (Clusters(least_premises=71.0), 0),
        (Clusters(join_m=199.0), 0),  # 40 and 30 apart
        (Clusters(least_share=0.8), 0),  # three quarters of the second are unserved
    ],
)
def test_what_makes_a_cluster_is_what_the_plan_says(rules, found):
    plan = dataclasses.replace(PLAN, clusters=rules)
    assert len(clusters(coverage(SHARES, level="postcode"), spots=SPOTS, parameters=plan).frame) == found


def test_the_clusters_lack_the_headline_speed():
    units = coverage(COUNTS)
    units = dataclasses.replace(units, frame=units.frame.assign(gigabit_gap=[0.0, 0.0, 50.0]))
    plan = dataclasses.replace(PLAN, gaps=Gaps(headline="gigabit"))
    assert clusters(units, parameters=plan).members.to_dict() == {"E00000001": "", "E00000002": "", "E00000003": "C1"}
    assert clusters(units).members.to_dict() == {"E00000001": "C1", "E00000002": "", "E00000003": ""}


NAMES = [("Quay Road", "named road", at(0.5, 0.5)), ("Streetford", "railway station", at(0.5, 0.49))]


@pytest.mark.parametrize(
    ("lists", "name"),
    [
        ([], "Name of E05000001"),
        ([NAMES], "Name of E05000001"),  # a road and a station are not settlements
        ([[*NAMES, ("Marsh End", "hamlet", at(0.5, 0.9))]], "Marsh End"),
        ([NAMES, [("Marsh End", "hamlet", at(0.5, 0.9))]], "Marsh End"),
        ([[("Hill", "village", at(0.5, 0.9))], [("Quay", "village", at(0.5, 0.6))]], "Quay"),  # from two files
        ([[("Far", "town", at(0.5, 1.6))]], "Name of E05000001"),
    ],
)
def test_a_cluster_bears_the_name_of_a_settlement_nearby_else_of_its_ward(lists, name):
    found = clusters(coverage(COUNTS), *map(place_names, lists))
    assert found.frame["name"].tolist() == [name]


def test_a_place_without_any_report_has_no_cluster():
    found = clusters(coverage(dict.fromkeys(AREAS, (10, NAN))))
    assert found.frame.empty
    assert pd.isna(found.gap_share)


def test_the_clusters_of_the_sample_have_no_more_than_its_gap():
    made = sample_plan()
    assert 0 < made.clusters.frame["gap"].sum() <= made.borough["ufbb_300_gap"]
    assert made.clusters.gap_share == pytest.approx(made.clusters.frame["gap"].sum() / made.borough["ufbb_300_gap"])
