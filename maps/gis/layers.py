"""The layers of a plan for a GIS: shapes in EPSG:27700 with the columns of the tables, the same in every format."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from connected_place.coverage.plan import Plan
from connected_place.maps.gis.reach_layers import reach_areas
from connected_place.maps.tables import OutputColumn, PlanTable, TableText, plan_tables, table_text

POINT, AREA = "Point", "MultiPolygon"
_SHAPES = {
    "areas": AREA,
    "wards": AREA,
    "sites": POINT,
    "reach": AREA,
    "clusters": AREA,
    "interventions": AREA,
    "existing_wifi": POINT,
}
"""Layers in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GisLayer:
    """One layer.

    Attributes
    ----------
    text : TableText
        What it is: the columns of `frame` but the geometry.
    frame : GeoDataFrame, EPSG:27700
        Columns typed as `text` says, then the geometry.
    shape : str
        "Point" or "MultiPolygon".
    """

    text: TableText
    frame: gpd.GeoDataFrame
    shape: str

    @property
    def name(self) -> str:
        """Name of the layer."""
        return self.text.name


def gis_layers(plan: Plan) -> tuple[GisLayer, ...]:
    """Every layer of a plan, areas first, including empty ones."""
    tables = plan_tables(plan)
    reach = PlanTable(
        text=table_text("reach"), rows=reach_areas(plan.sites, plan.reach, plan.parameters.wifi).reset_index()
    )
    found = {**tables, "reach": reach}
    return tuple(_layer(found[name], shape) for name, shape in _SHAPES.items() if name in found)


def _layer(table: PlanTable, shape: str) -> GisLayer:
    """The columns of the table with their types, areas as multipolygons."""
    rows = gpd.GeoDataFrame(table.rows)
    columns = {column.name: _typed(rows[column.name], column) for column in table.text.columns}
    layer = gpd.GeoDataFrame(columns, geometry=rows.geometry, crs=rows.crs)
    if shape == AREA:
        parts = layer.geometry.map(lambda outline: shapely.multipolygons(list(getattr(outline, "geoms", [outline]))))
        layer = layer.set_geometry(gpd.GeoSeries(parts, crs=rows.crs))
    return GisLayer(text=table.text, frame=layer, shape=shape)


def _typed(values: pd.Series, column: OutputColumn) -> pd.Series:
    if column.type == "boolean":
        return values.astype(bool)
    if column.type == "integer":
        return values.astype("Int64")
    return column.rounded(values) if column.type == "number" else values.astype("str")
