"""A grid of cells in metres, with what is not known kept apart from 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.input_files import InputFile

TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
LARGEST_CELLS = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One band.

    Attributes
    ----------
    values : array of float64, shape (rows, columns)
        NaN: not known.
    transform : tuple of 6 float
        Affine: x = a col + b row + c, y = d col + e row + f, of a cell's corner, metres.
    crs : str
        A projected one in metres, for example "EPSG:27700".
    """

    values: np.ndarray
    transform: tuple[float, ...]
    crs: str

    @property
    def cell_m(self) -> float:
        """Width of a cell, metres."""
        return abs(self.transform[0])


def read_raster(source: InputFile) -> Raster:
    """Read the first band of a GeoTIFF.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, DAMAGED, TOO_LARGE, NODATA_SUSPECT.
    CrsError
        RASTER_NO_GEOREF, CRS_NOT_METRES.
    """
    import rasterio

    if not source.content.startswith(TIFF_MAGIC):
        finding = "The name says GeoTIFF, the content is something else; it was not opened."
        raise DataError(_fault(source, "FORMAT_MISMATCH", finding, "Get the file from its publisher again."))
    try:
        with rasterio.io.MemoryFile(source.content) as memory, memory.open(driver="GTiff") as grid:
            _check_georeference(source, grid)
            values = grid.read(1, masked=True).astype("float64").filled(np.nan)
            values = values * grid.scales[0] + grid.offsets[0]
            raster = Raster(values=values, transform=tuple(grid.transform)[:6], crs=grid.crs.to_string())
    except rasterio.errors.RasterioError as error:
        raise DataError(
            _fault(source, "DAMAGED", f"The grid cannot be read: {error}.", "Download it again.")
        ) from error
    if np.nanmin(raster.values, initial=np.inf) <= -9999:
        finding = f"Some cells hold {np.nanmin(raster.values):g} and the file does not call that 'no data'."
        raise DataError(_fault(source, "NODATA_SUSPECT", finding, "Set the nodata value in the file."))
    return raster


def _check_georeference(source: InputFile, grid: object) -> None:
    import rasterio

    assert isinstance(grid, rasterio.io.DatasetReader)
    if grid.crs is None or grid.transform.is_identity:
        finding = "The grid does not say where it lies."
        raise CrsError(_fault(source, "RASTER_NO_GEOREF", finding, "Export it as a GeoTIFF with its position."))
    if not grid.crs.is_projected:
        finding = f"The grid is in {grid.crs.to_string()} (degrees); distances need metres."
        raise CrsError(_fault(source, "CRS_NOT_METRES", finding, "Reproject it to EPSG:27700."))
    if grid.width * grid.height > LARGEST_CELLS:
        finding = f"The grid has {grid.width * grid.height:,} cells; at most {LARGEST_CELLS:,} are read."
        raise DataError(_fault(source, "TOO_LARGE", finding, "Cut it to the council's area."))


def _fault(source: InputFile, code: str, message: str, remedy: str) -> Fault:
    return Fault(code=code, file=source.name, message=message, remedy=remedy)
