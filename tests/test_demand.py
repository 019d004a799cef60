"""Demand: premises where they are, weighted by need, without those that free Wi-Fi already serves."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.demand import demand_points, postcode_premises

from .places import METRES, NAN

rules = settings(deadline=None, derandomize=True, max_examples=30)
NOBODY = np.empty((0, 2))


def street(rows):
    """Postcodes along a street: (metres from its start, premises, ward, area)."""
    index = pd.Index([f"P{number}" for number in range(len(rows))], name="postcode")
    x, premises, wards, areas = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"premises": np.array(premises, dtype="float64"), "ward": wards, "lsoa": areas},
        index=index,
        geometry=gpd.points_from_xy(x, [0.0] * len(rows)),
        crs=METRES,
    )


def demand(rows, *, scores=None, free_wifi=NOBODY, reach_m=50.0):
    areas = pd.Series({"A": 100.0, "B": 25.0, "C": NAN} if scores is None else scores)
    return demand_points(street(rows), areas=areas, level="lsoa", free_wifi=free_wifi, reach_m=reach_m)


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
        (0, 8, "W", "C"),  # its area has no score
        (0, 8, "W", ""),  # it lies in no area
    ],
)
def test_a_point_of_which_something_is_not_known_carries_no_demand(left_out):
    assert demand([left_out, (500, 4, "W", "A")]).index.tolist() == ["P1"]


@pytest.mark.parametrize(("reach_m", "weights"), [(29.9, [0, 8, 8]), (30.0, [0, 0, 8]), (500.0, [0, 0, 0])])
def test_what_free_wifi_reaches_counts_for_no_new_site(reach_m, weights):
    """Postcodes at 0, 30 and 400 m; free Wi-Fi at 0. The edge counts as reached."""
    rows = [(0, 8, "W", "A"), (30, 8, "W", "A"), (400, 8, "W", "A")]
    found = demand(rows, free_wifi=np.array([[0.0, 0.0]]), reach_m=reach_m)
    assert found["demand"].tolist() == weights
    assert found["served"].tolist() == [weight == 0 for weight in weights]
    assert found["premises"].tolist() == [8, 8, 8]  # they are still there


def test_points_come_sorted_by_their_code():
    points = street([(0, 8, "W", "A"), (100, 4, "W", "A"), (200, 2, "W", "A")])
    found = demand_points(
        points.iloc[[2, 0, 1]], areas=pd.Series({"A": 100.0}), level="lsoa", free_wifi=NOBODY, reach_m=50
    )
    assert found.index.tolist() == ["P0", "P1", "P2"]
    assert found["demand"].tolist() == [8, 4, 2]


def test_a_place_without_any_known_point_has_no_demand():
    assert demand([(0, 8, "", "A")], free_wifi=np.array([[0.0, 0.0]])).empty


@rules
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 50), st.floats(0, 100)), min_size=1, max_size=20))
def test_demand_lies_between_nothing_and_the_premises(rows):
    scores = {f"A{number}": need for number, (_, _, need) in enumerate(rows)}
    points = [(x, premises, "W", f"A{number}") for number, (x, premises, _) in enumerate(rows)]
    found = demand(points, scores=scores, free_wifi=np.array([[100.0, 0.0]]))
    assert (found["demand"] >= 0).all()
    assert (found["demand"] <= found["premises"] + 1e-9).all()
