"""Surface models: metres above the sea, on a grid in metres, and no height where none is known."""

import dataclasses

import numpy as np
import pytest
import rasterio

from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.files.input_files import read_input
from connected_place.gis_data.rasters import grids as rasters
from connected_place.gis_data.rasters.grids import Raster, open_raster
from connected_place.gis_data.rasters.tiles import bounds_of, heights_within
from connected_place.gis_data.readers.raster_layers import read_surface_model

from ..publisher_files import codes, read
from ..small_places import REAL_DATA, needs_real_data


def grid(path, values, *, crs="EPSG:27700", nodata=-9999.0, cell=2.0, east=0.0, up=False, **profile):
    """A GeoTIFF whose north-west corner is at 561000, 178000, or farther east; `up`: stored from south to north."""
    values = np.array(values)
    west, north = (561_000 + east, 178_000) if cell >= 1 else (0.3, 51.5)
    place = (cell, 0, west, 0, cell, north - cell * len(values)) if up else (cell, 0, west, 0, -cell, north)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=len(values[0]),
        height=len(values),
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(*place),
        nodata=nodata,
        **profile,
    ) as file:
        file.write((values[::-1] if up else values).astype("float32"), 1)
    return path


def opened(path):
    return open_raster(read_input(path.name, folder=path.parent))


def whole(raster):
    return raster.window(bounds_of(raster))


def test_heights_keep_their_place_and_what_is_not_known(tmp_path):
    """Below the sea is a height; no data is none."""
    path = grid(tmp_path / "dsm.tif", [[12.5, -1.5, -9999], [0, 30, 31]])
    layer = read(read_surface_model, "surface-model", path, release="2022")
    np.testing.assert_array_equal(whole(layer.raster).values, [[12.5, -1.5, np.nan], [0, 30, 31]])
    assert (layer.raster.cell_m, layer.raster.transform[2], layer.raster.transform[5]) == (2, 561_000, 178_000)
    assert (layer.raster.crs, layer.provenance.crs, layer.provenance.vintage) == ("EPSG:27700", "EPSG:27700", "2022")
    assert (layer.provenance.rows_used, layer.provenance.set_aside) == (5, {"cells without a height": 1})


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"crs": "EPSG:4326", "cell": 0.0001}, CrsError, "CRS_NOT_METRES"),
        ({"crs": None}, CrsError, "RASTER_NO_GEOREF"),
        ({"nodata": None}, DataError, "NODATA_SUSPECT"),  # -9999 would be a deep hole
    ],
)
def test_a_grid_that_misleads_is_refused(tmp_path, options, error, code):
    path = grid(tmp_path / "dsm.tif", [[12.5, -9999]], **options)
    with pytest.raises(error, match=code) as refusal:
        read(read_surface_model, "surface-model", path)
    assert codes(refusal) == [code]


def test_what_is_not_a_geotiff_is_not_opened(tmp_path):
    with pytest.raises(DataError, match="FORMAT_MISMATCH") as refusal:
        read(read_surface_model, "surface-model", tmp_path / "dsm.tif", "<VRTDataset></VRTDataset>")
    assert codes(refusal) == ["FORMAT_MISMATCH"]


HEIGHTS = [[1, 2, 3], [4, 5, 6]]
"""Cells of 2 m: the north-west corner of the 5 is at 561002, 177998."""


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ((561_002, 177_996, 561_006, 177_998), [[5, 6]]),  # edges of cells: the next ones are not touched
        ((561_001.9, 177_997.9, 561_002.1, 177_998.1), [[1, 2], [4, 5]]),
        ((560_996, 177_998, 561_002, 178_002), [[np.nan] * 3, [np.nan, np.nan, 1]]),
        ((561_004, 177_990, 561_006, 178_000), [[3], [6], [np.nan], [np.nan], [np.nan]]),
        ((562_000, 177_998, 562_002, 178_000), [[np.nan]]),
    ],
)
def test_a_part_is_the_cells_that_its_bounds_touch_and_beyond_the_model_nothing_is_known(tmp_path, bounds, found, up):
    part = opened(grid(tmp_path / "dsm.tif", HEIGHTS, up=up)).window(bounds)
    np.testing.assert_array_equal(part.values, found)
    west, north = bounds[0] // 2 * 2, -(-bounds[3] // 2) * 2
    assert (part.transform, part.crs) == ((2, 0, west, 0, -2, north), "EPSG:27700")
    in_memory = Raster(values=np.array(HEIGHTS, float), transform=(2, 0, 561_000, 0, -2, 178_000), crs="EPSG:27700")
    np.testing.assert_array_equal(in_memory.window(bounds).values, part.values)
    assert in_memory.window(bounds).transform == part.transform


