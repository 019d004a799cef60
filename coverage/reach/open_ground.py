"""Open ground: squares, sea fronts and car parks, where an access point and a phone see each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import scipy.sparse
import shapely

from connected_place.coverage.parameters import Wifi
from connected_place.coverage.reach.by_distance import LEAST_CHANCE
from connected_place.coverage.reach.link import Link, probability_in_sight
from connected_place.coverage.reach.propagation import distance_3d_m
from connected_place.gis_data.layers import Layers

SOURCE = "open-places"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGround:
    """The open ground of a plan, and which of it each candidate stands on.

    Attributes
    ----------
    outlines : array of Polygon or MultiPolygon, EPSG:27700
    shapes : mapping of row to Polygon or MultiPolygon, EPSG:27700
        By row of the site, for those on open ground: all of it that shares an outline with the site.
    assumed : bool
        True: by the kind of the host, since no open places are given.
    """

    outlines: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=object))
    shapes: Mapping[int, shapely.Geometry] = field(default_factory=dict)
    assumed: bool = False


def open_ground(layers: Layers, candidates: gpd.GeoDataFrame, wifi: Wifi) -> OpenGround:
    """The open ground of each candidate: the outlines that it stands in, else a circle about a host of an open kind.

    Parameters
    ----------
    layers : Layers
        With the open places, if any.
    candidates : GeoDataFrame of points, EPSG:27700
        With `kind`, if it is known.
    wifi : Wifi
    """
    places = candidates.geometry.to_numpy()
    given = [layer.frame.geometry.to_numpy() for layer in layers.of(SOURCE)]
    if given:
        outlines = np.concatenate(given)
        return OpenGround(outlines=outlines, shapes=ground_of(outlines, places))
    if "kind" not in candidates:
        return OpenGround()
    hosts = np.flatnonzero(candidates["kind"].isin(wifi.open_kinds))
    circles = shapely.buffer(places[hosts], wifi.open_m)
    # A neighbour of the host, say a column in the street, is not taken to see what the host sees.
    shapes = dict(zip(hosts.tolist(), circles, strict=True))
    return OpenGround(outlines=circles, shapes=shapes, assumed=len(hosts) > 0)


def ground_of(outlines: np.ndarray, places: np.ndarray) -> dict[int, shapely.Geometry]:
    """By row, the outlines that a point lies in, as one shape; the edge belongs to them."""
    if not len(outlines) or not len(places):
        return {}
    row, outline = shapely.STRtree(outlines).query(places, predicate="intersects")
    return {site: shapely.union_all(outlines[outline[row == site]]) for site in np.unique(row).tolist()}


def in_the_open(
    chances: scipy.sparse.csr_array,
    shapes: Mapping[int, shapely.Geometry],
    *,
    sites: np.ndarray,
    places: np.ndarray,
    link: Link,
    antenna_m: float,
) -> scipy.sparse.csr_array:
    """The same chances, in line of sight wherever a place lies on the open ground of a site.

    Parameters
    ----------
    chances : sparse array (n, m)
        As `by_distance.reach_by_distance` gives them.
    shapes : mapping of row to shape
        As of `OpenGround`.
    sites, places : array (n, 2), array (m, 2)
        Easting and northing, metres.
    link : Link
    antenna_m : float
        Of the access point above the ground.
    """
    if not shapes or not len(places):
        return chances
    rows = np.array(list(shapes))
    spots = np.asarray(shapely.points(places))
    which, column = shapely.STRtree(spots).query(np.array(list(shapes.values())), predicate="intersects")
    row = rows[which]
    apart_m = np.hypot(*(sites[row] - places[column]).T)
    chance = probability_in_sight(distance_3d_m(apart_m, height_m=antenna_m), link)
    kept = chance >= LEAST_CHANCE  # nor where the formula ends
    seen = scipy.sparse.csr_array((chance[kept], (row[kept], column[kept])), shape=chances.shape)
    found = chances.maximum(seen).tocsr()
    found.sort_indices()
    return found
