"""A shapefile: its text is in the encoding that its bytes show; its rings, parts and index fit each other."""

import struct

import pytest

from connected_place.gis_data.shapes.vector_files import read_shapes

from .test_vector_files import opened, refused, squares, warned

NAME, WELSH, TWICE_CODED = "St Mary\u2019s \u2013 Môn", "Môn a Llŷn", "M\u00c3\u00b4n"
CP1252, UTF8 = NAME.encode("cp1252"), WELSH.encode()


def table(*values, driver=0, width=20, header=b"name"):
    """A .dbf file of one column of text."""
    head = struct.pack("<B3BIHH17xBxx", 3, 126, 11, 29, len(values), 65, width + 1, driver)
    column = header.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    return head + column + b"\r" + b"".join(b" " + value[:width].ljust(width) for value in values) + b"\x1a"


def shapefile(folder, *values, cpg=None, **settings):
    file = squares(folder, "a.shp")
    for path in folder.glob("*.cpg"):
        path.unlink()
    file.path.with_suffix(".dbf").write_bytes(table(*values, **settings))
    if cpg is not None:
        file.path.with_suffix(".cpg").write_bytes(cpg)
    return opened(folder, "a.shp")


@pytest.mark.parametrize(
    ("value", "driver", "cpg", "text", "codes"),
    [
        (b"Belhus", 0, None, "Belhus", []),
        (CP1252, 0, None, NAME, ["ENC_DETECTED"]),
        (CP1252, 0x57, None, NAME, ["ENC_DETECTED"]),
        (CP1252, 0x03, None, NAME, []),
        (CP1252, 0, b"1252", NAME, []),
        (CP1252, 0, b"ANSI 1252\r\n", NAME, []),
        (CP1252, 0, b"ISO-8859-1", NAME, []),
        (CP1252, 0, b"88591", NAME, []),
        (CP1252, 0, b"UTF-8", NAME, ["ENC_DETECTED"]),
        (CP1252, 0, b"nonsense \xff", NAME, ["ENC_DETECTED"]),
        (CP1252, 0, b"../../etc/passwd", NAME, ["ENC_DETECTED"]),
        (CP1252, 0, b"cp037", NAME, ["ENC_DETECTED"]),
        (UTF8, 0, None, WELSH, []),
        (UTF8, 0x57, None, WELSH, []),
        (UTF8, 0x57, b"UTF-8", WELSH, []),
        (UTF8, 0, b"65001", WELSH, []),
        (UTF8, 0, b"ISO-8859-1", WELSH, []),
        ("Môn".encode("cp850"), 0x02, None, "Môn", []),
        ("Môn".encode("cp437"), 0x01, None, "Môn", []),
        (TWICE_CODED.encode(), 0, None, TWICE_CODED, ["ENC_MOJIBAKE"]),
    ],
)
def test_text_is_what_its_bytes_are_before_what_the_parts_state(tmp_path, value, driver, cpg, text, codes):
    file = shapefile(tmp_path, b"plain", value, driver=driver, cpg=cpg)
    assert read_shapes(file).frame["name"].tolist() == ["plain", text]
    assert [code for code, _, _ in warned(file)] == codes


def test_a_letter_cut_at_the_end_of_its_field_is_left_out(tmp_path):
    values = ["Llŷn".encode(), "Bryn-y-Llŷ".encode()[:10]]
    file = shapefile(tmp_path, *values, width=10)
    assert read_shapes(shapefile(tmp_path, values[0], b"Penrhyn Ll" + b"\xc5", width=11)).frame["name"].tolist() == [
        "Llŷn",
        "Penrhyn Ll",
    ]
    assert len(warned(file)) == 0


def test_an_accent_at_the_end_of_a_short_name_stays(tmp_path):
    assert read_shapes(shapefile(tmp_path, b"Caf\xe9", b"plain")).frame["name"].tolist() == ["Café", "plain"]


def test_the_name_of_a_column_is_read_in_the_encoding_of_its_values(tmp_path):
    assert "môn" in read_shapes(shapefile(tmp_path, UTF8, b"b", header="môn".encode())).frame


