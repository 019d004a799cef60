"""A table file as rows of text, each with the number that its owner sees: CSV in any usual form, or a workbook."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, replace

import pandas as pd

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import TABLES, InputFile, is_zip, members
from connected_place.gis_data.tabular.cells import contains, plain
from connected_place.gis_data.tabular.delimited import DelimitedText, as_text, read_at_once
from connected_place.gis_data.tabular.workbooks import HEADER_WITHIN_ROWS, WORKBOOKS, read_sheet

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
        Columns as headed in the file; the index is the row number as an editor or a spreadsheet shows it.
    headers : tuple of str
        All headers of the file, read or not.
    decimal_comma : bool
        True where the file separates cells by semicolons and so writes 80,1 for 80.1.
    blank_rows : int
        Rows without any text, left out.
    warnings : tuple of Fault
    """

    file: str
    frame: pd.DataFrame
    headers: tuple[str, ...] = ()
    decimal_comma: bool = False
    blank_rows: int = 0
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    """The header of a table: its row, its cells, and which columns are read."""

    row: int
    names: tuple[str, ...]
    positions: tuple[int, ...]


def header_key(header: str) -> str:
    """A header with what publishers change between releases taken away: case, blanks, underscores.

    Examples
    --------
    >>> header_key(" Number of connections < 2 Mbit/s  (number of lines)")
    'number of connections < 2 mbit/s (number of lines)'
    >>> header_key("Output_Area") == header_key("output area")
    True
    """
    return " ".join(header.replace("_", " ").replace("\u00a0", " ").strip("\ufeff").casefold().split())


def read_table(
    source: InputFile, *, known_headers: Collection[str], wanted: Collection[str] | None = None
) -> TextTable:
    """Read a CSV file, a workbook, or a zip that holds one of them, as text.

    Parameters
    ----------
    source : InputFile
    known_headers : collection of str
        Headers that the reader looks for; the first row that holds one of them is the header, so that title
        lines above it are skipped.
    wanted : collection of str, optional
        Headers of the columns to read; the first column comes too. Default: all columns. The whole file is checked
        either way.

    Raises
    ------
    DataError
        NOT_A_CSV, ENC_UNKNOWN, QUOTE_UNCLOSED, NO_ROWS, COLUMN_MISSING, COLUMN_DUPLICATE, RAGGED, TRUNCATED,
        TOTAL_ROW; for workbooks those of `workbooks.read_sheet`, for zips LAYER_AMBIGUOUS and those of
        `archives.members`.
    """
    if source.ending == ".zip" and is_zip(source):
        return read_table(_only_table(source), known_headers=known_headers, wanted=wanted)
    known = {header_key(header) for header in known_headers}
    keys = None if wanted is None else {header_key(header) for header in wanted}
    if source.ending in WORKBOOKS:
        sheet, warnings = read_sheet(source, is_header=lambda row: _headers_in(row, known) > 0)
        head = _head(source, sheet[:HEADER_WITHIN_ROWS], known, keys)
        return _row_by_row(source, head, sheet[head.row :], warnings=warnings, ends_cleanly=True)
    text, warnings = as_text(source, headers_in=lambda row: _headers_in(row, known))
    head = _head(source, list(itertools.islice(text.rows(), HEADER_WITHIN_ROWS)), known, keys)
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


def _headers_in(row: Sequence[str], known: Set[str]) -> int:
    """How many known headers are in a row."""
    return len(known & {header_key(cell) for cell in row})


def _head(source: InputFile, rows: Sequence[Sequence[str]], known: Set[str], wanted: Set[str] | None) -> _Head:
    """The first row that holds a known header.

    Raises
    ------
    DataError
        COLUMN_MISSING, COLUMN_DUPLICATE.
    """
    at = next((position for position, row in enumerate(rows) if _headers_in(row, known)), None)
    if at is None:
        found = next((", ".join(row) for row in rows if any(row)), "")
        wanted_names = ", ".join(sorted(known)[:6])
        raise DataError(source.fault("COLUMN_MISSING.headers", value=found, wanted=wanted_names))
    names = tuple(cell.strip(" \ufeff\u00a0") for cell in rows[at])
    keys = [header_key(name) for name in names]
    twice = sorted({key for key in keys if key and keys.count(key) > 1})
    if twice:
        raise DataError(source.fault("COLUMN_DUPLICATE", column=twice[0], count=len(twice)))
    positions = (position for position, key in enumerate(keys) if wanted is None or position == 0 or key in wanted)
    return _Head(at + 1, names, tuple(positions))


def _row_by_row(
    source: InputFile, head: _Head, rows: Iterable[list[str]], *, warnings: Sequence[Fault], ends_cleanly: bool
) -> TextTable:
    """Check every row below the header and keep the columns asked for.

    Raises
    ------
    DataError
        NO_ROWS, RAGGED, TRUNCATED, TOTAL_ROW.
    """
    width = len(head.names)
    numbers: list[int] = []
    kept: list[list[str]] = []
    ragged: dict[int, int] = {}
    blank_rows = number = 0
    for number, row in enumerate(rows, start=head.row + 1):
        if not any(map(str.strip, row)):
            blank_rows += 1
            continue
        numbers.append(number)
        if len(row) != width:
            ragged[number] = len(row)
        elif not ragged:
            kept.append([row[position] for position in head.positions])
    if ragged:
        is_cut = list(ragged) == numbers[-1:] and ragged[numbers[-1]] < width and not ends_cleanly
        raise DataError(_truncated(source, ragged) if is_cut else _ragged(source, head, ragged, len(numbers)))
    columns = zip(*kept, strict=True) if kept else ((),) * len(head.positions)
    cells = {at: pd.array(list(column), dtype="str") for at, column in enumerate(columns)}
    frame = pd.DataFrame(cells, index=numbers).set_axis(_read_names(head), axis="columns")
    return _checked_table(source, head, frame, blank_rows=blank_rows, warnings=warnings)


def _at_once(text: DelimitedText, head: _Head, warnings: Sequence[Fault]) -> TextTable | None:
    """The same table by Arrow, or None where only the way row by row can tell."""
    found = read_at_once(text, header_row=head.row, width=len(head.names), positions=head.positions)
    if found is None:
        return None
    frame, blank_rows = found
    frame = frame.set_axis(_read_names(head), axis="columns")
    return _checked_table(text.source, head, frame, blank_rows=blank_rows, warnings=warnings)


def _read_names(head: _Head) -> list[str]:
    return [head.names[position] for position in head.positions]


def _checked_table(
    source: InputFile, head: _Head, frame: pd.DataFrame, *, blank_rows: int, warnings: Sequence[Fault]
) -> TextTable:
    """A table with rows and without totals, which would count everything twice."""
    if not len(frame):
        raise DataError(source.fault("NO_ROWS.table"))
    rows = _total_rows(frame)
    if rows:
        raise DataError(source.fault("TOTAL_ROW", rows=rows))
    return TextTable(
        file=source.name,
        frame=frame,
        headers=head.names,
        blank_rows=blank_rows,
        warnings=(*source.warnings, *warnings),
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


def _ragged(source: InputFile, head: _Head, ragged: dict[int, int], count: int) -> Fault:
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
