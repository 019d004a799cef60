"""Pages for everybody: axe finds nothing, and rules that axe cannot check are met. WCAG numbers are in brackets."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from connected_place.coverage.gaps.gap import TIERS
from connected_place.maps import choropleth
from connected_place.maps.numerals import count_text, percent_text
from connected_place.maps.tables.plan_tables import csv_tables

from .. import browsing, worlds
from ..browsing import EVERY_RULE, covering
from .looks import COLOURS, FIRST_OF_EACH_KIND, OF_COLOUR, OF_ITS_KIND


def rows_of(tab, rows):
    """Cells of the body of a table that the map is drawn from, a list a row."""
    return tab.page.locator(f'tbody[data-rows="{rows}"] > tr').evaluate_all(
        "rows => rows.map(row => Array.from(row.cells, cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"
    )


def heads_of(tab, rows):
    """Heads of the columns of that table."""
    return tab.page.locator(f'table:has(tbody[data-rows="{rows}"]) thead th').evaluate_all(
        "cells => cells.map(cell => cell.textContent.replace(/\\s+/g, ' ').trim())"
    )


# --- what axe sees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_axe_finds_nothing_on_any_kind_of_page(world, written, looks):
    """WCAG 2.0, 2.1 and 2.2, A and AA, and good practice, whatever folds being open.

    On the longest pages and on those that together have every kind of structure: each tag, by its classes and the
    names of its attributes, after each tag that it follows on any page.
    """
    found = {path: told for path, told in looks(world, "wide")["axe"].items() if told}
    assert found.keys() == set(covering(written(world))) >= {"index.html"}
    assert {path: told["violations"] for path, told in found.items() if told["violations"]} == {}
    # Marks on a map may lie on one another (2.5.8, "essential": pins); rows of the tables do the same as each of them.
    undecided = {
        path: [line for line in told["undecided"] if line[0] != "target-size" or "leaflet" not in line[1]]
        for path, told in found.items()
    }
    assert {path: rest for path, rest in undecided.items() if rest} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_axe_finds_no_colour_that_is_too_faint(world, scheme, written, looks):
    """The first text of each kind (element, classes, colours and size, and those around it) is looked at."""
    found = looks(world, "wide")[f"axe on colours, {scheme}"]
    assert found.keys() == written(world).keys()
    assert {path: told["violations"] for path, told in found.items() if told["violations"]} == {}


def test_axe_sees_a_fault(written, tab):
    """A picture without words, faint text and a button without a name, put into a good page."""
    tab.open(written("tiny")["index.html"]).page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync('.faint { color: #aaa; background: #fff }');
            document.adoptedStyleSheets = [sheet];
            const faint = document.createElement('p');
            faint.className = 'faint';
            faint.textContent = 'Not to be read';
            document.querySelector('h1').after(new Image(), document.createElement('button'), faint);
        }"""
    )
    rules = {line[0] for line in tab.axe(tags=EVERY_RULE, among="main")["violations"]}
    assert {"image-alt", "button-name", "color-contrast"} <= rules
    known = tab.page.evaluate(FIRST_OF_EACH_KIND, [])
    assert {line[0] for line in tab.axe(rules=OF_COLOUR, among=OF_ITS_KIND)["violations"]} == {"color-contrast"}
    assert tab.page.evaluate(FIRST_OF_EACH_KIND, known) == known


