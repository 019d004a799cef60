"""Whether outlines are all there: what lookup or directory show to be missing is refused or named, not lost."""

import dataclasses

import pandas as pd
import pytest
import shapely

from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.places.geography import geography_of
from connected_place.gis_data.errors import DataError

from ..small_places import at, coverage, layer, layers, outlines, postcodes, square

LAD, OTHER = "E06000001", "E06000002"
AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(2, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": shapely.union(square(1, 0), square(2, 0))}
"""Three areas of 1 km in a row; the first is ward 1, the others are ward 2."""

MIDDLES = {"E00000001": at(0.5, 0.5), "E00000002": at(1.5, 0.5), "E00000003": at(2.5, 0.5)}


def areas(shapes=AREAS, *, authority=LAD, year="2021"):
    found = outlines("output_area", shapes)
    return dataclasses.replace(found, year=year, frame=found.frame.assign(authority=authority))


def wards(shapes=WARDS):
    return outlines("ward", shapes)


def lookup(rows):
    return layer("ons-lookup", pd.DataFrame({"ward": pd.Series(rows)}), level="output_area", file="lookup.csv")


def directory(rows=MIDDLES, *, authority=LAD, year="2021"):
    """One live postcode in the middle of each area, which it names."""
    found = postcodes({f"AA{code[-2:]}AA": place for code, place in rows.items()})
    found.frame["output_area"], found.frame["authority"], found.frame["output_area_year"] = list(rows), authority, year
    return found


def without(shapes, *codes):
    return {code: shape for code, shape in shapes.items() if code not in codes}


def refused(*found):
    with pytest.raises(DataError) as error:
        geography_of(layers(*found), lad=LAD)
    return [(fault.code, fault.value) for fault in error.value.faults]


def wards_of(*found, lad=LAD):
    return geography_of(layers(*found), lad=lad).parents["ward"].to_dict()


# --- areas whose centre lies in no ward ------------------------------------------------------------------------


def moved(east_km, side_m=1_000.0):
    """Area 3 elsewhere: its middle is not in ward 2 if it begins beyond 2.5 km."""
    return {**AREAS, "E00000003": square(east_km * 1_000 / side_m, 0, side_m=side_m)}


@pytest.mark.parametrize(
    ("east_km", "authority", "ward"),
    [
        (2.6, LAD, "E05000002"),  # four tenths of it lie in the ward
        (2.99, LAD, "E05000002"),
        (3.5, LAD, "E05000002"),  # half a kilometre from the ward
        (3.0, LAD, "E05000002"),
        (5.0, LAD, None),  # 2 km from the ward: no ward of the file is its
        (2.6, OTHER, None),
        (2.6, "", None),
        (3.5, "", None),
    ],
)
def test_an_area_that_the_file_counts_to_the_council_is_kept_where_a_ward_is_near(east_km, authority, ward):
    rows = [LAD, LAD, authority]
    assert wards_of(areas(moved(east_km), authority=rows), wards()).get("E00000003") == ward


def test_an_area_that_lies_mostly_in_a_ward_is_kept_though_its_people_live_outside():
    """Area 3 reaches 400 m out of the ward, and its centroid lies there."""
    centroids = layer("ons-centroids", outlines("output_area", AREAS).frame.assign(geometry=[
        at(0.5, 0.5), at(1.5, 0.5), at(3.2, 0.5)]), level="output_area")  # fmt: skip
    assert wards_of(areas(moved(2.4), authority=""), wards(), centroids)["E00000003"] == "E05000002"


def test_premises_of_such_an_area_are_in_one_total():
    """Ten premises in each area; the postcode of area 3 is in ward 2, its outline mostly beyond."""
    found = layers(
        areas(moved(2.6)),
        wards(),
        directory({**MIDDLES, "E00000003": at(2.8, 0.5)}),
        coverage({"AA01AA": (10, 0.5), "AA02AA": (10, 0.5), "AA03AA": (10, 0.5)}, level="postcode"),
    )
    units = count_units(found, geography_of(found, lad=LAD), weights="connections", lad=LAD)
    sums = {level: units.counts["premises"][codes != ""].sum() for level, codes in units.areas.items()}
    assert sums == {"output_area": 30, "ward": 30}


def test_an_area_of_the_council_that_is_near_no_ward_is_named():
    (found,) = [
        fault
        for fault in geography_of(layers(areas(moved(5.0)), wards()), lad=LAD).warnings
        if fault.code == "OUTLINE_MISSING"
    ]
    assert (found.value, found.blocks) == ("E00000003", False)


# --- outlines that are missing ---------------------------------------------------------------------------------

OFFICIAL = {"E00000001": "E05000001", "E00000002": "E05000002", "E00000003": "E05000002"}


def test_nothing_is_missing_where_all_is_there():
    found = layers(areas(), wards(), lookup(OFFICIAL), directory())
    assert geography_of(found, lad=LAD).warnings == ()


def test_an_area_that_the_lookup_has_and_the_outlines_have_not_is_refused_by_name():
    cut = without(AREAS, "E00000002")
    assert refused(areas(cut), wards(), lookup(OFFICIAL)) == [("OUTLINE_MISSING", "E00000002")]


def test_a_lookup_of_the_whole_country_asks_only_for_areas_of_the_place():
    abroad = {**OFFICIAL, "E00000009": "E05000009"}
    assert set(wards_of(areas(), wards(), lookup(abroad)).values()) == set(WARDS)


def test_an_area_that_the_directory_has_in_the_wards_is_refused_by_name():
    cut = without(AREAS, "E00000002")
    assert refused(areas(cut), wards(), directory()) == [("OUTLINE_MISSING", "E00000002")]


@pytest.mark.parametrize(
    "known",
    [
        directory(year="2011"),
        directory(authority=[LAD, OTHER, LAD]),
        directory({**MIDDLES, "E00000002": at(9, 9)}, authority=[LAD, OTHER, LAD]),
    ],
)
def test_a_directory_of_another_census_or_council_proves_nothing(known):
    assert set(wards_of(areas(without(AREAS, "E00000002")), wards(), known)) == {"E00000001", "E00000003"}


def test_an_area_of_the_neighbours_with_a_postcode_over_the_border_is_not_missed():
    rows = {"E00000001": at(0.5, 0.5), "E00000009": at(2.99, 0.5)}
    known = directory(rows, authority=[LAD, OTHER])
    assert set(wards_of(areas(), wards(), known)) == set(AREAS)


def test_wider_areas_of_a_census_must_contain_all_finer_ones():
    lsoas = dataclasses.replace(outlines("lsoa", {"E01000001": WARDS["E05000002"]}), year="2021")
    assert refused(areas(), lsoas, wards()) == [("OUTLINE_MISSING", "E00000001")]


def test_a_hole_between_the_areas_is_a_warning():
    """Without area 2, two thirds of the wards are covered, and half of ward 2."""
    (found,) = geography_of(layers(areas(without(AREAS, "E00000002")), wards()), lad=LAD).warnings
    assert (found.code, found.value, found.blocks) == ("OUTLINE_GAPS", "E05000002", False)
    assert "only 67% of the wards" in found.message


def test_postcodes_of_the_council_outside_its_wards_are_counted():
    known = directory()
    found = geography_of(layers(areas(without(AREAS, "E00000001")), wards(without(WARDS, "E05000001")), known), lad=LAD)
    (warning,) = found.warnings
    assert (warning.code, warning.value, warning.blocks) == ("OUTLINE_GAPS", "AA01AA", False)
    assert "1 of 3 live postcodes" in warning.message
