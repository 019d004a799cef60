"""Overlaps: what is counted twice is found, what it does to the ranks is worked out, and nothing else is called one."""

import pandas as pd
import pytest

from connected_place.coverage.need.criterion import CRITERIA
from connected_place.coverage.scoring.redundancy import kendall, overlap_faults, overlaps
from connected_place.coverage.scoring.weighted_score import rank, score

from ..small_places import NAN

CODES = list("ABCDEF")
RISING = [0.0, 0.1, 0.3, 0.4, 0.8, 0.9]
MIXED = [0.5, 0.1, 0.9, 0.0, 0.4, 0.2]


def found(columns, weights=None, **more):
    """The overlaps of a table of six areas."""
    values = pd.DataFrame(columns, index=CODES)
    stated = pd.Series(weights or dict.fromkeys(columns, 1.0))
    return overlaps(values, stated, criteria=CRITERIA, **more)


def test_criteria_that_go_their_own_ways_do_not_overlap():
    assert found({"population": RISING, "wifi_distance": MIXED}) == ()


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"footfall": RISING, "wifi_distance": RISING}, "counted twice"),
        ({"footfall": RISING, "wifi_distance": [value**2 for value in RISING]}, "correlated"),
        ({"footfall": RISING, "wifi_distance": [1 - value for value in RISING]}, ""),  # they pull apart
        ({"gap_headline": RISING, "gap_decent": MIXED}, "nested"),
        ({"population": RISING, "households": MIXED}, "nested"),  # each names the other as its part
    ],
)
def test_the_kind_of_an_overlap(columns, kind):
    assert [item.kind for item in found(columns)] == [kind] * bool(kind)


def test_a_curve_is_seen_by_its_ranks_where_pearson_alone_would_miss_it():
    """Spearman is 1, Pearson 0.84."""
    overlap = found({"footfall": RISING, "wifi_distance": [0.0, 0.0001, 0.001, 0.01, 0.1, 1.0]})[0]
    assert overlap.spearman == pytest.approx(1)
    assert overlap.pearson < 0.9


@pytest.mark.parametrize(("known", "is_told"), [(4, False), (5, True)])
def test_fewer_than_five_areas_tell_no_correlation(known, is_told):
    second = [value if number < known else NAN for number, value in enumerate(RISING)]
    assert bool(found({"footfall": RISING, "wifi_distance": second})) == is_told


def test_columns_that_do_not_vary_tell_no_correlation():
    assert found({"footfall": [0.0] * 6, "wifi_distance": [0.0] * 6}) == ()


def test_a_criterion_without_weight_overlaps_with_nothing():
    assert found({"footfall": RISING, "wifi_distance": RISING}, {"footfall": 1.0, "wifi_distance": 0.0}) == ()


@pytest.mark.parametrize("holds", [True, False])
def test_an_index_that_holds_broadband_counts_a_gap_twice(holds):
    kinds = [
        item.kind for item in found({"gap_decent": RISING, "deprivation_rank": MIXED}, index_holds_broadband=holds)
    ]
    assert kinds == ["counted twice"] * holds


def test_the_lesser_weight_is_dropped_to_see_what_it_does():
    """Both together put A first; without the second, D, C and B pass it and A comes last of four.

    ::

             population (3)  households (2)  both      without households
        A         0.0             1.0        0.400  1         0.0   4
        B         0.1             0.5        0.260  4         0.1   3
        C         0.3             0.21       0.264  3         0.3   2
        D         0.5             0.0        0.300  2         0.5   1
    """
    values = pd.DataFrame({"population": [0.0, 0.1, 0.3, 0.5], "households": [1.0, 0.5, 0.21, 0.0]}, index=list("ABCD"))
    weights = pd.Series({"households": 2.0, "population": 3.0})
    overlap = overlaps(values, weights, criteria=CRITERIA)[0]
    assert (overlap.first, overlap.second) == ("population", "households")
    assert rank(score(values, weights[values.columns])).tolist() == [1, 4, 3, 2]
    assert (overlap.moved_most, overlap.places, overlap.mean_places) == ("A", 3, 1.5)
    # Of six pairs the three with A turn round, the others do not.
    assert overlap.kendall == 0
    assert "an area moves 1.5 places on average, at most 3 (A)." in overlap.sentence


def test_only_what_is_strong_is_a_warning_and_none_blocks():
    """Nested gaps that differ are told, not warned of; the same numbers twice are."""
    weak = found({"gap_headline": RISING, "gap_decent": MIXED})
    strong = found({"gap_headline": RISING, "gap_decent": RISING, "population": MIXED})
    assert overlap_faults(weak) == ()
    (fault,) = overlap_faults(strong)
    assert (fault.code, fault.blocks, fault.value) == ("CRITERIA_OVERLAP", False, "gap_headline, gap_decent")
    assert "count the same thing twice" in str(fault)


@pytest.mark.parametrize(
    ("second", "tau"),
    [([], NAN), ([1], NAN), ([1, 2], 1), ([2, 1], -1), ([1, 3, 2], 1 / 3), ([4, 1, 2, 3], 0), (range(3_001), 1)],
)
def test_tau_is_the_share_of_pairs_in_the_same_order_less_that_of_pairs_in_the_other(second, tau):
    """Against the ranks 1, 2, 3, ...; [4, 1, 2, 3] turns three of six pairs round."""
    found = kendall(pd.Series(range(len(second)), dtype="int64"), pd.Series(list(second), dtype="int64"))
    assert found == pytest.approx(tau, nan_ok=True)
