"""The map of a page: folium given only numbers, Leaflet from the installed package, nothing from the network."""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import folium
import geopandas as gpd
import jinja2
import numpy as np
import shapely
from xstatic.pkg import leaflet as packaged_leaflet

from connected_place.gis_data.crs import DEGREES, METRES
from connected_place.maps.page.self_contained import AssetError

DEGREE_DECIMALS = 5
"""Decimals of a degree: about a metre."""
ASSETS = Path(packaged_leaflet.BASE_DIR)
ADDRESS_END = f"/leaflet@{packaged_leaflet.VERSION}/dist/"
MARKS = {
    "chosen": "M12 2 22 12 12 22 2 12Z",
    "existing": "M12 4 21 20H3Z",
}
"""Shapes that distinguish sites without colour, as SVG paths in a box of 24: a diamond and a triangle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapParts:
    """Folium's output, split so that each part can be placed and hashed.

    Attributes
    ----------
    html : str
        The map's element.
    styles, scripts : tuple of str
        Texts for `<style>` and `<script>`, in order; Leaflet is the first of each.
    """

    html: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


class _LeafletMap(folium.Map):
    """A folium map that needs only Leaflet, without jQuery, Bootstrap or icon fonts."""

    default_js = [item for item in folium.Map.default_js if item[0] == "leaflet"]  # noqa: RUF012
    default_css = [item for item in folium.Map.default_css if item[0] == "leaflet_css"]  # noqa: RUF012


class _Parts(HTMLParser):
    """Sorts rendered markup into styles and scripts; drops `<meta>`, which folium uses to stop readers zooming."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and given.get("src"):
            self.scripts.append(packaged_text(str(given["src"])))
        elif tag == "link":
            self.styles.append(packaged_text(str(given["href"])))
        elif tag in ("script", "style"):
            self._into = self.scripts if tag == "script" else self.styles
            self._into.append("")

    def handle_endtag(self, tag: str) -> None:
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


@functools.cache
def packaged_text(address: str) -> str:
    """The packaged copy of a file that folium would fetch from a server, with its images inside it.

    Raises
    ------
    AssetError
        If there is no copy of it, or only one of another version.
    """
    name = address.rpartition(ADDRESS_END)[2]
    file = ASSETS / name
    if not re.fullmatch(r"[\w.-]+", name) or not file.is_file():
        raise AssetError(
            f"{address}: a page must not fetch it, and no copy of it is installed (the installed Leaflet is "
            f"{packaged_leaflet.VERSION}). Remove what needs it from the map, or package a copy."
        )
    text = re.sub(r"\s*//# sourceMappingURL=\S+\s*$", "\n", file.read_text(encoding="utf-8"))
    return re.sub(r"url\((images/[\w.-]+)\)", lambda found: f"url({_image(found[1])})", text)


def _image(name: str) -> str:
    return "data:image/png;base64," + base64.b64encode((ASSETS / name).read_bytes()).decode()


