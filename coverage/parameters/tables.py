"""Every number that a planner may change: its unit, its default and where the default comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.appraisal import Appraisal
from connected_place.coverage.parameters.delivery import DeliveryRules
from connected_place.coverage.parameters.funding import FundingRules

RESIDENTS, VISITORS, STAFF = GROUPS = ("residents", "visitors", "staff")
"""Groups of users; that of the residents gives the unit."""


__all__ = [
    "Appraisal",
    "Clusters",
    "DeliveryRules",
    "Demand",
    "FundingRules",
    "Gaps",
    "OwnCriterion",
    "OwnWeights",
    "Parameters",
    "Place",
    "Score",
    "Sites",
    "Wifi",
]

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
        Level of one row of areas.csv: "output_area", "lsoa", "ward", "hexagon" or "grid" (squares).
    cell_m : float
        Size of hexagons (width across flats) and squares (side), metres. 500: a walk of about six minutes across
        (project's proposal).
    illustrative : bool
        True: the inputs are invented, and every output says so.
    """

    name: str
    lad: str
    areas: str = "lsoa"
    cell_m: float = 500.0
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
class OwnCriterion:
    """A criterion of the planner's own, or other levels for a built-in one: one [[score.criterion]].

    Attributes
    ----------
    key : str
        Name of its column, a column of a file of kind "area-table"; or a key of `criteria.CRITERIA`.
    words, unit : str
        As a councillor would say it, and the unit of its level; empty for a built-in one.
    none_at, full_at : float or None
        Levels without need and of full need, in that unit; the first may be the greater one. None: as built in.
    source : str
        Why these levels.
    error : float or None
        Half-width of the doubt of a level, in that unit. None: as built in, else 0.
    """

    key: str
    words: str = ""
    unit: str = ""
    none_at: float | None = None
    full_at: float | None = None
    source: str = ""
    error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWeights:
    """A further set of weights, to be compared with those of the plan: one [[score.set]].

    Attributes
    ----------
    name : str
        Of its columns: small letters, digits and _.
    weights : mapping of str to float
        As `Score.weights`.
    source : str
        Who says so.
    """

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How need is scored.

    Attributes
    ----------
    weights : mapping of str to float
        Swing weight of each criterion of `criteria.CRITERIA` or of the planner's own, any positive numbers; scaled to
        sum to 1.
    criterion : tuple of OwnCriterion
    set : tuple of OwnWeights
        Further sets of weights: the areas are ranked by each, side by side; only `weights` decides.
    samples : int
        Sets of weights and of unsure values drawn to see how far a rank depends on them.
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
    criterion: tuple[OwnCriterion, ...] = ()
    set: tuple[OwnWeights, ...] = ()
    samples: int = 2_000
    seed: int = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Wifi:
    """The access point that a site gets, and who counts as reached.

    Attributes
    ----------
    reach : str
        "model": the chance of coverage by distance, and by line of sight where a surface model is given (ITU-R P.1411,
        3GPP TR 38.901). "fixed": everybody within `reach_m`, nobody beyond.
    reach_m : float
        Of a fixed reach, metres. 50: a phone on a street is covered at 45 to 50 m.
    frequency_mhz, width_mhz : float
        Centre and width of the channel. 5,500 and 20: the upper 5 GHz part, the only one with 1 W outdoors.
    eirp_dbm : float or None
        Radiated power, dBm EIRP; more than the law allows is refused. None: what the law allows, unless conducted
        power is stated.
    conducted_dbm : float or None
        Power into the antenna, dBm, from the equipment's sheet.
    antenna_gain_dbi : float
        Of the antenna; what lifts it above the law's limit is cut off, and said.
    outdoors, tpc, dfs, standard_power : bool
        Where it hangs; whether it controls its power, gives way to radar, and asks for more in the 6 GHz band under a
        database's control (not offered).
    height_m : float
        Of the antenna above the ground, metres. 4: a facade or lamp column (project's proposal, within 3 to 8).
    client_gain_db : float
        Phone's antenna less body, hand and case, dB. -6: default of this project's radio model.
    threshold_dbm : float
        Signal that counts as covered. -75: basic use; -67: voice.
    covered_share : float
        Chance of coverage that a stated reach stands for. 0.8: gives 48 m on a street by the defaults (project's
        proposal).
    walls : mapping of str to float
        Share of buildings by wall, for a phone indoors: "traditional", "thermally_efficient" (ITU-R P.2109-2).
    sight_m, phone_m : float
        How far a surface model is looked over, and how far apart phones are tried on it, metres. 200: beyond it hardly
        a phone is served. 2: found within 1 % of what every metre says, in a third of the time.
    peak_share : float
        Share of the residents in reach who use the Wi-Fi at the busiest time (project's proposal, no source).
    clients_per_radio : int
        Active clients that one radio serves. 25: the cautious end of 25 to 30.
    """

    reach: str = "model"
    reach_m: float = 50.0
    frequency_mhz: float = 5_500.0
    width_mhz: float = 20.0
    eirp_dbm: float | None = None
    conducted_dbm: float | None = None
    antenna_gain_dbi: float = 0.0
    outdoors: bool = True
    tpc: bool = True
    dfs: bool = True
    standard_power: bool = False
    height_m: float = 4.0
    client_gain_db: float = -6.0
    threshold_dbm: float = -75.0
    covered_share: float = 0.8
    walls: Mapping[str, float] = field(default_factory=lambda: {"traditional": 1.0, "thermally_efficient": 0.0})
    sight_m: float = 200.0
    phone_m: float = 2.0
    peak_share: float = 0.1
    clients_per_radio: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """What may be spent, on what.

    Attributes
    ----------
    budget_gbp : float
        Capital, £.
    phases : tuple of float
        Budgets of earlier phases, £, each with all that the phases before it spend; the last phase is `budget_gbp`.
        What is chosen for a phase stays. Empty: one phase.
    phases_from : str
        "first": each phase is the best that goes on from the one before. "last": the whole is the best, and each
        earlier phase is the best part of it.
    capex_gbp, opex_gbp_per_year : mapping of str to float
        Cost by kind of venue; the key "other" serves every kind that has none of its own.
    on_wan : tuple of str
        Site ids on the council's own network, whose line is there: backhaul class A.
    worst_backhaul : str
        Worst class that may be chosen: "A", "B", "C" or "D" (all). A site of class D with a hop to one of class A
        counts as C, one of which nothing is known as D.
    backhaul_gbp : mapping of str to float
        Capital for the line by class, £, on top of the site's. 0: no published figure; state your own quotes.
    lock_in, lock_out : tuple of str
        Site ids that must or must not be chosen.
    lock_out_reason : mapping of str to str
        Why, by site id; a site that stands here is left out too.
    at_most : int
        Most sites that may be chosen; 0: as many as the budget pays for.
    ward_floor : int
        Least sites in each ward; 0: none.
    spacing_m : float
        No two sites closer than this, metres; 0: as close as they stand.
    deprived_deciles : int
        How many of the nation's tenths, from the most deprived, count as deprived. 2: the most deprived fifth, as
        in NHS England's Core20PLUS5.
    deprived_share : float
        Share of the covered demand that must lie in them, at least, in [0, 1]; 0: none.
    deprived_reached : float
        Share of the demand in them that must be covered, at least, in [0, 1]; 0: none.
    backup_share : float
        What a second site in reach is worth, as a share of the demand, in [0, 1]; 0: nothing.
    capex_error : float
        How far the capital cost of a site may be off, both ways, as a share, in [0, 1]. 0.2: project's proposal, no
        source; state your own quotes' range.
    samples, seed : int
        Draws of weights and costs that say how often each site is chosen, and their seed. 10: tells sites that are
        always chosen from those seldom chosen in a second or two; 200 tell a share to within 7 points (95 %).
    work_limit : float
        Work after which a search gives the best it has, labelled with its gap. A unit is one node of the solver's
        search where 10,000 pairs of site and place are open; work is counted, not timed, so that a busy computer gives
        the same answer. 2,000: project's proposal, a minute or two; most boroughs need less than 100.
    time_limit_s : float
        Emergency brake, seconds of the clock for each search. Where it ends one, the outputs name it, and another
        computer may give another answer. 900: project's proposal, far beyond what the work limit takes.
    """

    budget_gbp: float = 250_000.0
    phases: tuple[float, ...] = ()
    phases_from: str = "first"
    capex_gbp: Mapping[str, float] = field(default_factory=lambda: dict(CAPEX_GBP_BY_KIND))
    opex_gbp_per_year: Mapping[str, float] = field(default_factory=lambda: dict(OPEX_GBP_BY_KIND))
    on_wan: tuple[str, ...] = ()
    worst_backhaul: str = "D"
    backhaul_gbp: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys("ABCD", 0.0))
    lock_in: tuple[str, ...] = ()
    lock_out: tuple[str, ...] = ()
    lock_out_reason: Mapping[str, str] = field(default_factory=dict)
    at_most: int = 0
    ward_floor: int = 0
    spacing_m: float = 0.0
    deprived_deciles: int = 2
    deprived_share: float = 0.0
    deprived_reached: float = 0.0
    backup_share: float = 0.0
    capex_error: float = 0.2
    samples: int = 10
    seed: int = 20_260_101
    work_limit: float = 2_000.0
    time_limit_s: float = 900.0

    @property
    def left_out(self) -> tuple[str, ...]:
        """Site ids that must not be chosen, with or without a reason.

        Examples
        --------
        >>> Sites(lock_out=("A2",), lock_out_reason={"A1": "The roof is listed."}).left_out
        ('A2', 'A1')
        """
        return tuple(dict.fromkeys((*self.lock_out, *self.lock_out_reason)))


