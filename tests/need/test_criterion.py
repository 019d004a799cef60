"""Criteria: value functions on fixed anchors, the planner's changes to them, and what is wrong with those."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.gaps.gap import TIERS
from connected_place.coverage.need.criterion import (
    ALWAYS,
    CRITERIA,
    GAPS,
    Criterion,
    asked_criteria,
    criteria,
    criterion_faults,
)
from connected_place.coverage.parameters.score import OwnCriterion, Score
from connected_place.gis_data.errors import PlanFileError

from ..small_places import NAN, sample_plan

rules = settings(deadline=None, derandomize=True, max_examples=50)
DAMP = OwnCriterion(
    key="damp_homes",
    words="homes with damp",
    unit="share of homes",
    none_at=0.0,
    full_at=0.3,
    source="Survey",
    error=0.05,
)


def own(**changes):
    return dataclasses.replace(DAMP, **changes)


def a_criterion(none_at, full_at):
    return Criterion(key="k", words="w", unit="u", none_at=none_at, full_at=full_at, source="s")


def faults(*stated):
    return [(fault.code, fault.column) for fault in criterion_faults(Score(criterion=stated))]


# --- value functions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", CRITERIA)
@pytest.mark.parametrize(("at_share", "value"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (2, 1)])
def test_a_value_rises_in_a_line_between_its_two_anchors_and_is_flat_outside(key, at_share, value):
    item = CRITERIA[key]
    level = item.none_at + at_share * (item.full_at - item.none_at)
    assert item.value(pd.Series([level])).item() == pytest.approx(value)


@pytest.mark.parametrize(
    ("none_at", "full_at", "values"),
    [
        (0, 10, [0.0, 0.0, 0.5, 1.0, 1.0]),
        (10, 0, [1.0, 1.0, 0.5, 0.0, 0.0]),  # less is worse
        (-5, 5, [0.0, 0.5, 1.0, 1.0, 1.0]),
    ],
)
def test_a_scale_may_rise_or_fall_and_stand_below_zero(none_at, full_at, values):
    assert a_criterion(none_at, full_at).value(pd.Series([-5.0, 0.0, 5.0, 10.0, 99.0])).tolist() == values


def test_a_falling_scale_writes_no_minus_before_zero():
    assert str(a_criterion(4, 0).value(pd.Series([4.0])).item()) == "0.0"


def test_what_is_not_known_has_no_value():
    assert CRITERIA["deprivation"].value(pd.Series([NAN, 0.2])).isna().tolist() == [True, False]


def test_a_scale_whose_ends_are_one_level_is_refused():
    with pytest.raises(PlanFileError, match=r'full need of "k" are the same level.*\[SCALE_FLAT\]'):
        a_criterion(3, 3.0)


@rules
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(-1e6, 1e6), st.sampled_from(list(CRITERIA)))
def test_another_area_moves_no_value(levels, more, key):
    some, whole = (CRITERIA[key].value(pd.Series(found)) for found in (levels, [*levels, more]))
    assert whole[:-1].tolist() == some.tolist()
    assert whole.between(0, 1).all()


# --- the built-in ones ---------------------------------------------------------------------------------------


def test_every_criterion_says_where_its_anchors_come_from():
    assert [item.key for item in CRITERIA.values() if not (item.words and item.unit and item.source)] == []


def test_an_error_is_explained():
    assert [item.key for item in CRITERIA.values() if item.error and "Error:" not in item.source] == []


def test_criteria_name_as_parts_one_another_and_never_themselves():
    for item in CRITERIA.values():
        assert item.key not in item.parts
        assert all(item.key in CRITERIA[part].parts for part in item.parts), item.key


def test_every_tier_is_a_criterion_and_all_gaps_are_nested():
    assert list(GAPS.values()) == list(TIERS)
    assert {len(CRITERIA[key].parts) for key in ("gap_headline", *GAPS)} == {len(TIERS)}


def test_criteria_that_are_always_shown_are_those_with_a_weight_by_default():
    assert set(ALWAYS) == set(Score().weights)


# --- which ones a plan has -----------------------------------------------------------------------------------


def test_criteria_of_the_combined_score_come_first_then_those_of_the_two_needs():
    found = list(asked_criteria(Score(), headline="ufbb_300"))
    assert found[: len(ALWAYS)] == list(ALWAYS)
    assert found[len(ALWAYS) :] == ["older", "footfall", "mobile_gap", "buildings_nearby"]


def test_a_criterion_is_shown_when_it_has_a_weight_even_of_0_or_is_described():
    stated = Score(weights={"older": 0.0, "no_car": 1.0}, criterion=(DAMP, OwnCriterion(key="footfall", error=5.0)))
    more = [key for key in asked_criteria(stated, headline="ufbb_300") if key not in ALWAYS]
    assert more == ["no_car", "older", "footfall", "damp_homes", "mobile_gap", "buildings_nearby"]


@pytest.mark.parametrize(
    ("weights", "headline", "gaps"),
    [
        ({"gap_headline": 1.0, "gap_decent": 1.0}, "decent_10", ["gap_headline"]),  # the same premises
        ({"gap_headline": 1.0, "gap_decent": 1.0}, "sfbb_30", ["gap_headline", "gap_decent"]),
        ({"gap_headline": 1.0, "gap_gigabit": 2.0}, "gigabit", ["gap_headline", "gap_decent"]),
        ({"gap_gigabit": 2.0}, "gigabit", ["gap_headline", "gap_decent", "gap_gigabit"]),  # the one that counts
        ({"gap_headline": 1.0, "gap_gigabit": 0.0}, "gigabit", ["gap_headline", "gap_decent"]),
        ({"population": 1.0}, "decent_10", ["gap_headline"]),
    ],
)
def test_the_headline_gap_does_not_count_twice(weights, headline, gaps):
    found = asked_criteria(Score(weights=weights), headline=headline)
    assert [key for key in found if key.startswith("gap_")] == gaps


# --- the planner's own ---------------------------------------------------------------------------------------


def test_what_is_not_restated_stays_as_built_in():
    found = criteria(Score(criterion=(OwnCriterion(key="mobile_gap", none_at=0.1),)))["mobile_gap"]
    built_in = CRITERIA["mobile_gap"]
    assert (found.none_at, found.full_at, found.error, found.words) == (0.1, 0.2, built_in.error, built_in.words)
    assert found.source == "As stated in plan.toml."


def test_an_error_of_0_may_be_restated():
    assert criteria(Score(criterion=(OwnCriterion(key="mobile_gap", error=0.0),)))["mobile_gap"].error == 0


def test_an_own_criterion_stands_after_the_built_in_ones():
    found = criteria(Score(criterion=(DAMP,)))
    assert list(found) == [*CRITERIA, "damp_homes"]
    assert found["damp_homes"] == Criterion(**dataclasses.asdict(DAMP), parts=())


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ([DAMP], []),
        ([own(none_at=0.3, full_at=0.0)], []),
        ([own(none_at=-1.0)], []),
        ([own(words="", source="")], [("KEY_MISSING", "words"), ("KEY_MISSING", "source")]),
        (
            [OwnCriterion(key="a")],
            [("KEY_MISSING", name) for name in ("words", "unit", "none_at", "full_at", "source")],
        ),
        ([own(full_at=0.0)], [("SCALE_FLAT", "full_at")]),
        ([OwnCriterion(key="no_car", full_at=0.0)], [("SCALE_FLAT", "full_at")]),  # none_at is built in
        ([OwnCriterion(key="no_car", full_at=0.0, none_at=1.0)], []),
        ([OwnCriterion(key="no_car", words="x", unit="y")], [("BUILT_IN", "words"), ("BUILT_IN", "unit")]),
        ([own(key="Damp homes")], [("NOT_A_KEY", "key")]),
        ([own(key="")], [("NOT_A_KEY", "key")]),
        ([own(key="a" * 41)], [("NOT_A_KEY", "key")]),
        ([own(key="gap_of_ours")], [("NOT_A_KEY", "key")]),
    ],
)
def test_what_is_wrong_with_a_criterion_is_told_at_once(stated, found):
    assert faults(*stated) == [(code, f"score.criterion 1.{column}") for code, column in found]


def test_a_criterion_described_twice_is_refused():
    assert faults(DAMP, own(key="b"), own(words="again")) == [("CRITERION_TWICE", "score.criterion 3.key")]


def test_criteria_with_faults_are_never_used():
    with pytest.raises(PlanFileError, match=r"NOT_A_KEY.*\n.*CRITERION_TWICE"):
        criteria(Score(criterion=(own(key="X"), DAMP, DAMP)))


def test_a_column_that_areas_have_already_is_no_key():
    """Behind? Add the column to own_criteria.RESERVED."""
    plan = sample_plan()
    columns = {plan.areas.index.name, *plan.areas.columns, *plan.wards.columns} - set(CRITERIA)
    assert len(columns) > 30
    assert [
        name for name in sorted(columns) if ("NOT_A_KEY", "score.criterion 1.key") not in faults(own(key=name))
    ] == []
