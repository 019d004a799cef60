"""Deprivation deciles: in which of the nation's tenths a place lies, 1 being the most deprived."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.places.finest import by_finest_area
from connected_place.coverage.places.geography import Geography
from connected_place.gis_data.layers import Layers


def deciles(layers: Layers, places: Geography) -> pd.Series:
    """Decile of each finest area by the nation's own ranks; NaN where they are not known.

    Returns
    -------
    Series indexed by finest code
        1 (most deprived tenth of the nation's areas) to 10.

    Notes
    -----
    By the rank of the income domain where the file has it, else the overall one (`gis_data.deprivation`).
    """
    rank = by_finest_area(layers, places, "deprivation", column="deprivation_rank", is_rate=True)
    ranks = by_finest_area(layers, places, "deprivation", column="deprivation_ranks", is_rate=True)
    return (10 * rank / ranks).map(np.ceil)


def decile_of_points(points: gpd.GeoDataFrame, found: pd.Series, places: Geography, codes: pd.Series) -> pd.Series:
    """Decile of the finest area of each point.

    Parameters
    ----------
    points : GeoDataFrame, EPSG:27700
    found : Series indexed by finest code
        As `deciles` gives it.
    places : Geography
    codes : Series
        Finest code of some points, such as postcodes, by their index; the others take the area they are in.
    """
    known = pd.Series(codes.reindex(points.index), dtype=object)
    rest = known.isna()
    if rest.any():
        known[rest] = places.areas_at(gpd.GeoSeries(points.geometry[rest]), places.level)
    return known.map(found).astype("float64")
