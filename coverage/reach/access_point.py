"""Radio plan: the access point that plan.toml states, within what the law allows, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass

from connected_place.coverage.parameters import Wifi
from connected_place.coverage.reach.link import Link, radius_m
from connected_place.coverage.reach.power_limits import Power, legal_eirp_dbm, radiated, stated
from connected_place.coverage.reach.radio_limits import limits_sentences, reach_faults, validity_faults
from connected_place.gis_data.errors import Fault, PlanFileError, fault

FIXED, _MODEL = "fixed", "model"


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
            threshold_dbm=wifi.threshold_dbm,
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
        remarks=(*limits_sentences(), *(fault.message for fault in faults)),
        warnings=reach_faults(reach_m),
    )


def _power(wifi: Wifi, cap_dbm: float) -> Power:
    """What is radiated: as stated, from the equipment sheet, else as much as the law allows."""
    if wifi.eirp_dbm is not None:
        return stated(wifi.eirp_dbm, cap_dbm=cap_dbm)
    if wifi.conducted_dbm is not None:
        return radiated(wifi.conducted_dbm, wifi.antenna_gain_dbi, cap_dbm=cap_dbm)
    return stated(cap_dbm, cap_dbm=cap_dbm)


def _nowhere(wifi: Wifi) -> Fault:
    return fault("REACH_NOWHERE", file="plan.toml", column="wifi.threshold_dbm", value=f"{wifi.threshold_dbm:g} dBm")


def _no_walls() -> Fault:
    return fault("NO_WALLS", file="plan.toml", column="wifi.walls")
