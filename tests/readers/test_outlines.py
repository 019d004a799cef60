"""Outlines: each code one area of one level; what is none of that is refused with its rows, and nothing is lost."""

import json

import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.outlines import read_boundaries

BNG = {"type": "name", "properties": {"name": "EPSG:27700"}}
ONE, TWO, THREE = "E05000001", "E05000002", "E05000003"


def square(at, *, size=1_000.0):
    """A square at so many kilometres along a line."""
    west, south = 428_000 + 1_000 * at, 432_000
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def ward(code, at, name="Belhus", **properties):
    geometry = square(at) if isinstance(at, int | float) else at
    return {"type": "Feature", "properties": {"WD25CD": code, "WD25NM": name, **properties}, "geometry": geometry}


def read(*features, **columns):
    content = json.dumps({"type": "FeatureCollection", "crs": BNG, "features": features}).encode()
    asked = SourceFile(kind="ons-boundaries", path="wards.geojson", columns=columns)
    return read_boundaries(source("ons-boundaries"), InputFile(None, "wards.geojson", content), asked)


def refused(*features, **columns):
    with pytest.raises(DataError) as error:
        read(*features, **columns)
    return [(fault.code, fault.rows) for fault in error.value.faults]


def renamed(features, **headers):
    """Features under other headers: new = old."""
    return [
        {**feature, "properties": {new: feature["properties"][old] for new, old in headers.items()}}
        for feature in features
    ]


# Codes


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (None, "KEY_MISSING"),
        ("", "KEY_MISSING"),
        ("  ", "KEY_MISSING"),
        ("Source: Office for National Statistics", "CODE_FORM"),
        ("Belhus", "CODE_FORM"),
        ("E0500001", "CODE_FORM"),
        ("E05000001.0", "CODE_FORM"),
        ("Total", "CODE_FORM"),
        ("E01000001", "CODE_LEVEL"),
        ("E06000034", "CODE_LEVEL"),
        ("E14000001", "CODE_LEVEL"),
        ("E04000001", "CODE_LEVEL"),
    ],
)
def test_a_code_that_is_none_of_its_level_is_refused_with_its_row(code, fault):
    assert refused(ward(ONE, 0), ward(TWO, 1), ward(code, 2)) == [(fault, (3,))]


@pytest.mark.parametrize("code", [5_000_001, {"code": THREE}, [THREE], True])
def test_a_code_that_is_not_text_is_refused(code):
    assert refused(ward(ONE, 0), ward(TWO, 1), ward(code, 2)) == [("COLUMN_TYPE", (3,))]
    assert {fault for fault, _ in refused(ward(code, 0))} <= {"CODE_FORM", "LEVEL_UNKNOWN"}


def test_all_faults_of_codes_are_named_at_once():
    features = [ward(ONE, 0), ward(TWO, 1), ward("E05000004", 4), ward(None, 2), ward("note", 3), ward("E01000001", 5)]
    assert refused(*features) == [("KEY_MISSING", (4,)), ("CODE_FORM", (5,)), ("CODE_LEVEL", (6,))]


def test_codes_of_another_level_than_the_header_says_are_refused():
    assert refused(ward("E01000001", 0), ward("E01000002", 1)) == [("CODE_LEVEL", (1, 2))]


@pytest.mark.parametrize("code", ["E05000001", " e05000001 ", "W05000001", "S13002586", "N08000101", "00KGMX"])
def test_codes_of_every_nation_and_of_before_2011_are_wards(code):
    assert read(ward(code, 0)).frame.index.tolist() == [code.strip().upper()]


@pytest.mark.parametrize(
    ("header", "codes", "level", "year"),
    [
        ("area_code", (ONE, TWO), "ward", ""),
        ("AREA CODE", (ONE, TWO), "ward", ""),
        ("DataZone", ("S01008417", "S01008418"), "lsoa", ""),
        ("id", ("E00000001", "E00000002"), "output_area", ""),
        ("id", ("E02000001", "E02000002"), "msoa", ""),
        ("id", ("E06000034", "E06000035"), "authority", ""),
        ("WD25CD", (ONE, TWO), "ward", "2025"),
        ("LSOA21CD", (ONE, TWO), "ward", "2021"),  # the codes count: plan.toml says that these are the codes
        ("WD03CD", ("00KGMX", "00KGMY"), "ward", "2003"),
    ],
)
def test_the_stated_column_is_taken_and_its_codes_tell_the_level(header, codes, level, year):
    features = renamed([ward(code, at) for at, code in enumerate(codes)], **{header: "WD25CD"})
    layer = read(*features, code=header.replace(" ", "_").lower())
    assert (layer.level, layer.year, layer.frame.index.tolist()) == (level, year, list(codes))


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"area_code": "WD25CD", "area_name": "WD25NM"}, ["Belhus"]),
        ({"DataZone": "WD25CD", "Name": "WD25NM"}, ["Belhus"]),
        ({"code": "WD25CD", "label": "WD25NM"}, [ONE]),
    ],
)
def test_a_name_goes_with_a_stated_code_where_its_header_does(columns, names):
    assert read(*renamed([ward(ONE, 0)], **columns), code=next(iter(columns))).frame["name"].tolist() == names


