"""From text to checked columns: every fault of a table, with the rows its owner sees."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from connected_place.gis_data.catalogue import Column
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.tabular.cells import as_flags, as_numbers, contains, is_known, plain, without_blanks
from connected_place.gis_data.tabular.heads import header_key
from connected_place.gis_data.tabular.percent_scale import is_percent, percent_scale
from connected_place.gis_data.tabular.text_tables import TextTable

_POSTCODE = r"(?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR|NPT)[0-9][A-Z]{2}"
"""GIR 0AA and the ended NPT ones are in the directories too."""
CELL_FAULTS = ("NOT_A_NUMBER", "NEGATIVE", "OUT_OF_RANGE", "CODE_FORM", "KEY_MISSING")
"""Faults of single cells, without which a row may do."""

NUMERIC = ("number", "count", "percent")
NATIONS = {"E": "England", "W": "Wales", "S": "Scotland", "N": "Northern Ireland", "9": "Northern Ireland"}
"""By the first letter of an area code; Northern Ireland's small areas had codes in digits up to 2011."""

_UNITS = r"(?i)\(?(m|met(re|er)s?|km|%|per ?cent|numbers?|n|no\.?|counts?|text|deg(rees)?|[kmg]bit/s|[kmg]bps|gbp|£)\)?"
"""What a row of units says of a column; any other word there is a cell that should be a number."""

ROUNDED = r"^\d(?:\.\d+)?E\+\d{1,3}$"
"""An id as a spreadsheet shows a long number in a narrow column: its last digits are lost."""

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAY_AND_MONTH = rf"\d{{1,2}}-(?:{_MONTHS})(?:-\d{{2,4}})?|(?:{_MONTHS})-\d{{2,4}}"
MADE_A_DATE = rf"^(?:{_DAY_AND_MONTH}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{4}}-\d\d-\d\d(?:[ T][\d:.]+)?)$"
"""An id such as 3-1 or MAR1 as a spreadsheet shows it once it has taken it for a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A table whose columns are what the catalogue says.

    Attributes
    ----------
    frame : DataFrame
        Only the known columns, under their own names; numbers as float64 (NaN: not known), flags as 0.0 and 1.0,
        text with "" for not known. The index is the row number of the file.
    suppressed : DataFrame of bool
        Cells whose number the publisher withheld; the numeric columns only.
    faults : tuple of Fault
    """

    frame: pd.DataFrame
    suppressed: pd.DataFrame
    faults: tuple[Fault, ...]

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that do not block."""
        return tuple(fault for fault in self.faults if not fault.blocks)


def check_columns(
    table: TextTable,
    columns: Sequence[Column],
    *,
    mapping: Mapping[str, str] | None = None,
    lenient: Mapping[str, float] = MappingProxyType({}),
) -> Checked:
    """Find the known columns of a table and read their cells.

    Parameters
    ----------
    table : TextTable
    columns : sequence of Column
    mapping : mapping of str to str
        The planner's own word on which header is which column, from plan.toml.
    lenient : mapping of str to float
        Columns that a row can do without, and up to which share of faulty cells: such a cell is read as blank, with a
        warning. Beyond that share the column is another than it is taken for, and its faults block.

    Returns
    -------
    Checked
        With the faults of the table and COLUMN_MISSING, COLUMN_DUPLICATE, UNKNOWN_COLUMN, UNITS_ROW, NOT_A_NUMBER,
        NEGATIVE, OUT_OF_RANGE, NOT_YES_NO, KEY_MISSING, CODE_FORM, ID_SPOILT, PERCENT_FRACTION; and the warning
        PERCENT_MIXED_SCALE.
    """
    headers, faults = _headers(table, columns, mapping or {})
    faults = [*table.faults, *faults]
    read: dict[str, pd.Series] = {}
    suppressed: dict[str, pd.Series] = {}
    for column in columns:
        if column.name not in headers:
            continue
        text = table.frame[headers[column.name]]
        read[column.name], withheld, found = _read_column(table, column, text)
        if column.name in lenient:
            most_share = lenient[column.name]
            read[column.name], found = _as_blank(column, read[column.name], text, found, most_share=most_share)
        faults.extend(found)
        if column.kind in NUMERIC:
            suppressed[column.name] = withheld
    index = table.frame.index
    shares = {column.name: read[column.name] for column in columns if is_percent(column, read)}
    faults.extend(percent_scale(table.file, shares))
    return Checked(
        frame=pd.DataFrame(read, index=index),
        suppressed=pd.DataFrame(suppressed, index=index, dtype=bool),
        faults=tuple(_units_row_alone(faults)),
    )


def _as_blank(
    column: Column, values: pd.Series, text: pd.Series, faults: Sequence[Fault], *, most_share: float
) -> tuple[pd.Series, list[Fault]]:
    """A column without its faulty cells, and a warning for them; as it was where more cells are faulty than may be."""
    cells = [fault for fault in faults if fault.blocks and fault.code in CELL_FAULTS]
    rows = sorted({row for fault in cells for row in fault.rows})
    if not rows or len(rows) > most_share * is_known(text).sum():
        return values, list(faults)
    blank = "" if column.kind in ("postcode", "code", "text", "id") else float("nan")
    kept = values.where(~values.index.isin(rows), blank)
    aside = fault(
        "CELL_AS_BLANK",
        file=cells[0].file,
        column=column.name,
        rows=tuple(rows),
        value=cells[0].value,
        blocks=False,
        count=len(rows),
        name=column.name.replace("_", " "),
    )
    return kept, [*(item for item in faults if item not in cells), aside]


def raise_if_blocked(faults: Sequence[Fault]) -> None:
    """Raise all blocking faults at once.

    Raises
    ------
    DataError
    """
    blocking = [fault for fault in faults if fault.blocks]
    if blocking:
        raise DataError(blocking)


def unique_by(frame: pd.DataFrame, key: str, *, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Each key once: identical rows are set aside with a warning, different rows of one key are a fault.

    Examples
    --------
    >>> frame = pd.DataFrame({"postcode": ["A", "A", "B"], "x": [1, 1, 2]}, index=[2, 3, 4])
    >>> kept, faults = unique_by(frame, "postcode", file="a.csv")
    >>> kept.index.tolist(), faults[0].code, faults[0].blocks
    ([2, 4], 'KEY_DUPLICATE_IDENTICAL', False)
    """
    if frame[key].is_unique:
        return frame, []
    if not frame[key].duplicated().any():
        return frame, []
    kept = frame.drop_duplicates()
    faults = []
    if len(kept) < len(frame):
        faults.append(
            fault(
                "KEY_DUPLICATE_IDENTICAL.rows",
                file=file,
                column=key,
                rows=tuple(frame.index.difference(kept.index)),
                blocks=False,
                count=len(frame) - len(kept),
            )
        )
    clashes = kept[kept[key].duplicated(keep=False)]
    if len(clashes):
        faults.append(
            fault(
                "KEY_DUPLICATE",
                file=file,
                column=key,
                rows=tuple(clashes.index),
                value=str(clashes[key].iloc[0]),
                count=clashes[key].nunique(),
            )
        )
    return kept, faults


