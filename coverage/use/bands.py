"""Bands and spreads: an 80 % band given as a factor, and the standard deviation of logarithms behind it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BAND_SHARE = 0.8
LOW, HIGH = 0.1, 0.9
Z_OF_BAND = 1.2815515655446004
"""Standard normal quantile of 0.9."""


def spread_of(factor: npt.ArrayLike) -> np.ndarray:
    """Standard deviation of natural logarithms whose 80 % band reaches from 1/factor to factor.

    Examples
    --------
    >>> float(spread_of(6.5).round(3)), float(np.exp(spread_of(6.5) ** 2 / 2).round(1))  # the mean, in medians
    (1.461, 2.9)
    """
    return np.asarray(np.log(np.asarray(factor, dtype="float64")) / Z_OF_BAND)


def factor_of(spread: npt.ArrayLike) -> np.ndarray:
    """The 80 % band of a standard deviation of logarithms, as a factor either way."""
    return np.asarray(np.exp(np.asarray(spread, dtype="float64") * Z_OF_BAND))
