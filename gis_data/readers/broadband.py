"""Ofcom's fixed coverage files, any release: for each unit, who has a tier, who has not, and who is not reported."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.gis_data.catalogue import Recipe, Release, Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.ofcom_names import named
from connected_place.gis_data.tabular import check_columns, raise_if_blocked, read_asked, unique_by

CONNECTION_BANDS = ("connections_0_2", "connections_2_5", "connections_5_10", "connections_10_30", "connections_30")
_LEVELS = {"output_area": "count", "postcode": "share", "authority": "count", "constituency": "count"}
"""What a row may be, and what its file contains: counts of premises, or shares without a denominator."""

OUTPUT_AREAS_2021_SINCE = "2024-01"
"""From this release on the output areas are known to be those of 2021."""

TIER_KEYS = ("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit")
_ROUNDING_PCT = 1.0
"""Two rounded percentages may miss their sum by this much."""


def read_broadband(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read one coverage file.

    Returns
    -------
    Layer of level "output_area", "authority" or "constituency" (measure "count") or "postcode" (measure "share")
        Indexed by the unit's code: `premises`, `premises_matched` (NaN in most postcode files), `connections` (lines
        in use; NaN: suppressed or not in this release), `matched` (False: the publisher found no network for any of
        the unit's premises) and for each tier `<tier>_gap`: premises, or share of premises, that cannot get it. NaN:
        not reported.

    Raises
    ------
    DataError
        RELEASE_UNKNOWN, PERFORMANCE_FILE, LEVEL_UNKNOWN, NO_COVERAGE_COLUMNS, SFBB_MEANING, MORE_THAN_ALL and those
        of `text_tables` and `schema`.
    """
    try:
        edition = named(file, asked)
        counted = release(entry, edition.month, file=file.name)
    except DataError as error:
        raise DataError([*error.faults, *_faults_of_rows(entry, file, asked)]) from error
    keys = [spelling for column in entry.columns[:4] for spelling in column.spellings]
    table = read_asked(file, asked, known_headers=[*keys, *asked.columns.values()], wanted=entry.headers(asked.columns))
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    level = next((name for name in _LEVELS if name in checked.frame), None)
    if level is None:
        raise DataError(file.fault("LEVEL_UNKNOWN.coverage"))
    raise_if_blocked(
        [*checked.faults, *_blank_keys(checked.frame, level, file.name), *_no_total(checked.frame, level, file)]
    )
    frame, twins = _without_duplicates(checked.frame, level)
    kept, duplicates = unique_by(frame, level, file=file.name)
    raise_if_blocked([*duplicates, *_against_the_release(kept, counted, file.name), *_more_than_all(kept, file.name)])
    ways = _ways(kept, counted, _LEVELS[level])
    raise_if_blocked(_says_nothing(ways, file.name))
    return Layer(
        frame=_coverage(kept.set_index(level).sort_index(), ways, counted, _LEVELS[level]),
        level=level,
        year=_census_year(level, edition.month),
        measure=_LEVELS[level],
        warnings=(*table.warnings, *checked.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=f"{edition.month}, {edition.premises} premises, revision {edition.revision}",
            rows_used=len(kept),
            set_aside={
                "repeats another row": len(frame) - len(kept),
                "no data, beside a row of the same postcode": twins,
            },
        ),
    )


def _faults_of_rows(entry: Source, file: InputFile, asked: SourceFile) -> list[Fault]:
    """What blocks in the table itself, of whatever release it is."""
    keys = [spelling for column in entry.columns[:4] for spelling in column.spellings]
    try:
        table = read_asked(
            file, asked, known_headers=[*keys, *asked.columns.values()], wanted=entry.headers(asked.columns)
        )
    except DataError as error:
        return list(error.faults)
    return [fault for fault in check_columns(table, entry.columns, mapping=asked.columns).faults if fault.blocks]


def release(entry: Source, month: str, *, file: str = "") -> Release:
    """How the release of a month counts a tier.

    Raises
    ------
    DataError
        RELEASE_UNKNOWN.
    """
    found = next((item for item in entry.releases if item.since <= month <= item.until), None)
    if found is None:
        raise DataError(fault("RELEASE_UNKNOWN.month", file=file, value=month, since=entry.releases[0].since))
    return found


def _census_year(level: str, month: str) -> str:
    """Census year of a release's output areas; "" if not stated."""
    return "2021" if level == "output_area" and month >= OUTPUT_AREAS_2021_SINCE else ""


def _without_duplicates(frame: pd.DataFrame, level: str) -> tuple[pd.DataFrame, int]:
    """Rows without those of 2013 that have no data on a postcode that another row speaks of; and their number."""
    if "status" not in frame:
        return frame, 0
    silent = _is_silent(frame["status"])
    duplicate = silent & frame[level].isin(frame.loc[~silent, level])
    return frame[~duplicate], int(duplicate.sum())


def _is_silent(status: pd.Series) -> pd.Series:
    """True where a row of 2013 says that there are no data."""
    return status.str.casefold().isin(["", "no data", "no premises", "insufficient data"])


def _ways(frame: pd.DataFrame, counted: Release, measure: str) -> dict[str, Recipe]:
    """For each tier that the file speaks of, how it tells who has it."""
    recipes = counted.count if measure == "count" else counted.share
    usable = {
        tier: next((way for way in ways if set(way.columns) <= set(frame.columns)), None)
        for tier, ways in recipes.items()
    }
    return {tier: way for tier, way in usable.items() if way is not None}


