"""Lines of sight: a street behind a wall is not seen, what is not known is not open, and nu is Bullington's."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.reach.propagation import bullington_loss_db
from connected_place.coverage.reach.surface.diffraction_edge import fresnel_parameter
from connected_place.coverage.reach.surface.line_of_sight import Sight, view_from, views
from connected_place.coverage.reach.surface.rays import rings
from connected_place.coverage.reach.surface.street_cells import StreetRules, street_surface
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import read_input
from connected_place.gis_data.rasters.grids import Raster, open_raster

NAN = np.nan
WEST, NORTH = 560_000.0, 180_000.0


def raster(values, *, cell_m=1.0, crs="EPSG:27700"):
    values = np.array(values, dtype="float64")
    return Raster(values=values, transform=(cell_m, 0.0, WEST, 0.0, -cell_m, NORTH), crs=crs)


def drawn(text):
    """One letter a cell: `.` the ground at 0 m, `#` a roof at 10 m, `t` a tree at 6 m, `?` not known."""
    height = {".": 0.0, "#": 10.0, "t": 6.0, "?": NAN}
    return raster([[height[letter] for letter in line] for line in text.split()])


def at(row, column, *, cell_m=1.0):
    """Middle of a cell."""
    return WEST + (column + 0.5) * cell_m, NORTH - (row + 0.5) * cell_m


def seen_from(model, row, column, *, antenna_m=5.0, radius_m=4.0, yard_m2=0.0, **sight):
    """A view over level ground at 0 m, which a terrain model tells."""
    terrain = dataclasses.replace(model, values=np.zeros(model.values.shape))
    surface = street_surface(model, terrain=terrain, rules=StreetRules(yard_m2=yard_m2))
    where = at(row, column, cell_m=model.cell_m)
    return view_from(surface, where, antenna_m=antenna_m, sight=Sight(radius_m=radius_m, **sight))


def picture(found):
    """`o` seen, `x` a hidden street, `?` not known, blank: no street, or too far."""
    marks = np.select([found.visible, found.unknown, found.outdoors], ["o", "?", "x"], " ")
    return ["".join(row) for row in marks.tolist()]


def edge_at(found, row, column):
    """Edge of a cell counted from the middle of the view."""
    middle = found.visible.shape[0] // 2
    return float(found.edge_root_m[middle + row, middle + column])


# --- what is seen ----------------------------------------------------------------------------------------------


ROW_OF_HOUSES = """
    .............
    .............
    .....###.....
    .............
    .............
"""
"""Two streets and a row of houses between; the access point is in the middle of the upper one, in row 1, column 6."""


def test_a_row_of_houses_takes_the_street_behind_it():
    """Beyond the model's five rows nothing is known."""
    assert picture(seen_from(drawn(ROW_OF_HOUSES), 1, 6)) == [
        "    ?    ",
        "  ?????  ",
        " ??????? ",
        " ooooooo ",
        "ooooooooo",
        " ox   xo ",
        " xxxxxxx ",
        "  xxxxx  ",
        "    ?    ",
    ]


def test_what_is_not_known_is_not_open_but_a_known_wall_blocks_for_certain():
    """A gap instead of the western house; behind it only the shadow of the houses that are known is certain."""
    found = seen_from(drawn(ROW_OF_HOUSES.replace("###", ".?#")), 1, 6)
    assert picture(found)[3:] == [
        " ooooooo ",
        "ooooooooo",
        " ooo? xo ",
        " ooo?xxx ",
        "  o???x  ",
        "    ?    ",
    ]
    behind_wall_and_gap = seen_from(drawn(".......... .......... .....#?... .....#...."), 2, 1, radius_m=8.0)
    assert not behind_wall_and_gap.visible[8, 15]
    assert not behind_wall_and_gap.unknown[8, 15]
    assert math.isnan(edge_at(behind_wall_and_gap, 0, 7))
    assert edge_at(behind_wall_and_gap, 1, 7) > 0


def test_an_open_square_is_seen_whole_and_what_lies_beyond_the_model_is_not_known():
    model = drawn(" ".join(["." * 13] * 13))
    whole, corner = seen_from(model, 6, 6), seen_from(model, 0, 0)
    assert (whole.visible == whole.outdoors).all()
    assert not whole.unknown.any()
    assert corner.visible[4:, 4:].sum() == corner.visible.sum() == corner.outdoors.sum()
    assert corner.unknown.sum() == whole.visible.sum() - corner.visible.sum()
    assert (corner.placing, corner.antenna) == ("street", (*at(0, 0), 5.0))


