"""The releases of coverage that were given: which can be forecast from, and what each says of the whole place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.change import is_yes_or_no, on_todays_codes
from connected_place.coverage.forecast.rates import Vintage
from connected_place.coverage.gaps import Units, in_force, merge_releases
from connected_place.coverage.places import Geography, postcode_directory, postcodes_to_areas
from connected_place.gis_data.layers import WHOLE_LEVELS, Layer, Layers

COVERAGE = "ofcom-fixed-coverage"

USED_RELEASE, YES_OR_NO, NOT_SPOKEN_OF, WHOLE_ONLY = (
    "used",
    "not used: it says only yes or no for a whole postcode",
    "not used: it says nothing of this speed",
    "not used for areas: it has the whole authority only",
)
"""What a release can tell."""

_LEVELS = ("output_area", "postcode")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSeries:
    """Every release of coverage that was given, for one speed.

    Attributes
    ----------
    vintages : tuple of Vintage
        Those that a forecast can be made from, by month; each unit counts as its premises of today.
    of_place : DataFrame, by month
        `month`, `level`, `share` (of the premises of the place that have the speed; NaN: not known), `use` (one of
        the words above).
    """

    vintages: tuple[Vintage, ...]
    of_place: pd.DataFrame


def coverage_series(layers: Layers, places: Geography, units: Units, *, tier: str, lad: str) -> CoverageSeries:
    """Put the releases in a row.

    Parameters
    ----------
    layers : Layers
        Today's coverage and any number of earlier vintages, by postcode, output area or authority.
    places : Geography
    units : Units
        Today's.
    tier : str
    lad : str
        Code of the authority, for its row in files of authorities.

    Raises
    ------
    DataError
        RELEASES_MIXED, UNIT_TWICE: two files of one release disagree.
    """
    newest = in_force(layers)
    found = [_today(newest, units, tier)]
    rows = [_row(newest, found[0], USED_RELEASE)]
    for month, given in layers.releases(COVERAGE).items():
        for layer in _one_a_level(given, is_today=month == found[0].month, level=newest.level):
            if layer.level in WHOLE_LEVELS:
                rows += _whole_rows(layer, tier, lad)
                continue
            vintage = _earlier(layer, layers, places, units, tier=tier)
            use = NOT_SPOKEN_OF if vintage.share.empty else YES_OR_NO if is_yes_or_no(layer, tier) else USED_RELEASE
            found += [vintage] if use == USED_RELEASE else []
            rows.append(_row(layer, vintage, use))
    ordered = pd.DataFrame(rows).sort_values(["month", "level"], kind="stable", ignore_index=True)
    return CoverageSeries(vintages=tuple(sorted(found, key=lambda each: each.month)), of_place=ordered)


def _one_a_level(given: tuple[Layer, ...], *, is_today: bool, level: str) -> list[Layer]:
    """The files of one month, those of a level as one layer; of units those that today's file has, where there are."""
    levels = [] if is_today else [each for each in (level, *_LEVELS) if any(item.level == each for item in given)][:1]
    levels += [each for each in WHOLE_LEVELS[:1] if any(item.level == each for item in given)]
    return [merge_releases(tuple(item for item in given if item.level == each)) for each in levels]


def _today(layer: Layer, units: Units, tier: str) -> Vintage:
    counts = units.counts
    share = (counts[f"{tier}_gap"] / counts["premises"].where(counts["premises"] > 0)).dropna()
    return _vintage(layer, share, counts["premises"], units.areas["ward"])


def _earlier(layer: Layer, layers: Layers, places: Geography, units: Units, *, tier: str) -> Vintage:
    """An earlier release, its units weighted by their premises of today where today's file has the same units."""
    frame, weight = layer.frame, pd.Series(1.0, index=layer.frame.index)
    gap = frame[f"{tier}_gap"]
    if layer.measure == "count":
        counts = frame[["premises", "premises_matched", f"{tier}_gap"]]
        counts, _ = on_todays_codes(layers, places, layer, counts, units)
        weight = counts["premises"]
        gap = counts[f"{tier}_gap"] / weight.where(weight > 0)
    if layer.level == units.level:
        return _vintage(layer, gap.dropna(), units.counts["premises"], units.areas["ward"])
    if layer.level == "postcode":
        wards = postcodes_to_areas(postcode_directory(layers), places)["ward"]
    else:
        wards = places.parents["ward"]
    return _vintage(layer, gap.dropna(), weight, wards)


def _vintage(layer: Layer, share: pd.Series, premises: pd.Series, area: pd.Series) -> Vintage:
    """The units that lie in an area and have premises."""
    weight, codes = premises.reindex(share.index), area.reindex(share.index).fillna("")
    kept = (weight > 0) & (codes != "")
    return Vintage(
        month=_month_of(layer),
        level=layer.level,
        share=share[kept].clip(0.0, 1.0).sort_index(),
        premises=weight[kept].sort_index(),
        area=codes[kept].sort_index(),
    )


def _month_of(layer: Layer) -> str:
    return layer.provenance.vintage.split(",")[0]


def _row(layer: Layer, vintage: Vintage, use: str) -> dict[str, object]:
    weight = vintage.premises.sum()
    without = (vintage.share * vintage.premises).sum() / weight if weight > 0 else np.nan
    return {"month": _month_of(layer), "level": layer.level, "share": 1.0 - without, "use": use}


def _whole_rows(layer: Layer, tier: str, lad: str) -> list[dict[str, object]]:
    """The authority's own row of a file of authorities; none where it has none."""
    own = layer.frame[layer.frame.index.str.strip().str.upper() == lad.strip().upper()]
    shares = own[f"{tier}_gap"] / own["premises"].where(own["premises"] > 0)
    row = {"month": _month_of(layer), "level": layer.level, "use": WHOLE_ONLY}
    return [{**row, "share": 1.0 - share} for share in shares]