STAFF_VISITS_BY_KIND = {
    "health": 4.0,
    "council office": 4.0,
    "community centre": 2.0,
    "library": 1.0,
    "school": 1.0,
    "other": 0.0,
}
"""Working visits that a public building stands for, against those to a library, by kind: how often council staff and
the NHS or other partners sit down there to work away from their own desk. Only the ratios count. Proposal of this
project, no published source: state your own, from bookings or from what each service says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Whom the sites are for: what covering a whole group is worth.

    Attributes
    ----------
    residents, visitors, staff : float
        Swing weights: what covering all of the group's demand is worth against covering all of the residents'.
        Residents: premises weighted by need. Visitors: where people walk. Staff: council, NHS and partners who work
        away from their desk, in public buildings. 1, 0, 0: the homes alone count until the planner says what a
        visitor or a working visit is worth, for there is no published value.
    staff_by_kind : mapping of str to float
        Working visits by kind of public building, in any unit; the key "other" serves every kind without its own.
    visitor_cell_m : float
        Side of the squares that stand for visitors, metres. 100: that of the population grids which footfall is
        estimated from. Less gives a finer sum and four times the points each time it is halved.
    """

    residents: float = 1.0
    visitors: float = 0.0
    staff: float = 0.0
    staff_by_kind: Mapping[str, float] = field(default_factory=lambda: dict(STAFF_VISITS_BY_KIND))
    visitor_cell_m: float = 100.0

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each group."""
        return {"residents": self.residents, "visitors": self.visitors, "staff": self.staff}

    @property
    def unit(self) -> str:
        """What the demand is a number of, in words.

        Examples
        --------
        >>> Demand().unit, Demand(visitors=0.5).unit
        ('need-weighted premises', 'units of weighted demand')
        """
        others = self.visitors > 0 or self.staff > 0
        return "units of weighted demand" if others else "need-weighted premises"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """What makes a cluster of premises that cannot get the headline speed; `coverage/clusters/dense.py` says why.

    Attributes
    ----------
    join_m : float
        Units this near to one another belong together, metres. 400: about five minutes on foot, one neighbourhood
        (project's proposal). Also how far around a unit its density is counted.
    least_premises : float
        Unserved premises within that distance that make a place dense, premises. 50: fewer are a street or some
        farms (project's proposal).
    least_share : float
        Share of a unit's premises that must be unserved for it to count, in [0, 1]. 0.5: most of the homes there.
    """

    join_m: float = 400.0
    least_premises: float = 50.0
    least_share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What goes into the bid pack.

    Attributes
    ----------
    fund : str
        Whose form it follows: a name that comes with the programme.
    fund_file : str
        A fund of the council's own: path of a TOML file, relative to plan.toml; empty: none.
    answers : mapping of str to str
        What only the council knows, by the keys of the fund's requirements.
    """

    fund: str = "generic"
    fund_file: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All that a plan depends on besides its layers."""

    place: Place
    gaps: Gaps = field(default_factory=Gaps)
    score: Score = field(default_factory=Score)
    wifi: Wifi = field(default_factory=Wifi)
    sites: Sites = field(default_factory=Sites)
    appraisal: Appraisal = field(default_factory=Appraisal)
    funding: FundingRules = field(default_factory=FundingRules)
    delivery: DeliveryRules = field(default_factory=DeliveryRules)
    demand: Demand = field(default_factory=Demand)
    clusters: Clusters = field(default_factory=Clusters)
    pack: Pack = field(default_factory=Pack)
