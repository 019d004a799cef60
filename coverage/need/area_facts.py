"""What one layer says of each finest area: a table's column, cells of a grid, places nearby."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.places import Geography, of_layer, postcode_directory
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.rasters import Raster
from connected_place.gis_data.readers import VENUE_SOURCES

NO_BUILDINGS = ("street furniture", "car park")
"""Kinds of candidate venue that have no indoor space."""


def of_authority(layers: Layers, places: Geography, name: str, *, column: str, lad: str) -> pd.Series:
    """A rate of whole authorities for each finest area.

    Parameters
    ----------
    name : str
        Kind of the table.
    column : str
    lad : str
        Authority of areas whose ward outline does not say it.

    Returns
    -------
    Series indexed by finest code
        NaN where the table has no row of the authority, and for a table of areas that no outlines lead to, such as
        constituencies.
    """
    layer = layers.only(name)
    nothing = pd.Series(np.nan, index=places.parents.index)
    if layer is None or column not in layer.frame:
        return nothing
    if layer.level in places.layers:
        return of_layer(layers, places, layer, column=column, is_rate=True)
    if layer.level != "authority":
        return nothing
    wards = places.outlines["ward"]
    stated = wards.get("authority", pd.Series("", index=wards.index))
    codes = places.parents["ward"].map(stated.where(stated != "", lad.strip().upper()))
    return codes.map(layer.frame[column])


def zonal_sums(raster: Raster, outlines: gpd.GeoDataFrame) -> pd.Series:
    """Sums of cells within each outline, a cell on an edge by the share of its area that lies inside.

    Parameters
    ----------
    raster : Raster
    outlines : GeoDataFrame
        Reprojected to the raster's system where they differ.

    Notes
    -----
    exactextract (Baston): exact fractions, so that neighbours that share an edge share its cells and totals hold.
    """
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    rows, columns = raster.values.shape
    left, top = raster.transform[2], raster.transform[5]
    source = NumPyRasterSource(
        raster.values,
        xmin=left,
        xmax=left + columns * raster.transform[0],
        ymin=top + rows * raster.transform[4],
        ymax=top,
        nodata=np.nan,
        srs_wkt=raster.crs,
    )
    shapes = outlines[["geometry"]].to_crs(raster.crs)
    sums = exact_extract(source, shapes, "sum", output="pandas")["sum"]
    return pd.Series(sums.to_numpy(), index=outlines.index)


def distance_to_free_wifi(layers: Layers, places: Geography) -> pd.Series:
    """Metres from each centre to the nearest existing free access point; NaN where no list of them was given."""
    free = [layer.frame[layer.frame["access"] != "paid"] for layer in layers.of("public-wifi")]
    spots = np.concatenate([coordinates(frame.geometry) for frame in free]) if free else np.empty((0, 2))
    if not len(spots):
        return pd.Series(np.nan, index=places.parents.index)
    distance_m, _ = cKDTree(spots).query(coordinates(places.centres))
    return pd.Series(distance_m, index=places.parents.index)


def buildings_within(layers: Layers, places: Geography, *, walk_m: float) -> pd.Series:
    """Candidate venues with rooms, at most so far from each centre as the crow flies.

    Parameters
    ----------
    walk_m : float
        Metres; the edge counts.

    Returns
    -------
    Series of counts indexed by finest code
        NaN where no list of venues was given. A venue that has only a postcode stands at its postcode's point, and
        counts nowhere where no directory knows it. Those beyond the border count where a list holds them.
    """
    found = [layer.frame for source in VENUE_SOURCES for layer in layers.of(source)]
    if not found:
        return pd.Series(np.nan, index=places.parents.index)
    venues = pd.concat([pd.DataFrame(frame) for frame in found])
    venues = venues[~venues["kind"].isin(NO_BUILDINGS)]
    spots = gpd.GeoSeries(venues["geometry"], crs=places.centres.crs)
    if layers.of("postcodes"):
        by_postcode = postcode_directory(layers).geometry.reindex(venues["postcode"])
        spots = spots.where(spots.notna(), gpd.GeoSeries(by_postcode.to_numpy(), index=spots.index, crs=spots.crs))
    placed = coordinates(spots[spots.notna()])
    if not len(placed):
        return pd.Series(0.0, index=places.parents.index)
    counts = cKDTree(placed).query_ball_point(coordinates(places.centres), r=walk_m, return_length=True)
    return pd.Series(counts.astype("float64"), index=places.parents.index)
