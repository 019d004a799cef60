"""The choice of options as one model for HiGHS, made once and asked again with small changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from connected_place.coverage.covering import Case

NODES_MOST = 20_000
"""Nodes of one search; a knapsack of a council's areas needs a handful."""

_TOLERANCE = 1e-9
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": _TOLERANCE,
    "mip_feasibility_tolerance": _TOLERANCE,
    "primal_feasibility_tolerance": _TOLERANCE,
    "mip_max_nodes": NODES_MOST,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnapsackAnswer:
    """What the solver says of one question.

    Attributes
    ----------
    chosen : array of bool, one a candidate
    value : float
        Of the chosen.
    bound : float
        No choice is worth more.
    is_proven : bool
    """

    chosen: np.ndarray
    value: float
    bound: float
    is_proven: bool


class Knapsack:
    """Candidates with values and costs, at most one an area, within a budget and further rows.

    Parameters
    ----------
    case : Case
        Each candidate covers a point of its own; the cliques are the areas.
    values : array, one a candidate
    """

    def __init__(self, case: Case, values: np.ndarray) -> None:
        import highspy

        self.terms, self.values = case.terms, values
        count, terms = len(values), case.terms
        costs = terms.costs_pence.astype("float64")
        table = scipy.sparse.vstack(
            [terms.apart, terms.sites, scipy.sparse.csr_array(np.vstack([costs, values]))], format="csr"
        )
        areas, rules = terms.apart.shape[0], terms.sites.shape[0]
        self.budget_row, self.value_row = areas + rules, areas + rules + 1
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count, table.shape[0]
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = values
        model.col_lower_, model.col_upper_ = terms.lock_in.astype("float64"), (~terms.lock_out).astype("float64")
        model.row_lower_ = np.concatenate([np.full(areas, -np.inf), terms.least, [-np.inf, -np.inf]])
        model.row_upper_ = np.concatenate([np.ones(areas), terms.most, [float(terms.budget_pence), np.inf]])
        model.integrality_ = [highspy.HighsVarType.kInteger] * count
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = table.indptr, table.indices, table.data
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        self._solver.passModel(model)

    def best(
        self, *, budget_pence: int | None = None, out: np.ndarray | None = None, one_of: np.ndarray | None = None
    ) -> KnapsackAnswer | None:
        """The choice that is worth most; None where no choice keeps the rules.

        Parameters
        ----------
        budget_pence : int or None
            In place of the case's own.
        out : array of bool or None
            Candidates that are left out.
        one_of : array of bool or None
            Candidates of one area, of which one must be chosen.
        """
        budget = self.terms.budget_pence if budget_pence is None else budget_pence
        return self._asked(budget, out=out, one_of=one_of)

    def cheapest(self, value_least: float, *, out: np.ndarray) -> int | None:
        """Pence of the cheapest choice that is worth at least so much; None where there is none, or no proof.

        Parameters
        ----------
        value_least : float
        out : array of bool
            Candidates that are left out.
        """
        costs = self.terms.costs_pence.astype("float64")
        self._aim(-costs)
        self._solver.changeRowBounds(self.value_row, value_least - _TOLERANCE * max(1.0, value_least), math.inf)
        answer = self._asked(self.terms.budget_pence, out=out)
        self._solver.changeRowBounds(self.value_row, -math.inf, math.inf)
        self._aim(self.values)
        return self.terms.pence_of(answer.chosen) if answer is not None and answer.is_proven else None

    def _aim(self, prices: np.ndarray) -> None:
        self._solver.changeColsCost(len(prices), np.arange(len(prices), dtype=np.int32), prices)

    def _asked(
        self, budget_pence: int, *, out: np.ndarray | None = None, one_of: np.ndarray | None = None
    ) -> KnapsackAnswer | None:
        """Ask once, and leave the model as it was; a budget that tolerances overrun is tightened by that much."""
        left = np.zeros(len(self.values), dtype=bool) if out is None else out & ~self.terms.lock_in
        row = None if one_of is None else int((self.terms.apart @ one_of.astype("float64")).argmax())
        for at in np.flatnonzero(left).tolist():
            self._solver.changeColBounds(at, 0.0, 0.0)
        if row is not None:
            self._solver.changeRowBounds(row, 1.0, 1.0)
        found = self._within(budget_pence)
        for at in np.flatnonzero(left).tolist():
            self._solver.changeColBounds(at, 0.0, float(not self.terms.lock_out[at]))
        if row is not None:
            self._solver.changeRowBounds(row, -math.inf, 1.0)
        return found

    def _within(self, budget_pence: int) -> KnapsackAnswer | None:
        import highspy

        kinds = highspy.HighsModelStatus
        # Half a penny more lets rounding in the solver keep what just fits; costs are whole pence.
        self._solver.changeRowBounds(self.budget_row, -math.inf, budget_pence + 0.5)
        self._solver.clearSolver()
        self._solver.run()
        info, status = self._solver.getInfo(), self._solver.getModelStatus()
        has_choice = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible) or not has_choice:
            return None
        chosen = np.array(self._solver.getSolution().col_value) > 0.5
        value = float(self.values[chosen].sum())
        is_kept = self.terms.pence_of(chosen) <= budget_pence
        return KnapsackAnswer(
            chosen=chosen,
            value=value,
            bound=max(value, float(info.mip_dual_bound)),
            is_proven=bool(status == kinds.kOptimal and is_kept),
        )
