"""Areas: levels and years are found from the publishers' headers; lookups, bridges and centroids."""

import json

import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import read_input
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.areas import read_centroids, read_lookup
from connected_place.gis_data.readers.code_columns import code_columns
from connected_place.gis_data.readers.outlines import read_boundaries

SQUARE = [[[0.2, 51.5], [0.3, 51.5], [0.3, 51.6], [0.2, 51.6], [0.2, 51.5]]]


def read(folder, kind, name, text, **asked):
    """The layer of a file with this content."""
    (folder / name).write_text(text, encoding="utf-8")
    entry = source(kind)
    reader = {"ons-boundaries": read_boundaries, "ons-lookup": read_lookup, "ons-centroids": read_centroids}[kind]
    return reader(entry, read_input(name, folder=folder), SourceFile(kind=kind, path=name, **asked))


def geojson(*properties):
    """One square for each set of properties."""
    features = [
        {"type": "Feature", "properties": item, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
        for item in properties
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("properties", "level", "year", "name"),
    [
        ({"OA11CD": "E00000001", "LAD11CD": "E06000034"}, "output_area", "2011", "E00000001"),
        ({"OA21CD": "E00000001", "LSOA21CD": "E01000001", "LSOA21NM": "T 1A"}, "output_area", "2021", "E00000001"),
        ({"LSOA21CD": "E01000001", "LSOA21NM": "Thurrock 015A"}, "lsoa", "2021", "Thurrock 015A"),
        ({"lsoa21_name": "Thurrock 015A", "lsoa21_code": "E01000001"}, "lsoa", "2021", "Thurrock 015A"),
        ({"WD13CD": "E05000001", "WD13CDO": "00KGMX", "WD13NM": "Belhus"}, "ward", "2013", "Belhus"),
        ({"WD25CD": "E05000001", "WD25NM": "Belhus", "LAD25CD": "E06000034"}, "ward", "2025", "Belhus"),
        ({"ward22_name": "Belhus", "ward22_code": "E05000001"}, "ward", "2022", "Belhus"),
    ],
)
def test_the_headers_of_any_year_tell_level_year_and_name(tmp_path, properties, level, year, name):
    layer = read(tmp_path, "ons-boundaries", "areas.geojson", geojson(properties))
    assert (layer.level, layer.year, layer.frame["name"].tolist()) == (level, year, [name])
    assert year in layer.provenance.vintage
    assert layer.frame.crs == "EPSG:27700"


def test_wards_say_in_which_authority_they_lie_where_the_file_does(tmp_path):
    ward = {"WD25CD": "E05000001", "WD25NM": "Belhus", "LAD25CD": "E06000034"}
    assert read(tmp_path, "ons-boundaries", "a.geojson", geojson(ward)).frame["authority"].tolist() == ["E06000034"]


def test_an_old_code_beside_the_code_is_not_a_code():
    assert [column.header for column in code_columns(["WD13CDO", "WD13CD"])] == ["WD13CD"]


@pytest.mark.parametrize("properties", [{"name": "Belhus"}, {"WD13CDO": "00KGMX"}])
def test_shapes_without_codes_are_refused(tmp_path, properties):
    with pytest.raises(DataError, match=r"area codes, such as OA21CD.*\[LEVEL_UNKNOWN\]"):
        read(tmp_path, "ons-boundaries", "areas.geojson", geojson(properties))


def test_a_column_that_plan_toml_names_wins(tmp_path):
    both = {"OA21CD": "E00000001", "LSOA21CD": "E01000001"}
    layer = read(tmp_path, "ons-boundaries", "a.geojson", geojson(both), columns={"code": "LSOA21CD"})
    assert (layer.level, layer.frame.index.tolist()) == ("lsoa", ["E01000001"])


def test_a_lookup_leads_from_the_finest_level_to_the_wider_ones(tmp_path):
    text = "OA21CD,LSOA21CD,LSOA21NM,WD25CD,WD25NM,LAD25CD\nE00000001,E01000001,T 1A,E05000001,Belhus,E06000034\n"
    layer = read(tmp_path, "ons-lookup", "lookup.csv", text)
    assert (layer.level, layer.year) == ("output_area", "2021")
    assert layer.frame.loc["E00000001", ["lsoa", "ward", "ward_name", "authority"]].tolist() == [
        "E01000001", "E05000001", "Belhus", "E06000034",
    ]  # fmt: skip
    assert "wards 2025" in layer.provenance.vintage


def test_the_columns_of_a_lookup_can_be_named_by_level(tmp_path):
    text = "area,community,ward name\n e00000001 ,E05000001,Belhus\n"
    columns = {"output_area": "area", "ward": "community"}
    layer = read(tmp_path, "ons-lookup", "lookup.csv", text, columns=columns)
    assert (layer.level, layer.frame["ward"].to_dict()) == ("output_area", {"E00000001": "E05000001"})


@pytest.mark.parametrize(
    ("code", "found"), [("", "KEY_MISSING"), ("Source: ONS", "CODE_FORM"), ("E01000009", "CODE_LEVEL")]
)
@pytest.mark.parametrize("kind", ["ons-lookup", "ons-centroids"])
def test_codes_of_lookups_and_centroids_are_checked_as_those_of_outlines(tmp_path, kind, code, found):
    rows = ["E00000001,E05000001,561625,187848", "E00000002,E05000001,561626,187848", f"{code},E05000001,561627,187848"]
    with pytest.raises(DataError, match=rf"row 4.*\[{found}\]"):
        read(tmp_path, kind, "a.csv", "\n".join(["OA21CD,WD25CD,x,y", *rows, ""]))


def test_a_lookup_between_two_years_keeps_every_pair_once(tmp_path):
    """The first area is unchanged, the second was split in two; the last row repeats one."""
    text = "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\nE01000002,E01000003,S\nE01000002,E01000004,S\n"
    layer = read(tmp_path, "ons-lookup", "lookup.csv", text + "E01000002,E01000004,S\n")
    assert (layer.measure, layer.year, len(layer.frame)) == ("bridge", "2021", 3)
    assert layer.provenance.rows_read == 4
    assert layer.provenance.vintage == "LSOAs 2011 to LSOAs 2021"


def test_a_lookup_that_leads_one_area_to_two_is_refused(tmp_path):
    text = "OA21CD,WD25CD\nE00000001,E05000001\nE00000001,E05000002\n"
    with pytest.raises(DataError, match="KEY_DUPLICATE"):
        read(tmp_path, "ons-lookup", "lookup.csv", text)


@pytest.mark.parametrize(
    ("header", "x", "y"), [("x,y", 561_625, 187_848), ("X,Y", 0.330533, 51.566346), ("BNG_E,BNG_N", 561_625, 187_848)]
)
def test_centroids_are_in_metres_or_degrees_by_their_size(tmp_path, header, x, y):
    layer = read(tmp_path, "ons-centroids", "pwc.csv", f"OA21CD,{header}\nE00000001,{x},{y}\n")
    place = layer.frame.geometry.iloc[0]
    assert (place.x, place.y) == (pytest.approx(561_625, abs=5), pytest.approx(187_848, abs=5))


def test_two_centroids_of_one_area_are_refused(tmp_path):
    text = "OA21CD,x,y\nE00000001,561625,187848\nE00000001,561000,187000\n"
    with pytest.raises(DataError, match=r"rows 2 and 3.*\[KEY_DUPLICATE\]"):
        read(tmp_path, "ons-centroids", "pwc.csv", text)
