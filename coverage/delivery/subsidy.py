"""Subsidy control: where a gigabit subsidy may go, and whether support to one enterprise stays small."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.parameters import FundingRules
from connected_place.gis_data.layers import Layers

_NOT_KNOWN = "not known"
_YES, _NO = "yes", "no"


def subsidy_status(layers: Layers, candidates: gpd.GeoDataFrame) -> pd.DataFrame:
    """BDUK status of the premises at each site's postcode.

    Returns
    -------
    DataFrame indexed by `site_id`
        `bduk_status` ("white", "under review", "grey/black", "mixed" or "not known"), `bduk_premises` and `bduk_white`
        (premises there, and white ones; NaN: not known), `bduk_basis`.

    Notes
    -----
    Status is decided for each property (UPRN). Sites carry no UPRN, so a status is given only where all premises of
    the postcode share it, and even then it is to be checked for the property itself.
    """
    unknown = pd.DataFrame(
        {"bduk_status": _NOT_KNOWN, "bduk_premises": np.nan, "bduk_white": np.nan, "bduk_basis": ""},
        index=candidates.index,
    )
    given = layers.of("premises-status")
    if not given or "postcode" not in candidates:
        return unknown
    frame = given[0].frame
    counts = pd.crosstab(frame["postcode"], frame["status"])
    total = counts.sum(axis=1)
    alone = counts.idxmax(axis=1).where(counts.max(axis=1) == total, "mixed")
    codes = candidates["postcode"].astype(str).str.replace(" ", "")
    status = codes.map(alone)
    return unknown.assign(
        bduk_status=status.fillna(_NOT_KNOWN),
        bduk_premises=codes.map(total).astype("float64"),
        bduk_white=codes.map(counts.get("white", total * 0)).astype("float64"),
        bduk_basis=np.where(status.notna(), f"postcode, {given[0].provenance.vintage}; to be checked by UPRN", ""),
    )


def subsidy_flags(status: pd.DataFrame, sites: pd.DataFrame, rules: FundingRules) -> pd.DataFrame:
    """What each chosen site must watch.

    Parameters
    ----------
    status : DataFrame
        As `subsidy_status` gives it, of the chosen sites.
    sites : DataFrame indexed by `site_id`
        `council_capital_gbp, running_gbp_per_year`: what the council spends there.
    rules : FundingRules

    Returns
    -------
    DataFrame indexed by `site_id`
        The columns of `status`; `may_have_gigabit_subsidy` ("yes", "no" or "not known"); `enterprise` ("": none is
        named), `aid_gbp` (what the council spends at all sites of that enterprise over three years, and its other aid;
        NaN: not known), `within_minimal_assistance` and `is_published` ("yes", "no" or "not known").

    Notes
    -----
    Only white premises may have gigabit subsidy (BDUK). Minimal financial assistance: up to £315,000 for an enterprise
    over three financial years; subsidies above £100,000 are published (Subsidy Control Act 2022). A flag is not legal
    advice. Public Wi-Fi is another thing than a gigabit connection to premises; the first flag matters where a site's
    line is built with subsidy.
    """
    may = status["bduk_status"].map({"white": _YES, "grey/black": _NO, "under review": _NO}).fillna(_NOT_KNOWN)
    enterprise = pd.Series("", index=sites.index, dtype=object)
    aid = pd.Series(np.nan, index=sites.index)
    three_years = sites["council_capital_gbp"] + 3 * sites["running_gbp_per_year"]
    for item in rules.enterprise:
        here = sites.index.isin(item.sites)
        enterprise[here] = item.name
        aid[here] = np.nan if item.other_aid_gbp is None else float(three_years[here].sum()) + item.other_aid_gbp
    return status.assign(
        may_have_gigabit_subsidy=may,
        enterprise=enterprise,
        aid_gbp=aid,
        within_minimal_assistance=_flag(aid, aid <= rules.minimal_assistance_gbp),
        is_published=_flag(aid, aid > rules.transparency_gbp),
    )


def _flag(aid: pd.Series, holds: pd.Series) -> pd.Series:
    return holds.map({True: _YES, False: _NO}).where(aid.notna(), _NOT_KNOWN)
