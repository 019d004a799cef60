"""The description of the pack against what lies in its folder."""

import csv
import hashlib
import io
import json

import geopandas as gpd
import pytest

from connected_place.maps.formats import OUTPUT_FORMATS, OutputContent
from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.pack.package import pack_package


@pytest.fixture
def folder(tiny, tmp_path):
    """The files for a GIS, and a picture."""
    for item in OUTPUT_FORMATS:
        if item.pack == "gis":
            item.write(content_of(tiny), tmp_path / item.pack)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "figure-01-need.png").write_bytes(b"png")
    return tmp_path


def content_of(plan):
    return OutputContent(plan=plan, layers=gis_layers(plan))


def described(plan, folder):
    return json.loads(pack_package(content_of(plan), folder))


def test_every_file_is_named_with_its_size_and_hash(tiny, folder):
    package = described(tiny, folder)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert {item["path"] for item in package["resources"]} == set(files)
    for item in package["resources"]:
        content = files[item["path"]].read_bytes()
        assert item["bytes"] == len(content)
        assert item["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert item["mediatype"] in [known.media_type for known in OUTPUT_FORMATS]
    names = [item["name"] for item in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and "/" not in name for name in names)


def test_every_column_of_a_table_has_its_meaning(tiny, folder):
    package = described(tiny, folder)
    tables = [item for item in package["resources"] if "schema" in item]
    assert len(tables) == 9
    for item in tables:
        fields = item["schema"]["fields"]
        assert all(field["description"] for field in fields)
        content = (folder / item["path"]).read_bytes()
        columns = (
            gpd.read_parquet(io.BytesIO(content)).columns.tolist()
            if item["format"] == "parquet"
            else next(csv.reader(io.StringIO(content.decode())))
        )
        assert [field["name"] for field in fields] == columns


def test_sources_carry_hash_date_licence_and_rows(tiny, folder):
    package = described(tiny, folder)
    source = tiny.provenance[0]
    assert package["sources"][0]["sha256"] == source.sha256
    assert package["sources"][0]["vintage"] == source.vintage
    assert package["sources"][0]["rows_read"] == source.rows_read
    assert [item["title"] for item in package["licenses"]] == [source.licence]


def test_the_description_does_not_describe_itself(tiny, folder):
    first = pack_package(content_of(tiny), folder)
    (folder / "datapackage.json").write_text(first, encoding="utf-8")
    assert pack_package(content_of(tiny), folder) == first


def test_invented_data_is_marked(tiny, folder, worlds):
    assert described(worlds.illustrative(tiny), folder)["title"].startswith("Illustrative")
    assert not described(tiny, folder)["title"].startswith("Illustrative")
