"""The main path: layers and parameters in, one Plan out, from which every page, table and pack is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from connected_place.coverage.case import SITE_COLUMNS, BusinessCase, alternative_choices, business_case
from connected_place.coverage.change import Change, change_since
from connected_place.coverage.clusters import GapClusters, unserved_clusters
from connected_place.coverage.delivery import Delivery, Funding, baseline_of, delivery, funding, subsidy_status
from connected_place.coverage.demand import (
    backhaul_of,
    candidates,
    demand_of_groups,
    existing_wifi,
    free_spots,
    points_source,
    premises_points,
    with_residents,
)
from connected_place.coverage.footfall import Footfall, footfall_in, is_asked, people_per_hour, place_footfall
from connected_place.coverage.gaps import Reporting, Units, borough_total, count_units, with_cells
from connected_place.coverage.matching import Match, lost_premises, matches, premises_by_level
from connected_place.coverage.need import Ranking, area_facts_of, ranking, unused_columns, values_of
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import (
    CELL_WORDS,
    Cells,
    Geography,
    decile_of_points,
    deciles,
    geography_of,
    postcode_directory,
)
from connected_place.coverage.reach import ChanceSteps, SiteReach, radio_plan, site_reach, with_chances
from connected_place.coverage.siting import Curve, Shortlist, SiteChoice, site_choice, site_rows
from connected_place.gis_data.errors import Fault, PlanFileError
from connected_place.gis_data.layers import Layers, Provenance

LEVELS_OF_AREAS = ("lsoa", "output_area", "ward")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One council's plan: everything that pages, tables and packs show.

    Attributes
    ----------
    parameters : Parameters
    areas, wards : GeoDataFrame, EPSG:27700
        Indexed by `area_code`, sorted by it: `area_name, ward_code, ward_name` (areas only), `premises`,
        `premises_matched`, `premises_source`, for each tier of `gap.TIERS` `<tier>_have`, `<tier>_gap`,
        `<tier>_gap_share` in [0, 1], `<tier>_not_reported` (premises; NaN: nothing known), `units_not_reported`; for
        each criterion its level `<key>` and its value `<key>_value` in [0, 1]; `score` (0-100), `rank`, `rank_low`,
        `rank_high`, `score_low`, `score_high`, `lead_share`, `first_share` (see `robustness.Doubt`), `explanation`,
        `rival_code`, `rival_points`.
    ranking : Ranking
        The same areas and wards, with what their order depends on.
    change : Change or None
        Since an earlier vintage of the coverage file; None where none was given.
    clusters : GapClusters
        Of premises without the headline speed.
    footfall : Footfall or None
        Of the squares and the centres of the place; None where neither a file nor a weight asks for it.
    units : Units or None
        What the gaps were counted from: which unit of the coverage file belongs to which area.
    footfall_by_area : Series or None
        Mean index of each of `areas`, 0 to 100; None where `footfall` is.
    borough : Series
        The gap columns for the whole place: sums over sums.
    sites : GeoDataFrame, EPSG:27700
        Every candidate, indexed by `site_id`: the columns of sites.csv.
    access_points : GeoDataFrame, EPSG:27700
        Existing public Wi-Fi: `name, provider, access, ward_code`; may be empty.
    demand : GeoDataFrame, EPSG:27700
        Demand points of all user groups, as `demand.together` gives them; `decile` (of deprivation, 1 to 10;
        NaN: not known); `already`, `chance` (that existing free Wi-Fi, and that the chosen sites, reach the street
        there), `covered` (bool: with the stated chance or more).
    reach : SiteReach
        Rows as `sites`, points as `demand`.
    shortlist : Shortlist
    choice : SiteChoice
        The same choice as the solver made it: rows as `sites`.
    curve : Curve
        Covered demand against budget; the plan's own budget is one of its steps.
    case : BusinessCase
    funding : Funding
    delivery : Delivery
    reporting : Reporting
    matches : tuple of Match
        How many rows of each file have a counterpart.
    premises_by_level : dict of str to float
        The same premises summed over units, output areas, LSOAs and wards.
    provenance : tuple of Provenance
    warnings : tuple of Fault
    """

    parameters: Parameters
    areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    units: Units | None = None
    borough: pd.Series
    ranking: Ranking
    clusters: GapClusters
    footfall: Footfall | None = None
    footfall_by_area: pd.Series | None = None
    sites: gpd.GeoDataFrame
    access_points: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    reach: SiteReach
    shortlist: Shortlist
    choice: SiteChoice
    curve: Curve
    case: BusinessCase
    funding: Funding
    delivery: Delivery
    reporting: Reporting
    matches: tuple[Match, ...] = ()
    premises_by_level: Mapping[str, float] = field(default_factory=dict)
    change: Change | None = None
    provenance: tuple[Provenance, ...]
    warnings: tuple[Fault, ...]


