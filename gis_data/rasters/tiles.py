"""A surface model that its publisher cut into tiles: whether they fit together, and any part of it as one grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from connected_place.gis_data.errors import CrsError
from connected_place.gis_data.rasters.grids import Bounds, Raster, RasterFile

_SAME_PLACE_CELLS = 0.01


def heights_within(tiles: Sequence[RasterFile], bounds: Bounds) -> Raster:
    """A part of a surface model that its publisher cut into tiles.

    Parameters
    ----------
    tiles : sequence of RasterFile
        At least one. Where two have a height, the earlier one's counts.
    bounds : tuple of 4 float
        West, south, east, north, metres.

    Returns
    -------
    Raster
        NaN where no tile has a height.

    Raises
    ------
    CrsError
        GRID_MISMATCH: a tile's cells do not continue those of the first.
    DataError
        Those of `RasterFile.window`.
    """
    check_tiles(tiles)
    whole = tiles[0].window(bounds)
    rows, columns = whole.values.shape
    a, _, west, _, e, north = whole.transform
    east, south = west + a * columns, north + e * rows
    values = whole.values
    for tile in tiles[1:]:
        left, bottom, right, top = bounds_of(tile)
        if left < east and right > west and bottom < north and top > south:
            values = np.where(np.isnan(values), tile.window((west, south, east, north)).values, values)
    return Raster(values=values, transform=whole.transform, crs=whole.crs)


def check_tiles(tiles: Sequence[RasterFile]) -> None:
    """Refuse tiles whose cells are not those of one grid.

    Raises
    ------
    CrsError
        GRID_MISMATCH, one for each tile that does not fit the first.
    """
    faults = [
        tile.source.fault(
            "GRID_MISMATCH.tile", cell_m=f"{tile.cell_m:g}", crs=str(tile.crs), other=tiles[0].source.name
        )
        for tile in tiles[1:]
        if not _continues(tiles[0], tile)
    ]
    if faults:
        raise CrsError(faults)


def bounds_of(tile: RasterFile) -> Bounds:
    """West, south, east and north of a tile, metres."""
    a, _, c, _, e, f = tile.transform
    return c, f + e * tile.shape[0], c + a * tile.shape[1], f


def _continues(first: RasterFile, tile: RasterFile) -> bool:
    """True where the cells of two tiles are of one grid."""
    steps = np.array(tile.transform) - np.array(first.transform)
    right, down = steps[2] / first.transform[0], steps[5] / first.transform[4]
    same_size = np.abs(steps[[0, 4]]).max() < 1e-6 * first.cell_m
    return (
        tile.crs == first.crs and bool(same_size) and max(abs(x - round(x)) for x in (right, down)) < _SAME_PLACE_CELLS
    )
