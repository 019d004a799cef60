"""A grid of cells in metres, with what is not known kept apart from 0."""

from __future__ import annotations

import contextlib
import logging
import math
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from connected_place.gis_data.crs import bounds_fault
from connected_place.gis_data.errors import CrsError, DataError, Fault, shortened
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.rasters.contents import height_faults, refuse_pictures, unit_factor
from connected_place.gis_data.rasters.world_files import sidecar_warnings

if TYPE_CHECKING:
    import rasterio

TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
LARGEST_CELLS = 100_000_000
"""Cells in memory at once, eight bytes each: Great Britain in squares of 100 m."""

LARGEST_WINDOWED_CELLS = 4_000_000_000
"""Cells of a file that is read in parts: 4,000 square kilometres at 1 m. Each cell is read once."""

CELLS_AT_ONCE = 4_000_000
EDGE_CELLS = 1e-6
"""Bounds on a cell's very edge do not reach the next cell, whatever the last digit of their numbers."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north, metres."""

SUSPECT_BELOW = -9_999.0
SUSPECT_ABOVE = 1e30
"""Fill values that people write where nothing is known; no height, count or share comes near."""

_LONGEST_REASON = 200


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

    def window(self, bounds: Bounds) -> Raster:
        """The cells that touch some bounds; NaN beyond the raster.

        Examples
        --------
        >>> raster = Raster(values=np.array([[1.0, 2.0]]), transform=(10, 0, 100, 0, -10, 200), crs="EPSG:27700")
        >>> raster.window((112.0, 191.0, 125.0, 199.0)).values.tolist()
        [[2.0, nan]]
        """
        corner, shape = _window_cells(self.transform, bounds)
        return Raster(
            values=cut_raster(self.values, corner, shape, beyond=math.nan),
            transform=_from_corner(self.transform, corner),
            crs=self.crs,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterFile:
    """One band of a file that is read in parts, each cell checked once.

    Attributes
    ----------
    source : InputFile
    shape : tuple of int
        Rows and columns.
    known_cells : int
        Cells with a number.
    factor : float
        What the file's numbers are multiplied by to be in the unit that was asked for.
    transform, crs, warnings
        As of `Raster`; rows run from north to south whatever the file does.
    """

    source: InputFile
    shape: tuple[int, int]
    known_cells: int
    transform: tuple[float, ...]
    crs: str
    warnings: tuple[Fault, ...] = ()
    factor: float = 1.0

    @property
    def cell_m(self) -> float:
        """Width of a cell, metres."""
        return abs(self.transform[0])

    def window(self, bounds: Bounds) -> Raster:
        """The cells that touch some bounds; NaN beyond the raster.

        Raises
        ------
        DataError
            DAMAGED; TOO_LARGE: more cells than fit in memory at once.
        """
        corner, shape = _window_cells(self.transform, bounds)
        if shape[0] * shape[1] > LARGEST_CELLS:
            raise DataError(self.source.fault("TOO_LARGE.window", cells=shape[0] * shape[1], limit=LARGEST_CELLS))
        top, left = (min(max(first, 0), cells) for first, cells in zip(corner, self.shape, strict=True))
        bottom, right = (
            min(max(first + count, 0), cells) for first, count, cells in zip(corner, shape, self.shape, strict=True)
        )
        if top == bottom or left == right:
            found = np.empty((bottom - top, right - left))
        else:
            with _opened(self.source) as grid:
                rows = (grid.height - bottom, grid.height - top) if grid.transform.e > 0 else (top, bottom)
                found = _as_they_lie(grid, _stored(grid, rows=rows, columns=(left, right)), self.factor)
        values = cut_raster(found, (corner[0] - top, corner[1] - left), shape, beyond=math.nan)
        return Raster(values=values, transform=_from_corner(self.transform, corner), crs=self.crs)


def cut_raster(values: np.ndarray, corner: tuple[int, int], shape: tuple[int, ...], *, beyond: float) -> np.ndarray:
    """A part of a grid from a row and column on, which may lie outside.

    Parameters
    ----------
    values : array (rows, columns)
    corner : tuple of int
        Row and column of the part's first cell.
    shape : tuple of int
        Of the part.
    beyond : float
        Value beyond the edge of the grid.

    Examples
    --------
    >>> cut_raster(np.array([[1, 2], [3, 4]]), (1, -1), (1, 4), beyond=0).tolist()
    [[0, 3, 4, 0]]
    """
    part = np.full(shape, beyond, dtype=values.dtype)
    first = [min(max(start, 0), size) for start, size in zip(corner, values.shape, strict=True)]
    last = [min(max(start + count, 0), size) for start, count, size in zip(corner, shape, values.shape, strict=True)]
    rows, columns = (slice(a - start, b - start) for a, b, start in zip(first, last, corner, strict=True))
    part[rows, columns] = values[first[0] : last[0], first[1] : last[1]]
    return part


def _window_cells(transform: tuple[float, ...], bounds: Bounds) -> tuple[tuple[int, int], tuple[int, int]]:
    """First row and column, and number of rows and columns, of the cells that touch some bounds."""
    a, _, c, _, e, f = transform
    west, south, east, north = bounds
    left, right = math.floor((west - c) / a + EDGE_CELLS), math.ceil((east - c) / a - EDGE_CELLS)
    top, bottom = math.floor((north - f) / e + EDGE_CELLS), math.ceil((south - f) / e - EDGE_CELLS)
    return (top, left), (max(bottom - top, 0), max(right - left, 0))


def _from_corner(transform: tuple[float, ...], corner: tuple[int, int]) -> tuple[float, ...]:
    """The transform of a grid that begins at another row and column."""
    a, b, c, d, e, f = transform
    return (a, b, c + a * corner[1], d, e, f + e * corner[0])


def read_raster(source: InputFile, *, of: str = "") -> Raster:
    """Read the first band of a GeoTIFF, from its bytes alone: no file beside it is opened but a world file's text.

    Parameters
    ----------
    source : InputFile
    of : str
        What the cells should be: "heights", then in metres, "people", or "" for any numbers.

    Raises
    ------
    DataError
        FORMAT_MISMATCH, DAMAGED, TOO_LARGE, RASTER_CONTENT, RASTER_UNIT, HEIGHT_RANGE, NODATA_SUSPECT.
    CrsError
        CRS_MISSING, RASTER_NO_GEOREF, RASTER_ROTATED, CRS_NOT_METRES, CRS_NUMBERS_MISMATCH, COORD_RANGE.
    """
    with _opened(source) as grid:
        return _read(source, grid, of)


def open_raster(source: InputFile, *, of: str = "") -> RasterFile:
    """Look at each cell of a GeoTIFF's first band once, a strip at a time, to read parts of it later.

    Parameters
    ----------
    source, of
        As of `read_raster`.

    Raises
    ------
    DataError, CrsError
        Those of `read_raster`.
    """
    with _opened(source) as grid:
        _check_georeference(source, grid, largest=LARGEST_WINDOWED_CELLS)
        refuse_pictures(source, grid)
        factor, unit_warnings = unit_factor(source, grid, of=of)
        known = 0
        for first, last in _strips(source, grid):
            strip = _stored(grid, rows=(first, last), columns=(0, grid.width))
            _refuse_fill_values(source, strip)
            _raise_if_any(height_faults(source, _as_they_lie(grid, strip, factor), of=of))
            known += int(np.isfinite(strip).sum())
        transform = tuple(float(number) for number in grid.transform)[:6]
        found = [
            *source.warnings,
            *unit_warnings,
            *_scale_warnings(source, grid),
            *sidecar_warnings(source, transform),
        ]
        return RasterFile(
            source=source,
            factor=factor,
            shape=(grid.height, grid.width),
            known_cells=known,
            transform=_north_up(transform, grid.height),
            crs=grid.crs.to_string(),
            warnings=tuple(found),
        )


@contextlib.contextmanager
def _opened(source: InputFile) -> Iterator[rasterio.io.DatasetReader]:
    """A GeoTIFF's bytes as a grid."""
    import rasterio

    if not source.content.startswith(TIFF_MAGIC):
        raise DataError(source.fault("FORMAT_MISMATCH.grid"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            with _unheard(), rasterio.io.MemoryFile(source.content) as memory, memory.open(driver="GTiff") as grid:
                yield grid
    except rasterio.errors.RasterioError as error:
        raise DataError(source.fault("DAMAGED.grid", reason=shortened(str(error), _LONGEST_REASON))) from error


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """GDAL's warnings kept off the screen: they quote the file as found, and fail in a log if it is not UTF-8.

    What matters of them is a fault of the project's own, or an error that is raised.
    """
    log, before = logging.getLogger("rasterio._env"), sys.unraisablehook
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    sys.unraisablehook = lambda found: None if "rasterio" in str(found.object) else before(found)
    try:
        yield
    finally:
        sys.unraisablehook = before
        log.setLevel(level)


def _read(source: InputFile, grid: rasterio.io.DatasetReader, of: str) -> Raster:
    """The first band, north up, in the unit that its scale and offset give."""
    _check_georeference(source, grid, largest=LARGEST_CELLS)
    refuse_pictures(source, grid)
    factor, unit_warnings = unit_factor(source, grid, of=of)
    stored = _stored(grid, rows=(0, grid.height), columns=(0, grid.width))
    _refuse_fill_values(source, stored)
    values = _as_they_lie(grid, stored, factor)
    _refuse_fill_values(source, values)
    _raise_if_any(height_faults(source, values, of=of))
    transform = tuple(float(number) for number in grid.transform)[:6]
    found = [*source.warnings, *unit_warnings, *_scale_warnings(source, grid), *sidecar_warnings(source, transform)]
    return Raster(
        values=values,
        transform=_north_up(transform, grid.height),
        crs=grid.crs.to_string(),
        warnings=tuple(found),
    )


def _north_up(transform: tuple[float, ...], rows: int) -> tuple[float, ...]:
    """The transform of a grid after its rows were turned to run from north to south."""
    a, b, c, d, e, f = transform
    return (a, b, c, d, -e, f + e * rows) if e > 0 else transform


def _as_they_lie(grid: rasterio.io.DatasetReader, stored: np.ndarray, factor: float) -> np.ndarray:
    """Stored cells from north to south, in the unit that scale and offset give, times a factor."""
    scaled = (grid.scales[0], grid.offsets[0]) != (1.0, 0.0)
    with np.errstate(all="ignore"):  # what runs over is infinite, which no height or count is
        values = stored * grid.scales[0] + grid.offsets[0] if scaled else stored
        values = values if factor == 1.0 else values * factor
    return values[::-1] if grid.transform.e > 0 else values


def _stored(grid: rasterio.io.DatasetReader, *, rows: tuple[int, int], columns: tuple[int, int]) -> np.ndarray:
    """A part in the file's own order and unit; NaN: not known."""
    with np.errstate(invalid="ignore"):  # a signalling NaN is not known either
        return np.asarray(grid.read(1, window=(rows, columns), masked=True).astype("float64").filled(np.nan))


def _strips(source: InputFile, grid: rasterio.io.DatasetReader) -> Iterator[tuple[int, int]]:
    """Rows that are read together: whole blocks of the file, so that none is unpacked twice.

    Raises
    ------
    DataError
        TOO_LARGE: a block does not fit in memory.
    """
    block_rows, block_columns = grid.block_shapes[0]
    if block_rows * max(block_columns, grid.width) > LARGEST_CELLS:
        raise DataError(source.fault("TOO_LARGE.blocks", high=block_rows, wide=block_columns))
    step = block_rows * max(1, CELLS_AT_ONCE // (block_rows * grid.width))
    for first in range(0, grid.height, step):
        yield first, min(first + step, grid.height)


def _check_georeference(source: InputFile, grid: rasterio.io.DatasetReader, *, largest: int) -> None:
    """Raise what makes a grid's place or size impossible, before its cells are read."""
    if grid.width * grid.height > largest:
        raise DataError(source.fault("TOO_LARGE.grid", cells=grid.width * grid.height, limit=largest))
    scale, offset = grid.scales[0], grid.offsets[0]
    if not (math.isfinite(scale) and math.isfinite(offset) and scale):
        raise DataError(
            source.fault("DAMAGED.grid", reason=f"it states a scale of {scale:g} and an offset of {offset:g}")
        )
    if grid.crs is None or grid.transform.is_identity:
        raise CrsError(source.fault("RASTER_NO_GEOREF"))
    if not (grid.crs.is_projected or grid.crs.is_geographic):
        raise CrsError(source.fault("CRS_MISSING.unusable", name=shortened(grid.crs.to_string())))
    if not grid.crs.is_projected or grid.crs.linear_units_factor[1] != 1.0:
        raise CrsError(source.fault("CRS_NOT_METRES.grid", crs=shortened(grid.crs.to_string())))
    if grid.transform.b or grid.transform.d or grid.transform.a <= 0:
        raise CrsError(source.fault("RASTER_ROTATED"))
    south, north = sorted([grid.bounds.bottom, grid.bounds.top])
    fault = bounds_fault(
        np.array([grid.bounds.left, south, grid.bounds.right, north]), grid.crs.to_string(), file=source.name
    )
    if fault:
        raise CrsError(fault)


def _refuse_fill_values(source: InputFile, values: np.ndarray) -> None:
    """Raise where cells have a number that means 'no data' but the file does not say so."""
    suspect = (values <= SUSPECT_BELOW) | (values >= SUSPECT_ABOVE)
    if suspect.any():
        number = f"{values[suspect][0]:g}"
        raise DataError(source.fault("NODATA_SUSPECT", count=int(suspect.sum()), number=number))


def _raise_if_any(faults: list[Fault]) -> None:
    """Raise faults, if there are any.

    Raises
    ------
    DataError
    """
    if faults:
        raise DataError(faults)


def _scale_warnings(source: InputFile, grid: rasterio.io.DatasetReader) -> list[Fault]:
    """Warnings on what a program that reads the plain cells would show otherwise."""
    found = []
    if (grid.scales[0], grid.offsets[0]) != (1.0, 0.0):
        offset, scale = f"{grid.offsets[0]:g}", f"{grid.scales[0]:g}"
        found.append(source.warning("RASTER_SCALE", offset=offset, scale=scale))
    if grid.count > 1:
        found.append(source.warning("RASTER_BANDS", count=grid.count))
    return found
