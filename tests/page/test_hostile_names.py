"""Names that attack: from the input file through the command to every control of the page, nothing of them runs.

What one name does to one page is in test_page.py; here they come from files, in codes, in controls and in links, and
stock folium, given the same names, is seen to fail.
"""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import re

import folium
import pytest

from connected_place.maps.numerals import shown
from connected_place.maps.page import page
from connected_place.maps.page.leaflet import packaged_text
from connected_place.scripts.commands.run import make

from .. import browsing, worlds
from ..browsing import Tab
from ..small_places import write_street
from .test_page import HOSTILE

FORMULA = '=HYPERLINK("https://example.org/?"&A1,"x")'
NAMES = {**HOSTILE, "formula": FORMULA, "at": "@SUM(1+1)", "invisible": "\ufeff\u200b{{"}


def runs_python(folder):
    """A name that, compiled as a template, makes a folder on the planner's machine."""
    return "{{ lipsum.__globals__.os.mkdir('" + folder.as_posix() + "') }}"


def stock_map(name):
    """What a plain folium script would make of a place of that name."""
    place = folium.Map(location=(51.5, 0.1), tiles=None)
    folium.Marker((51.5, 0.1), tooltip=name).add_to(place)
    return place.get_root().render()


def nothing_ran(tab):
    """Whether the page that is open did nothing that a name asked for."""
    return tab.page.evaluate("window.ran") is None and tab.said == [] and len(tab.requests) == 1


# --- on the planner's machine --------------------------------------------------------------------------------


def test_no_name_runs_on_the_planners_machine(tmp_path):
    canary = tmp_path / "ran"
    page.pages(worlds.renamed(worlds.tiny(), runs_python(canary)))
    assert not canary.exists()


def test_stock_folium_runs_the_same_name_on_the_planners_machine(tmp_path):
    """Negative control: were this to fail, the test above would prove nothing."""
    canary = tmp_path / "ran"
    stock_map(runs_python(canary))
    assert canary.exists()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The output of the whole command on files in which every name attacks; and where a template would have run."""
    folder = tmp_path_factory.mktemp("hostile")
    canary = folder / "ran"
    names = [*NAMES.values(), runs_python(canary)]
    street = write_street(folder / "street", names=names[:3], ward='"><script>window.ran = 1</script>{{ 7*7 }}')
    rows = [["site_id", "name", "kind", "easting", "northing"]]
    for number, name in enumerate(names):
        rows.append([f"S{number}<b>{{{{", name, name[:60], 560_100 + 150 * number, 180_500])
    with (street / "venues.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    plan_file = (street / "plan.toml").read_text(encoding="utf-8")
    named = plan_file.replace('"Streetford"', json.dumps("</title><script>window.ran = 1</script>{{ 7*7 }}"))
    (street / "plan.toml").write_text(named, encoding="utf-8")
    assert make(street, folder / "out", command=["connected-place", "run"], with_pack=False) == 0
    return folder / "out", canary, names


def test_hostile_files_make_a_plan_and_run_nothing(made, tab):
    """The file's own reader may refuse a name; those it lets through reach the page as text."""
    out, canary, names = made
    assert not canary.exists()
    pages = sorted(out.rglob("*.html"))
    assert len(pages) == 2
    for file in pages:
        tab.open(file).unfold()
        assert nothing_ran(tab), file
        # As a reader sees it: one line, spaces as spaces.
        text = " ".join(tab.page.locator("main").text_content().split())
        for name in names:
            assert " ".join(shown(name).split()) in text, name
        assert "{{ 7*7 }}" in tab.page.title()
        assert tab.page.locator("main script, main img").count() == 0


def test_hostile_files_leave_no_formula_and_no_strange_file_name(made):
    out, _, _ = made
    for table in out.glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        risky = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
        risky += [cell for cell in cells if cell.startswith("-") and not re.fullmatch(r"-\d+(\.\d+)?(e-?\d+)?", cell)]
        assert risky == [], table
    strange = [path for path in out.rglob("*") if not re.fullmatch(r"[\w.-]+", path.name)]
    assert strange == []
    json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    json.loads((out / "datapackage.json").read_text(encoding="utf-8"))


