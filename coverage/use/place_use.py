"""Use at the candidates of a plan: what is known of each, and the council's logs."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.demand import WifiDemand
from connected_place.coverage.footfall import PlaceFootfall
from connected_place.coverage.need import PlaceNeed
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.use.logs import UseLogs, use_logs
from connected_place.coverage.use.site_use import SiteUse, site_use
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceUse:
    """How many people would use each candidate.

    Attributes
    ----------
    of_sites : SiteUse
        Rows as the candidates.
    logs : UseLogs
    """

    of_sites: SiteUse
    logs: UseLogs


def place_use(
    layers: Layers, demand: WifiDemand, need: PlaceNeed, footfall: PlaceFootfall | None, parameters: Parameters
) -> PlaceUse:
    """Estimate use at every candidate.

    Parameters
    ----------
    layers : Layers
        With the logs, if any.
    demand : WifiDemand
    need : PlaceNeed
        For the mobile signal of each area.
    footfall : PlaceFootfall or None
    parameters : Parameters
        A site is planned with one access point (project's proposal); its hours are the usual ones of its kind.

    Raises
    ------
    DataError
        Those of `use_logs`.
    """
    candidates, rules = demand.candidates, parameters.use
    logs = use_logs(layers, candidates, rules=rules)
    mobile = need.ranking.areas.get("mobile_gap")
    found = site_use(
        candidates,
        logs=logs.frame,
        footfall_index=_footfall_at(candidates, footfall, cell_m=parameters.demand.visitor_cell_m),
        access_points=pd.Series(1.0, index=candidates.index),
        mobile=None if mobile is None else candidates["area_code"].map(mobile),
        districts=candidates["ward_code"],
        rules=rules,
        seed=parameters.sites.seed,
    )
    return PlaceUse(of_sites=found, logs=logs)


def _footfall_at(candidates: gpd.GeoDataFrame, footfall: PlaceFootfall | None, *, cell_m: float) -> pd.Series | None:
    """Index of the square that each candidate is in; None where footfall only says where homes are."""
    if footfall is None or footfall.footfall.only_homes or not len(footfall.squares):
        return None
    apart_m, nearest = cKDTree(coordinates(footfall.squares)).query(coordinates(candidates.geometry))
    return pd.Series(footfall.index[nearest], index=candidates.index).where(apart_m <= cell_m)
