"""Whose pound counts for how much: weights by the deprivation of the place where a site stands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.area_facts import by_finest_area
from connected_place.coverage.area_table import Spine, areas_at
from connected_place.coverage.case_parameters import Distribution
from connected_place.gis_data.layers import Layers

DECILES = 10


def deprivation_deciles(layers: Layers, places: Spine, hosts: gpd.GeoDataFrame) -> pd.Series:
    """Deprivation decile of the area in which each site stands.

    Returns
    -------
    Series indexed by `site_id`
        1 (the most deprived tenth of the nation's areas) to 10; NaN: no rank is known. By the income domain where the
        file has its ranks, else by the overall index.
    """
    rank, ranks = (
        by_finest_area(layers, places, "deprivation", column=column, is_rate=True)
        for column in ("deprivation_rank", "deprivation_ranks")
    )
    by_area = np.ceil(rank / ranks * DECILES).clip(1, DECILES)
    return areas_at(hosts.geometry, places, places.level).map(by_area).astype("float64").rename("decile")


def income_weights(deciles: pd.Series, rules: Distribution) -> pd.Series | None:
    """Weight of a pound to the people of each site; None where no incomes are stated.

    Notes
    -----
    (median income / group income) ^ elasticity, HM Treasury Green Book.

    Examples
    --------
    >>> rules = Distribution(median_income_gbp=30_000.0, income_gbp={"1": 15_000.0})
    >>> income_weights(pd.Series([1.0, 2.0]), rules).round(4).tolist()
    [2.4623, nan]
    """
    if rules.median_income_gbp is None or not rules.income_gbp:
        return None
    by_decile = {
        float(decile): (rules.median_income_gbp / income) ** rules.elasticity
        for decile, income in rules.income_gbp.items()
    }
    return deciles.map(by_decile).astype("float64")
