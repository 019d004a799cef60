"""Radio limits: what to state beside every reach, and when not to believe one."""

from __future__ import annotations

from connected_place.coverage.reach.propagation import HIGHEST_GHZ, LOWEST_GHZ
from connected_place.gis_data.errors import Fault, fault

STREET_REACH_M = (35.0, 50.0)
"""A phone on a street. Mixed streets, 5.5 GHz, an ordinary access point and a phone's own power: 37 m with four chances
in five, 59 m with one in two; LinkNYC states 46 m."""

OPTIMISTIC_M = 120.0
"""A longer reach is right only where the access point is in sight all the way."""

MODEL_HEIGHT_M = 10.0
"""Height for which the formula without line of sight is stated (3GPP TR 38.901, street canyon)."""


def limits_sentences() -> tuple[str, ...]:
    """The limits stated in every output with reach or coverage, one sentence each."""
    return (
        "Reach is a median for planning, plus or minus 8 dB (one standard deviation), not a survey.",
        "At 2.4 GHz outdoors it is limited by interference from other networks rather than by distance.",
        "Other networks count only as a fixed margin; channels lost to radar and leaves on trees are not modelled.",
        "Indoor figures use national statistics on buildings, not facts about any one building.",
    )


def reach_faults(reach_m: float) -> tuple[Fault, ...]:
    """A warning if a stated reach is longer than streets allow.

    Examples
    --------
    >>> [fault.code for fault in reach_faults(250)], reach_faults(120)
    (['REACH_OPTIMISTIC'], ())
    """
    if not reach_m > OPTIMISTIC_M:
        return ()
    low, high = STREET_REACH_M
    return (
        fault(
            "REACH_OPTIMISTIC",
            file="plan.toml",
            column="wifi.reach_m",
            value=f"{reach_m:g} m",
            blocks=False,
            most=f"{OPTIMISTIC_M:g}",
            low=f"{low:g}",
            high=f"{high:g}",
        ),
    )


def validity_faults(*, frequency_ghz: float, height_m: float) -> tuple[Fault, ...]:
    """Faults where the formulas are used outside the range they were published for.

    Parameters
    ----------
    frequency_ghz : float
        Outside 0.8-82 GHz there is no answer, which blocks.
    height_m : float
        Of the access point above ground; other than 10 m is an extrapolation, which is a warning.

    Examples
    --------
    >>> [(fault.code, fault.blocks) for fault in validity_faults(frequency_ghz=5.5, height_m=4)]
    [('HEIGHT_EXTRAPOLATED', False)]
    """
    faults = []
    if not LOWEST_GHZ <= frequency_ghz <= HIGHEST_GHZ:
        faults.append(_frequency(frequency_ghz))
    if height_m != MODEL_HEIGHT_M:
        faults.append(_height(height_m))
    return tuple(faults)


def _frequency(frequency_ghz: float) -> Fault:
    return fault(
        "FREQUENCY_OUTSIDE_MODEL",
        file="plan.toml",
        column="wifi.frequency_mhz",
        value=f"{frequency_ghz:g} GHz",
        low=f"{LOWEST_GHZ:g}",
        high=f"{HIGHEST_GHZ:g}",
    )


def _height(height_m: float) -> Fault:
    return fault(
        "HEIGHT_EXTRAPOLATED",
        file="plan.toml",
        column="wifi.height_m",
        value=f"{height_m:g} m",
        blocks=False,
        height=f"{MODEL_HEIGHT_M:g}",
    )
