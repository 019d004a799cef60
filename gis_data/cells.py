"""What the text of a cell says: a number, nothing, something suppressed, or something that is no number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

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

SUPPRESSED = re.compile(r"<\s?\d+")
"""A count withheld because it is small, such as "<3" (Ofcom 2013) and "<4" (2014-15). Not 0."""

AT_LEAST = re.compile(r">=\s?(\d+(?:\.\d+)?)")
"""A value cut at the top, such as ">=30" (Ofcom 2013): read as that number."""

POINT_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
COMMA_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d+)?")
YES = frozenset({"yes", "y", "true", "t", "1"})
NO = frozenset({"no", "n", "false", "f", "0"})


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


def as_numbers(text: pd.Series, *, decimal_comma: bool = False) -> Numbers:
    """Read a column of text as numbers, by rule and never by guess.

    Parameters
    ----------
    text : Series of str
    decimal_comma : bool
        True where the file writes 80,1 for 80.1.

    Notes
    -----
    Each distinct text is read once, so a column of a million percentages costs a hundred readings.

    Examples
    --------
    >>> read = as_numbers(pd.Series(["1,500", "87%", "N/A", "<3", ">=30", "80,1", "12a"]))
    >>> read.values.tolist()
    [1500.0, 87.0, nan, nan, 30.0, nan, nan]
    >>> read.suppressed.tolist().index(True), read.faulty.tolist()
    (3, [False, False, False, False, False, True, True])
    """
    codes, distinct = pd.factorize(plain(text))
    readings = [_reading(item, decimal_comma=decimal_comma) for item in distinct]
    values = np.array([value for value, _ in readings], dtype="float64")[codes]
    kinds = np.array([kind for _, kind in readings], dtype="U1")[codes]
    return Numbers(
        pd.Series(values, index=text.index),
        pd.Series(kinds == "s", index=text.index),
        pd.Series(kinds == "f", index=text.index),
    )


def as_flags(text: pd.Series) -> Numbers:
    """Read yes/no, true/false, Y/N and 1/0 as 1.0 and 0.0.

    Examples
    --------
    >>> as_flags(pd.Series(["Yes", "n", "", "maybe"])).values.tolist()
    [1.0, 0.0, nan, nan]
    """
    lower = plain(text).str.lower()
    values = pd.Series(np.nan, index=text.index).mask(lower.isin(YES), 1.0).mask(lower.isin(NO), 0.0)
    return Numbers(values, pd.Series(data=False, index=text.index), values.isna() & ~lower.isin(NOT_KNOWN))


def is_known(text: pd.Series) -> pd.Series:
    """False where a cell is blank or holds a marker for a value that is not given."""
    return ~plain(text).str.lower().isin(NOT_KNOWN)


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
    """A number with an optional £ or % sign, brackets for a negative one."""
    bare = cell.removeprefix("£").removesuffix("%").strip()
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    pattern = COMMA_NUMBER if decimal_comma else POINT_NUMBER
    if not bare.isascii() or not any(map(str.isdigit, bare)) or not pattern.fullmatch(bare):
        return np.nan, "f"
    digits = bare.replace(".", "").replace(",", ".") if decimal_comma else bare.replace(",", "")
    value = float(digits)
    return ((-value if negative else value), "n") if np.isfinite(value) else (np.nan, "f")
