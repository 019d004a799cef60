"""Small cases of choosing sites, and every choice of them tried."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.case import Case, siting_case
from connected_place.coverage.covering.rules import (
    Rule,
    covered_share_floor,
    demand_floor,
    sites_at_most,
    sites_floor,
    spacing,
)


def sparse(rows: np.ndarray | list[list[int]]) -> scipy.sparse.csr_array:
    """Who covers whom, one row a candidate."""
    return scipy.sparse.csr_array(np.array(rows, dtype="float64"))


@dataclass(frozen=True, kw_only=True)
class World:
    """A case as its planner would state it."""

    covers: np.ndarray
    demand: np.ndarray
    costs_gbp: np.ndarray
    budget_gbp: float
    lock_in: np.ndarray
    lock_out: np.ndarray
    rules: tuple[Rule, ...]
    backup_share: float

    @property
    def case(self) -> Case:
        """As the model takes it."""
        return siting_case(
            sparse(self.covers),
            self.demand,
            self.costs_gbp,
            budget_gbp=self.budget_gbp,
            lock_in=self.lock_in,
            lock_out=self.lock_out,
            rules=self.rules,
            backup_share=self.backup_share,
        )

    def value(self, chosen: np.ndarray) -> float:
        """Demand covered and what second covers are worth."""
        times = self.covers[chosen].sum(axis=0)
        return float(self.demand[times > 0].sum() + self.backup_share * self.demand[times > 1].sum())

    def pence(self, chosen: np.ndarray) -> int:
        """What a choice costs."""
        return round(100 * float(self.costs_gbp[chosen].sum()))

    def keeps(self, chosen: np.ndarray) -> bool:
        """Every rule, worked out from the points."""
        if self.pence(chosen) > round(100 * self.budget_gbp):
            return False
        if not chosen[self.lock_in].all() or chosen[self.lock_out].any():
            return False
        covered = self.covers[chosen].any(axis=0)
        for rule in self.rules:
            sums = rule.sites.toarray() @ chosen + rule.points.toarray() @ covered
            if (sums < rule.least - 1e-9).any() or (sums > rule.most + 1e-9).any():
                return False
        return True

    def choices(self) -> np.ndarray:
        """Every choice that keeps the rules, one a row; worked out from the points for all choices at once."""
        count = len(self.costs_gbp)
        flags = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
        pence = np.rint(100 * self.costs_gbp).astype("int64")
        kept = (flags @ pence <= round(100 * self.budget_gbp)) & flags[:, self.lock_in].all(axis=1)
        flags = flags[kept & ~flags[:, self.lock_out].any(axis=1)]
        covered = flags.astype("float32") @ self.covers.astype("float32") > 0
        holds = np.ones(len(flags), dtype=bool)
        for rule in self.rules:
            sums = flags @ rule.sites.toarray().T + covered @ rule.points.toarray().T
            holds &= ((sums >= rule.least - 1e-9) & (sums <= rule.most + 1e-9)).all(axis=1)
        return np.asarray(flags[holds])

    def values(self, choices: np.ndarray) -> np.ndarray:
        """Value of each choice."""
        times = choices.astype("float32") @ self.covers.astype("float32")
        return np.asarray((times > 0) @ self.demand + self.backup_share * ((times > 1) @ self.demand))

    def best(self) -> tuple[float, int] | None:
        """Value of the best choice and pence of the cheapest of the best; None: no choice keeps the rules."""
        choices = self.choices()
        if not len(choices):
            return None
        values = self.values(choices)
        most = float(values.max())
        good = choices[values >= most - 1e-9 * max(1, most)]
        return most, int((good @ np.rint(100 * self.costs_gbp).astype("int64")).min())

    def having(self, **changes: object) -> World:
        """The same world with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def drawn(
    seed: int, *, sites_most: int = 9, ruled: bool = True, shared: bool = False, scale_gbp: float = 10_000.0
) -> World:
    """Candidates with costs in pence, points, locks; floors, a most, spacing and backup where `ruled`.

    With `shared` also floors of what share of the covered demand lies among some points.

    The budget is just the cost of some candidates, or a penny less.
    """
    random = np.random.default_rng(seed)
    sites, points = int(random.integers(2, sites_most + 1)), int(random.integers(1, 26))
    covers = random.random((sites, points)) < random.choice([0.1, 0.25, 0.5])
    demand = np.round(random.random(points) * 50, 3) * (random.random(points) < 0.85)
    unit = seed % 5 == 0
    costs = np.full(sites, scale_gbp) if unit else np.round(random.uniform(0.5, 3, sites) * scale_gbp, 2)
    budget = max(0.0, round(float(costs[random.random(sites) < 0.6].sum()) - 0.01 * (seed % 2), 2))
    lock_out = (random.random(sites) < 0.15) & (seed % 3 == 0)
    lock_in = np.zeros(sites, dtype=bool)
    lock_in[0] = seed % 4 == 0 and not lock_out[0] and costs[0] <= budget
    return World(
        covers=covers,
        demand=demand,
        costs_gbp=costs,
        budget_gbp=budget,
        lock_in=lock_in,
        lock_out=lock_out,
        rules=_rules(random, sites, demand, shared=shared) if ruled else (),
        backup_share=float(random.choice([0.0, 0.3, 1.0])) if ruled else 0.0,
    )


def _rules(random: np.random.Generator, sites: int, demand: np.ndarray, *, shared: bool) -> tuple[Rule, ...]:
    points = len(demand)
    found = []
    if random.random() < 0.4:
        found.append(sites_at_most(int(random.integers(1, sites + 1)), candidates=sites, points=points))
    if random.random() < 0.4:
        members = random.random(sites) < 0.4
        found.append(sites_floor(members, 1, points=points, where="in Tilbury"))
    if random.random() < 0.4:
        members = random.random(points) < 0.5
        share = float(random.choice([0.2, 0.5]))
        found.append(demand_floor(members, demand, least_share=share, candidates=sites, where="in Chadwell"))
    if shared and random.random() < 0.6:
        members = random.random(points) < 0.5
        share = float(random.choice([0.3, 0.5, 0.8]))
        where = "in the most deprived fifth"
        found.append(covered_share_floor(members, demand, least_share=share, candidates=sites, where=where))
    if random.random() < 0.4:
        found.append(spacing(random.random((sites, 2)) * 100, spacing_m=30, points=points))
    return tuple(found)
