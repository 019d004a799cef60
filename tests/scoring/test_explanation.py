"""Explanations: the numbers in a sentence are those of the score, and the change that it names does swap two areas."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.need.criterion import CRITERIA, Criterion
from connected_place.coverage.scoring.explanation import explanations
from connected_place.coverage.scoring.rank_uncertainty import uncertainty_of_ranks
from connected_place.coverage.scoring.rivals import WEIGHT_LIMIT, pairs, swapping_levels, swapping_weights
from connected_place.coverage.scoring.weighted_score import contributions, rank, score

from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=60)
KEYS = ["gap_decent", "population", "wifi_distance", "public_buildings"]
WEIGHTS = pd.Series({"gap_decent": 3.0, "population": 2.0, "wifi_distance": 1.0, "public_buildings": 0.0})


def valued(levels):
    """Values of levels on the built-in scales."""
    return pd.DataFrame({key: CRITERIA[key].value(levels[key]) for key in levels})


def told(levels, weights=WEIGHTS, names=None, **more):
    values = valued(levels)
    weights = weights[levels.columns]
    spread = uncertainty_of_ranks(values, weights, samples=50, seed=1).frame
    called = pd.Series("", index=levels.index) if names is None else names
    return explanations(levels, values, weights, rank_uncertainty=spread, criteria=CRITERIA, names=called, **more)


@st.composite
def places(draw):
    """Levels of two to eight areas, some not known, many of them equal."""
    cell = st.one_of(
        st.integers(0, 10).map(lambda tenth: tenth / 10), st.floats(0, 1, allow_subnormal=False), st.just(NAN)
    )
    rows = draw(st.lists(st.tuples(*[cell] * 4), min_size=2, max_size=8))
    span = np.array([CRITERIA[key].full_at - CRITERIA[key].none_at for key in KEYS])
    none = np.array([CRITERIA[key].none_at for key in KEYS])
    codes = [f"E{number:02}" for number in range(len(rows))]
    return pd.DataFrame(none + span * np.array(rows, dtype=float), columns=KEYS, index=codes)


@st.composite
def swings(draw):
    numbers = draw(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])] * 4).filter(lambda found: sum(found) > 0))
    return pd.Series(dict(zip(KEYS, numbers, strict=True)))


def order(levels, weights):
    return rank(score(valued(levels), weights))


def is_ahead(ranks, code, rival):
    return ranks[code] < ranks[rival]


# --- what the change named does --------------------------------------------------------------------------------


@rules
@given(places(), swings())
def test_the_weight_that_is_named_swaps_the_two_and_lies_within_reach(levels, weights):
    found = pairs(valued(levels), weights)
    before = order(levels, weights)
    for (code, change), rival in zip(swapping_weights(found).iterrows(), found.rivals, strict=True):
        if not change["criterion"]:
            continue
        stated = weights[change["criterion"]]
        assert stated / WEIGHT_LIMIT <= change["weight"] <= stated * WEIGHT_LIMIT
        after = order(levels, changed(weights, change))
        assert is_ahead(after, code, rival) != is_ahead(before, code, rival)


def changed(weights, change):
    more = weights.copy()
    more[change["criterion"]] = change["weight"]
    return more


@rules
@given(places(), swings())
def test_the_level_that_is_named_swaps_the_two(levels, weights):
    found = pairs(valued(levels), weights)
    before = order(levels, weights)
    for (code, change), rival in zip(swapping_levels(found, levels, CRITERIA).iterrows(), found.rivals, strict=True):
        if not change["criterion"]:
            continue
        moved = levels.copy()
        moved.loc[code, change["criterion"]] = change["level"]
        assert is_ahead(order(moved, weights), code, rival) != is_ahead(before, code, rival)


@pytest.mark.parametrize("seed", range(4))
def test_no_weight_on_a_grid_swaps_two_areas_sooner_than_the_one_named(seed):
    """24 weights from a quarter to four times the stated one, each criterion in turn; 1 % is left to rounding."""
    random = np.random.default_rng(seed)
    table = random.integers(0, 11, size=(4, 4)) / 10
    values = pd.DataFrame(table, columns=KEYS, index=list("ABCD")).mask(random.random((4, 4)) < 0.2)
    weights = pd.Series(random.choice([0.5, 1.0, 2.0, 3.0], 4), index=KEYS)
    found, before = pairs(values, weights), rank(score(values, weights))
    named = swapping_weights(found)
    for code, rival in zip(found.codes, found.rivals, strict=True):
        criterion, weight = named.loc[code]
        reach = abs(np.log(weight / weights[criterion])) if criterion else np.inf
        for key, ratio in itertools.product(KEYS, np.exp(np.linspace(-1, 1, 24) * np.log(0.999 * WEIGHT_LIMIT))):
            after = rank(score(values, weights.where(weights.index != key, weights * ratio)))
            if is_ahead(after, code, rival) != is_ahead(before, code, rival):
                assert reach <= abs(np.log(ratio)) + 0.011


def test_the_change_can_be_worked_out_by_hand():
    """Scores 60 and 40 by weights 3 and 2: level where 2 rises to 3; B's gap must gain a third of the scale."""
    levels = pd.DataFrame({"gap_decent": [0.2, 0.0], "population": [0.0, 100.0]}, index=["A", "B"])
    weights = WEIGHTS[levels.columns]
    found = pairs(valued(levels), weights)
    # At 3 and 3 the two are level and A keeps its place by its code: 3.01 is the next number.
    assert swapping_weights(found).loc["B"].tolist() == ["population", 3.01]
    assert swapping_levels(found, levels, CRITERIA).loc["B"].tolist() == ["gap_decent", pytest.approx(0.067)]
    assert found.points.tolist() == pytest.approx([20, 20])


