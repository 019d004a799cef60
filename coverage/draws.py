"""Draws: numbers in [0, 1) that depend on nothing but a seed, a name and the number of the sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
HALF = np.float64(2.0**-33)
_STEP = np.float64(2.0**-32)


def codes_of(names: Sequence[str] | pd.Index) -> np.ndarray:
    """A number of 64 bits for each name, the same on every machine."""
    return np.asarray(pd.util.hash_array(np.asarray(list(names), dtype=object), categorize=False), dtype="uint64")


def mixed(numbers: np.ndarray) -> np.ndarray:
    """Each number of 64 bits scrambled: splitmix64 (Steele, Lea and Flood 2014).

    Examples
    --------
    >>> hex(mixed(np.array([0], dtype="uint64"))[0])
    '0xe220a8397b1dcdaf'
    """
    found = numbers + GOLDEN
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def uniform(name: str, *, samples: int, seed: int) -> np.ndarray:
    """One draw for each sample, in (0, 1).

    Examples
    --------
    >>> whole, part = uniform("population", samples=1000, seed=7), uniform("population", samples=10, seed=7)
    >>> bool((whole[:10] == part).all()), bool(abs(whole.mean() - 0.5) < 0.05)
    (True, True)
    """
    start = mixed(codes_of([name]) ^ mixed(_seed(seed)))
    bits = mixed(start + np.arange(samples, dtype="uint64") * GOLDEN)
    return (bits >> np.uint64(11)).astype("float64") * 2.0**-53 + 2.0**-54


def cell_keys(areas: pd.Index, criterion: str, *, seed: int) -> np.ndarray:
    """Two numbers of 32 bits for each area, shape (2, areas), from which `cell_draws` makes its draws."""
    keys = mixed(codes_of(areas) ^ mixed(codes_of([criterion]) ^ mixed(_seed(seed))))
    return np.stack([(keys >> np.uint64(32)).astype("uint32"), keys.astype("uint32")])


def sample_keys(samples: int) -> np.ndarray:
    """A number of 32 bits for each sample."""
    return (mixed(np.arange(samples, dtype="uint64")) >> np.uint64(32)).astype("uint32")


def cell_draws(keys: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """One draw in (0, 1) for each sample and area, shape (samples, areas), in steps of 2 to the power of -32.

    Notes
    -----
    The mixing of 32 bits is "lowbias32" (Wellons 2018); the two halves of an area's key enter it at two places.

    Examples
    --------
    >>> keys = cell_keys(pd.Index(["E01", "E02"]), "population", seed=7)
    >>> cell_draws(keys, sample_keys(5)).shape
    (5, 2)
    """
    bits = samples[:, None] ^ keys[0]
    bits ^= bits >> np.uint32(16)
    bits *= np.uint32(0x7FEB352D)
    bits ^= bits >> np.uint32(15)
    bits += keys[1]
    bits *= np.uint32(0x846CA68B)
    bits ^= bits >> np.uint32(16)
    drawn = bits.astype("float64")
    drawn *= _STEP
    drawn += HALF
    return np.asarray(drawn)


def _seed(seed: int) -> np.ndarray:
    return np.array([seed % 2**64], dtype="uint64")
