"""Candidates: venues of all sources, each at one place inside the borough."""

import pytest

from connected_place.coverage.demand.candidate_sites import candidates
from connected_place.gis_data.errors import DataError

from ..small_places import at, layers, outlines, postcodes, square, venues

PLACE = outlines("ward", {"E05000001": square(0, 0), "E05000002": square(1, 0)}).frame
"""Two wards of 1 km side by side."""


def found(*items, directory=None):
    return candidates(layers(*items), None if directory is None else directory.frame, PLACE)


def codes(result):
    return [(warning.code, warning.message.split()[0], warning.value) for warning in result.warnings]


def test_venues_of_all_sources_are_combined_and_sorted_by_id():
    result = found(
        venues({"V2": at(1.5, 0.5), "V1": at(0.5, 0.5)}), venues({"libraries:L1": at(0.2, 0.5)}, source="libraries")
    )
    assert result.frame.index.tolist() == ["V1", "V2", "libraries:L1"]
    assert result.warnings == ()


@pytest.mark.parametrize(
    ("place", "is_in"), [(at(0.5, 0.5), True), (at(1, 0.5), True), (at(0, 0), True), (at(2.001, 0.5), False)]
)
def test_a_venue_counts_inside_the_wards_and_on_their_edge(place, is_in):
    result = found(venues({"V1": place, "V9": at(0.5, 0.5)}))
    assert ("V1" in result.frame.index) is is_in
    assert codes(result) == ([] if is_in else [("VENUE_OUTSIDE", "1", "Hall V1")])


def test_a_venue_without_a_position_is_placed_at_its_postcode_and_named():
    result = found(venues({"V1": None, "V2": at(0.5, 0.5)}), directory=postcodes({"AA11AA": at(1.5, 0.5)}))
    assert result.frame.geometry["V1"].equals(at(1.5, 0.5))
    assert codes(result) == [("VENUE_AT_POSTCODE", "1", "Hall V1")]
    assert not any(warning.blocks for warning in result.warnings)


@pytest.mark.parametrize("directory", [None, postcodes({"ZZ99ZZ": at(1.5, 0.5)})])
def test_a_venue_whose_postcode_nobody_knows_is_left_out_and_named(directory):
    result = found(venues({"V1": None, "V2": at(0.5, 0.5)}), directory=directory)
    assert result.frame.index.tolist() == ["V2"]
    assert codes(result) == [("VENUE_NOT_PLACED", "1", "Hall V1")]


def test_a_venue_whose_postcode_lies_outside_is_said_to_lie_outside_only():
    result = found(venues({"V1": None, "V2": at(0.5, 0.5)}), directory=postcodes({"AA11AA": at(7, 7)}))
    assert codes(result) == [("VENUE_OUTSIDE", "1", "Hall V1")]


def test_of_many_venues_left_out_the_first_three_are_named():
    result = found(venues({"V0": at(0.5, 0.5)} | {f"V{number}": at(9, 9) for number in range(1, 6)}))
    assert codes(result) == [("VENUE_OUTSIDE", "5", "Hall V1, Hall V2, Hall V3, ...")]


def test_every_venue_is_kept_or_named():
    rows = {"V1": at(0.5, 0.5), "V2": at(9, 9), "V3": None}
    result = found(venues(rows))
    assert len(result.frame) + sum(int(warning.message.split()[0]) for warning in result.warnings) == len(rows)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "No source has venues"),
        ([venues({"V1": at(9, 9)})], "No venue is inside the wards"),
    ],
)
def test_a_plan_without_candidates_is_refused(items, words):
    with pytest.raises(DataError, match=rf'{words}.*kind = "venues".*\[NO_CANDIDATES\]'):
        found(*items)


def test_one_id_in_two_files_is_refused():
    with pytest.raises(DataError, match=r'1 site id appears in two venue files. Found "V1".*\[SITE_DUPLICATE\]'):
        found(venues({"V1": at(0.5, 0.5)}), venues({"V1": at(0.5, 0.5)}, source="libraries"))


def test_a_venue_far_from_its_own_postcode_is_named():
    """The hall stands in the place; its postcode lies 400 km to the north: one of the two is wrong."""
    hall = venues({"V1": at(0.5, 0.5), "V2": at(1.5, 0.5)})
    hall.frame["postcode"] = ["AA11AA", ""]
    result = found(hall, directory=postcodes({"AA11AA": at(0.5, 400.0)}))
    assert codes(result) == [("COORD_POSTCODE_MISMATCH", "1", "Hall V1")]
    assert not result.warnings[0].blocks
    assert result.frame.index.tolist() == ["V1", "V2"]