def nations_mixed(codes: pd.Series, *, file: str) -> Fault | None:
    """A warning where one file has area codes of several nations.

    Definitions of areas, of deprivation and of coverage differ between the nations, so a ranking over them misleads.

    Examples
    --------
    >>> nations_mixed(pd.Series(["E01011000", "S01008000"], index=[2, 3]), file="a.csv").code
    'NATION_MIXED'
    """
    nations = codes.str[:1].map(NATIONS)
    counts = nations.value_counts()
    if len(counts) < 2:
        return None
    found = ", ".join(f"{nation} {count:,}" for nation, count in counts.items())
    return fault(
        "NATION_MIXED",
        file=file,
        column=str(codes.name or ""),
        rows=tuple(codes.index[nations.notna() & (nations != counts.index[0])]),
        blocks=False,
        nations=found,
    )


def _units_row_alone(faults: Sequence[Fault]) -> Sequence[Fault]:
    """Once for the row of units, without what it does to each column."""
    units = next((fault for fault in faults if fault.code == "UNITS_ROW"), None)
    if units is None:
        return faults
    return [units, *(fault for fault in faults if fault.rows != units.rows)]


def _headers(
    table: TextTable, columns: Sequence[Column], mapping: Mapping[str, str]
) -> tuple[dict[str, str], list[Fault]]:
    """Header in the file for each known column that it has."""
    present = {header_key(header): header for header in table.frame.columns}
    faults = [_unknown_column(table, name, columns) for name in mapping if name not in {c.name for c in columns}]
    headers = {}
    for column in columns:
        wanted = (mapping[column.name],) if column.name in mapping else column.spellings
        header = next((present[header_key(spelling)] for spelling in wanted if header_key(spelling) in present), None)
        if header is not None and header_key(header) in table.repeated:
            faults.append(fault("COLUMN_DUPLICATE.read", file=table.file, column=header))
        elif header is not None:
            headers[column.name] = header
        elif column.required or column.name in mapping:
            faults.append(_missing_column(table, column, wanted))
    unread = sorted(table.repeated - {header_key(item.column) for item in faults if item.code == "COLUMN_DUPLICATE"})
    if unread:
        faults.append(
            fault("COLUMN_DUPLICATE.unread", file=table.file, column=unread[0], blocks=False, count=len(unread))
        )
    return headers, faults


