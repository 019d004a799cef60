"""Surface models: metres above the sea, on a grid in metres, and no height where none is known."""

import numpy as np
import pytest
import rasterio

from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.terrain import read_surface_model

from .places import REAL_DATA, needs_real_data
from .publisher_files import codes, read


def grid(path, values, *, crs="EPSG:27700", nodata=-9999.0, cell=2.0):
    """A GeoTIFF whose north-west corner is at 561000, 178000."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=len(values[0]),
        height=len(values),
        count=1,
        dtype="float32",
        crs=crs,
        transform=rasterio.Affine(cell, 0, 561_000 if cell >= 1 else 0.3, 0, -cell, 178_000 if cell >= 1 else 51.5),
        nodata=nodata,
    ) as file:
        file.write(np.array(values, dtype="float32"), 1)
    return path


def test_heights_keep_their_place_and_what_is_not_known(tmp_path):
    """Below the sea is a height; no data is none."""
    path = grid(tmp_path / "dsm.tif", [[12.5, -1.5, -9999], [0, 30, 31]])
    layer = read(read_surface_model, "surface-model", path, release="2022")
    np.testing.assert_array_equal(layer.raster.values, [[12.5, -1.5, np.nan], [0, 30, 31]])
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


def test_what_is_no_geotiff_is_not_opened(tmp_path):
    with pytest.raises(DataError, match="FORMAT_MISMATCH") as refusal:
        read(read_surface_model, "surface-model", tmp_path / "dsm.tif", "<VRTDataset></VRTDataset>")
    assert codes(refusal) == ["FORMAT_MISMATCH"]


@needs_real_data
def test_the_real_terrain_of_thurrock():
    """OS Terrain 50: 50 m cells, marshes at the sea's level to hills of about 120 m."""
    layer = read(
        read_surface_model, "surface-model", REAL_DATA / "thurrock" / "terrain" / "os_terrain50_2013_thurrock.tif"
    )
    assert (layer.raster.cell_m, layer.raster.crs) == (50, "EPSG:27700")
    assert -10 < np.nanmin(layer.raster.values) < 5
    assert 50 < np.nanmax(layer.raster.values) < 200
