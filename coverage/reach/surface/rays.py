"""Rays: which cells lie between a site's cell and each cell around it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

LARGEST_REACH_CELLS = 1_000
"""A whole ring's rays are in memory: 60 MB at 1,000 cells out, and the samples kept for all rings 700 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The cells whose row or column is exactly n away from the middle of a square of cells, and the rays to them.

    Attributes
    ----------
    cells : array of int32, shape (8 n,)
        Position of each in the flattened square.
    distance : array of float64, shape (8 n,)
        From the middle of the square, in cells.
    middle : int
        Position of the middle of the square.
    along, across, slant : array of int32, shape (8 n,)
        Steps in the flattened square away from the middle and across that; `slant` is how often it goes across.
    stray : array of int16, shape (n + 1, n - 1)
        How often a ray of each slant has gone across at each step out.
    """

    cells: np.ndarray
    distance: np.ndarray
    middle: int
    along: np.ndarray
    across: np.ndarray
    slant: np.ndarray
    stray: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """How far along its ray each sample lies, in (0, 1), shape (n - 1,)."""
        steps = self.stray.shape[1]
        return (np.arange(1, steps + 1) / (steps + 1)).astype("float32")

    def between(self, chosen: np.ndarray) -> np.ndarray:
        """Positions of the cells on the rays to some of the ring's cells, the two ends left out.

        Parameters
        ----------
        chosen : array of int, shape (m,)
            Which of `cells`.

        Returns
        -------
        array of int32, shape (m, n - 1)
        """
        steps = np.arange(1, self.stray.shape[1] + 1, dtype="int32")
        on_ray = np.multiply(self.stray[self.slant[chosen]], self.across[chosen, None], dtype="int32")
        on_ray += self.along[chosen, None] * steps
        on_ray += np.int32(self.middle)
        return on_ray


@functools.lru_cache(maxsize=4)
def rings(reach_cells: int) -> tuple[Ring, ...]:
    """All rings of a square of `2 reach_cells + 1` cells a side, from the innermost.

    Parameters
    ----------
    reach_cells : int
        1 to `LARGEST_REACH_CELLS`.

    Notes
    -----
    A ray takes one sample on each row (or column) that it crosses, in the nearest cell, and of two that are equally
    near the outer one: Bresenham's line. All eight octants share the samples of one, so a world that is its own mirror
    image is seen as one.

    Examples
    --------
    The ray from the middle of a square of 5 cells a side, cell 12, to its corners goes through the corners of 3.

    >>> ring = rings(2)[1]
    >>> corners = np.flatnonzero(ring.distance > 2.5)
    >>> sorted(ring.between(corners).ravel().tolist())
    [6, 8, 16, 18]
    """
    return tuple(_ring(steps, 2 * reach_cells + 1) for steps in range(1, reach_cells + 1))


def _ring(steps: int, side: int) -> Ring:
    """Each octant takes its slants from one axis up to a diagonal; half of them leave out both, to take each once."""
    octants = [
        (along, across, first)
        for along, across in ((1, side), (-1, -side), (side, -1), (-side, 1))
        for across, first in ((across, 0), (-across, 1))
    ]
    slant = [np.arange(first, steps + 1 - first) for *_, first in octants]
    along = np.concatenate([np.full(len(slants), octant[0]) for octant, slants in zip(octants, slant, strict=True)])
    across = np.concatenate([np.full(len(slants), octant[1]) for octant, slants in zip(octants, slant, strict=True)])
    every = np.concatenate(slant)
    middle = (side * side) // 2
    return Ring(
        cells=(middle + steps * along + every * across).astype("int32"),
        distance=np.hypot(steps, every),
        middle=middle,
        along=along.astype("int32"),
        across=across.astype("int32"),
        slant=every.astype("int32"),
        stray=((2 * np.outer(np.arange(steps + 1), np.arange(1, steps)) + steps) // (2 * steps)).astype("int16"),
    )
