"""Radio plan: the access point that plan.toml states, within what the law allows, and how far it reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass

from connected_place.coverage.parameters import Wifi
from connected_place.coverage.reach.link import Link, radius_m
from connected_place.coverage.reach.power_limits import Power, legal_eirp_dbm, ordinary, radiated, stated
from connected_place.coverage.reach.radio_limits import limits_sentences, reach_faults, validity_faults
from connected_place.gis_data.errors import Fault, PlanFileError, fault

FIXED = "fixed"

NARROW_MHZ = 20.0
"""The channel for which noise is stated, and the narrowest of Wi-Fi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioPlan:
    """How an access point of the plan is heard.

    Attributes
    ----------
    outdoors, indoors : Link
        To a phone on the street, and to one in a room behind one wall.
    power : Power
        What is radiated, and what the law cut off.
    height_m : float
        Of the antenna above the ground.
    reach_m : float
        Farthest whole metre at which a phone on a mixed street is still covered with the stated chance; for a fixed
        reach, that distance.
    remarks : tuple of str
        What to state beside every number based on it.
    warnings : tuple of Fault
    """

    outdoors: Link
    indoors: Link
    power: Power
    height_m: float
    reach_m: float
    remarks: tuple[str, ...]
    warnings: tuple[Fault, ...]


def radio_plan(wifi: Wifi) -> RadioPlan:
    """Check the radio settings of a plan against the law and the model's validity.

    Raises
    ------
    PlanFileError
        Those of `power_limits.legal_eirp_dbm` and `power_limits.stated`; FREQUENCY_OUTSIDE_MODEL; REACH_NOWHERE: not
        even 5 m are covered; NO_WALLS: a room would be as open as the street.
    """
    cap_dbm = legal_eirp_dbm(
        wifi.frequency_mhz,
        outdoors=wifi.outdoors,
        width_mhz=wifi.width_mhz,
        tpc=wifi.tpc,
        dfs=wifi.dfs,
        standard_power=wifi.standard_power,
    )
    power = _power(wifi, cap_dbm)
    faults = validity_faults(frequency_ghz=wifi.frequency_mhz / 1_000, height_m=wifi.height_m)
    if any(fault.blocks for fault in faults):
        raise PlanFileError([fault for fault in faults if fault.blocks])
    walled = {name: share for name, share in wifi.walls.items() if share > 0}
    if not walled:
        raise PlanFileError(_no_walls())
    street, room = (
        Link(
            frequency_ghz=wifi.frequency_mhz / 1_000,
            eirp_dbm=power.eirp_dbm,
            client_gain_db=wifi.client_gain_db,
            client_dbm=wifi.client_dbm,
            antenna_gain_dbi=wifi.antenna_gain_dbi,
            threshold_dbm=needed_dbm(wifi),
            walls=walls,
        )
        for walls in ({}, walled)
    )
    reach_m = wifi.reach_m if wifi.reach == FIXED else radius_m(street, share=wifi.covered_share)
    if not reach_m >= 0:
        raise PlanFileError(_nowhere(wifi))
    return RadioPlan(
        outdoors=street,
        indoors=room,
        power=power,
        height_m=wifi.height_m,
        reach_m=reach_m,
        remarks=(power.words, *limits_sentences(), *(fault.message for fault in faults)),
        warnings=reach_faults(reach_m),
    )


def needed_dbm(wifi: Wifi) -> float:
    """Signal that phone and access point each need, dBm.

    Notes
    -----
    `noise + 10 log10(width / 20 MHz) + interference + signal to noise`, unless the plan states a threshold.

    Examples
    --------
    >>> needed_dbm(Wifi()), round(needed_dbm(Wifi(width_mhz=80.0)), 2), needed_dbm(Wifi(threshold_dbm=-67.0))
    (-80.0, -73.98, -67.0)
    """
    if wifi.threshold_dbm is not None:
        return wifi.threshold_dbm
    wider_db = 10 * math.log10(max(wifi.width_mhz, NARROW_MHZ) / NARROW_MHZ)
    return wifi.noise_dbm + wider_db + wifi.interference_db + wifi.snr_db


def _power(wifi: Wifi, cap_dbm: float) -> Power:
    """What is radiated: as stated, from the equipment sheet, else by an ordinary access point."""
    if wifi.eirp_dbm is not None:
        return stated(wifi.eirp_dbm, cap_dbm=cap_dbm)
    if wifi.conducted_dbm is not None:
        return radiated(wifi.conducted_dbm, wifi.antenna_gain_dbi, cap_dbm=cap_dbm)
    return ordinary(cap_dbm=cap_dbm)


def _nowhere(wifi: Wifi) -> Fault:
    return fault("REACH_NOWHERE", file="plan.toml", column="wifi.threshold_dbm", value=f"{needed_dbm(wifi):.3g} dBm")


def _no_walls() -> Fault:
    return fault("NO_WALLS", file="plan.toml", column="wifi.walls")
