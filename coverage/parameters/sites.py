"""[sites]: what may be spent on which sites, and the rules that the choice keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.objectives import COVERED, EXPECTED, USERS
from connected_place.coverage.parameters.setting import OFF, PROPOSED, YOURS, setting

CAPEX_GBP_BY_KIND = {
    "library": 2_600.0,
    "street furniture": 15_700.0,
    "other": 15_700.0,
}
"""Capital cost of a site by kind, £. Library: £2,600 a library, England 2015-16 (press, second hand).
Others: £15,700 a site, GigaHubs programme, up to £110m for up to 7,000 sites (publisher's document)."""

_OPEX_GBP_BY_KIND = {"library": 600.0, "street furniture": 1_200.0, "other": 900.0}
"""Running cost of a site by kind, £ a year."""

_CLASSES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """What may be spent on which sites, and the rules that the choice keeps.

    Attributes
    ----------
    objective : str
        What the chosen sites make as large as they can. "users": users a day, each person once, less
        `use.least_users` for each site that no rule asks for. "expected": homes and other people, counting every chance
        of coverage. "covered": the same where coverage is very likely (`wifi.covered_share`).
    budget_gbp : float
        Capital that may be spent.
    phases : tuple of float
        Budgets of earlier phases, each including what the phases before it spend; the last phase is `budget_gbp`. A
        site chosen for one phase stays. Empty: one phase.
    phases_from : str
        "first": each phase is the best continuation of the one before. "last": the whole is the best, and each earlier
        phase is the best part of it.
    capex_gbp : mapping of str to float
        Capital cost by kind of venue; "other" is for every kind not named.
    opex_gbp_per_year : mapping of str to float
        Running cost by kind of venue; "other" is for every kind not named.
    on_wan : tuple of str
        Ids of sites on the council's own network: the line is there already, so their backhaul is class A.
    worst_backhaul : str
        Worst class of backhaul that may be chosen; "D" allows all. A site of class D with a hop to a site of class A
        counts as C; a site whose backhaul is not known counts as D.
    backhaul_gbp : mapping of str to float
        Capital for the line by class, on top of the site's own. State your own quotes: no figure was published.
    lock_in : tuple of str
        Ids of sites that must be chosen.
    lock_out : tuple of str
        Ids of sites that must not be chosen.
    lock_out_reason : mapping of str to str
        Why, by site id. A site named here is left out even if `lock_out` does not name it.
    at_most : int
        How many sites may be chosen. 0: as many as the budget pays for.
    ward_floor : int
        How many sites each ward gets at least.
    spacing_m : float
        How far apart any two sites must be. 0: any distance.
    deprived_deciles : int
        How many tenths of the nation, from the most deprived, count as deprived.
    deprived_share : float
        Share of the covered demand that must lie in deprived areas.
    deprived_reached : float
        Share of the demand in deprived areas that must be covered.
    backup_share : float
        What a second site within reach is worth, as a share of the demand.
    capex_error : float
        How far the capital cost of a site may be off, either way. State the range of your own quotes.
    samples : int
        How many times weights and costs are drawn, to see how often each site is chosen. 10 separate sites that are
        always chosen from those seldom chosen, in a second or two; 200 give a share to within 7 points (95 %).
    seed : int
        Where those draws start: the same seed gives the same draws.
    work_limit : float
        Work after which a search returns the best choice so far, labelled with how far from the best it may be. A unit
        is one node of the solver's search where 10,000 pairs of site and place are open. Work is counted, not timed,
        so that a busy computer gives the same answer; most boroughs need less than 100.
    time_limit_s : float
        Emergency brake on each search. Where it stops one, the outputs say so, and another computer may give another
        answer.
    """

    objective: str = field(default=USERS, metadata=setting(choices=(USERS, EXPECTED, COVERED), source=PROPOSED))
    budget_gbp: float = field(default=250_000.0, metadata=setting("£", source=f"{PROPOSED}: an example"))
    phases: tuple[float, ...] = field(default=(), metadata=setting("£", at_least=1, source=YOURS))
    phases_from: str = field(default="first", metadata=setting(choices=("first", "last"), source=PROPOSED))
    capex_gbp: Mapping[str, float] = field(
        default_factory=lambda: dict(CAPEX_GBP_BY_KIND),
        metadata=setting(
            "£ a site",
            keeps_defaults=True,
            source="library: England 2015-16, press, second hand; others: GigaHubs, up to £110m for up to 7,000 sites",
            to_confirm=True,
        ),
    )
    opex_gbp_per_year: Mapping[str, float] = field(
        default_factory=lambda: dict(_OPEX_GBP_BY_KIND),
        metadata=setting("£ a site a year", keeps_defaults=True, source=PROPOSED),
    )
    on_wan: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS))
    worst_backhaul: str = field(
        default="D", metadata=setting(choices=_CLASSES, source=f"{PROPOSED}: no class is left out")
    )
    backhaul_gbp: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(_CLASSES, 0.0), metadata=setting("£ a site", keys=_CLASSES, source=YOURS)
    )
    lock_in: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS))
    lock_out: tuple[str, ...] = field(default=(), metadata=setting(source=YOURS))
    lock_out_reason: Mapping[str, str] = field(default_factory=dict, metadata=setting(source=YOURS))
    at_most: int = field(default=0, metadata=setting("sites", source=OFF))
    ward_floor: int = field(default=0, metadata=setting("sites", source=OFF))
    spacing_m: float = field(default=0.0, metadata=setting("metres", source=OFF))
    deprived_deciles: int = field(
        default=2,
        metadata=setting(
            "tenths of the nation",
            at_least=1,
            at_most=10,
            source="the most deprived fifth, as in NHS England's Core20PLUS5",
        ),
    )
    deprived_share: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    deprived_reached: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    backup_share: float = field(default=0.0, metadata=setting("share", at_most=1, source=OFF))
    capex_error: float = field(default=0.2, metadata=setting("share", at_most=1, source=PROPOSED))
    samples: int = field(default=10, metadata=setting("draws", source=f"{PROPOSED}: done in a second or two"))
    seed: int = field(default=20_260_101, metadata=setting(source=f"{PROPOSED}: any number will do"))
    work_limit: float = field(
        default=2_000.0, metadata=setting("units of work", source=f"{PROPOSED}: a minute or two at most")
    )
    time_limit_s: float = field(
        default=900.0, metadata=setting("seconds", source=f"{PROPOSED}: far beyond what the work limit takes")
    )

    @property
    def left_out(self) -> tuple[str, ...]:
        """Site ids that must not be chosen, with or without a reason.

        Examples
        --------
        >>> Sites(lock_out=("A2",), lock_out_reason={"A1": "The roof is listed."}).left_out
        ('A2', 'A1')
        """
        return tuple(dict.fromkeys((*self.lock_out, *self.lock_out_reason)))
