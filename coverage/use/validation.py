"""How far expected use can be trusted: districts held out, kind alone and access points alone beside it, a control."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.draws import uniform
from connected_place.coverage.use.regression import (
    conformal_width,
    fitted_pipeline,
    held_out,
    log_use,
    predicted_centres,
    rank_correlation,
)

KIND_ALONE, POINTS_ALONE, BOTH = "kind alone", "access points alone", "kind and access points"
HALF_GIVEN, SHUFFLED = "the same, half of the logs given", "the same, sessions shuffled"
KNOWN = {KIND_ALONE: ("kind",), POINTS_ALONE: ("log_points",), BOTH: ("kind", "log_points")}
REPETITIONS = 20


def validate_use(table: pd.DataFrame, *, seed: int, repetitions: int = REPETITIONS) -> pd.DataFrame:
    """What use of public Wi-Fi can be told from, each district predicted from the others.

    Parameters
    ----------
    table : DataFrame, one row a site
        `kind`, `district`, `access_points`, `sessions` (of one period).
    seed : int
        Of the halves and shuffles.
    repetitions : int
        How many halves and shuffles are averaged.

    Returns
    -------
    DataFrame indexed by way
        `spearman`, `inside_share` (of the 80 % band), `band_factor` (either way), `sites`. Ways: kind alone, access
        points alone (its rank is that of the number itself, which needs no fit), both; both with the logs of a random
        half of the sites given, for the rest; both with sessions shuffled between sites, which should be near 0.
    """
    sites = table.assign(log_points=np.log(table["access_points"])).reset_index(drop=True)
    use = sites["sessions"].astype("float64")
    rows = {}
    for way, columns in KNOWN.items():
        found = held_out(sites, columns, use, sites["district"])
        rank = rank_correlation(sites["log_points"], use) if way == POINTS_ALONE else found.spearman
        rows[way] = (rank, float(found.inside.mean()), found.band_factor, len(sites))
    rows[HALF_GIVEN] = _half_given(sites, use, seed=seed, repetitions=repetitions)
    rows[SHUFFLED] = _shuffled(sites, use, seed=seed, repetitions=repetitions)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["spearman", "inside_share", "band_factor", "sites"])


def _half_given(sites: pd.DataFrame, use: pd.Series, *, seed: int, repetitions: int) -> tuple[float, float, float, int]:
    """The rest from a random half."""
    found = []
    for number in range(repetitions):
        order = np.argsort(uniform(f"half {number}", samples=len(sites), seed=seed), kind="stable")
        given, rest = np.sort(order[: len(sites) // 2]), np.sort(order[len(sites) // 2 :])
        centre, width = _from_given(sites, use, given, rest)
        error = log_use(use).iloc[rest] - centre
        found.append((rank_correlation(centre, use.iloc[rest]), float((error.abs() <= width).mean()), np.exp(width)))
    spearman, inside, factor = np.mean(found, axis=0)
    return float(spearman), float(inside), float(factor), len(sites) - len(sites) // 2


def _from_given(sites: pd.DataFrame, use: pd.Series, given: np.ndarray, rest: np.ndarray) -> tuple[pd.Series, float]:
    """Centres of the rest, and the band from errors within the given half, its districts held out.

    The level of a site's district, or what sites nearby have beyond their kind, would make it worse in Paris (rank
    correlation 0.42 and 0.45 in place of 0.47): ten districts of six sites each say too little.
    """
    columns, known = KNOWN[BOTH], use.iloc[given]
    half = held_out(sites.iloc[given], columns, known, sites["district"].iloc[given])
    model = fitted_pipeline(sites.iloc[given], columns, known)
    shift = (log_use(known) - predicted_centres(model, sites.iloc[given], columns)).median()
    return predicted_centres(model, sites.iloc[rest], columns) + shift, conformal_width(half.error)


def _shuffled(sites: pd.DataFrame, use: pd.Series, *, seed: int, repetitions: int) -> tuple[float, float, float, int]:
    found = []
    for number in range(repetitions):
        order = np.argsort(uniform(f"shuffle {number}", samples=len(sites), seed=seed), kind="stable")
        mixed = pd.Series(use.to_numpy()[order], index=use.index)
        answer = held_out(sites, KNOWN[BOTH], mixed, sites["district"])
        found.append((answer.spearman, float(answer.inside.mean()), answer.band_factor))
    spearman, inside, factor = np.nanmean(found, axis=0)
    return float(spearman), float(inside), float(factor), len(sites)
