"""Backhaul: the line that a site could get, judged by broadband availability at its postcode."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.gaps import merge_releases
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.layers import Layers

CLASS_A_SHARE = 0.95
CLASS_B_SHARE = 0.50
FARTHEST_POSTCODE_M = 250.0
DUCT_M = 100.0
"""Street furniture this near to a site of class A or B can be reached from it (project's proposal)."""

HOP_M = 300.0
"""Longest radio hop with line of sight to a site of class A (project's proposal)."""


def backhaul_class(gigabit_share: pd.Series, ufbb_300_share: pd.Series) -> pd.Series:
    """Class of a site: A, B, D, or "" where the availability is not reported.

    Parameters
    ----------
    gigabit_share, ufbb_300_share : Series
        Share of premises at the site's postcode that can get it, in [0, 1].

    Notes
    -----
    A: gigabit for at least 95 % of premises. B: gigabit for 50-95 %, or 300 Mbit/s for at least 95 %. D: neither.
    A postcode's share is no proof for one address. The cut-offs are this project's proposal.

    Examples
    --------
    >>> backhaul_class(pd.Series([1.0, 0.6, 0.0, np.nan]), pd.Series([1.0, 0.9, 0.1, np.nan])).tolist()
    ['A', 'B', 'D', '']
    """
    is_a = gigabit_share >= CLASS_A_SHARE
    is_b = (gigabit_share >= CLASS_B_SHARE) | (ufbb_300_share >= CLASS_A_SHARE)
    classes = np.select([is_a, is_b], ["A", "B"], default="D")
    reported = gigabit_share.notna() | ufbb_300_share.notna()
    return pd.Series(np.where(reported, classes, ""), index=gigabit_share.index)


def nearest_postcode(sites: gpd.GeoDataFrame, directory: gpd.GeoDataFrame) -> pd.Series:
    """A site's own postcode where the directory knows it, else the nearest live one within 250 m; "" for none."""
    live = directory[directory["live"]]
    if not len(live) or not len(sites):
        return pd.Series("", index=sites.index)
    distance_m, position = cKDTree(coordinates(live.geometry)).query(coordinates(sites.geometry))
    near = pd.Series(live.index.to_numpy()[position], index=sites.index).where(distance_m <= FARTHEST_POSTCODE_M, "")
    return sites["postcode"].where(sites["postcode"].isin(directory.index), near)


def backhaul_of(
    layers: Layers, candidates: gpd.GeoDataFrame, directory: gpd.GeoDataFrame | None, *, on_wan: tuple[str, ...] = ()
) -> pd.DataFrame:
    """What line each candidate could have.

    Parameters
    ----------
    layers : Layers
    candidates : GeoDataFrame of points, EPSG:27700, indexed by `site_id`
        `kind`, `postcode`.
    directory : GeoDataFrame or None
        Postcodes with positions.
    on_wan : tuple of str
        Sites on the council's own network: class A.

    Returns
    -------
    DataFrame indexed as `candidates`
        `backhaul_class` ("" where nothing says it) and `backhaul_hop_m`, for a site of class D the distance to the
        nearest site of class A where that is a hop at most, else NaN. Whether the two see each other is not checked.
    """
    classes = _by_postcode(layers, candidates, directory).mask(candidates.index.isin(on_wan), "A")
    has_line = classes.isin(["A", "B"])
    is_near = _metres_to(candidates, candidates[has_line]) <= DUCT_M
    classes = classes.mask(~has_line & (candidates["kind"] == "street furniture") & is_near, "C")
    hop_m = _metres_to(candidates, candidates[classes == "A"])
    return pd.DataFrame({"backhaul_class": classes, "backhaul_hop_m": hop_m.where((classes == "D") & (hop_m <= HOP_M))})


def _by_postcode(layers: Layers, candidates: gpd.GeoDataFrame, directory: gpd.GeoDataFrame | None) -> pd.Series:
    """Class by the site's own postcode, or the nearest one; "" where no postcode file says anything."""
    files = layers.of("ofcom-fixed-coverage", level="postcode")
    if directory is None or not files:
        return pd.Series("", index=candidates.index)
    shares = 1 - merge_releases(files).frame[["gigabit_gap", "ufbb_300_gap"]]
    at = nearest_postcode(candidates, directory)
    return backhaul_class(at.map(shares["gigabit_gap"]), at.map(shares["ufbb_300_gap"]))


def _metres_to(candidates: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> pd.Series:
    """Metres from each site to the nearest of others; NaN where there are none."""
    if not len(others):
        return pd.Series(np.nan, index=candidates.index)
    distance_m, _ = cKDTree(coordinates(others.geometry)).query(coordinates(candidates.geometry))
    return pd.Series(distance_m, index=candidates.index)
