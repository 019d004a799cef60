"""Unserved premises: where they are, as points for the search for clusters."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.coverage.clusters.dense import GapClusters, gap_clusters
from connected_place.coverage.gaps import Units
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import Geography
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers import SETTLEMENTS


def unserved_clusters(
    layers: Layers, places: Geography, units: Units, *, directory: gpd.GeoDataFrame | None, parameters: Parameters
) -> GapClusters:
    """Clusters of the place's premises without the headline speed.

    Parameters
    ----------
    layers : Layers
    places : Geography
    units : Units
    directory : GeoDataFrame or None
        Postcodes with positions.
    parameters : Parameters
    """
    points = unserved_points(places, units, directory=directory, tier=parameters.gaps.headline)
    return gap_clusters(
        points,
        parameters.clusters,
        wards=places.outlines["ward"],
        outlines=places.outlines.get(units.level),
        named_places=_settlements(layers),
    )


def unserved_points(
    places: Geography, units: Units, *, directory: gpd.GeoDataFrame | None, tier: str
) -> gpd.GeoDataFrame:
    """Units of the coverage file with the premises that lack a tier.

    Parameters
    ----------
    places : Geography
    units : Units
    directory : GeoDataFrame or None
        Postcodes with positions, for units that are postcodes.
    tier : str

    Returns
    -------
    GeoDataFrame of points, EPSG:27700, indexed by unit
        `premises`, `gap` (NaN: not reported), `ward`. Units without a known position are left out.
    """
    is_postcode = units.level == "postcode" and directory is not None
    spots = directory.geometry if is_postcode and directory is not None else places.centres
    counts = units.counts
    frame = pd.DataFrame(
        {"premises": counts["premises"], "gap": counts[f"{tier}_gap"], "ward": units.areas["ward"]},
        index=counts.index,
    )
    points = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(spots.reindex(counts.index), crs=METRES))
    return gpd.GeoDataFrame(points[points.geometry.notna()])


def _settlements(layers: Layers) -> gpd.GeoDataFrame | None:
    """Populated places with a name, where a file of them was given."""
    found = [layer.frame for layer in layers.of("place-names")]
    if not found:
        return None
    names = gpd.GeoDataFrame(pd.concat(found), crs=METRES)
    return gpd.GeoDataFrame(names[names["place_type"].isin(SETTLEMENTS)])
