"""Percentiles of numbers that come in blocks, without keeping them all."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_LOW_SHARE, _HIGH_SHARE = 0.05, 0.95

_STRIP_CELLS = 1 << 17
"""Numbers sorted at a time, so that they stay in the processor's cache."""


class Tails:
    """The 5th and the 95th percentile of each row of a table whose columns come in blocks.

    Parameters
    ----------
    rows : int
    columns : int
        How many will come in all.
    dtype : str
        Of the numbers.

    Notes
    -----
    Keeps the smallest and the largest twentieth of each row, so both are exact: the inverse of the distribution
    function, a number that came.

    Examples
    --------
    >>> tails = Tails(1, 40, dtype="float64")
    >>> with ThreadPoolExecutor(1) as pool:
    ...     tails.add(np.arange(40.0, 20.0, -1.0)[None, :], pool)
    ...     tails.add(np.arange(1.0, 21.0)[None, :], pool)
    >>> tails.low().tolist(), tails.high().tolist()
    ([2.0], [38.0])
    """

    def __init__(self, rows: int, columns: int, *, dtype: str):
        # The tiny share taken off keeps 0.05 * 20 = 1.0000000000000002 from being two.
        self._lowest = math.ceil(_LOW_SHARE * columns - 1e-9)
        self._highest = columns - math.ceil(_HIGH_SHARE * columns - 1e-9) + 1
        self._low = np.empty((rows, self._lowest), dtype=dtype)
        self._high = np.empty((rows, self._highest), dtype=dtype)
        self._come = 0

    def add(self, block: np.ndarray, pool: ThreadPoolExecutor) -> None:
        """Take in more columns, shape (rows, columns of this block)."""
        kept = [min(self._come, tail.shape[1]) for tail in (self._low, self._high)]
        self._come += block.shape[1]
        keep = [min(self._come, tail.shape[1]) for tail in (self._low, self._high)]
        step = max(1, _STRIP_CELLS // (max(kept) + block.shape[1]))

        def narrow(start: int) -> None:
            strip = slice(start, start + step)
            low = np.concatenate([self._low[strip, : kept[0]], block[strip]], axis=1)
            high = np.concatenate([self._high[strip, : kept[1]], block[strip]], axis=1)
            self._low[strip, : keep[0]] = _smallest(low, keep[0])
            self._high[strip, : keep[1]] = _largest(high, keep[1])

        list(pool.map(narrow, range(0, len(block), step)))

    def low(self) -> np.ndarray:
        """The 5th percentile of each row, once all columns have come."""
        return np.asarray(self._low.max(axis=1))

    def high(self) -> np.ndarray:
        """The 95th percentile of each row, once all columns have come."""
        return np.asarray(self._high.min(axis=1))


def _smallest(table: np.ndarray, count: int) -> np.ndarray:
    return table if count == table.shape[1] else np.partition(table, count - 1, axis=1)[:, :count]


def _largest(table: np.ndarray, count: int) -> np.ndarray:
    rest = table.shape[1] - count
    return table if not rest else np.partition(table, rest, axis=1)[:, rest:]
