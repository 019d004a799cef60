"""The smallest change of one site's cost, demand or lock that would choose it, or that would drop it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from connected_place.coverage.covering import NOISE_SHARE, Case, Choice, Effort, best_choice, near_choice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallestChange:
    """What would turn the decision on one site.

    Attributes
    ----------
    site : int
        Position of the candidate.
    is_chosen : bool
        In the plan.
    is_chosen_freely : bool
        Without a lock of its own.
    other : Choice or None
        The best choice with the decision turned: the site locked in, or left out if it is chosen. None: no choice
        keeps the rules then.
    loss : float
        Demand covered less by that; below 0: a lock keeps the plan from covering more. NaN without `other`.
    cost_gbp : float
        Without a lock of its own: for one not chosen, the highest cost, £, at which it is; for a chosen one, the
        highest at which it stays. NaN: no cost turns the decision.
    demand : float
        Without a lock of its own: for one not chosen, further demand, at points that it alone reaches, that would get
        it chosen; for a chosen one, demand that it alone covers and could lose before it is dropped. NaN:
        no such amount, or it depends on where the demand lies (rules that ask for shares of the demand).
    """

    site: int
    is_chosen: bool
    is_chosen_freely: bool
    other: Choice | None
    loss: float
    cost_gbp: float
    demand: float


def smallest_change(case: Case, best: Choice, site: int, *, effort: Effort | None = None) -> SmallestChange:
    """What would turn the decision on a site.

    Parameters
    ----------
    case : Case
        The locks of the site itself only decide what is chosen in the plan.
    best : Choice
        The best choice of the case.
    site : int
        Position of the candidate.
    effort : Effort, optional
        For all searches together.

    Notes
    -----
    With V the value of the best choice and W that of the best with the decision turned: the demand is V - W, since what
    the site alone gains or loses moves every choice that includes it by the same. The cost is found by halving, to the
    penny: as the cost falls, choices with the site only become more. Where both are worth the same, the rule for equal
    choices decides (`siting.best_choice`).
    """
    effort = effort or Effort()
    is_chosen = bool(best.chosen[site])
    free = _free(case, site)
    turned = _locked(free, site, inside=not is_chosen)
    other = near_choice(turned, [best.chosen], effort=effort)
    loss = math.nan if other is None else best.value - other.bound
    is_locked = bool(case.terms.lock_in[site] | case.terms.lock_out[site])
    unlocked = best_choice(free, effort=effort) if is_locked else best
    return SmallestChange(
        site=site,
        is_chosen=is_chosen,
        is_chosen_freely=bool(unlocked.chosen[site]),
        other=other,
        loss=loss,
        cost_gbp=_cost_gbp(free, unlocked, site, effort),
        demand=_demand(free, unlocked, site, loss if is_chosen == unlocked.chosen[site] else -loss),
    )


def _free(case: Case, site: int) -> Case:
    """The case without any lock of the site."""
    return case.with_locks(
        lock_in=_set(case.terms.lock_in, site, False), lock_out=_set(case.terms.lock_out, site, False)
    )


def _locked(case: Case, site: int, *, inside: bool) -> Case:
    if inside:
        return case.with_locks(lock_in=_set(case.terms.lock_in, site, True))
    return case.with_locks(lock_out=_set(case.terms.lock_out, site, True))


def _set(flags: np.ndarray, at: int, value: bool) -> np.ndarray:
    changed = flags.copy()
    changed[at] = value
    return changed


def _demand(case: Case, best: Choice, site: int, loss: float) -> float:
    if any(rule.points.nnz for rule in case.rules) or math.isnan(loss):
        return math.nan
    if not best.chosen[site]:
        return max(0.0, loss)
    problem = case.problem
    times = problem.covers.T @ best.chosen.astype("float64")
    alone = float((problem.covers[[site]] @ np.where(times == 1, problem.demand, 0.0))[0])
    return max(0.0, loss) if loss <= alone * (1 + NOISE_SHARE) else math.nan


def _cost_gbp(case: Case, best: Choice, site: int, effort: Effort) -> float:
    """The highest cost at which the site is chosen, £; NaN: at none, or of a chosen one at any that can be paid."""
    without = near_choice(_locked(case, site, inside=False), [best.chosen], effort=effort)
    now = int(case.terms.costs_pence[site])
    if best.chosen[site]:
        low, high = now, case.terms.budget_pence + 1
    else:
        low, high = -1, now
    known = best.chosen if best.chosen[site] else _set(best.chosen, site, True)
    while high - low > 1:
        cost = 0 if low < 0 and high == now else (low + high) // 2
        least = _chosen_up_to(case, site, cost, without, known, effort)
        if least is None:
            high = cost
            if cost == 0:
                break
        else:
            low = min(max(low, least), high - 1)
    return math.nan if low < 0 else low / 100


def _chosen_up_to(
    case: Case, site: int, cost_pence: int, without: Choice | None, known: np.ndarray, effort: Effort
) -> int | None:
    """A cost, as high as this one or higher, up to which the site is sure to be chosen; None: not even at this one."""
    costs_gbp = case.terms.costs_pence / 100
    costs_gbp[site] = cost_pence / 100
    priced = case.with_costs(costs_gbp)
    held = near_choice(_locked(priced, site, inside=True), [known], effort=effort)
    if held is None:
        return None
    if without is None:
        return cost_pence
    noise = NOISE_SHARE * max(1.0, without.value)
    if held.value < without.value - noise:
        return None
    if held.value <= without.value + noise:
        return cost_pence if best_choice(priced, effort=effort).chosen[site] else None
    return cost_pence + case.terms.budget_pence - priced.terms.pence_of(held.chosen)