def drawn(frame: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoSeries:
    """Outlines for drawing, in degrees: fewer points, with neighbours' borders still shared.

    Parameters
    ----------
    frame : GeoDataFrame, EPSG:27700
        Areas that lie side by side.
    tolerance_m : float
        About the square root of the smallest triangle that is kept, metres.

    Returns
    -------
    GeoSeries, EPSG:4326
        Indexed as `frame`; never for measuring.
    """
    simple = shapely.coverage_simplify(frame.geometry.to_numpy(), tolerance_m)
    return gpd.GeoSeries(simple, index=frame.index, crs=METRES).to_crs(DEGREES)


def point_triples(places: gpd.GeoSeries) -> dict[str, object]:
    """GeoJSON of points: a whole number as id and a position, never text from a file.

    Parameters
    ----------
    places : GeoSeries of points, EPSG:4326
        Missing ones are left out; the others keep their position in the series as id.
    """
    items = [
        {"type": "Feature", "id": at, "properties": {}, "geometry": {"type": "Point", "coordinates": xy.tolist()}}
        for at, xy in enumerate(np.round(shapely.get_coordinates(_or_nan(places)), DEGREE_DECIMALS))
        if not np.isnan(xy).any()
    ]
    return {"type": "FeatureCollection", "features": items}


def _or_nan(places: gpd.GeoSeries) -> np.ndarray:
    """The points, with one without coordinates for each that is missing, so that positions in the series stay."""
    return np.asarray(places.mask(places.isna() | places.is_empty, shapely.Point(np.nan, np.nan)))


def packed(shapes: gpd.GeoSeries, classes: Sequence[Sequence[int]] | None = None) -> list[list[object]]:
    """Outlines as whole numbers, a third of the size of GeoJSON; `unpack` in shapes.js reverses it.

    Parameters
    ----------
    shapes : GeoSeries of polygons, EPSG:4326
        Empty and missing shapes are left out.
    classes : sequence of sequence of int, optional
        For each shape, its class in each choice of colours.

    Returns
    -------
    list of [position, classes, polygons]
        A polygon is a list of rings; a ring is x, y of its first point, then the step to each next point, in units
        of 10**-5 degrees. The last point repeats the first and is left out.

    Examples
    --------
    >>> packed(gpd.GeoSeries([shapely.box(0, 51, 0.001, 51.002)]))
    [[0, [], [[[100, 5100000, 0, 200, -100, 0, 0, -200]]]]]
    """
    items: list[list[object]] = []
    for position, shape in enumerate(shapes):
        polygons = [
            _rings(part) for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty
        ]
        if polygons:
            items.append([position, [] if classes is None else list(map(int, classes[position])), polygons])
    return items


def _rings(polygon: shapely.Polygon) -> list[list[int]]:
    rings = (polygon.exterior, *polygon.interiors)
    return [ring for ring in map(_steps, rings) if len(ring) >= 6]


def _steps(ring: shapely.LinearRing) -> list[int]:
    """Start and steps of a ring, without the points that rounding has made identical."""
    whole = np.round(shapely.get_coordinates(ring) * 10**DEGREE_DECIMALS).astype(int)[:-1]
    steps = np.diff(whole, axis=0, prepend=0)
    kept = steps.any(axis=1)
    kept[0] = True
    return steps[kept].ravel().tolist()


AnElement = TypeVar("AnElement", bound=folium.Element)


class _Shapes(folium.MacroElement):
    """A layer of packed outlines for folium: numbers in, Leaflet's own GeoJSON layer out."""

    _template = jinja2.Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.geoJson(unpack({{ this.shapes|tojson }}), {
                style: (one) => ({className: classNames({{ this.kind|tojson }}, one.properties.k[{{ this.tier }}])}),
                smoothFactor: 0,
                interactive: {{ this.interactive|tojson }},
                pane: {{ this.pane|tojson }},
            }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self, shapes: list[list[object]], *, kind: str, tier: int = 0, interactive: bool = False):
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Shapes"
        self.shapes = shapes
        self.kind = kind
        self.tier = tier
        self.interactive = interactive
        self.pane = "areas" if kind == "area" else "overlayPane"


def map_parts(
    *,
    areas: list[list[object]],
    wards: list[list[object]],
    clusters: list[list[object]],
    paid_lines: list[list[object]],
    reach: list[list[object]],
    existing: dict[str, object],
    not_chosen: dict[str, object],
    chosen: dict[str, object],
    tier: int,
    bounds: np.ndarray,
) -> MapParts:
    """Render the map.

    Parameters
    ----------
    areas, wards, clusters, paid_lines, reach : list
        As `packed` gives them.
    existing, not_chosen, chosen : GeoJSON
        As `points` gives it.
    tier : int
        Position of the colours shown first.
    bounds : array of 4
        West, south, east, north of the first view, degrees.
    """
    place = _named(
        _LeafletMap(
            tiles=None,
            control_scale=True,
            zoom_control=False,
            max_zoom=19,
            zoom_snap=0.25,
            keyboard=False,
            scroll_wheel_zoom=False,
            attribution_control=False,
        ),
        "place",
    )
    for name, layer in (
        ("areas", _Shapes(areas, kind="area", tier=tier, interactive=True)),
        ("reach", _Shapes(reach, kind="reach")),
        ("lines", _Shapes(paid_lines, kind="better-line")),
        ("wards", _Shapes(wards, kind="ward")),
        ("clusters", _Shapes(clusters, kind="cluster")),
        ("not_chosen", folium.GeoJson(not_chosen, marker=_dot())),
        ("existing", folium.GeoJson(existing, marker=_mark("existing"))),
        ("chosen", folium.GeoJson(chosen, marker=_mark("chosen"))),
    ):
        _named(layer, name).add_to(place)
    west, south, east, north = bounds.tolist()
    _named(folium.FitBounds([[south, west], [north, east]], padding=(6, 6)), "view").add_to(place)
    return _apart(place)


def _named(element: AnElement, name: str) -> AnElement:
    """The element with a fixed id: branca's is random, and the same plan must give the same bytes."""
    element._id = name
    return element


def _mark(kind: str) -> folium.Marker:
    shape = f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{MARKS[kind]}"/></svg>'
    icon = folium.DivIcon(html=shape, icon_size=(24, 24), icon_anchor=(12, 12), class_name=f"mark {kind}")
    return folium.Marker(icon=icon, keyboard=False)


def _dot() -> folium.CircleMarker:
    return folium.CircleMarker(radius=4, class_name="dot")


def _apart(place: folium.Map) -> MapParts:
    figure: Any = place.get_root()
    figure.render()
    parts = _Parts()
    parts.feed(figure.header.render())
    parts.close()
    script = re.sub(r"(?<=[\d\]}]), (?=[\d\[{\"-])", ",", figure.script.render())  # the JSON's spaces
    return MapParts(
        html=figure.html.render().strip(),
        styles=tuple(parts.styles),
        scripts=(*parts.scripts, script),
    )


def json_text(value: object) -> str:
    r"""JSON that is safe inside `<script type="application/json">`, whatever its strings contain.

    Examples
    --------
    >>> json_text({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
