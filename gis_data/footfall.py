"""Footfall counters: where they stand and what they counted."""

from __future__ import annotations

import geopandas as gpd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.schema import check_columns, raise_if_blocked, unique_by
from connected_place.gis_data.text_tables import read_table


def read_counters(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the positions of counters.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `counter_id`: `name`, geometry

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    table = read_table(file, known_headers=[s for column in entry.columns for s in column.spellings])
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    places, faults = points(checked.frame, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    frame = gpd.GeoDataFrame(checked.frame[["counter_id", "name"]], geometry=places, crs=METRES)
    used = frame.dropna(subset=["geometry"])
    kept, duplicates = unique_by(used, "counter_id", file=file.name)
    raise_if_blocked(duplicates)
    aside = {"no position": len(frame) - len(used), "repeats another row": len(used) - len(kept)}
    return Layer(
        frame=kept.set_index("counter_id").sort_index(),
        level="counter",
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry, file, vintage=asked.release or "not stated", rows_used=len(kept), set_aside=aside, crs=METRES
        ),
    )


def read_hourly_counts(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read people counted, one row an hour and counter.

    Returns
    -------
    Layer
        `counter_id`, `date` (text as in the file), `hour` (0-23), `count` (NaN: not known).

    Raises
    ------
    DataError
        Those of `text_tables` and `schema`.
    """
    table = read_table(file, known_headers=[s for column in entry.columns for s in column.spellings])
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    raise_if_blocked(checked.faults)
    return Layer(
        frame=checked.frame.reset_index(drop=True),
        level="hour",
        warnings=table.warnings,
        provenance=provenance(entry, file, vintage=asked.release or "not stated", rows_used=len(checked.frame)),
    )
