"""Pages in a real browser: nothing is asked for, nothing foreign runs, and map, tables and plan say the same."""

from __future__ import annotations

import csv
import dataclasses
import doctest
import io
import json
import re
from html.parser import HTMLParser

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pikepdf
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.gaps.gap import TIERS
from connected_place.maps import choropleth
from connected_place.maps.numerals import count_text, percent_text, shown, speed_text
from connected_place.maps.page import leaflet, page, self_contained

from .. import small_places as places
from .. import worlds as worlds_of_tests
from ..browsing import Tab, covering, write_pages

HOSTILE = {
    "script": "<script>window.ran = 1</script>",
    "expression": "{{ 7*7 }}",
    "statement": "{% raise %}",
    "comment": "{# x",
    "template literal": "${window.ran = 1}",
    "backtick": "`; window.ran = 1; `",
    "attribute": "\"><img src=x onerror='window.ran = 1'>",
    "quote": "' onmouseover='window.ran = 1",
    "end of data": "</script></style><script>window.ran = 1</script><!--",
    "override": "abc\u202ecba",
    "line separator": "a\u2028b\u2029c",
    "address": "javascript:window.ran=1",
    "entity": "&lt;b&gt; &amp;amp;",
    "long": "x" * 10_000,
    "dots": "../../../etc/passwd",
}


@pytest.fixture
def show(tab, tmp_path):
    """Write HTML to a file and open it."""

    def opened(html):
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        return tab.open(file)

    return opened


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The pages of the tiny world, written once."""
    return write_pages(page.pages(worlds_of_tests.tiny()), tmp_path_factory.mktemp("twoford"))


@pytest.fixture
def borough(files, tab):
    """The page of the tiny borough, just opened."""
    return tab.open(files["index.html"])


@pytest.fixture(scope="module")
def still(files, browser):
    """The same page, opened once for all tests that look at it and touch nothing.

    In a window of its own: a tab that another one covers is drawn once a second, and a click waits for that.
    """
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield Tab(context).open(files["index.html"])
    context.close()


def rows_of(opened, rows):
    """Cells of a table's body, a list a row."""
    return opened.rows(f'tbody[data-rows="{rows}"]')


@pytest.mark.parametrize("module", [page, leaflet])
def test_docstring_examples_run(module):
    assert doctest.testmod(module).failed == 0


def test_a_page_asks_for_nothing_and_says_nothing_to_the_console(files, tab):
    assert len(files) == 3
    for path, file in files.items():
        opened = tab.open(file)
        opened.page.wait_for_function("document.querySelectorAll('path.area').length > 0")
        assert (path, opened.requests, opened.said) == (path, [opened.address], [])


def test_there_is_a_page_for_the_place_and_for_each_ward(tiny):
    made = page.pages(tiny)
    assert list(made) == ["index.html", "wards/E05000001.html", "wards/E05000002.html"]
    assert made["index.html"] == page.borough_page(tiny)
    assert made["wards/E05000002.html"] == page.ward_page(tiny, "E05000002")


def test_the_same_plan_gives_the_same_text(worlds):
    assert page.pages(worlds.tiny()) == page.pages(worlds.tiny())


def test_the_finding_and_its_complement_are_on_the_page(still):
    """45 of the 200 premises cannot; 40 are not reported, so at least 115 can."""
    text = still.page.inner_text("main")
    assert "At least 45 of 200 (22.5 %) homes and businesses cannot get 300 Mbit/s; not reported for 40." in text
    assert "At least 115 of 200 (57.5 %) homes and businesses can get 300 Mbit/s; not reported for 40." in text


def test_an_invented_place_is_marked_in_text_and_title(tiny, worlds, still, show):
    marked = show(page.borough_page(worlds.illustrative(tiny))).page
    assert "invented data, not a real place" in marked.inner_text("body")
    assert marked.title().startswith("Illustrative: ")
    assert "Illustrative:" not in still.page.inner_text("body")


def test_an_estimate_is_marked_beside_the_number(tiny, show):
    areas = tiny.areas.assign(premises_source="estimate: lines in use")
    reporting = dataclasses.replace(tiny.reporting, premises_source="estimate: lines in use")
    opened = show(page.borough_page(dataclasses.replace(tiny, areas=areas, reporting=reporting)))
    assert [row[3] for row in rows_of(opened, "a")] == ["10 est.", "50 est.", "100 est.", "40 est."]
    assert "lines in use cannot get 300 Mbit/s; not reported" in opened.page.inner_text(".finding")
    basis = "estimated by applying published percentages of premises to lines in use"
    assert basis in opened.page.inner_text(".finding")


