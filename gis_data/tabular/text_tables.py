"""A table file as rows of text, each with the number that its owner sees: CSV in any usual form, or a workbook."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import TABLES, InputFile, is_zip, members
from connected_place.gis_data.tabular.cells import contains, plain
from connected_place.gis_data.tabular.delimited import DelimitedText, as_text, read_at_once
from connected_place.gis_data.tabular.heads import (
    HEADER_WITHIN_ROWS,
    Head,
    Layout,
    Wanted,
    head_of,
    header_key,
    keys_of,
)
from connected_place.gis_data.tabular.workbooks import WORKBOOKS, read_sheet

TOTALS = r"(?:grand |sub-?\s?)?totals?:?|sum:?|all:?"
TOTAL_OR_BLANK = r"(?i)total|sum|^[\s\pZ]*all|^[^\pL\pN\pP\pS]*$"
"""Cells that may say total, and blank ones: a first look at millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """Cells as the text that a person sees.

    Attributes
    ----------
    file : str
        Name in messages.
    frame : DataFrame of str
        Columns as headed in the file, each header once; the index is the row number as an editor or a spreadsheet
        shows it. Rows that a fault speaks of are not among them.
    headers : tuple of str
        All headers of the file, read or not.
    decimal_comma : bool
        True where the file separates cells by semicolons and so writes 80,1 for 80.1.
    blank_rows : int
        Rows without any text, left out.
    warnings : tuple of Fault
    faults : tuple of Fault
        What blocks, of single rows and columns. `check_columns` passes them on with its own, so that a person hears
        of all at once; who does not call it raises them.
    repeated : frozenset of str
        Keys of headers that several columns have: it is unclear which to use.
    sheet, title : str
        Name of the worksheet; what is written above the header.
    """

    file: str
    frame: pd.DataFrame
    headers: tuple[str, ...] = ()
    decimal_comma: bool = False
    blank_rows: int = 0
    warnings: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    repeated: frozenset[str] = frozenset()
    sheet: str = ""
    title: str = ""


def read_table(
    source: InputFile,
    *,
    known_headers: Collection[str],
    wanted: Collection[str] | None = None,
    layout: Layout | None = None,
    header_rows: int = 0,
    sheet: str = "",
) -> TextTable:
    """Read a CSV file, a workbook, or a zip that has one of them, as text.

    Parameters
    ----------
    source : InputFile
    known_headers : collection of str
        Headers that the reader looks for; the first row that has one of them is the header, so that title lines above
        it are skipped.
    wanted : collection of str, optional
        Headers of the columns to read; the first column comes too. Default: all columns. The whole file is checked
        either way.
    layout : Layout, optional
        Of a file that its publisher gives out without a header: read under these names where its first row is one.
    header_rows : int
        Over how many rows the header goes; 0: as the rows show.
    sheet : str
        Worksheet to read; empty: the one with the headers.

    Raises
    ------
    DataError
        What keeps the file from being read as a table: NOT_A_CSV, ENC_UNKNOWN, QUOTE_UNCLOSED, NO_ROWS,
        COLUMN_MISSING; for workbooks those of `workbooks.read_sheet`, for zips LAYER_AMBIGUOUS and those of
        `archives.members`. RAGGED, TRUNCATED, TOTAL_ROW and spoiled cells are in `faults` of the table.
    """
    if source.ending == ".zip" and is_zip(source):
        member = _only_table(source)
        return read_table(
            member, known_headers=known_headers, wanted=wanted, layout=layout, header_rows=header_rows, sheet=sheet
        )
    asked = Wanted(
        known=keys_of(known_headers) or frozenset(),
        columns=keys_of(wanted),
        layout=layout,
        header_rows=header_rows,
        sheet=sheet,
    )
    if source.ending in WORKBOOKS:
        return _of_sheet(source, asked)
    return _of_text(source, asked)


def _of_sheet(source: InputFile, wanted: Wanted) -> TextTable:
    """A worksheet as a table."""
    sheet = read_sheet(source, score=wanted.score, name=wanted.sheet)
    head = head_of(source, sheet.rows[:HEADER_WITHIN_ROWS], wanted, is_sheet=True)
    width = len(head.names)
    rows = (row + [""] * (width - len(row)) for row in sheet.rows[head.row :])
    table = _row_by_row(source, head, rows, warnings=sheet.warnings, ends_cleanly=True)
    spoiled = sheet.faults(source, below=head.row, positions=head.positions)
    return replace(
        table,
        sheet=sheet.name,
        faults=(*[fault for fault in spoiled if fault.blocks], *table.faults),
        warnings=(*table.warnings, *[fault for fault in spoiled if not fault.blocks]),
    )


def _of_text(source: InputFile, wanted: Wanted) -> TextTable:
    """A CSV file as a table.

    Raises
    ------
    DataError
        SHEET_MISSING: plan.toml names a worksheet.
    """
    if wanted.sheet:
        raise DataError(source.fault("SHEET_OF_TEXT", value=wanted.sheet))
    text, warnings = as_text(source, score=wanted.score)
    top = list(itertools.islice(text.rows(), HEADER_WITHIN_ROWS))
    head = head_of(source, top, wanted, is_sheet=False)
    table = _at_once(text, head, warnings) or _row_by_row(
        source,
        head,
        itertools.islice(text.rows(), head.row, None),
        warnings=warnings,
        ends_cleanly=source.content.rstrip(b"\0").endswith((b"\n", b"\r")),
    )
    return replace(table, decimal_comma=text.has_decimal_commas)


