"""Cases beyond a borough: prices that fix most candidates, and pieces put together exactly."""

from connected_place.coverage.covering.large.search import solve_by_core

__all__ = [
    "solve_by_core",
]
