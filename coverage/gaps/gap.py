"""Coverage gaps: how many premises cannot get a service, out of how many, and how many are not reported."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from connected_place.coverage.sums import is_in, sum_by
from connected_place.gis_data.layers import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A level of broadband service.

    Attributes
    ----------
    key : str
        As in column names.
    speed_mbps : float
        Download speed, at least.
    words : str
        What people without it cannot get; never "ultrafast" without its number.
    """

    key: str
    speed_mbps: float
    words: str


TIERS = {
    tier.key: tier
    for tier in (
        Tier(key="decent_10", speed_mbps=10, words="10 Mbit/s"),
        Tier(key="sfbb_30", speed_mbps=30, words="30 Mbit/s (superfast)"),
        Tier(key="ufbb_100", speed_mbps=100, words="100 Mbit/s (ultrafast as government counts it)"),
        Tier(key="ufbb_300", speed_mbps=300, words="300 Mbit/s (ultrafast as Ofcom counts it)"),
        Tier(key="gigabit", speed_mbps=1000, words="1,000 Mbit/s (gigabit)"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Premises of each unit of a coverage file, as counts.

    Attributes
    ----------
    frame : DataFrame indexed by unit
        `premises`, `premises_matched` and for each tier `<tier>_gap` (premises; NaN: not reported). Units whose
        percentages have no weight have NaN premises.
    premises_source : str
        Where the counts come from; begins with "estimate" where they are one.
    without_row : Series indexed by unit
        Premises of units that the file has no row for, where known.
    """

    frame: pd.DataFrame
    premises_source: str
    without_row: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))

    def unreported(self, units: pd.Index) -> pd.DataFrame:
        """Rows for units that the file has none for: their premises are known, and nothing is reported of them.

        Parameters
        ----------
        units : Index
            Those that should have a row.
        """
        premises = self.without_row[is_in(self.without_row.index, units)]
        rows = pd.DataFrame({"premises": premises, "premises_matched": 0.0})
        return rows.reindex(columns=self.frame.columns).astype("float64")


def as_counts(units: Layer, *, weight: pd.Series | None = None, source: str = "") -> Counts:
    """Premises by unit: the publisher's counts, or its percentages times a weight.

    Parameters
    ----------
    units : Layer
        As `broadband.read_broadband` gives it.
    weight : Series indexed as `units.frame`
        Premises of each unit, for percentages; NaN: not known. As `denominators.denominators` finds them.
    source : str
        Where the weight comes from.

    Notes
    -----
    With percentages, gap = share of premises x weight. The share of a ward is the sum of gaps over the sum of weights,
    never a mean of percentages.
    """
    columns = ["premises", "premises_matched", *(f"{tier}_gap" for tier in TIERS)]
    frame = units.frame[columns]
    if weight is None:
        source = f"Ofcom {units.provenance.vintage}: All Premises"
    else:
        frame = frame.assign(premises=weight)
        frame[columns[2:]] = frame[columns[2:]].mul(weight, axis=0)
    return Counts(frame=frame, premises_source=source)


def gap_by_area(counts: pd.DataFrame, areas: pd.Series, *, index: pd.Index) -> pd.DataFrame:
    """Premises in each area that cannot get each tier.

    Parameters
    ----------
    counts : DataFrame indexed by unit
        `premises`, `premises_matched`, `<tier>_gap` for each tier that was counted.
    areas : Series indexed by unit
        Area code of each unit; "" for none.
    index : Index
        Areas to report on; one without any unit is not reported (NaN), never 0.

    Returns
    -------
    DataFrame indexed by `index`
        `premises`, `premises_matched` and for each tier `<tier>_have`, `<tier>_gap` (premises with and without it),
        `<tier>_gap_share` in [0, 1] and `<tier>_not_reported`: premises that the publisher counts and says nothing of.
        The three counts sum to `premises`.

    Notes
    -----
    Shares are sums over sums, never means of percentages. What is not reported stays in the denominator, so a share
    is "at least"; the count beside it says by how much it could rise.

    Examples
    --------
    >>> counts = pd.DataFrame({"premises": [100.0, 10, 50], "premises_matched": [100.0, 10, 50],
    ...                        "ufbb_300_gap": [10.0, 10, 25]}, index=["P", "Q", "R"])
    >>> ward = gap_by_area(counts, pd.Series("W1", index=counts.index), index=pd.Index(["W1"])).loc["W1"]
    >>> ward[["premises", "ufbb_300_gap", "ufbb_300_gap_share"]].tolist()
    [160.0, 45.0, 0.28125]
    """
    premises = counts["premises"]
    total = sum_by(premises, areas, index)
    result = pd.DataFrame({"premises": total, "premises_matched": sum_by(counts["premises_matched"], areas, index)})
    for tier in TIERS:
        if f"{tier}_gap" not in counts:
            continue
        gap = counts[f"{tier}_gap"]
        silent = premises.where(gap.isna(), 0.0)
        result[f"{tier}_have"] = sum_by(premises - gap, areas, index)
        result[f"{tier}_gap"] = sum_by(gap, areas, index)
        result[f"{tier}_gap_share"] = result[f"{tier}_gap"] / total.where(total > 0)
        result[f"{tier}_not_reported"] = sum_by(silent, areas, index)
    return result


def add_missing(gaps: pd.DataFrame, missing: pd.Series, households: pd.Series) -> pd.DataFrame:
    """Count the units that have no row at all, and their households as premises not reported.

    Parameters
    ----------
    gaps : DataFrame indexed by area
        As `gap_by_area` gives it.
    missing : Series indexed by unit
        Area code of each unit that should have a row and has none.
    households : Series indexed by unit
        NaN where not known.

    Returns
    -------
    DataFrame
        With `units_not_reported` (count) and `<tier>_not_reported` raised by the households. The gaps stay as they
        were.
    """
    units = missing.groupby(missing.to_numpy()).size().reindex(gaps.index, fill_value=0)
    homes = sum_by(households.reindex(missing.index), missing, gaps.index).fillna(0.0)
    raised = {
        column: gaps[column].fillna(0.0).where(gaps[column].notna() | (homes > 0)) + homes
        for column in gaps.columns
        if column.endswith("_not_reported")
    }
    return gaps.assign(**raised, units_not_reported=units)


def borough_total(areas: pd.DataFrame) -> pd.Series:
    """The whole place from its areas: sums, and shares as sums over sums."""
    endings = ("premises", "premises_matched", "_have", "_gap", "_not_reported")
    total = areas[[name for name in areas.columns if name.endswith(endings)]].sum(min_count=1)
    for tier in TIERS:
        if f"{tier}_gap" in total:
            total[f"{tier}_gap_share"] = total[f"{tier}_gap"] / total["premises"] if total["premises"] > 0 else np.nan
    return total
