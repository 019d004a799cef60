"""The table of figures: what each is, how it is made and how it is printed, as figures.toml has it."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files

import pandas as pd

from connected_place.maps.numerals import (
    count_text,
    draws_text,
    money_text,
    percent_text,
    pounds_text,
    price_text,
    quantity_text,
)

KINDS = {
    "counted": "counted: sums of what the publisher reports",
    "calculated": "calculated from the figures named here",
    "stated": "stated in plan.toml, or this programme's default",
    "modelled": "modelled: an estimate, with the limits given in the chapter on method",
    "estimated": "estimate: published percentages applied to counts of another publisher, or of lines in use",
}
"""How a figure came about, and the words of it that say how far it can be relied on."""

TEXTS: Mapping[str, Callable[[float], str]] = {
    "count": count_text,
    "percent": percent_text,
    "percent of any size": lambda share: f"{100 * share:.1f} %",
    "pounds": money_text,
    "pounds and pence": pounds_text,
    "price": price_text,
    "quantity": quantity_text,
    "share of draws": draws_text,
    "pounds without sign": lambda pounds: money_text(abs(pounds)),
}
"""How a known number is printed, by the names that figures.toml uses beside Python's own formats."""

FigureParts = Mapping[str, str | tuple[str, ...]]
"""What fills the braces: a text, or several where one id names several figures."""

_PART = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRecipe:
    """One table of figures.toml; its head says what each key means.

    Attributes
    ----------
    id, words, formula, text, kind, unit, unknown, confidence, column, cell : str
    estimate : bool or "given"
    rows, figures, parameters : tuple of str
    """

    id: str
    words: str
    formula: str
    text: str
    kind: str
    unit: str = ""
    unknown: str = "not known"
    confidence: str = ""
    estimate: bool | str = False
    column: str = ""
    rows: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    cell: str = ""

    @property
    def family(self) -> str:
        """The id without its last word."""
        return self.id.rpartition(".")[0]

    @property
    def places(self) -> frozenset[str]:
        """FigureParts of the id that are filled in."""
        return frozenset(_PART.findall(self.id))

    def column_of(self, parts: FigureParts) -> str:
        """The column of its value in a row of the plan."""
        return filled(self.column or self.id.rpartition(".")[2], parts)

    def printed(self, value: float, parts: FigureParts) -> str:
        """A value as printed everywhere."""
        if pd.isna(value):
            return filled(self.unknown, parts)
        return TEXTS[self.text](value) if self.text in TEXTS else self.text.format(value, **parts)

    def confidence_of(self, *, estimated: bool) -> str:
        """How far it can be relied on: a count of estimates is one."""
        kind = "estimated" if self.kind == "counted" and estimated else self.kind
        return self.confidence or KINDS[kind]

    def cell_of(self, parts: FigureParts) -> str:
        """The cell of a table with the same number; "" where there is none."""
        return filled(self.cell, parts) if all(parts[name] for name in _PART.findall(self.cell)) else ""


def filled(template: str, parts: FigureParts) -> str:
    """A text with its parts filled in.

    Raises
    ------
    KeyError
        A part has no value.

    Examples
    --------
    >>> filled("gap.{place}.premises", {"place": "ward.E05000123"})
    'gap.ward.E05000123.premises'
    """
    return template.format(**parts)


def spread(template: str, parts: FigureParts) -> Iterator[str]:
    """A text once for each value of the part that has several.

    Examples
    --------
    >>> list(spread("site.{site}.capex_gbp", {"site": ("A1", "A2")}))
    ['site.A1.capex_gbp', 'site.A2.capex_gbp']
    """
    several = next((name for name in _PART.findall(template) if isinstance(parts[name], tuple)), "")
    if not several:
        yield filled(template, parts)
        return
    for value in parts[several]:
        yield from spread(template, {**parts, several: value})


def in_capitals(recipe_id: str) -> str:
    """An id as a reader is shown it, its parts in capitals.

    Examples
    --------
    >>> in_capitals("gap.{place}.{tier}_share")
    'gap.PLACE.TIER_share'
    """
    return _PART.sub(lambda part: part[1].upper(), recipe_id)


@functools.cache
def recipes() -> Mapping[str, FigureRecipe]:
    """Every figure of figures.toml by its id, parts in braces.

    Raises
    ------
    ValueError
        A table lacks a key, has an unknown one, or names a kind or a group of parameters that there is not.
    """
    table = tomllib.loads((files(__package__) / "figures.toml").read_text(encoding="utf-8"))
    return {name: _recipe(name, {**table["family"].get(name.rpartition(".")[0], {}), **own}, table["parameters"])
            for name, own in table["figure"].items()}  # fmt: skip


@functools.cache
def family_of(family: str, places: frozenset[str]) -> tuple[FigureRecipe, ...]:
    """The figures of a family whose ids have exactly these parts.

    Raises
    ------
    ValueError
        There is none.
    """
    found = tuple(recipe for recipe in recipes().values() if recipe.family == family and recipe.places == places)
    if not found:
        raise ValueError(f"figures.toml has no figure {family}.* with the parts {sorted(places)}.")
    return found


def _recipe(name: str, stated: Mapping[str, object], groups: Mapping[str, list[str]]) -> FigureRecipe:
    known = {field.name for field in fields(FigureRecipe)} - {"id"}
    lacking = [key for key in ("words", "formula", "text", "kind") if not stated.get(key)]
    if lacking or not known.issuperset(stated) or stated["kind"] not in KINDS:
        raise ValueError(f"figures.toml, {name}: lacks {lacking}, or has an unknown key or kind: {dict(stated)}.")
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in stated.items()}
    made["parameters"] = tuple(_ungrouped(made.get("parameters", ()), groups))  # type: ignore[arg-type]
    return FigureRecipe(id=name, **made)  # type: ignore[arg-type]


def _ungrouped(keys: tuple[str, ...], groups: Mapping[str, list[str]]) -> Iterator[str]:
    for key in keys:
        yield from groups[key.removeprefix("*")] if key.startswith("*") else (key,)
