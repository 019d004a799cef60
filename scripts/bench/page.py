"""The page of a place beside stock folium of the same content: size, time to ready, longest frame, requests.

Run with: python scripts/bench/page.py [PLAN] [--repeats 5]
PLAN is a folder with a plan.toml; without it, the embedded borough. All pages are opened in the same run, in turns, in
Chromium without a network. Stock folium is measured twice: as it is (it asks servers for its libraries, so that
nothing is drawn) and with Leaflet from the installed package inside it. Its other libraries (jQuery, Bootstrap, icon
fonts) are not installed here and are left out of the second, so its size and time are the least that they can be.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
from playwright.sync_api import Browser, sync_playwright

from connected_place.api import open_plan
from connected_place.coverage.plan import Plan
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.maps.page import leaflet
from connected_place.maps.page.page import borough_page
from connected_place.maps.page.self_contained import AssetError

CHROMIUM = os.environ.get("CONNECTED_PLACE_BROWSER", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
COLOURS = ("#ffffcc", "#7fcdbb", "#1d91c0", "#225ea8", "#081d58")

PANNING = """
    async () => {
        const name = Object.keys(window).find((key) => window.L && window[key] instanceof L.Map);
        if (!name) return null;
        const map = window[name];
        map.setZoom(map.getZoom() + 1, {animate: false});
        const frames = [];
        let last = await new Promise(requestAnimationFrame);
        for (let step = 0; step < 60; step += 1) {
            const angle = step / 60 * 2 * Math.PI;
            map.panBy([20 * Math.cos(angle), 20 * Math.sin(angle)], {animate: false});
            const now = await new Promise(requestAnimationFrame);
            frames.push(now - last);
            last = now;
        }
        return frames;
    }
"""
"""A circle of 60 steps, one a frame; the time of each frame in ms."""

READY = """
    async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return performance.now();
    }
"""


def stock_page(plan: Plan) -> str:
    """The same areas, wards, sites and Wi-Fi as folium's own examples would show them."""
    tier = plan.parameters.gaps.headline
    share = f"{tier}_gap_share"
    facts = ["area_name", "ward_name", "premises", f"{tier}_gap", share, "score", "rank", "explanation"]
    areas = gpd.GeoDataFrame(plan.areas[[*facts, "geometry"]]).to_crs(4326)
    west, south, east, north = areas.total_bounds
    place = folium.Map(location=((south + north) / 2, (west + east) / 2), zoom_start=12)

    def style(feature: Mapping[str, Any]) -> dict[str, object]:
        number = feature["properties"][share]
        colour = "#ccc" if number is None else COLOURS[min(4, int(5 * number))]
        return {"fillColor": colour, "fillOpacity": 0.8, "weight": 1, "color": "#555"}

    folium.GeoJson(areas, style_function=style, tooltip=folium.GeoJsonTooltip(facts), name="Areas").add_to(place)
    wards = gpd.GeoDataFrame(plan.wards[["area_name", "geometry"]]).to_crs(4326)
    folium.GeoJson(wards, style_function=lambda _: {"fill": False, "color": "#111"}, name="Wards").add_to(place)
    sites = plan.sites.to_crs(4326)
    group = folium.FeatureGroup(name="Sites").add_to(place)
    for site in sites.itertuples():
        words = f"{site.name}: {site.kind}, £{site.capex_gbp:,.0f}. {site.reason}"
        colour = "red" if site.selected else "gray"
        folium.Marker(
            (site.geometry.y, site.geometry.x), tooltip=words, icon=folium.Icon(color=colour)
        ).add_to(group)  # fmt: skip
    for point in plan.access_points.to_crs(4326).itertuples():
        folium.CircleMarker((point.geometry.y, point.geometry.x), radius=5, tooltip=str(point.name)).add_to(group)
    folium.LayerControl().add_to(place)
    return str(place.get_root().render())


def with_leaflet_inside(html: str) -> str:
    """A page with the copy of Leaflet that is installed, and without what there is no copy of."""

    def inlined(found: re.Match[str]) -> str:
        address, is_script = found[1] or found[2], bool(found[1])
        try:
            text = leaflet.packaged_text(address)
        except AssetError:
            return ""
        return f"<script>{text}</script>" if is_script else f"<style>{text}</style>"

    pattern = r'<script src="([^"]+)"></script>|<link rel="stylesheet" href="([^"]+)"\s*/>'
    # Icons need a library that is not there; Leaflet's own marker stands in. Tiles would only fail.
    bare = re.sub(r"L\.AwesomeMarkers\.icon\(", "new L.DivIcon(", re.sub(pattern, inlined, html))
    return re.sub(r"L\.tileLayer\(\s*\"[^\"]*\"", 'L.tileLayer("data:,"', bare)


def measured(browser: Browser, file: Path) -> dict[str, float]:
    """One opening of a page in a context of its own."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri(), wait_until="load")
    ready_ms = tab.evaluate(READY)
    frames = tab.evaluate(PANNING)
    found = {
        "ready_ms": float(ready_ms),
        "longest_frame_ms": max(frames) if frames else float("nan"),
        "requests": float(sum(not address.startswith(("file:", "data:")) for address in asked)),
        "shapes": float(tab.locator(".leaflet-container path, .leaflet-marker-icon").count()),
    }
    context.close()
    return found


def main() -> int:
    """Print the table and the ratios to this project's page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    plan = open_plan(asked.plan).plan().record
    stock = stock_page(plan)
    pages = {
        "this project": borough_page(plan),
        "stock folium, Leaflet inside": with_leaflet_inside(stock),
        "stock folium": stock,
    }
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        files = {}
        for number, (name, html) in enumerate(pages.items()):
            files[name] = Path(place) / f"{number}.html"
            files[name].write_text(html, encoding="utf-8")
        turns = [{name: measured(browser, file) for name, file in files.items()} for _ in range(asked.repeats)]
        sizes = {name: file.stat().st_size for name, file in files.items()}
        browser.close()
    print(f"{plan.parameters.place.name}: {len(plan.areas)} areas, {len(plan.wards)} wards, {len(plan.sites)} sites")
    print(f"Median of {asked.repeats} openings, in turns, without a network")
    own = None
    for name in pages:
        runs = [turn[name] for turn in turns]
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        own = own or middle | {"bytes": sizes[name]}
        ratios = {
            "size": sizes[name] / own["bytes"],
            "ready": middle["ready_ms"] / own["ready_ms"],
            "frame": middle["longest_frame_ms"] / own["longest_frame_ms"],
        }
        print(
            f"{name:30} {sizes[name] / 1e3:8,.0f} kB, ready {middle['ready_ms']:7,.0f} ms, longest frame while "
            f"panning {middle['longest_frame_ms']:6,.0f} ms, {middle['requests']:3.0f} requests, "
            f"{middle['shapes']:5,.0f} shapes and marks drawn"
        )
        print(f"{'':30} to this project: {', '.join(f'{key} {ratio:.2f}' for key, ratio in ratios.items())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
