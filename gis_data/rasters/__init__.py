"""Grids of cells in metres, whole or in tiles, with not known kept apart from 0."""

from connected_place.gis_data.rasters.grids import Bounds, Raster, RasterFile, cut_raster, open_raster, read_raster
from connected_place.gis_data.rasters.tiles import bounds_of, check_tiles, heights_within

__all__ = [
    "Bounds",
    "Raster",
    "RasterFile",
    "bounds_of",
    "check_tiles",
    "cut_raster",
    "heights_within",
    "open_raster",
    "read_raster",
]
