"""Signal and chance around an access point if only the distance is known."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach import field as module
from connected_place.coverage.reach.by_distance import LEAST_CHANCE
from connected_place.coverage.reach.field import distance_field, median_signal_dbm
from connected_place.coverage.reach.link import Link, coverage_probability, radius_m, rssi_dbm
from connected_place.coverage.reach.propagation import line_of_sight_loss_db, no_line_of_sight_loss_db

SITE = np.array([560_001.0, 180_003.0])


def test_docstring_examples_run():
    assert doctest.testmod(module).failed == 0


def test_each_cell_has_the_chance_in_its_middle():
    field = distance_field(SITE, Link(), antenna_m=4.0)
    west, north = field.transform[2], field.transform[5]
    for row, column in ((53, 60), (50, 53), (10, 53)):
        x, y = west + 5 * column + 2.5, north - 5 * row - 2.5
        straight_m = np.sqrt((x - SITE[0]) ** 2 + (y - SITE[1]) ** 2 + 2.5**2)
        assert field.probability[row, column] == pytest.approx(float(coverage_probability(straight_m, Link())))


def test_cells_reach_as_far_as_the_least_chance_and_no_farther():
    field = distance_field(SITE, Link(), antenna_m=4.0)
    farthest_m = radius_m(Link(), share=LEAST_CHANCE)
    known = ~np.isnan(field.probability)
    assert known.sum() * 25 == pytest.approx(np.pi * farthest_m**2, rel=0.01)
    assert (np.isnan(field.signal_dbm) == ~known).all()
    assert known.any(axis=0).sum() * 5 == pytest.approx(2 * farthest_m, abs=10)
    assert np.nanmin(field.probability) == pytest.approx(LEAST_CHANCE, abs=0.005)


def test_the_fields_of_two_sites_share_their_cells():
    one, other = (distance_field(SITE + by, Link(), antenna_m=4.0) for by in (0.0, 7.3))
    assert {field.transform[at] % 5 for field in (one, other) for at in (2, 5)} == {0.0}


@given(st.floats(1, 660), st.floats(-90, -50))
def test_a_median_at_the_threshold_is_a_chance_of_one_in_two(distance_m, threshold_dbm):
    link = Link(threshold_dbm=threshold_dbm)
    median, chance = median_signal_dbm(distance_m, link), coverage_probability(distance_m, link)
    if abs(median - threshold_dbm) > 1e-3:
        assert (median > threshold_dbm) == (chance > 0.5)


@given(st.floats(1, 660))
def test_the_median_lies_between_those_in_and_out_of_sight(distance_m):
    in_sight = rssi_dbm(line_of_sight_loss_db(distance_m, 5.5), Link())
    around = rssi_dbm(no_line_of_sight_loss_db(distance_m, 5.5), Link())
    assert around - 1e-3 <= median_signal_dbm(distance_m, Link()) <= in_sight + 1e-3
