"""Readable workbook sheets: a title, what each column means, a table with filters, print set-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connected_place.maps.numerals import shown
from connected_place.maps.tables import FORMULA_STARTS, OutputColumn, PlanTable

_FONT = "Arial"
LONGEST = 2_000
"""Characters in one cell; Excel allows 32,767, but more than this is hard to read."""

POUNDS = "£#,##0;-£#,##0;£0"
_NUMBER_FORMATS = {
    "£": POUNDS,
    "£ a year": POUNDS,
    "£ at present value": POUNDS,
    "£ in real prices": POUNDS,
    "£ for one unit": "£#,##0.00;-£#,##0.00",
    "£ for each user on each day": "£#,##0.00;-£#,##0.00",
    "0 to 1": "0.0%",
    "0 to 100": "0.0",
    "%": "0.0",
    "points of 100": "0.0",
    "ratio": "0.00",
    "times the plan's figure": "0.000",
    "0 for none to 1 for full": "0.000",
    "metres": "0",
    "hectares": "#,##0.00",
    "need score": "#,##0.0",
    "weighted demand": "#,##0.0",
    "homes and businesses": "#,##0",
    "households": "#,##0",
    "lines in use": "#,##0",
    "residents": "#,##0",
}
"""Number format by a column's unit; all shares are percentages, and other units have one decimal."""

PAGE_CHARACTERS = 190
"""The widest sheet that is still readable on one printed page; wider sheets take several pages."""

LINE_PT, SMALL_LINE_PT = 13.0, 10.5


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook with its formats.

    Attributes
    ----------
    workbook : Workbook
    mark : str
        Printed on every sheet, for instance that the data is invented; "" for none.
    formats : dict
        Those made so far.
    """

    workbook: Workbook
    mark: str
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, **properties: Any) -> Format:
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            made: Format = self.workbook.add_format({"font_name": _FONT, "font_size": 10, "valign": "top"} | properties)
            self.formats[key] = made
        return self.formats[key]

    def headers(self, words: Sequence[str]) -> list[dict[str, Any]]:
        """The header cells of a table, in XlsxWriter's form."""
        look = self.format(bold=True, text_wrap=True)
        return [{"header": text, "header_format": look} for text in words]

    def sheet(self, name: str, title: str, note: str, *, freeze_columns: int = 0) -> Sheet:
        """A new sheet with its title, and below it the mark and a note."""
        worksheet = self.workbook.add_worksheet(name)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        worksheet.set_footer("&L&A&RPage &P of &N")
        worksheet.hide_gridlines(1)
        made = Sheet(self, worksheet, name, freeze_columns=freeze_columns)
        made.text(0, 0, title, bold=True, font_size=14)
        made.text(
            1, 0, f"{self.mark} {note}".strip(), bold=bool(self.mark), font_color="#8a1c1c" if self.mark else "#404040"
        )
        return made


