"""Line of sight: which street cells an access point sees, and how far roofs block the way to the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from connected_place.coverage.reach.surface.diffraction_edge import (
    NOTHING_BETWEEN,
    edge_above,
    edge_below,
    steepest_rise,
)
from connected_place.coverage.reach.surface.rays import LARGEST_REACH_CELLS, Ring, rings
from connected_place.coverage.reach.surface.street_cells import StreetRules, StreetSurface, street_surface
from connected_place.gis_data.errors import DataError, fault
from connected_place.gis_data.rasters import Bounds, Raster, cut_raster

BLOCK_M = 1_000.0
"""Sites of one square share one reading of the surface model."""

OFF_WALL_CELLS = 3
"""How much farther than the nearest street cell one with street all around it may be."""

Windows = Callable[[Bounds], Raster]
"""Reads a part of a raster: whole cells that cover it, NaN beyond the raster."""

Placing = Literal["street", "facade", "no street near", "not known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How far and from where an access point is looked from.

    Attributes
    ----------
    radius_m : float
        On the map. 200: beyond it no phone is served outdoors (project's proposal).
    cell_m : float
        A phone is tried once in every square of this side, a whole multiple of the surface model's cells; 0: in each of
        them. Obstacles are always looked at cell by cell: roofs widened to 2 m would hide a quarter of what
        is seen at 1 m.
    terminal_height_m : float
        Above the ground. 1.5: a phone in a hand, 3GPP TR 38.901.
    facade_within_m : float
        A site on a roof, or under a tree, is moved to the nearest street cell at most this far away. 60: project's
        proposal.
    street : StreetRules
    """

    radius_m: float = 200.0
    cell_m: float = 0.0
    terminal_height_m: float = 1.5
    facade_within_m: float = 60.0
    street: StreetRules = field(default_factory=StreetRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one access point sees: a square of cells around it.

    The cells are those of the surface model, or squares of `Sight.cell_m` on its multiples, so that the views of
    several sites share them; a wider square is what the model's cell in its middle is (south-east of it where there is
    none).

    Attributes
    ----------
    distance_m : array of float32, shape (n, n)
        Straight from antenna to terminal; NaN beyond the radius or where the ground is not known.
    visible : array of bool
        A street cell with nothing in the way. False where not known.
    unknown : array of bool
        Not known: the surface is missing at the cell, or on the way to it where the known part does not block.
    edge_root_m : array of float32
        Bullington's edge for every street cell within the radius, see `diffraction_edge.fresnel_parameter`. Minus
        infinity: no cell between. NaN: not known, also where the way is surely blocked but not known in full, and
        where no one can stand outdoors.
    outdoors : array of bool
        Street cells within the radius: the surface lies within `street_within_m` of the ground.
    ground_m : array of float32
        Metres above the datum.
    antenna : tuple of float
        x, y and height above the datum; the height is NaN where the ground is not known.
    moved_m : float
        How far the antenna hangs from the site's given position.
    placing : str
        "street": in its own cell. "facade": moved to a street cell. "no street near", "not known": nothing is visible.
    transform : tuple of 6 float
        As of `rasters.Raster`.
    crs : str
        In metres.
    """

    distance_m: np.ndarray
    visible: np.ndarray
    unknown: np.ndarray
    edge_root_m: np.ndarray
    outdoors: np.ndarray
    ground_m: np.ndarray
    antenna: tuple[float, float, float]
    moved_m: float
    placing: Placing
    transform: tuple[float, ...]
    crs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Square:
    """The surface around an antenna; heights above it, flattened by rows."""

    obstacle_m: np.ndarray
    terminal_m: np.ndarray
    gap: np.ndarray
    target: np.ndarray
    has_gaps: bool


def views(
    surface: Windows,
    sites: np.ndarray,
    *,
    antenna_m: float,
    terrain: Windows | None = None,
    sight: Sight | None = None,
) -> Iterator[tuple[int, View]]:
    """What each of many access points sees; the surface model is read square by square.

    Parameters
    ----------
    surface, terrain : callable
        Give the part of a model that is asked for, for example `Raster.window`.
    sites : array (n, 2)
        x and y in the surface model's CRS, metres.
    antenna_m : float
        Height above the ground.
    sight : Sight or None
        None: the defaults.

    Yields
    ------
    int, View
        The site's row and its view, sites of one square of 1 km together.

    Raises
    ------
    CrsError, DataError
        As for `street_surface` and `view`.
    """
    rules = sight or Sight()
    margin_m = rules.radius_m + rules.facade_within_m + rules.street.ground_window_m
    squares, which = np.unique(np.floor(np.asarray(sites) / BLOCK_M), axis=0, return_inverse=True)
    for square in range(len(squares)):
        members = np.flatnonzero(which == square)
        (west, south), (east, north) = sites[members].min(axis=0) - margin_m, sites[members].max(axis=0) + margin_m
        bounds = (float(west), float(south), float(east), float(north))
        ground = terrain(bounds) if terrain else None
        if ground is not None and np.isnan(ground.values).all():
            ground = None  # a terrain model of another town
        around = street_surface(surface(bounds), terrain=ground, rules=rules.street)
        for site in members.tolist():
            yield (
                site,
                view_from(around, (float(sites[site, 0]), float(sites[site, 1])), antenna_m=antenna_m, sight=rules),
            )


def view_from(
    surface: StreetSurface, site: tuple[float, float], *, antenna_m: float, sight: Sight | None = None
) -> View:
    """What one access point sees.

    Parameters
    ----------
    surface : StreetSurface
        What lies beyond it is not known.
    site : tuple of float
        x and y, in the CRS of the surface.
    antenna_m : float
        Height above the ground, there where the antenna hangs.
    sight : Sight or None
        None: the defaults.

    Raises
    ------
    DataError
        TOO_MANY_CELLS: the radius is more than 1,000 cells. CELL_NOT_MULTIPLE.

    Notes
    -----
    Antenna and terminal are in the middle of their cells. A cell blocks over its whole width, except the two end
    cells. The host building is kept: its access point hangs off the facade on the nearest street that is not a
    closed yard, and the building hides what lies behind. It hangs one cell off the wall where the street is wide
    enough: in a raster a slanting wall has steps, and right behind one of them an antenna would lose its own street.

    Examples
    --------
    A wall 10 m high across level ground, two cells to the east: what lies behind is hidden.

    >>> heights = np.zeros((11, 11))
    >>> heights[:, 7] = 10.0
    >>> raster = Raster(values=heights, transform=(1, 0, 560_000, 0, -1, 180_000), crs="EPSG:27700")
    >>> sight = Sight(radius_m=4.0, street=StreetRules(ground_window_m=5.0))
    >>> seen = view_from(street_surface(raster, rules=sight.street), (560_005.5, 179_994.5), antenna_m=5.0, sight=sight)
    >>> seen.visible[4].astype(int).tolist()
    [1, 1, 1, 1, 1, 1, 0, 0, 0]
    """
    rules = sight or Sight()
    reach = _reach_cells(rules.radius_m, surface.cell_m)
    placing, row, column = _placed(surface, site, facade_cells=rules.facade_within_m / surface.cell_m)
    stands = placing in ("street", "facade")
    corner = row - reach, column - reach
    shape = 2 * reach + 1, 2 * reach + 1
    tried, transform = _tried_cells(surface, corner, rules)
    ground_m = cut_raster(surface.ground_m, corner, shape, beyond=np.nan)
    height_m = float(ground_m[reach, reach]) + antenna_m
    gap = cut_raster(surface.gap, corner, shape, beyond=True)
    steps = np.arange(-reach, reach + 1) * surface.cell_m
    flat_m = np.hypot(steps[tried[0], None], steps[tried[1]])
    within = flat_m <= rules.radius_m
    outdoors = cut_raster(surface.outdoors, corner, shape, beyond=False)[tried] & within
    target = np.zeros(shape, dtype=bool)
    target[tried] = outdoors & stands
    square = _Square(
        obstacle_m=(cut_raster(surface.surface_m, corner, shape, beyond=-np.inf) - np.float32(height_m)).ravel(),
        terminal_m=(ground_m + np.float32(rules.terminal_height_m - height_m)).ravel(),
        gap=gap.ravel(),
        target=target.ravel(),
        has_gaps=bool(gap.any()),
    )
    visible, doubtful, edge = (found.reshape(shape)[tried] for found in _look(square, rings(reach)))
    rise_m = square.terminal_m.reshape(shape)[tried]
    x, y = surface.centre_of(row, column)
    return View(
        distance_m=np.where(within, np.hypot(flat_m, rise_m), np.nan).astype("float32"),
        visible=visible,
        unknown=within & (doubtful | gap[tried] | (not stands)),
        edge_root_m=edge / np.float32(surface.cell_m**0.5),
        outdoors=outdoors,
        ground_m=ground_m[tried],
        antenna=(x, y, height_m),
        moved_m=float(np.hypot(x - site[0], y - site[1])) if placing == "facade" else 0.0,
        placing=placing,
        transform=transform,
        crs=surface.crs,
    )


def _reach_cells(radius_m: float, cell_m: float) -> int:
    """Cells from the middle to the side of the square around the radius."""
    reach = max(1, int(radius_m / cell_m + 1e-9))
    if reach > LARGEST_REACH_CELLS:
        raise DataError(
            fault(
                "TOO_MANY_CELLS",
                radius=f"{radius_m:g}",
                count=reach,
                cell_m=f"{cell_m:g}",
                limit=LARGEST_REACH_CELLS,
            )
        )
    return reach


def _tried_cells(
    surface: StreetSurface, corner: tuple[int, int], rules: Sight
) -> tuple[tuple[slice, slice], tuple[float, ...]]:
    """Which cells of a square, from its north-west corner on, have a phone; and the transform of their squares."""
    factor = round(rules.cell_m / surface.cell_m) if rules.cell_m else 1
    if factor < 1 or (rules.cell_m and not math.isclose(factor * surface.cell_m, rules.cell_m, rel_tol=1e-6)):
        raise DataError(fault("CELL_NOT_MULTIPLE", wanted=f"{rules.cell_m:g}", cell_m=f"{surface.cell_m:g}"))
    cell_m, west, north = surface.cell_m, surface.transform[2], surface.transform[5]
    row = (factor // 2 - (corner[0] - round(north / cell_m))) % factor
    column = (factor // 2 - (corner[1] + round(west / cell_m))) % factor
    left = west + (corner[1] + column - factor // 2) * cell_m
    top = north - (corner[0] + row - factor // 2) * cell_m
    tried = slice(row, None, factor), slice(column, None, factor)
    return tried, (factor * cell_m, 0.0, left, 0.0, -factor * cell_m, top)


def _placed(surface: StreetSurface, site: tuple[float, float], *, facade_cells: float) -> tuple[Placing, int, int]:
    """Where the antenna hangs: in its own cell, or off the facade."""
    row, column = surface.cell_of(*site)
    if bool(cut_raster(surface.outdoors, (row, column), (1, 1), beyond=False)[0, 0]):
        return "street", row, column
    if bool(cut_raster(surface.gap, (row, column), (1, 1), beyond=True)[0, 0]):
        return "not known", row, column
    facade = _nearest(surface.street, row, column, reach=int(facade_cells))
    if math.hypot(*facade) > facade_cells:
        return "no street near", row, column
    off_wall = _nearest(surface.open_street, row, column, reach=int(facade_cells) + OFF_WALL_CELLS)
    down, right = off_wall if math.hypot(*off_wall) <= math.hypot(*facade) + OFF_WALL_CELLS else facade
    return "facade", row + int(down), column + int(right)


def _nearest(cells: np.ndarray, row: int, column: int, *, reach: int) -> tuple[float, float]:
    """Rows and columns to the nearest of some cells, of equally near ones the northernmost; infinity: there is none."""
    side = 2 * reach + 1
    near = cut_raster(cells, (row - reach, column - reach), (side, side), beyond=False)
    down, right = np.nonzero(near)
    if not len(down):
        return math.inf, math.inf
    nearest = np.hypot(down - reach, right - reach).argmin()
    return float(down[nearest] - reach), float(right[nearest] - reach)


def _look(square: _Square, around: tuple[Ring, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Visible, doubtful and edge of each cell; the edge over the root of a cell's width is `View.edge_root_m`."""
    visible = np.zeros(square.target.size, dtype=bool)
    doubtful = np.zeros(square.target.size, dtype=bool)
    edge = np.full(square.target.size, np.nan, dtype="float32")
    middle = around[0].middle
    visible[middle] = square.target[middle]
    edge[middle] = NOTHING_BETWEEN if square.target[middle] else np.nan
    for ring in around:
        chosen = np.flatnonzero(square.target[ring.cells])
        if not chosen.size:
            continue
        cells = ring.cells[chosen]
        seen, unsure, height = _look_at_ring(square, ring, chosen)
        visible[cells], doubtful[cells] = seen, unsure
        edge[cells] = height / np.sqrt(ring.distance[chosen])
    return visible, doubtful, edge


def _look_at_ring(square: _Square, ring: Ring, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Visible, doubtful and edge of some cells of one ring."""
    share = ring.share
    on_ray = ring.between(chosen)
    between_m = square.obstacle_m[on_ray]
    far_m = square.terminal_m[ring.cells[chosen]]
    rise_m = steepest_rise(between_m, share)
    clear = rise_m < far_m
    # Nearly all streets are hidden: looking at the few that are not twice is faster than parting the two.
    edge = edge_above(between_m, far_m, share, rise_m=rise_m)
    edge[clear] = edge_below(between_m[clear], far_m[clear], share)
    if not square.has_gaps:
        return clear, np.zeros(chosen.size, dtype=bool), edge
    gapped = square.gap[on_ray].any(axis=1)
    edge[gapped] = np.nan
    return clear & ~gapped, clear & gapped, edge
