"""What each line of a business case comes to in each year: what a reviewer's spreadsheet starts from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.case.benefits import added_quantities
from connected_place.coverage.case.present_values import appraised
from connected_place.coverage.parameters import Appraisal
from connected_place.coverage.reach import SiteReach


def line_years(sites: pd.DataFrame, reach: SiteReach, points: pd.DataFrame, rules: Appraisal) -> pd.DataFrame:
    """£ of the chosen sites by year and line, real prices, not discounted.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        Every candidate, as `appraisal.business_case` takes them.
    reach : SiteReach
        Rows as `sites`, points as `points`.
    points : DataFrame, one row a demand point
    rules : Appraisal

    Returns
    -------
    DataFrame indexed by `year`, 0 first
        A column for each line, by its key: costs first, then those benefits that have a value.
    """
    case = appraised(sites, added_quantities(sites, reach, points), rules)
    columns = {
        line.key: np.asarray(line.by_year_gbp(case.starts, case.chosen), dtype="float64")
        for line in case.lines
        if case.is_known(line)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(rules.years + 1, name="year"))
