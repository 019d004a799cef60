"""The main path: a dozen steps through a dozen doors, from layers and parameters to one Plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from connected_place.coverage.base_map import base_map
from connected_place.coverage.case import BusinessCase, place_case
from connected_place.coverage.change import Change, change_since
from connected_place.coverage.clusters import GapClusters, unserved_clusters
from connected_place.coverage.delivery import PlaceDelivery, place_delivery
from connected_place.coverage.demand import WifiDemand, free_spots, wifi_demand
from connected_place.coverage.footfall import PlaceFootfall, asked_footfall, footfall_in
from connected_place.coverage.forecast import PlaceForecast, place_forecast
from connected_place.coverage.gaps import PlaceGaps, place_gaps
from connected_place.coverage.known_names import known_names
from connected_place.coverage.light_frames import taken_by_row
from connected_place.coverage.lines import PlaceLines, place_lines
from connected_place.coverage.matching import lost_premises, matches, points_outside, premises_by_level
from connected_place.coverage.need import PlaceNeed, place_need, unused_columns
from connected_place.coverage.opponent import Opponent, place_opponent
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import StudyArea, study_area
from connected_place.coverage.plan_record import Plan
from connected_place.coverage.postcode_spots import postcode_spots
from connected_place.coverage.programme import PlaceProgramme, place_programme
from connected_place.coverage.reach import RadioPlan, SiteReach, radio_plan, site_reach
from connected_place.coverage.release_age import old_releases
from connected_place.coverage.siting import PlaceSiting, place_siting
from connected_place.coverage.stepwise import Shelf, Stepwise, plan_step
from connected_place.coverage.use import PlaceUse, place_use
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.layers import Layers

__all__ = ["Plan", "PlanSteps", "plan"]


def plan(layers: Layers, parameters: Parameters, *, on_step: Callable[[str], None] = lambda step: None) -> Plan:
    """Make a council's plan.

    Parameters
    ----------
    layers : Layers
        As `read_layers` reads them.
    parameters : Parameters
    on_step : callable
        Called with the words of each step before it is taken.

    Raises
    ------
    DataError, VintageError, PlanFileError, InfeasibleError
        What keeps the layers and parameters from making a plan.
    """
    return PlanSteps(layers, parameters, on_step=on_step).record


class PlanSteps(Stepwise):
    """A plan in the making: ask for a step, and only that step and those it needs are taken.

    Parameters
    ----------
    layers : Layers, or callable
        The layers, or what reads them when they are first needed.
    parameters : Parameters
    on_step : callable
        Called with the words of each step before it is taken.
    shelf : Shelf or None
        Where results are kept for the same layers.
    """

    parameters: Parameters

    def __init__(
        self,
        layers: Layers | Callable[[], Layers],
        parameters: Parameters,
        *,
        on_step: Callable[[str], None] = lambda step: None,
        shelf: Shelf | None = None,
    ) -> None:
        super().__init__(parameters, on_step=on_step, shelf=shelf)
        self._read: Callable[[], Layers] | None = layers if callable(layers) else None
        self._done = {} if callable(layers) else {"layers": layers}

    @plan_step("Reading the files")
    def layers(self) -> Layers:
        """The input files, read and checked."""
        if self._read is None:
            raise TypeError("no layers were given, nor a way to read them")
        return self._read()

    @plan_step(reads=("wifi",))
    def radio(self) -> RadioPlan:
        """What an access point may send, and how far that carries."""
        return radio_plan(self.parameters.wifi)

    @plan_step("Putting areas together", after=("layers",), reads=("place",))
    def area(self) -> StudyArea:
        """Areas within areas, and the level that is planned at."""
        return study_area(self.layers, self.parameters)

    @plan_step("Counting gaps", after=("area",), reads=("place", "gaps"))
    def gaps(self) -> PlaceGaps:
        """Premises with and without each speed, by the units of the coverage file."""
        return place_gaps(self.layers, self.area, self.parameters)

    @plan_step("Estimating footfall", after=("area",), reads=("score", "demand", "sites.objective"))
    def footfall(self) -> PlaceFootfall | None:
        """How busy each square is; None where nothing asks for it."""
        return asked_footfall(self.layers, self.area.places, self.parameters)

    @plan_step("Scoring areas", after=("gaps", "footfall"), reads=("place", "gaps", "score"))
    def need(self) -> PlaceNeed:
        """Areas and wards in the order in which they need investment."""
        return place_need(self.layers, self.gaps, self.footfall, self.parameters)

    @plan_step(after=("need",), reads=("gaps",))
    def change(self) -> Change | None:
        """What is new since an earlier vintage of the coverage file; None where none was given."""
        area, ranked = self.gaps.area, self.need.ranking
        return change_since(
            self.layers,
            area.places,
            self.gaps.units,
            level=area.level,
            wards=ranked.wards.index,
            areas=ranked.areas.index,
            weights=self.parameters.gaps.weights,
        )

    @plan_step(after=("gaps",), reads=("gaps", "forecast"))
    def forecast(self) -> PlaceForecast | None:
        """What would come without a plan; None where no other vintage of the coverage file was given."""
        return place_forecast(self.layers, self.gaps, self.parameters)

    @plan_step("Finding clusters of unserved premises", after=("gaps",), reads=("gaps", "clusters"))
    def clusters(self) -> GapClusters:
        """Where premises without the headline speed are close together."""
        area, units = self.gaps.area, self.gaps.units
        return unserved_clusters(self.layers, area.places, units, directory=area.directory, parameters=self.parameters)

    @plan_step(
        "Working out better lines",
        after=("need", "clusters", "forecast"),
        reads=("gaps", "clusters", "lines", "delivery.start", "appraisal"),
    )
    def lines(self) -> PlaceLines | None:
        """What can be done for the premises without the headline speed, by budget; None where none is without it."""
        return place_lines(
            self.layers, self.gaps, self.need, self.clusters, forecast=self.forecast, parameters=self.parameters
        )

    @plan_step("Finding demand and candidates", after=("need",), reads=("demand", "sites.on_wan", "sites.objective"))
    def demand(self) -> WifiDemand:
        """Where Wi-Fi could be put up, and whom it could serve."""
        return wifi_demand(self.layers, self.gaps, self.need, self.footfall, self.parameters)

    @plan_step("Working out who is reached", after=("demand", "radio"), reads=("wifi",))
    def reach(self) -> SiteReach:
        """The chance that each candidate reaches each demand point."""
        found, wifi = self.demand, self.parameters.wifi
        free = free_spots(found.access_points)
        return site_reach(self.layers, found.candidates, found.points, free, radio=self.radio, wifi=wifi)

    @plan_step("Estimating use", after=("demand",), reads=("use", "sites.seed", "demand.visitor_cell_m"))
    def use(self) -> PlaceUse:
        """How many people would use each candidate in a day."""
        return place_use(self.layers, self.demand, self.need, self.footfall, self.parameters)

    @plan_step(
        "Choosing sites", after=("reach", "use"), reads=("sites", "demand", "score", "wifi", "use", "appraisal.years")
    )
    def siting(self) -> PlaceSiting:
        """The sites that serve most for the budget, and why."""
        return place_siting(self.demand, self.reach, self.use, self.need, parameters=self.parameters)

    @plan_step(after=("siting", "lines"), reads=("programme", "funding", "sites", "lines"))
    def programme(self) -> PlaceProgramme | None:
        """What the capital for both lists buys; None where none is stated."""
        return place_programme(self.siting.shortlist, self.lines, self.parameters)

    @plan_step("Appraising sites", after=("siting",), reads=("sites", "appraisal", "funding", "programme"))
    def case(self) -> BusinessCase:
        """What the chosen sites cost and bring over the years."""
        return place_case(self.demand, self.reach, self.siting, self.parameters)

    @plan_step(
        "Planning funding and delivery",
        after=("case",),
        reads=("funding", "programme", "delivery", "appraisal", "gaps"),
    )
    def delivery(self) -> PlaceDelivery:
        """Who pays for the chosen sites, and who builds what when."""
        return place_delivery(
            self.layers,
            self.demand,
            self.reach,
            self.siting,
            case=self.case,
            borough=self.need.borough,
            parameters=self.parameters,
        )

    @plan_step(after=("delivery",), reads=("opponent", "appraisal", "gaps"))
    def opponent(self) -> Opponent | None:
        """The strongest case against the chosen sites; None where none is chosen."""
        return place_opponent(
            self.delivery.sites,
            self.need.ranking.areas,
            self.demand.access_points,
            shortlist=self.siting.shortlist,
            case=self.case,
            funding=self.delivery.funding,
            parameters=self.parameters,
        )

    @plan_step(
        after=("radio", "change", "clusters", "lines", "programme", "delivery", "opponent"),
        reads=tuple(field.name for field in dataclasses.fields(Parameters)),
    )
    def record(self) -> Plan:
        """All of it, as pages, tables and packs show it."""
        gaps, ranked, siting, paid, busy = self.gaps, self.need.ranking, self.siting, self.delivery, self.footfall
        base, spots = base_map(self.layers, ranked.wards), postcode_spots(self.layers, gaps.area)
        return Plan(
            parameters=self.parameters,
            areas=taken_by_row(ranked.areas.assign(known_as=known_names(ranked.areas, base, self.layers, spots=spots))),
            wards=taken_by_row(ranked.wards),
            base=base,
            spots=spots,
            ranking=ranked,
            clusters=self.clusters,
            lines=self.lines,
            programme=self.programme,
            footfall=busy.footfall if busy else None,
            units=gaps.units,
            footfall_by_area=footfall_in(busy, ranked.areas) if busy else None,
            borough=self.need.borough,
            sites=taken_by_row(paid.sites),
            access_points=taken_by_row(self.demand.access_points),
            demand=siting.points,
            reach=self.reach,
            use=self.use.of_sites,
            shortlist=siting.shortlist,
            choice=siting.choice,
            curve=siting.choice.curve,
            case=self.case,
            funding=paid.funding,
            delivery=paid.delivery,
            opponent=self.opponent,
            reporting=gaps.units.reporting,
            matches=matches(self.layers, gaps.area.places, gaps.units.live, live_known=gaps.units.reporting.live_known),
            premises_by_level=premises_by_level(gaps.units, self.need.borough),
            change=self.change,
            forecast=self.forecast,
            provenance=tuple(layer.provenance for layer in self.layers),
            warnings=self._warnings(),
        )

    def _warnings(self) -> tuple[Fault, ...]:
        sums = premises_by_level(self.gaps.units, self.need.borough)
        return (
            *(warning for layer in self.layers for warning in layer.warnings),
            *self.area.places.warnings,
            *self.demand.warnings,
            *lost_premises(sums),
            *points_outside(self.layers, self.area.places),
            *(() if self.parameters.place.illustrative else old_releases(self.layers)),
            *self.need.ranking.warnings,
            *self.radio.warnings,
            *self.use.logs.warnings,
            *unused_columns(self.layers, self.parameters.score),
            *(self.footfall.footfall.warnings if self.footfall else ()),
        )