def _read_column(table: TextTable, column: Column, text: pd.Series) -> tuple[pd.Series, pd.Series, list[Fault]]:
    """One column read by its kind: values, withheld cells, faults."""
    nothing_withheld = pd.Series(data=False, index=text.index)
    if column.kind in NUMERIC:
        numbers = as_numbers(text, decimal_comma=table.decimal_comma)
        faults = _faulty_numbers(table, column, text, numbers.faulty) + _out_of_range(table, column, numbers.values)
        return numbers.values, numbers.suppressed, faults
    if column.kind == "flag":
        flags = as_flags(text)
        return flags.values, nothing_withheld, _faulty_flags(table, column, text, flags.faulty)
    values = plain(text).where(is_known(text), "")
    if column.kind == "text":
        return values, nothing_withheld, []
    if column.kind == "id":
        return values, nothing_withheld, _spoilt_ids(table, column, values)
    if column.kind == "postcode":
        values = without_blanks(values.str.upper())
    pattern = _POSTCODE if column.kind == "postcode" else column.pattern
    spoilt = _spoilt_ids(table, column, values) if column.kind == "code" else []
    rest = values.drop(index=[row for fault in spoilt for row in fault.rows])
    return values, nothing_withheld, [*spoilt, *_faulty_codes(table, column, rest, pattern)]


def _spoilt_ids(table: TextTable, column: Column, values: pd.Series) -> list[Fault]:
    """Ids that a spreadsheet has rounded or made dates of."""
    faults = []
    rounded = tuple(values.index[contains(values, ROUNDED)])
    if rounded:
        faults.append(_fault("ID_SPOILT.rounded", table, column, rounded, values, count=len(rounded)))
    dates = tuple(values.index[contains(values, MADE_A_DATE)])
    if dates:
        faults.append(_fault("ID_SPOILT.date", table, column, dates, values, count=len(dates)))
    return faults


def _faulty_numbers(table: TextTable, column: Column, text: pd.Series, faulty: pd.Series) -> list[Fault]:
    """Cells that are not numbers; if only the first row below the header is not, that row gives units."""
    rows = tuple(text.index[faulty])
    if not rows:
        return []
    if rows == (table.frame.index[0],) and len(text) > 1 and re.fullmatch(_UNITS, text.iloc[0].strip()):
        return [_fault("UNITS_ROW", table, column, rows, text)]
    return [_fault("NOT_A_NUMBER", table, column, rows, text, count=len(rows), total=len(text))]


def _out_of_range(table: TextTable, column: Column, values: pd.Series) -> list[Fault]:
    faults = []
    low, high = column.low, column.high
    if low == 0 and (values < 0).any():
        rows = tuple(values.index[values < 0])
        faults.append(_fault("NEGATIVE.cells", table, column, rows, values, count=len(rows)))
    outside = ((values < low) & (low != 0) if low is not None else False) | (
        values > high if high is not None else False
    )
    if isinstance(outside, pd.Series) and outside.any():
        rows = tuple(values.index[outside])
        most = f"{high:,.6g}"
        faults.append(
            _fault("OUT_OF_RANGE.most", table, column, rows, values, count=len(rows), high=most)
            if low is None
            else _fault(
                "OUT_OF_RANGE.between", table, column, rows, values, count=len(rows), low=f"{low:,.6g}", high=most
            )
        )
    return faults


def _faulty_flags(table: TextTable, column: Column, text: pd.Series, faulty: pd.Series) -> list[Fault]:
    rows = tuple(text.index[faulty])
    return [_fault("NOT_YES_NO", table, column, rows, text, count=len(rows))] if rows else []


def _faulty_codes(table: TextTable, column: Column, values: pd.Series, pattern: str) -> list[Fault]:
    """Blank keys and codes of another form."""
    faults = []
    name = column.name.replace("_", " ")
    blank = tuple(values.index[values == ""])
    if blank and column.required:
        faults.append(_fault("KEY_MISSING.cells", table, column, blank, count=len(blank), total=len(values), name=name))
    wrong = tuple(values.index[(values != "") & ~contains(values, rf"^(?:{pattern})$")])
    if wrong:
        faults.append(_fault("CODE_FORM", table, column, wrong, values, count=len(wrong), total=len(values), name=name))
    return faults


def _fault(
    key: str,
    table: TextTable,
    column: Column,
    rows: tuple[int, ...],
    cells: pd.Series | None = None,
    **fields: Any,
) -> Fault:
    value = "" if cells is None else str(cells.loc[rows[0]])
    return fault(key, file=table.file, column=column.name, rows=rows, value=value, **fields)


def _missing_column(table: TextTable, column: Column, wanted: Sequence[str]) -> Fault:
    present = ", ".join(table.headers[:12] or map(str, table.frame.columns[:12]))
    return fault(
        "COLUMN_MISSING.column",
        file=table.file,
        column=wanted[0],
        name=column.name.replace("_", " "),
        present=present,
        as_key=column.name,
    )


def _unknown_column(table: TextTable, name: str, columns: Sequence[Column]) -> Fault:
    names = [column.name for column in columns]
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return fault(
            "UNKNOWN_COLUMN.near", file="plan.toml", column=name, name=name, source=table.file, nearest=near[0]
        )
    return fault(
        "UNKNOWN_COLUMN.list", file="plan.toml", column=name, name=name, source=table.file, known=", ".join(names)
    )
