"""The streets, buildings and trees of the biggest town's centre, as a 1 m surface model.

Streets form a grid that is turned against north. `TownGrid` also tells where a street is, so that street furniture
can stand in one.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from connected_place.scripts.sample.place import Borough

SURFACE_NODATA = -9999.0

_TREE_RADIUS_M = 3.5
_TREES_IN_SQUARE = 14
_TREES_IN_TOWN = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class TownGrid:
    """A street grid around a point.

    Attributes
    ----------
    centre_m : tuple of float
        Easting and northing of the middle of the square, EPSG:27700.
    size_m : int
        Width and height of the surface model.
    turn_deg : float
        Anticlockwise turn of the streets against east.
    block_m : tuple of float
        Distance between the middle lines of streets, along and across.
    street_m, plot_m, yard_m : float
        Width of a street from wall to wall, of a plot, of the yard between two rows of buildings.
    """

    centre_m: tuple[float, float]
    size_m: int = 400
    turn_deg: float = 13.0
    block_m: tuple[float, float] = (78.0, 54.0)
    street_m: float = 12.0
    plot_m: float = 11.0
    yard_m: float = 14.0

    def to_blocks(self, easting_northing: np.ndarray) -> np.ndarray:
        """Metres along and across the streets from a corner of the square, shape (n, 2)."""
        along_across: np.ndarray = (easting_northing - self.centre_m) @ self._turn() + np.array(self.block_m) / 2
        return along_across

    def from_blocks(self, along_across: np.ndarray) -> np.ndarray:
        """Easting and northing of positions given along and across the streets, shape (n, 2)."""
        places_m: np.ndarray = (along_across - np.array(self.block_m) / 2) @ self._turn().T + self.centre_m
        return places_m

    def onto_street(self, easting_northing: np.ndarray) -> np.ndarray:
        """Move positions to the kerb of the nearest street that runs along, shape (n, 2), EPSG:27700."""
        along_across = self.to_blocks(easting_northing)
        pitch_m = self.block_m[1]
        middle_m = pitch_m * np.rint(along_across[:, 1] / pitch_m)
        return self.from_blocks(np.column_stack([along_across[:, 0], middle_m + self.street_m / 2 - 1.5]))

    def _turn(self) -> np.ndarray:
        angle = np.radians(self.turn_deg)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def town_grid(borough: Borough) -> TownGrid:
    """The street grid in the centre of the biggest town."""
    return TownGrid(centre_m=borough.settlements[0].centre_m)


def surface(grid: TownGrid, *, borough: Borough) -> np.ndarray:
    """Height of ground, buildings and trees above the datum.

    Returns
    -------
    Array of float32, shape (size_m, size_m), north up
        Metres, in steps of 0.1 m, 1 m cells.
    """
    draws = borough.draws(9)
    pixels_m = _pixel_centres(grid)
    ground_m = 6.0 + 0.022 * (pixels_m[:, 1] - pixels_m[:, 1].min()) + 0.004 * (pixels_m[:, 0] - pixels_m[:, 0].min())
    above_m = np.maximum(_building_heights(grid, pixels_m, draws), _tree_heights(grid, pixels_m, draws))
    height_m: np.ndarray = np.round(ground_m + above_m, 1).astype(np.float32)
    return height_m.reshape(grid.size_m, grid.size_m)


def north_west_corner(grid: TownGrid) -> tuple[float, float]:
    """Easting and northing of the surface model's north-west corner, EPSG:27700."""
    easting, northing = grid.centre_m
    return easting - grid.size_m / 2, northing + grid.size_m / 2


def _pixel_centres(grid: TownGrid) -> np.ndarray:
    west_m, north_m = north_west_corner(grid)
    row, column = np.indices((grid.size_m, grid.size_m))
    return np.column_stack([west_m + 0.5 + column.ravel(), north_m - 0.5 - row.ravel()])


def _building_heights(grid: TownGrid, pixels_m: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """Two rows of buildings in each block but the square, one height a plot, 6 to 15 m; one plot in eight is empty."""
    along_across = grid.to_blocks(pixels_m)
    block = np.floor(along_across / grid.block_m).astype(int)
    within_m = along_across - block * np.array(grid.block_m)
    wall_m = grid.street_m / 2
    built = ((within_m > wall_m) & (within_m < np.array(grid.block_m) - wall_m)).all(axis=1)
    from_middle_m = within_m[:, 1] - grid.block_m[1] / 2
    built &= (np.abs(from_middle_m) > grid.yard_m / 2) & (block != 0).any(axis=1)
    plot = np.floor((within_m[:, 0] - wall_m) / grid.plot_m).astype(int)
    key = np.column_stack([block, plot, from_middle_m > 0])[built]
    plots, which = np.unique(key, axis=0, return_inverse=True)
    storeys_m = draws.uniform(6, 15, len(plots)) * (draws.uniform(0, 1, len(plots)) > 1 / 8)
    heights_m = np.zeros(len(pixels_m))
    heights_m[built] = storeys_m[which]
    return heights_m


def _tree_heights(grid: TownGrid, pixels_m: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """Round crowns in the square, in yards and on some verges."""
    half_m = np.array(grid.block_m) / 2 - grid.street_m
    in_square = grid.from_blocks(np.array(grid.block_m) / 2 + draws.uniform(-half_m, half_m, (_TREES_IN_SQUARE, 2)))
    in_town = grid.centre_m + draws.uniform(-grid.size_m / 2, grid.size_m / 2, (_TREES_IN_TOWN, 2))
    trees_m = np.vstack([in_square, in_town])
    tall_m = draws.uniform(5, 11, len(trees_m))
    distance_m, tree = cKDTree(trees_m).query(pixels_m)
    crown = 1 - (distance_m / _TREE_RADIUS_M) ** 2
    return np.where(crown > 0, tall_m[tree] * np.sqrt(np.maximum(crown, 0)), 0.0)