@pytest.mark.parametrize(("row", "column"), [(-1, 6), (200, 6), (2, 6)])
def test_a_site_of_whose_place_nothing_is_known_sees_nothing_for_certain(row, column):
    """Outside the model, near and far, and in a gap of it."""
    found = seen_from(drawn(ROW_OF_HOUSES.replace("###", "#?#")), row, column)
    assert (found.placing, found.visible.any()) == ("not known", False)
    assert found.unknown.sum() == 49
    assert np.isnan(found.edge_root_m).all()


def test_roofs_and_trees_are_never_seen():
    found = seen_from(drawn("......... ....t.... ......... .....#... ........."), 2, 4, antenna_m=30.0)
    assert not found.outdoors[3, 4]
    assert not found.outdoors[5, 5]
    assert (found.visible == found.outdoors).all()
    assert np.isnan(found.edge_root_m[3, 4])


HALL = """
    .............
    .............
    .............
    ....#####....
    ....#####....
    ....#####....
    .............
    .............
    .............
"""


def test_an_access_point_in_a_hall_hangs_off_its_nearest_facade():
    """It does not cast a shadow on itself: the street is seen, the other side of the hall is not."""
    found = seen_from(drawn(HALL), 3, 6, radius_m=5.0)
    assert (found.placing, found.moved_m, found.antenna) == ("facade", 2.0, (*at(1, 6), 5.0))
    assert picture(found)[4:] == [
        " ooooooooo ",
        "ooooooooooo",
        " ooooooooo ",
        " oo     oo ",
        " xx     xx ",
        "  x     x  ",
        "     x     ",
    ]


@pytest.mark.parametrize(
    ("model", "row", "facade_within_m", "placing", "moved_m"),
    [
        (HALL, 3, 1.0, "facade", 2.0),  # the facade is 1 m away, the cell off the wall one more
        (HALL, 4, 1.0, "no street near", 0.0),
        (HALL, 4, 2.0, "facade", 3.0),
        (HALL.replace(".", "t"), 4, 60.0, "no street near", 0.0),
        ("." * 13 + " ####.######## ####.######## ####.########", 3, 60.0, "facade", 2.0),  # an alley 1 m wide
    ],
)
def test_an_access_point_hangs_one_cell_off_the_wall_where_the_street_allows(
    model, row, facade_within_m, placing, moved_m
):
    found = seen_from(drawn(model), row, 6, facade_within_m=facade_within_m)
    assert (found.placing, found.moved_m) == (placing, moved_m)
    assert found.visible.any() == (placing == "facade")


def test_an_access_point_is_not_hung_in_a_closed_yard():
    """The yard is one cell from the site, the street two; the yard is 3 square metres."""
    model = drawn("########## #...###... ########.. #######... ...#......")
    assert seen_from(model, 1, 4, yard_m2=3.0).antenna[:2] == at(1, 3)
    assert seen_from(model, 1, 4, yard_m2=3.5).antenna[:2] == at(1, 7)


def test_the_height_counts_from_the_ground_at_the_facade():
    """Ground that rises by 1 m a cell to the north; a house on it."""
    ground = np.repeat(np.arange(13.0)[::-1, None], 13, axis=1)
    heights = ground.copy()
    heights[4:9, 4:9] += 12.0
    terrain = raster(ground)
    found = view_from(
        street_surface(raster(heights), terrain=terrain, rules=StreetRules(yard_m2=0.0)), at(4, 6), antenna_m=4.0
    )
    assert found.antenna == (*at(2, 6), 10.0 + 4.0)


def test_distance_is_straight_from_antenna_to_terminal():
    found = seen_from(drawn(" ".join(["." * 13] * 13)), 6, 6, antenna_m=4.5)
    assert found.distance_m[4, [4, 8]].tolist() == [3.0, 5.0]
    assert found.distance_m[0, 4] == 5.0
    assert np.isnan(found.distance_m[0, 3])


