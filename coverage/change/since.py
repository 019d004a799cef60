"""How coverage changed since an earlier vintage of it: from layers to a change by area, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import pandas as pd

from connected_place.coverage.change.compare import area_changes, compared_tiers, on_codes_of_now
from connected_place.coverage.gaps import TIERS, Units, counted, gap_by_area, in_force
from connected_place.coverage.places import Geography, postcode_directory, postcodes_to_areas
from connected_place.coverage.sums import is_in
from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError, fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.readers import release


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Gaps then and now.

    Attributes
    ----------
    before, now : str
        Vintages of the two coverage files.
    areas, wards : DataFrame indexed by area code
        As `compare.area_changes` gives them.
    place : Series
        The same for the whole place, from its units.
    tiers, not_compared : tuple of str
        Tiers that both files speak of, and those that only one of them does.
    yes_or_no : tuple of str
        Of the compared tiers those that the earlier file answers with yes or no for all premises of a unit, and
        today's with a number.
    by : str
        What was compared one with one: "postcode", "output_area", or where the files differ in it "area".
    is_revision : bool
        Both files are of one month.
    units_both, units_before_only, units_now_only, units_recut : int
        Units with a row in both files or in one only; among those in both, those carried over by a lookup of codes.
    units_returned : int
        Of those in today's file only, those that existed when the earlier one was made: it left them out.
    units_known_once : int
        Units with a row in both files whose figure one of them does not know.
    outside : int
        Units of the earlier file that lie in no area of the place.
    premises_source_before, premises_source_now : str
    """

    before: str
    now: str
    areas: pd.DataFrame
    wards: pd.DataFrame
    place: pd.Series
    tiers: tuple[str, ...]
    not_compared: tuple[str, ...]
    yes_or_no: tuple[str, ...]
    by: str
    is_revision: bool
    units_both: int
    units_before_only: int
    units_now_only: int
    units_recut: int
    units_returned: int
    units_known_once: int
    outside: int
    premises_source_before: str
    premises_source_now: str


def change_since(
    layers: Layers, places: Geography, now: Units, *, level: str, wards: pd.Index, areas: pd.Index, weights: str
) -> Change | None:
    """What changed since the vintage whose files have the role "before".

    Parameters
    ----------
    layers : Layers
        Of both vintages.
    places : Geography
    now : Units
        Today's, as counts.
    level : str
        Of `areas`.
    wards, areas : Index
        Codes to report on.
    weights : str
        As `parameters.Gaps.weights`: it turns the percentages of both vintages into counts.

    Returns
    -------
    Change or None
        None where no earlier vintage was given.

    Raises
    ------
    DataError
        BEFORE_IS_LATER, PREMISES_SETS_DIFFER, NOTHING_TO_COMPARE, and those of `units.in_force` and `units.counted`.
    """
    earlier_layers = layers.before()
    if not earlier_layers.items:
        return None
    today, earlier = in_force(layers), in_force(earlier_layers)
    _refuse_order(earlier, today)
    found = counted(earlier_layers, places, earlier, weights=weights)
    counts, recut = on_todays_codes(layers, places, earlier, found.frame, now)
    then, rows = _there_before(layers, earlier), counts.index
    counts = pd.concat([counts, found.unreported(then)]) if earlier.level == "postcode" else counts
    codes = _areas_of(layers, places, earlier, counts.index)
    inside = codes["ward"] != ""
    before_units, now_units = counts[inside], now.counts
    placed = pd.concat([codes[inside], now.areas])
    placed = placed[~placed.index.duplicated()]
    tiers = compared_tiers(before_units, now_units) or _refuse_nothing(earlier, today)
    if earlier.level != today.level:
        before_units, now_units = (_by_area(units, placed[level], areas) for units in (before_units, now_units))
        placed = places.parents.drop_duplicates(level).set_index(level, drop=False).reindex(areas)
        still_there, there_before, rows_before, rows_now = areas, areas, before_units.index, now_units.index
    else:
        still_there, there_before = _still_there(places, now), then
        rows_before, rows_now = rows[inside[rows]], now_units.index.difference(now.missing.index)
    is_revision = _release(earlier) == _release(today)
    yes_or_no = _flags(earlier, today, tiers)
    compared = partial(
        area_changes, before_units, now_units, is_revision=is_revision, yes_or_no=yes_or_no,
        still_there=still_there, there_before=there_before,
    )  # fmt: skip
    both = rows_before.intersection(rows_now)
    return Change(
        before=earlier.provenance.vintage,
        now=today.provenance.vintage,
        areas=compared(placed[level], index=areas),
        wards=compared(placed["ward"], index=wards),
        place=compared(pd.Series("", index=placed.index), index=pd.Index([""])).iloc[0],
        tiers=tiers,
        not_compared=tuple(tier for tier in TIERS if tier not in tiers),
        yes_or_no=yes_or_no,
        by=today.level if earlier.level == today.level else "area",
        is_revision=is_revision,
        **_compared_rows(rows_before, rows_now, then),
        units_recut=recut,
        units_known_once=_known_once(before_units.loc[both], now_units.loc[both], tiers),
        outside=int((~inside[rows]).sum()),
        premises_source_before=found.premises_source,
        premises_source_now=now.premises_source,
    )


