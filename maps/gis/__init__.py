"""The plan for a GIS: layers, reach as shapes and grids, in every format."""

from connected_place.maps.gis.geopackage import write_geopackage
from connected_place.maps.gis.kml import kml_bytes
from connected_place.maps.gis.layers import GisLayer, gis_layers
from connected_place.maps.gis.open_tables import PARQUET_LAYERS, geoparquet_files, with_shape, wkt_tables
from connected_place.maps.gis.reach_layers import reach_areas, reach_words
from connected_place.maps.gis.reach_rasters import rasters

__all__ = [
    "PARQUET_LAYERS",
    "GisLayer",
    "geoparquet_files",
    "gis_layers",
    "kml_bytes",
    "rasters",
    "reach_areas",
    "reach_words",
    "with_shape",
    "wkt_tables",
    "write_geopackage",
]
