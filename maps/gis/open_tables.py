"""Layers as files that other programs open: GeoParquet, and CSV with the shape as text."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd
import shapely

from connected_place.maps.gis.layers import GisLayer
from connected_place.maps.tables import OutputColumn, csv_text

PARQUET_LAYERS = ("areas", "wards", "sites")
WKT_DECIMALS = 1
"""Of a metre: a tenth, finer than any outline of the sources."""

SHAPE = OutputColumn("wkt", "string", "Shape as well-known text, EPSG:27700, metres to one decimal")
GEOMETRY = OutputColumn("geometry", "any", "Shape as well-known binary (GeoParquet 1.1), EPSG:27700, metres")


def geoparquet_files(layers: Iterable[GisLayer]) -> dict[str, bytes]:
    """Areas, wards and sites as GeoParquet 1.1 in EPSG:27700, by file name."""
    return {f"{layer.name}.parquet": _geoparquet(layer) for layer in layers if layer.name in PARQUET_LAYERS}


def wkt_tables(layers: Iterable[GisLayer]) -> dict[str, str]:
    """Every layer as CSV with its shape as well-known text, by file name; no text runs in a spreadsheet."""
    return {f"{layer.name}_wkt.csv": _with_wkt(layer) for layer in layers}


def _geoparquet(layer: GisLayer) -> bytes:
    """One row group, so that neither threads nor memory decide the bytes."""
    out = io.BytesIO()
    layer.frame.to_parquet(
        out, index=False, compression="zstd", schema_version="1.1.0", row_group_size=max(1, len(layer.frame))
    )
    return out.getvalue()


def _with_wkt(layer: GisLayer) -> str:
    shapes = shapely.to_wkt(layer.frame.geometry.to_numpy(), rounding_precision=WKT_DECIMALS, trim=True)
    flat = pd.DataFrame(layer.frame.drop(columns="geometry")).assign(wkt=shapes)
    return csv_text(flat, [*layer.fields, SHAPE])