def test_a_speed_that_no_area_reports_is_not_offered_as_a_colour(tiny, show):
    """The release of 2016 says nothing of 1,000 Mbit/s: a map of it would be one grey."""
    silent = tiny.areas.assign(gigabit_gap_share=float("nan"), gigabit_gap=float("nan"))
    opened = show(page.borough_page(dataclasses.replace(tiny, areas=silent)))
    offered = " ".join(opened.page.locator(".tiers label").all_inner_texts())
    assert TIERS["ufbb_300"].words in offered
    assert TIERS["gigabit"].words not in offered


def test_every_area_is_drawn_in_the_class_of_its_share_at_each_tier(tiny, borough):
    in_order = tiny.areas.sort_values("rank")
    for at, tier in enumerate(TIERS):
        borough.page.check(f'input[name="tier"][value="{at}"]')
        classes = choropleth.classes(in_order[f"{tier}_gap_share"])
        wanted = ["kn" if klass < 0 else f"k{klass}" for klass in classes]
        drawn = borough.page.locator("path.area").evaluate_all("all => all.map(path => path.getAttribute('class'))")
        assert [re.search(r"\bk[0-4n]\b", name)[0] for name in drawn] == wanted
        counts = [str(entry.areas) for entry in choropleth.key(in_order[f"{tier}_gap_share"])]
        assert borough.texts("[data-key-count]") == counts
        assert borough.texts("#key-speed") == [f"cannot get {speed_text(tier)}"]


def test_not_reported_is_hatched_and_not_a_colour_of_the_scale(still):
    fill = still.page.locator("path.kn").evaluate("path => getComputedStyle(path).fill")
    assert "#hatch" in fill
    assert still.page.locator("pattern#hatch").count() == 1


def test_every_site_and_access_point_is_drawn_and_listed(still):
    drawn = [still.page.locator(f".map-frame {mark}").count() for mark in (".mark.chosen", ".dot", ".mark.existing")]
    assert drawn == [2, 3, 2]
    assert [len(rows_of(still, rows)) for rows in "cnw"] == [2, 3, 2]
    assert still.page.locator(".map-frame path.ward").count() == 2


def test_the_reach_is_switched_on_and_off_by_its_checkbox(borough):
    reach, box = borough.page.locator(".map-frame path.reach"), borough.page.locator('input[data-layer="reach"]')
    assert box.is_checked()
    assert reach.is_visible()
    box.focus()
    borough.page.keyboard.press("Space")
    assert not reach.is_visible()
    assert borough.page.locator(".key label .reach").is_visible()
    borough.page.keyboard.press("Space")
    assert reach.is_visible()
    assert borough.said == []


def test_the_reach_lies_under_outlines_and_marks_and_takes_no_click(still):
    paths = still.page.locator(".leaflet-map-pane .leaflet-pane > svg path")
    kinds = paths.evaluate_all("all => all.map(path => path.classList[0])")
    last_of = {kind: len(kinds) - 1 - kinds[::-1].index(kind) for kind in kinds}
    assert last_of["area"] < kinds.index("reach")
    assert last_of["reach"] < min(map(kinds.index, ("ward", "cluster", "dot")))
    assert still.page.locator("path.reach.leaflet-interactive").count() == 0


def test_the_reach_is_drawn_where_the_plan_has_it(tiny, still):
    """Circles around S1 and S4, 1 km apart: two rings whose corners are as far from their site as the reach."""
    polygons = still.page.evaluate("shapes_reach.getLayers().map(layer => layer.feature.geometry.coordinates)[0]")
    rings = gpd.GeoSeries([shapely.Polygon(rings[0]) for rings in polygons], crs=4326).to_crs(27700)
    sites = tiny.sites.loc[["S1", "S4"]].geometry
    assert sorted(rings.distance(sites["S1"]).round(-1)) == [0, 960]
    for ring in rings:
        site = min(sites, key=ring.distance)
        corners = shapely.distance(site, shapely.points(shapely.get_coordinates(ring)))
        assert corners == pytest.approx(tiny.reach.radio.reach_m, abs=1.5)


def test_the_key_explains_the_reach_only_if_there_is_one(tiny, still, show):
    words = "outdoor coverage with a chance of 80 % or more"
    assert words in still.page.inner_text(".key")
    opened = show(page.borough_page(dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False))))
    assert words not in opened.page.inner_text(".key")
    assert opened.page.locator('input[data-layer="reach"]').count() == 0
    assert opened.page.locator("path.reach").count() == 0
    assert opened.said == []


