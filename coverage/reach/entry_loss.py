"""Building entry loss: what one outer wall takes from a signal, as a national statistic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

QUANTILES = 200
"""Equal parts that the distribution of buildings is cut into; the mean is then right to a thousandth."""

_LOWEST_GHZ, _HIGHEST_GHZ = 0.08, 100.0
"""ITU-R P.2109-2: from about 80 MHz to 100 GHz, for probabilities above 0 and below 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Coefficients of one class of building, named as in ITU-R P.2109-2, table 1."""

    r: float
    s: float
    t: float
    u: float
    v: float
    w: float
    x: float
    y: float
    z: float


WALLS = {
    "traditional": Wall(r=12.64, s=3.72, t=0.96, u=9.6, v=2.0, w=9.1, x=-3.0, y=4.5, z=-2.0),
    "thermally_efficient": Wall(r=28.19, s=-3.00, t=8.48, u=13.5, v=3.8, w=27.8, x=-2.9, y=9.4, z=-2.1),
}
"""Metal-coated glass and foil-backed insulation make a building thermally efficient, whatever its age."""


def entry_loss_db(
    share: ArrayLike, frequency_ghz: ArrayLike, *, building: str, elevation_deg: ArrayLike = 0.0
) -> np.ndarray:
    """Loss that is not exceeded in a share of buildings and places within them.

    Parameters
    ----------
    share : array in (0, 1)
    frequency_ghz : array
        0.08-100 GHz; NaN comes out elsewhere.
    building : str
        Key of `WALLS`.
    elevation_deg : array
        Angle of the path at the wall above or below the horizon.

    Returns
    -------
    array
        dB; it may lie a little below 0 at the best places of the best buildings (by 3 dB at most).

    Notes
    -----
    ITU-R P.2109-2, equations 1-9. It covers one wall and the rooms behind it, so it is never added twice. It does not
    describe any particular building.

    Examples
    --------
    >>> entry_loss_db([0.05, 0.5], 0.5, building="traditional").round(2).tolist()
    [3.86, 13.98]
    """
    wall = WALLS[building]
    frequency = np.asarray(frequency_ghz, dtype="float64")
    lf = np.log10(np.where((frequency >= _LOWEST_GHZ) & (frequency <= _HIGHEST_GHZ), frequency, np.nan))
    deviate = ndtri(np.asarray(share, dtype="float64"))
    median = wall.r + wall.s * lf + wall.t * lf**2 + 0.212 * np.abs(elevation_deg)
    a = deviate * (wall.u + wall.v * lf) + median
    b = deviate * (wall.y + wall.z * lf) + wall.w + wall.x * lf
    return 10 * np.log10(10 ** (a / 10) + 10 ** (b / 10) + 10**-0.3)


def entry_losses_db(
    frequency_ghz: float,
    *,
    shares: Mapping[str, float],
    quantiles: int = QUANTILES,
) -> tuple[np.ndarray, np.ndarray]:
    """The distribution of the loss over a mix of buildings, as equal parts and what each weighs.

    Parameters
    ----------
    frequency_ghz : float
    shares : mapping of str to float
        Share of buildings of each class of `WALLS`; scaled to sum to 1.
    quantiles : int
        Parts for each class, at least 200; each is represented by its middle.

    Returns
    -------
    array, array
        Losses in dB and weights that sum to 1, both of shape (quantiles x classes).

    Examples
    --------
    >>> losses_db, weights = entry_losses_db(5.5, shares={"traditional": 1.0})
    >>> losses_db.shape, weights.sum().round(9).item()
    ((200,), 1.0)
    """
    if quantiles < QUANTILES:
        raise ValueError(f"quantiles is {quantiles}; the mean needs at least {QUANTILES}")
    middles = (np.arange(quantiles) + 0.5) / quantiles
    total = sum(shares.values())
    losses = [entry_loss_db(middles, frequency_ghz, building=name) for name in shares]
    weights = [np.full(quantiles, share / total / quantiles) for share in shares.values()]
    return np.concatenate(losses), np.concatenate(weights)
