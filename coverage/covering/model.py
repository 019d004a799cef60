"""The covering problem as one mixed-integer model for HiGHS, solved to proof on one thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse

from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.problem import NO_BUDGET_PENCE, Problem, Terms, chosen_value, keeps

if TYPE_CHECKING:
    import highspy

OPTIMAL, WORK_LIMIT, TIME_LIMIT = "optimal", "work limit", "time limit"
"""How a search ends: proven, when its work was done, or by the emergency brake."""

ROUNDS_MOST = 50
"""Times that a choice which the solver's tolerances let over a rule is ruled out before giving up."""

INTERIOR_FROM_COVERS = 150_000
"""Pairs of candidate and group from which the interior point method is faster than the simplex method."""

TOLERANCE = 1e-9
"""Absolute tolerance of the solver; the smallest that HiGHS accepts is 1e-10."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aim:
    """What is sought: `value_weight * value - prices @ chosen` as large as can be, the value as of `chosen_value`.

    Attributes
    ----------
    value_weight : float
        0: the prices alone count.
    prices : array or None
        One a candidate.
    value_least : float
        What `value - value_prices @ chosen` must reach.
    value_prices : array or None
    other_than : tuple of arrays of bool
        Choices that are not wanted again.
    extra : sparse array (rows, candidates) or None
    extra_most : array
        Further rows `extra @ chosen <= extra_most`, of whole numbers.
    """

    value_weight: float = 1.0
    prices: np.ndarray | None = None
    value_least: float = -math.inf
    value_prices: np.ndarray | None = None
    other_than: tuple[np.ndarray, ...] = ()
    extra: scipy.sparse.csr_array | None = None
    extra_most: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def score(self, problem: Problem, chosen: np.ndarray) -> float:
        """What is made largest."""
        cost = 0.0 if self.prices is None else float(self.prices[chosen].sum())
        return self.value_weight * chosen_value(problem, chosen) - cost

    def is_reached(self, problem: Problem, chosen: np.ndarray) -> bool:
        """True where a choice keeps the rows of the aim."""
        if any(np.array_equal(chosen, other) for other in self.other_than):
            return False
        if self.extra is not None and (self.extra @ chosen.astype("float64") > self.extra_most + 0.5).any():
            return False
        if self.value_least == -math.inf:
            return True
        cost = 0.0 if self.value_prices is None else float(self.value_prices[chosen].sum())
        return chosen_value(problem, chosen) - cost >= self.value_least - TOLERANCE * max(1.0, abs(self.value_least))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What the solver says.

    Attributes
    ----------
    chosen : array of bool, or None
        None: no choice keeps the rules, or none was found with the work allowed.
    value : float
        Of the aim; covered demand unless prices were given.
    bound : float
        No choice does better.
    status : str
        "optimal", "infeasible", "work limit" or "time limit" (the emergency brake).
    """

    chosen: np.ndarray | None
    value: float
    bound: float
    status: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The linear relaxation solved: sites may be built in part.

    Attributes
    ----------
    built : array in [0, 1], one a candidate
    value : float
    cover_duals : array, one a group
    budget_dual : float
        Demand a penny more would cover.
    row_duals, apart_duals : array
        Positive where a most binds, negative where a least does.
    """

    built: np.ndarray
    value: float
    cover_duals: np.ndarray
    budget_dual: float
    row_duals: np.ndarray
    apart_duals: np.ndarray


def solver_name() -> str:
    """Name and version."""
    import highspy

    return f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]


def solve_whole(
    problem: Problem,
    terms: Terms,
    *,
    aim: Aim | None = None,
    effort: Effort,
    start: np.ndarray | None = None,
    nodes_most: int | None = None,
    presolve: bool = True,
) -> Answer:
    """The best choice there is, with the proof.

    Parameters
    ----------
    problem, terms
    aim : Aim, optional
        Covered demand as large as can be by default.
    effort : Effort
    start : array of bool, optional
        A choice to begin from.
    nodes_most : int, optional
        Nodes of the search after which the best found is given, as if its work had been done.
    presolve : bool
        False: the model is not looked over first, which of a small one takes longer than to solve it.

    Notes
    -----
    A choice that only the solver's tolerances let over a rule is ruled out and the rest solved again. One thread and a
    fixed seed: the same input gives the same choice.
    """
    aim = aim or Aim()
    if not len(terms.costs_pence):
        return _empty(problem, terms, aim)
    solver = new_solver()
    solver.setOptionValue("presolve", "choose" if presolve else "off")
    solver.passModel(_model(problem, terms, aim))
    if start is not None:
        _begin(solver, problem, start)
    bound = math.inf
    for _ in range(ROUNDS_MOST):
        run_within(solver, effort, pairs=problem.covers.nnz, nodes_most=nodes_most)
        answer = _answer(solver, problem, aim)
        bound = answer.bound
        if answer.chosen is None or is_kept(problem, terms, aim, answer.chosen):
            return answer
        index, values, most = row_of_others(answer.chosen)
        solver.addRow(-math.inf, most, len(index), index, values)
    return Answer(chosen=None, value=math.nan, bound=bound, status=WORK_LIMIT)


def run_within(solver: highspy.Highs, effort: Effort, *, pairs: int, nodes_most: int | None = None) -> None:
    """Let the solver search within what is left, and take what it did."""
    limits = [nodes for nodes in (nodes_most, effort.nodes(pairs)) if nodes is not None]
    if limits:
        solver.setOptionValue("mip_max_nodes", min(limits))
    solver.setOptionValue("time_limit", solver.getRunTime() + effort.seconds)
    solver.run()
    effort.spend_nodes(int(solver.getInfo().mip_node_count), pairs)


def relaxed_whole(problem: Problem, terms: Terms, *, effort: Effort) -> Relaxed | None:
    """The linear relaxation with its duals; None where it has no solution, or the emergency brake came first."""
    import highspy

    model = _model(problem, terms, Aim())
    model.integrality_ = []
    solver = new_solver()
    solver.setOptionValue("primal_feasibility_tolerance", 1e-7)
    if problem.covers.nnz >= INTERIOR_FROM_COVERS:
        solver.setOptionValue("solver", "ipm")
    solver.passModel(model)
    run_within(solver, effort, pairs=problem.covers.nnz)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    sites, groups = problem.covers.shape
    duals = np.array(solution.row_dual)
    at = groups + 1
    rows, cliques = terms.sites.shape[0], terms.apart.shape[0]
    return Relaxed(
        built=np.array(solution.col_value)[:sites],
        value=float(solver.getInfo().objective_function_value),
        cover_duals=np.maximum(duals[:groups], 0.0),
        budget_dual=max(0.0, float(duals[groups])),
        row_duals=duals[at : at + rows],
        apart_duals=np.maximum(duals[at + rows : at + rows + cliques], 0.0),
    )


def new_solver() -> highspy.Highs:
    """HiGHS on one thread with the tolerances of a proof."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": TOLERANCE,
        "mip_allow_restart": False,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _begin(solver: highspy.Highs, problem: Problem, start: np.ndarray) -> None:
    import highspy

    times = problem.covers.T @ start.astype("float64")
    twice = _twice(problem)
    solution = highspy.HighsSolution()
    solution.col_value = np.concatenate([start, times > 0, times[twice] > 1]).astype("float64").tolist()
    solver.setSolution(solution)