def test_a_ward_page_shows_the_reach_of_its_own_sites(tiny, files, tab):
    opened = tab.open(files["wards/E05000002.html"])
    polygons = opened.page.evaluate("shapes_reach.getLayers().map(layer => layer.feature.geometry.coordinates)[0]")
    (ring,) = gpd.GeoSeries([shapely.Polygon(rings[0]) for rings in polygons], crs=4326).to_crs(27700)
    assert ring.contains(tiny.sites.geometry["S4"])


def test_paper_shows_the_reach_as_the_screen_did_and_no_checkbox(borough):
    borough.page.emulate_media(media="print")
    assert borough.page.locator(".map-frame path.reach").is_visible()
    assert not any(box.is_visible() for box in borough.page.locator("input[data-layer]").all())
    borough.page.emulate_media(media="screen")
    borough.page.uncheck('input[data-layer="reach"]')
    borough.page.emulate_media(media="print")
    assert not borough.page.locator(".map-frame path.reach").is_visible()


def test_the_table_of_areas_matches_the_plan(tiny, still):
    shown = rows_of(still, "a")
    plan_rows = tiny.areas.sort_values("rank")
    assert len(shown) == len(plan_rows)
    for cells, (code, area) in zip(shown, plan_rows.iterrows(), strict=True):
        shares = [percent_text(area[f"{tier}_gap_share"]) for tier in TIERS]
        assert cells[:5] == [
            f"{area['rank']}", f"{area['area_name']} {code}", area["ward_name"], f"{area['premises']:.0f}",
            count_text(area["ufbb_300_gap"]),
        ]  # fmt: skip
        assert cells[5:10] == shares
        assert cells[10:13] == [
            f"{area['ufbb_300_not_reported']:.0f}", f"{area['score']:.1f}", f"{area['rank_low']} to {area['rank_high']}"
        ]  # fmt: skip


def test_the_map_shows_the_same_details_of_a_place_as_the_table(borough):
    marks = {"a": "path.area", "c": ".mark.chosen", "n": ".map-frame .dot", "w": ".mark.existing"}
    for group, mark in marks.items():
        rows = rows_of(borough, group)
        name_at = borough.page.locator(f'tbody[data-rows="{group}"] > tr').first.evaluate(
            "row => Array.from(row.cells).findIndex(cell => cell.tagName === 'TH')"
        )
        borough.page.focus(f"{mark}[tabindex='0']")
        assert rows
        for cells in rows:
            assert borough.texts("#picked h3") == [cells[name_at]]
            assert borough.texts("#picked-facts dd") == cells[:name_at] + cells[name_at + 1 :]
            borough.page.keyboard.press("ArrowRight")


def test_the_keyboard_reaches_every_area_from_one_tab_stop(borough):
    assert borough.page.locator("path.area[tabindex='0']").count() == 1
    borough.page.focus("input[name='tier']:checked")
    borough.page.keyboard.press("Tab")
    names = []
    for key in ("ArrowDown", "ArrowRight", "End", "Home"):
        names += borough.texts("#picked h3")
        borough.page.keyboard.press(key)
    assert [*names, *borough.texts("#picked h3")] == ["Moor A2", "Station B1", "Quayside A1", "Marsh B2", "Moor A2"]
    assert borough.page.get_attribute("#picked", "aria-live") == "polite"
    borough.page.keyboard.press("Tab")
    assert not borough.page.evaluate("document.activeElement.matches('path.area')")


def test_the_focus_can_be_seen(borough):
    borough.page.focus("path.area[tabindex='0']")
    assert borough.page.locator("path.ring-inner").count() == 1


def test_buttons_move_and_zoom_the_map_without_dragging(files, tab_of):
    opened = tab_of(reduced_motion="reduce").open(files["index.html"])
    view = "[map_place.getZoom(), ...Object.values(map_place.getCenter())]"
    start = opened.page.evaluate(view)
    for name in ("in", "left", "up", "whole", "out", "right", "down", "whole"):
        before = opened.page.evaluate(view)
        opened.page.click(f'button[data-do="{name}"]')
        assert opened.page.evaluate(view) != before, name
    assert opened.page.evaluate(view) == pytest.approx(start, abs=1e-4)  # Leaflet's views sit on whole pixels


