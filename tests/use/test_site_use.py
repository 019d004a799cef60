"""Users a day of candidates: defaults by kind, effects, logs, and bands of several sites together."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters import Use
from connected_place.coverage.use import overstatement, site_use
from connected_place.coverage.use.priors import site_priors, walking_share

FEW_DRAWS = settings(max_examples=10)
SITES = pd.DataFrame(
    {"kind": ["library", "park", "school", "street furniture"]}, index=pd.Index(["L", "P", "S", "C"], name="site_id")
)
"""A library, a park, a school (of whose kind nothing was measured) and a column."""

SURE = Use(level_factor=1.0, unknown_factor=1.0)


def column(**values):
    return pd.Series(values, dtype="float64")


def logs(are_users=True, **days_and_counts):
    frame = pd.DataFrame.from_dict(days_and_counts, orient="index", columns=["days", "counted"]).astype("float64")
    return frame.assign(are_users=are_users)


def frame_of(sites=SITES, *, rules=None, **given_inputs):
    return site_use(sites, rules=rules or Use(), seed=5, **given_inputs).frame


def test_without_anything_known_a_site_has_the_mean_of_its_kind_and_says_what_is_not_known():
    frame = frame_of()
    assert frame["users_per_day"].round(6).tolist() == [53, 38, 14, 30]
    assert set(frame["basis"]) == {"prior"}
    assert frame["not_known"]["L"] == "access points, footfall, opening hours, mobile signal"
    assert frame["not_known"]["S"].startswith("use of its kind, ")
    assert "80 % likely" in frame["how_sure"]["S"] and "Not known: use of its kind" in frame["how_sure"]["S"]


def test_with_all_known_the_band_is_that_of_paris_and_the_mean_2_9_medians():
    row = frame_of(rules=SURE).loc["L"]
    assert row["users_high"] / row["users_median"] == pytest.approx(6.5)
    assert row["users_median"] / row["users_low"] == pytest.approx(6.5)
    assert row["users_per_day"] / row["users_median"] == pytest.approx(2.9, rel=0.01)


@pytest.mark.parametrize(
    ("inputs", "times"),
    [
        ({"access_points": column(L=4)}, 2.0),  # twice as many, twice: the square root each time
        ({"access_points": column(L=1)}, 1.0),
        ({"access_points": column(L=0)}, 1.0),  # not known
        ({"access_points": column(L=np.nan)}, 1.0),
        ({"footfall_index": column(L=50)}, 1.0),
        ({"footfall_index": column(L=100)}, 500**0.25),
        ({"footfall_index": column(L=0)}, 500**-0.25),
        ({"hours": column(L=45)}, 1.0),
        ({"hours": column(L=180 / 16)}, 0.5),
        ({"mobile": column(L=0)}, 1.0),
        ({"mobile": column(L=1)}, np.exp(0.2)),
    ],
)
def test_an_effect_scales_the_mean_of_the_kind(inputs, times):
    assert frame_of(**inputs).loc["L", "users_per_day"] == pytest.approx(53 * times)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("access_points", "access points"),
        ("footfall_index", "footfall"),
        ("hours", "opening hours"),
        ("mobile", "mobile signal"),
    ],
)
def test_what_becomes_known_narrows_the_band_and_is_no_longer_named(name, words):
    value = {"footfall_index": 50.0, "hours": 45.0, "mobile": 0.0}.get(name, 1.0)
    before, after = frame_of(), frame_of(**{name: column(L=value)})
    assert words in before["not_known"]["L"] and words not in after["not_known"]["L"]
    assert after["users_high"]["L"] / after["users_low"]["L"] < before["users_high"]["L"] / before["users_low"]["L"]
    assert after["users_per_day"]["L"] == pytest.approx(before["users_per_day"]["L"])
    pd.testing.assert_frame_equal(after.loc[["P"]], before.loc[["P"]])


def test_a_kind_that_the_planner_states_is_known():
    rules = Use(users_per_day={**Use().users_per_day, "school": 80.0})
    row = frame_of(rules=rules).loc["S"]
    assert row["users_per_day"] == pytest.approx(80)
    assert "use of its kind" not in row["not_known"]


def test_effects_of_several_things_multiply():
    found = site_priors(
        SITES["kind"],
        footfall_index=column(P=60),
        access_points=column(P=3),
        hours=column(P=84),
        mobile=column(P=0.5),
        rules=Use(),
    )
    expected = 38 * 3**0.5 * 500 ** (0.5 * 0.1) * 0.5**0.5 * np.exp(0.1)
    assert found.loc["P", "prior_mean"] == pytest.approx(expected)


def test_a_log_moves_its_site_towards_what_was_counted():
    found = frame_of(logs=logs(L=(60, 60 * 400)))
    assert found["basis"].tolist() == ["logs and prior", "prior", "prior", "prior"]
    assert 150 < found["users_median"]["L"] < 450
    assert found["users_high"]["L"] / found["users_low"]["L"] < 10
    assert found["users_median"]["P"] > frame_of()["users_median"]["P"]  # the town is busier than thought
    assert "60 days of its own logs" in found["how_sure"]["L"]


def test_a_site_that_is_hardly_used_is_said_to_be():
    found = frame_of(logs=logs(P=(90, 0)))
    assert found["users_per_day"]["P"] < 1
    assert "fewer than the 5 a day" in found["how_sure"]["P"]
    assert "fewer than" not in found["how_sure"]["L"]


def test_a_log_of_no_candidate_changes_nothing():
    pd.testing.assert_frame_equal(frame_of(logs=logs(elsewhere=(30, 9_000))), frame_of())
    pd.testing.assert_frame_equal(frame_of(logs=logs(L=(30, 9_000)).iloc[:0]), frame_of())


def test_sessions_move_sites_against_each_other_only():
    found, prior = frame_of(logs=logs(False, L=(60, 600), P=(60, 60_000))), frame_of()
    assert found["users_per_day"]["P"] > prior["users_per_day"]["P"]
    assert found["users_per_day"]["L"] < prior["users_per_day"]["L"]
    assert found["users_per_day"][["L", "P"]].sum() == pytest.approx(91, rel=1e-3)
    pd.testing.assert_frame_equal(found.loc[["S", "C"]], prior.loc[["S", "C"]])


@FEW_DRAWS
@given(st.permutations(list(SITES.index)), st.integers(0, 60), st.booleans())
def test_the_order_of_rows_is_irrelevant(order, days, are_users):
    given_logs = logs(are_users, L=(days, 30 * days), C=(30, 90))
    found = site_use(SITES.loc[order], logs=given_logs.iloc[::-1], rules=Use(), seed=5)
    reference = site_use(SITES, logs=given_logs, rules=Use(), seed=5)
    pd.testing.assert_frame_equal(found.frame.loc[SITES.index], reference.frame, rtol=1e-6)
    drawn = pd.DataFrame(found.draws(20), columns=order)[list(SITES.index)]
    np.testing.assert_allclose(drawn, reference.draws(20), rtol=1e-6)


def test_the_same_inputs_give_the_same_draws_and_another_seed_gives_others():
    found = site_use(SITES, logs=logs(L=(30, 900)), rules=Use(), seed=5)
    assert (found.draws(50) == site_use(SITES, logs=logs(L=(30, 900)), rules=Use(), seed=5).draws(50)).all()
    assert (found.draws(50)[:20] == found.draws(20)).all()
    assert not (found.draws(50) == found.draws(50, seed=6)).any()


def test_the_band_of_a_sum_comes_from_joint_draws():
    """40 columns: narrower than 40 bands added up, wider than if nothing were common to the town."""
    many = pd.DataFrame({"kind": ["street furniture"] * 40}, index=[f"C{n:02}" for n in range(40)])
    together = site_use(many, rules=Use(), seed=5)
    apart = site_use(many, rules=Use(level_factor=1.0), seed=5)
    mean, _, low, high = together.total(list(many.index), samples=4_000)
    _, _, low_apart, high_apart = apart.total(list(many.index), samples=4_000)
    assert mean == pytest.approx(40 * 30)
    assert low < mean < high
    assert high / low < together.frame["users_high"].sum() / together.frame["users_low"].sum()
    assert high / low > 2 * high_apart / low_apart
    assert together.draws(4_000).sum(axis=1).mean() == pytest.approx(mean, rel=0.15)


def test_inputs_are_not_changed():
    sites, given_logs = SITES.copy(), logs(L=(30, 900))
    site_use(sites, logs=given_logs, rules=Use(), seed=5)
    pd.testing.assert_frame_equal(sites, SITES)
    pd.testing.assert_frame_equal(given_logs, logs(L=(30, 900)))


def test_fewer_walk_from_farther_away():
    shares = walking_share(np.array([0.0, 200, 400, 4_000]), Use())
    assert shares[0] == 1 and (np.diff(shares) < 0).all()
    assert shares[2] == pytest.approx(np.exp(-1))


def test_the_best_of_many_are_overstated_unless_shrunk():
    """100 sites, the best 10 of them chosen by logs of one day, of a month, of three years."""
    found = [overstatement(Use(), candidates=100, chosen=10, days=days, seed=4) for days in (1, 30, 1_000)]
    assert found[0].as_measured > 2 > found[1].as_measured > found[2].as_measured
    assert [each.shrunk for each in found] == pytest.approx([1, 1, 1], abs=0.05)
    assert f"{found[0].as_measured:.1f} times" in found[0].words


def test_without_a_choice_nothing_is_overstated():
    found = overstatement(Use(band_factor=2.0), candidates=50, chosen=50, days=7, seed=4)
    assert (found.as_measured, found.shrunk) == pytest.approx((1, 1), abs=0.03)
