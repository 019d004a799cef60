"""[lines]: what may be spent on better lines, what each way of getting them costs, and the rules of that choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault, stated_twice
from connected_place.coverage.parameters.setting import OFF, PROPOSED, YOURS, setting
from connected_place.gis_data.errors import Fault

LINE_STATUSES = ("white", "under review", "grey/black", "not known")
"""Subsidy control status of premises; the open release merges Grey and Black."""

BUILT_IN_LINES = (
    "wait",
    "right_to_request",
    "contract",
    "vouchers",
    "gap_funding",
    "hub",
    "radio",
)
"""Keys of the options that every area is checked for."""

EVERYWHERE = "everywhere"
"""In place of ward codes: all of them."""

BY_PREMISES_YEARS, BY_PREMISES = "premises_years", "premises"
"""What the choice counts."""

_SPEEDS = ("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PAIR = re.compile(r"[^=]+=[^=]+")
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_GIGABIT_FUNDING = "Project Gigabit: mean subsidy a premises over 12 contracts, at contract prices (no year is given)"
_VOUCHERS = "Gigabit Broadband Voucher Scheme: cap for one home or business"
_HUBS = "GigaHubs: up to £110m for up to 7,000 sites, a ceiling, at the programme's prices"

LINES_LIKELY = {"right_to_request": 0.5, "contract": 0.9, "vouchers": 0.4, "gap_funding": 0.9, "hub": 0.0, "radio": 0.4}
LINES_LOW = {"right_to_request": 0.2, "contract": 0.6, "vouchers": 0.15, "gap_funding": 0.7, "hub": 0.0, "radio": 0.2}
LINES_HIGH = {"right_to_request": 0.8, "contract": 1.0, "vouchers": 0.7, "gap_funding": 1.0, "hub": 0.0, "radio": 0.7}
"""Share of the premises an option is open to that get its speed by it: likely, low and high (project's proposal)."""

LINES_MONTHS = {
    "right_to_request": 12,
    "vouchers": 18,
    "gap_funding": 36,
    "hub": 12,
    "radio": 9,
}
"""Months from the start of delivery to the last premises (project's proposal)."""

_SHARED = tuple(LINES_LIKELY)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """An option of your own for better lines.

    Attributes
    ----------
    key : str
        Name of the option, as `lines.must` and files use it.
    words : str
        What it is, as a councillor would say it.
    gbp : float
        Cost to the council in each area, however many premises.
    gbp_per_premises : float
        Cost to the council of each premises that it is open to.
    others_gbp_per_premises : float
        Money from others for each of these.
    tier : str
        Speed that it truly gives.
    statuses : tuple of str
        Subsidy control statuses of the premises that it is open to; empty: all. A subsidy goes to White premises only,
        whatever is stated here.
    has_subsidy : bool
        Whether public money pays a network operator to build or serve.
    likely : float
        Share of the premises it is open to that get the speed by it.
    low : float
        Low end of that share.
    high : float
        High end of that share.
    months : int
        Months from the start of delivery to the last premises.
    conditions : str
        What must be settled first.
    risk : str
        What may go wrong.
    source : str
        Where cost and share come from, and the year of the prices.
    """

    key: str = field(metadata=setting(source=YOURS, form="lower-case letters, digits and _, beginning with a letter"))
    words: str = field(metadata=setting(source=YOURS))
    gbp: float = field(default=0.0, metadata=setting("£ an area", source=YOURS))
    gbp_per_premises: float = field(default=0.0, metadata=setting("£ a premises", source=YOURS))
    others_gbp_per_premises: float = field(default=0.0, metadata=setting("£ a premises", source=YOURS))
    tier: str = field(metadata=setting(choices=_SPEEDS, source=YOURS))
    statuses: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS, form=", ".join(LINE_STATUSES)))
    has_subsidy: bool = field(default=True, metadata=setting(source=f"{PROPOSED}: the cautious reading"))
    likely: float = field(metadata=setting("share", at_most=1, source=YOURS))
    low: float = field(metadata=setting("share", at_most=1, source=YOURS, form="not above `likely`"))
    high: float = field(metadata=setting("share", at_most=1, source=YOURS, form="not below `likely`"))
    months: int = field(default=24, metadata=setting("months", source=PROPOSED))
    conditions: str = field(default="", metadata=setting(source=YOURS))
    risk: str = field(default="", metadata=setting(source=YOURS))
    source: str = field(default="", metadata=setting(source=YOURS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What may be spent on better lines, what each option costs and gains, and the rules of the choice.

    Attributes
    ----------
    budget_gbp : float
        Capital for better lines. 0: options are listed, and none that costs anything is chosen.
    objective : str
        What the choice counts, by need: years with the speed of the premises that gain it, discounted and beyond the
        forecast, so that an early line counts more than a late one; or just those premises.
    must : tuple of str
        Choices that are settled, each an area of interventions.csv and an option: "C1-white=gap_funding".
    never : tuple of str
        Areas, or areas with an option, that get no money: "C2-white" or "C2-white=radio".
    ward_floor : int
        How many areas of each ward with a gap get an option that costs something, at least.
    gap_funding_gbp : float
        Public subsidy for each White premises in a cluster.
    scattered_times : float
        How many times as much a premises outside the clusters costs: a contract's mean is the low case there.
    subsidy_route : str
        Under which scheme or power the council may subsidise lines, such as the name of a subsidy scheme. "": none is
        named, and gap funding cannot be chosen.
    vouchers_gbp : float
        Most that a voucher pays; the voucher scheme pays it, not the council.
    vouchers_council_gbp : float
        What the council spends on a community project for vouchers in one area: facilitation only.
    vouchers_open_in : tuple of str
        Codes of the wards where the voucher scheme is open, or "everywhere". Empty: closed.
    vouchers_until : str
        Last month in which vouchers can be asked for. "": not stated.
    hub_gbp : float
        A gigabit line to a public building.
    hub_within_m : float
        How far from an area its hub may be.
    radio_gbp : float
        Radio or satellite equipment and its fitting for one premises.
    radio_tier : str
        Speed that radio or satellite truly gives.
    likely : mapping of str to float
        Share of the premises an option is open to that get its speed by it.
    low : mapping of str to float
        Low end of that share.
    high : mapping of str to float
        High end of that share.
    months : mapping of str to float
        Months from the start of delivery to the last premises.
    option : tuple of OwnLine
        Options of your own.
    work_limit : float
        Work after which the search returns the best choice so far, labelled; counted as `sites.work_limit` is.
    """

    budget_gbp: float = field(default=0.0, metadata=setting("£", source=YOURS))
    objective: str = field(
        default=BY_PREMISES_YEARS, metadata=setting(choices=(BY_PREMISES_YEARS, BY_PREMISES), source=PROPOSED)
    )
    must: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS, form='"AREA=OPTION"'))
    never: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS, form='"AREA" or "AREA=OPTION"'))
    ward_floor: int = field(default=0, metadata=setting("areas", source=OFF))
    gap_funding_gbp: float = field(
        default=1_569.0, metadata=setting("£ a premises", source=_GIGABIT_FUNDING, to_confirm=True)
    )
    scattered_times: float = field(
        default=2.0, metadata=setting("times", at_least=1, source=f"{PROPOSED}: no price for them is published")
    )
    subsidy_route: str = field(default="", metadata=setting(source=YOURS))
    vouchers_gbp: float = field(default=4_500.0, metadata=setting("£ a premises", source=_VOUCHERS, to_confirm=True))
    vouchers_council_gbp: float = field(
        default=5_000.0, metadata=setting("£ an area", source=f"{PROPOSED}: a month or two of an officer, 2026")
    )
    vouchers_open_in: tuple[str, ...] = field(
        default=(), metadata=setting(source="closed unless stated: the scheme opens by area and date")
    )
    vouchers_until: str = field(default="", metadata=setting(source=YOURS, form='"" or a month such as "2027-04"'))
    hub_gbp: float = field(default=15_700.0, metadata=setting("£ a building", source=_HUBS, to_confirm=True))
    hub_within_m: float = field(default=1_000.0, metadata=setting("metres", source=PROPOSED))
    radio_gbp: float = field(
        default=450.0, metadata=setting("£ a premises", source=f"{PROPOSED}, 2026: get quotes", to_confirm=True)
    )
    radio_tier: str = field(default="sfbb_30", metadata=setting(choices=_SPEEDS, source=f"{PROPOSED}: the busy hour"))
    likely: Mapping[str, float] = field(
        default_factory=lambda: dict(LINES_LIKELY),
        metadata=setting("share", at_most=1, keys=_SHARED, keeps_defaults=True, source=PROPOSED),
    )
    low: Mapping[str, float] = field(
        default_factory=lambda: dict(LINES_LOW),
        metadata=setting(
            "share", at_most=1, keys=_SHARED, keeps_defaults=True, source=PROPOSED, form="not above likely"
        ),
    )
    high: Mapping[str, float] = field(
        default_factory=lambda: dict(LINES_HIGH),
        metadata=setting(
            "share", at_most=1, keys=_SHARED, keeps_defaults=True, source=PROPOSED, form="not below likely"
        ),
    )
    months: Mapping[str, float] = field(
        default_factory=lambda: dict(LINES_MONTHS),
        metadata=setting("months", keys=tuple(LINES_MONTHS), keeps_defaults=True, source=PROPOSED),
    )
    option: tuple[OwnLine, ...] = ()
    work_limit: float = field(
        default=2_000.0, metadata=setting("units of work", source=f"{PROPOSED}: as for the choice of sites")
    )


def lines_faults(rules: Lines) -> Iterator[Fault]:
    """Faults of [lines] that no single value shows.

    Yields
    ------
    Fault
        LINE_PAIR, LINE_KEY, LINE_STATUS, LINE_ORDER and NOT_A_MONTH.
    """
    if rules.vouchers_until and not _MONTH.fullmatch(rules.vouchers_until):
        yield plan_fault("NOT_A_MONTH", "lines.vouchers_until", rules.vouchers_until)
    for text in rules.must:
        if not _PAIR.fullmatch(text):
            yield plan_fault("LINE_PAIR", "lines.must", text)
    yield from (
        plan_fault("LINE_ORDER", f"lines.{key}", f"{low:g}, {likely:g}, {high:g}")
        for key, low, likely, high in _shares(rules)
        if not _is_rising(low, likely, high)
    )
    for number, item in enumerate(rules.option, start=1):
        if item.key and (not _KEY.fullmatch(item.key) or item.key in BUILT_IN_LINES):
            yield plan_fault("LINE_KEY", f"lines.option {number}.key", item.key, taken=", ".join(BUILT_IN_LINES))
        for status in item.statuses:
            if status not in LINE_STATUSES:
                known = ", ".join(LINE_STATUSES)
                yield plan_fault("LINE_STATUS", f"lines.option {number}.statuses", status, known=known)
    yield from stated_twice("LINE_TWICE", "lines.option.key", (item.key for item in rules.option))


def _shares(rules: Lines) -> Iterator[tuple[str, float, float, float]]:
    for key in _SHARED:
        yield key, rules.low[key], rules.likely[key], rules.high[key]
    for number, item in enumerate(rules.option, start=1):
        yield f"option {number}", item.low, item.likely, item.high


def _is_rising(*numbers: object) -> bool:
    """True where the numbers never fall; a value of a wrong type has a fault of its own."""
    known = [number for number in numbers if isinstance(number, int | float)]
    return len(known) < len(numbers) or known == sorted(known)
