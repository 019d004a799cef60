"""Where the premises are: live postcodes, or the centres of the finest areas, each with its premises."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import Units, postcode_premises
from connected_place.coverage.places import Geography, postcodes_to_areas


def premises_points(places: Geography, directory: gpd.GeoDataFrame | None, units: Units) -> gpd.GeoDataFrame:
    """Points that represent the premises of a place.

    Parameters
    ----------
    places : Spine
    directory : GeoDataFrame or None
        Postcodes with positions; without any, the centres of the finest areas stand for their premises.
    units : Units

    Returns
    -------
    GeoDataFrame, EPSG:27700, indexed by postcode or code of the finest area
        `premises` (NaN: not known) and a column of area codes for each level of the spine.
    """
    used = None if directory is None else directory[directory["live"] | directory.index.isin(units.counts.index)]
    if used is None or used.empty:
        premises = units.counts["premises"].reindex(places.centres.index)
        return gpd.GeoDataFrame(places.parents.assign(premises=premises), geometry=places.centres)
    used = gpd.GeoDataFrame(used)
    codes = postcodes_to_areas(used, places)
    if units.level == "postcode":
        premises = units.counts["premises"].reindex(used.index)
        return gpd.GeoDataFrame(codes.assign(premises=premises), geometry=used.geometry)
    premises = postcode_premises(codes[units.level], units.counts["premises"])
    points = gpd.GeoDataFrame(codes.assign(premises=premises), geometry=used.geometry)
    return _with_centres(points, places, units)


def with_residents(points: gpd.GeoDataFrame, population: pd.Series, *, level: str) -> gpd.GeoDataFrame:
    """Points with the residents of their finest area, shared out as its premises are.

    Parameters
    ----------
    points : GeoDataFrame
        As `premises_points` gives it.
    population : Series indexed by finest code
        NaN: not known.
    level : str
        Of the finest areas.

    Returns
    -------
    GeoDataFrame
        With `residents`, an estimate; NaN where population or premises are not known.
    """
    codes, premises = points[level], points["premises"]
    whole = premises.groupby(codes.to_numpy()).transform("sum")
    return gpd.GeoDataFrame(points.assign(residents=codes.map(population) * premises / whole.where(whole > 0)))


def points_source(units: Units, directory: gpd.GeoDataFrame | None) -> str:
    """Where the premises of the points come from; begins with "estimate" where they are one."""
    if directory is None or units.level == "postcode":
        return units.premises_source
    return f"estimate: {units.premises_source}, in equal parts over the live postcodes of each output area"


def _with_centres(points: gpd.GeoDataFrame, places: Geography, units: Units) -> gpd.GeoDataFrame:
    """Points, and for each finest area without a live postcode, its centre with all of its premises."""
    without = units.counts.index.difference(pd.Index(points[units.level])).intersection(places.centres.index)
    if not len(without):
        return points
    centres = gpd.GeoDataFrame(
        places.parents.loc[without].assign(premises=units.counts["premises"].reindex(without)),
        geometry=places.centres.loc[without],
    )
    return gpd.GeoDataFrame(pd.concat([points, centres]))
