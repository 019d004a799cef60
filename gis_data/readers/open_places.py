"""Open places: squares, sea fronts, car parks and markets, in which nothing stands between two people."""

from __future__ import annotations

import geopandas as gpd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import DataError, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.code_columns import refuse_other_keys
from connected_place.gis_data.readers.outlines import AREAL
from connected_place.gis_data.shapes import read_shapes


def read_open_places(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the outlines of open places; their attributes are not looked at.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700
        Geometry alone, one row an outline, in the file's order.

    Raises
    ------
    DataError
        UNKNOWN_COLUMN, GEOM_TYPE and those of `vector_files`.
    """
    refuse_other_keys(asked, (), file=file.name)
    shapes = read_shapes(file)
    wrong = ~shapes.frame.geometry.geom_type.isin(AREAL)
    if wrong.any():
        rows = tuple(shapes.frame.index[wrong])
        kind = str(shapes.frame.geometry.geom_type[wrong].iloc[0])
        raise DataError(fault("GEOM_TYPE.open", file=file.name, rows=rows, value=kind, count=len(rows)))
    return Layer(
        frame=gpd.GeoDataFrame(geometry=shapes.frame.geometry.to_numpy(), crs=METRES),
        level="place",
        warnings=shapes.faults,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(shapes.frame),
            set_aside={"no shape": len(shapes.shapeless)},
            crs=shapes.crs,
        ),
    )