@pytest.mark.parametrize(("crs", "cell_m"), [("EPSG:32630", 1.0), ("EPSG:27700", 2.0)])
def test_any_system_in_metres_and_any_cell_gives_the_same(crs, cell_m):
    """In cells of 2 m everything is twice as large, the heights too."""
    model = drawn(ROW_OF_HOUSES)
    other = raster(model.values * cell_m, cell_m=cell_m, crs=crs)
    first = seen_from(model, 1, 6)
    second = seen_from(other, 1, 6, antenna_m=5.0 * cell_m, radius_m=4.0 * cell_m, terminal_height_m=1.5 * cell_m)
    assert picture(first) == picture(second)
    np.testing.assert_allclose(second.edge_root_m, first.edge_root_m * math.sqrt(cell_m), rtol=1e-5)
    assert (second.crs, second.transform[0]) == (crs, cell_m)


# --- every ray, looked at one by one ---------------------------------------------------------------------------


def towns(cells=17, gaps=False):
    """Random heights of 0 to 12 m on about half of the cells; the middle one is street."""
    letters = [0.0] * 5 + [4.0, 6.0, 8.0, 12.0] + [NAN] * gaps
    cell = st.sampled_from(letters)
    return st.lists(st.lists(cell, min_size=cells, max_size=cells), min_size=cells, max_size=cells).map(with_street)


