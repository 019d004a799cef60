"""One column of a table for each finest area: carried to today's codes, spread over or taken from wider areas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.places.geography import Geography
from connected_place.coverage.places.vintages import on_year
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import LEVEL_WORDS


def by_finest_area(
    layers: Layers, places: Geography, name: str, *, column: str = "", is_rate: bool = False
) -> pd.Series:
    """One column of the only table of a kind, that of its own name, for each finest area.

    Parameters
    ----------
    layers : Layers
    places : Geography
    name : str
        Kind of the table.
    column : str
        Empty: the one named like the kind.
    is_rate : bool
        A rate of a wider area applies to every area in it; a count is spread over them in equal parts.

    Returns
    -------
    Series indexed by finest code; NaN: not known

    Raises
    ------
    DataError
        LAYER_TWICE, or NO_OUTLINES: there are no outlines at the table's level.
    VintageError
        VINTAGE_MIXED.
    """
    layer, column = layers.only(name), column or name
    if layer is None or column not in layer.frame:
        return pd.Series(np.nan, index=places.parents.index)
    return of_layer(layers, places, layer, column=column, is_rate=is_rate)


def of_layer(layers: Layers, places: Geography, layer: Layer, *, column: str, is_rate: bool) -> pd.Series:
    """One column of a table for each finest area, as `by_finest_area`; the layers bring the lookups."""
    if layer.level not in places.layers:
        raise DataError(_no_outlines(layer))
    found = on_year(layers, layer, column, areas=places.layers[layer.level], is_rate=is_rate)
    if layer.level == places.level:
        return found.reindex(places.parents.index)
    parent = places.parents[layer.level]
    return parent.map(found) if is_rate else _spread(parent.map(found), parent)


def _no_outlines(layer: Layer) -> Fault:
    return fault("NO_OUTLINES.table", file=layer.provenance.file, areas=LEVEL_WORDS[layer.level])


def _spread(totals: pd.Series, parent: pd.Series) -> pd.Series:
    """A total of a wider area in equal parts over its finest ones."""
    return totals / parent.groupby(parent).transform("size")
