"""Which area each unit belongs to: each counted once, and never across vintages."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.places.geography import (
    area_of_points,
    geography_of,
    postcode_directory,
    postcodes_to_areas,
    units_to_areas,
)
from connected_place.coverage.sums import sum_by, weighted_mean_by
from connected_place.gis_data.errors import DataError, VintageError

from ..small_places import METRES, NAN, at, coverage, layer, layers, outlines, postcodes, square

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(2, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(0.5, 0, side_m=2_000)}
"""Ward 1 has area 1, ward 2 the areas 2 and 3; its outline is taller, which affects no point of a test."""

rules = settings(deadline=None, derandomize=True, max_examples=30)


def street(*more):
    """Three areas of 1 km in a row, the first in ward 1, the others in ward 2."""
    return layers(outlines("output_area", AREAS), outlines("ward", WARDS), *more)


def centroids(rows):
    frame = gpd.GeoDataFrame(index=pd.Index(rows, name="code"), geometry=list(rows.values()), crs=METRES)
    return layer("ons-centroids", frame, level="output_area")


def lookup(rows):
    return layer("ons-lookup", pd.DataFrame({"ward": pd.Series(rows)}), level="output_area")


# --- points in areas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (at(0.5, 0.5), "E00000001"),
        (at(1.0, 0.5), "E00000001"),  # on a shared edge: the lowest code
        (at(2.0, 1.0), "E00000002"),  # on a shared corner
        (at(3.0, 0.5), "E00000003"),  # on the outer edge
        (at(3.001, 0.5), ""),
        (None, ""),
    ],
)
def test_a_point_lies_in_one_area_or_in_none(place, code):
    """Three squares of 1 km in a row."""
    found = area_of_points(gpd.GeoSeries([place], crs=METRES), outlines("output_area", AREAS).frame)
    assert found.tolist() == [code]


@rules
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=1, max_size=30), st.permutations(list(AREAS))
)
def test_every_point_inside_is_counted_once_whatever_the_order_of_the_outlines(spots, order):
    """Points every 100 m, edges included, over three squares of 1 km in a row."""
    places = gpd.GeoSeries([at(x / 10, y / 10) for x, y in spots], crs=METRES)
    areas = outlines("output_area", AREAS).frame
    found = area_of_points(places, areas)
    assert found.isin(AREAS).all()
    assert area_of_points(places, areas.loc[order]).equals(found)


def test_points_keep_their_own_index():
    places = gpd.GeoSeries([at(2.5, 0.5), at(0.5, 0.5)], index=["P9", "P1"], crs=METRES)
    found = area_of_points(places, outlines("output_area", AREAS).frame)
    assert found.to_dict() == {"P9": "E00000003", "P1": "E00000001"}


# --- the spine -----------------------------------------------------------------------------------------------


def test_the_finest_outlines_are_the_level_of_the_place():
    assert geography_of(street()).level == "output_area"
    assert geography_of(layers(outlines("ward", WARDS))).level == "ward"


def test_an_area_belongs_to_the_ward_in_which_its_centre_lies():
    parents = geography_of(street()).parents
    assert parents["ward"].to_dict() == {"E00000001": "E05000001", "E00000002": "E05000002", "E00000003": "E05000002"}
    assert parents["output_area"].tolist() == list(AREAS)


def test_a_weighted_centroid_goes_before_the_middle():
    """Area 1 has its people in the second square; area 2 has no centroid and keeps a point inside it."""
    places = geography_of(street(centroids({"E00000001": at(1.2, 0.5), "E00000003": at(2.5, 0.5)})))
    assert places.parents.loc["E00000001", "ward"] == "E05000002"
    assert places.centres["E00000002"].within(AREAS["E00000002"])


def test_the_official_lookup_goes_before_the_position():
    places = geography_of(street(lookup(dict.fromkeys(AREAS, "E05000001"))))
    assert set(places.parents["ward"]) == {"E05000001"}


def test_an_area_that_the_lookup_leads_to_no_ward_of_ours_is_not_of_the_place():
    """An area that it does not name is another matter (test_vintages): leaving it out would lose its premises."""
    rows = {"E00000001": "E05000001", "E00000002": "E05000002", "E00000003": ""}
    places = geography_of(street(lookup(rows)))
    assert places.parents["ward"].to_dict() == {"E00000001": "E05000001", "E00000002": "E05000002"}
    assert places.outlines["output_area"].index.tolist() == ["E00000001", "E00000002"]


def of_two_councils(*, authority=("E06000001", "E06000002")):
    """The street, its first ward in E06000001, the second in another council."""
    frame = outlines("ward", WARDS).frame.assign(authority=list(authority))
    return [dataclasses.replace(item, frame=frame) if item.level == "ward" else item for item in street()]


@pytest.mark.parametrize("lad", ["E06000001", "e06000001", " E06000001\n", "E0600 0001"])
@pytest.mark.parametrize("first", ["E06000001", "e06000001 "])
def test_wards_of_the_whole_country_are_cut_to_the_authority_where_the_file_names_it(lad, first):
    """Blanks and case do not count, in plan.toml or in the file."""
    places = geography_of(layers(*of_two_councils(authority=(first, "E06000002"))), lad=lad)
    assert places.outlines["ward"].index.tolist() == ["E05000001"]
    assert set(places.parents["ward"]) == {"E05000001"}


def test_an_authority_that_no_ward_lies_in_is_refused_with_the_codes_there_are():
    """Never the neighbour's wards as well."""
    with pytest.raises(DataError, match=r'It has: E06000001, E06000002. Found "E06000009".*\[LAD_UNKNOWN\]'):
        geography_of(layers(*of_two_councils()), lad="E06000009")


