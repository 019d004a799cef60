"""Backhaul: the class of a line from what can be had at the postcode."""

import geopandas as gpd
import pandas as pd
import pytest

from connected_place.coverage.backhaul import backhaul_class, nearest_postcode

from .places import METRES, NAN, at, postcodes


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
