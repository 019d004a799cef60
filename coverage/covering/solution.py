"""The shortlist: the sites that cover most demand for a budget, with the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering.bounds import Bound
from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.conflicts import conflict
from connected_place.coverage.covering.covered import added_demand, covered_demand, covered_points, order_of_worth
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.large import solve_by_core
from connected_place.coverage.covering.model import OPTIMAL, Aim, Answer, solver_name
from connected_place.coverage.covering.near import solve_near
from connected_place.coverage.covering.problem import NOISE_SHARE, Problem, chosen_value, keeps, merged, pence
from connected_place.coverage.covering.search import solve
from connected_place.coverage.covering.start import greedy
from connected_place.coverage.covering.ties import first_of_equals
from connected_place.gis_data.errors import InfeasibleError, fault

__all__ = [
    "Choice",
    "Problem",
    "added_demand",
    "best_choice",
    "best_near",
    "cheapest_choice",
    "covered_demand",
    "covered_points",
    "merged",
    "order_of_worth",
    "pence",
    "without_idle",
]

CORE_FROM_SITES = 1_000
"""Candidates from which a case is solved by a core of them; below, all at once."""

TIES_TO_SITES = 1_500
"""Candidates up to which the first of equally good choices is sought; above, any of them is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which candidates to build.

    Attributes
    ----------
    chosen : array of bool, one a candidate
    covered : float
        Demand within reach of the chosen.
    bound : float
        No choice that keeps the rules has a higher `value`: the solver's proof.
    status : str
        "optimal", "work limit" or "time limit" (the emergency brake).
    solver : str
        Name and version.
    backed_up : float
        What second covers are worth; 0 without backup.
    toll : float
        What is taken off for the chosen candidates; 0 where nothing is.
    is_first : bool
        True: proven the first of all equally good choices, so that another order of work could not give another.
    """

    chosen: np.ndarray
    covered: float
    bound: float
    status: str
    solver: str
    backed_up: float = 0.0
    toll: float = 0.0
    is_first: bool = False

    @property
    def value(self) -> float:
        """What was made largest: demand covered and what second covers are worth, less the toll."""
        return self.covered + self.backed_up - self.toll

    @property
    def covered_most(self) -> float:
        """The bound of what is covered, before anything is taken off: for as many chosen or fewer."""
        return self.bound + self.toll

    @property
    def is_proven(self) -> bool:
        """True where the search ended with its proof."""
        return self.status == OPTIMAL

    @property
    def gap_share(self) -> float:
        """`(bound - value) / bound`, in [0, 1]."""
        return max(0.0, (self.bound - self.value) / self.bound) if self.bound > 0 else 0.0


def best_choice(
    case: Case,
    *,
    effort: Effort | None = None,
    start: np.ndarray | None = None,
    core_from_sites: int = CORE_FROM_SITES,
    ties_to_sites: int = TIES_TO_SITES,
) -> Choice:
    """The choice of a case that covers most.

    Parameters
    ----------
    case : Case
    effort : Effort, optional
        Work after which the best that is known is given, labelled with its gap; by default until the proof.
    start : array of bool, one a candidate, optional
        A choice to begin from, such as that of a smaller budget. It need not keep the rules: then what of it fits is
        taken. It can only save time; a proven choice that is the first of equals is the same without it.
    core_from_sites, ties_to_sites : int
        See `CORE_FROM_SITES` and `TIES_TO_SITES`.

    Raises
    ------
    InfeasibleError
        RULES_CLASH: no choice keeps all rules. NO_CHOICE_IN_TIME: none was found.

    Notes
    -----
    Of the choices that cover the same (to a billionth), the cheapest is given; of those at the same cost, the one with
    the first candidate in which they differ; sites that add nothing are left out. Above `ties_to_sites` candidates, or
    when its work is done, any of the equally good choices is given, always the same one for the same input.
    """
    effort = effort or Effort()
    simpler = _simpler(case)
    if simpler is not None:
        found = best_choice(simpler, effort=effort, start=start)
        if keeps(case.problem, case.terms, found.chosen):
            return found
    many = _is_many(case, core_from_sites)
    known = None if start is None else greedy(case.problem, case.terms, first=np.flatnonzero(start))
    if many:
        answer = solve_by_core(case.problem, case.terms, effort=effort, start=known)
    else:
        answer = solve_near(case.problem, case.terms, known=() if known is None else (known,), effort=effort)
    chosen = _found(case, answer)
    is_first = False
    if answer.status == OPTIMAL and len(chosen) <= ties_to_sites:
        chosen, is_first = first_of_equals(case.problem, case.terms, chosen, effort=effort)
    return _choice(case, without_idle(case, chosen), replace(answer, chosen=chosen), is_first=is_first)


def best_near(case: Case, known: Sequence[np.ndarray], *, effort: Effort | None = None) -> Choice:
    """The choice of a case that covers most, sooner where good choices of a case like it are known.

    Parameters
    ----------
    case : Case
    known : sequence of arrays of bool
        Choices that need not keep this case's rules.
    effort : Effort, optional

    Raises
    ------
    InfeasibleError
        As `best_choice`.

    Notes
    -----
    Of equally good choices any is given, always the same one for the same input.
    """
    found = near_choice(case, known, effort=effort)
    if found is None:
        return best_choice(case, effort=effort)
    return found


def near_choice(
    case: Case, known: Sequence[np.ndarray], *, found: Bound | None = None, effort: Effort | None = None
) -> Choice | None:
    """As `best_near`, with a bound of the case where one is known; None where no choice was found."""
    effort = effort or Effort()
    simpler = _simpler(case)
    if simpler is not None:
        looser = near_choice(simpler, known, effort=effort)
        if looser is not None and keeps(case.problem, case.terms, looser.chosen):
            return looser
    if _is_many(case, CORE_FROM_SITES):
        start = None if not known else greedy(case.problem, case.terms, first=np.flatnonzero(known[0]))
        answer = solve_by_core(case.problem, case.terms, effort=effort, start=start)
    else:
        answer = solve_near(case.problem, case.terms, known=known, found=found, effort=effort)
    if answer.chosen is None:
        return None
    return _choice(case, without_idle(case, answer.chosen), answer, is_first=False)


def cheapest_choice(
    case: Case,
    *,
    target_share: float = 1.0,
    count_sites: bool = False,
    effort: Effort | None = None,
) -> Choice:
    """The cheapest choice that covers a share of the demand that can be covered at all; the set covering problem.

    Parameters
    ----------
    case : Case
        Its budget, if any, applies too.
    target_share : float
        Of the demand that all candidates together cover, in [0, 1].
    count_sites : bool
        True: the fewest sites rather than the lowest cost.
    effort : Effort, optional

    Returns
    -------
    Choice
        `bound` is what can be covered; `status` says whether the cost (or number) is proven lowest.

    Raises
    ------
    InfeasibleError
        RULES_CLASH: no choice keeps all rules and reaches the target. NO_CHOICE_IN_TIME.
    """
    effort = effort or Effort()
    costs = case.terms.costs_pence.astype("float64")
    prices = np.ones(len(costs)) if count_sites else costs
    target = target_share * float(case.problem.demand.sum()) * (1 - NOISE_SHARE)
    aim = Aim(value_weight=0.0, prices=prices, value_least=target)
    free = np.zeros(len(costs))
    plain = replace(case.problem, second=np.zeros(len(case.problem.demand)), toll=free)
    without_backup = replace(case, problem=plain)
    answer = solve(without_backup.problem, case.terms, aim=aim, effort=effort)
    chosen = _found(case, answer)
    most = float(case.problem.demand.sum() + case.problem.second.sum())
    case = replace(case, problem=replace(case.problem, toll=free))
    return _choice(case, chosen, replace(answer, chosen=chosen, bound=most), is_first=False, is_value=False)


def without_idle(case: Case, chosen: np.ndarray) -> np.ndarray:
    """The choice without sites that add nothing to the rest, the last first; what is locked or a floor needs stays."""
    if np.isfinite(case.terms.least).any():
        return chosen
    kept = chosen.copy()
    problem = case.problem
    times = problem.covers.T @ kept.astype("float64")
    table = problem.covers
    for position in np.flatnonzero(chosen & ~case.terms.lock_in)[::-1]:
        groups = table.indices[table.indptr[position] : table.indptr[position + 1]]
        adds = problem.demand[groups][times[groups] == 1].sum() + problem.second[groups][times[groups] == 2].sum()
        if adds <= problem.toll[position]:
            kept[position] = False
            times[groups] -= 1
    return kept


def _is_many(case: Case, core_from_sites: int) -> bool:
    """True where a core of candidates is sought first; it knows of no toll."""
    return len(case.terms.costs_pence) >= core_from_sites and not case.problem.toll.any()


def _simpler(case: Case) -> Case | None:
    """The case without floors of what share of the covered demand lies somewhere, which make a model slow; None: it
    has none. Where its best choice keeps them, it is the best with them too.
    """
    rest = [rule for rule in case.rules if rule.with_share is None]
    return None if len(rest) == len(case.rules) else case.with_rules(rest)


def _found(case: Case, answer: Answer) -> np.ndarray:
    if answer.chosen is not None:
        return answer.chosen
    if answer.status == "infeasible":
        raise conflict(case)
    raise InfeasibleError(fault("NO_CHOICE_IN_TIME", file="plan.toml", column="sites.work_limit"))


def _choice(case: Case, chosen: np.ndarray, answer: Answer, *, is_first: bool, is_value: bool = True) -> Choice:
    problem = case.problem
    value = chosen_value(problem, chosen)
    times = problem.covers.T @ chosen.astype("float64")
    covered = float(problem.demand[times > 0].sum())
    is_noise = is_value and answer.status == OPTIMAL and answer.bound - value <= NOISE_SHARE * max(1.0, value)
    backed_up = float(problem.second[times > 1].sum())
    toll = float(problem.toll[chosen].sum())
    net = covered + backed_up - toll
    return Choice(
        chosen=chosen,
        covered=covered,
        bound=(net if is_noise else max(answer.bound, net)) + 0.0,
        status=answer.status,
        solver=solver_name(),
        backed_up=backed_up,
        toll=toll,
        is_first=is_first,
    )
