"""A layer of points where a table of positions is expected: sites, Wi-Fi, counters and centroids from a GIS."""

import io
import json
import zipfile

import geopandas as gpd
import pytest
import shapely

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import read_source

HALL = (0.33, 51.56)


def point(at=HALL):
    return {"type": "Point", "coordinates": list(at)}


def features(*items):
    """A FeatureCollection of (geometry, properties)."""
    drawn = [{"type": "Feature", "geometry": geometry, "properties": named} for geometry, named in items]
    return json.dumps({"type": "FeatureCollection", "features": drawn})


def read(folder, kind, name="sites.geojson", **columns):
    (layer,) = read_source(SourceFile(kind=kind, path=name, columns=columns), folder=folder)
    return layer


def refused(folder, kind, name="sites.geojson"):
    with pytest.raises(DataError) as error:
        read(folder, kind, name)
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("venues", {"name": "Hall", "kind": "library"}),
        ("libraries", {"Library name": "Hall", "Library type": "LAL"}),
        ("public-wifi", {"name": "Hall", "provider": "Town"}),
        ("footfall-counters", {"counter_id": "1", "name": "Hall"}),
        ("ons-centroids", {"OA21CD": "E00000001"}),
        ("uprns", {"UPRN": 10001}),
        ("os-open-names", {"id": "osgb1", "name1": "Hall", "local_type": "Hospital"}),
        ("place-names", {"id": "osgb1", "name1": "Hall", "local_type": "Village", "geometry_x": 1, "geometry_y": 2}),
        ("postcodes", {"postcode": "RM17 6EE", "positional_quality_indicator": 10, "admin_district_code": "E06000034"}),
    ],
)
def test_a_layer_of_points_is_read_as_a_table_of_positions_is(tmp_path, kind, properties):
    (tmp_path / "sites.geojson").write_text(features((point(), properties)))
    layer = read(tmp_path, kind)
    place = layer.frame.geometry.iloc[0]
    assert (place.x, place.y) == (pytest.approx(561_600, abs=100), pytest.approx(187_100, abs=100))
    assert (layer.frame.crs.to_epsg(), layer.provenance.crs, layer.warnings) == (27700, "EPSG:4326", ())


def test_code_point_open_as_a_geopackage_is_the_directory_that_its_tables_are(tmp_path):
    """Headers of Ordnance Survey's GeoPackage; a postcode without a position is at 0, 0, with the quality 90."""
    columns = {
        "postcode": ["RM17 6EE", "RM17 6EF"],
        "positional_quality_indicator": [10, 90],
        "admin_district_code": ["E06000034", "E06000034"],
    }
    spots = [shapely.Point(561_600, 177_900), shapely.Point(0, 0)]
    gpd.GeoDataFrame(columns, geometry=spots, crs="EPSG:27700").to_file(tmp_path / "codepo_gb.gpkg")
    layer = read(tmp_path, "postcodes", "codepo_gb.gpkg")
    found = layer.frame.loc["RM176EE"]
    assert (found["authority"], bool(found["live"]), bool(found["live_known"])) == ("E06000034", True, True)
    assert (found.geometry.x, found.geometry.y, layer.provenance.crs) == (561_600, 177_900, "EPSG:27700")
    assert layer.provenance.set_aside == {"no position (grid reference quality 90)": 1}


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".zip"])
def test_sites_can_come_in_every_format_of_shapes(tmp_path, ending):
    frame = gpd.GeoDataFrame({"name": ["Hall"]}, geometry=[shapely.Point(561_600, 187_100)], crs="EPSG:27700")
    frame.to_file(tmp_path / f"sites{'.shp' if ending == '.zip' else ending}")
    if ending == ".zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            for path in tmp_path.iterdir():
                package.write(path, path.name)
        (tmp_path / "sites.zip").write_bytes(stream.getvalue())
    layer = read(tmp_path, "venues", f"sites{ending}")
    assert layer.frame["name"].tolist() == ["Hall"]
    assert layer.frame.geometry.iloc[0].distance(shapely.Point(561_600, 187_100)) < 5