def test_name_and_authority_can_be_stated_too():
    features = renamed([ward(ONE, 0, council="E06000034")], id="WD25CD", label="WD25NM", la="council")
    layer = read(*features, code="id", name="label", authority="la")
    assert layer.frame[["name", "authority"]].to_numpy().tolist() == [["Belhus", "E06000034"]]


def test_a_stated_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(DataError, match=r"The file has: WD25CD, WD25NM.*\[COLUMN_MISSING\]"):
        read(ward(ONE, 0), code="area_code")


def test_a_key_of_columns_that_outlines_do_not_have_is_refused():
    assert refused(ward(ONE, 0), kode="WD25CD") == [("UNKNOWN_COLUMN", ())]


def test_a_stated_column_without_codes_is_refused():
    assert refused(ward(ONE, 0), code="WD25NM") == [("LEVEL_UNKNOWN", ())]


def test_without_a_known_header_the_column_whose_cells_are_codes_is_taken():
    features = renamed([ward(ONE, 0, la="E06000034"), ward(TWO, 1, la="E06000034")], ref="WD25CD", council="la")
    layer = read(*features)
    assert (layer.level, layer.frame.index.tolist()) == ("ward", [ONE, TWO])


# Shapes


def test_parts_of_one_area_are_joined_with_a_warning():
    layer = read(ward(ONE, 0), ward(TWO, 2, "Aveley"), ward(ONE, 4), ward(ONE, 5))
    assert layer.frame.area.round().tolist() == [3e6, 1e6]
    assert [(fault.code, fault.rows, fault.blocks) for fault in layer.warnings] == [("AREA_IN_PARTS", (1, 3, 4), False)]
    record = layer.provenance
    assert (record.rows_read, record.rows_used, record.set_aside) == (4, 2, {"joined to another part of its area": 2})


@pytest.mark.parametrize(
    "other",
    [
        ward(ONE, 4, "Aveley"),  # another name
        ward(ONE, 0.5),  # overlaps
        ward(ONE, square(0, size=2_000)),  # one inside the other
        ward(ONE, 4, LAD25CD="E06000034"),  # another authority
    ],
)
def test_two_features_of_one_code_that_are_not_parts_of_one_area_are_refused(other):
    assert refused(ward(ONE, 0), other) == [("KEY_DUPLICATE", (1, 2))]


def test_a_repeated_feature_counts_once_from_whichever_corner_it_is_drawn():
    turned = square(0)
    turned["coordinates"][0] = [*turned["coordinates"][0][2:], *turned["coordinates"][0][1:3]]
    layer = read(ward(ONE, 0), ward(ONE, 0), ward(ONE, turned), ward(TWO, 1))
    assert layer.frame.area.round().tolist() == [1e6, 1e6]
    assert [(fault.code, fault.rows) for fault in layer.warnings] == [("KEY_DUPLICATE_IDENTICAL", (2, 3))]


@pytest.mark.parametrize(
    "other",
    [ward(TWO, 0), ward(TWO, 0.1), ward(TWO, square(0, size=900)), ward(TWO, square(-0.1, size=1_200))],
)
def test_one_outline_under_two_codes_is_refused(other):
    assert refused(ward(THREE, 3), ward(ONE, 0), other) == [("OUTLINE_TWICE", (2, 3))]


@pytest.mark.parametrize("other", [ward(TWO, 1), ward(TWO, 0.9)])
def test_neighbours_that_share_an_edge_or_a_sliver_are_two_areas(other):
    assert len(read(ward(ONE, 0), other).frame) == 2


def test_an_enclave_in_another_area_is_an_area():
    around = square(0, size=3_000)
    around["coordinates"].append(square(1)["coordinates"][0])
    assert len(read(ward(ONE, around), ward(TWO, 1)).frame) == 2


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [431_000, 432_500]},
        {"type": "MultiPoint", "coordinates": [[431_000, 432_500]]},
        {"type": "LineString", "coordinates": [[431_000, 432_500], [432_000, 432_500]]},
        {"type": "LineString", "coordinates": square(3)["coordinates"][0]},
        {"type": "MultiLineString", "coordinates": square(3)["coordinates"]},
    ],
)
def test_points_and_lines_are_not_areas(geometry):
    assert refused(ward(ONE, 0), ward(TWO, geometry)) == [("GEOM_TYPE", (2,))]


@pytest.mark.parametrize("geometry", [None, {"type": "Polygon", "coordinates": []}])
def test_an_area_without_a_shape_is_refused(geometry):
    bare = {**ward(TWO, 1), "geometry": geometry}
    assert refused(ward(ONE, 0), bare) == [("OUTLINE_MISSING", (2,))]


@pytest.mark.parametrize("code", ["", None, ONE])
def test_a_row_without_a_shape_that_is_not_an_area_of_its_own_is_set_aside(code):
    layer = read(ward(ONE, 0), {**ward(code, 1), "geometry": None})
    assert layer.provenance.set_aside == {"no shape": 1}
