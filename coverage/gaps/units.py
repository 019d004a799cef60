"""Units of the coverage file in use: as counts, with the areas they are in, and what is not reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps.denominators import denominators
from connected_place.coverage.gaps.gap import Counts, as_counts
from connected_place.coverage.places import (
    UNIT_WORDS,
    Geography,
    postcode_directory,
    postcodes_to_areas,
    units_to_areas,
)
from connected_place.coverage.sums import is_in
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.layers import Layer, Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """What the coverage files do not say, counted.

    Attributes
    ----------
    units : str
        What the gaps were counted from: "output areas" or "postcodes".
    publisher, release : str
        Of the coverage file in force; the release is its month, "2016-06".
    premises_source : str
        Where the counts of premises come from; begins with "estimate" where they are one.
    live_postcodes, live_postcodes_without_row : int or None
        Live postcodes of the place, and those that no postcode file has a row for; None without a directory, or
        without a postcode file.
    without_weight : int
        Rows whose percentages could not be turned into counts (connections suppressed).
    unmatched : int
        Rows in which the publisher matched no premises to a network: reported neither as covered nor as not.
    outside : int
        Rows that lie in no area of the place.
    lost : int
        Of these, postcodes that the directory counts to the authority: outlines are missing, or too coarse.
    areas_without_row : int
        Output areas of the place that an output-area file has no row for.
    live_known : bool
        False: no directory says which postcodes are still in use, so `live_postcodes` are all that it has.
    """

    units: str
    publisher: str = ""
    release: str = ""
    premises_source: str = ""
    live_postcodes: int | None = None
    live_postcodes_without_row: int | None = None
    without_weight: int = 0
    unmatched: int = 0
    outside: int = 0
    lost: int = 0
    areas_without_row: int = 0
    live_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units of the place as counts.

    Attributes
    ----------
    counts : DataFrame indexed by unit
        `premises`, `premises_matched`, `<tier>_gap`, as `gap.as_counts` gives them. A unit without a row in the file is
        there where its premises are known: they stay in the denominator, not reported.
    premises_source : str
        Begins with "estimate" where the counts are one.
    areas : DataFrame indexed by unit
        Area codes by level.
    missing : DataFrame indexed by unit
        Units of the place that should have a row and have none, with their area codes.
    level : str
        "output_area" or "postcode".
    live : Index or None
        Live postcodes of the place; None without a directory.
    reporting : Reporting
    files : tuple of str
        Names of the coverage files in force.
    """

    counts: pd.DataFrame
    premises_source: str
    areas: pd.DataFrame
    missing: pd.DataFrame
    level: str
    live: pd.Index | None
    reporting: Reporting
    files: tuple[str, ...] = ()


def count_units(layers: Layers, places: Geography, *, weights: str, lad: str = "") -> Units:
    """Premises with and without each tier: from output-area counts where given, else from postcode percentages.

    Parameters
    ----------
    layers : Layers
    places : Geography
    weights : str
        As `parameters.Gaps.weights`.
    lad : str
        Code of the authority, to tell postcodes of other places from those that its outlines lose.

    Raises
    ------
    DataError
        NO_COVERAGE, NO_DENOMINATORS, NO_POSTCODES, NO_OUTLINES or ALL_OUTSIDE.
    VintageError
        The coverage file's output areas are of another vintage.
    """
    layer = in_force(layers)
    found = counted(layers, places, layer, weights=weights)
    areas = units_to_areas(layers, places, layer)
    inside = areas["ward"] != ""
    if not inside.any():
        raise DataError(_all_outside(layer))
    live = _live_postcodes(layers, places)
    missing = _without_row(layer, places, live)
    frame = found.frame[inside]
    reporting = Reporting(
        units=UNIT_WORDS[layer.level],
        publisher=layer.provenance.publisher,
        release=layer.provenance.vintage.split(",")[0],
        premises_source=found.premises_source,
        **_postcode_reporting(layers, live),
        without_weight=int(frame["premises"].isna().sum()),
        unmatched=int((~layer.frame["matched"])[inside].sum()),
        outside=int((~inside).sum()),
        lost=_lost(layers, layer, inside, lad),
        areas_without_row=len(missing) if layer.level == "output_area" else 0,
    )
    unreported = found.unreported(missing.index)
    return Units(
        counts=pd.concat([frame, unreported]) if len(unreported) else frame,
        premises_source=found.premises_source,
        areas=pd.concat([areas[inside], missing.loc[unreported.index]]) if len(unreported) else areas[inside],
        missing=missing,
        level=layer.level,
        live=None if live is None else live.index,
        reporting=reporting,
        files=tuple(item.provenance.file for item in layers.of(layer.source, level=layer.level)),
    )


