"""Counters: counts find their position by id or name, or are left out with a word; each has one figure."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.footfall.counters import counters, match

from ..small_places import METRES, at, layer, layers
from .test_profiles import street, table


def positions(rows):
    """Rows of (name, point)."""
    frame = gpd.GeoDataFrame(
        {"name": [name for name, _ in rows.values()]},
        index=pd.Index(rows, name="counter_id"),
        geometry=[place for _, place in rows.values()],
        crs=METRES,
    )
    return layer("footfall-counters", frame, level="counter")


def hourly(**counts):
    return layer("footfall-hourly", table(**counts), level="hour")


def warned(found):
    assert not any(fault.blocks for fault in found.warnings)
    return [fault.code for fault in found.warnings]


LEEDS = {
    "Camera 1": "Briggate",
    "Camera 2": "Briggate at McDonalds",
    "Camera 3": "Headrow",
    "Camera 5": "Albion Street North",
    "Camera 6": "Albion Street South",
}


@pytest.mark.parametrize(
    ("counted", "position"),
    [
        ("Camera 6", "Camera 6"),
        ("Headrow", "Camera 3"),
        ("the headrow", "Camera 3"),
        ("Briggate", "Camera 1"),  # and no short form of Briggate at McDonalds
        ("BriggateAtMcDs", "Camera 2"),
        ("AlbionStSouth", "Camera 6"),
        ("Albion Street", None),  # there are two
        ("Hea", None),  # less than half of the letters
        ("Row", None),  # does not begin like it
        ("Kirkgate", None),
        ("", None),
    ],
)
def test_counts_find_their_position_by_id_name_or_a_clear_short_form(counted, position):
    assert match(pd.Index([counted]), pd.Series(LEEDS)).tolist() == [position]


def test_two_names_that_fit_one_position_find_none():
    found = match(pd.Index(["AlbionStSouth", "Albion St South"]), pd.Series(LEEDS))
    assert found.tolist() == [None, None]


def test_a_position_that_its_own_id_took_is_free_for_no_other():
    found = match(pd.Index(["Camera 3", "Headrow"]), pd.Series(LEEDS))
    assert found.tolist() == ["Camera 3", None]


def test_each_counter_has_its_position_and_its_figure():
    found = counters(
        layers(
            positions({"B": ("High Street", at(1, 2)), "A": ("Mill Lane", at(0, 0))}),
            hourly(A=street(), B=street(busy=3, seed=2)),
        )
    )
    assert found.frame.index.tolist() == ["A", "B"]
    assert found.spots.tolist() == [[560_000, 180_000], [561_000, 182_000]]
    assert found.people[1] / found.people[0] == pytest.approx(3, rel=0.05)
    assert found.cleaning.loc["A", ["name", "hours", "used"]].tolist() == ["Mill Lane", 1008, 1008]
    assert set(found.profiles["counter_id"]) == {"A", "B"}
    assert warned(found) == []


def test_what_is_left_out_and_matched_by_name_is_reported():
    broken = street()
    broken.iloc[240:288] = 0
    found = counters(
        layers(
            positions({"A": ("Mill Lane", at(0, 0)), "B": ("High Street", at(1, 2)), "C": ("Dock Road", at(2, 2))}),
            hourly(A=broken, **{"high street": street(seed=2), "Nowhere": street(seed=3)}),
        )
    )
    assert found.frame.index.tolist() == ["A", "B"]
    assert warned(found) == ["FOOTFALL_UNPLACED", "FOOTFALL_SILENT", "FOOTFALL_BY_NAME", "FOOTFALL_REMOVED"]
    unplaced, silent, by_name, removed = found.warnings
    assert (unplaced.value, silent.value) == ("Nowhere", "C")
    assert "high street is High Street (B)" in by_name.message
    assert "48 of 2,016 hourly counts" in removed.message
    assert "48 zero where people always pass" in removed.message


def test_a_counter_with_too_few_days_has_no_figure():
    found = counters(
        layers(
            positions({"A": ("Mill Lane", at(0, 0)), "B": ("High Street", at(1, 2))}),
            hourly(A=street(), B=street(seed=2).iloc[:48]),
        )
    )
    assert found.frame.index.tolist() == ["A"]
    assert warned(found) == ["FOOTFALL_SHORT", "FOOTFALL_PERIODS"]


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (positions({"A": ("Mill Lane", at(0, 0))}), "no hourly counts"),
        (hourly(A=street()), "no positions"),
    ],
)
def test_one_file_without_the_other_is_reported(given, lacking):
    found = counters(layers(given))
    assert not len(found.frame)
    assert warned(found) == ["FOOTFALL_HALF"]
    assert lacking in found.warnings[0].message


def test_no_counter_that_fits_leaves_none():
    found = counters(layers(positions({"A": ("Mill Lane", at(0, 0))}), hourly(X=street())))
    assert (len(found.frame), warned(found)) == (0, ["FOOTFALL_UNPLACED", "FOOTFALL_SILENT"])


def test_counts_from_several_files_are_combined():
    whole = street()
    parts = [hourly(A=whole.iloc[:500]), hourly(A=whole.iloc[500:])]
    place = positions({"A": ("Mill Lane", at(0, 0))})
    assert np.array_equal(counters(layers(place, *parts)).people, counters(layers(place, hourly(A=whole))).people)