def test_targets_are_large_enough_to_touch(still):
    boxes = still.page.locator("button, label, .mark svg").evaluate_all(
        "all => all.filter(one => one.closest('button, label, .mark') && one.getClientRects().length)"
        ".map(one => one.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert min(boxes) >= 24


def test_nothing_scrolls_sideways_on_a_narrow_screen_whatever_the_names(tiny, worlds, tab_of, tmp_path):
    """Usual names are tried in test_access.py, on every page."""
    tab = tab_of(viewport={"width": 320, "height": 640})
    long = write_pages(page.pages(worlds.renamed(tiny, "x" * 10_000)), tmp_path)
    for path in ("index.html", "wards/E05000001.html"):
        assert tab.open(long[path]).page.evaluate("document.documentElement.scrollWidth") == 320, path


def test_everything_can_be_read_without_scripts(files, tab_of):
    opened = tab_of(java_script_enabled=False).open(files["index.html"])
    text = opened.page.inner_text("body")
    for words in (
        "Moor",
        "Quay library",
        "Quay lamp 7",
        "Town hall",
        "Its reach is covered by Quay library.",
        "326 of 3,100 live postcodes have no row in the coverage file: not reported.",
        "0123456789ab",
        "Source: Ofcom, Connected Nations",
        "1 venue is placed at its postcode.",
        "needs scripts",
    ):
        assert words in text
    assert not opened.page.is_visible(".tools")
    assert not any(box.is_visible() for box in opened.page.locator("input, select, button").all())


def test_tables_have_captions_and_scopes(still):
    assert still.page.locator("table:not(:has(caption))").count() == 0
    assert still.page.locator("th:not([scope])").count() == 0
    assert still.page.evaluate("document.documentElement.lang") == "en-GB"
    assert still.page.locator("h1").count() == 1
    assert still.page.locator("main").count() == 1
    align = "cell => getComputedStyle(cell).textAlign"
    assert still.page.locator('tbody[data-rows="a"] td').nth(2).evaluate(align) == "right"


def test_a_ward_page_has_its_own_and_leads_back(files, tab):
    opened = tab.open(files["wards/E05000002.html"])
    text = opened.page.inner_text("main")
    assert opened.texts("h1") == ["Southquay ward: public Wi-Fi and faster broadband"]
    assert "Southquay" in opened.page.title()
    assert opened.page.locator("path.area").count() == 2
    assert "Station lamp 1" in text
    assert "Cafe on the quay" in text
    assert "Quay library" not in opened.page.inner_text('tbody[data-rows="c"]')
    assert "What you can ask for" in text
    assert opened.page.get_attribute(".crumbs a", "href") == "../index.html"


def test_a_ward_without_sites_or_wifi_says_so(tiny, show):
    elsewhere = "E05000001"
    bare = dataclasses.replace(
        tiny,
        sites=tiny.sites.assign(ward_code=elsewhere),
        access_points=tiny.access_points.assign(ward_code=elsewhere),
    )
    opened = show(page.ward_page(bare, "E05000002"))
    assert "No site is proposed in this ward." in opened.page.inner_text("main")
    assert "That does not mean there is none." in opened.page.inner_text("main")
    assert opened.said == []


def test_a_place_with_no_wifi_and_no_site_makes_a_page(tiny, show):
    bare = dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False), access_points=tiny.access_points.iloc[:0])
    opened = show(page.borough_page(bare))
    assert "No sites are proposed" in opened.page.inner_text("main")
    assert opened.said == []


def test_the_policy_keeps_foreign_scripts_from_running(tiny, show):
    """The same page without its policy runs them, so the test can fail."""
    foreign = '<button id="foreign" onclick="window.ran = 1">x</button><script>window.ran = 1</script></main>'
    html = page.borough_page(tiny).replace("</main>", foreign)
    guarded = show(html).page
    guarded.click("#foreign")
    assert guarded.evaluate("window.ran") is None
    bare = show(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)).page
    bare.click("#foreign")
    assert bare.evaluate("window.ran") == 1


def test_the_policy_lets_nothing_in_but_its_own_scripts(tiny):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.borough_page(tiny))[1]
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy
    assert "http" not in policy


