"""Coordinates are where they should be, or are refused with their rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from connected_place.gis_data.crs import (
    METRES,
    bounds_fault,
    coordinates,
    grid_references,
    outside_area,
    points,
    postcode_mismatch,
)

NAN = np.nan
LEEDS = {"easting": 428_005.0, "northing": 432_001.0, "longitude": -1.576459, "latitude": 53.783586}


def table(**columns):
    """Rows 2 and 3 of a file: the first in Leeds, the second as given."""
    frame = pd.DataFrame([LEEDS, {**LEEDS, **columns}], index=[2, 3])
    return frame[[name for name in LEEDS if name in columns or not columns]]


def codes(frame):
    return [(fault.code, fault.rows, fault.blocks) for fault in points(frame, file="a.csv")[1]]


@pytest.mark.parametrize("names", [["easting", "northing"], ["longitude", "latitude"], list(LEEDS)])
def test_a_place_is_the_same_by_metres_and_by_degrees(names):
    places, faults = points(table()[names], file="a.csv")
    assert not faults
    assert places.crs == METRES
    np.testing.assert_allclose(coordinates(places)[0], [428_005, 432_001], atol=5)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"longitude": 53.78, "latitude": -1.57}, "COORD_SWAPPED"),
        ({"easting": 432_001.0, "northing": 1_400_000.0}, "COORD_RANGE"),
        ({"longitude": 428_005.0, "latitude": 432_001.0}, "COORD_RANGE"),
        ({"easting": 0.0, "northing": 0.0}, "COORD_NULL_ISLAND"),
        ({**LEEDS, "longitude": 1.576459}, "COORD_DISAGREE"),
        ({**LEEDS, "northing": 432_601.0}, "COORD_DISAGREE"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_its_row(columns, code):
    assert codes(table(**columns)) == [(code, (3,), True)]


def test_half_a_position_is_a_warning():
    assert codes(table(easting=428_005.0, northing=NAN)) == [("COORD_INCOMPLETE", (3,), False)]


def test_one_pair_fills_the_gaps_of_the_other():
    places, faults = points(table(**{**LEEDS, "easting": NAN, "northing": NAN}), file="a.csv")
    assert (faults, bool(places.notna().all())) == ([], True)


def test_a_table_without_coordinates_has_no_points_and_no_faults():
    places, faults = points(pd.DataFrame({"name": ["a"]}), file="a.csv")
    assert (list(places), faults) == ([None], [])


@pytest.mark.parametrize(
    ("bounds", "crs", "code"),
    [
        ((428_000, 432_000, 434_000, 437_000), "EPSG:27700", ""),
        ((-1.6, 53.7, -1.4, 53.8), "EPSG:4326", ""),
        ((-1.6, 53.7, -1.4, 53.8), "EPSG:4277", ""),
        ((333_000, 373_000, 334_000, 374_000), "EPSG:29902", ""),
        ((-175_000, 7_110_000, -160_000, 7_120_000), "EPSG:3857", ""),
        ((428_000, 432_000, 434_000, 437_000), "EPSG:4326", "CRS_NUMBERS_MISMATCH"),
        ((-1.6, 53.7, -1.4, 53.8), "EPSG:27700", "CRS_NUMBERS_MISMATCH"),
        ((53.7, -1.6, 53.8, -1.4), "EPSG:4326", "COORD_SWAPPED"),
        ((-75, 40, -74, 41), "EPSG:4326", "COORD_RANGE"),
    ],
)
def test_a_layer_lies_in_great_britain_in_its_own_numbers(bounds, crs, code):
    fault = bounds_fault(np.array(bounds, dtype=float), crs, file="a.gpkg")
    assert (fault.code if fault else "") == code


def test_what_does_not_touch_the_council_is_a_warning_and_its_edge_counts_as_inside():
    """Places at 0, 10 and 11 m along a street; the council's area ends at 10."""
    places = gpd.GeoSeries([*gpd.points_from_xy([0, 10, 11], [0, 0, 0]), None], index=[2, 3, 4, 5], crs=METRES)
    fault = outside_area(places, shapely.box(-10, -10, 10, 10), file="a.csv")
    assert (fault.code, fault.rows, fault.blocks) == ("COORD_OUTSIDE_AREA", (4,), False)
    assert outside_area(places[:2], shapely.box(-10, -10, 10, 10), file="a.csv") is None


@pytest.mark.parametrize(("apart_m", "is_faulty"), [(5_000, False), (5_001, True)])
def test_a_place_far_from_its_postcode_is_refused(apart_m, is_faulty):
    places = gpd.GeoSeries([shapely.Point(0, 0), None], index=[2, 3], crs=METRES)
    centres = gpd.GeoSeries([shapely.Point(apart_m, 0), shapely.Point(0, 0)], index=[2, 3], crs=METRES)
    fault = postcode_mismatch(places, centres, file="a.csv")
    assert (fault is not None) is is_faulty
    assert fault is None or fault.rows == (2,)


def test_a_place_off_the_grid_has_no_grid_reference():
    assert grid_references(np.array([-1.0, 561_625.0]), np.array([0.0, 187_848.0])) == ["", "TQ 6162 8784"]
