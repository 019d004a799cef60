"""Users a day in the shortlist: of each site by itself, and of the chosen sites together."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import scipy.sparse

from connected_place.coverage.reach import best_server
from connected_place.coverage.siting.shortlist import Shortlist
from connected_place.coverage.use import SiteUse

SAMPLES = 2_000
"""Joint draws behind the band of the chosen sites together."""


def with_users(rows: gpd.GeoDataFrame, use: SiteUse) -> gpd.GeoDataFrame:
    """Rows of sites with `users_per_day`, `users_median`, `users_low` and `users_high` of each by itself."""
    columns = ["users_per_day", "users_median", "users_low", "users_high"]
    return gpd.GeoDataFrame(rows.join(use.frame[columns]))


def with_users_of_all(
    found: Shortlist, use: SiteUse, by_point: scipy.sparse.csr_array, chosen: np.ndarray
) -> Shortlist:
    """The shortlist with the users a day of the chosen sites together.

    Parameters
    ----------
    found : Shortlist
    use : SiteUse
    by_point : sparse array (sites, points)
        Where each site's users come from.
    chosen : array of bool, one a site

    Notes
    -----
    A person counts once, at the chosen site that serves most where they are. The band comes from joint draws of all
    chosen sites, times what is left of their sum once nobody counts twice.
    """
    if not chosen.any():
        return replace(found, users_per_day=0.0, users_median=0.0, users_low=0.0, users_high=0.0)
    together = float(best_server(by_point, chosen).sum())
    mean, median, low, high = use.total(list(use.frame.index[chosen]), samples=SAMPLES)
    share = together / mean if mean > 0 else 0.0
    return replace(
        found,
        users_per_day=together,
        users_median=median * share,
        users_low=low * share,
        users_high=high * share,
    )
