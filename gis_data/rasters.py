"""A grid of cells in metres, with what is not known kept apart from 0."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from connected_place.gis_data.crs import bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault
from connected_place.gis_data.input_files import InputFile

if TYPE_CHECKING:
    import rasterio

TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
LARGEST_CELLS = 200_000_000
SUSPECT_BELOW = -9_999.0
SUSPECT_ABOVE = 1e30
"""Fill values that people write where nothing is known; no height, count or share comes near."""

WORLD_FILES = (".tfw", ".tifw", ".wld")
WORLD_FILE_BYTES = 1_000
SAME_PLACE_CELLS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One band.

    Attributes
    ----------
    values : array of float64, shape (rows, columns)
        Rows from north to south; NaN: not known.
    transform : tuple of 6 float
        Affine: x = a col + b row + c, y = d col + e row + f, of a cell's corner, metres; b = d = 0, a > 0 > e.
    crs : str
        A projected one in metres, for example "EPSG:27700".
    warnings : tuple of Fault
        RASTER_SCALE, RASTER_BANDS, SIDECAR.
    """

    values: np.ndarray
    transform: tuple[float, ...]
    crs: str
    warnings: tuple[Fault, ...] = ()

    @property
    def cell_m(self) -> float:
        """Width of a cell, metres."""
        return abs(self.transform[0])


def read_raster(source: InputFile) -> Raster:
    """Read the first band of a GeoTIFF, from its bytes alone: no file beside it is opened but a world file's text.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, DAMAGED, TOO_LARGE, NODATA_SUSPECT.
    CrsError
        RASTER_NO_GEOREF, RASTER_ROTATED, CRS_NOT_METRES, CRS_NUMBERS_MISMATCH, COORD_RANGE.
    """
    import rasterio

    if not source.content.startswith(TIFF_MAGIC):
        finding = "The name says GeoTIFF, the content is something else; it was not opened."
        raise DataError(source.fault("FORMAT_MISMATCH", finding, "Get the file from its publisher again."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            with rasterio.io.MemoryFile(source.content) as memory, memory.open(driver="GTiff") as grid:
                return _read(source, grid)
    except rasterio.errors.RasterioError as error:
        raise DataError(source.fault("DAMAGED", f"The grid cannot be read: {error}.", "Download it again.")) from error


def _read(source: InputFile, grid: rasterio.io.DatasetReader) -> Raster:
    """The first band, north up, in the unit that its scale and offset give."""
    _check_georeference(source, grid)
    values = grid.read(1, masked=True).astype("float64").filled(np.nan)
    _refuse_fill_values(source, values)
    transform = tuple(float(number) for number in grid.transform)[:6]
    found = [*source.warnings, *_scale_warnings(source, grid), *_sidecar_warnings(source, transform)]
    if (grid.scales[0], grid.offsets[0]) != (1.0, 0.0):
        values = values * grid.scales[0] + grid.offsets[0]
    if transform[4] > 0:
        a, b, c, d, e, f = transform
        values, transform = values[::-1], (a, b, c, d, -e, f + e * grid.height)
    return Raster(values=values, transform=transform, crs=grid.crs.to_string(), warnings=tuple(found))


def _check_georeference(source: InputFile, grid: rasterio.io.DatasetReader) -> None:
    """Raise what makes a grid's place or size impossible, before its cells are read."""
    if grid.width * grid.height > LARGEST_CELLS:
        finding = f"The grid has {grid.width * grid.height:,} cells; at most {LARGEST_CELLS:,} are read."
        raise DataError(source.fault("TOO_LARGE", finding, "Cut it to the council's area."))
    if grid.crs is None or grid.transform.is_identity:
        finding = "The grid does not say where it lies."
        raise CrsError(source.fault("RASTER_NO_GEOREF", finding, "Export it as a GeoTIFF with its position."))
    if not grid.crs.is_projected or grid.crs.linear_units_factor[1] != 1.0:
        finding = f"The grid is in {grid.crs.to_string()}, which does not count in metres."
        raise CrsError(source.fault("CRS_NOT_METRES", finding, "Reproject it to EPSG:27700."))
    if grid.transform.b or grid.transform.d or grid.transform.a <= 0:
        finding = "The grid is rotated or mirrored, so its rows do not run from west to east."
        raise CrsError(source.fault("RASTER_ROTATED", finding, "Warp it to EPSG:27700 with north up."))
    south, north = sorted([grid.bounds.bottom, grid.bounds.top])
    fault = bounds_fault(
        np.array([grid.bounds.left, south, grid.bounds.right, north]), grid.crs.to_string(), file=source.name
    )
    if fault:
        raise CrsError(fault)


def _refuse_fill_values(source: InputFile, values: np.ndarray) -> None:
    """Raise where cells hold a number that stands for 'no data' and the file does not say so."""
    suspect = (values <= SUSPECT_BELOW) | (values >= SUSPECT_ABOVE)
    if suspect.any():
        finding = f"{int(suspect.sum()):,} cells hold {values[suspect][0]:g} and the file does not call that 'no data'."
        raise DataError(source.fault("NODATA_SUSPECT", finding, "Set the nodata value in the file."))


def _scale_warnings(source: InputFile, grid: rasterio.io.DatasetReader) -> list[Fault]:
    """Warnings on what a program that reads the plain cells would show otherwise."""
    found = []
    if (grid.scales[0], grid.offsets[0]) != (1.0, 0.0):
        finding = f"The cells are stored as (value - {grid.offsets[0]:g}) / {grid.scales[0]:g}; they were turned back."
        found.append(source.warning("RASTER_SCALE", finding, "Nothing to do, if the totals are what you expect."))
    if grid.count > 1:
        finding = f"The file has {grid.count} bands; the first is read."
        found.append(source.warning("RASTER_BANDS", finding, "Check that it is a grid of numbers and no picture."))
    return found


def _sidecar_warnings(source: InputFile, transform: tuple[float, ...]) -> list[Fault]:
    """A warning where a world file beside the grid puts it elsewhere than the grid itself does."""
    a, b, c, d, e, f = transform
    own = np.array([a, d, b, e, c + (a + b) / 2, f + (d + e) / 2])
    found = []
    for path in sorted(source.path.with_suffix(ending) for ending in WORLD_FILES):
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            stated = _world_file(stream.read(WORLD_FILE_BYTES))
        if stated is None or np.abs(stated - own).max() > SAME_PLACE_CELLS * abs(a):
            finding = f"{path.name} puts the grid elsewhere than the grid itself does; the grid's own place is used."
            found.append(source.warning("SIDECAR", finding, f"Delete {path.name}, or correct it."))
    return found


def _world_file(content: bytes) -> np.ndarray | None:
    """The six numbers of a world file; None where it is none."""
    try:
        numbers = np.array([float(word) for word in content.split()])
    except ValueError:
        return None
    return numbers if numbers.shape == (6,) and np.isfinite(numbers).all() else None