def test_outlines_that_name_no_authority_are_all_of_the_place():
    assert len(geography_of(layers(*of_two_councils(authority=("", ""))), lad="E06000009").outlines["ward"]) == 2


def lookup_of_two_councils(authority):
    ward = dict(zip(AREAS, ["E05000001", "E05000002", "E05000002"], strict=True))
    frame = pd.DataFrame({"ward": pd.Series(ward), "authority": pd.Series(dict(zip(AREAS, authority, strict=True)))})
    return layer("ons-lookup", frame, level="output_area", file="lookup.csv")


def test_a_lookup_of_two_councils_is_cut_by_its_own_column():
    """Outlines without a council: area 1 alone is of E06000001."""
    found = street(lookup_of_two_councils(["e06000001", "E06000002", "E06000002"]))
    places = geography_of(found, lad="E06000001")
    assert places.parents.index.tolist() == ["E00000001"]
    assert places.outlines["ward"].index.tolist() == ["E05000001"]


def test_a_lookup_may_lead_to_wards_of_the_neighbour_that_the_outlines_have():
    """It names no council; the outlines do, and their other ward is the neighbour's."""
    ward = dict(zip(AREAS, ["E05000001", "E05000002", "E05000002"], strict=True))
    places = geography_of(layers(*of_two_councils(), lookup(ward)), lad="E06000001")
    assert places.parents.index.tolist() == ["E00000001"]


def test_a_lookup_without_the_authority_is_refused_with_the_codes_there_are():
    found = street(lookup_of_two_councils(["E06000001", "E06000002", "E06000002"]))
    with pytest.raises(DataError, match=r"lookup.csv.*It has: E06000001, E06000002.*\[LAD_UNKNOWN\]"):
        geography_of(found, lad="E06000009")


def test_a_lookup_of_other_areas_is_refused():
    """None of its codes is an area of the place."""
    with pytest.raises(VintageError, match=r"a row for only 0% of the areas.*\[VINTAGE_MIXED\]"):
        geography_of(street(lookup({"E00999999": "E05000001"})))


def test_a_lookup_to_wards_of_another_year_altogether_leaves_the_choice_to_positions():
    places = geography_of(street(lookup(dict.fromkeys(AREAS, "E05999999"))))
    assert places.parents["ward"].tolist() == ["E05000001", "E05000002", "E05000002"]


def test_a_place_without_wards_is_refused():
    with pytest.raises(DataError, match=r"no ward outlines.*ons-boundaries.*\[NO_WARDS\]"):
        geography_of(layers(outlines("output_area", AREAS)))


def test_two_outlines_of_one_level_are_refused():
    with pytest.raises(DataError, match=r"wards.*2024.*2025.*Keep one of the two.*\[LAYER_TWICE\]"):
        geography_of(
            layers(outlines("ward", WARDS, vintage="wards 2024"), outlines("ward", WARDS, vintage="wards 2025"))
        )


# --- vintages ------------------------------------------------------------------------------------------------


def of_year(found, year):
    return dataclasses.replace(found, year=year)


def test_output_areas_of_another_year_are_refused_though_most_codes_are_the_same():
    found = layers(of_year(outlines("output_area", AREAS), "2021"), outlines("ward", WARDS))
    units = of_year(coverage(dict.fromkeys(AREAS, (1, 0))), "2011")
    words = r"output_area.csv: Its codes are from 2011.* \(output_area.geojson\) .*2011 to output areas 2021.*MIXED\]"
    with pytest.raises(VintageError, match=words):
        units_to_areas(found, geography_of(found), units)


