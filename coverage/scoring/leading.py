"""Leading: the nearest weights that would put an area first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.scoring.weighted_score import rank, score

MARGIN = 1e-6
"""By how much of the scale the area must be ahead: more than the solver's tolerance, a ten-thousandth of a point."""

_LEVELS = 41
"""Scores tried in each of `ROUNDS` rounds where areas are known by different criteria."""

ROUNDS = 3
RIVALS = 60
"""Areas that enter the problem at a time: the others seldom matter."""


def weights_to_lead(values: pd.DataFrame, weights: pd.Series, area: str) -> pd.Series | None:
    """The weights nearest to the stated ones under which an area comes first.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : Series indexed by criterion
        As stated. One of 0 stays 0.
    area : str
        One of the index.

    Returns
    -------
    Series indexed as `weights` or None
        Sums to 1. None: no weights of the criteria that count put the area first.

    Notes
    -----
    Nearest: the largest factor by which a weight changes, up or down, is as small as can be. Weights only matter up to
    scale, so that is least `M` with `1 <= w / stated <= M` and the area not behind any other, a linear programme in the
    ratios and `M` (the factor is the root of `M`). Where areas are known by different criteria the score is no longer
    linear in the weights; then the leader's score is held at each of a row of levels, which makes it linear again, and
    the row is refined around the best: what is found does lead, but nearer weights may exist between two levels.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.0, 0.1], "b": [0.0, 1.0, 0.1]}, index=["A1", "A2", "A3"])
    >>> weights_to_lead(values, pd.Series({"a": 3.0, "b": 1.0}), "A2").round(3).tolist()
    [0.5, 0.5]
    >>> weights_to_lead(values, pd.Series({"a": 3.0, "b": 1.0}), "A3") is None
    True
    """
    stated = weights[weights > 0].astype("float64")
    stated = stated / stated.sum()
    places = rank(score(values[stated.index], stated))
    if np.isnan(places[area]):
        return None
    if places[area] == 1:
        return stated.reindex(weights.index, fill_value=0.0)
    ratios = _ratios(values[stated.index], stated, area)
    if ratios is None:
        return None
    found = stated * ratios / (stated * ratios).sum()
    leads = rank(score(values[stated.index], found))[area] == 1
    return found.reindex(weights.index, fill_value=0.0) if leads else None


def _ratios(values: pd.DataFrame, stated: pd.Series, area: str) -> np.ndarray | None:
    own = values.loc[area].to_numpy()
    others = values.drop(index=area).dropna(how="all")
    same = (others.isna() == np.isnan(own)).all(axis=1) & (others.fillna(-1.0) == np.nan_to_num(own, nan=-1.0)).all(
        axis=1
    )
    # An area with the same values and a later code is no rival: the tie goes to this one.
    others = others[~(same & (others.index > area))]
    others = others.loc[score(others, stated).sort_values(ascending=False, kind="stable").index]
    rivals, share = others.to_numpy(), stated.to_numpy()
    if np.isnan(rivals).any() or np.isnan(own).any():
        return _by_levels(rivals, own, share)
    found = _nearest((own - rivals - MARGIN) * share)
    return None if found is None else found[0]


def _by_levels(rivals: np.ndarray, own: np.ndarray, share: np.ndarray) -> np.ndarray | None:
    """The best of a row of levels of the leader's score, refined around the best."""
    least, most = float(np.nanmin(own)), float(np.nanmax(own))
    best: tuple[float, float, np.ndarray] | None = None
    for _ in range(ROUNDS):
        step = (most - least) / (_LEVELS - 1)
        for level in np.linspace(least, most, _LEVELS):
            ahead = np.nan_to_num(own - level - MARGIN / 2, nan=0.0)
            behind = np.nan_to_num(level - rivals - MARGIN / 2, nan=0.0)
            found = _nearest(np.vstack([ahead, behind]) * share)
            if found is not None and (best is None or found[1] < best[0]):
                best = (found[1], float(level), found[0])
        if best is None:
            return None
        least, most = max(least, best[1] - step), min(most, best[1] + step)
    return None if best is None else best[2]


def _nearest(rows: np.ndarray) -> tuple[np.ndarray, float] | None:
    """Ratios `r` of 1 to `M`, `M` least, with `rows @ r >= 0`; a few rows enter first, then those that are broken."""
    active = np.arange(len(rows)) < RIVALS
    while True:
        found = _solved(rows[active])
        if found is None:
            return None
        slack = rows @ found[0]
        broken = np.flatnonzero((slack < -1e-9) & ~active)
        if not len(broken):
            return found
        active[broken[np.argsort(slack[broken], kind="stable")[:RIVALS]]] = True


def _solved(rows: np.ndarray) -> tuple[np.ndarray, float] | None:
    from scipy.optimize import linprog

    count = rows.shape[1]
    below_most = np.hstack([np.eye(count), -np.ones((count, 1))])
    limits = np.vstack([np.hstack([-rows, np.zeros((len(rows), 1))]), below_most])
    found = linprog(
        np.append(np.zeros(count), 1.0), A_ub=limits, b_ub=np.zeros(len(limits)), bounds=(1, None), method="highs"
    )
    return (found.x[:-1], float(found.x[-1])) if found.success else None
