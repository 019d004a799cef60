"""Capacity: what access points carry, and how many a site needs for the people there."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

CAUTIOUS_CLIENTS = 25
"""Active clients that one radio is planned for."""

_RADIOS_EACH = 2
"""Radios of an access point: one at 2.4 and one at 5 GHz, as most have. Proposal of this project."""

_DECIMALS = 9
"""2500 people, 0.07 of them active, fill 7 radios, whatever the last digit of the product."""


def radios_needed(
    people: ArrayLike, *, active_share: float = 1.0, clients_per_radio: int = CAUTIOUS_CLIENTS
) -> np.ndarray:
    """Radios for the people within reach at the busiest time.

    Parameters
    ----------
    people : array
        NaN, not known, stays NaN.
    active_share : float
        Share of them who use the Wi-Fi at that time. 1: everyone, which no site sees; state your own.
    clients_per_radio : int
        Active clients that one radio serves: 25 to 30.

    Returns
    -------
    array
        Whole numbers as float.

    Examples
    --------
    >>> radios_needed([0, 1, 25, 26, np.nan]).tolist()
    [0.0, 1.0, 1.0, 2.0, nan]
    """
    clients = np.asarray(people, dtype="float64") * active_share
    return np.ceil(np.round(clients / clients_per_radio, _DECIMALS))


def access_points_needed(radios: ArrayLike) -> np.ndarray:
    """Access points needed for so many radios.

    Parameters
    ----------
    radios : array
        As `radios_needed` gives them.

    Examples
    --------
    >>> access_points_needed([5, 6, np.nan]).tolist()
    [3.0, 3.0, nan]
    """
    return np.ceil(np.asarray(radios, dtype="float64") / _RADIOS_EACH)
