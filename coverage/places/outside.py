"""Layers of points that lie mostly elsewhere: another council's list, or wrong coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import shapely

from connected_place.coverage.places.geography import Geography
from connected_place.gis_data.catalogue import point_sources, source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layers

THE_COUNCIL = "The council"


def refuse_own_outside(lists: Iterable[tuple[str, str, gpd.GeoDataFrame]], wards: gpd.GeoDataFrame) -> None:
    """Refuse lists of the council's own that lie mostly outside its wards.

    Parameters
    ----------
    lists : iterable of kind, file and points
        Kind: id in the catalogue; lists of other publishers are passed over, for they may be of the whole country.
        Points: EPSG:27700, None where a row has no position; with `row`, of the file, or without.
    wards : GeoDataFrame of polygons, EPSG:27700

    Raises
    ------
    DataError
        MOSTLY_OUTSIDE.
    """
    faults = (_own_outside(kind, file, points, wards) for kind, file, points in lists)
    found = [each for each in faults if each is not None]
    if found:
        raise DataError(found)


def _own_outside(kind: str, file: str, points: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> Fault | None:
    entry, placed = source(kind), points[points.geometry.notna()]
    if entry.publisher != THE_COUNCIL:
        return None
    outside = ~_lie_inside(placed.geometry, wards)
    if 2 * outside.sum() <= len(placed):
        return None
    rows = tuple(sorted(placed.loc[outside, "row"])) if "row" in placed else ()
    count, total = int(outside.sum()), len(placed)
    return fault("MOSTLY_OUTSIDE.own", file=file, rows=rows, count=count, total=total, things=entry.points)


def refuse_centroids_outside(layers: Layers, places: Geography) -> None:
    """Refuse centroids that put most areas of the place outside its wards.

    Raises
    ------
    DataError
        MOSTLY_OUTSIDE.
    """
    for layer in layers.of("ons-centroids", level=places.level):
        ours = gpd.GeoDataFrame(layer.frame[layer.frame.index.isin(places.parents.index)])
        outside = ~_lie_inside(ours.geometry, places.outlines["ward"])
        if 2 * outside.sum() > len(ours):
            count, total = int(outside.sum()), len(ours)
            raise DataError(fault("MOSTLY_OUTSIDE.centroids", file=layer.provenance.file, count=count, total=total))


def layers_elsewhere(layers: Layers, places: Geography) -> Iterator[Fault]:
    """A warning for each layer of points of which none lies in the wards, whoever publishes it.

    Parameters
    ----------
    layers : Layers
    places : Geography
    """
    own = point_sources("venues", "access points", "counters")
    for layer in layers:
        is_own = layer.source in own and source(layer.source).publisher == THE_COUNCIL
        if layer.role or is_own or layer.raster is not None or not isinstance(layer.frame, gpd.GeoDataFrame):
            continue
        placed = layer.frame.geometry.dropna()
        if not len(placed) or not (placed.geom_type == "Point").all():
            continue
        if not _lie_inside(placed, places.outlines["ward"]).any():
            yield fault("MOSTLY_OUTSIDE.all", file=layer.provenance.file, blocks=False, count=len(placed))


def _lie_inside(points: gpd.GeoSeries, wards: gpd.GeoDataFrame) -> np.ndarray:
    """Which points lie in any ward, or on its edge."""
    inside = np.zeros(len(points), dtype=bool)
    at, _ = shapely.STRtree(wards.geometry.to_numpy()).query(points.to_numpy(), predicate="intersects")
    inside[np.unique(at)] = True
    return inside
