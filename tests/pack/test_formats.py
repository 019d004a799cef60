"""Every format of the table is written, typed and described; what is not in the table is not written."""

import csv
import dataclasses
import io
import json
import re
from pathlib import PurePosixPath

import geopandas as gpd
import pytest

from connected_place.maps.formats import (
    OUTPUT_FORMATS,
    OutputContent,
    OutputFormat,
    described_tables,
    media_type_of,
    write_formats,
)
from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.tables.plan_tables import data_package

from ..packs import document_of, sample_pack, without_pictures
from ..small_places import sample_plan

NO_TABLE = (".docx", ".gpkg", ".html", ".json", ".kml", ".pdf", ".png", ".svg", ".tif", ".xlsx")
"""Documents and pictures, and formats with several tables that they describe themselves."""


@pytest.fixture(scope="module")
def content():
    """What both folders of the sample are written from, without pictures."""
    plan = sample_plan()
    return OutputContent(
        plan=plan,
        layers=gis_layers(plan),
        records={"datapackage.json": data_package(plan)},
        document=without_pictures(document_of(plan)),
        with_kml=True,
    )


@pytest.fixture(scope="module")
def output(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("output")
    write_formats(content, folder, part="output")
    return folder


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("item", OUTPUT_FORMATS, ids=lambda item: item.key)
def test_a_format_writes_files_of_its_ending_and_of_a_known_media_type(item, content, tmp_path):
    drawn = [name for name in names(sample_pack()) if name.startswith("pictures/")]
    item.write(content, tmp_path)
    written = names(tmp_path) or [name for name in drawn if item.pack == "pictures" and name.endswith(item.ending)]
    assert written
    assert {PurePosixPath(name).suffix for name in written} == {item.ending}
    assert re.fullmatch(r"(application|image|text)/[a-z0-9.+-]+(; application=geotiff)?", item.media_type)
    assert media_type_of(written[0]) == item.media_type
    assert (item.output, item.pack) != (None, None), "it is written nowhere"


@pytest.mark.parametrize("item", OUTPUT_FORMATS, ids=lambda item: item.key)
def test_a_format_of_single_tables_describes_every_column_that_it_writes(item, content, tmp_path):
    if item.ending in NO_TABLE:
        assert item.tables is None
        return
    assert item.tables is not None, f"say what its tables are, or that {item.ending} files are none: NO_TABLE"
    item.write(content, tmp_path)
    described = item.tables(content)
    assert sorted(described) == names(tmp_path)
    for name, table in described.items():
        held = (tmp_path / name).read_bytes()
        columns = gpd.read_parquet(io.BytesIO(held)).columns.tolist() if name.endswith(".parquet") else header(held)
        assert [column["name"] for column in table["schema"]["fields"]] == columns
        assert all(column["description"] for column in table["schema"]["fields"])


def header(content):
    return next(csv.reader(io.StringIO(content.decode("utf-8"))))


def test_the_output_folder_has_the_formats_of_the_table_and_describes_its_tables(output, content):
    described = described_tables(content, part="output")
    resources = json.loads((output / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert sorted(described) == sorted(item["path"] for item in resources)
    assert {path for path in names(output) if path.endswith(".csv")} == set(described)
    assert {PurePosixPath(name).suffix for name in names(output)} == {
        item.ending for item in OUTPUT_FORMATS if item.output is not None
    }


def test_every_file_of_a_pack_has_its_media_type_and_every_table_its_columns():
    folder = sample_pack()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {item["path"] for item in package["resources"]} == set(names(folder)) - {"datapackage.json"}
    for item in package["resources"]:
        assert item["mediatype"] == media_type_of(item["path"])
        assert ("schema" in item) is (item["format"] in ("csv", "parquet")), item["path"]


@pytest.mark.parametrize("lacking", ["media_type", "tables", "write", "ending", "output", "pack"])
def test_a_format_that_is_half_described_cannot_be_made(lacking):
    whole = {item.name: getattr(OUTPUT_FORMATS[0], item.name) for item in dataclasses.fields(OutputFormat)}
    assert OutputFormat(**whole) == OUTPUT_FORMATS[0]
    with pytest.raises(TypeError, match=lacking):
        OutputFormat(**{name: value for name, value in whole.items() if name != lacking})


@pytest.mark.parametrize("empty", [{"media_type": ""}, {"ending": "html"}])
def test_a_format_needs_a_media_type_and_an_ending(empty):
    with pytest.raises(ValueError, match="media type and an ending"):
        dataclasses.replace(OUTPUT_FORMATS[0], **empty)


def test_an_ending_has_one_media_type_and_a_key_one_format():
    assert len({(item.ending, item.media_type) for item in OUTPUT_FORMATS}) == len(
        {item.ending for item in OUTPUT_FORMATS}
    )
    assert len({item.key for item in OUTPUT_FORMATS}) == len(OUTPUT_FORMATS)


def test_a_file_of_no_format_has_no_media_type():
    with pytest.raises(KeyError):
        media_type_of("gis/plan.fgb")


def test_kml_is_written_where_a_fund_asks_for_it(content, tmp_path):
    kml = next(item for item in OUTPUT_FORMATS if item.key == "kml")
    kml.write(dataclasses.replace(content, with_kml=False), tmp_path)
    assert names(tmp_path) == []
    kml.write(content, tmp_path)
    assert names(tmp_path) == ["sites.kml"]


def test_a_fault_of_the_writer_beside_the_others_is_not_lost(content, tmp_path):
    """The PDF is set in a thread: its document names a picture that is not there."""
    broken = dataclasses.replace(content, document=document_with_picture(content.document))
    with pytest.raises(Exception, match=r"missing\.png"):
        write_formats(broken, tmp_path, part="pack")


def document_with_picture(document):
    from connected_place.maps.document import PictureBlock

    lost = PictureBlock(file="pictures/missing.png", caption="c", alt="a", is_wide=False)
    return dataclasses.replace(document, blocks=(*document.blocks, lost))
