"""Ofcom's fixed coverage files, any release: for each unit, who has a tier, who has not, and who is not reported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from connected_place.gis_data.catalogue import Release, Source
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.schema import check_columns, raise_if_blocked, unique_by
from connected_place.gis_data.text_tables import read_table

FILE_NAME = re.compile(
    r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])?_fixed_(?:pc|postcode|oa|laua)(?=_).*?(?:_r(?P<revision>\d+))",
    re.IGNORECASE,
)
CONNECTION_BANDS = ("connections_0_2", "connections_2_5", "connections_5_10", "connections_10_30", "connections_30")
LEVELS = ("output_area", "postcode")
TIER_KEYS = ("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of an Ofcom file says; it is the only record of it.

    Attributes
    ----------
    month : str
        "YYYY-MM"; files that name only a year are of its middle.
    premises : str
        "all" or "residential".
    revision : int
    """

    month: str
    premises: str
    revision: int


def file_name(name: str) -> FileName | None:
    """Read the name of an Ofcom fixed coverage file; None where it is of another form.

    Examples
    --------
    >>> file_name("202601_fixed_oa_coverage_r2.csv")
    FileName(month='2026-01', premises='all', revision=2)
    >>> file_name("data/202601_fixed_pc_coverage_res_r1_RM.csv").premises, file_name("2016_fixed_pc_r01_SS.csv").month
    ('residential', '2016-06')
    """
    found = FILE_NAME.search(name.rsplit("/", 1)[-1])
    if not found:
        return None
    premises = "residential" if re.search(r"_res(_|$)", found.group(0)) else "all"
    return FileName(
        month=f"{found['year']}-{found['month'] or '06'}", premises=premises, revision=int(found["revision"])
    )


def read_broadband(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read one coverage file.

    Returns
    -------
    Layer of level "output_area" (measure "count") or "postcode" (measure "share")
        Indexed by the unit's code: `premises`, `premises_matched` (NaN in postcode files), `connections` (lines in
        use; NaN: suppressed or not in this release), `matched` (False: the publisher found no network for any of the
        unit's premises) and for each tier `<tier>_gap`: premises, or share of premises, that cannot get it. NaN: not
        reported.

    Raises
    ------
    DataError
        RELEASE_UNKNOWN, LEVEL_UNKNOWN and those of `text_tables` and `schema`.
    """
    named = _named(file, asked)
    table = read_table(file, known_headers=[s for column in entry.columns[:2] for s in column.spellings])
    loose = [replace(column, required=False) for column in entry.columns]
    checked = check_columns(table, loose, mapping=asked.columns)
    level = next((level for level in LEVELS if level in checked.frame.columns), None)
    if level is None:
        raise DataError(_level_unknown(file))
    raise_if_blocked([*checked.faults, *_blank_keys(checked.frame, level, file.name)])
    kept, duplicates = unique_by(checked.frame, level, file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=_coverage(kept.set_index(level).sort_index(), release(entry, named.month), level),
        level=level,
        measure="count" if level == "output_area" else "share",
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=f"{named.month}, {named.premises} premises, revision {named.revision}",
            rows_used=len(kept),
            set_aside={"repeats another row": len(checked.frame) - len(kept)},
        ),
    )


def release(entry: Source, month: str) -> Release:
    """How the release of a month counts a tier.

    Raises
    ------
    DataError
        RELEASE_UNKNOWN.
    """
    found = next((item for item in entry.releases if item.since <= month <= item.until), None)
    if found is None:
        raise DataError(
            Fault(
                code="RELEASE_UNKNOWN",
                value=month,
                message="No release of this month is known.",
                remedy=f"Known are {entry.releases[0].since} to now.",
            )
        )
    return found


def _named(file: InputFile, asked: SourceFile) -> FileName:
    named = file_name(file.name)
    if asked.release:
        return FileName(
            month=asked.release, premises=named.premises if named else "all", revision=named.revision if named else 0
        )
    if named is None:
        raise DataError(
            Fault(
                code="RELEASE_UNKNOWN",
                file=file.name,
                message="Ofcom's file name is the only record of the month, and this one was renamed.",
                remedy='Give it its name back (202601_fixed_oa_coverage_r2.csv), or write release = "2026-01".',
            )
        )
    return named


def _coverage(frame: pd.DataFrame, counted: Release, level: str) -> pd.DataFrame:
    """Gaps by tier from the publisher's columns, by the recipe of the release."""
    of_counts = level == "output_area"
    whole = frame["premises"] if of_counts else pd.Series(100.0, index=frame.index)
    suffix, recipes = ("", counted.count) if of_counts else ("_pct", counted.share)
    matched = _matched(frame, suffix)
    nothing = pd.Series(np.nan, index=frame.index)
    coverage = {
        "premises": frame["premises"] if of_counts else nothing,
        "premises_matched": frame.get("premises_matched", nothing),
        "connections": _connections(frame, nothing),
        "matched": matched,
    }
    for tier in TIER_KEYS:
        gap = _gap(frame, recipes.get(tier), whole).where(matched)
        coverage[f"{tier}_gap"] = gap if of_counts else gap / 100
    return pd.DataFrame(coverage)


def _gap(frame: pd.DataFrame, recipe: Mapping[str, Any] | None, whole: pd.Series) -> pd.Series:
    """What lacks a tier, in the unit of `whole`; NaN where the release or the row does not say."""
    if recipe is None:
        return pd.Series(np.nan, index=frame.index)
    if "without" in recipe:
        return frame[recipe["without"]] if recipe["without"] in frame else pd.Series(np.nan, index=frame.index)
    parts = [name for name in recipe["with"] if name in frame]
    if len(parts) < len(recipe["with"]):
        return pd.Series(np.nan, index=frame.index)
    return (whole - frame[parts].sum(axis=1, min_count=len(parts))).clip(lower=0)


def _matched(frame: pd.DataFrame, suffix: str) -> pd.Series:
    """False where all premises of a unit are unmatched: neither with 30 Mbit/s nor without."""
    parts = [f"{name}{suffix}" for name in ("sfbb", "ufbb_300", "unable_30") if f"{name}{suffix}" in frame]
    return frame[parts].sum(axis=1, min_count=1).ne(0) if parts else pd.Series(data=True, index=frame.index)


def _connections(frame: pd.DataFrame, nothing: pd.Series) -> pd.Series:
    """Lines in use: the sum of five bands (that of 300 Mbit/s lies within the last); NaN where one is suppressed."""
    if not set(CONNECTION_BANDS) <= set(frame.columns):
        return nothing
    return frame[list(CONNECTION_BANDS)].sum(axis=1, min_count=len(CONNECTION_BANDS))


def _blank_keys(frame: pd.DataFrame, level: str, file: str) -> list[Fault]:
    rows = tuple(frame.index[frame[level] == ""])
    if not rows:
        return []
    words = level.replace("_", " ")
    return [
        Fault(
            code="KEY_MISSING",
            file=file,
            column=level,
            rows=rows,
            message=f"{len(rows):,} of {len(frame):,} rows have no {words}. Each needs one.",
            remedy="Fill the cells or delete the rows.",
        )
    ]


def _level_unknown(file: InputFile) -> Fault:
    return Fault(
        code="LEVEL_UNKNOWN",
        file=file.name,
        message="The file has neither an output_area nor a postcode column, so it is unclear what one row is.",
        remedy="Take the output-area or the postcode file of the release.",
    )
