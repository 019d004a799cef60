"""What each candidate costs: by its kind, and by the class of its line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.parameters import Sites


def costs_gbp(kinds: pd.Series, by_kind: Mapping[str, float]) -> pd.Series:
    """Cost of each site by its kind; that of "other" for kinds without one of their own.

    Examples
    --------
    >>> costs_gbp(pd.Series(["library", "market"]), {"library": 2600.0, "other": 15700.0}).tolist()
    [2600.0, 15700.0]
    """
    return kinds.map(dict(by_kind)).fillna(by_kind["other"]).astype("float64")


def site_costs(candidates: pd.DataFrame, rules: Sites) -> pd.DataFrame:
    """Costs of the candidates.

    Parameters
    ----------
    candidates : DataFrame indexed by `site_id`
        `kind, backhaul_class, backhaul_hop_m`.
    rules : Sites

    Returns
    -------
    DataFrame indexed as `candidates`
        `capex_gbp` with that of the line, `opex_gbp_per_year`.
    """
    for_lines = _line_class(candidates).map(dict(rules.backhaul_gbp)).fillna(0.0)
    return pd.DataFrame(
        {
            "capex_gbp": costs_gbp(candidates["kind"], rules.capex_gbp) + for_lines,
            "opex_gbp_per_year": costs_gbp(candidates["kind"], rules.opex_gbp_per_year),
        }
    )


def without_line(candidates: pd.DataFrame, rules: Sites) -> np.ndarray:
    """True for candidates whose line is of a worse class than may be chosen."""
    return np.asarray(_line_class(candidates) > rules.worst_backhaul)


def _line_class(candidates: pd.DataFrame) -> pd.Series:
    """Class that counts: C for a hop, D where nothing is known."""
    return candidates["backhaul_class"].mask(candidates["backhaul_hop_m"].notna(), "C").replace("", "D")
