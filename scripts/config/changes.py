"""A plan with some parameters changed, checked by the same rules as plan.toml."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.errors import PlanFileError, fault
from connected_place.scripts.config.plan_file import PLAN_TOML, PlanFile, plan_file_of

_FILES = ("data", "source")
"""Keys of plan.toml that name input files."""


def changed_plan_file(file: PlanFile, changes: Mapping[str, Any]) -> PlanFile:
    """The same plan with different values for some parameters.

    Parameters
    ----------
    file : PlanFile
    changes : mapping
        Keys as in plan.toml: dotted (`{"sites.budget_gbp": 400_000}`) or nested (`{"sites": {"budget_gbp": 400_000}}`).
        All that is not named stays.

    Raises
    ------
    PlanFileError
        NOT_A_PARAMETER: a key that names input files. Those of `read_plan_file`, all at once.
    """
    stated = copy.deepcopy(dict(file.stated))
    wanted = list(_leaves(changes))
    files = [keys for keys, _ in wanted if keys[0] in _FILES]
    if files:
        raise PlanFileError([fault("NOT_A_PARAMETER", file=PLAN_TOML, column=".".join(keys)) for keys in files])
    for keys, value in wanted:
        _put(stated, keys, value, file.parameters)
    return replace(plan_file_of(file.path, stated), data=file.data, sources=file.sources, sha256=file.sha256)


def _leaves(changes: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each value with the keys that lead to it.

    Examples
    --------
    >>> list(_leaves({"sites.budget_gbp": 1, "score": {"weights": {"deprivation": 2}}}))
    [(('sites', 'budget_gbp'), 1), (('score', 'weights', 'deprivation'), 2)]
    """
    for name, value in changes.items():
        keys = (*before, *str(name).split("."))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, keys)
        else:
            yield keys, _as_toml(value)


def _put(table: dict[str, Any], keys: tuple[str, ...], value: Any, parameters: Parameters) -> None:
    """Write one value; the other keys of a table that plan.toml leaves out keep their defaults."""
    known: Any = parameters
    for key in keys[:-1]:
        known = known.get(key) if isinstance(known, Mapping) else getattr(known, key, None)
        inner = table.get(key, dict(known) if isinstance(known, Mapping) else {})
        table[key] = inner if isinstance(inner, dict) else {}
        table = table[key]
    table[keys[-1]] = value


def _as_toml(value: Any) -> Any:
    """A value as TOML would read it."""
    if isinstance(value, Mapping):
        return {str(name): _as_toml(item) for name, item in value.items()}
    return [_as_toml(item) for item in value] if isinstance(value, tuple | list) else value
