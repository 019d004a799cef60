"""Open places: outlines are read wherever they come from, and a point or a line is none."""

import json

import pytest

from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.open_places import read_open_places

BNG = {"type": "name", "properties": {"name": "EPSG:27700"}}
RING = [[428_000, 432_000], [428_100, 432_000], [428_100, 432_100], [428_000, 432_100], [428_000, 432_000]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
TWO = {"type": "MultiPolygon", "coordinates": [[RING], [[[x + 500, y] for x, y in RING]]]}


def read(*geometries, **columns):
    features = [{"type": "Feature", "properties": {"name": "Quay"}, "geometry": shape} for shape in geometries]
    content = json.dumps({"type": "FeatureCollection", "crs": BNG, "features": features}).encode()
    asked = SourceFile(kind="open-places", path="open.geojson", columns=columns)
    return read_open_places(source("open-places"), InputFile(None, "open.geojson", content), asked)


def test_outlines_keep_their_shape_and_an_empty_one_is_set_aside():
    layer = read(SQUARE, TWO, None)
    assert layer.frame.area.tolist() == [10_000, 20_000]
    assert layer.frame.crs.to_epsg() == 27700
    assert (layer.provenance.rows_used, layer.provenance.set_aside) == (2, {"no shape": 1})


@pytest.mark.parametrize(
    "shape",
    [{"type": "Point", "coordinates": RING[0]}, {"type": "LineString", "coordinates": RING[:2]}],
    ids=["point", "line"],
)
def test_a_point_or_a_line_is_refused_with_its_row(shape):
    with pytest.raises(DataError) as error:
        read(SQUARE, shape)
    assert [(fault.code, fault.rows) for fault in error.value.faults] == [("GEOM_TYPE", (2,))]


def test_a_column_named_for_them_is_refused():
    with pytest.raises(DataError) as error:
        read(SQUARE, name="name")
    assert [fault.code for fault in error.value.faults] == ["UNKNOWN_COLUMN"]
