"""Sentences: numbers are sums over sums, what is not known is stated, and no text can turn the words around it."""

from __future__ import annotations

import dataclasses
import doctest
import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.gaps.units import Reporting
from connected_place.coverage.parameters.clusters import Clusters
from connected_place.coverage.parameters.demand import Demand
from connected_place.coverage.parameters.gaps import Gaps
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.maps.numerals import counted_text, share_text, shown
from connected_place.maps.words import ask_statements, gap_statements, statements

ROW = {"premises": 160.0, "ufbb_300_have": 115.0, "ufbb_300_gap": 45.0, "ufbb_300_not_reported": 0.0}


def test_docstring_examples_run():
    assert doctest.testmod(statements).failed == 0


def test_a_share_is_one_sum_over_another_not_a_mean_of_percentages():
    """90 of 100, 0 of 10 and 25 of 50 have the service; the mean of the percentages would be 46.7."""
    assert (
        gap_statements.have_sentence(ROW, "ufbb_300") == "115 of 160 (71.9 %) homes and businesses can get 300 Mbit/s."
    )
    assert (
        gap_statements.gap_sentence(ROW, "ufbb_300") == "45 of 160 (28.1 %) homes and businesses cannot get 300 Mbit/s."
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ufbb_300_not_reported": 40.0}, "At least 45 of 160 (28.1 %) {} cannot get 300 Mbit/s; not reported for 40."),
        ({"ufbb_300_not_reported": math.nan}, "45 of 160 (28.1 %) {} cannot get 300 Mbit/s."),
        ({"ufbb_300_gap": math.nan}, "Nobody has reported how many {} here cannot get 300 Mbit/s."),
        ({"premises": 0.0, "ufbb_300_gap": 0.0}, "Nobody has reported how many {} here cannot get 300 Mbit/s."),
        ({"ufbb_300_gap": 0.0}, "0 of 160 (0.0 %) {} cannot get 300 Mbit/s."),
        ({"premises": 12_345.0}, "45 of 12,345 (0.4 %) {} cannot get 300 Mbit/s."),
    ],
)
def test_not_reported_is_stated_and_never_counted_as_none(change, sentence):
    assert gap_statements.gap_sentence(ROW | change, "ufbb_300") == sentence.format("homes and businesses")


@pytest.mark.parametrize(
    ("source", "counted"),
    [("estimate: premises of BDUK", "homes and businesses"), ("estimate: lines in use, Ofcom", "lines in use")],
)
def test_an_estimate_says_so_and_what_was_counted(source, counted):
    reporting = Reporting(units="postcodes", publisher="Ofcom", release="2016-06", premises_source=source)
    assert gap_statements.gap_sentence(ROW, "ufbb_300", reporting) == (
        f"About 45 of 160 (28.1 %) {counted} cannot get 300 Mbit/s (Ofcom, June 2016); estimated by applying published "
        f"percentages{' of premises' if counted == 'lines in use' else ''} to {counted}."
    )