class Skeleton(HTMLParser):
    """Tags of a page with the names of their attributes, in order, as HTML is read."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.append((tag, *(name for name, _ in attrs)))


def test_no_hostile_name_adds_a_tag_or_an_attribute_wherever_it_is(tiny, worlds):
    """Each name in every place that a file can name; the page has the tags that a plain name gives it."""
    plain = Skeleton(page.borough_page(worlds.renamed(tiny, "Twoford"))).tags
    for key, name in HOSTILE.items():
        assert Skeleton(page.borough_page(worlds.renamed(tiny, name))).tags == plain, key


@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 4))
def test_hostile_names_are_shown_as_text_and_run_nowhere(tiny, worlds, tab, tmp_path, turn):
    """All of them on one page, side by side; by turns another one names the place and each area."""
    names = [*HOSTILE.values()]
    names = names[turn:] + names[:turn]
    made = write_pages(page.pages(worlds.renamed_in_turn(tiny, names)), tmp_path)
    for path in ("index.html", "wards/E05000001.html"):
        opened = tab.open(made[path])
        assert opened.page.evaluate("window.ran") is None
        assert opened.requests == [opened.address]
        assert opened.said == []
        heading = opened.page.locator("h1").text_content()
        assert any(shown(name) in heading for name in names)
        text = opened.page.locator("main").text_content()
        assert path != "index.html" or [name for name in names if shown(name) not in text] == []
        assert opened.page.locator("main img").count() == 0
        opened.page.focus("path.area[tabindex='0']")
        for _ in range(opened.page.locator("path.area").count()):
            picked = opened.page.locator("#picked h3").text_content()
            assert any(shown(name) in picked for name in names)
            assert opened.page.locator("#picked h3 *").count() == 0
            opened.page.keyboard.press("ArrowRight")
        assert opened.page.evaluate("window.ran") is None
        assert opened.said == []


def test_stock_folium_runs_such_a_name_in_python():
    """Why no text goes through folium; were this to change, the hostile names above would prove nothing."""
    stock = folium.Map(location=(51.5, 0.1), tiles=None)
    folium.Marker((51.5, 0.1), tooltip=HOSTILE["expression"]).add_to(stock)
    rendered = stock.get_root().render()
    assert "49" in re.search(r"bindTooltip\(\s*`<div>\s*(.*?)\s*</div>", rendered, re.DOTALL)[1]


def test_a_long_name_does_not_make_a_large_page(tiny, worlds):
    usual, long = (len(page.borough_page(plan)) for plan in (tiny, worlds.renamed(tiny, "x" * 10_000)))
    assert long < 1.2 * usual


def test_a_ward_code_that_is_a_path_stays_in_its_folder(tiny):
    codes = {"E05000001": "../../outside", "E05000002": "E05000002"}
    moved = dataclasses.replace(
        tiny,
        wards=tiny.wards.rename(index=codes),
        areas=tiny.areas.assign(ward_code=tiny.areas["ward_code"].map(codes)),
        sites=tiny.sites.assign(ward_code=tiny.sites["ward_code"].map(codes)),
        access_points=tiny.access_points.assign(ward_code=tiny.access_points["ward_code"].map(codes)),
    )
    made = page.pages(moved)
    assert all(re.fullmatch(r"index\.html|wards/[\w-]+\.html", path) for path in made)
    assert 'href="wards/ward-' in made["index.html"]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://example.org/a.png">',
        '<link rel="stylesheet" href="//example.org/a.css">',
        "<style>p { background: url(https://example.org/a.png) }</style>",
        "<style>@import 'https://example.org/a.css';</style>",
        '<script src="leaflet.js"></script>',
        '<form action="https://example.org/"></form>',
    ],
)
def test_an_address_that_a_browser_would_ask_for_is_refused(markup):
    with pytest.raises(self_contained.AssetError, match="would fetch"):
        self_contained.refuse_addresses(markup)


@pytest.mark.parametrize("name", ["/leaflet@1.9.4/dist/leaflet.js", "/jquery.min.js", "/leaflet@1.9.3/dist/../x"])
def test_a_file_without_a_packaged_copy_is_refused(name):
    with pytest.raises(self_contained.AssetError, match="no copy of it is installed"):
        leaflet.packaged_text(f"https://example.org{name}")


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_data_in_a_page_are_unchanged_and_contain_no_markup(value):
    text = leaflet.json_text(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def _wavy(points):
    """Move points along waves, those that two areas share alike."""
    return points + 40 * np.sin(points[:, ::-1] / 60) + 25 * np.sin(points[:, ::-1] / 23 + points / 90)


def test_neighbours_keep_their_common_border_when_drawn(tiny):
    """Simplified apart, two neighbours would gape or overlap; the last line shows that they would."""
    fine = shapely.segmentize(tiny.areas.geometry.to_numpy(), 20)
    wavy = tiny.areas.set_geometry(shapely.transform(fine, _wavy), crs=tiny.areas.crs)
    drawn = leaflet.drawn(wavy, 30).to_numpy()
    assert shapely.get_num_coordinates(drawn).sum() < shapely.get_num_coordinates(fine).sum() / 2
    assert shapely.coverage_is_valid(drawn)
    assert not shapely.coverage_is_valid(shapely.simplify(wavy.geometry.to_numpy(), 30))


@given(st.lists(st.tuples(st.integers(-800, 200), st.integers(4_900, 6_000)), min_size=3, max_size=12, unique=True))
def test_packed_outlines_unpack_to_the_same_points(corners):
    ring = shapely.LinearRing([(x / 100, y / 100) for x, y in corners])
    steps = leaflet.packed(gpd.GeoSeries([shapely.Polygon(ring)]))[0][2][0][0]
    unpacked = np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / 10**leaflet.DEGREE_DECIMALS
    assert unpacked == pytest.approx(shapely.get_coordinates(ring)[:-1])


def test_without_a_list_public_wifi_is_not_known_rather_than_none(tiny):
    """Where Wi-Fi is today is not known: a big 0 would be a finding that was never made."""
    unlisted = dataclasses.replace(tiny, access_points=tiny.access_points.iloc[:0])
    for html in (page.borough_page(unlisted), page.ward_page(unlisted, tiny.wards.index[0])):
        assert "number of places with public Wi-Fi today: no list was given" in html
        assert "public Wi-Fi today;" not in html
    listed = dataclasses.replace(tiny.provenance[0], source="public-wifi")
    assert "0 places" in page.borough_page(dataclasses.replace(unlisted, provenance=(listed,)))


def test_the_number_of_unreported_units_near_a_cluster_is_shown(tiny):
    """Their premises are not known: "near by, not reported: not reported" would say nothing."""
    near = tiny.clusters.frame.assign(units_not_reported=[7], not_reported=[float("nan")])
    made = page.borough_page(dataclasses.replace(tiny, clusters=dataclasses.replace(tiny.clusters, frame=near)))
    row = made[made.index('<tr id="u0">') :].split("</tr>")[0]
    assert row.endswith("<td>7</td>")


# --- colours and marks ---------------------------------------------------------------------------------------


def drawn_classes(opened):
    """Class of each area on the map, in the order of the table."""
    names = opened.page.locator("path.area.leaflet-interactive").evaluate_all(
        "all => all.map(path => path.getAttribute('class'))"
    )
    return [re.search(r"\bk[0-4n]\b", name)[0] for name in names]


def test_areas_are_coloured_by_need_and_by_footfall_when_asked(tiny, show):
    """Scores 80, 60, 20 and 10 in the order of rank; footfall 90, 50, not known and 20."""
    footfall_by_area = tiny.areas["score"].mul(0).add([np.nan, 90.0, 50.0, 20.0])
    opened = show(page.borough_page(dataclasses.replace(tiny, footfall_by_area=footfall_by_area)))
    opened.page.get_by_label("need score").check()
    assert drawn_classes(opened) == ["k4", "k4", "k1", "k0"]
    assert opened.texts("#key-speed") == ["need score, 0 to 100"]
    assert opened.texts("[data-key-words]")[-1] == "no score"
    opened.page.get_by_role("radio", name="footfall").check()
    assert drawn_classes(opened) == ["k4", "k2", "kn", "k0"]
    assert opened.texts("[data-key-count]") == ["1", "0", "1", "0", "1", "1"]
    assert [row[-1] for row in rows_of(opened, "a")] == ["90.0", "50.0", "not known", "20.0"]


def test_without_footfall_there_is_no_choice_of_it(still):
    assert still.page.locator("input[name=tier]").count() == len(TIERS) + 3  # the need score and the two needs


def test_each_layer_is_taken_away_and_put_back_by_its_checkbox(borough):
    """Each alone: while it is away every other is there."""
    marks = {
        "wards": "path.ward", "chosen": ".mark.chosen", "not_chosen": "path.dot", "existing": ".mark.existing",
        "clusters": "path.cluster", "reach": "path.reach",
    }  # fmt: skip
    there = "all => all.some((one) => one.checkVisibility({visibilityProperty: true}))"

    def shown_layers():
        return {
            layer for layer, mark in marks.items() if borough.page.locator(f".map-frame {mark}").evaluate_all(there)
        }

    assert shown_layers() == marks.keys()
    for layer, mark in marks.items():
        box = borough.page.locator(f'input[data-layer="{layer}"]')
        box.uncheck()
        assert not any(one.is_visible() for one in borough.page.locator(f".map-frame {mark}").all())
        assert shown_layers() == marks.keys() - {layer}
        box.check()
        assert borough.page.locator(f".map-frame {mark}").first.is_visible()


def test_backhaul_classes_are_letters_beside_sites_and_candidates(tiny, show):
    known = tiny.sites.assign(backhaul_class=["A", "B", "", "D", "C"])
    opened = show(page.borough_page(dataclasses.replace(tiny, sites=known)))
    assert opened.page.locator(".badge").count() == 0
    opened.page.check('input[data-layer="backhaul"]')
    # Chosen by rank (S4, S1), then the others by what they would add or reach (S2, S3, S5).
    assert opened.texts(".badge") == ["D", "A", "B", "?", "C"]
    opened.page.uncheck('input[data-layer="backhaul"]')
    assert not opened.page.locator(".badge").first.is_visible()


# --- finding -------------------------------------------------------------------------------------------------


def test_a_candidate_is_found_by_the_keyboard_with_its_reason(borough):
    """Why wasn't my site chosen? Typed, found, and answered."""
    borough.page.focus("#search")
    borough.page.keyboard.type("lamp QUAY")
    assert borough.texts("#search-said") == ["1 place found."]
    borough.page.keyboard.press("Tab")
    borough.page.keyboard.press("Enter")
    assert borough.texts("#picked h3") == ["Quay lamp 7"]
    assert "Its reach is covered by Quay library." in borough.texts("#picked-facts dd")
    assert borough.page.locator("path.ring-inner").count() == 1
    assert borough.page.get_attribute("#picked a", "href") == "#n0"


