"""Two vintages side by side: the parts of a change sum to it, and nothing that is not known becomes a change."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.change.compare import PARTS, area_changes, compared_tiers, on_codes_of_now, unit_parts

NAN = math.nan


def units(rows):
    """Units as (premises, gap)."""
    return pd.DataFrame(rows, index=["premises", "gap"], dtype="float64").T


def counts(rows):
    """Units as counts of a coverage file that speaks of 300 Mbit/s only."""
    return units(rows).rename(columns={"gap": "ufbb_300_gap"}).assign(premises_matched=NAN)


@pytest.mark.parametrize(
    ("before", "now", "part", "number"),
    [
        ((100, 50), (100, 20), "real", -30),  # the same premises, another share
        ((100, 50), (120, 60), "premises", 10),  # the same share, more premises
        ((0, 0), (40, 40), "premises", 40),  # no premises before: no share that could have changed
        (None, (40, 30), "units", 30),  # a code that is new
        ((40, 30), None, "units", -30),  # a code that has ended
        ((40, NAN), (40, 30), "reporting", 30),  # there both times, reported once
        ((NAN, NAN), (40, 30), "reporting", 30),
        ((40, 30), (40, NAN), "reporting", -30),
    ],
)
def test_a_change_has_the_part_that_made_it(before, now, part, number):
    """One unit, U; it counts as ended where it is not in the list of what is there today."""
    first, last = (units({"U": row} if row else {}) for row in (before, now))
    found = unit_parts(first, last, still_there=pd.Index(["U"] if now else [])).sum()
    assert found[part] == pytest.approx(number)
    assert found.sum() == pytest.approx(number)


def test_a_unit_that_the_earlier_file_left_out_is_not_new():
    """30 of 40 premises lack the tier in a postcode that only the later file has a row for."""
    now, today = units({"U": (40, 30)}), pd.Index(["U"])
    new = unit_parts(units({}), now, still_there=today).sum()
    assert (new["units"], new["reporting"]) == (30, 0)
    returned = unit_parts(units({}), now, still_there=today, there_before=pd.Index(["U"])).sum()
    assert (returned["units"], returned["reporting"]) == (0, 30)


def test_a_unit_that_is_still_there_without_a_row_is_not_reported_and_has_not_ended():
    found = unit_parts(units({"U": (40, 30)}), units({}), still_there=pd.Index(["U"])).sum()
    assert found["reporting"] == -30
    assert found["units"] == 0


def test_two_editions_of_one_month_differ_by_revision_alone():
    """Share, premises and a row more: nothing of it happened on the ground."""
    before, now = units({"U": (100, 50), "V": (10, 1)}), units({"U": (120, 30), "W": (8, 8)})
    found = unit_parts(before, now, still_there=pd.Index(["U", "W"]), is_revision=True).sum()
    assert found.to_dict() == {part: -13 if part == "revision" else 0 for part in PARTS}


@pytest.mark.parametrize(
    ("before", "now", "real", "definition"),
    [
        ((100, 100), (100, 40), -60, 0),  # a no is true of all: that some have it now is real
        ((100, 0), (100, 40), 0, 40),  # a yes may be true of some only: it is not known who lost it
        ((100, 0), (100, 0), 0, 0),
    ],
)
def test_a_rise_from_a_yes_is_not_known_to_be_real(before, now, real, definition):
    found = unit_parts(
        units({"U": before}), units({"U": now}), still_there=pd.Index(["U"]), is_yes_or_no=True
    ).loc["U"]  # fmt: skip
    assert (found["real"], found["definition"]) == (real, definition)


A_UNIT = st.tuples(st.floats(0, 500), st.floats(0, 1) | st.just(NAN)).map(lambda pair: (pair[0], pair[0] * pair[1]))
SOME_UNITS = st.dictionaries(st.sampled_from("ABCDEFGH"), A_UNIT, max_size=8)


@given(SOME_UNITS, SOME_UNITS, st.sets(st.sampled_from("ABCDEFGH")), st.booleans(), st.booleans())
def test_the_parts_sum_to_the_change_whatever_is_known(first, last, there, is_revision, is_yes_or_no):
    before, now = units(first), units(last)
    found = unit_parts(
        before, now, still_there=pd.Index(sorted(there), dtype="object"), is_revision=is_revision,
        is_yes_or_no=is_yes_or_no,
    )  # fmt: skip
    assert found.to_numpy().sum() == pytest.approx(now["gap"].sum() - before["gap"].sum(), abs=1e-6)
    assert not found.isna().to_numpy().any()


@given(SOME_UNITS, SOME_UNITS)
def test_there_and_back_the_real_change_only_turns_its_sign(first, last):
    """So it does not matter which of the two effects is counted first."""
    there = pd.Index(list("ABCDEFGH"))
    on = unit_parts(units(first), units(last), still_there=there)["real"].sum()
    back = unit_parts(units(last), units(first), still_there=there)["real"].sum()
    assert on == pytest.approx(-back, abs=1e-6)


def test_an_area_that_is_not_reported_once_has_no_change():
    """Two areas, P and Q; Q was not reported before. A missing figure is not a fall from 0 or to it."""
    before, now = counts({"U": (100, 50), "V": (40, NAN)}), counts({"U": (100, 20), "V": (40, 30)})
    areas = pd.Series({"U": "P", "V": "Q"})
    found = area_changes(before, now, areas, index=pd.Index(["P", "Q"]), still_there=areas.index)
    assert found.loc["P", "ufbb_300_change"] == -30
    assert found.loc["P", "ufbb_300_share_before"] == 0.5
    assert np.isnan(
        found.loc["Q", [f"ufbb_300_change{end}" for end in ("", "_real", "_reporting")]].astype(float)
    ).all()


def test_only_tiers_of_both_vintages_are_compared():
    before, now = counts({"U": (100, 50)}), counts({"U": (100, 20)})
    assert compared_tiers(before, now.assign(gigabit_gap=5.0)) == ("ufbb_300",)
    assert compared_tiers(before.assign(ufbb_300_gap=NAN), now) == ()


def test_a_split_code_goes_to_its_parts_and_merged_ones_are_summed():
    """S was split into S1 and S2; M1 and M2 were merged into M; N1 and N2 were merged into N, and one is not known."""
    before = units({"S": (100, 20), "M1": (40, 10), "M2": (60, 5), "N1": (10, 1), "N2": (10, NAN), "K": (7, 3)})
    now = pd.Series({"S1": 30.0, "S2": 90.0, "M": 99.0, "N": 20.0, "K": 7.0})
    pairs = pd.DataFrame(
        [("S", "S1"), ("S", "S2"), ("M1", "M"), ("M2", "M"), ("N1", "N"), ("N2", "N"), ("K", "K")],
        columns=["before", "after"],
    )
    found = on_codes_of_now(before, now, pairs)
    assert found["premises"].to_dict() == {"K": 7, "M": 100, "N": 20, "S1": 25, "S2": 75}
    assert found["gap"].drop("N").to_dict() == {"K": 3, "M": 15, "S1": 5, "S2": 15}
    assert np.isnan(found.loc["N", "gap"])


@given(st.lists(st.floats(1, 100), min_size=1, max_size=5), st.lists(st.floats(0, 100), min_size=5, max_size=5))
def test_what_is_carried_over_by_a_lookup_keeps_its_sum(parts, sizes):
    before = units({"S": (sum(parts), parts[0])})
    pairs = pd.DataFrame({"before": "S", "after": [f"S{at}" for at in range(len(parts))]})
    now = pd.Series({f"S{at}": sizes[at] for at in range(len(parts))})
    assert on_codes_of_now(before, now, pairs).sum().to_numpy() == pytest.approx(before.sum().to_numpy())
