"""Site reach: candidates and free Wi-Fi by one rule, and sums that lie between their bounds."""

import doctest

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.coverage.reach import sites as module
from connected_place.coverage.reach.access_point import radio_plan
from connected_place.coverage.reach.by_distance import covering
from connected_place.coverage.reach.chances import ChanceSteps
from connected_place.coverage.reach.sites import SiteReach, reached_together, site_reach
from connected_place.gis_data.crs import METRES, coordinates
from connected_place.gis_data.errors import CrsError
from connected_place.gis_data.layers import Layers

from ..small_places import NAN
from ..surfaces import SITE, eastward, level, surface_layer, walled

rules = settings(deadline=None, derandomize=True, max_examples=40)
NOBODY = np.empty((0, 2))


def points(offsets_m):
    """Points so far east and north of the site of `surfaces`."""
    places = SITE + np.array(offsets_m, dtype="float64").reshape(-1, 2)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T, crs=METRES))


CANDIDATES = points([(0, 0), (60, 0), (900, 0)])
DEMAND = points([(0, 0), (50, 0), (50.001, 0), (120, 0), (2_000, 0)])
"""Two candidates 60 m apart and a third far off; points at 0, 50, a little over 50, 120 and 2,000 m."""


def reach_of(*more, candidates=CANDIDATES, demand=DEMAND, free=NOBODY, **terms):
    wifi = Wifi(**terms)
    return site_reach(Layers(more), candidates, demand, free, radio=radio_plan(wifi), wifi=wifi)


def test_docstring_examples_run():
    assert doctest.testmod(module).failed == 0


# --- a fixed reach -------------------------------------------------------------------------------------------


def test_a_fixed_reach_is_who_covers_whom_and_says_nothing_of_rooms():
    found = reach_of(reach="fixed", reach_m=50.0)
    assert found.outdoors.toarray().tolist() == [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]]
    assert found.indoors is None
    assert found.fields == {}
    assert (
        found.outdoors != covering(coordinates(CANDIDATES.geometry), coordinates(DEMAND.geometry), reach_m=50.0)
    ).nnz == 0


@pytest.mark.parametrize(("reach_m", "already"), [(29.9, [0, 0, 0]), (30.0, [0, 1, 0]), (500.0, [1, 1, 1])])
def test_free_wifi_has_the_same_fixed_reach_with_its_edge(reach_m, already):
    """Points at 0, 70 and 500 m; free Wi-Fi at 100 m."""
    demand = points([(0, 0), (70, 0), (500, 0)])
    found = reach_of(demand=demand, free=SITE[None] + [100.0, 0.0], reach="fixed", reach_m=reach_m)
    assert found.already.tolist() == already


def test_what_free_wifi_reaches_for_certain_counts_for_no_new_site():
    found = reach_of(free=SITE[None], reach="fixed", reach_m=50.0)
    problem = ChanceSteps.of(found.outdoors, np.full(5, 8.0), found.already)
    assert (problem.point.tolist(), problem.demand.tolist()) == ([2], [8])


def test_a_fixed_reach_looks_over_no_surface(tmp_path):
    model = surface_layer(tmp_path / "dsm.tif", walled())
    assert (
        reach_of(model, reach="fixed").outdoors.toarray().tolist()
        == reach_of(reach="fixed").outdoors.toarray().tolist()
    )


# --- the model -----------------------------------------------------------------------------------------------


def test_free_wifi_and_a_candidate_at_one_spot_reach_alike():
    """The existing one is taken to be of the same kind, so the new one beside it adds nothing to anyone."""
    found = reach_of(free=coordinates(CANDIDATES.geometry)[:1])
    assert found.already == pytest.approx(found.outdoors.toarray()[0])
    problem = ChanceSteps.of(found.outdoors, np.full(5, 8.0), found.already)
    assert problem.covers[[0]].nnz == 0
    assert problem.covers[[1]].nnz > 0


def test_of_several_free_ones_the_best_counts():
    spots = coordinates(CANDIDATES.geometry)
    one, both = reach_of(free=spots[:1]).already, reach_of(free=spots[:2]).already
    assert both == pytest.approx(np.maximum(one, reach_of(free=spots[1:2]).already))


def test_without_free_wifi_no_one_has_it():
    for terms in ({}, {"reach": "fixed"}):
        assert reach_of(**terms).already.tolist() == [0] * 5


def test_a_room_is_never_reached_better_than_the_street_before_it():
    found = reach_of()
    assert (found.indoors.toarray() <= found.outdoors.toarray()).all()
    assert 0 < found.indoors.toarray()[0, 1] < 0.8 * found.outdoors.toarray()[0, 1]


