"""Units of the coverage file in force, and what they do not say, counted."""

import dataclasses

import pytest

from connected_place.coverage.gaps.units import Reporting, count_units, merge_releases
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError, VintageError

from ..small_places import NAN, at, coverage, layers, outlines, postcodes, square

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(2, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(1, 0)}
"""Area 3 lies in no ward: the outlines of areas reach beyond the place."""


def counted(*more, weights=""):
    """Three areas of 1 km in a row; the first two are a ward each, the third lies outside the place."""
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), *more)
    return count_units(found, geography_of(found), weights=weights)


# --- which file counts ---------------------------------------------------------------------------------------


def test_output_area_counts_go_before_postcode_percentages():
    found = counted(
        coverage({"AA11AA": (80, 0.25)}, level="postcode"),
        coverage({"E00000001": (100, 10), "E00000002": (5, 1)}),
        postcodes({"AA11AA": at(0.5, 0.5)}),
    )
    assert (found.level, found.counts["premises"].tolist()) == ("output_area", [100, 5])
    assert found.reporting.units == "output areas"


def test_files_of_one_release_are_put_together_whatever_their_order():
    one, other = coverage({"E00000001": (100, 10)}), coverage({"E00000002": (50, 5)})
    assert merge_releases((one, other)).frame.equals(merge_releases((other, one)).frame)
    assert counted(other, one).counts["premises"].tolist() == [100, 50]


def test_revisions_of_one_month_are_kept_side_by_side():
    """Postcode areas are re-issued one by one."""
    one = coverage({"E00000001": (100, 10)}, vintage="2026-01, all premises, revision 1")
    other = coverage({"E00000002": (50, 5)}, vintage="2026-01, all premises, revision 2")
    assert len(merge_releases((one, other)).frame) == 2


@pytest.mark.parametrize("other", ["2025-07, all premises, revision 1", "2026-01, residential premises, revision 1"])
def test_releases_are_never_mixed(other):
    one = coverage({"E00000001": (100, 10)}, vintage="2026-01, all premises, revision 1")
    with pytest.raises(DataError, match=rf"{other.split(', rev')[0]}.*make two plans.*\[RELEASES_MIXED\]"):
        merge_releases((one, coverage({"E00000002": (50, 5)}, vintage=other)))


def test_a_unit_with_a_row_in_two_files_is_refused():
    one = coverage({"E00000001": (100, 10), "E00000002": (1, 0)})
    with pytest.raises(DataError, match=r'1 unit has a row in two.*"E00000002".*\[UNIT_TWICE\]'):
        merge_releases((one, coverage({"E00000002": (50, 5)})))


def test_a_plan_without_coverage_is_refused():
    with pytest.raises(
        DataError, match=r'no coverage file by output area or postcode.*"ofcom-fixed-coverage".*\[NO_COVERAGE\]'
    ):
        counted()


def test_percentages_without_a_weight_are_refused():
    with pytest.raises(DataError, match="NO_DENOMINATORS"):
        counted(coverage({"AA11AA": (80, 0.25)}, level="postcode"), postcodes({"AA11AA": at(0.5, 0.5)}))


def test_a_file_of_another_place_is_refused():
    share = coverage({"ZZ99ZZ": (80, 0.25), "ZZ99ZY": (80, 0.25)}, level="postcode")
    with pytest.raises(DataError, match=r"None of its 2 postcodes is in the wards.*\[ALL_OUTSIDE\]"):
        counted(share, postcodes({"AA11AA": at(0.5, 0.5)}), weights="connections")


def test_output_areas_of_another_census_are_refused():
    with pytest.raises(VintageError, match="VINTAGE_MIXED"):
        counted(coverage({"E00999999": (100, 10)}))


# --- what is not reported ------------------------------------------------------------------------------------


def test_an_output_area_of_the_place_without_a_row_is_counted_and_named():
    found = counted(coverage({"E00000001": (100, 10), "E00000003": (7, 0)}))
    assert found.reporting.areas_without_row == 1
    assert found.missing["ward"].to_dict() == {"E00000002": "E05000002"}


def test_an_output_area_outside_the_place_is_not_missed():
    """The outlines include area 3, which is in no ward: it was not asked for."""
    found = counted(coverage({"E00000001": (100, 10), "E00000002": (50, 5)}))
    assert found.reporting.areas_without_row == 0


def test_rows_outside_the_place_are_counted_and_not_used():
    found = counted(coverage({"E00000001": (100, 10), "E00000002": (5, 0), "E00000003": (7, 0)}))
    assert (found.counts["premises"].sum(), found.reporting.outside) == (105, 1)
    assert found.areas.index.equals(found.counts.index)


