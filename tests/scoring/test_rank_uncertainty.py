"""The range of a rank: drawn with a seed, within the ranks there are, and moved by nothing but the weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.draws import codes_of, uniform, uniform_by_code
from connected_place.coverage.scoring import rank_uncertainty as robustness
from connected_place.coverage.scoring.leading import weights_to_lead
from connected_place.coverage.scoring.rank_uncertainty import uncertainty_of_ranks
from connected_place.coverage.scoring.weighted_score import rank, score, weights_of

from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=30)
WEIGHTS = pd.Series({"a": 0.5, "b": 0.3, "c": 0.2})


@st.composite
def tables(draw):
    """Values of one to ten areas on three criteria, some not known."""
    cell = st.one_of(st.floats(0, 1), st.just(NAN))
    rows = draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=10))
    codes = [f"E{number:02}" for number in range(len(rows))]
    return pd.DataFrame(rows, columns=list("abc"), index=codes, dtype="float64")


def table(count, keys="abc", seed=5):
    """Random values, all known."""
    drawn = np.random.default_rng(seed).random((count, len(keys)))
    return pd.DataFrame(drawn, columns=list(keys), index=[f"A{number:03}" for number in range(count)])


def ranges(values, weights=WEIGHTS, *, samples=200, seed=1):
    return uncertainty_of_ranks(values, weights, samples=samples, seed=seed).frame[["rank_low", "rank_high"]]


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


def test_one_criterion_leaves_no_uncertainty():
    values = pd.DataFrame({"a": [0.3, 0.9, 0.5]}, index=list("ABC"))
    found = ranges(values, pd.Series({"a": 1.0}))
    assert found["rank_low"].tolist() == found["rank_high"].tolist() == [3, 1, 2]


def test_without_uncertainty_ranks_and_scores_are_the_stated_ones():
    values = table(20).mask(np.random.default_rng(6).random((20, 3)) < 0.1)
    found = uncertainty_of_ranks(values, WEIGHTS, samples=7, seed=1, factor=1).frame
    for column in ("rank_low", "rank_high"):
        assert found[column].equals(rank(score(values, WEIGHTS)).rename(column))
    for column in ("score_low", "score_high"):
        np.testing.assert_allclose(found[column], score(values, WEIGHTS), rtol=1e-13)
    assert found["first_share"].tolist() == (found["rank_low"] <= 10).astype(float).tolist()


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


# --- shares that can be worked out -----------------------------------------------------------------------------


def log_uniform_share(ratio, stated, factor):
    """Chance that w1 / w2 > `ratio`, where each weight is log-uniform within `factor` of the stated ones.

    log(w1 / w2) - log(s1 / s2) is the difference of two uniform numbers on (-L, L), L = log(factor): triangular on
    (-2L, 2L). Above t it lies with the chance (2L - t)^2 / 8L^2 for t >= 0, else 1 - (2L + t)^2 / 8L^2.
    """
    width = np.log(factor)
    t = np.clip(np.log(ratio) - np.log(stated[0] / stated[1]), -2 * width, 2 * width)
    return (2 * width - t) ** 2 / (8 * width**2) if t >= 0 else 1 - (2 * width + t) ** 2 / (8 * width**2)


@pytest.mark.parametrize(
    ("first", "second", "stated"),
    [
        ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),  # by symmetry one half
        ((0.9, 0.2), (0.4, 0.6), (2.0, 1.0)),
        ((0.9, 0.2), (0.4, 0.9), (1.0, 1.5)),
        ((0.8, 0.1), (0.4, 0.6), (1.0, 1.0)),
    ],
)
def test_two_areas_lead_as_often_as_can_be_worked_out(first, second, stated):
    """The first is ahead where w1 / w2 > r = (y2 - y1) / (x1 - x2); of all weights that sum to 1, in 1 / (1 + r)."""
    ratio = (second[1] - first[1]) / (first[0] - second[0])
    values = pd.DataFrame([first, second], index=["A1", "A2"], columns=["x", "y"])
    weights = pd.Series(stated, index=["x", "y"])
    near = uncertainty_of_ranks(values, weights, samples=40_000, seed=3, factor=2.0).frame["lead_share"]
    free = uncertainty_of_ranks(values, weights, samples=40_000, seed=3, factor=None).frame["lead_share"]
    assert near["A1"] == pytest.approx(log_uniform_share(ratio, stated, 2.0), abs=0.01)
    assert free["A1"] == pytest.approx(1 / (1 + ratio), abs=0.01)
    assert near.sum() == free.sum() == pytest.approx(1)


def test_central_weights_are_the_mean_of_those_that_lead():
    """A1 leads where the first weight is above one half; of all weights that sum to 1 it is then 3/4 on average."""
    values = pd.DataFrame({"x": [1.0, 0.0, 0.0], "y": [0.0, 1.0, 0.1]}, index=["A1", "A2", "A3"])
    central = uncertainty_of_ranks(values, pd.Series({"x": 1.0, "y": 1.0}), samples=20_000, seed=1, factor=None).central
    assert central.loc["A1"].tolist() == pytest.approx([0.75, 0.25], abs=0.01)
    assert central.loc["A2"].tolist() == pytest.approx([0.25, 0.75], abs=0.01)
    assert central.loc["A3"].isna().all()


def test_values_are_drawn_between_their_bounds():
    """A1 lies anywhere in 0 to 1, A2 in 0.5 to 1: A1 is ahead in a quarter of the draws."""
    values = pd.DataFrame({"x": [0.5, 0.75]}, index=["A1", "A2"])
    low, high = values.assign(x=[0.0, 0.5]), values.assign(x=[1.0, 1.0])
    found = uncertainty_of_ranks(values, pd.Series({"x": 1.0}), low=low, high=high, samples=40_000, seed=1).frame
    assert found.loc["A1", "lead_share"] == pytest.approx(0.25, abs=0.01)
    assert found.loc["A1", ["score_low", "score_high"]].tolist() == pytest.approx([5, 95], abs=0.5)
    assert found.loc["A2", ["score_low", "score_high"]].tolist() == pytest.approx([52.5, 97.5], abs=0.5)


def test_what_is_not_known_widens_the_range_by_its_weight():
    """Weights 1 and 1, the first value 0.4: from 20 to 70 as the second spans 0 to 1; left out, 40 and no range."""
    values = pd.DataFrame({"x": [0.4, 0.1], "y": [NAN, 0.1]}, index=["A1", "A2"])
    weights = pd.Series({"x": 1.0, "y": 1.0})
    bounds = {"low": values.fillna(0.0), "high": values.fillna(1.0)}
    found = uncertainty_of_ranks(values, weights, **bounds, samples=20_000, seed=1, factor=1).frame.loc["A1"]
    assert found[["score_low", "score_high"]].tolist() == pytest.approx([22.5, 67.5], abs=0.5)
    left_out = uncertainty_of_ranks(values, weights, samples=100, seed=1, factor=1).frame.loc["A1"]
    assert left_out[["score_low", "score_high"]].tolist() == pytest.approx([40, 40])


# --- what must not move a range --------------------------------------------------------------------------------


def bounded(values, half=0.1):
    """Bounds around each value; one that is not known may be anything from 0.05 up."""
    return {"low": (values - half).clip(0, 1).fillna(0.05), "high": (values + half).clip(0, 1).fillna(1.0)}


@rules
@given(tables(), st.randoms())
def test_with_uncertain_values_the_order_of_rows_changes_nothing(values, random):
    order = list(values.index)
    random.shuffle(order)
    before = uncertainty_of_ranks(values, WEIGHTS, **bounded(values), samples=50, seed=1)
    turned = uncertainty_of_ranks(values.loc[order], WEIGHTS, **bounded(values.loc[order]), samples=50, seed=1)
    pd.testing.assert_frame_equal(turned.frame.loc[values.index], before.frame, check_exact=True)
    pd.testing.assert_frame_equal(turned.central.loc[values.index], before.central, check_exact=True)


@rules
@given(tables())
def test_with_uncertain_values_an_area_worse_than_all_others_moves_nothing(values):
    """The new area lies below what any other can fall to."""
    values = values.clip(lower=0.2)
    more = pd.concat([values, pd.DataFrame([[0.01] * 3], columns=list("abc"), index=["Z99"])])
    before = uncertainty_of_ranks(values, WEIGHTS, **bounded(values), samples=50, seed=1)
    high = bounded(more)["high"]
    high.loc["Z99"] = 0.02
    after = uncertainty_of_ranks(more, WEIGHTS, low=bounded(more)["low"], high=high, samples=50, seed=1)
    pd.testing.assert_frame_equal(after.frame.loc[values.index], before.frame, check_exact=True)
    pd.testing.assert_frame_equal(after.central.loc[values.index], before.central, check_exact=True)


def test_a_criterion_without_weight_moves_nothing():
    values = table(30)
    before = uncertainty_of_ranks(values, WEIGHTS, **bounded(values), samples=200, seed=1)
    more = values.assign(z=np.linspace(0, 1, 30))
    after = uncertainty_of_ranks(
        more, pd.concat([WEIGHTS, pd.Series({"z": 0.0})]), **bounded(more), samples=200, seed=1
    )
    pd.testing.assert_frame_equal(after.frame, before.frame, check_exact=True)
    assert after.central["z"].dropna().eq(0).all()


def test_a_criterion_that_is_the_same_everywhere_moves_no_rank_where_all_is_known():
    values = table(30)
    before = uncertainty_of_ranks(values, WEIGHTS, samples=200, seed=1).frame
    after = uncertainty_of_ranks(
        values.assign(z=0.4), pd.concat([WEIGHTS, pd.Series({"z": 0.5})]), samples=200, seed=1
    ).frame
    same = ["rank_low", "rank_high", "lead_share", "first_share"]
    pd.testing.assert_frame_equal(after[same], before[same], check_exact=True)


@pytest.mark.parametrize("cells", [1, 64, 1_000, 1 << 23])
def test_the_size_of_a_strip_changes_no_digit(cells, monkeypatch):
    values = table(60).mask(np.random.default_rng(1).random((60, 3)) < 0.1)
    whole = uncertainty_of_ranks(values, WEIGHTS, **bounded(values), samples=301, seed=1)
    partly = uncertainty_of_ranks(values, WEIGHTS, samples=301, seed=1)
    monkeypatch.setattr(robustness, "_STRIP_CELLS", cells)
    for bounds, one in ((bounded(values), whole), ({}, partly)):
        found = uncertainty_of_ranks(values, WEIGHTS, **bounds, samples=301, seed=1)
        pd.testing.assert_frame_equal(found.frame, one.frame, check_exact=True)
        pd.testing.assert_frame_equal(found.central, one.central, check_exact=True)


@rules
@given(tables(), st.integers(1, 60))
def test_percentiles_are_those_of_a_plain_loop(values, samples):
    """The draws are taken from the samples themselves: one at a time, ranked as a score is."""
    drawn = robustness.drawn_weights(WEIGHTS, samples=samples, seed=1, factor=2.0)
    ranks = pd.DataFrame({n: rank(score(values, pd.Series(drawn[:, n], index=list("abc")))) for n in range(samples)})
    found = ranges(values, samples=samples)
    known = ranks.dropna()
    low, high = (np.quantile(known, share, axis=1, method="inverted_cdf") for share in (0.05, 0.95))
    assert found.loc[known.index, "rank_low"].tolist() == list(low)
    assert found.loc[known.index, "rank_high"].tolist() == list(high)


def test_draws_are_even_and_independent_of_area_criterion_and_sample():
    """Means, and correlations between areas and between criteria, lie within five standard errors of what they are."""
    codes, samples = codes_of([f"E0{number:07}" for number in range(200)]), 5_000
    one, other = (uniform_by_code(codes, key, samples=samples, seed=1).T - 0.5 for key in codes_of(["a", "b"]))
    error = 5 / np.sqrt(samples)
    assert np.abs(one.mean(axis=0) * np.sqrt(12)).max() < error
    assert one.var() * 12 == pytest.approx(1, abs=0.01)
    within = 12 * one.T @ one / samples
    assert np.abs(within[~np.eye(len(codes), dtype=bool)]).max() < error
    assert np.abs(12 * one.T @ other / samples).max() < error


def test_draws_are_the_same_on_every_system_and_version():
    """Taken down once: a figure of a plan must not change with a new release of a library."""
    assert uniform("population", samples=2, seed=7).tolist() == [0.47356346336478905, 0.2213505214099123]
    found = uniform_by_code(codes_of(["E00000001"]), codes_of(["population"])[0], samples=3, seed=7)
    assert found.tolist() == [[0.7099776268005371, 0.9147315621376038, 0.7451912760734558]]


@pytest.mark.parametrize("seed", [0, 1, -1, 2**64 - 1])
def test_any_seed_gives_draws_of_its_own(seed):
    assert uniform("population", samples=2, seed=seed).tolist() != uniform("population", samples=2, seed=7).tolist()


# --- leading ---------------------------------------------------------------------------------------------------


def test_the_nearest_weights_that_put_an_area_first():
    """A2 leads from w_b = w_a on: 4 to 1 becomes 1 to 1 by halving one and doubling the other."""
    values = pd.DataFrame({"a": [1.0, 0.0, 0.3], "b": [0.0, 1.0, 0.3]}, index=["A1", "A2", "A3"])
    found = weights_to_lead(values, pd.Series({"a": 4.0, "b": 1.0}), "A2")
    assert found.tolist() == pytest.approx([0.5, 0.5], abs=1e-4)
    assert weights_to_lead(values, pd.Series({"a": 4.0, "b": 1.0}), "A3") is None
    assert weights_to_lead(values, pd.Series({"a": 4.0, "b": 1.0}), "A1").tolist() == [0.8, 0.2]


def test_no_weight_puts_an_area_first_that_has_no_score():
    values = pd.DataFrame({"a": [1.0, NAN], "b": [0.0, 1.0]}, index=["A1", "A2"])
    assert weights_to_lead(values, pd.Series({"a": 1.0, "b": 0.0}), "A2") is None


@pytest.mark.parametrize(("code", "leads"), [("A0", True), ("A2", False)])
def test_of_two_equal_areas_only_the_one_with_the_first_code_can_lead(code, leads):
    values = pd.DataFrame({"a": [1.0, 0.2, 0.2], "b": [0.0, 0.9, 0.9]}, index=["A9", "A1", code])
    assert (weights_to_lead(values, pd.Series({"a": 3.0, "b": 1.0}), code) is not None) == leads


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_weights_to_lead_do_lead_and_no_drawn_ones_that_do_are_nearer(missing):
    """Against 4,000 random weights for each of 12 areas; with values not known the search is in steps of a score."""
    random = np.random.default_rng(2)
    values = table(12, "abcd").mask(random.random((12, 4)) < missing)
    stated = pd.Series({"a": 3.0, "b": 2.0, "c": 1.0, "d": 1.0})
    tried = stated.to_numpy() * np.exp(random.normal(size=(4_000, 4)))
    known = values.notna().to_numpy(dtype=float)
    first = (values.fillna(0).to_numpy() @ tried.T / (known @ tried.T)).argmax(axis=0)
    size = np.log(tried / stated.to_numpy())
    factor = np.exp((size.max(axis=1) - size.min(axis=1)) / 2)
    for number, code in enumerate(values.index):
        found = weights_to_lead(values, stated, code)
        if found is None:
            assert not (first == number).any()
            continue
        assert rank(score(values, found))[code] == 1
        change = np.log(found / stated)
        nearest = np.exp((change.max() - change.min()) / 2)
        assert nearest <= factor[first == number].min(initial=np.inf) * (1.0001 if not missing else 1.01)
