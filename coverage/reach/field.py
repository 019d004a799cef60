"""Distance field: signal and chance of coverage around an access point where only the distance is known."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike
from scipy.special import ndtr

from connected_place.coverage.reach.by_distance import LEAST_CHANCE
from connected_place.coverage.reach.link import Link, coverage_probability, probability_in_sight, radius_m, rssi_dbm
from connected_place.coverage.reach.propagation import (
    distance_3d_m,
    line_of_sight_loss_db,
    line_of_sight_probability,
    no_line_of_sight_loss_db,
)
from connected_place.coverage.reach.surface import SignalField
from connected_place.gis_data.crs import METRES

_CELL_M = 5.0
"""Side of the cells: the model's shortest distance."""

HALVINGS = 18
"""Halvings of a range of some 30 dB: exact to a thousandth of a dB."""


def distance_field(
    site: np.ndarray, link: Link, *, antenna_m: float, ground: shapely.Geometry | None = None
) -> SignalField:
    """Signal and chance of coverage in the middle of every cell around a site, as if all round it were street.

    Parameters
    ----------
    site : array (2,)
        Easting and northing, metres.
    link : Link
        To a phone on the street.
    antenna_m : float
        Above the ground.
    ground : Polygon, MultiPolygon or None
        Open ground that the site stands on, on which its cells are in line of sight.

    Returns
    -------
    Field
        In EPSG:27700. NaN from where the chance stays below `LEAST_CHANCE`. The signal is that at the phone, whether or
        not the way back decides the chance.

    Examples
    --------
    >>> field = distance_field(np.array([560_000.0, 180_000.0]), Link(), antenna_m=4.0)
    >>> field.probability.shape, round(float(field.probability[53, 62]), 3)
    ((106, 106), 0.809)
    """
    mixed_m = radius_m(link, share=LEAST_CHANCE)
    farthest_m = mixed_m if ground is None else radius_m(link, share=LEAST_CHANCE, probability=probability_in_sight)
    west, south = np.floor((site - farthest_m) / _CELL_M) * _CELL_M
    east, north = np.ceil((site + farthest_m) / _CELL_M) * _CELL_M
    x = np.arange(west + _CELL_M / 2, east, _CELL_M) - site[0]
    y = np.arange(north - _CELL_M / 2, south, -_CELL_M) - site[1]
    apart_m = np.hypot(x[None, :], y[:, None])
    straight_m = distance_3d_m(apart_m, height_m=antenna_m)
    signal_dbm = np.where(apart_m <= mixed_m, median_signal_dbm(straight_m, link), np.nan)
    probability = np.where(apart_m <= mixed_m, coverage_probability(straight_m, link), np.nan)
    if ground is not None:
        is_open = shapely.contains_xy(ground, x[None, :] + site[0], y[:, None] + site[1]) & (apart_m <= farthest_m)
        in_sight_db = line_of_sight_loss_db(straight_m, link.frequency_ghz, link.in_sight)
        signal_dbm = np.where(is_open, rssi_dbm(in_sight_db, link), signal_dbm)
        probability = np.where(is_open, probability_in_sight(straight_m, link), probability)
    return SignalField(
        signal_dbm=signal_dbm,
        probability=probability,
        transform=(_CELL_M, 0.0, float(west), 0.0, -_CELL_M, float(north)),
        crs=METRES,
        placing="",
    )


def median_signal_dbm(distance_m: ArrayLike, link: Link) -> np.ndarray:
    """Signal that a phone has with one chance in two, in sight or not.

    Parameters
    ----------
    distance_m : array
        Straight line between the antennas, metres.
    link : Link

    Returns
    -------
    array
        dBm; NaN past 660 m.

    Notes
    -----
    Where `p_los Phi((RSSI_los - x)/5.06) + (1 - p_los) Phi((RSSI_nlos - x)/7.82)` is one half, so that a signal at the
    threshold and a chance of 0.5 are the same place, as on a surface model, unless the way back decides. It lies
    between the two medians.

    Examples
    --------
    >>> median_signal_dbm([10.0, 74.0, 700.0], Link()).round(1).tolist()
    [-43.3, -74.7, nan]
    """
    in_sight = rssi_dbm(line_of_sight_loss_db(distance_m, link.frequency_ghz, link.in_sight), link)
    around = rssi_dbm(
        no_line_of_sight_loss_db(distance_m, link.frequency_ghz, link.out_of_sight, in_sight=link.in_sight), link
    )
    chance_in_sight = line_of_sight_probability(distance_m)
    low, high = around, in_sight
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = chance_in_sight * ndtr((in_sight - middle) / link.in_sight.sigma_db)
        reached = reached + (1 - chance_in_sight) * ndtr((around - middle) / link.out_of_sight.sigma_db)
        low, high = np.where(reached >= 0.5, middle, low), np.where(reached >= 0.5, high, middle)
    return np.asarray((low + high) / 2)