@dataclass(slots=True)
class Sheet:
    """One sheet, written from the top down.

    Attributes
    ----------
    book : Book
    worksheet : Worksheet
    name : str
    next_row : int
        First free row, 0 the top.
    """

    book: Book
    worksheet: Worksheet
    name: str
    next_row: int = 3
    freeze_columns: int = 0
    widths: dict[int, float] = field(default_factory=dict)

    def set_widths(self, widths: Sequence[float]) -> None:
        """Widths of the first columns, and how many pages wide the sheet is printed."""
        for column, width in enumerate(widths):
            self.widths[column] = width
            self.worksheet.set_column(column, column, width)
        self.worksheet.fit_to_pages(max(1, math.ceil(sum(widths) / PAGE_CHARACTERS)), 0)

    def lines(self, column: int, words: object, *, per_width: float = 1.05) -> int:
        """How many lines a text takes up in a column."""
        return max(1, math.ceil(len(str(words)) / (per_width * self.widths.get(column, 9.0))))

    def text(self, row: int, column: int, words: object, **look: Any) -> None:
        """Write text as text, whatever it begins with."""
        line = shown(words, LONGEST)
        quoted = {"quote_prefix": True} if line.startswith(FORMULA_STARTS) else {}
        self.worksheet.write_string(row, column, line, self.book.format(**look, **quoted))

    def number(self, row: int, column: int, value: float, number_format: str, **look: Any) -> None:
        """Write a number; nothing if it is not known."""
        if not math.isnan(value):
            self.worksheet.write_number(row, column, value, self.book.format(num_format=number_format, **look))

    def formula(self, row: int, column: int, formula: str, value: float | str, number_format: str, **look: Any) -> None:
        """Write a formula with the value that Python calculated, for programs that do not recalculate."""
        made = self.book.format(num_format=number_format, bg_color=FORMULA_FILL, **look)
        self.worksheet.write_formula(row, column, formula, made, value)

    def heading(self, words: str) -> None:
        """Write the heading of a further table."""
        self.text(self.next_row, 0, words, bold=True, font_size=12)
        self.next_row += 1

    def table(self, table: PlanTable, *, is_main: bool = False) -> tuple[int, int]:
        """Write a table with filters, and above it what each column means; return its first and last row of data.

        Parameters
        ----------
        table : PlanTable
            Those columns that are for a sheet are shown.
        is_main : bool
            True: widths, frozen and repeated header are those of this table.
        """
        frame, present = table.rows, [column for column in table.text.columns if column.is_on_sheet]
        header = self.next_row + 1
        if is_main:
            self.set_widths([item.width for item in present])
        small = {"italic": True, "font_size": 8, "text_wrap": True, "font_color": "#404040"}
        for column, item in enumerate(present):
            self.text(header - 1, column, item.description, **small)
        tall = max(self.lines(column, item.description, per_width=1.15) for column, item in enumerate(present))
        self.worksheet.set_row(header - 1, SMALL_LINE_PT * tall + 3)
        self.worksheet.set_row(header, 2 * LINE_PT + 2)
        first = header + 1
        heights = np.ones(len(frame), dtype=int)
        for column, item in enumerate(present):
            heights = np.maximum(heights, self._column(first, column, frame[item.name], item))
        for row, lines in enumerate(heights.tolist(), start=first):
            self.worksheet.set_row(row, LINE_PT * lines + 2)
        last = first + max(len(frame), 1) - 1
        self.worksheet.add_table(
            header, 0, last, len(present) - 1,
            {
                "name": f"T_{table.text.name}",
                "style": "Table Style Light 1",
                "columns": self.book.headers([item.name for item in present]),
            },
        )  # fmt: skip
        if is_main:
            self.worksheet.freeze_panes(first, self.freeze_columns)
            self.worksheet.repeat_rows(header)
            if self.freeze_columns:
                self.worksheet.repeat_columns(0, self.freeze_columns - 1)
        self.next_row = last + 3
        return first, last

    def _column(self, first: int, column: int, values: pd.Series, item: OutputColumn) -> np.ndarray:
        """Write the cells of one column by its type; return how many lines each takes up."""
        lines = np.ones(len(values), dtype=int)
        if item.type == "boolean":
            look = self.book.format()
            for row, value in enumerate(values, start=first):
                self.worksheet.write_boolean(row, column, bool(value), look)
        elif item.type in ("number", "integer"):
            look = self.book.format(num_format=number_format(item))
            numbers = values.astype("float64") if item.type == "integer" else item.rounded(values)
            for row, value in enumerate(numbers.tolist(), start=first):
                if not math.isnan(value):
                    self.worksheet.write_number(row, column, value, look)
        else:
            for row, value in enumerate(values, start=first):
                if not (value is None or value != value or value == ""):
                    self.text(row, column, value, text_wrap=True, indent=1)
                    lines[row - first] = self.lines(column, value)
        return lines


INPUT_FILL, FORMULA_FILL = "#fff2cc", "#eef3f8"
"""Fills of cells that a reviewer can change, and of those that are then recalculated."""


def number_format(column: OutputColumn) -> str:
    """Excel's format for the numbers of a column.

    Examples
    --------
    >>> number_format(OutputColumn(name="capex_gbp", type="number", meaning="Capital", unit="£"))
    '£#,##0;-£#,##0;£0'
    """
    if column.type == "integer":
        return "0"
    return _NUMBER_FORMATS.get(column.unit, "0.0%" if column.unit.startswith("share") else "#,##0.0")
