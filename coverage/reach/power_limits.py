"""Power limits: what an access point may radiate in the United Kingdom without a licence."""

from __future__ import annotations

from dataclasses import dataclass

from connected_place.gis_data.errors import Fault, PlanFileError, fault

IR_2030 = "Ofcom, UK Interface Requirement 2030"
WIFI_2020 = "Ofcom, Improving spectrum access for Wi-Fi, statement of July 2020; UK Interface Requirement 2030"
INDOORS, OUTDOORS = "indoors", "outdoors"

ORDINARY_DBM = 23.0
"""Radiated by an ordinary access point above 2.4 GHz, dBm EIRP, where the law allows as much. Project's proposal:
few sites have the equipment that uses the law's 30 dBm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of frequencies and what may be radiated in it at one kind of place.

    Attributes
    ----------
    name : str
        As printed; the same for both places.
    low_mhz, high_mhz : float
        Edges, MHz.
    place : str
        "indoors" or "outdoors".
    eirp_dbm : float
        Highest equivalent isotropically radiated power, dBm, with every condition met.
    without_tpc_dbm : float
        The same without transmit power control.
    needs_dfs : bool
        True: only with dynamic frequency selection (it looks for radar and leaves the channel).
    source : str
        Whose rule it is.
    """

    name: str
    low_mhz: float
    high_mhz: float
    place: str
    eirp_dbm: float
    without_tpc_dbm: float
    needs_dfs: bool = False
    source: str = IR_2030


_TABLE: tuple[tuple[str, float, float, str, float, float, bool, str], ...] = (
    ("2.4 GHz", 2_400.0, 2_483.5, INDOORS, 20.0, 20.0, False, IR_2030),
    ("2.4 GHz", 2_400.0, 2_483.5, OUTDOORS, 20.0, 20.0, False, IR_2030),
    ("5 GHz, lowest part", 5_150.0, 5_250.0, INDOORS, 23.0, 23.0, False, IR_2030),
    ("5 GHz, lower part", 5_250.0, 5_350.0, INDOORS, 23.0, 20.0, True, IR_2030),
    ("5 GHz, upper part", 5_470.0, 5_725.0, INDOORS, 30.0, 27.0, True, IR_2030),
    ("5 GHz, upper part", 5_470.0, 5_725.0, OUTDOORS, 30.0, 27.0, True, IR_2030),
    ("5.8 GHz", 5_725.0, 5_850.0, INDOORS, 23.0, 23.0, False, WIFI_2020),
    ("6 GHz, low power", 5_925.0, 6_425.0, INDOORS, 24.0, 24.0, False, WIFI_2020),
    ("6 GHz, very low power", 5_925.0, 6_425.0, OUTDOORS, 14.0, 14.0, False, WIFI_2020),
)

BANDS: tuple[Band, ...] = tuple(
    Band(
        name=name,
        low_mhz=low,
        high_mhz=high,
        place=place,
        eirp_dbm=eirp,
        without_tpc_dbm=without,
        needs_dfs=dfs,
        source=source,
    )
    for name, low, high, place, eirp, without, dfs, source in _TABLE
)
"""Every band that a plan may use, by place. A band that is not in it for a place may not be used there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What an access point radiates after the law had its say.

    Attributes
    ----------
    eirp_dbm : float
        Radiated, dBm.
    cut_db : float
        Antenna gain that may not be used, dB; 0 where all of it may.
    words : str
        The same as a sentence.
    """

    eirp_dbm: float
    cut_db: float
    words: str


def legal_eirp_dbm(
    frequency_mhz: float,
    *,
    outdoors: bool,
    width_mhz: float = 0.0,
    tpc: bool = True,
    dfs: bool = True,
    standard_power: bool = False,
) -> float:
    """Highest power that a channel may be radiated with, dBm EIRP.

    Parameters
    ----------
    frequency_mhz : float
        Centre of the channel.
    outdoors : bool
        Where the access point hangs.
    width_mhz : float
        Of the channel, whose edges must lie in bands that may be used there; 0: the edges are not looked at.
        A channel over two bands keeps the stricter rules of both.
    tpc, dfs : bool
        Whether it controls its power, and gives way to radar.
    standard_power : bool
        True: asks for more in the 6 GHz band under a database's control, which is not offered.

    Raises
    ------
    PlanFileError
        All at once: BAND_UNKNOWN, BAND_INDOORS_ONLY, DFS_NEEDED, STANDARD_POWER_OFF.

    Examples
    --------
    >>> legal_eirp_dbm(2437, outdoors=True), legal_eirp_dbm(5500, outdoors=True, tpc=False)
    (20.0, 27.0)
    """
    low, high = frequency_mhz - width_mhz / 2, frequency_mhz + width_mhz / 2
    found = bands_of(low, high, place=OUTDOORS if outdoors else INDOORS)
    faults = [_standard_power(frequency_mhz)] if standard_power else []
    if not found:
        elsewhere = bands_of(low, high, place=INDOORS)
        faults.append(_indoors_only(low, high, elsewhere) if outdoors and elsewhere else _unknown(low, high))
    if not dfs:
        faults += [_dfs_needed(band) for band in found if band.needs_dfs]
    if faults:
        raise PlanFileError(faults)
    return min(band.eirp_dbm if tpc else band.without_tpc_dbm for band in found)


