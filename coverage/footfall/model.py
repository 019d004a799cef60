"""People an hour between counters: five cautious ways, and the choice among them by counters left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

FEATURES = (
    "postcodes_200m",
    "postcodes_800m",
    "residents_800m",
    "venues_400m",
    "roads_200m",
    "stations_800m",
    "centre_m",
    "people_centre_m",
)
"""Surroundings that a model may use: few, chosen before any count was seen."""

LENGTH_M = 300.0
"""Over this distance counts are taken to be alike: about two blocks of shops (project's proposal)."""

NEIGHBOURS = 3
LEAST_PEOPLE = 1.0
"""Fewer people an hour count as one: a share of an error has no meaning at 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known at counters, or at the points to estimate.

    Attributes
    ----------
    places : array (n, 2)
        Metres.
    features : array (n, p)
        Logarithms of surroundings; p may be 0.
    log_people : array (n,)
        Natural logarithm of people an hour; empty at points to estimate.
    """

    places: np.ndarray
    features: np.ndarray
    log_people: np.ndarray

    def at(self, rows: np.ndarray) -> Evidence:
        """Some of the rows."""
        return Evidence(places=self.places[rows], features=self.features[rows], log_people=self.log_people[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Folds:
    """Weights of counters in every estimate that leaving out needs; no count has part in them.

    Attributes
    ----------
    held : array (f, n) of bool
        Counters that each fold leaves out.
    outer : array (c, f, n, n)
        For each way and fold the weights of all counters in the estimate for each; 0 for those left out.
    inner : array (c, f, n, n)
        The same with the estimated counter left out as well: by these a fold chooses its way.
    """

    held: np.ndarray
    outer: np.ndarray
    inner: np.ndarray


def evidence(places: np.ndarray, surroundings: pd.DataFrame, people: np.ndarray) -> Evidence:
    """Counters as evidence: people an hour and logarithms of the surroundings that are known at all of them.

    Parameters
    ----------
    places : array (n, 2)
    surroundings : DataFrame with n rows
        As `surroundings.surroundings` gives it.
    people : array (n,)
        People an hour.
    """
    return Evidence(
        places=places,
        features=logarithms(surroundings, names_known(surroundings)),
        log_people=np.log(np.maximum(people, LEAST_PEOPLE)),
    )


def names_known(surroundings: pd.DataFrame) -> list[str]:
    """Features that are known in every row.

    Examples
    --------
    >>> names_known(pd.DataFrame({"centre_m": [1.0, np.nan], "roads_200m": [0, 2], "other": [1, 1]}))
    ['roads_200m']
    """
    return [name for name in FEATURES if name in surroundings and surroundings[name].notna().all()]


def logarithms(surroundings: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Log(1 + x) of some surroundings, shape (n, p); NaN stays NaN."""
    return np.asarray(np.log1p(surroundings[names].to_numpy(dtype="float64")))


# --- the ways: each a table of weights of the counters, whose rows sum to 1 ----------------------------------


def _plain_mean(known: Evidence, points: Evidence) -> np.ndarray:
    """The geometric mean: every counter alike."""
    return np.full((len(points.places), len(known.places)), 1 / len(known.places))


def _nearest(known: Evidence, points: Evidence) -> np.ndarray:
    """The nearest counter; several at one distance share."""
    return _of_nearest(known, points, 1)


def _three_nearest(known: Evidence, points: Evidence) -> np.ndarray:
    """The three nearest counters alike."""
    return _of_nearest(known, points, min(NEIGHBOURS, len(known.places)))


def _of_nearest(known: Evidence, points: Evidence, count: int) -> np.ndarray:
    distance_m = _distances(points.places, known.places).round(3)
    farthest = np.sort(distance_m, axis=1)[:, [count - 1]]
    chosen = (distance_m <= farthest).astype("float64")
    return np.asarray(chosen / chosen.sum(axis=1, keepdims=True))


def _kriging(known: Evidence, points: Evidence) -> np.ndarray:
    """A Gaussian process over the ground around the plain mean, as much noise as signal."""
    covariance = np.exp(-0.5 * (_distances(known.places, known.places) / LENGTH_M) ** 2)
    towards = np.exp(-0.5 * (_distances(points.places, known.places) / LENGTH_M) ** 2)
    deviations = np.linalg.solve(covariance + np.eye(len(covariance)), towards.T).T
    return np.asarray(1 / len(covariance) + deviations - deviations.mean(axis=1, keepdims=True))


def _ridge(known: Evidence, points: Evidence) -> np.ndarray:
    """Ridge regression on standardised surroundings; its penalty lets them explain as much as noise does."""
    mean, spread = known.features.mean(axis=0), known.features.std(axis=0)
    scale = np.where(spread > 1e-9, spread, np.inf)
    inside, outside = (known.features - mean) / scale, (points.features - mean) / scale
    penalised = inside.T @ inside + inside.shape[1] * np.eye(inside.shape[1])
    return np.asarray(1 / len(inside) + outside @ np.linalg.solve(penalised, inside.T))


WAYS: dict[str, Callable[[Evidence, Evidence], np.ndarray]] = {
    "the plain mean": _plain_mean,
    "the nearest counter": _nearest,
    "the three nearest counters": _three_nearest,
    "kriging over the ground": _kriging,
    "ridge regression on surroundings": _ridge,
}
"""Simplest first. All are linear in the logarithms of the counts, so that their weights need no count."""

PLAIN_MEAN, NEAREST = 0, 1
BY_SURROUNDINGS = 4
NAMES = tuple(WAYS)


def ways(known: Evidence) -> list[Callable[[Evidence, Evidence], np.ndarray]]:
    """The ways that the evidence allows: without surroundings no ridge regression."""
    return list(WAYS.values())[: BY_SURROUNDINGS + bool(known.features.shape[1])]


def estimate(known: Evidence, points: Evidence, *, way: int) -> np.ndarray:
    """People an hour at points, never beyond what was counted; NaN where the surroundings are not known.

    Parameters
    ----------
    known : Evidence
        At counters.
    points : Evidence
        Its `log_people` is not used.
    way : int
        Position in NAMES.
    """
    found = list(WAYS.values())[way](known, points) @ known.log_people
    return np.asarray(np.exp(np.clip(found, known.log_people.min(), known.log_people.max())))


# --- the choice ----------------------------------------------------------------------------------------------


def folds(known: Evidence, held: np.ndarray) -> Folds:
    """Every estimate that a nested leave-out needs, as weights.

    Parameters
    ----------
    known : Evidence
        Its counts are not looked at.
    held : array (f, n) of bool
        Counters that each fold leaves out; a row without any gives the choice for use.
    """
    blind = replace(known, log_people=np.full(len(known.places), np.nan))
    count, used = len(known.places), ways(known)
    outer = np.zeros((len(used), len(held), count, count))
    inner = np.zeros_like(outer)
    for fold, left_out in enumerate(held):
        train = np.flatnonzero(~left_out)
        for number, way in enumerate(used):
            outer[number, fold][:, train] = way(blind.at(train), blind)
            for row in train:
                rest = train[train != row]
                inner[number, fold, row, rest] = way(blind.at(rest), blind.at(np.array([row])))[0]
    return Folds(held=held, outer=outer, inner=inner)


def choices(weights: Folds, log_people: np.ndarray) -> np.ndarray:
    """The way that each fold chooses, by leaving out each of its own counters in turn.

    Parameters
    ----------
    weights : Folds
    log_people : array (s, n)
        One row a set of counts: the real one, or shuffled ones.

    Returns
    -------
    array (s, f) of int
        Position in NAMES: the lowest mean error of the logarithm among those that beat the plain mean by more than
        one standard error, else the plain mean.
    """
    estimates = np.einsum("cfij,sj->scfi", weights.inner, log_people)
    train = np.where(weights.held, np.nan, 1.0)
    errors = np.abs(estimates - log_people[:, None, None, :]) * train
    gains = errors[:, [PLAIN_MEAN]] - errors
    size = (~weights.held).sum(axis=1)
    standard_error = np.nanstd(gains, axis=3) / np.sqrt(size - 1)
    allowed = np.nanmean(gains, axis=3) > standard_error
    allowed[:, PLAIN_MEAN] = True
    return np.asarray(np.where(allowed, np.nanmean(errors, axis=3), np.inf).argmin(axis=1))


def left_out(weights: Folds, log_people: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimates for counters from the folds that leave them out.

    Parameters
    ----------
    weights : Folds
        Each counter is left out by one fold.
    log_people : array (s, n)
    chosen : array (s, f) of int

    Returns
    -------
    estimates, means : arrays (s, n)
        Logarithms of people an hour, the estimates within what the other counters counted, as `estimate` has it; the
        means are those of the counters that the estimate was made from.
    """
    fold = weights.held.argmax(axis=0)
    rows = np.arange(len(fold))
    table = weights.outer[:, fold, rows, :]
    picked = table[chosen[:, fold], rows]
    hidden = weights.held[fold]
    lowest = np.where(hidden, np.inf, log_people[:, None, :]).min(axis=2)
    highest = np.where(hidden, -np.inf, log_people[:, None, :]).max(axis=2)
    estimates = np.clip(np.einsum("sij,sj->si", picked, log_people), lowest, highest)
    return estimates, log_people @ table[PLAIN_MEAN].T


def choose(known: Evidence) -> int:
    """The way to use, by leaving out each counter in turn; a position in NAMES."""
    nothing_held = np.zeros((1, len(known.places)), dtype=bool)
    return int(choices(folds(known, nothing_held), known.log_people[None])[0, 0])


def _distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Metres between points, shape (n, m)."""
    away = first[:, None, :] - second[None, :, :]
    return np.asarray(np.hypot(away[..., 0], away[..., 1]))
