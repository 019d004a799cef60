"""Expected reach: a covering problem of steps is the expected cover itself, and the truth lies between two bounds."""

import doctest

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.reach import chances as expected_reach
from connected_place.coverage.reach.chances import STEP, ChanceSteps, any_server, best_server

rules = settings(deadline=None, derandomize=True, max_examples=40)
STREET = scipy.sparse.csr_array(np.array([[0.9, 0.6, 0.0], [0.0, 0.8, 0.3]]))
"""Site 0 reaches the first point well and the second fairly; site 1 the second well and the third badly."""

EACH = {(False, False): [0, 0, 0], (True, False): [0.9, 0.6, 0], (False, True): [0, 0.8, 0.3]}


@st.composite
def worlds(draw, *, most_sites=4, most_points=5):
    """Chances, demand and what is there already, in hundredths and finer; zeros are common."""
    sites, points = draw(st.integers(1, most_sites)), draw(st.integers(1, most_points))
    share = st.one_of(st.just(0.0), st.just(1.0), st.integers(0, 100).map(lambda part: part / 100), st.floats(0, 1))
    rows = st.lists(share, min_size=points, max_size=points)
    chances = np.array(draw(st.lists(rows, min_size=sites, max_size=sites)))
    demand = np.array(draw(st.lists(st.sampled_from([0.0, 0.5, 1, 7, 40]), min_size=points, max_size=points)))
    return chances, demand, np.array(draw(rows))


def every_choice(sites):
    """All 2^n choices of n sites, one a row."""
    return (np.arange(2**sites)[:, None] >> np.arange(sites)) % 2 == 1


def covered(problem, chosen):
    """Demand of the steps that any chosen site covers."""
    return float(problem.demand[(problem.covers[np.flatnonzero(chosen)].sum(axis=0) > 0)].sum())


def by_hand(chances, demand, already, chosen):
    """Demand times what the best chosen site adds to what is there, in whole hundredths."""
    best = chances[chosen].max(axis=0, initial=0.0)
    return float(demand @ np.maximum(0.0, np.rint((best - already) / STEP) * STEP))


def test_docstring_examples_run():
    assert doctest.testmod(expected_reach).failed == 0


# --- steps ---------------------------------------------------------------------------------------------------


def test_a_point_is_cut_where_a_site_reaches_it_better_than_the_next():
    """0.8 and 0.6 at the second point: both lift it to 0.6, one alone to 0.8. No other site reaches the other two."""
    found = ChanceSteps.of(STREET, np.array([10.0, 10, 10]), np.zeros(3))
    assert found.point.tolist() == [0, 1, 1, 2]
    assert found.demand == pytest.approx([9, 2, 6, 3])
    assert found.covers.toarray().tolist() == [[1, 0, 1, 0], [0, 1, 1, 1]]


def test_a_point_beside_free_wifi_adds_nothing_and_a_badly_served_one_only_the_rest():
    """Free Wi-Fi reaches the first point surely and the second with 0.7: only 0.1 of 0.6 and 0.8 is left."""
    found = ChanceSteps.of(STREET, np.array([10.0, 10, 10]), np.array([1.0, 0.7, 0.0]))
    assert found.point.tolist() == [1, 2]
    assert found.demand == pytest.approx([1, 3])
    assert found.covers.toarray().tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("demand", "already"),
    [([0.0, 0, 0], [0.0, 0, 0]), ([10.0, 10, 10], [1.0, 1, 1]), ([10.0, 10, 10], [0.9, 0.8, 0.299])],
)
def test_where_nothing_is_to_be_gained_there_is_no_step(demand, already):
    """No demand; all served already; served to within half a hundredth."""
    found = ChanceSteps.of(STREET, np.array(demand), np.array(already))
    assert (found.covers.shape, len(found.demand), len(found.point)) == ((2, 0), 0, 0)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0)])
def test_without_sites_or_points_there_is_no_step(shape):
    found = ChanceSteps.of(scipy.sparse.csr_array(shape), np.ones(shape[1]), np.zeros(shape[1]))
    assert found.covers.shape == (shape[0], 0)


@rules
@given(worlds())
def test_steps_are_what_the_best_server_adds_whatever_is_chosen(world):
    chances, demand, already = world
    problem = ChanceSteps.of(scipy.sparse.csr_array(chances), demand, already)
    for chosen in every_choice(len(chances)):
        assert covered(problem, chosen) == pytest.approx(by_hand(chances, demand, already, chosen))


@rules
@given(worlds())
def test_steps_are_the_best_server_within_half_a_hundredth(world):
    """Unrounded: no point is off by more than half a step of its demand."""
    chances, demand, already = world
    sparse = scipy.sparse.csr_array(chances)
    problem = ChanceSteps.of(sparse, demand, already)
    for chosen in every_choice(len(chances)):
        exact = demand @ np.maximum(0.0, best_server(sparse, chosen) - already)
        assert covered(problem, chosen) == pytest.approx(exact, abs=STEP / 2 * demand.sum() + 1e-9)


