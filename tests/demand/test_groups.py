"""User groups: a group counts by its weight alone, and what free Wi-Fi reaches comes off each."""

import dataclasses
import functools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.demand.existing import free_spots
from connected_place.coverage.demand.groups import demand_of_groups
from connected_place.coverage.footfall.place import PlaceFootfall
from connected_place.coverage.footfall.points import Footfall
from connected_place.coverage.footfall.squares import visitor_squares
from connected_place.coverage.objectives import EXPECTED
from connected_place.coverage.parameters.demand import Demand
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import FIXED
from connected_place.gis_data.crs import coordinates

from ..small_places import METRES, NAN, at, sample_plan, sample_steps, square

PLACE = Place(name="Streetford", lad="E06000999")
WARDS = gpd.GeoDataFrame({"name": ["Highward"]}, index=["W"], geometry=[square(0, 0)], crs=METRES)
AREAS = WARDS.set_axis(["A"]).assign(score=50.0)


def groups(weights, *, with_footfall=True, visits=None):
    """One area, half in need: 20 premises in its south-west; four squares of 500 m; a library and a surgery."""
    homes = gpd.GeoDataFrame(
        {"premises": [16.0, 4.0], "ward": "W", "lsoa": "A"},
        index=["AA11AA", "AA11AB"],
        geometry=[at(0.1, 0.1), at(0.3, 0.1)],
        crs=METRES,
    )
    candidates = gpd.GeoDataFrame(
        {"kind": ["library", "health"], "ward_code": "W", "area_code": "A"},
        index=["S1", "S2"],
        geometry=[at(0.1, 0.1), at(0.9, 0.9)],
        crs=METRES,
    )
    stated = Demand(**weights, **({"staff_by_kind": visits} if visits else {}), visitor_cell_m=500.0)
    return demand_of_groups(
        homes,
        candidates,
        footfall_of_squares() if with_footfall else None,
        wards=WARDS,
        areas=AREAS,
        level="lsoa",
        parameters=Parameters(place=PLACE, demand=stated, sites=Sites(objective=EXPECTED)),
    )


def footfall_of_squares():
    """Four squares of which one is not known and the others are alike."""
    squares = visitor_squares(WARDS, cell_m=500.0)
    index = np.array([30.0, 30.0, 30.0, NAN])
    found = Footfall(
        index=index, people_per_hour=index, given=index, basis="index", validation=None, only_homes=False, sentence="",
        profiles=pd.DataFrame(), counters=pd.DataFrame(), cleaning=pd.DataFrame(), warnings=(),
    )  # fmt: skip
    return PlaceFootfall(footfall=found, squares=squares, index=index, by_area=pd.Series(dtype="float64"))


def sums(points):
    return points.groupby("group")["demand"].sum().to_dict()


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        ({}, {"residents": 10}),
        ({"visitors": 0.5}, {"residents": 10, "visitors": 5}),
        ({"staff": 0.25}, {"residents": 10, "staff": 2.5}),
        ({"visitors": 0.5, "staff": 2.0}, {"residents": 10, "visitors": 5, "staff": 20}),
        ({"residents": 0.0, "staff": 1.0}, {"staff": 10}),
    ],
)
def test_a_group_counts_by_its_weight_and_without_one_it_has_no_points(weights, found):
    assert sums(groups(weights)) == pytest.approx(found)


def test_visitors_without_any_footfall_have_no_points():
    assert sums(groups({"visitors": 0.5}, with_footfall=False)) == {"residents": 10}


def test_a_square_or_a_building_is_named_so_that_no_two_points_are_one():
    found = groups({"visitors": 1.0, "staff": 1.0})
    assert found.index.is_unique
    assert found.index.tolist()[:2] == ["AA11AA", "AA11AB"]
    assert found.index.tolist()[-2:] == ["staff:S1", "staff:S2"]


@pytest.mark.parametrize(
    ("visits", "found"),
    [({"library": 1.0, "health": 3.0}, [2.5, 7.5]), ({"other": 1.0}, [5, 5]), (None, [2, 8])],  # 1 to 4 as a proposal
)
def test_working_visits_are_those_of_the_plan(visits, found):
    points = groups({"staff": 1.0}, visits=visits)
    assert points.loc[points["group"] == "staff", "demand"].tolist() == pytest.approx(found)


# --- the sample ----------------------------------------------------------------------------------------------


@functools.cache
def sample_of_groups():
    """The plan of the embedded borough, visitors worth half and staff a quarter of its residents; reach 50 m."""
    rules = dataclasses.replace(sample_steps().parameters.sites, objective=EXPECTED)
    changes = {"demand": Demand(visitors=0.5, staff=0.25), "wifi": Wifi(reach=FIXED, reach_m=50.0), "sites": rules}
    return sample_steps().changed(dataclasses.replace(sample_steps().parameters, **changes)).record


def test_each_group_of_the_sample_sums_to_its_weight_times_the_residents():
    found = sums(sample_of_groups().demand)
    whole = sums(sample_plan().demand)["residents"]
    assert whole > 1_000
    assert found == pytest.approx({"residents": whole, "visitors": 0.5 * whole, "staff": 0.25 * whole})


def test_free_wifi_of_the_sample_comes_off_each_group():
    made = sample_of_groups()
    spots = free_spots(made.access_points)
    away = np.hypot(*(coordinates(made.demand.geometry)[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    reached = away.min(axis=1) <= 50
    assert made.demand["already"].tolist() == reached.astype(float).tolist()
    assert {"residents", "visitors"} <= set(made.demand["group"][reached])
    left = sums(made.demand[~reached])
    assert all(left[group] < whole for group, whole in sums(made.demand[made.demand["group"] != "staff"]).items())
    assert made.shortlist.demand_total == pytest.approx(sum(left.values()))


def test_the_shortlist_counts_homes_of_residents_alone_and_demand_of_all():
    made, alone = sample_of_groups().shortlist, sample_plan().shortlist
    assert (made.premises_total, made.points_total) == (alone.premises_total, alone.points_total)
    assert made.demand_covered <= made.demand_total