@pytest.mark.parametrize("terms", [{}, {"reach": "fixed"}])
def test_without_candidates_or_demand_no_one_is_reached(terms):
    assert reach_of(candidates=points([]), **terms).outdoors.shape == (0, 5)
    found = reach_of(demand=points([]), **terms)
    assert (found.outdoors.shape, found.already.shape) == ((3, 0), (0,))


# --- over a surface ------------------------------------------------------------------------------------------

SIDES = points([(-80, 0), (80, 0)])
"""Before the wall of `surfaces.walled` and behind it, as far from the site."""


@pytest.mark.parametrize("crs", [METRES, "EPSG:32630"])
def test_a_wall_takes_from_those_behind_it_in_any_reference_system_of_metres(tmp_path, crs):
    model = surface_layer(tmp_path / "dsm.tif", walled(), crs=crs)
    found = reach_of(model, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=130.0)
    flat = reach_of(candidates=CANDIDATES.iloc[:1], demand=SIDES)
    (west, east), (west_flat, east_flat) = found.outdoors.toarray()[0], flat.outdoors.toarray()[0]
    assert east < 0.6 * east_flat
    assert west >= west_flat
    assert list(found.fields) == [0]
    assert found.fields[0].crs == crs
    assert (found.indoors != flat.indoors).nnz == 0  # a model of the surface does not show which wall is between


def test_candidates_off_the_model_keep_what_the_distance_says(tmp_path):
    model = surface_layer(tmp_path / "dsm.tif", walled())
    found, flat = reach_of(model, sight_m=130.0), reach_of()
    assert sorted(found.fields) == [0, 1]
    assert found.outdoors.toarray()[2].tolist() == flat.outdoors.toarray()[2].tolist()


def test_nothing_known_before_a_place_leaves_its_distance(tmp_path):
    heights = walled()
    heights[eastward(heights, 20.0, 241.0)] = -9999.0
    model = surface_layer(tmp_path / "dsm.tif", heights)
    found = reach_of(model, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=130.0)
    flat = reach_of(candidates=CANDIDATES.iloc[:1], demand=SIDES).outdoors.toarray()[0]
    assert found.outdoors.toarray()[0, 1] == flat[1]
    assert found.outdoors.toarray()[0, 0] != flat[0]


@pytest.mark.parametrize(("phone_m", "cell_m"), [(0.1, 2.0), (2.0, 2.0), (4.9, 4.0), (5.1, 6.0), (10.0, 10.0)])
def test_phones_are_tried_on_the_nearest_whole_multiple_of_the_models_cells(tmp_path, phone_m, cell_m):
    model = surface_layer(tmp_path / "dsm.tif", walled())
    found = reach_of(model, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=60.0, phone_m=phone_m)
    assert found.fields[0].transform[0] == cell_m


def test_a_terrain_model_tells_ground_from_roof_where_the_surface_alone_cannot(tmp_path):
    """A hall of 100 by 100 m is wider than the window of 60 m, so its roof is taken for ground; a terrain model knows.

    The surface shows the site on that roof, where it would look down on everyone; over the terrain, it hangs off the
    hall's wall.
    """
    heights = level()
    middle = heights.shape[0] // 2
    heights[middle - 25 : middle + 26, middle - 25 : middle + 26] += 12.0
    model = surface_layer(tmp_path / "dsm.tif", heights)
    terrain = surface_layer(tmp_path / "dtm.tif", level(), kind="terrain-model")
    alone, known = (
        reach_of(*layers, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=130.0).fields[0]
        for layers in ((model,), (model, terrain))
    )
    assert (alone.placing, known.placing) == ("street", "facade")
    assert np.isnan(chance_at_site(known)) and not np.isnan(chance_at_site(alone))


def chance_at_site(field):
    """The chance in the cell of the site of `surfaces`."""
    cell_m, west, north = field.transform[0], field.transform[2], field.transform[5]
    return field.probability[int((north - SITE[1]) / cell_m), int((SITE[0] - west) / cell_m)]


def test_a_terrain_model_of_another_town_changes_nothing(tmp_path):
    model = surface_layer(tmp_path / "dsm.tif", walled())
    elsewhere = surface_layer(tmp_path / "dtm.tif", level(), east_m=9_000.0, kind="terrain-model")
    alone, beside = (
        reach_of(*layers, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=130.0)
        for layers in ((model,), (model, elsewhere))
    )
    assert (alone.outdoors != beside.outdoors).nnz == 0


