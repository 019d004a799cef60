"""A boundary file: its shapes in metres and its attributes as text, or a fault that says why not."""

import functools
import io
import json
import sqlite3
import tempfile
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.shapes import geopackages
from connected_place.gis_data.shapes.vector_files import read_shapes

SQUARE = [[-1.58, 53.78], [-1.57, 53.78], [-1.57, 53.79], [-1.58, 53.79], [-1.58, 53.78]]


def feature(geometry=None, **properties):
    shape = {"type": "Polygon", "coordinates": [SQUARE]} if geometry is None else geometry
    return {"type": "Feature", "properties": properties, "geometry": shape}


def geojson(*features, **members):
    content = json.dumps({"type": "FeatureCollection", "features": features, **members})
    return file_of(content.encode(), "a.geojson")


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def file_of(content, name, folder=Path()):
    return InputFile(folder / name, name, content)


def squares(folder, name):
    """Two squares of 1 km side by side in British National Grid, written by GDAL."""
    for ending, content in written_squares(Path(name).suffix).items():
        (folder / name).with_suffix(ending).write_bytes(content)
    return opened(folder, name)


@functools.cache
def written_squares(ending):
    """The bytes of each file that GDAL writes, by its ending; the layer is called a."""
    shapes = [shapely.box(428_000, 432_000, 429_000, 433_000), shapely.box(429_000, 432_000, 430_000, 433_000)]
    frame = gpd.GeoDataFrame({"code": ["A", "B"], "pop": [10, 20]}, geometry=shapes, crs="EPSG:27700")
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        frame.to_file(Path(folder) / f"a{ending}", engine="pyogrio")
        return {path.suffix: path.read_bytes() for path in Path(folder).iterdir()}


def opened(folder, name):
    return file_of((folder / name).read_bytes(), name, folder)


def refused(file):
    with pytest.raises(DataError) as error:
        read_shapes(file)
    return [(fault.code, fault.rows) for fault in error.value.faults]


def warned(file):
    return [(fault.code, fault.rows, fault.blocks) for fault in read_shapes(file).faults]


def altered(file, *commands):
    """A GeoPackage on which SQL was run, as somebody else's program would."""
    with sqlite3.connect(file.path) as database:
        database.create_function("ST_IsEmpty", 1, lambda _: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0.0)
        for command in commands:
            database.execute(command)
    database.close()
    return opened(file.path.parent, file.name)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_each_format_gives_the_same_layer(tmp_path, name):
    shapes = read_shapes(squares(tmp_path, name))
    assert shapes.frame[["code", "pop"]].to_numpy().tolist() == [["A", "10"], ["B", "20"]]
    assert shapes.frame.index.tolist() == [1, 2]
    assert shapes.frame.area.tolist() == pytest.approx([1e6, 1e6], rel=1e-4)
    assert (shapes.faults, shapes.frame.crs.to_epsg()) == ((), 27700)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_a_zip_of_one_layer_is_read_as_that_layer(tmp_path, name):
    squares(tmp_path, name)
    assert len(read_shapes(packed(tmp_path.iterdir())).frame) == 2


def test_a_zip_of_two_layers_is_refused(tmp_path):
    squares(tmp_path, "a.gpkg")
    squares(tmp_path, "b.shp")
    assert refused(packed(tmp_path.iterdir())) == [("LAYER_AMBIGUOUS", ())]


def packed(paths):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for path in list(paths):
            package.write(path, f"layer/{path.name}")
    return file_of(stream.getvalue(), "a.zip")


ATTRIBUTE = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)


@settings(deadline=None)
@given(st.lists(ATTRIBUTE, min_size=1, max_size=5))
def test_attributes_are_the_file_s_own_text(values):
    assert read_shapes(geojson(*[feature(a=value) for value in values])).frame["a"].tolist() == values


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_of_an_attribute_keeps_its_value(value):
    assert float(read_shapes(geojson(feature(a=value))).frame["a"].iloc[0]) == value


@pytest.mark.parametrize("kind", ["Point", "LineString", "Polygon"])
def test_a_multiple_shape_of_one_is_that_shape(kind):
    coordinates = {"Point": SQUARE[0], "LineString": SQUARE, "Polygon": [SQUARE]}[kind]
    one = read_shapes(geojson(feature({"type": kind, "coordinates": coordinates}))).frame.geometry.iloc[0]
    many = read_shapes(geojson(feature({"type": f"Multi{kind}", "coordinates": [coordinates]}))).frame.geometry.iloc[0]
    assert many.geoms[0].equals(one)


def test_a_hole_stays_a_hole():
    hole = [[-1.576, 53.784], [-1.574, 53.784], [-1.574, 53.786], [-1.576, 53.784]]
    assert len(read_shapes(geojson(feature(polygon(SQUARE, hole)))).frame.geometry.iloc[0].interiors) == 1


