"""Base maps: features and ranks by the words of Ordnance Survey and OpenStreetMap; what is not drawn is set aside."""

import json

import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile, read_input
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.base import read_base_layer, read_base_names, read_openstreetmap

from ..small_places import REAL_DATA, needs_real_data

BNG = {"type": "name", "properties": {"name": "EPSG:27700"}}
LINE = {"type": "LineString", "coordinates": [[428_000, 432_000], [428_500, 432_100]]}
RING = [[428_000, 432_000], [428_100, 432_000], [428_100, 432_100], [428_000, 432_100], [428_000, 432_000]]
OUTLINE = {"type": "Polygon", "coordinates": [RING]}
SPOT = {"type": "Point", "coordinates": RING[0]}
READERS = {"base-names": read_base_names, "openstreetmap": read_openstreetmap}


def read(kind, *features, **columns):
    found = [{"type": "Feature", "properties": told, "geometry": shape} for told, shape in features]
    content = json.dumps({"type": "FeatureCollection", "crs": BNG, "features": found}).encode()
    asked = SourceFile(kind=kind, path="base.geojson", columns=columns)
    reader = READERS.get(kind, read_base_layer)
    return reader(source(kind), InputFile(None, "base.geojson", content), asked)


def drawn(layer):
    return layer.frame[["feature", "rank", "name", "ref"]].to_numpy().tolist()


def test_roads_rank_by_their_class_and_keep_name_and_number():
    layer = read(
        "base-roads",
        ({"distname": "Quay Road", "roadnumber": "A9", "classifica": "A Road"}, LINE),
        ({"distname": None, "roadnumber": None, "classifica": "Motorway, Collapsed Dual Carriageway"}, LINE),
        ({"distname": "Mews", "roadnumber": None, "classifica": "Local Road"}, LINE),
        ({"distname": "Car park", "roadnumber": None, "classifica": "Local Road"}, OUTLINE),
    )
    assert drawn(layer) == [["road", 2, "Quay Road", "A9"], ["road", 1, "", ""], ["road", 4, "Mews", ""]]
    assert layer.frame.crs.to_epsg() == 27700
    assert layer.provenance.set_aside == {"a type of shape that is not drawn": 1}


def test_the_planner_may_name_the_column_of_a_class():
    layer = read("base-roads", ({"sort": "B Road"}, LINE), **{"class": "sort"})
    assert layer.frame["rank"].tolist() == [2]


@pytest.mark.parametrize(
    ("kind", "told", "shape", "expected"),
    [
        ("base-rail", {"name": ""}, LINE, ["rail", 1, "", ""]),
        ("base-rail", {"name": "Quay"}, SPOT, ["station", 1, "Quay", ""]),
        ("base-water", {"name": "Brook"}, LINE, ["water", 2, "Brook", ""]),
        ("base-water", {"name": ""}, LINE, ["water", 4, "", ""]),
        ("base-water", {"name": "Mere"}, OUTLINE, ["water", 1, "Mere", ""]),
        ("base-greenspace", {"distname1": "Park"}, OUTLINE, ["green", 4, "Park", ""]),
        ("base-names", {"name": "Quay", "type": "Town"}, SPOT, ["place", 1, "Quay", ""]),
        ("base-names", {"name": "Quay", "classifica": "Populated Place", "fontheight": "Medium"}, SPOT,
         ["place", 2, "Quay", ""]),
        ("base-names", {"name": "Quay"}, SPOT, ["place", 3, "Quay", ""]),
        ("openstreetmap", {"highway": "primary", "ref": "A9", "name": "Quay"}, LINE, ["road", 1, "Quay", "A9"]),
        ("openstreetmap", {"fclass": "residential"}, LINE, ["road", 4, "", ""]),
        ("openstreetmap", {"railway": "tram"}, LINE, ["rail", 2, "", ""]),
        ("openstreetmap", {"fclass": "rail"}, LINE, ["rail", 1, "", ""]),
        ("openstreetmap", {"waterway": "river", "name": "Salter"}, LINE, ["water", 1, "Salter", ""]),
        ("openstreetmap", {"natural": "water"}, OUTLINE, ["water", 1, "", ""]),
        ("openstreetmap", {"leisure": "park", "name": "Green"}, OUTLINE, ["green", 4, "Green", ""]),
        ("openstreetmap", {"place": "suburb", "name": "Quay"}, SPOT, ["place", 2, "Quay", ""]),
        ("openstreetmap", {"railway": "station", "name": "Quay"}, SPOT, ["station", 1, "Quay", ""]),
    ],
)  # fmt: skip
def test_a_feature_is_known_by_its_publishers_words(kind, told, shape, expected):
    assert drawn(read(kind, (told, shape))) == [expected]


@pytest.mark.parametrize(
    ("told", "shape"),
    [({"highway": "footway"}, LINE), ({"building": "yes"}, OUTLINE), ({"place": "suburb", "name": ""}, SPOT)],
    ids=["footpath", "building", "without a name"],
)
def test_what_no_map_of_a_place_shows_is_set_aside(told, shape):
    layer = read("openstreetmap", (told, shape), ({"highway": "trunk"}, LINE))
    assert (len(layer.frame), layer.provenance.set_aside) == (1, {"not drawn on a map of the place": 1})


def test_names_are_read_from_a_table_with_positions():
    content = b"name,type,easting,northing\nQuay,Town,428000,432000\n,Village,428000,432000\n"
    asked = SourceFile(kind="base-names", path="names.csv")
    layer = read_base_names(source("base-names"), InputFile(None, "names.csv", content), asked)
    assert drawn(layer) == [["place", 1, "Quay", ""]]
    assert layer.provenance.set_aside == {"no name or no position": 1}


def test_a_file_that_only_calls_itself_pbf_is_refused():
    asked = SourceFile(kind="openstreetmap", path="x.osm.pbf")
    with pytest.raises(DataError) as error:
        read_openstreetmap(source("openstreetmap"), InputFile(None, "x.osm.pbf", b"<osm></osm>"), asked)
    assert [fault.code for fault in error.value.faults] == ["FORMAT_MISMATCH"]


@needs_real_data
def test_an_extract_of_openstreetmap_has_its_roads():
    folder = REAL_DATA / "basemap" / "leeds_osm"
    name = "leeds_university.osm.pbf"
    layer = read_openstreetmap(
        source("openstreetmap"), read_input(name, folder=folder), SourceFile(kind="openstreetmap", path=name)
    )
    assert set(layer.frame["feature"]) == {"road", "green"}
    assert "A660" in set(layer.frame["ref"])
