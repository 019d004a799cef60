"""A plan: everything that pages, tables and packs show of one council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from connected_place.coverage.base_map import BaseMap
from connected_place.coverage.case import BusinessCase
from connected_place.coverage.change import Change
from connected_place.coverage.clusters import GapClusters
from connected_place.coverage.delivery import Delivery, Funding
from connected_place.coverage.footfall import Footfall
from connected_place.coverage.forecast import PlaceForecast
from connected_place.coverage.gaps import Reporting, Units
from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.matching import Match
from connected_place.coverage.need import Ranking
from connected_place.coverage.opponent import Opponent
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.postcode_spots import PostcodeSpots
from connected_place.coverage.programme import PlaceProgramme
from connected_place.coverage.reach import SiteReach
from connected_place.coverage.siting import Curve, Shortlist, SiteChoice
from connected_place.coverage.use import SiteUse
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.layers import Provenance


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
        `rival_code`, `rival_points`; `known_as` (areas only).
    base : BaseMap or None
        What stands on the ground, for maps only.
    spots : PostcodeSpots or None
        The live postcodes, for a page's search; None without a directory.
    ranking : Ranking
        The same areas and wards, with what their order depends on.
    change : Change or None
        Since an earlier vintage of the coverage file; None where none was given.
    forecast : PlaceForecast or None
        What would come without a plan; None where no other vintage was given.
    clusters : GapClusters
        Of premises without the headline speed.
    lines : PlaceLines or None
        What can be done for these premises; None where none is known to be without the speed.
    programme : PlaceProgramme or None
        What the capital for both lists buys; None where none is stated.
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
    use : SiteUse or None
        Rows as `sites`.
    shortlist : Shortlist
    choice : SiteChoice
        The same choice as the solver made it: rows as `sites`.
    curve : Curve
        Covered demand against budget; the plan's own budget is one of its steps.
    case : BusinessCase
    funding : Funding
    delivery : Delivery
    opponent : Opponent or None
        The strongest case against the chosen sites; None where none is chosen.
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
    base: BaseMap | None = None
    spots: PostcodeSpots | None = None
    units: Units | None = None
    borough: pd.Series
    ranking: Ranking
    clusters: GapClusters
    lines: PlaceLines | None = None
    programme: PlaceProgramme | None = None
    footfall: Footfall | None = None
    footfall_by_area: pd.Series | None = None
    sites: gpd.GeoDataFrame
    access_points: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    reach: SiteReach
    use: SiteUse | None = None
    shortlist: Shortlist
    choice: SiteChoice
    curve: Curve
    case: BusinessCase
    funding: Funding
    delivery: Delivery
    opponent: Opponent | None = None
    reporting: Reporting
    matches: tuple[Match, ...] = ()
    premises_by_level: Mapping[str, float] = field(default_factory=dict)
    change: Change | None = None
    forecast: PlaceForecast | None = None
    provenance: tuple[Provenance, ...]
    warnings: tuple[Fault, ...]
