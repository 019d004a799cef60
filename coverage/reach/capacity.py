"""Capacity: what access points carry, and how many a site needs for the people there."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

EFFICIENCY = 0.5
"""Share of the physical rate that is left for data after headers, pauses and acknowledgements."""

CAUTIOUS_CLIENTS, MOST_CLIENTS = 25, 30
"""Active clients that one radio is planned for."""

_DECIMALS = 9
"""2500 people of whom 0.07 are active fill 7 radios, whatever the last digit of the product."""


def goodput_mbps(phy_rates_mbps: ArrayLike, *, busy_share: float) -> float:
    """Data rate that clients share on one channel.

    Parameters
    ----------
    phy_rates_mbps : array
        Physical rate of each client, Mbit/s; one that has none (0) brings all to a stop.
    busy_share : float
        Share of the time in which others use the channel, in [0, 1].

    Returns
    -------
    float
        Mbit/s for all together; NaN where there is no client.

    Notes
    -----
    `0.5 x harmonic mean x (1 - busy share)`: each client gets as many frames as another, so that the slow take the
    time of the fast.

    Examples
    --------
    >>> round(goodput_mbps([100.0, 100.0, 10.0], busy_share=0.25), 6)
    9.375
    """
    rates = np.asarray(phy_rates_mbps, dtype="float64").ravel()
    if not len(rates) or np.isnan(rates).any():
        return float("nan")
    harmonic = 0.0 if (rates <= 0).any() else len(rates) / np.sum(1 / rates)
    return float(EFFICIENCY * harmonic * (1 - busy_share))


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


def access_points_needed(radios: ArrayLike, *, radios_per_access_point: int = 2) -> np.ndarray:
    """Access points that hold so many radios.

    Parameters
    ----------
    radios : array
        As `radios_needed` gives them.
    radios_per_access_point : int
        2: one at 2.4 and one at 5 GHz, as most have. Proposal of this project.

    Examples
    --------
    >>> access_points_needed([5, 6, np.nan]).tolist()
    [3.0, 3.0, nan]
    """
    return np.ceil(np.asarray(radios, dtype="float64") / radios_per_access_point)
