"""Sources and parameters from plan.toml, with all its faults at once and the nearest valid word for each."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.coverage.need import CRITERIA, criterion_faults
from connected_place.coverage.parameters import Parameters, Score, Setting
from connected_place.coverage.scoring import weight_sets
from connected_place.gis_data.catalogue import catalogue, unknown_kind
from connected_place.gis_data.errors import Fault, PlanFileError, fault
from connected_place.gis_data.layers import BEFORE, SourceFile
from connected_place.gis_data.readers import KINDS_OF_VENUES
from connected_place.gis_data.tabular import MOST_HEADER_ROWS
from connected_place.scripts.config.toml_file import read_toml

PLAN_TOML = "plan.toml"
COMPARED_KINDS = ("ofcom-fixed-coverage", "premises-status", "uprns", "households")
"""Kinds of source that can have an earlier vintage: coverage, and its denominators."""

SET_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """The content of a plan.toml.

    Attributes
    ----------
    path : Path
    data : Path
        Folder that the sources' paths start from: that of plan.toml, or the one that its `data` names.
    parameters : Parameters
    sources : tuple of SourceFile
    stated : mapping
        The content of plan.toml, as TOML gives it.
    sha256 : str
        Of the bytes that it was read from; "" where it was read from none.
    """

    path: Path
    data: Path
    parameters: Parameters
    sources: tuple[SourceFile, ...]
    stated: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    sha256: str = ""


def read_plan_file(place: Path) -> PlanFile:
    """Read a plan, given a plan.toml or the folder that contains it.

    Raises
    ------
    CommandError
        NO_PLAN.
    PlanFileError
        All that is wrong with it: NOT_TOML, UNKNOWN_KEY, KEY_MISSING, WRONG_TYPE, NOT_A_CHOICE, NOT_POSITIVE,
        NOT_FINITE, TOO_LARGE, UNKNOWN_KIND, CRITERION_NO_COLUMN and those of `own_criteria.own_faults`.
    """
    path = place / PLAN_TOML if place.is_dir() else place
    stated, sha256 = read_toml(path)
    return dataclasses.replace(plan_file_of(path, stated), sha256=sha256)


def plan_file_of(path: Path, stated: Mapping[str, Any]) -> PlanFile:
    """A plan from the content of its plan.toml.

    Parameters
    ----------
    path : Path
        Of plan.toml.
    stated : mapping
        As TOML gives it.

    Raises
    ------
    PlanFileError
        As `read_plan_file`, but NOT_TOML.
    """
    content = dict(stated)
    faults: list[Fault] = []
    data = _data_folder(content.pop("data", "."), path.parent, faults)
    entries = _entries(content.pop("source", []), faults)
    sources = tuple(_source(entry, number, faults) for number, entry in enumerate(entries, start=1))
    values = _table(Parameters, content, "", faults)
    _check_criteria(values.score, sources, faults)
    told = {fault.column for fault in faults}
    faults.extend(fault for fault in values.faults() if fault.column not in told)
    if not entries:
        faults.append(_fault("KEY_MISSING.sources", "source"))
    if faults:
        raise PlanFileError(faults)
    return PlanFile(path=path, data=data, parameters=values, sources=sources, stated=stated)


def sources_of_faulty(place: Path) -> tuple[tuple[SourceFile, ...], Path]:
    """The [[source]] entries without a fault of a plan.toml that has faults, and the folder of their paths.

    None where the file is not TOML: then nothing of it can be relied on.
    """
    path = place / PLAN_TOML if place.is_dir() else place
    try:
        content, _ = read_toml(path)
    except PlanFileError:
        return (), path.parent
    ignored: list[Fault] = []
    data = _data_folder(content.get("data", "."), path.parent, ignored)
    found = []
    for number, entry in enumerate(_entries(content.get("source", []), ignored), start=1):
        faults: list[Fault] = []
        asked = _source(entry, number, faults)
        if not faults:
            found.append(asked)
    return tuple(found), data


def _data_folder(value: Any, folder: Path, faults: list[Fault]) -> Path:
    if not isinstance(value, str):
        faults.append(_fault("WRONG_TYPE.text", "data", value, name="data"))
        return folder
    return folder / value


def _entries(value: Any, faults: list[Fault]) -> list[Any]:
    if isinstance(value, list):
        return value
    faults.append(_fault("WRONG_TYPE.tables", "source", value, name="source"))
    return []


def _source(entry: Any, number: int, faults: list[Fault]) -> SourceFile:
    """One [[source]] table."""
    name = f"source {number}"
    if not isinstance(entry, Mapping):
        faults.append(_fault("WRONG_TYPE.source", name))
        return SourceFile(kind="", path="")
    _refuse_unknown(entry, [field.name for field in dataclasses.fields(SourceFile)], name, faults)
    faults.extend(
        _fault("KEY_MISSING.source", f"{name}: {key}", name=key)
        for key in ("kind", "path")
        if not isinstance(entry.get(key), str)
    )
    columns = _headers(entry, "columns", name, faults)
    rows = _headers(entry, "rows", name, faults)
    faults.extend(
        _fault("WRONG_TYPE.text", f"{name}: {key}", entry[key], name=key)
        for key in ("release", "url", "role", "sheet", "kind_of_all")
        if not isinstance(entry.get(key, ""), str)
    )
    header_rows = entry.get("header_rows", 0)
    if not isinstance(header_rows, int) or isinstance(header_rows, bool) or not 0 <= header_rows <= MOST_HEADER_ROWS:
        faults.append(_fault("HEADER_ROWS", f"{name}: header_rows", header_rows, most=MOST_HEADER_ROWS))
        header_rows = 0
    kind_of_all = entry.get("kind_of_all", "")
    if isinstance(kind_of_all, str) and kind_of_all not in ("", *KINDS_OF_VENUES):
        choices = ", ".join(KINDS_OF_VENUES)
        faults.append(_fault("NOT_A_CHOICE.value", f"{name}: kind_of_all", kind_of_all, choices=choices))
    kind = entry.get("kind")
    if isinstance(kind, str) and kind not in catalogue():
        faults.append(unknown_kind(kind, file=PLAN_TOML, column=f"{name}: kind"))
    faults.extend(_role_faults(entry.get("role", ""), kind, name))
    return SourceFile(
        kind=str(kind),
        path=str(entry.get("path")),
        columns=dict(columns),
        release=str(entry.get("release", "")),
        url=str(entry.get("url", "")),
        role=str(entry.get("role", "")),
        sheet=str(entry.get("sheet", "")),
        header_rows=header_rows,
        rows=rows,
        kind_of_all=str(entry.get("kind_of_all", "")),
    )


def _headers(entry: Mapping[str, Any], key: str, name: str, faults: list[Fault]) -> dict[str, str]:
    """A table of headers of one [[source]]: text that is not blank; none of it where there is a fault."""
    table = entry.get(key, {})
    if not isinstance(table, Mapping) or not all(isinstance(text, str) for text in table.values()):
        faults.append(_fault("WRONG_TYPE.columns" if key == "columns" else "WRONG_TYPE.rows", f"{name}: {key}"))
        return {}
    blank = [word for word, text in table.items() if not word.strip() or (key == "columns" and not text.strip())]
    faults.extend(_fault("BLANK_HEADER", f"{name}: {key}.{word}") for word in blank)
    return {word: text for word, text in table.items() if word not in blank}


def _role_faults(role: Any, kind: Any, name: str) -> list[Fault]:
    """Check a source's role: the only one is an earlier vintage, of a kind whose vintages are compared."""
    if not isinstance(role, str) or role == "":
        return []
    if role != BEFORE:
        return [_fault("NOT_A_CHOICE.role", f"{name}: role", role, role=BEFORE)]
    if kind not in COMPARED_KINDS:
        return [_fault("ROLE_NOT_COMPARED", f"{name}: role", str(kind), known=", ".join(COMPARED_KINDS))]
    return []


