"""How far an estimate of footfall can be trusted: counters left out, baselines, and counts shuffled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.footfall.model import (
    NAMES,
    NEAREST,
    PLAIN_MEAN,
    Evidence,
    choices,
    choose,
    folds,
    left_out,
)

FEWEST_COUNTERS = 5
"""With fewer, leaving one out leaves too little to choose by (project's proposal)."""

SHUFFLES = 999
MOST_CHANCE = 0.05
"""The estimate counts as better than a plain mean when at most one in twenty shuffles does as well."""

COUNTERS_IN_A_GROUP = 4
FEWEST_GROUPS = 3
EACH, GROUPS_LEFT_OUT = "each counter left out", "each group of neighbours left out"
MODEL, MEAN, NEAR, CONTROL = "estimate", "plain mean", "nearest counter", "estimate from shuffled counts"

NOT_BETTER = " That does not show it to be better than a plain mean. No number of people is estimated from it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What leaving counters out says of the estimate; printed beside every number.

    Attributes
    ----------
    counters, groups : int
    way : str
        How the estimate for use is made: one of `footfall_model.NAMES`.
    is_better : bool
        The estimate may be used: it is not the plain mean, its MAPE is lower than the plain mean's when each counter
        and when each group is left out, and `chance` is at most 0.05.
    chance : float
        Share of shuffles of the counts whose error is as low as that of the real ones.
    table : DataFrame indexed by (what is left out, answer)
        `mape_pct` and `median_ape_pct` (mean and median absolute error in % of the count), `spearman` (rank correlation
        free of the artefact described at `validate`; for shuffled counts the mean of all shuffles), `spearman_low,
        spearman_high` (5th and 95th percentile of the shuffles), `spearman_plain` (of the bare estimates).
    """

    counters: int
    groups: int
    way: str
    is_better: bool
    chance: float
    table: pd.DataFrame

    @property
    def sentence(self) -> str:
        """The errors in words.

        Examples
        --------
        >>> places = np.array([[0.0, 0], [0, 200], [500, 0], [900, 100], [1000, 900], [100, 900]])
        >>> people = np.array([100.0, 120, 300, 900, 1100, 500])
        >>> known = Evidence(places=places, features=np.empty((6, 0)), log_people=np.log(people))
        >>> validate(known, seed=1).sentence[:76]
        'Tested on 6 counters: leaving each out in turn, the estimate is off by 144 %'
        """
        each = self.table.xs(EACH)
        mape, mape_grouped = each["mape_pct"].round(), self.table.xs(GROUPS_LEFT_OUT)["mape_pct"].round()
        middle, agreement = each["median_ape_pct"], each["spearman"]
        return (
            f"Tested on {self.counters} counters: leaving each out in turn, the estimate is off by {mape[MODEL]:.0f} % "
            f"on average (MAPE; median {middle[MODEL]:.0f} %) and its rank correlation "
            f"is {_rank_words(agreement[MODEL])}; a plain mean is off by {mape[MEAN]:.0f} %, the nearest "
            f"counter by {mape[NEAR]:.0f} %. Leaving out each of {self.groups} groups of neighbours, the estimate is "
            f"off by {mape_grouped[MODEL]:.0f} % and a plain mean by {mape_grouped[MEAN]:.0f} %. With the counts "
            f"shuffled among the counters the rank correlation is {_rank_words(agreement[CONTROL])}, and "
            f"{100 * self.chance:.0f} % of shuffles had as low an error.{'' if self.is_better else NOT_BETTER}"
        )


def validate(known: Evidence, *, seed: int, shuffles: int = SHUFFLES) -> Validation:
    """Leave out each counter, then each group of neighbours, and make every choice again without it.

    Parameters
    ----------
    known : Evidence
        At least FEWEST_COUNTERS counters.
    seed : int
        Of the shuffles.
    shuffles : int
        How often the counts are shuffled among the counters.

    Notes
    -----
    The way is chosen within each fold, from its own counters only (nested leave-one-out), so that no reported error
    served to choose. Groups are those of Ward's clustering of the positions, about four counters each, at least three.

    The mean of the other counters falls as the counter left out rises: the ranks of bare leave-one-out means are
    exactly opposite to the counts (-1), and every estimate that leans on a mean inherits some of it, even from counts
    without any pattern. `spearman` therefore ranks the estimate relative to the mean of the counters that it was made
    from: for counts dealt at random that has no covariance with the count left out, so that the shuffled control has
    its centre near 0, and a plain mean, which gives no ranks, has none (NaN). `spearman_plain` is given too.
    That each fold chooses its own way leaves a little of the artefact where counters are few (about -0.1 for the 8
    cameras of Leeds, -0.04 for the 21 counters of Auckland): the rank correlation of the estimate is to be read against
    that of the shuffled control.
    """
    groups = neighbours(known.places)
    schemes = {EACH: np.eye(len(known.places), dtype=bool), GROUPS_LEFT_OUT: groups == np.unique(groups)[:, None]}
    dealt = _dealt(known, seed=seed, shuffles=shuffles)
    found = {scheme: _scheme(known, held, dealt) for scheme, held in schemes.items()}
    table = pd.concat({scheme: rows for scheme, (rows, _) in found.items()}, names=["left_out", "answer"])
    way, (_, chance) = choose(known), found[EACH]
    errors = table["mape_pct"]
    lower = bool((errors.xs(MODEL, level="answer") < errors.xs(MEAN, level="answer")).all())
    return Validation(
        counters=len(known.places),
        groups=len(schemes[GROUPS_LEFT_OUT]),
        way=NAMES[way],
        is_better=bool(way != PLAIN_MEAN and lower and chance <= MOST_CHANCE),
        chance=chance,
        table=table,
    )


def neighbours(places: np.ndarray) -> np.ndarray:
    """Number of the group of neighbours that each counter belongs to, by Ward's clustering of the positions.

    Examples
    --------
    >>> places = np.array([[0.0, 0], [5, 0], [900, 0], [905, 0], [0, 900], [0, 905]])
    >>> [int(number) for number in neighbours(places)]
    [1, 1, 2, 2, 3, 3]
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    count = max(FEWEST_GROUPS, round(len(places) / COUNTERS_IN_A_GROUP))
    order = np.lexsort(places.T)
    groups = np.empty(len(places), dtype="int64")
    groups[order] = fcluster(linkage(places[order], method="ward"), count, criterion="maxclust")
    return np.asarray(pd.factorize(groups)[0] + 1)


def _dealt(known: Evidence, *, seed: int, shuffles: int) -> np.ndarray:
    """The counts, then the counts shuffled, shape (1 + shuffles, n); the same whatever the order of the rows."""
    order = np.lexsort((known.log_people, *known.places.T))
    draws = np.random.default_rng(seed)
    dealt = np.tile(known.log_people, (1 + shuffles, 1))
    dealt[1:, order] = [draws.permutation(known.log_people[order]) for _ in range(shuffles)]
    return dealt


def _scheme(known: Evidence, held: np.ndarray, dealt: np.ndarray) -> tuple[pd.DataFrame, float]:
    """Errors of all answers under one way of leaving out, and the share of shuffles that do as well."""
    weights = folds(known, held)
    chosen = choices(weights, dealt)
    estimates, means = left_out(weights, dealt, chosen)
    nearest, _ = left_out(weights, dealt[:1], np.full_like(chosen[:1], NEAREST))
    rows = {
        MODEL: _errors(estimates[:1], means[:1], dealt[:1]),
        MEAN: _errors(means[:1], means[:1], dealt[:1]),
        NEAR: _errors(nearest, means[:1], dealt[:1]),
        CONTROL: _errors(estimates[1:], means[1:], dealt[1:]),
    }
    off = np.abs(estimates - dealt).mean(axis=1)
    chance = (1 + int((off[1:] <= off[0] + 1e-12).sum())) / len(off)
    return pd.DataFrame(rows).T, chance


def _errors(estimates: np.ndarray, means: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Errors of left-out estimates, in logarithms, one row a set of counts: their means over the sets.

    Where every fold fell back to the mean a set ranks nothing; it counts as 0 among several sets, NaN alone.
    """
    share = np.abs(np.expm1(estimates - truth))
    ranks = rank_correlations(estimates - means, truth)
    several = len(truth) > 1
    known = np.nan_to_num(ranks) if several else ranks
    low, high = np.quantile(known, [0.05, 0.95]) if several else (np.nan, np.nan)
    return {
        "mape_pct": 100 * float(share.mean()),
        "median_ape_pct": 100 * float(np.median(share, axis=1).mean()),
        "spearman": float(known.mean()),
        "spearman_low": float(low),
        "spearman_high": float(high),
        "spearman_plain": float(rank_correlations(estimates, truth).mean()),
    }


def rank_correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of each row, ties at their mean rank; NaN where one of the rows is constant.

    Examples
    --------
    >>> rank_correlations(np.array([[1.0, 2, 3], [5, 5, 5]]), np.array([[10.0, 30, 20], [1, 2, 3]])).round(3)
    array([0.5, nan])
    """
    ranks = [pd.DataFrame(values.round(9)).rank(axis=1).to_numpy() for values in (first, second)]
    away = [rank - rank.mean(axis=1, keepdims=True) for rank in ranks]
    scale = np.sqrt((away[0] ** 2).sum(axis=1) * (away[1] ** 2).sum(axis=1))
    together = (away[0] * away[1]).sum(axis=1)
    return np.asarray(np.divide(together, scale, out=np.full(len(scale), np.nan), where=scale > 0))


def _rank_words(correlation: float) -> str:
    return "none, as nothing is ranked" if np.isnan(correlation) else f"{correlation:.2f}"