def test_heights_and_measures_are_dropped_with_a_note():
    shapes = read_shapes(geojson(feature(polygon([[*position, 33, 7] for position in SQUARE]))))
    assert (shapes.faults, shapes.frame.has_z.any()) == ((), False)
    assert "GEOM_Z_DROPPED" in shapes.notes[0]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (polygon(SQUARE[:-1]), "GEOM_RING_CLOSED"),
        (polygon([*SQUARE[:3], [-1.39, 53.79], *SQUARE[2:]]), "GEOM_INVALID_REPAIRED"),
        (polygon(), "GEOM_MISSING"),
    ],
)
def test_a_shape_that_can_be_mended_or_left_out_is_a_warning(geometry, code):
    assert warned(geojson(feature(), feature(geometry))) == [(code, (2,), False)]


@pytest.mark.parametrize(
    ("features", "code", "rows"),
    [
        ([], "NO_ROWS", ()),
        ([feature(polygon())], "GEOM_MISSING", ()),
        ([feature(), feature({"type": "Polygone", "coordinates": [[0, 0]]})], "GEOM_TYPE", (2,)),
        ([feature(), feature(polygon([["a", "b"]] * 4))], "GEOM_INVALID", (2,)),
        ([feature(), feature({"type": "Point", "coordinates": [10**400, 1]})], "GEOM_INVALID", (2,)),
        ([feature(), feature({"type": "Point", "coordinates": [float("inf"), 1]})], "NOT_FINITE", (2,)),
        ([feature(), feature({"type": "Point", "coordinates": [None, 1]})], "NOT_FINITE", (2,)),
        ([feature(a=1), feature(a=2), feature(a="3")], "COLUMN_TYPE", (3,)),
        ([feature(__proto__=1)], "COLUMN_NAME", ()),
        ([feature(**{"x" * 101: 1})], "COLUMN_NAME", ()),
        ([feature({"type": "Point", "coordinates": [53.8, -1.5]})], "COORD_SWAPPED", ()),
        ([feature({"type": "Point", "coordinates": [428_000, 432_000]})], "CRS_NUMBERS_MISMATCH", ()),
        (["no feature"], "NOT_GEOJSON", ()),
    ],
)
def test_a_geojson_that_misleads_is_refused(features, code, rows):
    assert refused(geojson(*features)) == [(code, rows)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"type": "Topology"}', "NOT_GEOJSON"),
        (b'{"type": "FeatureCollection" oops, "features": [1, 2, 3]}', "NOT_GEOJSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "NOT_GEOJSON"),
        (b"{" + b'"a":{' * 100_000, "NOT_GEOJSON"),
        (b'{"type": "FeatureCollection", "features": [', "TRUNCATED"),
        (b'{"type": "FeatureColl', "TRUNCATED"),
        (b'{"name": "Caf\xe9"}', "ENC_UNKNOWN"),
        (b"<OGRVRTDataSource/>", "FORMAT_MISMATCH"),
        (b"SQLite format 3\0", "FORMAT_MISMATCH"),
    ],
)
def test_what_is_not_geojson_is_refused(content, code):
    assert refused(file_of(content, "a.geojson")) == [(code, ())]


@pytest.mark.parametrize(
    ("name", "epsg"),
    [("urn:ogc:def:crs:EPSG::27700", 27700), ("EPSG:27700", 27700), ("urn:ogc:def:crs:OGC:1.3:CRS84", 0)],
)
def test_a_stated_reference_system_counts(name, epsg):
    position = [428_000, 432_000] if epsg else [-1.57, 53.78]
    crs = {"type": "name", "properties": {"name": name}}
    assert read_shapes(geojson(feature({"type": "Point", "coordinates": position}), crs=crs)).crs == (
        f"EPSG:{epsg or 4326}"
    )


@pytest.mark.parametrize("name", ["+proj=longlat +nadgrids=/etc/passwd", "EPSG:999999", ""])
def test_an_unknown_reference_system_is_refused(name):
    assert refused(geojson(feature(), crs={"properties": {"name": name}})) == [("CRS_MISSING", ())]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.kml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///x">]><kml>&e;</kml>', "XML_ENTITY"),
        ("a.kml", '<!DOCTYPE kml [<!ENTITY e "x">]><kml/>'.encode("utf-16"), "XML_ENTITY"),
        ("a.gml", b'<g:FeatureCollection xsi:schemaLocation="http://a http://b"/>', "XML_REMOTE"),
        ("a.kml", b"<OGRVRTDataSource/>", "FORMAT_MISMATCH"),
        ("a.kml", b"<kml><Document/></kml>", "FORMAT_UNKNOWN"),
        ("a.dxf", b"0\nSECTION", "FORMAT_UNKNOWN"),
    ],
)
def test_markup_is_never_parsed_and_its_fault_is_named(name, content, code):
    assert refused(file_of(content, name)) == [(code, ())]


