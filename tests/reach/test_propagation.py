"""Propagation: published formulas to a hundredth of a dB, no answer where there is none, and losses that only grow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach.propagation import (
    IN_SIGHT,
    OUT_OF_SIGHT,
    PathLoss,
    bullington_loss_db,
    distance_3d_m,
    free_space_loss_db,
    knife_edge_loss_db,
    line_of_sight_loss_db,
    line_of_sight_probability,
    loss_over_surface_db,
    median_loss_db,
    no_line_of_sight_loss_db,
    sigma_db,
)

from ..small_places import NAN

LOSSES = [free_space_loss_db, line_of_sight_loss_db, no_line_of_sight_loss_db]
metres = st.floats(0, 660)
gigahertz = st.floats(0.8, 82)
decibels = st.floats(40, 160)
nus = st.floats(-5, 30)


@pytest.mark.parametrize(
    ("distance_m", "frequency_ghz", "loss_db"),
    [
        (5.0, 2.437, 52.1808),
        (100.0, 2.437, 79.7627),
        (500.0, 2.437, 94.5808),
        (50.0, 5.5, 80.8398),
        (500.0, 5.5, 102.0398),
    ],
)
def test_the_formula_in_sight_is_that_of_the_recommendation(distance_m, frequency_ghz, loss_db):
    """Values of crc-covlib 4.6.2 for ITU-R P.1411-12, section 4.1.1, table 4."""
    assert median_loss_db(distance_m, frequency_ghz, IN_SIGHT) == pytest.approx(loss_db, abs=0.01)


@pytest.mark.parametrize(
    ("distance_m", "frequency_ghz", "loss_db"),
    [(13.1244, 2.437, 70.1082), (50.7174, 2.437, 90.8321), (500.0722, 2.437, 125.9159)],
)
def test_the_formula_out_of_sight_is_that_of_the_report(distance_m, frequency_ghz, loss_db):
    """Values of pycraf 2.1.0 for 3GPP TR 38.901, table 7.4.1-1, street canyon, access point at 10 m."""
    assert no_line_of_sight_loss_db(distance_m, frequency_ghz) == pytest.approx(loss_db, abs=0.01)


@pytest.mark.parametrize(("horizontal_m", "loss_db"), [(10.0, 76.7563), (100.0, 107.943)])
def test_a_test_of_ns_3_agrees_out_of_sight(horizontal_m, loss_db):
    """5 GHz, access point at 10 m, phone at 1.5 m; ns-3's own tolerance."""
    found = no_line_of_sight_loss_db(distance_3d_m(horizontal_m, height_m=10.0), 5.0)
    assert found == pytest.approx(loss_db, abs=0.05)


@pytest.mark.parametrize(
    ("distance_m", "frequency_ghz", "loss_db"),
    [(5.5902, 2.437, 55.1336), (100.0, 1.0, 72.4478), (100.0, 10.0, 92.4478), (10.0, 1.0, 52.4478)],
)
def test_free_space_is_friis(distance_m, frequency_ghz, loss_db):
    """20 log10(4 pi d f / c); a decade of either is 20 dB."""
    by_hand = 20 * math.log10(4 * math.pi * distance_m * frequency_ghz * 1e9 / 299_792_458)
    assert loss_db == pytest.approx(by_hand, abs=0.001)
    assert free_space_loss_db(distance_m, frequency_ghz) == pytest.approx(by_hand, abs=1e-9)


def test_no_street_loses_less_than_free_space():
    """At 5 m and 2.437 GHz free space loses 54.16 dB and the formula says 52.18."""
    assert line_of_sight_loss_db(5.0, 2.437) == pytest.approx(54.1643, abs=0.001)
    assert line_of_sight_loss_db(500.0, 2.437) == pytest.approx(94.5808, abs=0.01)  # where the formula is the greater


def test_out_of_sight_is_never_better_than_in_sight():
    """With a formula that would say 0 dB."""
    nothing = PathLoss(exponent=0.0, offset_db=0.0, frequency_exponent=0.0, sigma_db=7.82)
    assert no_line_of_sight_loss_db(50.0, 5.5, nothing) == line_of_sight_loss_db(50.0, 5.5)


@pytest.mark.parametrize("loss_db", LOSSES)
@pytest.mark.parametrize(
    ("distance_m", "frequency_ghz", "known"),
    [
        (660.0, 5.5, True),  # the edge
        (660.001, 5.5, False),
        (50.0, 0.8, True),
        (50.0, 0.799, False),
        (50.0, 82.0, True),
        (50.0, 82.1, False),
        (NAN, 5.5, False),
        (50.0, NAN, False),
    ],
)
def test_outside_its_range_the_model_has_no_answer(loss_db, distance_m, frequency_ghz, known):
    assert np.isfinite(loss_db(distance_m, frequency_ghz)) == known


@pytest.mark.parametrize("loss_db", LOSSES)
def test_nearer_than_five_metres_counts_as_five(loss_db):
    assert loss_db([0.0, 4.9], 5.5).tolist() == [loss_db(5.0, 5.5).item()] * 2