@given(st.integers(1, 10**7).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_only_none_reads_as_none_and_only_all_as_all(counts):
    part, whole = counts
    text = share_text(part, whole)
    assert re.fullmatch(r"(under 0\.1|over 99\.9|\d{1,3}\.\d) %", text)
    assert (text == "0.0 %") == (part == 0)
    assert (text == "100.0 %") == (part == whole)


@given(st.text(), st.integers(1, 100))
def test_a_shown_name_is_one_short_encodable_line_that_cannot_reverse_the_text_around_it(text, length):
    line = shown(text, length)
    assert len(line) <= length + 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", line)
    line.encode("utf-8")


@given(st.text(alphabet="abc äöÜ-'&<>{}", max_size=60))
def test_an_ordinary_name_is_shown_unchanged(text):
    assert shown(text) == " ".join(text.split())


def test_the_shortlist_states_what_is_spent_and_that_it_is_proven_best(tiny):
    assert (
        statements.shortlist_sentence(tiny)
        == "2 of 5 candidate sites are proposed, for £18,300 of the £20,000 capital budget."
    )
    assert statements.best_sentence(tiny.shortlist) == (
        "Counting every chance of coverage, the proposed sites serve 75.0 % of the homes counted by need. "
        "Proven best: no other choice within the budget and the plan's rules serves more."
    )


def test_those_very_likely_to_connect_come_before_every_chance_counted(tiny):
    assert statements.reach_sentence(tiny) == (
        "28 of 200 (14.0 %) homes and businesses, in 2 of 4 postcodes, are very likely to get Wi-Fi outdoors from a "
        "proposed site: the chance of coverage there is 80.0 % or more. Counting every chance, 150 to 155 might, with "
        "330 to 341 residents, and 60 indoors as well, behind one wall."
    )


def with_shortlist(plan, **changes):
    return dataclasses.replace(plan, shortlist=dataclasses.replace(plan.shortlist, **changes))


def fixed(plan):
    """The plan with a fixed reach of 50 m, which has no figures for indoors."""
    wifi = Wifi(reach="fixed", reach_m=50.0)
    reach = dataclasses.replace(plan.reach, radio=radio_plan(wifi), indoors=None)
    parameters = dataclasses.replace(plan.parameters, wifi=wifi)
    known = {
        "premises_likely": 150.0,
        "premises_covered_high": 150.0,
        "premises_indoors": math.nan,
        "premises_indoors_high": math.nan,
    }
    return dataclasses.replace(with_shortlist(plan, **known), reach=reach, parameters=parameters)


def test_a_fixed_reach_is_described_as_a_distance_not_a_survey(tiny):
    assert statements.reach_sentence(fixed(tiny)) == (
        "150 of 200 (75.0 %) homes and businesses, in 2 of 4 postcodes, are within 50 m of a proposed site."
    )
    assert statements.radio_sentence(fixed(tiny)) == (
        "Reach is a fixed distance of 50 m: a planning assumption, not a radio survey. It leaves out walls, trees and "
        "interference, and nobody has visited the sites for it."
    )


def test_residents_are_left_out_of_the_sentence_when_they_were_not_counted(tiny):
    said = statements.reach_sentence(with_shortlist(tiny, residents_covered=math.nan, residents_covered_high=math.nan))
    assert "residents" not in said
    assert "nan" not in said


def test_estimated_premises_in_reach_are_called_estimated(tiny):
    said = statements.reach_sentence(with_shortlist(tiny, premises_source="estimate: households"))
    assert said.startswith("An estimated 28 of 200")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, ""),
        (
            {"fields": [0]},
            " For 1 candidate it follows lines of sight over a surface model instead. For the other 4 it does not know "
            "what is in the way, so the two are not compared like with like.",
        ),
        (
            {"fields": range(5)},
            " For 5 candidates it follows lines of sight over a surface model instead.",
        ),
        (
            {"open_fields": [1]},
            " For 1 candidate in an open place, everyone in that place is in line of sight.",
        ),
        (
            {"open_fields": [1, 2], "open_assumed": True},
            " For 2 candidates whose kind (market and car park) is usually in the open, everyone within 30 m is taken "
            "to be in line of sight: an assumption.",
        ),
    ],
)
def test_reach_names_its_access_point_and_what_it_knows_of_the_way_between(tiny, known, words):
    changes = {name: dict.fromkeys(value) if "fields" in name else value for name, value in known.items()}
    plan = dataclasses.replace(tiny, reach=dataclasses.replace(tiny.reach, **changes))
    assert statements.radio_sentence(plan) == (
        "Reach is calculated for an access point radiating 23 dBm at 5,500 MHz, 4 m above the ground, and a phone "
        "sending 15 dBm. Each needs a signal of -80 dBm, and the way from the phone is the weaker, so it decides: at "
        f"37 m along a street the chance of coverage is 80.0 %.{words}"
    )


def test_reach_says_so_where_the_access_point_is_the_weaker(tiny):
    wifi = Wifi(eirp_dbm=10.0)
    reach = dataclasses.replace(tiny.reach, radio=radio_plan(wifi))
    plan = dataclasses.replace(tiny, reach=reach, parameters=dataclasses.replace(tiny.parameters, wifi=wifi))
    assert "and the way to the phone is the weaker" in statements.radio_sentence(plan)


