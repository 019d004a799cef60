"""GeoJSON that other programs take as they find it: keys given twice, half a character, shapes in `place`."""

import json

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.shapes import geojson_files
from connected_place.gis_data.shapes.vector_files import read_shapes

from .test_vector_files import SQUARE, feature, file_of, geojson, polygon, refused

BNG_SQUARE = [[428_000, 432_000], [429_000, 432_000], [429_000, 433_000], [428_000, 433_000], [428_000, 432_000]]
NORTH_FIRST = [[y, x] for x, y in SQUARE]
BNG = "http://www.opengis.net/def/crs/EPSG/0/27700"


def written(feature_text, *, members='"type": "FeatureCollection"'):
    return file_of(f'{{{members}, "features": [{json.dumps(feature())}, {feature_text}]}}'.encode(), "a.geojson")


WHOLE = '"geometry": null, "type": "Feature"'


@pytest.mark.parametrize(
    "text",
    [
        f'{{{WHOLE}, "properties": {{"code": "A", "code": "B"}}}}',
        f'{{{WHOLE}, "properties": {{"code": "A", "code": "A"}}}}',
        f'{{{WHOLE}, "properties": {{"a": {{"code": "A", "code": "B"}}}}}}',
        f'{{{WHOLE}, "properties": {{}}, "properties": {{"code": "B"}}}}',
        f'{{{WHOLE}, "properties": {{"": 1, "": 2}}}}',
        '{"type": "Feature", "geometry": {"type": "Point", "type": "Polygon", "coordinates": []}, "properties": {}}',
    ],
)
def test_a_key_given_twice_is_refused_with_its_row(text):
    assert refused(written(text)) == [("KEY_TWICE", (2,))]


def test_a_key_of_the_file_given_twice_is_refused():
    members = '"type": "FeatureCollection", "type": "FeatureCollection"'
    assert refused(written(json.dumps(feature()), members=members)) == [("KEY_TWICE", ())]


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "Belhus \\ud83d", "\\ude00\\ud83d"])
def test_half_a_character_is_refused_with_its_row(half):
    text = f'{{{WHOLE}, "properties": {{"name": "{half}"}}}}'
    assert refused(written(text)) == [("TEXT_BROKEN", (2,))]
    assert refused(written(f'{{{WHOLE}, "properties": {{"{half}": 1}}}}')) == [("COLUMN_NAME", ())]


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00"])
@pytest.mark.parametrize(
    "text",
    [
        f'{{{WHOLE}, "properties": {{"name": "HALF"}}}}',
        f'{{{WHOLE}, "properties": {{"HALF": 1}}}}',
        f'{{{WHOLE}, "properties": {{"HALF": 1, "HALF": 2}}}}',
        '{"type": "Feature", "geometry": {"type": "HALF", "coordinates": []}, "properties": {}}',
    ],
)
def test_a_fault_can_be_written_whatever_the_file_has(text, half):
    with pytest.raises(DataError) as error:
        read_shapes(written(text.replace("HALF", half)))
    for fault in error.value.faults:
        assert str(fault).encode()
        assert f"{fault.column}{fault.value}{fault.message}".encode()


def test_a_whole_pair_is_one_character():
    text = json.dumps({"type": "Feature", "properties": {"name": "\U0001f600"}, "geometry": feature()["geometry"]})
    assert read_shapes(written(text)).frame["name"].tolist() == ["", "\U0001f600"]


def test_brackets_hundreds_deep_in_an_attribute_are_refused():
    for depth in range(700, 1_000, 20):
        deep = f'{{{WHOLE}, "properties": {{"a": {"[" * depth}{"]" * depth}}}}}'
        with pytest.raises(DataError, match=r"NOT_GEOJSON|GEOM_MISSING"):
            read_shapes(file_of(f'{{"type": "FeatureCollection", "features": [{deep}]}}'.encode(), "a.geojson"))


def test_a_file_of_too_many_positions_is_refused_before_it_is_taken_apart(monkeypatch):
    monkeypatch.setattr(geojson_files, "MOST_PARTS", 5)
    assert refused(geojson(feature())) == [("TOO_LARGE", ())]


def placed(place, crs=None, geometry=None, **members):
    item = {"type": "Feature", "properties": {"a": "1"}, "geometry": geometry, "place": place, **members}
    return item if crs is None else {**item, "coordRefSys": crs}


@pytest.mark.parametrize(
    ("ring", "crs"),
    [
        (BNG_SQUARE, BNG),
        (BNG_SQUARE, "https://www.opengis.net/def/crs/EPSG/0/27700"),
        (BNG_SQUARE, "[EPSG:27700]"),
        (BNG_SQUARE, {"type": "Reference", "href": BNG}),
        (NORTH_FIRST, "[EPSG:4326]"),
        (SQUARE, "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
    ],
)
def test_a_shape_in_place_is_read_in_its_own_reference_system(ring, crs):
    for file in (geojson(placed(polygon(ring)), coordRefSys=crs), geojson(placed(polygon(ring), crs))):
        west, south, *_ = read_shapes(file).frame.total_bounds
        assert (west, south) == (pytest.approx(428_000, abs=400), pytest.approx(432_000, abs=400))


def test_a_geometry_beside_a_place_is_read_as_geojson_says():
    shapes = read_shapes(geojson(placed(polygon(BNG_SQUARE), geometry=polygon(SQUARE)), coordRefSys=BNG))
    assert shapes.crs == "EPSG:4326"


@pytest.mark.parametrize(
    ("features", "code"),
    [
        ([placed(polygon(BNG_SQUARE))], "CRS_MISSING"),
        ([placed(polygon(BNG_SQUARE), "[EPSG:999999]")], "CRS_MISSING"),
        ([placed(polygon(BNG_SQUARE), ["a", "b"])], "CRS_MISSING"),
        ([placed(polygon(BNG_SQUARE), BNG), feature()], "NOT_GEOJSON"),
        ([placed(polygon(BNG_SQUARE), BNG), placed(polygon(NORTH_FIRST), "[EPSG:4326]")], "NOT_GEOJSON"),
        ([placed("Belhus", BNG)], "NOT_GEOJSON"),
    ],
)
def test_places_whose_reference_system_is_not_clear_are_refused(features, code):
    assert refused(geojson(*features)) == [(code, ())]


def test_a_solid_in_place_is_refused_by_name():
    assert refused(geojson(placed({"type": "Prism", "base": {}}, BNG))) == [("GEOM_TYPE", (1,))]