def _only_table(source: InputFile) -> InputFile:
    found = members(source, endings=TABLES)
    if len(found) > 1:
        raise DataError(source.fault("LAYER_AMBIGUOUS.tables", count=len(found)))
    return found[0]


def _row_by_row(
    source: InputFile, head: Head, rows: Iterable[list[str]], *, warnings: Sequence[Fault], ends_cleanly: bool
) -> TextTable:
    """Check every row below the header and keep the columns asked for."""
    width = len(head.names)
    numbers: list[int] = []
    kept: list[list[str]] = []
    ragged: dict[int, int] = {}
    blank_rows = count = last = 0
    for number, row in enumerate(rows, start=head.row + 1):
        if not any(map(str.strip, row)):
            blank_rows += 1
            continue
        count, last = count + 1, number
        if len(row) != width:
            ragged[number] = len(row)
        else:
            numbers.append(number)
            kept.append([row[position] for position in head.positions])
    faults = []
    if ragged:
        is_cut = list(ragged) == [last] and ragged[last] < width and not ends_cleanly
        faults.append(_truncated(source, ragged) if is_cut else _ragged(source, head, ragged, count))
    columns = zip(*kept, strict=True) if kept else ((),) * len(head.positions)
    cells = {at: pd.array(list(column), dtype="str") for at, column in enumerate(columns)}
    frame = pd.DataFrame(cells, index=numbers).set_axis(_read_names(head), axis="columns")
    table = _checked_table(source, head, frame, faults=faults, warnings=warnings)
    return replace(table, blank_rows=blank_rows)


def _at_once(text: DelimitedText, head: Head, warnings: Sequence[Fault]) -> TextTable | None:
    """The same table by Arrow, or None where only the way row by row can tell."""
    found = read_at_once(text, header_row=head.row, width=len(head.names), positions=head.positions)
    if found is None:
        return None
    frame, blank_rows = found
    frame = frame.set_axis(_read_names(head), axis="columns")
    return replace(_checked_table(text.source, head, frame, warnings=warnings), blank_rows=blank_rows)


def _read_names(head: Head) -> list[str]:
    return [head.names[position] for position in head.positions]


def _checked_table(
    source: InputFile, head: Head, frame: pd.DataFrame, *, faults: Sequence[Fault] = (), warnings: Sequence[Fault]
) -> TextTable:
    """A table with rows, without totals, which would count everything twice, and without its header again.

    Raises
    ------
    DataError
        NO_ROWS.
    """
    totals = _total_rows(frame)
    again = _header_again(frame, head)
    rest = frame.drop(index=[*totals, *again]) if totals or again else frame
    found = [*faults, *([source.fault("TOTAL_ROW", rows=totals)] if totals else [])]
    if not len(rest):
        raise DataError(found or [source.fault("NO_ROWS.table")])
    aside = [source.warning("HEADER_REPEATED", rows=again, count=len(again))] if again else []
    return TextTable(
        file=source.name,
        frame=rest,
        headers=head.names,
        warnings=(*source.warnings, *warnings, *aside),
        faults=tuple(found),
        repeated=head.repeated,
        title=head.title,
    )


def _total_rows(frame: pd.DataFrame) -> tuple[int, ...]:
    """Rows whose first cell that is not blank says total."""
    is_candidate = contains(frame.iloc[:, 0], TOTAL_OR_BLANK)
    if not is_candidate.any():
        return ()
    some = frame[is_candidate]
    first = plain(some.iloc[:, 0])
    for at in range(1, some.shape[1]):
        first = first.where(first != "", plain(some.iloc[:, at]))
    return tuple(first.index[first.str.casefold().str.fullmatch(TOTALS)])


def _header_again(frame: pd.DataFrame, head: Head) -> tuple[int, ...]:
    """Rows that are the header once more, as where files were put one below the other.

    Two cells must be the headers of their own columns, and more than half of those that are filled; a first look at
    one column passes over millions of rows.
    """
    if not head.row or frame.shape[1] < 2:
        return ()
    keys = [header_key(str(name)) for name in frame.columns]
    looks = [contains(frame.iloc[:, at], f"(?i){re.escape(keys[at].partition(' ')[0])}") for at in (0, 1)]
    some = frame[looks[0] | looks[1]]
    if not len(some):
        return ()
    same = pd.DataFrame({at: some.iloc[:, at].map(header_key) == key for at, key in enumerate(keys)})
    filled = pd.DataFrame({at: plain(some.iloc[:, at]) != "" for at in range(len(keys))})
    number = same.sum(axis="columns")
    return tuple(number.index[(number >= 2) & (number * 2 > filled.sum(axis="columns"))])


def _ragged(source: InputFile, head: Head, ragged: dict[int, int], count: int) -> Fault:
    return source.fault(
        "RAGGED",
        rows=tuple(ragged),
        count=len(ragged),
        total=count,
        wanted=len(head.names),
        first=next(iter(ragged.values())),
    )


def _truncated(source: InputFile, ragged: dict[int, int]) -> Fault:
    return source.fault("TRUNCATED.table", rows=tuple(ragged))