def _check_criteria(rules: Score, sources: Sequence[SourceFile], faults: list[Fault]) -> None:
    """Check criteria against each other, their weights and the sources' columns, with no fault given twice."""
    told = {fault.column for fault in faults}
    faults.extend(fault for fault in criterion_faults(rules) if fault.column not in told)
    own = {stated.key: number for number, stated in enumerate(rules.criterion, start=1) if stated.key not in CRITERIA}
    for name in ("weights", "lines", "wifi"):
        _refuse_unknown(getattr(rules, name), [*CRITERIA, *own], f"score.{name}", faults)
    _check_sets(rules, [*CRITERIA, *own], faults)
    columns = {key for source in sources if source.kind == "area-table" for key in source.columns}
    faults.extend(_no_column(key, number) for key, number in own.items() if key and key not in columns)


def _check_sets(rules: Score, known: list[str], faults: list[Fault]) -> None:
    """Check further sets of weights: their names become columns, and their weights are for criteria."""
    taken = [*weight_sets.STANDARD]
    for number, item in enumerate(rules.set, start=1):
        _refuse_unknown(item.weights, known, f"score.set {number}.weights", faults)
        if item.name and (not SET_NAME.fullmatch(item.name) or item.name in taken):
            faults.append(_fault("SET_NAME", f"score.set {number}.name", item.name, taken=", ".join(taken)))
        taken.append(item.name)


def _no_column(key: str, number: int) -> Fault:
    return _fault("CRITERION_NO_COLUMN", f"score.criterion {number}.key", key, name=key)


def _table(shape: type, content: Mapping[str, Any], prefix: str, faults: list[Fault]) -> Any:
    """A dataclass from a TOML table; faults are collected, not raised, so that all are found."""
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
    """A placeholder for a missing value, whose fault has been recorded."""
    if dataclasses.is_dataclass(hint):
        return _table(typing.cast("type", hint), {}, key, faults)
    faults.append(_fault("KEY_MISSING.plan", key, name=_last(key)))
    return ""


