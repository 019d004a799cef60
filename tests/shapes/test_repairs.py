"""Shapes that cross themselves: the repair says how they changed, and what has no clear meaning is refused."""

import math

import pytest
import shapely

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.shapes import repairs
from connected_place.gis_data.shapes.vector_files import read_shapes

from .test_vector_files import feature, geojson, polygon, refused

BNG = {"type": "name", "properties": {"name": "EPSG:27700"}}
EAST, NORTH = 428_000, 432_000


def ring(*corners):
    """Corners in units of 100 m, closed."""
    places = [[EAST + 100 * x, NORTH + 100 * y] for x, y in corners]
    return [*places, places[0]]


SQUARE = ring((0, 0), (10, 0), (10, 10), (0, 10))
INSIDE, ELSEWHERE = ring((2, 2), (4, 2), (4, 4), (2, 4)), ring((20, 0), (30, 0), (30, 10), (20, 10))
AROUND, HALF_OUT = ring((-5, -5), (15, -5), (15, 15), (-5, 15)), ring((5, 2), (15, 2), (15, 8), (5, 8))
BOW_TIE, LINE = ring((0, 0), (12, 10), (12, 0), (0, 8)), ring((0, 0), (10, 0), (0, 0), (0, 0))
SPIKE = ring((0, 0), (10, 0), (10, 10), (20, 10), (10, 10), (0, 10))


def drawn(*shapes):
    return geojson(*map(feature, shapes), crs=BNG)


def parts(*polygons):
    return {"type": "MultiPolygon", "coordinates": [list(rings) for rings in polygons]}


@pytest.mark.parametrize(
    ("shape", "was", "now"),
    [
        (polygon(BOW_TIE), "12", "54.67"),
        (polygon(SPIKE), "100", "100"),
        (polygon(SQUARE, HALF_OUT), "40", "70"),
        (parts([SQUARE], [SQUARE]), "200", "100"),
        (parts([SQUARE], [INSIDE]), "104", "100"),
        (polygon(SQUARE, INSIDE, INSIDE), "92", "96"),
    ],
)
def test_a_repair_says_what_the_area_was_and_is(shape, was, now):
    (found,) = read_shapes(drawn(polygon(SQUARE), shape)).faults
    assert (found.code, found.rows, found.blocks) == ("GEOM_INVALID_REPAIRED", (2,), False)
    assert f"was {was} ha and is now {now} ha" in found.message


def test_of_several_repairs_the_largest_change_is_named():
    (found,) = read_shapes(drawn(polygon(SPIKE), polygon(BOW_TIE))).faults
    assert "row 2 changed most, from 12 ha to 54.67 ha" in found.message


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (polygon(SQUARE, SQUARE), "encloses nothing"),
        (polygon(SQUARE, AROUND), "encloses nothing"),
        (polygon(LINE), "encloses nothing"),
        (parts([LINE], [LINE]), "encloses nothing"),
        (polygon(SQUARE, ELSEWHERE), "hole outside"),
        (parts([SQUARE, ELSEWHERE], [ring((40, 0), (50, 0), (50, 9))]), "hole outside"),
    ],
)
def test_a_shape_that_a_repair_would_lose_or_double_is_refused_with_its_row(shape, words):
    with pytest.raises(DataError, match=words) as error:
        read_shapes(drawn(polygon(SQUARE), shape))
    assert [(fault.code, fault.rows) for fault in error.value.faults] == [("GEOM_REPAIR", (2,))]


def test_a_ring_of_two_corners_is_refused():
    assert refused(drawn(polygon(SQUARE), polygon([SQUARE[0], SQUARE[1], SQUARE[0]]))) == [("GEOM_REPAIR", (2,))]


def star(points, step):
    """A star drawn in one stroke, whose every line crosses most others."""
    turns = [2 * math.pi * step * point / points for point in range(points)]
    return polygon(ring(*[(5 + 5 * math.cos(turn), 5 + 5 * math.sin(turn)) for turn in turns]))


def test_a_tangle_is_refused_before_its_crossings_are_worked_out(monkeypatch):
    monkeypatch.setattr(repairs, "FEW_CORNERS", 50)
    assert refused(drawn(star(101, 50))) == [("TOO_LARGE", (1,))]


def test_a_long_outline_with_few_crossings_is_repaired(monkeypatch):
    monkeypatch.setattr(repairs, "FEW_CORNERS", 50)
    turns = [2 * math.pi * point / 200 for point in range(200)]
    loop = [(5 + 5 * math.cos(turn), 5 + 5 * math.sin(turn)) for turn in turns]
    outline = shapely.geometry.mapping(shapely.Polygon(ring(*loop[:50], loop[40], *loop[50:])))
    assert [fault.code for fault in read_shapes(drawn(outline)).faults] == ["GEOM_INVALID_REPAIRED"]
