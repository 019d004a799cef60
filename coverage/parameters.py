"""Every number that a planner may change: its unit, its default and where the default comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CAPEX_GBP_BY_KIND = {
    "library": 2_600.0,
    "street furniture": 15_700.0,
    "other": 15_700.0,
}
"""Capital cost of a site by kind, £. Library: £2,600 a library, England 2015-16 (press, second hand).
Others: £15,700 a site, GigaHubs programme, up to £110m for up to 7,000 sites (publisher's document)."""

OPEX_GBP_BY_KIND = {"library": 600.0, "street furniture": 1_200.0, "other": 900.0}
"""Running cost of a site by kind, £ a year. Proposal of this project, no published source: state your own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which council the plan is for.

    Attributes
    ----------
    name : str
        As it is to be printed.
    lad : str
        Code of the local authority district, for example "E06000034".
    areas : str
        Level of one row of areas.csv: "output_area" or "lsoa".
    illustrative : bool
        True: the inputs are invented, and every output says so.
    """

    name: str
    lad: str
    areas: str = "lsoa"
    illustrative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How coverage gaps are counted.

    Attributes
    ----------
    weights : str
        What turns the percentages of a postcode file into counts, where there is no output-area file: "" (the first
        that is there of the publisher's own counts, "bduk", "uprn" and "households"; else refuse), one of these, or
        "connections" (lines in use, in the files of 2013, 2016 and 2017). All but the first are estimates.
    headline : str
        Tier of the sentences, the map and the demand: a key of `gap.TIERS`.
    """

    weights: str = ""
    headline: str = "ufbb_300"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How need is scored.

    Attributes
    ----------
    weights : mapping of str to float
        Swing weight of each criterion of `need.CRITERIA`, any positive numbers; scaled to sum to 1.
    samples : int
        Sets of weights drawn to see how far a rank depends on them.
    seed : int
        Of that draw.
    """

    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "gap_headline": 3.0,
            "gap_decent": 2.0,
            "deprivation": 2.0,
            "deprivation_rank": 2.0,
            "population": 1.0,
            "wifi_distance": 1.0,
        }
    )
    samples: int = 2_000
    seed: int = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Wifi:
    """What a site reaches.

    Attributes
    ----------
    reach_m : float
        Distance within which a phone in the street is taken to be covered, metres. 50: about where a 5.5 GHz,
        1 W access point still gives -75 dBm with half a chance out of sight (ITU-R P.1411, 3GPP TR 38.901).
    """

    reach_m: float = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """What may be spent, on what.

    Attributes
    ----------
    budget_gbp : float
        Capital, £.
    capex_gbp, opex_gbp_per_year : mapping of str to float
        Cost by kind of venue; the key "other" serves every kind that has none of its own.
    lock_in, lock_out : tuple of str
        Site ids that must or must not be chosen.
    time_limit_s : float
        Seconds after which the solver gives the best it has, labelled with its gap.
    """

    budget_gbp: float = 250_000.0
    capex_gbp: Mapping[str, float] = field(default_factory=lambda: dict(CAPEX_GBP_BY_KIND))
    opex_gbp_per_year: Mapping[str, float] = field(default_factory=lambda: dict(OPEX_GBP_BY_KIND))
    lock_in: tuple[str, ...] = ()
    lock_out: tuple[str, ...] = ()
    time_limit_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """How a site's costs and benefits are discounted.

    Attributes
    ----------
    discount_rate : float
        Per year. 0.035: HM Treasury Green Book, years 0-30.
    optimism_bias : float
        Uplift on capital cost, a share. 0.44: Mott MacDonald, standard civil works, upper bound.
    years : int
        Years of running cost and benefit after year 0.
    benefit_gbp_per_demand : float or None
        £ a year for each unit of demand that a site adds. None: no value was stated, so no benefit-cost ratio
        is given; there is no published value for street Wi-Fi that could serve as a default.
    benefit_source : str
        Where that value comes from; printed beside every ratio.
    """

    discount_rate: float = 0.035
    optimism_bias: float = 0.44
    years: int = 10
    benefit_gbp_per_demand: float | None = None
    benefit_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All that a plan depends on besides its layers."""

    place: Place
    gaps: Gaps = field(default_factory=Gaps)
    score: Score = field(default_factory=Score)
    wifi: Wifi = field(default_factory=Wifi)
    sites: Sites = field(default_factory=Sites)
    appraisal: Appraisal = field(default_factory=Appraisal)
