"""Near-optimal alternatives: other choices that cover nearly as much, as different as can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connected_place.coverage.covering.bounds import core_bound, open_sites, tightened
from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim
from connected_place.coverage.covering.near import rounded_down
from connected_place.coverage.covering.problem import NOISE_SHARE, chosen_value, restricted
from connected_place.coverage.covering.search import solve
from connected_place.coverage.covering.solution import Choice, without_idle

WITHIN = 0.01
"""An alternative covers at most this share less than the best choice."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternative:
    """Another choice.

    Attributes
    ----------
    chosen : array of bool, one a candidate
    value : float
        Demand covered, with what second covers are worth.
    loss_share : float
        How much less than the best choice, in [0, 1].
    spent_gbp : float
    status : str
        "optimal": no choice within the tolerance has fewer sites in common with those before it. Else "work limit" or
        "time limit" (the emergency brake).
    """

    chosen: np.ndarray
    value: float
    loss_share: float
    spent_gbp: float
    status: str


def alternatives(
    case: Case, best: Choice, *, count: int, within: float = WITHIN, effort: Effort | None = None
) -> tuple[Alternative, ...]:
    """Other choices within a share of the best, each with as little as can be of those before it.

    Parameters
    ----------
    case : Case
    best : Choice
        The best of the case.
    count : int
        The most to return; there may be fewer.
    within : float
        In [0, 1].
    effort : Effort, optional
        For all of them together.

    Notes
    -----
    Minimises, over choices that keep the rules and lose at most `within`, how often their sites were chosen in the best
    choice and the earlier alternatives; if equal, the one that covers most. What the prices of the relaxation rule out
    of every such choice is left out of the model.
    """
    least = (1 - within) * best.value * (1 - NOISE_SHARE)
    effort = effort or Effort()
    terms = rounded_down(tightened(case.terms))
    bound = core_bound(case.problem, terms, ~terms.lock_out, effort=effort)
    may = ~terms.lock_out if bound is None else open_sites(terms, bound, least, noise=NOISE_SHARE * best.value)[0]
    members = np.flatnonzero(may | best.chosen)
    small, fewer, _ = restricted(case.problem, terms, members)
    used, seen, found = best.chosen.astype("float64"), [best.chosen], list[Alternative]()
    weight = 0.5 / max(best.value, 1e-9)
    while len(found) < count:
        aim = Aim(
            value_weight=weight,
            prices=used[members],
            value_least=least,
            other_than=tuple(each[members] for each in seen),
        )
        answer = solve(small, fewer, aim=aim, effort=effort)
        if answer.chosen is None:
            break
        whole = np.zeros(len(used), dtype=bool)
        whole[members] = answer.chosen
        seen.append(whole)
        slim = without_idle(case, whole)
        used = used + slim
        if not any(np.array_equal(slim, each.chosen) for each in found) and not np.array_equal(slim, best.chosen):
            found.append(_alternative(case, best, slim, answer.status))
        elif len(seen) > 5 * count + 5:
            break
    return tuple(found)


def _alternative(case: Case, best: Choice, chosen: np.ndarray, status: str) -> Alternative:
    value = chosen_value(case.problem, chosen)
    return Alternative(
        chosen=chosen,
        value=value,
        loss_share=max(0.0, 1 - value / best.value) if best.value > 0 else 0.0,
        spent_gbp=case.terms.pence_of(chosen) / 100,
        status=status,
    )