def _coverage(frame: pd.DataFrame, ways: Mapping[str, Recipe], counted: Release, measure: str) -> pd.DataFrame:
    """Gaps by tier from the publisher's columns."""
    nothing = pd.Series(np.nan, index=frame.index)
    of_counts = measure == "count"
    whole = frame["premises"] if of_counts else nothing.fillna(100.0)
    sfbb = counted.sfbb if counted.sfbb != "by data" else _shown_meaning(frame)
    matched = _matched(frame, "" if of_counts else "_pct")
    gaps = {tier: _gap(frame, ways[tier], whole, sfbb) if tier in ways else nothing for tier in TIER_KEYS}
    return pd.DataFrame(
        {
            "premises": frame.get("premises", nothing),
            "premises_matched": frame.get("premises_matched", nothing),
            "connections": _connections(frame, nothing),
            "matched": matched,
        }
        | {f"{tier}_gap": gap.where(matched) / (1 if of_counts else 100) for tier, gap in gaps.items()}
    )


def _gap(frame: pd.DataFrame, way: Recipe, whole: pd.Series, sfbb: str) -> pd.Series:
    """What lacks a tier, in the unit of `whole`; NaN where the row does not say."""
    if way.without:
        return frame[way.without]
    if way.flag:
        return whole * (1 - frame[way.flag])
    columns = list(way.with_columns)
    if columns == ["sfbb_pct"] and sfbb == "not known":
        return whole * np.nan
    if columns == ["sfbb_pct"] and sfbb == "exclusive":
        columns.append("ufbb_300_pct")
    return (whole - frame[columns].sum(axis=1, min_count=len(columns))).clip(lower=0)


def _shown_meaning(frame: pd.DataFrame) -> str:
    """What the rows show of SFBB: UFBB above it only fits "exclusive", a sum above 100 % only "cumulative"."""
    if not {"sfbb_pct", "ufbb_300_pct"} <= set(frame.columns):
        return "not known"
    sfbb, ufbb = frame["sfbb_pct"], frame["ufbb_300_pct"]
    exclusive = bool((ufbb > sfbb + _ROUNDING_PCT).any())
    cumulative = bool((sfbb + ufbb > 100 + _ROUNDING_PCT).any())
    if exclusive == cumulative:
        return "not known"
    return "exclusive" if exclusive else "cumulative"


def _against_the_release(frame: pd.DataFrame, counted: Release, file: str) -> list[Fault]:
    """A fault where the rows show another meaning of SFBB than the release that the name claims."""
    shown = _shown_meaning(frame)
    if counted.sfbb == "by data" or shown in ("not known", counted.sfbb):
        return []
    column = "SFBB availability (% premises)"
    if shown == "exclusive":
        return [fault("SFBB_MEANING.exclusive", file=file, column=column)]
    return [fault("SFBB_MEANING.cumulative", file=file, column=column)]


def _more_than_all(frame: pd.DataFrame, file: str) -> list[Fault]:
    """Rows that count more premises with, or without, a service than there are."""
    if "premises" not in frame:
        return []
    counts = [
        name
        for name in ("premises_matched", "sfbb", "ufbb_100", "ufbb_300", "gigabit", "unable_10", "unable_30")
        if name in frame
    ]
    faults = []
    for name in counts:
        rows = tuple(frame.index[frame[name] > frame["premises"]])
        if rows:
            faults.append(
                fault(
                    "MORE_THAN_ALL.coverage",
                    file=file,
                    column=name,
                    rows=rows,
                    value=f"{frame.loc[rows[0], name]:g} of {frame.loc[rows[0], 'premises']:g}",
                    count=len(rows),
                )
            )
    return faults


def _matched(frame: pd.DataFrame, suffix: str) -> pd.Series:
    """False where all premises of a unit are unmatched: neither with 30 Mbit/s nor without."""
    parts = [f"{name}{suffix}" for name in ("sfbb", "ufbb_300", "unable_30") if f"{name}{suffix}" in frame]
    if "status" in frame:
        return ~_is_silent(frame["status"])
    if f"unable_30{suffix}" not in parts:
        return pd.Series(data=True, index=frame.index)
    return frame[parts].sum(axis=1, min_count=1).ne(0)


def _connections(frame: pd.DataFrame, nothing: pd.Series) -> pd.Series:
    """Lines in use: their number, or the sum of five bands (that of 300 Mbit/s lies within the last)."""
    if set(CONNECTION_BANDS) <= set(frame.columns):
        return frame[list(CONNECTION_BANDS)].sum(axis=1, min_count=len(CONNECTION_BANDS))
    return frame.get("connections", nothing)


def _says_nothing(ways: Mapping[str, Recipe], file: str) -> list[Fault]:
    return [] if ways else [fault("NO_COVERAGE_COLUMNS.fixed", file=file)]


def _blank_keys(frame: pd.DataFrame, level: str, file: str) -> list[Fault]:
    rows = tuple(frame.index[frame[level] == ""])
    if not rows:
        return []
    name = level.replace("_", " ")
    return [
        fault("KEY_MISSING.cells", file=file, column=level, rows=rows, count=len(rows), total=len(frame), name=name)
    ]


def _no_total(frame: pd.DataFrame, level: str, file: InputFile) -> list[Fault]:
    """A file of counts needs the number that they are counts of."""
    if _LEVELS[level] == "share" or "premises" in frame:
        return []
    return [file.fault("COLUMN_MISSING.premises", column="All Premises")]
