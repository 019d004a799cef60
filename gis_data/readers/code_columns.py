"""Codes of areas: which column of a file they are in, at which level, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.tabular import header_key, plain

LEVEL_WORDS = {
    "output_area": "output areas",
    "lsoa": "LSOAs",
    "msoa": "MSOAs",
    "ward": "wards",
    "authority": "authorities",
}
"""Levels of area from the finest to the widest, and what people call them."""

LEVELS = tuple(LEVEL_WORDS)

STEMS = {
    "oa": "output_area",
    "lsoa": "lsoa",
    "msoa": "msoa",
    "wd": "ward",
    "ward": "ward",
    "lad": "authority",
    "ltla": "authority",
}
CODE_HEADER = re.compile(r"(oa|lsoa|msoa|wd|ward|lad|ltla)(\d\d)?_?(?:cd|code)", re.IGNORECASE)
CODE_PREFIXES = {
    "output_area": ("E00", "W00", "S00", "N00", "N20"),
    "lsoa": ("E01", "W01", "S01", "N01", "N21"),
    "msoa": ("E02", "W02", "S02"),
    "ward": ("E05", "W05", "S13", "N08"),
    "authority": ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
}

"""The first three characters of a level's codes; N20 and N21 are Northern Ireland's data zones of 2021."""

CODE = re.compile(r"[A-Z]\d{8}|\d\d[A-Z]{2}[A-Z0-9]{0,6}")
"""A code of today, or one of those before 2011, such as 00KGMX for a ward."""


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """The header of a column of area codes.

    Attributes
    ----------
    header : str
    level : str
        One of LEVELS.
    year : str
        Four digits; empty where the header does not say.
    """

    header: str
    level: str
    year: str


def code_columns(headers: list[str]) -> list[CodeColumn]:
    """Headers of columns of area codes, the finest level first.

    Examples
    --------
    >>> [(c.level, c.year) for c in code_columns(["WD25CD", "WD25NM", "OA21CD", "lsoa21_code", "WD13CDO"])]
    [('output_area', '2021'), ('lsoa', '2021'), ('ward', '2025')]
    """
    found = []
    for header in headers:
        match = CODE_HEADER.fullmatch(header.strip())
        if match:
            year = f"20{match[2]}" if match[2] else ""
            found.append(CodeColumn(header, STEMS[match[1].lower()], year))
    return sorted(found, key=lambda column: (LEVELS.index(column.level), column.header))


def level_of_codes(codes: pd.Series) -> str:
    """The level that most codes belong to by their first three characters; empty where none is known.

    Examples
    --------
    >>> level_of_codes(pd.Series(["E00080504", "E00080505"])), level_of_codes(pd.Series(["X1"]))
    ('output_area', '')
    """
    heads = codes.str[:3]
    shares = {level: heads.isin(prefixes).mean() for level, prefixes in CODE_PREFIXES.items()}
    best = max(shares, key=lambda level: shares[level])
    return best if shares[best] > 0.5 else ""


def code_column(file: InputFile, frame: pd.DataFrame, asked: SourceFile) -> CodeColumn:
    """The column of codes that plan.toml names, or the finest that the headers tell, or else the cells.

    Parameters
    ----------
    file : InputFile
    frame : DataFrame of text
    asked : SourceFile

    Raises
    ------
    DataError
        COLUMN_MISSING, LEVEL_UNKNOWN.
    """
    headers = [str(name) for name in frame.columns]
    stated = stated_header(file, frame, asked, "code")
    columns = code_columns([stated] if stated else headers)
    if stated:
        level = level_of_codes(plain_codes(frame[stated])) or (columns[0].level if columns else "")
        if not level:
            raise DataError(fault("LEVEL_UNKNOWN.codes", file=file.name, column=stated))
        return CodeColumn(stated, level, columns[0].year if columns else "")
    found = columns or _columns_by_cells(frame, headers)
    if not found:
        raise DataError(fault("LEVEL_UNKNOWN.outlines", file=file.name))
    return found[0]


def stated_header(file: InputFile, frame: pd.DataFrame, asked: SourceFile, key: str) -> str:
    """The file's header that plan.toml names for a key, whatever its case and blanks; "" where it names none.

    Raises
    ------
    DataError
        COLUMN_MISSING.
    """
    if key not in asked.columns:
        return ""
    by_key = {header_key(str(name)): str(name) for name in frame.columns}
    header = by_key.get(header_key(asked.columns[key]), "")
    if header:
        return header
    present = ", ".join(map(str, frame.columns[:12]))
    wanted = asked.columns[key]
    raise DataError(
        fault("COLUMN_MISSING.column", file=file.name, column=wanted, name=key, present=present, as_key=key)
    )


def refuse_other_keys(asked: SourceFile, known: Collection[str], *, file: str) -> None:
    """Refuse a key of `columns` in plan.toml that a kind of file does not have.

    Raises
    ------
    DataError
        UNKNOWN_COLUMN.
    """
    wrong = [key for key in asked.columns if key not in known]
    if wrong:
        names = ", ".join(known)
        raise DataError(
            fault("UNKNOWN_COLUMN.list", file="plan.toml", column=wrong[0], name=wrong[0], source=file, known=names)
        )


def _columns_by_cells(frame: pd.DataFrame, headers: list[str]) -> list[CodeColumn]:
    """Columns whose cells are codes of one level, each once, the finest level first."""
    levels = {name: level_of_codes(codes) for name in headers if (codes := plain_codes(frame[name])).is_unique}
    found = [CodeColumn(name, level, "") for name, level in levels.items() if level]
    return sorted(found, key=lambda column: (LEVELS.index(column.level), column.header))


def plain_codes(cells: pd.Series | None) -> pd.Series:
    """Codes without blanks around them, in capitals; an empty series for no column.

    Examples
    --------
    >>> plain_codes(pd.Series([" e05000001 "])).tolist(), len(plain_codes(None))
    (['E05000001'], 0)
    """
    return pd.Series(dtype="str") if cells is None else plain(cells.astype("str")).str.upper()


def code_faults(codes: pd.Series, column: CodeColumn, *, file: str) -> list[Fault]:
    """Faults of cells that are not codes of the column's level: blank, of another form, or of another level.

    Parameters
    ----------
    codes : Series
        As `plain_codes` gives them; the index is the row.
    column : CodeColumn
    file : str

    Examples
    --------
    >>> codes = pd.Series(["E05000001", "", "Source: ONS", "E01000001"], index=[1, 2, 3, 4])
    >>> [(found.code, found.rows) for found in code_faults(codes, CodeColumn("WD25CD", "ward", "2025"), file="a.csv")]
    [('KEY_MISSING', (2,)), ('CODE_FORM', (3,)), ('CODE_LEVEL', (4,))]
    """
    heads = codes.str[:3]
    blank = codes == ""
    formed = codes.str.fullmatch(CODE) & ~blank
    own = heads.isin(CODE_PREFIXES[column.level])
    others = [head for level, prefixes in CODE_PREFIXES.items() if level != column.level for head in prefixes]
    stranger = formed & ~own & (heads.isin(others) | bool(own.mean() > 0.5))
    faults = []
    for key, wrong in (("KEY_MISSING.cells", blank), ("CODE_FORM", ~blank & ~formed)):
        rows = tuple(codes.index[wrong])
        if rows:
            shown, total = str(codes.loc[rows[0]]), len(codes)
            name = "area code"
            faults.append(_code_fault(key, file, column, rows, value=shown, count=len(rows), total=total, name=name))
    rows = tuple(codes.index[stranger])
    if rows:
        areas = LEVEL_WORDS[column.level]
        shown = str(codes.loc[rows[0]])
        faults.append(_code_fault("CODE_LEVEL", file, column, rows, value=shown, count=len(rows), areas=areas))
    return faults


def _code_fault(key: str, file: str, column: CodeColumn, rows: tuple[int, ...], **fields: Any) -> Fault:
    return fault(key, file=file, column=column.header, rows=rows, **fields)


def area_names(frame: pd.DataFrame, column: CodeColumn) -> pd.Series:
    """Names that go with a code column: the header with NM for CD, or the column "name"; the codes for none.

    Examples
    --------
    >>> frame = pd.DataFrame({"area_code": ["E05000001"], "area_name": [" Belhus"]})
    >>> area_names(frame, CodeColumn("area_code", "ward", "")).tolist()
    ['Belhus']
    """
    stem = re.sub(r"_?(cd|code)$", "", column.header, flags=re.IGNORECASE).casefold()
    by_key = {str(name).casefold(): name for name in frame.columns}
    known = (stem + "nm", stem + "_name", stem + "name", "name")
    header = next((by_key[name] for name in known if name in by_key), column.header)
    return plain(frame[header].astype("str"))


def all_code_headers() -> list[str]:
    """Every header of area codes that this century's files may have."""
    endings = [f"{stem}{year:02d}{end}" for stem in STEMS for year in range(1, 40) for end in ("cd", "_code", "code")]
    return endings + [f"{stem}{end}" for stem in STEMS for end in ("cd", "_code", "code")]
