"""A layer of cells: a raster and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import Raster, RasterFile


def raster_layer(
    entry: Source,
    file: InputFile,
    asked: SourceFile,
    *,
    raster: Raster | RasterFile,
    known_cells: int,
    aside: Mapping[str, int],
) -> Layer:
    """The layer of a raster; its frame is empty.

    Parameters
    ----------
    entry : Source
    file : InputFile
    asked : SourceFile
    raster : Raster or RasterFile
    known_cells : int
        Cells with a number.
    aside : mapping of words to count
        Cells that do not.
    """
    return Layer(
        frame=pd.DataFrame(),
        level="cell",
        raster=raster,
        warnings=raster.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=known_cells,
            set_aside=aside,
            crs=raster.crs,
        ),
    )
