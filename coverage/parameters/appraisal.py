"""[appraisal]: how costs and benefits are counted, discounted and tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.benefits import (
    Additionality,
    Benefit,
    Distribution,
    UseFactors,
    benefit_faults,
    income_faults,
    people_faults,
    use_faults,
)
from connected_place.coverage.parameters.faults import plan_fault
from connected_place.coverage.parameters.ranges import FIGURES, RANGES, Range, range_faults
from connected_place.coverage.parameters.setting import OFF, PROPOSED, YEAR_FORM, YEARS, YOURS, setting
from connected_place.gis_data.errors import Fault

OPTIMISM_BIAS = {
    "equipment": (2.00, 0.10),
    "standard civil": (0.44, 0.03),
    "non-standard civil": (0.66, 0.06),
    "standard buildings": (0.24, 0.02),
    "non-standard buildings": (0.51, 0.04),
}
"""Upper and lower uplift on capital cost by type of work, shares (Mott MacDonald 2002, for HM Treasury)."""

EQUIPMENT, CIVIL = "equipment", "standard civil"
_EQUIPMENT_SHARE_BY_KIND = {"library": 0.8, "street furniture": 0.5, "other": 0.5}

_COSTS = ("capital", "optimism_bias", "running", "renewal", "renewal_bias", "residual")
_PAYERS = ("sponsored", "pay_to_use", "concession")
_TAKEN = (
    *_COSTS,
    *(f"private_{name}" for name in (*_COSTS, "revenue")),
    *(f"{name}_{payer}" for name in ("receipts", "payments") for payer in _PAYERS),
)
"""Names of the lines of costs and of private money, which no benefit may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """How costs and benefits are counted, discounted and tested.

    Attributes
    ----------
    discount_rate : float
        Discount rate of the first 30 years.
    later_discount_rate : float
        Discount rate from year 31 on.
    years : int
        Years of running cost and benefit after year 0.
    price_base_year : int
        Year whose prices all figures are in. 0: not stated, and the plan says so.
    costs_price_year : int
        Year of the prices of `sites.capex_gbp` and the other costs. 0: the base year.
    deflator : mapping of str to float
        Price index by year, such as HM Treasury's GDP deflators. It turns prices of one year into those of another;
        without it nothing is converted.
    deflator_source : str
        Where the price index comes from.
    vat : str
        Whether the costs contain VAT: "excluded", "included", or "" where nobody has said.
    equipment_share : mapping of str to float
        Part of a site's capital that buys equipment (radios, switches, software), by kind of venue; "other" is for
        every kind not named. The rest is works. Equipment is what is renewed.
    works : mapping of str to str
        Type of work of that rest by kind of venue; "standard civil" (poles, ducts) for a kind not named.
    optimism_bias : float or None
        One uplift for the capital and renewal of every site, in place of the upper bounds by type of work. None: those
        bounds.
    mitigated : float
        How far managed risks have brought the uplift down from its upper to its lower bound. 0: not at all.
    bias_evidence : str
        The quotes received or the contract let because of which the uplift is below its upper bound.
    renewal_years : int
        Life of the equipment. 0: nothing is renewed within the appraisal, and the plan says so.
    renewal_share : float
        Part of the capital that is spent again at each renewal.
    residual_share : float
        Part of the capital that still has a value after the last year.
    phase_years : int
        Years between the start of one phase and the next. 0: all capital is spent in year 0.
    benefit_gbp_per_demand : float or None
        Value of each unit of demand that a site adds, as a further line of benefits. None: not stated. If no benefit
        has a value there is no benefit-cost ratio: nothing published for street Wi-Fi could serve as a default.
    benefit_source : str
        Where that value comes from; printed beside every ratio.
    benefit : tuple of Benefit
        Lines of benefits.
    use : UseFactors
        From people to user-days, and what they would have used otherwise.
    additionality : Additionality
        How much of the gross benefit is new to the place.
    distribution : Distribution
        Household incomes, for weights by deprivation.
    range : tuple of Range
        How far figures may be off.
    draws : int
        How many times the Monte Carlo simulation draws.
    seed : int
        Where those draws start: the same seed gives the same draws.
    target_ratio : float
        Benefit-cost ratio that councillors ask about. 2: two pounds for each pound.
    do_minimum_share : float
        Part of the capital that the option "do minimum" spends, on the first ranked sites.
    """

    discount_rate: float = field(
        default=0.035, metadata=setting("per year", source="HM Treasury Green Book, years 0-30")
    )
    later_discount_rate: float = field(
        default=0.03, metadata=setting("per year", source="HM Treasury Green Book, years 31-75")
    )
    years: int = field(
        default=10,
        metadata=setting("years", at_most=75, source=f"{PROPOSED}; HM Treasury Green Book gives rates to year 75"),
    )
    price_base_year: int = field(default=0, metadata=setting("year", source=YOURS, form=YEAR_FORM))
    costs_price_year: int = field(default=0, metadata=setting("year", source=YOURS, form=YEAR_FORM))
    deflator: Mapping[str, float] = field(default_factory=dict, metadata=setting("index", above=0, source=YOURS))
    deflator_source: str = field(default="", metadata=setting(source=YOURS))
    vat: str = field(default="", metadata=setting(choices=("", "excluded", "included"), source=YOURS))
    equipment_share: Mapping[str, float] = field(
        default_factory=lambda: dict(_EQUIPMENT_SHARE_BY_KIND),
        metadata=setting(
            "share", at_most=1, keeps_defaults=True, source=f"{PROPOSED}: no split was published", to_confirm=True
        ),
    )
    works: Mapping[str, str] = field(
        default_factory=dict, metadata=setting(choices=tuple(OPTIMISM_BIAS), source="Mott MacDonald 2002: the bounds")
    )
    optimism_bias: float | None = field(
        default=None, metadata=setting("share", source="Mott MacDonald 2002: the upper bounds by type of work")
    )
    mitigated: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    bias_evidence: str = field(default="", metadata=setting(source=YOURS))
    renewal_years: int = field(default=0, metadata=setting("years", source=OFF))
    renewal_share: float = field(default=0.5, metadata=setting("share", at_most=1, source=PROPOSED))
    residual_share: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    phase_years: int = field(default=0, metadata=setting("years", source=OFF))
    benefit_gbp_per_demand: float | None = field(default=None, metadata=setting("£ a year each", source=YOURS))
    benefit_source: str = field(default="", metadata=setting(source=YOURS))
    benefit: tuple[Benefit, ...] = ()
    use: UseFactors = field(default_factory=UseFactors)
    additionality: Additionality = field(default_factory=Additionality)
    distribution: Distribution = field(default_factory=Distribution)
    range: tuple[Range, ...] = ()
    draws: int = field(default=10_000, metadata=setting("draws", at_least=100, at_most=1_000_000, source=PROPOSED))
    seed: int = field(default=20_260_101, metadata=setting(source=f"{PROPOSED}: any number will do"))
    target_ratio: float = field(default=2.0, metadata=setting("times", source=f"{PROPOSED}: what councillors ask for"))
    do_minimum_share: float = field(default=0.25, metadata=setting("share", at_most=1, source=PROPOSED))

    def equipment_of(self, kind: str) -> float:
        """Part of the capital of a kind of venue that buys equipment."""
        return self.equipment_share.get(kind, self.equipment_share["other"])

    @property
    def equipment_bounds(self) -> tuple[float, float]:
        """Upper and lower uplift on equipment, which is what a renewal buys."""
        return OPTIMISM_BIAS[EQUIPMENT]

    def bias_bounds(self, kind: str) -> tuple[float, float]:
        """Upper and lower uplift on the capital of a kind of venue: by the share of each type of work in it.

        Examples
        --------
        >>> rules = Appraisal(works={"library": "standard buildings"})
        >>> [round(bound, 3) for bound in rules.bias_bounds("library")], Appraisal().bias_bounds("market")
        ([1.648, 0.084], (1.22, 0.065))
        """
        share, works = self.equipment_of(kind), OPTIMISM_BIAS[self.works.get(kind, CIVIL)]
        upper, lower = (
            share * equipment + (1 - share) * rest for equipment, rest in zip(self.equipment_bounds, works, strict=True)
        )
        return upper, lower

    @property
    def default_ranges(self) -> dict[str, Range]:
        """By key, the ranges of figures for which the plan states none."""
        return {item.key: item for item in RANGES}


