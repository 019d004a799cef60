"""Work is counted in work: nodes by the size of the search, taken from a part and from its whole."""

import math

import pytest

from connected_place.coverage.covering.effort import Effort


@pytest.mark.parametrize(
    ("left", "pairs", "nodes"),
    [
        (math.inf, 1, None),
        (100.0, 10_000, 100),
        (100.0, 20_000, 50),
        (100.0, 100, 100),  # a small case costs a whole unit a node
        (0.4, 10_000, 1),  # a search that begins has at least its first relaxation
        (0.0, 10_000, 1),
    ],
)
def test_nodes_that_are_left_depend_on_the_size_of_the_search(left, pairs, nodes):
    assert Effort.limited(work=left).nodes(pairs) == nodes


def test_what_a_part_spends_is_taken_from_the_whole():
    whole = Effort.limited(work=100.0)
    part = whole.part(0.25)
    assert part.left == 25.0
    part.spend_nodes(10, 20_000)
    assert (part.left, whole.left) == (5.0, 80.0)


def test_effort_is_spent_at_nothing_and_not_before():
    effort = Effort.limited(work=1.0)
    assert not effort.is_spent
    effort.spend_nodes(0, 10)  # solved at its first relaxation: one node
    assert effort.left == 0.0
    assert effort.is_spent
    assert not effort.is_braked


def test_first_order_steps_count_by_their_pairs():
    effort = Effort.limited(work=10.0)
    effort.spend_steps(150, 20_000)
    assert effort.left == pytest.approx(8.0)


def test_without_a_limit_nothing_is_ever_spent():
    effort = Effort()
    effort.spend(1e12)
    assert not effort.is_spent
    assert effort.part(0.1).left == math.inf


def test_the_clock_is_only_an_emergency_brake():
    effort = Effort.limited(work=math.inf, seconds=-1.0)
    assert effort.is_braked
    assert effort.is_spent
    assert effort.seconds == 0.01
