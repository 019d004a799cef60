"""Existing public Wi-Fi: which places have it, and which of them are free."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.places import Geography, area_of_points, refuse_own_outside
from connected_place.gis_data.crs import METRES, coordinates
from connected_place.gis_data.layers import Layers


def existing_wifi(layers: Layers, places: Geography) -> gpd.GeoDataFrame:
    """Existing public Wi-Fi inside the place, with its ward.

    Returns
    -------
    GeoDataFrame of points, EPSG:27700
        `name, provider, access, ward_code`; empty where no list was given.

    Raises
    ------
    DataError
        MOSTLY_OUTSIDE: a list of the council's own lies mostly elsewhere.
    """
    lists = layers.of("public-wifi")
    found = [gpd.GeoDataFrame(layer.frame) for layer in lists]
    if not found:
        columns = ["name", "provider", "access", "ward_code", "geometry"]
        return gpd.GeoDataFrame(columns=columns, geometry="geometry", crs=METRES)
    named = ((layer.source, layer.provenance.file, frame) for layer, frame in zip(lists, found, strict=True))
    refuse_own_outside(named, places.outlines["ward"])
    frame = gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=METRES)
    frame["ward_code"] = area_of_points(frame.geometry, places.outlines["ward"])
    return gpd.GeoDataFrame(frame[frame["ward_code"] != ""].reset_index(drop=True))


def free_spots(access_points: gpd.GeoDataFrame) -> np.ndarray:
    """Positions of free access points, shape (n, 2), metres; those whose access is not known count as free."""
    return coordinates(access_points.geometry[access_points["access"] != "paid"])
