"""GeoParquet and CSV with shapes read back by other readers than ours."""

import io
import json

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.gis.open_tables import WKT_DECIMALS, geoparquet_files, wkt_tables

from ..small_places import sample_plan


@pytest.fixture(scope="module")
def parquet():
    return geoparquet_files(gis_layers(sample_plan()))


def test_areas_wards_and_sites_read_back_to_the_last_digit(parquet):
    layers = {layer.name: layer for layer in gis_layers(sample_plan())}
    assert sorted(parquet) == ["areas.parquet", "sites.parquet", "wards.parquet"]
    for name, content in parquet.items():
        found = gpd.read_parquet(io.BytesIO(content))
        expected = layers[name.removesuffix(".parquet")].frame
        assert found.crs.to_epsg() == 27700
        assert found.columns.tolist() == expected.columns.tolist()
        assert found.geometry.geom_equals(expected.geometry).all()
        for column in expected.select_dtypes("number"):
            assert found[column].astype("float64").equals(expected[column].astype("float64")), column


def test_it_is_geoparquet_by_its_own_metadata(parquet):
    for content in parquet.values():
        said = json.loads(pq.read_metadata(io.BytesIO(content)).metadata[b"geo"])
        assert said["version"] == "1.1.0"
        assert said["primary_column"] == "geometry"
        assert said["columns"]["geometry"]["encoding"] == "WKB"


def test_a_number_that_is_not_known_is_null(tiny):
    found = pq.read_table(io.BytesIO(geoparquet_files(gis_layers(tiny))["sites.parquet"])).column("rank")
    assert found.null_count == 3


def test_every_layer_has_a_table_whose_shapes_read_back(tiny):
    tables = wkt_tables(gis_layers(tiny))
    layers = {layer.name: layer for layer in gis_layers(tiny)}
    assert sorted(tables) == sorted(f"{name}_wkt.csv" for name in layers)
    for name, layer in layers.items():
        found = pd.read_csv(io.StringIO(tables[f"{name}_wkt.csv"]))
        shapes = shapely.from_wkt(found["wkt"])
        assert len(shapes) == len(layer.frame)
        far = shapely.hausdorff_distance(shapes, layer.frame.geometry.to_numpy())
        assert (far <= 10**-WKT_DECIMALS).all()


def test_names_are_kept_in_parquet_and_inert_in_csv(tiny, worlds):
    """A table of Parquet is never run; a spreadsheet opens the CSV."""
    name = '=HYPERLINK("http://x")'
    renamed = worlds.renamed(tiny, name)
    kept = gpd.read_parquet(io.BytesIO(geoparquet_files(gis_layers(renamed))["sites.parquet"]))
    assert set(kept["name"]) == {name}
    for text in wkt_tables(gis_layers(renamed)).values():
        found = pd.read_csv(io.StringIO(text), dtype=str)
        cells = found.to_numpy(dtype=object).ravel()
        assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith("=")]


def test_the_same_plan_gives_the_same_bytes(parquet):
    assert geoparquet_files(gis_layers(sample_plan())) == parquet
    assert wkt_tables(gis_layers(sample_plan())) == wkt_tables(gis_layers(sample_plan()))