def _value(hint: Any, value: Any, key: str, faults: list[Fault], *, shape: type, field: dataclasses.Field[Any]) -> Any:
    """One value, of the type and within the limits of a dataclass field."""
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            faults.append(_fault("WRONG_TYPE.table", key, value, name=key))
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
    """`issubclass` for things that may not be classes.

    Examples
    --------
    >>> issubclass_safe(dict, Mapping), issubclass_safe("x", Mapping)
    (True, False)
    """
    return isinstance(kind, type) and issubclass(kind, parent)


def _entries_of(
    kind: type, value: Any, key: str, faults: list[Fault], *, rule: Setting, default: Mapping[str, Any]
) -> dict[str, Any]:
    """A table of numbers or texts: the stated keys, on top of the defaults if those are kept."""
    if not isinstance(value, Mapping):
        faults.append(
            _fault("WRONG_TYPE.table_of_numbers" if kind is float else "WRONG_TYPE.table_of_texts", key, name=key)
        )
        return dict(default)
    if rule.keys:
        _refuse_unknown(value, list(rule.keys), key, faults)
    entries = {name: _scalar(kind, item, f"{key}.{name}", faults, rule=rule) for name, item in value.items()}
    return dict(default) | entries if rule.keeps_defaults else entries


def _tables(shape: Any, value: Any, key: str, faults: list[Fault]) -> tuple[Any, ...]:
    """A list of tables of one form, numbered in fault messages."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        faults.append(_fault("WRONG_TYPE.tables", key, value, name=key))
        return ()
    return tuple(_table(shape, item, f"{key} {number}", faults) for number, item in enumerate(value, start=1))


def _texts(value: Any, key: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        faults.append(_fault("WRONG_TYPE.texts", key, name=_last(key)))
        return ()
    return tuple(value)


def _amounts(value: Any, key: str, faults: list[Fault], *, rule: Setting) -> tuple[float, ...]:
    """A list of numbers."""
    if not isinstance(value, list):
        faults.append(_fault("WRONG_TYPE.numbers", key, value, name=_last(key)))
        return ()
    return tuple(_scalar(float, item, key, faults, rule=rule) for item in value)


def _scalar(hint: Any, value: Any, key: str, faults: list[Fault], *, rule: Setting) -> Any:
    """Text, a flag or a number within its limits; "" or None if the type is wrong."""
    kinds = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = _as_float(value)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        words = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
        wanted = " or ".join(words[kind] for kind in kinds if kind in words)
        faults.append(_fault("WRONG_TYPE.scalar", key, value, wanted=wanted))
        return "" if str in kinds else None
    faults.extend(_limit_faults(value, key, rule))
    return value


def _as_float(value: int) -> float:
    """A whole number as a float; infinite, and therefore refused, if it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _limit_faults(value: Any, key: str, rule: Setting) -> Iterator[Fault]:
    """The fault of a value outside its limits."""
    code = rule.fault_code(value)
    if code == "NOT_A_CHOICE":
        yield _fault("NOT_A_CHOICE.value", key, value, choices=", ".join(filter(None, rule.choices)))
    elif code == "NOT_POSITIVE" and rule.above < rule.at_least:
        yield _fault("NOT_POSITIVE.least", key, value, least=f"{rule.at_least:,}")
    elif code == "NOT_POSITIVE":
        yield _fault("NOT_POSITIVE.above", key, value, above=f"{rule.above:,}")
    elif code == "NOT_FINITE":
        yield _fault("NOT_FINITE.number", key, value)
    elif code == "TOO_LARGE":
        is_share = rule.unit == "share"
        yield _fault("TOO_LARGE.share" if is_share else "TOO_LARGE.number", key, value, most=f"{rule.at_most:,}")


def _refuse_unknown(content: Mapping[str, Any], known: list[str], prefix: str, faults: list[Fault]) -> None:
    faults.extend(
        _unknown(name, known, f"{prefix}.{name}" if prefix else name) for name in content if name not in known
    )


def _unknown(name: str, known: typing.Iterable[str], column: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return _fault("UNKNOWN_KEY.near", column, name=name, nearest=near[0])
    return _fault("UNKNOWN_KEY.list", column, name=name, known=", ".join(known))


def _last(key: str) -> str:
    """The last part of a dotted key, as written inside its table."""
    return key.rsplit(".", 1)[-1]


def _fault(key: str, column: str, value: Any = "", **fields: Any) -> Fault:
    return fault(key, file=PLAN_TOML, column=column, value=_as_text(value), **fields)


def _as_text(value: Any) -> str:
    """A value as TOML gives it in words; a table may be nested more deeply than can be written out."""
    try:
        return str(value)
    except RecursionError:
        return "a deeply nested table"
