"""Leave-one-out: what the plan loses if one chosen site falls away and the best of the rest takes its place."""

from __future__ import annotations

import math
import time

import numpy as np

from connected_place.coverage.covering.bounds import core_bound, tightened
from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.near import rounded_down, without_site
from connected_place.coverage.covering.solution import Choice, near_choice


def losses_without(case: Case, choice: Choice, *, time_limit_s: float = math.inf) -> np.ndarray:
    """Demand that is covered less, at least, without each chosen site, after all others were chosen anew.

    Parameters
    ----------
    case : Case
    choice : Choice
        The best of the case.
    time_limit_s : float
        For all searches together.

    Returns
    -------
    array, one a candidate
        NaN: not chosen, or no choice keeps the rules without it (or none was found in time). Below 0: a locked site
        whose money would cover more elsewhere. Where a search ended before its proof, the loss by its bound.
    """
    deadline = time.monotonic() + min(time_limit_s, 1e9)
    terms = rounded_down(tightened(case.terms))
    found = core_bound(case.problem, terms, ~terms.lock_out, deadline=deadline)
    losses = np.full(len(choice.chosen), np.nan)
    members = np.flatnonzero(choice.chosen).tolist()
    for number, site in enumerate(members):
        limit = max(0.0, deadline - time.monotonic()) / (len(members) - number)
        less, bound = without_site(case.terms, found, site)
        changed = case.with_locks(lock_in=less.lock_in, lock_out=less.lock_out)
        rest = near_choice(changed, [choice.chosen], found=bound, time_limit_s=limit)
        if rest is not None:
            losses[site] = choice.value - rest.bound
    return losses
