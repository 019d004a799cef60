"""The base map of a page: what is packed is drawn, within its limit of bytes; and a postcode leads to its answer."""

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.base_map import BaseMap
from connected_place.coverage.postcode_spots import PostcodeSpots
from connected_place.maps.page import page
from connected_place.maps.page.base_layers import base_json, characters, merged_base

from .. import worlds
from ..browsing import Tab, write_pages
from .test_page import HOSTILE

SHARE = "ufbb_300_gap"
BASE_FEATURES = [
    ("water", 1, "River Two", "", shapely.box(-500, -900, 2_500, -100)),
    ("green", 4, "Town Park", "", shapely.box(100, 100, 400, 400)),
    ("rail", 1, "", "", shapely.LineString([(-400, 900), (2_400, 1_100)])),
    ("road", 1, "Quay Road", "A1", shapely.LineString([(-400, 1_000), (2_400, 1_000)])),
    ("road", 4, "Mill Lane", "", shapely.LineString([(200, 200), (900, 1_800)])),
    ("place", 1, "Twoford", "", shapely.Point(1_000, 1_000)),
    ("station", 2, "Quay", "", shapely.Point(700, 950)),
]


def base_of(features):
    frame = pd.DataFrame(features, columns=["feature", "rank", "name", "ref", "shape"])
    shapes = [shapely.affinity.translate(shape, worlds.WEST, worlds.SOUTH) for shape in frame.pop("shape")]
    return BaseMap(features=gpd.GeoDataFrame(frame, geometry=shapes, crs=worlds.METRES), sources=("base-roads",))