def on_todays_codes(
    layers: Layers, places: Geography, earlier: Layer, counts: pd.DataFrame, now: Units
) -> tuple[pd.DataFrame, int]:
    """Counts of an earlier year's output areas on today's codes, and how many of these a lookup carried over."""
    for bridge in layers.of("ons-lookup", level=earlier.level):
        strange = counts.index[~is_in(counts.index, places.parents.index)]
        if bridge.measure == "bridge" and len(strange):
            pairs = bridge.frame[["before", "after"]]
            carried = on_codes_of_now(counts, now.counts["premises"], pairs)
            renamed = pairs[pairs["before"].isin(counts.index) & (pairs["before"] != pairs["after"])]
            return carried, int(renamed["after"].nunique())
    return counts, 0


def _areas_of(layers: Layers, places: Geography, earlier: Layer, units: pd.Index) -> pd.DataFrame:
    """Area codes of the earlier file's units by the same rule as today's; "" for those that lie in no area."""
    if earlier.level == "postcode":
        return postcodes_to_areas(postcode_directory(layers), places).reindex(units, fill_value="")
    return places.parents.reindex(units, fill_value="")


def _by_area(counts: pd.DataFrame, codes: pd.Series, areas: pd.Index) -> pd.DataFrame:
    """Units of different kinds can only be compared as sums over the same ground."""
    summed = gap_by_area(counts, codes.reindex(counts.index), index=areas)
    gaps = [f"{tier}_gap" for tier in TIERS if f"{tier}_gap" in summed]
    return summed[["premises", "premises_matched", *gaps]].dropna(subset=["premises"])


def _still_there(places: Geography, now: Units) -> pd.Index:
    """Units that exist today: live postcodes, or the finest areas."""
    return places.parents.index if now.live is None or now.level != "postcode" else now.live


def _there_before(layers: Layers, earlier: Layer) -> pd.Index:
    """Postcodes that existed in the month of the earlier file, by the dates of the postcode directory."""
    if earlier.level != "postcode" or not layers.of("postcodes"):
        return pd.Index([])
    directory = postcode_directory(layers)
    introduced, month = directory["introduced"], _release(earlier).split(",")[0]
    return directory.index[(introduced != "") & (introduced <= month)]


def _known_once(before: pd.DataFrame, now: pd.DataFrame, tiers: tuple[str, ...]) -> int:
    columns = [f"{tier}_gap" for tier in tiers]
    return int((before[columns].isna() != now[columns].isna()).any(axis=1).sum())


def _release(layer: Layer) -> str:
    """Month and premises of a file, without its revision."""
    return layer.provenance.vintage.split(", revision")[0]


def _edition(layer: Layer) -> tuple[str, int]:
    month, _, revision = layer.provenance.vintage.partition(", revision ")
    return month, int(revision) if revision.isdecimal() else 0


def _compared_rows(before: pd.Index, now: pd.Index, then: pd.Index) -> dict[str, int]:
    """How many units have a row in both files, in one only, and in today's only though they existed then."""
    both = before.intersection(now)
    return {
        "units_both": len(both),
        "units_before_only": len(before) - len(both),
        "units_now_only": len(now) - len(both),
        "units_returned": int(is_in(now.difference(both), then).sum()),
    }


def _flags(earlier: Layer, today: Layer, tiers: tuple[str, ...]) -> tuple[str, ...]:
    """Tiers for which only the earlier file gives just yes or no for all premises of a unit."""
    return tuple(tier for tier in tiers if is_yes_or_no(earlier, tier) and not is_yes_or_no(today, tier))


def is_yes_or_no(layer: Layer, tier: str) -> bool:
    """Whether a file says of a tier yes or no for all premises of a unit."""
    month = _release(layer).split(",")[0]
    if layer.source != "ofcom-fixed-coverage" or layer.measure != "share":
        return False
    return any(way.flag for way in release(source(layer.source), month).share.get(tier, ()))


def _refuse_order(earlier: Layer, today: Layer) -> None:
    premises = [_release(layer).partition(", ")[2] for layer in (earlier, today)]
    if premises[0] != premises[1]:
        raise DataError(
            fault(
                "PREMISES_SETS_DIFFER",
                file=earlier.provenance.file,
                first=premises[0],
                other=today.provenance.file,
                second=premises[1],
            )
        )
    if _edition(earlier) > _edition(today):
        raise DataError(
            fault(
                "BEFORE_IS_LATER",
                file=earlier.provenance.file,
                first=earlier.provenance.vintage,
                other=today.provenance.file,
                second=today.provenance.vintage,
            )
        )


def _refuse_nothing(earlier: Layer, today: Layer) -> NoReturn:
    raise DataError(
        fault(
            "NOTHING_TO_COMPARE",
            file=earlier.provenance.file,
            first=earlier.provenance.vintage,
            other=today.provenance.file,
            second=today.provenance.vintage,
        )
    )
