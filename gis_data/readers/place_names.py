"""Names on the map: settlements, roads and stations as points, for how busy a place is likely to be."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import is_layer, layer_as_table
from connected_place.gis_data.readers.venues import OPEN_NAMES
from connected_place.gis_data.tabular import check_columns, raise_if_blocked, read_asked, unique_by

SETTLEMENTS = ("city", "town", "suburban area", "village", "other settlement", "hamlet")
"""Types of populated place in OS Open Names, the highest rank first (the order is the project's proposal)."""

ROADS = ("named road", "section of named road", "numbered road", "section of numbered road")
STATIONS = ("railway station", "bus station", "coach station")
USED = frozenset((*SETTLEMENTS, *ROADS, *STATIONS))


def read_place_names(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read settlements, roads and stations of OS Open Names: CSV with its header or without, or a layer of points.

    Returns
    -------
    Layer of level "place", GeoDataFrame in EPSG:27700 indexed by `place_id`
        `name`, `place_type` (the publisher's, in small letters, one of SETTLEMENTS, ROADS and STATIONS), geometry.
        Postcodes, woods, waters, schools and all other types are set aside.

    Raises
    ------
    DataError
        Those of `text_tables`, `vector_files`, `schema` and `crs`.

    Notes
    -----
    A road has a point for the whole of it, and one more for its part in each settlement that it runs through (Ordnance
    Survey, OS Open Names, technical specification), so that road points are denser in settlements.
    """
    known = entry.headers(asked.columns)
    table, crs = (
        layer_as_table(entry, file, asked)
        if is_layer(file)
        else (read_asked(file, asked, layout=OPEN_NAMES, known_headers=known, wanted=known), METRES)
    )
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    raise_if_blocked(checked.faults)
    place_type = checked.frame["place_type"].str.casefold()
    wanted = checked.frame[place_type.isin(USED)]
    places, faults = points(wanted, file=file.name)
    raise_if_blocked(faults)
    frame = gpd.GeoDataFrame(
        {"place_id": wanted["place_id"], "name": wanted["name"], "place_type": place_type[wanted.index]},
        geometry=places,
        crs=METRES,
    )
    placed = frame.dropna(subset=["geometry"])
    kept, duplicates = unique_by(placed, "place_id", file=file.name)
    raise_if_blocked(duplicates)
    return _layer(
        entry,
        file,
        asked,
        frame=kept,
        aside={
            "neither settlement, road nor station": len(table.frame) - len(wanted),
            "no position": len(frame) - len(placed),
            "repeats another row": len(placed) - len(kept),
        },
        warnings=(*table.warnings, *checked.warnings, *faults, *duplicates),
        crs=crs,
    )


def _layer(
    entry: Source,
    file: InputFile,
    asked: SourceFile,
    *,
    frame: pd.DataFrame,
    aside: dict[str, int],
    warnings: tuple[Fault, ...],
    crs: str,
) -> Layer:
    return Layer(
        frame=gpd.GeoDataFrame(frame, crs=METRES).set_index("place_id").sort_index(),
        level="place",
        warnings=warnings,
        provenance=provenance(
            entry, file, vintage=asked.release or "not stated", rows_used=len(frame), set_aside=aside, crs=crs
        ),
    )
