"""Roads, railways, water, greenspace and names as Ordnance Survey publishes them, one layer a file."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.base.features import FEATURE_OF, ROAD_RANKS, place_features, rank_by_start
from connected_place.gis_data.readers.placed_tables import is_layer, read_placed
from connected_place.gis_data.shapes import read_shapes
from connected_place.gis_data.tabular import header_key

COLUMNS = ("feature", "rank", "name", "ref", "geometry")
"""Of every layer of a base map."""

MAIN, NAMED_STREAM, ORDINARY = 1, 2, 4


def read_base_layer(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the roads, railways, water or greenspace of a base map.

    Returns
    -------
    Layer of level "ground", GeoDataFrame in EPSG:27700
        `feature` ("road", "rail", "station", "water" or "green"), `rank` (1 matters most, 4 least), `name`, `ref` (a
        road's number; ""), geometry: lines, of water also outlines, of greenspace outlines only, of stations points.
        Shapes of any other type are set aside.

    Raises
    ------
    DataError
        Those of `vector_files`.
    """
    shapes = read_shapes(file)
    text = {name: column_text(shapes.frame, entry, name, asked.columns) for name in ("name", "ref", "class")}
    feature = pd.Series(FEATURE_OF[entry.id], index=shapes.frame.index)
    rank = pd.Series(ORDINARY if entry.id == "base-greenspace" else MAIN, index=shapes.frame.index)
    if entry.id == "base-roads":
        rank = rank_by_start(text["class"], ROAD_RANKS, ORDINARY)
    if entry.id == "base-water":
        is_line = shapes.frame.geometry.geom_type.isin(("LineString", "MultiLineString"))
        rank = rank.mask(is_line, NAMED_STREAM).mask(is_line & (text["name"] == ""), ORDINARY)
    is_point = shapes.frame.geometry.geom_type.isin(("Point", "MultiPoint"))
    feature = feature.mask(is_point & (entry.id == "base-rail"), "station")
    frame = base_frame(feature, rank, text["name"], text["ref"], shapes.frame.geometry)
    kept = frame[is_drawable(frame)]
    aside = {"no shape": len(shapes.shapeless), "a type of shape that is not drawn": len(frame) - len(kept)}
    return base_layer(entry, file, asked, frame=kept, aside=aside, crs=shapes.crs, warnings=shapes.faults)


def read_base_names(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the names on a base map: a layer of shapes, or a table with positions.

    Returns
    -------
    Layer of level "ground"
        As `read_base_layer`; `feature` is "place", "water", "green", "station", "street" or "other", geometry a point.

    Raises
    ------
    DataError
        Those of `text_tables`, `vector_files`, `schema` and `crs`.
    """
    if is_layer(file):
        shapes = read_shapes(file)
        places, crs, warnings = shapes.frame.geometry.representative_point(), shapes.crs, shapes.faults
        names, types, heights = (
            column_text(shapes.frame, entry, name, asked.columns) for name in ("name", "class", "height")
        )
    else:
        table = read_placed(entry, file, asked)
        places, crs, warnings = table.places, table.crs, table.warnings
        nothing = pd.Series("", index=table.columns.index)
        names, types, heights = (table.columns.get(name, nothing) for name in ("name", "class", "height"))
    types = types.where(types != "", "village")  # a list of names alone is one of settlements
    found = place_features(types, heights)
    frame = base_frame(found["feature"], found["rank"], names, pd.Series("", index=names.index), places)
    kept = frame[frame.geometry.notna() & (frame["name"] != "")]
    aside = {"no name or no position": len(frame) - len(kept)}
    return base_layer(entry, file, asked, frame=kept, aside=aside, crs=crs, warnings=warnings)


def column_text(frame: pd.DataFrame, entry: Source, name: str, mapping: Mapping[str, str]) -> pd.Series:
    """A column of the catalogue as text: the first spelling that has any; "" everywhere where the file has none."""
    by_key = {header_key(str(column)): column for column in frame.columns}
    spellings = next((column.spellings for column in entry.columns if column.name == name), ())
    asked = (mapping[name],) if name in mapping else spellings
    found = pd.Series("", index=frame.index, dtype="str")
    for header in dict.fromkeys(by_key[key] for key in map(header_key, asked) if key in by_key):
        text = frame[header].astype("str").str.strip().replace({"None": "", "nan": ""})
        found = found.where(found != "", text)
    return found


def base_frame(
    feature: pd.Series, rank: pd.Series, name: pd.Series, ref: pd.Series, places: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    """Features of a base map, numbered in the order of their file."""
    columns = {"feature": feature, "rank": rank, "name": name.astype("str"), "ref": ref.astype("str")}
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(places, crs=METRES), crs=METRES)
    return gpd.GeoDataFrame(frame.reset_index(drop=True))


def is_drawable(frame: gpd.GeoDataFrame) -> pd.Series:
    """Whether each feature has a shape that its kind is drawn by."""
    is_line = frame.geometry.geom_type.isin(("LineString", "MultiLineString"))
    is_outline = frame.geometry.geom_type.isin(("Polygon", "MultiPolygon"))
    may_be_line = frame["feature"].isin(("road", "rail", "water"))
    may_be_outline = frame["feature"].isin(("water", "green"))
    is_spot = ~frame["feature"].isin(("road", "rail", "water", "green"))
    return (is_line & may_be_line) | (is_outline & may_be_outline) | (is_spot & ~is_line & ~is_outline)


def base_layer(
    entry: Source,
    file: InputFile,
    asked: SourceFile,
    *,
    frame: gpd.GeoDataFrame,
    aside: Mapping[str, int],
    crs: str,
    warnings: tuple[Fault, ...],
) -> Layer:
    """The layer of one file."""
    return Layer(
        frame=gpd.GeoDataFrame(frame.reset_index(drop=True)[list(COLUMNS)], crs=METRES),
        level="ground",
        warnings=warnings,
        provenance=provenance(
            entry, file, vintage=asked.release or "not stated", rows_used=len(frame), set_aside=aside, crs=crs
        ),
    )
