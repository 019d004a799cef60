"""[pack] and [opponent]: what goes into the bid pack, and what the strongest case against the plan is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, YOURS, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What goes into the bid pack.

    Attributes
    ----------
    fund : str
        Fund whose form the pack follows: one of those that come with the program.
    fund_file : str
        A fund of your own instead: path of a TOML file, relative to plan.toml.
    answers : mapping of str to str
        What only the council knows, by the keys of the fund's requirements.
    """

    fund: str = field(default="generic", metadata=setting(source=PROPOSED))
    fund_file: str = field(default="", metadata=setting(source=YOURS))
    answers: Mapping[str, str] = field(default_factory=dict, metadata=setting(source=YOURS))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpponentTerms:
    """What the strongest case against the plan is measured by.

    Attributes
    ----------
    few_users : float
        Users a day below which a site is said to have few.
    near_free_m : float
        Distance within which existing free Wi-Fi is said to be near a site.
    good_mobile_share : float
        Share of the premises without 4G indoors up to which mobile coverage around a site is said to be good.
    payer_year : int
        The year in which the running costs are looked at: grants are usually spent by then.
    data_sim_gbp_per_month : float
        Price of a mobile data allowance that one person could be given instead.
    opening_hour_gbp : float
        Cost of opening a library for one more hour.
    """

    few_users: float = field(
        default=50.0,
        metadata=setting("users a day", source=f"{PROPOSED}: a town's scheme of 37 a day was stopped for low use"),
    )
    near_free_m: float = field(default=250.0, metadata=setting("metres", source=f"{PROPOSED}: three minutes' walk"))
    good_mobile_share: float = field(
        default=0.02, metadata=setting("share", at_most=1, source=f"{PROPOSED}: one premises in fifty")
    )
    payer_year: int = field(
        default=4, metadata=setting("year", at_least=1, source=f"{PROPOSED}: the year after a grant of three years")
    )
    data_sim_gbp_per_month: float = field(
        default=10.0,
        metadata=setting("£ a month", above=0, source=f"{PROPOSED}: ask your supplier for a quote", to_confirm=True),
    )
    opening_hour_gbp: float = field(
        default=60.0,
        metadata=setting(
            "£ an hour", above=0, source=f"{PROPOSED}: two staff and the building; use your own figure", to_confirm=True
        ),
    )