# --- in the page ---------------------------------------------------------------------------------------------


def with_codes(plan, texts):
    """The same plan with the next of the texts in every code that a file can give: areas, wards, sites, clusters."""
    turn = itertools.cycle(texts)
    wards = {code: f"{code}{next(turn)}" for code in plan.wards.index}
    areas = {code: f"{code}{next(turn)}" for code in plan.areas.index}
    sites = {code: f"{code}{next(turn)}" for code in plan.sites.index}
    moved = {"ward_code": lambda frame: frame["ward_code"].map(wards)}
    clusters = plan.clusters.frame.assign(
        ward_codes=[tuple(wards[code] for code in plan.clusters.frame.ward_codes.iloc[0])]
    )
    return dataclasses.replace(
        plan,
        wards=plan.wards.rename(index=wards),
        areas=plan.areas.rename(index=areas).assign(**moved),
        sites=plan.sites.rename(index=sites).assign(**moved, area_code=plan.sites["area_code"].map(areas)),
        demand=plan.demand.assign(**moved, area_code=plan.demand["area_code"].map(areas)),
        access_points=plan.access_points.assign(**moved),
        ranking=dataclasses.replace(
            plan.ranking,
            areas=plan.areas.rename(index=areas).assign(**moved),
            wards=plan.wards.rename(index=wards),
            weight_sets=plan.ranking.weight_sets.rename(index=areas),
        ),
        clusters=dataclasses.replace(plan.clusters, frame=clusters.rename(index=lambda code: f"{code}{next(turn)}")),
    )


CODES = [NAMES[key] for key in ("end of data", "attribute", "quote", "line separator", "dots")]


@pytest.mark.parametrize("turn", [0, 2, 4])
def test_hostile_codes_are_shown_as_text_and_name_no_file(turn, tmp_path, tab):
    """Side by side; by turns each of them is the code of a ward, which names a file."""
    pages = page.pages(with_codes(worlds.tiny(), CODES[turn:] + CODES[:turn]))
    assert len(pages) == 3
    assert all(re.fullmatch(r"index\.html|wards/[\w-]+\.html", path) for path in pages)
    for path, file in browsing.write_pages(pages, tmp_path).items():
        tab.open(file).unfold()
        assert nothing_ran(tab), path
        assert tab.page.locator("main script, main img").count() == 0
        tab.page.focus("path.area[tabindex='0']")
        for _ in range(tab.page.locator("path.area").count()):
            assert tab.page.locator("#picked h3").count() == 1
            assert tab.page.locator("#picked h3 *").count() == 0
            tab.page.keyboard.press("ArrowRight")
        assert nothing_ran(tab), path


@pytest.mark.parametrize("name", ["`); window.ran = 1; (`", "${window.ran = 1}"])
def test_stock_folium_runs_a_hostile_name_in_the_page(name, tmp_path, browser):
    """Negative control: the same page with Leaflet from the package, so that it is the name that runs."""
    context = browser.new_context()
    context.route(
        "**/*",
        lambda route: (
            route.fulfill(
                body=packaged_text(route.request.url) if "/leaflet@1.9.3/dist/leaflet.js" in route.request.url else ""
            )
            if route.request.url.startswith("http")
            else route.continue_()
        ),
    )
    file = tmp_path / "stock.html"
    file.write_text(stock_map(name), encoding="utf-8")
    tab = Tab(context).open(file)
    assert tab.page.evaluate("window.ran") == 1
    context.close()


def test_stock_folium_breaks_on_a_harmless_name():
    """Negative control: `{{ site name }}`, as a form letter has it, is not a valid template."""
    with pytest.raises(Exception, match="end of print statement"):
        stock_map("{{ site name }}")


# --- in the controls -----------------------------------------------------------------------------------------


IN_CONTROLS = ("script", "attribute", "end of data", "override", "formula")


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """The page of the tiny world with those names side by side."""
    plan = worlds.renamed_in_turn(worlds.tiny(), [NAMES[key] for key in IN_CONTROLS])
    return browsing.write_pages(page.pages(plan), tmp_path_factory.mktemp("renamed"))["index.html"]


