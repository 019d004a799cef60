"""The numbered maps of a pack, in order, and the maps of areas: need, gaps and deprivation."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.maps.choropleth import COLOURS, GAP, NEED, NOT_REPORTED_COLOUR, ClassScale, class_words, classes
from connected_place.maps.numerals import AREA_LEVEL_WORDS, highest_together, percent_text, plural, speed_text
from connected_place.maps.pictures.ground import (
    HATCH,
    Ground,
    fill_classes,
    ground,
    lay_ground,
    ward_labels,
    ward_lines,
)
from connected_place.maps.pictures.letters import printable
from connected_place.maps.pictures.line_map import line_map
from connected_place.maps.pictures.map_sheet import GREY, Draft, Key, map_sheet
from connected_place.maps.pictures.site_maps import backhaul_map, cluster_map, proposal_map, supply_map
from connected_place.maps.words import gap_statements

INCOME = ClassScale(breaks=(0.05, 0.10, 0.20, 0.40), per=100.0, unit=" %", unknown="not reported")
"""For the share of people in income deprivation: doubling up to the level of full need (project's proposal)."""

PLACE_IN_NATION = ClassScale(breaks=(0.2, 0.4, 0.6, 0.8), per=100.0, unit=" %", unknown="not reported")
"""For an area's position in the national ranking: fifths."""

_NAMED = 3
"""How many areas an alternative text names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMap:
    """A map of one number for each area or ward.

    Attributes
    ----------
    name, title, finding, alt : str
        As in `map_sheet.Draft`; the finding is below the title.
    heading : str
        What the classes are of.
    values : Series
        Rows as the plan's areas or wards; NaN: not reported.
    scale : Scale
    of_wards : bool
    sources : sequence of str
        Ids of the catalogue.
    remark : str
        Below the classes.
    """

    name: str
    title: str
    finding: str
    alt: str
    heading: str
    values: pd.Series
    scale: ClassScale
    of_wards: bool
    sources: Sequence[str]
    remark: str = ""


def maps(plan: Plan) -> list[Draft]:
    """The maps that the plan has data for, in the order of a pack."""
    land = ground(plan)
    of_areas = functools.partial(_draft, plan, land)
    drafts = [
        of_areas(_need(plan)),
        of_areas(gap_by_ward(plan)),
        of_areas(gap_map_by_area(plan)),
        cluster_map(plan, land),
        line_map(plan, land),
        *(of_areas(found) for found in _deprivation(plan)),
        supply_map(plan, land),
        backhaul_map(plan, land),
        proposal_map(plan, land),
    ]
    return [draft for draft in drafts if draft is not None]


def _need(plan: Plan) -> AreaMap:
    """Need score of each area."""
    scores = plan.areas["score"]
    title = f"Need, by {AREA_LEVEL_WORDS[plan.parameters.place.areas]}"
    finding = (
        "Need is scored from 0 to 100, using this plan's criteria and weights. "
        f"{_highest(plan, scores, lambda score: f'{score:.0f}')}"
    )
    top = NEED.breaks[-1]
    high = f"{plural((scores > top).sum(), 'area')} of {len(scores):,} score over {top:g}."
    return AreaMap(
        name="need",
        title=title,
        finding=finding,
        alt=f"{finding} {high}",
        heading="Need, 0 to 100",
        values=scores,
        scale=NEED,
        of_wards=False,
        sources=sorted({item.source for item in plan.provenance}),
        remark="No score: too little is known about the area.",
    )


def gap_by_ward(plan: Plan) -> AreaMap:
    """Share of premises without the headline speed in each ward."""
    tier, counted = plan.parameters.gaps.headline, gap_statements.short_counted(plan.reporting)
    shares = plan.wards[f"{tier}_gap_share"]
    together = highest_together(shares, percent_text)
    widest = plan.wards.assign(share=shares).dropna(subset=["share"]).sort_values("share", kind="stable")
    named = [f"{printable(row.area_name)} {percent_text(row.share)}" for row in widest[::-1][:_NAMED].itertuples()]
    if together > _NAMED:
        named = [f"{together} of them {percent_text(shares.max())} each"]
    return AreaMap(
        name="gap_by_ward",
        title=f"{counted.capitalize()} without {speed_text(tier)}, by ward",
        finding=_gap_finding(plan),
        alt=f"{_gap_finding(plan)} Widest gaps of the {len(shares):,} wards: {', '.join(named)}.",
        heading=f"Share of {counted} without {speed_text(tier)}",
        values=shares,
        scale=GAP,
        of_wards=True,
        sources=("ofcom-fixed-coverage", "bduk-premises", "ons-boundaries"),
        remark=f"Each ward's share is below its name: one sum of {counted} over another, never an average of shares.",
    )


def gap_map_by_area(plan: Plan) -> AreaMap:
    """Share of premises without the headline speed in each area."""
    tier, counted = plan.parameters.gaps.headline, gap_statements.short_counted(plan.reporting)
    shares = plan.areas[f"{tier}_gap_share"]
    found = classes(shares)
    counts = (
        f"Of {len(shares):,} areas, more than half of the {counted} are without it in "
        f"{(found == len(COLOURS) - 1).sum():,}, "
        f"2 % or less in {(found == 0).sum():,}; {(found == NOT_REPORTED_COLOUR).sum():,} are not reported."
    )
    return AreaMap(
        name="gap_by_area",
        title=f"{counted.capitalize()} without {speed_text(tier)}, by {AREA_LEVEL_WORDS[plan.parameters.place.areas]}",
        finding=_gap_finding(plan),
        alt=f"{_gap_finding(plan)} {counts}",
        heading=f"Share of {counted} without {speed_text(tier)}",
        values=shares,
        scale=GAP,
        of_wards=False,
        sources=("ofcom-fixed-coverage", "bduk-premises", "ons-boundaries"),
    )


def _deprivation(plan: Plan) -> list[AreaMap]:
    """Share of people in income deprivation, or position in the national ranking; neither if no file gives them."""
    by_share, by_rank = "deprivation" in plan.areas, "deprivation_rank" in plan.areas
    if not by_share and not by_rank:
        return []
    values = plan.areas["deprivation" if by_share else "deprivation_rank"]
    scale = INCOME if by_share else PLACE_IN_NATION
    heading = "People in income deprivation" if by_share else "Share of the nation's areas that are less deprived"
    finding = (
        f"{heading}: {class_words(scale)[len(scale.breaks)]} in "
        f"{plural((values > scale.breaks[-1]).sum(), 'area')} of {len(values):,}{_silent(values)}. "
        f"{_highest(plan, values, percent_text)}"
    )
    return [
        AreaMap(
            name="deprivation",
            title=f"Deprivation, by {AREA_LEVEL_WORDS[plan.parameters.place.areas]}",
            finding=finding,
            alt=finding,
            heading=heading,
            values=values,
            scale=scale,
            of_wards=False,
            sources=("deprivation", "ons-boundaries"),
        )
    ]


def _draft(plan: Plan, land: Ground, shown: AreaMap) -> Draft:
    def draw(number: int) -> Figure:
        figure, axes, key = map_sheet(
            plan, number, title=shown.title, finding=shown.finding, sources=shown.sources, width_m=land.width_m
        )
        found, words = classes(shown.values, shown.scale), class_words(shown.scale)
        lay_ground(axes, land)
        fill_classes(axes, land.wards if shown.of_wards else land.areas, found)
        ward_lines(axes, land)
        ward_labels(axes, land, notes=[percent_text(share) for share in shown.values] if shown.of_wards else None)
        key.heading(shown.heading)
        _class_rows(key, {klass: f"{limits} ({(found == klass).sum():,})" for klass, limits in words.items()})
        key.text(f"In brackets: number of {'wards' if shown.of_wards else 'areas'}.")
        key.line("ward", "#1a1a1a", width=0.7)
        key.text(shown.remark)
        return figure

    return Draft(name=shown.name, title=shown.title, alt=shown.alt, draw=draw)


def _class_rows(key: Key, words: dict[int, str]) -> None:
    for klass, limits in words.items():
        if klass == NOT_REPORTED_COLOUR:
            key.fill(limits, "white", hatch=HATCH, edge=GREY)
        else:
            key.fill(limits, COLOURS[klass])


def _gap_finding(plan: Plan) -> str:
    return gap_statements.gap_sentence(plan.borough, plan.parameters.gaps.headline, plan.reporting)


def _highest(plan: Plan, values: pd.Series, told: Callable[[float], str]) -> str:
    """The areas with the highest values, with their wards, because few readers know an area by its own name."""
    together = highest_together(values, told)
    if together > _NAMED:
        return f"Highest: {together} areas, {told(float(values.max()))} each."
    first = values.dropna().sort_values(ascending=False, kind="stable").head(_NAMED)
    rows = plan.areas.loc[first.index]
    called = rows["known_as"].where(rows["known_as"] != "", rows["area_name"])
    named = [
        f"{printable(area)} in {printable(ward)} {told(value)}"
        for area, ward, value in zip(called, rows["ward_name"], first, strict=True)
    ]
    return f"Highest: {', '.join(named)}." if named else "Nothing is reported."


def _silent(values: pd.Series) -> str:
    count = int(values.isna().sum())
    return f"; not reported for {count:,}" if count else ""
