"""Draws: numbers in [0, 1) that depend on nothing but a seed, a name and the number of the sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def codes_of(names: Sequence[str] | pd.Index) -> np.ndarray:
    """A number of 64 bits for each name, the same on every machine."""
    return np.asarray(pd.util.hash_array(np.asarray(list(names), dtype=object), categorize=False), dtype="uint64")


def uniform(name: str, *, samples: int, seed: int) -> np.ndarray:
    """One draw for each sample, in [0, 1).

    Notes
    -----
    The bit generator is Philox (Salmon and others 2011): its stream is a cipher of the counter, so each key has a
    stream of its own. The key is the name's hash and the seed.

    Examples
    --------
    >>> whole, part = uniform("population", samples=1000, seed=7), uniform("population", samples=10, seed=7)
    >>> bool((whole[:10] == part).all()), bool(abs(whole.mean() - 0.5) < 0.05)
    (True, True)
    """
    key = np.array([codes_of([name])[0], seed % 2**64], dtype="uint64")
    return np.random.Generator(np.random.Philox(key=key)).random(samples)


def uniform_by_code(codes: np.ndarray, what: np.uint64, *, samples: int, seed: int) -> np.ndarray:
    """One draw in [0, 1) for each code and sample, shape (codes, samples), in steps of 2 to the power of -24.

    Parameters
    ----------
    codes : array of numbers of 64 bits
        As `codes_of` gives them: half of the key of each row's stream.
    what : number of 64 bits
        The code of what is drawn: where in a row's stream the counter starts.
    samples : int
    seed : int
        The other half of the key.

    Notes
    -----
    One bit generator is set to the start of each row's stream in turn, for making one takes seven times as long.

    Examples
    --------
    >>> areas, (population,) = codes_of(["E01", "E02"]), codes_of(["population"])
    >>> both = uniform_by_code(areas, population, samples=5, seed=7)
    >>> bool((both[1] == uniform_by_code(areas[1:], population, samples=5, seed=7)[0]).all())
    True
    """
    bits = np.random.Philox(counter=np.array([0, 0, what, 0], dtype="uint64"), key=0)
    generator, start = np.random.Generator(bits), bits.state
    found = np.empty((len(codes), samples), dtype="float32")
    for code, row in zip(codes, found, strict=True):
        start["state"]["key"] = np.array([code, seed % 2**64], dtype="uint64")
        bits.state = start
        generator.random(out=row, dtype="float32")
    return found
