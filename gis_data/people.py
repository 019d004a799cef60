"""Who lives where: residents, households and deprivation by area, and residents by grid cell."""

from __future__ import annotations

import pandas as pd

from connected_place.gis_data.areas import LEVEL_WORDS, code_columns, level_of_codes
from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.cells import plain
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import read_raster
from connected_place.gis_data.schema import check_columns, raise_if_blocked, unique_by
from connected_place.gis_data.text_tables import TextTable, header_key, read_table

CODE_HEADERS = ("geography code", "LSOA code (2021)", "LSOA code (2011)", "lsoacd", "oacd")


def read_people(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read one number for each area: residents, households or a deprivation score.

    Returns
    -------
    Layer
        Indexed by `code`; one column, named as in the catalogue. The level is told by the codes.

    Raises
    ------
    DataError
        LEVEL_UNKNOWN, KEY_DUPLICATE and those of `text_tables` and `schema`.
    """
    value = entry.columns[0]
    table = read_table(file, known_headers=[*CODE_HEADERS, *value.spellings])
    codes, year = _codes(table, asked)
    mapping = {key: header for key, header in asked.columns.items() if key != "code"}
    checked = check_columns(table, entry.columns, mapping=mapping)
    raise_if_blocked(checked.faults)
    frame = checked.frame.assign(code=codes)
    kept, duplicates = unique_by(frame, "code", file=file.name)
    level = level_of_codes(kept["code"])
    raise_if_blocked([*duplicates, *([] if level else [_level_unknown(file.name, str(kept["code"].iloc[0]))])])
    return Layer(
        frame=kept.set_index("code").sort_index(),
        level=level,
        year=year,
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or f"on {LEVEL_WORDS[level]} {year}".strip(),
            rows_used=len(kept),
            set_aside={"repeats another row": len(frame) - len(kept)},
        ),
    )


def read_population_raster(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read people per cell; the frame has one row, the total.

    Raises
    ------
    DataError, CrsError
        Those of `rasters`.
    """
    raster = read_raster(file)
    known = int((raster.values == raster.values).sum())
    return Layer(
        frame=pd.DataFrame(),
        level="cell",
        raster=raster,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=known,
            set_aside={"cells without a value": raster.values.size - known},
            crs=raster.crs,
        ),
    )


def _codes(table: TextTable, asked: SourceFile) -> tuple[pd.Series, str]:
    """The column of area codes, by plan.toml, by its known header or by its form; and its year."""
    by_key = {header_key(header): header for header in table.frame.columns}
    wanted = [asked.columns["code"]] if "code" in asked.columns else CODE_HEADERS
    named = next((by_key[header_key(header)] for header in wanted if header_key(header) in by_key), None)
    columns = code_columns(list(table.frame.columns))
    if named is None and not columns:
        raise DataError(_level_unknown(table.file, ", ".join(table.frame.columns[:6])))
    header = named or columns[0].header
    year = next((digits for digits in ("2021", "2011") if digits in header), "")
    return plain(table.frame[header]), year or (columns[0].year if columns and not named else "")


def _level_unknown(file: str, found: str) -> Fault:
    return Fault(
        code="LEVEL_UNKNOWN",
        file=file,
        value=found,
        message="No column holds codes of output areas, LSOAs or wards.",
        remedy='Name it with columns = { code = "..." } in plan.toml.',
    )
