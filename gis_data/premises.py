"""Postcodes as points: where premises are, and which postcodes are in use."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.schema import check_columns, raise_if_blocked, unique_by
from connected_place.gis_data.text_tables import read_table


def read_postcodes(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read a postcode directory.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `postcode` (no blank)
        `live` (bool: in use; a file that says nothing of it holds live ones only), `output_area`, `authority`
        (codes; empty where the file has none), geometry.

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    table = read_table(file, known_headers=[s for column in entry.columns for s in column.spellings])
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    places, faults = points(checked.frame, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    frame = gpd.GeoDataFrame(
        {
            "postcode": checked.frame["postcode"],
            "live": _live(checked.frame),
            "output_area": checked.frame.get("output_area", ""),
            "output_area_year": "",
            "authority": checked.frame.get("authority", ""),
        },
        geometry=places,
        crs=METRES,
    )
    placed = frame.dropna(subset=["geometry"])
    kept, duplicates = unique_by(placed, "postcode", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("postcode").sort_index(),
        level="postcode",
        warnings=(*table.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(kept),
            set_aside={"no position": len(frame) - len(placed), "repeats another row": len(placed) - len(kept)},
            crs=METRES,
        ),
    )


def _live(frame: pd.DataFrame) -> pd.Series:
    """In use: not terminated, or marked live."""
    if "terminated" in frame:
        return frame["terminated"] == ""
    if "live" in frame:
        return frame["live"] == 1
    return pd.Series(data=True, index=frame.index)
