"""The model: weights that no count has part in, cautious ways, and a choice that looks at its own counters alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.footfall.model import (
    BY_SURROUNDINGS,
    LENGTH_M,
    NAMES,
    NEAREST,
    PLAIN_MEAN,
    WAYS,
    Evidence,
    choices,
    choose,
    estimate,
    evidence,
    folds,
    left_out,
    names_known,
    ways,
)

rules = settings(deadline=None, derandomize=True, max_examples=25)
EVERY = range(len(NAMES))


def town(count=10, *, slope=0.0, noise=1.0, seed=1):
    """Counters scattered over 2 km; counts follow the first of the surroundings with a slope."""
    draws = np.random.default_rng(seed)
    around = draws.normal(size=(count, 2))
    log_people = 6 + slope * around[:, 0] + noise * draws.normal(size=count)
    return Evidence(places=draws.uniform(0, 2_000, size=(count, 2)), features=around, log_people=log_people)


def one_by_one(known):
    return folds(known, np.eye(len(known.places), dtype=bool))


def nested(known):
    """Estimates of the logarithms for each counter from all others, the way chosen without it."""
    weights = one_by_one(known)
    sets = known.log_people[None]
    return left_out(weights, sets, choices(weights, sets))[0][0]


# --- nothing leaks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.0, 2.0])
@pytest.mark.parametrize("wild", [-50.0, 50.0])
def test_the_count_of_a_counter_left_out_never_moves_its_estimate(slope, wild):
    known = town(slope=slope, noise=0.3)
    estimates = nested(known)
    for row in range(len(known.places)):
        log_people = known.log_people.copy()
        log_people[row] = wild
        moved = nested(Evidence(places=known.places, features=known.features, log_people=log_people))
        assert moved[row] == estimates[row]
        assert not np.allclose(moved, estimates)  # it moves those of the others


@pytest.mark.parametrize("wild", [-50.0, 50.0])
@pytest.mark.parametrize(("beyond", "limit"), [(60.0, 8.0), (-60.0, 0.0)])
def test_the_limit_of_an_estimate_is_that_of_the_other_counters(beyond, limit, wild):
    """Counts rise with the surroundings; the last counter is far beyond them, so that its estimate is cut."""
    steps = np.append(np.arange(9.0), beyond)
    known = Evidence(places=np.zeros((10, 2)), features=steps[:, None], log_people=np.append(np.arange(9.0), wild))
    estimates, _ = left_out(one_by_one(known), known.log_people[None], np.full((1, 10), BY_SURROUNDINGS))
    assert estimates[0, -1] == limit


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_a_fold_chooses_as_if_its_counters_were_all_there_are(slope):
    for seed in range(4):
        known = town(9, slope=slope, seed=seed)
        chosen = choices(one_by_one(known), known.log_people[None])[0]
        alone = [choose(known.at(np.delete(np.arange(9), row))) for row in range(9)]
        assert chosen.tolist() == alone


def test_weights_are_made_without_any_count():
    known = town()
    blind = Evidence(places=known.places, features=known.features, log_people=known.log_people * np.nan)
    assert np.array_equal(one_by_one(known).outer, one_by_one(blind).outer)
    assert np.array_equal(one_by_one(known).inner, one_by_one(blind).inner)


def test_a_counter_left_out_has_no_weight_anywhere_in_its_fold():
    known = town(6)
    weights = folds(known, np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1]], dtype=bool))
    assert (weights.outer[:, 0][:, :, :2] == 0).all()
    assert (weights.inner[:, 0][:, :, :2] == 0).all()
    assert (np.diagonal(weights.inner, axis1=2, axis2=3) == 0).all()  # nor a counter in its own inner estimate


# --- the ways ------------------------------------------------------------------------------------------------


@rules
@given(seed=st.integers(0, 1000), count=st.integers(3, 12))
def test_weights_of_every_way_sum_to_one_so_that_a_constant_comes_back(seed, count):
    known, points = town(count, seed=seed), town(5, seed=seed + 1)
    for way in ways(known):
        assert np.allclose(way(known, points).sum(axis=1), 1)


def test_ridge_is_that_of_scikit_learn():
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    known, points = town(12, slope=1.0), town(5, seed=9)
    scaler = StandardScaler().fit(known.features)
    model = Ridge(alpha=known.features.shape[1]).fit(scaler.transform(known.features), known.log_people)
    ours = list(WAYS.values())[BY_SURROUNDINGS](known, points) @ known.log_people
    assert np.allclose(ours, model.predict(scaler.transform(points.features)))


def test_kriging_is_a_gaussian_process_around_the_plain_mean():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF

    known, points = town(12), town(5, seed=9)
    model = GaussianProcessRegressor(RBF(LENGTH_M, "fixed"), alpha=1.0)
    mean = known.log_people.mean()
    model.fit(known.places, known.log_people - mean)
    ours = WAYS["kriging over the ground"](known, points) @ known.log_people
    assert np.allclose(ours, mean + model.predict(points.places))


@pytest.mark.parametrize(
    ("east_m", "weights"),
    [(10.0, [1, 0, 0]), (90.0, [0, 1, 0]), (50.0, [0.5, 0.5, 0])],  # halfway both count
)
def test_the_nearest_counter_is_taken_and_equals_share(east_m, weights):
    known = Evidence(places=np.array([[0.0, 0], [100, 0], [0, 900]]), features=np.empty((3, 0)), log_people=np.zeros(3))
    points = Evidence(places=np.array([[east_m, 0.0]]), features=np.empty((1, 0)), log_people=np.empty(0))
    assert WAYS["the nearest counter"](known, points)[0].tolist() == weights


def test_surroundings_that_are_alike_at_all_counters_explain_nothing():
    known = town(6)
    flat = Evidence(places=known.places, features=np.ones((6, 2)), log_people=known.log_people)
    far = Evidence(places=known.places, features=np.full((6, 2), 99.0), log_people=np.empty(0))
    assert np.allclose(estimate(flat, far, way=BY_SURROUNDINGS), np.exp(known.log_people.mean()))


@pytest.mark.parametrize("way", EVERY)
def test_an_estimate_never_goes_beyond_what_was_counted(way):
    known = town(8, slope=3.0, noise=0.1)
    wild = Evidence(places=known.places * 9, features=known.features * 99, log_people=np.empty(0))
    people = estimate(known, wild, way=way)
    assert (people >= np.exp(known.log_people.min()) - 1e-9).all()
    assert (people <= np.exp(known.log_people.max()) + 1e-9).all()


def test_surroundings_that_are_not_known_leave_no_estimate():
    known = town(8)
    points = Evidence(places=known.places[:2], features=np.array([[0.0, np.nan], [0, 0]]), log_people=np.empty(0))
    assert np.isnan(estimate(known, points, way=BY_SURROUNDINGS)).tolist() == [True, False]


@pytest.mark.parametrize("way", EVERY)
def test_the_order_of_counters_and_points_changes_nothing(way):
    known, points = town(9, slope=1.0), town(6, seed=5)
    order, turn = np.random.default_rng(2).permutation(9), np.array([3, 1, 0])
    assert np.allclose(estimate(known.at(order), points, way=way), estimate(known, points, way=way))
    some = Evidence(places=points.places[turn], features=points.features[turn], log_people=np.empty(0))
    assert np.allclose(estimate(known, some, way=way), estimate(known, points, way=way)[turn])


def test_only_surroundings_known_at_every_counter_are_used_and_as_logarithms():
    around = pd.DataFrame({"centre_m": [0.0, 9.0], "roads_200m": [1.0, np.nan], "library_400m": [1.0, 2.0]})
    assert names_known(around) == ["centre_m"]
    known = evidence(np.zeros((2, 2)), around, np.array([0.0, 100.0]))
    assert known.features.tolist() == [[0.0], [np.log(10)]]
    assert known.log_people.tolist() == [0.0, np.log(100)]  # nobody at all counts as one person an hour


# --- the choice ----------------------------------------------------------------------------------------------


def test_counts_without_a_pattern_are_given_the_plain_mean():
    chosen = [choose(town(12, seed=seed)) for seed in range(30)]
    assert chosen.count(PLAIN_MEAN) >= 20


def test_counts_that_follow_the_surroundings_are_given_the_ridge():
    assert choose(town(15, slope=2.0, noise=0.2)) == BY_SURROUNDINGS


def test_counters_in_pairs_that_are_alike_are_given_the_nearest():
    """Five pairs 20 m apart, kilometres from each other; each pair has its own level."""
    pairs = np.repeat(np.arange(5.0), 2)
    known = Evidence(
        places=np.column_stack([pairs * 5_000, np.tile([0.0, 20.0], 5)]),
        features=np.empty((10, 0)),
        log_people=np.array([5.0, 8, 4, 7, 6])[pairs.astype(int)],
    )
    assert choose(known) == NEAREST


def test_a_gain_within_one_standard_error_is_not_enough_to_leave_the_mean():
    """The ridge is better on average, by a fifth of what chance could make."""
    known = town(12, slope=0.3, seed=3)
    weights = folds(known, np.zeros((1, 12), dtype=bool))
    truth = known.log_people
    errors = np.abs(np.einsum("cij,j->ci", weights.inner[:, 0], truth) - truth)
    best = errors.mean(axis=1).argmin()
    gains = errors[PLAIN_MEAN] - errors[best]
    assert best != PLAIN_MEAN
    assert 0 < gains.mean() < gains.std() / np.sqrt(11)
    assert choose(known) == PLAIN_MEAN


def test_without_surroundings_there_is_no_ridge():
    known = town(6)
    bare = Evidence(places=known.places, features=known.features[:, :0], log_people=known.log_people)
    assert (len(ways(bare)), len(ways(known))) == (BY_SURROUNDINGS, len(NAMES))
