"""Denominators: percentages are turned into counts by the best that was given, with its name, or not at all."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest

from connected_place.coverage.gaps.denominators import denominators
from connected_place.coverage.gaps.place_gaps import gap_rows
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError

from ..small_places import METRES, NAN, at, coverage, layer, layers, outlines, people, postcodes, square

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0)}
WARDS = {"E05000001": square(0, 0, side_m=2_000)}
LIVE = {"AA11AA": at(0.2, 0.5), "AA11AB": at(0.8, 0.5), "AA11AC": at(1.5, 0.5)}
SHARES = coverage({"AA11AA": (80, 0.5), "AA11AB": (NAN, 1.0), "AA11AC": (2, 0.0)}, level="postcode")


def place(*more):
    """Two areas side by side; the first has two postcodes, the second one."""
    return layers(outlines("output_area", AREAS), outlines("ward", WARDS), postcodes(LIVE), SHARES, *more)


def bduk():
    frame = pd.DataFrame({"postcode": ["AA11AA"] * 3 + ["AA11AC", ""]}, index=[f"10{i}" for i in range(5)])
    return layer("premises-status", frame, level="premises", vintage="2026-05")


def uprns():
    spots = [at(0.1, 0.1), at(0.2, 0.2), at(0.3, 0.3), at(0.4, 0.4), at(1.5, 0.9), at(9, 9)]
    frame = gpd.GeoDataFrame(index=[f"20{i}" for i in range(6)], geometry=spots, crs=METRES)
    return layer("uprns", frame, level="premises", vintage="2026-06")


def households():
    return people("households", {"E00000001": 30, "E00000002": 7}, vintage="on output areas 2021")


def found(*more, stated="", units=SHARES):
    layered = place(*more)
    return denominators(layered, geography_of(layered), units, stated=stated)


@pytest.mark.parametrize(
    ("more", "stated", "premises", "source"),
    [
        ((bduk(), uprns(), households()), "", [3, NAN, 1], "estimate: premises of BDUK, 2026-05"),
        ((uprns(), households()), "", [2, 2, 1], "estimate: addresses of OS Open UPRN"),
        ((households(),), "", [15, 15, 7], "estimate: households (on output areas 2021) in equal parts"),
        ((bduk(), households()), "households", [15, 15, 7], "estimate: households"),
        ((bduk(),), "connections", [80, NAN, 2], "estimate: lines in use (connections)"),
    ],
)
def test_the_best_that_was_given_is_used_unless_another_is_stated(more, stated, premises, source):
    result = found(*more, stated=stated)
    assert result.premises.reindex(LIVE).fillna(-1).tolist() == pd.Series(premises).fillna(-1).tolist()
    assert result.source.startswith(source)


def test_the_publishers_own_counts_come_first_and_are_not_an_estimate():
    """The postcode file of 2018 has premises itself."""
    own = dataclasses.replace(SHARES, frame=SHARES.frame.assign(premises=[10.0, 20.0, 30.0]))
    result = found(bduk(), units=own)
    assert result.premises.tolist() == [10, 20, 30]
    assert result.source.startswith("Ofcom")


@pytest.mark.parametrize(
    ("connections", "stated", "remedy"),
    [
        (80, "", 'write weights = "connections"'),
        (NAN, "", "Add the output-area file of the same release"),
        (NAN, "connections", "Add the output-area file of the same release"),
        (80, "households", "Add the output-area file of the same release"),
    ],
)
def test_percentages_without_a_denominator_are_refused_with_the_reason(connections, stated, remedy):
    units = coverage({"AA11AA": (connections, 0.25)}, level="postcode")
    with pytest.raises(
        DataError, match=r"Averaging percentages over a ward would be wrong.*2 premises.*80.*\[NO_DENOMINATORS\]"
    ) as error:
        found(stated=stated, units=units)
    assert remedy in str(error.value)


def test_a_postcode_without_a_row_has_a_denominator_and_one_without_premises_has_none():
    """The directory has AC, which the file does not; the file has ZZ, which the directory does not."""
    units = coverage({"ZZ99ZZ": (5, 0.5), "AA11AB": (80, 0.5), "AA11AA": (80, 0.5)}, level="postcode")
    for more, premises in ((households(), [-1, 15, 15, 7]), (uprns(), [-1, 2, 2, 1]), (bduk(), [-1, -1, 3, 1])):
        result = found(more, units=units)
        assert result.premises.reindex(["ZZ99ZZ", "AA11AB", "AA11AA", "AA11AC"]).fillna(-1).tolist() == premises


def test_lines_in_use_are_offered_even_where_some_are_suppressed():
    with pytest.raises(DataError, match='write weights = "connections"'):
        found(units=SHARES)


@pytest.mark.parametrize("more", [households(), uprns()])
def test_without_a_directory_nothing_can_be_spread(more):
    layered = layers(outlines("output_area", AREAS), outlines("ward", WARDS), SHARES, more)
    with pytest.raises(DataError, match="NO_DENOMINATORS"):
        denominators(layered, geography_of(layered), SHARES, stated="")


def test_a_terminated_postcode_and_one_listed_twice_take_no_second_part():
    """One of three postcodes of area 1 is terminated; the directory of a neighbour repeats another."""
    directory = postcodes(LIVE | {"AA11AD": at(0.6, 0.5)}, terminated=["AA11AD"])
    again = postcodes({"AA11AA": LIVE["AA11AA"], "ZZ11AA": at(9, 9)})
    layered = layers(outlines("output_area", AREAS), outlines("ward", WARDS), directory, again, SHARES, households())
    result = denominators(layered, geography_of(layered), SHARES, stated="")
    assert result.premises.tolist() == [15, 15, 7]


def test_households_that_are_spread_keep_their_total():
    assert found(households()).premises.sum() == 37


def test_households_of_a_postcode_without_a_row_are_not_reported_and_stay_in_the_denominator():
    """15 households at 50 % and 15 at 100 %; the third postcode, with 7, has no row."""
    some = coverage({"AA11AA": (80, 0.5), "AA11AB": (NAN, 1.0)}, level="postcode")
    layered = layers(outlines("output_area", AREAS), outlines("ward", WARDS), postcodes(LIVE), some, households())
    places = geography_of(layered)
    units = count_units(layered, places, weights="")
    ward = gap_rows(places, units, pd.Series(dtype="float64"), level="ward").loc["E05000001"]
    assert ward[["premises", "sfbb_30_gap", "sfbb_30_not_reported", "units_not_reported"]].tolist() == [37, 22.5, 7, 1]
    assert units.reporting.live_postcodes_without_row == 1


def test_a_ward_of_percentages_is_a_sum_over_a_sum():
    """15 households at 50 %, 15 at 100 % and 7 at 0 %: 22.5 of 37, not the mean of 50 %."""
    layered = place(households())
    units = count_units(layered, geography_of(layered), weights="")
    assert units.counts["sfbb_30_gap"].sum() == 22.5
    assert units.counts["premises"].sum() == 37
    assert units.premises_source.startswith("estimate")
