"""The first screen of a page answers a councillor's questions; on a phone the sites need no scrolling sideways."""

import pytest

from connected_place.maps.page.page import ward_page
from connected_place.maps.words import screen_statements

from ..browsing import EVERY_RULE
from ..worlds import tiny

WARD = "E05000001"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("first") / "ward.html"
    path.write_text(ward_page(tiny(), WARD), encoding="utf-8")
    return path


def test_all_answers_stand_above_the_map_on_one_screen(file, tab):
    page = tab.open(file).page
    told = page.locator(".first dd").all_inner_texts()
    plan = tiny()
    every = [*screen_statements.wifi_answers(plan, WARD), *screen_statements.lines_answers(plan, WARD)]
    assert told == [answer.words for answer in every]
    assert "10 of 110" not in told  # the gap itself is the finding above
    assert "(18.2 %)" in page.inner_text(".finding") and "in Twoford" in page.inner_text(".facts")
    assert page.evaluate("document.querySelector('.first').getBoundingClientRect().bottom") < 900


def test_on_a_phone_the_sites_are_cards_within_six_screens(file, tab_of):
    opened = tab_of(viewport=PHONE).open(file)
    page, card = opened.page, opened.page.locator("#c0")
    shown = " ".join(card.inner_text().split())
    assert shown.startswith("Quay library") and "£2,600" in shown and "Adds 10.0 of demand." in shown
    assert "month" in shown and "library library" not in shown
    wide = page.evaluate("[...document.querySelectorAll('.cards')].map((one) => one.scrollWidth - one.clientWidth)")
    assert wide == [0]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("document.querySelector('#t-chosen').getBoundingClientRect().top") < 6 * PHONE["height"]
    card.locator("a.to-map").click()
    assert page.inner_text("#picked h3") == "Quay library"
    assert page.url.endswith("#h-map")
    assert opened.axe(tags=EVERY_RULE)["violations"] == []


def test_on_a_wide_screen_the_sites_are_a_table(file, tab):
    page = tab.open(file).page
    assert not page.locator("#c0 a.to-map").is_visible()
    assert page.locator("table:has(#c0) thead").is_visible()
