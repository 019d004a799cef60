"""The index: fixed anchors, rising with each reason, of what is known alone, and never people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.footfall.index import (
    PEOPLE_FULL,
    PEOPLE_NONE,
    SCALES,
    index_of_people,
    index_of_surroundings,
    index_words,
)

from ..small_places import NAN

rules = settings(deadline=None, derandomize=True, max_examples=50)
level = st.one_of(st.floats(0, 50_000), st.just(NAN))
rows = st.lists(st.fixed_dictionaries(dict.fromkeys(SCALES, level)), min_size=1, max_size=6)


@pytest.mark.parametrize("name", SCALES)
def test_each_scale_is_0_at_its_one_end_and_100_at_its_other(name):
    scale = SCALES[name]
    around = pd.DataFrame({name: [scale.none_at, scale.full_at]})
    assert index_of_surroundings(around).tolist() == [0, 100]


@pytest.mark.parametrize(
    ("name", "weight", "none_at", "full_at"),
    [
        ("postcodes_200m", 3, 6, 60),
        ("postcodes_800m", 1, 120, 600),
        ("residents_800m", 1, 2_000, 20_000),
        ("venues_400m", 1, 0, 10),
        ("roads_200m", 2, 2, 40),
        ("stations_800m", 1, 0, 3),
        ("centre_m", 3, 3_000, 200),
    ],
)
def test_scales_are_fixed_so_that_an_index_can_be_compared_with_an_earlier_one(name, weight, none_at, full_at):
    scale = SCALES[name]
    assert (scale.weight, scale.none_at, scale.full_at) == (weight, none_at, full_at)


def test_between_its_ends_a_scale_goes_by_logarithms():
    """On a scale of 0 to 3 stations one is half way: log 2 of log 4; beyond the ends nothing moves."""
    around = pd.DataFrame({"stations_800m": [0.0, 1, 3, 9], "centre_m": [NAN] * 4})
    assert index_of_surroundings(around).tolist() == pytest.approx([0, 50, 100, 100])


@rules
@given(table=rows, more=st.floats(0, 1000))
def test_the_index_never_falls_as_any_reason_grows(table, more):
    """A distance grows by being shorter."""
    around = pd.DataFrame(table)
    before = index_of_surroundings(around)
    for name, scale in SCALES.items():
        step = more if scale.full_at > scale.none_at else -more
        after = index_of_surroundings(around.assign(**{name: (around[name] + step).clip(lower=0)}))
        assert (after[~np.isnan(before)] >= before[~np.isnan(before)] - 1e-9).all()


@rules
@given(table=rows, far=rows)
def test_no_other_point_moves_a_point(table, far):
    alone = index_of_surroundings(pd.DataFrame(table))
    together = index_of_surroundings(pd.DataFrame([*far, *table]))
    assert np.allclose(together[len(far) :], alone, equal_nan=True)


@rules
@given(table=rows)
def test_the_index_lies_between_0_and_100_where_anything_is_known(table):
    around = pd.DataFrame(table)
    found = index_of_surroundings(around)
    assert (np.isnan(found) == around.isna().all(axis=1)).all()
    assert ((found >= 0) & (found <= 100 + 1e-9) | np.isnan(found)).all()


def test_what_is_not_known_of_a_point_leaves_the_weight_to_the_rest():
    """Weights: 3 for postcodes within 200 m, 1 for stations."""
    around = pd.DataFrame({"postcodes_200m": [60.0, 60.0, NAN], "stations_800m": [0.0, NAN, NAN]})
    found = index_of_surroundings(around)
    assert found[:2].tolist() == [75, 100]
    assert np.isnan(found[2])


@rules
@given(people=st.lists(st.floats(0, 1e6), min_size=2, max_size=9))
def test_more_people_never_give_a_lower_index(people):
    found = index_of_people(np.sort(people))
    assert (np.diff(found) >= 0).all()
    assert ((found >= 0) & (found <= 100)).all()


def test_the_anchors_of_people_are_fixed():
    assert (PEOPLE_NONE, PEOPLE_FULL) == (10, 5_000)
    assert index_of_people(np.array([0.0, 10.0, PEOPLE_FULL, 1e9])).tolist() == [0, 0, 100, 100]
    assert index_of_people(np.array([np.sqrt(10 * PEOPLE_FULL)]))[0] == pytest.approx(50)


@pytest.mark.parametrize(
    ("names", "is_homes"),
    [
        (["postcodes_200m", "postcodes_800m"], True),
        (["postcodes_200m", "residents_800m"], True),
        (["postcodes_200m", "centre_m"], False),
    ],
)
def test_an_index_from_homes_alone_says_so(names, is_homes):
    words = index_words(pd.DataFrame({name: [1.0] for name in names} | {"roads_200m": [NAN]}))
    assert all(SCALES[name].words in words for name in names)
    assert "named roads" not in words
    assert "not a number of people" in words
    assert ("no other data were given" in words) == is_homes


@pytest.mark.parametrize(("names", "scale"), [(["roads_200m"], "one"), (["roads_200m", "centre_m"], "each")])
def test_one_reason_has_a_scale_and_several_have_one_each(names, scale):
    words = index_words(pd.DataFrame({name: [1.0] for name in names}))
    assert ("each on a fixed scale" in words) == (scale == "each")
    assert "on a fixed scale" in words


def test_no_points_have_no_index():
    assert index_of_surroundings(pd.DataFrame({"roads_200m": []}, dtype="float64")).shape == (0,)
    assert np.isnan(index_of_surroundings(pd.DataFrame(index=range(2)))).all()
