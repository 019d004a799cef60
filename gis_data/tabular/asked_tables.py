"""A table as plan.toml asks for it: its sheet, its header, some of its rows, and a year that does not contradict it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.tabular.cells import plain
from connected_place.gis_data.tabular.heads import Layout, header_key
from connected_place.gis_data.tabular.text_tables import TextTable, read_table

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AREAS = (
    r"(?:l?soas?|m?soas?|oas?|lads?|utlas?|wards?|areas?|authorit\w+|districts?|zones?|boundar\w+|geograph\w+|codes?)"
)
OF_AREAS = re.compile(
    rf"\b{_AREAS}\s*\(?(?:19|20)\d\d\)?|(?<!mid[- ])(?:19|20)\d\d\s+(?:census )?{_AREAS}\b(?!\s*\(?(?:19|20)\d\d)",
    re.IGNORECASE,
)
"""A year that is one of area codes, not of the figures: "LSOA 2021"."""

MIDDLE_OF = re.compile(r"\bmid[- ]?((?:19|20)\d\d)\b", re.IGNORECASE)
MOST_VALUES = 40
"""A column with more different words than this describes single rows, rather than telling groups of them apart."""


def read_asked(
    file: InputFile,
    asked: SourceFile,
    *,
    known_headers: Collection[str],
    wanted: Collection[str] | None = None,
    layout: Layout | None = None,
) -> TextTable:
    """Read a table as its entry in plan.toml says.

    Parameters
    ----------
    file : InputFile
    asked : SourceFile
    known_headers, wanted, layout
        As for `text_tables.read_table`.

    Raises
    ------
    DataError
        ROWS_NONE and those of `text_tables.read_table`. RELEASE_CONTRADICTS is among the faults of the table.
    """
    columns = None if wanted is None else [*wanted, *asked.rows]
    table = read_table(
        file,
        known_headers=[*known_headers, *asked.rows],
        wanted=columns,
        layout=layout,
        header_rows=asked.header_rows,
        sheet=asked.sheet,
    )
    table = _some_rows(table, asked)
    return replace(table, faults=(*table.faults, *_contradiction(table, asked)))


def figures_year(text: str) -> set[str]:
    """Years of figures that a text names; those of area codes only where it names no other.

    Examples
    --------
    >>> figures_year("Mid-2024 LSOA 2021"), figures_year("LSOA 2021"), figures_year("mid-2022 on LSOAs 2021")
    ({'2024'}, {'2021'}, {'2022'})
    >>> figures_year("2019 LSOA (2011)"), figures_year("mid-2015 on 2011 LSOAs")
    ({'2019'}, {'2015'})
    """
    return set(_YEAR.findall(OF_AREAS.sub(" ", text))) or set(_YEAR.findall(text))


def told_apart(file: InputFile, asked: SourceFile, *, known_headers: Collection[str], keys: pd.Series) -> Fault | None:
    """A fault where rows that look alike differ in a column that is not read: a direction, a sex, a storey.

    Parameters
    ----------
    file : InputFile
    asked : SourceFile
    known_headers : collection of str
        Of the columns that are read.
    keys : Series
        What the rows that look alike have in common, by the row of the file.
    """
    table = read_asked(file, asked, known_headers=known_headers)
    read = {header_key(header) for header in known_headers}
    alike = table.frame.reindex(keys.index)
    for name in (str(name) for name in table.frame.columns if header_key(str(name)) not in read):
        words = plain(alike[name]).fillna("")
        if _tells_apart(words, keys):
            there = sorted(set(words))
            return fault(
                "ROWS_TOLD_APART",
                file=file.name,
                column=name,
                rows=tuple(sorted(keys.index)),
                count=len(keys),
                words=", ".join(f'"{word}"' for word in there[:5]),
                name=name,
                first=there[0],
            )
    return None


def _tells_apart(words: pd.Series, keys: pd.Series) -> bool:
    """True where each group of rows has each of a few words, and no group has one twice."""
    groups, different = keys.nunique(), words.nunique()
    again = pd.DataFrame({"key": keys, "word": words}).duplicated()
    if (words == "").any() or not 1 < different <= MOST_VALUES or again.any():
        return False
    if groups == 1:
        return bool(words.str.fullmatch("[A-Za-z]{1,12}").all())
    return bool(2 * len(words) >= groups * different)


def _some_rows(table: TextTable, asked: SourceFile) -> TextTable:
    """The rows that plan.toml keeps.

    Raises
    ------
    DataError
        COLUMN_MISSING, ROWS_NONE.
    """
    by_key = {header_key(str(name)): str(name) for name in table.frame.columns}
    kept = np.ones(len(table.frame), dtype=bool)
    for header, text in asked.rows.items():
        if header_key(header) not in by_key:
            present = ", ".join(table.headers[:12])
            raise DataError(fault("COLUMN_MISSING.rows", file=table.file, column=header, present=present))
        cells = table.frame[by_key[header_key(header)]]
        fits = (plain(cells).str.casefold() == text.strip().casefold()).to_numpy()
        if not fits.any():
            there = pd.unique(plain(cells))[:8]
            words = ", ".join(f'"{word}"' for word in there)
            raise DataError(fault("ROWS_NONE", file=table.file, column=header, value=text, words=words))
        kept &= fits
    return table if kept.all() else replace(table, frame=table.frame[kept])


def _contradiction(table: TextTable, asked: SourceFile) -> list[Fault]:
    """A fault where plan.toml states another year than the sheet or the lines above the header."""
    stated = figures_year(asked.release)
    for words, years in (
        (table.sheet, figures_year(table.sheet)),
        (table.title, set(MIDDLE_OF.findall(table.title))),
    ):
        if stated and years and not stated & years:
            year = ", ".join(sorted(years))
            return [fault("RELEASE_CONTRADICTS", file=table.file, value=words[:60], release=asked.release, year=year)]
    return []
