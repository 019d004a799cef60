"""The covering problem by cuts: a column a site, some for sums of what is covered, and rows only as they are needed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import (
    OPTIMAL,
    ROUNDS_MOST,
    TIME_LIMIT,
    TOLERANCE,
    WORK_LIMIT,
    Aim,
    Answer,
    Relaxed,
    is_kept,
    new_solver,
    row_of_others,
    rows_of_aim,
    run_within,
    wide,
)
from connected_place.coverage.covering.problem import NO_BUDGET_PENCE, NOISE_SHARE, Problem, Terms

if TYPE_CHECKING:
    import highspy

CUTS_FROM_PAIRS = 2_000
"""Pairs of candidate and group from which a case is solved by cuts; a smaller one is sooner solved whole."""

_RELAXED_ROUNDS_MOST = 300
"""Rounds of the relaxation after which its bound, which holds after every round, is taken as it is."""

_HEURISTICS = (
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
    "mip_heuristic_run_feasibility_jump",
)
"""What HiGHS does to find a choice at all, and takes most of its time for."""

_WHOLE_SITES = 1e-9
"""By how much less than one site still counts as one: where a cut touches, not whether it holds."""


def suits_cuts(problem: Problem, terms: Terms) -> bool:
    """True where a case is sooner solved by cuts: many pairs, and no rule of what is covered."""
    return problem.covers.nnz >= CUTS_FROM_PAIRS and not terms.groups.nnz


def relaxed_by_cuts(problem: Problem, terms: Terms, *, effort: Effort) -> Relaxed | None:
    """As `relaxed_whole`, by cuts.

    Notes
    -----
    With s the sum of `built` over a group's candidates, a group is worth f(s) = a min(1, s) + b min(1, max(0, s - 1)),
    which is concave since b <= a. So every tangent of the sum over groups bounds it everywhere, and the relaxation is
    the limit of tangents taken where the last one was solved (Benders; for covering Cordeau, Furini and Ljubic 2019).
    Groups share a column with those of the same leading candidate; a price of a group is its slope at the cuts that
    bind, in the proportion of their duals.
    """
    model = _CutModel(problem, terms, Aim())
    if not model.relax(effort):
        return None
    solution = model.solver.getSolution()
    sites, rows, cliques = problem.covers.shape[0], terms.sites.shape[0], terms.apart.shape[0]
    duals = np.array(solution.row_dual)
    return Relaxed(
        built=np.array(solution.col_value)[:sites],
        value=float(model.solver.getInfo().objective_function_value),
        cover_duals=model.prices(duals),
        budget_dual=max(0.0, float(duals[0])) / model.coin,
        row_duals=duals[1 : 1 + rows],
        apart_duals=np.maximum(duals[1 + rows : 1 + rows + cliques], 0.0),
    )


def solve_by_cuts(
    problem: Problem,
    terms: Terms,
    *,
    aim: Aim,
    effort: Effort,
    start: np.ndarray | None = None,
    nodes_most: int | None = None,
    presolve: bool = True,
) -> Answer:
    """As `solve_whole`, by cuts.

    Notes
    -----
    HiGHS solves the cuts that there are, with whole sites; what it finds is worth less than the cuts say, or is the
    best. Each choice found gets its cuts, which are exact there, so that no choice comes twice.
    """
    model = _CutModel(problem, terms, aim)
    if start is not None:
        model.cut_at(start.astype("float64"))
    if not model.relax(effort):
        return _without_choice(model.solver)
    model.make_whole(presolve=presolve)
    if start is not None:
        model.begin(start)
    return _searched(model, (problem, terms, aim), effort, nodes_most)


def _searched(model: _CutModel, case: tuple[Problem, Terms, Aim], effort: Effort, nodes_most: int | None) -> Answer:
    """Solve, cut what was found off and solve again, until what was found is worth what the cuts say."""
    problem, terms, aim = case
    best: np.ndarray | None = None
    most, bound, ended = -math.inf, math.inf, WORK_LIMIT
    for _ in range(ROUNDS_MOST):
        run_within(model.solver, effort, pairs=model.pairs, nodes_most=nodes_most)
        chosen, ended, limit = model.found()
        if chosen is None:
            break
        bound = min(bound, limit)
        if is_kept(problem, terms, aim, chosen) and aim.score(problem, chosen) > most:
            best, most = chosen, aim.score(problem, chosen)
        is_best = bound - most <= NOISE_SHARE * max(1.0, abs(most))
        if is_best:  # what the bound is above it is rounding
            bound = most
        if ended != OPTIMAL or is_best or not model.cut_off(chosen, is_kept=best is chosen):
            break
        ended = WORK_LIMIT
    if best is not None:
        is_done = ended == "infeasible"
        return Answer(
            chosen=best, value=most, bound=most if is_done else max(most, bound), status=OPTIMAL if is_done else ended
        )
    return Answer(chosen=None, value=math.nan, bound=math.nan if ended == "infeasible" else bound, status=ended)


def _without_choice(solver: highspy.Highs) -> Answer:
    import highspy

    kinds = highspy.HighsModelStatus
    status = solver.getModelStatus()
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Answer(chosen=None, value=math.nan, bound=math.nan, status="infeasible")
    ended = TIME_LIMIT if status == kinds.kTimeLimit else WORK_LIMIT
    return Answer(chosen=None, value=math.nan, bound=math.inf, status=ended)


class _CutModel:
    """A model of sites and sums that grows by cuts.

    Attributes
    ----------
    solver : Highs
        Columns: sites, then sums. Rows: the budget, rules, cliques, the aim, then cuts.
    pairs : int
        Numbers that are not 0 in its rows.
    """

    def __init__(self, problem: Problem, terms: Terms, aim: Aim) -> None:
        self.problem = problem
        self.by_group = problem.covers.T.tocsr()
        self.sum_of = _leading(problem, self.by_group)
        self.count = int(self.sum_of.max()) + 1
        places = (self.sum_of, np.arange(len(self.sum_of)))
        self.members = scipy.sparse.csr_array((np.ones(len(self.sum_of)), places), shape=(self.count, len(self.sum_of)))
        whole = self.members @ (problem.demand + problem.second)
        self.noise = TOLERANCE * np.maximum(1.0, whole)
        self.slopes: list[np.ndarray] = []
        self.cuts: list[tuple[np.ndarray, int]] = []
        # Costs in the largest coin that pays them all: the smaller the numbers, the surer the solver.
        self.coin = max(1, int(np.gcd.reduce(terms.costs_pence)))
        self.solver = new_solver()
        self.rows, self.pairs = self._begin(terms, aim, whole)
        self.first_cut = self.rows
        self.cut_at(np.zeros(problem.covers.shape[0]))

    def _begin(self, terms: Terms, aim: Aim, whole: np.ndarray) -> tuple[int, int]:
        import highspy

        sites = self.problem.covers.shape[0]
        columns = sites + self.count
        budget = np.inf if terms.budget_pence >= NO_BUDGET_PENCE else float(terms.budget_pence // self.coin)
        none = np.full(1, -np.inf)
        coins = (terms.costs_pence // self.coin).astype("float64")
        parts = [
            (wide(scipy.sparse.csr_array(coins[None, :]), columns), none, [budget]),
            (wide(terms.sites, columns), terms.least, terms.most),
            (wide(terms.apart, columns), np.full(terms.apart.shape[0], -np.inf), np.ones(terms.apart.shape[0])),
            *rows_of_aim(_within_tolerance(aim), np.ones(self.count), self.problem.toll),
        ]
        table = scipy.sparse.vstack([part for part, _, _ in parts], format="csr")
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, table.shape[0]
        model.sense_ = highspy.ObjSense.kMaximize
        prices = -aim.value_weight * self.problem.toll - (0.0 if aim.prices is None else aim.prices)
        model.col_cost_ = np.concatenate([prices, np.full(self.count, aim.value_weight)])
        model.col_lower_ = np.concatenate([terms.lock_in, np.zeros(self.count)]).astype("float64")
        model.col_upper_ = np.concatenate([(~terms.lock_out).astype("float64"), whole])
        model.row_lower_ = np.concatenate([least for _, least, _ in parts])
        model.row_upper_ = np.concatenate([most for _, _, most in parts])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = table.indptr, table.indices, table.data
        self.solver.passModel(model)
        return table.shape[0], int(table.nnz)

    def cut_at(self, built: np.ndarray, *, sums: np.ndarray | None = None) -> bool:
        """Add the tangents at `built` that `sums` (all, if None) lie above; False: there is none."""
        demand, second = self.problem.demand, self.problem.second
        times = self.by_group @ built
        once, twice = times >= 1 - _WHOLE_SITES, times >= 2 - _WHOLE_SITES
        slope = np.where(once, np.where(twice, 0.0, second), demand)
        base = np.where(once, np.where(twice, demand + second, demand - second), 0.0)
        steep = scipy.sparse.csr_array(self.members)
        steep.data = slope[steep.indices]
        bases, tangents = self.members @ base, self.members @ (slope * times)
        above = np.arange(self.count) if sums is None else np.flatnonzero(sums > bases + tangents + self.noise)
        if not len(above):
            return False
        slim = scipy.sparse.csr_array(steep[above])
        slim.eliminate_zeros()
        own = scipy.sparse.csr_array((np.ones(len(above)), (np.arange(len(above)), above)), (len(above), self.count))
        table = scipy.sparse.hstack([-(slim @ self.by_group), own], format="csr")
        table.sort_indices()
        least = np.full(len(above), -np.inf)
        self.solver.addRows(len(above), least, bases[above], table.nnz, table.indptr[:-1], table.indices, table.data)
        self.cuts.append((above, len(self.slopes)))
        self.slopes.append(slope)
        self.pairs += int(table.nnz)
        return True

    def cut_off(self, chosen: np.ndarray, *, is_kept: bool) -> bool:
        """Add what the cuts lack at a choice, or bar it if it breaks a rule; False: nothing is left to add."""
        if self.cut_at(chosen.astype("float64"), sums=self.sums()):
            return True
        if is_kept:
            return False
        index, values, other = row_of_others(chosen)
        self.solver.addRow(-math.inf, other, len(index), index, values)
        return True

    def relax(self, effort: Effort) -> bool:
        """Solve the relaxation; False: it has no solution, or the emergency brake came first."""
        import highspy

        # Of few columns, and begun again where the last round ended.
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("solver", "simplex")
        for _ in range(_RELAXED_ROUNDS_MOST):
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + effort.seconds)
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                break
            built = np.array(self.solver.getSolution().col_value)[: self.problem.covers.shape[0]]
            if not self.cut_at(built, sums=self.sums()):
                break
        effort.spend_nodes(1, self.pairs)
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def make_whole(self, *, presolve: bool) -> None:
        """From now on, sites are built or not."""
        import highspy

        sites = self.problem.covers.shape[0]
        self.solver.setOptionValue("presolve", "choose" if presolve else "off")
        self.solver.setOptionValue("solver", "choose")
        kinds = np.full(sites, int(highspy.HighsVarType.kInteger), dtype="uint8")
        self.solver.changeColsIntegrality(sites, np.arange(sites, dtype="int32"), kinds)

    def begin(self, chosen: np.ndarray) -> None:
        """Give the solver a choice to begin from, a good one: it need not look for others by chance."""
        import highspy

        for heuristic in _HEURISTICS:
            self.solver.setOptionValue(heuristic, False)
        self.solver.setOptionValue("mip_heuristic_effort", 0.0)
        solution = highspy.HighsSolution()
        solution.col_value = np.concatenate([chosen, self.worth(chosen)]).tolist()
        self.solver.setSolution(solution)

    def worth(self, chosen: np.ndarray) -> np.ndarray:
        """What each sum is worth with whole sites."""
        times = self.by_group @ chosen.astype("float64")
        problem = self.problem
        return np.asarray(self.members @ (problem.demand * (times > 0.5) + problem.second * (times > 1.5)))

    def sums(self) -> np.ndarray:
        """What the solver takes each sum for."""
        return np.array(self.solver.getSolution().col_value)[self.problem.covers.shape[0] :]

    def found(self) -> tuple[np.ndarray | None, str, float]:
        """The choice that the solver found, how its search ended, and what none exceeds."""
        import highspy

        status, info = self.solver.getModelStatus(), self.solver.getInfo()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return None, "infeasible", math.inf
        stopped = TIME_LIMIT if status == kinds.kTimeLimit else WORK_LIMIT
        label = OPTIMAL if status in (kinds.kOptimal, kinds.kModelEmpty) else stopped
        is_any = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(self.solver.getSolution().col_value)
        chosen = values[: self.problem.covers.shape[0]] > 0.5 if is_any and len(values) else None
        return chosen, label, float(info.mip_dual_bound)

    def prices(self, duals: np.ndarray) -> np.ndarray:
        """The price of covering each group, from the duals of all rows."""
        found = np.zeros(len(self.sum_of))
        at = self.first_cut
        for sums, number in self.cuts:
            weights = np.zeros(self.count)
            weights[sums] = np.maximum(duals[at : at + len(sums)], 0.0)
            found += self.slopes[number] * weights[self.sum_of]
            at += len(sums)
        return found


def _within_tolerance(aim: Aim) -> Aim:
    """The aim with what it must reach lowered by what `Aim.is_reached` allows, so that rounding rules nothing out."""
    if aim.value_least == -math.inf:
        return aim
    return replace(aim, value_least=aim.value_least - TOLERANCE * max(1.0, abs(aim.value_least)))


def _leading(problem: Problem, by_group: scipy.sparse.csr_array) -> np.ndarray:
    """For each group the number of the sum that it is in: those with the same candidate that covers most."""
    order = np.argsort(-(problem.covers @ problem.demand), kind="stable")
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    first = np.minimum.reduceat(rank[by_group.indices], by_group.indptr[:-1])
    return np.asarray(np.unique(first, return_inverse=True)[1]).ravel()
