"""What a table and its columns are: rows of columns.toml, with the parts in braces filled."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

_FILE = Path(__file__).with_name("columns.toml")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_PART = re.compile(r"\{(\w+)\}")
_WIDTHS = {"string": 16.0, "number": 13.0, "integer": 11.0, "boolean": 11.0, "any": 16.0}
"""Width of a column by its type, characters, where its row states none."""

ColumnParts = Mapping[str, str]
"""What replaces each name in braces: `{"speed": "300 Mbit/s"}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """One column of a table.

    Attributes
    ----------
    name : str
    type : str
        In Frictionless' words: string, integer, number, boolean or any.
    meaning : str
        A sentence without its full stop.
    unit : str
        Of a number; "" for none.
    empty : str
        What an empty cell means; "": there is none.
    decimals : int
        Of a number, in files.
    width : float
        On a sheet, characters.
    head : str
        A short heading for people.
    is_on_sheet : bool
        Whether the workbook shows it.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    empty: str = ""
    decimals: int = 0
    width: float = 0.0
    head: str = ""
    is_on_sheet: bool = True

    def rounded(self, values: pd.Series) -> pd.Series:
        """Numbers to the column's decimals, and no -0.0."""
        return values.astype("float64").round(self.decimals) + 0.0

    @property
    def field(self) -> dict[str, str]:
        """The column as Frictionless describes it."""
        told = {
            "name": self.name,
            "type": self.type,
            "title": self.head,
            "unit": self.unit,
            "description": self.description,
        }
        return {key: text for key, text in told.items() if text}

    @property
    def description(self) -> str:
        """Meaning with the unit after its first clause, and what an empty cell means.

        A unit that the meaning already gives is not repeated.

        Examples
        --------
        >>> net = OutputColumn(name="net", type="number", meaning="Net value; an estimate", unit="£", empty="unknown")
        >>> net.description
        'Net value (£); an estimate; empty: unknown'
        """
        is_said = not self.unit or self.unit.casefold() in self.meaning.casefold()
        first, *more = self.meaning.split("; ")
        clauses = [first if is_said else f"{first} ({self.unit})", *more]
        return "; ".join([*clauses, f"empty: {self.empty}"] if self.empty else clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    """What a table is.

    Attributes
    ----------
    name : str
        In columns.toml.
    title : str
    columns : tuple of OutputColumn
        In order.
    key : tuple of str
        Columns that tell the rows apart; empty where none do.
    is_csv : bool
        Whether a plan writes it beside its page.
    """

    name: str
    title: str
    columns: tuple[OutputColumn, ...]
    key: tuple[str, ...] = ()
    is_csv: bool = False

    def column(self, name: str) -> OutputColumn:
        """The column of a name.

        Raises
        ------
        KeyError
            The table has none.
        """
        return {column.name: column for column in self.columns}[name]

    def holding(self, names: Container[str]) -> TableText:
        """The same with only those columns that are there, for instance in a frame."""
        return replace(self, columns=tuple(column for column in self.columns if column.name in names))

    @property
    def schema(self) -> dict[str, object]:
        """The table as Frictionless describes it.

        Notes
        -----
        Data Package 1.0. `unit` is a further property of a field, which the standard allows.
        """
        primary = {"primaryKey": self.key[0] if len(self.key) == 1 else list(self.key)} if self.key else {}
        return {"fields": [column.field for column in self.columns], "missingValues": [""], **primary}


def table_names() -> tuple[str, ...]:
    """Every table, in the order of columns.toml."""
    return tuple(_read()["table"])


def table_text(
    name: str, parts: ColumnParts = _NOTHING, *, repeated: Mapping[str, Sequence[ColumnParts]] = _NOTHING
) -> TableText:
    """What a table is, the parts in braces filled.

    Parameters
    ----------
    name : str
        In columns.toml.
    parts : mapping of str to str
        What replaces each name in braces.
    repeated : mapping of str to sequences of parts
        For each group of columns that is repeated, the parts of every repetition, by the name that the group's first
        column has in braces: `{"tier": [{"tier": "ufbb_300", ...}]}`. A group that is not named is left out.

    Raises
    ------
    KeyError
        columns.toml has no such table, or a part is missing.

    Examples
    --------
    >>> [column.name for column in table_text("simulation").columns]
    ['quantile', 'npv_gbp', 'bcr', 'pv_costs_gbp']
    >>> table_text("weight_sets", repeated={"set": [{"set": "equal"}]}).column("equal_rank").description
    'Rank by the weights called "equal"; empty: no score'
    """
    told = _read()["table"][name]
    left_out = told.get("not_on_sheet", ())
    columns = (
        _filled(row_of(name, column), column, given, is_on_sheet=column not in left_out)
        for column, given in _in_order(told["columns"], parts, repeated)
    )
    return TableText(
        name=name,
        title=told["title"],
        columns=tuple(columns),
        key=tuple(told.get("key", ())),
        is_csv=told.get("csv", False),
    )


def row_of(table: str, name: str) -> Mapping[str, Any]:
    """The row that describes a column, its parts still in braces: the table's own one, or the common one.

    Raises
    ------
    KeyError
        There is none.
    """
    own = _read()["table"][table].get("column", {})
    return own[name] if name in own else _read()["column"][name]


def _in_order(
    listed: Sequence[str | Sequence[str]], parts: ColumnParts, repeated: Mapping[str, Sequence[ColumnParts]]
) -> Iterator[tuple[str, ColumnParts]]:
    """Names as columns.toml writes them, each with its parts."""
    for item in listed:
        if isinstance(item, str):
            yield item, parts
            continue
        group = _PART.findall(item[0])[0]
        yield from ((name, {**parts, **more}) for more in repeated.get(group, ()) for name in item)


def _filled(row: Mapping[str, Any], name: str, parts: ColumnParts, *, is_on_sheet: bool) -> OutputColumn:
    def text(key: str) -> str:
        return str(row.get(key, "")).format_map(parts)

    return OutputColumn(
        name=name.format_map(parts),
        type=row["type"],
        meaning=_capital(text("meaning")),
        unit=text("unit"),
        empty=text("empty"),
        decimals=row.get("decimals", 0),
        width=row.get("width", _WIDTHS[row["type"]]),
        head=_capital(text("head")),
        is_on_sheet=is_on_sheet,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@functools.cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
