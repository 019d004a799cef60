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
    """A national list may lie mostly elsewhere."""
    places = {"V0": at(0.5, 0.5)} | {f"V{number}": at(9, 9) for number in range(1, 6)}
    result = found(venues(places, source="schools"))
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
        found(venues({"V1": at(0.5, 0.5)}), venues({"V1": at(1.5, 0.5)}, source="libraries"))


def named(layer, *names):
    """The layer with other names."""
    layer.frame["name"] = list(names)
    return layer


@pytest.mark.parametrize(
    ("name", "metres", "is_one"),
    [
        ("Fern Library", 2, True),
        ("FERN LIBRARY (the)", 90, True),
        ("Library, Fern", 2, True),
        ("Library", 2, True),  # part of the name, and of one kind
        ("Fern Library", 150, False),
        ("Oak Library", 2, False),
        ("Town Hall", 2, False),
    ],
)
def test_a_library_in_two_lists_is_one_candidate_and_both_are_named(name, metres, is_one):
    other = named(venues({"A1": at(0.5 + metres / 1000, 0.5)}), name)
    result = found(named(venues({"libraries:L1": at(0.5, 0.5)}, source="libraries"), "Fern Library"), other)
    assert result.frame.index.tolist() == (["libraries:L1"] if is_one else ["A1", "libraries:L1"])
    words = [warning.message for warning in result.warnings]
    both = "1 venue is in more than one list and is one candidate: Fern Library (libraries.csv and venues.csv)."
    assert words == ([both] if is_one else [])


def test_two_rows_of_one_list_stay_two():
    assert (
        len(found(named(venues({"A1": at(0.5, 0.5), "A2": at(0.501, 0.5)}), "Fern Library", "Fern Library")).frame) == 2
    )


def test_a_venue_of_two_lists_keeps_its_own_position_and_gains_a_postcode():
    """The first list knows only the postcode, 150 m off."""
    first = named(venues({"libraries:L1": None}, source="libraries"), "Fern Library")
    second = named(venues({"A1": at(0.5, 0.5)}), "Fern Library")
    result = found(first, second, directory=postcodes({"AA11AA": at(0.65, 0.5)}))
    assert result.frame.index.tolist() == ["A1"]
    assert result.frame.loc["A1", "postcode"] == "AA11AA"
    assert result.frame.loc["A1", ["listed_in", "other_ids"]].tolist() == ["libraries.csv; venues.csv", "libraries:L1"]


@pytest.mark.parametrize(("outside", "is_refused"), [(1, False), (2, True)])
def test_a_councils_own_list_that_lies_mostly_outside_is_refused_with_its_rows(outside, is_refused):
    """One hall in the place, one or two outside it."""
    halls = venues({"V1": at(0.5, 0.5)} | {f"V{number + 2}": at(9, 9) for number in range(outside)})
    if not is_refused:
        assert codes(found(halls)) == [("VENUE_OUTSIDE", "1", "Hall V2")]
        return
    with pytest.raises(DataError, match=r"rows 3 and 4: 2 of 3 venues in the council's own list.*MOSTLY_OUTSIDE"):
        found(halls)


@pytest.mark.parametrize(("spacing_m", "is_far"), [(20, True), (400, False)])
def test_how_far_is_too_far_from_a_postcode_depends_on_how_close_postcodes_are_there(spacing_m, is_far):
    """Twelve postcodes in a row; the hall is 800 m from its own, which is much in a town and little in the country."""
    directory = postcodes(
        {f"AA1{n // 10}A{'ABCDEFGHIJKL'[n % 12]}": at(0.1 + n * spacing_m / 1000, 0.5) for n in range(12)}
    )
    hall = venues({"V1": at(0.9, 0.5)})
    hall.frame["postcode"] = directory.frame.index[0]
    result = found(hall, directory=directory)
    assert [warning.code for warning in result.warnings] == (["COORD_POSTCODE_MISMATCH"] if is_far else [])
    assert [warning.rows for warning in result.warnings] == ([(2,)] if is_far else [])


def test_a_venue_far_from_its_own_postcode_is_named():
    """The hall stands in the place; its postcode lies 400 km to the north: one of the two is wrong."""
    hall = venues({"V1": at(0.5, 0.5), "V2": at(1.5, 0.5)})
    hall.frame["postcode"] = ["AA11AA", ""]
    result = found(hall, directory=postcodes({"AA11AA": at(0.5, 400.0)}))
    assert codes(result) == [("COORD_POSTCODE_MISMATCH", "1", "Hall V1")]
    assert not result.warnings[0].blocks
    assert result.frame.index.tolist() == ["V1", "V2"]
