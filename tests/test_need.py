"""Need: criteria on fixed scales, put together from the finest areas."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.area_table import spine
from connected_place.coverage.need import CRITERIA, atoms, levels, values, zonal_sums
from connected_place.gis_data.errors import DataError, VintageError
from connected_place.gis_data.rasters import Raster

from .places import METRES, NAN, SOUTH, WEST, at, layer, layers, outlines, people, square

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0)}
LSOAS = {"E01000001": square(0, 0, side_m=2_000)}
WARDS = {"E05000001": square(0, 0, side_m=2_000)}

rules = settings(deadline=None, derandomize=True, max_examples=30)


def place(*more, lsoas=False):
    """Two areas of 1 km side by side in one ward (and in one LSOA)."""
    wider = (outlines("lsoa", LSOAS),) if lsoas else ()
    return layers(outlines("output_area", AREAS), *wider, outlines("ward", WARDS), *more)


def known(*more, lsoas=False):
    found = place(*more, lsoas=lsoas)
    return atoms(found, spine(found))


def wifi(rows):
    """Existing access points: (position, access)."""
    frame = gpd.GeoDataFrame(
        {"name": "n", "provider": "p", "access": [access for _, access in rows]},
        geometry=[position for position, _ in rows],
        crs=METRES,
    )
    return layer("public-wifi", frame, level="site")


# --- values --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", CRITERIA)
@pytest.mark.parametrize(("at_share", "value"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (2, 1)])
def test_a_value_rises_in_a_line_between_its_two_anchors_and_is_flat_outside(key, at_share, value):
    item = CRITERIA[key]
    level = item.none_at + at_share * (item.full_at - item.none_at)
    assert values(pd.DataFrame({key: [level]}))[key].item() == pytest.approx(value)


def test_what_is_not_known_has_no_value():
    assert values(pd.DataFrame({"deprivation": [NAN, 0.2]}))["deprivation"].isna().tolist() == [True, False]


@rules
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0, 1e6))
def test_another_area_moves_no_value(levels_of_some, more):
    some = values(pd.DataFrame({"population": levels_of_some}))["population"]
    all_of_them = values(pd.DataFrame({"population": [*levels_of_some, more]}))["population"]
    assert all_of_them[:-1].tolist() == some.tolist()
    assert all_of_them.between(0, 1).all()


# --- levels --------------------------------------------------------------------------------------------------


def gaps(shares):
    return pd.DataFrame(
        {"ufbb_300_gap_share": shares, "decent_10_gap_share": 0.01}, index=pd.Index(shares.index, name="area_code")
    )


def ward_levels(*more, headline="ufbb_300"):
    found = place(*more)
    places = spine(found)
    return levels(
        atoms(found, places), places, gaps(pd.Series({"E05000001": 0.3})), level="ward", headline=headline
    ).loc["E05000001"]


def test_a_rate_of_a_ward_is_weighted_by_people():
    """300 people at 0.4 and 100 at 0.0."""
    found = ward_levels(
        people("population", {"E00000001": 300, "E00000002": 100}),
        people("deprivation", {"E00000001": 0.4, "E00000002": 0.0}),
    )
    assert found["deprivation"] == pytest.approx(0.3)
    assert found["population"] == pytest.approx(400 / 400)  # 4 km2 of ward are 400 hectares


def test_a_rate_without_people_is_a_plain_mean():
    assert ward_levels(people("deprivation", {"E00000001": 0.4, "E00000002": 0.0}))["deprivation"] == pytest.approx(0.2)


def test_criteria_of_which_nothing_is_known_are_left_out():
    assert ward_levels().index.tolist() == ["gap_headline", "gap_decent"]


def test_ten_megabits_as_headline_are_not_counted_twice():
    found = place()
    found_levels = levels(
        known(), spine(found), gaps(pd.Series({"E05000001": 0.3})), level="ward", headline="decent_10"
    )
    assert found_levels.columns.tolist() == ["gap_headline"]


# --- what is known of each finest area -----------------------------------------------------------------------


def test_a_rate_of_an_lsoa_holds_for_its_output_areas_and_a_total_is_spread():
    found = known(
        people("deprivation", {"E01000001": 0.3}, level="lsoa"),
        people("households", {"E01000001": 90.0}, level="lsoa"),
        people("population", {"E01000001": 200.0}, level="lsoa"),
        lsoas=True,
    ).frame
    assert found["deprivation"].tolist() == [0.3, 0.3]
    assert found["households"].tolist() == [45, 45]
    assert found["population"].sum() == 200


def test_an_area_without_a_row_is_not_known():
    found = known(people("population", {"E00000001": 5.0})).frame
    assert found["population"].fillna(-1).tolist() == [5, -1]


def test_a_people_table_of_another_vintage_is_refused():
    with pytest.raises(VintageError, match=r"population.csv: It has a row for only 0% .*\[VINTAGE_MIXED\]"):
        known(people("population", {"E00999999": 5.0}))


def test_a_table_of_a_level_without_outlines_is_refused_and_never_passed_over():
    with pytest.raises(DataError, match=r"on LSOAs and there are no outlines of them.*\[NO_OUTLINES\]"):
        known(people("deprivation", {"E01000001": 0.3}, level="lsoa"))


@pytest.mark.parametrize(
    ("spots", "distance_m"),
    [
        ([(at(0.5, 0.5), "free")], [0, 1000]),
        ([(at(0.5, 0.5), "paid"), (at(1.5, 0.5), "not stated")], [1000, 0]),  # what has to be paid is no free Wi-Fi
        ([(at(0.5, 0.5), "paid")], [-1, -1]),
        ([], [-1, -1]),
    ],
)
def test_distance_is_to_the_nearest_wifi_that_nobody_pays_for(spots, distance_m):
    """Two squares of 1 km; their centres lie 1,000 m apart."""
    found = known(wifi(spots)).frame["wifi_distance"]
    assert found.fillna(-1).tolist() == pytest.approx(distance_m, abs=1e-6)


@pytest.mark.parametrize(("is_rate", "found"), [(True, [0.3, 0.3]), (False, [0.15, 0.15])])
def test_a_bridge_between_two_years_carries_a_rate_whole_and_a_count_in_parts(is_rate, found):
    """One area of 2011 became the two of 2021."""
    source = "deprivation" if is_rate else "population"
    table = dataclasses.replace(people(source, {"E00009999": 0.3}), year="2011")
    pairs = pd.DataFrame({"before": "E00009999", "after": list(AREAS)})
    bridge = dataclasses.replace(layer("ons-lookup", pairs, level="output_area", measure="bridge"), year="2021")
    of_2021 = dataclasses.replace(outlines("output_area", AREAS), year="2021")
    with_bridge = layers(of_2021, outlines("ward", WARDS), table, bridge)
    assert atoms(with_bridge, spine(with_bridge)).frame[source].tolist() == pytest.approx(found)
    without = layers(of_2021, outlines("ward", WARDS), table)
    with pytest.raises(VintageError, match=r"has codes of 2011.*ons-lookup.*\[VINTAGE_MIXED\]"):
        atoms(without, spine(without))


def test_two_editions_of_one_table_are_refused():
    one, other = (people("population", dict.fromkeys(AREAS, 1.0), vintage=year) for year in ("2011", "2021"))
    with pytest.raises(DataError, match=r"\(2011\) gives the same as this file \(2021\).*\[LAYER_TWICE\]"):
        known(one, other)


# --- people from a grid --------------------------------------------------------------------------------------


def grid(cells):
    """Cells of 1 km, the first row in the north, from the corner of the world."""
    array = np.array(cells, dtype="float64")
    transform = (1_000.0, 0.0, WEST, 0.0, -1_000.0, SOUTH + 1_000 * len(cells))
    return Raster(values=array, transform=transform, crs=METRES)


@pytest.mark.parametrize(
    ("shape", "people_inside"),
    [
        (square(0, 0), 3),  # the cell of the south-west
        (square(0, 0, side_m=2_000), 10),
        (square(0.5, 0.5), 2.5),  # a quarter of each
        (square(5, 5), 0),
    ],
)
def test_cells_count_by_the_share_that_lies_inside(shape, people_inside):
    """Two by two cells: 1 and 2 in the north, 3 and 4 in the south."""
    shapes = gpd.GeoDataFrame(index=["A"], geometry=[shape], crs=METRES)
    assert zonal_sums(grid([[1, 2], [3, 4]]), shapes).fillna(0).item() == pytest.approx(people_inside)


def test_cells_without_a_value_count_nothing():
    shapes = gpd.GeoDataFrame(index=["A"], geometry=[square(0, 0, side_m=2_000)], crs=METRES)
    assert zonal_sums(grid([[1, NAN], [3, 4]]), shapes).item() == pytest.approx(8)


def test_a_table_of_people_goes_before_a_grid():
    cells = dataclasses.replace(layer("population-raster", pd.DataFrame(), level="cell"), raster=grid([[1, 2], [3, 4]]))
    assert known(cells).frame["population"].tolist() == pytest.approx([3, 4])
    table = people("population", {"E00000001": 50.0, "E00000002": 60.0})
    assert known(cells, table).frame["population"].tolist() == [50, 60]
