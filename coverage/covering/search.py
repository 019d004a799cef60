"""The search for the best choice: by cuts where a case is large, else as one model."""

from __future__ import annotations

import numpy as np

from connected_place.coverage.covering.cuts import relaxed_by_cuts, solve_by_cuts, suits_cuts
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import OPTIMAL, Aim, Answer, Relaxed, is_kept, relaxed_whole, solve_whole
from connected_place.coverage.covering.problem import Problem, Terms


def solve(
    problem: Problem,
    terms: Terms,
    *,
    aim: Aim | None = None,
    effort: Effort,
    start: np.ndarray | None = None,
    nodes_most: int | None = None,
    presolve: bool = True,
) -> Answer:
    """The best choice there is, with the proof; see `solve_whole`.

    Notes
    -----
    Where rounding leaves the cuts without a choice although there is one, the whole model decides.
    """
    aim = aim or Aim()
    if suits_cuts(problem, terms):
        answer = solve_by_cuts(
            problem, terms, aim=aim, effort=effort, start=start, nodes_most=nodes_most, presolve=presolve
        )
        is_any = start is not None and is_kept(problem, terms, aim, start)
        is_lost = answer.status == OPTIMAL or (answer.status == "infeasible" and is_any)
        if answer.chosen is not None or not is_lost:
            return answer
    return solve_whole(problem, terms, aim=aim, effort=effort, start=start, nodes_most=nodes_most, presolve=presolve)


def relaxed(problem: Problem, terms: Terms, *, effort: Effort) -> Relaxed | None:
    """The linear relaxation with its duals; see `relaxed_whole`."""
    way = relaxed_by_cuts if suits_cuts(problem, terms) else relaxed_whole
    return way(problem, terms, effort=effort)