def test_a_lookup_of_another_year_is_refused():
    found = layers(
        of_year(outlines("output_area", AREAS), "2021"),
        outlines("ward", WARDS),
        of_year(lookup(dict.fromkeys(AREAS, "E05000001")), "2011"),
    )
    with pytest.raises(VintageError, match=r"Its codes are from 2011.*\[VINTAGE_MIXED\]"):
        geography_of(found)


def test_a_lookup_to_some_unknown_wards_is_refused():
    """A ward that has no outline would lose its areas in silence."""
    codes = {"E00000001": "E05000001", "E00000002": "E05000002", "E00000003": "E05999999"}
    with pytest.raises(DataError, match=r"leads to 1 area \(wards\).*E05999999.*OUTLINE_MISSING"):
        geography_of(street(lookup(codes)))


def test_outlines_of_two_censuses_need_a_lookup_between_them():
    lsoas = of_year(outlines("lsoa", {"E01000001": square(0, 0, side_m=3_000)}), "2011")
    with pytest.raises(VintageError, match=r"lsoa.geojson: Its LSOAs are from 2011.*\[VINTAGE_MIXED\]"):
        geography_of(layers(of_year(outlines("output_area", AREAS), "2021"), lsoas, outlines("ward", WARDS)))


def test_half_the_areas_are_enough_for_a_file_that_states_no_year():
    found = layers(outlines("output_area", {**AREAS, "E00000004": square(3, 0)}), outlines("ward", WARDS))
    units = coverage({"E00000001": (1, 0), "E00000002": (1, 0)})
    assert units_to_areas(found, geography_of(found), units)["ward"].tolist() == ["E05000001", "E05000002"]


# --- units ---------------------------------------------------------------------------------------------------


def test_output_areas_are_their_own_areas_and_strangers_lie_in_none():
    units = coverage({"E00000001": (1, 0), "E00000003": (1, 0), "E00000099": (1, 0)})
    found = units_to_areas(street(), geography_of(street()), units)
    assert found["ward"].tolist() == ["E05000001", "E05000002", ""]
    assert found["output_area"].tolist() == ["E00000001", "E00000003", ""]


def test_output_areas_of_another_vintage_are_refused():
    units = coverage({"E00999999": (1, 0)})
    with pytest.raises(VintageError, match=r"output_area.csv: It has a row for only 0% .*\[VINTAGE_MIXED\]"):
        units_to_areas(street(), geography_of(street()), units)


def test_output_areas_without_outlines_are_refused():
    found = layers(outlines("ward", WARDS))
    with pytest.raises(DataError, match=r"counts by output areas, and there are no outlines.*\[NO_OUTLINES\]"):
        units_to_areas(found, geography_of(found), coverage({"E00000001": (1, 0)}))


def test_postcodes_without_a_directory_are_refused():
    units = coverage({"AA11AA": (1, 0)}, level="postcode")
    with pytest.raises(DataError, match=r'no directory.*kind = "postcodes".*\[NO_POSTCODES\]'):
        units_to_areas(street(), geography_of(street()), units)


def test_a_postcode_lies_where_its_output_area_says_and_else_where_its_point_says():
    """AA11AA is in square 3 and officially belongs to area 1; AA11AB names an area that does not exist."""
    directory = postcodes({"AA11AA": at(2.5, 0.5), "AA11AB": at(2.5, 0.5), "AA11AC": at(0.5, 0.5), "AA11AD": at(9, 9)})
    directory.frame["output_area"] = ["E00000001", "E00999999", "E00000001", "E00000001"]
    found = postcodes_to_areas(directory.frame, geography_of(street()))
    assert found["output_area"].tolist() == ["E00000001", "E00000003", "E00000001", "E00000001"]
    assert found["ward"].tolist() == ["E05000001", "E05000002", "E05000001", "E05000001"]


def test_a_directory_of_another_census_is_placed_by_points():
    """Nine tenths of the codes of 2011 match those of 2021 anyway."""
    found = layers(of_year(outlines("output_area", AREAS), "2021"), outlines("ward", WARDS))
    directory = postcodes({"AA11AA": at(2.5, 0.5), "AA11AB": at(0.5, 0.5)}, output_area="E00000002")
    directory.frame["output_area_year"] = "2011"
    assert postcodes_to_areas(directory.frame, geography_of(found))["output_area"].tolist() == [
        "E00000003",
        "E00000001",
    ]
    directory.frame["output_area_year"] = "2021"
    assert set(postcodes_to_areas(directory.frame, geography_of(found))["output_area"]) == {"E00000002"}