def counted(layers: Layers, places: Geography, layer: Layer, *, weights: str) -> Counts:
    """The units of a coverage layer as counts; percentages times the best denominators that were given.

    Raises
    ------
    DataError
        NO_DENOMINATORS.
    """
    if layer.measure == "count":
        return as_counts(layer)
    found, rows = denominators(layers, places, layer, stated=weights), layer.frame.index
    counts = as_counts(layer, weight=found.premises.reindex(rows), source=found.source)
    return replace(counts, without_row=found.premises[~is_in(found.premises.index, rows)].dropna())


def in_force(layers: Layers) -> Layer:
    """The coverage layer that gaps are counted from; files of one release and level are one layer.

    Raises
    ------
    DataError
        NO_COVERAGE or RELEASES_MIXED.
    """
    kind = "ofcom-fixed-coverage"
    found = layers.of(kind, level="output_area") or layers.of(kind, level="postcode")
    if not found:
        raise DataError(fault("NO_COVERAGE", kind=kind))
    return merge_releases(found)


def merge_releases(found: tuple[Layer, ...]) -> Layer:
    """Several files of one release as one layer.

    Raises
    ------
    DataError
        RELEASES_MIXED: their vintages differ. UNIT_TWICE: two files have a row for the same unit.
    """
    first = found[0]
    months = {layer.provenance.vintage.split(", revision")[0] for layer in found}
    if len(months) > 1:
        raise DataError(fault("RELEASES_MIXED", releases="; ".join(sorted(months))))
    frame = pd.concat([layer.frame for layer in found]).sort_index()
    if frame.index.has_duplicates:
        raise DataError(
            fault(
                "UNIT_TWICE",
                value=str(frame.index[frame.index.duplicated()][0]),
                count=int(frame.index.duplicated().sum()),
            )
        )
    return replace(first, frame=frame, warnings=())


def _live_postcodes(layers: Layers, places: Geography) -> pd.DataFrame | None:
    """Area codes of the live postcodes of the place; None without a directory."""
    if not layers.of("postcodes"):
        return None
    directory = postcode_directory(layers)
    codes = postcodes_to_areas(gpd.GeoDataFrame(directory[directory["live"]]), places)
    return codes[codes["ward"] != ""]


def _without_row(layer: Layer, places: Geography, live: pd.DataFrame | None) -> pd.DataFrame:
    """Units of the place that the coverage file has no row for."""
    known = places.parents if layer.level == places.level else live
    if known is None:
        return pd.DataFrame(columns=places.parents.columns)
    return known[(known["ward"] != "") & ~is_in(known.index, layer.frame.index)]


def _postcode_reporting(layers: Layers, live: pd.DataFrame | None) -> dict[str, Any]:
    files = layers.of("ofcom-fixed-coverage", level="postcode")
    if live is None or not files:
        return {}
    always = pd.Series(data=True)
    reported = merge_releases(files).frame.index
    return {
        "live_postcodes": len(live),
        "live_postcodes_without_row": int((~is_in(live.index, reported)).sum()),
        "live_known": all(bool(layer.frame.get("live_known", always).all()) for layer in layers.of("postcodes")),
    }


def _lost(layers: Layers, layer: Layer, inside: pd.Series, lad: str) -> int:
    """Postcodes of the authority, by the directory, that lie in none of its outlines."""
    if layer.level != "postcode" or not lad:
        return 0
    authority = postcode_directory(layers)["authority"].reindex(layer.frame.index)
    return int(((authority.str.strip().str.upper() == lad.strip().upper()) & ~inside).sum())


def _all_outside(layer: Layer) -> Fault:
    return fault("ALL_OUTSIDE", file=layer.provenance.file, count=len(layer.frame), units=UNIT_WORDS[layer.level])
