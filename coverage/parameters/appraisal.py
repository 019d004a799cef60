"""What a planner may state of the business case: prices, benefits, additionality, ranges, and whose income counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OPTIMISM_BIAS = {
    "equipment": (2.00, 0.10),
    "standard civil": (0.44, 0.03),
    "non-standard civil": (0.66, 0.06),
    "standard buildings": (0.24, 0.02),
    "non-standard buildings": (0.51, 0.04),
}
"""Upper and lower uplift on capital cost by type of work, shares (Mott MacDonald 2002, for HM Treasury)."""

QUANTITIES = ("residents", "premises", "demand", "visitors", "sites")
"""What a benefit may be counted by."""

CONFIDENCES = ("", "high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """One line of benefits: one [[appraisal.benefit]].

    Attributes
    ----------
    key : str
        Name of the line: small letters, digits and _.
    words : str
        What it is, as a councillor would say it.
    quantity : str or float
        What it is counted by, of what the chosen sites add: "residents" or "premises" within reach outdoors, "demand",
        "visitors" (people an hour on a typical weekday; only where [demand] serves visitors and people are known at
        every square, not an index alone), "sites"; or a number of its own for the whole
        programme, which is shared out by the demand that each site adds.
    unit : str
        Of a number of its own, in words.
    unit_value_gbp : float or None
        £ a year for each, in full operation, in the prices of `price_year`. None: a benefit that is named and not
        valued; it never counts as 0.
    low, high : float or None
        Range of that value, for the tornado chart and the draws. None: no range was stated.
    source : str
        Where value and quantity come from; printed beside every ratio.
    confidence : str
        "high", "medium", "low" or "" (not stated).
    ramp_up_years : int
        Years before the full value, in equal steps: with 2, a third in year 1, two thirds in year 2.
    lasts_years : int
        Last year with the benefit; 0: to the end of the appraisal.
    is_net : bool
        True: the value is net already of what would have happened anyway, so additionality does not apply.
    price_year : int
        Year of its prices; 0: those of the appraisal's base year.
    """

    key: str
    words: str = ""
    quantity: str | float = "residents"
    unit: str = ""
    unit_value_gbp: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    confidence: str = ""
    ramp_up_years: int = 0
    lasts_years: int = 0
    is_net: bool = False
    price_year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Additionality:
    """How much of a gross benefit is new to the place.

    Attributes
    ----------
    leakage : float
        Share that goes to people outside the place, in [0, 1]. 0, as the others: none is taken off until stated.
    displacement : float
        Share taken from others in the place.
    substitution : float
        Share that replaces the same activity of the same people.
    multiplier : float
        Further effects, times.
    deadweight : float
        What would happen without the programme, as a share of the gross benefit: GI* / GI.
    reference_leakage, reference_displacement, reference_substitution, reference_multiplier : float or None
        The same of what would happen anyway. None: as with the programme.
    source : str

    Notes
    -----
    AI = GI (1 - L)(1 - Dp)(1 - S) M - GI* (1 - L*)(1 - Dp*)(1 - S*) M* (Additionality Guide, English Partnerships and
    Homes and Communities Agency).

    Examples
    --------
    >>> round(Additionality(leakage=0.1, displacement=0.25, deadweight=0.3).net_share, 6)
    0.4725
    """

    leakage: float = 0.0
    displacement: float = 0.0
    substitution: float = 0.0
    multiplier: float = 1.0
    deadweight: float = 0.0
    reference_leakage: float | None = None
    reference_displacement: float | None = None
    reference_substitution: float | None = None
    reference_multiplier: float | None = None
    source: str = ""

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


def _first(stated: float | None, otherwise: float) -> float:
    return otherwise if stated is None else stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Whose income is what, for weights by deprivation.

    Attributes
    ----------
    median_income_gbp : float or None
        Of a household in the nation. None: no weights are given, only the unweighted figures.
    income_gbp : mapping of str to float
        Income of a household by deprivation decile, "1" (the most deprived tenth) to "10".
    elasticity : float
        1.3: HM Treasury Green Book, marginal utility of income.
    source : str
    """

    median_income_gbp: float | None = None
    income_gbp: Mapping[str, float] = field(default_factory=dict)
    elasticity: float = 1.3
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """How far one figure may be off: one [[appraisal.range]].

    Attributes
    ----------
    key : str
        "capital", "running", "renewal", "optimism_bias", "reach" (people within reach), "additionality", or the key of
        a benefit: a factor on the figure of the plan. "discount_rate": the rate itself; it is never drawn.
    low, high : float
    shape : str
        Of the draws: "triangular", its top at the plan's own figure, or "uniform".
    source : str
    """

    key: str
    low: float
    high: float
    shape: str = "triangular"
    source: str = ""


