"""[wifi]: the access point that each site gets, and who counts as within its reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import ANY_SIGN, OFF, PROPOSED, YOURS, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Wifi:
    """The access point that each site gets, and who counts as within its reach.

    Attributes
    ----------
    reach : str
        How reach is worked out. "model": the chance of coverage by distance, and by line of sight where there is a
        surface model. "fixed": everyone within `reach_m`, no one beyond it.
    reach_m : float
        Radius of a fixed reach.
    frequency_mhz : float
        Centre of the channel. The default lies in the upper 5 GHz part, the only 5 GHz channels allowed outdoors.
    width_mhz : float
        Width of the channel.
    eirp_dbm : float or None
        Radiated power, EIRP; more than the law allows is refused. None: that of an ordinary access point, 20 dBm at
        2.4 GHz and elsewhere 23 dBm or the law, whichever is less, unless `conducted_dbm` is stated.
    conducted_dbm : float or None
        Power into the antenna, from the equipment's data sheet.
    antenna_gain_dbi : float
        Gain of the access point's antenna, with which it sends and hears. Gain that would exceed the legal limit is
        cut off when it sends, and the plan says so.
    outdoors : bool
        Whether the access point hangs outdoors.
    tpc : bool
        Whether it controls its transmit power.
    dfs : bool
        Whether it gives way to radar.
    standard_power : bool
        Whether it asks for more power in the 6 GHz band under a database's control. This is not offered in the
        United Kingdom, so true is refused.
    height_m : float
        Height of the antenna above the ground.
    client_gain_db : float
        Gain of the phone's antenna less losses to body, hand and case, once in each direction.
    client_dbm : float
        Power that a phone puts into its antenna. The weaker of the two directions decides who is covered.
    noise_dbm : float
        Noise of a receiver in a channel of 20 MHz; a wider one has 10 log10 of the ratio more.
    interference_db : float
        What other networks add to the noise.
    snr_db : float
        How far the signal must be above that: 4 for 6.5 Mbit/s, 9 for 19.5, 12 for 26, in 20 MHz by one antenna.
    threshold_dbm : float or None
        Signal that phone and access point each need. None: noise, interference and `snr_db` together, -80 by the
        defaults; -75 leaves something to spare, -67 is for voice.
    covered_share : float
        Chance of coverage at the distance that is given as the reach of a site.
    walls : mapping of str to float
        Share of buildings by type of wall, for phones indoors.
    sight_m : float
        How far from a site the surface model is searched. Hardly any phone is served beyond 200 m.
    open_kinds : tuple of str
        Kinds of host that are taken to stand in the open where no open places are given; none: [].
    open_m : float
        How far from such a host the ground is taken to be open.
    phone_m : float
        Distance between the places on a surface model where a phone is tried.
    peak_share : float
        Share of the residents within reach who use the Wi-Fi at the busiest time.
    clients_per_radio : int
        Active clients that one radio serves.
    """

    reach: str = field(
        default="model", metadata=setting(choices=("model", "fixed"), source="ITU-R P.1411 and 3GPP TR 38.901")
    )
    reach_m: float = field(
        default=50.0,
        metadata=setting("metres", source=f"{PROPOSED}: a little over the 46 m that LinkNYC states"),
    )
    frequency_mhz: float = field(
        default=5_500.0, metadata=setting("MHz", source="Ofcom, UK Interface Requirement 2030: outdoors")
    )
    width_mhz: float = field(default=20.0, metadata=setting("MHz", source=f"{PROPOSED}: one standard channel"))
    eirp_dbm: float | None = field(
        default=None,
        metadata=setting("dBm", at_least=ANY_SIGN, source=f"{PROPOSED}: ordinary access points; law: Ofcom, IR 2030"),
    )
    conducted_dbm: float | None = field(default=None, metadata=setting("dBm", at_least=ANY_SIGN, source=YOURS))
    antenna_gain_dbi: float = field(
        default=3.0,
        metadata=setting("dBi", at_least=ANY_SIGN, source=f"{PROPOSED}: a small antenna in an outdoor access point"),
    )
    outdoors: bool = field(default=True, metadata=setting(source=f"{PROPOSED}: Wi-Fi for people in the street"))
    tpc: bool = field(default=True, metadata=setting(source="Ofcom, UK Interface Requirement 2030: for full power"))
    dfs: bool = field(
        default=True, metadata=setting(source="Ofcom, UK Interface Requirement 2030: for the upper 5 GHz part")
    )
    standard_power: bool = field(default=False, metadata=setting(source=OFF))
    height_m: float = field(
        default=4.0,
        metadata=setting("metres", at_least=1.5, source=f"{PROPOSED}: a facade or lamp column, within 3 to 8 m"),
    )
    client_gain_db: float = field(
        default=-6.0,
        metadata=setting("dB", at_least=ANY_SIGN, source=f"{PROPOSED}: the allowance of its radio model"),
    )
    client_dbm: float = field(
        default=15.0, metadata=setting("dBm", at_least=ANY_SIGN, source=f"{PROPOSED}: an ordinary phone")
    )
    noise_dbm: float = field(
        default=-95.0,
        metadata=setting(
            "dBm", at_least=ANY_SIGN, source=f"{PROPOSED}: -101 dBm of heat in 20 MHz and a noise figure of 6 dB"
        ),
    )
    interference_db: float = field(
        default=5.0, metadata=setting("dB", source=f"{PROPOSED}: a street with other networks in use")
    )
    snr_db: float = field(
        default=10.0,
        metadata=setting(
            "dB",
            at_least=ANY_SIGN,
            source=f"{PROPOSED}: 1 dB above QPSK 3/4, by the least sensitivities of IEEE 802.11, 15 dB allowed for",
        ),
    )
    threshold_dbm: float | None = field(default=None, metadata=setting("dBm", at_least=ANY_SIGN, source=YOURS))
    covered_share: float = field(
        default=0.8,
        metadata=setting("share", at_least=0.01, at_most=1, source=f"{PROPOSED}: 37 m on a street by the defaults"),
    )
    walls: Mapping[str, float] = field(
        default_factory=lambda: {"traditional": 1.0, "thermally_efficient": 0.0},
        metadata=setting(
            "share",
            keys=("traditional", "thermally_efficient"),
            source=f"{PROPOSED}: all traditional; the two types are those of ITU-R P.2109-2",
        ),
    )
    sight_m: float = field(default=200.0, metadata=setting("metres", source=f"{PROPOSED}: hardly a phone beyond it"))
    open_kinds: tuple[str, ...] = field(
        default=("market", "car park"), metadata=setting(source=f"{PROPOSED}: seldom built on or planted")
    )
    open_m: float = field(
        default=30.0, metadata=setting("metres", source=f"{PROPOSED}: a market place or car park of 60 m across")
    )
    phone_m: float = field(
        default=2.0,
        metadata=setting(
            "metres", at_least=0.1, source=f"{PROPOSED}: within 1 % of trying every metre, in a third of the time"
        ),
    )
    peak_share: float = field(default=0.1, metadata=setting("share", at_most=1, source=PROPOSED))
    clients_per_radio: int = field(
        default=25,
        metadata=setting("active clients", at_least=1, source=f"{PROPOSED}: the cautious end of 25 to 30"),
    )
