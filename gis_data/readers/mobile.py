"""Ofcom's mobile coverage of authorities: the share of premises and of land that no operator, or every one, covers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.code_columns import level_of_codes
from connected_place.gis_data.readers.premises import month_of
from connected_place.gis_data.tabular import TextTable, check_columns, plain, raise_if_blocked, read_asked, unique_by

CELL = re.compile(r"((?:[2345]G|Voice)(?:_[a-z]+)*_(?:in|out))_(\d)", re.IGNORECASE)
"""A header such as 4G_prem_in_0: technology, place measured, and the number of operators that cover it."""

OFFERED = re.compile(r"(4g|5g|voice)_(?:.*_)?(prem_in|prem_out|geo_out)")
"""Groups that can represent need. 2G and 3G cannot: 3G is being switched off, so fewer operators is not worse."""

_ROUNDING_PCT = 1.0
"""The rounded percentages of a group may miss 100 by this much."""


def read_mobile_coverage(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read mobile coverage by local authority (or by constituency).

    Returns
    -------
    Layer of level "authority" or "constituency", measure "share"
        Indexed by `code`: `name` as the publisher writes it (capitals up to 2024: join on the code only), `premises`
        (count; NaN: not in the file), and for each group of 4G, 5G and voice, such as `4g_prem_in`, `4g_geo_out` or
        `5g_high_confidence_prem_out`: `<group>_no_operator_share` and `<group>_all_share` (of as many operators as the
        group counts), in [0, 1]; NaN where the whole group is blank.

    Raises
    ------
    DataError
        NO_COVERAGE_COLUMNS, GROUP_SUM and those of `text_tables` and `schema`.

    Notes
    -----
    The suffix of a column is a number of operators, and a blank cell is 0 here and nowhere else (Ofcom, Connected
    Nations 2025, local authority file). Every group adds up to 100.
    """
    table = read_asked(file, asked, known_headers=entry.columns[0].spellings)
    groups = _groups(list(table.frame.columns))
    if not any(OFFERED.fullmatch(group) for group in groups):
        raise DataError(_no_groups(table))
    cells = [header for headers in groups.values() for header in headers]
    percentages = [Column(name=header, kind="percent", spellings=(header,), low=0.0, high=100.0) for header in cells]
    checked = check_columns(_blanks_as_zero(table, cells), [*entry.columns, *percentages], mapping=asked.columns)
    whole = {group: headers for group, headers in groups.items() if set(headers) <= set(checked.frame.columns)}
    raise_if_blocked([*checked.faults, *_sum_faults(checked.frame, whole, file.name)])
    frame = _shares(checked.frame, groups)
    kept, duplicates = unique_by(frame, "code", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=kept.set_index("code").sort_index(),
        level=level_of_codes(kept["code"]) or "constituency",
        measure="share",
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or month_of(file.name) or "not stated",
            rows_used=len(kept),
            set_aside={"repeats another row": len(frame) - len(kept)},
        ),
    )


def _groups(headers: Sequence[str]) -> dict[str, list[str]]:
    """Headers of each group, from no operator to all.

    Examples
    --------
    >>> _groups(["laua", "4G_prem_in_1", "4G_prem_in_0", "5G_SA_high_confidence_geo_out_0"])["4g_prem_in"]
    ['4G_prem_in_0', '4G_prem_in_1']
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for header in headers:
        match = CELL.fullmatch(header)
        if match:
            found.setdefault(match[1].lower(), []).append((int(match[2]), header))
    return {group: [header for _, header in sorted(cells)] for group, cells in found.items()}


def _blanks_as_zero(table: TextTable, headers: Sequence[str]) -> TextTable:
    cells = table.frame[list(headers)]
    filled = cells.where(cells.apply(plain) != "", "0")
    return replace(table, frame=table.frame.assign(**filled))


def _sums(frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    return pd.DataFrame({group: frame[list(headers)].sum(axis=1) for group, headers in groups.items()})


def _sum_faults(frame: pd.DataFrame, groups: Mapping[str, Sequence[str]], file: str) -> list[Fault]:
    """Groups that do not add up to 100; an empty one is not reported, as motorways where there are none."""
    sums = _sums(frame, groups)
    wrong = (sums - 100).abs().gt(_ROUNDING_PCT) & sums.ne(0)
    return [
        fault(
            "GROUP_SUM",
            file=file,
            column=headers[0],
            rows=tuple(wrong.index[wrong[group]]),
            value=f"{sums[group][wrong[group]].iloc[0]:g}",
            first=headers[0],
            last=headers[-1],
        )
        for group, headers in groups.items()
        if wrong[group].any()
    ]


def _shares(frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The columns of the layer."""
    reported = _sums(frame, groups).ne(0)
    shares = {}
    for group, headers in groups.items():
        if OFFERED.fullmatch(group):
            shares[f"{group}_no_operator_share"] = (frame[headers[0]] / 100).where(reported[group])
            shares[f"{group}_all_share"] = (frame[headers[-1]] / 100).where(reported[group])
    nothing = pd.Series(float("nan"), index=frame.index)
    names = frame.get("name", pd.Series("", index=frame.index))
    known = {"code": frame["code"], "name": names, "premises": frame.get("premises", nothing)}
    return pd.DataFrame({**known, **shares})


def _no_groups(table: TextTable) -> Fault:
    return fault("NO_COVERAGE_COLUMNS.mobile", file=table.file, value=", ".join(table.frame.columns[:6]))