@pytest.mark.parametrize(
    ("stated", "of_outlines", "is_used"),
    [("2021", "2021", True), ("2011", "2021", False), ("", "2021", False), ("2021", "", False)],
)
def test_a_postcode_is_of_the_lsoa_that_the_directory_names_and_of_the_ward_it_stands_in(stated, of_outlines, is_used):
    """Two LSOAs with a gap between their outlines, where AA11AA stands; AA11AB stands in the second and is officially
    of the first, and so is AA11AC, outside every outline. The second ward holds the gap and the second LSOA.
    """
    lsoas = outlines("lsoa", {"E01000001": square(0, 0), "E01000002": square(2, 0)})
    second = shapely.box(*at(1, 0).coords[0], *at(3, 1).coords[0])
    wards = outlines("ward", {"E05000001": square(0, 0), "E05000002": second})
    places = geography_of(layers(of_year(lsoas, of_outlines), wards))
    directory = postcodes({"AA11AA": at(1.5, 0.5), "AA11AB": at(2.5, 0.5), "AA11AC": at(9, 9)})
    directory.frame["lsoa"], directory.frame["lsoa_year"] = "E01000001", stated
    found = postcodes_to_areas(directory.frame, places)
    assert found["lsoa"].tolist() == (["E01000001"] * 3 if is_used else ["", "E01000002", ""])
    assert found["ward"].tolist() == ["E05000002", "E05000002", "E05000001" if is_used else ""]


def test_a_postcode_without_a_row_in_the_directory_lies_in_no_area():
    units = coverage({"AA11AA": (1, 0), "ZZ99ZZ": (1, 0)}, level="postcode")
    found = street(postcodes({"AA11AA": at(0.5, 0.5)}))
    assert units_to_areas(found, geography_of(found), units)["ward"].tolist() == ["E05000001", ""]


def test_directories_are_put_together_and_each_postcode_counts_once():
    found = layers(postcodes({"AA11AB": at(0, 0), "AA11AA": at(0, 0)}), postcodes({"AA11AA": at(0, 0)}))
    assert postcode_directory(found).index.tolist() == ["AA11AA", "AA11AB"]


# --- sums ----------------------------------------------------------------------------------------------------


def test_a_sum_leaves_out_what_is_not_known_and_is_not_known_where_nothing_is():
    values = pd.Series([1.0, NAN, NAN, 4.0], index=list("PQRS"))
    areas = pd.Series(["A", "A", "B", ""], index=list("PQRS"))
    assert sum_by(values, areas, pd.Index(["A", "B", "C"])).fillna(-1).tolist() == [1, -1, -1]


def test_a_mean_is_weighted_and_leaves_out_what_is_not_known():
    values = pd.Series([1.0, 0.0, NAN, 5.0], index=list("PQRS"))
    weights = pd.Series([3.0, 1.0, 9.0, 0.0], index=list("PQRS"))
    areas = pd.Series(["A", "A", "A", "B"], index=list("PQRS"))
    found = weighted_mean_by(values, weights, areas, pd.Index(["A", "B"]))
    assert found["A"] == 0.75
    assert np.isnan(found["B"])  # a weight of nothing gives no mean


@rules
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 1000)), min_size=1, max_size=40), st.randoms())
def test_sums_by_area_add_up_to_the_whole_in_any_order(rows, random):
    table = pd.DataFrame(rows, columns=["area", "value"]).astype({"value": "float64"})
    index = pd.Index(["A", "B", "C"])
    found = sum_by(table["value"], table["area"], index)
    assert found.sum() == table["value"].sum()
    order = list(table.index)
    random.shuffle(order)
    assert sum_by(table["value"].loc[order], table["area"], index).equals(found)


def test_shapes_that_are_not_squares_are_joined_by_their_true_outline():
    """A triangle: the upper left half of a square; its bounding box does not count."""
    triangle = gpd.GeoDataFrame(index=["T"], geometry=[shapely.Polygon([(0, 0), (0, 1), (1, 1)])], crs=METRES)
    places = gpd.GeoSeries([shapely.Point(0.2, 0.8), shapely.Point(0.8, 0.2)], crs=METRES)
    assert area_of_points(places, triangle).tolist() == ["T", ""]
