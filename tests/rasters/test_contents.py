"""What a grid's numbers are: heights in metres, or people; converted by their unit, or refused for it."""

import warnings

import numpy as np
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.rasters.grids import open_raster, read_raster

from .test_grids import CELLS, grid


def codes(file, *, of):
    with pytest.raises(DataError) as error:
        read_raster(file, of=of)
    with pytest.raises(DataError) as again:
        open_raster(file, of=of)
    assert again.value.faults == error.value.faults
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize(
    ("unit", "metres"),
    [
        *(("ft", 0.3048), ("feet", 0.3048), ("Foot", 0.3048), ("ft.", 0.3048), ("foot_(international)", 0.3048)),
        *(("US survey foot", 1200 / 3937), ("us-ft", 1200 / 3937), ("cm", 0.01), ("millimetres", 0.001), ("km", 1e3)),
    ],
)
def test_heights_in_another_length_are_converted_with_a_warning(unit, metres):
    file = grid(CELLS / metres, unit=unit, dtype="float64")
    raster, opened = read_raster(file, of="heights"), open_raster(file, of="heights")
    window = opened.window((560_000, 179_800, 560_300, 180_000))
    assert raster.values.ravel().tolist() == pytest.approx([1, 2, 3, 4, 5, 6])
    assert window.values.tolist() == raster.values.tolist()
    for found in (raster, opened):
        assert [fault.code for fault in found.warnings] == ["RASTER_UNIT_CONVERTED"]


@pytest.mark.parametrize("unit", ["", "m", "metre", "Meters", "m AOD", "metres above Ordnance Datum", "maod", "none"])
def test_heights_in_metres_are_taken_unchanged(unit):
    raster = read_raster(grid(unit=unit), of="heights")
    assert (raster.values.tolist(), raster.warnings) == (CELLS.tolist(), ())


@pytest.mark.parametrize("tag", ["units", "UNITTYPE", "unit"])
def test_a_unit_among_the_tags_counts(tag):
    raster = read_raster(grid(tags={tag: "ft"}), of="heights")
    assert raster.values[0, 0] == pytest.approx(0.3048)


def test_the_unit_of_a_reference_system_with_heights_counts():
    """EPSG:27700 with NAVD88 heights in US feet, which is surely a mistake; and with Newlyn's, in metres."""
    assert read_raster(grid(crs="EPSG:27700+6360"), of="heights").values[0, 0] == pytest.approx(1200 / 3937)
    assert read_raster(grid(crs="EPSG:7405"), of="heights").values[0, 0] == 1


@pytest.mark.parametrize(
    "unit", ["people", "Persons", "population", "count", "people per cell", "number of people", ""]
)
def test_people_are_counted_in_people(unit):
    raster = read_raster(grid(unit=unit), of="people")
    assert (raster.values.tolist(), raster.warnings) == (CELLS.tolist(), ())


@pytest.mark.parametrize(
    ("of", "unit"),
    [
        *(
            ("people", unit)
            for unit in ("m", "ft", "dB", "people per km2", "persons/ha", "degrees", "people/sq km", "%")
        ),
        *(("heights", unit) for unit in ("people", "dB", "degrees", "%", "m/s", "m2", "kelvin", "radians")),
    ],
)
def test_a_unit_of_something_else_is_refused(of, unit):
    assert codes(grid(unit=unit), of=of) == ["RASTER_UNIT"]


@pytest.mark.parametrize("of", ["people", "heights"])
@pytest.mark.parametrize(
    "settings",
    [
        {"dtype": "complex64"},
        {"dtype": "complex128"},
        {"dtype": "uint8", "photometric": "palette", "colours": {1: (255, 0, 0, 255), 2: (0, 255, 0, 255)}},
        {"dtype": "uint8", "bands": 3},
        {"dtype": "uint8", "bands": 4},
        {"dtype": "uint16", "bands": 3, "photometric": "RGB"},
        {"dtype": "uint8", "compress": "jpeg"},
        {"dtype": "uint8", "bands": 3, "compress": "jpeg", "photometric": "ycbcr"},
    ],
)
def test_pictures_palettes_and_complex_numbers_are_refused_by_name(of, settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert codes(grid(**settings), of=of) == ["RASTER_CONTENT"]


@pytest.mark.parametrize(
    ("height", "refused"),
    [(-200, False), (1_345, False), (1_500, False), (-201, True), (1_501, True), (8_849, True), (-999, True)],
)
def test_a_height_that_nothing_in_britain_has_is_refused(height, refused):
    file = grid(np.array([[1.0, height]]))
    assert read_raster(file).values[0, 1] == height  # other numbers say nothing
    if refused:
        assert codes(file, of="heights") == ["HEIGHT_RANGE"]
    else:
        assert read_raster(file, of="heights").values[0, 1] == height


def test_heights_are_judged_in_metres_after_unit_scale_and_offset():
    assert read_raster(grid(np.array([[4_000.0, 20.0]]), unit="ft"), of="heights").values[0, 0] == pytest.approx(1219.2)
    assert read_raster(grid(np.array([[9_000, 20]]), dtype="int16", scale=0.1), of="heights").values[0, 0] == 900
    assert codes(grid(np.array([[20.0, 900.0]]), scale=10.0), of="heights") == ["HEIGHT_RANGE"]
