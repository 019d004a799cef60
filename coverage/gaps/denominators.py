"""Denominators: how many premises a postcode has, where its coverage file gives only percentages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.places import Geography, area_of_points, by_finest_area, postcodes_to_areas
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import premises_by_postcode

_PREMISES = "premises"
_COUNTED_INSTEAD = ("lines in use", "households")
"""What is counted instead of premises, where the source of the counts names it."""


def counted_as(source: str) -> str:
    """What a count of premises is a number of, by where it comes from: lines in use are not premises.

    Examples
    --------
    >>> counted_as("Ofcom 2026-01: All Premises"), counted_as("estimate: lines in use (connections), Ofcom 2016-06")
    ('premises', 'lines in use')
    """
    told = source.casefold()
    return next((words for words in _COUNTED_INSTEAD if words in told), _PREMISES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominators:
    """Premises by postcode.

    Attributes
    ----------
    premises : Series indexed by postcode
        NaN: not known. It may include postcodes without a row in the coverage file: their premises are not reported.
    source : str
        Where they come from; begins with "estimate" where they are one.
    """

    premises: pd.Series
    source: str


def denominators(layers: Layers, places: Geography, units: Layer, *, stated: str) -> Denominators:
    """Premises of each postcode of a coverage file, from the best that was given.

    Parameters
    ----------
    layers : Layers
    places : Geography
    units : Layer
        Of postcodes, with percentages.
    stated : str
        "" for the first that is there of: the publisher's own counts, BDUK's premises, addresses of OS Open UPRN,
        census households; or the one to use: "bduk", "uprn", "households", "connections".

    Raises
    ------
    DataError
        NO_DENOMINATORS: none is there; the mean of percentages would be wrong.
    """
    order = ("publisher", "bduk", "uprn", "households") if stated == "" else (stated,)
    for way in order:
        found = _WAYS[way](layers, places, units)
        if found is not None and found.premises.reindex(units.frame.index).notna().any():
            return found
    raise DataError(_no_denominators(units, stated))


def _publisher(layers: Layers, places: Geography, units: Layer) -> Denominators | None:
    source = f"Ofcom {units.provenance.vintage}: All Premises of each postcode"
    return Denominators(premises=units.frame["premises"], source=source)


def _connections(layers: Layers, places: Geography, units: Layer) -> Denominators | None:
    source = f"estimate: lines in use (connections), Ofcom {units.provenance.vintage}"
    return Denominators(premises=units.frame["connections"], source=source)


def _bduk(layers: Layers, places: Geography, units: Layer) -> Denominators | None:
    for layer in layers.of("premises-status"):
        source = f"estimate: premises of BDUK, {layer.provenance.vintage}"
        return Denominators(premises=premises_by_postcode(layer), source=source)
    return None


def _uprn(layers: Layers, places: Geography, units: Layer) -> Denominators | None:
    for layer in layers.of("uprns"):
        areas = area_of_points(gpd.GeoDataFrame(layer.frame).geometry, places.outlines[places.level])
        counts = areas[areas != ""].value_counts().astype("float64")
        source = f"estimate: addresses of OS Open UPRN ({layer.provenance.vintage}) in equal parts over live postcodes"
        return _spread(layers, places, counts, source)
    return None


def _households(layers: Layers, places: Geography, units: Layer) -> Denominators | None:
    for layer in layers.of("households"):
        source = f"estimate: households ({layer.provenance.vintage}) in equal parts over live postcodes"
        return _spread(layers, places, by_finest_area(layers, places, "households"), source)
    return None


_WAYS: dict[str, Callable[[Layers, Geography, Layer], Denominators | None]] = {
    "publisher": _publisher,
    "bduk": _bduk,
    "uprn": _uprn,
    "households": _households,
    "connections": _connections,
}


def _spread(layers: Layers, places: Geography, counts: pd.Series, source: str) -> Denominators | None:
    """Counts of the finest areas over the live postcodes in each."""
    directories = [layer.frame for layer in layers.of("postcodes")]
    if not directories:
        return None
    directory = gpd.GeoDataFrame(pd.concat(directories))
    live = gpd.GeoDataFrame(directory[directory["live"] & ~directory.index.duplicated()])
    areas = postcodes_to_areas(live, places)[places.level].replace("", np.nan).dropna()
    return Denominators(premises=postcode_premises(areas, counts), source=source)


def _no_denominators(units: Layer, stated: str) -> Fault:
    has_lines = bool(units.frame["connections"].notna().any())
    return fault(
        "NO_DENOMINATORS.connections" if has_lines and stated == "" else "NO_DENOMINATORS.any",
        file=units.provenance.file,
        value=stated,
    )


def postcode_premises(units: pd.Series, counts: pd.Series) -> pd.Series:
    """Premises of output areas in equal parts over their live postcodes.

    Parameters
    ----------
    units : Series indexed by live postcode
        Output area of each.
    counts : Series indexed by output area
        Premises.

    Examples
    --------
    >>> postcode_premises(pd.Series({"P1": "A", "P2": "A", "P3": "B"}), pd.Series({"A": 30.0})).tolist()
    [15.0, 15.0, nan]
    """
    return units.map(counts) / units.groupby(units.to_numpy()).transform("size")
