"""[[appraisal.benefit]], [appraisal.use], [appraisal.additionality], [appraisal.distribution]: what is gained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault
from connected_place.coverage.parameters.setting import ANY_SIGN, OFF, PROPOSED, YEAR_FORM, YOURS, setting
from connected_place.gis_data.errors import Fault

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DECILES = tuple(str(number) for number in range(1, 11))

EVERYONE, NOBODY = "everyone", "nobody"
COUNTED = {
    "residents": "residents",
    "premises": "residents",
    "demand": EVERYONE,
    "visitors": "visitors",
    "user_days": EVERYONE,
}
"""Whom each quantity that the plan counts consists of. Demand and users are of every group that the sites serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """One line of benefits.

    Attributes
    ----------
    key : str
        Name of the line.
    words : str
        What the benefit is, as a councillor would say it.
    quantity : str or float
        What the benefit is counted by, out of what the chosen sites add. "residents" and "premises": within reach
        outdoors. "demand". "visitors": people an hour on a typical weekday, only where [demand] serves visitors and
        people, not just an index, are known in every square. "user_days": users a day of each site times the days on
        which it is open. "sites". Or a number for the whole programme, shared out by the demand that each site adds.
    people : str
        Whom a number or the sites stand for: "residents", "visitors", "staff", "everyone", or "nobody" where the value
        is not that of people's contacts. The other quantities say it themselves. Two lines with a value may not count
        the same people.
    unit : str
        What that number counts, in words.
    unit_value_gbp : float or None
        Value of each, in full operation, in the prices of `price_year`. None: the benefit is named and not valued; it
        never counts as 0.
    low : float or None
        Low end of that value, for the tornado chart and the draws. None: no range was stated.
    high : float or None
        High end of that value.
    source : str
        Where value and quantity come from; printed beside every ratio.
    confidence : str
        How sure the value is; "" if not stated.
    ramp_up_years : int
        Years before the full value, in equal steps: with 2, a third in year 1 and two thirds in year 2.
    lasts_years : int
        Last year with the benefit. 0: to the end of the appraisal.
    is_net : bool
        Whether the value already leaves out what would have happened anyway, so that additionality does not apply.
    price_year : int
        Year of its prices. 0: the appraisal's base year.
    """

    key: str = field(
        metadata=setting(
            source=YOURS,
            form="lower-case letters, digits and _, beginning with a letter; not the name of a cost",
        )
    )
    words: str = field(default="", metadata=setting(source=YOURS))
    quantity: str | float = field(
        default="residents",
        metadata=setting("as chosen", choices=(*COUNTED, "sites"), source=YOURS),
    )
    people: str = field(
        default="",
        metadata=setting(choices=("", "residents", "visitors", "staff", EVERYONE, NOBODY), source=YOURS),
    )
    unit: str = field(default="", metadata=setting(source=YOURS))
    unit_value_gbp: float | None = field(
        default=None, metadata=setting("£ a year each", at_least=ANY_SIGN, source=YOURS)
    )
    low: float | None = field(
        default=None, metadata=setting("£ a year each", at_least=ANY_SIGN, source=YOURS, form="not above the value")
    )
    high: float | None = field(
        default=None, metadata=setting("£ a year each", at_least=ANY_SIGN, source=YOURS, form="not below the value")
    )
    source: str = field(default="", metadata=setting(source=YOURS))
    confidence: str = field(default="", metadata=setting(choices=("", "high", "medium", "low"), source=YOURS))
    ramp_up_years: int = field(default=0, metadata=setting("years", source=OFF))
    lasts_years: int = field(default=0, metadata=setting("years", source=OFF))
    is_net: bool = field(default=False, metadata=setting(source=OFF))
    price_year: int = field(default=0, metadata=setting("year", source=YOURS, form=YEAR_FORM))


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFactors:
    """From people to use, and from use to what is new: each factor is applied once.

    Attributes
    ----------
    open_days : mapping of str to float
        Days a year on which a site of each kind is open; "other" is for every kind not named.
    take_up : float or None
        Share of the people within reach who use the Wi-Fi, for lines counted by residents, premises, demand or
        visitors. Users are not multiplied by it again. None: not stated, all of them are counted, and the plan says so.
    mobile_data : float or None
        Share of the use that would have been over mobile data without the programme. None: not stated.
    other_wifi : float or None
        Share of the use that would have been over other Wi-Fi. None: not stated.
    source : str
        Where these shares come from.
    """

    open_days: Mapping[str, float] = field(
        default_factory=lambda: {"library": 300.0, "other": 365.0},
        metadata=setting("days a year", at_most=366, keeps_defaults=True, source=PROPOSED, to_confirm=True),
    )
    take_up: float | None = field(default=None, metadata=setting("share", at_most=1, source=YOURS))
    mobile_data: float | None = field(default=None, metadata=setting("share", at_most=1, source=YOURS))
    other_wifi: float | None = field(default=None, metadata=setting("share", at_most=1, source=YOURS))
    source: str = field(default="", metadata=setting(source=YOURS))

    def days_open(self, kind: str) -> float:
        """Days a year on which a site of a kind is open.

        Examples
        --------
        >>> UseFactors().days_open("library"), UseFactors().days_open("park")
        (300.0, 365.0)
        """
        return self.open_days.get(kind, self.open_days["other"])

    @property
    def is_counterfactual_stated(self) -> bool:
        """Whether anything is said of what people would have used otherwise."""
        return self.mobile_data is not None or self.other_wifi is not None

    @property
    def new_share(self) -> float:
        """Share of the use that would not have been over mobile data or other Wi-Fi.

        Examples
        --------
        >>> UseFactors(mobile_data=0.5, other_wifi=0.25).new_share
        0.25
        """
        return 1 - (self.mobile_data or 0.0) - (self.other_wifi or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Additionality:
    """How much of a gross benefit is new to the place.

    Attributes
    ----------
    leakage : float
        Share that goes to people outside the place.
    displacement : float
        Share taken from others in the place.
    substitution : float
        Share that replaces the same activity of the same people.
    multiplier : float
        Further effects on the local economy, as a factor.
    deadweight : float
        What would happen without the programme, as a share of the gross benefit: GI* / GI.
    reference_leakage : float or None
        Leakage of what would happen anyway. None: as with the programme.
    reference_displacement : float or None
        Displacement of what would happen anyway. None: as with the programme.
    reference_substitution : float or None
        Substitution of what would happen anyway. None: as with the programme.
    reference_multiplier : float or None
        Multiplier of what would happen anyway. None: as with the programme.
    source : str
        Where these figures come from.

    Notes
    -----
    AI = GI (1 - L)(1 - Dp)(1 - S) M - GI* (1 - L*)(1 - Dp*)(1 - S*) M* (Additionality Guide, English Partnerships and
    Homes and Communities Agency).

    Examples
    --------
    >>> round(Additionality(leakage=0.1, displacement=0.25, deadweight=0.3).net_share, 6)
    0.4725
    """

    leakage: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    displacement: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    substitution: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    multiplier: float = field(default=1.0, metadata=setting("times", source=OFF))
    deadweight: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    reference_leakage: float | None = field(default=None, metadata=setting("share", at_most=1, source=OFF))
    reference_displacement: float | None = field(default=None, metadata=setting("share", at_most=1, source=OFF))
    reference_substitution: float | None = field(default=None, metadata=setting("share", at_most=1, source=OFF))
    reference_multiplier: float | None = field(default=None, metadata=setting("times", source=OFF))
    source: str = field(default="", metadata=setting(source=YOURS))

    @property
    def net_share(self) -> float:
        """Net benefit for £1 of gross benefit."""
        pairs = (
            (self.leakage, self.reference_leakage),
            (self.displacement, self.reference_displacement),
            (self.substitution, self.reference_substitution),
        )
        gross, reference = self.multiplier, _first(self.reference_multiplier, self.multiplier)
        for share, without in pairs:
            gross *= 1 - share
            reference *= 1 - _first(without, share)
        return gross - self.deadweight * reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Household incomes, for weights by deprivation. Without them only the unweighted figures are given.

    Attributes
    ----------
    median_income_gbp : float or None
        Median household income of the nation.
    income_gbp : mapping of str to float
        Household income by deprivation decile, "1" (the most deprived tenth) to "10".
    elasticity : float
        Elasticity of the marginal utility of income.
    source : str
        Where the incomes come from.
    """

    median_income_gbp: float | None = field(
        default=None, metadata=setting("£ a year", source=YOURS, form="not 0; only together with income_gbp")
    )
    income_gbp: Mapping[str, float] = field(
        default_factory=dict, metadata=setting("£ a year", above=0, keys=_DECILES, source=YOURS)
    )
    elasticity: float = field(default=1.3, metadata=setting(source="HM Treasury Green Book"))
    source: str = field(default="", metadata=setting(source=YOURS))

    @property
    def weight_by_decile(self) -> dict[float, float]:
        """What a pound to the people of each decile of deprivation counts for; empty where no incomes are stated.

        Notes
        -----
        (median income / group income) ^ elasticity, HM Treasury Green Book.

        Examples
        --------
        >>> weights = Distribution(median_income_gbp=30_000.0, income_gbp={"1": 15_000.0}).weight_by_decile
        >>> {decile: round(weight, 4) for decile, weight in weights.items()}
        {1.0: 2.4623}
        """
        if self.median_income_gbp is None:
            return {}
        return {
            float(decile): (self.median_income_gbp / income) ** self.elasticity
            for decile, income in self.income_gbp.items()
        }


def benefit_faults(benefits: Sequence[Benefit], *, taken: Sequence[str]) -> Iterator[Fault]:
    """BENEFIT_KEY and RANGE_ORDER of the lines of benefits.

    Parameters
    ----------
    benefits : sequence of Benefit
        In the order of plan.toml.
    taken : sequence of str
        Names that no line may have, for costs and figures have them.
    """
    names = [*taken]
    for number, item in enumerate(benefits, start=1):
        place = f"appraisal.benefit {number}"
        if item.key and (not _KEY.fullmatch(item.key) or item.key in names):
            yield plan_fault("BENEFIT_KEY", f"{place}.key", item.key, taken=", ".join(names))
        names.append(item.key)
        yield from _value_range(item, place)


def people_faults(benefits: Sequence[Benefit], *, of_demand: bool) -> Iterator[Fault]:
    """SAME_PEOPLE: lines with a value that count the same people, or do not say whom they count.

    Parameters
    ----------
    benefits : sequence of Benefit
        In the order of plan.toml.
    of_demand : bool
        Whether demand has a value too, as a line before them.
    """
    before = [("benefit_gbp_per_demand", EVERYONE)] if of_demand else []
    for number, item in enumerate(benefits, start=1):
        place = f"appraisal.benefit {number}.people"
        own = COUNTED.get(item.quantity, "") if isinstance(item.quantity, str) else ""
        if own and item.people not in ("", own):
            yield plan_fault("SAME_PEOPLE.other", place, item.people, quantity=str(item.quantity), people=own)
        people = own or item.people
        if item.unit_value_gbp is None or people == NOBODY:
            continue
        if not people:
            yield plan_fault("SAME_PEOPLE.missing", place, line=item.key)
            continue
        same = [key for key, others in before if people == others or EVERYONE in (people, others)]
        if same:
            yield plan_fault("SAME_PEOPLE.twice", place, people, line=item.key, other=same[0])
        before.append((item.key, people))


def use_faults(use: UseFactors, additionality: Additionality) -> Iterator[Fault]:
    """USE_SHARES, USE_SOURCE and DEADWEIGHT_TWICE of the factors from people to new use."""
    shares = [share for share in (use.mobile_data, use.other_wifi) if isinstance(share, int | float)]
    if sum(shares) > 1 + 1e-9:
        yield plan_fault("USE_SHARES", "appraisal.use.mobile_data, other_wifi")
    if (use.take_up is not None or use.is_counterfactual_stated) and not str(use.source).strip():
        yield plan_fault("USE_SOURCE", "appraisal.use.source")
    deadweight = additionality.deadweight
    if use.is_counterfactual_stated and isinstance(deadweight, int | float) and deadweight > 0:
        yield plan_fault("DEADWEIGHT_TWICE", "appraisal.additionality.deadweight", str(additionality.deadweight))


def income_faults(stated: Distribution) -> Iterator[Fault]:
    """NO_INCOME: the median without the incomes by decile, or the other way round."""
    if (stated.median_income_gbp is None) != (not stated.income_gbp) or stated.median_income_gbp == 0:
        yield plan_fault("NO_INCOME", "appraisal.distribution")


def _first(stated: float | None, otherwise: float) -> float:
    return otherwise if stated is None else stated


def _value_range(item: Benefit, place: str) -> Iterator[Fault]:
    """Low, value and high, all or only the value, in their order."""
    stated = (item.low, item.unit_value_gbp, item.high)
    if item.low is None and item.high is None:
        return
    known = [number for number in stated if isinstance(number, int | float)]
    if len(known) < len(stated) or known != sorted(known):
        yield plan_fault("RANGE_ORDER.benefit", f"{place}.low, high", ", ".join(map(str, stated)))
