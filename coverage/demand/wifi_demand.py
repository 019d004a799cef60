"""What a shortlist is chosen from: candidates, whom they could serve, and the Wi-Fi that is there already."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.demand.backhaul import backhaul_of
from connected_place.coverage.demand.candidate_sites import candidates
from connected_place.coverage.demand.existing import existing_wifi
from connected_place.coverage.demand.groups import demand_of_groups
from connected_place.coverage.demand.residential_points import points_source, premises_points, with_residents
from connected_place.coverage.demand.site_names import with_kept_ids
from connected_place.coverage.footfall import PlaceFootfall, people_per_hour
from connected_place.coverage.gaps import PlaceGaps
from connected_place.coverage.need import PlaceNeed
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import decile_of_points, deciles
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class WifiDemand:
    """Candidates and demand points of a place.

    Attributes
    ----------
    candidates : GeoDataFrame of points, EPSG:27700, indexed by `site_id`
        `name, kind, postcode, listed_in, other_ids, ward_code, ward_name, area_code, backhaul_class, backhaul_hop_m`.
    deciles : Series indexed as `candidates`
        Of deprivation, 1 (most deprived) to 10; NaN: not known.
    points : GeoDataFrame of points, EPSG:27700
        As `demand_of_groups` gives them, with their `decile` and `visitors` (people an hour; NaN: not known).
    points_source : str
        Where the premises of the points come from; begins with "estimate" where they are one.
    access_points : GeoDataFrame of points, EPSG:27700
        As `existing_wifi` gives them.
    warnings : tuple of Fault
        On candidates.
    """

    candidates: gpd.GeoDataFrame
    deciles: pd.Series
    points: gpd.GeoDataFrame
    points_source: str
    access_points: gpd.GeoDataFrame
    warnings: tuple[Fault, ...]


def wifi_demand(
    layers: Layers, gaps: PlaceGaps, need: PlaceNeed, footfall: PlaceFootfall | None, parameters: Parameters
) -> WifiDemand:
    """Find candidates and demand.

    Raises
    ------
    DataError
        NO_CANDIDATES, SITE_DUPLICATE.
    PlanFileError
        NO_WEIGHT: every group of users has the weight 0.
    """
    area, units = gaps.area, gaps.units
    places, directory, ranked = area.places, area.directory, need.ranking
    found = candidates(layers, directory, places.outlines["ward"])
    lines = backhaul_of(layers, found.frame, directory, on_wan=with_kept_ids(parameters, found.frame).sites.on_wan)
    candidate_points = area.with_codes(found.frame).join(lines)
    residential_points = premises_points(places, directory, units)
    residential_points = with_residents(residential_points, need.facts.frame["population"], level=places.level)
    points = demand_of_groups(
        residential_points,
        candidate_points,
        footfall,
        wards=ranked.wards,
        areas=ranked.areas,
        level=area.level,
        parameters=parameters,
    )
    by_area, codes = deciles(layers, places), residential_points[places.level]
    decile = decile_of_points(points, by_area, places, codes)
    return WifiDemand(
        candidates=candidate_points,
        deciles=decile_of_points(candidate_points, by_area, places, codes),
        points=gpd.GeoDataFrame(points.assign(decile=decile, visitors=people_per_hour(footfall, points))),
        points_source=points_source(units, directory),
        access_points=existing_wifi(layers, places),
        warnings=found.warnings,
    )
