"""A worksheet as a person sees it: text, shown percentages, no formula without a value."""

from __future__ import annotations

import contextlib
import datetime
import functools
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile, declares_entities, opened
from connected_place.gis_data.tabular.heads import HEADER_WITHIN_ROWS, column_letters

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
"""Endings of spreadsheet programs; only the first two are read."""

OLD_MAGIC = b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED_BYTES = 300_000_000
MOST_ROWS = 1_048_576
MOST_CELLS = 20_000_000
SCANNED_ENDINGS = (".xml", ".rels", ".vml")

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=\"(?:1|true)\"")
HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*?\bhidden=\"(?:1|true)\"")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MOST_MERGED_ROWS = 100
_HALF_A_SECOND = datetime.timedelta(milliseconds=500)
QUOTED_FORMAT = re.compile(r'"[^"]*"|\\.')

BROKEN_PART = (
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, NotImplementedError),
    *(OSError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error),
)
"""What openpyxl raises on parts that are missing or not as the format has them; the bytes are in memory, so an OSError
is one of the format too."""


@dataclass(frozen=True, slots=True)
class SpoiledCell:
    """A cell that shows something other than its value.

    Attributes
    ----------
    code : str
        FORMULA_NO_VALUE, CELL_ERROR or MERGED_CELLS.
    row, last_row : int
        As the spreadsheet counts them; they differ for a merged block.
    column : int
        Counted from 0.
    value : str
    """

    code: str
    row: int
    last_row: int
    column: int
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetText:
    """A worksheet.

    Attributes
    ----------
    name : str
    rows : list of list of str
        All of one length; each cell as the text that a person sees. Hidden rows and columns are among them.
    spoiled : tuple of SpoiledCell
    warnings : tuple of Fault
        ID_NUMERIC, HIDDEN_CELLS, SHEET_NOT_READ.
    """

    name: str
    rows: list[list[str]]
    spoiled: tuple[SpoiledCell, ...]
    warnings: tuple[Fault, ...]

    def faults(self, source: InputFile, *, below: int, positions: Collection[int]) -> list[Fault]:
        """One fault for each way in which cells are spoiled; they block only in columns that are read.

        Parameters
        ----------
        source : InputFile
        below : int
            Row of the header, counted from 1; rows above it are not read.
        positions : collection of int
            Columns that are read, counted from 0.
        """
        inside = [cell for cell in self.spoiled if cell.last_row > below]
        read = [cell for cell in inside if cell.column in positions]
        unread = [cell for cell in inside if cell.column not in positions]
        return [*_spoiled_faults(source.fault, read, is_read=True), *_spoiled_faults(source.warning, unread)]


@dataclass(slots=True)
class _Seen:
    """What was found while the cells of a sheet were read, once."""

    rows: list[list[str]] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    spoiled: list[SpoiledCell] = field(default_factory=list)
    zero_padded: list[tuple[int, int, str]] = field(default_factory=list)


def read_sheet(
    source: InputFile, *, score: Callable[[Sequence[Sequence[str]]], int] = len, name: str = ""
) -> SheetText:
    """Rows of one worksheet, each cell as the text a person sees.

    Parameters
    ----------
    source : InputFile
    score : callable
        How many of the headers that the reader looks for are in the first rows of a sheet. The visible sheet with
        most is read, else the first that has anything.
    name : str
        Of the sheet to read, blanks and case aside; empty: the one with the headers.

    Raises
    ------
    DataError
        NOT_A_WORKBOOK, TOO_LARGE, XML_ENTITY, DAMAGED, EMPTY, SHEET_MISSING, SHEET_AMBIGUOUS.
    """
    parts = _checked_parts(source)
    with _openpyxl(source):
        book = _book(source, values=True)
        chosen, others = _named_sheet(source, book, name) if name else _sheet_with_header(source, book, score)
        part = parts[book[chosen]._worksheet_path]  # openpyxl does not give the part of a sheet otherwise
        formulas = _formulas(_book(source, values=False)[chosen]) if FORMULA.search(part) else {}
        seen = _read(source, book[chosen], formulas)
    width = max(map(len, seen.rows), default=0)
    return SheetText(
        name=chosen,
        rows=[row + [""] * (width - len(row)) for row in seen.rows],
        spoiled=(*seen.spoiled, *_merged(part)),
        warnings=(*_shown_otherwise(source, seen), *_hidden(source, part), *_not_read(source, chosen, others)),
    )