def test_a_trigger_is_a_warning_and_does_not_run(tmp_path):
    file = altered(squares(tmp_path, "a.gpkg"), "CREATE TRIGGER evil AFTER UPDATE ON a BEGIN UPDATE a SET pop = 0; END")
    assert warned(file) == [("GPKG_TRIGGER", (), False)]
    assert read_shapes(file).frame["pop"].tolist() == ["10", "20"]


@pytest.mark.parametrize(
    ("commands", "code", "rows"),
    [
        (["UPDATE a SET pop = 'n/a' WHERE code = 'B'"], "COLUMN_TYPE", (2,)),
        (["UPDATE a SET geom = x'00' WHERE code = 'B'"], "GEOM_INVALID", (2,)),
        (["UPDATE a SET geom = x'4750000334' WHERE code = 'B'"], "GEOM_INVALID", (2,)),
        (["UPDATE gpkg_geometry_columns SET srs_id = -1"], "CRS_MISSING", ()),
        (["CREATE VIEW v AS SELECT load_extension('x') FROM a"], "GPKG_VIEW", ()),
        (["ALTER TABLE a RENAME TO b", "CREATE VIEW a AS SELECT * FROM b"], "GPKG_VIEW", ()),
        (["DELETE FROM a"], "NO_ROWS", ()),
        (["DELETE FROM gpkg_contents"], "GEOM_MISSING", ()),
        (["DROP TABLE gpkg_contents"], "FORMAT_MISMATCH", ()),
    ],
)
def test_a_geopackage_that_misleads_is_refused(tmp_path, commands, code, rows):
    file = squares(tmp_path, "a.gpkg")
    for name in ("feature_count_insert", "feature_count_delete"):
        commands = [f"DROP TRIGGER IF EXISTS trigger_{name}_a", *commands]
    commands = ["PRAGMA legacy_alter_table = ON", "DROP TRIGGER IF EXISTS trigger_delete_feature_count_a", *commands]
    assert refused(altered(file, *commands)) == [(code, rows)]


def test_a_geopackage_left_open_by_another_program_is_read(tmp_path):
    file = squares(tmp_path, "a.gpkg")
    assert len(read_shapes(altered(file, "PRAGMA journal_mode = WAL")).frame) == 2


def test_a_cut_geopackage_is_damaged(tmp_path):
    file = squares(tmp_path, "a.gpkg")
    assert refused(file_of(file.content[: len(file.content) // 2], "a.gpkg")) == [("DAMAGED", ())]


def test_a_question_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(geopackages, "MOST_LOOKS", 0)
    monkeypatch.setattr(geopackages, "STEPS_BETWEEN_LOOKS", 1)
    assert refused(squares(tmp_path, "a.gpkg")) == [("TOO_SLOW", ())]


@pytest.mark.parametrize("ending", [".shx", ".dbf", ".prj"])
def test_a_shapefile_without_a_part_is_refused(tmp_path, ending):
    file = squares(tmp_path, "a.shp")
    file.path.with_suffix(ending).unlink()
    assert refused(file) == [("SHP_INCOMPLETE", ())]


@pytest.mark.parametrize(
    ("ending", "change", "code"),
    [
        (".shp", lambda content: content[:-20], "DAMAGED"),
        (".shp", lambda content: content[:60], "DAMAGED"),
        (".dbf", lambda content: content[:-20], "DAMAGED"),
        (".shx", lambda content: content[:-8], "SHP_INCOMPLETE"),
        (".shx", lambda content: content[:104] + b"\0\0\0\1" + content[108:], "DAMAGED"),
        (".shx", lambda content: content[:100] + b"\x7f\0\0\0" + content[104:], "DAMAGED"),
        (".prj", lambda content: b"nonsense", "CRS_MISSING"),
        (".prj", lambda content: content[:40] + b"\xff" + content[40:], "CRS_MISSING"),
        (".prj", lambda content: b"", "CRS_MISSING"),
    ],
)
def test_parts_of_a_shapefile_that_do_not_agree_are_refused(tmp_path, ending, change, code):
    path = squares(tmp_path, "a.shp").path.with_suffix(ending)
    path.write_bytes(change(path.read_bytes()))
    assert refused(opened(tmp_path, "a.shp")) == [(code, ())]


def test_a_shapefile_in_capitals_is_read(tmp_path):
    squares(tmp_path, "a.shp")
    for path in list(tmp_path.iterdir()):
        path.rename(path.with_suffix(path.suffix.upper()))
    assert len(read_shapes(opened(tmp_path, "a.SHP")).frame) == 2
