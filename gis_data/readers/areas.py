"""Output areas, LSOAs and wards: their centroids and the official lookups between them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.code_columns import (
    LEVEL_WORDS,
    LEVELS,
    CodeColumn,
    all_code_headers,
    area_names,
    code_column,
    code_columns,
    code_faults,
    plain_codes,
)
from connected_place.gis_data.readers.placed_tables import axes_by_size, is_layer, layer_as_table
from connected_place.gis_data.tabular import (
    TextTable,
    check_columns,
    header_key,
    raise_if_blocked,
    read_asked,
    unique_by,
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
        LEVEL_UNKNOWN, UNKNOWN_COLUMN, COLUMN_MISSING, KEY_MISSING, CODE_FORM, CODE_LEVEL, KEY_DUPLICATE and those of
        `text_tables`.
    """
    table = read_asked(file, asked, known_headers=[*all_code_headers(), *asked.columns.values()])
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
        else (read_asked(file, asked, known_headers=[*all_code_headers(), *asked.columns.values()]), "")
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
