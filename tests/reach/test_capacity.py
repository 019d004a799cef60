"""Capacity: a site needs whole radios."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.reach.capacity import access_points_needed, radios_needed

from ..small_places import NAN


@pytest.mark.parametrize(
    ("people", "active_share", "clients", "radios"),
    [
        (0, 1.0, 25, 0),
        (1, 1.0, 25, 1),
        (25, 1.0, 25, 1),  # the edge
        (26, 1.0, 25, 2),
        (26, 1.0, 30, 1),
        (125, 0.2, 25, 1),
        (2500, 0.07, 25, 7),  # the product is 175.00000000000003: its last digit opens no radio
        (NAN, 1.0, 25, NAN),
    ],
)
def test_a_site_needs_whole_radios_for_its_peak(people, active_share, clients, radios):
    found = radios_needed(people, active_share=active_share, clients_per_radio=clients)
    assert found == pytest.approx(radios, nan_ok=True)


def test_two_radios_make_an_access_point():
    assert access_points_needed([0, 1, 2, 3]).tolist() == [0.0, 1.0, 1.0, 2.0]
    assert np.isnan(access_points_needed([NAN])).all()


@given(st.floats(0, 1e5), st.floats(0, 1), st.integers(1, 60))
def test_the_radios_are_enough_and_one_fewer_is_not(people, active_share, clients):
    radios = radios_needed(people, active_share=active_share, clients_per_radio=clients).item()
    active = people * active_share
    assert radios * clients >= active - 1e-6
    assert (radios - 1) * clients < active or radios == 0
