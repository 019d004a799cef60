"""The siting of a plan's place: the choice, every candidate as a row, and what the chosen sites would cover."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import scipy.sparse

from connected_place.coverage.demand import WifiDemand, free_spots, with_kept_ids
from connected_place.coverage.need import PlaceNeed, values_of
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import SiteReach, with_chances
from connected_place.coverage.siting.decision import SiteChoice, site_choice
from connected_place.coverage.siting.objective import counted_worth, users_by_point
from connected_place.coverage.siting.shortlist import Shortlist, site_rows
from connected_place.coverage.siting.users import with_users, with_users_of_all
from connected_place.coverage.use import PlaceUse


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSiting:
    """Which candidates are chosen.

    Attributes
    ----------
    choice : SiteChoice
        As the solver made it: rows as `sites`.
    sites : GeoDataFrame, EPSG:27700
        Every candidate, as `site_rows` gives it.
    points : GeoDataFrame, EPSG:27700
        Demand points with `already`, `chance` and `covered`, as `with_chances` gives them.
    shortlist : Shortlist
    users : sparse array (candidates, points)
        As `users_by_point` gives them: whom each candidate would serve in a day, and where they come from.
    """

    choice: SiteChoice
    sites: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    shortlist: Shortlist
    users: scipy.sparse.csr_array


def place_siting(
    demand: WifiDemand, reach: SiteReach, use: PlaceUse, need: PlaceNeed, *, parameters: Parameters
) -> PlaceSiting:
    """Choose the sites of a plan.

    Raises
    ------
    PlanFileError, InfeasibleError
        Those of `site_choice`.
    """
    candidates, points, of_sites = demand.candidates, demand.points, use.of_sites
    parameters = with_kept_ids(parameters, candidates)
    by_point = users_by_point(
        reach,
        candidates,
        points,
        of_sites.frame["users_per_day"].to_numpy(),
        walk_m=parameters.use.walk_m,
        free=free_spots(demand.access_points),
    )
    found = site_choice(
        candidates,
        counted_worth(reach, points, parameters, users=by_point),
        points,
        values=values_of(need.ranking.areas),
        wards=need.ranking.wards["area_name"].to_dict(),
        parameters=parameters,
    )
    rows = with_users(site_rows(candidates, found, reach, points, parameters), of_sites)
    return PlaceSiting(
        choice=found,
        sites=rows,
        points=with_chances(points, reach, found.choice.chosen, covered_share=parameters.wifi.covered_share),
        shortlist=with_users_of_all(
            Shortlist.of(rows, reach, points, found, parameters, premises_source=demand.points_source),
            of_sites,
            by_point,
            found.choice.chosen,
        ),
        users=by_point,
    )
