"""The delivery of a plan's place: who pays for the chosen sites, and how they are built and measured."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.case import SITE_COLUMNS, BusinessCase
from connected_place.coverage.delivery.monitoring import baseline_of
from connected_place.coverage.delivery.schedule import Delivery, delivery
from connected_place.coverage.delivery.subsidy import subsidy_status
from connected_place.coverage.delivery.who_pays import Funding, funding
from connected_place.coverage.demand import WifiDemand, with_kept_ids
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import SiteReach
from connected_place.coverage.siting import PlaceSiting
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDelivery:
    """Who pays, and who builds what when.

    Attributes
    ----------
    sites : GeoDataFrame, EPSG:27700
        Every candidate with its appraisal and `funding_model` ("" where it is not chosen): the columns of sites.csv.
    funding : Funding
    delivery : Delivery
    """

    sites: gpd.GeoDataFrame
    funding: Funding
    delivery: Delivery


def place_delivery(
    layers: Layers,
    demand: WifiDemand,
    reach: SiteReach,
    siting: PlaceSiting,
    *,
    case: BusinessCase,
    borough: pd.Series,
    parameters: Parameters,
) -> PlaceDelivery:
    """Plan how the chosen sites are paid for, built and measured.

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE: a site in [funding] is not a candidate.
    """
    parameters = with_kept_ids(parameters, demand.candidates)
    rows = siting.sites.join(case.candidates[SITE_COLUMNS])
    rules = parameters.appraisal
    user_days = rows["users_per_day"] * rows["kind"].map(rules.use.days_open).astype("float64") * rules.years
    rows = rows.assign(cost_per_user_day=rows["pv_costs_gbp"] / user_days.where(user_days > 0))
    built = rows[rows["selected"]]
    paid = funding(built, case.sites["residents"], subsidy_status(layers, demand.candidates), parameters)
    before = baseline_of(
        layers,
        borough,
        demand.access_points,
        reach=reach,
        points=demand.points,
        chosen=siting.choice.choice.chosen,
        headline=parameters.gaps.headline,
        source=siting.shortlist.premises_source,
    )
    models = paid.sites["model"].reindex(rows.index).fillna("")
    return PlaceDelivery(
        sites=gpd.GeoDataFrame(rows.assign(funding_model=models)),
        funding=paid,
        delivery=delivery(built, paid.risks, before, parameters),
    )
