"""Footfall at points: measured, estimated only where that is tested, else an index; the words say which."""

import functools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from connected_place.coverage.footfall.index import index_of_people
from connected_place.coverage.footfall.model import BY_SURROUNDINGS, NEAREST
from connected_place.coverage.footfall.points import FAR_M, MOST_SHARE, SPOT_M, footfall, reach_m
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import layers_or_faults, read_layers
from connected_place.scripts.config.plan_file import read_plan_file

from ..small_places import REAL_DATA, SOUTH, WEST, layers, postcodes
from .test_counters import hourly, positions
from .test_profiles import street
from .test_surroundings import grid, spots

LEEDS = REAL_DATA / "leeds"
needs_leeds = pytest.mark.skipif(not LEEDS.is_dir(), reason=f"no real files in {LEEDS}")


def crossing(kilometres):
    """A point from the corner of the grid."""
    return shapely.Point(WEST + 1_000 * kilometres[0], SOUTH + 1_000 * kilometres[1])


HOMES = [2, 50, 5, 30, 1, 80, 10, 3, 60, 20, 8, 40, 25, 25]
CROSSINGS = [*((number % 4, number // 4) for number in range(13)), (12, 0)]
"""Thirteen crossings, a kilometre from each other, and one far off; HOMES says how many postcodes are at each."""


def homes():
    """The postcodes of all crossings, within 50 m of each."""
    return postcodes(
        {
            f"AA{number}A{home}": crossing((east + home / 2_000, north))
            for number, (east, north) in enumerate(CROSSINGS)
            for home in range(HOMES[number])
        }
    )


def counted(places, *, busy=None):
    """Counters at places, each as busy as stated."""
    busy = busy or [1.0] * len(places)
    return (
        positions({f"C{number}": (f"Counter {number}", crossing(place)) for number, place in enumerate(places)}),
        hourly(**{f"C{number}": street(5, busy=level, seed=number) for number, level in enumerate(busy)}),
    )


def busy_crossings():
    """Counters at twelve of the crossings, as busy as homes are many; none at the last."""
    return counted(CROSSINGS[:12], busy=[number / 10 for number in HOMES[:12]])


def test_nothing_given_is_nothing_known():
    found = footfall(layers(), spots((0, 0), (1, 1)))
    assert (found.basis, found.given.tolist()) == ("none", ["none", "none"])
    assert np.isnan(found.index).all()
    assert np.isnan(found.people_per_hour).all()
    assert found.sentence == "Footfall is not known."
    assert (found.validation, len(found.profiles), len(found.cleaning), found.warnings) == (None, 0, 0, ())


def test_without_counters_there_is_an_index_but_no_people_an_hour():
    found = footfall(layers(homes()), spots((0, 0), (1, 0), (9, 9)))
    assert (found.basis, set(found.given)) == ("index", {"index"})
    assert np.isnan(found.people_per_hour).all()
    assert found.index[1] > found.index[2] == 0
    assert "an hour" not in found.sentence
    assert "not a number of people" in found.sentence


def test_a_grid_comes_before_surroundings_and_is_an_index_too():
    """Cells of 100 m with 10, 5000 and an unknown number of people an hour."""
    given = layers(homes(), grid([[10, 5000, np.nan]], source="footfall-raster"))
    found = footfall(given, spots((0.05, 0.05), (0.15, 0.05), (0.25, 0.05), (5, 5)))
    assert (found.basis, found.given.tolist()) == ("raster", ["grid", "grid", "none", "none"])
    assert found.index[:2].tolist() == [0, 100]
    assert np.isnan(found.people_per_hour).all()
    assert "not checked against counters" in found.sentence
    assert [fault.code for fault in found.warnings] == ["FOOTFALL_NOT_KNOWN"]


def test_few_counters_give_their_own_figures_and_no_estimate():
    found = footfall(layers(homes(), *counted([(0, 0), (1, 1)])), spots((0, 0), (0.1, 0.1)))
    assert (found.basis, found.given.tolist()) == ("index", ["measured", "index"])
    assert found.people_per_hour[0] == found.counters.loc["C0", "people_per_hour"]
    assert np.isnan(found.people_per_hour[1])
    assert found.validation is None
    assert "With fewer than 5 counters" in found.sentence
    assert re.search(r"People an hour.* at the 2 counter\(s\) that measured them; [^.]+\.", found.sentence)


def test_counters_without_a_pattern_give_no_estimate_and_the_words_say_so():
    """Ten counters of chance levels, a kilometre apart."""
    places = [(x, y) for x in range(5) for y in range(2)]
    busy = np.exp(np.random.default_rng(3).normal(size=10)).tolist()
    found = footfall(layers(homes(), *counted(places, busy=busy)), spots((0, 0), (0.1, 0.1), (3.5, 0.5)))
    assert (found.basis, found.given.tolist()) == ("index", ["measured", "index", "index"])
    assert not found.validation.is_better
    assert found.validation.sentence in found.sentence
    assert "No number of people is estimated" in found.sentence


def test_counters_that_follow_their_surroundings_give_an_estimate_as_far_as_they_do():
    """Two crossings of 25 homes without a counter, near the others and far; open country; a counter's own spot.

    The last is between crossings: homes lie around it as around a counter, but none close to it.
    """
    points = spots(CROSSINGS[12], CROSSINGS[13], (3.2, 2.9), CROSSINGS[5], (0.25, 0.25))
    found = footfall(layers(homes(), *busy_crossings()), points)
    assert found.validation.is_better
    assert found.validation.way == "ridge regression on surroundings"
    assert found.given.tolist() == ["estimated", "index", "index", "measured", "index"]
    by_homes = found.counters["people_per_hour"].to_numpy()[np.argsort(HOMES[:12])]
    assert by_homes[7] / 2 < found.people_per_hour[0] < by_homes[9] * 2  # between 20 and 40 homes, give or take
    assert np.isnan(found.people_per_hour[[1, 2, 4]]).all()
    assert found.basis == "index"  # three points of five have no number
    assert "estimated from them for 1 point(s)" in found.sentence
    assert found.validation.sentence in found.sentence


def test_an_estimate_is_given_up_to_the_surroundings_of_the_busiest_counter():
    """30 m from the crossing with most homes, where as many are near as at its counter."""
    beside = (CROSSINGS[5][0], CROSSINGS[5][1] + 0.03)
    assert footfall(layers(homes(), *busy_crossings()), spots(beside)).given.tolist() == ["estimated"]


def test_the_index_uses_people_where_they_are_known_at_nine_points_in_ten():
    points = spots(*CROSSINGS[:8], CROSSINGS[12], (9, 9))
    found = footfall(layers(homes(), *busy_crossings()), points)
    assert found.basis == "counters"
    assert np.allclose(found.index, index_of_people(found.people_per_hour), equal_nan=True)
    assert (np.isnan(found.index[-1]), found.given[-1]) == (True, "none")
    assert [fault.code for fault in found.warnings] == ["FOOTFALL_NOT_KNOWN"]
    assert footfall(layers(homes(), *busy_crossings()), points[4:]).basis == "index"  # five of six


@pytest.mark.parametrize(
    ("way", "far_m", "reach"),
    [(BY_SURROUNDINGS, 900.0, 900.0), (NEAREST, 900.0, FAR_M), (NEAREST, 300.0, 300.0)],
)
def test_an_estimate_reaches_as_far_as_leaving_out_went(way, far_m, reach):
    """Counters at 0, 90 and far_m beyond: the last one was left 900 or 300 m from the next."""
    assert reach_m(np.array([[0.0, 0], [0, 90], [0, 90 + far_m]]), way=way) == reach


def test_how_near_is_a_counters_own_spot_how_far_is_too_far_and_what_most_points_are():
    """The project's own values; the words on the page and in the method say the same."""
    assert (SPOT_M, FAR_M, MOST_SHARE) == (25, 500, 0.9)


def test_exactly_nine_points_of_ten_are_enough():
    points = spots(*CROSSINGS[:9], (9, 9))
    assert footfall(layers(homes(), *busy_crossings()), points).basis == "counters"


def test_a_grid_names_its_file_and_only_a_grid_does():
    given = layers(homes(), grid([[10, 5000, np.nan]], source="footfall-raster"))
    found = footfall(given, spots((0.05, 0.05)))
    (raster,) = given.of("footfall-raster")
    words = f"It is based on the grid {raster.provenance.file}, which was not checked against counters."
    assert found.sentence.endswith(words)
    assert "It is based on the grid" not in footfall(layers(homes()), spots((0.05, 0.05))).sentence


def test_the_warning_of_what_is_not_known_counts_points_and_blocks_nothing():
    given = layers(grid([[10, 5000, np.nan]], source="footfall-raster"))
    (warning,) = footfall(given, spots((0.05, 0.05), (0.25, 0.05), (5, 5))).warnings
    assert "at 2 of 3 points" in warning.message
    assert not warning.blocks
    assert footfall(given, spots((0.05, 0.05))).warnings == ()  # all is known
    assert footfall(given, spots((5, 5))).warnings == ()  # nothing is: the words say so


@pytest.mark.parametrize(("away_m", "given"), [(SPOT_M, "measured"), (SPOT_M + 1, "index")])
def test_a_counters_own_spot_has_its_own_figure(away_m, given):
    found = footfall(layers(homes(), *counted([(0, 0)])), spots((away_m / 1_000, 0)))
    assert found.given.tolist() == [given]


def test_an_estimate_never_takes_the_place_of_what_was_counted():
    given = layers(homes(), *busy_crossings())
    found = footfall(given, spots(*CROSSINGS[:12]))
    assert set(found.given) == {"measured"}
    assert sorted(found.people_per_hour) == sorted(found.counters["people_per_hour"])


@pytest.mark.parametrize("given", ["homes", "counters", "grid"])
def test_no_other_point_moves_a_point_and_their_order_changes_nothing(given):
    of = {
        "homes": [homes()],
        "counters": [homes(), *busy_crossings()],
        "grid": [homes(), grid(np.arange(400.0).reshape(20, 20), source="footfall-raster")],
    }[given]
    points = spots(CROSSINGS[12], (0.5, 0.3), (0.1, 0.2), (0.9, 0.35))
    whole = footfall(layers(*of), points)
    turned = footfall(layers(*of), points[[3, 1, 0, 2]])
    assert np.allclose(turned.index, whole.index[[3, 1, 0, 2]], equal_nan=True)
    more = footfall(layers(*of), np.vstack([points, points + 1, points[:1]]))
    assert np.allclose(more.people_per_hour[:4], whole.people_per_hour, equal_nan=True)
    assert np.allclose(more.index[:4], whole.index, equal_nan=True)
    assert np.isnan(whole.people_per_hour[0]) == (given != "counters")


def test_counts_in_another_order_of_rows_give_the_same():
    place, counts = busy_crossings()
    mixed = replace(counts, frame=counts.frame.sample(frac=1, random_state=1))
    first, again = (footfall(layers(homes(), place, item), spots(CROSSINGS[12])) for item in (counts, mixed))
    assert first.people_per_hour.tolist() == again.people_per_hour.tolist()
    assert first.sentence == again.sentence


# --- end to end ----------------------------------------------------------------------------------------------


@functools.cache
def sample():
    file = read_plan_file(SAMPLE)
    return layers_or_faults(*read_layers(file.sources, folder=SAMPLE))


def live_postcodes(of):
    frame = of.of("postcodes")[0].frame
    return np.column_stack([frame.geometry.x, frame.geometry.y])[frame["live"]]


def test_the_sample_borough_has_six_counters_and_an_index_everywhere():
    found = footfall(sample(), live_postcodes(sample()))
    assert found.counters.index.tolist() == ["FC01", "FC02", "FC03", "FC04", "FC05", "FC06"]
    assert found.cleaning["not_counted"].tolist() == [0, 0, 0, 9, 0, 0]
    assert (found.cleaning[["stuck", "copied", "zeros", "jumps"]] == 0).all(axis=None)
    assert found.counters["people_per_hour"].is_monotonic_decreasing  # as they were planted
    assert (found.validation.counters, found.validation.groups) == (6, 3)
    assert not np.isnan(found.index).any()
    assert np.ptp(found.index) > 50
    assert not found.validation.is_better  # with six counters one shuffle in twelve does as well
    assert set(found.given) == {"index", "measured"}
    assert found.validation.sentence in found.sentence
    assert "from 5 January 2026 to 1 February 2026" in found.sentence


@functools.cache
def leeds():
    files = {
        "footfall-counters": "camera_locs.csv",
        "footfall-hourly": "footfall.csv.gz",
        "postcodes": "postcodes_E08000035_leeds.csv",
        "libraries": "leeds_city_council.csv",
        "schools": "school_eng_addresses_2017_leeds.csv",
        "gp-practices": "gp_practices_active_E08000035_leeds.csv",
        "place-names": "os_open_names_nonroad_leeds.csv",
    }
    sources = [SourceFile(kind=kind, path=name) for kind, name in files.items()]
    return layers_or_faults(*read_layers(sources, folder=LEEDS))


@needs_leeds
def test_leeds_cameras_are_matched_cleaned_and_found_to_carry_no_estimate():
    found = footfall(leeds(), live_postcodes(leeds())[:3_000])
    assert len(found.counters) == 8
    assert found.counters.loc["Camera 1", ["name", "people_per_hour"]].tolist() == ["Briggate", 2900.15]
    assert set(found.counters["since"]) == {pd.Timestamp("2016-01-03")}
    account = found.cleaning.drop(columns=["name", "hours"])
    assert (account.sum(axis=1) == found.cleaning["hours"]).all()
    assert found.cleaning["hours"].tolist().count(70_128) == 7
    assert 1_000 < account[["stuck", "copied", "zeros", "jumps"]].sum(axis=None) < 1_300
    assert not found.validation.is_better
    assert found.basis == "index"
    assert set(found.given) <= {"index", "measured"}
    assert not np.isnan(found.index).any()
    assert "FOOTFALL_BY_NAME" in [fault.code for fault in found.warnings]


@needs_leeds
def test_the_middle_of_leeds_is_high_on_the_index_and_its_fields_are_low():
    middle, field = [430_150.0, 433_550.0], [443_820.0, 441_175.0]
    high, low = footfall(leeds(), np.array([middle, field])).index
    assert high > 80
    assert low < 20