@pytest.mark.parametrize(
    ("distance_m", "chance"),
    [(0.0, 1.0), (18.0, 1.0), (20.0, 0.9574), (50.0, 0.5196), (100.0, 0.2310), (500.0, 0.0360), (660.1, NAN)],
)
def test_the_chance_of_sight_is_that_of_the_report(distance_m, chance):
    """Values of pycraf 2.1.0 for 3GPP TR 38.901, table 7.4.2-1, street canyon."""
    assert line_of_sight_probability(distance_m) == pytest.approx(chance, abs=0.0001, nan_ok=True)


@pytest.mark.parametrize(
    ("nu", "loss_db"),
    [
        (-np.inf, 0.0),
        (-0.8, 0.0),
        (-0.7, 0.5361),
        (0.0, 6.0329),
        (0.1, 6.9),
        (1.0, 13.9257),
        (5.0, 26.8136),
        (NAN, NAN),
    ],
)
def test_one_edge_takes_what_the_recommendation_says(nu, loss_db):
    """ITU-R P.526, equation 31."""
    assert knife_edge_loss_db(nu) == pytest.approx(loss_db, abs=0.0001, nan_ok=True)


def test_bullington_adds_to_the_edge_what_lies_beside_it():
    """An edge that touches the path, 100 m long: 6.0329 + (1 - exp(-6.0329/6)) (10 + 0.002) = 12.3754."""
    assert bullington_loss_db(0.0, 100.0) == pytest.approx(12.3754, abs=0.0001)
    assert bullington_loss_db(-1.0, 100.0) == 0.0


@pytest.mark.parametrize(
    ("nu", "loss_db"),
    [
        (-np.inf, 80.0),  # nothing in the way
        (0.1, 93.14),  # 80 + 6.9 + 6.834 = 93.734 over the edge, 102 round it
        (30.0, 101.996),  # so high that only the way round is left
        (NAN, NAN),  # the surface is not known
    ],
)
def test_the_signal_comes_over_the_edge_and_round_it(nu, loss_db):
    """80 dB in sight, 102 dB out of sight, 50 m."""
    assert loss_over_surface_db(80.0, 102.0, nu, distance_m=50.0) == pytest.approx(loss_db, abs=0.01, nan_ok=True)


def test_each_deviation_goes_with_its_formula():
    assert sigma_db([True, False]).tolist() == [IN_SIGHT.sigma_db, OUT_OF_SIGHT.sigma_db] == [5.06, 7.82]


@pytest.mark.parametrize("loss_db", LOSSES)
@given(near=metres, far=metres, frequency_ghz=gigahertz)
def test_a_loss_never_falls_with_distance(loss_db, near, far, frequency_ghz):
    near, far = sorted([near, far])
    assert loss_db(near, frequency_ghz) <= loss_db(far, frequency_ghz)


@pytest.mark.parametrize("loss_db", LOSSES)
@given(distance_m=metres, low=gigahertz, high=gigahertz)
def test_a_loss_never_falls_with_frequency(loss_db, distance_m, low, high):
    low, high = sorted([low, high])
    assert loss_db(distance_m, low) <= loss_db(distance_m, high)


@given(distance_m=metres, frequency_ghz=gigahertz, low=st.floats(2, 5), high=st.floats(2, 5))
def test_a_greater_exponent_never_loses_less(distance_m, frequency_ghz, low, high):
    low, high = sorted([low, high])
    models = [PathLoss(exponent=n, offset_db=29.2, frequency_exponent=2.11, sigma_db=5.0) for n in (low, high)]
    found = [line_of_sight_loss_db(distance_m, frequency_ghz, model) for model in models]
    assert found[0] <= found[1]


@given(height=st.floats(2, 20), higher=st.floats(2, 20), horizontal_m=st.floats(0, 600))
def test_a_higher_access_point_is_never_nearer(height, higher, horizontal_m):
    height, higher = sorted([height, higher])
    assert distance_3d_m(horizontal_m, height_m=height) <= distance_3d_m(horizontal_m, height_m=higher)


@given(near=metres, far=metres)
def test_sight_is_never_likelier_farther_away(near, far):
    near, far = sorted([near, far])
    found = line_of_sight_probability([near, far])
    assert 0 <= found[1] <= found[0] <= 1


@given(low=nus, high=nus, direct=decibels, more=st.floats(0, 60), distance_m=metres)
def test_a_higher_edge_never_loses_less_and_both_ways_bound_it(low, high, direct, more, distance_m):
    low, high = sorted([low, high])
    found = loss_over_surface_db(direct, direct + more, [low, high], distance_m=distance_m)
    assert direct <= found[0] <= found[1] + 1e-9
    assert found[1] <= direct + more + 1e-9


@pytest.mark.parametrize("loss_db", [*LOSSES, lambda d, f: line_of_sight_probability(d)])
@given(distances=st.lists(st.floats(0, 1_000), max_size=8))
def test_an_array_gives_what_its_numbers_give(loss_db, distances):
    table = loss_db(np.array(distances, dtype="float64"), 5.5)
    np.testing.assert_array_equal(table, [loss_db(distance, 5.5).item() for distance in distances])


def test_distances_and_frequencies_broadcast_and_are_left_alone():
    distances, frequencies = np.array([[2.0], [50.0], [700.0]]), np.array([2.437, 5.5])
    found = no_line_of_sight_loss_db(distances, frequencies)
    assert found.shape == (3, 2)
    assert np.isnan(found[2]).all()
    assert distances.ravel().tolist() == [2.0, 50.0, 700.0]