def _answer(solver: highspy.Highs, problem: Problem, aim: Aim) -> Answer:
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Answer(chosen=None, value=math.nan, bound=math.nan, status="infeasible")
    stopped = TIME_LIMIT if status == kinds.kTimeLimit else WORK_LIMIT
    label = OPTIMAL if status in (kinds.kOptimal, kinds.kModelEmpty) else stopped
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solution = np.array(solver.getSolution().col_value)
    chosen = solution[: problem.covers.shape[0]] > 0.5 if found and len(solution) else None
    bound = float(info.mip_dual_bound)
    if chosen is None:
        return Answer(chosen=None, value=math.nan, bound=bound, status=stopped)
    score = aim.score(problem, chosen)
    return Answer(chosen=chosen, value=score, bound=max(bound, score), status=label)


def _empty(problem: Problem, terms: Terms, aim: Aim) -> Answer:
    """The one choice there is without candidates, which HiGHS does not take for a model."""
    chosen = np.zeros(0, dtype=bool)
    if is_kept(problem, terms, aim, chosen):
        return Answer(chosen=chosen, value=0.0, bound=0.0, status="optimal")
    return Answer(chosen=None, value=math.nan, bound=math.nan, status="infeasible")


def is_kept(problem: Problem, terms: Terms, aim: Aim, chosen: np.ndarray) -> bool:
    """True where a choice keeps the terms and the rows of the aim."""
    return keeps(problem, terms, chosen) and aim.is_reached(problem, chosen)


def _twice(problem: Problem) -> np.ndarray:
    """Groups where a second cover is worth something and there are two candidates to give it."""
    candidates = np.bincount(problem.covers.indices, minlength=len(problem.demand))
    return np.flatnonzero((problem.second > 0) & (candidates > 1))


