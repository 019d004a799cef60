"""Which rows of which input file stand behind a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from connected_place.coverage.gaps import Units
from connected_place.coverage.plan import Plan
from connected_place.gis_data.catalogue import source
from connected_place.gis_data.readers import VENUE_SOURCES, release
from connected_place.maps.figures.figure import Rows

COVERAGE = "ofcom-fixed-coverage"
PLACES = ("ons-boundaries", "ons-lookup", "ons-centroids", "postcodes")
"""Files that say in which area a unit lies."""

DENOMINATORS = {"households": "households", "OS Open UPRN": "uprns", "BDUK": "premises-status"}
"""Words of a `premises_source` to the kind of file that it comes from."""

REACH = ("surface-model", "population", "population-raster", "deprivation", "public-wifi", "footfall-counters")
"""Files that the demand and the reach of a site are estimated from, besides coverage and places."""


def whole_files(plan: Plan, kinds: Sequence[str], *, name: str, words: str) -> tuple[Rows, ...]:
    """Every row that is used of the files of some kinds; nothing where the plan has none of them."""
    found = [item for item in plan.provenance if item.source in kinds]
    return tuple(
        Rows(id=f"{name}.{item.file}", files=(item.file,), words=words, count=item.rows_used) for item in found
    )


def tier_columns(plan: Plan, tier: str) -> tuple[str, ...]:
    """Catalogue columns of the coverage file that say how many premises have a tier."""
    units = plan.units
    record = next((item for item in plan.provenance if units and item.file in units.files), None)
    if units is None or record is None or not re.match(r"\d{4}-\d{2}", record.vintage):
        return ()
    said = release(source(COVERAGE), record.vintage[:7])
    recipes = (said.count if units.level == "output_area" else said.share).get(tier, ())
    return tuple(dict.fromkeys(column for recipe in recipes for column in recipe.columns))


def unit_rows(plan: Plan, code: str, *, columns: Sequence[str], name: str, part: str) -> tuple[Rows, ...]:
    """Rows of the coverage file that lie in a ward, or with "borough" in the place.

    Parameters
    ----------
    code : str
        Of the ward, or "borough".
    columns : sequence of str
        Of the catalogue.
    name : str
        Of the ward or place, for the words.
    part : str
        What the columns are of, for the id: a tier, or "premises".
    """
    units = plan.units
    if units is None:
        return whole_files(plan, [COVERAGE], name=f"coverage.{part}", words="Every row of the place")
    inside = _units_in(units, code)
    words = f"The {len(inside):,} {units.reporting.units} in {name}"
    return (
        Rows(
            id=f"coverage.{code}.{part}",
            files=units.files,
            words=words,
            columns=(units.level, *columns),
            key=units.level,
            keys=tuple(inside),
            count=len(inside),
        ),
    )


def _units_in(units: Units, code: str) -> pd.Index:
    wards = units.areas["ward"]
    return units.areas.index[wards == code] if code != "borough" else units.areas.index


def denominator_rows(plan: Plan, premises_source: str) -> tuple[Rows, ...]:
    """The file that turned percentages into counts, where another than the coverage file did."""
    kinds = [kind for words, kind in DENOMINATORS.items() if words in premises_source]
    return whole_files(plan, kinds, name="denominators", words="Every row in the place")


def place_rows(plan: Plan) -> tuple[Rows, ...]:
    """The outlines, lookups and centroids that say where a unit lies."""
    return whole_files(plan, PLACES, name="places", words="Outlines, lookups and positions of the place")


def reach_rows(plan: Plan) -> tuple[Rows, ...]:
    """The files that demand and reach are estimated from."""
    return whole_files(plan, REACH, name="reach", words="Every row or cell in the place")


def venue_rows(plan: Plan, site_id: str, name: str) -> tuple[Rows, ...]:
    """The row of a candidate in the file that named it."""
    kind, _, own = site_id.partition(":")
    is_prefixed = kind in VENUE_SOURCES and own != ""
    files = tuple(item.file for item in plan.provenance if item.source == (kind if is_prefixed else "venues"))
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
