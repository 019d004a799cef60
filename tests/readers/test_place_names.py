"""Names on the map: settlements, roads and stations are read, all else is set aside, header or none."""

import zipfile

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import read_source
from connected_place.gis_data.readers.place_names import read_place_names

from ..publisher_files import codes, read, warned
from ..small_places import REAL_DATA

LEEDS = REAL_DATA / "leeds"
needs_leeds = pytest.mark.skipif(not LEEDS.is_dir(), reason=f"no real files in {LEEDS}")
HEADER = "ID,NAME1,LOCAL_TYPE,GEOMETRY_X,GEOMETRY_Y"
ROWS = {
    "osgb1": "Leeds,City,430000,433500",
    "osgb2": "Briggate,Named Road,430237,433462",
    "osgb3": "Briggate,Section Of Named Road,430240,433500",
    "osgb4": "Leeds Rail Station,Railway Station,429900,433300",
    "osgb5": "Camp Hill,Hill Or Mountain,443820,441175",
    "LS11AA": "LS1 1AA,Postcode,430100,433400",
}


def names(tmp_path, rows=ROWS, header=HEADER):
    text = "\n".join([header, *(f"{code},{row}" for code, row in rows.items()), ""])
    return read(read_place_names, "place-names", tmp_path / "SE.csv", text)


def headless(code, row):
    """The row of the official tile: 34 columns, no header."""
    name, place_type, x, y = row.split(",")
    return ",".join([code, "", name, "", "", "", "", place_type, x, y, *[""] * 24])


def test_settlements_roads_and_stations_are_kept_and_counted(tmp_path):
    layer = names(tmp_path)
    assert layer.frame["place_type"].to_dict() == {
        "osgb1": "city",
        "osgb2": "named road",
        "osgb3": "section of named road",
        "osgb4": "railway station",
    }
    assert layer.frame.geometry["osgb2"].coords[0] == (430237, 433462)
    assert layer.provenance.set_aside == {"neither settlement, road nor station": 2}
    assert warned(layer) == []


def test_a_tile_without_a_header_gives_the_same(tmp_path):
    text = "\n".join([*(headless(code, row) for code, row in ROWS.items()), ""])
    plain = read(read_place_names, "place-names", tmp_path / "SE44.csv", text)
    assert plain.frame.equals(names(tmp_path).frame)


def test_the_tiles_of_a_zip_are_a_layer_each(tmp_path):
    with zipfile.ZipFile(tmp_path / "opname_csv_gb.zip", "w") as archive:
        for tile, code in (("SE23", "osgb1"), ("SE33", "osgb2")):
            archive.writestr(f"Data/{tile}.csv", headless(code, ROWS[code]) + "\n")
    layers = read_source(SourceFile(kind="place-names", path="opname_csv_gb.zip"), folder=tmp_path)
    assert [layer.frame.index.tolist() for layer in layers] == [["osgb1"], ["osgb2"]]


@pytest.mark.parametrize(
    ("rows", "header", "code"),
    [
        (ROWS | {"osgb6": "Otley,Town,420000,north"}, HEADER, "NOT_A_NUMBER"),
        ({"osgb1": "Leeds,City,433,433500000"}, HEADER, "COORD_RANGE"),
        ({"osgb1": "Leeds,City,430000,433500"}, HEADER.replace("LOCAL_TYPE", "KIND"), "COLUMN_MISSING"),
    ],
)
def test_tables_that_mislead_are_refused(tmp_path, rows, header, code):
    with pytest.raises(DataError) as refusal:
        names(tmp_path, rows, header)
    assert codes(refusal) == [code]


@needs_leeds
def test_the_tile_of_leeds_has_ten_settlements_and_a_bus_station():
    layer = read(read_place_names, "place-names", LEEDS / "os_open_names_nonroad_leeds.csv")
    assert layer.frame["place_type"].value_counts().to_dict() == {
        "village": 5,
        "suburban area": 4,
        "town": 1,
        "bus station": 1,
    }
    assert layer.provenance.set_aside == {"neither settlement, road nor station": 94}
