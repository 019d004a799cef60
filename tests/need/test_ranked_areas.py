"""Ranking: areas and wards by the same rules, with names, doubt and reasons that belong to the row."""

import dataclasses
import functools
import io
import re

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.gaps.cell_areas import with_cells
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.need.levels import area_facts_of
from connected_place.coverage.need.ranked_areas import (
    criteria_of,
    ranking,
    values_of,
)
from connected_place.coverage.need.scored import FIRST_RANKS
from connected_place.coverage.parameters.score import OwnWeights, Score
from connected_place.coverage.places.cells import Cells
from connected_place.coverage.places.geography import geography_of, postcode_directory
from connected_place.coverage.scoring.weighted_score import LEAST_KNOWN_SHARE, contributions, weights_of
from connected_place.gis_data.errors import PlanFileError
from connected_place.maps.tables.plan_tables import csv_tables

from ..small_places import (
    NAN,
    at,
    coverage,
    layer,
    layers,
    needs_real_data,
    outlines,
    people,
    postcodes,
    sample_plan,
    sample_steps,
    square,
    thurrock_plan,
)

AREAS = {f"E0000000{number}": square(number - 1, 0) for number in range(1, 6)}
LSOAS = {"E01000001": square(0, 0, side_m=3_000), "E01000002": square(1.5, 0, side_m=2_000)}
WARDS = {"E05000001": square(0, 0, side_m=2_000), "E05000002": square(2 / 3, 0, side_m=3_000)}
COUNTS = {
    "E00000001": (100, 10),
    "E00000002": (100, 30),
    "E00000003": (100, 80),
    "E00000004": (100, 50),
    "E00000005": (100, NAN),
}
PEOPLE = {"E00000001": 9_000, "E00000002": 1_000, "E00000003": 2_000, "E00000004": NAN, "E00000005": 4_000}
"""Five areas of 1 km in a row; the first two in ward 1, the first three in LSOA 1. Of the fifth no gap is reported."""
RULES = Score(weights={"gap_headline": 3.0, "population": 1.0}, samples=200)


def street(*, level="output_area", rules=RULES, turned=False, counts=COUNTS, repeats_broadband=False, more=()):
    turn = -1 if turned else 1
    given = (
        outlines("output_area", dict(list(AREAS.items())[::turn])),
        outlines("lsoa", LSOAS),
        outlines("ward", WARDS),
        coverage(dict(list(counts.items())[::turn])),
        people("population", PEOPLE),
        *more,
    )
    found = layers(*given)
    places = geography_of(found)
    return ranking(
        places,
        count_units(found, places, weights=""),
        area_facts_of(found, places),
        level=level,
        headline="ufbb_300",
        rules=rules,
        repeats_broadband=repeats_broadband,
    )


# --- rows ----------------------------------------------------------------------------------------------------


def test_a_row_counts_the_units_of_its_own_area():
    found = street(level="lsoa")
    assert found.areas["ufbb_300_gap"].to_dict() == {"E01000001": 120, "E01000002": 50}
    assert found.areas["ufbb_300_not_reported"].tolist() == [0, 100]
    assert found.wards["ufbb_300_gap"].to_dict() == {"E05000001": 40, "E05000002": 130}
    assert found.wards["ufbb_300_gap_share"].tolist() == [0.2, 130 / 300]


def test_an_area_is_of_the_ward_in_which_most_of_its_finest_areas_lie():
    """LSOA 1 has two of its three areas in ward 1."""
    assert street(level="lsoa").areas[["ward_code", "ward_name"]].to_numpy().tolist() == [
        ["E05000001", "Name of E05000001"],
        ["E05000002", "Name of E05000002"],
    ]


