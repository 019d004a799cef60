"""Who lives where: residents and households by area, parts of them that need more, and residents by grid cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from connected_place.gis_data.area_codes import year_of_codes
from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import read_raster
from connected_place.gis_data.readers.code_columns import (
    CODE_PREFIXES,
    LEVEL_WORDS,
    LEVELS,
    code_columns,
    level_of_codes,
)
from connected_place.gis_data.readers.raster_layers import raster_layer
from connected_place.gis_data.tabular import (
    TextTable,
    check_columns,
    figures_year,
    header_key,
    nations_mixed,
    plain,
    raise_if_blocked,
    read_asked,
    told_apart,
    unique_by,
)

CODE_ENDINGS = ("cd", "_code", "code")
CODE_HEADERS = (
    "geography code",
    "mnemonic",
    "LSOA code (2021)",
    "LSOA code (2011)",
    "LSOA 2021 Code",
    "LSOA 2011 Code",
    "LSOA code",
    "lsoacd",
    "oacd",
    "Area Codes",
    "Data_Zone",
    "DataZone",
    *(f"{stem}{year:02d}{end}" for stem in ("oa", "lsoa", "msoa", "wd") for year in range(100) for end in CODE_ENDINGS),
)
_YEAR = re.compile(r"(20[012]\d)|(?<=[a-z])([012]\d)(?=_?c)", re.IGNORECASE)
"""The year in a header of codes: "LSOA code (2021)", "oa11cd"."""

AGES = re.compile(r"(?:age: )?(?:aged )?([mf]?)(\d{1,3})(?:(?: to |-)(\d{1,3}))?\+?(?: years?)?(?: and over)?")
"""A header of one age or a band of ages: "65", "90+", "M65", "Age: Aged 65 to 69 years", "Aged 85 years and over"."""

YOUNGEST = re.compile(r"(?:age: )?aged \d years and under")

OLDER_FROM = 65
"""Years: from here on population tables speak of older people."""


def read_people(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read counts for each area: residents or households, or a part of them and the whole.

    Returns
    -------
    Layer
        Indexed by `code`; the columns of the catalogue. The level is found from the codes, `year` by the header of the
        codes or the census date; rows of another level are set aside.

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, KEY_MISSING, KEY_DUPLICATE, MORE_THAN_ALL and those of `text_tables` and `schema`.
    """
    table = read_asked(file, asked, known_headers=[*CODE_HEADERS, *entry.columns[0].spellings, *asked.columns.values()])
    checked = check_columns(table, entry.columns, mapping=_without_code(asked))
    faults = [*checked.faults, *_more_than_all(checked.frame, entry.columns, file.name)]
    return area_layer(entry, file, asked, table=table, values=checked.frame, faults=faults)


