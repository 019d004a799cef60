"""The shortlist: the sites that cover most demand for a budget, with the proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.gis_data.errors import Fault, InfeasibleError

if TYPE_CHECKING:
    import highspy

NOISE_SHARE = 1e-9
"""A bound that exceeds what is covered by less than this share is rounding of the solver's sums, no gap."""

ROUNDS_MOST = 50
"""Times that a choice which the solver's tolerances let over the budget is ruled out before giving up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which candidates to build.

    Attributes
    ----------
    chosen : array of bool, one a candidate
    covered : float
        Demand within reach of the chosen.
    bound : float
        No choice within the budget covers more: the solver's proof.
    status : str
        "optimal" or "time limit".
    solver : str
        Name and version.
    """

    chosen: np.ndarray
    covered: float
    bound: float
    status: str
    solver: str

    @property
    def gap_share(self) -> float:
        """`(bound - covered) / bound`, in [0, 1]."""
        return max(0.0, (self.bound - self.covered) / self.bound) if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Budgeted maximal covering after merging.

    Attributes
    ----------
    covers : sparse array (candidates, groups)
    demand : array, one a group
        Of all points that the same candidates cover.
    """

    covers: scipy.sparse.csr_array
    demand: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a choice must keep, in whole pence so that sums are exact.

    Attributes
    ----------
    costs_pence : array of int, one a candidate
    budget_pence : int
    lock_in, lock_out : array of bool
    """

    costs_pence: np.ndarray
    budget_pence: int
    lock_in: np.ndarray
    lock_out: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the solver says: chosen candidates, the bound it proved, its status and its name."""

    chosen: np.ndarray
    bound: float
    status: str
    solver: str


def pence(amounts_gbp: np.ndarray | float) -> np.ndarray:
    """Pounds as whole pence.

    Examples
    --------
    >>> pence(np.array([15_700.0, 0.1 + 0.2])).tolist()
    [1570000, 30]
    """
    return np.asarray(np.rint(np.asarray(amounts_gbp, dtype="float64") * 100).astype("int64"))


def choose_sites(
    covers: scipy.sparse.csr_array,
    demand: np.ndarray,
    costs_gbp: np.ndarray,
    *,
    budget_gbp: float,
    lock_in: np.ndarray,
    lock_out: np.ndarray,
    time_limit_s: float,
) -> Choice:
    """Choose candidates within a budget so that the covered demand is largest.

    Parameters
    ----------
    covers : sparse array (n candidates, m points)
        Non-zero where a candidate covers a point.
    demand : array of m
        Weight of each point, at least 0.
    costs_gbp : array of n
        Capital, £.
    budget_gbp : float
    lock_in, lock_out : array of n bool
    time_limit_s : float

    Raises
    ------
    InfeasibleError
        LOCKS_OVER_BUDGET or LOCKS_CLASH.

    Notes
    -----
    maximise sum(a_i x_i) with x_i <= sum(y_j for j covering i), sum(c_j y_j) <= B, y binary (Church and ReVelle 1974
    with the budget of Khuller, Moss and Naor 1999). Points that the same candidates cover are one group, which keeps
    the optimum. HiGHS on one thread with a fixed seed: the same input gives the same choice.
    """
    rules = Rules(costs_pence=pence(costs_gbp), budget_pence=int(pence(budget_gbp)), lock_in=lock_in, lock_out=lock_out)
    _refuse_impossible(rules)
    problem = merged(covers, demand)
    answer = _solve(problem, rules, time_limit_s=time_limit_s)
    chosen = without_idle(problem, answer.chosen, lock_in)
    covered = covered_demand(covers, demand, chosen)
    is_noise = answer.status == "optimal" and answer.bound - covered <= NOISE_SHARE * max(1.0, covered)
    bound = covered if is_noise else max(answer.bound, covered)
    return Choice(chosen=chosen, covered=covered, bound=bound + 0.0, status=answer.status, solver=answer.solver)


def merged(covers: scipy.sparse.csr_array, demand: np.ndarray) -> Problem:
    """Points with equal covering sets as one group; points that nobody covers, or that weigh nothing, left out.

    Examples
    --------
    >>> problem = merged(scipy.sparse.csr_array(np.array([[1.0, 1, 0, 0], [0, 0, 1, 0]])), np.array([2.0, 3, 4, 5]))
    >>> problem.demand.tolist(), problem.covers.toarray().tolist()
    ([5.0, 4.0], [[1.0, 0.0], [0.0, 1.0]])
    """
    by_point = covers.T.tocsr()
    by_point.sort_indices()
    kept = np.flatnonzero((np.diff(by_point.indptr) > 0) & (demand > 0))
    keys = pd.Series(
        [by_point.indices[by_point.indptr[i] : by_point.indptr[i + 1]].tobytes() for i in kept], dtype=object
    )
    group, first = pd.factorize(keys)[0], ~keys.duplicated().to_numpy()
    weights = np.bincount(group, weights=demand[kept], minlength=int(first.sum()))
    return Problem(covers=by_point[kept[first]].T.tocsr(), demand=weights)


def covered_points(covers: scipy.sparse.csr_array, chosen: np.ndarray) -> np.ndarray:
    """True for each point that any chosen candidate covers."""
    return np.asarray(covers.T @ chosen.astype("float64") > 0)


def covered_demand(covers: scipy.sparse.csr_array, demand: np.ndarray, chosen: np.ndarray) -> float:
    """Demand of the points that any chosen candidate covers."""
    return float(demand[covered_points(covers, chosen)].sum())


def added_demand(covers: scipy.sparse.csr_array, demand: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Demand that each candidate alone adds: what no chosen candidate covers, other than itself.

    Examples
    --------
    >>> covers = scipy.sparse.csr_array(np.array([[1.0, 1, 0], [0, 1, 1]]))
    >>> added_demand(covers, np.array([1.0, 2, 4]), np.array([True, False])).tolist()
    [3.0, 4.0]
    """
    times = covers.T @ chosen.astype("float64")
    by_nobody = covers @ (demand * (times == 0))
    by_itself_alone = covers @ (demand * (times == 1))
    return np.asarray(np.where(chosen, by_itself_alone, by_nobody))


