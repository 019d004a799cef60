"""The catalogue: which kinds of file the planner knows, who publishes them and what their columns are called."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import Fault, PlanFileError, fault

SAMPLE = Path(__file__).with_name("sample")
"""The embedded default: a plan of an invented borough and its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that a reader looks for.

    Attributes
    ----------
    name : str
        As the layer calls it.
    kind : str
        "text", "id" (text that a spreadsheet has not rounded or made a date of), "code" (such text that matches
        `pattern`), "postcode", "number", "count" (number, at least 0), "percent" (0 to 100) or "flag" (yes or no).
    spellings : tuple of str
        The publishers' headers.
    required : bool
        The file is refused without it.
    low, high : float or None
        Limits of a number.
    pattern : str
        Regular expression for a code.
    """

    name: str
    kind: str
    spellings: tuple[str, ...]
    required: bool = True
    low: float | None = None
    high: float | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to tell how many premises have a tier.

    Attributes
    ----------
    with_columns : tuple of str
        Columns whose sum has it.
    without : str
        The column of those who have not.
    flag : str
        A column that says yes or no for all premises of a unit.
    """

    with_columns: tuple[str, ...] = ()
    without: str = ""
    flag: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it needs."""
        return tuple(filter(None, (*self.with_columns, self.without, self.flag)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """How one span of releases says that premises have a tier.

    Attributes
    ----------
    since, until : str
        First and last month, "YYYY-MM".
    sfbb : str
        Whether the percentage of SFBB leaves UFBB out ("exclusive"), includes it ("cumulative"), or varies by file
        ("by data").
    share, count : mapping of tier to its recipes
        For files of percentages and of counts; the first recipe whose columns the file has is used.
    """

    since: str
    until: str
    sfbb: str
    share: Mapping[str, tuple[Recipe, ...]] = field(default_factory=dict)
    count: Mapping[str, tuple[Recipe, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of file.

    Attributes
    ----------
    id : str
        As `kind` in plan.toml.
    title, publisher, page, licence, attribution : str
        Printed beside every figure that comes from it.
    reader : str
        Name of the function that reads it.
    needed : str
        "yes", "recommended" or "optional".
    get : str
        What to download, for a person.
    used : bool
        False: it is read and checked, and this version's plan makes nothing of it yet.
    points : str
        What its points are, where the plan counts those within the place: "venues" (where Wi-Fi could stand),
        "access points" or "counters"; empty: it has no such points.
    venue_kind : str
        Kind of every venue of this source; empty: a column says it.
    columns : tuple of Column
    releases : tuple of Release
    """

    id: str
    title: str
    publisher: str
    page: str
    licence: str
    attribution: str
    reader: str
    needed: str
    get: str
    used: bool = True
    points: str = ""
    venue_kind: str = ""
    columns: tuple[Column, ...] = ()
    releases: tuple[Release, ...] = ()

    def headers(self, mapping: Mapping[str, str]) -> list[str]:
        """Every header that a reader looks for: the publishers' spellings, and what plan.toml says instead.

        Parameters
        ----------
        mapping : mapping of str to str
            `columns` of plan.toml.
        """
        return [*(spelling for column in self.columns for spelling in column.spellings), *mapping.values()]


@functools.cache
def catalogue() -> Mapping[str, Source]:
    """Every source by its id, in the order of sources.toml."""
    entries = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
    return {key: _source(key, entry) for key, entry in entries.items()}


def point_sources(*points: str) -> tuple[str, ...]:
    """Kinds of file that have some kinds of points.

    Examples
    --------
    >>> point_sources("access points", "counters")
    ('public-wifi', 'footfall-counters')
    """
    return tuple(key for key, entry in catalogue().items() if entry.points in points)


def source(kind: str, *, file: str = "plan.toml") -> Source:
    """The source of one id.

    Raises
    ------
    PlanFileError
        UNKNOWN_KIND, with the nearest id.

    Examples
    --------
    >>> source("libraries").venue_kind
    'library'
    """
    if kind in catalogue():
        return catalogue()[kind]
    raise PlanFileError(unknown_kind(kind, file=file, column="kind"))


def unknown_kind(kind: str, *, file: str, column: str) -> Fault:
    """The fault of a kind that the catalogue does not have, with the nearest one."""
    near = difflib.get_close_matches(kind, catalogue(), n=1)
    if near:
        return fault("UNKNOWN_KIND.near", file=file, column=column, value=kind, nearest=near[0])
    return fault("UNKNOWN_KIND.list", file=file, column=column, value=kind, known=", ".join(catalogue()))


def _source(key: str, entry: Mapping[str, Any]) -> Source:
    rest = {name: value for name, value in entry.items() if name not in ("column", "release")}
    columns = tuple(_column(item) for item in entry.get("column", ()))
    releases = tuple(_release(item) for item in entry.get("release", ()))
    return Source(id=key, columns=columns, releases=releases, **rest)


def _column(entry: Mapping[str, Any]) -> Column:
    limits = {"percent": (0.0, 100.0), "count": (0.0, None)}.get(entry["kind"], (None, None))
    known = {"low": limits[0], "high": limits[1]} | dict(entry)
    return Column(**{**known, "spellings": tuple(entry["spellings"])})


def _release(entry: Mapping[str, Any]) -> Release:
    return Release(
        since=entry["from"],
        until=entry["to"],
        sfbb=entry["sfbb"],
        share=_recipes(entry.get("share", {})),
        count=_recipes(entry.get("count", {})),
    )


def _recipes(entry: Mapping[str, Any]) -> dict[str, tuple[Recipe, ...]]:
    return {
        tier: tuple(
            Recipe(with_columns=tuple(way.get("with", ())), without=way.get("without", ""), flag=way.get("flag", ""))
            for way in ways
        )
        for tier, ways in entry.items()
    }
