"""Points of premises: no premises lost, none counted twice, wherever postcodes or only areas are known."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.demand.residential_points import points_source, premises_points, with_residents
from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.places.geography import geography_of, postcode_directory

from ..small_places import METRES, NAN, at, coverage, layers, outlines, postcodes, square

rules = settings(deadline=None, derandomize=True, max_examples=30)
AREAS = {"E00000001": square(0, 0), "E00000002": square(1, 0), "E00000003": square(2, 0)}
WARDS = {"E05000001": square(0, 0), "E05000002": square(0.5, 0, side_m=2_000)}
COUNTS = {"E00000001": (30, 10), "E00000002": (7, 0), "E00000003": (5, 5)}
SHARES = {"AA11AA": (30, 0.5), "AA11AB": (12, 0.0)}


def street(units, *, spots=None, terminated=()):
    """Three areas of 1 km in a row, the first in ward 1, the others in ward 2: spine, directory or None, units."""
    directory = [] if spots is None else [postcodes(spots, terminated=terminated)]
    found = layers(outlines("output_area", AREAS), outlines("ward", WARDS), units, *directory)
    places = geography_of(found)
    return places, postcode_directory(found) if directory else None, count_units(found, places, weights="connections")


def points(*args, **more):
    places, directory, units = street(*args, **more)
    return premises_points(places, directory, units)


def premises(found):
    return found["premises"].fillna(-1).to_dict()


def test_without_postcodes_the_centre_of_each_area_stands_for_its_premises():
    places, directory, units = street(coverage(COUNTS))
    found = premises_points(places, directory, units)
    assert premises(found) == {"E00000001": 30, "E00000002": 7, "E00000003": 5}
    assert found.geometry.geom_equals(places.centres).all()
    assert found["ward"].tolist() == ["E05000001", "E05000002", "E05000002"]
    assert found.crs == METRES


def test_an_area_that_nobody_reported_has_a_point_without_premises():
    """The third has no row, the second a row without a count."""
    found = points(coverage({"E00000001": (30, 10), "E00000002": (NAN, NAN)}))
    assert premises(found) == {"E00000001": 30, "E00000002": -1, "E00000003": -1}


def test_live_postcodes_share_the_premises_of_their_area_and_an_area_without_any_keeps_its_own():
    """Two live postcodes and a closed one in the first area, a live one in the third, a closed one in the second."""
    spots = {
        "AA11AA": at(0.2, 0.5),
        "AA11AB": at(0.4, 0.5),
        "AA11AD": at(0.6, 0.5),
        "AA11AE": at(1.5, 0.5),
        "AA11AF": at(2.5, 0.5),
    }
    places, directory, units = street(coverage(COUNTS), spots=spots, terminated=["AA11AD", "AA11AE"])
    found = premises_points(places, directory, units)
    assert premises(found) == {"AA11AA": 15, "AA11AB": 15, "AA11AF": 5, "E00000002": 7}
    assert found.loc["E00000002"].geometry == places.centres["E00000002"]
    assert found.loc["AA11AB"].geometry == spots["AA11AB"]
    assert found["output_area"].to_dict()["AA11AB"] == "E00000001"
    assert found["ward"].tolist() == ["E05000001", "E05000001", "E05000002", "E05000002"]


def test_postcodes_that_are_the_units_keep_their_own_premises():
    """A closed one that the coverage file counts stays; a live one that it does not count is not known."""
    spots = {"AA11AA": at(0.2, 0.5), "AA11AB": at(1.4, 0.5), "AA11AD": at(2.6, 0.5), "AA11AE": at(2.7, 0.5)}
    found = points(coverage(SHARES, level="postcode"), spots=spots, terminated=["AA11AB", "AA11AE"])
    assert premises(found) == {"AA11AA": 30, "AA11AB": 12, "AA11AD": -1}
    assert found["ward"].tolist() == ["E05000001", "E05000002", "E05000002"]


def test_a_postcode_outside_the_place_takes_no_premises():
    found = points(coverage(COUNTS), spots={"AA11AA": at(0.2, 0.5), "AA11AB": at(9, 9)})
    assert premises(found) == {"AA11AA": 30, "AA11AB": -1, "E00000002": 7, "E00000003": 5}


@rules
@given(st.lists(st.tuples(st.floats(0.01, 3.5), st.floats(0.01, 0.99), st.booleans()), max_size=12), st.randoms())
def test_spreading_over_postcodes_loses_no_premises_and_moves_none_to_another_area(rows, random):
    spots = {f"AA{number}1AA": at(x, y) for number, (x, y, _) in enumerate(rows)}
    order = list(spots)
    random.shuffle(order)
    terminated = [code for code, (_, _, is_closed) in zip(spots, rows, strict=True) if is_closed]
    counted = coverage(COUNTS)
    found = (
        points(counted, spots={code: spots[code] for code in order}, terminated=terminated) if rows else points(counted)
    )
    inside = found[found["ward"] != ""]
    sums = inside.groupby("output_area")["premises"].sum()
    assert sums.to_dict() == pytest.approx({code: whole for code, (whole, _) in COUNTS.items()})
    assert found.index.is_unique


@pytest.mark.parametrize(
    ("units", "spots", "source"),
    [
        (coverage(COUNTS), None, "Ofcom 2026-01, all premises: All Premises"),
        (
            coverage(COUNTS),
            {"AA11AA": at(0.2, 0.5)},
            "estimate: Ofcom 2026-01, all premises: All Premises, in equal parts over the live postcodes of each "
            "output area",
        ),
        (
            coverage(SHARES, level="postcode"),
            {"AA11AA": at(0.2, 0.5)},
            "estimate: lines in use (connections), Ofcom 2026-01, all premises",
        ),
    ],
)
def test_premises_that_are_spread_are_called_an_estimate(units, spots, source):
    _, directory, counted = street(units, spots=spots)
    assert points_source(counted, directory) == source


def test_neither_the_directory_nor_the_areas_are_changed():
    places, directory, units = street(coverage(COUNTS), spots={"AA11AA": at(0.2, 0.5)})
    before = (directory.copy(), places.parents.copy(), units.counts.copy())
    premises_points(places, directory, units)
    for frame, kept in zip((directory, places.parents, units.counts), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_residents_are_shared_out_as_the_premises_of_their_area_are():
    """90 people in the first area, none known in the second; the third has people and no premises."""
    spots = {"AA11AA": at(0.2, 0.5), "AA11AB": at(0.4, 0.5), "AA11AD": at(1.5, 0.5), "AA11AE": at(2.5, 0.5)}
    found = points(coverage({"E00000001": (30, 0), "E00000002": (7, 0), "E00000003": (0, 0)}), spots=spots)
    people = pd.Series({"E00000001": 90.0, "E00000002": NAN, "E00000003": 12.0})
    with_people = with_residents(found, people, level="output_area")
    assert with_people["residents"].fillna(-1).tolist() == [45, 45, -1, -1]
    assert with_people.drop(columns="residents").equals(found)


@rules
@given(st.lists(st.floats(0.01, 2.99), min_size=1, max_size=12), st.lists(st.integers(0, 500), min_size=3, max_size=3))
def test_sharing_out_residents_loses_none_of_an_area_whose_premises_are_known(rows, numbers):
    """The third area has no row: of its postcodes neither premises nor residents are known."""
    spots = {f"AA{number}1AA": at(x, 0.5) for number, x in enumerate(rows)}
    found = points(coverage({"E00000001": (30, 0), "E00000002": (7, 0)}), spots=spots)
    people = pd.Series(numbers, index=list(AREAS), dtype="float64")
    sums = with_residents(found, people, level="output_area").groupby("output_area")["residents"].sum(min_count=1)
    known = [code for code in ("E00000001", "E00000002") if code in sums.index]
    assert sums[known].to_dict() == pytest.approx(people[known].to_dict())
    assert sums.drop(index=known).isna().all()
