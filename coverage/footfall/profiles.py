"""A counter's typical day: hourly counts cleaned of what a sensor, not people, made, and medians by hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ive

ZONE = "Europe/London"
WEEK_HOURS, DAY_HOURS = 168, 24

SURPRISE_DIGITS = 9.0
"""Equal counts are a sensor's once chance would make such a run less than once in 10^9 (project's proposal)."""

DISTINCT_IN_A_DAY = 12
"""A day with fewer different hourly counts is too plain to be called a copy."""

ZERO_PEOPLE = 100.0
"""A run of zeros is a sensor's where that many people pass at these hours of other weeks (project's proposal)."""

JUMP_FACTOR, JUMP_PEOPLE = 8.0, 50.0
"""An hour alone that is this many times, and this many people, away from both its neighbours (project's proposal)."""

SHORTEST_COMMON_DAYS, LONGEST_DAYS = 28, 364
"""A common period of at least four weeks is used: at most the latest 52 weeks, with each day of the week alike."""

FEWEST_DAYS = 3
BUSY_HOURS = range(8, 18)
_LOW_SHARE, _HIGH_SHARE = 0.1, 0.9
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Hourly counts without what no people made, and the account of every hour.

    Attributes
    ----------
    counts : DataFrame indexed by hour (local time, whole weeks from a Monday), one column a counter
        NaN: not counted, or removed.
    account : DataFrame indexed by counter_id, counts of hours
        `hours` from the counter's first to its last, and what became of them: `used, not_counted, no_such_hour` (clocks
        went forward), `stuck, copied, zeros, jumps` (removed). They sum to `hours`.
    """

    counts: pd.DataFrame
    account: pd.DataFrame


def without_sensor_errors(hours: pd.DataFrame, *, zone: str = ZONE) -> Cleaned:
    """Put counts on a regular clock and take out what no people made; a gap stays a gap.

    Parameters
    ----------
    hours : DataFrame
        `counter_id, time` (start of the hour, local time), `count`; in any order, with at least one count. An hour that
        a counter has twice, as when clocks go back, has the lower count.
    zone : str
        Whose clocks go forward.

    Notes
    -----
    Each test sees what the one before it left. Stuck: the same count hour after hour, for longer than chance allows.
    Copied: the counts of the day or the week before again, or a whole day that equals another of the counter (the first
    is kept) or of another counter (none is: which is the original is not known). Zeros and jumps: against the median of
    the same hour of the week.

    Examples
    --------
    >>> time = pd.date_range("2026-01-05", periods=48, freq="h")
    >>> hours = pd.DataFrame({"counter_id": "A", "time": time, "count": [7.0] * 30 + list(range(18))})
    >>> without_sensor_errors(hours).account.loc["A", ["hours", "used", "stuck"]].tolist()
    [48, 18, 30]
    """
    counts = _regular(hours)
    values = counts.to_numpy(copy=True)
    inside = _inside(values)
    no_such = inside & _missing_by_clock(pd.DatetimeIndex(counts.index), zone)[:, None]
    values[no_such] = np.nan
    account = {"hours": inside.sum(axis=0), "not_counted": (inside & np.isnan(values) & ~no_such).sum(axis=0)}
    account["no_such_hour"] = no_such.sum(axis=0)
    for reason, find in (("stuck", _stuck), ("copied", _copied), ("zeros", _zeros), ("jumps", _jumps)):
        wrong = find(values)
        account[reason] = wrong.sum(axis=0)
        values[wrong] = np.nan
    account["used"] = (~np.isnan(values)).sum(axis=0)
    return Cleaned(
        counts=pd.DataFrame(values, index=counts.index, columns=counts.columns),
        account=pd.DataFrame(account, index=counts.columns),
    )


def profiles(cleaned: Cleaned) -> pd.DataFrame:
    """The typical weekday and Saturday of each counter, hour by hour.

    Returns
    -------
    DataFrame sorted by counter, day and hour
        `counter_id, day` ("weekday" or "saturday"), `hour` (0 to 23), `people` (median over days; NaN below 3 days),
        `low, high` (10th and 90th percentile), `days` (known), `since, until` (dates of the period), `common` (bool:
        the same period for all counters).

    Notes
    -----
    A median needs no calendar of bank holidays: they are far fewer than half of the days.
    """
    spans = periods(cleaned)
    index = pd.DatetimeIndex(cleaned.counts.index)
    days = index.normalize().to_numpy()[:, None]
    inside = (days >= spans["since"].to_numpy()) & (days <= spans["until"].to_numpy())
    used = cleaned.counts.where(inside)
    parts = [
        _typical_day(used[index.day_of_week < SATURDAY], "weekday"),
        _typical_day(used[index.day_of_week == SATURDAY], "saturday"),
    ]
    found = pd.concat(parts).merge(spans, left_on="counter_id", right_index=True)
    return found.sort_values(["counter_id", "day", "hour"], ignore_index=True)


def periods(cleaned: Cleaned) -> pd.DataFrame:
    """The days that each counter's profile is based on, indexed by counter: `since, until, common`.

    The latest 52 weeks, at most, that all counters share; where they share less than four weeks, each counter's own.
    """
    known = cleaned.counts.notna()
    days = pd.DatetimeIndex(cleaned.counts.index).normalize()
    empty = ~known.any()
    first = pd.Series(days[known.to_numpy().argmax(axis=0)], index=known.columns).mask(empty)
    last = pd.Series(days[::-1][known.to_numpy()[::-1].argmax(axis=0)], index=known.columns).mask(empty)
    since, until = first.max(), last.min()
    is_common = not empty.all() and bool((until - since).days + 1 >= SHORTEST_COMMON_DAYS)
    if is_common:
        first, last = first.mask(~empty, since), last.mask(~empty, until)
    year = last - pd.Timedelta(days=LONGEST_DAYS - 1)
    return pd.DataFrame({"since": first.where(first > year, year), "until": last, "common": is_common})


def counter_levels(typical: pd.DataFrame) -> pd.DataFrame:
    """One figure for each counter, from its profile.

    Parameters
    ----------
    typical : DataFrame
        As `profiles` gives it.

    Returns
    -------
    DataFrame indexed by counter_id
        `people_per_hour` (mean of a typical weekday's hours from 08:00 to 18:00), `people_per_weekday`,
        `people_per_saturday` (sums of 24 hours); NaN where an hour of them is not known. `days` (fewest weekdays of any
        of its hours), `since, until`.
    """
    by_counter = typical.groupby("counter_id")
    weekday, saturday = (
        typical[typical["day"] == day]
        .pivot_table(index="counter_id", columns="hour", values="people", dropna=False)
        .reindex(index=by_counter.size().index, columns=range(DAY_HOURS))
        for day in ("weekday", "saturday")
    )
    return pd.DataFrame(
        {
            "people_per_hour": weekday[list(BUSY_HOURS)].mean(axis=1, skipna=False),
            "people_per_weekday": weekday.sum(axis=1, skipna=False),
            "people_per_saturday": saturday.sum(axis=1, skipna=False),
            "days": typical[typical["day"] == "weekday"].groupby("counter_id")["days"].min(),
            "since": by_counter["since"].first(),
            "until": by_counter["until"].first(),
        }
    )


def period_words(typical: pd.DataFrame) -> str:
    """When the profiles were counted, in words.

    Examples
    --------
    >>> day = pd.Timestamp("2026-01-05")
    >>> period_words(pd.DataFrame({"since": [day], "until": [day + pd.Timedelta(days=27)], "common": [True]}))
    'counted from 5 January 2026 to 1 February 2026, the same days at every counter'
    """
    since, until = typical["since"].min(), typical["until"].max()
    span = f"{since.day} {since:%B %Y} to {until.day} {until:%B %Y}"
    if typical["common"].all():
        return f"counted from {span}, the same days at every counter"
    return f"counted from {span}, each counter's own latest year: not the same days at every counter"


# --- the clock -----------------------------------------------------------------------------------------------


def _regular(hours: pd.DataFrame) -> pd.DataFrame:
    """Every hour of whole weeks from a Monday, one column a counter; the lower count where there are two."""
    kept = hours.dropna(subset=["count", "time"])
    codes, counters = pd.factorize(kept["counter_id"].astype("category"), sort=True)
    start = kept["time"].min().normalize()
    start -= pd.Timedelta(days=start.day_of_week)
    offset = ((kept["time"] - start) // pd.Timedelta(hours=1)).to_numpy()
    weeks = int(offset.max()) // WEEK_HOURS + 1
    values = np.full((weeks * WEEK_HOURS, len(counters)), np.nan)
    np.fmin.at(values, (offset, codes), kept["count"].to_numpy(dtype="float64"))
    index = pd.date_range(start, periods=len(values), freq="h", name="time")
    return pd.DataFrame(values, index=index, columns=pd.Index(list(counters), name="counter_id"))


def _inside(values: np.ndarray) -> np.ndarray:
    """True from a counter's first count to its last."""
    known = ~np.isnan(values)
    begun = np.logical_or.accumulate(known, axis=0)
    ends_later = np.logical_or.accumulate(known[::-1], axis=0)[::-1]
    return np.asarray(begun & ends_later)


def _missing_by_clock(index: pd.DatetimeIndex, zone: str) -> np.ndarray:
    """True for the hours that no clock shows, as it goes forward."""
    first_of_two = np.zeros(len(index), dtype=bool)
    return np.asarray(index.tz_localize(zone, nonexistent="NaT", ambiguous=first_of_two).isna())


# --- what no people made -------------------------------------------------------------------------------------


def _stuck(values: np.ndarray) -> np.ndarray:
    """The same count hour after hour."""
    same, runs, surprise = _runs_of_equals(values, lag_hours=1)
    return np.asarray((surprise[runs] > SURPRISE_DIGITS) & ~np.isnan(values) & (same | _before(same)))


def _before(same: np.ndarray) -> np.ndarray:
    """The hour that a run of equal ones begins with."""
    return np.asarray(np.vstack([same[1:], np.zeros_like(same[:1])]) & ~same)


def _copied(values: np.ndarray) -> np.ndarray:
    """Counts of the day or the week before again, and whole days that equal another."""
    again = np.zeros(values.shape, dtype=bool)
    for lag_hours in (DAY_HOURS, WEEK_HOURS):
        same, runs, surprise = _runs_of_equals(values, lag_hours=lag_hours)
        again |= same & (surprise[runs] > SURPRISE_DIGITS)
    return np.asarray((again | _copied_days(np.where(again, np.nan, values))) & ~np.isnan(values))


def _runs_of_equals(values: np.ndarray, *, lag_hours: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hours that equal those before, the run that each belongs to, and how many digits of chance each run takes.

    Two Poisson counts of mean m are equal with a chance of exp(-2m) I0(2m); real counts vary more, so less often.
    """
    same = np.zeros(values.shape, dtype=bool)
    same[lag_hours:] = values[lag_hours:] == values[:-lag_hours]
    chance = ive(0, 2 * np.where(same, values, 0.0))
    runs = np.cumsum(~same.T.ravel()).reshape(same.T.shape).T
    surprise = np.bincount(runs.ravel(), weights=-np.log10(chance).ravel())
    return same, runs, surprise


def _copied_days(values: np.ndarray) -> np.ndarray:
    """Whole days that equal another one: later ones of one counter, all of several counters."""
    counters = values.shape[1]
    days = values.T.reshape(counters, -1, DAY_HOURS)
    rows = pd.DataFrame(days.reshape(-1, DAY_HOURS))
    different = (np.diff(np.sort(rows.to_numpy(), axis=1), axis=1) > 0).sum(axis=1) + 1
    rich = rows[different >= DISTINCT_IN_A_DAY].fillna(-1.0)
    shared = rich[rich.duplicated(keep=False)]
    copies = np.zeros(len(rows), dtype=bool)
    if len(shared):
        group = shared.groupby(list(shared.columns)).ngroup()
        counter = pd.Series(shared.index // days.shape[1], index=shared.index)
        several = counter.groupby(group).transform("nunique") > 1
        copies[shared.index[several | group.duplicated()]] = True
    return np.asarray(np.repeat(copies.reshape(counters, -1), DAY_HOURS, axis=1).T)


def _zeros(values: np.ndarray) -> np.ndarray:
    """Runs of zeros at hours when people pass in other weeks, days and months on end included."""
    zero = values == 0
    usual = np.where(zero, np.nan_to_num(_usual(values)), 0.0)
    runs = np.cumsum(~zero.T.ravel()).reshape(zero.T.shape).T
    missed = np.bincount(runs.ravel(), weights=usual.ravel())
    return np.asarray(zero & (missed[runs] >= ZERO_PEOPLE))


def _jumps(values: np.ndarray) -> np.ndarray:
    """Single hours far from both neighbours, once the usual shape of the week is taken out."""
    usual = np.log1p(_usual(values))
    away = np.log1p(values) - usual
    before = np.vstack([np.full_like(away[:1], np.nan), away[:-1]])
    after = np.vstack([away[1:], np.full_like(away[:1], np.nan)])
    high, low = np.maximum(before, after), np.minimum(before, after)
    above = (away - high > np.log(JUMP_FACTOR)) & (values - np.expm1(usual + high) >= JUMP_PEOPLE)
    below = (low - away > np.log(JUMP_FACTOR)) & (np.expm1(usual + low) - values >= JUMP_PEOPLE)
    return np.asarray(above | below)


def _usual(values: np.ndarray) -> np.ndarray:
    """Median of the same hour of the week, whole days of zeros left out, for every hour."""
    days = values.reshape(-1, DAY_HOURS, values.shape[1])
    dead = ~(days > 0).any(axis=1, keepdims=True)
    alive = pd.DataFrame(np.where(dead, np.nan, days).reshape(values.shape))
    medians = alive.groupby(np.arange(len(values)) % WEEK_HOURS).median().to_numpy()
    return np.asarray(np.tile(medians, (len(values) // WEEK_HOURS, 1)))


def _typical_day(counts: pd.DataFrame, day: str) -> pd.DataFrame:
    """Median, spread and number of days for each counter and hour."""
    long = counts.melt(var_name="counter_id", value_name="people", ignore_index=False)
    by_hour = long.groupby(["counter_id", pd.DatetimeIndex(long.index).hour.rename("hour")])["people"]
    days = by_hour.count()
    measures = {
        "people": by_hour.median().where(days >= FEWEST_DAYS),
        "low": by_hour.quantile(_LOW_SHARE).where(days >= FEWEST_DAYS),
        "high": by_hour.quantile(_HIGH_SHARE).where(days >= FEWEST_DAYS),
        "days": days,
    }
    return pd.DataFrame(measures).reset_index().assign(day=day)[["counter_id", "day", "hour", *measures]]