def plan(layers: Layers, parameters: Parameters, *, on_step: Callable[[str], None] = lambda step: None) -> Plan:
    """Make a council's plan.

    Parameters
    ----------
    layers : Layers
        As `gis_data.intake` reads them.
    parameters : Parameters
    on_step : callable
        Told the name of each step before it starts.

    Raises
    ------
    DataError, VintageError, PlanFileError, InfeasibleError
        What keeps the layers and parameters from making a plan.
    """
    radio = radio_plan(parameters.wifi)
    on_step("Putting areas together")
    places = geography_of(layers, lad=parameters.place.lad)
    level = _level_of_areas(places, parameters.place.areas)
    directory = postcode_directory(layers) if layers.of("postcodes") else None

    on_step("Counting gaps")
    units = count_units(layers, places, weights=parameters.gaps.weights, lad=parameters.place.lad)
    if level in CELL_WORDS:
        cells = Cells(level=level, cell_m=parameters.place.cell_m)
        places, units = with_cells(places, units, cells=cells, directory=directory)

    on_step("Estimating footfall")
    walked = place_footfall(layers, places, parameters) if is_asked(layers, parameters) else None

    on_step("Scoring areas")
    known = area_facts_of(layers, places, walked.by_area if walked else None, lad=parameters.place.lad)
    headline, rules = parameters.gaps.headline, parameters.score
    repeats = _repeats_broadband(layers)
    ranked = ranking(places, units, known, level=level, headline=headline, rules=rules, repeats_broadband=repeats)
    borough = borough_total(ranked.wards)
    sums = premises_by_level(units, borough)
    change = change_since(
        layers, places, units, level=level, wards=ranked.wards.index, areas=ranked.areas.index,
        weights=parameters.gaps.weights,
    )  # fmt: skip

    on_step("Finding clusters of unserved premises")
    clusters = unserved_clusters(layers, places, units, directory=directory, parameters=parameters)

    on_step("Finding demand and candidates")
    access_points = existing_wifi(layers, places)
    found = candidates(layers, directory, places.outlines["ward"])
    lines = backhaul_of(layers, found.frame, directory, on_wan=parameters.sites.on_wan)
    hosts = _with_areas(found.frame, places, level).join(lines)
    homes = with_residents(premises_points(places, directory, units), known.frame["population"], level=places.level)
    wards, areas = ranked.wards, ranked.areas
    found_demand = demand_of_groups(homes, hosts, walked, wards=wards, areas=areas, level=level, parameters=parameters)
    by_area = deciles(layers, places)
    tenths = decile_of_points(found_demand, by_area, places, homes[places.level])
    demand = gpd.GeoDataFrame(found_demand.assign(decile=tenths, visitors=people_per_hour(walked, found_demand)))

    on_step("Working out who is reached")
    reach = site_reach(layers, hosts, demand, free_spots(access_points), radio=radio, wifi=parameters.wifi)
    problem = ChanceSteps.of(reach.outdoors, demand["demand"].to_numpy(), reach.already)

    on_step("Choosing sites")
    names, worth = wards["area_name"].to_dict(), values_of(areas)
    chosen = site_choice(hosts, problem, demand, values=worth, wards=names, parameters=parameters)

    on_step("Appraising sites")
    rows = site_rows(hosts, chosen, reach, demand, parameters)
    tenths = decile_of_points(hosts, by_area, places, homes[places.level])
    others = alternative_choices(rows, problem, chosen.curve, budget_gbp=parameters.sites.budget_gbp)
    case = business_case(rows, reach, demand, deciles=tenths, alternatives=others, parameters=parameters)
    rows = rows.join(case.candidates[SITE_COLUMNS])

    on_step("Planning funding and delivery")
    built, flags = rows[rows["selected"]], chosen.choice.chosen
    paid = funding(built, case.sites["residents"], subsidy_status(layers, hosts), parameters)
    sites = gpd.GeoDataFrame(rows.assign(funding_model=paid.sites["model"].reindex(rows.index).fillna("")))
    before = baseline_of(layers, borough, access_points, reach=reach, points=demand, chosen=flags, headline=headline)
    source = points_source(units, directory)
    return Plan(
        parameters=parameters,
        areas=areas,
        wards=wards,
        ranking=ranked,
        clusters=clusters,
        footfall=walked.footfall if walked else None,
        units=units,
        footfall_by_area=footfall_in(walked, areas) if walked else None,
        borough=borough,
        sites=sites,
        access_points=access_points,
        demand=with_chances(demand, reach, flags, covered_share=parameters.wifi.covered_share),
        reach=reach,
        shortlist=Shortlist.of(sites, reach, demand, chosen.choice, parameters, premises_source=source),
        choice=chosen,
        curve=chosen.curve,
        case=case,
        funding=paid,
        delivery=delivery(built, paid.risks, before, parameters),
        reporting=units.reporting,
        matches=matches(layers, places, units.live),
        premises_by_level=sums,
        change=change,
        provenance=tuple(layer.provenance for layer in layers),
        warnings=(
            *(warning for layer in layers for warning in layer.warnings),
            *(*found.warnings, *lost_premises(sums), *ranked.warnings, *radio.warnings),
            *unused_columns(layers, rules),
            *(walked.footfall.warnings if walked else ()),
        ),
    )


def _level_of_areas(places: Geography, asked: str) -> str:
    """The level of areas.csv: the one asked for, which must have outlines unless it is of cells.

    Raises
    ------
    PlanFileError
        NO_OUTLINES.
    """
    if asked in CELL_WORDS or (asked in places.outlines and asked in LEVELS_OF_AREAS):
        return asked
    have = [level for level in LEVELS_OF_AREAS if level in places.outlines]
    raise PlanFileError(
        Fault(
            code="NO_OUTLINES",
            file="plan.toml",
            column="place.areas",
            value=asked,
            message="There are no outlines of that level.",
            remedy=f'Write areas = "{have[0]}".',
        )
    )


def _with_areas(hosts: gpd.GeoDataFrame, places: Geography, level: str) -> gpd.GeoDataFrame:
    """Candidates with the ward and area that they stand in."""
    wards = places.outlines["ward"]
    codes = places.areas_at(hosts.geometry, "ward")
    return hosts.assign(
        ward_code=codes,
        ward_name=codes.map(wards["name"]),
        area_code=places.areas_at(hosts.geometry, level),
    )


def _repeats_broadband(layers: Layers) -> bool:
    """Whether the index of deprivation in use has broadband among its indicators."""
    return any(fault.code == "DOUBLE_COUNT" for layer in layers.of("deprivation") for fault in layer.warnings)
