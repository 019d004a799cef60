"""One case of choosing sites: who covers whom, what it costs and what must hold, checked and merged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.problem import (
    NO_BUDGET_PENCE,
    Groups,
    Problem,
    Terms,
    groups_of,
    pence,
    terms_of,
)
from connected_place.coverage.covering.rules import BUDGET, LOCK_IN, LOCK_OUT, Rule
from connected_place.gis_data.errors import InfeasibleError, fault


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """All that a choice depends on.

    Attributes
    ----------
    problem : Problem
        Points in groups.
    terms : Terms
        Budget, locks and rules.
    groups : Groups
        Which points are which group.
    rules : tuple of Rule
        As stated.
    demand : array of m points
        As stated.
    backup_share : float
        In [0, 1].
    """

    problem: Problem
    terms: Terms
    groups: Groups
    rules: tuple[Rule, ...]
    demand: np.ndarray
    backup_share: float

    def with_budget(self, budget_gbp: float) -> Case:
        """The same case with another budget."""
        return replace(self, terms=replace(self.terms, budget_pence=int(pence(budget_gbp))))

    def with_costs(self, costs_gbp: np.ndarray) -> Case:
        """The same case with other costs."""
        return replace(self, terms=replace(self.terms, costs_pence=pence(costs_gbp)))

    def with_demand(self, demand: np.ndarray) -> Case:
        """The same case where points weigh something else; those that weighed nothing still do not count.

        Rules that ask for a share of the demand ask for the same share of the new one.
        """
        weights = self.groups.sums(demand)
        problem = replace(self.problem, demand=weights, second=self.backup_share * weights)
        found = replace(self, problem=problem, demand=demand)
        if not any(rule.points.nnz for rule in self.rules):
            return found
        times = np.divide(demand, self.demand, out=np.zeros(len(demand)), where=self.demand > 0)
        rules = tuple(_scaled(rule, times) for rule in self.rules)
        terms = terms_of(
            self.groups,
            self.terms.costs_pence,
            budget_pence=self.terms.budget_pence,
            lock_in=self.terms.lock_in,
            lock_out=self.terms.lock_out,
            rules=rules,
        )
        return replace(found, terms=terms, rules=rules)

    def with_locks(self, *, lock_in: np.ndarray | None = None, lock_out: np.ndarray | None = None) -> Case:
        """The same case with other locks; None leaves them."""
        terms = self.terms
        return replace(
            self,
            terms=replace(
                terms,
                lock_in=terms.lock_in if lock_in is None else lock_in,
                lock_out=terms.lock_out if lock_out is None else lock_out,
            ),
        )

    def without_budget(self) -> Case:
        """The same case for any money."""
        return self.keeping({LOCK_IN, LOCK_OUT}, self.rules)

    def with_rules(self, rules: Sequence[Rule]) -> Case:
        """The same case with other rules of rows; budget and locks stay."""
        return self.keeping({BUDGET, LOCK_IN, LOCK_OUT}, rules)

    def keeping(self, names: set[str], rules: Sequence[Rule]) -> Case:
        """The same case with some of its rules only.

        Parameters
        ----------
        names : set of str
            Which of `BUDGET`, `LOCK_IN` and `LOCK_OUT` hold.
        rules : sequence of Rule
        """
        none = np.zeros(len(self.terms.costs_pence), dtype=bool)
        terms = terms_of(
            self.groups,
            self.terms.costs_pence,
            budget_pence=self.terms.budget_pence if BUDGET in names else NO_BUDGET_PENCE,
            lock_in=self.terms.lock_in if LOCK_IN in names else none,
            lock_out=self.terms.lock_out if LOCK_OUT in names else none,
            rules=rules,
        )
        return replace(self, terms=terms, rules=tuple(rules))


def siting_case(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    costs_gbp: np.ndarray,
    *,
    budget_gbp: float | None = None,
    lock_in: np.ndarray | None = None,
    lock_out: np.ndarray | None = None,
    rules: Sequence[Rule] = (),
    backup_share: float = 0.0,
    toll: np.ndarray | None = None,
) -> Case:
    """The case, its points merged.

    Parameters
    ----------
    covers : sparse array (n candidates, m points)
        Non-zero where a candidate covers a point.
    demand : array of m
        Weight of each point, at least 0.
    costs_gbp : array of n
        Capital, £.
    budget_gbp : float, optional
        None: no limit.
    lock_in, lock_out : array of n bool, optional
    rules : sequence of Rule
        As the functions of `siting_rules` give them.
    backup_share : float
        What a second cover of a point is worth, as a share of its demand, in [0, 1].
    toll : array of n, optional
        What is taken off for each chosen candidate, so that none is chosen for less.

    Raises
    ------
    InfeasibleError
        LOCKS_OVER_BUDGET or LOCKS_CLASH.
    """
    none = np.zeros(covers.shape[0], dtype=bool)
    counts = np.asarray(demand) > 0
    for rule in rules:
        counts = counts | (np.bincount(rule.points.indices, minlength=len(counts)) > 0)
    groups = groups_of(covers, demand, counts=counts)
    weights = groups.sums(demand)
    terms = terms_of(
        groups,
        pence(costs_gbp),
        budget_pence=NO_BUDGET_PENCE if budget_gbp is None else int(pence(budget_gbp)),
        lock_in=none if lock_in is None else lock_in,
        lock_out=none if lock_out is None else lock_out,
        rules=rules,
    )
    refuse_locks(terms)
    problem = Problem(
        covers=groups.covers,
        demand=weights,
        second=backup_share * weights,
        toll=np.zeros(covers.shape[0]) if toll is None else toll,
    )
    return Case(
        problem=problem, terms=terms, groups=groups, rules=tuple(rules), demand=demand, backup_share=backup_share
    )


def _scaled(rule: Rule, times: np.ndarray) -> Rule:
    """A rule whose points count so many times as much; a least of them grows as their sum does."""
    if not rule.points.nnz:
        return rule
    points = rule.points @ scipy.sparse.diags_array(times)
    before, after = rule.points.sum(axis=1), points.sum(axis=1)
    grown = np.divide(after, before, out=np.ones(len(before)), where=before != 0)
    return replace(rule, points=scipy.sparse.csr_array(points), least=rule.least * grown)


def refuse_locks(terms: Terms) -> None:
    """Refuse locks that the budget does not pay, or that clash.

    Raises
    ------
    InfeasibleError
        LOCKS_OVER_BUDGET or LOCKS_CLASH.
    """
    faults = []
    needed_gbp, budget_gbp = int(terms.costs_pence[terms.lock_in].sum()) / 100, terms.budget_pence / 100
    if needed_gbp > budget_gbp:
        faults.append(
            fault(
                "LOCKS_OVER_BUDGET",
                file="plan.toml",
                column=LOCK_IN,
                count=int(terms.lock_in.sum()),
                cost=f"{needed_gbp:,.0f}",
                budget=f"{budget_gbp:,.0f}",
            )
        )
    both = int((terms.lock_in & terms.lock_out).sum())
    if both:
        faults.append(fault("LOCKS_CLASH", file="plan.toml", column=LOCK_OUT, count=both))
    if faults:
        raise InfeasibleError(faults)
