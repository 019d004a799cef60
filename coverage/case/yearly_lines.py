"""What each line of a business case comes to in each year: what a reviewer's spreadsheet starts from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.case.present_values import Appraised


def line_years(case: Appraised) -> pd.DataFrame:
    """£ of the chosen sites by year and line, real prices, not discounted.

    Returns
    -------
    DataFrame indexed by `year`, 0 first
        A column for each line whose amounts are known, by its key: costs first, then private money and benefits.
    """
    columns = {
        line.key: np.asarray(line.by_year_gbp(case.starts, case.chosen), dtype="float64")
        for line in case.lines
        if case.is_known(line) and case.is_used(line)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(case.rules.years + 1, name="year"))
