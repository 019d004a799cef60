"""plan.toml to sources and parameters; what it says wrongly, all at once, with the nearest right word."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.coverage.need import CRITERIA, criterion_faults
from connected_place.coverage.parameters import (
    CONFIDENCES,
    MODELS,
    OPTIMISM_BIAS,
    QUANTITIES,
    Parameters,
    Score,
    money_faults,
)
from connected_place.coverage.scoring import weight_sets
from connected_place.gis_data.catalogue import catalogue
from connected_place.gis_data.errors import CommandError, Fault, PlanFileError
from connected_place.gis_data.layers import BEFORE, SourceFile

PLAN_TOML = "plan.toml"
CHOICES = {
    "wifi.reach": ("model", "fixed"),
    "sites.phases_from": ("first", "last"),
    "sites.worst_backhaul": ("A", "B", "C", "D"),
    "place.areas": ("output_area", "lsoa", "ward", "hexagon", "grid"),
    "gaps.weights": ("", "bduk", "uprn", "households", "connections"),
    "appraisal.works": tuple(OPTIMISM_BIAS),
    "appraisal.benefit.quantity": QUANTITIES,
    "appraisal.benefit.confidence": CONFIDENCES,
    "appraisal.range.shape": ("triangular", "uniform"),
    "funding.model": MODELS,
    "funding.by_kind": MODELS,
    "funding.by_site": MODELS,
    "gaps.headline": ("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit"),
}
LEAST = {
    "score.samples": 1,
    "place.cell_m": 50,
    "demand.visitor_cell_m": 10,
    "clusters.least_premises": 1,
    "wifi.height_m": 1.5,
    "wifi.clients_per_radio": 1,
    "wifi.phone_m": 0.1,
    "wifi.covered_share": 0.01,
    "sites.phases": 1,
    "sites.deprived_deciles": 1,
    "appraisal.draws": 100,
    "delivery.at_once": 1,
    "delivery.months": 1,
    "delivery.installation_months": 1,
    "delivery.risk.likelihood": 1,
    "delivery.risk.impact": 1,
}
"""Numbers that 0 is too small for."""

_SHARES = (
    *("wifi.covered_share", "wifi.peak_share"),
    *("sites.deprived_share", "sites.deprived_reached", "sites.backup_share", "sites.capex_error"),
    *("appraisal.mitigated", "appraisal.residual_share", "appraisal.renewal_share", "appraisal.do_minimum_share"),
    *(f"appraisal.additionality.{key}" for key in ("leakage", "displacement", "substitution", "deadweight")),
    *(f"appraisal.additionality.reference_{key}" for key in ("leakage", "displacement", "substitution")),
    *("funding.take_up", "funding.mixed", "funding.concession_capital_share", "funding.concession_running_share"),
)
"""Shares of a whole: 80 is no 80 %."""

_MOST = dict.fromkeys(_SHARES, 1) | {
    "sites.deprived_deciles": 10,
    "appraisal.years": 75,
    "appraisal.draws": 1_000_000,
    "delivery.risk.likelihood": 5,
    "delivery.risk.impact": 5,
}
"""What a number may be at most: shares of a whole, scales, and the years that a rate holds for."""

COMPARED_KINDS = ("ofcom-fixed-coverage", "premises-status", "uprns", "households")
"""Kinds of source that an earlier vintage may be given of: coverage, and its denominators."""

SET_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
ANY_SIGN = (
    *("score.criterion.none_at", "score.criterion.full_at"),
    "appraisal.benefit.unit_value_gbp",
    "appraisal.benefit.low",
    "appraisal.benefit.high",
    *("wifi.threshold_dbm", "wifi.client_gain_db", "wifi.eirp_dbm", "wifi.conducted_dbm", "wifi.antenna_gain_dbi"),
)
"""Numbers that may be negative."""

WEIGHTS = ("score.weights", "score.set.weights")
"""Tables whose keys are criteria, built-in or the planner's own."""

OPEN_TABLES = (
    *("sites.capex_gbp", "sites.opex_gbp_per_year", "sites.lock_out_reason", "demand.staff_by_kind"),
    "pack.answers",
    *("appraisal.works", "appraisal.deflator", "appraisal.distribution.income_gbp", "delivery.person_days"),
    *("funding.by_kind", "funding.by_site", "funding.mixed", "delivery.installation_months"),
)
"""Tables whose keys are the planner's own; what has a default, such as "other", keeps it."""

PARTIAL_TABLES = ("delivery.months", "delivery.owner_roles")
"""Tables of known keys of which those that are not stated keep their default."""


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
    faults.extend(fault for fault in money_faults(values) if fault.column not in told)
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
    fields = {field.name: field for field in dataclasses.fields(shape)}
    hints = typing.get_type_hints(shape)
    _refuse_unknown(content, [*fields, *(() if prefix else ("source", "data"))], prefix, faults)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        key = f"{prefix}.{name}" if prefix else name
        if name in content:
            values[name] = _value(hints[name], content[name], key, _default(field), faults)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            values[name] = _required(hints[name], key, faults)
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