FOUND = {
    "northgate": ["Northgate E05000001 Ward"],
    "CAFE": ["Cafe on the quay Existing public Wi-Fi, Southquay"],
    "café": ["Cafe on the quay Existing public Wi-Fi, Southquay"],
    "moor": ["Moor hall Candidate not chosen, Northgate", "Moor A2 Area, Northgate"],
    "zz1": ["ZZ1 Postcode district"],
    "nowhere": [],
    "  ": [],
    "<img src=x>": [],
}


def test_places_are_found_by_any_part_of_their_name(borough):
    for typed, found in FOUND.items():
        borough.page.fill("#search", typed)
        assert borough.texts("#search-results li") == found, typed
        is_unknown = not found and bool(typed.strip())
        said = borough.texts("#search-said")[0]
        assert ("Nothing in this plan has that name" in said) == is_unknown, typed


def test_a_ward_is_chosen_from_a_list(borough):
    whole = borough.page.evaluate("map_place.getBounds().toBBoxString()")
    borough.page.select_option("#ward-choice", label="Southquay")
    borough.page.click("#ward-go")
    assert borough.texts("#picked h3") == ["Southquay E05000002"]
    borough.page.wait_for_function("whole => map_place.getBounds().toBBoxString() !== whole", arg=whole)
    assert borough.page.get_by_text("Open its page").get_attribute("href") == "wards/E05000002.html"


