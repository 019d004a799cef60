"""Facts at the top of a page: the highest is named only where there is one."""

import dataclasses

import pytest

from connected_place.maps.page.facts import borough_facts
from connected_place.maps.page.page import borough_page

from ..worlds import tiny


@pytest.mark.parametrize(
    ("shares", "words", "is_linked"),
    [
        ([0.5, 0.2], "of Town cannot get 300 Mbit/s, the highest share of any ward", True),
        ([1.0, 1.0], "cannot get 300 Mbit/s in each of 2 wards, the highest share of any ward", False),
        (
            [0.50001, 0.5],
            "cannot get 300 Mbit/s in each of 2 wards, the highest share of any ward",
            False,
        ),  # as printed
    ],
)
def test_a_ward_is_called_the_highest_only_where_no_other_prints_the_same(shares, words, is_linked):
    plan = tiny()
    wards = plan.wards.assign(ufbb_300_gap_share=shares)
    fact = next(fact for fact in borough_facts(dataclasses.replace(plan, wards=wards)) if "highest share" in fact.words)
    name = wards["area_name"].iloc[0]
    assert fact.words == words.replace("Town", name)
    assert bool(fact.href) == is_linked


@pytest.mark.parametrize(
    ("source", "counted"),
    [("Ofcom 2026-01: All Premises", "homes and businesses"), ("estimate: lines in use, Ofcom", "lines in use")],
)
def test_what_is_counted_is_called_by_its_name_on_the_whole_page(source, counted):
    plan = tiny()
    plan = dataclasses.replace(plan, reporting=dataclasses.replace(plan.reporting, premises_source=source))
    assert any(f"{counted} cannot get 10 Mbit/s" in fact.words for fact in borough_facts(plan))
    html = borough_page(plan)
    assert f"share of {counted} that cannot get" in html
    assert f"Shares are of {counted}; where" in html
