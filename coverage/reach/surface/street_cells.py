"""Street cells: where the ground lies under a surface model, and where a person can stand outdoors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyproj

from connected_place.gis_data.errors import CrsError, DataError, fault
from connected_place.gis_data.rasters import Raster, cut_raster

KNOWN_SHARE = 0.9
"""Share of a window's cells, so that a roof cut off by the model's edge is not taken for ground (our proposal)."""

_SAME_PLACE_CELLS = 0.01
TOUCHING = np.ones((3, 3), dtype=bool)
"""Cells that share a corner are one street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRules:
    """What counts as a street in a surface model.

    Attributes
    ----------
    street_within_m : float
        A surface no higher above the ground than this is outdoors: kerbs, low walls, cars; roofs and trees are not.
        Project's proposal.
    ground_window_m : float
        Without a terrain model, a building with no room for a square of this side is told apart from the ground. Wider:
        larger halls are recognised, and rounded hilltops are cut. Project's proposal.
    yard_m2 : float
        Outdoors that is closed in on all sides and smaller than this is a yard: an access point is not hung there
        unless it was placed there. Project's proposal.
    """

    street_within_m: float = 1.0
    ground_window_m: float = 60.0
    yard_m2: float = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetSurface:
    """Heights around a place and what they mean, rows from north to south.

    Attributes
    ----------
    surface_m : array of float32, shape (rows, columns)
        Metres above the datum; minus infinity where it is not known, so that it blocks nothing.
    ground_m : array of float32
        Metres above the datum; NaN: not known.
    gap : array of bool
        Surface or ground are not known.
    outdoors : array of bool
        A person can stand there. Water counts as well: a surface model does not tell it from a square.
    street : array of bool
        Outdoors, and not a closed yard.
    open_street : array of bool
        Street cells with street or yard on all eight sides.
    transform : tuple of 6 float
        As of `rasters.Raster`.
    crs : str
        In metres.
    """

    surface_m: np.ndarray
    ground_m: np.ndarray
    gap: np.ndarray
    outdoors: np.ndarray
    street: np.ndarray
    open_street: np.ndarray
    transform: tuple[float, ...]
    crs: str

    @property
    def cell_m(self) -> float:
        """Width of a cell, metres."""
        return self.transform[0]

    def cell_of(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell that a point is in; also of cells beyond the surface."""
        return math.floor((self.transform[5] - y) / self.cell_m), math.floor((x - self.transform[2]) / self.cell_m)

    def centre_of(self, row: int, column: int) -> tuple[float, float]:
        """Middle of a cell in the surface's CRS."""
        return self.transform[2] + (column + 0.5) * self.cell_m, self.transform[5] - (row + 0.5) * self.cell_m


def street_surface(surface: Raster, *, terrain: Raster | None = None, rules: StreetRules) -> StreetSurface:
    """Tell streets from roofs and trees.

    Parameters
    ----------
    surface : Raster
        Heights of whatever is on top, metres.
    terrain : Raster or None
        Heights of the bare ground on the same grid; cells that it lacks are not known. None: see `ground_under`.
    rules : StreetRules

    Returns
    -------
    StreetSurface
        On the surface model's grid.

    Raises
    ------
    CrsError
        CRS_NOT_METRES, GRID_MISMATCH.
    DataError
        CELL_NOT_SQUARE.

    Examples
    --------
    A house of 2 by 2 cells on level ground.

    >>> heights = np.full((9, 9), 20.0)
    >>> heights[3:5, 3:5] = 28.0
    >>> raster = Raster(values=heights, transform=(1, 0, 560_000, 0, -1, 180_000), crs="EPSG:27700")
    >>> (~street_surface(raster, rules=StreetRules(ground_window_m=5.0)).outdoors).sum().item()
    4
    """
    _check_grid(surface)
    if terrain is None:
        ground_m = ground_under(surface.values, window_cells=rules.ground_window_m / surface.cell_m)
    else:
        ground_m = _on_grid_of(surface, terrain)
    gap = np.isnan(surface.values) | np.isnan(ground_m)
    outdoors = surface.values <= ground_m + rules.street_within_m
    street = _without_yards(outdoors, smallest_cells=rules.yard_m2 / surface.cell_m**2)
    return StreetSurface(
        surface_m=np.where(np.isnan(surface.values), -np.inf, surface.values).astype("float32"),
        ground_m=ground_m.astype("float32"),
        gap=gap,
        outdoors=outdoors,
        street=street,
        open_street=street & _all_around(outdoors),
        transform=surface.transform,
        crs=surface.crs,
    )


def ground_under(surface_m: np.ndarray, *, window_cells: float) -> np.ndarray:
    """The ground under a surface model, estimated: the highest of the lowest heights of all windows around a cell.

    Parameters
    ----------
    surface_m : array (rows, columns)
        NaN: not known.
    window_cells : float
        Side of the square window.

    Returns
    -------
    array (rows, columns)
        Never above the surface. NaN where no window with enough known cells reaches.

    Notes
    -----
    A grey opening (Serra 1982). A low percentile in a window lies too low on a slope, by half the window's width times
    the slope, and would make the streets of a hill into roofs; the opening leaves any even slope unchanged, and a
    single deep cell spoils itself only. Within a window's width of the model's edge a slope may come out too low, so
    read more of the model than you look at.

    Examples
    --------
    >>> slope = np.add.outer(np.arange(9.0), np.zeros(9))
    >>> with_house = slope.copy()
    >>> with_house[4, 4] = 30.0
    >>> bool((ground_under(with_house, window_cells=3)[:4] == slope[:4]).all())
    True
    """
    from scipy import ndimage

    side = 2 * int(window_cells // 2) + 1
    known = np.isfinite(surface_m)
    share = ndimage.uniform_filter(known.astype("float64"), size=side, mode="constant")
    lowest = ndimage.minimum_filter(np.where(known, surface_m, np.inf), size=side, mode="constant", cval=np.inf)
    trusted = np.where(share >= KNOWN_SHARE - 1e-9, lowest, -np.inf)
    ground_m = ndimage.maximum_filter(trusted, size=side, mode="constant", cval=-np.inf)
    return np.where(np.isfinite(ground_m), ground_m, np.nan)


def _check_grid(raster: Raster) -> None:
    """Refuse degrees, feet and cells that are not square."""
    system = pyproj.CRS.from_user_input(raster.crs)
    if not system.is_projected or system.axis_info[0].unit_conversion_factor != 1.0:
        raise CrsError(fault("CRS_NOT_METRES.surface", crs=str(raster.crs)))
    if not math.isclose(raster.transform[0], -raster.transform[4], rel_tol=1e-6):
        wide, high = f"{raster.transform[0]:g}", f"{-raster.transform[4]:g}"
        raise DataError(fault("CELL_NOT_SQUARE", wide=wide, high=high))


def _on_grid_of(surface: Raster, terrain: Raster) -> np.ndarray:
    """Heights of the terrain on the surface's cells; NaN beyond it."""
    cell_m = surface.cell_m
    right = (terrain.transform[2] - surface.transform[2]) / cell_m
    down = (surface.transform[5] - terrain.transform[5]) / cell_m
    same_cells = np.allclose(np.array(terrain.transform)[[0, 4]], [cell_m, -cell_m], rtol=1e-6)
    if (
        terrain.crs != surface.crs
        or not same_cells
        or max(abs(x - round(x)) for x in (right, down)) > _SAME_PLACE_CELLS
    ):
        raise CrsError(fault("GRID_MISMATCH.terrain"))
    return cut_raster(terrain.values, (-round(down), -round(right)), surface.values.shape, beyond=np.nan)


def _all_around(outdoors: np.ndarray) -> np.ndarray:
    """Cells outdoors with eight neighbours outdoors; beyond the edge nothing is."""
    from scipy import ndimage

    return np.asarray(ndimage.binary_erosion(outdoors, structure=TOUCHING))


def _without_yards(outdoors: np.ndarray, *, smallest_cells: float) -> np.ndarray:
    """Outdoors in pieces of some size, or cut by the surface's edge so that their size is not known."""
    from scipy import ndimage

    piece, count = ndimage.label(outdoors, structure=TOUCHING)
    kept = np.bincount(piece.ravel(), minlength=count + 1) >= smallest_cells
    for edge in (piece[:1], piece[-1:], piece[:, :1], piece[:, -1:]):
        kept[edge] = True
    kept[0] = False
    return kept[piece]
