"""The base map: what stands on the ground of a place and around it, for maps and names; nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.gis_data.crs import METRES
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers import ROADS, SETTLEMENTS, STATIONS

BASE_SOURCES = ("base-roads", "base-rail", "base-water", "base-greenspace", "base-names", "openstreetmap")
"""Kinds of file that a base map is drawn from."""

AROUND_SHARE = 0.12
"""How far around the wards it goes: this share of their longer side, so that a map's corners are not empty."""

PLACE_RANKS = dict(zip(SETTLEMENTS, (1, 1, 2, 3, 4, 4), strict=True))
"""Rank of the populated places of OS Open Names: a city or town, a part of one, a village, a hamlet or farm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMap:
    """What stands on the ground.

    Attributes
    ----------
    features : GeoDataFrame, EPSG:27700
        `feature` ("road", "rail", "water", "green", "place", "station", "street" or "other"), `rank` (1 matters most,
        4 least), `name`, `ref` (a road's number), geometry; cut to the wards and a margin.
    sources : tuple of str
        Ids of the catalogue that it comes from.
    """

    features: gpd.GeoDataFrame
    sources: tuple[str, ...] = ()

    @property
    def names(self) -> gpd.GeoDataFrame:
        """The features that have a name."""
        return gpd.GeoDataFrame(self.features[self.features["name"] != ""])


def base_map(layers: Layers, wards: gpd.GeoDataFrame) -> BaseMap:
    """The base map of a place; without features where no file of it was given.

    Parameters
    ----------
    layers : Layers
        Those of `BASE_SOURCES`, and the points of OS Open Names.
    wards : GeoDataFrame, EPSG:27700
    """
    found = {
        **{kind: [layer.frame for layer in layers.of(kind)] for kind in BASE_SOURCES},
        "place-names": [_open_names(layer.frame) for layer in layers.of("place-names")],
    }
    frames = [frame for of_kind in found.values() for frame in of_kind]
    if not frames:
        return BaseMap(features=_nothing())
    west, south, east, north = wards.total_bounds
    around_m = AROUND_SHARE * max(east - west, north - south)
    features = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=METRES)
    return BaseMap(
        features=cut_features(features, (west - around_m, south - around_m, east + around_m, north + around_m)),
        sources=tuple(kind for kind, of_kind in found.items() if of_kind),
    )


def cut_features(features: gpd.GeoDataFrame, box_m: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """The parts of features inside a box: west, south, east, north, metres. A cut outline may touch itself."""
    parts = shapely.clip_by_rect(features.geometry.to_numpy(), *box_m)
    kept = ~shapely.is_empty(parts) & ~shapely.is_missing(parts)
    return gpd.GeoDataFrame(features[kept].reset_index(drop=True).set_geometry(parts[kept], crs=METRES))


def _open_names(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Settlements, stations and named roads of OS Open Names: points, of a road one for the whole of it."""
    kind = frame["place_type"]
    is_number = kind.isin([road for road in ROADS if "numbered" in road])
    feature = np.select([kind.isin(SETTLEMENTS), kind.isin(STATIONS)], ["place", "station"], "street")
    columns = {"feature": feature, "rank": kind.map(PLACE_RANKS).fillna(2).astype("int64"), "name": frame["name"]}
    found = gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=METRES).assign(ref="")
    return gpd.GeoDataFrame(found[~is_number])


def _nothing() -> gpd.GeoDataFrame:
    columns = {"feature": [], "rank": np.array([], dtype="int64"), "name": [], "ref": []}
    return gpd.GeoDataFrame(columns, geometry=[], crs=METRES)
