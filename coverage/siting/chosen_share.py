"""How often each candidate is chosen when weights and costs are drawn instead of stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.covering import Case, Choice, Effort, near_choice
from connected_place.coverage.draws import uniform


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChosenShare:
    """What the samples say.

    Attributes
    ----------
    share : array, one a candidate
        Of the samples in which it is chosen, in [0, 1]; NaN: no sample was solved.
    samples : int
        Asked for.
    solved : int
        Of them, those in which a choice keeps the rules and was proven best in time; only these count.
    seed : int
    """

    share: np.ndarray
    samples: int
    solved: int
    seed: int


def drawn_costs(
    costs_gbp: np.ndarray, kinds: pd.Series, *, error: float, samples: int, seed: int
) -> Iterable[np.ndarray]:
    """Costs in each sample, £: every kind's by a factor of its own, uniform between `1 - error` and `1 + error`.

    Notes
    -----
    A plan states costs by kind, so what is wrong with one is wrong with all of its kind.

    Examples
    --------
    >>> kinds = pd.Series(["library", "other", "library"])
    >>> first = next(iter(drawn_costs(np.array([100.0, 200, 100]), kinds, error=0.2, samples=3, seed=1)))
    >>> bool(first[0] == first[2]), bool(80 <= first[0] <= 120)
    (True, True)
    """
    factors = {
        kind: 1 - error + 2 * error * uniform(f"cost of {kind}", samples=samples, seed=seed) for kind in kinds.unique()
    }
    return (
        costs_gbp * kinds.map({kind: draws[at] for kind, draws in factors.items()}).to_numpy() for at in range(samples)
    )


def chosen_share(
    case: Case,
    choice: Choice,
    draws: Iterable[tuple[np.ndarray, np.ndarray]],
    *,
    samples: int,
    seed: int,
    effort: Effort | None = None,
) -> ChosenShare:
    """Choose again in each sample, and count.

    Parameters
    ----------
    case : Case
    choice : Choice
        The best of the case as stated.
    draws : iterable of (array, array)
        Of each sample the demand of the case's points, and costs in £.
    samples, seed : int
    effort : Effort, optional
        For all samples together.

    Notes
    -----
    With phases: the best choice for the whole budget alone, not nested.
    """
    effort = effort or Effort()
    times, solved, known = np.zeros(len(choice.chosen)), 0, [choice.chosen]
    for demand, costs_gbp in draws:
        if effort.is_spent:
            break
        drawn = case.with_demand(demand).with_costs(costs_gbp)
        found = near_choice(drawn, known, effort=effort)
        if found is not None and found.is_proven:
            times += found.chosen
            solved += 1
            known = [choice.chosen, found.chosen]
    share = times / solved if solved else np.full(len(times), np.nan)
    return ChosenShare(share=share, samples=samples, solved=solved, seed=seed)
