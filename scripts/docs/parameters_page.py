"""docs/parameters.md from the dataclasses of plan.toml: run it after a change there, which a test checks.

Run with: python -m connected_place.scripts.docs.parameters_page
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.coverage.parameters import Appraisal, Parameters, Setting

PARAMETERS_PAGE = Path(__file__).resolve().parents[2] / "docs" / "parameters.md"
_HEAD = """# Parameters

Made from `coverage/parameters` by `python -m connected_place.scripts.docs.parameters_page`; do not edit.

Every key of plan.toml except those of `[[source]]`, whose kinds are in [sources.md](sources.md). A key that is left out
takes its default; an unknown key or a value that is not allowed is refused. Numbers must be finite. **project's
proposal** marks a default that no published source gives: state your own figure where you have one.
"""
_COLUMNS = ("key", "unit", "default", "allowed", "meaning", "source of the default")
_MARK = "project's proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterTable:
    """One table of plan.toml.

    Attributes
    ----------
    path : str
        Names down to it, for example "appraisal.benefit".
    shape : type
        Its dataclass.
    is_listed : bool
        True: it may be given any number of times, as [[path]].
    """

    path: str
    shape: type
    is_listed: bool

    @property
    def heading(self) -> str:
        """The table's header in plan.toml."""
        return f"[[{self.path}]]" if self.is_listed else f"[{self.path}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterKey:
    """One key of a table.

    Attributes
    ----------
    table : ParameterTable
    name : str
    hint : Any
        The type that its field states.
    default : Any
        `dataclasses.MISSING`: every plan must state it.
    setting : Setting
    meaning : str
        From the docstring of the dataclass, with Python's None in a planner's words; empty where it says nothing.
    """

    table: ParameterTable
    name: str
    hint: Any
    default: Any
    setting: Setting
    meaning: str


def parameters_page() -> str:
    """The page as Markdown."""
    found = list(tables())
    contents = [f"| [`{item.heading}`](#{_anchor(item)}) | {_summary(item.shape)} |" for item in found]
    return "\n".join([_HEAD, "| table | what |", "|---|---|", *contents, *map(_section, found), ""])


def tables(shape: type = Parameters, path: str = "") -> Iterator[ParameterTable]:
    """Every table of plan.toml, each followed by those within it."""
    for name, hint in typing.get_type_hints(shape).items():
        inner = _table_of(hint)
        if inner is not None:
            table = ParameterTable(path=f"{path}{name}", shape=inner, is_listed=inner is not hint)
            yield table
            yield from tables(inner, f"{table.path}.")


def keys(table: ParameterTable) -> Iterator[ParameterKey]:
    """The keys of a table, without the tables within it, in the order of their fields."""
    hints, meanings = typing.get_type_hints(table.shape), attributes(table.shape)
    for field in dataclasses.fields(table.shape):
        if _table_of(hints[field.name]) is None:
            yield ParameterKey(
                table=table,
                name=field.name,
                hint=hints[field.name],
                default=field.default if field.default_factory is dataclasses.MISSING else field.default_factory(),
                setting=Setting.of(table.shape, field.name),
                meaning=meanings.get(field.name, "").replace("None: ", "Left out: "),
            )


def attributes(shape: type) -> dict[str, str]:
    """The meaning of each attribute, from the dataclass's docstring, in one line each.

    Examples
    --------
    >>> attributes(ParameterTable)["path"]
    'Names down to it, for example "appraisal.benefit".'
    """
    _, _, section = (inspect.getdoc(shape) or "").partition("Attributes\n----------\n")
    section = re.split(r"\n\n\w+\n-{3,}\n", section)[0]
    entries = re.findall(r"^(\w+) : .*((?:\n[ ]+.*|\n(?=\n))*)", section, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in entries}


def allowed(hint: Any, rule: Setting) -> str:
    """The values that a key can have, in words.

    Examples
    --------
    >>> allowed(int, Setting.of(Appraisal, "draws"))
    'whole number, 100 to 1,000,000'
    """
    origin, kinds = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        found = f"list of {_one_of(kinds[:1], rule, plural=True)}"
    elif origin is not None and origin not in (typing.Union, types.UnionType):
        names = f"keys {', '.join(f'`{name}`' for name in rule.keys)}" if rule.keys else "keys of your own"
        found = f"table of {_one_of(kinds[1:], rule, plural=True)}; {'' if rule.form.startswith('keys') else names}"
    else:
        found = _one_of(kinds or (hint,), rule, plural=False)
    return "; ".join(part for part in (found.removesuffix("; "), rule.form) if part)


