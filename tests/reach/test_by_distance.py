"""Reach: who covers whom, with certainty, the edge included, or with a probability by the formula."""

import dataclasses
import doctest

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.reach import by_distance as reach
from connected_place.coverage.reach.by_distance import (
    LEAST_CHANCE,
    area_by_distance_ha,
    covering,
    over_surface,
    reach_by_distance,
)
from connected_place.coverage.reach.link import Link, coverage_probability
from connected_place.coverage.reach.propagation import distance_3d_m
from connected_place.coverage.reach.surface.fields import SignalField

rules = settings(deadline=None, derandomize=True, max_examples=40)
STREET = np.array([[560_000.0, 180_000], [560_030, 180_000], [560_500, 180_000]])
spots = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=12).map(
    lambda found: np.array(found, dtype="float64") + np.array([560_000, 180_000])
)


@pytest.mark.parametrize(
    ("reach_m", "covered"),
    [(0.0, 1), (29.9, 1), (30.0, 2), (470.0, 2), (499.999, 2), (500.0, 3)],  # the edge counts as covered
)
def test_a_place_on_the_edge_of_reach_is_covered(reach_m, covered):
    """Places at 0, 30 and 500 m along a street; one site at 0."""
    assert covering(STREET[:1], STREET, reach_m=reach_m).sum() == covered


def test_the_edge_is_covered_at_an_angle_too():
    """3, 4, 5: a distance that is not a whole number in every step of the sum."""
    site, place = np.array([[560_000.1, 180_000.2]]), np.array([[560_030.1, 180_040.2]])
    assert covering(site, place, reach_m=50.0).sum() == 1


def test_a_place_at_the_very_site_is_covered():
    assert covering(STREET[:1], STREET[:1], reach_m=50.0).toarray().tolist() == [[1.0]]


@pytest.mark.parametrize(("sites", "places"), [(0, 3), (3, 0), (0, 0)])
def test_nothing_covers_nothing(sites, places):
    found = covering(np.empty((sites, 2)), np.empty((places, 2)), reach_m=50.0)
    assert (found.shape, found.nnz) == ((sites, places), 0)


