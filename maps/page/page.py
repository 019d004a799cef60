"""The pages of a plan: one self-contained file for the place and one for each ward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from markupsafe import Markup

from connected_place.coverage.gaps import TIERS, Reporting
from connected_place.coverage.need import Criterion, criteria
from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import DEGREES, METRES
from connected_place.maps.gis import reach_words
from connected_place.maps.numerals import (
    percent_text,
    shown,
    speed_text,
)
from connected_place.maps.page import leaflet
from connected_place.maps.page.base_layers import BOROUGH_BYTES, WARD_BYTES, base_json, merged_base
from connected_place.maps.page.change_panel import then_and_now
from connected_place.maps.page.charts import Bar, bars, curve_chart
from connected_place.maps.page.colourings import NEED_NAME, Colouring, classes_of_each, colourings, tiers_of
from connected_place.maps.page.decide_data import cannot_decide, decide_json
from connected_place.maps.page.facts import borough_facts, first_screen, ward_facts
from connected_place.maps.page.lines_panel import better_lines
from connected_place.maps.page.paths import ward_path
from connected_place.maps.page.postcode_data import postcodes_json
from connected_place.maps.page.self_contained import policy, refuse_addresses, unended_markup
from connected_place.maps.page.templating import page_environment, template_text
from connected_place.maps.page.views import PageView, ward_view, whole_view
from connected_place.maps.page.what_if_data import WhatIf, what_if, what_if_json
from connected_place.maps.tables import TableText, table_texts
from connected_place.maps.words import (
    ask_statements,
    gap_statements,
    need_statements,
    opponent_statements,
    statements,
)

_SCRIPTS = ("rows.js", "tables.js", "map.js", "base.js", "postcodes.js", "search.js", "sums.js", "what_if.js")
_DECIDING = ("choose.js", "decide.js")
"""After folium's own script, in this order; shapes.js comes before it, because folium's script uses it.

The deciding ones are on the page of the whole place alone.
"""

POINTS_ACROSS = 1_000
"""Outlines keep detail down to the map's width divided by this: about a pixel of a large screen."""

REACH_GAP_M = 3.0
REACH_DETAIL_M = 0.5
"""Gaps closed when reach is drawn, and the detail kept: more than elsewhere, because readers zoom in on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Everything that the pages of a plan share, made once."""

    plan: Plan
    view: PageView
    what_if: WhatIf
    texts: Mapping[str, TableText]
    base: gpd.GeoDataFrame | None


def pages(plan: Plan) -> dict[str, str]:
    """Every page of a plan: path inside the output folder to HTML.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict of str to str
        "index.html" and for each ward "wards/<ward_code>.html". The same plan gives the same text.
    """
    whole = _whole(plan)
    return {"index.html": _borough(whole), **{ward_path(code): _ward(whole, code) for code in plan.wards.index}}


def borough_page(plan: Plan) -> str:
    """The page of the whole place, a complete HTML document."""
    return _borough(_whole(plan))


def ward_page(plan: Plan, ward_code: str) -> str:
    """The page of one ward, a complete HTML document.

    Raises
    ------
    KeyError
        If the plan has no such ward.
    """
    return _ward(_whole(plan), ward_code)


def _whole(plan: Plan) -> Whole:
    return Whole(
        plan=plan,
        view=whole_view(plan),
        what_if=what_if(plan),
        texts=table_texts(plan),
        base=merged_base(plan.base),
    )


