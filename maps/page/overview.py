"""One light page for many councils: the gaps of each, their total, and a link to each council's own page."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from connected_place.coverage.gaps import TIERS
from connected_place.maps.choropleth import GAP, KeyEntry, classes, key
from connected_place.maps.numerals import count_text, money_text, percent_text, shown, speed_text
from connected_place.maps.page.leaflet import json_text
from connected_place.maps.page.self_contained import policy, refuse_addresses, unended_markup
from connected_place.maps.tables import TableText, table_text, tier_parts
from connected_place.maps.words import gap_statements, statements

_TEMPLATES = Path(__file__).with_name("templates")
_SCRIPTS = ("rows.js", "tables.js", "overview.js")
_WIDTH = 1_000
"""Width of the drawing, in its own units; an outline keeps the detail that one unit can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """One council, as its run recorded it.

    Attributes
    ----------
    code, name : str
    href : str
        Of its own page, from the overview.
    figures : mapping of str to float
        `premises`, `<tier>_gap`, `<tier>_not_reported`; NaN: not reported.
    sites : int
        Proposed.
    spent_gbp : float
        Their capital; NaN: not known.
    vintage : str
        Of its coverage files.
    counted : str
        What its counts of premises are a number of, as `premises_words` says it.
    is_estimate, is_illustrative : bool
        Whether its counts of premises are estimates; whether its data are invented.
    outline : shapely geometry or None
        EPSG:27700.
    """

    code: str
    name: str
    href: str
    figures: Mapping[str, float]
    sites: int
    spent_gbp: float
    vintage: str
    counted: str = gap_statements.PREMISES
    is_estimate: bool = False
    is_illustrative: bool = False
    outline: Any = None


def overview_page(councils: Sequence[Council], *, title: str) -> str:
    """A complete HTML document that loads nothing.

    Parameters
    ----------
    councils : sequence of Council
        At least one, no code twice.
    title : str
        Name of what they are part of; "" for none.
    """
    rows = sorted(councils, key=lambda council: (shown(council.name).casefold(), council.code))
    table = _figures(rows)
    tiers = tuple(tier for tier in TIERS if table[f"{tier}_gap"].notna().any())
    total = totals(table)
    styles = (_packaged("page.css"),)
    scripts = tuple(map(_packaged, _SCRIPTS))
    counted = gap_statements.all_counted(council.counted for council in rows)
    choices = [_choice(table, tier) for tier in tiers]
    paths = council_outlines([council.outline for council in rows])
    html = _environment().get_template("overview.html.j2").render(
        title=shown(title) or "Councils",
        councils=[
            {"council": council, "position": position, "figures": figures, "path": path, "klass": klass}
            for position, (council, figures, path, klass) in enumerate(
                zip(rows, table.to_dict("records"), paths.paths, _first_classes(table, tiers), strict=True)
            )
        ],
        total=total,
        tiers=tiers,
        key=_key(table, tiers),
        view_box=paths.view_box,
        vintages=tuple(dict.fromkeys(council.vintage for council in rows)),
        silent={tier: int(table[f"{tier}_gap"].isna().sum()) for tier in tiers},
        illustrative=any(council.is_illustrative for council in rows),
        estimated=any(council.is_estimate for council in rows),
        statements=statements,
        counted=counted,
        TIERS=TIERS,
        texts={"councils": _councils_text(tiers, counted)},
        styles=unended_markup(styles),
        scripts=unended_markup(scripts),
        policy=policy(styles, scripts),
        page_json=Markup(json_text(choices)),
    )  # fmt: skip
    refuse_addresses(html)
    return html


def _councils_text(tiers: Sequence[str], counted: str) -> TableText:
    return table_text("councils", {"premises": counted}, repeated={"tier": tier_parts(tiers)})


