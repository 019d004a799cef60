"""What covering demand is worth where money is short: prices found by first-order steps, quick for millions of covers.

The relaxation of the covering problem is a game: prices of groups, rules and cliques make the most that any choice can
gain as small as they can; shares of sites, within the budget, make it as large as they can. Both sides take steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.bounds import Bound, Prices, bound, pays_of, shared_out
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.problem import NO_BUDGET_PENCE, Problem, Terms, restricted

LOOK_EVERY = 40
"""Steps between two looks at the bound."""

FIRST_STEPS = 120
"""Before those that are far from paying are set aside again."""

_ROUNDS_MOST = 4
"""Times that candidates which pay at the prices of the rest join."""

_STEPS_MOST = 2_000
"""Among the candidates that are near to paying."""

SET_ASIDE = 0.1
"""A candidate is set aside where it is worth less than its price by more than this share of the price."""

CLOSE_SHARE = 2e-6
"""Prices are good enough where the bound exceeds what the shares cover by no more than this."""

FAR_SHARE = 0.02
"""And where it does so by no more than this part of the gap to the known choice."""

NO_CHOICE = 1e-3
"""A bound further below 0 than this is not rounding: no choice keeps the rules, and no step will find one."""

RESTART = 0.4
"""Restart from the current point when the steps have shrunk to this share."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """The current position of both sides of the game.

    Attributes
    ----------
    built : array in [0, 1], one a candidate
    covered : array in [0, 1], one a group that a rule counts
    groups, rows, cliques : arrays
        As in `Prices`.
    """

    built: np.ndarray
    covered: np.ndarray
    groups: np.ndarray
    rows: np.ndarray
    cliques: np.ndarray

    def arrays(self) -> tuple[np.ndarray, ...]:
        """All of it, in order."""
        return self.built, self.covered, self.groups, self.rows, self.cliques


def priced(
    problem: Problem, terms: Terms, known: np.ndarray, *, covered: float, effort: Effort, begin: Point | None = None
) -> tuple[Bound, Point]:
    """Prices whose bound is close to the relaxation's, and the shares of sites that go with them.

    Parameters
    ----------
    problem, terms
    known : array of bool
        A good choice, to begin from.
    covered : float
        By the best choice that is known; 0 where none is.
    effort : Effort
    begin : Point, optional
        Where earlier steps ended.

    Notes
    -----
    Primal-dual steps (Chambolle and Pock 2011) with lengths for each row and column (Pock and Chambolle 2011), each
    mirrored and drawn towards where the run began, with restarts (Lu and Yang 2024). The bound counts every candidate
    at whatever prices the steps have come to, so where they stop decides how low it is, never whether it holds.
    """
    game = _Game(problem, terms)
    at = game.begin(known) if begin is None else begin
    found = game.bound_at(at)
    near = game.could_pay(known) if begin is None else _near(terms, found)
    for steps in (FIRST_STEPS, *[_STEPS_MOST] * _ROUNDS_MOST):
        part = _Part(game, np.flatnonzero((near | known | terms.lock_in) & ~terms.lock_out))
        inner, at_part = _settled(part.game, part.narrowed(at), steps=steps, covered=covered, effort=effort)
        at = part.widened(at, at_part)
        latest = game.bound_at(at)
        found = latest if latest.value <= found.value else replace(found, built=latest.built)
        near = _near(terms, latest)
        is_close = latest.value - inner.value <= _close(inner.value, covered)
        if (steps == _STEPS_MOST and is_close) or effort.is_spent or _is_impossible(found):
            break
    return found, at


def _near(terms: Terms, found: Bound) -> np.ndarray:
    """Candidates that pay, or nearly; and those that are built in part."""
    return np.asarray((found.pays >= -SET_ASIDE * found.penny * terms.costs_pence) | (found.built > 0))


def _close(value: float, covered: float) -> float:
    """How far a bound may be from the lowest to be good enough."""
    return max(CLOSE_SHARE * value, FAR_SHARE * (value - covered))


def _settled(game: _Game, at: Point, *, steps: int, covered: float, effort: Effort) -> tuple[Bound, Point]:
    """Steps until the bound is close to what the shares cover; the lowest bound, and where the steps ended."""
    best, origin, first, count = game.bound_at(at), at, np.inf, 0
    for step in range(1, steps + 1):
        after, length = game.step(at)
        effort.spend_steps(1, game.covers.nnz)
        count += 1
        first = length if count == 1 else first
        if length <= RESTART * first and count >= LOOK_EVERY // 2:
            at, origin, first, count = after, after, np.inf, 0
        else:
            at = _drawn(at, after, origin, count / (count + 1))
        if step % LOOK_EVERY:
            continue
        latest = game.bound_at(after)
        best = latest if latest.value < best.value else replace(best, built=latest.built)
        slack = best.value - game.value_of(after.built)
        is_close = slack <= _close(best.value, covered) and game.keeps_rules(after)
        if is_close or effort.is_spent or _is_impossible(best):
            break
    return best, after


def _is_impossible(found: Bound) -> bool:
    """True where no choice at all keeps the rules: even the best would cover less than nothing."""
    return found.value < -NO_CHOICE


def _drawn(at: Point, after: Point, origin: Point, weight: float) -> Point:
    """The step mirrored (twice as far), and drawn a little towards where the run began."""
    pairs = zip(at.arrays(), after.arrays(), origin.arrays(), strict=True)
    mixed = [weight * (2 * new - old) + (1 - weight) * first for old, new, first in pairs]
    return Point(built=mixed[0], covered=mixed[1], groups=mixed[2], rows=mixed[3], cliques=mixed[4])


class _Game:
    """Both sides' steps for one case."""

    def __init__(self, problem: Problem, terms: Terms) -> None:
        self.problem, self.terms = problem, terms
        self.covers, self.by_group = problem.covers, problem.covers.T.tocsr()
        self.costs = terms.costs_pence.astype("float64")
        self.lowest, self.highest = terms.lock_in.astype("float64"), (~terms.lock_out).astype("float64")
        self.ruled = np.flatnonzero(np.bincount(terms.groups.indices, minlength=len(problem.demand)))
        self.counts = scipy.sparse.csr_array(terms.groups[:, self.ruled])
        self.of_sites, self.of_counts, self.of_apart = terms.sites.T, self.counts.T, terms.apart.T
        self.worth = problem.demand.copy()
        self.worth[self.ruled] = 0.0
        self.has_second = bool((problem.second > 0).any())
        self.has_rows = bool(terms.sites.shape[0] or terms.apart.shape[0])
        self.penny = 0.0
        self._lengths()

    def _lengths(self) -> None:
        """How far each row and column steps: by what it weighs in the table."""
        problem, terms, counts = self.problem, self.terms, abs(self.counts)
        demand = np.maximum(problem.demand, 1e-9 * max(1.0, float(problem.demand.max(initial=0.0))))
        demand[self.ruled] = np.maximum(demand[self.ruled], counts.sum(axis=0))
        each = np.asarray(problem.covers @ demand)
        typical = (float(each.mean()) if len(each) else 0.0) or 1.0
        sites = abs(terms.sites)
        is_count = np.diff(self.counts.indptr) == 0
        scale = np.where(is_count, typical, 1.0)
        weight = sites.sum(axis=1) + counts.sum(axis=1)
        self.row_step = scale / np.maximum(weight, 1e-12)
        self.clique_step = typical / np.maximum(terms.apart.sum(axis=1), 1.0)
        degree = np.asarray(self.by_group.sum(axis=1)).ravel()
        degree[self.ruled] += 1
        self.group_step = demand / np.maximum(degree, 1.0)
        total = each + sites.T @ scale + typical * terms.apart.sum(axis=0)
        self.site_step = 1.0 / np.maximum(total, 1e-12)
        self.fall = self.site_step * self.costs
        self.costs_fall = self.costs * self.fall
        self.cover_step = 1.0 / (demand[self.ruled] + counts.T @ scale)

    def could_pay(self, known: np.ndarray) -> np.ndarray:
        """Candidates worth their price if nothing else were near; the price is that of the best left by a choice."""
        costs = np.maximum(self.costs, 1e-6)
        left = np.where(self.by_group @ known.astype("float64") > 0, 0.0, self.problem.demand)
        penny = float(np.where(self.terms.lock_out, 0.0, self.covers @ left / costs).max(initial=0.0))
        return np.asarray(self.covers @ self.problem.demand >= (1 - SET_ASIDE) * penny * costs)

    def begin(self, known: np.ndarray) -> Point:
        """From a choice: what it covers once is dear, what it does not cover dearer."""
        built = known.astype("float64")
        times = self.by_group @ built
        groups = np.where(times > 0, 0.5 / np.maximum(times, 1.0), 1.0) * self.problem.demand
        return Point(
            built=built,
            covered=np.minimum(times[self.ruled], 1.0),
            groups=groups,
            rows=np.zeros(len(self.terms.least)),
            cliques=np.zeros(self.terms.apart.shape[0]),
        )

    def step(self, at: Point) -> tuple[Point, float]:
        """Prices step against the shares; shares step against where the prices are going. Also the step's length."""
        times = self.by_group @ at.built
        groups = self._group_prices(at, times)
        rows, cliques = self._rule_prices(at)
        ahead = 2 * groups - at.groups
        gain = self.covers @ ahead
        covered = at.covered
        if self.has_rows:
            ahead_rows = 2 * rows - at.rows
            gain = gain - self.of_sites @ ahead_rows - self.of_apart @ (2 * cliques - at.cliques)
            pull = self.problem.demand[self.ruled] - ahead[self.ruled] - self.of_counts @ ahead_rows
            covered = _between(at.covered + self.cover_step * pull, 0.0, 1.0)
        built = self._affordable(at.built + self.site_step * gain)
        after = Point(built=built, covered=covered, groups=groups, rows=rows, cliques=cliques)
        moved_groups, moved_sites = groups - at.groups, built - at.built
        length = (moved_groups**2 / self.group_step).sum() + (moved_sites**2 / self.site_step).sum()
        return after, float(length) ** 0.5

    def bound_at(self, at: Point) -> Bound:
        """What no choice exceeds at these prices, with the best price of a penny for them."""
        prices = Prices(groups=np.maximum(at.groups, 0.0), penny=0.0, rows=at.rows, cliques=at.cliques)
        penny = price_of_penny(self.terms, pays_of(self.problem, self.terms, prices))
        return bound(self.problem, self.terms, replace(prices, penny=penny), built=at.built)

    def value_of(self, built: np.ndarray) -> float:
        """What shares of sites cover."""
        times = self.by_group @ built
        value = (self.problem.demand * np.minimum(times, 1.0)).sum()
        if self.has_second:
            value += (self.problem.second * np.clip(times - 1.0, 0.0, 1.0)).sum()
        return float(value)

    def keeps_rules(self, at: Point) -> bool:
        """True where the shares keep rows and cliques to a thousandth."""
        if not self.has_rows:
            return True
        sums = self.terms.sites @ at.built + self.counts @ at.covered
        beyond = np.abs(sums - np.clip(sums, self.terms.least, self.terms.most))
        crowd = self.terms.apart @ at.built
        return bool((beyond <= 1e-3 * np.maximum(1.0, np.abs(sums))).all() and (crowd <= 1.001).all())

    def _group_prices(self, at: Point, times: np.ndarray) -> np.ndarray:
        """Up where shares cover a group less than once, down where more, between 0 and its demand."""
        step, short = self.group_step, -times
        if len(self.ruled):
            short[self.ruled] += at.covered
        once = np.minimum(at.groups + step * (short + 1.0), self.worth)
        prices = np.maximum(once, at.groups + step * short)
        if self.has_second:
            twice = at.groups + step * (short + 1.0 + (self.worth > 0))
            prices = np.maximum(prices, np.minimum(twice, self.problem.second))
        return np.maximum(prices, 0.0)

    def _rule_prices(self, at: Point) -> tuple[np.ndarray, np.ndarray]:
        """Prices of rows go where the row is beyond its limits; those of cliques where there is more than one."""
        if not self.has_rows:
            return at.rows, at.cliques
        reached = at.rows + self.row_step * (self.terms.sites @ at.built + self.counts @ at.covered)
        rows = reached - self.row_step * _between(reached / self.row_step, self.terms.least, self.terms.most)
        cliques = np.maximum(at.cliques + self.clique_step * (self.terms.apart @ at.built - 1.0), 0.0)
        return rows, cliques

    def _affordable(self, wished: np.ndarray) -> np.ndarray:
        """The nearest shares that keep the locks and the budget; all lose the same for each pound and step."""
        budget = float(self.terms.budget_pence)
        built = _between(wished, self.lowest, self.highest)
        if (self.costs * built).sum() <= budget:
            self.penny = 0.0
            return built
        low, high, penny = 0.0, np.inf, self.penny
        for _ in range(80):
            lowered = wished - penny * self.fall
            built = _between(lowered, self.lowest, self.highest)
            over = float((self.costs * built).sum()) - budget
            if abs(over) <= 1e-9 * budget:
                break
            low, high = (penny, high) if over > 0 else (low, penny)
            slope = float(self.costs_fall[(lowered > self.lowest) & (lowered < self.highest)].sum())
            penny = penny + over / slope if slope > 0 else np.inf
            if not low < penny < high:
                penny = (low + high) / 2 if high < np.inf else 2 * max(low, 1e-9)
        self.penny = penny
        return built


