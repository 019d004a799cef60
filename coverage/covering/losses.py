"""Leave-one-out: what the plan loses if one chosen site falls away and the best of the rest takes its place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.coverage.covering.bounds import core_bound, tightened
from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.near import rounded_down, without_site
from connected_place.coverage.covering.problem import NOISE_SHARE
from connected_place.coverage.covering.solution import Choice, near_choice


def losses_without(case: Case, choice: Choice, *, effort: Effort | None = None) -> pd.DataFrame:
    """What each chosen site is worth: the best choice of the case without it, beside the choice.

    Parameters
    ----------
    case : Case
    choice : Choice
        The best of the case, or the best that is known.
    effort : Effort, optional
        For all searches together.

    Returns
    -------
    DataFrame, one row a candidate
        `exact`, the demand that is covered less without the site, after re-planning. Below 0: a locked site whose
        money would cover more elsewhere. NaN: not chosen, no choice keeps the rules without it, or not proven.
        `low, high`: the loss is at least and at most this; both as `exact` where that is known. `low` is never below
        0 unless the site is locked in; where the choice itself is not proven best it is 0, which tells you nothing.
    """
    effort = effort or Effort()
    terms = rounded_down(tightened(case.terms))
    found = core_bound(case.problem, terms, ~terms.lock_out, effort=effort)
    exact, low, high = (np.full(len(choice.chosen), np.nan) for _ in range(3))
    members = np.flatnonzero(choice.chosen).tolist()
    for number, site in enumerate(members):
        less, bound = without_site(case.terms, found, site)
        changed = case.with_locks(lock_in=less.lock_in, lock_out=less.lock_out)
        share = effort.part(1 / (len(members) - number))
        rest = near_choice(changed, [choice.chosen], found=bound, effort=share)
        if rest is not None:
            exact[site], low[site], high[site] = _loss(choice, rest, is_locked=bool(case.terms.lock_in[site]))
    return pd.DataFrame({"exact": exact, "low": low, "high": high})


def _loss(choice: Choice, rest: Choice, *, is_locked: bool) -> tuple[float, float, float]:
    """The loss where it is proven (else NaN), at least, and at most."""
    least, most = choice.value - rest.bound, choice.value - rest.value
    if choice.is_proven and rest.is_proven:
        loss = 0.0 if abs(least) <= NOISE_SHARE * max(1.0, choice.value) else least
        return loss, loss, loss
    if is_locked:
        return np.nan, least, most
    if most < 0:  # without the site more was found than with it: the choice itself can be bettered
        return np.nan, np.nan, np.nan
    return np.nan, max(0.0, least) if choice.is_proven else 0.0, most
