"""Profiles: what no people made is found and counted, what people made stays, and a typical day is a median."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.footfall.profiles import (
    counter_levels,
    period_words,
    periods,
    profiles,
    without_sensor_errors,
)

from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=20)
MONDAY = pd.Timestamp("2026-01-05")
REASONS = ["not_counted", "no_such_hour", "stuck", "copied", "zeros", "jumps"]


def street(weeks=6, *, busy=1.0, seed=1, start=MONDAY):
    """Counts of one counter that people could have made: a calm night, a hump by day, Poisson."""
    draws = np.random.default_rng(seed)
    hour = np.arange(weeks * 168) % 24
    shape = 8 + 400 * np.exp(-0.5 * ((hour - 13) / 3) ** 2)
    return pd.Series(draws.poisson(busy * shape).astype(float), index=pd.date_range(start, periods=len(hour), freq="h"))


def table(**counters):
    """Rows as the reader gives them."""
    parts = [
        pd.DataFrame({"counter_id": name, "time": counts.index, "count": counts.to_numpy()})
        for name, counts in counters.items()
    ]
    return pd.concat(parts, ignore_index=True)


def account(**counters):
    return without_sensor_errors(table(**counters)).account


def found(row):
    """Hours by reason, without the reasons that have none."""
    return {reason: int(row[reason]) for reason in REASONS if row[reason]}


def test_counts_that_people_made_stay_unchanged():
    counts = street(26, start=pd.Timestamp("2026-04-06"))
    cleaned = without_sensor_errors(table(A=counts))
    assert found(cleaned.account.loc["A"]) == {}
    assert cleaned.counts["A"].dropna().to_numpy().tolist() == counts.to_numpy().tolist()


def test_a_gap_is_counted_and_stays_a_gap():
    counts = street()
    counts.iloc[200:209] = NAN
    kept = counts.drop(counts.index[300:320])
    cleaned = without_sensor_errors(table(A=kept))
    assert found(cleaned.account.loc["A"]) == {"not_counted": 29}
    assert cleaned.counts.loc[counts.index[[200, 208, 300, 319]], "A"].isna().all()


def test_a_counter_begins_with_its_first_count_and_ends_with_its_last():
    early, late = street(6).iloc[:500], street(6, seed=2).iloc[100:]
    rows = account(A=early, B=late)
    assert rows["hours"].to_dict() == {"A": 500, "B": 6 * 168 - 100}
    assert (rows["not_counted"] == 0).all()


@pytest.mark.parametrize(
    ("level", "hours", "stuck"),
    [
        (250.0, 12, 12),
        (250.0, 3, 0),  # three equal counts happen
        (5.0, 30, 30),
        (5.0, 6, 0),  # small counts are often equal
        (0.0, 8, 0),  # a calm night
    ],
)
def test_the_same_count_for_longer_than_chance_allows_is_a_stuck_sensor(level, hours, stuck):
    """A street at night: 8 people an hour, from hour 480 on the same count."""
    draws = np.random.default_rng(3)
    counts = pd.Series(draws.poisson(8, 1008).astype(float) + 1, index=street().index)
    counts.iloc[480 : 480 + hours] = level
    counts.iloc[[479, 480 + hours]] = level + 1
    assert account(A=counts).loc["A", "stuck"] == stuck


def test_zeros_of_whole_days_between_busy_ones_are_a_dead_sensor():
    counts = street()
    counts.iloc[240 : 240 + 72] = 0
    cleaned = without_sensor_errors(table(A=counts))
    assert found(cleaned.account.loc["A"]) == {"zeros": 72}
    assert cleaned.counts["A"].iloc[240 : 240 + 72].isna().all()


def test_zeros_for_most_of_the_time_are_found_as_well():
    counts = street()
    counts.iloc[: 4 * 168] = 0
    assert found(account(A=counts).loc["A"]) == {"zeros": 4 * 168}


def test_zeros_of_a_quiet_lane_stay():
    """One person in two hours: whole days without anybody happen."""
    counts = pd.Series(np.random.default_rng(1).poisson(0.5, 1008).astype(float), index=street().index)
    counts.iloc[240:288] = 0
    assert found(account(A=counts).loc["A"]) == {}


@pytest.mark.parametrize("back_days", [1, 7, 10])
def test_a_day_copied_from_an_earlier_one_is_found_and_the_earlier_one_stays(back_days):
    counts = street()
    day = slice(20 * 24, 21 * 24)
    counts.iloc[day] = counts.iloc[(20 - back_days) * 24 : (21 - back_days) * 24].to_numpy()
    cleaned = without_sensor_errors(table(A=counts))
    assert found(cleaned.account.loc["A"]) == {"copied": 24}
    assert cleaned.counts["A"].iloc[day].isna().all()


def test_a_block_of_hours_copied_from_the_week_before_is_found():
    counts = street()
    block = slice(20 * 24 + 7, 20 * 24 + 19)
    counts.iloc[block] = counts.iloc[13 * 24 + 7 : 13 * 24 + 19].to_numpy()
    assert found(account(A=counts).loc["A"]) == {"copied": 12}


def test_a_day_that_two_counters_share_is_nobodys():
    """Which one is the original is not known."""
    first, second = street(), street(seed=2)
    second.iloc[240:264] = first.iloc[240:264]
    rows = account(A=first, B=second)
    assert [found(row) for _, row in rows.iterrows()] == [{"copied": 24}, {"copied": 24}]


@pytest.mark.parametrize(
    ("factor", "hours", "jumps"),
    [
        (20.0, 1, 1),
        (1 / 20, 1, 1),
        (4.0, 1, 0),
        (20.0, 3, 0),  # a parade lasts; a median bears it
    ],
)
def test_one_hour_far_from_its_neighbours_is_a_jump(factor, hours, jumps):
    counts = street()
    counts.iloc[10 * 24 + 12 : 10 * 24 + 12 + hours] = (counts.iloc[10 * 24 + 12] * factor).round()
    assert account(A=counts).loc["A", "jumps"] == jumps


def test_the_hour_that_clocks_skip_is_neither_a_gap_nor_a_count():
    """Clocks go forward at 01:00 on 29 March 2026: one file leaves the hour out, the other fills it."""
    counts = street(4, start=pd.Timestamp("2026-03-16"))
    skipped = pd.Timestamp("2026-03-29 01:00")
    rows = account(A=counts, B=street(4, seed=2, start=counts.index[0]).drop(skipped))
    assert rows["no_such_hour"].tolist() == [1, 1]
    assert rows["not_counted"].tolist() == [0, 0]
    assert np.isnan(without_sensor_errors(table(A=counts)).counts.loc[skipped, "A"])


def test_an_hour_that_comes_twice_has_its_lower_count():
    counts = street()
    again = pd.DataFrame({"counter_id": "A", "time": [counts.index[50]], "count": [3.0]})
    for rows in ([table(A=counts), again], [again, table(A=counts)]):
        assert without_sensor_errors(pd.concat(rows)).counts["A"].iloc[50] == 3.0


@rules
@given(seed=st.integers(0, 50))
def test_every_hour_is_accounted_for_whatever_the_order_of_rows(seed):
    draws = np.random.default_rng(seed)
    first, second = street(busy=2, seed=seed), street(5, seed=seed + 1)
    for counts in (first, second):
        counts.iloc[draws.choice(len(counts), 30)] = NAN
        at = draws.integers(100, 700)
        counts.iloc[at : at + 40] = draws.choice([0.0, 77.0])
    rows = table(A=first, B=second)
    cleaned = without_sensor_errors(rows)
    assert (cleaned.account["hours"] == cleaned.account[[*REASONS, "used"]].sum(axis=1)).all()
    mixed = without_sensor_errors(rows.sample(frac=1, random_state=seed))
    assert mixed.counts.equals(cleaned.counts)
    assert mixed.account.equals(cleaned.account)


def test_no_input_is_changed():
    rows = table(A=street())
    before = rows.copy()
    without_sensor_errors(rows)
    assert rows.equals(before)


# --- typical days --------------------------------------------------------------------------------------------


def plain(weekday, saturday, weeks=6):
    """A counter whose every weekday and Saturday is the same with a hundredth more each day: none is a copy."""
    index = pd.date_range(MONDAY, periods=weeks * 168, freq="h")
    day = np.arange(len(index)) // 24
    base = np.where(index.day_of_week == 5, saturday, weekday)
    return pd.Series((base + index.hour * 10 + day / 100).astype(float), index=index)


def test_a_typical_day_is_the_median_over_days_with_its_spread():
    """At 09:00 of thirty days from Monday to Friday: 190.0 to 190.4 people, except a bank holiday of 12."""
    counts = plain(100.0, 300.0)
    counts[pd.Timestamp("2026-01-12 08:00") : pd.Timestamp("2026-01-12 10:00")] = 12.0
    row = (
        profiles(without_sensor_errors(table(A=counts)))
        .query("counter_id == 'A' and day == 'weekday' and hour == 9")
        .iloc[0]
    )
    known = counts[(counts.index.hour == 9) & (counts.index.day_of_week < 5)]
    assert row["people"] == pytest.approx(190.2, abs=0.1)
    assert row["days"] == 30
    assert (row["low"], row["high"]) == (known.quantile(0.1), known.quantile(0.9))
    assert known.mean() < 190  # the holiday moves a mean


def test_levels_are_the_sums_of_typical_hours():
    """Weekday: 100 people and 10 more each hour. 08:00 to 18:00 has the hours 8 to 17, on average 125 more."""
    figures = counter_levels(profiles(without_sensor_errors(table(A=plain(100.0, 300.0))))).loc["A"]
    assert figures["people_per_hour"] == pytest.approx(100 + 125, abs=0.3)
    assert figures["people_per_weekday"] == pytest.approx(24 * 100 + 10 * sum(range(24)), abs=24 * 0.3)
    assert figures["people_per_saturday"] == pytest.approx(24 * 300 + 10 * sum(range(24)), abs=24 * 0.3)
    assert (figures["days"], figures["since"], figures["until"]) == (30, MONDAY, pd.Timestamp("2026-02-15"))


def test_an_hour_that_is_never_counted_leaves_no_figure():
    counts = street()
    counts[counts.index.hour == 10] = NAN
    typical = profiles(without_sensor_errors(table(A=counts, B=street(seed=2))))
    assert counter_levels(typical)["people_per_hour"].isna().to_dict() == {"A": True, "B": False}


def test_a_saturday_that_was_never_counted_leaves_the_weekday():
    counts = street(seed=4)
    counts[counts.index.day_of_week == 5] = NAN
    figures = counter_levels(profiles(without_sensor_errors(table(A=counts)))).loc["A"]
    assert np.isnan(figures["people_per_saturday"])
    assert figures["people_per_hour"] > 0


def test_counters_are_taken_over_the_days_that_they_share():
    """A counts from the first week on, B from the third: four weeks are common."""
    typical = profiles(without_sensor_errors(table(A=street(6), B=street(6, seed=2).iloc[2 * 168 :])))
    assert set(typical["since"]) == {MONDAY + pd.Timedelta(weeks=2)}
    assert typical["common"].all()
    assert "the same days at every counter" in period_words(typical)


def test_counters_that_share_less_than_four_weeks_keep_their_own_and_it_is_reported():
    cleaned = without_sensor_errors(table(A=street(6).iloc[: 4 * 168], B=street(6, seed=2).iloc[168:]))
    spans = periods(cleaned)
    assert not spans["common"].any()
    assert (spans["until"] - spans["since"]).dt.days.to_dict() == {"A": 27, "B": 34}
    assert "not the same days" in period_words(profiles(cleaned))


def test_of_a_long_period_the_latest_52_weeks_count():
    spans = periods(without_sensor_errors(table(A=street(60), B=street(58, seed=2))))
    assert (spans["until"] - spans["since"]).dt.days.tolist() == [363, 363]
    assert spans["until"].tolist() == [MONDAY + pd.Timedelta(weeks=58, days=-1)] * 2


def test_a_counter_with_nothing_left_has_no_figure_and_shortens_no_period():
    stuck = street(seed=2) * 0 + 77
    typical = profiles(without_sensor_errors(table(A=street(), B=stuck)))
    figures = counter_levels(typical)
    assert np.isnan(figures.loc["B", "people_per_hour"])
    assert figures.loc["A", ["since", "until"]].tolist() == [MONDAY, MONDAY + pd.Timedelta(days=41)]
    alone = counter_levels(profiles(without_sensor_errors(table(B=stuck))))
    assert alone["people_per_hour"].isna().all()