def with_place(plan, features=BASE_FEATURES):
    """The tiny borough with a base map, and three postcodes: two in A1, where the second gets nothing; one in B1."""
    at = [shapely.Point(worlds.WEST + x, worlds.SOUTH + y) for x, y in ((300, 300), (700, 600), (1_500, 500))]
    frame = gpd.GeoDataFrame(
        {
            "area_code": ["A1", "A1", "B1"],
            "ward_code": plan.areas["ward_code"].reindex(["A1", "A1", "B1"]).to_numpy(),
            "decent_10_gap": [0.0, 1.0, np.nan],
            SHARE: [0.004, 1.0, np.nan],
        },
        index=["RM188AA", "RM188AD", "SS178QX"],
        geometry=at,
        crs=worlds.METRES,
    )
    spots = PostcodeSpots(frame=frame, publisher="Ofcom", release="2026-01", directory="2025-11")
    return dataclasses.replace(plan, base=base_of(features), spots=spots)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_pages(page.pages(with_place(worlds.tiny())), tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module")
def opened(files, browser):
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield Tab(context).open(files["index.html"])
    context.close()


# --- what is packed ------------------------------------------------------------------------------------------------


def unpacked(text):
    """Numbers of a text, read as the page's script reads them."""
    found, value, shift = [], 0, 0
    for character in text:
        group = ord(character) - 63
        value += (group & 31) << shift
        shift += 5
        if group < 32:
            found.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return found


@given(st.lists(st.integers(-(2**30), 2**30)))
def test_numbers_come_back_from_their_characters(numbers):
    text, lengths = characters(np.array(numbers, dtype=np.int64))
    assert unpacked(text) == numbers
    assert lengths.sum() == len(text)
    assert not set(text) & set(' "<>&')


def packed(features, most_bytes=100_000):
    plan = worlds.tiny()
    box = plan.wards.total_bounds
    return base_json(merged_base(base_of(features)), plan.wards, box_m=box, most_bytes=most_bytes)


def test_every_feature_is_packed_and_every_name_has_its_place():
    found = packed(BASE_FEATURES)
    kinds = [[feature, rank, outlined] for feature, rank, outlined, _ in found["shapes"]]
    assert kinds == [["water", 1, 1], ["green", 4, 1], ["rail", 1, 0], ["road", 4, 0], ["road", 1, 0]]
    texts = {(kind, text) for kind, _, text, *_ in found["names"]}
    assert {("place", "Twoford"), ("station", "Quay station"), ("ref", "A1"), ("road", "Mill Lane")} <= texts
    assert {("green", "Town Park"), ("water", "River Two")} <= texts
    assert sum(kind == "ward" for kind, _ in texts) == 2


def test_a_base_map_that_is_too_long_loses_detail_and_then_its_least_roads():
    """2,000 lanes that wind, and one main road: there is room for the main road."""
    draws = np.random.default_rng(1)
    lanes = [("road", 4, "", "", shapely.LineString(draws.uniform(0, 2_000, (9, 2)))) for _ in range(2_000)]
    found = packed([*lanes, BASE_FEATURES[3]], most_bytes=3_000)
    assert [rank for _, rank, _, _ in found["shapes"]] == [1]
    assert len(json.dumps(found)) < 3_000


def test_a_plan_without_a_base_map_still_names_its_wards():
    plan = worlds.tiny()
    found = base_json(None, plan.wards, box_m=plan.wards.total_bounds, most_bytes=1)
    assert found["shapes"] == []
    assert [name[0] for name in found["names"]] == ["ward", "ward"]


# --- what is drawn -------------------------------------------------------------------------------------------------

INKED = """pane => {
    const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
    const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return bytes.some((byte, at) => at % 4 === 3 && byte > 0);
}"""


def test_ground_and_names_are_drawn_and_can_be_switched_off(opened):
    assert [opened.page.evaluate(INKED, pane) for pane in ("ground", "names")] == [True, True]
    assert opened.said == []
    box = opened.page.locator('input[data-layer="ground"]')
    box.uncheck()
    assert not opened.page.locator(".leaflet-ground-pane").is_visible()
    box.check()


def test_proposed_sites_carry_their_rank_and_candidates_are_small_from_afar(opened):
    assert opened.texts(".mark.chosen .rank") == ["1", "2"]
    radius = "window.geo_json_not_chosen.getLayers()[0].getRadius()"
    opened.page.evaluate("map.setZoom(12, {animate: false})")
    far = opened.page.evaluate(radius)
    opened.page.evaluate("map.setZoom(16, {animate: false})")
    assert (far, opened.page.evaluate(radius)) == (2.5, 5)


def test_no_name_on_the_ground_runs(tmp_path, tab):
    file = tmp_path / "index.html"
    every = [(kind, rank, name, name, shape) for name in HOSTILE.values() for kind, rank, _, _, shape in BASE_FEATURES]
    file.write_text(page.borough_page(with_place(worlds.tiny(), every)), encoding="utf-8")
    tab.open(file)
    tab.page.evaluate("[10, 13, 15, 17].forEach((zoom) => map.setZoom(zoom, {animate: false}))")
    assert (tab.page.evaluate("window.ran"), tab.said, tab.requests) == (None, [], [tab.address])


# --- postcodes -----------------------------------------------------------------------------------------------------


def asked(opened, typed):
    opened.page.fill("#postcode", typed)
    opened.page.press("#postcode", "Enter")
    return " ".join(opened.page.inner_text("#postcode-said").split())


@pytest.mark.parametrize("typed", ["RM18 8AD", "rm188ad", " Rm18  8aD ", "RMI8 8AD"])
def test_a_postcode_leads_to_its_ward_area_speeds_site_and_right(opened, typed):
    said = asked(opened, typed)
    assert said.startswith("RM18 8AD")
    for part in (
        "Ward: ",
        "Area: ",
        "(Ofcom, January 2026)",
        "10 Mbit/s no",
        "300 Mbit/s no",
        "Nearest proposed Wi-Fi",
    ):
        assert part in said
    assert "right to request" in said
    assert ("how we read" in said) == (typed == "RMI8 8AD")


def test_a_single_premises_without_a_speed_does_not_vanish_in_rounding(opened):
    said = asked(opened, "RM18 8AA")
    assert "10 Mbit/s yes" in said and "300 Mbit/s not for about 1 %" in said
    assert "right to request" not in said


def test_what_is_not_reported_of_a_postcode_is_called_so(opened):
    assert asked(opened, "SS17 8QX").count("not reported") == 2


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("SE1 7PB", "SE1 7PB is not in Twoford, where postcodes begin with RM18, SS17."),
        ("RM18 8AB", "RM18 8AB is not among the postcodes in use in Twoford."),
        ("Quay Road", "That is not a full postcode."),
        ("RM18", "That is not a full postcode."),
        ("<img src=x onerror=1>", "That is not a full postcode."),
        ("", ""),
    ],
)
def test_a_postcode_that_is_not_there_is_answered_plainly(opened, typed, answer):
    assert asked(opened, typed).startswith(answer)
    assert opened.said == []


def test_the_map_finds_a_postcode_too(opened):
    opened.page.fill("#search", "rm18 8ad")
    assert opened.texts("#search-results li") == ["RM18 8AD Postcode"]
    opened.page.fill("#search", "")


def test_a_wards_page_sends_others_to_the_page_of_the_place(files, tab):
    tab.open(files["wards/E05000001.html"])
    assert "is not in this ward" in asked(tab, "SS17 8QX")
    assert tab.page.locator("#postcode-said a").get_attribute("href") == "../index.html#postcode"
    assert asked(tab, "RM18 8AA").startswith("RM18 8AA")