def bands_of(low_mhz: float, high_mhz: float, *, place: str) -> tuple[Band, ...]:
    """The bands that a channel lies in, by frequency; none where a part of it lies in no band of that place.

    Examples
    --------
    >>> [band.low_mhz for band in bands_of(5_170, 5_330, place="indoors")]
    [5150.0, 5250.0]
    >>> bands_of(5_330, 5_360, place="indoors")
    ()
    """
    touched = [band for band in BANDS if band.place == place and _touches(band, low_mhz, high_mhz)]
    edges = [low_mhz, *(band.high_mhz for band in touched)]
    has_gap = any(band.low_mhz > edge for band, edge in zip(touched, edges, strict=False))
    return () if has_gap or edges[-1] < high_mhz else tuple(touched)


def _touches(band: Band, low_mhz: float, high_mhz: float) -> bool:
    """Shares more than an edge with the channel; a single frequency on an edge belongs to both sides."""
    if low_mhz == high_mhz:
        return band.low_mhz <= low_mhz <= band.high_mhz
    return band.low_mhz < high_mhz and low_mhz < band.high_mhz


def radiated(conducted_dbm: float, antenna_gain_dbi: float, *, cap_dbm: float) -> Power:
    """Power of an access point with an antenna, whose gain is cut where the two go over the cap.

    Parameters
    ----------
    conducted_dbm : float
        Into the antenna.
    antenna_gain_dbi : float
        Its gain.
    cap_dbm : float
        As `legal_eirp_dbm` gives it.

    Raises
    ------
    PlanFileError
        EIRP_OVER_LIMIT: it is over the cap even without the antenna.

    Examples
    --------
    >>> radiated(18, 8, cap_dbm=20.0).words
    '26 dBm would be radiated and 20 dBm may be: 6 dB of the antenna gain are cut.'
    """
    if conducted_dbm > cap_dbm:
        raise PlanFileError(_over(conducted_dbm, cap_dbm, column="wifi.conducted_dbm"))
    wanted_dbm = conducted_dbm + antenna_gain_dbi
    cut_db = max(0.0, wanted_dbm - cap_dbm)
    if cut_db:
        words = (
            f"{wanted_dbm:g} dBm would be radiated and {cap_dbm:g} dBm may be: "
            f"{cut_db:g} dB of the antenna gain are cut."
        )
    else:
        words = f"{wanted_dbm:g} dBm are radiated; {cap_dbm:g} dBm may be."
    return Power(eirp_dbm=wanted_dbm - cut_db, cut_db=cut_db, words=words)


def stated(eirp_dbm: float, *, cap_dbm: float) -> Power:
    """Power of an access point whose EIRP the plan states.

    Raises
    ------
    PlanFileError
        EIRP_OVER_LIMIT: more than may be; it is not cut in silence.
    """
    if eirp_dbm > cap_dbm:
        raise PlanFileError(_over(eirp_dbm, cap_dbm, column="wifi.eirp_dbm"))
    return radiated(eirp_dbm, 0.0, cap_dbm=cap_dbm)


def ordinary(*, cap_dbm: float) -> Power:
    """Power of an access point of which nothing is stated.

    Examples
    --------
    >>> ordinary(cap_dbm=30.0).words
    'An ordinary access point is assumed, radiating 23 dBm where the law allows 30.'
    >>> ordinary(cap_dbm=20.0).eirp_dbm
    20.0
    """
    eirp_dbm = min(ORDINARY_DBM, cap_dbm)
    words = f"An ordinary access point is assumed, radiating {eirp_dbm:g} dBm where the law allows {cap_dbm:g}."
    return Power(eirp_dbm=eirp_dbm, cut_db=0.0, words=words)


def _range(low_mhz: float, high_mhz: float) -> str:
    return f"{low_mhz:g} MHz" if low_mhz == high_mhz else f"{low_mhz:g}-{high_mhz:g} MHz"


def _unknown(low_mhz: float, high_mhz: float) -> Fault:
    known = sorted({(band.low_mhz, band.high_mhz) for band in BANDS})
    return fault(
        "BAND_UNKNOWN",
        file="plan.toml",
        column="wifi.frequency_mhz",
        value=_range(low_mhz, high_mhz),
        bands=", ".join(_range(*edges) for edges in known),
    )


def _indoors_only(low_mhz: float, high_mhz: float, bands: tuple[Band, ...]) -> Fault:
    return fault(
        "BAND_INDOORS_ONLY",
        file="plan.toml",
        column="wifi.frequency_mhz",
        value=_range(low_mhz, high_mhz),
        source=bands[0].source,
    )


def _dfs_needed(band: Band) -> Fault:
    return fault("DFS_NEEDED", file="plan.toml", column="wifi.dfs", value=_range(band.low_mhz, band.high_mhz))


def _standard_power(frequency_mhz: float) -> Fault:
    return fault("STANDARD_POWER_OFF", file="plan.toml", column="wifi.standard_power", value=f"{frequency_mhz:g} MHz")


def _over(eirp_dbm: float, cap_dbm: float, *, column: str) -> Fault:
    return fault("EIRP_OVER_LIMIT", file="plan.toml", column=column, value=f"{eirp_dbm:g} dBm", cap=f"{cap_dbm:g}")
