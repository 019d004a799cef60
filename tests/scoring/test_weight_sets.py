"""Weight sets: whose weights they are, and how far their ranks agree."""

import dataclasses

import pandas as pd
import pytest

from connected_place.coverage.parameters.score import OwnWeights, Score
from connected_place.coverage.scoring.weight_sets import agreement, ranks_by_set, standard_sets
from connected_place.coverage.scoring.weighted_score import rank, score

from ..small_places import NAN

RULES = Score(weights={"gap_headline": 3.0, "deprivation": 2.0, "population": 0.0, "older": 1.0})
KEYS = ["gap_headline", "deprivation", "population"]


def test_the_plans_own_set_gives_the_ranks_of_the_plan():
    values = pd.DataFrame({"a": [0.9, 0.1, NAN], "b": [0.2, 1.0, NAN]}, index=["A1", "A2", "A3"])
    found = ranks_by_set(values, {"plan": {"a": 2.0, "b": 1.0}, "one": {"b": 5.0, "z": 9.0}})
    assert list(found.columns) == ["plan_score", "plan_rank", "one_score", "one_rank"]
    weights = pd.Series({"a": 2.0, "b": 1.0})
    assert found["plan_score"].equals(score(values, weights).rename("plan_score"))
    assert found["plan_rank"].equals(rank(score(values, weights)).rename("plan_rank"))
    assert found["one_rank"].fillna(-1).tolist() == [2, 1, -1]


def test_equal_weights_are_of_the_criteria_that_the_plan_weighs_and_the_data_allow():
    sets = standard_sets(RULES, KEYS)
    assert sets["plan"].weights == {"gap_headline": 3.0, "deprivation": 2.0}
    assert sets["equal"].weights == {"gap_headline": 1.0, "deprivation": 1.0}


@pytest.mark.parametrize(
    ("keys", "weights"),
    [
        (["gap_headline", "deprivation"], {"gap_headline": 1.0, "deprivation": 1.0}),
        (["gap_headline", "gap_decent", "older"], {"gap_decent": 1.0, "older": 1.0}),
        (
            ["gap_headline", "gap_sfbb_30", "gap_decent", "older", "deprivation", "deprivation_rank"],
            {"older": 1.0, "gap_sfbb_30": 0.5, "gap_decent": 0.5, "deprivation": 1.0},
        ),
        (["gap_headline", "population"], None),  # one of its three components says too little
        (["older", "deprivation"], None),
    ],
)
def test_published_weights_are_given_to_the_criteria_that_stand_for_them(keys, weights):
    found = standard_sets(Score(), keys).get("deri")
    assert (dict(found.weights) if found else None) == weights


def test_a_published_set_names_its_source_and_what_it_goes_without():
    source = standard_sets(Score(), ["gap_headline", "deprivation"])["deri"].source
    assert "https://github.com/GreaterManchesterODA/Digital-Exclusion-Risk-Index" in source
    assert source.endswith("Not known here, so without: age.")


def test_a_further_set_is_offered_unless_the_data_know_nothing_that_it_weighs():
    further = (
        OwnWeights(name="parish", weights={"population": 1.0}),
        OwnWeights(name="empty", weights={"footfall": 1.0}),
    )
    sets = standard_sets(dataclasses.replace(RULES, set=further), KEYS)
    assert list(sets) == ["plan", "equal", "deri", "parish"]


def test_agreement_by_hand():
    """Twelve areas; the second ranking swaps the tenth and the eleventh: nine of the first ten are shared."""
    codes = [f"A{number:02}" for number in range(1, 13)]
    first = pd.Series(range(1, 13), index=codes, dtype=float)
    second = first.replace({10.0: 11.0, 11.0: 10.0})
    found = agreement(pd.DataFrame({"plan_rank": first, "equal_rank": second, "back_rank": 13 - first}))
    pair = found.set_index(["first", "second"])
    assert pair.loc[("plan", "equal"), "shared_first"] == 9
    assert pair.loc[("plan", "equal"), "kendall"] == pytest.approx(1 - 2 / 66)
    assert pair.loc[("plan", "equal"), "spearman"] == pytest.approx(1 - 6 * 2 / (12 * 143))
    assert pair.loc[("plan", "back"), ["spearman", "kendall", "shared_first"]].tolist() == [-1, -1, 8]
    assert (pair["first_areas"] == 10).all()


def test_one_area_agrees_with_nothing_that_can_be_told():
    found = agreement(pd.DataFrame({"plan_rank": [1.0, NAN], "equal_rank": [1.0, 2.0]}, index=["A1", "A2"]))
    assert found[["spearman", "kendall"]].isna().all(axis=None)
    assert found.loc[0, ["areas", "shared_first", "first_areas"]].tolist() == [1, 1, 1]
