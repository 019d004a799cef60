"""Which rows of which input files are behind a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from connected_place.coverage.gaps import Units
from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.plan import Plan
from connected_place.gis_data.catalogue import source
from connected_place.gis_data.layers import Provenance
from connected_place.gis_data.readers import VENUE_SOURCES, release
from connected_place.maps.figures.figure import Rows
from connected_place.maps.figures.recipes import FigureParts
from connected_place.maps.numerals import shown

_COVERAGE = "ofcom-fixed-coverage"
BOROUGH = "borough"
_DENOMINATORS = {"households": "households", "OS Open UPRN": "uprns", "BDUK": "premises-status"}
"""Words of a `premises_source` to the kind of file that it comes from."""


@dataclass(frozen=True, slots=True)
class _WholeFiles:
    """Every row that is used of the files of some kinds; nothing where the plan has none of them."""

    kinds: tuple[str, ...]
    words: str


_WHOLE_FILES = {
    "places": _WholeFiles(
        ("ons-boundaries", "ons-lookup", "ons-centroids", "postcodes"), "Outlines, lookups and positions of the place"
    ),
    "reach": _WholeFiles(
        ("surface-model", "population", "population-raster", "deprivation", "public-wifi", "footfall-counters"),
        "Every row or cell in the place",
    ),
    "households": _WholeFiles(("households",), "Households by area"),
    "status": _WholeFiles(("premises-status", "uprns"), "Premises with their subsidy status and position"),
    "postcodes": _WholeFiles(("postcodes",), "Postcodes with their positions"),
    "public-wifi": _WholeFiles(("public-wifi",), "Every place with public Wi-Fi"),
    "venues": _WholeFiles(tuple(VENUE_SOURCES), "Every candidate"),
}
"""Groups of whole files: those that say in which area a unit lies, that demand and reach come from, and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRows:
    """The input rows of a plan, by the groups that figures.toml names.

    Attributes
    ----------
    provenance : tuple of Provenance
    units : Units or None
        Of the coverage file; None: nothing is known of its rows.
    place, headline : str
    premises_source : str
        What turned percentages into counts.
    line_units : mapping of area id to codes
        Units with premises of each intervention area.
    """

    provenance: tuple[Provenance, ...]
    units: Units | None
    place: str
    headline: str
    premises_source: str
    line_units: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _found: dict[tuple[str, ...], tuple[Rows, ...]] = field(default_factory=dict)

    def rows_of(self, group: str, parts: FigureParts) -> tuple[Rows, ...]:
        """The rows of a group, found once for the parts that it depends on.

        Raises
        ------
        KeyError
            There is no such group, or a part is not given.
        """
        depends_on, find = GROUPS[group]
        values = tuple(str(parts[name]) for name in depends_on)
        key = (group, *values)
        if key not in self._found:
            self._found[key] = find(self, *values)
        return self._found[key]

    def whole(self, group: str) -> tuple[Rows, ...]:
        """Every row of a group of `_WHOLE_FILES`."""
        return self._files(_WHOLE_FILES[group].kinds, name=group, words=_WHOLE_FILES[group].words)

    def premises(self, code: str, name: str) -> tuple[Rows, ...]:
        """Rows of the coverage file in a ward or the place, with their premises."""
        return self._units(code, name=name, columns=("premises", "connections"), part="premises")

    def tier(self, code: str, name: str, tier: str) -> tuple[Rows, ...]:
        """The same with what they say of a tier."""
        return self._units(code, name=name, columns=("premises", *self._tier_columns(tier)), part=tier)

    def of_headline(self) -> tuple[Rows, ...]:
        """Those of the whole place for the headline tier."""
        return self.tier(BOROUGH, self.place, self.headline)

    def denominators(self) -> tuple[Rows, ...]:
        """The file that turned percentages into counts, where another than the coverage file did."""
        kinds = [kind for words, kind in _DENOMINATORS.items() if words in self.premises_source]
        return self._files(kinds, name="denominators", words="Every row in the place")

    def line_area(self, area: str, name: str) -> tuple[Rows, ...]:
        """Rows of the coverage file in an intervention area."""
        units = self.units
        if units is None:
            return self.of_headline()
        inside = tuple(self.line_units.get(area, ()))
        return (
            Rows(
                id=f"coverage.{area}.{self.headline}",
                files=units.files,
                words=f"The {len(inside):,} {units.reporting.units} with such premises: {name}",
                columns=(units.level, "premises", *self._tier_columns(self.headline)),
                key=units.level,
                keys=inside,
                count=len(inside),
            ),
        )

    def venue(self, site_id: str, name: str) -> tuple[Rows, ...]:
        """The row of a candidate in the file that named it."""
        kind, _, own = site_id.partition(":")
        is_prefixed = kind in VENUE_SOURCES and own != ""
        files = tuple(item.file for item in self.provenance if item.source == (kind if is_prefixed else "venues"))
        if not files:
            return ()
        return (
            Rows(
                id=f"venue.{site_id}",
                files=files,
                words=f"The row of {name}",
                key="site_id",
                keys=(own if is_prefixed else site_id, name),
                count=1,
            ),
        )

    def _files(self, kinds: Sequence[str], *, name: str, words: str) -> tuple[Rows, ...]:
        found = [item for item in self.provenance if item.source in kinds]
        return tuple(
            Rows(id=f"{name}.{item.file}", files=(item.file,), words=words, count=item.rows_used) for item in found
        )

    def _units(self, code: str, *, name: str, columns: Sequence[str], part: str) -> tuple[Rows, ...]:
        """Rows of the coverage file; all of it where its rows are not known."""
        units = self.units
        if units is None:
            return self._files([_COVERAGE], name=f"coverage.{part}", words="Every row of the place")
        inside = _units_in(units, code)
        return (
            Rows(
                id=f"coverage.{code}.{part}",
                files=units.files,
                words=f"The {len(inside):,} {units.reporting.units} in {name}",
                columns=(units.level, *columns),
                key=units.level,
                keys=tuple(inside),
                count=len(inside),
            ),
        )

    def _tier_columns(self, tier: str) -> tuple[str, ...]:
        """Catalogue columns of the coverage file that say how many premises have a tier."""
        units = self.units
        record = next((item for item in self.provenance if units and item.file in units.files), None)
        if units is None or record is None or not re.match(r"\d{4}-\d{2}", record.vintage):
            return ()
        said = release(source(_COVERAGE), record.vintage[:7])
        recipes = (said.count if units.level == "output_area" else said.share).get(tier, ())
        return tuple(dict.fromkeys(column for recipe in recipes for column in recipe.columns))


