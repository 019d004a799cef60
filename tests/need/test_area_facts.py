"""What one layer says of each finest area: columns of tables, cells of a grid, authorities, buildings nearby."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.need.area_facts import buildings_within, of_authority, zonal_sums
from connected_place.coverage.places.finest import by_finest_area
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.rasters.grids import Raster

from ..small_places import METRES, NAN, SOUTH, WEST, at, layer, layers, outlines, people, postcodes, square, venues

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(1, 0)}
MOBILE = "ofcom-mobile-coverage"


def place(*more, authorities=None):
    """Two areas of 1 km side by side, each a ward of its own."""
    wards = outlines("ward", WARDS)
    if authorities:
        wards = dataclasses.replace(wards, frame=wards.frame.assign(authority=authorities))
    found = layers(outlines("output_area", AREAS), wards, *more)
    return found, geography_of(found)


def listed(series):
    return series.fillna(-1).tolist()


# --- tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_rate", "found"), [(True, [0.3, 0.3]), (False, [0.15, 0.15])])
def test_a_rate_of_a_wider_area_holds_for_its_parts_and_a_count_is_spread(is_rate, found):
    """One LSOA of both areas."""
    wide = outlines("lsoa", {"E01000001": square(0, 0, side_m=2_000)})
    asked, places = place(people("households", {"E01000001": 0.3}, level="lsoa"), wide)
    assert by_finest_area(asked, places, "households", is_rate=is_rate).tolist() == found


def test_a_column_that_a_table_lacks_is_not_known():
    asked, places = place(people("households", dict.fromkeys(AREAS, 1.0)))
    assert by_finest_area(asked, places, "households", column="other").isna().all()


# --- figures of authorities ----------------------------------------------------------------------------------


def mobile(rows, *, level="authority"):
    return layer(MOBILE, pd.DataFrame({"gap": pd.Series(rows, dtype="float64")}), level=level)


@pytest.mark.parametrize(
    ("authorities", "lad", "found"),
    [
        (["E06000034", "E06000034"], "", [0.1, 0.1]),  # the ward outlines say it
        (["E06000034", "E06000034"], "E06000033", [0.1, 0.1]),
        (["E06000034", "E06000033"], "", [0.1, 0.2]),
        (None, "E06000033", [0.2, 0.2]),  # they do not
        (["", "E06000034"], "E06000033", [0.2, 0.1]),
        (None, "", [-1, -1]),
        (None, "E06000099", [-1, -1]),  # no row of it
    ],
)
def test_a_figure_of_an_authority_holds_for_all_its_areas(authorities, lad, found):
    asked, places = place(mobile({"E06000034": 0.1, "E06000033": 0.2}), authorities=authorities)
    assert listed(of_authority(asked, places, MOBILE, column="gap", lad=lad)) == found


def test_a_figure_of_areas_that_no_outlines_lead_to_is_not_known():
    asked, places = place(mobile({"E14000001": 0.1}, level="constituency"))
    assert listed(of_authority(asked, places, MOBILE, column="gap", lad="E14000001")) == [-1, -1]


def test_a_figure_by_ward_is_taken_by_ward():
    asked, places = place(mobile({"E05000001": 0.1, "E05000002": 0.4}, level="ward"))
    assert of_authority(asked, places, MOBILE, column="gap", lad="").tolist() == [0.1, 0.4]


def test_a_file_without_the_column_says_nothing():
    asked, places = place(mobile({"E06000034": 0.1}))
    assert listed(of_authority(asked, places, MOBILE, column="4g", lad="E06000034")) == [-1, -1]


def test_two_files_of_mobile_coverage_are_refused():
    asked, places = place(mobile({"E06000034": 0.1}), mobile({"E06000034": 0.2}))
    with pytest.raises(DataError, match="LAYER_TWICE"):
        of_authority(asked, places, MOBILE, column="gap", lad="E06000034")


# --- buildings nearby ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], [-1, -1]),  # nobody has listed any: not known
        ([venues({"A": at(9, 9)})], [0, 0]),
        ([venues({"A": at(0.9, 0.5)})], [1, 0]),  # the edge counts: 400 m from the centre of the first
        ([venues({"A": at(0.901, 0.5)})], [0, 0]),
        ([venues({"A": at(0.5, 0.5), "B": at(0.6, 0.5)}), venues({"C": at(1.5, 0.2)}, source="schools")], [2, 1]),
        ([venues({"A": at(0.5, 0.5)}, kind="street furniture"), venues({"B": at(1.5, 0.5)}, source="schools")], [0, 1]),
        ([venues({"A": at(0.5, 0.5)}, kind="car park")], [0, 0]),
        ([venues({"A": None})], [0, 0]),  # its postcode is not known
        ([venues({"A": None}), postcodes({"AA11AA": at(1.5, 0.5)})], [0, 1]),
    ],
)
def test_buildings_within_a_walk_of_each_centre_are_counted(given, found):
    """Two squares of 1 km; their centres lie at 0.5 and 1.5 km."""
    asked, places = place(*given)
    assert listed(buildings_within(asked, places, walk_m=400.0)) == found


# --- people from a grid --------------------------------------------------------------------------------------


def grid(cells):
    """Cells of 1 km, the first row in the north, from the corner of the world."""
    array = np.array(cells, dtype="float64")
    transform = (1_000.0, 0.0, WEST, 0.0, -1_000.0, SOUTH + 1_000 * len(cells))
    return Raster(values=array, transform=transform, crs=METRES)


@pytest.mark.parametrize(
    ("shape", "people_inside"),
    [
        (square(0, 0), 3),  # the cell of the south-west
        (square(0, 0, side_m=2_000), 10),
        (square(0.5, 0.5), 2.5),  # a quarter of each
        (square(5, 5), 0),
    ],
)
def test_cells_count_by_the_share_that_lies_inside(shape, people_inside):
    """Two by two cells: 1 and 2 in the north, 3 and 4 in the south."""
    shapes = gpd.GeoDataFrame(index=["A"], geometry=[shape], crs=METRES)
    assert zonal_sums(grid([[1, 2], [3, 4]]), shapes).fillna(0).item() == pytest.approx(people_inside)


def test_cells_without_a_value_count_nothing():
    shapes = gpd.GeoDataFrame(index=["A"], geometry=[square(0, 0, side_m=2_000)], crs=METRES)
    assert zonal_sums(grid([[1, NAN], [3, 4]]), shapes).item() == pytest.approx(8)
