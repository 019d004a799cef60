"""The rasters of the chosen sites, read back as a GIS would."""

import dataclasses
import doctest
import string

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from connected_place.coverage.parameters.wifi import Wifi
from connected_place.maps.gis import reach_rasters as module
from connected_place.maps.gis.reach_rasters import raster_path, rasters

from .test_reach_layers import field, on_surface, with_wifi

NAN = np.nan


def write_rasters(plan, folder):
    """The rasters of a plan, below a folder."""
    for name, content in rasters(plan):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def written(tiny, tmp_path):
    """S1 on three cells of a surface model, S4 by distance."""
    plan = on_surface(tiny, [[NAN, 0.25, 0.987654]])
    write_rasters(plan, tmp_path)
    return plan, tmp_path


def test_docstring_examples_run():
    assert doctest.testmod(module).failed == 0


def test_each_chosen_site_has_a_raster_and_no_other_site_has(written):
    _, folder = written
    assert sorted(path.name for path in (folder / "coverage").iterdir()) == ["S1.tif", "S4.tif"]


@pytest.mark.parametrize("name", ["S1.tif", "S4.tif"])
def test_a_raster_describes_its_content_and_its_limits(written, name):
    plan, folder = written
    with rasterio.open(folder / "coverage" / name) as file:
        assert file.crs.to_epsg() == 27700
        assert file.dtypes == ("float32", "float32")
        assert np.isnan(file.nodata)
        assert file.compression.name == "deflate"
        assert file.descriptions == ("median signal, dBm", "chance of coverage")
        tags = file.tags()
    assert all(remark in tags["LIMITS"] for remark in plan.reach.radio.remarks)
    assert tags["BASIS"] == {"S1.tif": "surface model", "S4.tif": "distance"}[name]
    assert (tags["EIRP_DBM"], tags["FREQUENCY_GHZ"], tags["THRESHOLD_DBM"]) == ("23", "5.5", "-80")
    assert tags["PHONE_DBM"] == "15"


def test_a_field_is_written_cell_by_cell(written):
    plan, folder = written
    with rasterio.open(folder / "coverage" / "S1.tif") as file:
        assert tuple(file.transform)[:6] == plan.reach.fields[0].transform
        signal, chance = file.read()
    assert chance == pytest.approx(np.array([[NAN, 0.25, 0.9877]], dtype="float32"), nan_ok=True)
    assert signal == pytest.approx(np.array([[NAN, -70.0, -70.0]], dtype="float32"), nan_ok=True)


def test_without_a_surface_model_the_cells_surround_the_site(written):
    plan, folder = written
    easting, northing = plan.sites.loc["S4", ["easting", "northing"]]
    with rasterio.open(folder / "coverage" / "S4.tif") as file:
        assert file.res == (5.0, 5.0)
        signal, chance = file.read()
        row, column = file.index(easting, northing)
        assert chance[row, column] == np.nanmax(chance)
        at_reach = chance[file.index(easting + plan.reach.radio.reach_m, northing)]
    assert at_reach == pytest.approx(plan.parameters.wifi.covered_share, abs=0.05)
    known = ~np.isnan(chance)
    assert np.isnan(chance[0, 0])
    assert np.isnan(signal[0, 0])
    # The phone's power bears a loss of 92 dB, after which 23 - 6 dBm are -75 dBm at the phone; both are rounded.
    assert ((signal[known] > -75) == (chance[known] > 0.5)).mean() > 0.999


def test_a_site_in_an_open_place_has_the_cells_of_that_place(tiny, tmp_path):
    plan = dataclasses.replace(tiny, reach=dataclasses.replace(tiny.reach, open_fields={3: field([[0.9, 0.95]])}))
    write_rasters(plan, tmp_path)
    with rasterio.open(tmp_path / "coverage" / "S4.tif") as file:
        assert file.tags()["BASIS"] == "open place"
        assert file.read(2) == pytest.approx(np.array([[0.9, 0.95]], dtype="float32"))


def test_the_same_plan_gives_the_same_bytes_and_no_date(worlds):
    once, again = dict(rasters(worlds.tiny())), dict(rasters(worlds.tiny()))
    assert once == again
    with rasterio.MemoryFile(once["coverage/S4.tif"]) as memory, memory.open() as file:
        assert not any("DATE" in key for key in file.tags())


def test_a_fixed_reach_has_no_raster(tiny, tmp_path):
    write_rasters(with_wifi(tiny, Wifi(reach="fixed", reach_m=100.0)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_chosen_gives_no_raster(tiny):
    assert dict(rasters(dataclasses.replace(tiny, sites=tiny.sites.assign(selected=False)))) == {}


def test_an_invented_place_is_marked_in_the_file(worlds, tiny):
    def description(plan):
        with rasterio.MemoryFile(dict(rasters(plan))["coverage/S4.tif"]) as memory, memory.open() as file:
            return file.tags()["TIFFTAG_IMAGEDESCRIPTION"]

    assert description(worlds.illustrative(tiny)).startswith("Illustrative: invented data")
    assert description(tiny).startswith("Station lamp 1: ")


def test_a_name_with_characters_that_xml_does_not_allow_is_written(tiny, worlds):
    name = "</Item>&\x00\x07]]> hall"
    content = dict(rasters(worlds.renamed(tiny, name)))["coverage/S4.tif"]
    with rasterio.MemoryFile(content) as memory, memory.open() as file:
        assert file.tags()["TIFFTAG_IMAGEDESCRIPTION"].startswith("</Item>&]]> hall: ")


@given(st.text(max_size=60))
def test_no_id_leaves_the_folder(site_id):
    folder, _, name = raster_path(site_id).partition("/")
    assert folder == "coverage"
    assert name.endswith(".tif")
    assert len(name) < 60
    assert set(name.removesuffix(".tif")) <= set(string.ascii_letters + string.digits + "_-")


@pytest.mark.parametrize(
    ("one", "other"), [("a1", "A1"), ("a/b", "a-b"), ("a:b", "a b"), ("", "-"), ("x" * 50, "x" * 51), ("İ", "i")]
)
def test_two_ids_never_share_a_file_even_if_case_is_ignored(one, other):
    assert raster_path(one).casefold() != raster_path(other).casefold()


@pytest.mark.parametrize("device", ["NUL", "CON", "COM1", "LPT9"])
def test_an_id_that_windows_takes_for_a_device_is_not_a_file_name(device):
    assert raster_path(device) != f"coverage/{device}.tif"