def test_a_modelled_reach_states_the_models_limits_and_a_fixed_reach_does_not(tiny):
    modelled, of_fixed = (statements.limit_sentences(plan) for plan in (tiny, fixed(tiny)))
    assert modelled[0] == statements.radio_sentence(tiny)
    assert any("plus or minus 8 dB" in sentence for sentence in modelled)
    assert set(tiny.reach.radio.remarks) <= set(modelled)
    assert of_fixed[0] == statements.radio_sentence(fixed(tiny))
    assert not any("8 dB" in sentence for sentence in of_fixed)


def test_a_search_that_was_cut_short_states_how_far_from_the_best_it_may_be(tiny):
    found = dataclasses.replace(tiny.shortlist, status="time limit", demand_bound=32.0, gap_share=0.0625)
    sentence = statements.best_sentence(found)
    assert "time limit" in sentence
    assert "at most 6.2 % short of the best" in sentence
    assert "Proven" not in sentence


def test_an_empty_shortlist_is_stated(tiny):
    none = dataclasses.replace(
        tiny, sites=tiny.sites.assign(selected=False), shortlist=dataclasses.replace(tiny.shortlist, spent_gbp=0.0)
    )
    assert statements.shortlist_sentence(none) == "No sites are proposed: £0 of the £20,000 capital budget is spent."


@pytest.mark.parametrize(
    ("reporting", "sentences"),
    [
        (Reporting(units="output areas"), ("Coverage is reported for all output areas here.",)),
        (
            Reporting(units="output areas", areas_without_row=1, outside=2),
            (
                "1 output area has no row in the coverage file: not reported.",
                "2 rows are outside the council's area: not used.",
            ),
        ),
        (
            Reporting(units="postcodes", unmatched=3),
            ("3 rows have no premises matched to a network: reported neither as covered nor as not covered.",),
        ),
    ],
)
def test_each_reason_for_not_reported_has_its_own_sentence(reporting, sentences):
    assert gap_statements.reporting_sentences(reporting) == sentences


def test_a_ratio_is_never_called_a_pass_or_a_fail(tiny):
    stated = dataclasses.replace(tiny.parameters.appraisal, benefit_gbp_per_demand=120.0, benefit_source="a study")
    parameters = dataclasses.replace(tiny.parameters, appraisal=stated)
    sentences = statements.limit_sentences(dataclasses.replace(tiny, parameters=parameters))
    assert any("not a pass/fail test" in sentence for sentence in sentences)
    assert any("No benefit-cost ratio is given" in sentence for sentence in statements.limit_sentences(tiny))


def test_a_ward_without_reported_figures_asks_for_them(tiny):
    ward = tiny.wards.loc["E05000002"]
    asked = ask_statements.questions(ward, tiny.sites.iloc[:0], "ufbb_300")
    assert any("40 premises that are not reported" in question for question in asked)
    assert any("None is on its list" in question for question in asked)


# --- demand, clusters and people counted -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({}, "homes counted by need"),
        ({"visitors": 0.5}, "weighted demand of residents and visitors"),
        ({"staff": 0.1}, "weighted demand of residents and staff"),
        ({"visitors": 0.5, "staff": 0.25}, "weighted demand of residents, visitors and staff"),
        ({"residents": 0.0, "visitors": 1.0}, "weighted demand of visitors"),
        ({"residents": 0.0, "visitors": 1.0, "staff": 1.0}, "weighted demand of visitors and staff"),
    ],
)
def test_demand_is_named_after_the_groups_that_have_a_weight(tiny, weights, words):
    asked = dataclasses.replace(tiny.parameters, demand=Demand(**weights))
    assert statements.demand_words(asked) == words
    assert statements.best_sentence(tiny.shortlist, words).startswith(
        f"Counting every chance of coverage, the proposed sites serve 75.0 % of the {words}."
    )


