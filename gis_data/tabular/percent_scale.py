"""Whether percentages are written as percentages or as fractions of 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from connected_place.gis_data.catalogue import Column
from connected_place.gis_data.errors import Fault, fault

FEWEST_ROWS = 10
"""Of fewer rows, the scale of percentages is not judged."""


def is_percent(column: Column, read: Mapping[str, pd.Series]) -> bool:
    """True for a column of percentages that was read."""
    return column.kind == "percent" and column.name in read


def percent_scale(file: str, columns: Sequence[pd.Series]) -> list[Fault]:
    """A warning where rows hold fractions of 1 in columns of percentages.

    Told by each row's largest percentage, which some tier nearly always brings above 1; one column alone may well
    hold small percentages.
    """
    if len(columns) < 2:
        return []
    largest = pd.concat(list(columns), axis=1).max(axis=1)
    largest = largest[largest > 0]
    small = largest < 1
    if len(largest) < FEWEST_ROWS or small.mean() < 0.1:
        return []
    rows, value = tuple(largest.index[small]), f"{largest[small].iloc[0]:g}"
    if small.all():
        return [fault("PERCENT_FRACTION", file=file, rows=rows, value=value, blocks=False)]
    return [
        fault(
            "PERCENT_MIXED_SCALE",
            file=file,
            rows=rows,
            value=value,
            blocks=False,
            count=len(rows),
            total=len(largest),
        )
    ]
