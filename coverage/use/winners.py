"""The winner's curse: how much the sites chosen as the best of many are overstated, with and without shrinking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connected_place.coverage.draws import uniform
from connected_place.coverage.parameters import Use
from connected_place.coverage.use.bands import spread_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Overstatement:
    """Users expected of the chosen sites, as a multiple of those who come.

    Attributes
    ----------
    as_measured : float
        Where each site is taken at its own measurement.
    shrunk : float
        Where measurement and prior are weighed.
    """

    as_measured: float
    shrunk: float

    @property
    def words(self) -> str:
        """In a sentence."""
        return (
            f"Choosing the sites with the highest measurements would overstate their use {self.as_measured:.1f} "
            "times, because some were high by chance; weighed against the prior, as here, "
            f"{self.shrunk:.2f} times (simulated)."
        )


def overstatement(
    rules: Use, *, candidates: int, chosen: int, days: float, samples: int = 2_000, seed: int
) -> Overstatement:
    """Simulate the choice of the best sites from measurements of some days each.

    Parameters
    ----------
    rules : Use
        How far sites differ (`band_factor`), and how much a day of logs says (`prior_days`).
    candidates, chosen : int
        How many sites there are, and how many are chosen.
    days : float
        Days of logs at each; above 0.
    samples : int
    seed : int

    Notes
    -----
    Sites' means are log-normal with spread s. A measurement is the mean times a log-normal error of variance
    v = s squared x prior_days / days, right on average. The shrunken one is the posterior mean, exact here.
    """
    spread = float(spread_of(rules.band_factor))
    error = spread * (rules.prior_days / days) ** 0.5
    shape = (samples, candidates)
    truth = spread * _normal("true use", shape, seed)
    measured = truth + error * _normal("error of the measurement", shape, seed) - 0.5 * error**2
    weight = days / (days + rules.prior_days)
    shrunk = weight * (measured + 0.5 * error**2) + 0.5 * (1 - weight) * spread**2
    return Overstatement(
        as_measured=_of_best(measured, truth, chosen),
        shrunk=_of_best(shrunk, truth, chosen),
    )


def _normal(name: str, shape: tuple[int, int], seed: int) -> np.ndarray:
    """Standard normal draws (Box and Muller 1958)."""
    count = shape[0] * shape[1]
    first, second = uniform(f"{name}, 1", samples=count, seed=seed), uniform(f"{name}, 2", samples=count, seed=seed)
    return np.asarray(np.sqrt(-2 * np.log1p(-first)) * np.cos(2 * np.pi * second)).reshape(shape)


def _of_best(expected: np.ndarray, truth: np.ndarray, chosen: int) -> float:
    best = np.argsort(-expected, axis=1, kind="stable")[:, :chosen]
    promised = np.exp(np.take_along_axis(expected, best, 1)).sum()
    return float(promised / np.exp(np.take_along_axis(truth, best, 1)).sum())
