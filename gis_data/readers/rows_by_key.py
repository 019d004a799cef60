"""The rows of an input file as its owner sees them, found by their key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from connected_place.gis_data.catalogue import Source, source
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.venues import LAYOUTS
from connected_place.gis_data.shapes import FORMATS, read_shapes
from connected_place.gis_data.tabular import header_key, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRows:
    """Rows of a file.

    Attributes
    ----------
    frame : DataFrame of str
        The key's column and those asked for, as headed in the file; the index is the row as an editor or a
        spreadsheet shows it.
    key : str
        Header of the column of keys; empty where none of them is found.
    missing : tuple of str
        Keys that no row has.
    """

    frame: pd.DataFrame
    key: str
    missing: tuple[str, ...]


def raw_rows(file: InputFile, asked: SourceFile, *, key: str, keys: Sequence[str], columns: Sequence[str]) -> RawRows:
    """The rows of a file whose key is one of some.

    Parameters
    ----------
    file : InputFile
    asked : SourceFile
        Its entry in plan.toml.
    key : str
        The catalogue's name of the key's column.
    keys : sequence of str
        Blanks and case do not count.
    columns : sequence of str
        Of the catalogue; those that the file has are shown. Empty: all of the file.

    Raises
    ------
    DataError
        Those of `text_tables` and `vector_files`.
    """
    entry = source(asked.kind)
    table = _as_text(file, entry, asked)
    wanted = {_plain(value) for value in keys}
    header = _header(table, entry, asked, key)
    if header is None or not table[header].map(_plain).isin(wanted).any():
        header = next((str(name) for name in table if table[name].map(_plain).isin(wanted).any()), None)
    if header is None:
        return RawRows(frame=table.iloc[:0], key="", missing=tuple(keys))
    plain = table[header].map(_plain)
    shown = [name for column in columns if (name := _header(table, entry, asked, column)) is not None]
    found = table[plain.isin(wanted)]
    have = set(plain[plain.isin(wanted)])
    return RawRows(
        frame=found[list(dict.fromkeys([header, *(shown or table.columns)]))],
        key=header,
        missing=tuple(value for value in keys if _plain(value) not in have),
    )


def _as_text(file: InputFile, entry: Source, asked: SourceFile) -> pd.DataFrame:
    """All cells of a table, or all attributes of shapes, as text."""
    if file.ending in FORMATS:
        return pd.DataFrame(read_shapes(file).frame.drop(columns="geometry"))
    known = entry.headers(asked.columns)
    layout = LAYOUTS.get(entry.id)
    rows, sheet = asked.header_rows, asked.sheet
    return read_table(file, known_headers=known, layout=layout, header_rows=rows, sheet=sheet).frame


def _header(table: pd.DataFrame, entry: Source, asked: SourceFile, column: str) -> str | None:
    """What the file calls a column of the catalogue; None where it has none."""
    present = {header_key(str(name)): str(name) for name in table.columns}
    spelled = next((item.spellings for item in entry.columns if item.name == column), ())
    names = (asked.columns[column],) if column in asked.columns else spelled
    return next((present[header_key(name)] for name in names if header_key(name) in present), None)


def _plain(text: object) -> str:
    """A key without blanks and case.

    Examples
    --------
    >>> _plain("rm1 1aa") == _plain("RM11AA")
    True
    """
    return "".join(str(text).split()).casefold()