def test_sites_where_everyone_has_the_speed_are_counted_and_said_to_close_no_gap(tiny):
    """S1 is in A1 and S4 in B1: first without any gap, then one of them, then both."""
    chosen = tiny.sites.loc[tiny.sites["selected"], "area_code"]
    assert statements.gapless_sentence(with_gap_shares(tiny, dict.fromkeys(chosen, 0.2))) == ""
    one = statements.gapless_sentence(with_gap_shares(tiny, {chosen.iloc[0]: 0.0, chosen.iloc[1]: 0.2}))
    assert one.startswith("1 of the 2 proposed sites is in an area where everyone can already get 300 Mbit/s:")
    both = statements.gapless_sentence(with_gap_shares(tiny, dict.fromkeys(chosen, 0.0)))
    assert both.startswith("2 of the 2 proposed sites are in areas where everyone can already get 300 Mbit/s:")
    unknown = statements.gapless_sentence(with_gap_shares(tiny, dict.fromkeys(chosen, math.nan)))
    assert unknown == ""  # not reported is not "everyone"
    silent = with_gap_shares(tiny, dict.fromkeys(chosen, 0.0), not_reported=3.0)
    assert statements.gapless_sentence(silent) == ""  # nor where some are not reported


def with_gap_shares(plan, shares, *, not_reported=0.0):
    areas = plan.areas.copy()
    areas.loc[list(shares), "ufbb_300_gap_share"] = list(shares.values())
    areas.loc[list(shares), "ufbb_300_gap"] = areas.loc[list(shares), "premises"] * list(shares.values())
    areas.loc[list(shares), "ufbb_300_not_reported"] = not_reported
    return dataclasses.replace(plan, areas=areas)


@pytest.mark.parametrize(
    ("objective", "sentence"),
    [
        (
            "covered",
            "75.0 % of the homes counted by need are very likely to be covered outdoors by the proposed sites.",
        ),
        ("users", "The proposed sites should have about 30 users a day, 75.0 % of those that all candidates together"),
    ],
)
def test_the_result_is_printed_in_the_words_of_what_was_maximised(tiny, objective, sentence):
    assert statements.best_sentence(with_shortlist(tiny, objective=objective).shortlist).startswith(sentence)


RULE = (
    "A cluster is at least 50 homes and businesses without 300 Mbit/s within 400 m of one another, in postcodes or "
    "output areas where at least 50.0 % cannot get it."
)


def with_clusters(plan, gaps):
    """The plan with a cluster for each gap."""
    one = plan.clusters.frame
    frame = pd.concat([one.assign(gap=gap) for gap in gaps]) if gaps else one.iloc[:0]
    return dataclasses.replace(plan, clusters=dataclasses.replace(plan.clusters, frame=frame))


@pytest.mark.parametrize(
    ("gaps", "start"),
    [
        ([25.0], "1 cluster contains 25 of the 45 (55.6 %) homes and businesses without 300 Mbit/s."),
        ([25.0, 15.5], "2 clusters contain 40 of the 45 (90.0 %) homes and businesses without 300 Mbit/s."),
        ([25.0, 20.0], "2 clusters contain 45 of the 45 (100.0 %) homes and businesses without 300 Mbit/s."),
        ([], "No clusters were found."),
    ],
)
def test_clusters_are_given_with_their_share_of_the_gap_and_their_rule(tiny, gaps, start):
    assert statements.clusters_sentence(with_clusters(tiny, gaps)) == f"{start} {RULE}"


def test_the_rule_of_a_cluster_is_the_plans_own(tiny):
    rules = Clusters(join_m=1_250.0, least_premises=20.0, least_share=0.25)
    parameters = dataclasses.replace(tiny.parameters, clusters=rules, gaps=Gaps(headline="gigabit"))
    said = statements.clusters_sentence(dataclasses.replace(tiny, parameters=parameters))
    assert "25 of the 52 (48.1 %) homes and businesses without 1,000 Mbit/s." in said
    assert "at least 20 homes and businesses without 1,000 Mbit/s within 1,250 m" in said
    assert said.endswith("at least 25.0 % cannot get it.")


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (0.4, "0"), (1_810.4, "1,810"), (21_000, "21,000"), (math.nan, "not counted")]
)
def test_uncounted_people_are_not_shown_as_none(number, text):
    assert counted_text(number) == text


def test_what_is_not_reported_is_asked_about_by_its_name():
    ward = {"ufbb_300_gap": 0.0, "ufbb_300_not_reported": 7.0, "premises_source": "estimate: lines in use, Ofcom"}
    asked = ask_statements.questions(ward, pd.DataFrame(), "ufbb_300")
    assert any("what can the 7 lines in use that are not reported get?" in line for line in asked)