@rules
@given(worlds(), st.randoms())
def test_the_order_of_sites_and_points_changes_no_cover(world, random):
    chances, demand, already = world
    sites, points = (random.sample(range(size), size) for size in chances.shape)
    before = ChanceSteps.of(scipy.sparse.csr_array(chances), demand, already)
    after = ChanceSteps.of(scipy.sparse.csr_array(chances[sites][:, points]), demand[points], already[points])
    for chosen in every_choice(len(chances)):
        assert covered(after, chosen[sites]) == pytest.approx(covered(before, chosen))
    assert sorted(zip(np.array(points, dtype=int)[after.point], after.demand, strict=True)) == sorted(
        zip(before.point, before.demand, strict=True)
    )


@rules
@given(worlds())
def test_no_step_is_empty_and_each_has_demand(world):
    problem = ChanceSteps.of(scipy.sparse.csr_array(world[0]), *world[1:])
    assert (problem.demand > 0).all()
    assert (problem.covers.sum(axis=0) > 0).all()
    assert set(problem.covers.data) <= {1.0}
    assert problem.covers.has_sorted_indices


@rules
@given(worlds())
def test_a_fixed_reach_gives_a_step_a_point(world):
    """Chances of 0 and 1 alone, nothing there already: the points themselves, with their demand and who covers them."""
    chances, demand, _ = world
    covers = (chances > 0.5).astype(float)
    problem = ChanceSteps.of(scipy.sparse.csr_array(covers), demand, np.zeros(len(demand)))
    kept = np.flatnonzero(covers.any(axis=0) & (demand > 0))
    assert problem.point.tolist() == kept.tolist()
    assert problem.demand == pytest.approx(demand[kept])
    assert (problem.covers.toarray() == covers[:, kept]).all()


def test_nothing_given_is_changed():
    chances, demand, already = STREET.copy(), np.array([10.0, 10, 10]), np.array([0.1, 0.7, 0.0])
    ChanceSteps.of(chances, demand, already)
    assert (chances.toarray() == STREET.toarray()).all()
    assert (demand.tolist(), already.tolist()) == ([10, 10, 10], [0.1, 0.7, 0])


# --- two bounds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("chosen", "found"), EACH.items())
def test_one_site_alone_is_both_bounds(chosen, found):
    assert best_server(STREET, np.array(chosen)).tolist() == found
    assert any_server(STREET, np.array(chosen)) == pytest.approx(found)


def test_two_sites_lie_between_the_better_one_and_their_independence():
    both = np.array([True, True])
    assert best_server(STREET, both).tolist() == [0.9, 0.8, 0.3]
    assert any_server(STREET, both) == pytest.approx([0.9, 1 - 0.4 * 0.2, 0.3])


def test_a_sure_site_leaves_nothing_to_chance():
    sure = scipy.sparse.csr_array(np.array([[1.0, 0.0], [0.5, 0.0]]))
    assert any_server(sure, np.array([True, True])).tolist() == [1, 0]


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0)])
@pytest.mark.parametrize("bound", [best_server, any_server])
def test_without_sites_or_points_no_one_is_reached(bound, shape):
    assert bound(scipy.sparse.csr_array(shape), np.ones(shape[0], dtype=bool)).tolist() == [0.0] * shape[1]


@rules
@given(worlds())
def test_the_lower_bound_is_never_above_the_upper_and_both_are_shares(world):
    chances = scipy.sparse.csr_array(world[0])
    for chosen in every_choice(chances.shape[0]):
        low, high = best_server(chances, chosen), any_server(chances, chosen)
        assert (low <= high + 1e-12).all()
        assert (low >= 0).all() and (high <= 1).all()


@rules
@given(worlds())
def test_one_more_site_never_reaches_less(world):
    chances = scipy.sparse.csr_array(world[0])
    fewer = np.arange(chances.shape[0]) > 0
    for bound in (best_server, any_server):
        assert (bound(chances, np.ones_like(fewer)) >= bound(chances, fewer) - 1e-12).all()


@rules
@given(worlds(), st.randoms())
def test_the_order_of_sites_and_points_changes_no_bound(world, random):
    chances = world[0]
    sites, points = (random.sample(range(size), size) for size in chances.shape)
    chosen = np.arange(len(chances)) % 2 == 0
    for bound in (best_server, any_server):
        before = bound(scipy.sparse.csr_array(chances), chosen)[points]
        assert bound(scipy.sparse.csr_array(chances[sites][:, points]), chosen[sites]) == pytest.approx(before)
