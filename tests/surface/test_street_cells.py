"""Street cells: the ground under a surface model, and where a person can stand outdoors."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach.surface.street_cells import StreetRules, ground_under, street_surface
from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.rasters.grids import Raster

NAN = np.nan
PLACE = (1.0, 0.0, 560_000.0, 0.0, -1.0, 180_000.0)


def raster(values, *, transform=PLACE, crs="EPSG:27700"):
    return Raster(values=np.array(values, dtype="float64"), transform=transform, crs=crs)


def drawn(text, **heights):
    """One letter a cell: `.` the ground at 0 m, `#` a roof at 10 m, `t` a tree at 6 m, `k` a kerb, `?` not known."""
    height = {".": 0.0, "#": 10.0, "t": 6.0, "k": 0.9, "?": NAN} | heights
    return raster([[height[letter] for letter in line] for line in text.split()])


def streets(model, *, terrain=None, **rules):
    return street_surface(model, terrain=terrain, rules=StreetRules(**{"ground_window_m": 5.0, **rules}))


def letters(mask):
    return [int("".join(map(str, row)), 2) for row in np.asarray(mask, int).tolist()]


def test_roofs_and_trees_are_never_outdoors_and_kerbs_are():
    model = drawn("""
        .........
        .##...t..
        .##..ttt.
        .....kt..
        ?........
        .........
    """)
    found = streets(model)
    np.testing.assert_array_equal(found.outdoors, np.isin(model.values, [0.0, 0.9]))
    np.testing.assert_array_equal(found.gap, np.isnan(model.values))
    assert found.surface_m[4, 0] == -np.inf


@pytest.mark.parametrize(("height_m", "outdoors"), [(1.0, True), (1.01, False), (-3.0, True)])
def test_the_limit_above_the_ground_is_outdoors_and_so_is_a_pit(height_m, outdoors):
    values = np.zeros((11, 11))
    values[5, 5] = height_m
    assert streets(raster(values)).outdoors[5, 5] == outdoors
    assert streets(raster(values)).outdoors.sum() == 121 - (not outdoors)


@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.integers(0, 10_000))
def test_an_even_slope_is_its_own_ground_and_its_streets_are_outdoors(east, north, seed):
    """Houses of 3 by 3 cells on a slope, a window of 7; a window's width from the edge the estimate is exact."""
    rows, columns = np.mgrid[:30, :30]
    slope = columns * east + rows * north
    houses = np.kron(np.random.default_rng(seed).random((5, 5)) < 0.5, np.pad(np.ones((3, 3)), (1, 2))) > 0
    found = streets(raster(np.where(houses, slope + 8.0, slope)), ground_window_m=7.0)
    assert (found.ground_m <= slope + 8.0 * houses + 1e-4).all()
    assert not (found.outdoors & houses).any()
    inner = np.s_[7:-7, 7:-7]
    assert (found.outdoors == ~houses)[inner].all()
    np.testing.assert_allclose(found.ground_m[inner][~houses[inner]], slope[inner][~houses[inner]], atol=1e-4)


def test_one_deep_cell_spoils_itself_only():
    values = np.zeros((15, 15))
    values[7, 7] = -50.0
    assert (ground_under(values, window_cells=5) == values).all()


def test_a_hall_cut_by_the_models_edge_is_not_taken_for_the_ground():
    """A hall of 4 by 8 cells in the corner, a window of 5: the windows that it fills reach beyond the model."""
    values = np.zeros((20, 20))
    values[:4, :8] = 9.0
    found = streets(raster(values))
    assert not found.outdoors[:4, :8].any()
    assert found.outdoors.sum() == 400 - 32


def test_a_hall_wider_than_the_window_is_taken_for_the_ground_unless_a_terrain_model_tells():
    values = np.zeros((20, 20))
    values[5:12, 5:12] = 9.0
    assert streets(raster(values)).outdoors.all()
    told = streets(raster(values), terrain=raster(np.zeros((20, 20))))
    assert told.outdoors.sum() == 400 - 49


def test_a_model_smaller_than_the_window_tells_nothing():
    found = streets(raster(np.zeros((4, 4))), ground_window_m=9.0)
    assert found.gap.all()
    assert not found.outdoors.any()


def test_a_terrain_model_may_cover_another_part():
    """It begins one cell to the south and east, and knows one cell less."""
    terrain = raster([[5, NAN, 5], [5, 5, 5]], transform=(1, 0, 560_001, 0, -1, 179_999))
    found = streets(raster(np.full((3, 3), 5.5)), terrain=terrain)
    np.testing.assert_array_equal(found.ground_m, [[NAN, NAN, NAN], [NAN, 5, NAN], [NAN, 5, 5]])
    np.testing.assert_array_equal(found.outdoors, np.isfinite(found.ground_m))


def test_a_closed_yard_is_outdoors_and_no_street():
    model = drawn("""
        ............
        .######.....
        .#....#...##
        .#....#...#.
        .######...#.
        ............
    """)
    found = streets(model, terrain=raster(np.zeros((6, 12))), yard_m2=9.0)
    assert found.outdoors[2, 3]
    assert not found.street[2:4, 2:6].any()
    assert (found.street == found.outdoors)[:, 7:].all()
    assert streets(model, terrain=raster(np.zeros((6, 12))), yard_m2=8.0).street[2, 3]


def test_a_yard_cut_by_the_models_edge_is_a_street():
    """Its size is not known."""
    model = drawn("###... #.#... #.#...")
    assert streets(model, terrain=raster(np.zeros((3, 6))), yard_m2=100.0).street[2, 1]


def test_open_street_has_street_on_all_sides():
    model = drawn("...... ...... ...... ...... .....# ......")
    found = streets(model, terrain=raster(np.zeros((6, 6))))
    assert letters(found.open_street) == [0, 0b011110, 0b011110, 0b011100, 0b011100, 0]


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"crs": "EPSG:4326"}, CrsError, "CRS_NOT_METRES"),
        ({"crs": "EPSG:2263"}, CrsError, "CRS_NOT_METRES"),  # New York, in feet
        ({"crs": "EPSG:4978"}, CrsError, "CRS_NOT_METRES"),  # metres from the Earth's centre
        ({"transform": (1, 0, 0, 0, -2, 0)}, DataError, "CELL_NOT_SQUARE"),
    ],
)
def test_a_model_whose_lengths_are_not_metres_is_refused(change, error, code):
    with pytest.raises(error, match=code):
        streets(dataclasses.replace(raster(np.zeros((9, 9))), **change))


@pytest.mark.parametrize(
    "change",
    [{"crs": "EPSG:32630"}, {"transform": (2, 0, 560_000, 0, -2, 180_000)}, {"transform": (1, 0, 560_000.5, 0, -1, 0)}],
)
def test_a_terrain_model_on_another_grid_is_refused(change):
    model = raster(np.zeros((9, 9)))
    with pytest.raises(CrsError, match="GRID_MISMATCH"):
        streets(model, terrain=dataclasses.replace(model, **change))


def test_heights_are_left_as_they_were():
    model = drawn("..#.. ..?.. .....")
    before = model.values.copy()
    streets(model)
    np.testing.assert_array_equal(model.values, before)
