"""The range of a rank: drawn with a seed, within the ranks there are, and moved by nothing but the weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.robustness import rank_range
from connected_place.coverage.score import rank, score, weights_of

from .places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=30)
WEIGHTS = pd.Series({"a": 0.5, "b": 0.3, "c": 0.2})


@st.composite
def tables(draw):
    """Values of one to ten areas on three criteria, some not known."""
    cell = st.one_of(st.floats(0, 1), st.just(NAN))
    rows = draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=10))
    codes = [f"E{number:02}" for number in range(len(rows))]
    return pd.DataFrame(rows, columns=list("abc"), index=codes, dtype="float64")


def ranges(values, weights=WEIGHTS, *, samples=200, seed=1):
    return rank_range(values, weights, samples=samples, seed=seed)


def test_areas_that_trade_places_share_the_ranks():
    """A is best by one criterion, B by the other, C by none: the first two swap, the third stays."""
    values = pd.DataFrame({"a": [1.0, 0.0, 0.0], "b": [0.0, 1.0, 0.0]}, index=list("ABC"))
    found = ranges(values, pd.Series({"a": 0.5, "b": 0.5}))
    assert found.loc["A"].tolist() == [1, 2]
    assert found.loc["B"].tolist() == [1, 2]
    assert found.loc["C"].tolist() == [3, 3]


def test_weights_stay_between_half_and_double_what_was_stated():
    """A is ahead of B unless b weighs more than four times a: at 1 to 0.9 that cannot be drawn, at 1 to 1.1 it can."""
    values = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 1.0]}, index=list("AB"))
    assert ranges(values, pd.Series({"a": 4.1, "b": 1.0})).loc["A"].tolist() == [1, 1]
    assert ranges(values, pd.Series({"a": 1.5, "b": 1.0})).loc["A"].tolist() == [1, 2]


def test_one_criterion_leaves_no_doubt():
    values = pd.DataFrame({"a": [0.3, 0.9, 0.5]}, index=list("ABC"))
    found = ranges(values, pd.Series({"a": 1.0}))
    assert found["rank_low"].tolist() == found["rank_high"].tolist() == [3, 1, 2]


def test_one_sample_is_the_stated_weights():
    values = pd.DataFrame(
        np.random.default_rng(5).random((20, 3)), columns=list("abc"), index=list("ABCDEFGHIJKLMNOPQRST")
    )
    found = ranges(values, samples=1)
    assert found["rank_low"].equals(rank(score(values, WEIGHTS)).rename("rank_low"))
    assert found["rank_low"].tolist() == found["rank_high"].tolist()


def test_equal_areas_keep_the_order_of_their_codes():
    values = pd.DataFrame({"a": [0.5] * 3, "b": [0.5] * 3, "c": [0.5] * 3}, index=["A3", "A1", "A2"])
    assert ranges(values)["rank_low"].to_dict() == {"A3": 3, "A1": 1, "A2": 2}


def test_a_seed_gives_one_range_and_another_seed_another():
    values = pd.DataFrame(
        np.random.default_rng(5).random((40, 3)), columns=list("abc"), index=[f"A{n:02}" for n in range(40)]
    )
    assert ranges(values, seed=1).equals(ranges(values, seed=1))
    assert not ranges(values, seed=1, samples=20).equals(ranges(values, seed=2, samples=20))


def test_an_area_of_which_nothing_is_known_has_no_range():
    values = pd.DataFrame({"a": [0.5, NAN], "b": [NAN, NAN], "c": [0.1, NAN]}, index=["A1", "A2"])
    found = ranges(values)
    assert found.loc["A1"].tolist() == [1, 1]
    assert found.loc["A2"].isna().all()


def test_an_area_known_only_by_what_has_no_weight_has_no_range():
    """It has no score and no rank either."""
    values = pd.DataFrame({"a": [0.5, NAN, 0.7], "b": [0.1, 1.0, 0.2]}, index=["A1", "A2", "A3"])
    weights = weights_of(values.columns, {"a": 1.0})
    found = ranges(values, weights)
    assert found["rank_low"].fillna(-1).to_dict() == {"A1": 2, "A2": -1, "A3": 1}


def test_nothing_known_at_all_gives_no_range():
    assert ranges(pd.DataFrame({"a": [NAN], "b": [NAN], "c": [NAN]}, index=["A1"])).isna().all(axis=None)


@rules
@given(tables())
def test_a_range_lies_within_the_ranks_there_are(values):
    found = ranges(values, samples=50).dropna()
    assert (found["rank_low"] >= 1).all()
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert (found["rank_high"] <= len(found)).all()


@rules
@given(tables(), st.randoms())
def test_the_order_of_rows_changes_no_range(values, random):
    order = list(values.index)
    random.shuffle(order)
    pd.testing.assert_frame_equal(ranges(values.loc[order], samples=50).loc[values.index], ranges(values, samples=50))


@rules
@given(tables())
def test_an_area_that_is_worse_than_all_moves_no_range(values):
    more = pd.concat([values, pd.DataFrame([[0.0] * 3], columns=list("abc"), index=["Z99"])])
    found = ranges(more, samples=50)
    pd.testing.assert_frame_equal(found.loc[values.index], ranges(values, samples=50))
    assert found.loc["Z99", "rank_low"] == len(found.dropna())


@pytest.mark.parametrize("samples", [1, 2, 19, 20, 21, 1000])
def test_any_number_of_samples_gives_whole_ranks(samples):
    values = pd.DataFrame(np.random.default_rng(0).random((7, 3)), columns=list("abc"), index=list("ABCDEFG"))
    found = ranges(values, samples=samples).to_numpy()
    assert (found == found.round()).all()