# --- what axe does not see -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_all_text_stands_out_from_what_is_behind_it(world, scheme, written, looks):
    """1.4.3, of every text on every page: axe leaves those undecided that scroll or lie over one another."""
    found = looks(world, "wide")[f"too faint, {scheme}"]
    assert found.keys() == written(world).keys()
    assert {path: faint for path, faint in found.items() if faint} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_line_and_mark_of_the_map_contrasts_with_every_class(scheme, written, tab_of):
    """1.4.11: a line has two colours, and one differs 3:1 from whatever class is below it."""
    tab = tab_of(color_scheme=scheme).open(written("tiny")["index.html"])
    found = tab.page.evaluate(
        "() => {" + COLOURS + """
            const map = document.querySelector('.leaflet-overlay-pane svg g');
            const style = (names, parent = map) => {
                const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
                element.setAttribute('class', names);
                parent.append(element);
                const { fill, stroke, fillOpacity } = getComputedStyle(element);
                element.remove();
                return { fill, stroke, alpha: Number(fillOpacity) };
            };
            const mark = (names) => {
                const { fill, stroke } = getComputedStyle(document.querySelector(names + ' path'));
                return [fill, stroke];
            };
            const lines = {
                ward: [style('ward').stroke, style('ward-halo').stroke],
                ring: [style('ring-outer').stroke, style('ring-inner').stroke],
                cluster: [style('cluster').stroke, style('cluster-halo').stroke],
                reach: [style('reach').stroke, style('reach')],
                dot: [style('dot').fill, style('dot').stroke],
                chosen: mark('.mark.chosen'),
                existing: mark('.mark.existing'),
            };
            const hatch = getComputedStyle(document.querySelector('#hatch rect')).fill;
            const classes = { hatch };
            for (const at of [0, 1, 2, 3, 4]) classes[at] = style('area k' + at).fill;
            const best = {};
            for (const [line, colours] of Object.entries(lines))
                for (const [name, below] of Object.entries(classes))
                    best[line + ' on ' + name] = Math.max(...colours.map((one) => {
                        const laid = one.fill ? over({ ...parsed(one.fill), alpha: one.alpha }, parsed(below).rgb)
                            : parsed(one).rgb;
                        return contrast(laid, parsed(below).rgb);
                    }));
            for (const at of [0, 1, 2, 3, 4])
                best['border of ' + at] = contrast(parsed(style('area k' + at).stroke).rgb, parsed(classes[at]).rgb);
            return best;
        }"""
    )  # fmt: skip
    assert {name: round(ratio, 2) for name, ratio in found.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_contrast_with_the_page(scheme, written, tab_of):
    """1.4.11: the edge or the ground of each button and field differs 3:1 from what is around it."""
    tab = tab_of(color_scheme=scheme).open(written("tiny")["index.html"]).unfold()
    found = tab.page.evaluate(
        "() => {" + COLOURS + """
            const own = 'button, select, textarea, input[type=text], input[type=search], input[type=number]';
            return Array.from(document.querySelectorAll(own))
                .filter((element) => element.checkVisibility() && !element.disabled && !element.closest('thead'))
                .map((element) => {
                    const style = getComputedStyle(element);
                    const around = ground(element.parentElement);
                    const edge = parseFloat(style.borderBottomWidth) > 0 ? parsed(style.borderBottomColor) : null;
                    const ratios = [contrast(ground(element), around)];
                    if (edge) ratios.push(contrast(over(edge, around), around));
                    return [element.outerHTML.slice(0, 80), Math.max(...ratios)];
                })
                .filter(([html, ratio]) => ratio < 3);
        }"""
    )  # fmt: skip
    assert found == []


@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_everything_that_takes_the_focus_has_a_role_and_a_name(world, written, looks):
    """4.1.2, as the browser tells it to a screen reader; `main` takes it only from the skip link."""
    found = {path: told for path, told in looks(world, "wide")["focusable"].items() if told}
    assert found.keys() == set(covering(written(world))) >= {"index.html"}
    for path, nodes in found.items():
        focusable = [node for node in nodes if node["role"]["value"] not in ("RootWebArea", "main")]
        assert focusable, path
        bare = [node["role"] for node in focusable if not node["name"].get("value", "").strip()]
        vague = [node["name"] for node in focusable if node["role"]["value"] == "generic"]
        assert (path, bare, vague) == (path, [], [])


def test_no_two_pages_have_one_title(written, looks):
    titles = looks("sample", "wide")["title"]
    assert len(set(titles.values())) == len(titles) == len(written("sample"))


@pytest.mark.parametrize("path", ["index.html", "wards/E05000001.html"])
def test_the_focus_goes_through_the_page_in_its_order_and_is_always_seen(path, written, tab):
    """2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11: from the first stop to the last and out, each with a ring, none hidden."""
    tab.open(written("tiny")[path]).unfold()
    seen = []
    for _ in range(300):
        tab.page.keyboard.press("Tab")
        stop = tab.page.evaluate(
            """() => {
                const element = document.activeElement;
                if (element === document.body) return null;
                const box = element.getBoundingClientRect();
                const style = getComputedStyle(element);
                const line = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                const shape = element.closest('.leaflet-container')
                    && (document.querySelector('path.ring-inner') || parseFloat(style.strokeWidth) >= 4);
                const top = document.elementFromPoint(
                    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
                    Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1));
                const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
                const hidden = !inView || !(element.contains(top) || top.contains(element)
                    || element.closest('.leaflet-container'));
                return {html: element.outerHTML.slice(0, 120), ring: Boolean(line || shape), hidden: hidden,
                        at: Array.from(document.querySelectorAll('*')).indexOf(element)};
            }"""
        )
        if stop is None:
            break
        seen.append(stop)
    assert 10 < len(seen) < 300  # it ends: no trap
    assert [stop["html"] for stop in seen if not stop["ring"]] == []
    assert [stop["html"] for stop in seen if stop["hidden"]] == []
    on_the_page = [stop["at"] for stop in seen if "leaflet" not in stop["html"]]
    assert on_the_page == sorted(on_the_page)


STEP_THROUGH = """([mark, steps]) => {
    const plain = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
    const texts = (selector) => Array.from(document.querySelectorAll(selector), plain);
    document.querySelector(mark + "[tabindex='0']").focus();
    const seen = [];
    for (let at = 0; at < steps; at += 1) {
        const element = document.activeElement;
        seen.push({
            label: element.getAttribute('aria-label'), name: texts('#picked h3'),
            words: texts('#picked-facts dt'), facts: texts('#picked-facts dd'),
            stops: document.querySelectorAll(mark + "[tabindex='0']").length,
        });
        element.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
    }
    return seen;
}"""
"""Goes through the marks of one kind by the arrow keys; what the map says at each."""


def test_arrow_keys_reach_every_place_of_the_borough_in_its_order(written, tab):
    """2.1.1 and 3.2.1: what the map says is its row of the table, and the focus stays where the keys took it."""
    tab.open(written("sample")["index.html"])
    marks = {"a": "path.area", "c": ".mark.chosen", "n": ".map-frame .dot", "w": ".mark.existing"}
    for group, mark in marks.items():
        heads, rows = heads_of(tab, group), rows_of(tab, group)
        name_at = tab.page.locator(f'tbody[data-rows="{group}"] > tr').first.evaluate(
            "row => Array.from(row.cells).findIndex(cell => cell.tagName === 'TH')"
        )
        told = tab.page.evaluate(STEP_THROUGH, [mark, len(rows)])
        assert len(told) == len(rows) > 3
        for cells, one in zip(rows, told, strict=True):
            assert one["name"] == [cells[name_at]]
            assert one["label"].endswith(cells[name_at])
            assert one["words"] == heads[:name_at] + heads[name_at + 1 :]
            assert one["facts"] == cells[:name_at] + cells[name_at + 1 :]
            assert one["stops"] == 1
        ranks = [int(cells[0]) for cells in rows if group in "ac" and cells[0].isdecimal()]
        assert ranks == sorted(ranks)


def test_the_focus_stays_on_its_area_while_shapes_come_to_the_front(written, tab):
    """An element that is put to another place of the document loses the focus: then the next key goes nowhere."""
    tab.open(written("tiny")["index.html"])
    tab.page.focus("path.area[tabindex='0']")
    for key, name in (("ArrowRight", "Station"), ("ArrowRight", "Quayside"), ("End", "Marsh"), ("ArrowLeft", "Quay")):
        tab.page.keyboard.press(key)
        focused = tab.page.evaluate(
            "[document.activeElement.matches('path.area'), document.activeElement.ariaLabel,"
            " document.querySelectorAll('path.ring-inner').length]"
        )
        assert focused[0] and focused[2] == 1
        assert name in focused[1]
    tab.page.focus("input[name='tier']:checked")
    tab.page.keyboard.press("ArrowRight")
    assert tab.page.evaluate("document.activeElement.matches('input[name=tier]:checked')")


@pytest.mark.parametrize("screen", ["wide", "narrow"])
@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_every_target_is_24_pixels_wide_and_high(world, screen, written, looks):
    """2.5.8; links inside a sentence are exempt, and so are marks on a map, which have rows in the tables."""
    found = looks(world, screen)["small targets"]
    assert found.keys() == written(world).keys()
    assert {path: small for path, small in found.items() if small} == {}


def test_nothing_needs_to_be_dragged(written, tab):
    """2.5.7: each slider has a box for its number, nothing is draggable but the map, which has buttons."""
    tab.open(written("tiny")["index.html"]).unfold()
    assert tab.page.locator("[draggable=true]").count() == 0
    moves = {"in", "out", "left", "right", "up", "down", "whole"}
    assert moves <= set(tab.page.locator("button[data-do]").evaluate_all("all => all.map(one => one.dataset.do)"))
    for slider in tab.page.locator("input[type=range]").all():
        box = slider.locator("xpath=ancestor::*[.//input[@type='number']][1]//input[@type='number']").first
        assert box.is_visible()


@pytest.mark.parametrize("screen", ["320 px", "400 %"])
@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_nothing_scrolls_sideways(world, screen, written, looks):
    """1.4.10: at 320 CSS pixels, which is also a screen of 1280 by 1024 at 400 %; wide tables scroll in their box."""
    wide = looks(world, "narrow")[screen]
    assert wide.keys() == written(world).keys()
    assert {path: width for path, width in wide.items() if width != 320} == {}


@pytest.mark.parametrize("height", [256, 640])
def test_heads_that_stay_leave_room_for_rows(height, written, tab_of):
    """1.4.10 and 2.4.11: enlarged, a head that stays in view must not fill the box whose rows it heads."""
    tab = tab_of(viewport={"width": 320, "height": height})
    found = tab.open(written("sample")["index.html"]).page.evaluate(
        """() => Array.from(document.querySelectorAll('.scroll'), (box) => {
            const head = box.querySelector('thead');
            const stays = getComputedStyle(head.rows[0].cells[0]).position === 'sticky';
            const part = head.getBoundingClientRect().height / Math.min(box.clientHeight, innerHeight);
            return [box.getAttribute('aria-labelledby'), stays && box.scrollHeight > box.clientHeight ? part : 0];
        }).filter(([name, part]) => part > 0.6)"""
    )
    assert found == []


def test_text_may_be_spaced_out(written, tab_of):
    """1.4.12: with the spacing that readers may set nothing is cut off and nothing scrolls sideways."""
    tab = tab_of(viewport={"width": 320, "height": 640})
    for path in ("index.html", "wards/E05000001.html"):
        tab.open(written("tiny")[path]).unfold()
        cut = tab.page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
                    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
                document.adoptedStyleSheets = [sheet];
                const cut = Array.from(document.querySelectorAll('main *'))
                    .filter((one) => one.checkVisibility() && !one.closest('.leaflet-container'))
                    .filter((one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX))
                    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
                return [cut.map((one) => one.outerHTML.slice(0, 100)), document.documentElement.scrollWidth];
            }"""
        )
        assert cut == [[], 320]


def test_nothing_moves_by_itself_for_readers_who_prefer_less_motion(written, tab_of):
    """2.3.3: the map jumps; for others it glides, so the test can fail."""
    moving = (
        "[map_place.options.zoomAnimation, map_place.options.fadeAnimation, map_place.options.inertia,"
        " Array.from(document.querySelectorAll('*'), (one) => getComputedStyle(one)).some((style) =>"
        " [style.transitionDuration, style.animationDuration].some((time) => parseFloat(time) > 0))]"
    )
    usual = tab_of(reduced_motion="no-preference").open(written("tiny")["index.html"]).page
    assert usual.evaluate(moving)[:3] == [True, True, True]
    still = tab_of(reduced_motion="reduce").open(written("tiny")["index.html"]).page
    for name in ("in", "right", "whole"):
        still.click(f'button[data-do="{name}"]')
        assert still.evaluate("document.getAnimations().length") == 0
        assert not still.evaluate(
            "map_place._animatingZoom || Boolean(map_place._panAnim && map_place._panAnim._inProgress)"
        )
    assert still.evaluate(moving) == [False, False, False, False]


# --- map, tables and files say the same ----------------------------------------------------------------------


def test_tables_show_the_same_figures_as_areas_csv(written, tab):
    """Cell by cell: codes, counts, shares at every tier, what is not reported, score and range."""
    plan = browsing.plan_of("sample")
    areas = {row["area_code"]: row for row in csv.DictReader(io.StringIO(csv_tables(plan)["areas.csv"]))}
    tab.open(written("sample")["index.html"])
    rows = rows_of(tab, "a")
    assert len(rows) == len(areas)
    for cells in rows:
        area = areas[cells[1].split()[-1]]
        number = {name: float(text) if text else float("nan") for name, text in area.items() if _is_number(text)}
        assert cells[0] == count_text(number["rank"])
        assert cells[2] == area["ward_name"]
        assert cells[3].removesuffix(" est.") == count_text(number["premises"])
        assert cells[4] == count_text(number["ufbb_300_gap"])
        assert cells[5:10] == [percent_text(number[f"{tier}_gap_share"]) for tier in TIERS]
        assert cells[10] == count_text(number["ufbb_300_not_reported"])
        assert cells[11] == f"{number['score']:.1f}"
        assert cells[12] == f"{area['rank_low']} to {area['rank_high']}"


def _is_number(text):
    try:
        float(text or "nan")
    except ValueError:
        return False
    return True


def test_the_maps_colours_and_symbols_match_the_files(written, tab):
    """Each area's class at each tier from its share in areas.csv; each chosen site where sites.csv puts it."""
    plan = browsing.plan_of("sample")
    tables = csv_tables(plan)
    areas = {row["area_code"]: row for row in csv.DictReader(io.StringIO(tables["areas.csv"]))}
    sites = [row for row in csv.DictReader(io.StringIO(tables["sites.csv"])) if row["selected"] == "true"]
    tab.open(written("sample")["index.html"])
    codes = [cells[1].split()[-1] for cells in rows_of(tab, "a")]
    for at, tier in enumerate(TIERS):
        tab.page.check(f'input[name="tier"][value="{at}"]')
        drawn = dict(
            tab.page.evaluate(
                "shapes_areas.getLayers().map((layer) =>"
                " [String(layer.feature.id), layer.getElement().getAttribute('class').match(/\\bk[0-4n]\\b/)[0]])"
            )
        )
        for position, code in enumerate(codes):
            share = areas[code][f"{tier}_gap_share"]
            klass = choropleth.classes(pd.Series([float(share)]))[0] if share else -1
            assert drawn[str(position)] == ("kn" if klass < 0 else f"k{klass}"), (tier, code)
    marks = tab.page.evaluate(
        "geo_json_chosen.getLayers().map((layer) => [layer.feature.id, layer.getLatLng().lng, layer.getLatLng().lat])"
    )
    by_rank = sorted(sites, key=lambda row: int(row["rank"]))
    assert len(marks) == len(by_rank)
    places = plan.sites.to_crs(4326).geometry
    for position, east, north in marks:
        point = places[by_rank[position]["site_id"]]
        assert (east, north) == pytest.approx((point.x, point.y), abs=2e-5)


