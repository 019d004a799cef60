"""What lies around a point: premises, residents, venues, roads and stations within a walk, and the nearest centre."""

from __future__ import annotations

from collections.abc import Collection, Hashable

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.gis_data.crs import METRES, coordinates
from connected_place.gis_data.layers import Layers
from connected_place.gis_data.rasters import Raster
from connected_place.gis_data.readers import ROADS, SETTLEMENTS, STATIONS, VENUE_SOURCES

RADII_M = (100, 200, 400, 800)
"""800 m are about ten minutes on foot."""

FAR_RADII_M = (400, 800)
"""For what is seldom nearer, and for grids of residents, whose cells have a width of their own."""

_KINDS = ("library", "school", "health")
ALL = frozenset(
    [f"{name}_{radius}m" for name in ("postcodes", "roads") for radius in RADII_M]
    + [
        f"{name}_{radius}m"
        for name in ("residents", "stations", "venues", "council", *_KINDS)
        for radius in FAR_RADII_M
    ]
    + ["centre_m", "people_centre_m"]
)
"""Every column that there can be."""

TOWNS = ("city", "town")
NOT_VENUES = frozenset({"street furniture", "car park", "station"})
TILES = frozenset({"os-open-names", "os-functional-sites"})
"""Products that come in tiles, which seldom cover a whole place: a count of 0 would not mean that there is none."""

LEAST_PLACED = 0.9
"""Residents count as known where the areas of at least this share of them have a position."""


def surroundings(layers: Layers, points: np.ndarray, *, names: Collection[str] = ALL) -> pd.DataFrame:
    """What the open layers of a plan say of the surroundings of points.

    Parameters
    ----------
    layers : Layers
    points : array (n, 2)
        Easting and northing, EPSG:27700, metres.
    names : collection of str
        Columns to make; by default all.

    Returns
    -------
    DataFrame with n rows; a column only where its layer is given, NaN where the layer does not reach
        `postcodes_<r>m` (live postcodes within r metres, the distance r included), `roads_<r>m` (names of roads); for
        400 and 800 m only `residents_<r>m`, `stations_<r>m`, `venues_<r>m` and the venues of one kind, `library_<r>m`,
        `school_<r>m`, `health_<r>m` and `council_<r>m`; `centre_m` to the nearest city or town, and where no place
        names are given `people_centre_m` to the mean position of the residents.

    Notes
    -----
    A row depends on its own point and the layers alone, so that no other point can move it.
    """
    residents = _residents(layers)
    found: dict[str, np.ndarray] = {}
    found |= _postcodes(layers, points, names)
    found |= _residents_around(residents, points)
    found |= _venues(layers, points, names)
    found |= _names(layers, points, names)
    if "centre_m" not in found and residents is not None:
        centre = np.average(residents[:, :2], axis=0, weights=residents[:, 2])
        found["people_centre_m"] = np.hypot(*(points - centre).T)
    return pd.DataFrame({name: values for name, values in found.items() if name in names}, index=range(len(points)))


def counts_within(spots: np.ndarray, points: np.ndarray, *, radius_m: float) -> np.ndarray:
    """How many spots lie within a distance of each point, the edge included.

    Examples
    --------
    >>> counts_within(np.array([[0.0, 0], [30, 40]]), np.array([[0.0, 0], [900, 0]]), radius_m=50)
    array([2., 0.])
    """
    if not len(spots) or not len(points):
        return np.zeros(len(points))
    found = cKDTree(spots).query_ball_point(points, radius_m, return_length=True)
    return np.asarray(found, dtype="float64")


