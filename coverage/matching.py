"""How well the files fit together: match rates of each file, and the same premises at every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from connected_place.coverage.gaps import Units
from connected_place.coverage.places import UNIT_WORDS, Geography, area_of_points
from connected_place.coverage.sums import is_in
from connected_place.gis_data.catalogue import point_sources
from connected_place.gis_data.crs import outside_area
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.layers import Layer, Layers

SMALLEST_LOSS = 0.5
"""Premises; less is rounding of sums."""

_POINT_SOURCES = point_sources("venues", "access points", "counters")
_OWN_POINTS = point_sources("access points", "counters")
"""Lists that the plan silently cuts to the place; candidates say for themselves which venues were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How many of something have a counterpart.

    Attributes
    ----------
    file : str
        Whose rows they are, or lack.
    words : str
        What is counted, for example "live postcodes with a row".
    matched, total : int
    """

    file: str
    words: str
    matched: int
    total: int

    @property
    def share(self) -> float:
        """`matched / total`, in [0, 1]; NaN for none."""
        return self.matched / self.total if self.total else float("nan")


def matches(layers: Layers, places: Geography, live: pd.Index | None, *, live_known: bool = True) -> tuple[Match, ...]:
    """Match rates of every file that is joined to another.

    Parameters
    ----------
    layers : Layers
    places : Geography
    live : Index or None
        Live postcodes of the place.
    live_known : bool
        False: no directory says which postcodes are still in use.
    """
    found = [_match(layer, places, live, live_known=live_known) for layer in layers if len(layer.frame)]
    return tuple(match for match in found if match is not None and match.total)


def premises_by_level(units: Units, borough: pd.Series) -> dict[str, float]:
    """Premises of the place summed over its units and at every level of area: where they differ, some lie in none.

    Parameters
    ----------
    units : Units
    borough : Series
        As `gap.borough_total` gives it.
    """
    premises = units.counts["premises"]
    sums = {units.level: float(premises.sum())}
    for level, codes in units.areas.items():
        sums[str(level)] = float(premises[codes != ""].sum())
    return sums | {"authority": float(borough["premises"])}


def lost_premises(sums: Mapping[str, float]) -> tuple[Fault, ...]:
    """A warning for each level of area whose outlines do not contain all premises of the place.

    Examples
    --------
    >>> [fault.message for fault in lost_premises({"lsoa": 150.0, "ward": 160.0, "authority": 160.0})]
    ['10 of 160 premises in the place are not in any of the LSOAs.']
    """
    whole = sums["authority"]
    return tuple(
        fault(
            "PREMISES_LOST",
            blocks=False,
            lost=f"{whole - total:,.0f}",
            total=f"{whole:,.0f}",
            areas=UNIT_WORDS[level],
        )
        for level, total in sums.items()
        if level not in ("postcode", "authority") and whole - total > SMALLEST_LOSS
    )


def points_outside(layers: Layers, places: Geography) -> tuple[Fault, ...]:
    """A warning for each list of Wi-Fi or counters with points outside the wards: the plan does without them."""
    found = []
    for layer in layers:
        if layer.source in _OWN_POINTS and len(layer.frame):
            wards = places.outlines["ward"].geometry.union_all()
            found.append(outside_area(gpd.GeoDataFrame(layer.frame).geometry, wards, file=layer.provenance.file))
    return tuple(replace(fault, rows=()) for fault in found if fault)


def _match(layer: Layer, places: Geography, live: pd.Index | None, *, live_known: bool) -> Match | None:
    """The match rate of one layer; None for one that is joined to nothing."""
    record = layer.provenance
    if layer.source in _POINT_SOURCES:
        return _points(layer, places)
    if layer.level == "postcode" and layer.source == "ofcom-fixed-coverage":
        words = "live postcodes with a row" if live_known else "postcodes of the directory, in use or not, with a row"
        return None if live is None else _rows(record.file, words, live, layer.frame.index)
    if layer.level in places.layers and layer.source != "ons-boundaries" and layer.measure != "bridge":
        words = f"{places.layers[layer.level].provenance.vintage} with a row"
        return _rows(record.file, words, places.layers[layer.level].frame.index, layer.frame.index)
    return None


def _rows(file: str, words: str, wanted: pd.Index, present: pd.Index) -> Match:
    return Match(file=file, words=words, matched=int(is_in(wanted, present).sum()), total=len(wanted))


def _points(layer: Layer, places: Geography) -> Match:
    placed = gpd.GeoDataFrame(layer.frame).geometry.dropna()
    inside = area_of_points(placed, places.outlines["ward"]) != ""
    return Match(
        file=layer.provenance.file,
        words="positions inside the wards",
        matched=int(inside.sum()),
        total=len(placed),
    )
