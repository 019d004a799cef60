"""Sentences: numbers are sums over sums, what is not known is said, and no text can turn what stands around it."""

from __future__ import annotations

import dataclasses
import doctest
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.units import Reporting
from connected_place.maps import statements

ROW = {"premises": 160.0, "ufbb_300_have": 115.0, "ufbb_300_gap": 45.0, "ufbb_300_not_reported": 0.0}


def test_examples_in_the_documentation_hold():
    assert doctest.testmod(statements).failed == 0


def test_the_share_is_a_sum_over_sums_and_no_mean_of_percentages():
    """90 of 100, 0 of 10 and 25 of 50 have the service; the mean of the percentages would be 46.7."""
    assert statements.have_sentence(ROW, "ufbb_300") == "115 of 160 (71.9 %) homes and businesses can get 300 Mbit/s."
    assert statements.gap_sentence(ROW, "ufbb_300") == "45 of 160 (28.1 %) homes and businesses cannot get 300 Mbit/s."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ufbb_300_not_reported": 40.0}, "At least 45 of 160 (28.1 %) {} cannot get 300 Mbit/s; not reported for 40."),
        ({"ufbb_300_not_reported": math.nan}, "45 of 160 (28.1 %) {} cannot get 300 Mbit/s."),
        ({"ufbb_300_gap": math.nan}, "Nobody reported how many {} here cannot get 300 Mbit/s."),
        ({"premises": 0.0, "ufbb_300_gap": 0.0}, "Nobody reported how many {} here cannot get 300 Mbit/s."),
        ({"ufbb_300_gap": 0.0}, "0 of 160 (0.0 %) {} cannot get 300 Mbit/s."),
        ({"premises": 12_345.0}, "45 of 12,345 (0.4 %) {} cannot get 300 Mbit/s."),
    ],
)
def test_what_is_not_reported_is_said_and_never_counted_as_none(change, sentence):
    assert statements.gap_sentence(ROW | change, "ufbb_300") == sentence.format("homes and businesses")


def test_an_estimate_says_so():
    sentence = statements.gap_sentence(ROW, "ufbb_300", estimated=True)
    assert (
        sentence
        == "About 45 of 160 (28.1 %) homes and businesses cannot get 300 Mbit/s; the counts of premises are estimates."
    )


@given(st.integers(1, 10**7).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_only_none_reads_as_none_and_only_all_as_all(counts):
    part, whole = counts
    text = statements.share_text(part, whole)
    assert re.fullmatch(r"(under 0\.1|over 99\.9|\d{1,3}\.\d) %", text)
    assert (text == "0.0 %") == (part == 0)
    assert (text == "100.0 %") == (part == whole)


@given(st.text(), st.integers(1, 100))
def test_a_shown_name_is_one_short_line_that_can_be_written_and_cannot_turn_its_surroundings(text, length):
    shown = statements.shown(text, length)
    assert len(shown) <= length + 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode("utf-8")


@given(st.text(alphabet="abc äöÜ-'&<>{}", max_size=60))
def test_an_ordinary_name_is_shown_as_it_is(text):
    assert statements.shown(text) == " ".join(text.split())


def test_the_shortlist_says_what_is_spent_and_that_it_is_proven_best(tiny):
    assert (
        statements.shortlist_sentence(tiny)
        == "2 sites of 5 candidates are proposed for £18,300 of the £20,000 capital budget."
    )
    assert statements.best_sentence(tiny.shortlist) == (
        "75.0 % of the need-weighted premises are within reach. "
        "Proven best: no other choice within the budget reaches more."
    )
    assert statements.reach_sentence(tiny) == (
        "150 of 200 (75.0 %) homes and businesses lie within 50 m of a proposed site: those of 2 of 4 postcodes."
    )


def test_a_search_that_was_cut_short_says_by_how_much(tiny):
    found = dataclasses.replace(tiny.shortlist, status="time limit", demand_bound=32.0, gap_share=0.0625)
    sentence = statements.best_sentence(found)
    assert "time limit" in sentence
    assert "at most 6.2 % short of the best" in sentence
    assert "Proven" not in sentence


def test_an_empty_shortlist_is_said(tiny):
    none = dataclasses.replace(
        tiny, sites=tiny.sites.assign(selected=False), shortlist=dataclasses.replace(tiny.shortlist, spent_gbp=0.0)
    )
    assert statements.shortlist_sentence(none) == "No site is proposed: £0 of the £20,000 capital budget is spent."


@pytest.mark.parametrize(
    ("reporting", "sentences"),
    [
        (Reporting(units="output areas"), ("Every one of the output areas of the place is reported.",)),
        (
            Reporting(units="output areas", areas_without_row=1, outside=2),
            (
                "1 output area of the place has no row in the coverage file: not reported.",
                "2 rows lie in no area of the place: not used.",
            ),
        ),
        (
            Reporting(units="postcodes", unmatched=3),
            ("3 rows have no premises matched to a network: reported neither as covered nor as not.",),
        ),
    ],
)
def test_each_kind_of_silence_has_its_sentence(reporting, sentences):
    assert statements.reporting_sentences(reporting) == sentences


def test_a_ratio_is_never_called_a_pass_or_a_fail(tiny):
    stated = dataclasses.replace(tiny.parameters.appraisal, benefit_gbp_per_demand=120.0, benefit_source="a study")
    sentences = statements.limit_sentences(dataclasses.replace(tiny.parameters, appraisal=stated))
    assert any("no pass or fail test" in sentence for sentence in sentences)
    assert any("No benefit-cost ratio is given" in sentence for sentence in statements.limit_sentences(tiny.parameters))


def test_a_ward_where_nothing_is_reported_asks_for_the_figures(tiny):
    ward = tiny.wards.loc["E05000002"]
    asked = statements.questions(ward, tiny.sites.iloc[:0], "ufbb_300")
    assert any("40 not reported premises" in question for question in asked)
    assert any("None is on its list" in question for question in asked)
