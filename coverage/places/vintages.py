"""Vintages: codes of different years are put together only by a stated lookup."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from connected_place.gis_data.area_codes import MANY_AREAS, year_of_codes
from connected_place.gis_data.errors import DataError, Fault, VintageError, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import LEVEL_WORDS

CENSUS_LEVELS = ("output_area", "lsoa", "msoa")
SMALLEST_MATCH_SHARE = 0.5
"""Nine tenths of codes are the same in two censuses, so a match proves nothing; a match below half is surely wrong."""


def on_year(layers: Layers, layer: Layer, column: str, *, areas: Layer, is_rate: bool) -> pd.Series:
    """A column of a table on the codes of the areas' year.

    Parameters
    ----------
    layers : Layers
        With the lookups.
    layer : Layer
        Indexed by area code.
    column : str
    areas : Layer
        Outlines of the same level.
    is_rate : bool
        A rate applies to every part of a split area, and is a plain mean where areas were merged; a count goes to the
        parts in equal shares.

    Returns
    -------
    Series indexed by the codes of `areas`; NaN where the table has no row

    Raises
    ------
    VintageError
        VINTAGE_MIXED: the years differ and no lookup between them was given.
    """
    codes, values = areas.frame.index, layer.frame[column]
    year, year_of_areas = _year(layer), _year(areas)
    if not (year and year_of_areas and year != year_of_areas):
        _refuse_other_codes(layer, areas)
        _refuse_strangers(layer, areas)
        _refuse_lacking(layer, areas)
        return values.reindex(codes)
    for bridge in layers.of("ons-lookup", level=layer.level):
        if bridge.measure == "bridge":
            return _carried(values, bridge, to_later=year_of_areas == bridge.year, is_rate=is_rate).reindex(codes)
    raise VintageError(_mixed("VINTAGE_MIXED.codes", layer, areas, year=year))


def refuse_other_year(layer: Layer, areas: Layer) -> None:
    """Refuse a table or a coverage file whose codes are of another year than the outlines.

    Raises
    ------
    VintageError
        VINTAGE_MIXED.
    """
    year, year_of_areas = _year(layer), _year(areas)
    if year and year_of_areas and year != year_of_areas:
        raise VintageError(_mixed("VINTAGE_MIXED.codes", layer, areas, year=year))
    _refuse_other_codes(layer, areas)
    _refuse_lacking(layer, areas)


def refuse_unlinked_outlines(finer: Layer, wider: Layer) -> None:
    """Refuse outlines of two censuses without a lookup from the finer to the wider.

    Raises
    ------
    VintageError
        VINTAGE_MIXED.
    """
    both_census = {finer.level, wider.level} <= set(CENSUS_LEVELS)
    if both_census and finer.year and wider.year and finer.year != wider.year:
        raise VintageError(
            _mixed("VINTAGE_MIXED.outlines", wider, finer, areas=LEVEL_WORDS[wider.level], year=wider.year)
        )


def refuse_other_wards(lookup: Layer, official: pd.Series, outlines: Layer) -> None:
    """Refuse a lookup to areas that the outlines do not have: of another year, or because outlines are missing.

    Of the same stated year, or where the lookup leads to all areas that have outlines, outlines are missing.

    Parameters
    ----------
    lookup : Layer
    official : Series
        Codes that the lookup gives for the finest areas of the place.
    outlines : Layer

    Raises
    ------
    VintageError
        VINTAGE_MIXED.
    DataError
        OUTLINE_MISSING.
    """
    unknown = sorted(set(official[official != ""]) - set(outlines.frame.index))
    words = LEVEL_WORDS[outlines.level]
    stated = re.search(rf"{words} (\d{{4}})", lookup.provenance.vintage)
    is_missing = (
        stated[1] == outlines.year
        if stated and outlines.year
        else outlines.frame.index.isin(lookup.frame[outlines.level]).all()
    )
    if unknown and len(unknown) < official.nunique() and is_missing:
        file, other, count = outlines.provenance.file, lookup.provenance.file, len(unknown)
        raise DataError(
            fault("OUTLINE_MISSING.led", file=file, value=str(unknown[0]), count=count, areas=words, other=other)
        )
    if unknown and len(unknown) < official.nunique():
        raise VintageError(_mixed("VINTAGE_MIXED.lookup", lookup, outlines, count=len(unknown), first=str(unknown[0])))


def _refuse_other_codes(layer: Layer, areas: Layer) -> None:
    """Refuse codes that do not meet; one of the two may be of the whole country and the other of one council."""
    share = _share_in(areas.frame.index, layer.frame.index)
    known_share = _share_in(layer.frame.index, areas.frame.index)
    if max(share, known_share) < SMALLEST_MATCH_SHARE:
        raise VintageError(_mixed("VINTAGE_MIXED.few", layer, areas, share=f"{share:.0%}"))


def _year(layer: Layer) -> str:
    """Census year of a layer's areas as its file says it, else as its codes do; empty where neither does."""
    return layer.year or (year_of_codes(layer.frame.index.astype("str")) if layer.level in CENSUS_LEVELS else "")


def _share_in(codes: pd.Index, known: pd.Index) -> float:
    """Share of codes that are in `known`; 0 for no codes."""
    return float(codes.isin(known).mean()) if len(codes) else 0.0


def _refuse_strangers(layer: Layer, areas: Layer) -> None:
    """Refuse a table without a stated year that both lacks areas and has unknown ones: nine tenths match anyway."""
    known = _share_in(layer.frame.index, areas.frame.index)
    is_whole = _share_in(areas.frame.index, layer.frame.index) == 1
    if not (layer.year and areas.year) and SMALLEST_MATCH_SHARE <= known < 1 and not is_whole:
        raise VintageError(_mixed("VINTAGE_MIXED.strangers", layer, areas, share=f"{1 - known:.1%}"))


def _refuse_lacking(layer: Layer, areas: Layer) -> None:
    """Refuse a table of a whole region that lacks areas of outlines without a year: these had other codes in its year.

    A region's file has a row for each of its areas, and the few that are missing are those split or merged.
    """
    lacking = areas.frame.index[~areas.frame.index.isin(layer.frame.index)]
    if len(layer.frame) >= MANY_AREAS and _year(layer) and not _year(areas) and len(lacking):
        raise VintageError(
            _mixed(
                "VINTAGE_MIXED.lacking",
                layer,
                areas,
                count=len(lacking),
                first=str(lacking[0]),
                areas=LEVEL_WORDS[layer.level],
                year=_year(layer),
            )
        )


def _carried(values: pd.Series, bridge: Layer, *, to_later: bool, is_rate: bool) -> pd.Series:
    """Values of one year's areas on those of the other."""
    source, target = ("before", "after") if to_later else ("after", "before")
    pairs = bridge.frame.assign(value=bridge.frame[source].map(values))
    if is_rate:
        return pairs.groupby(target)["value"].mean()
    pairs["value"] /= pairs.groupby(source)["value"].transform("size")
    return pairs.groupby(target)["value"].sum(min_count=1)


def _mixed(key: str, layer: Layer, areas: Layer, /, **fields: Any) -> Fault:
    words = LEVEL_WORDS.get(layer.level, layer.level)
    years = sorted({_year(layer), _year(areas)} - {""})
    lookup = f"{words} {years[0]} to {words} {years[-1]}" if len(years) > 1 else f"{words} between the two"
    return fault(
        key,
        file=layer.provenance.file,
        other=areas.provenance.file,
        other_vintage=areas.provenance.vintage,
        vintage=layer.provenance.vintage,
        lookup=lookup,
        **fields,
    )