def order_of_worth(covers: scipy.sparse.csr_array, demand: np.ndarray, chosen: np.ndarray) -> pd.DataFrame:
    """The chosen in the order in which each adds most to those before it.

    Returns
    -------
    DataFrame indexed by candidate position, in that order
        `rank` from 1, `added` (demand beyond the ones before). Ties by position.
    """
    rest = demand.astype("float64").copy()
    left: list[int] = np.flatnonzero(chosen).tolist()
    rows: list[tuple[int, int, float]] = []
    while left:
        gains = covers[left] @ rest
        best = int(np.argmax(gains))
        rows.append((left[best], len(rows) + 1, float(gains[best])))
        rest[covered_points(covers, _only(left.pop(best), len(chosen)))] = 0.0
    return pd.DataFrame(rows, columns=["position", "rank", "added"]).set_index("position")


def without_idle(problem: Problem, chosen: np.ndarray, lock_in: np.ndarray) -> np.ndarray:
    """The choice without sites that add nothing to the rest, the last first."""
    kept = chosen.copy()
    for position in np.flatnonzero(chosen & ~lock_in)[::-1]:
        if added_demand(problem.covers, problem.demand, kept)[position] <= 0:
            kept[position] = False
    return kept


def _only(position: int, size: int) -> np.ndarray:
    flags = np.zeros(size, dtype=bool)
    flags[position] = True
    return flags


def _refuse_impossible(rules: Rules) -> None:
    faults = []
    needed_gbp, budget_gbp = int(rules.costs_pence[rules.lock_in].sum()) / 100, rules.budget_pence / 100
    if needed_gbp > budget_gbp:
        faults.append(
            Fault(
                code="LOCKS_OVER_BUDGET",
                file="plan.toml",
                column="sites.lock_in",
                message=f"The {int(rules.lock_in.sum())} sites of lock_in cost £{needed_gbp:,.0f}, "
                f"the budget is £{budget_gbp:,.0f}.",
                remedy=f"Raise the budget to £{needed_gbp:,.0f}, or take sites off lock_in.",
            )
        )
    both = int((rules.lock_in & rules.lock_out).sum())
    if both:
        faults.append(
            Fault(
                code="LOCKS_CLASH",
                file="plan.toml",
                column="sites.lock_out",
                message=f"{both} site(s) stand in lock_in and in lock_out.",
                remedy="Take them off one of the two.",
            )
        )
    if faults:
        raise InfeasibleError(faults)


def _solve(problem: Problem, rules: Rules, *, time_limit_s: float) -> Answer:
    """Solve exactly; a choice that only the solver's tolerances let over the budget is ruled out and solved again."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": 1e-9}
    for name, value in (options | {"mip_feasibility_tolerance": 1e-9, "time_limit": time_limit_s}).items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(problem, rules))
    for _ in range(ROUNDS_MOST):
        solver.run()
        answer = _answer(solver, problem, rules)
        if rules.costs_pence[answer.chosen].sum() <= rules.budget_pence:
            return answer
        over = np.flatnonzero(answer.chosen)
        solver.addRow(-highspy.kHighsInf, len(over) - 1.0, len(over), over, np.ones(len(over)))
    return Answer(chosen=rules.lock_in, bound=answer.bound, status="time limit", solver=answer.solver)


def _answer(solver: highspy.Highs, problem: Problem, rules: Rules) -> Answer:
    import highspy

    count = len(rules.costs_pence)
    solution = np.array(solver.getSolution().col_value)
    is_best = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Answer(
        chosen=solution[:count] > 0.5 if len(solution) else rules.lock_in,
        bound=min(float(solver.getInfo().mip_dual_bound), float(problem.demand.sum())),
        status="optimal" if is_best else "time limit",
        solver=f"HiGHS {solver.version()}",
    )


def _model(problem: Problem, rules: Rules) -> highspy.HighsLp:
    """The linear program: columns are sites then groups, rows are groups then the budget in pence."""
    import highspy

    sites, groups = problem.covers.shape
    served = scipy.sparse.hstack([-problem.covers.T, scipy.sparse.eye_array(groups)])
    budget = scipy.sparse.csr_array(np.concatenate([rules.costs_pence, np.zeros(groups)])[None, :])
    rows = scipy.sparse.vstack([served, budget]).tocsr()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + groups, groups + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.concatenate([np.zeros(sites), problem.demand])
    model.col_lower_ = np.concatenate([rules.lock_in.astype("float64"), np.zeros(groups)])
    model.col_upper_ = np.concatenate([(~rules.lock_out).astype("float64"), np.ones(groups)])
    model.row_lower_ = np.full(groups + 1, -highspy.kHighsInf)
    model.row_upper_ = np.concatenate([np.zeros(groups), [rules.budget_pence]])
    model.integrality_ = [highspy.HighsVarType.kInteger] * sites + [highspy.HighsVarType.kContinuous] * groups
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    return model
