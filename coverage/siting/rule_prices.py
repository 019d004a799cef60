"""The price of each rule: what the same budget would cover without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from connected_place.coverage.covering import Case, Choice, Effort, near_choice, rules

WORST_BACKHAUL = "sites.worst_backhaul"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrice:
    """What a rule costs in demand.

    Attributes
    ----------
    name : str
        Its key in plan.toml.
    words : str
        The rule as a councillor would say it.
    covered_without : float
        Weighted demand that the best choice covers without it, for the same budget and all other rules.
    price, price_most : float
        How much more that is than with it (of a plan in phases: than the best choice for the whole budget). Two
        different numbers where a search ended before its proof: between them.
    changes : int
        Sites that would be swapped without it: those of the best choice without the rule that are not in that with it.
    """

    name: str
    words: str
    covered_without: float
    price: float
    price_most: float
    changes: int


def rule_prices(
    case: Case,
    best: Choice,
    *,
    words: Mapping[str, str],
    no_line: np.ndarray,
    lock_out: np.ndarray,
    effort: Effort,
) -> tuple[RulePrice, ...]:
    """The price of each rule that plan.toml states, one at a time.

    Parameters
    ----------
    case : Case
        With every rule.
    best : Choice
        The best choice of the case.
    words : mapping of key to str
        How rules with several rows are named; the others name themselves.
    no_line, lock_out : array of bool, one a candidate
        Why a candidate is left out: its line, or the plan. Together they are `case.terms.lock_out`.
    effort : Effort
        For all rules together.
        For each search.
    """
    found = []
    for name, without in _without_each(case, no_line, lock_out):
        free = near_choice(without, [best.chosen], effort=effort)
        if free is None:
            continue
        found.append(
            RulePrice(
                name=name,
                words=words.get(name) or next((rule.words for rule in case.rules if rule.name == name), name),
                covered_without=free.covered,
                price=max(0.0, free.value - best.bound),
                price_most=max(0.0, free.bound - best.value),
                changes=int((free.chosen & ~best.chosen).sum()),
            )
        )
    return tuple(found)


def _without_each(case: Case, no_line: np.ndarray, lock_out: np.ndarray) -> Sequence[tuple[str, Case]]:
    """The case without each rule in turn, by the rule's key."""
    terms, found = case.terms, []
    for name in dict.fromkeys(rule.name for rule in case.rules):
        rest = [rule for rule in case.rules if rule.name != name]
        found.append((name, case.with_rules(rest)))
    if terms.lock_in.any():
        none = np.zeros(len(terms.lock_in), dtype=bool)
        found.append((rules.LOCK_IN, case.with_locks(lock_in=none, lock_out=terms.lock_out | no_line)))
    if lock_out.any():
        found.append((rules.LOCK_OUT, case.with_locks(lock_out=terms.lock_out & ~(lock_out & ~no_line))))
    if (no_line & terms.lock_out).any():
        found.append((WORST_BACKHAUL, case.with_locks(lock_out=terms.lock_out & lock_out)))
    return found
