"""A table as CSV: numbers rounded, not known left empty, text that a spreadsheet would run made inert."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

from connected_place.maps.tables.columns import OutputColumn

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(frame: pd.DataFrame, columns: Sequence[OutputColumn]) -> str:
    """A table as CSV; a column that the frame lacks is left out.

    Examples
    --------
    >>> name = OutputColumn(name="name", type="string", meaning="")
    >>> columns = [name, OutputColumn(name="rank", type="integer", meaning="")]
    >>> print(csv_text(pd.DataFrame({"name": ["=1+1", "Hall"], "rank": [1.0, float("nan")]}), columns), end="")
    name,rank
    '=1+1,1
    Hall,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    present = [column for column in columns if column.name in frame]
    writer.writerow([column.name for column in present])
    writer.writerows(zip(*(_cells(frame[column.name], column) for column in present), strict=True))
    return out.getvalue()


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> inert("=HYPERLINK(1)"), inert("Civic Centre")
    ("'=HYPERLINK(1)", 'Civic Centre')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cells(values: pd.Series, column: OutputColumn) -> list[str]:
    if column.type == "boolean":
        return ["true" if value else "false" for value in values]
    if column.type == "integer":
        return ["" if pd.isna(value) else str(int(value)) for value in values]
    if column.type == "number":
        return ["" if pd.isna(value) else f"{value:.12g}" for value in column.rounded(values)]
    return [inert(str(value).replace("\r", " ").replace("\n", " ")) for value in values]
