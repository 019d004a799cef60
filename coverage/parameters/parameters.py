"""plan.toml as one value: all its tables, and what is wrong between their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connected_place.coverage.objectives import USERS
from connected_place.coverage.parameters.appraisal import Appraisal, appraisal_faults
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.delivery import DeliveryRules, delivery_faults
from connected_place.coverage.parameters.demand import Demand
from connected_place.coverage.parameters.funding import FundingRules, funding_faults
from connected_place.coverage.parameters.gaps import ForecastRules, Gaps
from connected_place.coverage.parameters.lines import Lines, lines_faults
from connected_place.coverage.parameters.pack import OpponentTerms, Pack
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.programme import ProgrammeMoney, programme_faults
from connected_place.coverage.parameters.score import Score
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.use import Use
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.user_groups import HOMES_BY_NEED, RESIDENTS, STAFF, VISITORS
from connected_place.gis_data.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All that a plan depends on besides its layers: one attribute for each table of plan.toml."""

    place: Place
    gaps: Gaps = field(default_factory=Gaps)
    score: Score = field(default_factory=Score)
    wifi: Wifi = field(default_factory=Wifi)
    sites: Sites = field(default_factory=Sites)
    appraisal: Appraisal = field(default_factory=Appraisal)
    funding: FundingRules = field(default_factory=FundingRules)
    delivery: DeliveryRules = field(default_factory=DeliveryRules)
    demand: Demand = field(default_factory=Demand)
    use: Use = field(default_factory=Use)
    clusters: Clusters = field(default_factory=Clusters)
    forecast: ForecastRules = field(default_factory=ForecastRules)
    lines: Lines = field(default_factory=Lines)
    opponent: OpponentTerms = field(default_factory=OpponentTerms)
    programme: ProgrammeMoney = field(default_factory=ProgrammeMoney)
    pack: Pack = field(default_factory=Pack)

    @property
    def money_from_outside(self) -> FundingRules:
        """[funding], with the whole that [programme] states where [funding] states none."""
        whole, stated = self.programme, self.funding
        if not whole.capital_gbp or stated.programme_gbp is not None or stated.external_gbp is not None:
            return stated
        return replace(stated, programme_gbp=whole.capital_gbp, external_gbp=whole.external_gbp)

    @property
    def group_weights(self) -> dict[str, float]:
        """What covering all of each group of people is worth."""
        unstated = 1.0 if self.sites.objective == USERS else 0.0
        asked = self.demand
        return {
            RESIDENTS: asked.residents,
            VISITORS: unstated if asked.visitors is None else asked.visitors,
            STAFF: unstated if asked.staff is None else asked.staff,
        }

    @property
    def counted_unit(self) -> str:
        """What the choice of sites counts, in words.

        Examples
        --------
        >>> place = Place(name="Twoford", lad="E06000999")
        >>> Parameters(place=place).counted_unit
        'users a day'
        >>> homes = Sites(objective="expected")
        >>> Parameters(place=place, sites=homes).counted_unit
        'homes counted by need'
        >>> Parameters(place=place, sites=homes, demand=Demand(visitors=0.5)).counted_unit
        'units of weighted demand'
        """
        if self.sites.objective == USERS:
            return "users a day"
        weights = self.group_weights
        return "units of weighted demand" if weights[VISITORS] > 0 or weights[STAFF] > 0 else HOMES_BY_NEED

    def faults(self) -> list[Fault]:
        """Faults of [appraisal], [funding], [delivery], [lines] and [programme] that no single value shows.

        Returns
        -------
        list of Fault
            In the order of the tables; see `appraisal_faults`, `funding_faults`, `delivery_faults`,
            `lines_faults` and `programme_faults`.
        """
        return [
            *appraisal_faults(self.appraisal),
            *funding_faults(self.funding),
            *delivery_faults(self.delivery),
            *lines_faults(self.lines),
            *self._programme_faults(),
        ]

    def _programme_faults(self) -> Iterator[Fault]:
        """Those of [programme], where the numbers that it is compared with are numbers."""
        compared = (self.programme.capital_gbp, self.programme.external_gbp)
        if all(isinstance(number, int | float) for number in compared):
            yield from programme_faults(self.programme, elsewhere=self.funding.programme_gbp)
