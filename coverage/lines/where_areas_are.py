"""Where each intervention area is: its name, outline, deprivation, and the nearest public building."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.clusters import GapClusters
from connected_place.coverage.gaps import PlaceGaps
from connected_place.coverage.lines.areas import InterventionAreas
from connected_place.coverage.places import deciles
from connected_place.gis_data.crs import METRES, coordinates
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers import SETTLEMENTS, VENUE_SOURCES

AROUND_M = 50.0
"""Radius of the disc that stands for a scattered postcode on a map."""

SETTLEMENT_WITHIN_M = 1_000.0
"""A cluster is called after a settlement no farther than this (project's proposal, as for clusters)."""

_NO_ROOMS = ("street furniture", "car park")
"""Kinds of venue that are no building."""


def placed_areas(layers: Layers, gaps: PlaceGaps, clusters: GapClusters, areas: InterventionAreas) -> gpd.GeoDataFrame:
    """The areas with what a map and a reader need to find them.

    Parameters
    ----------
    layers : Layers
    gaps : PlaceGaps
    clusters : GapClusters
    areas : InterventionAreas

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed as `areas.frame`
        Its columns, and `area_name`, `ward_name`, `settlement` ("": none near, or none was given), `decile` (of most
        of its premises, 1 the most deprived; NaN: not known), `building` (nearest public building; "": no list was
        given) and `building_m` (metres from the middle of its premises as the crow flies; NaN), `units` (how many).
    """
    places, units = gaps.area.places, gaps.units
    is_postcode = units.level == "postcode" and gaps.area.directory is not None
    spots = gaps.area.directory.geometry if is_postcode else places.centres  # type: ignore[union-attr]
    parts = areas.parts.assign(place=gpd.GeoSeries(spots.reindex(areas.parts["unit"])).to_numpy())
    middles = _middles(parts, areas.frame.index)
    frame = areas.frame.assign(
        ward_name=areas.frame["ward_code"].map(places.outlines["ward"]["name"]).fillna(""),
        settlement=_nearest(_settlements(layers), middles, within_m=SETTLEMENT_WITHIN_M)["name"],
        decile=_deciles(parts, deciles(layers, places), units.areas[places.level], areas.frame.index),
        units=parts.groupby("area_id").size().reindex(areas.frame.index),
    )
    buildings = _nearest(_buildings(layers), middles)
    frame = frame.assign(building=buildings["name"], building_m=buildings["distance_m"])
    shapes = _outlines(parts, frame, clusters, places.outlines.get(units.level))
    found = frame.assign(area_name=_names(frame, clusters))
    return gpd.GeoDataFrame(found, geometry=shapes, crs=METRES)


def _middles(parts: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Easting and northing of the middle of each area's premises, NaN where no unit has a position."""
    placed = parts[pd.notna(parts["place"])]
    at = coordinates(gpd.GeoSeries(placed["place"], crs=METRES)) if len(placed) else np.empty((0, 2))
    moments = pd.DataFrame(at * placed[["premises"]].to_numpy(), index=placed.index, columns=["x", "y"])
    groups = placed["area_id"]
    return moments.groupby(groups).sum().div(placed["premises"].groupby(groups).sum(), axis="index").reindex(index)


def _nearest(found: gpd.GeoDataFrame, middles: pd.DataFrame, *, within_m: float = np.inf) -> pd.DataFrame:
    """Name and distance of the nearest of some points; "" and NaN where there is none near."""
    result = pd.DataFrame({"name": "", "distance_m": np.nan}, index=middles.index)
    known = middles.notna().all(axis="columns")
    if not len(found) or not known.any():
        return result
    ordered = found.sort_values("name", kind="stable")
    distance_m, at = cKDTree(coordinates(ordered.geometry)).query(middles[known].to_numpy())
    is_near = distance_m <= within_m
    result.loc[known, "name"] = np.where(is_near, ordered["name"].to_numpy()[at], "")
    result.loc[known, "distance_m"] = np.where(is_near, distance_m, np.nan)
    return result


def _settlements(layers: Layers) -> gpd.GeoDataFrame:
    found = [layer.frame for layer in layers.of("place-names")]
    names = gpd.GeoDataFrame(pd.concat(found), crs=METRES) if found else _nothing("place_type")
    return gpd.GeoDataFrame(names[names["place_type"].isin(SETTLEMENTS)])


def _buildings(layers: Layers) -> gpd.GeoDataFrame:
    """Venues with rooms and a position."""
    found = [layer.frame[["name", "kind", "geometry"]] for name in VENUE_SOURCES for layer in layers.of(name)]
    venues = gpd.GeoDataFrame(pd.concat(found), crs=METRES) if found else _nothing("kind")
    return gpd.GeoDataFrame(venues[venues.geometry.notna() & ~venues["kind"].isin(_NO_ROOMS)])


def _nothing(column: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [], column: [], "geometry": []}, geometry="geometry", crs=METRES)


def _deciles(parts: pd.DataFrame, of_area: pd.Series, finest: pd.Series, index: pd.Index) -> pd.Series:
    """Decile in which most of each area's premises lie; of several the most deprived."""
    found = parts["unit"].map(finest.map(of_area))
    sums = parts["premises"].groupby([parts["area_id"], found]).sum().rename_axis(["area_id", "decile"])
    ordered = sums.reset_index().sort_values(["premises", "decile"], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates("area_id").set_index("area_id")["decile"].reindex(index).astype("float64")


def _names(frame: pd.DataFrame, clusters: GapClusters) -> pd.Series:
    """A cluster by its own name and its ward; the scattered rest by its ward."""
    cluster = frame["cluster_id"].map(clusters.frame["name"]) if len(clusters.frame) else pd.Series(pd.NA, frame.index)
    named = cluster.astype("str") + " (" + frame["cluster_id"] + ")"
    is_elsewhere = [str(ward) not in str(name) for ward, name in zip(frame["ward_name"], cluster, strict=True)]
    named = named.where(~np.array(is_elsewhere), named + ", " + frame["ward_name"])
    return named.where(frame["cluster_id"] != "", frame["ward_name"] + ", scattered")


def _outlines(
    parts: pd.DataFrame, frame: pd.DataFrame, clusters: GapClusters, outlines: gpd.GeoDataFrame | None
) -> gpd.GeoSeries:
    """A cluster's own outline; of a scattered rest the outlines of its output areas, or discs around its postcodes."""
    scattered = parts[parts["area_id"].map(frame["cluster_id"]) == ""]
    shapes = gpd.GeoSeries(scattered["place"], crs=METRES).buffer(AROUND_M)
    if outlines is not None:
        own = gpd.GeoSeries(outlines.geometry.reindex(scattered["unit"]).to_numpy(), index=scattered.index, crs=METRES)
        shapes = own.make_valid()
    united = gpd.GeoDataFrame(geometry=shapes).dissolve(by=scattered["area_id"]).geometry
    of_cluster = clusters.frame.geometry.reindex(frame["cluster_id"]).set_axis(frame.index)
    both = of_cluster.where(frame["cluster_id"] != "", united.reindex(frame.index))
    return gpd.GeoSeries(both, crs=METRES)
