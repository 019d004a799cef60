"""Output areas, LSOAs and wards: outlines, centroids and the official lookups between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import axes_by_size
from connected_place.gis_data.shapes import read_shapes
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
    "output_area": ("E00", "W00", "S00", "N00"),
    "lsoa": ("E01", "W01", "S01", "N01"),
    "msoa": ("E02", "W02", "S02"),
    "ward": ("E05", "W05", "S13", "N08"),
    "authority": ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
}


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


def read_boundaries(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the outlines of one level.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `code`
        `name` (the code where the file has no names), `authority` (code; "" where the file does not say), geometry.

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, KEY_DUPLICATE and those of `vector_files`.
    """
    shapes = read_shapes(file)
    column = _code_column(file, [str(name) for name in shapes.frame.columns], asked)
    frame = gpd.GeoDataFrame(
        {
            "code": _text(shapes.frame[column.header]),
            "name": _names(shapes.frame, column),
            "authority": _authority(shapes.frame),
        },
        geometry=shapes.frame.geometry,
    )
    kept, duplicates = unique_by(frame, "code", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("code").sort_index(),
        level=column.level,
        year=(asked.release or column.year)[:4],
        warnings=(*shapes.faults, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=f"{LEVEL_WORDS[column.level]} {asked.release or column.year or 'of a year not stated'}",
            rows_used=len(kept),
            set_aside={
                "repeats another feature": len(frame) - len(kept),
                "no shape": sum(len(fault.rows) for fault in shapes.faults if fault.code == "GEOM_MISSING"),
            },
            crs=shapes.crs,
        ),
    )


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
        LEVEL_UNKNOWN, KEY_DUPLICATE and those of `text_tables`.
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
    frame = pd.DataFrame({"code": plain(table.frame[finest[0].header])})
    for column in columns[1:]:
        frame[column.level] = plain(table.frame[column.header])
        frame[f"{column.level}_name"] = _names(table.frame, column)
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


def _code_column_of_table(table: TextTable, file: InputFile, asked: SourceFile) -> CodeColumn:
    """The column of codes of a table: the one that plan.toml names, its level by its codes, or the finest.

    Raises
    ------
    DataError
        COLUMN_MISSING, COLUMN_DUPLICATE, LEVEL_UNKNOWN.
    """
    stated = asked.columns.get("code")
    if stated is None:
        return _code_column(file, [str(name) for name in table.frame.columns], asked)
    present = {header_key(str(name)): str(name) for name in table.frame.columns}
    name = present.get(header_key(stated))
    if name is None:
        there = ", ".join(table.headers[:12])
        raise DataError(fault("COLUMN_MISSING.code", file=table.file, column=stated, present=there))
    if header_key(name) in table.repeated:
        raise DataError(fault("COLUMN_DUPLICATE.read", file=table.file, column=name))
    found = code_columns([name])
    level = found[0].level if found else level_of_codes(plain(table.frame[name]))
    if not level:
        raise DataError(fault("LEVEL_UNKNOWN.outlines", file=file.name))
    return CodeColumn(name, level, found[0].year if found else "")


def _bridge(entry: Source, file: InputFile, table: TextTable, columns: list[CodeColumn]) -> Layer:
    """A lookup between two years of one level: which areas became which."""
    before, after = sorted(columns, key=lambda column: column.year)[:2]
    frame = pd.DataFrame({"before": plain(table.frame[before.header]), "after": plain(table.frame[after.header])})
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
        LEVEL_UNKNOWN, COLUMN_MISSING, KEY_DUPLICATE and those of `text_tables`, `schema` and `crs`.
    """
    table = read_asked(file, asked, known_headers=[*_all_code_headers(), *asked.columns.values()])
    column = _code_column_of_table(table, file, asked)
    mapping = {name: header for name, header in asked.columns.items() if name != "code"}
    checked = check_columns(table, entry.columns, mapping=mapping)
    frame = axes_by_size(checked.frame)
    places, faults = points(frame, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    codes = plain(table.frame[column.header])
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
            crs=METRES if "easting" in frame.columns else "EPSG:4326",
        ),
    )


def _code_column(file: InputFile, headers: list[str], asked: SourceFile) -> CodeColumn:
    """The finest code column of a file, or the one that plan.toml names."""
    stated = asked.columns.get("code")
    columns = code_columns([stated] if stated else headers)
    if not columns:
        raise DataError(fault("LEVEL_UNKNOWN.outlines", file=file.name))
    return columns[0]


def _authority(frame: pd.DataFrame) -> pd.Series:
    """Code of the authority that each area lies in; "" where the file does not say."""
    found = [column for column in code_columns([str(name) for name in frame.columns]) if column.level == "authority"]
    return _text(frame[found[0].header]) if found else pd.Series("", index=frame.index)


def _names(frame: pd.DataFrame, column: CodeColumn) -> pd.Series:
    """Names that go with a code column: the header with NM for CD; the codes where there are none."""
    stem = re.sub(r"_?(cd|code)$", "", column.header, flags=re.IGNORECASE).casefold()
    by_key = {str(name).casefold(): name for name in frame.columns}
    header = next(
        (by_key[stem + ending] for ending in ("nm", "_name", "name") if stem + ending in by_key), column.header
    )
    return _text(frame[header])


def _text(values: pd.Series) -> pd.Series:
    return plain(values.astype("str"))


def _all_code_headers() -> list[str]:
    """Every header of area codes that this century's files may have."""
    endings = [f"{stem}{year:02d}{end}" for stem in STEMS for year in range(1, 40) for end in ("cd", "_code", "code")]
    return endings + [f"{stem}{end}" for stem in STEMS for end in ("cd", "_code", "code")]
