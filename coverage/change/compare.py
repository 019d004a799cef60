"""Two vintages of coverage on the same places: what changed, and how much of that is real.

A gap is a sum over units (postcodes or output areas) of premises times the share that lacks a tier. So its change is
exactly the sum of six parts:

- real: the share of a unit's premises that lack the tier changed;
- definition: that share rose from the 0 of a file that says only yes or no for a whole unit. A yes may be true of some
  of its premises only, so it is not known whether they lost the tier or never had it;
- premises: the number of premises that the unit is counted with changed;
- units: the unit has a row in one of the two files only, because codes were split, merged, ended or are new;
- reporting: the unit exists at both times, and its figure is known at one of them only: a postcode that one file
  leaves out has not ended, and one that comes back is not new;
- revision: both files are of one month, so all of the change is the publisher's.

The first two are split as Kitagawa does it (Components of a Difference Between Two Rates, Journal of the American
Statistical Association 50, 1955): each effect at the mean of the other, so that none of the two comes first.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from connected_place.coverage.gaps import TIERS, gap_by_area
from connected_place.coverage.sums import is_in, sum_by

PARTS = ("real", "definition", "premises", "units", "reporting", "revision")

NONE_KNOWN = pd.Index([])
"""No unit is known to have existed before."""


def compared_tiers(before: pd.DataFrame, now: pd.DataFrame) -> tuple[str, ...]:
    """Tiers that both vintages speak of; another one has no change, not one of 0.

    Examples
    --------
    >>> before = pd.DataFrame({"sfbb_30_gap": [1.0], "gigabit_gap": [float("nan")]})
    >>> compared_tiers(before, pd.DataFrame({"sfbb_30_gap": [0.0], "gigabit_gap": [3.0]}))
    ('sfbb_30',)
    """
    return tuple(
        tier for tier in TIERS if all(f"{tier}_gap" in frame and frame[f"{tier}_gap"].notna().any()
                                      for frame in (before, now))
    )  # fmt: skip


def unit_parts(
    before: pd.DataFrame,
    now: pd.DataFrame,
    *,
    still_there: pd.Index,
    there_before: pd.Index = NONE_KNOWN,
    is_revision: bool = False,
    is_yes_or_no: bool = False,
) -> pd.DataFrame:
    """The parts of the change of one tier's gap, unit by unit.

    Parameters
    ----------
    before, now : DataFrame indexed by unit
        `premises` and `gap`, premises; NaN: not known.
    still_there : Index
        Units that exist today, whether today's file has a row for them or not.
    there_before : Index
        Units that are known to have existed when `before` was made, whether it has a row for them or not.
    is_revision : bool
        Whether both are of one month: then nothing changed but what the publisher says of it.
    is_yes_or_no : bool
        Whether `before` says yes or no for all premises of a unit, and `now` a number.

    Returns
    -------
    DataFrame indexed by the units of both
        `PARTS`, premises; they sum to what is known of `now` less what is known of `before`.

    Examples
    --------
    >>> before = pd.DataFrame({"premises": [100.0, 10], "gap": [50.0, 4]}, index=["P", "Q"])
    >>> now = pd.DataFrame({"premises": [120.0, 8], "gap": [30.0, 8]}, index=["P", "R"])
    >>> unit_parts(before, now, still_there=pd.Index(["P", "R"])).drop(columns=["definition", "revision"])
       real  premises  units  reporting
    P -27.5       7.5    0.0        0.0
    Q   0.0       0.0   -4.0        0.0
    R   0.0       0.0    8.0        0.0
    """
    codes = before.index.union(now.index)
    first, last = before.reindex(codes), now.reindex(codes)
    total = last["gap"].fillna(0.0) - first["gap"].fillna(0.0)
    parts = pd.DataFrame(0.0, index=codes, columns=list(PARTS))
    if is_revision:
        parts["revision"] = total
        return parts
    known_twice = first["gap"].notna() & last["gap"].notna()
    of_share = _of_share(first, last).where(known_twice, 0.0)
    is_unsure = is_yes_or_no & (first["gap"] == 0)
    parts["real"] = of_share.mask(is_unsure, 0.0)
    parts["definition"] = of_share.where(is_unsure, 0.0)
    parts["premises"] = (total - of_share).where(known_twice, 0.0)
    ended = is_in(codes, before.index) & ~is_in(codes, now.index) & ~is_in(codes, still_there)
    begun = is_in(codes, now.index) & ~is_in(codes, before.index) & ~is_in(codes, there_before)
    parts["units"] = total.where(~known_twice & (ended | begun), 0.0)
    parts["reporting"] = total.where(~known_twice & ~(ended | begun), 0.0)
    return parts


def _of_share(first: pd.DataFrame, last: pd.DataFrame) -> pd.Series:
    """Change of the share times the mean number of premises; 0 where one of the two has no premises, so no share."""
    share = [frame["gap"] / frame["premises"].where(frame["premises"] > 0) for frame in (first, last)]
    return ((share[1] - share[0]) * (first["premises"] + last["premises"]) / 2).fillna(0.0)


def area_changes(
    before: pd.DataFrame, now: pd.DataFrame, areas: pd.Series, *, index: pd.Index, still_there: pd.Index,
    there_before: pd.Index = NONE_KNOWN, is_revision: bool = False, yes_or_no: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """Gaps before and now by area, and the parts of their change.

    Parameters
    ----------
    before, now : DataFrame indexed by unit
        `premises`, `premises_matched`, `<tier>_gap`, as `gap.as_counts` gives them.
    areas : Series indexed by unit
        Area code of each unit of both.
    index : Index
        Areas to report on.
    still_there, there_before, is_revision
        As in `unit_parts`.
    yes_or_no : collection of str
        Tiers for which `before` gives only yes or no for all premises of a unit.

    Returns
    -------
    DataFrame indexed by `index`
        `premises_before`, `premises_now`, and for each tier of `compared_tiers` `<tier>_gap_before`,
        `<tier>_gap_now`, `<tier>_share_before`, `<tier>_share_now` (sums over sums), `<tier>_change` and
        `<tier>_change_<part>` for each of `PARTS`: premises. NaN: one of the two is not reported, so no change is.
    """
    tiers = compared_tiers(before, now)
    told = {name: gap_by_area(frame, areas, index=index) for name, frame in (("before", before), ("now", now))}
    result = {f"premises_{name}": frame["premises"] for name, frame in told.items()}
    for tier in tiers:
        for name, frame in told.items():
            result[f"{tier}_gap_{name}"] = frame[f"{tier}_gap"]
            result[f"{tier}_share_{name}"] = frame[f"{tier}_gap_share"]
        change = told["now"][f"{tier}_gap"] - told["before"][f"{tier}_gap"]
        parts = unit_parts(
            _of(before, tier), _of(now, tier), still_there=still_there, there_before=there_before,
            is_revision=is_revision, is_yes_or_no=tier in yes_or_no,
        )  # fmt: skip
        result[f"{tier}_change"] = change
        for part in PARTS:
            result[f"{tier}_change_{part}"] = sum_by(parts[part], areas, index).where(change.notna())
    return pd.DataFrame(result)


def _of(frame: pd.DataFrame, tier: str) -> pd.DataFrame:
    return frame[["premises", f"{tier}_gap"]].set_axis(["premises", "gap"], axis="columns")


def on_codes_of_now(before: pd.DataFrame, now: pd.Series, bridge: pd.DataFrame) -> pd.DataFrame:
    """Counts of an earlier year's areas on the codes of today's.

    Parameters
    ----------
    before : DataFrame indexed by unit
        Counts of premises.
    now : Series indexed by unit
        Premises of today's units.
    bridge : DataFrame
        `before`, `after`: pairs of codes that share ground.

    Returns
    -------
    DataFrame indexed by today's codes, and those of before that no pair names
        Counts of a unit that was split go to its parts as their premises of today are; those of units that were
        merged are summed, and are not known where one of them is not.

    Examples
    --------
    >>> before = pd.DataFrame({"premises": [100.0, 40, 60]}, index=["S", "M1", "M2"])
    >>> pairs = pd.DataFrame({"before": ["S", "S", "M1", "M2"], "after": ["S1", "S2", "M", "M"]})
    >>> on_codes_of_now(before, pd.Series({"S1": 30.0, "S2": 90.0, "M": 99.0}), pairs)["premises"].to_dict()
    {'M': 100.0, 'S1': 25.0, 'S2': 75.0}
    """
    pairs = bridge.loc[bridge["before"].isin(before.index), ["before", "after"]].drop_duplicates()
    size = pairs["after"].map(now).fillna(0.0)
    whole = size.groupby(pairs["before"]).transform("sum")
    equal = 1.0 / pairs.groupby("before")["after"].transform("size")
    part = (size / whole.where(whole > 0)).fillna(equal)
    carried = before.loc[pairs["before"]].mul(part.to_numpy(), axis=0)
    by = carried.groupby(pairs["after"].to_numpy())
    summed = by.sum(min_count=1).where(by.count().eq(by.size(), axis=0))
    unnamed = before[~before.index.isin(pairs["before"])]
    found = pd.concat([summed, unnamed]).groupby(level=0).sum(min_count=1)
    return found.set_index(found.index.rename(before.index.name))
