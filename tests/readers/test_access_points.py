"""Existing public Wi-Fi: free, paid or not stated, each place once."""

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.access_points import read_access_points

from ..publisher_files import codes, read, warned

HEADER = "Location name,Provider,Access (Free/Paid),Easting,Northing"


def written(folder, *rows: str, header: str = HEADER):
    return read(read_access_points, "public-wifi", folder / "wifi.csv", "\n".join([header, *rows, ""]))


@pytest.mark.parametrize(
    ("cell", "access"),
    [
        ("Free", "free"),
        ("FREE (30 minutes)", "free"),
        ("Paid", "paid"),
        ("Pay as you go", "paid"),
        ("", "not stated"),
        ("N/A", "not stated"),
        ("Customers", "not stated"),
    ],
)
def test_access_is_free_paid_or_not_stated(tmp_path, cell, access):
    assert written(tmp_path, f"Library,Council,{cell},561600,177900").frame["access"].tolist() == [access]


def test_a_place_listed_twice_is_one(tmp_path):
    """Rows 3 and 4: the same again, and the same name elsewhere."""
    layer = written(
        tmp_path,
        "Library,Council,Free,561600,177900",
        "Library,Council,Free,561600,177900",
        "Library,Council,Free,561700,177900",
    )
    assert layer.frame.geometry.x.tolist() == [561_600, 561_700]
    assert (warned(layer), layer.warnings[0].rows) == (["KEY_DUPLICATE_IDENTICAL"], (3,))
    assert layer.provenance.set_aside == {"repeats another row": 1}


def test_a_place_without_a_position_is_set_aside(tmp_path):
    layer = written(tmp_path, "Library,Council,Free,561600,177900", "Cafe,,Free,,")
    assert (len(layer.frame), layer.provenance.set_aside) == (1, {"no position": 1})


def test_degrees_are_moved_to_metres(tmp_path):
    layer = written(tmp_path, "Library,51.5663,0.3305", header="Site name,Latitude,Longitude")
    assert layer.frame.geometry.x.round(-2).tolist() == [561_600]
    assert layer.frame.loc[0, ["provider", "access"]].tolist() == ["", "not stated"]


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = ["B,,Free,561600,177900", "A,,Paid,561700,177900", "A,,Free,561600,177900"]
    one, other = written(tmp_path, *rows).frame, written(tmp_path, *rows[::-1]).frame
    assert one.equals(other)
    assert one["name"].tolist() == ["A", "A", "B"]


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("Library,,Free,861600,277900", "COORD_SWAPPED", "swapped"),  # in Caithness, if it were the other way round
        ("Library,,Free,0,0", "COORD_NULL_ISLAND", "Leave unknown positions blank"),
        ("Library,,Free,east,177900", "NOT_A_NUMBER", "not a number"),
    ],
)
def test_places_that_cannot_be_are_refused(tmp_path, row, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        written(tmp_path, row)
    assert codes(refusal) == [code]
