"""Whether percentages are written as percentages or as fractions of 1."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from connected_place.gis_data.catalogue import Column
from connected_place.gis_data.errors import Fault, fault

FEWEST_ROWS, FEWEST_CELLS = 10, 10
"""With fewer rows, or fewer percentages above 0, the scale is not judged."""


def is_percent(column: Column, read: Mapping[str, pd.Series]) -> bool:
    """True for a column of percentages that was read."""
    return column.kind == "percent" and column.name in read


def percent_scale(file: str, columns: Mapping[str, pd.Series]) -> list[Fault]:
    """A fault where all rows have fractions of 1 in columns of percentages, a warning where some do.

    Judged by each row's largest percentage, which some tier nearly always brings above 1; one column alone, or those of
    premises that are unable to receive a speed, may well have small percentages. A whole fraction is 1.
    """
    if len(columns) < 2:
        return []
    if all(name.startswith("unable") for name in columns):
        return []
    cells = pd.DataFrame(columns)
    largest = cells.max(axis=1)
    largest = largest[largest > 0]
    if int((cells > 0).to_numpy().sum()) >= FEWEST_CELLS and (largest <= 1).all():
        rows, value = tuple(largest.index), f"{largest.min():g}"
        return [fault("PERCENT_FRACTION", file=file, rows=rows, value=value)]
    small = largest < 1
    if len(largest) < FEWEST_ROWS or small.mean() < 0.1:
        return []
    rows, value = tuple(largest.index[small]), f"{largest[small].iloc[0]:g}"
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