def test_text_in_no_known_encoding_is_refused(tmp_path):
    assert refused(shapefile(tmp_path, b"M\x81n", b"b")) == [("ENC_UNKNOWN", ())]


def ring(west, south, side, *, is_hole=False):
    corners = [(west, south), (west, south + side), (west + side, south + side), (west + side, south), (west, south)]
    return corners[::-1] if is_hole else corners


def drawn(folder, *rings, kind=5):
    """A shapefile of one polygon with these rings; heights, where it has them, are 0."""
    corners = [corner for corner_list in rings for corner in corner_list]
    starts = [sum(map(len, rings[:number])) for number in range(len(rings))]
    bounds = [*map(min, zip(*corners, strict=True)), *map(max, zip(*corners, strict=True))]
    body = struct.pack("<i4d2i", kind, *bounds, len(rings), len(corners)) + struct.pack(f"<{len(rings)}i", *starts)
    body += b"".join(struct.pack("<2d", *corner) for corner in corners) + bytes(8 * (2 + len(corners)) * (kind == 15))

    def header(size_bytes):
        box = struct.pack("<2i8d", 1_000, kind, *bounds, *[0.0] * 4)
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size_bytes // 2) + box

    squares(folder, "a.shp")
    record = struct.pack(">2i", 1, len(body) // 2)
    (folder / "a.shp").write_bytes(header(108 + len(body)) + record + body)
    (folder / "a.shx").write_bytes(header(108) + struct.pack(">2i", 50, len(body) // 2))
    (folder / "a.dbf").write_bytes(table(b"A"))
    return opened(folder, "a.shp")


OUTER, INSIDE = ring(428_000, 432_000, 1_000), ring(428_200, 432_200, 500, is_hole=True)
OUTSIDE, ISLAND = ring(430_000, 432_000, 1_000, is_hole=True), ring(430_000, 432_000, 1_000)


@pytest.mark.parametrize("kind", [5, 15])
@pytest.mark.parametrize(
    ("rings", "area_m2"),
    [((OUTER,), 1e6), ((OUTER, INSIDE), 0.75e6), ((OUTER, ISLAND), 2e6), ((INSIDE,), 0.25e6)],
)
def test_rings_are_land_or_holes_by_the_way_they_run(tmp_path, rings, area_m2, kind):
    """A single ring is land whichever way it runs: many programs do not care."""
    (area,) = read_shapes(drawn(tmp_path, *rings, kind=kind)).frame.area
    assert area == pytest.approx(area_m2)


@pytest.mark.parametrize("rings", [(OUTER, OUTSIDE), (OUTER, INSIDE, OUTSIDE)])
def test_a_hole_outside_its_outer_ring_is_refused(tmp_path, rings):
    """GDAL would make it a second part, as large again."""
    assert refused(drawn(tmp_path, *rings)) == [("GEOM_REPAIR", (1,))]


def test_a_row_that_was_deleted_takes_its_shape_with_it(tmp_path):
    path = squares(tmp_path, "a.shp").path.with_suffix(".dbf")
    content = bytearray(table(b"A", b"B"))
    content[65] = ord("*")
    path.write_bytes(content)
    shapes = read_shapes(opened(tmp_path, "a.shp"))
    assert (shapes.frame["name"].tolist(), shapes.frame.total_bounds[0]) == (["B"], 429_000)


def test_an_index_that_lists_the_shapes_in_another_order_is_refused(tmp_path):
    """Both squares take as many bytes, so that only the numbers before them tell them apart."""
    path = squares(tmp_path, "a.shp").path.with_suffix(".shx")
    content = path.read_bytes()
    path.write_bytes(content[:100] + content[108:116] + content[100:108])
    assert refused(opened(tmp_path, "a.shp")) == [("SHP_INCOMPLETE", (2,))]


def test_an_index_that_lists_a_shape_twice_is_refused(tmp_path):
    path = squares(tmp_path, "a.shp").path.with_suffix(".shx")
    content = path.read_bytes()
    path.write_bytes(content[:108] + content[100:108])
    assert refused(opened(tmp_path, "a.shp")) == [("SHP_INCOMPLETE", (2,))]
