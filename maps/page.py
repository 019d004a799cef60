"""The pages of a plan: one file each that asks for nothing, one for the place and one for each ward."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import jinja2
import pandas as pd
import shapely
from markupsafe import Markup, escape

from connected_place.coverage.criteria import Criterion, criteria
from connected_place.coverage.gap import TIERS
from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import DEGREES, METRES
from connected_place.maps import choropleth, leaflet, statements
from connected_place.maps.reach_layers import reach_areas, reach_words
from connected_place.maps.self_contained import marked, policy, refuse_addresses

TEMPLATES = Path(__file__).with_name("templates")
POINTS_ACROSS = 1_000
"""A map's width over this is the detail that its outlines keep: about a pixel of a large screen."""

REACH_GAP_M = 3.0
REACH_DETAIL_M = 0.5
"""Gaps that close in a drawing of the reach, and its detail: readers zoom in on it, so it keeps more than the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one page shows: the plan, or a ward's part of it.

    Attributes
    ----------
    areas, wards, existing, chosen, not_chosen, clusters : GeoDataFrame, EPSG:27700
        In the order of the tables, which is the order of the arrow keys.
    reach : GeoDataFrame, EPSG:27700
        Where the chosen sites cover the street, as `reach_layers.reach_areas` gives it.
    """

    areas: gpd.GeoDataFrame
    wards: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    chosen: gpd.GeoDataFrame
    not_chosen: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    reach: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A figure and the words that say what it is.

    Attributes
    ----------
    figure, words : str
    href : str
        Of a page that says more; "" for none.
    """

    figure: str
    words: str
    href: str = ""


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
    whole = _view(plan)
    result = {"index.html": _borough(plan, whole)}
    for code in plan.wards.index:
        result[ward_path(code)] = _ward(plan, code, whole)
    return result


def borough_page(plan: Plan) -> str:
    """The page of the whole place, a complete HTML document."""
    return _borough(plan, _view(plan))


def ward_page(plan: Plan, ward_code: str) -> str:
    """The page of one ward, a complete HTML document.

    Raises
    ------
    KeyError
        If the plan has no such ward.
    """
    return _ward(plan, ward_code, _view(plan))


def ward_path(ward_code: str) -> str:
    """Where a ward's page lies, below the page of the place.

    A code that is no plain word (it comes from a file) is replaced by its hash: no name can leave the folder.

    Examples
    --------
    >>> ward_path("E05000123"), ward_path("../../x")
    ('wards/E05000123.html', 'wards/ward-9cdf6a50100a.html')
    """
    plain = re.fullmatch(r"[A-Za-z0-9_-]{1,40}", ward_code)
    digest = hashlib.sha256(ward_code.encode("utf-8", "surrogatepass")).hexdigest()
    return f"wards/{ward_code if plain else f'ward-{digest[:12]}'}.html"


def _view(plan: Plan) -> View:
    """All that the plan holds, each table in its order."""
    sites = plan.sites.assign(selected=plan.sites["selected"].astype(bool))
    names = plan.access_points["ward_code"].map(plan.wards["area_name"])
    return View(
        areas=_by_rank(plan.areas),
        wards=_by_rank(plan.wards),
        existing=plan.access_points.assign(ward_name=names).sort_values("name", kind="stable"),
        chosen=_by_rank(sites[sites["selected"]]),
        not_chosen=sites[~sites["selected"]].sort_index(),
        clusters=plan.clusters.frame,
        reach=reach_areas(plan),
    )


def _by_rank(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """By rank and then by code; without a rank at the end."""
    return frame.sort_index().sort_values("rank", kind="stable", na_position="last")


def _within(view: View, ward_code: str) -> View:
    """The part of a view that belongs to a ward."""
    chosen = view.chosen[view.chosen["ward_code"] == ward_code]
    return View(
        areas=view.areas[view.areas["ward_code"] == ward_code],
        wards=view.wards.loc[[ward_code]],
        existing=view.existing[view.existing["ward_code"] == ward_code],
        chosen=chosen,
        not_chosen=view.not_chosen[view.not_chosen["ward_code"] == ward_code],
        clusters=view.clusters[view.clusters["ward_codes"].map(lambda codes: ward_code in codes).astype(bool)],
        reach=view.reach.loc[chosen.index],
    )


def _borough(plan: Plan, view: View) -> str:
    tier = plan.parameters.gaps.headline
    estimated = _estimated(plan.areas)
    return _document(
        "borough.html.j2",
        plan,
        view,
        title=f"{statements.shown(plan.parameters.place.name)}: where public Wi-Fi and faster broadband are needed",
        finding=statements.gap_sentence(plan.borough, tier, estimated=estimated),
        complement=statements.have_sentence(plan.borough, tier, estimated=estimated),
        facts=_borough_facts(plan, view),
        criteria=_criteria(plan),
        ward_column=True,
        settings_used=tuple(_settings(plan.parameters)),
    )


def _ward(plan: Plan, ward_code: str, whole: View) -> str:
    view = _within(whole, ward_code)
    ward, tier = plan.wards.loc[ward_code], plan.parameters.gaps.headline
    estimated = _estimated(view.areas)
    place = statements.shown(plan.parameters.place.name)
    return _document(
        "ward.html.j2",
        plan,
        view,
        title=f"{statements.shown(ward['area_name'])} ward, {place}: public Wi-Fi and faster broadband",
        ward_column=False,
        ward=ward,
        finding=statements.gap_sentence(ward, tier, estimated=estimated),
        complement=statements.have_sentence(ward, tier, estimated=estimated),
        facts=_ward_facts(plan, ward, view),
        criteria=_criteria(plan),
        questions=statements.questions(ward, pd.concat([view.chosen, view.not_chosen]), tier),
    )


def _estimated(areas: pd.DataFrame) -> bool:
    return bool(areas["premises_source"].map(statements.is_estimate).any())


def _criteria(plan: Plan) -> tuple[Criterion, ...]:
    """Criteria that have a column of their own; the gaps stand in the table as gaps already."""
    known = criteria(plan.parameters.score).values()
    return tuple(item for item in known if item.key in plan.areas and not item.key.startswith("gap_"))


def _borough_facts(plan: Plan, view: View) -> tuple[Fact, ...]:
    tier = plan.parameters.gaps.headline
    found = plan.shortlist
    return (
        *_widest(plan, tier),
        _decent_fact(plan.borough, ""),
        _wifi_fact(plan, len(view.existing), "public Wi-Fi today"),
        Fact(
            figure=statements.plural(len(view.chosen), "site"),
            words=f"proposed for {statements.money_text(found.spent_gbp)} of {statements.money_text(found.budget_gbp)}",
        ),
        Fact(
            figure=statements.share_text(found.demand_covered, found.demand_total),
            words=f"of the {statements.demand_words(plan.parameters)} are within reach of them",
        ),
    )


def _widest(plan: Plan, tier: str) -> tuple[Fact, ...]:
    """The ward with the largest share without the headline tier, where any is reported."""
    shares = plan.wards[f"{tier}_gap_share"]
    if shares.isna().all():
        return ()
    code = shares.idxmax()
    name = statements.shown(plan.wards.loc[code, "area_name"])
    words = f"of {name} cannot get {statements.speed_text(tier)}, the most of any ward"
    return (Fact(figure=statements.percent_text(shares[code]), words=words, href=ward_path(code)),)


def _decent_fact(row: pd.Series, beside: str) -> Fact:
    least = ", at least," if row["decent_10_not_reported"] > 0 else ""
    words = f"{statements.PREMISES}{least} cannot get {statements.speed_text('decent_10')}{beside}"
    return Fact(figure=statements.count_text(row["decent_10_gap"]), words=words)


def _wifi_fact(plan: Plan, places: int, words: str) -> Fact:
    """How many places have public Wi-Fi; without a list of them that is not known, which is not none."""
    is_listed = len(plan.access_points) > 0 or any(item.source == "public-wifi" for item in plan.provenance)
    if not is_listed:
        return Fact(figure="not known", words="how many places have public Wi-Fi today: no list was given")
    return Fact(figure=statements.plural(places, "place"), words=words)


def _ward_facts(plan: Plan, ward: pd.Series, view: View) -> tuple[Fact, ...]:
    tier = plan.parameters.gaps.headline
    place = statements.shown(plan.parameters.place.name)
    share = f"{tier}_gap_share"
    everywhere = statements.percent_text(plan.borough[share])
    decent = f"; {statements.count_text(plan.borough['decent_10_gap'])} in {place}"
    proposed = (
        statements.money_text(view.chosen["capex_gbp"].sum())
        + f" of {statements.money_text(plan.shortlist.spent_gbp)} proposed"
    )
    return (
        Fact(
            figure=statements.percent_text(ward[share]),
            words=f"cannot get {statements.speed_text(tier)}; in {place} {everywhere}",
        ),
        Fact(
            figure=f"{statements.count_text(ward['rank'])} of {statements.count_text(len(plan.wards))}",
            words="its rank among the wards by need, 1 being the most",
        ),
        _decent_fact(ward, decent),
        _wifi_fact(plan, len(view.existing), f"public Wi-Fi today; {len(plan.access_points):,} in {place}"),
        Fact(figure=statements.plural(len(view.chosen), "site"), words=f"proposed here, for {proposed}"),
    )


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


def _document(template: str, plan: Plan, view: View, *, title: str, **shown_here: Any) -> str:
    """Fill a template with the view, its map and the policy that lets only its own scripts run."""
    tiers = tuple(key for key in TIERS if f"{key}_gap_share" in plan.areas)
    parts = _map(plan, view, tiers)
    styles = (*parts.styles, _packaged("page.css"))
    # shapes.js must come before folium's own script, which uses it.
    scripts = (*parts.scripts[:-1], _packaged("shapes.js"), parts.scripts[-1], _packaged("page.js"))
    html = _environment().get_template(template).render(
        plan=plan,
        view=view,
        title=title,
        tier=plan.parameters.gaps.headline,
        tiers=tiers,
        TIERS=TIERS,
        key=choropleth.key(view.areas[f"{plan.parameters.gaps.headline}_gap_share"]),
        marks=leaflet.MARKS,
        reach_words=reach_words(plan),
        map_html=Markup(parts.html),
        styles=marked(styles),
        scripts=marked(scripts),
        policy=policy(styles, scripts),
        page_json=Markup(leaflet.json_text(_page_settings(view, tiers, plan.parameters.gaps.headline))),
        statements=statements,
        ward_names=plan.wards["area_name"],
        **shown_here,
    )  # fmt: skip
    refuse_addresses(html)
    return html


def _map(plan: Plan, view: View, tiers: Sequence[str]) -> leaflet.MapParts:
    west, south, east, north = view.wards.total_bounds
    tolerance_m = max(east - west, north - south) / POINTS_ACROSS
    classes = [choropleth.classes(view.areas[f"{key}_gap_share"]) for key in tiers]
    areas = leaflet.drawn(view.areas, tolerance_m)
    wards = leaflet.drawn(view.wards, tolerance_m)
    return leaflet.map_parts(
        areas=leaflet.packed(areas, list(zip(*classes, strict=True))),
        wards=leaflet.packed(wards),
        clusters=leaflet.packed(view.clusters.geometry.simplify(tolerance_m).to_crs(DEGREES)),
        reach=leaflet.packed(_drawn_reach(view.reach)),
        existing=leaflet.points(view.existing.geometry.to_crs(DEGREES)),
        not_chosen=leaflet.points(view.not_chosen.geometry.to_crs(DEGREES)),
        chosen=leaflet.points(view.chosen.geometry.to_crs(DEGREES)),
        tier=tiers.index(plan.parameters.gaps.headline),
        bounds=wards.total_bounds,
    )


def _drawn_reach(reach: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """What the sites cover together, in degrees; cells that touch at a corner are joined. Never for measuring."""
    together = shapely.union_all(reach.geometry.to_numpy()).buffer(REACH_GAP_M).buffer(-REACH_GAP_M)
    return gpd.GeoSeries([together.simplify(REACH_DETAIL_M)], crs=METRES).to_crs(DEGREES)


def _page_settings(view: View, tiers: Sequence[str], headline: str) -> dict[str, object]:
    """What the page's script must know: names of layers, and for each tier its words and the key's counts."""
    return {
        "map": "map_place",
        "tier": tiers.index(headline),
        "tiers": [
            {
                "speed": statements.speed_text(key),
                "counts": [entry.areas for entry in choropleth.key(view.areas[f"{key}_gap_share"])],
            }
            for key in tiers
        ],
        "groups": [
            {"layer": "shapes_areas", "rows": "a", "kind": "Area"},
            {"layer": "geo_json_chosen", "rows": "c", "kind": "Proposed site"},
            {"layer": "geo_json_not_chosen", "rows": "n", "kind": "Candidate, not chosen"},
            {"layer": "geo_json_existing", "rows": "w", "kind": "Existing public Wi-Fi"},
        ],
    }


@functools.cache
def _packaged(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def _environment() -> jinja2.Environment:
    """Templates that escape whatever they are given and refuse a name that they do not know."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": statements.count_text,
        "counted": statements.counted_text,
        "money": statements.money_text,
        "percent": statements.percent_text,
        "shown": statements.shown,
        "name": _name,
        "unbroken": _unbroken,
        "level": _level,
        "records": _records,
        "ward_path": ward_path,
    }
    environment.tests |= {"missing": pd.isna, "estimate": statements.is_estimate}
    return environment