def with_street(rows):
    values = np.array(rows)
    values[len(rows) // 2, len(rows) // 2] = 0.0
    return values


def between(down, right):
    """Cells on the way from the middle to another cell: one in each row, or column, that is crossed; halves go out."""
    steps = max(abs(down), abs(right))
    for step in range(1, steps):
        away = [(2 * abs(part) * step + steps) // (2 * steps) * (1 if part > 0 else -1) for part in (down, right)]
        yield step / steps, *away


def one_by_one(values, antenna_m, down, right):
    """Seen (None: not known) and `h sqrt((d1 + d2) / (d1 d2))` of one path, as ITU-R P.526 says it, cells of 1 m."""
    middle, whole = len(values) // 2, math.hypot(down, right)
    path = [(share * whole, values[middle + row, middle + column]) for share, row, column in between(down, right)]
    known = [(d, h) for d, h in path if not math.isnan(h)]
    terminal_m = 1.5
    slope_m = (terminal_m - antenna_m) / whole
    rise_m = max(((h - antenna_m) / d for d, h in known), default=-math.inf)
    seen = rise_m < slope_m
    if len(known) < len(path):
        return (None if seen else False), math.nan
    if not path:
        return True, -math.inf
    if seen:
        return True, max((h - antenna_m - slope_m * d) * math.sqrt(whole / (d * (whole - d))) for d, h in path)
    back_m = max((h - terminal_m) / (whole - d) for d, h in path)
    d = (terminal_m - antenna_m + back_m * whole) / (rise_m + back_m)
    above = antenna_m + rise_m * d - (antenna_m * (whole - d) + terminal_m * d) / whole
    return False, above * math.sqrt(whole / (d * (whole - d)))


@settings(max_examples=25)
@given(towns(gaps=True), st.sampled_from([2.3, 5.1, 9.7]))
def test_every_cell_is_seen_as_by_walking_its_ray(values, antenna_m):
    found = seen_from(raster(values), 8, 8, antenna_m=antenna_m, radius_m=8.0)
    for down in range(-8, 9):
        for right in range(-8, 9):
            if not found.outdoors[down + 8, right + 8] or (down, right) == (0, 0):
                continue
            seen, edge = one_by_one(values, antenna_m, down, right)
            place = f"{down}, {right}"
            assert found.visible[down + 8, right + 8] == (seen is True), place
            assert found.unknown[down + 8, right + 8] == (seen is None), place
            assert edge_at(found, down, right) == pytest.approx(edge, rel=1e-4, abs=1e-5, nan_ok=True), place


def test_rings_have_each_cell_once():
    cells = np.concatenate([ring.cells for ring in rings(7)])
    assert sorted([*cells.tolist(), 15 * 15 // 2]) == list(range(15 * 15))


@pytest.mark.parametrize("turn", [lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.T, np.rot90])
@settings(max_examples=25)
@given(values=towns(gaps=True))
def test_a_turned_or_mirrored_world_is_seen_turned_or_mirrored(turn, values):
    straight, turned = (
        seen_from(raster(values), 8, 8, radius_m=8.0),
        seen_from(raster(turn(values)), 8, 8, radius_m=8.0),
    )
    for name in ("visible", "unknown", "outdoors", "edge_root_m"):
        np.testing.assert_array_equal(turn(getattr(straight, name)), getattr(turned, name))


@given(towns(), st.integers(4, 30), st.integers(1, 30))
def test_a_higher_antenna_sees_all_that_a_lower_one_sees(values, lower, more):
    """Strictly so: at each cell between, the line to a phone rises with the antenna. Heights in half metres."""
    low, high = (seen_from(raster(values), 8, 8, antenna_m=h / 2, radius_m=8.0) for h in (lower, lower + more))
    assert not (low.visible & ~high.visible).any()


@given(towns(gaps=True), st.integers(0, 16), st.integers(0, 16))
def test_what_becomes_known_makes_nothing_unknown_and_a_gap_opens_nothing(values, row, column):
    """For one world with one more unknown cell."""
    less = values.copy()
    less[row, column] = NAN
    less[8, 8] = 0.0
    before, after = (seen_from(raster(heights), 8, 8, radius_m=8.0) for heights in (values, less))
    assert not (after.visible & ~before.visible).any()
    assert not (before.unknown & ~after.unknown).any()


# --- the edge --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall_m", "seen", "nu"),
    [
        (4.5, False, 3.7094),  # 3 m above the line: 3 sqrt(2 / 0.054508 * 100 / (40 * 60))
        (1.5, False, 0.0),  # just touches
        (1.0, True, -0.6182),  # half a metre below
    ],
)
def test_one_wall_is_its_own_edge(wall_m, seen, nu):
    """Both antennas at 1.5 m, 100 m apart, over a ditch; a wall at 40 m from the access point; 5.5 GHz."""
    heights = np.full((1, 101), -50.0)
    heights[0, [0, 100]] = 0.0
    heights[0, 40] = wall_m
    terrain = raster(np.where(heights > 0, 0.0, heights))
    surface = street_surface(raster(heights), terrain=terrain, rules=StreetRules())
    found = view_from(surface, at(0, 0), antenna_m=1.5, sight=Sight(radius_m=100.0))
    assert found.visible[100, 200] == seen
    assert fresnel_parameter(edge_at(found, 0, 100), 5.5).item() == pytest.approx(nu, abs=1e-4)


def test_two_walls_are_one_edge_where_the_lines_over_them_meet():
    """Antennas at 1.5 m, 100 m apart; walls of 11.5 m at 25 and 75 m: the lines meet in the middle, 20 m above."""
    heights = np.zeros((1, 101))
    heights[0, [25, 75]] = 11.5
    surface = street_surface(raster(heights), terrain=raster(np.zeros((1, 101))), rules=StreetRules())
    found = view_from(surface, at(0, 0), antenna_m=1.5, sight=Sight(radius_m=100.0))
    assert edge_at(found, 0, 100) == pytest.approx(20 * math.sqrt(100 / (50 * 50)), rel=1e-5)


def test_over_level_ground_nothing_is_lost_to_an_edge():
    """A phone in the street, an antenna at 5 m, 2.4 GHz, 100 m: the ground stays out of the way of each path."""
    found = seen_from(raster(np.zeros((201, 201))), 100, 100, radius_m=100.0)
    assert (found.visible == found.outdoors).all()
    nu = fresnel_parameter(found.edge_root_m[found.outdoors], 2.4)
    assert nu.max() < -0.78
    assert (bullington_loss_db(nu, found.distance_m[found.outdoors]) == 0).all()


def test_next_to_the_antenna_nothing_is_in_the_way():
    found = seen_from(drawn(" ".join(["." * 13] * 13)), 6, 6)
    assert (found.edge_root_m[3:6, 3:6] == -np.inf).all()
    assert np.isfinite(found.edge_root_m[4, 6])


@given(towns())
def test_an_edge_above_the_line_hides_and_one_below_does_not(values):
    found = seen_from(raster(values), 8, 8, radius_m=8.0, antenna_m=5.1)
    street = found.outdoors
    assert (found.edge_root_m[found.visible] < 0).all()
    assert (found.edge_root_m[street & ~found.visible] >= 0).all()
    assert np.isnan(found.edge_root_m[~street]).all()


# --- many sites ------------------------------------------------------------------------------------------------

PLACES = np.array([at(40, 60), at(120, 40), at(41, 61), at(90, 100)])


def boxes(seed=5, cells=160):
    """Boxes of 8 by 8 m on level ground, with streets of 12 m."""
    heights = np.kron(np.random.default_rng(seed).uniform(4, 12, (8, 8)), np.pad(np.ones((8, 8)), (6, 6)))
    return raster(heights[:cells, :cells])


def test_sites_are_looked_from_as_if_each_were_alone():
    """Four sites of one square of 1 km, for which the model is read once."""
    model = boxes()
    asked = []

    def window(bounds):
        asked.append(bounds)
        return model.window(bounds)

    sight = Sight(radius_m=40.0, street=StreetRules(ground_window_m=15.0))
    found = dict(views(window, PLACES, antenna_m=5.0, sight=sight))
    assert sorted(found) == [0, 1, 2, 3]
    assert len(asked) == 1
    whole = street_surface(model.window((WEST - 200, NORTH - 360, WEST + 360, NORTH + 200)), rules=sight.street)
    for site, place in enumerate(PLACES):
        alone = view_from(whole, tuple(place), antenna_m=5.0, sight=sight)
        assert (found[site].antenna, found[site].transform) == (alone.antenna, alone.transform)
        for name in ("visible", "unknown", "edge_root_m", "ground_m"):
            np.testing.assert_array_equal(getattr(found[site], name), getattr(alone, name))


def test_sites_far_apart_are_read_apart():
    """Two on either side of a multiple of 1 km, and one 50 km away; 320 m around each, surface and terrain."""
    asked = []

    def window(bounds):
        asked.append((bounds[2] - bounds[0], bounds[3] - bounds[1]))
        return boxes().window(bounds)

    places = np.array([[560_990.0, 180_000.0], [561_010.0, 180_000.0], [610_000.0, 180_000.0]])
    found = dict(views(window, places, antenna_m=5.0, terrain=window))
    assert sorted(found) == [0, 1, 2]
    assert asked == [(640.0, 640.0)] * 6
    assert all(item.placing == "not known" for item in found.values())


def test_wider_squares_are_what_the_model_is_in_their_middle():
    """Squares of 4 m, on multiples of 4 m, from cells of 1 m: each is its cell in row 2, column 2."""
    model = boxes()
    surface = street_surface(model, terrain=raster(np.zeros((160, 160))), rules=StreetRules())
    fine = view_from(surface, at(81, 83), antenna_m=5.0, sight=Sight(radius_m=40.0))
    wide = view_from(surface, at(81, 83), antenna_m=5.0, sight=Sight(radius_m=40.0, cell_m=4.0))
    left, top = (round(wide.transform[2] - fine.transform[2]), round(fine.transform[5] - wide.transform[5]))
    assert (wide.transform[0], wide.transform[2] % 4, wide.transform[5] % 4) == (4.0, 0.0, 0.0)
    pick = np.s_[top + 2 :: 4, left + 2 :: 4]
    for name in ("visible", "unknown", "outdoors", "distance_m", "edge_root_m", "ground_m"):
        np.testing.assert_array_equal(getattr(fine, name)[pick], getattr(wide, name))


@pytest.mark.parametrize(
    ("sight", "code"),
    [
        ({"cell_m": 1.5}, "CELL_NOT_MULTIPLE"),
        ({"cell_m": 0.5}, "CELL_NOT_MULTIPLE"),
        ({"radius_m": 1_001.0}, "TOO_MANY_CELLS"),
    ],
)
def test_what_cannot_be_looked_over_is_refused(sight, code):
    with pytest.raises(DataError, match=code):
        seen_from(drawn(ROW_OF_HOUSES), 1, 6, **sight)


def test_in_the_sample_town_streets_are_seen_and_houses_are_not():
    """From a lamp column in a street of the embedded borough: some of the streets within 100 m, and no roof."""
    model = open_raster(read_input("dsm_1m_town_centre.tif", folder=SAMPLE))
    west, north = model.transform[2], model.transform[5]
    place = np.array([[west + 200.0, north - 200.0]])
    ((_, found),) = views(model.window, place, antenna_m=6.0, sight=Sight(radius_m=100.0))
    assert found.placing in ("street", "facade")
    assert 0.05 < found.visible.sum() / found.outdoors.sum() < 0.6
    surface = model.window((west, north - 400, west + 400, north)).values
    middle = round(north - found.antenna[1] - 0.5), round(found.antenna[0] - west - 0.5)
    around = surface[middle[0] - 100 : middle[0] + 101, middle[1] - 100 : middle[1] + 101]
    assert (around - found.ground_m)[found.visible].max() <= 1.0 + 1e-4
    assert not found.unknown.any()
