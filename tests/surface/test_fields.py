"""Surface reach: a wall takes the signal only from those behind it, and not known is not 0.

::

    place 80 m west     site              wall      place 80 m east      Level ground, cells of 2 m. Drawn from the
         o               x                 ||            o               south; the wall is 10 m high and 4 m thick.
    =====================================================================
                         0                40 m
"""

import dataclasses
import doctest

import numpy as np
import pytest

from connected_place.coverage.reach.by_distance import over_surface, reach_by_distance
from connected_place.coverage.reach.link import Link
from connected_place.coverage.reach.surface import fields as surface_reach
from connected_place.coverage.reach.surface.fields import SignalField, at_doorsteps, moved_to, surface_fields
from connected_place.coverage.reach.surface.line_of_sight import Sight
from connected_place.gis_data.errors import CrsError

from ..small_places import METRES, NAN
from ..surfaces import CELL_M, NODATA, SITE, eastward, level, surface_layer, walled

LINK = Link()
SIGHT = Sight(radius_m=130.0)
BOTH = SITE + np.array([[-80.0, 0.0], [80.0, 0.0]])


@pytest.fixture
def fields(tmp_path):
    """Fields of sites over one model."""

    def found(heights, *, sites=SITE[None], antenna_m=4.0, crs=METRES, link=LINK):
        tile = surface_layer(tmp_path / "dsm.tif", heights, crs=crs).raster
        return dict(surface_fields([tile], sites, link, antenna_m=antenna_m, sight=SIGHT))

    return found


def by_distance(places=BOTH, *, antenna_m=4.0):
    return reach_by_distance(SITE[None], places, LINK, antenna_m=antenna_m)


def chances_at(found, places=BOTH, *, antenna_m=4.0):
    """Chances at the places, read from the fields."""
    return over_surface(by_distance(places, antenna_m=antenna_m), found, places).toarray()[0]


def test_docstring_examples_run():
    assert doctest.testmod(surface_reach).failed == 0


# --- walls ---------------------------------------------------------------------------------------------------


def test_behind_a_wall_a_place_gets_less_than_by_distance_and_before_it_no_less(fields):
    flat = by_distance().toarray()[0]
    west, east = chances_at(fields(walled()))
    assert flat[0] == flat[1] > 0.3
    assert east < 0.6 * flat[1]
    assert west >= flat[0]


def test_without_the_wall_both_sides_get_the_same(fields):
    west, east = chances_at(fields(level()))
    assert west == pytest.approx(east, abs=0.01)
    assert west > by_distance().toarray()[0, 0]  # nothing is in the way, and that is known now


@pytest.mark.parametrize(("wall_m", "hides"), [(0.5, False), (10.0, True)])
def test_a_low_wall_hides_nothing(fields, wall_m, hides):
    west, east = chances_at(fields(walled(wall_m=wall_m)))
    assert bool(east < 0.5 * west) is hides


def test_an_antenna_that_looks_over_the_wall_reaches_those_behind_it(fields):
    """From 30 m up the line to a phone at 80 m passes the wall of 10 m at 40 m at 16 m."""
    assert chances_at(fields(walled(), antenna_m=30.0), antenna_m=30.0)[1] > 2 * chances_at(fields(walled()))[1]


def test_chances_are_shares_and_more_power_is_heard_better(fields):
    weak, strong = (fields(walled(), link=dataclasses.replace(LINK, eirp_dbm=power))[0] for power in (20.0, 30.0))
    known = ~np.isnan(weak.probability)
    assert ((weak.probability[known] >= 0) & (strong.probability[known] <= 1)).all()
    assert (strong.probability[known] >= weak.probability[known]).all()
    assert strong.signal_dbm[known] - weak.signal_dbm[known] == pytest.approx(10)


# --- not known -----------------------------------------------------------------------------------------------


def test_where_the_model_says_nothing_the_distance_counts(fields):
    """Nothing is known from 20 m east of the site on: the eastern place keeps its chance by distance."""
    heights = level()
    heights[eastward(heights, 20.0, 241.0)] = NODATA
    west, east = chances_at(fields(heights))
    flat = by_distance().toarray()[0]
    assert east == flat[1]
    assert west != flat[0]


def test_a_gap_on_the_way_leaves_the_distance_to_count(fields):
    """The ground is known before the eastern place, but 20 to 40 m east of the site nothing is."""
    heights = level()
    heights[eastward(heights, 20.0, 40.0)] = NODATA
    assert chances_at(fields(heights))[1] == by_distance().toarray()[0, 1]


def test_a_place_beyond_what_is_looked_over_keeps_its_chance_by_distance(fields):
    """200 m: past the 130 m and a doorstep."""
    far = SITE + np.array([[0.0, 200.0]])
    kept = by_distance(far).toarray()
    assert kept > 0.05
    assert (chances_at(fields(level()), far) == kept).all()


