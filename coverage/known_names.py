"""What people call an area: its settlement, or its ward, and the street, building or postcode at its middle."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from connected_place.coverage.base_map import BaseMap
from connected_place.coverage.postcode_spots import PostcodeSpots
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.readers import VENUE_SOURCES

SETTLEMENT_RANKS = (1, 2, 3)
"""Towns, parts of towns and villages give an area its name; a farm does not."""

SETTLEMENT_M = 3_000.0
"""A settlement names an area whose middle is no farther from its own (project's proposal); else the ward does."""

LANDMARK_M = 750.0
"""An area is "near" what is no farther from its middle than this (project's proposal)."""

MOST_TRIED = 12
"""How many landmarks, nearest first, an area may try until its name is its own."""

ALONG_M = 100.0
"""A named road is near an area where any of its points at this distance from each other is."""

LANDMARKS = ("road", "street", "station", "green", "place", "other")
NO_LANDMARK = ("street furniture", "car park", "health")
"""Kinds of venue that nobody names a place by; practices may bear the name of a person."""


def known_names(
    areas: gpd.GeoDataFrame, base: BaseMap, layers: Layers, *, spots: PostcodeSpots | None = None
) -> pd.Series:
    """A name for each area that differs from all others.

    Parameters
    ----------
    areas : GeoDataFrame, EPSG:27700
        With `ward_name`.
    base : BaseMap
        Its names; without any, the ward and the council's own buildings name an area.
    layers : Layers
        With the lists of venues.
    spots : PostcodeSpots or None
        They name the areas that share every landmark with another.

    Returns
    -------
    Series of str, indexed as `areas`
        For example "Tilbury, near Dock Road" or "Tilbury, around RM18 8AD"; "" where nothing near has a name.
    """
    if not len(areas):
        return pd.Series("", index=areas.index, dtype="str")
    middles = coordinates(areas.geometry.representative_point())
    outer = _settlements(areas, base, middles)
    tried = _nearest_landmarks(_landmarks(base, layers), middles, outer)
    names = pd.Series("", index=areas.index, dtype="str")
    for at in range(tried.shape[1]):
        is_open = (names == "") & (tried[:, at] != "")
        proposed = (outer + ", near " + tried[:, at]).where(is_open, "")
        is_first = ~proposed.where(is_open).duplicated() & ~proposed.isin(names[names != ""])
        names = names.mask(is_open & is_first, proposed)
    around = _middle_postcodes(areas, spots.frame if spots else None, middles)
    return names.mask((names == "") & (around != ""), outer + ", around " + around)


def _middle_postcodes(areas: gpd.GeoDataFrame, spots: gpd.GeoDataFrame | None, middles: np.ndarray) -> pd.Series:
    """Of each area's own postcodes, the one nearest to its middle; "" for none."""
    if spots is None or not len(spots):
        return pd.Series("", index=areas.index, dtype="str")
    own = spots[spots["area_code"].isin(areas.index)]
    offset_m = coordinates(own.geometry) - middles[areas.index.get_indexer(own["area_code"])]
    ordered = own.assign(away=np.hypot(*offset_m.T)).sort_values(["away"], kind="stable")
    first = ordered[~ordered["area_code"].duplicated()]
    written = first.index.str[:-3].str.strip() + " " + first.index.str[-3:]
    return pd.Series(written, index=first["area_code"].to_numpy(), dtype="str").reindex(areas.index).fillna("")


def _in_sentence_case(names: pd.Series) -> pd.Series:
    """Names that a register has in capitals as they are written elsewhere.

    Examples
    --------
    >>> _in_sentence_case(pd.Series(["ST MARY'S SCHOOL", "Dock Road", "BT"])).tolist()
    ["St Mary's School", 'Dock Road', 'BT']
    """
    small = names.str.lower().str.replace(r"(?:^|(?<=[\s(/-]))[^\W\d_]", lambda found: found[0].upper(), regex=True)
    return small.where(names.str.isupper() & (names.str.len() > 4), names)


def _settlements(areas: gpd.GeoDataFrame, base: BaseMap, middles: np.ndarray) -> pd.Series:
    """Name of the nearest settlement of each area; that of its ward where there is none."""
    found = base.names
    found = found[(found["feature"] == "place") & found["rank"].isin(SETTLEMENT_RANKS)].sort_values("name")
    wards = areas["ward_name"].astype("str")
    if not len(found):
        return wards
    distance_m, at = cKDTree(coordinates(found.geometry)).query(middles)
    nearest = pd.Series(found["name"].to_numpy()[at], index=areas.index)
    return nearest.where(distance_m <= SETTLEMENT_M, wards)


def _landmarks(base: BaseMap, layers: Layers) -> pd.DataFrame:
    """`name`, `x`, `y` of everything that an area may be near, a road at many points."""
    named = base.names
    named = named[named["feature"].isin(LANDMARKS)]
    venues = [layer.frame[["name", "kind", "geometry"]] for kind in VENUE_SOURCES for layer in layers.of(kind)]
    parts = [(named["name"], named.geometry)]
    for frame in venues:
        kept = frame[frame.geometry.notna() & ~frame["kind"].isin(NO_LANDMARK) & (frame["name"] != "")]
        parts.append((_in_sentence_case(kept["name"].astype("str")), kept.geometry))
    names = np.concatenate([part.astype("str").to_numpy() for part, _ in parts])
    shapes = np.concatenate([shapes.to_numpy() for _, shapes in parts])
    is_area = shapely.get_dimensions(shapes) == 2
    shapes = np.where(is_area, shapely.centroid(shapes), shapes)
    xy, owner = shapely.get_coordinates(shapely.segmentize(shapes, ALONG_M), return_index=True)
    return pd.DataFrame({"name": names[owner], "x": xy[:, 0], "y": xy[:, 1]}).drop_duplicates()


def _nearest_landmarks(landmarks: pd.DataFrame, middles: np.ndarray, outer: pd.Series) -> np.ndarray:
    """Names of the landmarks of each area, nearest first, each once; "" where there is no further one.

    Returns
    -------
    array of str of shape (areas, MOST_TRIED)
    """
    tried = np.full((len(middles), MOST_TRIED), "", dtype=object)
    if not len(landmarks):
        return tried
    ordered = landmarks.sort_values(["name", "x", "y"], kind="stable")
    many = min(len(ordered), 12 * MOST_TRIED)
    distance_m, at = cKDTree(ordered[["x", "y"]].to_numpy()).query(middles, k=many, distance_upper_bound=LANDMARK_M)
    distance_m, at = distance_m.reshape(len(middles), -1), at.reshape(len(middles), -1)
    row, column = np.nonzero(np.isfinite(distance_m))
    found = pd.DataFrame({"row": row, "name": ordered["name"].to_numpy()[at[row, column]]})
    found = found[found["name"].to_numpy() != outer.to_numpy()[found["row"]]].drop_duplicates()
    found["place"] = found.groupby("row").cumcount()
    found = found[found["place"] < MOST_TRIED]
    tried[found["row"], found["place"]] = found["name"]
    return tried