def _borough(whole: Whole) -> str:
    plan, tier = whole.plan, whole.plan.parameters.gaps.headline
    share = f"{tier}_gap_share"
    by_ward = plan.wards.sort_index().sort_values(share, ascending=False, kind="stable", na_position="last")
    return _document(
        "borough.html.j2",
        whole,
        whole.view,
        title=f"{shown(plan.parameters.place.name)}: where public Wi-Fi and faster broadband are needed",
        finding=gap_statements.gap_sentence(plan.borough, tier, plan.reporting),
        complement=gap_statements.have_sentence(plan.borough, tier, plan.reporting),
        facts=borough_facts(plan),
        first=first_screen(plan),
        ward_column=True,
        ward_options=_ward_rows(whole.view),
        bars=bars(by_ward[share], by_ward["area_name"], hrefs=by_ward.index.to_series().map(ward_path)),
        line=None if pd.isna(plan.borough[share]) else float(plan.borough[share]),
        line_words=f"{shown(plan.parameters.place.name)} as a whole, {percent_text(plan.borough[share])}",
        chart=curve_chart(
            plan.curve,
            demand_total=plan.shortlist.demand_total,
            own_budget_gbp=plan.parameters.sites.budget_gbp,
            demand_words=statements.demand_words(plan.parameters),
        ),
        settings_used=tuple(_settings(plan.parameters)),
        then=then_and_now(plan, wards=whole.view.wards, areas=whole.view.areas),
        better_lines=better_lines(plan),
    )


def _ward(whole: Whole, ward_code: str) -> str:
    plan, view = whole.plan, ward_view(whole.plan, whole.view, ward_code)
    ward, tier = plan.wards.loc[ward_code], plan.parameters.gaps.headline
    place = shown(plan.parameters.place.name)
    return _document(
        "ward.html.j2",
        whole,
        view,
        title=f"{shown(ward['area_name'])} ward, {place}: public Wi-Fi and faster broadband",
        ward_column=False,
        ward=ward,
        finding=gap_statements.gap_sentence(ward, tier, plan.reporting),
        complement=gap_statements.have_sentence(ward, tier, plan.reporting),
        facts=ward_facts(plan, ward_code),
        first=first_screen(plan, ward_code),
        ward_options=_ward_links(plan, ward_code),
        bars=_tier_bars(plan, ward),
        then=then_and_now(plan, wards=view.wards, areas=view.areas, ward_code=ward_code),
        better_lines=better_lines(plan, ward_code),
        questions=ask_statements.questions(ward, pd.concat([view.chosen, view.not_chosen]), tier),
    )


def _ward_rows(view: PageView) -> list[dict[str, Any]]:
    """Wards to choose from, by name, each with its row."""
    names = view.wards["area_name"].map(shown)
    rows = [{"value": f"v{at}", "name": name, "is_here": False} for at, name in enumerate(names)]
    return [{"value": "", "name": "All wards", "is_here": True}, *sorted(rows, key=lambda row: str(row["name"]))]


def _ward_links(plan: Plan, ward_code: str) -> list[dict[str, Any]]:
    """Wards to choose from, by name, each with its page."""
    rows = [
        {"value": ward_path(code).removeprefix("wards/"), "name": shown(name), "is_here": code == ward_code}
        for code, name in plan.wards["area_name"].items()
    ]
    return sorted(rows, key=lambda row: str(row["name"]))


def _tier_bars(plan: Plan, ward: pd.Series) -> tuple[Bar, ...]:
    """The ward's share without each tier, followed by that of the whole place."""
    place = shown(plan.parameters.place.name)
    shares, names = {}, {}
    for tier in tiers_of(plan):
        speed = speed_text(tier)
        shares[tier], names[tier] = ward[f"{tier}_gap_share"], f"{speed}: this ward"
        shares[f"{tier} all"], names[f"{tier} all"] = plan.borough[f"{tier}_gap_share"], f"{speed}: {place}"
    return bars(pd.Series(shares), pd.Series(names))


def _criteria(plan: Plan) -> tuple[Criterion, ...]:
    """Criteria with a column of their own; the gaps are already in the table as gaps."""
    known = criteria(plan.parameters.score).values()
    return tuple(item for item in known if item.key in plan.areas and not item.key.startswith("gap_"))


