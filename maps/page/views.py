"""What each page shows: the whole plan in the order of its tables, or a ward's part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.coverage.user_groups import RESIDENTS
from connected_place.gis_data.crs import DEGREES
from connected_place.maps.gis import reach_areas
from connected_place.maps.page.lines_panel import paid_areas
from connected_place.maps.words import screen_statements

_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) *\d[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What one page shows: the plan, or a ward's part of it.

    Attributes
    ----------
    areas, wards, existing, chosen, not_chosen, clusters, paid_lines : GeoDataFrame, EPSG:27700
        In the order of the tables, which is the order of the arrow keys.
    reach : GeoDataFrame, EPSG:27700
        Where the chosen sites cover the street, as `reach_layers.reach_areas` gives it.
    districts : DataFrame indexed by postcode district
        West, south, east and north of its postcodes here, degrees.
    """

    areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    chosen: gpd.GeoDataFrame
    not_chosen: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    paid_lines: gpd.GeoDataFrame
    reach: gpd.GeoDataFrame
    districts: pd.DataFrame


def whole_view(plan: Plan) -> PageView:
    """The whole plan, each table in its order."""
    sites = plan.sites.assign(selected=plan.sites["selected"].astype(bool))
    names = plan.access_points["ward_code"].map(plan.wards["area_name"])
    return PageView(
        areas=_by_rank(_called(plan.areas)),
        wards=_by_rank(plan.wards),
        existing=plan.access_points.assign(ward_name=names).sort_values("name", kind="stable"),
        chosen=_dated(plan, _by_rank(sites[sites["selected"]])),
        not_chosen=_by_what_they_add(sites[~sites["selected"]]),
        clusters=plan.clusters.frame,
        paid_lines=paid_areas(plan),
        reach=reach_areas(plan.sites, plan.reach, plan.parameters.wifi),
        districts=_districts(plan.demand),
    )


def _called(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas by the name that residents know them by, with the publisher's beside it in `also` where it has one."""
    if "known_as" not in areas:
        return areas
    is_known = areas["known_as"] != ""
    has_name = is_known & (areas["area_name"] != areas.index)
    name = areas["known_as"].where(is_known, areas["area_name"])
    return areas.assign(area_name=name, also=areas["area_name"].where(has_name, ""))


def _dated(plan: Plan, chosen: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Chosen sites with `when` each is built, by the delivery plan."""
    dates = screen_statements.dates_by_site(plan).reindex(chosen.index)
    return chosen.assign(when=dates.fillna("not known"))


def _by_rank(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """By rank, then by code; those without a rank last."""
    return frame.sort_index().sort_values("rank", kind="stable", na_position="last")


def _by_what_they_add(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Those closest to being chosen first."""
    return sites.sort_index().sort_values(["demand_added", "demand_covered"], ascending=False, kind="stable")


def ward_view(plan: Plan, view: PageView, ward_code: str) -> PageView:
    """The part of a view that belongs to a ward."""
    chosen = view.chosen[view.chosen["ward_code"] == ward_code]
    return PageView(
        areas=view.areas[view.areas["ward_code"] == ward_code],
        wards=view.wards.loc[[ward_code]],
        existing=view.existing[view.existing["ward_code"] == ward_code],
        chosen=chosen,
        not_chosen=view.not_chosen[view.not_chosen["ward_code"] == ward_code],
        clusters=view.clusters[view.clusters["ward_codes"].map(lambda codes: ward_code in codes).astype(bool)],
        paid_lines=paid_areas(plan, ward_code),
        reach=view.reach.loc[chosen.index],
        districts=_districts(plan.demand[plan.demand["ward_code"] == ward_code]),
    )


def _districts(points: gpd.GeoDataFrame) -> pd.DataFrame:
    """Bounds of the postcode districts, degrees; empty where residents' points are not postcodes."""
    homes = points[points["group"] == RESIDENTS]
    names = homes.index.to_series().astype(str).str.extract(_POSTCODE, expand=False)
    known = homes.geometry[names.notna().to_numpy()].to_crs(DEGREES)
    bounds = known.bounds.groupby(names.dropna().to_numpy())
    return bounds.agg({"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"}).round(4)