def appraisal_faults(rules: Appraisal) -> Iterator[Fault]:
    """Faults of [appraisal] that no single value shows.

    Yields
    ------
    Fault
        BENEFIT_KEY, RANGE_ORDER, SAME_PEOPLE, DEADWEIGHT_TWICE, USE_SOURCE, USE_SHARES, BIAS_EVIDENCE, UNKNOWN_KEY,
        RANGE_TWICE, NOT_A_YEAR, PRICE_BASE, NO_DEFLATOR and NO_INCOME.
    """
    has_demand = rules.benefit_gbp_per_demand is not None
    yield from benefit_faults(rules.benefit, taken=[*_TAKEN, *FIGURES, *(["demand"] if has_demand else [])])
    yield from people_faults(rules.benefit, of_demand=has_demand)
    yield from use_faults(rules.use, rules.additionality)
    yield from _bias_faults(rules)
    yield from range_faults(rules.range, benefits=[item.key for item in rules.benefit])
    yield from _price_faults(rules)
    yield from income_faults(rules.distribution)


def _bias_faults(rules: Appraisal) -> Iterator[Fault]:
    """BIAS_EVIDENCE: less than the upper bound, and no quotes or contract are named."""
    stated = rules.optimism_bias
    if str(rules.bias_evidence).strip() or not _are_shares_right(rules):
        return
    upper = max(rules.bias_bounds(kind)[0] for kind in {*rules.equipment_share, *rules.works})
    if isinstance(stated, int | float) and stated < upper:
        yield plan_fault("BIAS_EVIDENCE.stated", "appraisal.optimism_bias", str(stated), upper=f"{upper:.2f}")
    if isinstance(rules.mitigated, int | float) and rules.mitigated > 0:
        yield plan_fault("BIAS_EVIDENCE.mitigated", "appraisal.mitigated", str(rules.mitigated))


def _are_shares_right(rules: Appraisal) -> bool:
    """Whether the bounds can be worked out; a share or type of work that is wrong has a fault of its own."""
    are_numbers = all(isinstance(share, int | float) for share in rules.equipment_share.values())
    return are_numbers and set(rules.works.values()) <= set(OPTIMISM_BIAS)


def _price_faults(rules: Appraisal) -> Iterator[Fault]:
    """Prices of another year than the base are refused unless a deflator for both is stated."""
    used = {"appraisal.costs_price_year": rules.costs_price_year} | {
        f"appraisal.benefit {number}.price_year": item.price_year for number, item in enumerate(rules.benefit, start=1)
    }
    base = rules.price_base_year
    for key, year in {"appraisal.price_base_year": base, **used}.items():
        if year and year not in YEARS:
            yield plan_fault("NOT_A_YEAR", key, str(year))
    for key, year in used.items():
        if year and not base:
            yield plan_fault("PRICE_BASE", key, str(year))
        elif year and year != base and not {str(year), str(base)} <= set(rules.deflator):
            yield plan_fault("NO_DEFLATOR", key, year=str(year), base=str(base))