def test_where_no_weight_within_reach_would_do_it_the_sentence_says_so():
    """B is behind by both criteria."""
    levels = pd.DataFrame({"gap_decent": [0.2, 0.1], "population": [50.0, 40.0]}, index=["A", "B"])
    found = told(levels)
    assert found.loc["B", "explanation"].endswith(
        "34.0 points behind A. Changing one weight, by up to 4 times either way, or one level would not swap them."
    )


# --- the sentences ---------------------------------------------------------------------------------------------


def test_a_sentence_as_a_councillor_reads_it():
    levels = pd.DataFrame(
        {"gap_decent": [0.126, 0.05, 0.0], "population": [62.0, 40.0, NAN], "wifi_distance": [1050.0, 2000.0, 300.0]},
        index=["E01", "E02", "E03"],
    )
    names = pd.Series({"E01": "Quayside", "E02": "Highfield", "E03": "E03"})
    found = told(levels, names=names, varied="the weights and uncertain figures")
    assert found.loc["E02", "explanation"] == (
        "Score 42.5 out of 100: 16.7 from distance to the nearest existing free Wi-Fi (2,000 metres), 13.3 from people "
        "living there (40.0 people per hectare) and 12.5 from premises without 10 Mbit/s (5.0 % of premises). "
        "Rank 2 of 3, and almost always the same when the weights and uncertain figures vary. "
        "18.0 points behind Quayside (E01). They would swap places if the weight of distance to the nearest existing "
        "free Wi-Fi were 3.17 instead of 1, or if, in this area, premises without 10 Mbit/s were 12.3 % of premises "
        "instead of 5.0 %."
    )
    assert "Not known, and left out: people living there." in found.loc["E03", "explanation"]
    assert "ahead of Highfield (E02)" in found.loc["E01", "explanation"]
    assert "E03 (E03)" not in " ".join(found["explanation"])


