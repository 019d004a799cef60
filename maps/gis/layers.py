"""The layers of a plan for a GIS: shapes in EPSG:27700 with the columns of the tables, the same in every format."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from connected_place.coverage.plan import Plan
from connected_place.maps.gis.reach_layers import REACH_FIELDS, reach_areas
from connected_place.maps.tables import CLUSTER_FIELDS, SITE_FIELDS, OutputColumn, area_fields, cluster_rows, rounded

POINT, AREA = "Point", "MultiPolygon"

WIFI_FIELDS = [
    OutputColumn("name", "string", "Name"),
    OutputColumn("provider", "string", "Who provides it; empty: not stated"),
    OutputColumn("access", "string", "free, paid or not stated"),
    OutputColumn("ward_code", "string", "Ward it stands in"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GisLayer:
    """One layer.

    Attributes
    ----------
    name : str
    title : str
        What one row is.
    frame : GeoDataFrame, EPSG:27700
        Columns as `fields`, typed by them, then the geometry.
    fields : list of Field
    shape : str
        "Point" or "MultiPolygon".
    key : str
        Column that tells the rows apart; "" where none does.
    """

    name: str
    title: str
    frame: gpd.GeoDataFrame
    fields: list[OutputColumn]
    shape: str
    key: str


def gis_layers(plan: Plan) -> tuple[GisLayer, ...]:
    """Every layer of a plan, areas first; one without rows is there too, empty."""
    areas, wards = area_fields(plan, of_wards=False), area_fields(plan, of_wards=True)
    return (
        _layer("areas", "One row an area: gaps, need, score and rank", plan.areas, areas, key="area_code"),
        _layer("wards", "One row a ward: the same", plan.wards, wards, key="area_code"),
        _layer("sites", "One row a candidate, chosen or not", plan.sites, SITE_FIELDS, shape=POINT, key="site_id"),
        _layer("reach", "Where each chosen site covers the street", reach_areas(plan), REACH_FIELDS, key="site_id"),
        _layer(
            "clusters", "Clusters of premises without the headline speed", cluster_rows(plan), CLUSTER_FIELDS,
            key="cluster_id",
        ),
        _layer("existing_wifi", "Existing public Wi-Fi, as listed", plan.access_points, WIFI_FIELDS, shape=POINT),
    )  # fmt: skip


def _layer(
    name: str, title: str, rows: gpd.GeoDataFrame, fields: list[OutputColumn], *, shape: str = AREA, key: str = ""
) -> GisLayer:
    """The columns of the table with their types, areas as multipolygons."""
    flat = rows.sort_index().reset_index()
    present = [field for field in fields if field.name in flat]
    columns = {field.name: _typed(flat[field.name], field) for field in present}
    layer = gpd.GeoDataFrame(columns, geometry=flat.geometry, crs=rows.crs)
    if shape == AREA:
        parts = layer.geometry.map(lambda outline: shapely.multipolygons(list(getattr(outline, "geoms", [outline]))))
        layer = layer.set_geometry(gpd.GeoSeries(parts, crs=rows.crs))
    return GisLayer(name=name, title=title, frame=layer, fields=present, shape=shape, key=key)


def _typed(values: pd.Series, field: OutputColumn) -> pd.Series:
    if field.type == "boolean":
        return values.astype(bool)
    if field.type == "integer":
        return values.astype("Int64")
    return rounded(values, field.name) if field.type == "number" else values.astype("str")
