"""Rules that no choice keeps together: which of them clash, and the smallest change that would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim
from connected_place.coverage.covering.problem import Problem
from connected_place.coverage.covering.rules import BUDGET, LOCK_IN, LOCK_OUT, Rule
from connected_place.coverage.covering.search import solve
from connected_place.gis_data.errors import Fault, InfeasibleError, fault

WORK = 500.0
"""Units of work for each question asked of the solver, as `Effort` counts them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stated:
    """A rule as stated: its key, its words, and the rule itself where it is one of rows."""

    name: str
    words: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clash:
    """One rule of a set that clashes: its key, and what all of the set say."""

    name: str
    rules: str

    def fault(self, key: str, **fields: Any) -> Fault:
        """The fault of this rule; `key` says what to do about it."""
        return fault(key, file="plan.toml", column=self.name, rules=self.rules, **fields)


def conflict(case: Case) -> InfeasibleError:
    """The error for a case that has no choice: one fault for each rule of a smallest set that clashes.

    Notes
    -----
    Deletion filter: each rule is left out in turn, and stays out where the rest still clash. What remains clashes, and
    without any one of them does not. There may be other such sets.
    """
    clashing = _clashing(case)
    together = _grouped(clashing)
    return InfeasibleError([_remedied(case, each, together, clashing) for each in together])


def least_budget_gbp(case: Case) -> float | None:
    """The lowest budget at which some choice keeps all other rules; None where there is none.

    Parameters
    ----------
    case : Case
    """
    open_case = case.without_budget()
    prices = case.terms.costs_pence.astype("float64")
    answer = _asked(open_case, Aim(value_weight=0.0, prices=prices))
    return None if answer is None else int(case.terms.costs_pence[answer].sum()) / 100


def _stated(case: Case) -> list[_Stated]:
    terms = case.terms
    found = [_Stated(name=BUDGET, words=f"a budget of £{terms.budget_pence / 100:,.0f}")]
    if terms.lock_in.any():
        found.append(_Stated(name=LOCK_IN, words=_locked(terms.lock_in, "lock_in")))
    if terms.lock_out.any():
        found.append(_Stated(name=LOCK_OUT, words=_locked(terms.lock_out, "lock_out")))
    return found + [_Stated(name=rule.name, words=rule.words, rule=rule) for rule in case.rules]


def _locked(flags: np.ndarray, key: str) -> str:
    count = int(flags.sum())
    return f"the {count} site{'s' if count > 1 else ''} in {key}"


def _clashing(case: Case) -> list[_Stated]:
    kept = _stated(case)
    for each in list(kept):
        rest = [other for other in kept if other is not each]
        if _asked(_with(case, rest), None) is None:
            kept = rest
    return kept


def _with(case: Case, stated: Sequence[_Stated]) -> Case:
    names = {each.name for each in stated if each.rule is None}
    return case.keeping(names, [each.rule for each in stated if each.rule is not None])


def _asked(case: Case, aim: Aim | None) -> np.ndarray | None:
    """A choice that keeps the rules, best for the aim; None where there is none."""
    if (case.terms.lock_in & case.terms.lock_out).any():
        return None
    aim = aim or Aim(value_weight=0.0)
    return solve(case.problem, case.terms, aim=aim, effort=Effort.limited(work=WORK)).chosen


def _grouped(clashing: Sequence[_Stated]) -> list[_Stated]:
    """The rules as messages name them: those of one key as one, such as the floors of many wards."""
    found: list[_Stated] = []
    for name in dict.fromkeys(each.name for each in clashing):
        same = [each for each in clashing if each.name == name]
        found.append(same[0] if len(same) == 1 else _Stated(name=name, words=_joined([each.words for each in same])))
    return found


def _joined(words: Sequence[str]) -> str:
    """What rules of one key say, without what they have in common.

    Examples
    --------
    >>> _joined(["at least 1 site in Tilbury", "at least 1 site in Orsett"])
    'at least 1 site in Tilbury and in Orsett'
    """
    heads = {text.partition(" in ")[0] for text in words}
    if len(heads) > 1 or not all(" in " in text for text in words):
        return " and ".join(words)
    places = [f"in {text.partition(' in ')[2]}" for text in words]
    return f"{heads.pop()} {', '.join(places[:-1])} and {places[-1]}"


