"""Surface reach: signal and chance of coverage on the streets that a surface model shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyproj
from scipy.ndimage import uniform_filter

from connected_place.coverage.reach.link import Link, probability_heard, rssi_dbm
from connected_place.coverage.reach.propagation import (
    line_of_sight_loss_db,
    loss_over_surface_db,
    no_line_of_sight_loss_db,
    sigma_db,
)
from connected_place.coverage.reach.surface.diffraction_edge import fresnel_parameter
from connected_place.coverage.reach.surface.line_of_sight import Sight, View, views
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.rasters import RasterFile, bounds_of, check_tiles, heights_within

DOORSTEP_M = 30.0
"""A home is served by the street cells at most this far east, west, north and south of its point (project's
proposal): a postcode's point is as often on a roof as on a street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalField:
    """What one access point gives to the cells around it.

    Attributes
    ----------
    signal_dbm : array (rows, columns)
        Median; NaN indoors, on roofs and where the surface is not known.
    probability : array (rows, columns)
        Chance of coverage of a phone on the street, in [0, 1]; NaN likewise.
    transform : tuple of 6 float
        Of the cells, as rasterio has it.
    crs : str
        That of the surface model.
    placing : str
        Where the antenna was put, as `line_of_sight.View` says.
    """

    signal_dbm: np.ndarray
    probability: np.ndarray
    transform: tuple[float, ...]
    crs: str
    placing: str

    @property
    def area_ha(self) -> float:
        """Expected area covered, hectares: the chances of all cells, each times its area."""
        return float(np.nansum(self.probability)) * abs(self.transform[0] * self.transform[4]) / 10_000


def surface_fields(
    tiles: Sequence[RasterFile],
    sites: np.ndarray,
    link: Link,
    *,
    antenna_m: float,
    sight: Sight,
    terrain: Sequence[RasterFile] = (),
) -> Iterator[tuple[int, SignalField]]:
    """The field of each site that is on the surface model.

    Parameters
    ----------
    tiles : sequence of RasterFile
        Of one surface model, in any reference system that counts in metres.
    sites : array (n, 2)
        Easting and northing, metres, EPSG:27700.
    link : Link
        To a phone on the street.
    antenna_m : float
        Above the ground.
    sight : Sight
    terrain : sequence of RasterFile
        Of the bare ground, on the same cells; where it has no height around sites, the ground is estimated.

    Yields
    ------
    int, Field
        Row of the site.

    Raises
    ------
    CrsError
        GRID_MISMATCH: tiles of two grids, or a terrain on other cells.
    """
    if not tiles or not len(sites):
        return
    check_tiles(tiles)
    stand = moved_to(tiles[0].crs, sites)
    on_model = np.flatnonzero(_inside(tiles, stand))
    if not len(on_model):
        return
    surface = partial(heights_within, tiles)
    ground = partial(heights_within, terrain) if terrain else None
    for row, seen in views(surface, stand[on_model], antenna_m=antenna_m, terrain=ground, sight=sight):
        yield int(on_model[row]), field_of(seen, link)


def field_of(seen: View, link: Link) -> SignalField:
    """Signal and chance of coverage on the street cells of a view.

    Notes
    -----
    Loss over what is in the way, or round it (`propagation.loss_over_surface_db`); where the surface is known to block
    and a gap hides how, only round it.
    """
    direct = line_of_sight_loss_db(seen.distance_m, link.frequency_ghz, link.in_sight)
    around = no_line_of_sight_loss_db(seen.distance_m, link.frequency_ghz, link.out_of_sight, in_sight=link.in_sight)
    nu = fresnel_parameter(seen.edge_root_m, link.frequency_ghz)
    over = loss_over_surface_db(direct, around, nu, distance_m=seen.distance_m)
    loss = np.where(np.isnan(over) & ~seen.visible, around, over)
    spread = sigma_db(seen.visible, in_sight=link.in_sight, out_of_sight=link.out_of_sight)
    is_street = seen.outdoors & ~seen.unknown
    return SignalField(
        signal_dbm=np.where(is_street, rssi_dbm(loss, link), np.nan),
        probability=np.where(is_street, probability_heard(loss, spread, link), np.nan),
        transform=tuple(seen.transform),
        crs=seen.crs,
        placing=seen.placing,
    )


def at_doorsteps(field: SignalField, places: np.ndarray) -> np.ndarray:
    """Mean chance of coverage on the street around each place; NaN where none is known there.

    Parameters
    ----------
    field : Field
    places : array (n, 2)
        In the reference system of the field, metres.
    """
    cell_m, west, north = field.transform[0], field.transform[2], field.transform[5]
    known = ~np.isnan(field.probability)
    width = 2 * round(DOORSTEP_M / cell_m) + 1
    weight = uniform_filter(known.astype("float64"), width, mode="constant")
    total = uniform_filter(np.where(known, field.probability, 0.0), width, mode="constant")
    columns = np.floor((places[:, 0] - west) / cell_m).astype(int)
    rows = np.floor((north - places[:, 1]) / cell_m).astype(int)
    inside = (rows >= 0) & (rows < known.shape[0]) & (columns >= 0) & (columns < known.shape[1])
    found = np.full(len(places), np.nan)
    at = rows[inside], columns[inside]
    is_known = weight[at] > 0.5 / width**2
    # Running sums leave a last digit above 1 or below 0, which no chance is.
    mean = np.clip(total[at] / np.where(is_known, weight[at], 1.0), 0.0, 1.0)
    found[inside] = np.where(is_known, mean, np.nan)
    return found


def moved_to(crs: str, places: np.ndarray) -> np.ndarray:
    """Positions of British National Grid in another reference system.

    Parameters
    ----------
    crs : str
        For example "EPSG:32630".
    places : array (n, 2)
        Easting and northing, metres, EPSG:27700.

    Notes
    -----
    Without the OSTN15 grid, as in `gis_data.crs`: median error 1.8 m, at most 4.1 m.

    Examples
    --------
    >>> moved_to("EPSG:32630", np.array([[561_000.0, 178_000.0]])).round(-2).tolist()
    [[730300.0, 5708200.0]]
    """
    if crs == METRES or not len(places):
        return places
    mover = pyproj.Transformer.from_crs(METRES, crs, always_xy=True)
    return np.column_stack(mover.transform(places[:, 0], places[:, 1]))


def _inside(tiles: Sequence[RasterFile], sites: np.ndarray) -> np.ndarray:
    """True for sites that are on a tile."""
    x, y = sites.T
    on = [(x >= west) & (x <= east) & (y >= south) & (y <= north) for west, south, east, north in map(bounds_of, tiles)]
    return np.asarray(np.any(on, axis=0))
