"""A worksheet as a person sees it: text, shown percentages, no formula without a value."""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.files import InputFile, declares_entities, opened

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
HEADER_WITHIN_ROWS = 25
SCANNED_ENDINGS = (".xml", ".rels", ".vml")

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=\"(?:1|true)\"")
HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*?\bhidden=\"(?:1|true)\"")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
QUOTED_FORMAT = re.compile(r'"[^"]*"|\\.')

BROKEN_PART = (
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError, NotImplementedError),
    *(OSError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error),
)
"""What openpyxl raises on parts that are missing or not as the format has them; the bytes are in memory, so an OSError
is one of the format too."""


@dataclass(slots=True)
class _Seen:
    """What was found while the cells of a sheet were read, once."""

    rows: list[list[str]] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    no_value: list[tuple[int, str, str]] = field(default_factory=list)
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    zero_padded: list[tuple[int, str, str]] = field(default_factory=list)


def read_sheet(
    source: InputFile, *, is_header: Callable[[Sequence[str]], bool] = lambda row: True
) -> tuple[list[list[str]], list[Fault]]:
    """Rows of one visible worksheet, each cell as the text a person sees.

    Parameters
    ----------
    source : InputFile
    is_header : callable
        True for the row of headers that the reader looks for. The first visible sheet that has one is read, else the
        first that holds anything.

    Returns
    -------
    rows : list of list of str
        All of one length. Hidden rows and columns are read, with a warning that counts them.
    warnings : list of Fault
        ID_NUMERIC, HIDDEN_CELLS, SHEET_NOT_READ.

    Raises
    ------
    DataError
        NOT_A_WORKBOOK, TOO_LARGE, XML_ENTITY, DAMAGED, EMPTY, MERGED_CELLS, FORMULA_NO_VALUE, CELL_ERROR.
    """
    parts = _checked_parts(source)
    with _openpyxl(source):
        book = _book(source, values=True)
        name, others = _sheet_with_header(source, book, is_header)
        part = parts[book[name]._worksheet_path]  # openpyxl does not give the part of a sheet otherwise
        formulas = _formulas(_book(source, values=False)[name]) if FORMULA.search(part) else {}
        seen = _read(source, book[name], formulas)
    _refuse_faulty_cells(source, seen, part)
    width = max(map(len, seen.rows))
    rows = [row + [""] * (width - len(row)) for row in seen.rows]
    return rows, [*_shown_otherwise(source, seen), *_hidden(source, part), *_not_read(source, name, others)]


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


def _sheet_with_header(
    source: InputFile, book: Workbook, is_header: Callable[[Sequence[str]], bool]
) -> tuple[str, list[str]]:
    """Name of the sheet to read, and of other visible ones with the same kind of header.

    Raises
    ------
    DataError
        EMPTY.
    """
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    tops = {sheet.title: _top(sheet) for sheet in sheets}
    filled = [title for title, rows in tops.items() if any(any(row) for row in rows)]
    if not filled:
        raise DataError(source.fault("EMPTY.workbook"))
    headed = [title for title in filled if any(map(is_header, tops[title]))]
    return (headed or filled)[0], headed[1:]


def _top(sheet: ReadOnlyWorksheet) -> list[list[str]]:
    """The first rows of a sheet."""
    sheet.reset_dimensions()  # the stated ones may be wrong
    return [[_shown(cell) for cell in row] for row in sheet.iter_rows(max_row=HEADER_WITHIN_ROWS)]


def _read(source: InputFile, sheet: ReadOnlyWorksheet, formulas: dict[tuple[int, int], str]) -> _Seen:
    """Read all rows up to the last that holds anything.

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
    """Keep what shows something else than it holds."""
    for at, cell in enumerate(row, start=1):
        if cell.value is None:
            if (number, at) in seen.formulas:
                seen.no_value.append((number, _letters(at), seen.formulas[number, at]))
        elif cell.data_type == "e":
            seen.errors.append((number, _letters(at), str(cell.value)))
        elif isinstance(cell.value, int) and _is_zero_padded(str(cell.number_format)):
            seen.zero_padded.append((number, _letters(at), str(cell.value)))


def _letters(column: int) -> str:
    """A column as spreadsheets call it.

    Examples
    --------
    >>> _letters(1), _letters(27)
    ('A', 'AA')
    """
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _refuse_faulty_cells(source: InputFile, seen: _Seen, part: bytes) -> None:
    """Raise all cells at once that show something else than they hold."""
    faults = []
    if seen.no_value:
        faults.append(_cell_fault("FORMULA_NO_VALUE", source.fault, seen.no_value))
    if seen.errors:
        faults.append(_cell_fault("CELL_ERROR", source.fault, seen.errors))
    merged = sorted((int(top), int(bottom)) for _, top, _, bottom in MERGED.findall(part) if int(bottom) > int(top) > 1)
    if merged:
        rows = tuple(range(merged[0][0], merged[0][1] + 1))
        faults.append(source.fault("MERGED_CELLS", rows=rows, count=len(merged)))
    if faults:
        raise DataError(faults)


def _cell_fault(key: str, make: Callable[..., Fault], cells: Sequence[tuple[int, str, str]]) -> Fault:
    rows = tuple(sorted({row for row, _, _ in cells}))
    return make(key, column=cells[0][1], rows=rows, value=cells[0][2], count=len(cells))


def _shown_otherwise(source: InputFile, seen: _Seen) -> list[Fault]:
    """A warning where a format alone makes leading zeros."""
    if not seen.zero_padded:
        return []
    return [_cell_fault("ID_NUMERIC", source.warning, seen.zero_padded)]


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
