"""Better lines on pages: the ward's whole gap, each area's option, the reason and whom to ask."""

import dataclasses
import re

import pytest

from connected_place.maps.page.lines_panel import LINES_SHOWN, better_lines, paid_areas
from connected_place.maps.page.page import borough_page, ward_page
from connected_place.maps.words import line_statements, screen_statements

from ..small_places import needs_real_data, sample_plan, thurrock_plan


def test_the_place_has_the_largest_areas_and_says_how_many_are_left():
    plan = sample_plan()
    panel = better_lines(plan)
    assert panel.heading == "What can be done for the homes and businesses without 300 Mbit/s"
    assert len(panel.rows) == LINES_SHOWN and panel.more.startswith(f"{len(plan.lines.interventions) - LINES_SHOWN} ")
    sizes = [row["premises_here"] for row in panel.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert "BDUK, premises in BDUK plans, 2026-01" in panel.status


def test_a_wards_rows_sum_to_its_gap():
    plan = sample_plan()
    for code, ward in plan.wards.iterrows():
        panel = better_lines(plan, code)
        assert sum(row["premises_here"] for row in panel.rows) == pytest.approx(ward["ufbb_300_gap"])
        assert panel.heading == f"What can be done for the {ward['ufbb_300_gap']:,.0f} without 300 Mbit/s"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("contract", "Ask Invented Networks Ltd and BDUK for the build plan."),
        ("wait", "Ask operators whether these premises are in their plans."),
        ("vouchers", "Ask the council's broadband lead."),
    ],
)
def test_each_row_says_whom_to_ask(option, words):
    plan = sample_plan()
    rows = [row for code in plan.wards.index for row in better_lines(plan, code).rows if row["option"] == option]
    assert rows and all(words in row["ask"] for row in rows)


def test_a_household_below_10_mbits_asks_the_universal_service_provider():
    assert "universal service provider (BT)" in line_statements.ask_words({"option": "right_to_request"})


def test_the_pages_print_the_table_with_reasons():
    plan = sample_plan()
    page = borough_page(plan)
    assert 'href="#h-lines"' in page and "Paid for: vouchers for £5,000." in page
    assert 'data-layer="lines"' in page and "better-line" in page and "Of the programme" in page
    ward = re.sub(r"<[^>]+>", " ", ward_page(plan, "E05990001"))
    assert "What can be done for the 850 without 300 Mbit/s" in ward
    assert "Alderwick Green and Barley Cross (C3)" in ward and "to be complete by 2029-03-31" in ward


def test_a_plan_without_lines_has_no_chapter(tiny):
    assert better_lines(tiny) is None
    assert "h-lines" not in borough_page(tiny) and 'data-layer="lines"' not in borough_page(tiny)


def test_the_map_has_the_areas_with_money_and_a_wards_map_those_in_it():
    plan = sample_plan()
    paid = paid_areas(plan)
    assert len(paid) == plan.lines.interventions["is_paid"].sum() > 0
    assert set(paid_areas(plan, "E05990012").index) <= set(paid.index)
    assert len(paid_areas(plan, "no such ward")) == 0


def test_a_ward_without_a_gap_says_so():
    plan = sample_plan()
    none = dataclasses.replace(plan.lines, interventions=plan.lines.interventions.iloc[:0])
    areas = dataclasses.replace(plan.lines.areas, frame=plan.lines.areas.frame.iloc[:0])
    page = ward_page(dataclasses.replace(plan, lines=dataclasses.replace(none, areas=areas)), "E05990001")
    assert "There is nothing to do: no gap is reported here." in page


@needs_real_data
def test_without_a_status_file_the_page_says_what_that_means():
    assert "no option with a subsidy can be chosen" in better_lines(thurrock_plan()).status


def test_the_first_screen_has_the_lines_paid_for_in_a_ward_and_whom_to_ask():
    """850 without the speed: 515 in two areas with vouchers, 217 under contract, 118 left to network builders."""
    found = {one.question: one.words for one in screen_statements.lines_answers(sample_plan(), "E05990001")}
    assert found["Proposed"] == (
        "Vouchers for a community project for 515 of the 850 without 300 Mbit/s. "
        "About 201 (75 to 351) of them should gain the speed."
    )
    assert found["When"] == "By September 2028."
    assert found["Cost"].startswith("£10,000 from the council, once; £1,201,963 from others.")
    assert "which budget pays the £10,000" in found["Ask"] and "Invented Networks Ltd and BDUK" in found["Ask"]
    assert "which of the other 118 will you connect" in found["Ask"]


def test_where_no_line_is_paid_for_the_first_screen_says_why():
    plan = sample_plan()
    found = {one.question: one.words for one in screen_statements.lines_answers(plan, "E05990009")}
    start = "Nothing is paid for. Wait for commercial build for 1,167. In the largest area, "
    assert found["Proposed"].startswith(start)
    assert found["Proposed"].endswith("would gain less than what the same money does elsewhere.")
    said = screen_statements.parting_sentences(plan, "E05990009")
    assert len(said) == 1 and "need for better lines ranks 1 of 20, yet nothing is paid for here" in said[0]
