"""Link: how likely a phone at some distance and an access point hear each other well enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from connected_place.coverage.reach.entry_loss import entry_losses_db
from connected_place.coverage.reach.propagation import (
    FARTHEST_M,
    IN_SIGHT,
    NEAREST_M,
    OUT_OF_SIGHT,
    PathLoss,
    line_of_sight_loss_db,
    line_of_sight_probability,
    no_line_of_sight_loss_db,
)

BASIC_DBM = -75.0
"""Signal for basic use, dBm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An access point, the phone it talks to and the streets between.

    Attributes
    ----------
    frequency_ghz : float
        Centre of the channel.
    eirp_dbm : float
        Radiated after the law had its say (`power_limits`).
    client_gain_db : float
        Antenna of a phone less body, hand and case, in either direction. -6: default of this project's radio model.
    client_dbm : float
        That a phone puts into its antenna; infinite: only the way to the phone is looked at.
    antenna_gain_dbi : float
        Of the access point, when it hears the phone; `eirp_dbm` holds it when it sends.
    threshold_dbm : float
        Signal that each end needs: -67 for voice, -75 for basic use.
    walls : mapping of str to float
        For a phone indoors: share of buildings of each class of `entry_loss.WALLS`, one wall. Empty: outdoors.
    in_sight, out_of_sight : PathLoss
        Formulas of the loss.
    """

    frequency_ghz: float = 5.5
    eirp_dbm: float = 30.0
    client_gain_db: float = -6.0
    client_dbm: float = math.inf
    antenna_gain_dbi: float = 0.0
    threshold_dbm: float = BASIC_DBM
    walls: Mapping[str, float] = field(default_factory=dict)
    in_sight: PathLoss = IN_SIGHT
    out_of_sight: PathLoss = OUT_OF_SIGHT

    @property
    def down_db(self) -> float:
        """Loss at which the phone has just the signal that it needs."""
        return self.eirp_dbm + self.client_gain_db - self.threshold_dbm

    @property
    def up_db(self) -> float:
        """Loss at which the access point has just the signal that it needs."""
        return self.client_dbm + self.client_gain_db + self.antenna_gain_dbi - self.threshold_dbm


def rssi_dbm(loss_db: ArrayLike, link: Link) -> np.ndarray:
    """Median signal at the phone before any wall.

    Examples
    --------
    >>> rssi_dbm([99.0], Link()).tolist()
    [-75.0]
    """
    return link.eirp_dbm + link.client_gain_db - np.asarray(loss_db, dtype="float64")


def probability_heard(loss_db: ArrayLike, sigma_db: ArrayLike, link: Link) -> np.ndarray:
    """Chance that both ends have the signal that they need, from the median loss and its deviation.

    Parameters
    ----------
    loss_db, sigma_db : array
        As `propagation` gives them, cell by cell or distance by distance.
    link : Link

    Returns
    -------
    array in [0, 1]
        NaN where the loss is not known.

    Notes
    -----
    `Phi((min(down, up) - loss) / sigma)`: the loss is the same both ways, so the weaker direction decides. Indoors it
    is the mean of that over the distribution of one wall's loss.

    Examples
    --------
    >>> probability_heard([99.0, np.nan], 5.06, Link()).tolist()
    [0.5, nan]
    """
    spare_db = min(link.down_db, link.up_db) - np.asarray(loss_db, dtype="float64")
    sigma = np.asarray(sigma_db, dtype="float64")
    if not link.walls:
        return ndtr(spare_db / sigma)
    losses_db, weights = entry_losses_db(link.frequency_ghz, shares=link.walls)
    mean = np.zeros(np.broadcast_shapes(spare_db.shape, sigma.shape))
    for wall_db, weight in zip(losses_db, weights, strict=True):  # a table of cells by quantiles would not fit
        mean = mean + weight * ndtr((spare_db - wall_db) / sigma)
    return np.minimum(mean, 1.0)


def probability_in_sight(distance_m: ArrayLike, link: Link) -> np.ndarray:
    """Chance of coverage where the access point is in sight; NaN past 660 m."""
    loss = line_of_sight_loss_db(distance_m, link.frequency_ghz, link.in_sight)
    return probability_heard(loss, link.in_sight.sigma_db, link)


def probability_out_of_sight(distance_m: ArrayLike, link: Link) -> np.ndarray:
    """Chance of coverage where the access point is not in sight; NaN past 660 m."""
    loss = no_line_of_sight_loss_db(distance_m, link.frequency_ghz, link.out_of_sight, in_sight=link.in_sight)
    return probability_heard(loss, link.out_of_sight.sigma_db, link)


def coverage_probability(distance_m: ArrayLike, link: Link) -> np.ndarray:
    """Chance of coverage without a surface model to show what is in the way.

    Parameters
    ----------
    distance_m : array
        Straight line between the antennas, metres.
    link : Link

    Returns
    -------
    array in [0, 1]
        NaN past 660 m.

    Notes
    -----
    `p_los Phi((RSSI_los - T)/5.06) + (1 - p_los) Phi((RSSI_nlos - T)/7.82)`.

    Examples
    --------
    >>> coverage_probability([20.0, 50.0, 700.0], Link()).round(3).tolist()
    [0.999, 0.781, nan]
    """
    sight = line_of_sight_probability(distance_m)
    return sight * probability_in_sight(distance_m, link) + (1 - sight) * probability_out_of_sight(distance_m, link)


def radius_m(
    link: Link,
    *,
    share: float,
    probability: Callable[[ArrayLike, Link], np.ndarray] = coverage_probability,
) -> float:
    """The last whole metre up to which a phone is covered with at least a stated chance.

    Parameters
    ----------
    link : Link
    share : float
        The chance, for example 0.9 or 0.5.
    probability : function
        One of the three `probability_in_sight`, `probability_out_of_sight`, `coverage_probability`.

    Returns
    -------
    float
        Metres. 660 means at least that far; NaN that not even 5 m are covered so well.

    Examples
    --------
    >>> radius_m(Link(), share=0.9), radius_m(Link(), share=0.5)
    (39.0, 74.0)
    """
    metres = np.arange(NEAREST_M, FARTHEST_M + 1)
    missed = np.flatnonzero(~(probability(metres, link) >= share))
    covered = len(metres) if not len(missed) else int(missed[0])
    return float(metres[covered - 1]) if covered else float("nan")