@rules
@given(spots, spots, st.integers(0, 400))
def test_covering_is_the_distance_of_every_pair(sites, places, reach_m):
    distance_m = np.hypot(*(sites[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    found = covering(sites, places, reach_m=float(reach_m))
    assert (found.toarray() == (distance_m <= reach_m + 1e-9)).all()
    assert set(found.data) <= {1.0}


@rules
@given(spots, spots, st.integers(0, 300), st.integers(0, 300))
def test_coverage_never_shrinks_as_reach_grows(sites, places, reach_m, more_m):
    near = covering(sites, places, reach_m=float(reach_m)).toarray()
    far = covering(sites, places, reach_m=float(reach_m + more_m)).toarray()
    assert (far >= near).all()


def test_docstring_examples_run():
    assert doctest.testmod(reach).failed == 0


# --- with a probability --------------------------------------------------------------------------------------

SITE = np.array([[560_000.0, 180_000.0]])


def along(distances_m):
    """Places along a street from the site on."""
    return SITE + np.column_stack([distances_m, np.zeros(len(distances_m))])


def chances(distances_m, *, antenna_m=4.0, **terms):
    """Chance at each distance of one site."""
    return reach_by_distance(SITE, along(np.asarray(distances_m)), Link(**terms), antenna_m=antenna_m).toarray()[0]


def formula(distances_m, *, antenna_m=4.0, **terms):
    return coverage_probability(distance_3d_m(distances_m, height_m=antenna_m), Link(**terms))


LINKS = st.fixed_dictionaries(
    {
        "frequency_ghz": st.sampled_from([2.437, 5.5, 6.1]),
        "eirp_dbm": st.integers(10, 30),
        "threshold_dbm": st.sampled_from([-67.0, -75.0, -82.0]),
        "walls": st.sampled_from([{}, {"traditional": 1.0}]),
        "antenna_m": st.sampled_from([1.5, 4.0, 10.0]),
    }
)


@rules
@given(LINKS, st.lists(st.floats(0, 600), min_size=1, max_size=40))
def test_the_chance_is_the_formulas_within_a_thousandth(terms, distances_m):
    found, exact = chances(distances_m, **terms), formula(distances_m, **terms)
    kept = found > 0
    assert found[kept] == pytest.approx(exact[kept], abs=1e-3)
    assert (np.nan_to_num(exact[~kept]) < LEAST_CHANCE + 1e-3).all()


@rules
@given(LINKS)
def test_the_chance_never_grows_with_distance(terms):
    found = chances(np.arange(0.0, 650, 2.5), **terms)
    assert (np.diff(found) <= 1e-12).all()
    assert ((found >= 0) & (found <= 1)).all()


@rules
@given(LINKS, st.integers(1, 20))
def test_the_chance_grows_with_power_and_as_the_phone_needs_less(terms, more_db):
    """A decibel more radiated or a decibel less needed is the same; nowhere is it worse."""
    places = np.arange(0.0, 650, 2.5)
    before = chances(places, **terms)
    stronger = chances(places, **terms | {"eirp_dbm": terms["eirp_dbm"] + more_db})
    easier = chances(places, **terms | {"threshold_dbm": terms["threshold_dbm"] - more_db})
    assert stronger == pytest.approx(easier)
    assert (stronger >= before - 1e-12).all()
    assert stronger.sum() > before.sum()


def test_height_counts_by_the_straight_line_alone():
    """By distance alone a higher antenna is farther away, and most so right below it: 3, 4, 5."""
    assert chances([3.0], antenna_m=5.5)[0] == pytest.approx(formula([5.0], antenna_m=1.5)[0], abs=1e-3)
    places = np.arange(0.0, 100, 5)
    assert (chances(places, antenna_m=10.0) <= chances(places, antenna_m=4.0) + 1e-12).all()
    assert chances([25.0], antenna_m=30.0)[0] < chances([25.0], antenna_m=4.0)[0] - 0.01


@pytest.mark.parametrize("antenna_m", [4.0, 60.0])
def test_chances_hardly_anyone_finds_are_left_out(antenna_m):
    found = chances(np.arange(0.0, 650, 0.5), antenna_m=antenna_m)
    assert found.min() == 0
    assert LEAST_CHANCE <= found[found > 0].min() < 1.1 * LEAST_CHANCE


def test_where_the_formula_ends_so_do_the_chances():
    """With -100 dBm a phone is heard at 660 m on the map, a little more in a straight line; beyond it no answer."""
    found = chances([600.0, 659.0, 660.0, 661.0], threshold_dbm=-100.0)
    assert (found[:2] > 0.06).all()
    assert found[2:].tolist() == [0, 0]


def test_a_phone_that_no_site_hears_has_no_chance():
    """Not even 5 m are covered, so no distance is."""
    assert chances([0.0, 5.0, 50.0], threshold_dbm=-10.0).tolist() == [0, 0, 0]


@pytest.mark.parametrize("antenna_m", [4.0, 30.0])
@pytest.mark.parametrize("threshold_dbm", [-75.0, -100.0])
def test_the_area_is_what_the_chances_of_all_places_add_up_to(threshold_dbm, antenna_m):
    """Squares of 10 m around the site, each as likely covered as its middle; -100 dBm reach to the formula's end."""
    steps_m = np.arange(-665.0, 670, 10)
    x, y = np.meshgrid(steps_m, steps_m)
    grid = SITE + np.column_stack([x.ravel(), y.ravel()])
    link = Link(threshold_dbm=threshold_dbm)
    by_squares_ha = reach_by_distance(SITE, grid, link, antenna_m=antenna_m).sum() / 100
    assert area_by_distance_ha(link, antenna_m=antenna_m) == pytest.approx(by_squares_ha, rel=0.01)


def test_a_phone_that_no_site_hears_is_in_no_area():
    assert area_by_distance_ha(Link(threshold_dbm=-10.0), antenna_m=4.0) == 0


@pytest.mark.parametrize(("sites", "places"), [(0, 3), (3, 0), (0, 0)])
def test_without_sites_or_places_there_is_no_chance_of_reach(sites, places):
    found = reach_by_distance(np.empty((sites, 2)), np.empty((places, 2)), Link(), antenna_m=4.0)
    assert (found.shape, found.nnz) == ((sites, places), 0)


@rules
@given(spots, spots, st.randoms())
def test_the_order_of_sites_and_places_changes_no_chance(sites, places, random):
    rows, columns = (random.sample(range(len(found)), len(found)) for found in (sites, places))
    before = reach_by_distance(sites, places, Link(), antenna_m=4.0)[rows][:, columns]
    after = reach_by_distance(sites[rows], places[columns], Link(), antenna_m=4.0)
    assert (after.toarray() == before.toarray()).all()
    assert after.has_sorted_indices


# --- over a surface ------------------------------------------------------------------------------------------


def field(chance):
    """All street within 100 m of the site, with one chance."""
    values = np.full((20, 20), chance)
    transform = (10.0, 0.0, SITE[0, 0] - 100, 0.0, -10.0, SITE[0, 1] + 100)
    return SignalField(signal_dbm=values, probability=values, transform=transform, crs="EPSG:27700", placing="street")


def test_a_surface_tells_only_of_its_own_site_and_only_where_it_knows():
    """Two sites at one spot; the second is on a model which shows the street up to 100 m: the third place is 150 m
    away. A chance is never below 0 and the table that was given stays.
    """
    places = along(np.array([20.0, 60.0, 150.0]))
    flat = reach_by_distance(np.repeat(SITE, 2, axis=0), places, Link(), antenna_m=4.0)
    before = flat.toarray()
    found = over_surface(flat, {1: field(0.25)}, places).toarray()
    assert found[0].tolist() == before[0].tolist()
    assert found[1].tolist() == [pytest.approx(0.25), pytest.approx(0.25), before[1, 2]]
    assert (flat.toarray() == before).all()


def test_a_place_that_a_surface_surely_hides_has_no_pair():
    places = along(np.array([20.0, 150.0]))
    flat = reach_by_distance(SITE, places, Link(), antenna_m=4.0)
    found = over_surface(flat, {0: field(0.0)}, places)
    assert (flat.nnz, found.nnz) == (2, 1)


def test_without_a_surface_nothing_changes():
    flat = reach_by_distance(SITE, STREET, dataclasses.replace(Link(), eirp_dbm=20.0), antenna_m=4.0)
    found = over_surface(flat, {}, STREET)
    assert isinstance(found, scipy.sparse.csr_array)
    assert (found.toarray() == flat.toarray()).all()
