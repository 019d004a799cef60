"""Which census area codes belong to, where neither a header nor plan.toml says it: codes of a later one are higher."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

FIRST_NEW_CODES = {
    "E01": ("E01033769", "E01037000", "2011", "2021"),
    "W01": ("W01001959", "W01003000", "2011", "2021"),
    "E00": ("E00177000", "E00200000", "2011", "2021"),
    "W00": ("W00010300", "W00012000", "2011", "2021"),
    "S01": ("S01013482", "S01021000", "2011", "2022"),
}
"""By nation and level: the first code that only the later census has, a bound above its last one, and both years.

LSOAs of 2011 end at E01033768 and W01001958, data zones of 2011 at S01013481 (Office for National Statistics, National
Records of Scotland); for output areas the bound is a round number a little above the last code of 2011."""

MANY_AREAS = 1_000
"""Among this many areas, some were split or merged between two censuses and have a new code in the later one."""


def year_of_codes(codes: Iterable[str]) -> str:
    """Census year of area codes; empty where they could be of either.

    Examples
    --------
    >>> year_of_codes(["E01000001", "E01034371"]), year_of_codes(["E01000001"]), year_of_codes(["X"])
    ('2021', '', '')
    >>> year_of_codes(f"E0100{number:04d}" for number in range(1, 2_000))
    '2011'
    """
    found = pd.Series(list(codes), dtype="str")
    years = set()
    for stem, (first, above, before, after) in FIRST_NEW_CODES.items():
        these = found[found.str.startswith(stem) & (found < above)]
        if (these >= first).any():
            years.add(after)
        elif len(these) >= MANY_AREAS:
            years.add(before)
    return years.pop() if len(years) == 1 else ""