def test_rows_in_which_nothing_was_matched_are_counted():
    found = counted(coverage({"E00000001": (100, NAN), "E00000002": (50, 5), "E00000003": (7, NAN)}))
    assert found.reporting.unmatched == 1  # that outside does not count


def test_live_postcodes_without_a_row_are_counted_and_terminated_ones_are_not():
    """AA11AA has a row; AA11AB is live and has none; AA11AC is terminated; AA11AD lies outside the place."""
    found = counted(
        coverage({"AA11AA": (80, 0.25)}, level="postcode"),
        postcodes({f"AA11A{end}": at(0.5, 0.5) for end in "ABC"} | {"AA11AD": at(2.5, 0.5)}, terminated=["AA11AC"]),
        weights="connections",
    )
    assert (found.reporting.live_postcodes, found.reporting.live_postcodes_without_row) == (2, 1)
    assert found.missing.index.tolist() == ["AA11AB"]
    assert found.reporting.areas_without_row == 0


def test_a_terminated_postcode_with_a_row_is_counted():
    """Premises do not vanish with their postcode."""
    found = counted(
        coverage({"AA11AA": (80, 0.25)}, level="postcode"),
        postcodes({"AA11AA": at(0.5, 0.5), "AA11AB": at(0.5, 0.5)}, terminated=["AA11AA"]),
        weights="connections",
    )
    assert found.counts["premises"].tolist() == [80]


def test_suppressed_weights_inside_the_place_are_counted():
    found = counted(
        coverage({"AA11AA": (80, 0.25), "AA11AB": (NAN, 0.25), "AA11AC": (NAN, 1)}, level="postcode"),
        postcodes({"AA11AA": at(0.5, 0.5), "AA11AB": at(0.5, 0.5), "AA11AC": at(2.5, 0.5)}),
        weights="connections",
    )
    assert found.reporting.without_weight == 1
    assert found.premises_source.startswith("estimate")


def test_postcodes_are_not_mentioned_without_a_postcode_file():
    found = counted(coverage(dict.fromkeys(AREAS, (100, 10))), postcodes({"AA11AA": at(0.5, 0.5)}))
    assert (found.reporting.live_postcodes, found.reporting.live_postcodes_without_row) == (None, None)


def test_what_was_not_looked_for_is_not_counted():
    found = dataclasses.asdict(Reporting(units="output areas"))
    assert set(found.values()) == {"output areas", "", None, 0, True}


def test_without_a_directory_postcodes_are_not_mentioned_whatever_files_there_are():
    """Output areas count; the postcode file beside them is not looked at."""
    found = counted(
        coverage({"E00000001": (100, 10), "E00000002": (5, 0)}), coverage({"AA11AA": (80, 0.25)}, level="postcode")
    )
    assert (found.reporting.live_postcodes, found.live, found.level) == (None, None, "output_area")
    assert found.files == ("output_area.csv",)


def test_live_postcodes_of_the_place_are_listed():
    found = counted(
        coverage({"AA11AA": (80, 0.25)}, level="postcode"),
        postcodes({"AA11AA": at(0.5, 0.5), "AA11AB": at(1.5, 0.5), "AA11AC": at(2.5, 0.5)}),
        weights="connections",
    )
    assert found.live.tolist() == ["AA11AA", "AA11AB"]
    assert found.files == ("postcode.csv",)


@pytest.mark.parametrize(("lad", "lost"), [("E06000999", 1), ("E06000998", 2), ("E06000997", 0), ("", 0)])
def test_postcodes_of_the_authority_outside_its_outlines_are_lost(lad, lost):
    """AA inside and BA outside belong to authority 999, BB and BC outside to 998; without a code none is counted."""
    spots = {"AA11AA": at(0.5, 0.5), "BA11AA": at(2.5, 0.5), "BB11AA": at(9, 9), "BC11AA": at(9, 9)}
    directory = postcodes(spots)
    owners = ["E06000999", "E06000999", "E06000998", "E06000998"]
    directory = dataclasses.replace(directory, frame=directory.frame.assign(authority=owners))
    share = coverage(dict.fromkeys(spots, (80, 0.25)), level="postcode")
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), share, directory)
    reporting = count_units(found, geography_of(found), weights="connections", lad=lad).reporting
    assert (reporting.lost, reporting.outside) == (lost, 3)


def test_output_areas_are_never_lost():
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), coverage(dict.fromkeys(AREAS, (100, 10))))
    assert count_units(found, geography_of(found), weights="", lad="E06000999").reporting.lost == 0


def test_a_unit_in_two_files_is_named_by_the_first_of_them():
    twice = {"E00000001": (100, 10), "E00000002": (1, 0)}
    with pytest.raises(DataError, match=r'2 units have a row in two.*"E00000001".*\[UNIT_TWICE\]'):
        merge_releases((coverage(twice), coverage(twice)))
