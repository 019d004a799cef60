"""Surface models: heights of ground, roofs and trees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import read_raster


def read_surface_model(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read heights above sea level, metres; the raster holds NaN where the height is not known.

    Raises
    ------
    DataError, CrsError
        Those of `rasters`.
    """
    raster = read_raster(file)
    known = int(np.isfinite(raster.values).sum())
    return Layer(
        frame=pd.DataFrame(),
        level="cell",
        raster=raster,
        warnings=raster.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=known,
            set_aside={"cells without a height": raster.values.size - known},
            crs=raster.crs,
        ),
    )
