"""What a frame does not say of itself: the unit of each column, its sources, and the parameters behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.layers import Provenance
from connected_place.maps.tables import frame_text

if TYPE_CHECKING:
    from connected_place.api.open_plan import OpenPlan

_METRES = "metres, EPSG:27700"


def described(
    frame: gpd.GeoDataFrame, p: OpenPlan, table: str, *, counted: str, more: Mapping[str, Any] = MappingProxyType({})
) -> gpd.GeoDataFrame:
    """A copy of a frame with what is to be known of it in `attrs`.

    Parameters
    ----------
    frame : GeoDataFrame
    p : OpenPlan
        With its files read.
    table : str
        "areas", "wards", "sites", "clusters" or "interventions": its table in columns.toml.
    counted : str
        Where its premises come from.
    more : mapping
        Further entries, as JSON would have them.

    Returns
    -------
    GeoDataFrame
        `attrs`: `place`, `illustrative`, `units` and `meanings` by column, `sources`, `parameters` by table, `more`.
        All of it can be written as JSON, so a frame keeps it in GeoParquet.
    """
    found, place = gpd.GeoDataFrame(frame.copy()), p.parameters.place
    columns = frame_text(table, frame, p.parameters, counted=counted).columns
    found.attrs = {
        "place": place.name,
        "illustrative": place.illustrative,
        "units": {column.name: column.unit for column in columns if column.unit} | {"geometry": _METRES},
        "meanings": {column.name: column.description for column in columns},
        "sources": [_source(layer.provenance) for layer in p.layers],
        "parameters": as_json(dataclasses.asdict(p.parameters)),
        **more,
    }
    return found


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