RANGES = (
    Range(key="capital", low=0.9, high=1.2, source="proposal of this project, no published source: state your own"),
    Range(key="running", low=0.8, high=1.3, source="proposal of this project, no published source: state your own"),
    Range(key="renewal", low=0.8, high=1.3, source="proposal of this project, no published source: state your own"),
    Range(
        key="optimism_bias",
        low=0.07,
        high=1.0,
        shape="uniform",
        source="Mott MacDonald 2002, standard civil works: lower bound 3 % of the upper bound 44 %",
    ),
    Range(key="discount_rate", low=0.015, high=0.06, source="proposal of this project; the Green Book's rate is 3.5 %"),
)
"""Ranges for what the planner states none of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """How costs and benefits are counted, discounted and doubted.

    Attributes
    ----------
    discount_rate : float
        Per year. 0.035: HM Treasury Green Book, years 0-30.
    later_discount_rate : float
        From year 31 on. 0.03: HM Treasury Green Book, years 31-75.
    years : int
        Years of running cost and benefit after year 0; at most 75.
    price_base_year : int
        Year whose prices all figures are in; 0: not stated, and the plan says so.
    costs_price_year : int
        Year of the prices of `sites.capex_gbp` and the other costs; 0: those of the base year.
    deflator : mapping of str to float
        Price index by year, for instance HM Treasury's GDP deflators: turns prices of one year into those of another.
        Nothing is converted without it.
    deflator_source : str
    optimism_bias : float
        Uplift on capital cost, a share. 0.44: Mott MacDonald, standard civil works, upper bound.
    works : mapping of str to str
        Type of work by kind of venue, a key of `OPTIMISM_BIAS`: its upper bound then counts instead.
    mitigated : float
        Share of the way from the upper to the lower bound that managed risks have earned, in [0, 1]. 0: none.
    renewal_years : int
        Life of the equipment, years; 0: none is renewed within the appraisal, and the plan says so.
    renewal_share : float
        Part of the capital that is renewed each time, a share. 0.5: project's proposal, no published source.
    residual_share : float
        Part of the capital that is still worth something after the last year, a share; 0: nothing.
    phase_years : int
        Years between the start of one phase and the next; 0: all capital is spent in year 0.
    benefit_gbp_per_demand : float or None
        £ a year for each unit of demand that a site adds: a line of benefits of its own. None: not stated. Where no
        value of any benefit was stated, no benefit-cost ratio is given; there is no published value for street Wi-Fi
        that could serve as a default.
    benefit_source : str
        Where that value comes from; printed beside every ratio.
    benefit : tuple of Benefit
    additionality : Additionality
    distribution : Distribution
    range : tuple of Range
        Replace those of `RANGES` with the same key.
    draws : int
        Of the Monte Carlo simulation.
    seed : int
    target_ratio : float
        Ratio that councillors ask about. 2: two pounds for each pound.
    do_minimum_share : float
        Part of the capital that the option "do minimum" spends, on the first ranked sites, a share. 0.25: project's
        proposal.
    """

    discount_rate: float = 0.035
    later_discount_rate: float = 0.03
    years: int = 10
    price_base_year: int = 0
    costs_price_year: int = 0
    deflator: Mapping[str, float] = field(default_factory=dict)
    deflator_source: str = ""
    optimism_bias: float = 0.44
    works: Mapping[str, str] = field(default_factory=dict)
    mitigated: float = 0.0
    renewal_years: int = 0
    renewal_share: float = 0.5
    residual_share: float = 0.0
    phase_years: int = 0
    benefit_gbp_per_demand: float | None = None
    benefit_source: str = ""
    benefit: tuple[Benefit, ...] = ()
    additionality: Additionality = field(default_factory=Additionality)
    distribution: Distribution = field(default_factory=Distribution)
    range: tuple[Range, ...] = ()
    draws: int = 10_000
    seed: int = 20_260_101
    target_ratio: float = 2.0
    do_minimum_share: float = 0.25
