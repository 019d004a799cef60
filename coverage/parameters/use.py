"""[use]: how many people use public Wi-Fi at a site, before and after the council's own logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import ANY_SIGN, PROPOSED, YOURS, setting

USERS_PER_DAY_BY_KIND = {
    "street furniture": 30.0,
    "library": 53.0,
    "park": 38.0,
    "council office": 13.0,
    "leisure": 12.0,
    "community centre": 9.0,
    "other": 14.0,
}
"""Mean users a day of a site by kind; facts.toml of coverage/use has what they are made from."""

HOURS_BY_KIND = {"street furniture": 168.0, "park": 168.0, "car park": 168.0, "station": 120.0, "other": 45.0}
"""Hours a week that a site of each kind is usually open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How many people use public Wi-Fi at a site, before and after the council's own logs.

    One user a day is one person at one site on one day. No UK log of single sites was published, so every default is
    a wide guess; a month of your own logs says more.

    Attributes
    ----------
    users_per_day : mapping of str to float
        Mean users a day of a site with one access point, by kind; "other" is for every kind not named. The size comes
        from UK schemes, whose access points are not known; how kinds compare comes from Paris.
    band_factor : float
        How far a site may lie from the median of its kind within one town: an 80 % band reaches from the median
        divided by this to the median times this.
    level_factor : float
        How far all sites of a town together may lie from the defaults, as an 80 % band. 1: the level is known.
    unknown_factor : float
        As an 80 % band: how much wider each thing not known about a site makes its band: its kind's own measurement,
        footfall, access points, hours, mobile signal.
    access_points_effect : float
        Elasticity: with twice the access points, use is 2 to the power of this times as much.
    footfall_effect : float
        Elasticity on people passing, which the index from 0 to 100 stands for on a logarithmic scale.
    footfall_at : float
        Index of footfall at which use is as `users_per_day` has it.
    hours_effect : float
        Elasticity on hours open a week, compared with the usual hours of the kind.
    usual_hours : mapping of str to float
        Hours a week that a site of each kind is usually open; "other" is for every kind not named.
    mobile_effect : float
        By how much, in logarithms, use is higher where nobody has good mobile signal than where everybody has.
    prior_days : float
        How many days of logs the default counts for: after as many days, a site's own log is as precise as the
        default.
    users_per_session : float or None
        Users a day for each session a day, from your own logs or supplier. None: sessions are not users, and logs of
        sessions only say which sites are used more than others.
    fit_from_sites : int
        With logs of at least so many sites, the effects are estimated from them, and used where that is shown to be
        better than the kind alone.
    least_users : float
        Mean users a day that a site must add to be worth choosing, where users a day are counted (`sites.objective`).
    walk_m : float
        How far residents and staff walk to a site: at this distance the share who come has fallen to 37 %.
    """

    users_per_day: Mapping[str, float] = field(
        default_factory=lambda: dict(USERS_PER_DAY_BY_KIND),
        metadata=setting(
            "users a day",
            above=0,
            keeps_defaults=True,
            source=f"{PROPOSED}: 30 an access point, between Henley-on-Thames (37 a day in the whole town, to 2018) "
            "and Harrogate and Catterick (3,065 and 647, September 2022), access points of all three not known; "
            "ratios of kinds: Paris, September to October 2019",
            to_confirm=True,
        ),
    )
    band_factor: float = field(
        default=6.5,
        metadata=setting("times", above=1, source="Paris, 2019, other districts held out: 80 % of sites lie within it"),
    )
    level_factor: float = field(
        default=4.0,
        metadata=setting(
            "times",
            at_least=1,
            source=f"{PROPOSED}: between 2.2 (Harrogate against Catterick, 2022) and 17 (with Henley-on-Thames, 2018)",
            to_confirm=True,
        ),
    )
    unknown_factor: float = field(
        default=1.7,
        metadata=setting(
            "times",
            at_least=1,
            source=f"{PROPOSED}: what not knowing the access points is worth in Paris, 2019, taken for all",
        ),
    )
    access_points_effect: float = field(
        default=0.5,
        metadata=setting(
            "elasticity",
            source=f"{PROPOSED}: between 0 and 0.9 (Paris, 2019, where busy places were given more access points)",
        ),
    )
    footfall_effect: float = field(
        default=0.5,
        metadata=setting("elasticity", source=f"{PROPOSED}: between 0 (no effect) and 1 (in proportion to people)"),
    )
    footfall_at: float = field(
        default=50.0, metadata=setting("index", at_most=100, source=f"{PROPOSED}: the middle of the scale")
    )
    hours_effect: float = field(
        default=0.5,
        metadata=setting("elasticity", source=f"{PROPOSED}: between 0 (no effect) and 1 (in proportion to hours)"),
    )
    usual_hours: Mapping[str, float] = field(
        default_factory=lambda: dict(HOURS_BY_KIND),
        metadata=setting("hours a week", above=0, at_most=168, keeps_defaults=True, source=PROPOSED),
    )
    mobile_effect: float = field(
        default=0.2,
        metadata=setting("logarithm", at_least=ANY_SIGN, source=f"{PROPOSED}: a fifth more where signal is poor"),
    )
    prior_days: float = field(
        default=7.0,
        metadata=setting(
            "days",
            above=0,
            source=f"{PROPOSED}: a week, though days alike in season and weather tell less than days apart",
        ),
    )
    users_per_session: float | None = field(
        default=None, metadata=setting("users a session", above=0, at_most=1, source=YOURS)
    )
    fit_from_sites: int = field(default=30, metadata=setting("sites", at_least=20, source=PROPOSED))
    least_users: float = field(default=5.0, metadata=setting("users a day", source=PROPOSED))
    walk_m: float = field(
        default=400.0, metadata=setting("metres", above=0, source=f"{PROPOSED}: five minutes on foot at 80 m a minute")
    )
