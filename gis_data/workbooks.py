"""A worksheet as a person sees it: text, shown percentages, no formula without a value."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.input_files import InputFile

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_UNPACKED_BYTES = 500_000_000


def read_sheet(source: InputFile) -> tuple[list[list[str]], list[Fault]]:
    """Rows of the first visible worksheet that holds anything, each cell as the text a person sees.

    Raises
    ------
    DataError
        NOT_A_WORKBOOK, TOO_LARGE, EMPTY, MERGED_CELLS, FORMULA_NO_VALUE, CELL_ERROR.
    """
    _refuse_other_formats(source)
    shown, formulas = _sheet(source, values=True), _sheet(source, values=False)
    _refuse_faulty_cells(source.name, shown, formulas)
    rows = [[_seen(cell) for cell in row] for row in shown.iter_rows()]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise DataError(
            Fault(code="EMPTY", file=source.name, message="No worksheet holds anything.", remedy="Export it again.")
        )
    return _without_empty_columns(rows), _shown_otherwise(source.name, shown)


def _refuse_other_formats(source: InputFile) -> None:
    """Only a zip with a workbook inside, of a size that memory holds, goes to the parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as package:
            names = set(package.namelist())
            unpacked_bytes = sum(item.file_size for item in package.infolist())
    except zipfile.BadZipFile:
        names, unpacked_bytes = set(), 0
    if "xl/workbook.xml" not in names:
        raise DataError(
            Fault(
                code="NOT_A_WORKBOOK",
                file=source.name,
                message="The name says Excel workbook, the content is something else.",
                remedy="Open it in a spreadsheet program and save it as .xlsx.",
            )
        )
    if unpacked_bytes > LARGEST_UNPACKED_BYTES:
        raise DataError(
            Fault(
                code="TOO_LARGE",
                file=source.name,
                message=f"The workbook unpacks to {unpacked_bytes:,} bytes.",
                remedy="Save the one sheet that is needed as CSV.",
            )
        )


def _sheet(source: InputFile, *, values: bool) -> Worksheet:
    """First visible sheet with content, with cached values or with formulas."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(source.content), data_only=values, keep_links=False)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    return next((sheet for sheet in visible if sheet.max_row > 1 or sheet["A1"].value is not None), visible[0])


def _refuse_faulty_cells(file: str, shown: Worksheet, formulas: Worksheet) -> None:
    """Raise all cells at once that show something else than they hold."""
    faults = []
    no_value, errors = [], []
    for shown_row, formula_row in zip(shown.iter_rows(), formulas.iter_rows(), strict=True):
        for cell, formula in zip(shown_row, formula_row, strict=True):
            if formula.data_type == "f" and cell.value is None:
                no_value.append(cell)
            elif cell.data_type == "e":
                errors.append(cell)
    if no_value:
        faults.append(
            _cell_fault(
                file,
                no_value,
                "FORMULA_NO_VALUE",
                "formulas have no stored value",
                "Open the file in a spreadsheet program and save it.",
            )
        )
    if errors:
        faults.append(
            _cell_fault(
                file, errors, "CELL_ERROR", "cells show an Excel error", "Correct the formulas, or empty the cells."
            )
        )
    merged = [area for area in shown.merged_cells.ranges if area.min_row > 1 and area.max_row > area.min_row]
    if merged:
        first = min(merged, key=lambda area: (area.min_row, area.min_col))
        faults.append(
            Fault(
                code="MERGED_CELLS",
                file=file,
                rows=tuple(range(first.min_row, first.max_row + 1)),
                message=f"{len(merged)} merged block(s) span several rows; only the first row of each has the value.",
                remedy="Unmerge the cells and fill each row.",
            )
        )
    if faults:
        raise DataError(faults)


def _cell_fault(file: str, cells: list[Cell], code: str, finding: str, remedy: str) -> Fault:
    return Fault(
        code=code,
        file=file,
        rows=tuple(sorted({cell.row for cell in cells})),
        column=cells[0].column_letter,
        value=str(cells[0].value or ""),
        message=f"{len(cells)} {finding}.",
        remedy=remedy,
    )


def _seen(cell: Cell) -> str:
    """The text of a cell as the spreadsheet program shows it."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, int | float):
        return _seen_number(value, str(cell.number_format))
    return str(value).strip()


def _seen_number(value: float, number_format: str) -> str:
    """A number in its format: percentages and leading zeros as shown.

    Examples
    --------
    >>> _seen_number(0.801, "0.0%"), _seen_number(7, "0000"), _seen_number(10093506117.0, "General")
    ('80.1%', '0007', '10093506117')
    """
    if number_format.endswith("%"):
        return f"{round(value * 100, 10):.10g}%"
    if _is_zero_padded(number_format) and float(value).is_integer():
        return f"{int(value):0{len(number_format)}d}"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _is_zero_padded(number_format: str) -> bool:
    return len(number_format) > 1 and set(number_format) == {"0"}


def _shown_otherwise(file: str, sheet: Worksheet) -> list[Fault]:
    """A warning where a format alone makes leading zeros."""
    cells = [cell for cell in _cells(sheet) if isinstance(cell.value, int) and _is_zero_padded(str(cell.number_format))]
    if not cells:
        return []
    fault = _cell_fault(file, cells, "ID_NUMERIC", "cells show leading zeros that are not stored", "Store ids as text.")
    return [
        Fault(
            code=fault.code,
            file=fault.file,
            rows=fault.rows,
            column=fault.column,
            message=fault.message,
            remedy=f"They are read as shown. {fault.remedy}",
            blocks=False,
        )
    ]


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    return (cell for row in sheet.iter_rows() for cell in row)


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    """Rows cut after the last column that holds anything."""
    width = max(index + 1 for row in rows for index, cell in enumerate(row) if cell)
    return [row[:width] for row in rows]