def _value(hint: Any, value: Any, key: str, default: Any, faults: list[Fault]) -> Any:
    """One value of the type that its dataclass states."""
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            faults.append(_fault("WRONG_TYPE", key, "It is a table.", f"Write [{key}] and its lines below.", value))
        return _table(typing.cast("type", hint), value if isinstance(value, Mapping) else {}, key, faults)
    origin = typing.get_origin(hint)
    if origin is not None and issubclass_safe(origin, Mapping):
        return _entries_of(typing.get_args(hint)[1], value, key, default, faults)
    if origin is tuple:
        item = typing.get_args(hint)[0]
        if item is float:
            return _amounts(value, key, faults)
        return _tables(item, value, key, faults) if dataclasses.is_dataclass(item) else _texts(value, key, faults)
    return _scalar(hint, value, key, faults)


def issubclass_safe(kind: Any, parent: type) -> bool:
    """`issubclass` for things that may be no class.

    Examples
    --------
    >>> issubclass_safe(dict, Mapping), issubclass_safe("x", Mapping)
    (True, False)
    """
    return isinstance(kind, type) and issubclass(kind, parent)


def _entries_of(kind: type, value: Any, key: str, default: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """A table of numbers or texts: stated keys over the defaults; for weights, the stated ones alone."""
    if not isinstance(value, Mapping):
        words = "numbers" if kind is float else "texts"
        faults.append(_fault("WRONG_TYPE", key, f"It is a table of {words}.", f"Write [{key}] and a line for each."))
        return dict(default)
    if key not in OPEN_TABLES and _form_of(key) not in WEIGHTS:
        _refuse_unknown(value, list(default), key, faults)
    rule = _form_of(key)
    entries = {name: _scalar(kind, item, f"{key}.{name}", faults, rule=rule) for name, item in value.items()}
    return dict(default) | entries if key in (*OPEN_TABLES, *PARTIAL_TABLES) else entries


def _tables(shape: Any, value: Any, key: str, faults: list[Fault]) -> tuple[Any, ...]:
    """A list of tables of one form, each told by its number."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of tables.", f"Write [[{key}]] and its lines below.", value)
        )
        return ()
    return tuple(_table(shape, item, f"{key} {number}", faults) for number, item in enumerate(value, start=1))


def _form_of(key: str) -> str:
    """A key without the numbers of tables.

    Examples
    --------
    >>> _form_of("score.criterion 2.none_at")
    'score.criterion.none_at'
    """
    return re.sub(r" \d+", "", key)


def _texts(value: Any, key: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of texts.", f'Write {key.rsplit(".", 1)[-1]} = ["...", "..."].')
        )
        return ()
    return tuple(value)


def _amounts(value: Any, key: str, faults: list[Fault]) -> tuple[float, ...]:
    """A list of numbers."""
    if not isinstance(value, list):
        name = key.rsplit(".", 1)[-1]
        faults.append(
            _fault("WRONG_TYPE", key, "It is a list of numbers.", f"Write {name} = [100_000, 200_000].", value)
        )
        return ()
    return tuple(_scalar(float, item, key, faults) for item in value)


def _scalar(hint: Any, value: Any, key: str, faults: list[Fault], *, rule: str = "") -> Any:
    """Text, a flag or a number that is not negative; "" or None for what is of another type."""
    rule = rule or _form_of(key)
    least = -math.inf if rule in ANY_SIGN else LEAST.get(rule, 0)
    kinds = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        words = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
        wanted = " or ".join(words[kind] for kind in kinds if kind in words)
        faults.append(_fault("WRONG_TYPE", key, f"It must be {wanted}.", "Correct it.", value))
        return "" if str in kinds else None
    if isinstance(value, str) and value not in CHOICES.get(rule, (value,)):
        choices = ", ".join(choice for choice in CHOICES[rule] if choice)
        faults.append(_fault("NOT_A_CHOICE", key, "It is none of the choices.", f"Choose one of {choices}.", value))
    elif isinstance(value, int | float) and not (math.isfinite(value) and value >= least):
        code, wanted = ("NOT_POSITIVE", f"{least} or more, and ") if least > -math.inf else ("NOT_FINITE", "")
        faults.append(_fault(code, key, f"It must be {wanted}finite.", "Correct it.", value))
    elif isinstance(value, int | float) and value > _MOST.get(rule, math.inf):
        remedy = "Write 0.8 for 80 %." if rule in _SHARES else "Correct it."
        faults.append(_fault("TOO_LARGE", key, f"It must be {_MOST[rule]} or less.", remedy, value))
    return value


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
