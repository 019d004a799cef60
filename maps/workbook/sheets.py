"""Sheets of a workbook that anyone can read: a title, what each column means, a table with filters, print set-up."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connected_place.maps.numerals import shown
from connected_place.maps.tables import FORMULA_STARTS, OutputColumn, rounded

_FONT = "Arial"
LONGEST = 2_000
"""Characters of one cell; Excel takes 32,767, and no one reads more than this."""

NUMBER_FORMATS = (
    (r"_pct$", "0.0"),
    (r"^unit_value", "£#,##0.00;-£#,##0.00"),
    (r"_share$|^share$|_share_", "0.0%"),
    (r"_gbp|_gbp_per_year|costs_|npv_|^cost", "£#,##0;-£#,##0;£0"),
    (r"bcr|ratio", "0.00"),
    (r"score|demand|_points$", "#,##0.0"),
    (r"factor|^low$|^high$|_low$|_high$|chance|_value$", "0.000"),
    (r"phase|year|month|rank|easting|northing", "0"),
    (r"", "#,##0.##"),
)
"""Number format by a column's name: the first that fits."""

WIDTHS = {"string": 16.0, "number": 13.0, "integer": 11.0, "boolean": 11.0}
"""Width of a column by its type, characters."""

WIDE = {
    "reason": 60.0, "explanation": 60.0, "words": 44.0, "mitigation": 44.0, "name": 30.0, "ward_name": 28.0,
    "area_name": 24.0, "attribution": 44.0, "title": 40.0, "file": 40.0, "sha256": 68.0, "page": 40.0,
    "publisher": 24.0, "licence": 26.0, "vintage": 28.0, "set_aside": 30.0, "premises_source": 26.0, "task_id": 24.0,
    "owner_role": 26.0, "depends_on": 34.0, "source": 34.0, "payback": 22.0, "bduk_basis": 30.0, "ward_codes": 24.0,
    "site_id": 22.0,
}  # fmt: skip
"""Width of a column by its name, where that of its type does not do."""

PAGE_CHARACTERS = 190
"""Width of a printed page whose letters can still be read; wider sheets go over several pages."""

LINE_PT, SMALL_LINE_PT = 13.0, 10.5


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook with its formats.

    Attributes
    ----------
    workbook : Workbook
    mark : str
        Stands on every sheet, for instance that the data is invented; "" for none.
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
        """The header cells of a table, as XlsxWriter wants them."""
        look = self.format(bold=True, text_wrap=True)
        return [{"header": text, "header_format": look} for text in words]

    def sheet(self, name: str, title: str, note: str, *, freeze_columns: int = 0) -> Sheet:
        """A new sheet with its title, and the mark and a note below it."""
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
        """How many lines a text takes in a column."""
        return max(1, math.ceil(len(str(words)) / (per_width * self.widths.get(column, 9.0))))

    def text(self, row: int, column: int, words: object, **look: Any) -> None:
        """A text as text, whatever it begins with."""
        line = shown(words, LONGEST)
        quoted = {"quote_prefix": True} if line.startswith(FORMULA_STARTS) else {}
        self.worksheet.write_string(row, column, line, self.book.format(**look, **quoted))

    def number(self, row: int, column: int, value: float, number_format: str, **look: Any) -> None:
        """A number; nothing where it is not known."""
        if not math.isnan(value):
            self.worksheet.write_number(row, column, value, self.book.format(num_format=number_format, **look))

    def formula(self, row: int, column: int, formula: str, value: float | str, number_format: str, **look: Any) -> None:
        """A formula of ours with the value that Python found, for programs that do not calculate."""
        made = self.book.format(num_format=number_format, bg_color=FORMULA_FILL, **look)
        self.worksheet.write_formula(row, column, formula, made, value)

    def heading(self, words: str) -> None:
        """A line that starts a further table."""
        self.text(self.next_row, 0, words, bold=True, font_size=12)
        self.next_row += 1

    def table(
        self, frame: pd.DataFrame, fields: Sequence[OutputColumn], *, name: str, is_main: bool = False
    ) -> tuple[int, int]:
        """A table with filters, above it what each column means; its first and last row of data.

        Parameters
        ----------
        frame : DataFrame
            Rows in their order, the columns of `fields`.
        fields : sequence of Field
        name : str
            Of the table, letters and _ only.
        is_main : bool
            True: widths, frozen and repeated header are those of this table.
        """
        present = [item for item in fields if item.name in frame]
        header = self.next_row + 1
        if is_main:
            self.set_widths([WIDE.get(item.name, WIDTHS[item.type]) for item in present])
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
                "name": name,
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
        """Write the cells of one column by its type; how many lines each takes."""
        lines = np.ones(len(values), dtype=int)
        if item.type == "boolean":
            look = self.book.format()
            for row, value in enumerate(values, start=first):
                self.worksheet.write_boolean(row, column, bool(value), look)
        elif item.type in ("number", "integer"):
            look = self.book.format(num_format="0" if item.type == "integer" else number_format(item.name))
            numbers = values.astype("float64") if item.type == "integer" else rounded(values, item.name)
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
"""Of cells that a reviewer may change, and of those that then change by themselves."""


def number_format(name: str) -> str:
    """Excel's format for a column.

    Examples
    --------
    >>> number_format("capex_gbp"), number_format("ufbb_300_gap_share"), number_format("bcr")
    ('£#,##0;-£#,##0;£0', '0.0%', '0.00')
    """
    return next(told for pattern, told in NUMBER_FORMATS if re.search(pattern, name))


def fields_of(frame: pd.DataFrame, words: Mapping[str, str]) -> list[OutputColumn]:
    """Fields for the columns that have words, typed by what is in them."""
    return [OutputColumn(name, _type(frame[name]), description) for name, description in words.items() if name in frame]


def _type(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_numeric_dtype(values) else "string"
