"""What a frame does not say of itself: the unit of each column, its sources, and the parameters behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from connected_place.coverage.need import criteria
from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.layers import Provenance

if TYPE_CHECKING:
    from connected_place.api.open_plan import OpenPlan

_PREMISES, _SHARE, _POINTS = "premises", "0 to 1", "points of 100"
_UNITS = {
    "_gbp_per_year": "£ a year",
    "_gbp": "£",
    "_pct": "%",
    "_m": "metres",
    "_ha": "hectares",
    "easting": "metres, EPSG:27700",
    "northing": "metres, EPSG:27700",
    "units_not_reported": "output areas or postcodes",
    "_share": _SHARE,
    "_value": _SHARE,
    "rival_points": _POINTS,
    "score": _POINTS,
    "score_low": _POINTS,
    "score_high": _POINTS,
    "_have": _PREMISES,
    "_gap": _PREMISES,
    "_not_reported": _PREMISES,
    "premises": _PREMISES,
    "premises_matched": _PREMISES,
    "premises_outdoors": _PREMISES,
    "premises_indoors": _PREMISES,
    "residents_outdoors": "residents",
    "geometry": "metres, EPSG:27700",
}
"""Unit of a column by how its name ends; the first that fits."""

_DEMAND = ("demand_covered", "demand_added", "loss_without")


def described(frame: gpd.GeoDataFrame, p: OpenPlan, more: Mapping[str, Any] = MappingProxyType({})) -> gpd.GeoDataFrame:
    """A copy of a frame with what is to be known of it in `attrs`.

    Parameters
    ----------
    frame : GeoDataFrame
    p : OpenPlan
        With its files read.
    more : mapping
        Further entries, as JSON would have them.

    Returns
    -------
    GeoDataFrame
        `attrs`: `place`, `illustrative`, `units` by column, `sources`, `parameters` by table, and `more`. All of it
        can be written as JSON, so a frame keeps it in GeoParquet.
    """
    found = gpd.GeoDataFrame(frame.copy())
    place = p.parameters.place
    found.attrs = {
        "place": place.name,
        "illustrative": place.illustrative,
        "units": units_of(found.columns, p.parameters),
        "sources": [_source(layer.provenance) for layer in p.layers],
        "parameters": as_json(dataclasses.asdict(p.parameters)),
        **more,
    }
    return found


def units_of(columns: Iterable[str], parameters: Parameters) -> dict[str, str]:
    """Unit of each column that is a number with one.

    Examples
    --------
    >>> from connected_place.coverage.parameters.place import Place
    >>> units_of(["area_name", "ufbb_300_gap", "wifi_distance", "wifi_distance_value"],
    ...          Parameters(place=Place(name="P", lad="L")))
    {'ufbb_300_gap': 'premises', 'wifi_distance': 'metres', 'wifi_distance_value': '0 to 1'}
    """
    special = {key: item.unit for key, item in criteria(parameters.score).items()}
    special |= dict.fromkeys(_DEMAND, parameters.demand.unit)
    found = {
        name: special.get(name) or next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")
        for name in columns
    }
    return {name: unit for name, unit in found.items() if unit}


def as_json(value: Any) -> Any:
    """Values as JSON has them: lists for tuples, None for what is not known.

    Examples
    --------
    >>> as_json({"phases": (1.0, 2.0), "covered": float("nan")})
    {'phases': [1.0, 2.0], 'covered': None}
    """
    if isinstance(value, Mapping):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    return None if isinstance(value, float) and pd.isna(value) else value


def _source(record: Provenance) -> dict[str, str]:
    names = ("file", "sha256", "vintage", "title", "publisher", "licence", "attribution")
    return {name: getattr(record, name) for name in names}