def _remedied(case: Case, each: _Stated, together: Sequence[_Stated], clashing: Sequence[_Stated]) -> Fault:
    clash = _Clash(
        name=each.name, rules="; ".join([each.words, *(other.words for other in together if other is not each)])
    )
    same = [stated for stated in clashing if stated.name == each.name]
    return _of_one(case, clash, same[0]) if len(same) == 1 else _of_many(case, clash, same)


def _of_many(case: Case, clash: _Clash, same: Sequence[_Stated]) -> Fault:
    """How many of a key's rules can be kept when all others hold, dropping them one by one from the last."""
    rules = [each.rule for each in same if each.rule is not None]
    names = {each.name for each in _stated(case) if each.rule is None}
    rest = [rule for rule in case.rules if all(rule is not other for other in rules)]
    for kept in range(len(rules) - 1, -1, -1):
        if _asked(case.keeping(names, [*rest, *rules[:kept]]), None) is not None:
            return clash.fault("RULES_CLASH.without_some", dropped=len(rules) - kept, total=len(rules), name=clash.name)
    return clash.fault("RULES_CLASH.more")


def _of_one(case: Case, clash: _Clash, each: _Stated) -> Fault:
    """The smallest change of this rule alone that lets all others hold."""
    rest = [other for other in _stated(case) if (other.name, other.words) != (each.name, each.words)]
    without = _with(case, rest)
    if each.name == BUDGET:
        needed_gbp = least_budget_gbp(case)
        if needed_gbp is None:
            return clash.fault("RULES_CLASH.budget_alone")
        return clash.fault("RULES_CLASH.budget", needed=f"{needed_gbp:,.2f}")
    if each.rule is not None and each.rule.with_share is not None:
        return _of_share(clash, without, each.rule.with_share)
    if each.rule is None or len(each.rule.least) != 1 or not each.rule.is_count:
        possible = _asked(without, None) is not None
        return clash.fault("RULES_CLASH.without" if possible else "RULES_CLASH.more")
    return _of_row(case, clash, without, each.rule)


def _of_share(clash: _Clash, without: Case, with_share: Callable[[float], Rule]) -> Fault:
    """The highest whole percentage that can be met when all other rules hold."""
    least, most = -1, 100
    while most - least > 1:
        percent = (least + most) // 2
        is_met = _asked(without.with_rules([*without.rules, with_share(percent / 100)]), None) is not None
        least, most = (percent, most) if is_met else (least, percent)
    return clash.fault("RULES_CLASH.more") if least < 0 else clash.fault("RULES_CLASH.most", reached=f"{least}%")


def _of_row(case: Case, clash: _Clash, without: Case, rule: Rule) -> Fault:
    """How far one row can be met when all other rules hold."""
    sites = rule.sites.toarray().ravel()
    is_floor = bool(np.isfinite(rule.least[0]))
    if rule.points.nnz:
        weights = case.groups.sums(rule.points.toarray().ravel())
        problem = Problem(
            covers=case.problem.covers,
            demand=weights,
            second=np.zeros(len(weights)),
            toll=np.zeros(case.problem.covers.shape[0]),
        )
        chosen = _asked(replace(without, problem=problem), Aim())
        if chosen is None:
            return clash.fault("RULES_CLASH.more")
        met = float(weights[problem.covers.T @ chosen.astype("float64") > 0].sum())
        total = float(rule.points.sum())
        return clash.fault("RULES_CLASH.most", reached=f"{100 * met / total if total else 0.0:.1f}%")
    chosen = _asked(without, Aim(value_weight=0.0, prices=-sites if is_floor else sites))
    if chosen is None:
        return clash.fault("RULES_CLASH.more")
    return clash.fault(
        "RULES_CLASH.most" if is_floor else "RULES_CLASH.least", reached=f"{float(sites[chosen].sum()):,.0f}"
    )