def sums_within(weighted: np.ndarray, points: np.ndarray, *, radii_m: tuple[int, ...]) -> dict[int, np.ndarray]:
    """Sums of weights within distances of each point.

    Parameters
    ----------
    weighted : array (m, 3)
        Easting, northing and weight.
    points : array (n, 2)
    radii_m : tuple of int

    Examples
    --------
    >>> sums_within(np.array([[0.0, 0, 5], [0, 300, 7]]), np.array([[0.0, 0]]), radii_m=(100, 400))
    {100: array([5.]), 400: array([12.])}
    """
    if not len(weighted) or not len(points):
        return {radius_m: np.zeros(len(points)) for radius_m in radii_m}
    trees = cKDTree(points), cKDTree(weighted[:, :2])
    pairs = trees[0].sparse_distance_matrix(trees[1], max(radii_m), output_type="ndarray")
    weights = weighted[pairs["j"], 2]
    return {
        radius_m: np.bincount(pairs["i"], weights=np.where(pairs["v"] <= radius_m, weights, 0.0), minlength=len(points))
        for radius_m in radii_m
    }


def at_points(raster: Raster, points: np.ndarray) -> np.ndarray:
    """Value of the cell that each point lies in; NaN outside the grid.

    Parameters
    ----------
    raster : Raster
        In any projected system.
    points : array (n, 2)
        EPSG:27700.
    """
    places = gpd.GeoSeries(gpd.points_from_xy(points[:, 0], points[:, 1]), crs=METRES)
    x, y = coordinates(places.to_crs(raster.crs)).reshape(-1, 2).T
    column = np.floor((x - raster.transform[2]) / raster.transform[0]).astype("int64")
    row = np.floor((y - raster.transform[5]) / raster.transform[4]).astype("int64")
    rows, columns = raster.values.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    return np.where(inside, raster.values[row.clip(0, rows - 1), column.clip(0, columns - 1)], np.nan)


def _postcodes(layers: Layers, points: np.ndarray, names: Collection[str]) -> dict[str, np.ndarray]:
    frames = [layer.frame[layer.frame["live"]] for layer in layers.of("postcodes")]
    return _around("postcodes", _spots(frames), points, names=names) if frames else {}


def _around(name: str, spots: np.ndarray, points: np.ndarray, *, names: Collection[str]) -> dict[str, np.ndarray]:
    """Counts of one thing within each distance that is asked for."""
    radii_m = [radius for radius in RADII_M if f"{name}_{radius}m" in names]
    return {f"{name}_{radius}m": counts_within(spots, points, radius_m=radius) for radius in radii_m}


def _spots(frames: list[pd.DataFrame]) -> np.ndarray:
    """Positions of all rows that have one, shape (n, 2)."""
    found = [coordinates(gpd.GeoDataFrame(frame).geometry.dropna()).reshape(-1, 2) for frame in frames]
    return np.concatenate(found) if found else np.empty((0, 2))


# --- residents -----------------------------------------------------------------------------------------------


def _residents(layers: Layers) -> np.ndarray | None:
    """Easting, northing and people of cells or areas, shape (n, 3); None where they are not known."""
    for layer in layers.of("population-raster"):
        return _cells(layer.raster)
    for layer in layers.of("population"):
        centres = _centres(layers).reindex(layer.frame.index).dropna()
        people = layer.frame["population"].dropna()
        placed = people.reindex(centres.index).dropna()
        if people.sum() > 0 and placed.sum() >= LEAST_PLACED * people.sum():
            return np.column_stack([coordinates(gpd.GeoSeries(centres[placed.index])), placed])
    return None


def _cells(raster: Raster) -> np.ndarray:
    """Centres of the cells that somebody lives in."""
    row, column = np.nonzero(np.nan_to_num(raster.values) > 0)
    x = raster.transform[2] + (column + 0.5) * raster.transform[0]
    y = raster.transform[5] + (row + 0.5) * raster.transform[4]
    places = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=raster.crs).to_crs(METRES)
    return np.column_stack([coordinates(places).reshape(-1, 2), raster.values[row, column]])