def test_coordinates_among_the_attributes_give_way_to_the_shape(tmp_path):
    wrong = {"name": "Hall", "Easting": 1, "NORTHING": "?", "latitude": 91, "X": 5}
    (tmp_path / "sites.geojson").write_text(features((point(), wrong)))
    assert read(tmp_path, "venues").frame.geometry.iloc[0].x == pytest.approx(561_600, abs=100)


def test_a_feature_without_a_shape_is_a_row_without_a_position(tmp_path):
    items = [(point(), {"name": "Hall", "postcode": ""}), (None, {"name": "Pool", "postcode": "RM17 6SL"})]
    (tmp_path / "sites.geojson").write_text(features(*items, (None, {"name": "Nowhere", "postcode": ""})))
    layer = read(tmp_path, "venues")
    assert layer.frame["postcode"].tolist() == ["", "RM176SL"]
    assert layer.provenance.set_aside == {"neither position nor postcode": 1}


@pytest.mark.parametrize(("places", "codes"), [([HALL], []), ([HALL, (0.34, 51.57)], ["SITE_DRAWN"])])
def test_a_point_that_a_gis_calls_multiple_is_a_point(tmp_path, places, codes):
    shape = {"type": "MultiPoint", "coordinates": [list(place) for place in places]}
    (tmp_path / "sites.geojson").write_text(features((shape, {"name": "Hall", "kind": "library"})))
    assert [fault.code for fault in read(tmp_path, "venues").warnings] == codes


def test_a_building_drawn_as_an_area_is_placed_inside_it_with_a_warning(tmp_path):
    outline = {"type": "Polygon", "coordinates": [[[0.33, 51.56], [0.34, 51.56], [0.34, 51.57], [0.33, 51.56]]]}
    (tmp_path / "sites.geojson").write_text(
        features((point(), {"name": "Hall", "kind": "park"}), (outline, {"name": "Park", "kind": "park"}))
    )
    assert [(fault.code, fault.rows, fault.blocks) for fault in read(tmp_path, "venues").warnings] == [
        ("SITE_DRAWN", (2,), False)
    ]


def test_the_columns_of_a_layer_can_be_named_in_plan_toml(tmp_path):
    (tmp_path / "sites.geojson").write_text(features((point(), {"Asset": "Hall"})))
    (layer,) = read_source(SourceFile(kind="venues", path="sites.geojson", columns={"name": "Asset"}), folder=tmp_path)
    assert layer.frame["name"].tolist() == ["Hall"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (features((point(), {"title": "Hall"})), ["COLUMN_MISSING"]),
        (features((point(), {"name": "Hall", "Name": "Pool"})), ["COLUMN_DUPLICATE"]),
        (features((point((51.56, 0.33)), {"name": "Hall"})), ["COORD_SWAPPED"]),
        (features((None, {"name": "Hall"})), ["GEOM_MISSING"]),
        ("[]", ["FORMAT_MISMATCH"]),
    ],
)
def test_a_layer_that_is_not_a_list_of_sites_is_refused(tmp_path, text, codes):
    (tmp_path / "sites.geojson").write_text(text)
    assert refused(tmp_path, "venues") == codes


@pytest.mark.parametrize("ending", [".kml", ".gml", ".gpx", ".fgb", ".tab", ".mif", ".parquet"])
@pytest.mark.parametrize("kind", ["venues", "public-wifi"])
def test_shapes_in_a_format_that_is_not_read_are_refused_by_name(tmp_path, kind, ending):
    (tmp_path / f"sites{ending}").write_bytes(b"<kml/>" if ending == ".kml" else b"anything")
    assert refused(tmp_path, kind, f"sites{ending}")[0] in {"FORMAT_UNKNOWN", "FORMAT_MISMATCH"}