def _table_of(hint: Any) -> type | None:
    """The dataclass of a table or of a list of tables; None for a key."""
    items = typing.get_args(hint) if typing.get_origin(hint) is tuple else (hint,)
    return typing.cast("type", items[0]) if dataclasses.is_dataclass(items[0]) else None


def _one_of(kinds: tuple[Any, ...], rule: Setting, *, plural: bool) -> str:
    """One value of these types, or several of them."""
    words = []
    if str in kinds:
        texts = ", ".join(f'`"{choice}"`' for choice in rule.choices)
        words.append(texts or ("texts" if plural else "text"))
    if bool in kinds:
        words.append("true or false")
    if int in kinds or float in kinds:
        number = f"{'number' if float in kinds else 'whole number'}{'s' if plural else ''}"
        words.append(", ".join(part for part in (number, _bounds(rule)) if part) + (" each" if plural else ""))
    return " or ".join(words)


def _bounds(rule: Setting) -> str:
    """The limits of a number in words; those of a year are in its form."""
    if rule.unit == "year":
        return ""
    if rule.above > -math.inf:
        return f"more than {rule.above:,}"
    if rule.at_least == -math.inf:
        return "negative or not"
    return f"{rule.at_least:,} or more" if rule.at_most == math.inf else f"{rule.at_least:,} to {rule.at_most:,}"


def _summary(shape: type) -> str:
    return (inspect.getdoc(shape) or "").partition("\n")[0]


def _anchor(table: ParameterTable) -> str:
    return table.path.replace(".", "")


def _section(table: ParameterTable) -> str:
    text = (inspect.getdoc(table.shape) or "").partition("\n\nAttributes\n")[0]
    lines = ["", f"## {table.heading}", "", text, "", _row(_COLUMNS), _row(["---"] * len(_COLUMNS))]
    lines += [_row(_cells(key)) for key in keys(table)]
    return "\n".join([*lines, *(_built_in_ranges() if table.path == "appraisal.range" else [])])


def _cells(key: ParameterKey) -> list[str]:
    source = key.setting.source.replace(_MARK, f"**{_MARK}**")
    confirmed = f"{source} (to confirm)" if key.setting.to_confirm else source
    return [
        f"`{key.name}`",
        key.setting.unit,
        _shown(key.default),
        allowed(key.hint, key.setting),
        key.meaning,
        confirmed,
    ]


def _shown(value: Any) -> str:
    """A default in TOML.

    Examples
    --------
    >>> _shown(0.035), _shown(500.0), _shown("lsoa"), _shown({"other": 900.0}), _shown(None)
    ('`0.035`', '`500`', '`"lsoa"`', '`other = 900`', 'not stated')
    >>> _shown(("market", "car park")), _shown(())
    ('`["market", "car park"]`', 'empty')
    """
    if value is dataclasses.MISSING:
        return "required"
    if value is None:
        return "not stated"
    if isinstance(value, Mapping):
        return ", ".join(f"`{_name(name)} = {_toml(item)}`" for name, item in value.items()) or "empty"
    return f"`{_toml(value)}`" if value != () else "empty"


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(int(value)) if value == int(value) else repr(value)


def _built_in_ranges() -> list[str]:
    """The ranges of a plan that gives none, as a separate table."""
    columns = ("key", "low", "high", "shape", "source")
    ranges = Appraisal().default_ranges.values()
    rows = [_row([f"`{item.key}`", *map(str, (item.low, item.high, item.shape, item.source))]) for item in ranges]
    return ["", "Built in:", "", _row(columns), _row(["---"] * len(columns)), *rows]


def _row(cells: typing.Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _main() -> int:
    """Write the page."""
    PARAMETERS_PAGE.write_text(parameters_page(), encoding="utf-8", newline="")
    print(f"Wrote {PARAMETERS_PAGE.name}: {sum(1 for table in tables() for _ in keys(table))} keys.")
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