def row_of_others(chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """A row that every choice keeps but this one: columns, values, most."""
    return np.arange(len(chosen)), np.where(chosen, 1.0, -1.0), float(chosen.sum()) - 1.0


def _model(problem: Problem, terms: Terms, aim: Aim) -> highspy.HighsLp:
    """The model: columns are sites, groups, second covers; rows are covers, the budget in pence, rules, what
    must count as covered, the aim.
    """
    import highspy

    sites = problem.covers.shape[0]
    twice = _twice(problem)
    worth = np.concatenate([problem.demand, problem.second[twice]])
    columns = sites + len(worth)
    rows, lower, upper = _rows_of_terms(problem, terms, twice)
    for part, least, most in rows_of_aim(aim, worth, problem.toll):
        rows.append(part)
        lower.append(least)
        upper.append(most)
    table = scipy.sparse.vstack(rows, format="csr")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, table.shape[0]
    model.sense_ = highspy.ObjSense.kMaximize
    prices = -aim.value_weight * problem.toll - (0.0 if aim.prices is None else aim.prices)
    model.col_cost_ = np.concatenate([prices, aim.value_weight * worth])
    model.col_lower_ = np.concatenate([terms.lock_in, np.zeros(len(worth))]).astype("float64")
    model.col_upper_ = np.concatenate([~terms.lock_out, np.ones(len(worth))]).astype("float64")
    model.row_lower_, model.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * sites + [kinds.kContinuous] * len(worth)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = table.indptr, table.indices, table.data
    return model


def _rows_of_terms(
    problem: Problem, terms: Terms, twice: np.ndarray
) -> tuple[list[scipy.sparse.csr_array], list[np.ndarray], list[np.ndarray]]:
    """Rows with their least and most: covers, the budget, rules, cliques."""
    sites, groups = problem.covers.shape
    columns = sites + groups + len(twice)
    second = scipy.sparse.csr_array((np.ones(len(twice)), (twice, np.arange(len(twice)))), shape=(groups, len(twice)))
    forced = _forced(problem, terms)
    rows = [
        scipy.sparse.hstack([-problem.covers.T, scipy.sparse.eye_array(groups), second], format="csr"),
        wide(scipy.sparse.csr_array(terms.costs_pence[None, :].astype("float64")), columns),
        wide(scipy.sparse.hstack([terms.sites, terms.groups], format="csr"), columns),
        wide(terms.apart, columns),
        wide(forced, columns),
    ]
    cliques = terms.apart.shape[0]
    budget = np.inf if terms.budget_pence >= NO_BUDGET_PENCE else float(terms.budget_pence)
    lower = [np.full(groups + 1, -np.inf), terms.least, np.full(cliques + forced.shape[0], -np.inf)]
    upper = [np.zeros(groups), np.array([budget]), terms.most, np.ones(cliques), np.zeros(forced.shape[0])]
    return rows, lower, upper


def _forced(problem: Problem, terms: Terms) -> scipy.sparse.csr_array:
    """Rows "a chosen site covers this group", a pair a row, for groups that count against a least.

    Elsewhere no row is needed: to leave a covered group out never helps.
    """
    sites, groups = problem.covers.shape
    against = np.zeros(groups, dtype=bool)
    bound = terms.groups[np.flatnonzero(np.isfinite(terms.least))].tocoo()
    against[bound.coords[1][bound.data < 0]] = True
    pairs = problem.covers.tocoo()
    kept = against[pairs.coords[1]]
    site, group = pairs.coords[0][kept], pairs.coords[1][kept]
    count = len(site)
    places = (np.tile(np.arange(count), 2), np.concatenate([site, sites + group]))
    return scipy.sparse.csr_array((np.repeat([1.0, -1.0], count), places), shape=(count, sites + groups))


def rows_of_aim(
    aim: Aim, worth: np.ndarray, toll: np.ndarray
) -> list[tuple[scipy.sparse.csr_array, np.ndarray, np.ndarray]]:
    """Rows with their least and most: the value to reach, choices ruled out, further rows."""
    found = []
    columns = len(toll) + len(worth)
    if np.isfinite(aim.value_least):
        prices = -toll - (0.0 if aim.value_prices is None else aim.value_prices)
        row = scipy.sparse.csr_array(np.concatenate([prices, worth])[None, :])
        found.append((row, np.array([aim.value_least]), np.array([np.inf])))
    for chosen in aim.other_than:
        _, values, most = row_of_others(chosen)
        found.append((wide(scipy.sparse.csr_array(values[None, :]), columns), np.array([-np.inf]), np.array([most])))
    if aim.extra is not None:
        found.append((wide(aim.extra, columns), np.full(aim.extra.shape[0], -np.inf), aim.extra_most))
    return found


def wide(table: scipy.sparse.csr_array, columns: int) -> scipy.sparse.csr_array:
    """The same rows with empty columns to the right."""
    return scipy.sparse.csr_array((table.data, table.indices, table.indptr), shape=(table.shape[0], columns))