def test_from_a_ward_page_another_ward_is_opened(files, tab):
    opened = tab.open(files["wards/E05000001.html"])
    opened.page.select_option("#ward-choice", label="Southquay")
    opened.page.click("#ward-go")
    opened.page.wait_for_url("**/E05000002.html")
    assert "Southquay" in opened.page.title()


# --- tables and charts ---------------------------------------------------------------------------------------


def test_a_table_is_sorted_by_the_button_in_its_heading(borough):
    """Numbers as numbers, what is not known last in both directions."""
    heading = borough.page.locator('table:has(tbody[data-rows="a"]) th', has_text="Without 300 Mbit/s")
    for direction, wanted in (("ascending", ["10", "10", "25"]), ("descending", ["25", "10", "10"])):
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == direction
        assert [row[4] for row in rows_of(borough, "a")] == [*wanted, "not reported"]
    assert borough.page.locator('table:has(tbody[data-rows="a"]) [aria-sort]').count() == 1


TODAY = "Places with public Wi-Fi today"


def saved(opened, caption):
    """Text of the CSV that a table's button saves, and its file's name."""
    with opened.page.expect_download() as download:
        opened.page.get_by_label(f"Download as CSV: {caption}").click()
    return download.value.path().read_text(encoding="utf-8-sig"), download.value.suggested_filename


def test_a_table_is_saved_as_csv_with_numbers_as_numbers(borough):
    text, name = saved(borough, "Wards, greatest need first")
    header, first, *_ = csv.reader(io.StringIO(text))
    assert name == "wards.csv"
    assert header[:4] == ["Rank", "Ward", "Homes and businesses", "Without 300 Mbit/s"]
    assert header[7] == "Cannot get 300 Mbit/s (%)"
    assert first[:4] == ["1", "Southquay E05000002", "90", "25"]
    assert first[7] == "27.8"


