"""Frames that are read a few rows at a time."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

PYTHON_STRINGS = pd.StringDtype("python", na_value=np.nan)


def taken_by_row(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same frame with its text as Python strings.

    Pages and papers take a few rows of wide frames hundreds of times, which costs several times as much where each
    column of text is an Arrow array.
    """
    is_text = [isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes]
    texts = dict.fromkeys(frame.columns[is_text], PYTHON_STRINGS)
    return gpd.GeoDataFrame(frame.astype(texts))
