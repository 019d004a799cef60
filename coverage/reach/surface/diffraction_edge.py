"""The one edge that represents every obstacle between two antennas, by Bullington's construction.

A path is seen from the side: heights above the site's antenna, metres, at shares in (0, 1) of the way to the terminal.
The Earth is flat here: over 400 m its bulge is 2 mm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

METRES_PER_NANOSECOND = 0.299792458
"""Speed of light; divided by GHz it is the wavelength."""

NOTHING_BETWEEN = -np.inf
"""The rise or edge of a path on which no cell lies."""


def fresnel_parameter(edge_root_m: ArrayLike, frequency_ghz: float) -> np.ndarray:
    """Parameter nu of the equivalent edge, without unit, for `propagation.bullington_loss_db`.

    Parameters
    ----------
    edge_root_m : array
        `h sqrt((d1 + d2) / (d1 d2))`, square roots of metres, as in `line_of_sight.View`: h the edge's height
        above the straight line between the antennas, d1 and d2 its distances from them on the map.
    frequency_ghz : float

    Notes
    -----
    `nu = h sqrt(2 / wavelength (d1 + d2) / (d1 d2))`, ITU-R P.526, section 4.1.

    Examples
    --------
    An edge 3 m above the line, 40 m from one antenna and 60 m from the other, at 5.5 GHz:

    >>> fresnel_parameter(3 * np.sqrt(100 / (40 * 60)), 5.5).round(3).item()
    3.709
    """
    return np.asarray(edge_root_m) * np.sqrt(2 * frequency_ghz / METRES_PER_NANOSECOND)


def steepest_rise(between_m: np.ndarray, share: np.ndarray) -> np.ndarray:
    """How high the steepest line from the site's antenna over a path would be at the path's end.

    Parameters
    ----------
    between_m : array (m, n)
        One path a row; minus infinity where there is nothing.
    share : array (n,)

    Returns
    -------
    array (m,)
        Metres above the site's antenna. A terminal below it is out of sight; so is one at that very height.
    """
    return np.max(between_m * (1 / share), axis=1, initial=NOTHING_BETWEEN)


def edge_below(between_m: np.ndarray, far_m: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The edge of clear paths: the cell on the way that comes nearest to the straight line, measured by nu.

    Parameters
    ----------
    between_m : array (m, n)
    far_m : array (m,)
        Height of the terminal.
    share : array (n,)

    Returns
    -------
    array (m,)
        Not above 0. `h / sqrt(share (1 - share))`, metres; over the root of the whole distance it is `edge_root_m`.

    Notes
    -----
    ITU-R P.526, section 4.5.1, case 1: the point with the highest nu.
    """
    above_line = between_m - far_m[:, None] * share
    above_line *= 1 / np.sqrt(share * (1 - share))
    return np.max(above_line, axis=1, initial=NOTHING_BETWEEN)


def edge_above(between_m: np.ndarray, far_m: np.ndarray, share: np.ndarray, *, rise_m: np.ndarray) -> np.ndarray:
    """The edge of paths that are blocked: where the steepest lines from both ends meet.

    Parameters
    ----------
    between_m, far_m, share : array
        As for `edge_below`.
    rise_m : array (m,)
        From `steepest_rise`; where it is below `far_m` the answer means nothing.

    Returns
    -------
    array (m,)
        At least 0; measured as by `edge_below`.

    Notes
    -----
    ITU-R P.526, section 4.5.1, case 2. With the rise s of the line from the site and r of that from the terminal
    over the whole path, they meet at the share `x = (z + r) / (s + r)`, where the line between the antennas, that ends
    at z, lies `(s - z) x` below.

    Examples
    --------
    One wall, 6 m above both antennas in the middle: the edge is the wall.

    >>> path = np.array([[-np.inf, 6.0, -np.inf]]), np.array([0.0]), np.array([0.25, 0.5, 0.75])
    >>> edge_above(*path, rise_m=np.array([12.0])) * 0.5
    array([6.])
    """
    above_terminal = between_m - far_m[:, None]
    above_terminal *= 1 / (1 - share)
    back_m = np.max(above_terminal, axis=1, initial=NOTHING_BETWEEN)
    # A path that just touches gives 0 / 0: any place will do, its edge is 0 high.
    drop_m, both_m = rise_m - far_m, rise_m + back_m
    where = np.divide(far_m + back_m, both_m, out=np.full_like(both_m, 0.5), where=drop_m > 0)
    return drop_m * np.sqrt(where / (1 - where))
