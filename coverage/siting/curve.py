"""The budget curve: the most demand that each budget could cover, with the proof of each step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering import NOISE_SHARE, Case, Choice, Effort, best_near, least_budget_gbp

_STEPS_MOST = 10
"""Round budgets up to the highest; with the least useful one and those of the plan about twelve in all."""

_HALF_PENNY_GBP = 0.005

ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
"""What a round step begins with."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """The best that one budget buys.

    Attributes
    ----------
    budget_gbp, spent_gbp : float
        Capital, £.
    covered : float
        Weighted demand that the chosen are expected to reach.
    bound : float
        No choice within the budget that keeps the rules has a higher `value`.
    status : str
        "optimal", "work limit" or "time limit" (the emergency brake).
    chosen : array of bool, one a candidate
    backed_up : float
        What second covers are worth; 0 without backup.
    toll : float
        What is taken off for the chosen candidates; 0 where nothing is.
    """

    budget_gbp: float
    spent_gbp: float
    covered: float
    bound: float
    status: str
    chosen: np.ndarray
    backed_up: float = 0.0
    toll: float = 0.0

    @property
    def value(self) -> float:
        """What was made largest, as of `Choice.value`."""
        return self.covered + self.backed_up - self.toll

    @property
    def covered_most(self) -> float:
        """The bound of what is covered, before anything is taken off: for as many chosen or fewer."""
        return self.bound + self.toll

    @property
    def gap_share(self) -> float:
        """`(bound - value) / bound`, in [0, 1]; 0 when proven best."""
        return max(0.0, 1 - self.value / self.bound) if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Covered demand against budget, every step by itself the best: the sets of two steps need not be nested.

    Attributes
    ----------
    steps : tuple of Step
        By budget, rising; none covers less than the one before.
    """

    steps: tuple[Step, ...]

    def at(self, budget_gbp: float) -> Step:
        """The step of a budget.

        Raises
        ------
        KeyError
            The curve has no such step.
        """
        for step in self.steps:
            if abs(step.budget_gbp - budget_gbp) < _HALF_PENNY_GBP:
                return step
        raise KeyError(budget_gbp)


def budget_curve(case: Case, known: Mapping[float, Choice], *, effort: Effort | None = None) -> Curve:
    """The curve of a case.

    Parameters
    ----------
    case : Case
        Its budget is the plan's; its locks and rules apply at every step.
    known : mapping of budget to Choice
        The best choices for budgets already solved, the plan's among them: each is used unchanged as a step.
    effort : Effort, optional
        For all steps together; what is not proven with it is labelled.

    Notes
    -----
    Each step begins from the choice of the one before and from those that are known. A bound holds for every lower
    budget too. Once a budget covers all that can be covered, no higher one is shown but those that are known.
    """
    effort = effort or Effort()
    solved = {case.with_budget(budget).terms.budget_pence: choice for budget, choice in known.items()}
    budgets = sorted({*solved, *(case.with_budget(budget).terms.budget_pence for budget in _budgets(case))})
    most = float(case.problem.demand.sum() + case.problem.second.sum()) * (1 - NOISE_SHARE)
    steps: list[Step] = []
    for number, budget in enumerate(budgets):
        choice = solved.get(budget)
        if choice is None and steps and steps[-1].value >= most:
            continue
        if choice is None:
            nearby = [*(step.chosen for step in steps[-1:]), *(solved[at].chosen for at in sorted(solved))]
            choice = best_near(case.with_budget(budget / 100), nearby, effort=effort.part(1 / (len(budgets) - number)))
        steps.append(_step(case, budget, choice))
    return Curve(steps=_consistent(steps))


def round_budgets(least_gbp: float, most_gbp: float) -> list[float]:
    """Round amounts above the least, up to the most.

    Examples
    --------
    >>> round_budgets(2_600, 500_000)[:3], len(round_budgets(2_600, 500_000))
    ([50000.0, 100000.0, 150000.0], 10)
    >>> round_budgets(5_000, 9_000)
    [6000.0, 7000.0, 8000.0, 9000.0]
    """
    if most_gbp <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(most_gbp / _STEPS_MOST))
    step = next(head * power for head in ROUND if head * power * _STEPS_MOST >= most_gbp * (1 - 1e-9))
    return [number * step for number in range(1, _STEPS_MOST + 1) if least_gbp < number * step <= most_gbp]


def least_useful_gbp(case: Case) -> float | None:
    """The lowest budget at which a choice keeps the rules and covers anything; None where nothing can be covered.

    With floors or locks: the lowest at which they can be kept.
    """
    terms = case.terms
    useful = _is_useful(case)
    if not useful.any():
        return None
    if terms.lock_in.any() or np.isfinite(terms.least).any():
        needed = least_budget_gbp(case)
        if needed:
            return needed
    return float(terms.costs_pence[useful].min()) / 100


def _budgets(case: Case) -> list[float]:
    """The least useful budget and round ones up to twice the plan's, or to what all useful candidates cost."""
    least = least_useful_gbp(case)
    if least is None:
        return []
    useful = _is_useful(case)
    everything = float(case.terms.costs_pence[useful].sum()) / 100
    most = max(case.terms.budget_pence / 100, min(2 * case.terms.budget_pence / 100, everything))
    return [least, *round_budgets(least, most)] if least <= most else []


def _is_useful(case: Case) -> np.ndarray:
    """True for each candidate that may be chosen and is worth more than its toll by itself."""
    problem = case.problem
    alone = problem.covers @ problem.demand
    reaches = np.diff(problem.covers.indptr) > 0
    return np.asarray(~case.terms.lock_out & reaches & ((problem.toll == 0) | (alone > problem.toll)))


def _step(case: Case, budget_pence: int, choice: Choice) -> Step:
    return Step(
        budget_gbp=budget_pence / 100,
        spent_gbp=case.terms.pence_of(choice.chosen) / 100,
        covered=choice.covered,
        bound=choice.bound,
        status=choice.status,
        chosen=choice.chosen,
        backed_up=choice.backed_up,
        toll=choice.toll,
    )


def _consistent(steps: list[Step]) -> tuple[Step, ...]:
    """Steps: none covers less than an earlier one, or may cover more than a later one; proven ones never change."""
    risen: list[Step] = []
    for step in steps:
        before = risen[-1] if risen else step
        is_less = step.value < before.value
        risen.append(
            replace(before, budget_gbp=step.budget_gbp, bound=step.bound, status=step.status) if is_less else step
        )
    found: list[Step] = []
    for step in reversed(risen):
        bound = min([step.bound, *(later.bound for later in found[-1:])])
        found.append(replace(step, bound=max(bound, step.value)))
    return tuple(reversed(found))