def totals(table: pd.DataFrame) -> dict[str, float]:
    """Sums over the councils that report; each tier's share is one sum over another, for the same councils.

    Examples
    --------
    >>> table = pd.DataFrame({"premises": [100.0, 300, 50], "sfbb_30_gap": [10.0, 30, float("nan")],
    ...                       "sfbb_30_not_reported": [0.0, 20, 50]})
    >>> {name: number for name, number in totals(table).items() if name.startswith(("prem", "sfbb"))}
    {'premises': 450.0, 'sfbb_30_gap': 40.0, 'sfbb_30_not_reported': 70.0, 'sfbb_30_of': 400.0, 'sfbb_30_share': 0.1}
    """
    result = {"premises": float(table["premises"].sum(min_count=1))}
    for tier in TIERS:
        if f"{tier}_gap" not in table:
            continue
        gap = table[f"{tier}_gap"]
        of = float(table["premises"].where(gap.notna()).sum(min_count=1))
        result[f"{tier}_gap"] = float(gap.sum(min_count=1))
        result[f"{tier}_not_reported"] = float(table[f"{tier}_not_reported"].sum(min_count=1))
        result[f"{tier}_of"] = of
        result[f"{tier}_share"] = result[f"{tier}_gap"] / of if of > 0 else float("nan")
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Outlines as SVG paths.

    Attributes
    ----------
    view_box : str
    paths : tuple of str
        One a council; "" where it has no outline.
    """

    view_box: str
    paths: tuple[str, ...]


def council_outlines(shapes: Sequence[Any]) -> Drawing:
    """Outlines in whole units of the drawing, simplified together so that neighbours still share borders.

    Parameters
    ----------
    shapes : sequence of polygons in EPSG:27700, or None

    Examples
    --------
    >>> council_outlines([shapely.box(0, 0, 10, 10), None]).paths
    ('M1000 1000V0H0V1000Z', '')
    """
    known = [at for at, shape in enumerate(shapes) if shape is not None and not shape.is_empty]
    paths = [""] * len(shapes)
    if not known:
        return Drawing(view_box=f"0 0 {_WIDTH} 1", paths=tuple(paths))
    series = gpd.GeoSeries([shapes[at] for at in known])
    west, south, east, north = series.total_bounds
    unit = max(east - west, 1.0) / _WIDTH
    simple = shapely.coverage_simplify(series.to_numpy(), 2 * unit)
    moved = shapely.transform(simple, lambda xy: np.round((xy - [west, north]) / [unit, -unit]))
    for at, shape in zip(known, moved, strict=True):
        paths[at] = "".join(
            _path(ring) for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)
        )
    return Drawing(view_box=f"0 0 {_WIDTH} {max(1, round((north - south) / unit))}", paths=tuple(paths))


def _path(ring: Any) -> str:
    """A ring as an SVG path, horizontal and vertical steps as H and V; "" for one that has shrunk to a line."""
    points = shapely.get_coordinates(ring).astype(int)
    kept = points[np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]]
    if len(kept) < 4:
        return ""
    text = [f"M{kept[0][0]} {kept[0][1]}"]
    for (x, y), (to_x, to_y) in itertools.pairwise(kept[:-1]):
        text.append(f"V{to_y}" if x == to_x else f"H{to_x}" if y == to_y else f"L{to_x} {to_y}")
    return "".join([*text, "Z"])


def _figures(councils: Sequence[Council]) -> pd.DataFrame:
    columns = ["premises", *(f"{tier}_{end}" for tier in TIERS for end in ("gap", "not_reported"))]
    rows = [{name: council.figures.get(name, float("nan")) for name in columns} for council in councils]
    table = pd.DataFrame(rows, columns=columns, dtype="float64")
    shares = {f"{tier}_share": table[f"{tier}_gap"] / table["premises"].where(table["premises"] > 0) for tier in TIERS}
    return table.assign(**shares)


def _choice(table: pd.DataFrame, tier: str) -> dict[str, object]:
    """Data for the script to colour the councils by a tier."""
    shares = table[f"{tier}_share"]
    return {
        "speed": speed_text(tier),
        "classes": classes(shares).tolist(),
        "counts": [entry.areas for entry in key(shares)],
    }


def _first_classes(table: pd.DataFrame, tiers: Sequence[str]) -> list[str]:
    """Classes that the page shows first, as names of colours."""
    found = classes(table[f"{tiers[-1]}_share"]) if tiers else [-1] * len(table)
    return ["n" if klass < 0 else str(klass) for klass in found]


def _key(table: pd.DataFrame, tiers: Sequence[str]) -> tuple[KeyEntry, ...]:
    return key(table[f"{tiers[-1]}_share"] if tiers else pd.Series(dtype="float64"), GAP)


@functools.cache
def _packaged(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@functools.cache
def _environment() -> jinja2.Environment:
    """Templates that escape everything and refuse unknown names."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "count": count_text,
        "money": money_text,
        "percent": percent_text,
        "name": lambda text: Markup("<bdi>{}</bdi>").format(shown(text)),
    }
    return environment
