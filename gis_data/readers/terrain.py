"""Surface models: heights of ground, roofs and trees."""

from __future__ import annotations

import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import open_raster


def read_surface_model(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Check heights above sea level, metres; the layer's raster is a `RasterFile`, of which parts are read later.

    Raises
    ------
    DataError, CrsError
        Those of `rasters`.
    """
    raster = open_raster(file, of="heights")
    rows, columns = raster.shape
    return Layer(
        frame=pd.DataFrame(),
        level="cell",
        raster=raster,
        warnings=raster.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=raster.known_cells,
            set_aside={"cells without a height": rows * columns - raster.known_cells},
            crs=raster.crs,
        ),
    )
