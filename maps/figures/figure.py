"""Figures: numbers that are printed, each with an id, its formula and the rows of the files behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.layers import Provenance

REGISTER_FILE = "figures.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows of input files behind figures.

    Attributes
    ----------
    id : str
        Stable, for example "coverage.E05000123".
    files : tuple of str
        Names as plan.toml gives them.
    words : str
        Which rows, in words.
    columns : tuple of str
        Of the catalogue; empty: all.
    key : str
        The catalogue's name for the column of the keys; empty: every row counts.
    keys : tuple of str
        Its values in those rows.
    count : int
        How many rows.
    """

    id: str
    files: tuple[str, ...]
    words: str
    columns: tuple[str, ...] = ()
    key: str = ""
    keys: tuple[str, ...] = ()
    count: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """A number as printed, and how it was calculated.

    Attributes
    ----------
    id : str
        Stable from run to run, for example "gap.borough.ufbb_300".
    recipe : str
        Its id in figures.toml, with its parts open: "gap.{place}.{tier}".
    value : float
        Unrounded; NaN: not known.
    unit : str
        Empty for a text or a pure number.
    text : str
        As printed, the same everywhere.
    words : str
        What it is.
    formula : str
        How it comes from what is named below.
    figures : tuple of Figure
        That it is calculated from.
    rows : tuple of Rows
        That it is counted or modelled from.
    parameters : tuple of str
        Keys of plan.toml that it depends on.
    is_estimate : bool
    confidence : str
        How far it can be relied on, in words.
    cell : str
        Where the same number is in a table, as "wards.csv/E05000123/ufbb_300_gap"; empty where in none.
    """

    id: str
    recipe: str = ""
    value: float
    unit: str = ""
    text: str
    words: str
    formula: str
    figures: tuple[Figure, ...] = ()
    rows: tuple[Rows, ...] = ()
    parameters: tuple[str, ...] = ()
    is_estimate: bool = False
    confidence: str = ""
    cell: str = ""

    @property
    def is_known(self) -> bool:
        """False where nothing is known of it."""
        return self.value == self.value

    def __str__(self) -> str:
        return self.text


def with_sources(figures: Iterable[Figure]) -> dict[str, Figure]:
    """These figures and all that they are calculated from, by id in order.

    Raises
    ------
    ValueError
        Two different figures share an id.

    Examples
    --------
    >>> one = Figure(id="a", value=1.0, text="1", words="one", formula="")
    >>> two = Figure(id="b", value=2.0, text="2", words="two", formula="2 x one", figures=(one,))
    >>> list(with_sources([two]))
    ['a', 'b']
    """
    found: dict[str, Figure] = {}
    waiting = list(figures)
    while waiting:
        figure = waiting.pop()
        known = found.setdefault(figure.id, figure)
        if known is not figure and (known.text, str(known.value)) != (figure.text, str(figure.value)):
            raise ValueError(f"Two figures are called {figure.id}: {known.text} and {figure.text}.")
        if known is figure:
            waiting.extend(figure.figures)
    return dict(sorted(found.items()))


def figures_json(
    figures: Iterable[Figure],
    *,
    parameters: Parameters,
    provenance: Iterable[Provenance],
    printed: Mapping[str, Iterable[str]],
    plan_file_sha256: str,
) -> str:
    """The register of figures, as JSON that `connected-place trace` reads.

    Parameters
    ----------
    figures : iterable of Figure
        Those that a document prints.
    parameters : Parameters
        Of the plan.
    provenance : iterable of Provenance
        Its input files.
    printed : mapping of id to places
        Where in the documents each is printed.
    plan_file_sha256 : str
    """
    known = with_sources(figures)
    rows = {item.id: item for figure in known.values() for item in figure.rows}
    content = {
        "place": parameters.place.name,
        "illustrative": parameters.place.illustrative,
        "plan_file_sha256": plan_file_sha256,
        "files": {
            item.file: {
                "sha256": item.sha256,
                "vintage": item.vintage,
                "kind": item.source,
                "title": item.title,
                "publisher": item.publisher,
            }
            for item in provenance
        },
        "parameters": {key: _parameter_value(parameters, key) for key in sorted(_parameters(known.values()))},
        "rows": {name: _rows(rows[name]) for name in sorted(rows)},
        "figures": {name: _figure(item, printed.get(name, ())) for name, item in known.items()},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _parameter_value(parameters: Parameters, key: str) -> object:
    """The value of a key of plan.toml; None for a whole table."""
    value: object = parameters
    for name in key.split("."):
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name)
    return value if isinstance(value, str | int | float | bool) else None


def _parameters(figures: Iterable[Figure]) -> set[str]:
    return {key for figure in figures for key in figure.parameters}


def _rows(rows: Rows) -> dict[str, object]:
    return {
        "files": list(rows.files),
        "words": rows.words,
        "columns": list(rows.columns),
        "key": rows.key,
        "keys": list(rows.keys),
        "count": rows.count,
    }


def _figure(figure: Figure, printed: Iterable[str]) -> dict[str, object]:
    value = figure.value
    return {
        "text": figure.text,
        "value": None if pd.isna(value) else value,
        "unit": figure.unit,
        "words": figure.words,
        "formula": figure.formula,
        "figures": [item.id for item in figure.figures],
        "rows": [item.id for item in figure.rows],
        "parameters": list(figure.parameters),
        "estimate": figure.is_estimate,
        "confidence": figure.confidence,
        "cell": figure.cell,
        "printed": list(printed),
    }