def _checked_parts(source: InputFile) -> dict[str, bytes]:
    """The sheets of a workbook, once every part has been looked at; nothing has been parsed."""
    if not source.content.startswith(b"PK"):
        raise DataError(_not_a_workbook(source))
    with opened(source, largest_bytes=LARGEST_UNPACKED_BYTES) as package:
        names = package.namelist()
        if "xl/workbook.xml" not in names:
            raise DataError(_not_a_workbook(source))
        hostile = [name for name in names if name.endswith(SCANNED_ENDINGS) and declares_entities(package.read(name))]
        parts = {name: package.read(name) for name in names if name.startswith("xl/worksheets/")}
    if hostile:
        raise DataError(source.fault("XML_ENTITY.workbook", value=hostile[0]))
    return parts


def _not_a_workbook(source: InputFile) -> Fault:
    if source.content.startswith(OLD_MAGIC):
        return source.fault("NOT_A_WORKBOOK.locked")
    return source.fault("NOT_A_WORKBOOK.other")


@contextlib.contextmanager
def _openpyxl(source: InputFile) -> Iterator[None]:
    """Openpyxl without its warnings on what it leaves out; a broken part is a fault."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except DataError:  # a ValueError too
        raise
    except BROKEN_PART as error:
        raise DataError(source.fault("DAMAGED.workbook", reason=type(error).__name__)) from error


def _book(source: InputFile, *, values: bool) -> Workbook:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(source.content), read_only=True, data_only=values, keep_links=False)


def _named_sheet(source: InputFile, book: Workbook, name: str) -> tuple[str, list[str]]:
    """Name of the sheet that plan.toml names, hidden or not.

    Raises
    ------
    DataError
        SHEET_MISSING.
    """
    titles = {" ".join(sheet.title.casefold().split()): sheet.title for sheet in book.worksheets}
    found = titles.get(" ".join(name.casefold().split()))
    if found is None:
        raise DataError(source.fault("SHEET_MISSING", value=name, sheets=_listed(list(titles.values()))))
    return found, []


def _sheet_with_header(
    source: InputFile, book: Workbook, score: Callable[[Sequence[Sequence[str]]], int]
) -> tuple[str, list[str]]:
    """Name of the sheet to read, and of other visible ones with some of its headers.

    Raises
    ------
    DataError
        EMPTY, SHEET_AMBIGUOUS.
    """
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    tops = {sheet.title: _top(sheet) for sheet in sheets}
    filled = [title for title, rows in tops.items() if any(any(row) for row in rows)]
    if not filled:
        raise DataError(source.fault("EMPTY.workbook"))
    scores = {title: score(tops[title]) for title in filled}
    best = max(filled, key=lambda title: scores[title])
    alike = [title for title in filled if scores[title] == scores[best]]
    if scores[best] and len(alike) > 1:
        fault = source.fault("SHEET_AMBIGUOUS", count=len(alike), sheets=_listed(alike), example=alike[-1])
        raise DataError(fault)
    return best, [title for title in filled if scores[title] and title != best]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _top(sheet: ReadOnlyWorksheet) -> list[list[str]]:
    """The first rows of a sheet."""
    sheet.reset_dimensions()  # the stated ones may be wrong
    return [[_shown(cell) for cell in row] for row in sheet.iter_rows(max_row=HEADER_WITHIN_ROWS)]


def _read(source: InputFile, sheet: ReadOnlyWorksheet, formulas: dict[tuple[int, int], str]) -> _Seen:
    """Read all rows up to the last that is not empty.

    Raises
    ------
    DataError
        TOO_LARGE.
    """
    seen = _Seen(formulas=formulas)
    sheet.reset_dimensions()
    count = last = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        texts = [_shown(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        count += len(texts)
        if number > MOST_ROWS or count > MOST_CELLS:
            raise DataError(source.fault("TOO_LARGE.sheet", rows_limit=MOST_ROWS, cells_limit=MOST_CELLS))
        seen.rows.append(texts)
        last = number if texts else last
        _note_cells(seen, number, row)
    del seen.rows[last:]
    return seen


def _formulas(sheet: ReadOnlyWorksheet) -> dict[tuple[int, int], str]:
    """Formulas by row and column."""
    sheet.reset_dimensions()
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
    return {(cell.row, cell.column): str(cell.value) for cell in cells}


def _note_cells(seen: _Seen, number: int, row: Sequence[ReadOnlyCell]) -> None:
    """Keep cells that show something other than their value."""
    for at, cell in enumerate(row):
        if cell.value is None:
            if (number, at + 1) in seen.formulas:
                formula = seen.formulas[number, at + 1]
                seen.spoiled.append(SpoiledCell("FORMULA_NO_VALUE", number, number, at, formula))
        elif cell.data_type == "e":
            seen.spoiled.append(SpoiledCell("CELL_ERROR", number, number, at, str(cell.value)))
        elif isinstance(cell.value, int) and _is_zero_padded(str(cell.number_format)):
            seen.zero_padded.append((number, at, str(cell.value)))


def _merged(part: bytes) -> list[SpoiledCell]:
    """Merged blocks that go over several rows, by row."""
    blocks = [(int(top), int(bottom), left) for left, top, _, bottom in MERGED.findall(part) if int(bottom) > int(top)]
    return [SpoiledCell("MERGED_CELLS", top, bottom, _position(left.decode())) for top, bottom, left in sorted(blocks)]


def _position(letters: str) -> int:
    """The position of a column from its letters, counted from 0.

    Examples
    --------
    >>> _position("A"), _position("AA")
    (0, 26)
    """
    return functools.reduce(lambda number, letter: 26 * number + ord(letter) - 64, letters, 0) - 1


def _spoiled_faults(make: Callable[..., Fault], cells: Sequence[SpoiledCell], *, is_read: bool = False) -> list[Fault]:
    """A fault for each way in which cells are spoiled."""
    by_code: dict[str, list[SpoiledCell]] = {}
    for cell in cells:
        by_code.setdefault(cell.code, []).append(cell)
    faults = []
    if formulas := by_code.get("FORMULA_NO_VALUE"):
        faults.append(_spoiled("FORMULA_NO_VALUE.read" if is_read else "FORMULA_NO_VALUE.unread", make, formulas))
    if errors := by_code.get("CELL_ERROR"):
        faults.append(_spoiled("CELL_ERROR.read" if is_read else "CELL_ERROR.unread", make, errors))
    if merged := by_code.get("MERGED_CELLS"):
        faults.append(_spoiled("MERGED_CELLS.read" if is_read else "MERGED_CELLS.unread", make, merged))
    return faults


def _spoiled(key: str, make: Callable[..., Fault], cells: Sequence[SpoiledCell]) -> Fault:
    first = cells[0]
    rows = {row for cell in cells for row in range(cell.row, min(cell.last_row, cell.row + _MOST_MERGED_ROWS) + 1)}
    column = column_letters(first.column)
    return make(key, column=column, rows=tuple(sorted(rows)), value=first.value, count=len(cells))


def _shown_otherwise(source: InputFile, seen: _Seen) -> list[Fault]:
    """A warning where a format alone makes leading zeros."""
    if not seen.zero_padded:
        return []
    rows = tuple(sorted({row for row, _, _ in seen.zero_padded}))
    _, at, value = seen.zero_padded[0]
    count = len(seen.zero_padded)
    return [source.warning("ID_NUMERIC", column=column_letters(at), rows=rows, value=value, count=count)]


def _hidden(source: InputFile, part: bytes) -> list[Fault]:
    """A warning on what a person at the screen does not see."""
    rows, columns = len(HIDDEN_ROW.findall(part)), len(HIDDEN_COLUMN.findall(part))
    if not rows and not columns:
        return []
    return [source.warning("HIDDEN_CELLS", hidden_rows=rows, hidden_columns=columns)]


def _not_read(source: InputFile, name: str, others: Sequence[str]) -> list[Fault]:
    """A warning where other sheets look like the one that was read."""
    if not others:
        return []
    return [source.warning("SHEET_NOT_READ", value=", ".join(others), name=name, count=len(others))]


def _shown(cell: ReadOnlyCell) -> str:
    """The text of a cell as the spreadsheet program shows it."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        value = (value + _HALF_A_SECOND).replace(microsecond=0)  # a spreadsheet keeps 09:00 as 0.374999999996
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, int | float):
        return _shown_number(value, str(cell.number_format))
    return str(value).strip()


def _shown_number(value: float, number_format: str) -> str:
    """A number in its format: percentages and leading zeros as shown.

    Examples
    --------
    >>> _shown_number(0.801, "0.0%"), _shown_number(7, "0000"), _shown_number(10093506117.0, "General")
    ('80.1%', '0007', '10093506117')
    """
    if "%" in QUOTED_FORMAT.sub("", number_format):
        return f"{round(value * 100, 10):.10g}%"
    if _is_zero_padded(number_format) and float(value).is_integer():
        return f"{int(value):0{len(number_format)}d}"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _is_zero_padded(number_format: str) -> bool:
    return len(number_format) > 1 and set(number_format) == {"0"}
