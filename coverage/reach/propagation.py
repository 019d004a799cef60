"""Propagation: how much of a Wi-Fi signal is lost on its way through a street.

Every distance is the straight line between the two antennas in metres, every loss a median in dB, every frequency in
GHz. Arrays of any shape that broadcast against each other go in and come out; NaN means that the model has no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

NEAREST_M = 5.0
FARTHEST_M = 660.0
"""ITU-R P.1411-12, table 4: measured from 5 to 660 m. Nearer counts as 5 m, farther has no answer."""

LOWEST_GHZ, HIGHEST_GHZ = 0.8, 82.0
"""ITU-R P.1411-12, table 4."""

TERMINAL_HEIGHT_M = 1.5
"""A phone in a hand, and the height for which both formulas are stated."""

FREE_SPACE_AT_1_M_1_GHZ_DB = 20 * float(np.log10(4e9 * np.pi / 299_792_458))
"""Friis: 20 log10(4 pi d f / c)."""

ALWAYS_IN_SIGHT_M = 18.0
SIGHT_LOST_OVER_M = 36.0
"""3GPP TR 38.901 v19.4.0, table 7.4.2-1, street canyon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathLoss:
    """A median loss of `10 exponent log10 d + offset_db + 10 frequency_exponent log10 f`.

    Attributes
    ----------
    exponent : float
        How fast it grows with distance; 2 is free space.
    offset_db : float
        At 1 m and 1 GHz, dB.
    frequency_exponent : float
        How fast it grows with frequency; 2 is free space.
    sigma_db : float
        Standard deviation of places about the median, dB.
    """

    exponent: float
    offset_db: float
    frequency_exponent: float
    sigma_db: float


IN_SIGHT = PathLoss(exponent=2.12, offset_db=29.2, frequency_exponent=2.11, sigma_db=5.06)
"""ITU-R P.1411-12, section 4.1.1, table 4: below rooftops, line of sight; 0.8-82 GHz, 5-660 m."""

OUT_OF_SIGHT = PathLoss(exponent=3.53, offset_db=22.4, frequency_exponent=2.13, sigma_db=7.82)
"""3GPP TR 38.901 v19.4.0, table 7.4.1-1: street canyon, no line of sight, phone at 1.5 m. Stated for an access point
at 10 m; the 3-8 m of a shop front or a lamp post are an extrapolation."""


def distance_3d_m(horizontal_m: ArrayLike, *, height_m: float) -> np.ndarray:
    """Straight line between two antennas from the distance on the map and their heights above ground.

    Examples
    --------
    >>> distance_3d_m([0.0, 3.0], height_m=5.5).tolist()
    [4.0, 5.0]
    """
    return np.hypot(np.asarray(horizontal_m, dtype="float64"), height_m - TERMINAL_HEIGHT_M)


def free_space_loss_db(distance_m: ArrayLike, frequency_ghz: ArrayLike) -> np.ndarray:
    """Loss with nothing between and around the antennas: no street loses less in the median of this model.

    Notes
    -----
    Friis. Below 5 m it is that of 5 m; NaN past 660 m or outside 0.8-82 GHz.

    Examples
    --------
    >>> free_space_loss_db(100.0, 2.437).round(4).item()
    80.1849
    """
    free = PathLoss(exponent=2.0, offset_db=FREE_SPACE_AT_1_M_1_GHZ_DB, frequency_exponent=2.0, sigma_db=0.0)
    return median_loss_db(distance_m, frequency_ghz, free)


def median_loss_db(distance_m: ArrayLike, frequency_ghz: ArrayLike, model: PathLoss) -> np.ndarray:
    """A formula by itself, without the floors that `line_of_sight_loss_db` and its sister put under it."""
    distance, frequency = _within_validity(distance_m, frequency_ghz)
    return 10 * (model.exponent * np.log10(distance) + model.frequency_exponent * np.log10(frequency)) + model.offset_db


