"""plan.toml to sources and parameters; what it says wrongly, all at once, with the nearest right word."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.coverage.need import CRITERIA, criterion_faults
from connected_place.coverage.parameters import Parameters, Score, Setting
from connected_place.coverage.scoring import weight_sets
from connected_place.gis_data.catalogue import catalogue
from connected_place.gis_data.errors import CommandError, Fault, PlanFileError
from connected_place.gis_data.layers import BEFORE, SourceFile

PLAN_TOML = "plan.toml"
COMPARED_KINDS = ("ofcom-fixed-coverage", "premises-status", "uprns", "households")
"""Kinds of source that an earlier vintage may be given of: coverage, and its denominators."""

SET_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """What a plan.toml says.

    Attributes
    ----------
    path : Path
    data : Path
        Folder that the sources' paths start from: that of plan.toml, or the one that its `data` names.
    parameters : Parameters
    sources : tuple of SourceFile
    """

    path: Path
    data: Path
    parameters: Parameters
    sources: tuple[SourceFile, ...]


def read_plan_file(place: Path) -> PlanFile:
    """Read a plan: a folder with a plan.toml, or that file.

    Raises
    ------
    CommandError
        NO_PLAN.
    PlanFileError
        All that is wrong with it: NOT_TOML, UNKNOWN_KEY, KEY_MISSING, WRONG_TYPE, NOT_A_CHOICE, NOT_POSITIVE,
        NOT_FINITE, TOO_LARGE, UNKNOWN_KIND, CRITERION_NO_COLUMN and those of `own_criteria.own_faults`.
    """
    path = place / PLAN_TOML if place.is_dir() else place
    content = _toml(path)
    faults: list[Fault] = []
    data = _data_folder(content.pop("data", "."), path.parent, faults)
    entries = _entries(content.pop("source", []), faults)
    sources = tuple(_source(entry, number, faults) for number, entry in enumerate(entries, start=1))
    values = _table(Parameters, content, "", faults)
    _check_criteria(values.score, sources, faults)
    told = {fault.column for fault in faults}
    faults.extend(fault for fault in values.faults() if fault.column not in told)
    if not entries:
        faults.append(
            _fault(
                "KEY_MISSING", "source", "No input file is named.", "Add at least one [[source]] with kind and path."
            )
        )
    if faults:
        raise PlanFileError(faults)
    return PlanFile(path=path, data=data, parameters=values, sources=sources)


def _toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise CommandError(
            Fault(
                code="NO_PLAN",
                file=str(path),
                message="There is no such plan.",
                remedy="Give a folder with a plan.toml, or make one with: connected-place init DIR --lad CODE",
            )
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanFileError(
            Fault(
                code="NOT_TOML",
                file=path.name,
                message=f"It cannot be read: {error}.",
                remedy="Correct that line; text stands in quotation marks, paths with / on every system.",
            )
        ) from error


def _data_folder(value: Any, folder: Path, faults: list[Fault]) -> Path:
    if not isinstance(value, str):
        faults.append(_fault("WRONG_TYPE", "data", "It must be text.", 'Write data = "folder".', value))
        return folder
    return folder / value


def _entries(value: Any, faults: list[Fault]) -> list[Any]:
    if isinstance(value, list):
        return value
    faults.append(
        _fault("WRONG_TYPE", "source", "It is no list of tables.", "Write [[source]] with kind and path.", value)
    )
    return []


def _source(entry: Any, number: int, faults: list[Fault]) -> SourceFile:
    """One [[source]] table."""
    name = f"source {number}"
    if not isinstance(entry, Mapping):
        faults.append(_fault("WRONG_TYPE", name, "It is no table.", "Write [[source]] with kind and path."))
        return SourceFile(kind="", path="")
    _refuse_unknown(entry, [field.name for field in dataclasses.fields(SourceFile)], name, faults)
    faults.extend(
        _fault("KEY_MISSING", f"{name}: {key}", "Each source needs it, as text.", f'Write {key} = "...".')
        for key in ("kind", "path")
        if not isinstance(entry.get(key), str)
    )
    columns = entry.get("columns", {})
    if not isinstance(columns, Mapping) or not all(isinstance(header, str) for header in columns.values()):
        faults.append(
            _fault("WRONG_TYPE", f"{name}: columns", "Headers are text.", 'Write columns = { name = "Asset name" }.')
        )
        columns = {}
    faults.extend(
        _fault("WRONG_TYPE", f"{name}: {key}", "It must be text.", f'Write {key} = "...".', entry[key])
        for key in ("release", "url", "role")
        if not isinstance(entry.get(key, ""), str)
    )
    kind = entry.get("kind")
    if isinstance(kind, str) and kind not in catalogue():
        faults.append(_unknown(kind, catalogue(), f"{name}: kind", "UNKNOWN_KIND"))
    faults.extend(_role_faults(entry.get("role", ""), kind, name))
    return SourceFile(
        kind=str(kind),
        path=str(entry.get("path")),
        columns=dict(columns),
        release=str(entry.get("release", "")),
        url=str(entry.get("url", "")),
        role=str(entry.get("role", "")),
    )


def _role_faults(role: Any, kind: Any, name: str) -> list[Fault]:
    """The one role is that of an earlier vintage, of a kind that two vintages are compared of."""
    if not isinstance(role, str) or role == "":
        return []
    if role != BEFORE:
        remedy = f'Write role = "{BEFORE}" beside an earlier vintage, or leave it out.'
        return [_fault("NOT_A_CHOICE", f"{name}: role", "It is no role of a source.", remedy, role)]
    if kind not in COMPARED_KINDS:
        finding = "Two vintages are compared only of coverage and of what turns its percentages into counts."
        remedy = f"Leave role out, or write it beside one of {', '.join(COMPARED_KINDS)}."
        return [_fault("ROLE_NOT_COMPARED", f"{name}: role", finding, remedy, str(kind))]
    return []


def _check_criteria(rules: Score, sources: Sequence[SourceFile], faults: list[Fault]) -> None:
    """Criteria against each other, their weights and the columns that the sources name; nothing is told twice."""
    told = {fault.column for fault in faults}
    faults.extend(fault for fault in criterion_faults(rules) if fault.column not in told)
    own = {stated.key: number for number, stated in enumerate(rules.criterion, start=1) if stated.key not in CRITERIA}
    _refuse_unknown(rules.weights, [*CRITERIA, *own], "score.weights", faults)
    _check_sets(rules, [*CRITERIA, *own], faults)
    columns = {key for source in sources if source.kind == "area-table" for key in source.columns}
    faults.extend(_no_column(key, number) for key, number in own.items() if key and key not in columns)


def _check_sets(rules: Score, known: list[str], faults: list[Fault]) -> None:
    """Further sets of weights: their names become columns, their weights are of criteria."""
    taken = [*weight_sets.STANDARD]
    for number, item in enumerate(rules.set, start=1):
        _refuse_unknown(item.weights, known, f"score.set {number}.weights", faults)
        if item.name and (not SET_NAME.fullmatch(item.name) or item.name in taken):
            remedy = f"Write small letters, digits and _, and another name than {', '.join(taken)}."
            faults.append(_fault("SET_NAME", f"score.set {number}.name", "It cannot name columns.", remedy, item.name))
        taken.append(item.name)


def _no_column(key: str, number: int) -> Fault:
    remedy = f'Add a [[source]] with kind = "area-table" and columns = {{ code = "LSOA21CD", {key} = "..." }}.'
    return _fault("CRITERION_NO_COLUMN", f"score.criterion {number}.key", "No file says it of any area.", remedy, key)


def _table(shape: type, content: Mapping[str, Any], prefix: str, faults: list[Fault]) -> Any:
    """A dataclass from a TOML table; faults are added, never raised, so that all are found."""
    fields = dataclasses.fields(shape)
    hints = typing.get_type_hints(shape)
    known = [field.name for field in fields]
    _refuse_unknown(content, known if prefix else [*known, "source", "data"], prefix, faults)
    values: dict[str, Any] = {}
    for field in fields:
        key = f"{prefix}.{field.name}" if prefix else field.name
        if field.name in content:
            values[field.name] = _value(hints[field.name], content[field.name], key, faults, shape=shape, field=field)
        elif _default(field) is dataclasses.MISSING:
            values[field.name] = _required(hints[field.name], key, faults)
    return shape(**values)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _required(hint: Any, key: str, faults: list[Fault]) -> Any:
    """A stand-in for what is missing, after its fault was noted."""
    if dataclasses.is_dataclass(hint):
        return _table(typing.cast("type", hint), {}, key, faults)
    faults.append(_fault("KEY_MISSING", key, "Every plan needs it.", f'Write {key.rsplit(".", 1)[-1]} = "..." there.'))
    return ""


def _value(hint: Any, value: Any, key: str, faults: list[Fault], *, shape: type, field: dataclasses.Field[Any]) -> Any:
    """One value of the type and within the limits that a field of a dataclass states."""
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            faults.append(_fault("WRONG_TYPE", key, "It is a table.", f"Write [{key}] and its lines below.", value))
        return _table(typing.cast("type", hint), value if isinstance(value, Mapping) else {}, key, faults)
    origin, kinds = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and dataclasses.is_dataclass(kinds[0]):
        return _tables(kinds[0], value, key, faults)
    rule = Setting.of(shape, field.name)
    if origin is not None and issubclass_safe(origin, Mapping):
        return _entries_of(kinds[1], value, key, faults, rule=rule, default=_default(field))
    if origin is tuple:
        return _amounts(value, key, faults, rule=rule) if kinds[0] is float else _texts(value, key, faults)
    return _scalar(hint, value, key, faults, rule=rule)


def issubclass_safe(kind: Any, parent: type) -> bool:
    """`issubclass` for things that may be no class.

    Examples
    --------
    >>> issubclass_safe(dict, Mapping), issubclass_safe("x", Mapping)
    (True, False)
    """
    return isinstance(kind, type) and issubclass(kind, parent)


def _entries_of(
    kind: type, value: Any, key: str, faults: list[Fault], *, rule: Setting, default: Mapping[str, Any]
) -> dict[str, Any]:
    """A table of numbers or texts: the stated keys, over the defaults where those are kept."""
    if not isinstance(value, Mapping):
        words = "numbers" if kind is float else "texts"
        faults.append(_fault("WRONG_TYPE", key, f"It is a table of {words}.", f"Write [{key}] and a line for each."))
        return dict(default)
    if rule.keys:
        _refuse_unknown(value, list(rule.keys), key, faults)
    entries = {name: _scalar(kind, item, f"{key}.{name}", faults, rule=rule) for name, item in value.items()}
    return dict(default) | entries if rule.keeps_defaults else entries


def _tables(shape: Any, value: Any, key: str, faults: list[Fault]) -> tuple[Any, ...]:
    """A list of tables of one form, each told by its number."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of tables.", f"Write [[{key}]] and its lines below.", value)
        )
        return ()
    return tuple(_table(shape, item, f"{key} {number}", faults) for number, item in enumerate(value, start=1))


