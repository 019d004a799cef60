"""The meaning of a cell's text: a number, nothing, a suppressed value, or something that is not a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

NOT_KNOWN = frozenset(
    {
        "",
        "n/a",
        "na",
        "#n/a",
        "# n/a",
        "nan",
        "null",
        "none",
        "-",
        "--",
        "\u2013",
        "\u2014",
        ".",
        "..",
        "...",
        "*",
        ":",
        "x",
    }
    | {"[c]", "[x]", "[z]", "[u]", "[low]", "no data", "not available", "missing"}
)
"""Markers for a value that is not given (the bracketed ones: Government Analysis Function shorthand)."""

SUPPRESSED = re.compile(r"<\s?[0-9]+")
"""A count withheld because it is small, such as "<3" (Ofcom 2013) and "<4" (2014-15). Not 0."""

AT_LEAST = re.compile(r">=\s?([0-9]+(?:\.[0-9]+)?)")
"""A value cut at the top, such as ">=30" (Ofcom 2013): read as that number."""

_DIGITS = r"^-?\d{1,15}(\.\d{1,15})?$"
"""Plain numbers, most cells of most files: Arrow reads these in bulk, to the same float64 as Python."""

POINT_NUMBER = re.compile(r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
COMMA_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d+)?")
_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0"})


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of text read as numbers.

    Attributes
    ----------
    values : Series of float64
        NaN where the cell gives no number.
    suppressed : Series of bool
        The publisher withheld a small number.
    faulty : Series of bool
        Neither a number nor a known marker.
    """

    values: pd.Series
    suppressed: pd.Series
    faulty: pd.Series


def plain(text: pd.Series) -> pd.Series:
    """Text without blanks, no-break spaces and byte-order marks at its ends."""
    return text.str.strip(" \t\r\n\u00a0\u2007\u202f\ufeff")


def contains(text: pd.Series, pattern: str) -> np.ndarray:
    r"""True where a text matches an RE2 pattern anywhere, whose \d and \w are ASCII only; at Arrow's speed.

    Examples
    --------
    >>> contains(pd.Series(["LS1 1AE", "\uff11"]), r"\d").tolist()
    [True, False]
    """
    return np.asarray(pc.match_substring_regex(_arrow(text), pattern).to_numpy(zero_copy_only=False))


def without_blanks(text: pd.Series) -> pd.Series:
    """Text without any blank, of Unicode too."""
    bare = pc.replace_substring_regex(_arrow(text), r"[\s\pZ]+", "")
    return pd.Series(bare.to_numpy(zero_copy_only=False), index=text.index, name=text.name, dtype="str")


def _arrow(text: pd.Series) -> pa.Array:
    return pa.array(text.array, type=pa.large_string())


def as_numbers(text: pd.Series, *, decimal_comma: bool = False) -> Numbers:
    """Read a column of text as numbers, by rule and never by guess.

    Parameters
    ----------
    text : Series of str
    decimal_comma : bool
        True where the file writes 80,1 for 80.1.

    Notes
    -----
    Each distinct text is read once, so a column of a million percentages costs a thousand readings; plain numbers
    among them are read in bulk.

    Examples
    --------
    >>> as_numbers(pd.Series(["E1", "1E2", ".5"])).values.tolist()
    [nan, 100.0, 0.5]
    >>> read = as_numbers(pd.Series(["1,500", "87%", "N/A", "<3", ">=30", "80,1", "12a"]))
    >>> read.values.tolist()
    [1500.0, 87.0, nan, nan, 30.0, nan, nan]
    >>> read.suppressed.tolist().index(True), read.faulty.tolist()
    (3, [False, False, False, False, False, True, True])
    """
    codes, distinct = pd.factorize(text)
    cells = plain(pd.Series(distinct, dtype="str"))
    values = np.full(len(cells), np.nan) if decimal_comma else _bulk_values(cells)
    kinds = np.full(len(cells), "n")
    for at in np.flatnonzero(np.isnan(values)):
        values[at], kinds[at] = _reading(cells.iloc[at], decimal_comma=decimal_comma)
    return Numbers(
        pd.Series(values[codes], index=text.index),
        pd.Series((kinds == "s")[codes], index=text.index),
        pd.Series((kinds == "f")[codes], index=text.index),
    )


def as_flags(text: pd.Series) -> Numbers:
    """Read yes/no, true/false, Y/N and 1/0 as 1.0 and 0.0.

    Examples
    --------
    >>> as_flags(pd.Series(["Yes", "n", "", "maybe"])).values.tolist()
    [1.0, 0.0, nan, nan]
    """
    lower = plain(text).str.lower()
    values = pd.Series(np.nan, index=text.index).mask(lower.isin(_YES), 1.0).mask(lower.isin(_NO), 0.0)
    return Numbers(values, pd.Series(data=False, index=text.index), values.isna() & ~lower.isin(NOT_KNOWN))


def is_known(text: pd.Series) -> pd.Series:
    """False where a cell is blank or has a marker for a missing value."""
    return ~plain(text).str.lower().isin(NOT_KNOWN)


def _bulk_values(cells: pd.Series) -> np.ndarray:
    """Plain numbers as float64; NaN where a text is anything else."""
    texts = _arrow(cells)
    numbers = pc.if_else(pc.match_substring_regex(texts, _DIGITS), texts, pa.scalar(None, pa.large_string()))
    return np.array(pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False))


def _reading(cell: str, *, decimal_comma: bool) -> tuple[float, str]:
    """Value and kind of one cell: "n" number, "m" not known, "s" suppressed, "f" faulty."""
    if cell.lower() in NOT_KNOWN:
        return np.nan, "m"
    if SUPPRESSED.fullmatch(cell):
        return np.nan, "s"
    at_least = AT_LEAST.fullmatch(cell)
    if at_least:
        return float(at_least.group(1)), "n"
    return _number(cell, decimal_comma=decimal_comma)


def _number(cell: str, *, decimal_comma: bool) -> tuple[float, str]:
    """A number with an optional £ or % sign, brackets for a negative one; "Â£" is a £ saved in the wrong encoding."""
    bare = cell.removeprefix("Â").removeprefix("£").removesuffix("%").strip()
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    pattern = COMMA_NUMBER if decimal_comma else POINT_NUMBER
    if not bare.isascii() or not any(map(str.isdigit, bare)) or not pattern.fullmatch(bare):
        return np.nan, "f"
    digits = bare.replace(".", "").replace(",", ".") if decimal_comma else bare.replace(",", "")
    value = float(digits)
    return ((-value if negative else value), "n") if np.isfinite(value) else (np.nan, "f")
