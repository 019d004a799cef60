"""Link: the reference reaches to the metre, chances that move the right way, and bounds for several access points."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from connected_place.coverage.reach.link import (
    Link,
    coverage_probability,
    probability_heard,
    probability_in_sight,
    probability_out_of_sight,
    radius_m,
    rssi_dbm,
)
from connected_place.coverage.reach.propagation import IN_SIGHT

from ..small_places import NAN

LOW = Link(frequency_ghz=2.437, eirp_dbm=20.0)
HIGH = Link(frequency_ghz=5.5, eirp_dbm=30.0)
INDOORS = Link(walls={"traditional": 1.0})
WAYS = [probability_in_sight, probability_out_of_sight, coverage_probability]
metres = st.floats(0, 660)
links = st.builds(
    Link,
    frequency_ghz=st.floats(2.4, 6.4),
    eirp_dbm=st.floats(10, 30),
    threshold_dbm=st.floats(-85, -60),
    walls=st.sampled_from([{}, {"traditional": 1.0}, {"traditional": 0.5, "thermally_efficient": 0.5}]),
)
CHANCE = 1e-4
"""Where a signal is 20 dB too weak, the wider spread out of sight makes a metre more of it a little likelier."""


@pytest.mark.parametrize(
    ("link", "probability", "often_m", "half_m"),
    [
        (LOW, probability_in_sight, 130, 272),
        (LOW, coverage_probability, 35, 68),
        (LOW, probability_out_of_sight, 23, 45),
        (HIGH, probability_in_sight, 177, 359),
        (HIGH, coverage_probability, 39, 74),
        (HIGH, probability_out_of_sight, 27, 52),
        (INDOORS, coverage_probability, 10, 35),
    ],
)
def test_the_reach_is_that_of_the_reference(link, probability, often_m, half_m):
    """Whole metres at -75 dBm with nine chances in ten and with one in two."""
    assert radius_m(link, share=0.9, probability=probability) == often_m
    assert radius_m(link, share=0.5, probability=probability) == half_m


def test_a_radius_is_the_last_metre_that_is_covered_so_well():
    assert coverage_probability(74.0, HIGH) >= 0.5 > coverage_probability(75.0, HIGH)


def test_a_radius_that_is_not_there_is_not_known_and_one_past_the_model_is_its_end():
    assert np.isnan(radius_m(Link(eirp_dbm=-30.0), share=0.5))
    assert radius_m(Link(eirp_dbm=60.0), share=0.5, probability=probability_in_sight) == 660.0


def test_the_median_signal_is_power_plus_phone_less_loss():
    """30 dBm, -6 dB, 99 dB: exactly the threshold, so one chance in two."""
    assert rssi_dbm(99.0, HIGH) == -75.0
    assert probability_heard(99.0, 5.06, HIGH) == 0.5


def test_mixed_streets_weigh_both_chances_by_that_of_sight():
    """At 50 m, 5.5 GHz: in sight 81.2344 dB, else 98.1434, sight 0.5196."""
    by_hand = 0.51962 * ndtr((24 - 81.2344 + 75) / 5.06) + 0.48038 * ndtr((24 - 98.1434 + 75) / 7.82)
    assert coverage_probability(50.0, HIGH) == pytest.approx(by_hand, abs=1e-4)


@pytest.mark.parametrize("probability", WAYS)
def test_past_660_m_there_is_no_answer(probability):
    assert np.isnan(probability([660.1, 700.0, NAN], HIGH)).all()
    assert np.isfinite(probability(660.0, HIGH))


def test_a_cell_whose_loss_is_not_known_has_no_chance_indoors_or_out():
    assert np.isnan(probability_heard([NAN], [5.06], HIGH)).all()
    assert np.isnan(probability_heard([NAN], [5.06], INDOORS)).all()


def test_a_mix_of_buildings_lies_between_them_by_its_shares():
    old, new = (Link(walls={name: 1.0}) for name in ("traditional", "thermally_efficient"))
    mixed = Link(walls={"traditional": 0.75, "thermally_efficient": 0.25})
    by_hand = 0.75 * coverage_probability(20.0, old) + 0.25 * coverage_probability(20.0, new)
    assert coverage_probability(20.0, mixed) == pytest.approx(by_hand, abs=1e-12)
    assert coverage_probability(20.0, new) < coverage_probability(20.0, old) < coverage_probability(20.0, HIGH)


@pytest.mark.parametrize("probability", WAYS)
@given(near=metres, far=metres, link=links)
def test_a_chance_never_rises_with_distance(probability, near, far, link):
    near, far = sorted([near, far])
    found = probability([near, far], link)
    assert 0 <= found[1] <= found[0] + CHANCE
    assert found[0] <= 1


@pytest.mark.parametrize("probability", WAYS)
@pytest.mark.parametrize(
    ("name", "sign"), [("threshold_dbm", -1), ("eirp_dbm", 1), ("client_gain_db", 1), ("frequency_ghz", -1)]
)
@given(distance_m=metres, link=links, more=st.floats(0, 20))
def test_power_helps_and_a_threshold_or_a_higher_band_does_not(probability, name, sign, distance_m, link, more):
    """Outdoors: a wall's loss may fall a little with frequency."""
    outdoors = dataclasses.replace(link, walls={})
    changed = dataclasses.replace(outdoors, **{name: getattr(outdoors, name) + more})
    before, after = probability(distance_m, outdoors), probability(distance_m, changed)
    assert sign * (after - before) >= -1e-12


@given(distance_m=metres, link=links)
def test_a_wall_never_helps_a_typical_phone(distance_m, link):
    """The best hundredth of places indoors gains less than 3 dB, all others lose."""
    outdoors = dataclasses.replace(link, walls={})
    assert coverage_probability(distance_m, link) <= coverage_probability(distance_m, outdoors) + 0.01


@given(distance_m=metres, exponent=st.floats(2.12, 4.0))
def test_a_greater_exponent_never_helps(distance_m, exponent):
    worse = dataclasses.replace(HIGH, in_sight=dataclasses.replace(IN_SIGHT, exponent=exponent))
    assert probability_in_sight(distance_m, worse) <= probability_in_sight(distance_m, HIGH) + 1e-12


@pytest.mark.parametrize("probability", WAYS)
@given(distances=st.lists(st.floats(0, 1_000), max_size=6), link=links)
def test_an_array_gives_what_its_numbers_give(probability, distances, link):
    table = probability(np.array(distances, dtype="float64"), link)
    np.testing.assert_allclose(table, [probability(d, link).item() for d in distances], rtol=0, atol=1e-12)
