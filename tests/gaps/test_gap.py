"""Gaps: sums over sums, three states, and nothing lost between areas, wards and borough."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.gaps.gap import TIERS, add_missing, as_counts, borough_total, gap_by_area

from ..small_places import NAN, coverage

rules = settings(deadline=None, derandomize=True, max_examples=30)


def counted(rows):
    """Units as counts: (area, premises, gap); NaN: not reported."""
    frame = pd.DataFrame(rows, columns=["area", "premises", "gap"], index=[f"U{number}" for number in range(len(rows))])
    counts = frame[["premises"]].assign(premises_matched=frame["premises"], ufbb_300_gap=frame["gap"])
    return counts.astype("float64"), frame["area"]


def by_area(rows, codes=("A", "B", "C")):
    counts, areas = counted(rows)
    return gap_by_area(counts, areas, index=pd.Index(codes))


@st.composite
def units(draw):
    """Up to 30 units in three areas or in none, each with at most as much gap as premises, or not reported."""
    rows = []
    for _ in range(draw(st.integers(1, 30))):
        premises = draw(st.integers(0, 500))
        gap = draw(st.one_of(st.integers(0, premises), st.just(NAN)))
        rows.append((draw(st.sampled_from(["A", "B", "C", ""])), premises, gap))
    return rows


# --- counts --------------------------------------------------------------------------------------------------


def test_the_publishers_counts_are_taken_unchanged():
    found = as_counts(coverage({"E00000001": (100, 10), "E00000002": (40, NAN)}))
    assert found.frame["premises"].tolist() == [100, 40]
    assert found.frame.loc["E00000001", "gigabit_gap"] == 10
    assert found.premises_source.startswith("Ofcom")


def test_percentages_become_counts_by_their_weight():
    """A postcode of 80 premises weighs forty times one of 2; the one without a weight has no count and is reported."""
    share = coverage({"AA11AA": (80, 0.25), "AA11AB": (2, 1.0), "AA11AC": (NAN, 0.5)}, level="postcode")
    found = as_counts(share, weight=share.frame["connections"], source="estimate: lines in use")
    assert found.frame["sfbb_30_gap"].fillna(-1).tolist() == [20, 2, -1]
    assert found.frame["premises"].fillna(-1).tolist() == [80, 2, -1]
    assert found.premises_source == "estimate: lines in use"


def test_counting_leaves_the_layer_as_it_was():
    share = coverage({"AA11AA": (80, 0.25)}, level="postcode")
    before = share.frame.copy()
    as_counts(share, weight=share.frame["connections"], source="estimate")
    pd.testing.assert_frame_equal(share.frame, before)


# --- gaps by area --------------------------------------------------------------------------------------------


def test_a_share_is_a_sum_over_a_sum_and_never_a_mean_of_percentages():
    """One ward: 90 of 100, 0 of 10 and 25 of 50 have it. The mean of the three percentages would say 46.7."""
    ward = by_area([("A", 100, 10), ("A", 10, 10), ("A", 50, 25)]).loc["A"]
    assert (ward["premises"], ward["ufbb_300_gap"], 1 - ward["ufbb_300_gap_share"]) == (160, 45, 115 / 160)


def test_an_area_has_three_states():
    """A: all have it. B: nothing is reported. C: no unit at all."""
    found = by_area([("A", 20, 0), ("B", 30, NAN)])
    assert found["ufbb_300_gap"].fillna(-1).tolist() == [0, -1, -1]
    assert found["ufbb_300_gap_share"].fillna(-1).tolist() == [0, -1, -1]
    assert found["ufbb_300_not_reported"].fillna(-1).tolist() == [0, 30, -1]
    assert found["premises"].fillna(-1).tolist() == [20, 30, -1]


def test_what_is_not_reported_stays_in_the_denominator():
    found = by_area([("A", 60, 15), ("A", 40, NAN)]).loc["A"]
    assert (found["ufbb_300_gap_share"], found["ufbb_300_not_reported"]) == (0.15, 40)


def test_an_area_of_no_premises_has_no_share():
    assert np.isnan(by_area([("A", 0, 0)]).loc["A", "ufbb_300_gap_share"])


@pytest.mark.parametrize(("premises", "share"), [(1, 1.0), (0, NAN)])
def test_a_place_of_one_premises_has_a_share_and_one_of_none_has_none(premises, share):
    found = by_area([("A", premises, premises)], codes=("A",))
    shares = found.loc["A", "ufbb_300_gap_share"], borough_total(found)["ufbb_300_gap_share"]
    assert shares == pytest.approx((share, share), nan_ok=True)


def test_a_place_without_any_report_has_no_gap():
    """Not known is never 0."""
    total = borough_total(by_area([("A", 20, NAN), ("B", 30, NAN)]))
    assert np.isnan(total[["ufbb_300_gap", "ufbb_300_gap_share"]].astype("float64")).all()
    assert total[["premises", "premises_matched", "ufbb_300_not_reported"]].tolist() == [50, 50, 50]


def test_what_areas_have_is_counted_by_itself():
    found = by_area([("A", 100, 10), ("A", 20, NAN), ("B", 50, 25)])
    assert found["ufbb_300_have"].fillna(-1).tolist() == [90, 25, -1]
    assert found["premises_matched"].fillna(-1).tolist() == [120, 50, -1]
    assert borough_total(found)["ufbb_300_have"] == 115


def test_each_tier_has_its_speed():
    assert {key: tier.speed_mbps for key, tier in TIERS.items()} == {
        "decent_10": 10, "sfbb_30": 30, "ufbb_100": 100, "ufbb_300": 300, "gigabit": 1_000
    }  # fmt: skip


def test_tiers_that_were_not_counted_get_no_column():
    assert not [name for name in by_area([("A", 1, 0)]) if name.startswith("gigabit")]


@rules
@given(units())
def test_covered_gap_and_not_reported_make_up_all_premises(rows):
    counts, areas = counted(rows)
    found = by_area(rows)
    for code in "ABC":
        mine = counts[areas == code]
        covered = (mine["premises"] - mine["ufbb_300_gap"]).sum()
        row = found.loc[code].fillna(0)
        assert row["premises"] == covered + row["ufbb_300_gap"] + row["ufbb_300_not_reported"] == mine["premises"].sum()


@rules
@given(units())
def test_a_share_lies_between_nothing_and_all(rows):
    assert by_area(rows)["ufbb_300_gap_share"].dropna().between(0, 1).all()


@rules
@given(units(), st.randoms())
def test_the_order_of_units_changes_nothing(rows, random):
    counts, areas = counted(rows)
    order = list(counts.index)
    random.shuffle(order)
    index = pd.Index(["A", "B", "C"])
    pd.testing.assert_frame_equal(
        gap_by_area(counts.loc[order], areas.loc[order], index=index), gap_by_area(counts, areas, index=index)
    )


@rules
@given(units())
def test_the_borough_is_the_exact_sum_of_its_wards_and_of_its_units(rows):
    counts, areas = counted(rows)
    total = borough_total(by_area(rows)).fillna(0)
    inside = counts[areas != ""]
    assert total["ufbb_300_gap"] == inside["ufbb_300_gap"].sum()
    assert total["premises"] == inside["premises"].sum()
    if total["premises"]:
        assert total["ufbb_300_gap_share"] == total["ufbb_300_gap"] / total["premises"]


@rules
@given(units())
def test_a_lost_row_moves_no_gap_of_another_area(rows):
    """The first unit of area A is deleted: B and C stay unchanged."""
    rows = [("A", 10, 5), *rows]
    pd.testing.assert_frame_equal(by_area(rows[1:]).loc[["B", "C"]], by_area(rows).loc[["B", "C"]])


def test_the_borough_share_is_not_a_mean_of_its_wards():
    total = borough_total(by_area([("A", 1000, 0), ("B", 10, 10)]))
    assert total["ufbb_300_gap_share"] == 10 / 1010


# --- units without a row -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("households", "not_reported", "gap"),
    [
        ({"U8": 118.0, "U9": 143.0}, [118, 143, -1], [5, -1, -1]),
        ({"U8": 1.0, "U9": 1.0}, [1, 1, -1], [5, -1, -1]),
        ({"U8": 118.0}, [118, -1, -1], [5, -1, -1]),  # U9: how many live there is not known
        ({}, [0, -1, -1], [5, -1, -1]),
    ],
)
def test_units_without_a_row_raise_what_is_not_reported_and_no_gap(households, not_reported, gap):
    """Area A has a unit with a row and one without (U8); B has only one without (U9); C has none."""
    gaps = by_area([("A", 20, 5)])
    found = add_missing(gaps, pd.Series({"U8": "A", "U9": "B"}), pd.Series(households, dtype="float64"))
    assert found["ufbb_300_not_reported"].fillna(-1).tolist() == not_reported
    assert found["ufbb_300_gap"].fillna(-1).tolist() == gap
    assert found["units_not_reported"].tolist() == [1, 1, 0]
    assert found["premises"].fillna(-1).tolist() == [20, -1, -1]


def test_nothing_missing_raises_nothing():
    gaps = by_area([("A", 20, 5), ("B", 10, NAN), ("C", 5, 0)])
    found = add_missing(gaps, pd.Series([], dtype=object), pd.Series([], dtype="float64"))
    pd.testing.assert_frame_equal(found.drop(columns="units_not_reported"), gaps)
    assert found["units_not_reported"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("tier", TIERS.values(), ids=list(TIERS))
def test_ultrafast_is_never_printed_without_its_number(tier):
    assert f"{tier.speed_mbps:,.0f} Mbit/s" in tier.words
    assert tier.words.count("ultrafast") == 0 or tier.words.index("Mbit/s") < tier.words.index("ultrafast")