def _centres(layers: Layers) -> gpd.GeoSeries:
    """A point for each area code: its population-weighted centroid, else a point inside its outline."""
    parts = [gpd.GeoDataFrame(layer.frame).geometry for layer in layers.of("ons-centroids")]
    parts += [gpd.GeoDataFrame(layer.frame).geometry.representative_point() for layer in layers.of("ons-boundaries")]
    found = gpd.GeoSeries(pd.concat(parts)) if parts else gpd.GeoSeries([], crs=METRES)
    return found[~found.index.duplicated()]


def _residents_around(residents: np.ndarray | None, points: np.ndarray) -> dict[str, np.ndarray]:
    if residents is None:
        return {}
    sums = sums_within(residents, points, radii_m=FAR_RADII_M)
    reached = _reached(residents[:, :2], points)
    return {f"residents_{radius}m": np.where(reached, total, np.nan) for radius, total in sums.items()}


def _reached(spots: np.ndarray, points: np.ndarray) -> np.ndarray:
    """True for points inside the rectangle of the spots, or within the longest distance of it."""
    low, high = spots.min(axis=0) - max(RADII_M), spots.max(axis=0) + max(RADII_M)
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


# --- venues and names ----------------------------------------------------------------------------------------


def _venues(layers: Layers, points: np.ndarray, names: Collection[str]) -> dict[str, np.ndarray]:
    """Venues by kind; only kinds that a list was given of, so that 0 means none."""
    sources = {name: layers.of(name) for name in VENUE_SOURCES if name not in TILES and layers.of(name)}
    if not sources:
        return {}
    frames = [layer.frame for found in sources.values() for layer in found]
    venues = _at_postcodes(gpd.GeoDataFrame(pd.concat(frames), crs=METRES), layers)
    venues = venues[~venues["kind"].isin(NOT_VENUES)]
    kinds = venues["kind"].where(venues["kind"].isin(_KINDS), "council")
    found = _around("venues", _spots([venues]), points, names=names)
    for kind in sorted(kinds.unique()):
        found |= _around(kind, _spots([venues[kinds == kind]]), points, names=names)
    return found


def _at_postcodes(venues: gpd.GeoDataFrame, layers: Layers) -> gpd.GeoDataFrame:
    """Venues without a position at that of their postcode; left out where no directory knows it."""
    known: dict[Hashable, object] = {}
    for layer in layers.of("postcodes"):
        known |= layer.frame.geometry.reindex(venues["postcode"].unique()).dropna().to_dict()
    placed = venues.geometry.where(venues.geometry.notna(), venues["postcode"].map(known))
    return venues.set_geometry(gpd.GeoSeries(placed, crs=METRES)).dropna(subset=["geometry"])


def _names(layers: Layers, points: np.ndarray, names: Collection[str]) -> dict[str, np.ndarray]:
    """Roads, stations and the nearest centre; NaN beyond the tiles that were given."""
    frames = [layer.frame for layer in layers.of("place-names") if len(layer.frame)]
    if not frames:
        return {}
    places = gpd.GeoDataFrame(pd.concat(frames), crs=METRES)
    settlements = places[places["place_type"].isin(SETTLEMENTS)]
    roads = places[places["place_type"].isin(ROADS)]
    found: dict[str, np.ndarray] = {}
    if len(roads):
        found |= _around("roads", _spots([roads]), points, names=names)
    if len(settlements):
        stations = places[places["place_type"].isin(STATIONS)]
        found |= _around("stations", _spots([stations]), points, names=names)
        found["centre_m"] = cKDTree(_spots([_highest(settlements)])).query(points)[0]
    reached = _reached(_spots([places]), points)
    return {name: np.where(reached, values, np.nan) for name, values in found.items()}


def _highest(settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cities and towns; where there are none, the settlements of the highest rank there is."""
    towns = settlements[settlements["place_type"].isin(TOWNS)]
    if len(towns):
        return towns
    best = min(SETTLEMENTS.index(found) for found in settlements["place_type"].unique())
    return settlements[settlements["place_type"] == SETTLEMENTS[best]]
