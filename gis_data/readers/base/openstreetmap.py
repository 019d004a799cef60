"""An extract of OpenStreetMap, sorted by its tags: a layer of shapes, or all nodes and ways (.osm.pbf)."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import DEGREES, METRES, bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile
from connected_place.gis_data.readers.base.features import NOT_DRAWN, ROAD_RANKS, TYPE_RANKS, rank_by_start
from connected_place.gis_data.readers.base.layers import base_frame, base_layer, column_text, is_drawable
from connected_place.gis_data.shapes import read_shapes

PBF_ENDING = ".osm.pbf"
PBF_LAYERS = ("points", "lines", "multipolygons")
"""Layers into which GDAL sorts nodes, ways and areas; relations of other kinds are not drawn."""

PBF_START = b"OSMHeader"
"""In the first bytes of every such file."""

TAGS = ("highway", "railway", "waterway", "natural", "leisure", "landuse", "place", "class", "name", "ref")
RAIL_TAGS = ("rail", "light_rail", "tram", "subway", "narrow_gauge")
WATERWAYS = {"river": 1, "canal": 2, "dock": 2, "stream": 4, "ditch": 4, "drain": 4}
GREEN_LEISURE = (
    "park",
    "garden",
    "nature_reserve",
    "recreation_ground",
    "common",
    "golf_course",
    "pitch",
    "playground",
)
GREEN_LAND = ("forest", "wood", "grass", "cemetery", "recreation_ground", "village_green", "allotments", "meadow")
STATION_TAGS = {"station": 1, "railway_station": 1, "halt": 2, "tram_stop": 3}
PLACE_TAGS = ("city", "town", "suburb", "borough", "quarter", "neighbourhood", "village", "hamlet", "isolated_dwelling")
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def read_openstreetmap(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read roads, railways, stations, water, greenspace and named places of an extract.

    Returns
    -------
    Layer of level "ground"
        As `read_base_layer`, with places as `read_base_names` has them. Footpaths, service roads, buildings and all
        that has none of these tags are set aside.

    Raises
    ------
    DataError
        Those of `vector_files`; FORMAT_MISMATCH, NO_ROWS and DAMAGED for .osm.pbf.
    CrsError
        NOT_FINITE, COORD_RANGE and the like.
    """
    warnings: tuple[Fault, ...] = ()
    if file.name.lower().endswith(PBF_ENDING):
        table, crs, shapeless = _pbf_features(file), DEGREES, 0
    else:
        shapes = read_shapes(file)
        table, crs, warnings, shapeless = shapes.frame, shapes.crs, shapes.faults, len(shapes.shapeless)
    tags = {name: column_text(table, entry, name, asked.columns) for name in TAGS}
    found = _sorted_by_tags(tags, table.geometry)
    frame = base_frame(found["feature"], found["rank"], tags["name"], tags["ref"], table.geometry)
    kept = frame[is_drawable(frame) & (frame["feature"] != "")]
    aside = {"no shape": shapeless, "not drawn on a map of the place": len(frame) - len(kept)}
    return base_layer(entry, file, asked, frame=kept, aside=aside, crs=crs, warnings=warnings)


def _sorted_by_tags(tags: dict[str, pd.Series], shapes: gpd.GeoSeries) -> pd.DataFrame:
    """`feature` ("": not drawn) and `rank` of each row; where tags compete, the one that is drawn on top counts."""
    kind = tags["class"]  # Geofabrik's shapefiles have one column of them
    highway, railway, place = (tags[name].where(tags[name] != "", kind) for name in ("highway", "railway", "place"))
    waterway = tags["waterway"].where(tags["waterway"] != "", kind)
    is_line = shapes.geom_type.isin(("LineString", "MultiLineString"))
    is_point = shapes.geom_type.isin(("Point", "MultiPoint"))
    is_area = ~is_line & ~is_point
    is_named = tags["name"] != ""
    is_water = (tags["natural"] == "water") | kind.isin(("water", "reservoir", "dock")) | (waterway == "riverbank")
    is_green = (
        tags["leisure"].isin(GREEN_LEISURE)
        | tags["landuse"].isin(GREEN_LAND)
        | kind.isin((*GREEN_LEISURE, *GREEN_LAND))
    )
    is_green |= tags["natural"] == "wood"
    is_way = (highway != "") & ~highway.str.startswith(NOT_DRAWN) & ~kind.isin((*RAIL_TAGS, *WATERWAYS))
    steps = (
        ("green", is_area & is_green, pd.Series(4, index=shapes.index)),
        ("water", is_area & is_water, pd.Series(1, index=shapes.index)),
        ("road", is_line & is_way, rank_by_start(highway, ROAD_RANKS, 4)),
        ("water", is_line & waterway.isin(WATERWAYS), waterway.map(WATERWAYS)),
        ("rail", is_line & railway.isin(RAIL_TAGS), railway.map({"rail": 1}).fillna(2)),
        ("place", is_point & is_named & place.isin(PLACE_TAGS), rank_by_start(place, TYPE_RANKS, 4)),
        ("station", is_point & is_named & railway.isin(STATION_TAGS), railway.map(STATION_TAGS)),
    )
    found = pd.DataFrame({"feature": "", "rank": 4}, index=shapes.index)
    for feature, rows, rank in steps:
        found.loc[rows, "feature"] = feature
        found.loc[rows, "rank"] = rank[rows].astype("int64")
    return found


def _pbf_features(file: InputFile) -> gpd.GeoDataFrame:
    """All points, lines and areas of the file in metres, a column for each tag that is looked at."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

    if PBF_START not in file.content[:64]:
        raise DataError(file.fault("FORMAT_MISMATCH.shapes", format="OpenStreetMap PBF"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.osm.pbf"
        path.write_bytes(file.content)
        try:
            found = [pyogrio.read_dataframe(path, layer=layer) for layer in PBF_LAYERS]
        except (DataSourceError, DataLayerError, FeatureError, GeometryError) as error:
            raise DataError(file.fault("DAMAGED.file", reason="GDAL cannot read it")) from error
    features = gpd.GeoDataFrame(pd.concat([_with_tags(frame) for frame in found], ignore_index=True), crs=DEGREES)
    if not len(features):
        raise DataError(file.fault("NO_ROWS.shapes"))
    wrong = bounds_fault(features.total_bounds, DEGREES, file=file.name)
    if wrong or not np.isfinite(features.total_bounds).all():
        raise CrsError(wrong or file.fault("NOT_FINITE.coordinates"))
    valid = features.set_geometry(shapely.make_valid(features.geometry.to_numpy()), crs=DEGREES)
    return gpd.GeoDataFrame(valid.to_crs(METRES))


def _with_tags(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Tags that GDAL leaves in one text, `"railway"=>"station","ref"=>"A5"`, as columns beside its own."""
    rest = frame.get("other_tags", pd.Series("", index=frame.index)).fillna("").astype("str")
    others = [dict(_TAG.findall(text)) for text in rest]
    columns = {}
    for name in TAGS:
        given = frame.get(name, pd.Series("", index=frame.index)).fillna("").astype("str")
        left = pd.Series([tags.get(name, "") for tags in others], index=frame.index, dtype="str")
        columns[name] = given.where(given != "", left)
    return gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=DEGREES)
