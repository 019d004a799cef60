"""Rules that no choice keeps together: which of them clash, and the smallest change that would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from connected_place.coverage.covering.case import Case
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim, solve
from connected_place.coverage.covering.problem import Problem
from connected_place.coverage.covering.rules import BUDGET, LOCK_IN, LOCK_OUT, Rule
from connected_place.gis_data.errors import Fault, InfeasibleError

WORK = 500.0
"""Units of work for each question asked of the solver, as `Effort` counts them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stated:
    """A rule as stated: its key, its words, and the rule itself where it is one of rows."""

    name: str
    words: str
    rule: Rule | None = None


def conflict(case: Case) -> InfeasibleError:
    """The error for a case that has no choice: one fault for each rule of a smallest set that clashes.

    Notes
    -----
    Deletion filter: each rule is left out in turn, and stays out where the rest still clash. What remains clashes, and
    without any one of them does not. There may be other such sets.
    """
    clashing = _clashing(case)
    together = _grouped(clashing)
    return InfeasibleError([_fault(case, each, together, clashing) for each in together])


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
        found.append(_Stated(name=LOCK_IN, words=f"the {int(terms.lock_in.sum())} site(s) of lock_in"))
    if terms.lock_out.any():
        found.append(_Stated(name=LOCK_OUT, words=f"the {int(terms.lock_out.sum())} site(s) of lock_out"))
    return found + [_Stated(name=rule.name, words=rule.words, rule=rule) for rule in case.rules]


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
    """The rules as they are told: those of one key as one, such as the floors of many wards."""
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


def _fault(case: Case, each: _Stated, together: Sequence[_Stated], clashing: Sequence[_Stated]) -> Fault:
    words = "; ".join(other.words for other in together if other is not each)
    message = f"No choice keeps {each.words}{' together with ' + words if words else ''}."
    same = [stated for stated in clashing if stated.name == each.name]
    remedy = _remedy(case, same[0]) if len(same) == 1 else _remedy_of_many(case, same)
    return Fault(code="RULES_CLASH", file="plan.toml", column=each.name, message=message, remedy=remedy)


def _remedy_of_many(case: Case, same: Sequence[_Stated]) -> str:
    """How many of a key's rules can be kept when all others hold, dropping them one by one from the last."""
    name, rules = same[0].name, [each.rule for each in same if each.rule is not None]
    names = {each.name for each in _stated(case) if each.rule is None}
    rest = [rule for rule in case.rules if all(rule is not other for other in rules)]
    for kept in range(len(rules) - 1, -1, -1):
        if _asked(case.keeping(names, [*rest, *rules[:kept]]), None) is not None:
            return f"Without {len(rules) - kept} of these {len(rules)} ({name}) the rest can be kept."
    return "Loosening it alone is not enough."


def _remedy(case: Case, each: _Stated) -> str:
    """The smallest change of this rule alone that lets all others hold."""
    rest = [other for other in _stated(case) if (other.name, other.words) != (each.name, each.words)]
    without = _with(case, rest)
    if each.name == BUDGET:
        needed_gbp = least_budget_gbp(case)
        return "Loosen another rule." if needed_gbp is None else f"A budget of £{needed_gbp:,.2f} is enough."
    if each.rule is not None and each.rule.with_share is not None:
        return _remedy_of_share(without, each.rule.with_share)
    if each.rule is None or len(each.rule.least) != 1 or not each.rule.is_count:
        possible = _asked(without, None) is not None
        return "Without it the rest can be kept." if possible else "Loosening it alone is not enough."
    return _remedy_of_row(case, without, each.rule)


def _remedy_of_share(without: Case, with_share: Callable[[float], Rule]) -> str:
    """The highest whole percentage that can be met when all other rules hold."""
    least, most = -1, 100
    while most - least > 1:
        percent = (least + most) // 2
        is_met = _asked(without.with_rules([*without.rules, with_share(percent / 100)]), None) is not None
        least, most = (percent, most) if is_met else (least, percent)
    return "Loosening it alone is not enough." if least < 0 else f"At most {least}% can be met."


def _remedy_of_row(case: Case, without: Case, rule: Rule) -> str:
    """How far one row can be met when all other rules hold."""
    sites = rule.sites.toarray().ravel()
    is_floor = bool(np.isfinite(rule.least[0]))
    if rule.points.nnz:
        weights = case.groups.sums(rule.points.toarray().ravel())
        problem = Problem(covers=case.problem.covers, demand=weights, second=np.zeros(len(weights)))
        chosen = _asked(replace(without, problem=problem), Aim())
        if chosen is None:
            return "Loosening it alone is not enough."
        reached = float(weights[problem.covers.T @ chosen.astype("float64") > 0].sum())
        total = float(rule.points.sum())
        return f"At most {100 * reached / total if total else 0.0:.1f}% can be met."
    chosen = _asked(without, Aim(value_weight=0.0, prices=-sites if is_floor else sites))
    if chosen is None:
        return "Loosening it alone is not enough."
    return f"{'At most' if is_floor else 'At least'} {float(sites[chosen].sum()):,.0f} can be met."