def test_a_cell_without_a_centre_has_what_is_known_of_its_area_but_a_gap_of_its_own():
    """The first area's centre lies in its cell of the south-west, with one postcode; another is in the north-east."""
    gaps = coverage({"AA11AA": (60, 0.1), "AA11AB": (40, 0.5), "AA11AD": (100, 0.3)}, level="postcode")
    found = layers(
        outlines("output_area", AREAS),
        outlines("ward", WARDS),
        dataclasses.replace(gaps, frame=gaps.frame.assign(premises=gaps.frame["connections"])),
        postcodes({"AA11AA": at(0.2, 0.2), "AA11AB": at(0.8, 0.8), "AA11AD": at(1.2, 0.2)}),
        people("population", PEOPLE),
    )
    places = geography_of(found)
    places, units = with_cells(
        places,
        count_units(found, places, weights=""),
        cells=Cells(level="grid"),
        directory=postcode_directory(found),
    )
    known = area_facts_of(found, places)
    asked = {"headline": "ufbb_300", "rules": RULES, "repeats_broadband": False}
    ranked = ranking(places, units, known, level="grid", **asked).areas
    lender = ranking(places, units, known, level="output_area", **asked).areas.loc["E00000001"]
    north_east = ranked.loc["sq500-01121-00361"]
    assert north_east["population"] == lender["population"] == 90
    assert (lender["gap_headline"], north_east["gap_headline"]) == pytest.approx((0.26, 0.5))
    assert north_east["known_share"] == 1


def test_wards_as_areas_are_the_wards_with_themselves_as_ward():
    found = street(level="ward")
    assert found.areas["ward_code"].to_dict() == {code: code for code in WARDS}
    assert found.areas["ward_name"].tolist() == found.areas["area_name"].tolist()
    assert found.areas[list(found.wards.columns)].equals(found.wards)


def test_an_area_is_scored_on_what_is_known_of_it():
    """Weights 3 and 1: full need is a gap of all and 100 people a hectare, of which the first has 90."""
    found = street().areas
    assert found["score"].to_dict() == pytest.approx(
        {"E00000001": 30, "E00000002": 25, "E00000003": 65, "E00000004": 50, "E00000005": NAN}, nan_ok=True
    )
    assert found["known_share"].tolist() == [1, 1, 1, 0.75, 0.25]
    assert found["rank"].tolist()[:4] == [3, 4, 1, 2]


def test_an_area_of_which_little_is_known_has_no_score_and_no_rank():
    """Of the fifth area only the population is known, which has 1 of 4 of the weights."""
    fifth = street().areas.loc["E00000005"]
    assert fifth["known_share"] == 0.25
    assert np.isnan(fifth[["score", "rank", "rank_low", "rank_high"]].astype("float64")).all()
    assert fifth["explanation"] == "Not ranked: only 25 % of the weights are for figures that are known."


def test_half_of_the_weights_is_enough_for_a_rank():
    found = street(rules=dataclasses.replace(RULES, weights={"gap_headline": 1.0, "population": 1.0})).areas
    assert found.loc["E00000005", "known_share"] == 0.5
    assert found["rank"].notna().all()


def test_half_of_the_weights_is_half_however_their_sum_is_rounded():
    """0.1, 0.2 and 0.3 are as much as 0.6, but for the last bit."""
    weights = {"gap_headline": 0.6, "population": 0.1, "households": 0.2, "deprivation": 0.3}
    more = (people("households", PEOPLE), people("deprivation", dict.fromkeys(AREAS, 0.2)))
    fifth = street(rules=dataclasses.replace(RULES, weights=weights), more=more).areas.loc["E00000005"]
    assert fifth["known_share"] == pytest.approx(0.5)
    assert fifth["rank"] > 0


def test_the_first_ten_are_counted_and_half_of_the_weights_carries_a_rank():
    """The pages speak of the first ten and of half of the weights."""
    assert (FIRST_RANKS, LEAST_KNOWN_SHARE) == (10, 0.5)


