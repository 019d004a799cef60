"""Weights and columns that count nothing are told, those of the defaults apart."""

import pandas as pd
import pytest

from connected_place.coverage.need.unused_weights import missed_scales, unknown_criteria, unused_columns
from connected_place.coverage.parameters.score import OwnCriterion, Score

from ..small_places import NAN, layer, layers

DAMP = OwnCriterion(key="damp", words="damp", unit="%", none_at=0.0, full_at=50.0, source="Survey")


def told(found, weights, *, headline="ufbb_300"):
    frame = pd.DataFrame({key: [0.1] for key in found})
    warnings = unknown_criteria(frame, Score(weights=weights, criterion=(DAMP,)), headline=headline)
    assert not any(fault.blocks for fault in warnings)
    return [(fault.code, fault.column.removeprefix("score.weights.")) for fault in warnings]


@pytest.mark.parametrize(
    ("found", "weights", "warnings"),
    [
        (["gap_headline"], dict(Score().weights), []),  # as a new plan.toml has them
        (["gap_headline"], {"gap_headline": 1.0}, []),
        (
            ["gap_headline"],
            {"no_car": 1.0, "damp": 2.0},
            [("CRITERION_UNKNOWN", "no_car"), ("CRITERION_UNKNOWN", "damp")],
        ),
        (["gap_headline", "no_car"], {"no_car": 1.0}, []),
        (["gap_headline"], {"no_car": 0.0}, []),  # only to be shown
        (["gap_headline"], {"wifi_distance": 1.0}, []),  # the default, perhaps nobody's word
        (["gap_headline"], {"wifi_distance": 3.0}, [("CRITERION_UNKNOWN", "wifi_distance")]),
        (["deprivation"], {"deprivation_rank": 5.0}, []),  # the income score stands there
        (["deprivation_rank"], {"deprivation": 5.0}, []),
        ([], {"deprivation": 5.0}, [("CRITERION_UNKNOWN", "deprivation")]),
    ],
)
def test_a_weight_for_what_nobody_says_is_a_warning(found, weights, warnings):
    assert told(found, weights) == warnings


def test_a_weight_for_the_headline_gap_under_its_other_name_is_a_warning():
    both = {"gap_headline": 3.0, "gap_gigabit": 1.0}
    assert told(["gap_headline"], both, headline="gigabit") == [("CRITERION_REPEATS", "gap_gigabit")]
    assert told(["gap_headline"], both) == [("CRITERION_UNKNOWN", "gap_gigabit")]  # not in this release


def test_the_warning_names_the_criterion():
    frame = pd.DataFrame({"gap_headline": [0.1]})
    found = unknown_criteria(frame, Score(weights={"no_car": 1.0}), headline="ufbb_300")
    assert "no_car has a weight in plan.toml, but no input has figures for it" in str(found[0])


def test_a_column_that_no_own_criterion_uses_is_a_warning():
    """A built-in criterion takes its figures from its own kind of file."""
    figures = layer("area-table", pd.DataFrame({"damp": [1.0], "no_car": 2.0, "calls": 3.0}), file="own.csv")
    found = unused_columns(layers(figures), Score(criterion=(DAMP,)))
    assert [(fault.code, fault.file, fault.column, fault.blocks) for fault in found] == [
        ("COLUMN_UNUSED", "own.csv", "no_car", False),
        ("COLUMN_UNUSED", "own.csv", "calls", False),
    ]


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        ([60.0, 90.0, NAN], ["SCALE_MISSED"]),  # all beyond 50
        ([50.0, 51.0], ["SCALE_MISSED"]),
        ([0.0, -1.0], ["SCALE_MISSED"]),
        ([60.0, 49.0], []),
        ([60.0, 0.0], []),  # two ends tell areas apart
        ([NAN, NAN], []),  # not known is told elsewhere
    ],
)
def test_a_scale_that_no_area_lies_on_is_a_warning(levels, codes):
    """From 0 to 50."""
    found = missed_scales(pd.DataFrame({"damp": levels}), Score(criterion=(DAMP,)))
    assert [fault.code for fault in found] == codes
    assert not any(fault.blocks for fault in found)


def test_a_built_in_scale_as_it_stands_is_never_told():
    """That nobody lacks 10 Mbit/s is good news."""
    assert missed_scales(pd.DataFrame({"gap_decent": [0.0, 0.0]}), Score(criterion=(DAMP,))) == ()
