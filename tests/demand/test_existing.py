"""Existing Wi-Fi: only what lies inside the place, and only what is not paid for serves anybody."""

import geopandas as gpd
import numpy as np
import pytest

from connected_place.coverage.demand.existing import existing_wifi, free_spots
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError

from ..small_places import METRES, SOUTH, WEST, at, layer, layers, outlines, sample_plan, square

WARDS = {"E05000001": square(0, 0), "E05000002": square(1, 0)}
COLUMNS = ["name", "provider", "access", "ward_code", "geometry"]


def wifi(rows):
    """A list of Wi-Fi: (name, access, point)."""
    names, access, places = zip(*rows, strict=True) if rows else ((), (), ())
    frame = gpd.GeoDataFrame(
        {"name": list(names), "provider": "Council", "access": list(access)}, geometry=list(places), crs=METRES
    )
    return layer("public-wifi", frame, level="site")


def found(*lists):
    """Wi-Fi in two wards side by side, each 1 km wide."""
    given = layers(outlines("ward", WARDS), *lists)
    return existing_wifi(given, geography_of(given))


def test_wifi_inside_the_place_has_its_ward_and_the_rest_is_left_out():
    rows = [("West", "free", at(0.5, 0.5)), ("East", "paid", at(1.5, 0.5)), ("Abroad", "free", at(2.5, 0.5))]
    points = found(wifi(rows))
    assert points["ward_code"].to_dict() == {0: "E05000001", 1: "E05000002"}
    assert points["name"].tolist() == ["West", "East"]
    assert points.columns.tolist() == ["name", "provider", "access", "geometry", "ward_code"]
    assert points.crs == METRES


def test_wifi_on_the_edge_of_two_wards_is_one_access_point():
    assert found(wifi([("Edge", "free", at(1.0, 0.5))]))["ward_code"].tolist() == ["E05000001"]


def test_several_lists_are_one():
    one, other = wifi([("West", "free", at(0.5, 0.5))]), wifi([("East", "free", at(1.5, 0.5))])
    points = found(one, other)
    assert points["name"].tolist() == ["West", "East"]
    assert points.index.tolist() == [0, 1]


@pytest.mark.parametrize("lists", [[], [wifi([])]])
def test_a_place_without_wifi_has_an_empty_list_with_its_columns(lists):
    points = found(*lists)
    assert points.empty
    assert set(points.columns) == set(COLUMNS)
    assert points.crs == METRES
    assert free_spots(points).shape == (0, 2)


@pytest.mark.parametrize("abroad", [1, 2])
def test_a_list_of_the_councils_wifi_that_lies_mostly_outside_is_refused(abroad):
    rows = [("West", "free", at(0.5, 0.5)), *[("Abroad", "free", at(9, 9))] * abroad]
    if abroad == 1:
        assert found(wifi(rows))["name"].tolist() == ["West"]
        return
    with pytest.raises(DataError, match=r"2 of 3 access points in the council's own list.*\[MOSTLY_OUTSIDE\]"):
        found(wifi(rows))


def test_wifi_counts_as_free_unless_it_is_known_to_be_paid_for():
    rows = [
        ("Library", "free", at(0.1, 0.5)),
        ("Cafe", "paid", at(0.2, 0.5)),
        ("Square", "not stated", at(0.3, 0.5)),
    ]
    np.testing.assert_allclose(
        free_spots(found(wifi(rows))), [[WEST + 100, SOUTH + 500], [WEST + 300, SOUTH + 500]], atol=1e-6
    )


def test_the_list_that_was_given_stays_as_it_was():
    given = wifi([("West", "free", at(0.5, 0.5)), ("Abroad", "free", at(9, 9))])
    before = given.frame.copy()
    found(given)
    assert given.frame.equals(before)


def test_all_wifi_of_the_sample_lies_in_one_of_its_wards():
    made = sample_plan()
    assert len(made.access_points) > 0
    assert set(made.access_points["ward_code"]) <= set(made.wards.index)
