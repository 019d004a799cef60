"""Surroundings: counts equal those by hand, what no layer reaches is not known, and no point moves another."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.footfall.surroundings import ALL, at_points, counts_within, sums_within, surroundings
from connected_place.gis_data.layers import Layer
from connected_place.gis_data.rasters.grids import Raster

from ..small_places import METRES, SOUTH, WEST, at, layer, layers, outlines, people, postcodes, record, square, venues

rules = settings(deadline=None, derandomize=True, max_examples=30)
CORNER = np.array([WEST, SOUTH])


def spots(*kilometres):
    """Points in kilometres from the corner of the grid, as an array in metres."""
    return CORNER + 1_000 * np.array(kilometres, dtype="float64")


def beside(*metres):
    """Points in metres from the corner of the grid."""
    return spots((0, 0)) + np.array(metres, dtype="float64")


def place_names(rows):
    """Rows of (type, point)."""
    frame = gpd.GeoDataFrame(
        {"name": "N", "place_type": [kind for kind, _ in rows.values()]},
        index=pd.Index(rows, name="place_id"),
        geometry=[place for _, place in rows.values()],
        crs=METRES,
    )
    return layer("place-names", frame, level="place")


def grid(values, *, source="population-raster", cell_m=100.0):
    """Cells from the corner of the grid; rows from north to south."""
    array = np.array(values, dtype="float64")
    raster = Raster(values=array, transform=(cell_m, 0.0, WEST, 0.0, -cell_m, SOUTH + cell_m * len(array)), crs=METRES)
    return Layer(frame=pd.DataFrame(), level="cell", raster=raster, provenance=record(source))


coordinate = st.integers(0, 40).map(lambda number: number * 50.0)
places = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=12)


@rules
@given(there=places, here=places, radius_m=st.sampled_from([50.0, 100.0, 400.0]))
def test_counts_are_those_of_every_distance_measured(there, here, radius_m):
    there, here = np.array(there), np.array(here)
    away = np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    assert counts_within(there, here, radius_m=radius_m).tolist() == (away <= radius_m).sum(axis=1).tolist()
    weights = np.arange(1.0, len(there) + 1)
    sums = sums_within(np.column_stack([there, weights]), here, radii_m=(100, 400))
    assert sums[100].tolist() == ((away <= 100) @ weights).tolist()
    assert sums[400].tolist() == ((away <= 400) @ weights).tolist()


@pytest.mark.parametrize(("east_m", "found"), [(100.0, 1), (100.1, 0)])
def test_the_edge_of_a_radius_counts(east_m, found):
    given = layers(postcodes({"AA11AA": at(0, 0)}))
    assert surroundings(given, beside((east_m, 0.0)))["postcodes_100m"].tolist() == [found]


def test_only_live_postcodes_count():
    given = layers(postcodes({"AA11AA": at(0, 0), "AA11AB": at(0, 0)}, terminated=["AA11AB"]))
    assert surroundings(given, CORNER[None])["postcodes_100m"].tolist() == [1]


def test_a_layer_that_is_not_given_has_no_column():
    found = surroundings(layers(postcodes({"AA11AA": at(0, 0)})), CORNER[None])
    assert list(found) == ["postcodes_100m", "postcodes_200m", "postcodes_400m", "postcodes_800m"]
    assert surroundings(layers(), CORNER[None]).shape == (1, 0)


def test_venues_are_counted_by_kind_and_street_furniture_is_none():
    """Two libraries, one of them known by its postcode, a lamp post and a hall; no list of schools."""
    given = layers(
        venues({"L1": at(0, 0.1), "L2": None}, source="libraries"),
        venues({"V1": at(0, 0.2)}, kind="community centre"),
        venues({"V2": at(0, 0.3)}, kind="street furniture"),
        postcodes({"AA11AA": at(0, 0.35)}),
    )
    found = surroundings(given, CORNER[None]).iloc[0]
    assert (found["library_400m"], found["council_400m"], found["venues_400m"]) == (2, 1, 3)
    assert "school_400m" not in found


def test_residents_of_a_grid_are_summed_from_the_middles_of_cells():
    """Cells of 100 m from the corner; the point is in the middle of the first, 400 m from that of the fifth."""
    given = layers(grid([[10, 0, 0, 0, 20, np.nan, 0, 0, 40]]))
    found = surroundings(given, beside((50.0, 50.0))).iloc[0]
    assert (found["residents_400m"], found["residents_800m"]) == (30, 70)


def test_residents_of_a_table_are_placed_at_centroids_or_inside_their_outlines():
    areas = {"E00000001": square(0, 0, side_m=100), "E00000002": square(5, 5, side_m=100)}
    given = [outlines("output_area", areas), people("population", {"E00000001": 30.0, "E00000002": 70.0})]
    assert surroundings(layers(*given), CORNER[None])["residents_400m"].tolist() == [30]
    centroids = gpd.GeoDataFrame(index=pd.Index(areas, name="code"), geometry=[at(5, 5), at(0, 0)], crs=METRES)
    given.append(layer("ons-centroids", centroids, level="output_area"))
    assert surroundings(layers(*given), CORNER[None])["residents_400m"].tolist() == [70]


def test_residents_without_a_position_are_not_known():
    given = layers(people("population", {"E00000001": 30.0}))
    assert list(surroundings(given, CORNER[None])) == []


def test_residents_are_not_known_where_no_grid_reaches():
    found = surroundings(layers(grid([[10.0]])), spots((0, 0), (5, 5)))["residents_800m"]
    assert (found.iloc[0], np.isnan(found.iloc[1])) == (10, True)


@pytest.mark.parametrize(
    ("rows", "centre_m"),
    [
        ({"a": ("city", at(3, 0)), "b": ("village", at(0, 1))}, 3000),
        ({"a": ("city", at(3, 0)), "b": ("town", at(2, 0))}, 2000),  # a town has a centre as well
        ({"a": ("village", at(2, 0)), "b": ("hamlet", at(1, 0))}, 2000),  # the highest rank there is
    ],
)
def test_the_centre_is_the_nearest_city_or_town(rows, centre_m):
    rows = rows | {"here": ("hamlet", at(0, 0))}
    assert surroundings(layers(place_names(rows)), CORNER[None])["centre_m"].tolist() == [centre_m]


def test_without_names_the_centre_is_that_of_the_residents():
    given = layers(grid([[30, 0, 0, 0, 0, 0, 0, 0, 0, 10]]))
    found = surroundings(given, beside((50.0, 50.0)))
    assert found["people_centre_m"].tolist() == [225]  # a quarter of 900 m
    assert "centre_m" not in found


def test_roads_and_stations_beyond_the_tiles_are_not_known():
    """Names in a square of 1 km; a point 5 km away."""
    rows = {"a": ("town", at(0, 0)), "b": ("named road", at(1, 1)), "c": ("railway station", at(0.1, 0))}
    found = surroundings(layers(place_names(rows)), spots((0, 0), (6, 6)))
    assert found.loc[0, ["roads_200m", "stations_400m", "centre_m"]].tolist() == [0, 1, 0]
    assert found.loc[1].isna().all()


def test_a_list_without_roads_says_nothing_of_roads():
    rows = {"a": ("town", at(0, 0))}
    assert "roads_200m" not in surroundings(layers(place_names(rows)), CORNER[None])


def test_a_grid_is_sampled_at_the_cell_of_a_point():
    raster = grid([[1, 2], [3, 4]]).raster
    found = at_points(raster, beside((0.0, 1.0), (150.0, 199.0), (-1.0, 0.0), (0.0, 201.0)))
    assert found[:2].tolist() == [3, 2]
    assert np.isnan(found[2:]).all()


def world():
    """One of every layer."""
    return layers(
        postcodes({f"AA1{number}AA": at(number / 10, 0.1) for number in range(9)}),
        venues({"L1": at(0.2, 0.2)}, source="libraries"),
        grid(np.arange(400.0).reshape(20, 20)),
        place_names({"a": ("town", at(0, 0)), "b": ("named road", at(1, 1)), "c": ("bus station", at(0.5, 1))}),
    )


def test_a_point_is_not_moved_by_others_nor_by_their_order():
    points = spots((0, 0), (0.4, 0.3), (1, 1), (9, 9))
    whole = surroundings(world(), points)
    assert set(whole) <= ALL
    for rows in ([1], [2, 1, 0], [3, 3, 0]):
        assert surroundings(world(), points[rows]).equals(whole.iloc[rows].reset_index(drop=True))


def test_columns_can_be_asked_for_alone():
    names = ("postcodes_200m", "centre_m")
    whole = surroundings(world(), spots((0, 0), (1, 1)))
    assert surroundings(world(), spots((0, 0), (1, 1)), names=names).equals(whole[list(names)])


def test_no_point_has_no_row():
    assert surroundings(world(), np.empty((0, 2))).shape[0] == 0


def test_a_grid_in_another_system_is_met_at_the_same_place():
    """One cell of 1 km in the system of UTM zone 30 north."""
    point = gpd.GeoSeries([shapely.Point(430_000, 433_000)], crs=METRES).to_crs("EPSG:32630").iloc[0]
    raster = SimpleNamespace(
        values=np.array([[7.0]]), transform=(1000.0, 0.0, point.x - 500, 0.0, -1000.0, point.y + 500), crs="EPSG:32630"
    )
    assert at_points(raster, np.array([[430_000.0, 433_000.0]])).tolist() == [7]
