"""Curved shapes: arcs become chords that stay near them, and what cannot be straightened is a fault with its rows."""

import math
import struct

import pyproj
import pytest
import shapely

from connected_place.gis_data.shapes.curved import straightened
from connected_place.gis_data.shapes.vector_files import read_shapes

from .test_vector_files import altered, refused, squares, warned

LINE, ARC, COMPOUND, CURVED_POLYGON, MULTICURVE, MULTISURFACE = 2, 8, 9, 10, 11, 12
LEFT, RIGHT, TOP, BOTTOM = (428_000, 432_500), (429_000, 432_500), (428_500, 433_000), (428_500, 432_000)


def positions(kind, *places, order="<", width=2, thousand=0):
    numbers = [number for place in places for number in (*place, 7, 7)[:width]]
    return head(kind + thousand, len(places), order=order) + struct.pack(f"{order}{len(numbers)}d", *numbers)


def head(kind, count, *, order="<"):
    return struct.pack(f"{order}BII", order == "<", kind, count)


def collected(kind, *parts):
    return head(kind, len(parts)) + b"".join(parts)


CIRCLE = collected(CURVED_POLYGON, positions(ARC, LEFT, TOP, RIGHT, BOTTOM, LEFT))
HALF_DISC = collected(
    CURVED_POLYGON, collected(COMPOUND, positions(ARC, LEFT, TOP, RIGHT), positions(LINE, RIGHT, LEFT))
)
WHOLE_CIRCLE_BY_TWO_PLACES = collected(CURVED_POLYGON, positions(ARC, LEFT, RIGHT, LEFT))
RING = collected(
    CURVED_POLYGON,
    positions(ARC, LEFT, TOP, RIGHT, BOTTOM, LEFT),
    positions(ARC, (428_250, 432_500), (428_500, 432_750), (428_750, 432_500), (428_500, 432_250), (428_250, 432_500)),
)
DISC_M2 = math.pi * 500**2


@pytest.mark.parametrize(
    ("binary", "area_m2"),
    [
        (CIRCLE, DISC_M2),
        (WHOLE_CIRCLE_BY_TWO_PLACES, DISC_M2),
        (HALF_DISC, DISC_M2 / 2),
        (RING, DISC_M2 * 0.75),
        (collected(MULTISURFACE, HALF_DISC, shapely.to_wkb(shapely.box(0, 0, 10, 10))), DISC_M2 / 2 + 100),
        (collected(CURVED_POLYGON, positions(ARC, LEFT, TOP, RIGHT, BOTTOM, LEFT, width=3, thousand=1_000)), DISC_M2),
        (collected(CURVED_POLYGON, positions(ARC, LEFT, TOP, RIGHT, BOTTOM, LEFT, width=4, thousand=3_000)), DISC_M2),
        (collected(CURVED_POLYGON, positions(ARC, LEFT, TOP, RIGHT, BOTTOM, LEFT, order=">")), DISC_M2),
        (collected(CURVED_POLYGON, positions(LINE, LEFT, TOP, RIGHT, LEFT)), 250_000),
        (collected(CURVED_POLYGON, positions(ARC, LEFT, (428_500, 432_500), RIGHT, BOTTOM, LEFT)), DISC_M2 / 2),
    ],
)
def test_an_arc_becomes_chords_that_enclose_the_same_area(binary, area_m2):
    """A disc of 500 m radius, its half, and a ring; chords of 2 degrees take off two parts in ten thousand."""
    shape = straightened(binary)
    assert shape.is_valid
    assert shape.area == pytest.approx(area_m2, rel=3e-4)


def test_the_places_on_an_arc_that_the_file_gives_are_kept():
    kept = set(map(tuple, shapely.get_coordinates(straightened(positions(ARC, LEFT, TOP, RIGHT))).tolist()))
    assert {LEFT, TOP, RIGHT} <= kept


@pytest.mark.parametrize(
    "binary",
    [
        b"",
        CIRCLE[:-1],
        CIRCLE[:20],
        head(CURVED_POLYGON, 4_000_000_000),
        collected(CURVED_POLYGON, positions(ARC, LEFT, TOP)),
        collected(CURVED_POLYGON, positions(ARC, LEFT, (float("nan"), 1), RIGHT)),
        collected(CURVED_POLYGON, positions(ARC, LEFT, (float("inf"), 1), RIGHT)),
        collected(MULTISURFACE, positions(ARC, LEFT, TOP, RIGHT)),
        head(MULTISURFACE, 1) * 5_000,
        head(COMPOUND, 1) * 5_000,
    ],
)
def test_a_curve_that_ends_early_or_never_is_refused(binary):
    with pytest.raises(ValueError, match=r"early|finite|odd|deeply|Expected|type"):
        straightened(binary)


def test_an_empty_curve_is_not_a_shape():
    assert straightened(head(CURVED_POLYGON, 0)) is None


def geopackage_with(folder, binary):
    """Two squares, the second with this shape instead."""
    blob = b"GP\0\1" + struct.pack("<i", 27700) + binary
    return altered(squares(folder, "a.gpkg"), f"UPDATE a SET geom = x'{blob.hex()}' WHERE code = 'B'")


@pytest.mark.parametrize("binary", [CIRCLE, collected(MULTISURFACE, CIRCLE), positions(ARC, LEFT, TOP, RIGHT)])
def test_a_geopackage_with_arcs_is_read_and_says_so(tmp_path, binary):
    assert warned(geopackage_with(tmp_path, binary)) == [("GEOM_CURVED", (2,), False)]


@pytest.mark.parametrize(
    ("binary", "code"),
    [
        (CIRCLE[:-8], "GEOM_INVALID"),
        (collected(7, CIRCLE), "GEOM_TYPE"),
        (head(15, 0), "GEOM_TYPE"),
        (head(16, 0), "GEOM_TYPE"),
        (head(99, 0), "GEOM_INVALID"),
        (b"", "GEOM_INVALID"),
    ],
)
def test_a_shape_that_cannot_be_straightened_is_refused_with_its_row(tmp_path, binary, code):
    assert refused(geopackage_with(tmp_path, binary)) == [(code, (2,))]


@pytest.mark.parametrize(
    ("definition", "read"),
    [
        ("undefined", False),
        ('LOCAL_CS["Undefined SRS",LOCAL_DATUM["unknown",32767],UNIT["unknown",0],AXIS["Easting",EAST]]', False),
        ('ENGCRS["site grid",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],UNIT["metre",1]]', False),
        ('VERTCRS["height",VDATUM["Newlyn"],CS[vertical,1],AXIS["up",up],UNIT["metre",1]]', False),
        ('GEOCCS["WGS 84",DATUM["WGS",SPHEROID["WGS",6378137,298.257]],PRIMEM["Greenwich",0],UNIT["metre",1]]', False),
        ("", False),
        ("EPSG:27700", False),
        ("BNG", True),
    ],
)
def test_a_reference_system_counts_only_where_it_says_where_on_earth(tmp_path, definition, read):
    """The file's own system, number 99999, is not one of EPSG's, so its definition alone describes it."""
    text = pyproj.CRS.from_epsg(27700).to_wkt() if definition == "BNG" else definition
    quoted = text.replace("'", "''")
    file = altered(
        squares(tmp_path, "a.gpkg"),
        "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition) "
        f"VALUES ('own', 99999, 'EPSG', 99999, '{quoted}')",
        "UPDATE gpkg_geometry_columns SET srs_id = 99999",
    )
    if read:
        assert read_shapes(file).frame.area.tolist() == pytest.approx([1e6, 1e6], rel=1e-4)
    else:
        assert refused(file) == [("CRS_MISSING", ())]