def _settings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every parameter as plan.toml names it, with its value."""
    if is_dataclass(value):
        for item in fields(value):
            yield from _settings(getattr(value, item.name), f"{path}.{item.name}".lstrip("."))
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from _settings(value[name], f"{path}.{name}")
    elif isinstance(value, tuple) and any(map(is_dataclass, value)):
        for number, item in enumerate(value, start=1):
            yield from _settings(item, f"{path}.{number}")
    elif isinstance(value, tuple):
        yield path, ", ".join(map(str, value)) or "none"
    else:
        yield path, "none" if value in (None, "") else f"{value:,}" if isinstance(value, float) else str(value)


def _document(template: str, whole: Whole, view: PageView, *, title: str, **shown_here: Any) -> str:
    """Fill a template with the view, its map and a policy under which only the page's own scripts run."""
    plan, headline = whole.plan, whole.plan.parameters.gaps.headline
    choices = colourings(plan, view.areas)
    shown_first = next(choice for choice in choices if choice.name == headline)
    parts = _map(view, choices, choices.index(shown_first))
    styles = (*parts.styles, template_text("page.css"))
    is_whole = view is whole.view
    deciding = decide_json(plan, _site_rows(view)) if is_whole else None
    own = (*_SCRIPTS, *(_DECIDING if deciding else ()))
    scripts = (*parts.scripts[:-1], template_text("shapes.js"), parts.scripts[-1], *map(template_text, own))
    html = page_environment().get_template(template).render(
        plan=plan,
        view=view,
        title=title,
        tier=headline,
        tiers=tiers_of(plan),
        TIERS=TIERS,
        colourings=choices,
        key=shown_first.key,
        layers=_layers(plan, view),
        districts=len(view.districts) > 0,
        marks=leaflet.MARKS,
        criteria=_criteria(plan),
        texts=whole.texts,
        footfall_by_area=_footfall_by_area(plan),
        what_if=whole.what_if,
        map_html=Markup(parts.html),
        styles=unended_markup(styles),
        scripts=unended_markup(scripts),
        policy=policy(styles, scripts),
        page_json=Markup(leaflet.json_text(_page_settings(whole, view, choices))),
        has_postcodes=plan.spots is not None,
        postcodes_json=Markup(leaflet.json_text(_postcodes_json(whole, view))),
        base_json=Markup(leaflet.json_text(_base_json(whole, view))),
        can_decide=deciding is not None,
        cannot_decide=cannot_decide(plan) or "This page would be too large if it could decide again",
        decide_json=Markup(leaflet.json_text(deciding)),
        what_if_json=Markup(leaflet.json_text(_what_if_json(whole, view))),
        statements=statements,
        gap_statements=gap_statements,
        opponent_statements=opponent_statements,
        need_statements=need_statements,
        ward_names=plan.wards["area_name"],
        **shown_here,
    )  # fmt: skip
    refuse_addresses(html)
    return html


def _footfall_by_area(plan: Plan) -> pd.Series | None:
    """Footfall of the areas, unless a criterion already shows it."""
    return None if "footfall" in plan.areas else plan.footfall_by_area


def _layers(plan: Plan, view: PageView) -> list[dict[str, Any]]:
    """Layers drawn over the areas: name, words in the key, how many, and whether it is shown at first."""
    tier = speed_text(plan.parameters.gaps.headline)
    rows = [
        ("wards", "ward", None, True, True),
        ("chosen", "proposed site", len(view.chosen), True, True),
        ("reach", reach_words(plan.parameters.wifi, plan.reach.radio.reach_m), None, len(view.reach) > 0, True),
        ("not_chosen", "candidate not chosen", len(view.not_chosen), True, True),
        ("existing", "existing public Wi-Fi", len(view.existing), True, True),
        ("clusters", f"cluster without {tier}", len(view.clusters), len(view.clusters) > 0, True),
        ("ground", "roads, water and names", None, plan.base is not None and len(plan.base.features) > 0, True),
        ("lines", "better lines: area with an option paid for", len(view.paid_lines), len(view.paid_lines) > 0, True),
        ("backhaul", "backhaul class of each site and candidate, A to D; ? means not reported", None, True, False),
    ]
    return [
        {"layer": layer, "words": words, "number": number, "on": on}
        for layer, words, number, is_there, on in rows
        if is_there
    ]


