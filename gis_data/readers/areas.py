"""Output areas, LSOAs and wards: their codes, their centroids and the official lookups between them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import axes_by_size, is_layer, layer_as_table
from connected_place.gis_data.tabular import (
    TextTable,
    check_columns,
    header_key,
    plain,
    raise_if_blocked,
    read_asked,
    unique_by,
)

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
    """A header that holds area codes.

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
    """Headers that hold area codes, the finest level first.

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


def read_lookup(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read a table from one level of area to wider ones, or from one year of a level to another.

    Returns
    -------
    Layer
        Wider levels: indexed by the finest level's code, one column of codes for each wider level of LEVELS, and
        `<level>_name`. Two years of the finest level (measure "bridge"): the columns `before` and `after`, every pair
        once; `year` is the later one.

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, UNKNOWN_COLUMN, COLUMN_MISSING, KEY_MISSING, CODE_FORM, CODE_LEVEL, KEY_DUPLICATE and those of
        `text_tables`.
    """
    table = read_asked(file, asked, known_headers=[*_all_code_headers(), *asked.columns.values()])
    columns = _lookup_columns(table, asked)
    if len(columns) < 2:
        raise DataError([*table.faults, fault("LEVEL_UNKNOWN.lookup", file=file.name)])
    repeated = [column.header for column in columns if header_key(column.header) in table.repeated]
    raise_if_blocked(
        [*table.faults, *(fault("COLUMN_DUPLICATE.read", file=file.name, column=header) for header in repeated)]
    )
    finest = [column for column in columns if column.level == columns[0].level]
    if len(finest) > 1:
        return _bridge(entry, file, table, finest)
    frame = pd.DataFrame({"code": plain_codes(table.frame[finest[0].header])})
    raise_if_blocked(code_faults(frame["code"], finest[0], file=file.name))
    for column in columns[1:]:
        frame[column.level] = plain_codes(table.frame[column.header])
        frame[f"{column.level}_name"] = area_names(table.frame, column)
    kept, duplicates = unique_by(frame, "code", file=file.name)
    raise_if_blocked(duplicates)
    years = ", ".join(f"{LEVEL_WORDS[column.level]} {column.year}".strip() for column in columns)
    return Layer(
        frame=kept.set_index("code").sort_index(),
        level=finest[0].level,
        year=finest[0].year,
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or years,
            rows_used=len(kept),
            set_aside={"repeats another row": len(frame) - len(kept)},
        ),
    )


def _lookup_columns(table: TextTable, asked: SourceFile) -> list[CodeColumn]:
    """Columns of codes by their headers, and those that plan.toml names by their level.

    Raises
    ------
    DataError
        COLUMN_MISSING, UNKNOWN_COLUMN.
    """
    present = {header_key(str(name)): str(name) for name in table.frame.columns}
    stated: list[CodeColumn] = []
    faults: list[Fault] = []
    for level, header in asked.columns.items():
        if level not in LEVELS:
            known = ", ".join(LEVELS)
            faults.append(
                fault("UNKNOWN_COLUMN.list", file="plan.toml", column=level, name=level, source=table.file, known=known)
            )
        elif header_key(header) not in present:
            there = ", ".join(table.headers[:12])
            faults.append(fault("COLUMN_MISSING.code", file=table.file, column=header, present=there))
        else:
            name = present[header_key(header)]
            year = next((column.year for column in code_columns([name])), "")
            stated.append(CodeColumn(name, level, year))
    raise_if_blocked(faults)
    levels = {column.level for column in stated}
    found = [column for column in code_columns(list(present.values())) if column.level not in levels]
    return sorted([*stated, *found], key=lambda column: (LEVELS.index(column.level), column.header))


def _bridge(entry: Source, file: InputFile, table: TextTable, columns: list[CodeColumn]) -> Layer:
    """A lookup between two years of one level: which areas became which."""
    before, after = sorted(columns, key=lambda column: column.year)[:2]
    frame = pd.DataFrame(
        {"before": plain_codes(table.frame[before.header]), "after": plain_codes(table.frame[after.header])}
    )
    kept = frame[(frame != "").all(axis=1)].drop_duplicates()
    words = LEVEL_WORDS[before.level]
    return Layer(
        frame=kept.sort_values(["before", "after"]).reset_index(drop=True),
        level=before.level,
        year=after.year,
        measure="bridge",
        warnings=table.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=f"{words} {before.year} to {words} {after.year}",
            rows_used=len(kept),
            set_aside={"blank, or repeats another row": len(frame) - len(kept)},
        ),
    )


def read_centroids(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read population-weighted centroids.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `code`

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, COLUMN_MISSING, KEY_MISSING, CODE_FORM, CODE_LEVEL, KEY_DUPLICATE and those of `text_tables`,
        `schema` and `crs`.
    """
    table, crs = (
        layer_as_table(entry, file, asked)
        if is_layer(file)
        else (read_asked(file, asked, known_headers=[*_all_code_headers(), *asked.columns.values()]), "")
    )
    column = code_column(file, table.frame, asked)
    if header_key(column.header) in table.repeated:
        raise DataError(fault("COLUMN_DUPLICATE.read", file=file.name, column=column.header))
    mapping = {name: header for name, header in asked.columns.items() if name != "code"}
    checked = check_columns(table, entry.columns, mapping=mapping)
    frame = axes_by_size(checked.frame)
    places, faults = points(frame, file=file.name)
    codes = plain_codes(table.frame[column.header])
    raise_if_blocked([*checked.faults, *faults, *code_faults(codes, column, file=file.name)])
    placed = gpd.GeoDataFrame({"code": codes}, geometry=places, crs=METRES).dropna(subset=["geometry"])
    kept, duplicates = unique_by(placed, "code", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("code").sort_index(),
        level=column.level,
        warnings=(*table.warnings, *checked.warnings, *faults, *duplicates),
        year=(asked.release or column.year)[:4],
        provenance=provenance(
            entry,
            file,
            vintage=f"{LEVEL_WORDS[column.level]} {asked.release or column.year}",
            rows_used=len(kept),
            set_aside={"no position": len(codes) - len(placed), "repeats another row": len(placed) - len(kept)},
            crs=crs or (METRES if "easting" in frame.columns else "EPSG:4326"),
        ),
    )


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


def _all_code_headers() -> list[str]:
    """Every header of area codes that this century's files may have."""
    endings = [f"{stem}{year:02d}{end}" for stem in STEMS for year in range(1, 40) for end in ("cd", "_code", "code")]
    return endings + [f"{stem}{end}" for stem in STEMS for end in ("cd", "_code", "code")]