def test_range_and_reason_are_those_of_the_row():
    found = street().areas.dropna(subset="rank")
    assert (found["rank_low"] <= found["rank_high"]).all()
    for row in found.itertuples():
        assert row.explanation.startswith(f"Score {row.score:.1f} out of 100")
        assert f"Rank {row.rank:.0f} of 4" in row.explanation
        assert row.rival_code in found.index
    assert found.loc["E00000003", "rival_code"] == "E00000004"  # of the first the one below
    assert found.loc["E00000004", "rival_code"] == "E00000003"
    assert "Not known, and left out: people living there." in found.loc["E00000004", "explanation"]


def test_the_order_of_rows_changes_no_ranking():
    one, other = street(), street(turned=True)
    pd.testing.assert_frame_equal(one.areas.sort_index(), other.areas.sort_index())
    pd.testing.assert_frame_equal(one.weight_sets.sort_index(), other.weight_sets.sort_index())


def test_values_are_named_after_their_criteria():
    found = street().areas
    assert criteria_of(found) == ["gap_headline", "gap_decent", "population"]
    worth = values_of(found)
    assert worth.columns.tolist() == criteria_of(found)
    assert worth["population"].fillna(-1).tolist() == [0.9, 0.1, 0.2, -1, 0.4]


def test_a_plan_whose_weights_count_nothing_is_refused():
    with pytest.raises(PlanFileError, match=r"\[NO_WEIGHT\]"):
        street(rules=Score(weights={"deprivation": 1.0}, samples=10))


# --- sets of weights -----------------------------------------------------------------------------------------


def test_a_further_set_ranks_beside_the_plan_and_changes_nothing_of_it():
    further = OwnWeights(name="homes", weights={"population": 1.0})
    found = street(rules=dataclasses.replace(RULES, set=(further,)))
    assert found.weight_sets["homes_rank"].fillna(-1).tolist() == [1, 3, 2, -1, -1]
    assert found.weight_sets["homes_score"].fillna(-1).tolist() == pytest.approx([90, 10, 20, -1, -1])
    ranked = found.areas["rank"].notna()
    assert found.weight_sets["plan_rank"].equals(found.areas["rank"].rename("plan_rank"))
    assert found.weight_sets["plan_score"][ranked].tolist() == pytest.approx(found.areas["score"][ranked].tolist())
    pd.testing.assert_frame_equal(found.areas, street().areas)
    pairs = set(zip(found.agreement["first"], found.agreement["second"], strict=True))
    assert {("plan", "equal"), ("plan", "homes"), ("equal", "homes")} <= pairs


def test_a_criterion_that_only_a_further_set_weighs_is_known():
    older = OwnWeights(name="crowd", weights={"households": 1.0})
    found = street(rules=dataclasses.replace(RULES, set=(older,)), more=(people("households", PEOPLE),))
    assert "households_value" in found.areas
    assert found.weight_sets["crowd_rank"].notna().any()


# --- warnings ------------------------------------------------------------------------------------------------


def codes(found):
    return {warning.code for warning in found.warnings}


def test_what_the_plan_weighs_twice_or_cannot_know_is_warned_of():
    assert codes(street()) == set()
    assert codes(street(rules=dataclasses.replace(RULES, weights={**RULES.weights, "older": 5.0}))) == {
        "CRITERION_UNKNOWN"
    }


ALL_KNOWN = {**COUNTS, "E00000005": (100, 20)}


def test_two_gaps_of_the_same_premises_are_counted_twice():
    rules = dataclasses.replace(RULES, weights={**RULES.weights, "gap_gigabit": 1.0})
    found = street(rules=rules, counts=ALL_KNOWN)
    assert codes(found) == {"CRITERIA_OVERLAP"}
    assert [(item.first, item.second, item.kind) for item in found.overlaps] == [
        ("gap_headline", "gap_gigabit", "counted twice")
    ]


