"""Promises kept: what earlier releases of BDUK's premises planned, by when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.gaps import Units
from connected_place.coverage.lines.premises_by_status import units_of_premises
from connected_place.coverage.places import Geography
from connected_place.gis_data.layers import Layers

CAME, LATE, OVERDUE, NOT_DUE, WITHDRAWN, GONE = "came", "came_late", "overdue", "not_due", "withdrawn", "gone"
OUTCOMES = (CAME, LATE, OVERDUE, NOT_DUE, WITHDRAWN, GONE)
"""What became of a promise: kept, kept after its date, not kept though its date has passed, still ahead (or without a
date), no longer planned, and premises that the newest release does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePromises:
    """Premises that any earlier release planned, and what the newest one says of them.

    Attributes
    ----------
    releases : tuple of str
        Months, rising.
    premises : DataFrame indexed by UPRN
        Those planned in an earlier release without a gigabit line then: `first` (month of the first release that
        planned them), `by_when` (latest date that this release states, as "2029-03-31"; "": none), `contract`,
        `supplier`, `outcome` (one of `OUTCOMES`), `seen` (month of the first release that has the line; ""), `ward`.
    wards : DataFrame indexed by ward code
        `promised` and a column for each of `OUTCOMES`: premises; each row sums to `promised`. "" is outside all wards.
    """

    releases: tuple[str, ...]
    premises: pd.DataFrame
    wards: pd.DataFrame


def place_promises(layers: Layers, places: Geography, units: Units) -> PlacePromises | None:
    """Follow each premises over the releases; None where fewer than two were given.

    Notes
    -----
    A release is evidence of its own month only: a line that the newest release has for the first time may have come at
    any time since the one before, so a promise with a date between the two counts as kept.
    """
    given = layers.releases("premises-status")
    if len(given) < 2:
        return None
    frames = {month: pd.concat([layer.frame for layer in found]) for month, found in given.items()}
    frames = {month: frame[~frame.index.duplicated()] for month, frame in frames.items()}
    premises = followed(frames)
    last = pd.concat(list(frames.values())[::-1])
    rows = last[~last.index.duplicated()].reindex(premises.index)
    unit = units_of_premises(rows, layers, places, units)
    ward = unit.map(units.areas["ward"]).fillna("").reindex(premises.index)
    found = premises.assign(ward=ward)
    counts = pd.crosstab(found["ward"], found["outcome"]).reindex(columns=list(OUTCOMES), fill_value=0)
    wards = counts.rename_axis(index="ward", columns=None)
    return PlacePromises(releases=tuple(frames), premises=found, wards=wards.assign(promised=wards.sum(axis="columns")))


def followed(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What became of the premises that a release planned.

    Parameters
    ----------
    frames : dict of month to DataFrame indexed by UPRN
        Rising; as `read_premises_status` gives them.

    Returns
    -------
    DataFrame indexed by UPRN
        As `PlacePromises.premises`, without `ward`.

    Examples
    --------
    >>> columns = ["current_gigabit", "in_contract", "contract_date"]
    >>> first = pd.DataFrame([[0, 1, "2025-06-30"], [0, 1, "2030-01-31"]], index=["1", "2"], columns=columns)
    >>> last = pd.DataFrame([[0, 0, ""], [1, 0, ""]], index=["1", "2"], columns=columns)
    >>> followed({"2025-01": first, "2026-01": last})["outcome"].to_dict()
    {'1': 'withdrawn', '2': 'came'}
    """
    months = list(frames)
    plans = [_planned(frame).assign(first=month) for month, frame in frames.items() if month != months[-1]]
    promised = pd.concat(plans)
    promised = promised[~promised.index.duplicated()].sort_index()
    newest = frames[months[-1]].reindex(promised.index)
    seen = _first_seen(frames, promised.index)
    due = promised["by_when"].str[:7]
    is_due = (due != "") & (due < months[-1])
    before = {month: earlier for earlier, month in zip(["", *months], months, strict=False)}
    is_late = (due != "") & (due < seen.map(before).fillna("").where(seen != "", ""))
    still = promised.index.isin(_planned(frames[months[-1]]).index)
    listed = newest["current_gigabit"].notna()
    outcome = np.select(
        [(seen != "") & is_late, seen != "", ~listed, ~still, is_due], [LATE, CAME, GONE, WITHDRAWN, OVERDUE], NOT_DUE
    )
    return promised.assign(outcome=outcome, seen=seen)


def _planned(frame: pd.DataFrame) -> pd.DataFrame:
    """Premises without the line that a release says will get it, by contract or commercially."""
    nothing = pd.Series(0.0, index=frame.index)
    texts = {name: frame.get(name, pd.Series("", index=frame.index)) for name in ("contract", "supplier")}
    dates = frame.get("contract_date", pd.Series("", index=frame.index))
    is_planned = (frame.get("in_contract", nothing) == 1) | (frame.get("future_gigabit", nothing) == 1)
    return pd.DataFrame({**texts, "by_when": dates})[is_planned & (frame["current_gigabit"] != 1)]


def _first_seen(frames: dict[str, pd.DataFrame], premises: pd.Index) -> pd.Series:
    """Month of the first release that has each line; "" for none."""
    seen = pd.Series("", index=premises, dtype=object)
    for month, frame in reversed(frames.items()):
        seen = seen.mask(frame["current_gigabit"].reindex(premises) == 1, month)
    return seen