def _map(view: PageView, choices: tuple[Colouring, ...], shown_first: int) -> leaflet.MapParts:
    west, south, east, north = view.wards.total_bounds
    tolerance_m = max(east - west, north - south) / POINTS_ACROSS
    areas = leaflet.drawn(view.areas, tolerance_m)
    wards = leaflet.drawn(view.wards, tolerance_m)
    return leaflet.map_parts(
        areas=leaflet.packed(areas, classes_of_each(choices)),
        wards=leaflet.packed(wards),
        clusters=leaflet.packed(view.clusters.geometry.simplify(tolerance_m).to_crs(DEGREES)),
        paid_lines=leaflet.packed(view.paid_lines.geometry.simplify(tolerance_m).to_crs(DEGREES)),
        reach=leaflet.packed(_drawn_reach(view.reach)),
        existing=leaflet.point_triples(view.existing.geometry.to_crs(DEGREES)),
        not_chosen=leaflet.point_triples(view.not_chosen.geometry.to_crs(DEGREES)),
        chosen=leaflet.point_triples(view.chosen.geometry.to_crs(DEGREES)),
        tier=shown_first,
        bounds=wards.total_bounds,
    )


def _drawn_reach(reach: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Everything the sites cover, in degrees; cells that touch at a corner are joined. Never for measuring."""
    merged = shapely.union_all(reach.geometry.to_numpy()).buffer(REACH_GAP_M).buffer(-REACH_GAP_M)
    return gpd.GeoSeries([merged.simplify(REACH_DETAIL_M)], crs=METRES).to_crs(DEGREES)


def _page_settings(whole: Whole, view: PageView, choices: tuple[Colouring, ...]) -> dict[str, object]:
    """Data for the page's map and search: words and counts for each choice of colours, and the districts."""
    headline = whole.plan.parameters.gaps.headline
    return {
        "map": "map_place",
        "shown": next(at for at, choice in enumerate(choices) if choice.name == headline),
        "colours": [
            {
                "title": choice.title,
                "isScore": choice.name == NEED_NAME,
                "words": [entry.words for entry in choice.key],
                "counts": [entry.areas for entry in choice.key],
            }
            for choice in choices
        ],
        "districts": [{"name": str(name), "bounds": bounds} for name, *bounds in view.districts.itertuples(name=None)],
        "place": shown(whole.plan.parameters.place.name),
        "examplePostcode": _example_postcode(whole.plan),
        "wardPages": view is not whole.view,
    }


def _example_postcode(plan: Plan) -> str:
    """A postcode of the place, so that a reader sees what a full one looks like."""
    if plan.spots is None or not len(plan.spots.frame):
        return "SW1A 1AA"
    first = str(plan.spots.frame.index[len(plan.spots.frame) // 2])
    return f"{first[:-3].strip()} {first[-3:]}"


def _base_json(whole: Whole, view: PageView) -> dict[str, Any]:
    """The base map of one page, cut to what it shows."""
    return base_json(
        whole.base,
        whole.view.wards,
        box_m=view.wards.total_bounds.tolist(),
        most_bytes=BOROUGH_BYTES if view is whole.view else WARD_BYTES,
    )


def _postcodes_json(whole: Whole, view: PageView) -> dict[str, Any] | None:
    spots = whole.plan.spots
    said = Reporting(units="postcodes", publisher=spots.publisher, release=spots.release) if spots else None
    return postcodes_json(
        spots,
        areas=_positions(view.areas),
        wards=_positions(view.wards),
        release_words=gap_statements.release_words(said) if said else "",
    )


def _positions(frame: gpd.GeoDataFrame) -> dict[str, int]:
    """Row of each code in the page's table."""
    return dict(zip(frame.index, range(len(frame)), strict=True))


def _site_rows(view: PageView) -> dict[str, str]:
    """Id of the row of each site that a page lists."""
    return {
        str(site): f"{letter}{at}"
        for letter, rows in (("c", view.chosen), ("n", view.not_chosen))
        for at, site in enumerate(rows.index)
    }


def _what_if_json(whole: Whole, view: PageView) -> dict[str, Any]:
    return what_if_json(
        whole.plan,
        whole.what_if,
        areas=_positions(view.areas),
        wards=_positions(view.wards),
        site_rows=_site_rows(view),
    )
