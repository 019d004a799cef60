"""Open places: in line of sight where both ends lie in one of them, and nowhere else.

::

        140 m
    +-----------+                A park of 140 by 140 m with an access point in its middle (x) and places 60 m from it,
    |     o     |    o           in the park and, as far away, in the street of the same size beside it. The park has an
    |     x     |    x           outline; the street has none.
    +-----------+
        park       street
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.by_distance import reach_by_distance
from connected_place.coverage.reach.link import coverage_probability, probability_in_sight
from connected_place.coverage.reach.open_ground import in_the_open
from connected_place.coverage.reach.propagation import distance_3d_m
from connected_place.coverage.reach.sites import site_reach
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.layers import Layers

from ..small_places import layer
from ..surfaces import SITE, surface_layer, walled

NOBODY = np.empty((0, 2))
RADIO = radio_plan(Wifi())
HALF_M = 70.0


def points(offsets_m, **columns):
    """Points so far east and north of the site of `surfaces`."""
    places = SITE + np.array(offsets_m, dtype="float64").reshape(-1, 2)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*places.T, crs=METRES))


def park(*, east_m=0.0, half_m=HALF_M):
    """A square about a place so far east of the site."""
    x, y = SITE[0] + east_m, SITE[1]
    return shapely.box(x - half_m, y - half_m, x + half_m, y + half_m)


def open_places(*shapes):
    return layer("open-places", gpd.GeoDataFrame(geometry=list(shapes), crs=METRES))


def reach_of(*layers, candidates, demand, free=NOBODY, **terms):
    wifi = Wifi(**terms)
    return site_reach(Layers(layers), candidates, demand, free, radio=radio_plan(wifi), wifi=wifi)


PARK_AND_STREET = points([(0, 0), (1_000, 0)])
AT_60_M = points([(0, 60), (1_000, 60)])


def test_in_a_park_a_place_is_very_likely_covered_and_in_a_street_of_the_same_size_it_is_not():
    found = reach_of(open_places(park()), candidates=PARK_AND_STREET, demand=AT_60_M).outdoors.toarray()
    straight_m = distance_3d_m(60.0, height_m=4.0)
    assert found[0, 0] == pytest.approx(float(probability_in_sight(straight_m, RADIO.outdoors)))
    assert found[1, 1] == pytest.approx(float(coverage_probability(straight_m, RADIO.outdoors)), abs=1e-3)
    assert found[0, 0] > 0.95 and found[1, 1] < 0.55
    assert found[0, 1] == found[1, 0] == 0


def test_the_area_covered_in_the_park_is_larger_and_its_cells_show_where():
    found = reach_of(open_places(park()), candidates=PARK_AND_STREET, demand=AT_60_M)
    homes = pd.DataFrame({"premises": [1.0, 1.0], "residents": 1.0, "demand": 1.0, "group": "residents"})
    in_park, in_street = found.alone(homes, covered_share=0.8)["area_ha"]
    assert in_park > 1.3 * in_street
    cells = found.open_fields[0]
    assert list(found.open_fields) == [0]
    likely_ha = (cells.probability >= 0.8).sum() * 25 / 1e4
    assert likely_ha == pytest.approx(4 * HALF_M**2 / 1e4, rel=0.01)  # the whole park: 105 m are covered in sight
    assert not found.open_assumed


@pytest.mark.parametrize(
    ("place", "open_to_it"),
    [((69, 0), True), ((70, 0), True), ((71, 0), False), ((141, 0), False)],
)
def test_both_ends_must_lie_in_one_outline_whose_edge_belongs_to_it(place, open_to_it):
    """A second park begins at 140 m: one end in each is not in sight."""
    demand = points([place])
    layers = open_places(park(), park(east_m=210.0))
    found = reach_of(layers, candidates=points([(0, 0)]), demand=demand).outdoors.toarray()
    flat = reach_of(candidates=points([(0, 0)]), demand=demand).outdoors.toarray()
    assert bool(found[0, 0] > flat[0, 0]) is open_to_it
    assert open_to_it or found[0, 0] == flat[0, 0]


@pytest.mark.parametrize(("layers", "kind"), [([open_places(park())], "library"), ([], "car park")])
def test_free_wifi_in_the_same_place_reaches_as_far(layers, kind):
    """So a new access point beside it adds nothing, given or assumed."""
    demand = points([(0, 60), (0, 28)])
    found = reach_of(*layers, candidates=points([(0, 0)], kind=[kind]), demand=demand, free=SITE[None])
    assert list(found.open_fields) == [0]
    assert found.already == pytest.approx(found.outdoors.toarray()[0])


def test_a_surface_model_goes_before_an_outline(tmp_path):
    """A wall 10 m high crosses what the council calls open."""
    model, behind = surface_layer(tmp_path / "dsm.tif", walled()), points([(80, 0)])
    one = points([(0, 0)])
    found = reach_of(model, open_places(park(half_m=120.0)), candidates=one, demand=behind, sight_m=130.0)
    walled_off = reach_of(model, candidates=one, demand=behind, sight_m=130.0).outdoors.toarray()
    assert found.outdoors.toarray()[0, 0] == walled_off[0, 0] < 0.5
    assert found.open_fields == {}


def test_without_outlines_a_host_of_an_open_kind_is_assumed_to_stand_in_the_open():
    candidates = points([(0, 0), (1_000, 0)], kind=["market", "library"])
    demand = points([(28, 0), (32, 0), (1_028, 0)])
    found = reach_of(candidates=candidates, demand=demand)
    plain = reach_of(candidates=candidates, demand=demand, open_kinds=())
    more = found.outdoors.toarray() - plain.outdoors.toarray()
    assert more[0, 0] > 0.05
    more[0, 0] = 0
    assert (more == 0).all()
    assert (list(found.open_fields), found.open_assumed) == ([0], True)
    assert (list(plain.open_fields), plain.open_assumed) == ([], False)


def test_given_outlines_take_the_place_of_the_assumption():
    candidates = points([(0, 0), (1_000, 0)], kind=["market", "library"])
    found = reach_of(open_places(park(east_m=1_000.0)), candidates=candidates, demand=AT_60_M)
    assert (list(found.open_fields), found.open_assumed) == ([1], False)


@given(
    st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=8),
    st.floats(5, 300),
)
def test_open_ground_takes_from_no_one_and_gives_to_those_on_it_alone(offsets_m, half_m):
    places = SITE + np.array(offsets_m)
    mixed = reach_by_distance(SITE[None], places, RADIO.outdoors, antenna_m=4.0)
    ground = park(half_m=half_m)
    found = in_the_open(mixed, {0: ground}, sites=SITE[None], places=places, link=RADIO.outdoors, antenna_m=4.0)
    more = (found - mixed).toarray()[0]
    assert (more >= 0).all()
    assert (more[~shapely.intersects_xy(ground, places)] == 0).all()
    assert found.toarray().max() <= 1
