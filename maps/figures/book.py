"""Values put under the ids of figures.toml, and each made into a figure with its formula and sources."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from connected_place.maps.figures.figure import Figure, Rows
from connected_place.maps.figures.recipes import FigureParts, FigureRecipe, family_of, filled, spread

_RowsOf = Callable[[str, FigureParts], tuple[Rows, ...]]
"""The input rows of a group, for these parts."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value under its id, before what it is calculated from is looked up."""

    recipe: FigureRecipe
    value: float
    parts: FigureParts
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class FigureBook:
    """Values that wait to become figures; their order is of no account.

    Attributes
    ----------
    rows_of : callable
    """

    rows_of: _RowsOf
    _entries: dict[str, _Entry] = field(default_factory=dict)

    def put(
        self,
        family: str,
        row: Mapping[str, float | None] | Mapping[Hashable, float | None],
        *,
        of: Mapping[str, str] | None = None,
        parts: FigureParts | None = None,
        estimated: bool = False,
    ) -> None:
        """Put the values of a row under every id of a family that has exactly these parts.

        Parameters
        ----------
        family : str
            Ids without their last word, as figures.toml has them, for example "site.{site}".
        row : mapping of column to number
            None and NaN: not known. Other columns do no harm.
        of : mapping of str to str
            FigureParts of the ids.
        parts : mapping of str to str or tuple of str
            FigureParts of the words and formulas, and of what a figure is calculated from.
        estimated : bool
            For figures that the plan may mark as estimates.

        Raises
        ------
        KeyError
            The row lacks a value, or figures.toml names a part that is not given.
        ValueError
            There is no such id.
        """
        known = {**(of or {}), **(parts or {})}
        for recipe in family_of(family, frozenset(of or {})):
            value = row[recipe.column_of(known)]
            is_estimate = estimated if recipe.estimate == "given" else bool(recipe.estimate)
            number = float("nan") if value is None else float(value)
            self._entries[filled(recipe.id, known)] = _Entry(recipe, number, known, is_estimate)

    def figures(self) -> dict[str, Figure]:
        """Every figure by its id.

        Raises
        ------
        KeyError
            A figure is calculated from one that was not put in.
        """
        made: dict[str, Figure] = {}
        for name in self._entries:
            self._figure(name, made)
        return made

    def _figure(self, name: str, made: dict[str, Figure]) -> Figure:
        """One figure, after those that it is calculated from."""
        if name not in made:
            entry = self._entries[name]
            made[name] = self._made(name, entry, tuple(self._figure(other, made) for other in self._sources(entry)))
        return made[name]

    def _sources(self, entry: _Entry) -> list[str]:
        ids = (name for template in entry.recipe.figures for name in spread(template, entry.parts))
        return [name.removesuffix("?") for name in ids if not name.endswith("?") or name[:-1] in self._entries]

    def _made(self, name: str, entry: _Entry, sources: tuple[Figure, ...]) -> Figure:
        recipe, parts = entry.recipe, entry.parts
        return Figure(
            id=name,
            recipe=recipe.id,
            value=entry.value,
            unit=filled(recipe.unit, parts),
            text=recipe.printed(entry.value, parts),
            words=filled(recipe.words, parts),
            formula=filled(recipe.formula, parts),
            figures=sources,
            rows=tuple(rows for group in recipe.rows for rows in self.rows_of(group, parts)),
            parameters=tuple(key for template in recipe.parameters for key in spread(template, parts)),
            is_estimate=entry.is_estimate,
            confidence=recipe.confidence_of(estimated=entry.is_estimate),
            cell=recipe.cell_of(parts),
        )