def test_need_that_is_rounded_away_is_not_called_no_need():
    """A has one in ten thousand without 10 Mbit/s, which is a score of 0.03; B has none."""
    levels = pd.DataFrame({"gap_decent": [0.0001, 0.0, 0.1], "population": [0.0, 0.0, 50.0]}, index=["A", "B", "C"])
    found = told(levels)["explanation"]
    assert found["A"].startswith("Score 0.0 out of 100: under 0.1 from premises without 10 Mbit/s (0.0 % of premises).")
    assert found["B"].startswith("Score 0.0 out of 100: no need on any criterion that is known.")


def test_of_equal_scores_the_sentence_says_that_codes_give_their_order():
    """B, C and D have no need at all: none of them ranks before another for a reason."""
    found = told(pd.DataFrame({"gap_decent": [0.1, 0.0, 0.0, 0.0]}, index=list("ABCD")))["explanation"]
    assert "Rank 3 of 4, in the order of codes: 2 others have exactly this score." in found["C"]
    assert "Rank 1 of 4, and" in found["A"]
    two = told(pd.DataFrame({"gap_decent": [0.1, 0.0, 0.0]}, index=list("ABC")))["explanation"]
    assert "Rank 2 of 3, in the order of codes: 1 other has exactly this score." in two["B"]


def test_an_area_of_which_nothing_is_known_has_no_rival_and_says_so():
    levels = pd.DataFrame({"gap_decent": [0.1, NAN, 0.2]}, index=["A", "B", "C"])
    found = told(levels)
    assert found.loc["B", "explanation"] == "No score: nothing that counts is known."
    assert found["rival_code"].to_dict() == {"A": "C", "B": "", "C": "A"}
    assert found["rival_points"].fillna(-1).round(9).to_dict() == {"A": 50, "B": -1, "C": 50}


def test_a_single_area_has_no_rival():
    found = told(pd.DataFrame({"gap_decent": [0.1]}, index=["A"]))
    assert found.loc["A", "rival_code"] == ""
    assert "They would" not in found.loc["A", "explanation"]


def test_a_level_that_falls_as_need_rises_is_named_the_right_way_round():
    """Two buildings less would put B ahead: 4 buildings are no need, none is full need."""
    levels = pd.DataFrame({"public_buildings": [1.0, 2.0]}, index=["A", "B"])
    found = told(levels, pd.Series({"public_buildings": 1.0})).loc["B", "explanation"]
    assert "were 0.9 buildings within 400 m of where people live instead of 2.0" in found


def test_a_planners_own_unit_is_printed_as_it_stands():
    own = Criterion(key="damp", words="damp homes", unit="homes", none_at=0.0, full_at=10.0, source="Survey.")
    levels = pd.DataFrame({"damp": [4.0, 2.0]}, index=["A", "B"])
    spread = pd.DataFrame({"rank_low": [1.0, 2.0], "rank_high": [2.0, 2.0]}, index=["A", "B"])
    found = explanations(
        levels, levels / 10, pd.Series({"damp": 1.0}), rank_uncertainty=spread, criteria={"damp": own},
        names=pd.Series({"A": "A", "B": "B"}),
    )  # fmt: skip
    assert "all from damp homes (4.0 homes). Rank 1 of 2, 1 to 2 nine times out of ten" in found.loc["A", "explanation"]


@rules
@given(places(), swings())
def test_the_points_in_a_sentence_add_up_to_the_score(levels, weights):
    """Each is rounded to a tenth, so up to four of them may miss by a fifth."""
    values = valued(levels)
    spread = uncertainty_of_ranks(values, weights, samples=10, seed=1).frame
    found = explanations(
        levels, values, weights, rank_uncertainty=spread, criteria=CRITERIA, names=pd.Series("", index=levels.index)
    )
    points = contributions(values, weights)
    for code, text in found["explanation"].items():
        parts = [float(number) for number in re.findall(r"([\d.]+) from ", text)]
        total = re.match(r"Score ([\d.]+) out of 100", text)
        assert bool(total) == points.loc[code].notna().any() or not total
        if parts:
            assert sum(parts) == pytest.approx(float(total[1]), abs=0.26)