def _within_validity(distance_m: ArrayLike, frequency_ghz: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """At least 5 m; NaN where the model has no answer."""
    distance = np.asarray(distance_m, dtype="float64")
    frequency = np.asarray(frequency_ghz, dtype="float64")
    known = (frequency >= LOWEST_GHZ) & (frequency <= HIGHEST_GHZ)
    return np.where(distance <= FARTHEST_M, np.maximum(distance, NEAREST_M), np.nan), np.where(known, frequency, np.nan)


def line_of_sight_loss_db(distance_m: ArrayLike, frequency_ghz: ArrayLike, model: PathLoss = IN_SIGHT) -> np.ndarray:
    """Median loss where the antennas see each other.

    Parameters
    ----------
    distance_m : array
        Metres; below 5 it is that of 5.
    frequency_ghz : array
        GHz.
    model : PathLoss

    Returns
    -------
    array
        dB; NaN past 660 m or outside 0.8-82 GHz.

    Notes
    -----
    `max(free space, 21.2 log10 d + 29.2 + 21.1 log10 f)`, ITU-R P.1411-12, section 4.1.1, table 4. Free space is the
    greater at 2.4 GHz up to some 220 m (by 2 dB at 5 m), at 5.5 GHz up to 100 m. Nothing is in the way: no trees,
    no vehicles, no people.

    Examples
    --------
    >>> line_of_sight_loss_db([50.0, 661.0], 5.5).round(4).tolist()
    [81.2344, nan]
    """
    return np.maximum(free_space_loss_db(distance_m, frequency_ghz), median_loss_db(distance_m, frequency_ghz, model))


def no_line_of_sight_loss_db(
    distance_m: ArrayLike,
    frequency_ghz: ArrayLike,
    model: PathLoss = OUT_OF_SIGHT,
    *,
    in_sight: PathLoss = IN_SIGHT,
) -> np.ndarray:
    """Median loss round a corner or behind a building, in the same streets.

    Parameters
    ----------
    distance_m, frequency_ghz : array
        As for `line_of_sight_loss_db`.
    model, in_sight : PathLoss
        The latter is the floor.

    Returns
    -------
    array
        dB; NaN past 660 m or outside 0.8-82 GHz.

    Notes
    -----
    `max(line of sight, 35.3 log10 d + 22.4 + 21.3 log10 f)`, 3GPP TR 38.901 v19.4.0, table 7.4.1-1, street canyon,
    phone at 1.5 m. Stated for an access point at 10 m and from 10 m on. P.1411 has formulas of its own for low-rise
    streets (10-73 GHz only) and residential ones (11-18 dB less loss than was measured), which are not used.

    Examples
    --------
    >>> no_line_of_sight_loss_db(50.0, 5.5).round(4).item()
    98.1434
    """
    floor = line_of_sight_loss_db(distance_m, frequency_ghz, in_sight)
    return np.maximum(floor, median_loss_db(distance_m, frequency_ghz, model))


def line_of_sight_probability(distance_m: ArrayLike) -> np.ndarray:
    """Chance of a clear line of sight, without a surface model.

    Returns
    -------
    array in [0, 1]
        NaN past 660 m.

    Notes
    -----
    `18/d + exp(-d/36) (1 - 18/d)`, 1 up to 18 m: 3GPP TR 38.901 v19.4.0, table 7.4.2-1, street canyon. The table means
    the distance on the map; at the heights of street Wi-Fi the straight line differs from it by less than 7 % at 18 m.

    Examples
    --------
    >>> line_of_sight_probability([18.0, 50.0, 700.0]).round(4).tolist()
    [1.0, 0.5196, nan]
    """
    distance = np.asarray(distance_m, dtype="float64")
    known = np.where(distance <= FARTHEST_M, np.maximum(distance, ALWAYS_IN_SIGHT_M), np.nan)
    nearness = ALWAYS_IN_SIGHT_M / known
    return nearness + np.exp(-known / SIGHT_LOST_OVER_M) * (1 - nearness)


def knife_edge_loss_db(nu: ArrayLike) -> np.ndarray:
    """Loss over one sharp edge.

    Parameters
    ----------
    nu : array
        Fresnel parameter: how far the edge reaches into the path; 0 touches it, negative clears it.

    Notes
    -----
    `J(nu) = 6.9 + 20 log10(sqrt((nu - 0.1)^2 + 1) + nu - 0.1)`, 0 up to -0.78: ITU-R P.526, equation 31.

    Examples
    --------
    >>> knife_edge_loss_db([-1.0, 0.0, 1.0, np.nan]).round(4).tolist()
    [0.0, 6.0329, 13.9257, nan]
    """
    raised = np.maximum(np.asarray(nu, dtype="float64"), -0.78) - 0.1
    loss = 6.9 + 20 * np.log10(np.sqrt(raised**2 + 1) + raised)
    return np.where(np.asarray(nu) <= -0.78, 0.0, loss)


def bullington_loss_db(nu: ArrayLike, distance_m: ArrayLike) -> np.ndarray:
    """Loss over all obstacles on the path, replaced by one edge.

    Parameters
    ----------
    nu : array
        Fresnel parameter of that edge.
    distance_m : array
        Whole length of the path.

    Notes
    -----
    `L + (1 - exp(-L/6)) (10 + 0.02 d_km)` with `L = J(nu)`: Bullington's construction, ITU-R P.526.

    Examples
    --------
    >>> bullington_loss_db([-1.0, 0.0], 100.0).round(4).tolist()
    [0.0, 12.3754]
    """
    edge = knife_edge_loss_db(nu)
    return edge + (1 - np.exp(-edge / 6)) * (10 + 0.02 * np.asarray(distance_m, dtype="float64") / 1_000)


def loss_over_surface_db(
    in_sight_db: ArrayLike, out_of_sight_db: ArrayLike, nu: ArrayLike, *, distance_m: ArrayLike
) -> np.ndarray:
    """Loss to each cell of a surface model: over what is in the way, or round it, whichever loses less.

    Parameters
    ----------
    in_sight_db, out_of_sight_db : array
        As `line_of_sight_loss_db` and `no_line_of_sight_loss_db` give them.
    nu : array
        Fresnel parameter of Bullington's edge; NaN where the surface is not known.
    distance_m : array

    Returns
    -------
    array
        dB; never below `in_sight_db`. NaN where any of them is not known: a gap in the surface is not open ground.

    Notes
    -----
    `max(L_los, -10 log10(10^(-L_nlos/10) + 10^(-(L_los + B)/10)))`: the powers of the two ways add.

    Examples
    --------
    >>> loss_over_surface_db([80.0] * 3, [100.0] * 3, [-1.0, 5.0, np.nan], distance_m=50.0).round(2).tolist()
    [80.0, 99.91, nan]
    """
    direct = np.asarray(in_sight_db, dtype="float64")
    around = np.asarray(out_of_sight_db, dtype="float64")
    over = direct + bullington_loss_db(nu, distance_m)
    return np.maximum(direct, -10 * np.log10(10 ** (-around / 10) + 10 ** (-over / 10)))


def sigma_db(sees: ArrayLike, *, in_sight: PathLoss = IN_SIGHT, out_of_sight: PathLoss = OUT_OF_SIGHT) -> np.ndarray:
    """Standard deviation about the median where the antennas see each other, and elsewhere.

    Examples
    --------
    >>> sigma_db([True, False]).tolist()
    [5.06, 7.82]
    """
    return np.where(np.asarray(sees, dtype=bool), in_sight.sigma_db, out_of_sight.sigma_db)
