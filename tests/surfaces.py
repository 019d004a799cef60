"""Small surface models: level ground, walls, and unknown cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio

from connected_place.coverage.reach.surface.fields import moved_to
from connected_place.gis_data.catalogue import source
from connected_place.gis_data.files.input_files import read_input
from connected_place.gis_data.layers import Layer, SourceFile
from connected_place.gis_data.readers.raster_layers import read_surface_model

SITE = np.array([561_001.0, 178_001.0])
"""An access point in the middle of every model here, EPSG:27700."""

CELL_M = 2.0
NODATA = -9999.0
GROUND_M = 20.0


def level(*, half_m: float = 240.0) -> np.ndarray:
    """Level ground around the site."""
    side = 2 * int(half_m / CELL_M) + 1
    return np.full((side, side), GROUND_M)


def eastward(heights: np.ndarray, near_m: float, far_m: float) -> tuple[slice, slice]:
    """The cells from some metres east of the site on, over the whole height of a model."""
    middle = heights.shape[1] // 2
    return slice(None), slice(middle + round(near_m / CELL_M), middle + round(far_m / CELL_M))


def walled(*, wall_m: float = 10.0, east_m: float = 40.0, half_m: float = 240.0) -> np.ndarray:
    """Level ground and a wall of two cells, from north to south, east of the site."""
    heights = level(half_m=half_m)
    heights[eastward(heights, east_m, east_m + 2 * CELL_M)] += wall_m
    return heights


def surface_layer(
    path: Path, heights: np.ndarray, *, crs: str = "EPSG:27700", east_m: float = 0.0, kind: str = "surface-model"
) -> Layer:
    """A model as its file is read: the site in its middle, or the whole moved east."""
    middle = moved_to(crs, SITE[None])[0] + [east_m, 0.0]
    rows, columns = heights.shape
    west, north = middle[0] - columns * CELL_M / 2, middle[1] + rows * CELL_M / 2
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=columns,
        height=rows,
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(CELL_M, 0, west, 0, -CELL_M, north),
        nodata=NODATA,
    ) as file:
        file.write(heights.astype("float32"), 1)
    asked = SourceFile(kind=kind, path=path.name)
    return read_surface_model(source(kind), read_input(path.name, folder=path.parent), asked)
