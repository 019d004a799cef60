"""Surface models: heights of ground, roofs and trees."""

from __future__ import annotations

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile
from connected_place.gis_data.rasters import open_raster
from connected_place.gis_data.readers.raster_layers import raster_layer


def read_surface_model(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Check heights above sea level, metres; the layer's raster is a `RasterFile`, read later in parts.

    Raises
    ------
    DataError, CrsError
        Those of `rasters`.
    """
    raster = open_raster(file, of="heights")
    rows, columns = raster.shape
    aside = {"cells without a height": rows * columns - raster.known_cells}
    return raster_layer(entry, file, asked, raster=raster, known_cells=raster.known_cells, aside=aside)