def _name(text: object, length: int = statements.SHOWN_CHARACTERS) -> Markup:
    """A name on its own: its direction of writing cannot turn what stands around it."""
    return Markup("<bdi>{}</bdi>").format(statements.shown(text, length))


def _unbroken(sentence: str) -> Markup:
    """A sentence whose numbers stay with their units at the end of a line.

    Examples
    --------
    >>> print(_unbroken("At least 45 of 160 (28.1 %) cannot get 300 Mbit/s."))
    At least <span class="nb">45 of 160 (28.1 %)</span> cannot get <span class="nb">300 Mbit/s</span>.
    """
    numbers = r"(\d[\d,.]* of \d[\d,.]* \([^)]{1,20}\)|\d[\d,.]* (?:%|Mbit/s|m\b))"
    marked = re.sub(numbers, r'<span class="nb">\1</span>', str(escape(sentence)))
    return Markup(marked)


def _level(number: float, unit: str) -> str:
    """A criterion's level in its unit.

    Examples
    --------
    >>> _level(0.25, "share of people"), _level(812.4, "metres"), _level(41.26, "people per hectare")
    ('25.0 %', '812', '41.3')
    """
    if unit.startswith("share"):
        return statements.percent_text(number)
    if pd.isna(number):
        return "not known"
    return f"{number:,.0f}" if unit == "metres" else f"{number:,.1f}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for a table: `code` from the index, `position` as the map's features count, and every column."""
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    return [
        {"code": code, "position": position, **row}
        for position, (code, row) in enumerate(zip(plain.index, plain.to_dict("records"), strict=True))
    ]
