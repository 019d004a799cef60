"""Two needs: each area is ranked by its need for better lines and by its need for public Wi-Fi."""

import dataclasses

import pandas as pd
import pytest

from connected_place.coverage.need import NEED_COLUMNS, NEED_WORDS
from connected_place.coverage.need.criterion import CRITERIA
from connected_place.coverage.need.scored import CriteriaValues, scored_by
from connected_place.coverage.need.two_needs import need_bases, need_columns
from connected_place.coverage.parameters.score import PURPOSES, Score

from ..small_places import NAN, sample_steps

RULES = Score(samples=50)


def world(**values):
    """Three areas A1 to A3 with a value in [0, 1] on each criterion that is named, known exactly."""
    frame = pd.DataFrame(values, index=pd.Index(["A1", "A2", "A3"], name="area_code"))
    names = pd.Series(["Quay", "Moor", "Marsh"], index=frame.index)
    return CriteriaValues(levels=frame, values=frame, low=frame, high=frame, criteria=CRITERIA, names=names)


def needs(known, rules=RULES, **how):
    return need_columns(known, need_bases(known.values.columns, rules, **how), rules)


def test_each_need_ranks_by_its_own_criteria():
    """A1 has no speed and no passers-by, A3 the other way round, A2 half of both."""
    found = needs(world(gap_headline=[1.0, 0.5, 0.0], footfall=[0.0, 0.5, 1.0]))
    assert found["fixed_rank"].tolist() == [1, 2, 3]
    assert found["wifi_rank"].tolist() == [3, 2, 1]
    assert found["fixed_score"].tolist() == [100, 50, 0] == found["wifi_score"].tolist()[::-1]


def test_a_need_is_scored_as_the_combined_score_is_under_its_weights():
    known = world(gap_headline=[0.9, 0.2, 0.4], deprivation=[0.1, 0.8, 0.4], footfall=[0.3, 0.3, 0.9])
    found = needs(known).filter(like="wifi_").rename(columns=lambda name: name.removeprefix("wifi_"))
    alone = scored_by(known.only(["deprivation", "footfall"]), RULES.wifi_weights, RULES)
    pd.testing.assert_frame_equal(found, alone[[*NEED_COLUMNS]])


@pytest.mark.parametrize(("purpose", "first"), [("town-centres", "A1"), ("inclusion", "A2"), ("mobile-working", "A3")])
def test_each_purpose_of_public_wifi_has_its_own_first_area(purpose, first):
    """A1 is busy, A2 deprived, A3 has many public buildings."""
    known = world(footfall=[1.0, 0.0, 0.0], deprivation=[0.0, 1.0, 0.0], buildings_nearby=[0.0, 0.0, 1.0])
    found = needs(known, dataclasses.replace(RULES, purpose=purpose))
    assert found["wifi_rank"].idxmin() == first


def test_stated_weights_take_the_place_of_the_purpose():
    known = world(footfall=[1.0, 0.0, 0.0], deprivation=[0.0, 1.0, 0.0])
    found = needs(known, dataclasses.replace(RULES, wifi={"deprivation": 1.0}))
    assert found["wifi_score"].tolist() == [0, 100, 0]


def test_every_purpose_weighs_built_in_criteria():
    assert {key for weights in PURPOSES.values() for key in weights} <= set(CRITERIA)


def test_a_need_that_nothing_is_known_of_has_no_score_and_says_so():
    found = needs(world(gap_headline=[1.0, 0.5, 0.0]))
    assert found["wifi_score"].isna().all() and found["wifi_rank"].isna().all()
    assert set(found["wifi_explanation"]) == {"Not ranked: nothing that counts is known."}


def test_an_area_of_which_too_little_is_known_is_ranked_by_the_other_need_only():
    """2 of 10 weights on A1's footfall alone are less than half."""
    rules = dataclasses.replace(RULES, wifi={"footfall": 2.0, "deprivation": 3.0})
    found = needs(world(gap_headline=[1.0, 0.5, 0.0], footfall=[1.0, 0.0, 0.5], deprivation=[NAN, 0.5, 0.0]), rules)
    assert found.loc["A1", "fixed_rank"] == 1
    assert pd.isna(found.loc["A1", "wifi_score"]) and "Not ranked: only 40 %" in found.loc["A1", "wifi_explanation"]


def test_footfall_that_only_knows_where_homes_are_counts_where_it_is_asked_for():
    known = pd.Index(["footfall", "deprivation"])
    assert "footfall" not in need_bases(known, RULES, footfall_counts=False)[1].weights
    asked = dataclasses.replace(RULES, wifi={"footfall": 1.0})
    assert need_bases(known, asked, footfall_counts=False)[1].weights == {"footfall": 1.0}


def test_what_a_need_rests_on_names_what_is_missing_once():
    """Income deprivation and its rank stand in for each other."""
    lines, _ = need_bases(pd.Index(["gap_headline", "deprivation_rank"]), RULES)
    assert lines.weights == {"gap_headline": 4.0, "deprivation_rank": 1.0}
    assert lines.missing == ("gap_decent", "older", "population")
    without, _ = need_bases(pd.Index(["gap_headline"]), RULES)
    assert without.missing == ("gap_decent", "deprivation", "older", "population")


def test_the_sample_has_two_lists_of_wards_that_differ():
    """Wards without the speed lead one list, the town centres the other."""
    wards = sample_steps().need.ranking.wards
    assert {f"{need}_{column}" for need in NEED_WORDS for column in NEED_COLUMNS} <= set(wards)
    for need in NEED_WORDS:
        assert sorted(wards[f"{need}_rank"]) == list(range(1, len(wards) + 1))
        assert (wards[f"{need}_rank_low"] <= wards[f"{need}_rank"]).all()
    assert wards["fixed_rank"].corr(wards["ufbb_300_gap_share"], "spearman") < -0.5
    assert "Central" in wards.loc[wards["wifi_rank"].idxmin(), "area_name"]
    assert wards["fixed_rank"].corr(wards["wifi_rank"], "spearman") < 0.8
