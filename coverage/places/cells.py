"""Cells of one size over Great Britain: hexagons or squares, placed by the origin of its National Grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.crs import METRES, grid_references

CELL_WORDS = {"hexagon": "hexagons", "grid": "squares"}
"""Levels whose areas are cells, and what people call them."""

ROWS = 100_000
"""More than the grid's 1,300 km have of cells of the smallest size that a plan takes, 50 m."""

CODE_STARTS = {"hexagon": "hex", "grid": "sq"}
HEXAGON_STEPS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))
"""Corners from the centre, clockwise from the north, in half widths and in sixths of the root of 3 of a width."""

SQUARE_STEPS = ((0, 0), (0, 1), (1, 1), (1, 0))
"""Corners from the south-west one, clockwise, in sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A tiling of the plane that no place and no year can move.

    Attributes
    ----------
    level : str
        "hexagon" or "grid" (squares).
    cell_m : float
        Side of a square; width across flats of a hexagon, which is the distance between neighbours' centres.

    Notes
    -----
    Squares have their corners at multiples of the side. Hexagons are pointy-topped; that of column 0 and row 0 has its
    centre at the grid's origin, and every other row begins half a width farther east.
    """

    level: str
    cell_m: float = 500.0

    @property
    def words(self) -> str:
        """What people call them, with the size.

        Examples
        --------
        >>> Cells(level="hexagon").words, Cells(level="grid", cell_m=1_000.0).words
        ('hexagons of 500 m', 'squares of 1,000 m')
        """
        return f"{CELL_WORDS[self.level]} of {self.cell_m:,.10g} m"

    def of_points(self, places: gpd.GeoSeries) -> pd.Series:
        """Code of the cell that each point is in; "" where there is no point.

        A point on a shared edge belongs to the cell of the lowest code, so that it is counted once. Hexagons'
        slanted edges have no exact position in binary numbers: within a millionth of a metre rounding decides, also
        once.

        Parameters
        ----------
        places : GeoSeries of points, EPSG:27700

        Returns
        -------
        Series of codes, indexed as `places`
            Kind, size in metres, column and row, for example "hex500-01120-00370": the same for any place and year.

        Examples
        --------
        >>> places = gpd.GeoSeries.from_xy([560_250.0, 560_500.0, 560_501.0], [180_250.0] * 3)
        >>> Cells(level="grid").of_points(places).tolist()
        ['sq500-01120-00360', 'sq500-01120-00360', 'sq500-01121-00360']
        """
        shapes = places.to_numpy()
        known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        at_m = shapely.get_coordinates(shapes[known])
        column, row = _columns_and_rows(at_m, self).T
        found, which = np.unique(column * ROWS + row, return_inverse=True)
        codes = np.full(len(shapes), "", dtype=object)
        codes[known] = np.array(_codes(found, self), dtype=object)[which]
        return pd.Series(codes, index=places.index, dtype=object)

    def outlines(self, codes: Sequence[str]) -> gpd.GeoDataFrame:
        """Outlines of cells, each named by the Ordnance Survey grid reference of its centre.

        Parameters
        ----------
        codes : sequence of str
            As `of_points` gives them; any order, repeats and "" allowed.

        Returns
        -------
        GeoDataFrame, EPSG:27700, indexed by `code`, sorted by it
            `name`, geometry. Neighbours share their corners to the last bit.

        Examples
        --------
        >>> Cells(level="grid").outlines(["sq500-01120-00360"])["name"].tolist()
        ['TQ 6025 8025']
        """
        known = pd.Index(sorted(set(codes) - {""}), name="code", dtype=object)
        places = np.array([code.split("-")[1:] for code in known], dtype=np.int64).reshape(-1, 2)
        first, step_m, steps = _lattice(places, self)
        corners_m = (first[:, None, :] + np.array(steps)[None, :, :]) * step_m
        centres_m = first * step_m if self.level == "hexagon" else (first + 0.5) * step_m
        names = grid_references(centres_m[:, 0], centres_m[:, 1])
        return gpd.GeoDataFrame({"name": names}, index=known, geometry=shapely.polygons(corners_m), crs=METRES)


def _codes(numbers: np.ndarray, cells: Cells) -> list[str]:
    """Codes of cells that are numbered by column and row; five digits each, so that they sort as the numbers do."""
    start = f"{CODE_STARTS[cells.level]}{cells.cell_m:.10g}"
    return [
        f"{start}-{column:05d}-{row:05d}"
        for column, row in zip(*(part.tolist() for part in np.divmod(numbers, ROWS)), strict=True)
    ]


def _lattice(places: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray, Sequence[tuple[int, int]]]:
    """Each cell's first point in whole steps, a step's length east and north in metres, and the corners in steps."""
    column, row = places[:, 0], places[:, 1]
    if cells.level == "grid":
        return places, np.array([cells.cell_m, cells.cell_m]), SQUARE_STEPS
    centre = np.column_stack([2 * column + row % 2, 3 * row])
    return centre, np.array([cells.cell_m / 2, cells.cell_m * math.sqrt(3) / 6]), HEXAGON_STEPS


def _columns_and_rows(at_m: np.ndarray, cells: Cells) -> np.ndarray:
    """Column and row of the cell of each point, shape (n, 2); no point of the grid lies before its first ones."""
    if cells.level == "grid":
        return np.asarray(np.maximum(np.ceil(at_m / cells.cell_m) - 1, 0).astype(np.int64))
    even, odd = (_nearest_of(at_m, cells.cell_m, is_odd=is_odd) for is_odd in (False, True))
    return np.where(_is_nearer(odd, even, at_m, cells)[:, None], odd, even)


def _nearest_of(at_m: np.ndarray, width_m: float, *, is_odd: bool) -> np.ndarray:
    """The nearest hexagon of the even or of the odd rows, whose centres form a rectangle's lattice; ties to the west.

    Whether one of the other rows is nearer still is for `_is_nearer` to tell.
    """
    across = at_m / np.array([width_m, width_m * math.sqrt(3)]) - is_odd / 2
    column, pair = np.maximum(np.ceil(across - 0.5), 0).T
    return np.column_stack([column, 2 * pair + is_odd]).astype(np.int64)


def _is_nearer(one: np.ndarray, other: np.ndarray, at_m: np.ndarray, cells: Cells) -> np.ndarray:
    """True where a point is nearer to the first hexagon's centre; slanted edges have no exact position in numbers."""
    apart_m2 = []
    for places in (one, other):
        centre, step_m, _ = _lattice(places, cells)
        apart_m2.append(((at_m - centre * step_m) ** 2).sum(axis=1))
    return np.asarray(apart_m2[0] < apart_m2[1])
