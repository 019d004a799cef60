"""Footfall of a place: by square, and from the squares by area."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.footfall.points import Footfall, footfall
from connected_place.coverage.footfall.squares import visitor_squares
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.places import Geography, area_of_points, refuse_own_outside
from connected_place.coverage.user_groups import VISITORS
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers

FILES = ("footfall-counters", "footfall-hourly", "footfall-raster")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFootfall:
    """How busy a place is.

    Attributes
    ----------
    footfall : Footfall
        Of the squares, and after them of the centres of the finest areas.
    squares : GeoSeries of points, EPSG:27700
        Middles of the squares of a grid that lie in a ward, indexed by name.
    index : array, one a square
        0 to 100; NaN: not known.
    by_area : Series indexed by finest code
        Mean index of the squares in the area; where it is smaller than a square, the index at its centre.
    """

    footfall: Footfall
    squares: gpd.GeoSeries
    index: np.ndarray
    by_area: pd.Series


def is_asked(layers: Layers, parameters: Parameters) -> bool:
    """Whether a file or a weight of the plan has to do with footfall."""
    rules = parameters.score
    weights = (rules.weights, rules.lines, rules.wifi_weights, *(item.weights for item in rules.set))
    is_scored = any(stated.get("footfall", 0.0) > 0 for stated in weights)
    return is_scored or parameters.group_weights[VISITORS] > 0 or any(layers.of(kind) for kind in FILES)


def asked_footfall(layers: Layers, places: Geography, parameters: Parameters) -> PlaceFootfall | None:
    """How busy a place is, where anything in the plan asks for it; else None."""
    return place_footfall(layers, places, parameters) if is_asked(layers, parameters) else None


def place_footfall(layers: Layers, places: Geography, parameters: Parameters) -> PlaceFootfall:
    """Say how busy each square and each finest area of a place is.

    Parameters
    ----------
    layers : Layers
    places : Geography
    parameters : Parameters
        `demand.visitor_cell_m` is the side of a square.

    Raises
    ------
    DataError
        MOSTLY_OUTSIDE: the council's own counters, which counted people, stand mostly elsewhere.
    """
    if layers.of("footfall-hourly"):
        at = layers.of("footfall-counters")
        lists = ((layer.source, layer.provenance.file, gpd.GeoDataFrame(layer.frame)) for layer in at)
        refuse_own_outside(lists, places.outlines["ward"])
    squares = visitor_squares(places.outlines["ward"], cell_m=parameters.demand.visitor_cell_m)
    found = footfall(layers, np.vstack([coordinates(squares), coordinates(places.centres)]))
    of_squares, of_centres = found.index[: len(squares)], found.index[len(squares) :]
    codes = area_of_points(squares, places.outlines[places.level])
    means = pd.Series(of_squares).groupby(codes.to_numpy()).mean().reindex(places.centres.index)
    centres = pd.Series(of_centres, index=places.centres.index)
    return PlaceFootfall(footfall=found, squares=squares, index=of_squares, by_area=means.fillna(centres))


def people_per_hour(footfall: PlaceFootfall | None, points: pd.DataFrame) -> pd.Series:
    """People an hour at the visitors' points, where they are known at every one of them.

    Parameters
    ----------
    footfall : PlaceFootfall or None
    points : DataFrame, one row a demand point
        `group`.

    Returns
    -------
    Series indexed as `points`
        NaN at the points of other groups; and everywhere, where any of the visitors' points has an index alone.
    """
    unknown = pd.Series(np.nan, index=points.index)
    if footfall is None:
        return unknown
    people = pd.Series(footfall.footfall.people_per_hour[: len(footfall.squares)], index=footfall.squares.index)
    found = people.reindex(points.index).where(points["group"] == VISITORS)
    return unknown if found[points["group"] == VISITORS].isna().any() else found


def footfall_in(footfall: PlaceFootfall, areas: gpd.GeoDataFrame) -> pd.Series:
    """Mean index of the squares in each area; for an area smaller than a square, the index at its centre.

    Parameters
    ----------
    footfall : PlaceFootfall
    areas : GeoDataFrame, EPSG:27700, indexed by code
        Of any level.

    Returns
    -------
    Series indexed as `areas`
        0 to 100; NaN: not known.
    """
    codes = area_of_points(footfall.squares, areas)
    means = pd.Series(footfall.index).groupby(codes.to_numpy()).mean().reindex(areas.index)
    return means.fillna(footfall.by_area.reindex(areas.index))
