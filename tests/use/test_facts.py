"""Published facts: sizes from the UK, ratios of kinds from Paris, and each UK outcome predicted from the others."""

import dataclasses
import math

import pytest

from connected_place.coverage.parameters import Use
from connected_place.coverage.parameters.use import USERS_PER_DAY_BY_KIND
from connected_place.coverage.use import predicted_town, published_use
from connected_place.coverage.use.bands import spread_of

FACTS = published_use()
TOTALS = {outcome.place: outcome.users_per_day for outcome in FACTS.outcomes}


def test_every_outcome_says_where_it_comes_from_and_no_access_points_are_invented():
    assert TOTALS == {"Harrogate": 3_065, "Catterick": 647, "Henley-on-Thames": 37}
    assert all(outcome.source and outcome.when and outcome.stated for outcome in FACTS.outcomes)
    assert all(outcome.access_points is None and outcome.area_km2 is None for outcome in FACTS.outcomes)


def test_the_defaults_have_their_size_from_the_uk_and_their_ratios_from_paris():
    """The geometric mean of the three UK totals over 14 access points is 30; a column has it as such."""
    size = math.prod(TOTALS.values()) ** (1 / 3) / FACTS.town_access_points
    assert size == pytest.approx(USERS_PER_DAY_BY_KIND["street furniture"], rel=0.01)
    by_ratio = {kind: round(30 * ratio) for kind, ratio in FACTS.ratio_by_kind.items()}
    assert by_ratio == {kind: users for kind, users in USERS_PER_DAY_BY_KIND.items() if kind != "street furniture"}


def test_the_level_lies_between_two_towns_of_one_council_and_all_three():
    two = (TOTALS["Harrogate"] / TOTALS["Catterick"]) ** 0.5
    assert two < Use().level_factor < 17


@pytest.mark.parametrize(
    ("place", "same_hosts", "median", "is_inside"),
    [
        ("Harrogate", False, math.sqrt(647 * 37), False),
        ("Catterick", False, math.sqrt(3_065 * 37), True),
        ("Harrogate", True, 647, True),
        ("Catterick", True, 3_065, True),
    ],
)
def test_a_town_left_out_is_predicted_from_the_others_and_what_is_not_known_is_named(
    place, same_hosts, median, is_inside
):
    """No outcome states its access points, so the same number is taken for all, with its spread on both sides."""
    found = predicted_town(place, rules=Use(), same_hosts=same_hosts)
    assert found.users_median == pytest.approx(median)
    others = 1 if same_hosts else 2
    variance = (float(spread_of(4)) ** 2 + float(spread_of(3)) ** 2) * (1 + 1 / others)
    assert math.log(found.users_high / found.users_median) == pytest.approx(1.28155 * math.sqrt(variance), rel=1e-4)
    assert found.is_inside == is_inside
    assert (found.observed, found.not_known) == (TOTALS[place], ("access points", "area", "opening hours"))
    assert "Not known: access points, area, opening hours." in found.words
    assert place not in " ".join(found.inputs)


def test_a_town_that_is_predicted_takes_no_part():
    """Another total of Catterick changes nothing in its own prediction."""
    other = tuple(
        dataclasses.replace(item, users_per_day=9e6) if item.place == "Catterick" else item for item in FACTS.outcomes
    )
    changed = predicted_town("Catterick", rules=Use(), facts=dataclasses.replace(FACTS, outcomes=other))
    before = predicted_town("Catterick", rules=Use())
    assert (changed.users_median, changed.users_high) == (before.users_median, before.users_high)


def test_stated_access_points_narrow_the_band_and_are_no_longer_not_known():
    stated = tuple(dataclasses.replace(item, access_points=20.0, area_km2=0.3) for item in FACTS.outcomes)
    found = predicted_town("Catterick", rules=Use(), facts=dataclasses.replace(FACTS, outcomes=stated))
    assert found.users_high < predicted_town("Catterick", rules=Use()).users_high
    assert found.not_known == ("opening hours",)
    assert "20 access points" in found.words


def test_a_place_without_any_other_outcome_is_refused():
    alone = dataclasses.replace(FACTS, outcomes=FACTS.outcomes[:1])
    with pytest.raises(ValueError, match="no other outcome"):
        predicted_town("Harrogate", rules=Use(), facts=alone)
    with pytest.raises(KeyError):
        predicted_town("Nowhere", rules=Use())
