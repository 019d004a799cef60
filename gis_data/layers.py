"""A layer: what one input file says, with where it comes from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile

BEFORE = "before"
"""Role of a source: an earlier vintage."""

WHOLE_LEVELS = ("authority", "constituency")
"""Levels of a coverage file that has no areas within a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One [[source]] of plan.toml: a file and its kind.

    Attributes
    ----------
    kind : str
        Id in the catalogue.
    path : str
        Relative to plan.toml.
    columns : mapping of str to str
        The planner's word on which header is which column.
    release : str
        "YYYY-MM" or a year, where the file's name does not say it.
    url : str
        Where `fetch` downloads it from; empty: a person puts it there.
    role : str
        "" or "before": an earlier vintage that today's is compared with and never mixed with.
    sheet : str
        Worksheet to read; empty: the one with the headers.
    header_rows : int
        Over how many rows the header goes; 0: as the rows show.
    rows : mapping of str to str
        Header to text: only rows with that text in that column are read, blanks and case aside.
    kind_of_all : str
        Kind of every venue of the file; empty: a column or the name says it.
    """

    kind: str
    path: str
    columns: Mapping[str, str] = field(default_factory=dict)
    release: str = ""
    url: str = ""
    role: str = ""
    sheet: str = ""
    header_rows: int = 0
    rows: Mapping[str, str] = field(default_factory=dict)
    kind_of_all: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a layer comes from and what became of its rows.

    Attributes
    ----------
    source : str
        Id in the catalogue, for example "ofcom-fixed-coverage".
    title, publisher, licence, attribution, page : str
        From the catalogue.
    file : str
        Path as plan.toml gives it, with forward slashes.
    sha256 : str
        Of the file's bytes.
    vintage : str
        Release or year of the content, for example "2026-01" or "wards 2013"; "not stated" where unknown.
    rows_read, rows_used : int
        `rows_read == rows_used + sum of set_aside`.
    set_aside : mapping of str to int
        Reason to count of rows.
    crs : str
        As found in the file, for example "EPSG:4326"; empty for a table without coordinates.
    role : str
        As `SourceFile.role`.
    """

    source: str
    title: str
    publisher: str
    licence: str
    attribution: str
    page: str
    file: str
    sha256: str
    vintage: str
    rows_read: int
    rows_used: int
    set_aside: Mapping[str, int] = field(default_factory=dict)
    crs: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A checked table, raster or set of points, with its provenance.

    Attributes
    ----------
    frame : DataFrame or GeoDataFrame
        Columns as the reader of its kind documents; geometry in EPSG:27700.
    provenance : Provenance
    level : str
        What one row is: "output_area", "lsoa", "ward", "postcode", "site", "counter", "cell".
    year : str
        Of the areas that its codes belong to (census year, or year of the wards); empty where the file does not say.
    measure : str
        For coverage tables: "count" (premises) or "share" (of premises, no denominators). For lookups between two
        years of one level: "bridge".
    warnings : tuple of Fault
        Found while reading; none of them blocks.
    raster : object
        For rasters, a `rasters.Raster`; else None.
    """

    frame: pd.DataFrame
    provenance: Provenance
    level: str = ""
    year: str = ""
    measure: str = ""
    warnings: tuple[Fault, ...] = ()
    raster: Any = None

    @property
    def source(self) -> str:
        """Id in the catalogue."""
        return self.provenance.source

    @property
    def role(self) -> str:
        """As `SourceFile.role`."""
        return self.provenance.role


def provenance(
    entry: Source,
    file: InputFile,
    *,
    vintage: str,
    rows_used: int,
    set_aside: Mapping[str, int] | None = None,
    crs: str = "",
) -> Provenance:
    """The record of one file that was read; rows read are those used and those set aside."""
    aside = {reason: count for reason, count in (set_aside or {}).items() if count}
    return Provenance(
        source=entry.id,
        title=entry.title,
        publisher=entry.publisher,
        licence=entry.licence,
        attribution=entry.attribution,
        page=entry.page,
        file=file.name,
        sha256=file.sha256,
        vintage=vintage,
        rows_read=rows_used + sum(aside.values()),
        rows_used=rows_used,
        set_aside=aside,
        crs=crs,
    )


@dataclass(frozen=True, slots=True)
class Layers:
    """All layers of a plan, in the order of plan.toml."""

    items: tuple[Layer, ...]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.items)

    def of(self, source: str, *, level: str = "") -> tuple[Layer, ...]:
        """Layers of one catalogue id, and of one level where that is given; never those of an earlier vintage."""
        return tuple(
            item for item in self.items if item.source == source and level in ("", item.level) and not item.role
        )

    def only(self, source: str) -> Layer | None:
        """The only layer of a catalogue id; None where there is none.

        Raises
        ------
        DataError
            LAYER_TWICE: two editions side by side.
        """
        found = self.of(source)
        if len(found) > 1:
            first, second = found[0].provenance, found[1].provenance
            raise DataError(
                fault(
                    "LAYER_TWICE.source",
                    file=second.file,
                    other=first.file,
                    first=first.vintage,
                    second=second.vintage,
                )
            )
        return found[0] if found else None

    def before(self) -> Layers:
        """The same layers with the latest earlier ones in place of today's of the same kind; empty for none.

        Of several earlier releases of a kind the last is taken, and figures of whole authorities are left out: they
        are for the series (`releases`), not for areas.
        """
        given = [item for item in self.items if item.role == BEFORE and item.level not in WHOLE_LEVELS]
        last = {kind: max(_month(item) for item in given if item.source == kind) for kind in {i.source for i in given}}
        earlier = [item for item in given if _month(item) == last[item.source]]
        kept = [item for item in self.items if not item.role and item.source not in last]
        return Layers((*(_as_today(item) for item in earlier), *kept) if earlier else ())

    def releases(self, source: str) -> dict[str, tuple[Layer, ...]]:
        """All layers of a catalogue id by their month, rising: earlier vintages and today's, all without a role."""
        found = sorted((item for item in self.items if item.source == source), key=_month)
        return {month: tuple(map(_as_today, group)) for month, group in itertools.groupby(found, key=_month)}


def _month(item: Layer) -> str:
    return item.provenance.vintage.split(",")[0]


def _as_today(item: Layer) -> Layer:
    return replace(item, provenance=replace(item.provenance, role=""))