@pytest.mark.parametrize("repeats", [True, False])
def test_an_index_that_holds_broadband_counts_the_gap_twice(repeats):
    """Places of 101 in the nation that do not follow the gaps."""
    ranks = pd.DataFrame({"deprivation_rank": [51.0, 11, 1, 41, 31], "deprivation_ranks": 101.0}, index=list(AREAS))
    rules = dataclasses.replace(RULES, weights={"gap_headline": 3.0, "deprivation_rank": 1.0})
    index = layer("deprivation", ranks, level="output_area", vintage="on output_area 2021")
    found = street(rules=rules, repeats_broadband=repeats, counts=ALL_KNOWN, more=(index,))
    assert codes(found) == ({"CRITERIA_OVERLAP"} if repeats else set())


# --- the sample and a real borough ---------------------------------------------------------------------------


@functools.cache
def sample_of_sets():
    """The embedded borough, its areas also ranked by people and by footfall alone."""
    terms = sample_steps().parameters
    further = (
        OwnWeights(name="homes", weights={"population": 1.0}),
        OwnWeights(name="streets", weights={"footfall": 1.0}),
    )
    rules = dataclasses.replace(terms.score, set=further)
    sites = dataclasses.replace(terms.sites, samples=0)
    return sample_steps().changed(dataclasses.replace(terms, score=rules, sites=sites)).record


def test_ranks_by_further_sets_stand_in_their_table():
    made = sample_of_sets()
    table = pd.read_csv(io.StringIO(csv_tables(made)["weight_sets.csv"]), index_col="area_code")
    assert table.index.tolist() == sorted(made.areas.index)
    assert table["plan_rank"].tolist() == made.areas["rank"].tolist()
    for name, criterion in (("homes", "population"), ("streets", "footfall")):
        value = made.areas[f"{criterion}_value"]
        assert value.nunique() > 10
        order = table[f"{name}_rank"].sort_values().index
        assert value[order].is_monotonic_decreasing
        np.testing.assert_allclose(table[f"{name}_score"], 100 * value, atol=1e-4)


def test_further_sets_move_no_rank_and_no_site_of_the_sample():
    made, alone = sample_of_sets(), sample_plan()
    columns = ["score", "rank", "rank_low", "rank_high", "explanation"]
    pd.testing.assert_frame_equal(pd.DataFrame(made.areas[columns]), pd.DataFrame(alone.areas[columns]))
    assert made.sites["selected"].equals(alone.sites["selected"])


NUMBER = re.compile(r"\d+(?:\.\d+)?")


@needs_real_data
def test_the_ten_areas_of_greatest_need_in_thurrock_are_explained_in_numbers():
    made = thurrock_plan()
    first = made.areas.sort_values("rank").head(10)
    assert first["rank"].tolist() == list(range(1, 11))
    assert first["explanation"].is_unique
    worth = values_of(made.areas)
    points = contributions(worth, weights_of(worth.columns, made.parameters.score.weights))
    for row in first.itertuples():
        assert row.explanation.startswith(f"Score {row.score:.1f} out of 100: ")
        most = points.loc[row.Index].idxmax()
        said = row.explanation.split(". Rank")[0]
        assert f"{points.loc[row.Index, most]:.1f} from" in said or "all from" in said
        assert f"Rank {row.rank:.0f} of {made.areas['rank'].notna().sum()}, " in row.explanation
        assert range_of(row.explanation) == (row.rank_low, row.rank_high)
        assert row.score_low <= row.score_high
        assert row.rival_code in made.areas.index
        assert row.rival_code in row.explanation
        assert len(NUMBER.findall(row.explanation)) >= 6


def range_of(explanation):
    """Lowest and highest rank that a text states."""
    both = re.search(r", (\d+) to (\d+) nine times out of ten", explanation)
    if both:
        return float(both[1]), float(both[2])
    other = re.search(r", but (\d+) in most cases", explanation) or re.search(
        r"Rank (\d+) of \d+, and almost always the same", explanation
    )
    return float(other[1]), float(other[1])