def read_older_people(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read residents aged 65 and over from a table with a column for each age or band of ages.

    Returns
    -------
    Layer
        Indexed by `code`: `older_residents` and `residents`, counts, so that a share is a sum over a sum.

    Raises
    ------
    DataError
        AGE_BANDS and those of `read_people`.
    """
    table = read_asked(file, asked, known_headers=[*CODE_HEADERS, *entry.columns[0].spellings, *asked.columns.values()])
    older, whole = _age_columns(table)
    columns = [Column(name=header, kind="count", spellings=(header,), low=0.0) for header in whole]
    checked = check_columns(table, columns, mapping=_without_code(asked))
    if not set(whole) <= set(checked.frame.columns):
        raise_if_blocked(checked.faults)
    counts = {
        "older_residents": checked.frame[older].sum(axis=1, min_count=len(older)),
        "residents": checked.frame[whole].sum(axis=1, min_count=len(whole)),
    }
    return area_layer(entry, file, asked, table=table, values=pd.DataFrame(counts), faults=checked.faults)


def area_layer(
    entry: Source,
    file: InputFile,
    asked: SourceFile,
    *,
    table: TextTable,
    values: pd.DataFrame,
    faults: Sequence[Fault] = (),
    by_nation: bool = False,
) -> Layer:
    """A layer of values on area codes, for any table that has a column of them.

    Parameters
    ----------
    entry, file, asked
        As a reader has them.
    table : TextTable
        With the column of codes.
    values : DataFrame
        Rows as in `table`.
    faults : sequence of Fault
        Of the values: those that block are raised with those of the codes, the others become warnings.
    by_nation : bool
        True: each nation defines the values in its own way, so a file with several is a warning, NATION_MIXED.

    Raises
    ------
    DataError
        Those of `faults`, LEVEL_UNKNOWN, KEY_MISSING, KEY_DUPLICATE, ROWS_TOLD_APART.
    """
    try:
        codes, year = _codes(table, asked)
    except DataError as error:
        raise DataError([*(fault for fault in faults if fault.blocks), *error.faults]) from error
    level = level_of_codes(codes[codes != ""])
    unknown = [] if level else [_level_unknown(file.name, str(codes.iloc[0]))]
    raise_if_blocked([*faults, *_blank_codes(codes, file.name), *unknown])
    same_level = codes.str[:3].isin(CODE_PREFIXES[level])
    frame = values.assign(code=codes)[same_level]
    kept, duplicates = unique_by(frame, "code", file=file.name)
    raise_if_blocked(_told_apart(entry, file, asked, frame["code"]) or duplicates)
    mixed = nations_mixed(frame["code"], file=file.name) if by_nation else None
    warnings = [*duplicates, *([mixed] if mixed else [])]
    return Layer(
        frame=kept.set_index("code").sort_index(),
        level=level,
        year=year or year_of_codes(kept["code"]),
        warnings=(*table.warnings, *(fault for fault in faults if not fault.blocks), *warnings),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or _vintage(table, f"on {LEVEL_WORDS[level]} {year}".strip()),
            rows_used=len(kept),
            set_aside={
                "codes of another level": int((~same_level).sum()),
                "repeats another row": len(frame) - len(kept),
            },
        ),
    )


def _told_apart(entry: Source, file: InputFile, asked: SourceFile, codes: pd.Series) -> list[Fault]:
    """A fault where an area has several rows, one for each word of a column that is not read, such as a sex."""
    again = codes[codes.duplicated(keep=False)]
    if not len(again):
        return []
    found = told_apart(file, asked, known_headers=[*CODE_HEADERS, *entry.headers(asked.columns)], keys=again)
    return [found] if found else []


def _vintage(table: TextTable, otherwise: str) -> str:
    """The sheet, where its name tells the year of the figures."""
    return table.sheet if figures_year(table.sheet) else otherwise


def read_population_raster(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read people per cell; the frame is empty, the raster is NaN where the number is not known.

    Raises
    ------
    DataError, CrsError
        NEGATIVE and those of `rasters`.
    """
    raster = read_raster(file, of="people")
    known = np.isfinite(raster.values)
    raise_if_blocked(_negative_cells(raster.values, file.name))
    aside = {"cells without a value": int((~known).sum())}
    return raster_layer(entry, file, asked, raster=raster, known_cells=int(known.sum()), aside=aside)


def _without_code(asked: SourceFile) -> dict[str, str]:
    """The planner's word on the columns of values."""
    return {name: header for name, header in asked.columns.items() if name != "code"}


def _codes(table: TextTable, asked: SourceFile) -> tuple[pd.Series, str]:
    """The column of area codes, by plan.toml, by its header or by its cells; and the year of the codes."""
    headers = [str(name) for name in table.frame.columns]
    by_key = {header_key(header): header for header in headers}
    if "code" in asked.columns:
        header = by_key.get(header_key(asked.columns["code"]), "")
        if not header:
            raise DataError(_no_code_column(table, asked.columns["code"]))
    else:
        named = (by_key[header_key(known)] for known in CODE_HEADERS if header_key(known) in by_key)
        header = next(named, "") or _by_header(headers) or _by_cells(table)
    if not header:
        raise DataError(_level_unknown(table.file, ", ".join(headers[:6])))
    if header_key(header) in table.repeated:
        raise DataError(fault("COLUMN_DUPLICATE.read", file=table.file, column=header))
    found = _YEAR.search(header)
    year = (found[1] or f"20{found[2]}") if found else _census_year(table, by_key) or _stated_year(asked)
    return plain(table.frame[header]), year


def _by_header(headers: list[str]) -> str:
    columns = code_columns(headers)
    return columns[0].header if columns else ""


def _by_cells(table: TextTable) -> str:
    """The column of the finest level whose cells are area codes; empty where none is."""
    levels = {name: level_of_codes(plain(table.frame[name])) for name in table.frame.columns}
    found = [(LEVELS.index(level), str(name)) for name, level in levels.items() if level]
    return min(found)[1] if found else ""


def _census_year(table: TextTable, by_key: dict[str, str]) -> str:
    """The census of a Nomis table, whose column `date` says it on every row."""
    dates = set(plain(table.frame[by_key["date"]])) if "date" in by_key else set()
    return dates.pop() if dates in ({"2011"}, {"2021"}) else ""


def _stated_year(asked: SourceFile) -> str:
    """The census that plan.toml names in a release such as "mid-2022 on LSOAs 2021"."""
    found = re.search(r"\b20[12]1\b", asked.release)
    return found[0] if found else ""


def _age_columns(table: TextTable) -> tuple[list[str], list[str]]:
    """Columns of those aged 65 and over, and of all ages; each age counted once.

    Raises
    ------
    DataError
        AGE_BANDS.
    """
    keys = {str(name): header_key(str(name)) for name in table.frame.columns}
    bands = {name: match for name, key in keys.items() if (match := AGES.fullmatch(key))}
    youngest = [name for name, key in keys.items() if YOUNGEST.fullmatch(key)]
    older = [name for name, match in bands.items() if int(match[2]) >= OLDER_FROM]
    starts = {int(match[2]) for match in bands.values()}
    straddling = [name for name, match in bands.items() if int(match[2]) < OLDER_FROM <= int(match[3] or match[2])]
    both_sexes = {match[1] for match in bands.values()} in ({""}, {"f", "m"})
    if OLDER_FROM not in starts or straddling or not both_sexes or not (youngest or 0 in starts):
        raise DataError(_age_bands(table.file, list(keys)))
    return older, [*youngest, *bands]


def _more_than_all(frame: pd.DataFrame, columns: Sequence[Column], file: str) -> list[Fault]:
    """A part that is more than its whole; the catalogue names the part first."""
    names = [column.name for column in columns]
    if len(names) < 2 or not set(names[:2]) <= set(frame.columns):
        return []
    rows = tuple(frame.index[frame[names[0]] > frame[names[1]]])
    if not rows:
        return []
    return [
        fault(
            "MORE_THAN_ALL.people",
            file=file,
            column=names[0],
            rows=rows,
            value=f"{frame[names[0]].loc[rows[0]]:g} of {frame[names[1]].loc[rows[0]]:g}",
            count=len(rows),
            part=names[0].replace("_", " "),
            whole=names[1].replace("_", " "),
        )
    ]


def _blank_codes(codes: pd.Series, file: str) -> list[Fault]:
    rows = tuple(codes.index[codes == ""])
    if not rows:
        return []
    return [
        fault(
            "KEY_MISSING.cells",
            file=file,
            column="code",
            rows=rows,
            count=len(rows),
            total=len(codes),
            name="area code",
        )
    ]


def _negative_cells(values: np.ndarray, file: str) -> list[Fault]:
    cells = int((values < 0).sum())
    if not cells:
        return []
    return [fault("NEGATIVE.grid", file=file, value=f"{np.nanmin(values):g}", count=cells)]


def _age_bands(file: str, headers: Sequence[str]) -> Fault:
    return fault("AGE_BANDS", file=file, value=", ".join(headers[:6]), age=OLDER_FROM)


def _no_code_column(table: TextTable, header: str) -> Fault:
    return fault("COLUMN_MISSING.code", file=table.file, column=header, present=", ".join(table.headers[:12]))


def _level_unknown(file: str, found: str) -> Fault:
    return fault("LEVEL_UNKNOWN.people", file=file, value=found)
