"""Faults that several tables of plan.toml can have: an unknown name, and one that is stated twice."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from connected_place.gis_data.errors import Fault, fault

_FILE = "plan.toml"


def plan_fault(key: str, column: str, value: str = "", **fields: Any) -> Fault:
    """A fault of one key of plan.toml, `column`; `key` and `fields` as in `errors.fault`."""
    return fault(key, file=_FILE, column=column, value=value, **fields)


def unknown_name(name: str, known: Iterable[str], column: str) -> Fault:
    """UNKNOWN_KEY, with the nearest known name.

    Examples
    --------
    >>> unknown_name("capitol", ("capital", "running"), "appraisal.range 1.key").remedy
    'Did you mean "capital"?'
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return plan_fault("UNKNOWN_KEY.near", column, name=name, nearest=near[0])
    return plan_fault("UNKNOWN_KEY.list", column, name=name, known=", ".join(known))


def stated_twice(key: str, column: str, names: Iterable[str]) -> Iterator[Fault]:
    """A fault for each name that occurs more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield plan_fault(key, column, name, count=count)