def _texts(value: Any, key: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of texts.", f'Write {key.rsplit(".", 1)[-1]} = ["...", "..."].')
        )
        return ()
    return tuple(value)


def _amounts(value: Any, key: str, faults: list[Fault], *, rule: Setting) -> tuple[float, ...]:
    """A list of numbers."""
    if not isinstance(value, list):
        name = key.rsplit(".", 1)[-1]
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of numbers.", f"Write {name} = [100_000, 200_000].", value)
        )
        return ()
    return tuple(_scalar(float, item, key, faults, rule=rule) for item in value)


def _scalar(hint: Any, value: Any, key: str, faults: list[Fault], *, rule: Setting) -> Any:
    """Text, a flag or a number within its limits; "" or None for what is of another type."""
    kinds = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = _as_float(value)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        words = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
        wanted = " or ".join(words[kind] for kind in kinds if kind in words)
        faults.append(_fault("WRONG_TYPE", key, f"It must be {wanted}.", "Correct it.", value))
        return "" if str in kinds else None
    faults.extend(_limit_faults(value, key, rule))
    return value


def _as_float(value: int) -> float:
    """A whole number as a float; infinite, and so refused, where no float can hold it."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _limit_faults(value: Any, key: str, rule: Setting) -> Iterator[Fault]:
    """The fault of a value that is not within its limits."""
    code = rule.fault_code(value)
    if code == "NOT_A_CHOICE":
        choices = ", ".join(choice for choice in rule.choices if choice)
        yield _fault(code, key, "It is none of the choices.", f"Choose one of {choices}.", value)
    elif code == "NOT_POSITIVE":
        wanted = f"{rule.at_least} or more" if rule.above < rule.at_least else f"more than {rule.above}"
        yield _fault(code, key, f"It must be {wanted}, and finite.", "Correct it.", value)
    elif code == "NOT_FINITE":
        yield _fault(code, key, "It must be finite.", "Correct it.", value)
    elif code == "TOO_LARGE":
        remedy = "Write 0.8 for 80 %." if rule.unit == "share" else "Correct it."
        yield _fault(code, key, f"It must be {rule.at_most} or less.", remedy, value)


def _refuse_unknown(content: Mapping[str, Any], known: list[str], prefix: str, faults: list[Fault]) -> None:
    faults.extend(
        _unknown(name, known, f"{prefix}.{name}" if prefix else name, "UNKNOWN_KEY")
        for name in content
        if name not in known
    )


def _unknown(name: str, known: typing.Iterable[str], key: str, code: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1)
    remedy = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(known)}."
    return _fault(code, key, f'"{name}" is not known here.', remedy)


def _fault(code: str, key: str, message: str, remedy: str, value: Any = "") -> Fault:
    return Fault(code=code, file=PLAN_TOML, column=key, message=message, remedy=remedy, value=str(value))
