"""Demand: residents, visitors and staff where they are, in one unit."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.demand.points import all_groups, demand_points, staff_points, visitor_points
from connected_place.coverage.footfall.squares import visitor_squares
from connected_place.coverage.gaps.denominators import postcode_premises
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.errors import PlanFileError

from ..small_places import METRES, NAN

rules = settings(deadline=None, derandomize=True, max_examples=30)


def street(rows):
    """Postcodes along a street: (metres from its start, premises, ward, area); two residents in each premises."""
    index = pd.Index([f"P{number}" for number in range(len(rows))], name="postcode")
    x, premises, wards, areas = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {
            "premises": np.array(premises, dtype="float64"),
            "residents": 2 * np.array(premises, dtype="float64"),
            "ward": wards,
            "lsoa": areas,
        },
        index=index,
        geometry=gpd.points_from_xy(x, [0.0] * len(rows)),
        crs=METRES,
    )


def demand(rows, *, scores=None):
    areas = pd.Series({"A": 100.0, "B": 25.0, "C": NAN} if scores is None else scores)
    return demand_points(street(rows), areas=areas, level="lsoa")


def test_homes_of_an_area_without_a_score_count_with_the_mean_of_the_other_homes():
    """Need 1 for the 2 premises of A and 0.25 for the 6 of B: a mean of 3.5 / 8 for the 4 of C."""
    found = demand([(0, 2, "W", "A"), (50, 6, "W", "B"), (90, 4, "W", "C")])
    assert found["demand"].tolist() == pytest.approx([2, 1.5, 4 * 3.5 / 8])


# --- premises of postcodes -----------------------------------------------------------------------------------


def test_premises_of_an_area_are_spread_in_equal_parts_over_its_postcodes():
    units = pd.Series({"P1": "A", "P2": "A", "P3": "B", "P4": "C", "P5": ""})
    found = postcode_premises(units, pd.Series({"A": 30.0, "B": 7.0}))
    assert found.fillna(-1).tolist() == [15, 15, 7, -1, -1]


@rules
@given(
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=30), st.lists(st.integers(0, 999), min_size=4, max_size=4)
)
def test_spreading_loses_no_premises(areas, numbers):
    counts = pd.Series(numbers, index=list("ABCD"), dtype="float64")
    units = pd.Series(areas, index=[f"P{number}" for number in range(len(areas))])
    assert postcode_premises(units, counts).sum() == pytest.approx(counts[sorted(set(areas))].sum())


# --- points --------------------------------------------------------------------------------------------------


def test_a_premises_in_an_area_of_full_need_counts_one():
    found = demand([(0, 8, "W", "A"), (100, 8, "W", "B")])
    assert found["demand"].tolist() == [8, 2]
    assert found["premises"].tolist() == [8, 8]


@pytest.mark.parametrize(
    "left_out",
    [
        (0, 8, "", "A"),  # outside every ward
        (0, NAN, "W", "A"),  # nobody knows how many premises
        (0, 8, "W", "D"),  # its area is none of the place's
        (0, 8, "W", ""),  # it lies in no area
    ],
)
def test_a_point_of_which_something_is_not_known_carries_no_demand(left_out):
    assert demand([left_out, (500, 4, "W", "A")]).index.tolist() == ["P1"]


def test_need_weighs_demand_and_no_count():
    """Premises and residents of a point in little need are all still there."""
    found = demand([(0, 8, "W", "B")])
    assert found[["premises", "residents", "demand"]].to_numpy().tolist() == [[8, 16, 2]]


def test_residents_that_nobody_counted_are_not_known_and_take_no_demand():
    points = street([(0, 8, "W", "A")]).drop(columns="residents")
    found = demand_points(points, areas=pd.Series({"A": 100.0}), level="lsoa")
    assert found["residents"].isna().all()
    assert found["demand"].tolist() == [8]


def test_points_come_sorted_by_their_code():
    points = street([(0, 8, "W", "A"), (100, 4, "W", "A"), (200, 2, "W", "A")])
    found = demand_points(points.iloc[[2, 0, 1]], areas=pd.Series({"A": 100.0}), level="lsoa")
    assert found.index.tolist() == ["P0", "P1", "P2"]
    assert found["demand"].tolist() == [8, 4, 2]


def test_a_place_without_any_known_point_has_no_demand():
    assert demand([(0, 8, "", "A")]).empty


@rules
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 50), st.floats(0, 100)), min_size=1, max_size=20))
def test_demand_lies_between_nothing_and_the_premises(rows):
    scores = {f"A{number}": need for number, (_, _, need) in enumerate(rows)}
    points = [(x, premises, "W", f"A{number}") for number, (x, premises, _) in enumerate(rows)]
    found = demand(points, scores=scores)
    assert (found["demand"] >= 0).all()
    assert (found["demand"] <= found["premises"] + 1e-9).all()


# --- visitors and staff --------------------------------------------------------------------------------------


def wards(west=0.0, south=0.0, *, width_m=200.0, height_m=200.0):
    """One ward, also the only area: a box."""
    box = shapely.box(west, south, west + width_m, south + height_m)
    return gpd.GeoDataFrame({"name": ["W"]}, index=["W"], geometry=[box], crs=METRES)


def visitors(place, *, index_at=lambda at: np.ones(len(at)), cell_m=100.0):
    squares = visitor_squares(place, cell_m=cell_m)
    footfall = index_at(coordinates(squares))
    return visitor_points(squares, footfall, wards=place, areas=place)


def staff(rows, *, by_kind):
    """Buildings along a street: (id, metres from its start, kind)."""
    ids, x, kinds = zip(*rows, strict=True)
    venues = gpd.GeoDataFrame(
        {"kind": kinds, "area_code": "A", "ward_code": "W"},
        index=pd.Index(ids, name="site_id"),
        geometry=gpd.points_from_xy(x, [0.0] * len(rows)),
        crs=METRES,
    )
    return staff_points(venues, by_kind=by_kind)


def test_visitors_stand_in_the_middle_of_squares_with_their_footfall():
    """Four squares of 100 m at 561000, 187800; footfall is how far east."""
    found = visitors(wards(561_000, 187_800), index_at=lambda at: at[:, 0] - 561_000)
    assert found["demand"].to_dict() == {
        "visitors:TQ61058785": 50,
        "visitors:TQ61058795": 50,
        "visitors:TQ61158785": 150,
        "visitors:TQ61158795": 150,
    }
    assert found[["premises", "residents"]].isna().all(axis=None)
    assert set(found["area_code"]) == set(found["ward_code"]) == {"W"}
    assert set(found["group"]) == {"visitors"}
    assert found.crs == METRES


@pytest.mark.parametrize(("west", "south"), [(560_960, 187_760), (561_049, 187_849), (560_951, 187_751)])
def test_the_outline_of_the_place_does_not_move_the_squares(west, south):
    """A place of 200 m, wherever it starts, holds the middles at odd multiples of 50 m."""
    moved = visitors(wards(west, south)).geometry
    wide = visitors(wards(560_000, 187_000, width_m=2_000, height_m=2_000)).geometry
    assert len(moved) == 4
    assert moved.geom_equals(wide[moved.index]).all()


def test_a_square_of_which_no_footfall_is_known_adds_no_point():
    found = visitors(wards(), index_at=lambda at: np.where(at[:, 0] < 100, NAN, np.where(at[:, 1] < 100, 0.0, 7.0)))
    assert found["demand"].tolist() == [7.0]


def test_smaller_squares_hold_the_same_place_in_more_points():
    assert [len(visitors(wards(), cell_m=cell_m)) for cell_m in (200.0, 100.0, 50.0)] == [1, 4, 16]


def test_a_building_stands_for_the_working_visits_of_its_kind():
    rows = [("S2", 100, "library"), ("S1", 0, "health"), ("S3", 200, "lamp"), ("S4", 300, "market")]
    found = staff(rows, by_kind={"health": 4.0, "library": 1.0, "market": 0.0, "other": 0.5})
    assert found["demand"].to_dict() == {"staff:S1": 4, "staff:S2": 1, "staff:S3": 0.5}  # 0 visits: no point
    assert found[["premises", "residents"]].isna().all(axis=None)
    assert set(found["group"]) == {"staff"}


def test_a_kind_that_nothing_is_said_of_has_no_working_visits():
    assert staff([("S1", 0, "lamp")], by_kind={"health": 4.0}).empty


# --- groups together -----------------------------------------------------------------------------------------


def groups(*, residents=((0, 8, "W", "A"), (900, 2, "W", "A"))):
    """10 homes counted by need, footfall of 4 squares, 5 working visits, along one street from 0 to 900 m."""
    buildings = [("S1", 0, "health"), ("S2", 500, "library")]
    return {
        "residents": demand(list(residents)),
        "visitors": visitors(wards()),
        "staff": staff(buildings, by_kind={"health": 4.0, "library": 1.0}),
    }


def sums(points):
    return points.groupby("group")["demand"].sum().to_dict()


def test_residents_alone_are_what_they_were():
    layers = groups()
    pd.testing.assert_frame_equal(all_groups(layers, {"residents": 1.0, "visitors": 0.0}), layers["residents"])


def test_all_of_a_group_is_worth_its_weight_times_all_of_the_residents():
    """10 premises; visitors half of that over 4 squares; staff twice that, 4 to 1 over two buildings."""
    found = all_groups(groups(), {"residents": 1.0, "visitors": 0.5, "staff": 2.0})
    assert sums(found) == {"residents": 10, "visitors": 5, "staff": 20}
    assert found["demand"].tolist() == [8, 2, 1.25, 1.25, 1.25, 1.25, 16, 4]


def test_residents_of_weight_0_still_give_the_unit():
    found = all_groups(groups(), {"residents": 0.0, "visitors": 0.0, "staff": 0.3})
    assert sums(found) == {"staff": pytest.approx(3)}


def test_a_group_without_data_adds_no_points():
    layers = groups()
    weights = {"residents": 1.0, "visitors": 1.0, "staff": 1.0}
    found = all_groups({"residents": layers["residents"], "visitors": layers["visitors"].iloc[:0]}, weights)
    pd.testing.assert_frame_equal(found, layers["residents"])


def test_a_place_without_residents_has_no_demand_at_all():
    """Nothing to measure the others by."""
    found = all_groups(groups(residents=[(0, 8, "", "A")]), {"residents": 1.0, "visitors": 1.0, "staff": 1.0})
    assert found["demand"].sum() == 0


def test_residents_without_any_need_leave_nothing_to_measure_the_others_by():
    layers = groups() | {"residents": demand([(0, 8, "W", "A")], scores={"A": 0.0})}
    found = all_groups(layers, {"residents": 1.0, "visitors": 1.0, "staff": 1.0})
    assert found["demand"].tolist() == [0.0] * 7


def test_all_groups_at_weight_0_are_refused():
    with pytest.raises(PlanFileError, match=r"weight to at least one of: residents, visitors, staff.*\[NO_WEIGHT\]"):
        all_groups(groups(), {"residents": 0.0, "visitors": 0.0, "staff": 0.0})


@rules
@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 50), st.floats(1, 100)), min_size=1, max_size=10),
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4),
    st.tuples(st.floats(0, 5), st.floats(0.01, 5), st.floats(0, 5)),
)
def test_every_group_sums_to_its_weight(rows, footfall, weights):
    scores = {f"A{number}": need for number, (_, _, need) in enumerate(rows)}
    layers = groups() | {
        "residents": demand(
            [(x, premises, "W", f"A{number}") for number, (x, premises, _) in enumerate(rows)],
            scores=scores,
        ),
        "visitors": visitors(wards(), index_at=lambda at: np.array(footfall)),
    }
    stated = dict(zip(("residents", "visitors", "staff"), weights, strict=True))
    found = all_groups(layers, stated)
    whole = sum(premises * need / 100 for _, premises, need in rows)
    expected = {group: pytest.approx(weight * whole) for group, weight in stated.items() if weight > 0}
    assert sums(found) == expected
    assert (found["demand"] >= 0).all()
    assert found.index.is_unique
    assert found.loc[found["group"] != "residents", "premises"].isna().all()