def test_a_file_is_looked_at_in_strips_and_read_in_parts(tmp_path, monkeypatch):
    """Tiled, 48 by 40 cells, so that three strips are looked at; at most 300 cells may be in memory."""
    values = np.arange(48.0 * 40).reshape(48, 40)
    values[47, 39] = -9999
    path = grid(tmp_path / "dsm.tif", values, tiled=True, blockxsize=16, blockysize=16)
    monkeypatch.setattr(rasters, "CELLS_AT_ONCE", 1)
    raster = opened(path)
    assert (raster.known_cells, raster.shape) == (48 * 40 - 1, (48, 40))
    monkeypatch.setattr(rasters, "LARGEST_CELLS", 300)
    west, south, east, north = bounds_of(raster)
    np.testing.assert_array_equal(
        raster.window((east - 4, south, east, south + 4)).values, [[1878, 1879], [1918, np.nan]]
    )
    with pytest.raises(DataError, match=r"1,920 of its cells .* at most 300"):
        raster.window((west, south, east, north))


def test_a_fill_value_in_the_last_strip_is_found(tmp_path, monkeypatch):
    values = np.zeros((48, 40))
    values[47, 39] = -9999
    monkeypatch.setattr(rasters, "CELLS_AT_ONCE", 1)
    with pytest.raises(DataError, match="NODATA_SUSPECT"):
        opened(grid(tmp_path / "dsm.tif", values, nodata=None, tiled=True, blockxsize=16, blockysize=16))


@pytest.mark.parametrize(
    ("name", "finding"),
    [("LARGEST_WINDOWED_CELLS", "6 cells; the most .* is 5"), ("LARGEST_CELLS", "blocks")],
)
def test_a_file_too_large_to_look_at_is_refused(tmp_path, monkeypatch, name, finding):
    monkeypatch.setattr(rasters, name, 5)
    with pytest.raises(DataError, match=rf"{finding}.*TOO_LARGE"):
        opened(grid(tmp_path / "dsm.tif", HEIGHTS))


def test_tiles_are_one_model_and_the_earlier_one_counts(tmp_path):
    """Two tiles that share a column; what the first does not know there, the second does."""
    west = opened(grid(tmp_path / "a.tif", [[1, 2], [3, -9999]]))
    east = opened(grid(tmp_path / "b.tif", [[20, 30], [40, 50]], east=2.0))
    found = heights_within([west, east], (561_000, 177_996, 561_008, 178_000))
    np.testing.assert_array_equal(found.values, [[1, 2, 30, np.nan], [3, 40, 50, np.nan]])


@pytest.mark.parametrize(("options", "crs"), [({"east": 4.5}, ""), ({"cell": 1.0}, ""), ({}, "EPSG:32630")])
def test_tiles_of_two_grids_are_refused(tmp_path, options, crs):
    first, second = opened(grid(tmp_path / "a.tif", HEIGHTS)), opened(grid(tmp_path / "b.tif", HEIGHTS, **options))
    second = dataclasses.replace(second, crs=crs or second.crs)
    with pytest.raises(CrsError, match=r"b.tif: Its cells .* do not line up with those of a.tif.*GRID_MISMATCH"):
        heights_within([first, second], (561_000, 177_996, 561_008, 178_000))


@needs_real_data
def test_the_real_terrain_of_thurrock():
    """OS Terrain 50: 50 m cells, marshes at the sea's level to hills of about 120 m."""
    layer = read(
        read_surface_model, "surface-model", REAL_DATA / "thurrock" / "terrain" / "os_terrain50_2013_thurrock.tif"
    )
    assert (layer.raster.cell_m, layer.raster.crs) == (50, "EPSG:27700")
    heights = whole(layer.raster).values
    assert -10 < np.nanmin(heights) < 5
    assert 50 < np.nanmax(heights) < 200
    assert np.isfinite(heights).sum() == layer.provenance.rows_used
