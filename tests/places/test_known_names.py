"""Names of areas: a settlement or ward, and what is near; no two the same."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from connected_place.coverage.base_map import BaseMap
from connected_place.coverage.known_names import known_names
from connected_place.coverage.postcode_spots import PostcodeSpots
from connected_place.gis_data.layers import Layers

from ..small_places import METRES, SOUTH, WEST

SIDE = 1_000


def areas_of(count):
    """A row of squares of 1 km from west to east, in the ward Marsh."""
    shapes = [shapely.box(WEST + at * SIDE, SOUTH, WEST + (at + 1) * SIDE, SOUTH + SIDE) for at in range(count)]
    codes = [f"A{at}" for at in range(count)]
    return gpd.GeoDataFrame({"ward_name": "Marsh"}, index=codes, geometry=shapes, crs=METRES)


def base_of(*features):
    frame = pd.DataFrame(features, columns=["feature", "rank", "name", "shape"])
    shapes = [shapely.affinity.translate(shape, WEST, SOUTH) for shape in frame.pop("shape")]
    return BaseMap(features=gpd.GeoDataFrame(frame.assign(ref=""), geometry=shapes, crs=METRES))


def named(count, *features, spots=None):
    return known_names(areas_of(count), base_of(*features), Layers(()), spots=spots).tolist()


TOWN = ("place", 1, "Quay", shapely.Point(500, 500))
ROAD = ("road", 4, "Dock Road", shapely.LineString([(0, 400), (2_000, 400)]))


def test_an_area_is_named_by_its_settlement_and_the_street_near_its_middle():
    assert named(1, TOWN, ROAD) == ["Quay, near Dock Road"]


@pytest.mark.parametrize(("away_m", "outer"), [(3_400, "Quay"), (3_600, "Marsh")])  # 2,900 and 3,100 m from the middle
def test_a_settlement_too_far_away_gives_way_to_the_ward(away_m, outer):
    far = ("place", 1, "Quay", shapely.Point(away_m, 500))
    assert named(1, far, ROAD) == [f"{outer}, near Dock Road"]


def test_a_farm_is_no_settlement_but_a_landmark():
    assert named(1, ("place", 4, "Hill Farm", shapely.Point(600, 500))) == ["Marsh, near Hill Farm"]


def test_two_areas_on_one_street_take_the_next_landmark():
    park = ("green", 4, "Park", shapely.box(1_500, 600, 1_600, 700))
    assert named(2, TOWN, ROAD, park) == ["Quay, near Dock Road", "Quay, near Park"]


def test_an_area_without_a_landmark_of_its_own_is_named_by_its_middle_postcode():
    """Postcodes at the middle of the second square, and at its edge."""
    at = [shapely.Point(WEST + x, SOUTH + 500) for x in (1_500, 1_950)]
    frame = gpd.GeoDataFrame({"area_code": "A1"}, index=["QX11AB", "QX11AA"], geometry=at, crs=METRES)
    assert named(2, TOWN, ROAD, spots=PostcodeSpots(frame=frame))[1] == "Quay, around QX1 1AB"


def test_where_nothing_is_named_nothing_is_made_up():
    assert named(2, (*ROAD[:2], "", ROAD[3])) == ["", ""]
