"""A grid of cells: north up, in metres, what is not known apart from 0."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from connected_place.gis_data.errors import CrsError, DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.rasters import grids as rasters
from connected_place.gis_data.rasters.grids import read_raster

NORTH_UP = Affine(100, 0, 560_000, 0, -100, 180_000)
CELLS = np.array([[1.0, 2, 3], [4, 5, 6]])


def grid(
    cells=CELLS, *, path=Path("a.tif"), scale=1.0, offset=0.0, bands=1, unit="", tags=None, colours=None, **profile
):
    """A GeoTIFF of two rows and three columns.

    ::

        180000 +-----+-----+-----+
               |  1  |  2  |  3  |
               |  4  |  5  |  6  |
        179800 +-----+-----+-----+
            560000            560300
    """
    settings = {"crs": "EPSG:27700", "transform": NORTH_UP, "dtype": "float32", **profile}
    with warnings.catch_warnings(), rasterio.MemoryFile() as memory:
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with memory.open(driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=bands, **settings) as out:
            for band in range(1, bands + 1):
                out.write(cells.astype(settings["dtype"]), band)
            out.scales, out.offsets = (scale,) * bands, (offset,) * bands
            if unit:
                out.units = (unit,) * bands
            if colours:
                out.write_colormap(1, colours)
            out.update_tags(**(tags or {}))
        return InputFile(path, path.name, memory.read())


def test_a_grid_is_read_as_it_lies():
    raster = read_raster(grid())
    assert raster.values.tolist() == CELLS.tolist()
    assert (raster.transform, raster.crs, raster.cell_m) == ((100, 0, 560_000, 0, -100, 180_000), "EPSG:27700", 100)
    assert raster.warnings == ()


def test_a_south_up_grid_is_turned_so_that_each_cell_keeps_its_place():
    raster = read_raster(grid(CELLS[::-1], transform=Affine(100, 0, 560_000, 0, 100, 179_800)))
    assert raster.values.tolist() == CELLS.tolist()
    assert raster.transform == (100, 0, 560_000, 0, -100, 180_000)


def test_declared_nodata_is_not_known_and_0_is_0():
    raster = read_raster(grid(np.array([[0.0, -9999]]), nodata=-9999))
    assert raster.values[0, 0] == 0
    assert np.isnan(raster.values[0, 1])


@pytest.mark.parametrize("fill", [-9999, -32768, -3.4e38, 3.4e38, np.inf])
def test_undeclared_nodata_is_refused(fill):
    with pytest.raises(DataError, match="NODATA_SUSPECT"):
        read_raster(grid(np.array([[1.0, fill]])))


def test_scale_and_offset_are_applied_and_reported():
    raster = read_raster(grid(scale=0.1, offset=100))
    assert raster.values[0].tolist() == pytest.approx([100.1, 100.2, 100.3])
    assert [fault.code for fault in raster.warnings] == ["RASTER_SCALE"]


def test_a_picture_of_several_bands_is_a_warning():
    assert [fault.code for fault in read_raster(grid(bands=3)).warnings] == ["RASTER_BANDS"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("100 0 0 -100 560050 179950", []),  # a world file gives the centre of the first cell
        ("100 0 0 -100 560000 180000", ["SIDECAR"]),
        ("words", ["SIDECAR"]),
    ],
)
def test_a_world_file_that_disagrees_is_a_warning(tmp_path, lines, codes):
    (tmp_path / "a.tfw").write_text(lines)
    assert [fault.code for fault in read_raster(grid(path=tmp_path / "a.tif")).warnings] == codes


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"transform": Affine.identity()}, "RASTER_NO_GEOREF"),
        ({"crs": None}, "RASTER_NO_GEOREF"),
        ({"crs": "EPSG:5800"}, "CRS_MISSING"),  # a site's own grid, which lies nowhere on Earth
        ({"crs": "EPSG:4326", "transform": Affine(0.01, 0, 0.3, 0, -0.01, 51.5)}, "CRS_NOT_METRES"),
        ({"crs": "EPSG:2263"}, "CRS_NOT_METRES"),
        ({"transform": NORTH_UP @ Affine.rotation(10)}, "RASTER_ROTATED"),
        ({"transform": Affine(100, 0, 9_000_000, 0, -100, 180_000)}, "COORD_RANGE"),
        ({"transform": Affine(0.01, 0, 0.3, 0, -0.01, 51.5)}, "CRS_NUMBERS_MISMATCH"),
    ],
)
def test_a_grid_that_cannot_lie_where_it_says_is_refused(profile, code):
    with pytest.raises(CrsError, match=code):
        read_raster(grid(**profile))


def test_another_format_is_not_opened():
    with pytest.raises(DataError, match="FORMAT_MISMATCH"):
        read_raster(InputFile(Path("a.tif"), "a.tif", b"<VRTDataset/>"))


def test_a_cut_grid_is_damaged():
    whole = grid(np.random.default_rng(0).random((300, 300)))
    with pytest.raises(DataError, match="DAMAGED"):
        read_raster(InputFile(whole.path, whole.name, whole.content[:2_000]))


def test_a_grid_of_too_many_cells_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(rasters, "LARGEST_CELLS", 5)
    with pytest.raises(DataError, match="6 cells"):
        read_raster(grid())