def _between(values: np.ndarray, least: np.ndarray | float, most: np.ndarray | float) -> np.ndarray:
    """As `np.clip`, in half the time where arrays are short."""
    return np.asarray(np.minimum(np.maximum(values, least), most))


def price_of_penny(terms: Terms, pays: np.ndarray) -> float:
    """Demand for a penny of the first candidate that the budget does not pay, where each gains `pays`."""
    if terms.budget_pence >= NO_BUDGET_PENCE:
        return 0.0
    worth = pays / np.maximum(terms.costs_pence, 1e-6)
    free = np.flatnonzero(~terms.lock_in & ~terms.lock_out & (worth > 0))
    order = free[np.argsort(-worth[free], kind="stable")]
    left = terms.budget_pence - terms.pence_of(terms.lock_in)
    count = int(np.searchsorted(np.cumsum(terms.costs_pence[order]), left, side="right"))
    return float(worth[order[count]]) if count < len(order) else 0.0


class _Part:
    """The game with some of the candidates alone, and the way there and back."""

    def __init__(self, whole: _Game, members: np.ndarray) -> None:
        problem, terms = whole.problem, whole.terms
        small, fewer, self.home = restricted(problem, terms, members)
        self.whole, self.members, self.game = whole, members, _Game(small, fewer)
        self.cliques = np.flatnonzero(np.diff(terms.apart[:, members].indptr) > 1)

    def narrowed(self, at: Point) -> Point:
        """A point of the whole; a merged group's price is the sum of its parts'."""
        kept, count = self.home >= 0, len(self.game.problem.demand)
        groups = np.bincount(self.home[kept], weights=at.groups[kept], minlength=count)
        covered, merged = np.zeros(len(self.home)), np.zeros(count)
        covered[self.whole.ruled] = at.covered
        merged[self.home[kept]] = covered[kept]
        return Point(
            built=at.built[self.members],
            covered=merged[self.game.ruled],
            groups=groups,
            rows=at.rows,
            cliques=at.cliques[self.cliques],
        )

    def widened(self, before: Point, at: Point) -> Point:
        """A point of the part in the whole; what none of its candidates covers keeps its price from before."""
        small = self.game
        merged = np.zeros(len(small.problem.demand))
        merged[small.ruled] = at.covered
        built, cliques = np.zeros(len(before.built)), np.zeros(len(before.cliques))
        built[self.members], cliques[self.cliques] = at.built, at.cliques
        covered = np.where(self.home >= 0, merged[self.home], 0.0) if len(merged) else np.zeros(len(self.home))
        shared = shared_out(
            self.whole.problem, self.whole.terms, (small.problem, small.terms, self.home), at.groups, at.rows
        )
        return Point(
            built=built,
            covered=covered[self.whole.ruled],
            groups=np.where(self.home >= 0, shared, before.groups),
            rows=at.rows,
            cliques=cliques,
        )
