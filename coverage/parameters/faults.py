"""Faults that several tables of plan.toml can have: an unknown name, and one that is stated twice."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator

from connected_place.gis_data.errors import Fault

_FILE = "plan.toml"


def plan_fault(code: str, key: str, message: str, remedy: str, value: str = "") -> Fault:
    """A fault of one key of plan.toml."""
    return Fault(code=code, file=_FILE, column=key, message=message, remedy=remedy, value=value)


def unknown_name(name: str, known: Iterable[str], key: str) -> Fault:
    """UNKNOWN_KEY, with the nearest known name.

    Examples
    --------
    >>> unknown_name("capitol", ("capital", "running"), "appraisal.range 1.key").remedy
    'Did you mean "capital"?'
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(known)}."
    return plan_fault("UNKNOWN_KEY", key, f'"{name}" is not known here.', remedy)


def stated_twice(names: Iterable[str], code: str, key: str) -> Iterator[Fault]:
    """A fault for each name that occurs more than once."""
    for name, count in Counter(names).items():
        if count > 1:
            yield plan_fault(code, key, f"It is stated {count} times.", "Keep one.", name)
