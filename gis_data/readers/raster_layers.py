"""Layers of cells: a raster and where it comes from; surface and terrain models."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.rasters import Raster, RasterFile, open_raster


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
