"""How well the files fit together: match rates, and the same premises at every level."""

import dataclasses

import geopandas as gpd
import pytest

from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.matching import Match, lost_premises, matches, points_outside
from connected_place.coverage.places.geography import geography_of

from ..small_places import (
    at,
    coverage,
    layers,
    needs_real_data,
    outlines,
    people,
    postcodes,
    sample_plan,
    square,
    steps_of,
    thurrock_file,
    thurrock_plan,
    venues,
)

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0)}
WARDS = {"E05000001": square(0, 0, side_m=2_000)}


def found(*more):
    layered = layers(outlines("output_area", AREAS), outlines("ward", WARDS), coverage({"E00000001": (10, 1)}), *more)
    places = geography_of(layered)
    return matches(layered, places, count_units(layered, places, weights="").live)


@pytest.mark.parametrize(
    ("more", "matched", "total"),
    [
        (people("population", {"E00000001": 5, "E00999999": 5}), 1, 2),
        (
            venues({"A": at(0.5, 0.5), "B": at(9, 9), "C": None}),
            1,
            2,
        ),  # one inside, one outside, one without a position
    ],
)
def test_a_match_rate_counts_what_has_a_counterpart(more, matched, total):
    match = found(more)[-1]
    assert (match.matched, match.total, match.file) == (matched, total, more.provenance.file)


def test_live_postcodes_without_a_row_lower_the_rate_and_ended_ones_do_not():
    directory = postcodes(
        {"AA11AA": at(0.1, 0.5), "AA11AB": at(0.2, 0.5), "AA11AC": at(0.3, 0.5)}, terminated=["AA11AC"]
    )
    shares = coverage({"AA11AA": (5, 0.5), "AA11AC": (5, 0.5)}, level="postcode")
    match = next(item for item in found(directory, shares) if item.file == "postcode.csv")
    assert (match.matched, match.total) == (1, 2)


def test_the_share_of_nothing_is_not_known():
    assert Match(file="", words="", matched=0, total=0).share != 0


@needs_real_data
def test_thurrock_has_the_same_premises_at_every_level():
    sums = thurrock_plan().premises_by_level
    assert sums == dict.fromkeys(["postcode", "output_area", "lsoa", "ward", "authority"], 54_944.0)
    rates = {match.file: (match.matched, match.total) for match in thurrock_plan().matches}
    assert rates["broadband/2016_fixed_pc_r01_E06000034_thurrock.csv"] == (2_952, 3_278)


def test_the_sample_has_the_same_premises_at_every_level():
    assert set(sample_plan().premises_by_level.values()) == {69_979.0}
    assert isinstance(sample_plan().areas, gpd.GeoDataFrame)


@needs_real_data
@pytest.mark.parametrize(
    ("source", "spots", "words"),
    [
        ("public-wifi", {"A": at(0.5, 0.5), "B": at(9, 9)}, ["1 of 2 features lies outside the council's area."]),
        ("footfall-counters", {"A": at(9, 9)}, ["1 of 1 features lies outside the council's area."]),
        ("public-wifi", {"A": at(2, 2)}, []),  # on the edge
        ("venues", {"A": at(0.5, 0.5), "B": at(9, 9)}, []),  # candidates warn of these themselves
    ],
)
def test_a_point_outside_the_place_is_a_warning_where_the_plan_would_silently_leave_it_out(source, spots, words):
    given = layers(outlines("ward", WARDS), venues(spots, source=source))
    faults = points_outside(given, geography_of(given))
    assert [(fault.message, fault.blocks, fault.rows) for fault in faults] == [(each, False, ()) for each in words]


def test_premises_that_generalised_outlines_lose_are_reported(tmp_path):
    """The simplified wards of 2022 leave 19 postcodes of Thurrock outside every ward."""
    file = dataclasses.replace(
        thurrock_file(),
        sources=tuple(
            dataclasses.replace(item, path="boundaries/ward22_E06000034.geojson")
            if "wards_by_lad" in item.path
            else item
            for item in thurrock_file().sources
        ),
    )
    reporting = steps_of(file, "gaps").gaps.units.reporting
    assert (reporting.outside, reporting.lost) == (19, 19)


def test_a_level_whose_outlines_do_not_contain_all_premises_is_named():
    (fault,) = lost_premises({"output_area": 160.0, "lsoa": 150.0, "ward": 160.0, "authority": 160.0})
    assert (fault.code, fault.blocks) == ("PREMISES_LOST", False)
    assert "10 of 160 premises" in fault.message
    assert "LSOAs" in fault.message
