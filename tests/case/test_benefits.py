"""What each site adds: the chosen to those ranked before them, the others to all the chosen."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.case.benefits import added_by_order, added_quantities

from ..money_worlds import points_of, reach_of, sites_of
from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=60)
worlds = st.tuples(st.integers(1, 6), st.integers(1, 7), st.integers(0, 10_000))


def random_world(sites, points, seed):
    draw = np.random.default_rng(seed)
    chances = draw.random((sites, points)) * (draw.random((sites, points)) < 0.6)
    return chances, draw.random(points) * (draw.random(points) < 0.3), draw.random((points, 2)) * 100


@rules
@given(worlds)
def test_the_chosen_sites_add_up_to_their_combined_reach_in_any_order(world):
    chances, already, amounts = random_world(*world)
    draw = np.random.default_rng(world[2] + 1)
    chosen = np.flatnonzero(draw.random(len(chances)) < 0.6)
    best = np.max(np.vstack([already, chances[chosen]]), axis=0)
    for order in (chosen, chosen[::-1]):
        added = added_by_order(scipy.sparse.csr_array(chances), already, amounts, order=order)
        assert added[chosen].sum(axis=0) == pytest.approx((best - already) @ amounts)


@rules
@given(worlds)
def test_another_site_adds_what_it_lifts_the_chosen_by(world):
    chances, already, amounts = random_world(*world)
    order = np.arange(len(chances) // 2)
    added = added_by_order(scipy.sparse.csr_array(chances), already, amounts, order=order)
    best = np.max(np.vstack([already, chances[order]]), axis=0)
    for site in range(len(order), len(chances)):
        assert added[site] == pytest.approx(np.maximum(chances[site] - best, 0) @ amounts)


def test_a_home_that_free_wifi_reaches_already_is_not_counted_again():
    found = added_quantities(sites_of(1), reach_of([[0.9, 0.5]], already=[0.9, 0.2]), points_of([10.0, 10.0]))
    assert found.loc["S1", "residents"] == pytest.approx(3.0)


def test_points_of_another_group_carry_no_residents_and_what_nobody_knows_is_not_nothing():
    """The second point is of visitors; nobody knows of any premises."""
    points = points_of([10.0, NAN], premises=[NAN, NAN])
    found = added_quantities(sites_of(1), reach_of([[1.0, 1.0]]), points)
    assert found.loc["S1", "residents"] == 10
    assert np.isnan(found.loc["S1", "premises"])
    assert np.isnan(found.loc["S1", "visitors"])
    assert found.loc["S1", "sites"] == 1
