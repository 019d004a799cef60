"""Phases: what to build first and what later, and what it costs that earlier sites stay."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from connected_place.coverage.covering import Case, Choice, Effort, best_choice, best_near, rules
from connected_place.gis_data.errors import Fault, InfeasibleError, PlanFileError, fault

FROM_FIRST, FROM_LAST = "first", "last"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phase:
    """What is built by the end of one phase.

    Attributes
    ----------
    number : int
        From 1.
    budget_gbp : float
        Of this phase and those before it, £.
    choice : Choice
        All sites built by its end; the choices of later phases include it.
    alone : Choice
        The best that the same budget would buy if no other phase were thought of.
    """

    number: int
    budget_gbp: float
    choice: Choice
    alone: Choice

    @property
    def price(self) -> float:
        """Price of nesting: demand that is covered less than by the best choice for this budget alone."""
        return max(0.0, self.alone.value - self.choice.value)

    @property
    def price_most(self) -> float:
        """What that price is at most; more than `price` where the search ended before it was proven."""
        return max(self.price, self.alone.bound - self.choice.value)


def phase_budgets(budget_gbp: float, phases: Sequence[float]) -> tuple[float, ...]:
    """Budgets of all phases, rising, the whole budget last.

    Raises
    ------
    PlanFileError
        PHASES_FALL or PHASE_OVER_BUDGET.

    Examples
    --------
    >>> phase_budgets(250_000, [100_000, 180_000]), phase_budgets(250_000, [250_000]), phase_budgets(250_000, [])
    ((100000, 180000, 250000), (250000,), (250000,))
    """
    faults = []
    if any(later <= earlier for earlier, later in itertools.pairwise(phases)):
        faults.append(_fault("PHASES_FALL", phases))
    if any(phase > budget_gbp for phase in phases):
        faults.append(_fault("PHASE_OVER_BUDGET", phases, budget=f"{budget_gbp:,.0f}"))
    if faults:
        raise PlanFileError(faults)
    return (*(phase for phase in phases if phase < budget_gbp), budget_gbp)


def in_phases(case: Case, budgets: Sequence[float], *, begin: str = FROM_FIRST, effort: Effort) -> tuple[Phase, ...]:
    """The choice of each phase.

    Parameters
    ----------
    case : Case
    budgets : sequence of float
        As `phase_budgets` gives them.
    begin : str
        "first": every rule holds in each phase. "last": every rule holds for the whole; the earlier phases are parts
        of it, which keep what a part can keep: the budget and the sites left out; most sites and spacing hold by
        themselves.
    effort : Effort
        For all phases together.
        For each search.

    Raises
    ------
    InfeasibleError
        From `siting.best_choice`, with the phase named.
    """
    if begin == FROM_LAST:
        return _from_last(case, budgets, effort)
    phases: list[Phase] = []
    kept = case.terms.lock_in
    for number, budget_gbp in enumerate(budgets, start=1):
        free = case.with_budget(budget_gbp)
        choice = _choice(free.with_locks(lock_in=kept), number, budgets, effort)
        alone = choice if number == 1 else best_near(free, [choice.chosen], effort=effort)
        phases.append(Phase(number=number, budget_gbp=budget_gbp, choice=choice, alone=alone))
        kept = case.terms.lock_in | choice.chosen
    return tuple(phases)


def phase_of_sites(phases: Sequence[Phase]) -> np.ndarray:
    """Number of the phase in which each candidate is built; NaN: in none."""
    found = np.full(len(phases[-1].choice.chosen), np.nan)
    for phase in reversed(phases):
        found[phase.choice.chosen] = phase.number
    return found


def _from_last(case: Case, budgets: Sequence[float], effort: Effort) -> tuple[Phase, ...]:
    whole = best_choice(case.with_budget(budgets[-1]), effort=effort)
    phases = [Phase(number=len(budgets), budget_gbp=budgets[-1], choice=whole, alone=whole)]
    upper_rules = [rule for rule in case.rules if not np.isfinite(rule.least).any()]
    parts = case.keeping({rules.BUDGET, rules.LOCK_OUT}, upper_rules)
    for number in range(len(budgets) - 1, 0, -1):
        free = parts.with_budget(budgets[number - 1])
        later = phases[-1].choice.chosen
        choice = best_choice(free.with_locks(lock_out=~later), effort=effort)
        alone = best_near(free, [choice.chosen], effort=effort)
        phases.append(Phase(number=number, budget_gbp=budgets[number - 1], choice=choice, alone=alone))
    return tuple(reversed(phases))


def _choice(case: Case, number: int, budgets: Sequence[float], effort: Effort) -> Choice:
    try:
        return best_choice(case, effort=effort)
    except InfeasibleError as error:
        if len(budgets) == 1:
            raise
        raise InfeasibleError([_of_phase(clash, number, budgets) for clash in error.faults]) from error


def _of_phase(clash: Fault, number: int, budgets: Sequence[float]) -> Fault:
    words = fault(
        "IN_PHASE",
        number=number,
        phases=len(budgets),
        budget=f"{budgets[number - 1]:,.0f}",
        finding=clash.message,
        remedy=clash.remedy,
    )
    column = "sites.phases" if clash.column == rules.BUDGET and number < len(budgets) else clash.column
    return replace(clash, message=words.message, remedy=words.remedy, column=column)


def _fault(key: str, phases: Sequence[float], **fields: Any) -> Fault:
    value = ", ".join(f"{phase:,.10g}" for phase in phases)
    return fault(key, file="plan.toml", column="sites.phases", value=value, **fields)
