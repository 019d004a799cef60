"""Reach: who covers whom, the edge included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.reach import covering

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
    """3, 4, 5: a distance that is no whole number in every step of the sum."""
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
