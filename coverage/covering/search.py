"""The search for the best choice: by cuts where a case is large, else as one model."""

from __future__ import annotations

import numpy as np

from connected_place.coverage.covering.cuts import relaxed_by_cuts, solve_by_cuts, suits_cuts
from connected_place.coverage.covering.effort import Effort
from connected_place.coverage.covering.model import Aim, Answer, Relaxed, relaxed_whole, solve_whole
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
    """The best choice there is, with the proof; see `solve_whole`."""
    way = solve_by_cuts if suits_cuts(problem, terms) else solve_whole
    return way(problem, terms, aim=aim or Aim(), effort=effort, start=start, nodes_most=nodes_most, presolve=presolve)


def relaxed(problem: Problem, terms: Terms, *, effort: Effort) -> Relaxed | None:
    """The linear relaxation with its duals; see `relaxed_whole`."""
    way = relaxed_by_cuts if suits_cuts(problem, terms) else relaxed_whole
    return way(problem, terms, effort=effort)
