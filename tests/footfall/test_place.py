"""Footfall of a place: asked for by a file or a weight, and an area as busy as its squares are on average."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from connected_place.coverage.footfall.index import index_of_people
from connected_place.coverage.footfall.place import FILES, is_asked, people_per_hour, place_footfall
from connected_place.coverage.parameters.demand import Demand
from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.score import OwnWeights, Score
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.places.geography import geography_of

from ..small_places import NAN, layer, layers, outlines, people, square
from .test_surroundings import grid

AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(10, 0, side_m=200)}
"""Two areas of 1 km side by side, and one of 200 m at the western edge of a third kilometre."""
WARDS = {"E05000001": square(0, 0), "E05000002": square(1, 0), "E05000003": square(10, 0, side_m=200)}
PLAN = Parameters(
    place=Place(name="Streetford", lad="E06000999"),
    demand=Demand(visitor_cell_m=500.0),
    sites=Sites(objective="expected"),
)
WALKED = [[10, 100, 10, 10, 700], [10, 100, 10, NAN, NAN]]
"""People an hour on a grid of 500 m, from north to south."""


def place(values=WALKED, *, parameters=PLAN):
    found = layers(
        outlines("output_area", AREAS),
        outlines("ward", WARDS),
        grid(values, source="footfall-raster", cell_m=500.0),
    )
    return place_footfall(found, geography_of(found), parameters)


HOMES = {"population": 1.0}

# --- what asks for it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_footfall_asks_for_it(kind):
    assert is_asked(layers(layer(kind, people("population", {"E00000001": 1}).frame)), PLAN)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, False),
        ({"score": Score()}, True),  # the need for public Wi-Fi counts it
        ({"score": Score(wifi=HOMES, weights={"footfall": 0.5})}, True),
        ({"score": Score(wifi=HOMES, lines={"footfall": 0.5})}, True),
        ({"score": Score(purpose="inclusion")}, False),
        ({"score": Score(wifi=HOMES, weights={"footfall": 0.0, "population": 1.0})}, False),
        ({"demand": Demand(visitors=0.1)}, True),
        ({"demand": Demand(staff=0.1)}, False),
        ({"score": Score(wifi=HOMES, set=(OwnWeights(name="shops", weights={"footfall": 1.0}),))}, True),
        ({"score": Score(wifi=HOMES, set=(OwnWeights(name="homes", weights={"population": 1.0}),))}, False),
    ],
)
def test_a_weight_on_footfall_asks_for_it_in_whichever_set(changes, asked):
    others = layers(people("population", {"E00000001": 1}))
    assert is_asked(others, dataclasses.replace(PLAN, **{"score": Score(wifi=HOMES), **changes})) is asked


# --- what it is ----------------------------------------------------------------------------------------------


def test_an_area_is_as_busy_as_its_squares_are_on_average():
    """In the first area two squares have 10 people an hour and two 100; in the second one is not known."""
    found = place()
    assert found.by_area["E00000001"] == pytest.approx(index_of_people(np.array([10.0, 100])).mean())
    assert found.by_area["E00000002"] == pytest.approx(index_of_people(np.array([10.0]))[0])
    assert found.by_area.index.tolist() == list(AREAS)


def test_an_area_smaller_than_a_square_is_as_busy_as_its_centre():
    """Its square's middle lies in no ward, so that the square itself is none."""
    found = place([[10, 10, 10, 10, 10], [10, 10, 10, 10, 700]])
    assert found.by_area["E00000003"] == pytest.approx(index_of_people(np.array([700.0]))[0])


def test_an_area_with_only_unknown_squares_is_not_known():
    assert place().by_area.isna().to_dict() == {"E00000001": False, "E00000002": False, "E00000003": True}


def test_squares_are_those_whose_middle_lies_in_a_ward():
    found = place()
    assert len(found.squares) == len(found.index) == 8
    assert found.squares.index.is_unique
    walked = dict(zip(found.squares.index, found.index, strict=True))
    assert walked["visitors:TQ60258025"] == 0  # 10 an hour in the south-west corner
    assert walked["visitors:TQ60758075"] == pytest.approx(index_of_people(np.array([100.0]))[0])
    assert np.isnan(found.index).sum() == 1


def test_the_squares_come_first_and_the_centres_after_them():
    found = place()
    assert len(found.footfall.index) == 8 + 3
    np.testing.assert_array_equal(found.footfall.index[:8], found.index)


@pytest.mark.parametrize(("cell_m", "squares"), [(1_000.0, 2), (500.0, 8), (250.0, 33)])
def test_the_side_of_a_square_is_the_plans(cell_m, squares):
    assert len(place(parameters=dataclasses.replace(PLAN, demand=Demand(visitor_cell_m=cell_m))).squares) == squares


def test_a_place_without_the_middle_of_a_square_uses_its_centres():
    """Squares of 10 km: none has its middle here."""
    found = place([[10] * 4 + [700]] * 2, parameters=dataclasses.replace(PLAN, demand=Demand(visitor_cell_m=10_000.0)))
    assert len(found.squares) == len(found.index) == 0
    assert found.by_area.to_numpy() == pytest.approx(index_of_people(np.array([10.0, 10, 700])))


def test_people_are_given_at_visitors_points_where_all_of_them_are_known_and_nowhere_else():
    """The last column of squares has no people; a home has none of its own."""
    walked = place()
    people_at = pd.Series(walked.footfall.people_per_hour[: len(walked.squares)], index=walked.squares.index)
    known = pd.DataFrame({"group": "visitors"}, index=people_at.dropna().index)
    with_home = pd.concat([known, pd.DataFrame({"group": ["residents"]}, index=["AA1 1AA"])])
    found = people_per_hour(walked, with_home)
    assert found.drop("AA1 1AA").tolist() == people_at.dropna().tolist()
    assert np.isnan(found["AA1 1AA"])
    every = pd.DataFrame({"group": "visitors"}, index=people_at.index)
    assert len(known) < len(every) and people_per_hour(walked, every).isna().all()
    assert people_per_hour(None, every).isna().all()
