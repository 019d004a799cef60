"""Files that their publisher gives out without a header line, read under the names that its documentation has."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.tabular.text_tables import TextTable, read_table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of a file without a header.

    Attributes
    ----------
    headers : tuple of str
        In the order of the file.
    first_cell : str
        Regular expression that the first cell of a row matches and a header never does.
    """

    headers: tuple[str, ...]
    first_cell: str


def read_with_layout(
    file: InputFile, layout: Layout, *, known_headers: Collection[str], wanted: Collection[str] | None = None
) -> TextTable:
    """Read a table with its own header, or under those of its layout where its first line is already a row.

    Parameters
    ----------
    file : InputFile
    layout : Layout
    known_headers, wanted : collection of str
        As for `text_tables.read_table`.

    Raises
    ------
    DataError
        Those of `text_tables`; rows as an editor shows them in either case.
    """
    if not starts_with_a_row(file, layout):
        return read_table(file, known_headers=known_headers, wanted=wanted)
    header = ",".join(f'"{name}"' for name in layout.headers).encode()
    below = file.content.removeprefix(BYTE_ORDER_MARK)
    mark = file.content[: len(file.content) - len(below)]
    headed = replace(file, content=mark + header + b"\n" + below)
    try:
        table = read_table(headed, known_headers=layout.headers, wanted=wanted)
    except DataError as error:
        moved = [replace(fault, rows=tuple(row - 1 for row in fault.rows)) for fault in error.faults]
        raise DataError(moved) from error
    return replace(table, frame=table.frame.set_axis(table.frame.index - 1))


def starts_with_a_row(file: InputFile, layout: Layout) -> bool:
    """True where the first line has as many cells as the layout and begins like a row.

    Examples
    --------
    >>> from pathlib import Path
    >>> layout = Layout(headers=("code", "name"), first_cell="[A-Z][0-9]+")
    >>> starts_with_a_row(InputFile(Path(), "a.csv", b'"A81","Surgery"'), layout)
    True
    >>> starts_with_a_row(InputFile(Path(), "a.csv", b"code,name"), layout)
    False
    """
    head = file.content[:20_000].removeprefix(BYTE_ORDER_MARK).decode("latin-1")
    cells = next(csv.reader(io.StringIO(head)), [])
    return len(cells) == len(layout.headers) and bool(re.fullmatch(layout.first_cell, cells[0].strip(), re.IGNORECASE))
