"""Backhaul: the class of a line from what can be had at the postcode."""

import geopandas as gpd
import pandas as pd
import pytest

from connected_place.coverage.demand.backhaul import backhaul_class, backhaul_of, nearest_postcode

from ..small_places import METRES, NAN, at, coverage, layers, postcodes


@pytest.mark.parametrize(
    ("gigabit", "ufbb_300", "found"),
    [
        (1.0, 1.0, "A"),
        (0.95, 0.0, "A"),  # the edge
        (0.949, 0.949, "B"),
        (0.5, 0.5, "B"),  # the edge
        (0.499, 0.95, "B"),
        (0.499, 0.949, "D"),
        (0.0, 0.0, "D"),
        (NAN, 0.95, "B"),  # one of the two is enough to say something
        (NAN, 0.1, "D"),
        (1.0, NAN, "A"),
        (NAN, NAN, ""),  # not reported is no class
    ],
)
def test_a_class_follows_from_the_shares_at_the_postcode(gigabit, ufbb_300, found):
    assert backhaul_class(pd.Series([gigabit]), pd.Series([ufbb_300])).tolist() == [found]


def sites(rows):
    """Sites by (position, own postcode)."""
    frame = {"postcode": [code for _, code in rows]}
    return gpd.GeoDataFrame(frame, geometry=[place for place, _ in rows], crs=METRES)


@pytest.mark.parametrize(
    ("place", "own", "found"),
    [
        (at(0, 0), "BB11BB", "BB11BB"),  # its own, however far
        (at(0, 0), "ZZ99ZZ", "AA11AA"),  # its own is unknown: the nearest
        (at(0, 0), "", "AA11AA"),
        (at(0.25, 0), "", "AA11AA"),  # 250 m: the edge
        (at(0.251, 0), "", ""),
        (at(5, 0), "", ""),  # the terminated one is no help
        (at(5, 0), "CC11CC", "CC11CC"),  # but a site may still be listed at it
    ],
)
def test_a_site_is_at_its_own_postcode_or_at_the_nearest_live_one_within_250_m(place, own, found):
    """Live postcodes at 0 and 10 km, a terminated one at 5 km."""
    directory = postcodes({"AA11AA": at(0, 0), "BB11BB": at(10, 0), "CC11CC": at(5, 0)}, terminated=["CC11CC"])
    assert nearest_postcode(sites([(place, own)]), directory.frame).tolist() == [found]


def test_without_live_postcodes_there_is_no_nearest():
    directory = postcodes({"AA11AA": at(0, 0)}, terminated=["AA11AA"])
    assert nearest_postcode(sites([(at(0, 0), "")]), directory.frame).tolist() == [""]


# --- lines near by ---------------------------------------------------------------------------------------------


def street(rows, *, on_wan=()):
    """Sites along a street by (metres from its start, kind, own postcode): AA11AA has gigabit, BB11BB nothing."""
    frame = {"kind": [kind for _, kind, _ in rows], "postcode": [code for _, _, code in rows]}
    places = [at(metres / 1_000, 0) for metres, _, _ in rows]
    candidates = gpd.GeoDataFrame(
        frame, index=[f"S{number}" for number in range(len(rows))], geometry=places, crs=METRES
    )
    directory = postcodes({"AA11AA": at(0, 0), "BB11BB": at(0.4, 0)})
    found = layers(coverage({"AA11AA": (10, 0.0), "BB11BB": (10, 1.0)}, level="postcode"), directory)
    return backhaul_of(found, candidates, gpd.GeoDataFrame(directory.frame), on_wan=on_wan)


@pytest.mark.parametrize(
    ("metres", "kind", "found"),
    [
        (100, "street furniture", "C"),  # the edge
        (101, "street furniture", "D"),
        (100, "library", "D"),  # a building needs a line of its own
    ],
)
def test_street_furniture_within_100_m_of_a_line_can_be_reached_from_it(metres, kind, found):
    classes = street([(0, "library", "AA11AA"), (metres, kind, "BB11BB")])["backhaul_class"]
    assert classes.tolist() == ["A", found]


@pytest.mark.parametrize(("metres", "hop"), [(300, 300), (301, NAN)])
def test_a_site_without_a_line_may_hop_300_m_to_one_of_class_a(metres, hop):
    found = street([(0, "library", "AA11AA"), (metres, "library", "BB11BB")])
    assert found["backhaul_class"].tolist() == ["A", "D"]
    assert found["backhaul_hop_m"].tolist() == pytest.approx([NAN, hop], nan_ok=True)


def test_a_site_on_the_councils_own_network_has_a_line_and_gives_one():
    rows = [(0, "library", "BB11BB"), (90, "street furniture", "BB11BB"), (250, "library", "BB11BB")]
    assert street(rows)["backhaul_class"].tolist() == ["D", "D", "D"]
    found = street(rows, on_wan=("S0",))
    assert found["backhaul_class"].tolist() == ["A", "C", "D"]
    assert found["backhaul_hop_m"].tolist() == pytest.approx([NAN, NAN, 250], nan_ok=True)


def test_without_a_postcode_file_only_the_councils_own_network_says_anything():
    candidates = sites([(at(0, 0), "AA11AA"), (at(5, 0), "")]).assign(kind="library")
    found = backhaul_of(layers(), candidates, None, on_wan=(0,))
    assert found["backhaul_class"].tolist() == ["A", ""]