GROUPS: Mapping[str, tuple[tuple[str, ...], Callable[..., tuple[Rows, ...]]]] = {
    "premises": (("code", "name"), InputRows.premises),
    "tier": (("code", "name", "tier"), InputRows.tier),
    "headline": ((), InputRows.of_headline),
    "denominators": ((), InputRows.denominators),
    "venue": (("site", "name"), InputRows.venue),
    "line_area": (("area", "name"), InputRows.line_area),
    **{name: ((), lambda inputs, group=name: inputs.whole(group)) for name in _WHOLE_FILES},
}
"""Groups by the name that figures.toml has for them: the parts that each depends on, and how its rows are found."""


def input_rows(plan: Plan) -> InputRows:
    """The input rows of a plan."""
    return InputRows(
        provenance=tuple(plan.provenance),
        units=plan.units,
        place=shown(plan.parameters.place.name),
        headline=plan.parameters.gaps.headline,
        premises_source=str(plan.wards["premises_source"].iloc[0]) if len(plan.wards) else "",
        line_units={} if plan.lines is None else _line_units(plan.lines),
    )


def _line_units(found: PlaceLines) -> dict[str, list[str]]:
    """Units with premises of each intervention area."""
    parts = found.areas.parts
    return {str(area): rows.tolist() for area, rows in parts["unit"].groupby(parts["area_id"])}


def _units_in(units: Units, code: str) -> pd.Index:
    wards = units.areas["ward"]
    return units.areas.index[wards == code] if code != BOROUGH else units.areas.index