def test_no_saved_cell_is_taken_for_a_formula(tiny, worlds, show):
    """Every name on the page is a formula; each of the four names starts with another sign."""
    formulas = [f'{start}1+"1",2' for start in "=+-@"]
    hostile = worlds.renamed(tiny, formulas[0])
    wifi = pd.concat([hostile.access_points] * 2, ignore_index=True)
    wifi = wifi.assign(name=formulas, provider=formulas[::-1], access=formulas)
    text, _ = saved(show(page.borough_page(dataclasses.replace(hostile, access_points=wifi))), TODAY)
    cells = list(csv.reader(io.StringIO(text)))[1:]
    assert {cell for row in cells for cell in row} == {f"'{formula}" for formula in formulas}
    assert len(cells) == 4


def test_a_saved_table_of_an_invented_place_says_so_in_name_and_rows(tiny, worlds, show):
    text, name = saved(show(page.borough_page(worlds.illustrative(tiny))), TODAY)
    assert name == "illustrative-places-with-public-wi-fi-today.csv"
    assert all(
        row[-1] == "Illustrative: invented data, not a real place" for row in list(csv.reader(io.StringIO(text)))[1:]
    )


def test_the_curve_of_budgets_has_its_text_its_table_and_its_bound(still):
    """£2,600 covers 10 of 40, £20,000 30, £40,000 32 and may cover 33.5: that one ended at its time limit."""
    assert still.page.locator("figure.curve circle").count() == 3
    assert still.page.locator("polyline.curve-bound").count() == 1
    said = still.page.locator("figure.curve svg").evaluate(
        "svg => svg.getAttribute('aria-labelledby').split(' ')"
        ".map(id => document.getElementById(id).textContent).join(' ')"
    )
    assert "rises from 25.0 % to 80.0 %" in said
    assert "2 of 3 points are proven best" in said
    assert [row[3:6] for row in rows_of(still, "b")] == [
        ["25.0 %", "25.0 %", "proven best"], ["75.0 %", "75.0 %", "proven best"],
        ["80.0 %", "83.8 %", "ended at the time limit"],
    ]  # fmt: skip


def test_the_bars_of_the_wards_are_as_long_as_their_shares(tiny, still, show):
    widths = still.page.locator(".bars rect.bar").evaluate_all("all => all.map(one => one.getAttribute('width'))")
    assert widths == ["27.78", "18.18"]
    assert still.texts(".bar-words") == ["27.8 %", "18.2 %"]
    unknown = tiny.wards.assign(ufbb_300_gap_share=[np.nan, 0.5])
    opened = show(page.borough_page(dataclasses.replace(tiny, wards=unknown)))
    assert opened.texts(".bar-words") == ["50.0 %", "not reported"]
    assert opened.page.locator(".bars rect.kn").count() == 1


# --- paper and the dark --------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["sample", pytest.param("thurrock", marks=places.needs_real_data)])
def test_a_ward_is_one_sheet_of_paper(place, tab, written):
    """The sheet that is handed out: A4; the longest pages, and those that together have every kind of structure."""
    wards = {path: file for path, file in written(place).items() if path != "index.html"}
    assert len(wards) == 20
    sheets = {}
    for path in covering(wards, longest=3):
        tab.open(wards[path]).page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        with pikepdf.open(io.BytesIO(tab.page.pdf(prefer_css_page_size=True, print_background=True))) as paper:
            sheets[path] = len(paper.pages)
            width, height = (float(side) / 72 * 25.4 for side in paper.pages[0].mediabox[2:])
            assert (width, height) == pytest.approx((210, 297), abs=1)
    assert len(sheets) >= 3
    assert sheets == dict.fromkeys(sheets, 1)


def test_in_the_dark_the_page_is_dark_the_map_keeps_its_scale_and_paper_is_white(files, tab_of):
    opened = tab_of(color_scheme="dark").open(files["index.html"])
    ground = "getComputedStyle(document.body).backgroundColor"
    assert opened.page.evaluate(ground) == "rgb(17, 24, 29)"
    assert "#hatch" in opened.page.locator("path.kn").evaluate("path => getComputedStyle(path).fill")
    fill = opened.page.locator(".key .k4").evaluate("path => getComputedStyle(path).fill")
    assert fill == "rgb(8, 29, 88)"
    opened.page.emulate_media(media="print", color_scheme="dark")
    assert opened.page.evaluate(ground) == "rgb(255, 255, 255)"