def test_a_terrain_model_on_other_cells_is_refused(tmp_path):
    model = surface_layer(tmp_path / "dsm.tif", walled())
    terrain = surface_layer(tmp_path / "dtm.tif", level(), east_m=0.7, kind="terrain-model")
    with pytest.raises(CrsError, match="terrain model"):
        reach_of(model, terrain, candidates=CANDIDATES.iloc[:1], demand=SIDES, sight_m=130.0)


# --- sums ----------------------------------------------------------------------------------------------------

THREE = SiteReach(
    radio=radio_plan(Wifi()),
    outdoors=scipy.sparse.csr_array(np.array([[0.9, 0.5, 0.0], [0.0, 0.5, 0.4]])),
    indoors=scipy.sparse.csr_array(np.array([[0.5, 0.0, 0.0], [0.0, 0.2, 0.1]])),
    already=np.zeros(3),
    fields={},
)
HOMES = pd.DataFrame(
    {
        "premises": [10.0, 20, NAN],
        "residents": [25.0, NAN, NAN],
        "demand": [5.0, 5, 8],
        "group": ["residents", "residents", "visitors"],
    }
)
"""The third is a square of visitors, the only one."""


def test_each_candidate_alone_reaches_expected_premises_and_residents():
    found = THREE.alone(HOMES, covered_share=0.8)
    assert found["premises_outdoors"].tolist() == [19, 10]
    assert found["premises_indoors"].tolist() == [5, 4]
    assert found["residents_outdoors"].tolist() == [22.5, 0]
    assert found["visitors_share"].tolist() == [0, 0.4]


def test_what_is_not_known_of_a_candidate_is_never_0():
    fixed = SiteReach(radio=THREE.radio, outdoors=THREE.outdoors, indoors=None, already=THREE.already, fields={})
    found = fixed.alone(HOMES.assign(residents=NAN, group="residents"), covered_share=0.8)
    assert found[["premises_indoors", "residents_outdoors", "visitors_share"]].isna().all(axis=None)
    assert found["premises_outdoors"].notna().all()


def test_the_area_is_a_circle_or_what_the_chances_add_up_to(tmp_path):
    """50 m: 0.785 ha. The expected area is below that of the farthest reach and above that of the stated reach."""
    fixed = reach_of(reach="fixed", reach_m=50.0, demand=DEMAND.iloc[:3]).alone(HOMES, covered_share=0.8)["area_ha"]
    assert fixed.tolist() == pytest.approx([np.pi * 0.25] * 3)
    modelled = reach_of(demand=DEMAND.iloc[:3])
    flat = modelled.alone(HOMES, covered_share=0.8)["area_ha"]
    assert len(set(flat)) == 1
    assert np.pi * modelled.radio.reach_m**2 * 0.8 / 1e4 < flat[0] < np.pi * 660**2 / 1e4
    model = surface_layer(tmp_path / "dsm.tif", walled())
    behind_a_wall = reach_of(model, demand=DEMAND.iloc[:3], sight_m=130.0).alone(HOMES, covered_share=0.8)["area_ha"]
    assert behind_a_wall[2] == flat[2]
    assert behind_a_wall[0] <= np.pi * 130**2 / 1e4


def test_several_sites_reach_at_least_what_the_better_one_does_and_at_most_what_independent_ones_do():
    low, high = reached_together(THREE.outdoors, HOMES["premises"], np.array([True, True]))
    assert (low, high) == pytest.approx((10 * 0.9 + 20 * 0.5, 10 * 0.9 + 20 * 0.75))


@pytest.mark.parametrize(("chances", "amounts"), [(None, HOMES["premises"]), (THREE.outdoors, HOMES["premises"] * NAN)])
def test_combined_reach_is_not_known_where_nothing_is_known(chances, amounts):
    assert np.isnan(reached_together(chances, amounts, np.array([True, True]))).all()


@rules
@given(
    st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5),
    st.lists(st.one_of(st.just(NAN), st.floats(0, 500)), min_size=4, max_size=4),
    st.integers(0, 31),
)
def test_what_is_reached_lies_between_its_bounds_and_is_never_more_than_there_is(rows, premises, choice):
    chances = scipy.sparse.csr_array(np.array(rows))
    chosen = (choice >> np.arange(len(rows))) % 2 == 1
    amounts = pd.Series(premises)
    low, high = reached_together(chances, amounts, chosen)
    if amounts.isna().all():
        assert np.isnan([low, high]).all()
    else:
        assert 0 <= low <= high + 1e-9
        assert high <= amounts.sum() + 1e-9
        assert chosen.any() or high == 0
