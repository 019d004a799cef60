"""Layers as files that other programs open: GeoParquet, and CSV with the shape as text."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
import shapely

from connected_place.maps.gis.layers import GisLayer
from connected_place.maps.tables import TableText, csv_text, table_text

PARQUET_LAYERS = ("areas", "wards", "sites")
WKT_DECIMALS = 1
"""Decimals of a metre: finer than any outline of the sources."""


def geoparquet_files(layers: Iterable[GisLayer]) -> dict[str, bytes]:
    """Areas, wards and sites as GeoParquet 1.1 in EPSG:27700, by file name."""
    return {f"{layer.name}.parquet": _geoparquet(layer) for layer in layers if layer.name in PARQUET_LAYERS}


def wkt_tables(layers: Iterable[GisLayer]) -> dict[str, str]:
    """Every layer as CSV with its shape as well-known text, by file name, safe to open in a spreadsheet."""
    return {f"{layer.name}_wkt.csv": _with_wkt(layer) for layer in layers}


def with_shape(text: TableText, name: str) -> TableText:
    """A layer's table with its shape as a column.

    Parameters
    ----------
    text : TableText
    name : str
        "geometry", or "wkt" where the shape is a text.
    """
    return replace(text, columns=(*text.columns, table_text("shapes").column(name)))


def _geoparquet(layer: GisLayer) -> bytes:
    """One row group, so that threads and memory do not affect the bytes."""
    out = io.BytesIO()
    layer.frame.to_parquet(
        out, index=False, compression="zstd", schema_version="1.1.0", row_group_size=max(1, len(layer.frame))
    )
    return out.getvalue()


def _with_wkt(layer: GisLayer) -> str:
    shapes = shapely.to_wkt(layer.frame.geometry.to_numpy(), rounding_precision=WKT_DECIMALS, trim=True)
    flat = pd.DataFrame(layer.frame.drop(columns="geometry")).assign(wkt=shapes)
    return csv_text(flat, with_shape(layer.text, "wkt").columns)
