"""Classes of the map: fixed, ordered, and none for what was not reported."""

from __future__ import annotations

import doctest
import math

import mapclassify
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.maps import choropleth

SHARES = st.lists(st.floats(0, 1) | st.just(math.nan), max_size=30)


def test_docstring_examples_run():
    assert doctest.testmod(choropleth).failed == 0


@pytest.mark.parametrize(
    ("share", "klass"),
    [(0.0, 0), (0.02, 0), (0.0201, 1), (0.10, 1), (0.11, 2), (0.25, 2), (0.26, 3), (0.50, 3), (0.51, 4), (1.0, 4)],
)
def test_a_share_on_a_break_belongs_to_the_lower_class(share, klass):
    assert choropleth.classes(pd.Series([share])).tolist() == [klass]


def test_not_reported_is_not_a_class_of_the_scale():
    found = choropleth.classes(pd.Series([math.nan]))
    assert found.tolist() == [choropleth.NOT_REPORTED_COLOUR]
    assert choropleth.NOT_REPORTED_COLOUR not in range(len(choropleth.COLOURS))


def test_every_class_has_a_colour_and_words():
    assert len(choropleth.COLOURS) == len(choropleth.BREAKS) + 1
    assert list(choropleth.class_words()) == [0, 1, 2, 3, 4, choropleth.NOT_REPORTED_COLOUR]


@given(SHARES)
def test_the_key_counts_each_area_once(shares):
    assert sum(entry.areas for entry in choropleth.key(pd.Series(shares, dtype=float))) == len(shares)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_a_larger_share_is_never_in_a_lower_class(shares):
    assert choropleth.classes(pd.Series(sorted(shares))).tolist() == sorted(choropleth.classes(pd.Series(shares)))


@pytest.mark.parametrize("scale", [choropleth.GAP, choropleth.NEED, choropleth.FOOTFALL])
@given(data=st.data())
def test_classes_are_those_of_mapclassify(scale, data):
    """The library of the field as a reference; a page does not wait for what it loads (matplotlib, scikit-learn)."""
    top = 1.0 if scale is choropleth.GAP else 100.0
    numbers = data.draw(st.lists(st.floats(0, top) | st.sampled_from(scale.breaks), min_size=1, max_size=30))
    wanted = mapclassify.UserDefined(numbers, [*scale.breaks, top]).yb
    assert choropleth.classes(pd.Series(numbers), scale).tolist() == wanted.tolist()