def test_only_sites_on_the_model_have_a_field(fields):
    """Row 1 of three; the others are 2 km off."""
    sites = np.array([SITE + 2_000, SITE, SITE - 2_000])
    assert list(fields(level(), sites=sites)) == [1]


@pytest.mark.parametrize("sites", [np.empty((0, 2)), SITE[None] + 2_000])
def test_without_a_site_on_the_model_there_is_no_field(fields, sites):
    assert fields(level(), sites=sites) == {}


def test_without_a_model_there_is_no_field():
    assert list(surface_fields([], SITE[None], LINK, antenna_m=4.0, sight=SIGHT)) == []


# --- reference systems ---------------------------------------------------------------------------------------


def test_a_model_in_another_system_of_metres_says_the_same(fields):
    """UTM zone 30: the grid is turned by 2 to 3 degrees, so cells differ a little."""
    here, there = fields(walled()), fields(walled(), crs="EPSG:32630")
    assert there[0].crs == "EPSG:32630"
    moved = moved_to("EPSG:32630", BOTH)
    west, east = over_surface(by_distance(), there, moved).toarray()[0]
    assert [west, east] == pytest.approx(chances_at(here).tolist(), abs=0.05)
    assert east < 0.6 * by_distance().toarray()[0, 1]


def test_the_grid_of_the_map_is_where_it_is_and_others_are_where_they_belong():
    assert (moved_to(METRES, BOTH) == BOTH).all()
    there = moved_to("EPSG:32630", BOTH)
    assert np.hypot(*(there[1] - there[0])) == pytest.approx(160, rel=2e-3)
    assert np.abs(there - BOTH).min() > 100_000
    assert moved_to("EPSG:32630", np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("east_m", [0.0, 5_000.0])
def test_tiles_of_two_systems_are_refused(tmp_path, east_m):
    """Also where no site is on the first one: it must not be looked for there alone."""
    tiles = [
        surface_layer(tmp_path / f"{number}.tif", level(), crs=crs, east_m=east_m).raster
        for number, crs in enumerate((METRES, "EPSG:32630"))
    ]
    with pytest.raises(CrsError, match=r"1.tif: Its cells .*EPSG:32630.*GRID_MISMATCH"):
        dict(surface_fields(tiles, SITE[None], LINK, antenna_m=4.0, sight=SIGHT))


def test_two_tiles_are_one_model(tmp_path, fields):
    """The western tile ends 10 m east of the site; the wall and all behind it lie in the eastern one."""
    whole, side = walled(), round(250 / CELL_M)
    cut = whole.shape[1] - side
    west = surface_layer(tmp_path / "w.tif", whole[:, :cut], east_m=-side * CELL_M / 2)
    east = surface_layer(tmp_path / "e.tif", whole[:, cut:], east_m=cut * CELL_M / 2)
    parts = dict(surface_fields([west.raster, east.raster], SITE[None], LINK, antenna_m=4.0, sight=SIGHT))
    assert chances_at(parts).tolist() == pytest.approx(chances_at(fields(whole)).tolist())


# --- doorsteps -----------------------------------------------------------------------------------------------


def street_field(probability, *, cell_m=10.0):
    """A field whose north-west corner is at 0, 0."""
    values = np.array(probability, dtype="float64")
    transform = (cell_m, 0.0, 0.0, 0.0, -cell_m, 0.0)
    return SignalField(signal_dbm=values, probability=values, transform=transform, crs=METRES, placing="street")


def test_a_home_has_the_mean_of_the_street_around_it():
    """Cells of 10 m: three on each side. Roofs (NaN) count neither way."""
    field = street_field([[NAN, 0.2, NAN, 0.4, NAN, NAN, NAN, NAN, 1.0]])
    assert at_doorsteps(field, np.array([[25.0, -5.0]])) == pytest.approx([0.3])


@pytest.mark.parametrize("place", [(-1.0, -5.0), (91.0, -5.0), (25.0, 1.0), (25.0, -11.0), (65.0, -5.0)])
def test_beyond_the_field_and_far_from_any_street_nothing_is_known(place):
    field = street_field([[0.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN]])
    assert np.isnan(at_doorsteps(field, np.array([place])))


@pytest.mark.parametrize("chance", [0.0, 0.1, 1 / 3, 1.0])
def test_a_mean_of_equal_chances_is_that_chance_and_never_above_1(chance):
    """Running sums would else end a last digit off, and the logarithm of a miss below nothing is none."""
    rng = np.random.default_rng(7)
    mixed = np.where(rng.random((90, 90)) < 0.4, NAN, chance)
    mixed[:, :30] = np.where(rng.random((90, 30)) < 0.5, NAN, rng.random((90, 30)))
    x, y = np.meshgrid(np.arange(5.0, 900, 10), -np.arange(5.0, 900, 10))
    found = at_doorsteps(street_field(mixed), np.column_stack([x.ravel(), y.ravel()])).reshape(90, 90)
    assert found[:, 40:] == pytest.approx(chance, abs=1e-12)
    assert ((found >= 0) & (found <= 1)).all()
