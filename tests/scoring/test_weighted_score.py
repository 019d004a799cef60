"""The score and the rank: what may move them and what must not."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.scoring.weighted_score import contributions, known_share, rank, score, weights_of
from connected_place.gis_data.errors import PlanFileError

from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=50)
shares = st.one_of(st.floats(0, 1), st.just(NAN), st.sampled_from([0.0, 0.5, 1.0]))


@st.composite
def tables(draw, *, whole=False):
    """Values of one to twelve areas on three criteria, some not known."""
    count = draw(st.integers(1, 12))
    cell = st.floats(0, 1) if whole else shares
    rows = draw(st.lists(st.tuples(cell, cell, cell), min_size=count, max_size=count))
    return pd.DataFrame(rows, columns=list("abc"), index=[f"E{number:02}" for number in range(count)], dtype="float64")


@st.composite
def swings(draw):
    """Weights of which at least one counts."""
    numbers = draw(st.tuples(*[st.floats(0, 10)] * 3).filter(lambda found: sum(found) > 1e-3))
    return weights_of(pd.Index(list("abc")), dict(zip("abc", numbers, strict=True)))


# --- weights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "weights"),
    [
        ({"a": 3.0, "b": 1.0}, [0.75, 0.25]),
        ({"a": 3.0}, [1.0, 0.0]),  # not stated: no weight
        ({"a": 3.0, "b": 1.0, "z": 96.0}, [0.75, 0.25]),  # of a criterion that nothing is known of
        ({"a": 300.0, "b": 100.0}, [0.75, 0.25]),
    ],
)
def test_weights_of_the_known_criteria_sum_to_one(stated, weights):
    assert weights_of(pd.Index(["a", "b"]), stated).tolist() == weights


@pytest.mark.parametrize("stated", [{}, {"a": 0.0, "b": 0.0}, {"z": 5.0}])
def test_no_weight_at_all_is_refused(stated):
    with pytest.raises(
        PlanFileError, match=r'plan.toml, column "score.weights".*weight to at least one of: a, b.*\[NO_WEIGHT\]'
    ):
        weights_of(pd.Index(["a", "b"]), stated)


# --- scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ([1.0, 0.0], 75.0),
        ([0.0, 0.0], 0.0),
        ([1.0, 1.0], 100.0),
        ([NAN, 0.4], 40.0),  # scored on the rest
        ([0.5, NAN], 50.0),
        ([NAN, NAN], -1),
    ],
)
def test_a_score_is_the_weighted_mean_of_what_is_known(row, found):
    values = pd.DataFrame([row], columns=["a", "b"])
    assert score(values, pd.Series({"a": 0.75, "b": 0.25})).fillna(-1).item() == pytest.approx(found)


def test_an_area_known_only_by_what_has_no_weight_has_no_score():
    values = pd.DataFrame([[NAN, 1.0], [0.5, 1.0]], columns=["a", "b"])
    assert score(values, pd.Series({"a": 1.0, "b": 0.0})).fillna(-1).tolist() == [-1, 50]


@rules
@given(tables(), swings())
def test_a_score_lies_between_0_and_100(values, weights):
    found = score(values, weights).dropna()
    assert found.between(0, 100 + 1e-9).all()


# --- what a score stands on ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "share"),
    [
        ([0.5, 0.5], 1.0),
        ([0.0, 0.0], 1.0),  # no need is known, too
        ([0.5, NAN], 0.75),
        ([NAN, 0.5], 0.25),
        ([NAN, NAN], 0.0),
    ],
)
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_a_score_stands_on_the_weights_of_what_is_known(row, share, scale):
    values = pd.DataFrame([row], columns=["a", "b"])
    assert known_share(values, scale * pd.Series({"a": 0.75, "b": 0.25})).item() == pytest.approx(share)


@rules
@given(tables(), swings())
def test_the_known_share_lies_between_0_and_1_and_is_0_where_there_is_no_score(values, weights):
    share = known_share(values, weights)
    assert share.between(0, 1).all()
    assert (share > 0).equals(score(values, weights).notna())
    assert share[values.notna().all(axis=1)].tolist() == pytest.approx([1.0] * int(values.notna().all(axis=1).sum()))


@rules
@given(tables(), swings())
def test_a_criterion_without_weight_adds_nothing_to_the_known_share(values, weights):
    more = known_share(values.assign(z=0.5), pd.concat([weights, pd.Series({"z": 0.0})]))
    np.testing.assert_allclose(more, known_share(values, weights), rtol=1e-13)


# --- ranks ---------------------------------------------------------------------------------------------------


def test_ties_are_broken_by_code_whatever_the_order_of_rows():
    for order in itertools.permutations(["A1", "A2", "A3"]):
        found = rank(pd.Series(dict.fromkeys(order, 50.0)))
        assert found.sort_index().tolist() == [1, 2, 3]


def test_scores_that_differ_by_rounding_alone_are_a_tie():
    assert rank(pd.Series({"A2": 0.1 + 0.2, "A1": 0.3})).to_dict() == {"A2": 2, "A1": 1}


@pytest.mark.parametrize(("more", "ranks"), [(4e-10, [1, 2]), (6e-10, [2, 1])])
def test_scores_that_agree_to_a_billionth_are_a_tie_and_no_others(more, ranks):
    """A1 goes first by its code, A2 by its score."""
    assert rank(pd.Series({"A1": 50.0, "A2": 50.0 + more})).tolist() == ranks


def test_an_area_without_a_score_has_no_rank_and_takes_none():
    found = rank(pd.Series({"A1": 10.0, "A2": NAN, "A3": 20.0}))
    assert found.fillna(-1).to_dict() == {"A1": 2, "A2": -1, "A3": 1}


@rules
@given(tables(), swings())
def test_ranks_count_from_one_without_holes(values, weights):
    found = rank(score(values, weights)).dropna()
    assert sorted(found) == list(range(1, len(found) + 1))


@rules
@given(tables(), swings(), st.randoms())
def test_the_order_of_rows_changes_no_score_and_no_rank(values, weights, random):
    order = list(values.index)
    random.shuffle(order)
    before, after = score(values, weights), score(values.loc[order], weights)
    np.testing.assert_allclose(after[values.index], before, rtol=1e-13)
    assert rank(after)[values.index].equals(rank(before))


@rules
@given(tables(), swings())
def test_an_area_that_is_worse_than_all_reorders_nothing(values, weights):
    before = rank(score(values, weights))
    more = pd.concat([values, pd.DataFrame([[0.0] * 3], columns=list("abc"), index=["Z99"])])
    after = rank(score(more, weights))
    assert after[values.index].equals(before)
    assert after["Z99"] == before.max() + 1 if before.notna().any() else after["Z99"] == 1


@rules
@given(tables(whole=True), swings(), st.data())
def test_more_need_never_worsens_a_rank(values, weights, data):
    code = data.draw(st.sampled_from(list(values.index)))
    key = data.draw(st.sampled_from(list("abc")))
    raised = values.copy()
    raised.loc[code, key] = min(1.0, raised.loc[code, key] + 0.2)
    assert rank(score(raised, weights))[code] <= rank(score(values, weights))[code]


@rules
@given(tables(), swings())
def test_a_criterion_without_weight_changes_no_score_and_no_rank(values, weights):
    more = values.assign(z=np.linspace(0, 1, len(values)))
    after = score(more, pd.concat([weights, pd.Series({"z": 0.0})]))
    np.testing.assert_allclose(after, score(values, weights), rtol=1e-13)
    assert rank(after).equals(rank(score(values, weights)))


@pytest.mark.parametrize("constant", [0.0, 0.3, 1.0])
def test_a_criterion_that_is_the_same_everywhere_changes_no_rank_where_all_is_known(constant):
    """It changes the scores. With values not known it may change ranks: it fills a gap that others do not have."""
    values = pd.DataFrame(np.random.default_rng(3).random((40, 3)), columns=list("abc")).rename(index="A{:02}".format)
    weights = pd.Series({"a": 3.0, "b": 2.0, "c": 1.0})
    more = score(values.assign(z=constant), pd.concat([weights, pd.Series({"z": 2.0})]))
    assert rank(more).equals(rank(score(values, weights)))
    assert not np.allclose(more, score(values, weights))


# --- contributions -------------------------------------------------------------------------------------------


@rules
@given(tables(), swings())
def test_contributions_add_up_to_the_score(values, weights):
    found = contributions(values, weights)
    np.testing.assert_allclose(found.sum(axis=1, min_count=1), score(values, weights), atol=1e-9, rtol=0)


def test_what_is_not_known_contributes_nothing_that_is_known():
    """Weights 3 and 1: A2 is scored on the first alone; A3 has no score, so not even its zero weight says anything."""
    values = pd.DataFrame({"a": [0.5, 0.5, NAN], "b": [1.0, NAN, NAN]}, index=["A1", "A2", "A3"])
    found = contributions(values, pd.Series({"a": 3.0, "b": 1.0}))
    assert found.fillna(-1).to_numpy().tolist() == [[37.5, 25], [50, -1], [-1, -1]]


# --- beside an independent library and a published example -----------------------------------------------------


def spotis(levels, weights, bounds, falling):
    """1 less the distance to the ideal point, by pyrepo-mcda: SPOTIS is a weighted sum on fixed scales, upside down."""
    from pyrepo_mcda.mcda_methods import SPOTIS

    return 1 - SPOTIS()(levels, weights, np.where(falling, -1, 1), bounds)


@pytest.mark.parametrize("seed", range(100))
def test_the_score_is_that_of_an_independent_library(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 9))
    bounds = np.sort(random.normal(scale=100, size=(2, count)), axis=0)
    levels = random.uniform(bounds[0], bounds[1], size=(int(random.integers(2, 60)), count))
    weights, falling = random.dirichlet(np.ones(count)), random.random(count) < 0.5
    none, full = np.where(falling, bounds[1], bounds[0]), np.where(falling, bounds[0], bounds[1])
    ours = score(pd.DataFrame((levels - none) / (full - none)), pd.Series(weights))
    np.testing.assert_allclose(ours / 100, spotis(levels, weights, bounds, falling), atol=1e-12, rtol=0)


def test_the_score_is_that_of_a_published_example():
    """Dezert, Tchamova, Han and Tacnet 2020, first example: distances to the ideal point of four alternatives."""
    levels = np.array([[10.5, -3.1, 1.7], [-4.7, 0.0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]])
    none, full = np.array([-5.0, 10.0, -8.0]), np.array([12.0, -6.0, 5.0])
    found = score(pd.DataFrame((levels - none) / (full - none)), pd.Series([0.2, 0.3, 0.5]))
    assert (1 - found / 100).round(4).tolist() == [0.1989, 0.3705, 0.3063, 0.7491]
    assert rank(found).tolist() == [1, 3, 2, 4]