@pytest.mark.parametrize("path", ["index.html", "wards/E05990001.html"])
def test_without_scripts_the_tables_give_every_number_on_the_map(path, written, tab, tab_of):
    """What each area and site of the map says, at every tier, is in the page without scripts."""
    tab.open(written("sample")[path])
    told = tab.page.evaluate(
        """() => {
            const plain = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
            const seen = [];
            for (const input of document.querySelectorAll('input[name=tier]')) {
                input.click();
                document.querySelectorAll('path.area').forEach((shape) => {
                    shape.dispatchEvent(new MouseEvent('click', {bubbles: true}));
                    const name = document.querySelector('#picked h3');
                    seen.push([plain(name), plain(name.nextElementSibling), input.value]);
                });
            }
            return seen;
        }"""
    )
    bare = tab_of(java_script_enabled=False).open(written("sample")[path])
    columns = bare.page.locator('table:has(tbody[data-rows="a"]) thead th').evaluate_all(
        "all => all.map((head, at) => [head.dataset.tier, at])"
    )
    column_of = {value: at for value, at in columns if value is not None}
    name_at = heads_of(bare, "a").index("Area")
    by_name = {cells[name_at]: cells for cells in rows_of(bare, "a")}
    assert len(told) == len(by_name) * bare.page.locator("input[name=tier]").count()
    assert set(map(str, range(len(TIERS)))) <= set(column_of)
    # Score and footfall have columns of their own, which the details list as they list every other.
    for name, words, value in (one for one in told if one[2] in column_of):
        assert words.startswith(f"{by_name[name][column_of[value]]} "), (name, value)
    for rows in "acnw":
        assert rows_of(bare, rows) == rows_of(tab, rows)


@pytest.mark.parametrize("world", ["tiny", "sample"])
def test_without_scripts_nothing_pretends_to_work(world, written, looks):
    """Links and what folds by itself are all that is left to operate."""
    found = looks(world, "plain")["dead"]
    assert found.keys() == written(world).keys()
    assert {path: dead for path, dead in found.items() if dead} == {}


def test_a_page_with_hostile_names_is_accessible_too(tmp_path, tab):
    """Names of 10,000 characters: no rule is broken by their length; colours are the same, whatever the name."""
    pages = browsing.page.pages(worlds.renamed(worlds.tiny(), "x" * 10_000))
    for file in browsing.write_pages(pages, tmp_path).values():
        assert tab.open(file).unfold().axe(tags=EVERY_RULE, without=OF_COLOUR)["violations"] == []