def test_search_and_choice_show_a_hostile_name_as_text(renamed, tab):
    tab.open(renamed).unfold()
    assert tab.page.locator("#ward-choice *:not(option)").count() == 0
    for key in IN_CONTROLS:
        line = " ".join(shown(NAMES[key]).split())
        tab.page.fill("#search", line[:20])
        results = tab.page.locator("#search-results li")
        assert results.count() > 0, key
        assert all(line in " ".join(text.split()) for text in results.all_text_contents()), key
        assert tab.page.locator("#search-results script, #search-results img").count() == 0
        for result in results.locator("button").all()[:3]:
            result.click()
            assert line in " ".join(tab.page.locator("#picked").text_content().split())
            assert tab.page.locator("#picked h3 *").count() == 0
        tab.page.fill("#search", NAMES[key][:80])
        assert nothing_ran(tab), key


def save_buttons(tab):
    """What saves a table of a page."""
    return tab.page.get_by_role("button", name="Download as CSV")


def test_a_table_that_is_saved_has_no_formula_and_has_a_plain_name(renamed, tab):
    count = save_buttons(tab.open(renamed).unfold()).count()
    assert count > 4
    cells = []
    for number in range(count):
        if number % 8 == 0:  # a browser stops a page that saves more than ten files at a time
            tab.open(renamed).unfold()
        with tab.page.expect_download() as waiting:
            save_buttons(tab).nth(number).click()
        saved = waiting.value
        assert re.fullmatch(r"[a-z0-9-]+\.csv", saved.suggested_filename)
        rows = list(csv.reader(saved.path().read_text(encoding="utf-8-sig").splitlines()))
        assert len({len(row) for row in rows}) == 1
        cells += [cell for row in rows for cell in row]
        assert tab.said == []
    assert f"'{FORMULA}" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []


LINKS = {
    "script": "#what-if=<script>window.ran=1</script>",
    "attribute": "#what-if=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E:1;budget:1",
    "prototype": "#what-if=__proto__:1,constructor:2;budget:3",
    "not a number": "#what-if=gap_headline:NaN;budget:Infinity",
    "negative": "#what-if=gap_headline:-5;budget:-1",
    "huge": "#what-if=gap_headline:1e99;budget:1e99",
    "bad escape": "#what-if=%E0%A4%A:1;budget:%",
    "long": "#what-if=" + "gap_headline:1," * 20_000,
    "selector": '#"]<img/src=x onerror=window.ran=1>',
    "javascript": "#javascript:window.ran=1",
    "above 1000": "#what-if=gap_headline:5000",
    "partly good": "#what-if=gap_headline:NaN;budget:2600",
    "markup": "#what-if=<img src=x onerror=window.ran=1>:1",
    "escaped markup": "#what-if=gap_headline:%3Cscript%3E",
    "no weight": "#what-if=gap_headline:0,gap_decent:0,deprivation:0,population:0,deprivation_rank:0,wifi_distance:0",
    "nothing": "#what-if",
    "a heading": "#h-map",
}


def test_a_hostile_link_changes_nothing_and_runs_nothing(written, tab):
    """A link with settings may come from anybody: what it cannot mean is not taken over, in part neither."""
    state = """() => ['#what-if input[type=number]', 'tbody[data-ranks] tr'].map((all) =>
        Array.from(document.querySelectorAll(all), (one) => one.value || one.textContent))"""
    usual = tab.open(written("tiny")["index.html"]).page.evaluate(state)
    assert all(usual)
    for key, link in LINKS.items():
        tab.open(written("tiny")["index.html"], link)
        assert tab.page.evaluate("window.ran") is None, key
        assert (key, tab.said) == (key, [])
        assert (key, tab.page.evaluate(state)) == (key, usual)


def test_a_good_link_does_change_the_page(written, tab):
    """So the test above can fail."""
    tab.open(written("tiny")["index.html"], "#what-if=gap_headline:0.5")
    values = tab.page.locator("#what-if input[type=number]").evaluate_all("all => all.map((one) => one.value)")
    assert "0.5" in values
