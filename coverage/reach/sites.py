"""Site reach: who is reached by which candidate, and by the free Wi-Fi that is there already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely

from connected_place.coverage.parameters import Wifi
from connected_place.coverage.reach.access_point import FIXED, RadioPlan
from connected_place.coverage.reach.by_distance import area_by_distance_ha, covering, over_surface, reach_by_distance
from connected_place.coverage.reach.chances import any_server, best_server
from connected_place.coverage.reach.field import distance_field
from connected_place.coverage.reach.open_ground import ground_of, in_the_open, open_ground
from connected_place.coverage.reach.surface import Sight, SignalField, moved_to, surface_fields
from connected_place.coverage.user_groups import VISITORS
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.rasters import RasterFile


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReach:
    """Chances that n candidates reach m demand points.

    Attributes
    ----------
    radio : RadioPlan
    outdoors, indoors : sparse array (n, m)
        Chance that a phone in the street outside the point, or in a room there, is covered. Fixed reach: 1 within
        it outdoors, and not known indoors.
    already : array (m,)
        Chance that existing free Wi-Fi, taken to be of the same kind, reaches the street there.
    fields : mapping of row to Field
        By row, for the candidates on a surface model.
    open_fields : mapping of row to Field
        By row, for the candidates off the surface model that stand in an open place.
    open_assumed : bool
        True: which places are open is assumed from the kind of host.
    """

    radio: RadioPlan
    outdoors: scipy.sparse.csr_array
    indoors: scipy.sparse.csr_array | None
    already: np.ndarray
    fields: Mapping[int, SignalField]
    open_fields: Mapping[int, SignalField] = field(default_factory=dict)
    open_assumed: bool = False

    def alone(self, points: pd.DataFrame, *, covered_share: float) -> pd.DataFrame:
        """What each candidate reaches by itself.

        Parameters
        ----------
        points : DataFrame, one row a demand point
            `premises`, `residents` (NaN: not known, or not of residents), `demand`, `group`.
        covered_share : float
            Chance from which a point counts as covered.

        Returns
        -------
        DataFrame, one row a candidate
            `covered_premises`, those at points that are covered. Expected numbers, that count every chance:
            `expected_premises` and, the same, `premises_outdoors`; `premises_indoors`, `residents_outdoors`;
            `visitors_share` of the visitors' demand, in [0, 1]; `area_ha` of street. NaN where not known.
        """
        visitors = points["demand"].where(points["group"] == VISITORS)
        expected = _amount(self.outdoors, points["premises"])
        return pd.DataFrame(
            {
                "premises_outdoors": expected,
                "premises_indoors": _amount(self.indoors, points["premises"]),
                "residents_outdoors": _amount(self.outdoors, points["residents"]),
                "visitors_share": _amount(self.outdoors, visitors / visitors.sum()),
                "area_ha": _areas_ha(self),
                "covered_premises": _amount(at_least(self.outdoors, covered_share), points["premises"]),
                "expected_premises": expected,
            },
            index=range(self.outdoors.shape[0]),
        )


def site_reach(
    layers: Layers,
    candidates: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    free: np.ndarray,
    *,
    radio: RadioPlan,
    wifi: Wifi,
) -> SiteReach:
    """Say who is reached by whom.

    Parameters
    ----------
    layers : Layers
        With the surface models, the terrain models and the open places, if any.
    candidates, demand : GeoDataFrame of points, EPSG:27700
    free : array (k, 2)
        Existing free access points, metres.
    radio : RadioPlan
    wifi : Wifi
    """
    sites, places = coordinates(candidates.geometry), coordinates(demand.geometry)
    everyone = np.ones(len(free), dtype=bool)
    if wifi.reach == FIXED:
        outdoors = covering(sites, places, reach_m=wifi.reach_m)
        existing = covering(free, places, reach_m=wifi.reach_m)
        return SiteReach(
            radio=radio, outdoors=outdoors, indoors=None, already=best_server(existing, everyone), fields={}
        )
    fields = _fields(layers, sites, radio=radio, wifi=wifi)
    ground = open_ground(layers, candidates, wifi)
    by_distance = _without_surface(sites, places, ground.shapes, radio=radio)
    free_ground = ground_of(ground.outlines, np.asarray(shapely.points(free)))
    existing = _without_surface(free, places, free_ground, radio=radio)
    open_fields = {
        row: distance_field(sites[row], radio.outdoors, antenna_m=radio.height_m, ground=shape)
        for row, shape in ground.shapes.items()
        if row not in fields
    }
    return SiteReach(
        radio=radio,
        outdoors=over_surface(by_distance, fields, _on_model(fields, places)),
        # By distance alone: a surface model does not show which wall is between.
        indoors=reach_by_distance(sites, places, radio.indoors, antenna_m=radio.height_m),
        already=best_server(existing, everyone),
        fields=fields,
        open_fields=open_fields,
        open_assumed=ground.assumed,
    )


def _without_surface(
    sites: np.ndarray, places: np.ndarray, ground: Mapping[int, shapely.Geometry], *, radio: RadioPlan
) -> scipy.sparse.csr_array:
    """Chances by distance, in line of sight on open ground."""
    link, antenna_m = radio.outdoors, radio.height_m
    mixed = reach_by_distance(sites, places, link, antenna_m=antenna_m)
    return in_the_open(mixed, ground, sites=sites, places=places, link=link, antenna_m=antenna_m)


def at_least(chances: scipy.sparse.csr_array, least: float) -> scipy.sparse.csr_array:
    """1 where a chance is as high as that, else 0.

    Examples
    --------
    >>> at_least(scipy.sparse.csr_array(np.array([[0.9, 0.8, 0.5]])), 0.8).toarray().tolist()
    [[1.0, 1.0, 0.0]]
    """
    found = chances.tocoo()
    kept = found.data >= least
    places = tuple(axis[kept] for axis in found.coords)
    return scipy.sparse.csr_array((np.ones(int(kept.sum())), places), shape=chances.shape)


def _amount(chances: scipy.sparse.csr_array | None, amounts: pd.Series) -> np.ndarray | float:
    """Expected amount within reach of each candidate; NaN where nothing is known."""
    return float("nan") if chances is None or amounts.isna().all() else chances @ amounts.fillna(0.0).to_numpy()


def _areas_ha(reach: SiteReach) -> np.ndarray:
    """Expected area covered by each candidate: a circle, or what the chances add up to."""
    if reach.indoors is None:
        return np.full(reach.outdoors.shape[0], np.pi * reach.radio.reach_m**2 / 10_000)
    by_distance = area_by_distance_ha(reach.radio.outdoors, antenna_m=reach.radio.height_m)
    areas = np.full(reach.outdoors.shape[0], by_distance)
    for fields in (reach.fields, reach.open_fields):
        areas[list(fields)] = [field.area_ha for field in fields.values()]
    return areas


def with_chances(
    demand: gpd.GeoDataFrame, reach: SiteReach, chosen: np.ndarray, *, covered_share: float
) -> gpd.GeoDataFrame:
    """Demand points with `already`, `chance` (that free Wi-Fi, and the chosen sites, reach them) and `covered`.

    Covered is a point whose chance by the best chosen site is `covered_share` or more.
    """
    chance = best_server(reach.outdoors, chosen)
    return gpd.GeoDataFrame(demand.assign(already=reach.already, chance=chance, covered=chance >= covered_share))


def reached_together(
    chances: scipy.sparse.csr_array | None, amounts: pd.Series, chosen: np.ndarray
) -> tuple[float, float]:
    """Expected amount within reach of the chosen sites: lower and upper bound; NaN where not known.

    Notes
    -----
    Lower: the best site of each point. Upper: sites that fail independently of each other.
    """
    if chances is None or amounts.isna().all():
        return float("nan"), float("nan")
    known = amounts.fillna(0.0).to_numpy()
    return float(known @ best_server(chances, chosen)), float(known @ any_server(chances, chosen))


def _fields(layers: Layers, sites: np.ndarray, *, radio: RadioPlan, wifi: Wifi) -> dict[int, SignalField]:
    tiles, terrain = ([layer.raster for layer in layers.of(kind)] for kind in ("surface-model", "terrain-model"))
    sight = Sight(radius_m=wifi.sight_m, cell_m=_whole_cells(wifi.phone_m, tiles))
    found = surface_fields(tiles, sites, radio.outdoors, antenna_m=radio.height_m, sight=sight, terrain=terrain)
    return dict(found)


def _on_model(fields: Mapping[int, SignalField], places: np.ndarray) -> np.ndarray:
    """Places in the reference system of the fields, which have one in common."""
    return moved_to(next(iter(fields.values())).crs, places) if fields else places


def _whole_cells(wanted_m: float, tiles: Sequence[RasterFile]) -> float:
    """The whole multiple of the surface model's cells that is nearest to a wanted distance; 0: each cell."""
    if not tiles:
        return 0.0
    cell_m = abs(tiles[0].transform[0])
    return cell_m * max(1, round(wanted_m / cell_m))
