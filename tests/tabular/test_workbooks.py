"""A worksheet is read as a person sees it, and refused where it shows something other than its value."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.tabular import workbooks
from connected_place.gis_data.tabular.schema import raise_if_blocked
from connected_place.gis_data.tabular.text_tables import read_table
from connected_place.gis_data.tabular.workbooks import read_sheet

HEADER = ["code", "b"]
TEXT = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs"]), min_size=1, max_size=8
)


def book(*rows, change=lambda book: None):
    """A workbook with one sheet: a header and the rows given."""
    made = openpyxl.Workbook()
    for row in (HEADER, *rows):
        made.active.append(row)
    change(made)
    stream = io.BytesIO()
    made.save(stream)
    return InputFile(Path("a.xlsx"), "a.xlsx", stream.getvalue())


def sheet_of(made):
    return made.active


def replaced(file, part, old, new):
    """A workbook with a text changed inside one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file.content)) as package, zipfile.ZipFile(stream, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            changed.writestr(name, content.replace(old, new, 1) if name == part else content)
    return InputFile(file.path, file.name, stream.getvalue())


def refused(file):
    with pytest.raises(DataError) as error:
        raise_if_blocked(read_table(file, known_headers=HEADER).faults)
    return [(fault.code, fault.rows) for fault in error.value.faults]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5).filter(lambda rows: "=" not in str(rows)))
def test_text_is_read_back_exactly(rows):
    assert read_sheet(book(*rows)).rows == [HEADER, *map(list, rows)]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.801, "0.0%", "80.1%"),
        (0.801, "0.0%;[Red]-0.0%", "80.1%"),
        (5, '0" % of all"', "5"),
        (7, "0000", "0007"),
        (10_093_506_117, "General", "10093506117"),
        (1234.5, "#,##0.00", "1234.5"),
        (True, "General", "TRUE"),
        (datetime.datetime(2026, 1, 31), "yyyy-mm-dd", "2026-01-31"),
        (" x ", "General", "x"),
    ],
)
def test_a_cell_is_read_as_shown(value, number_format, text):
    def change(made):
        made.active["B2"].number_format = number_format

    assert read_sheet(book(["k", value], change=change)).rows[1] == ["k", text]


def test_leading_zeros_of_a_format_are_a_warning():
    def change(made):
        made.active["A2"].number_format = "0000"

    sheet = read_sheet(book([1, "x"], change=change))
    assert sheet.rows[1][0] == "0001"
    assert [(fault.code, fault.rows, fault.blocks) for fault in sheet.warnings] == [("ID_NUMERIC", (2,), False)]


@pytest.mark.parametrize(
    ("rows", "merge", "code", "row"),
    [
        ([["k", "=1+1"]], "", "FORMULA_NO_VALUE", 2),
        ([["k", 1], ["l", "#REF!"]], "", "CELL_ERROR", 3),
        ([["k", 1], [None, 2]], "A2:A3", "MERGED_CELLS", 2),
    ],
)
def test_a_cell_that_shows_something_other_than_its_value_is_refused(rows, merge, code, row):
    def change(made):
        if merge:
            made.active.merge_cells(merge)

    found = refused(book(*rows, change=change))
    assert (found[0][0], found[0][1][0]) == (code, row)


def test_hidden_rows_and_columns_are_read_and_counted():
    def change(made):
        made.active.row_dimensions[2].hidden = True
        made.active.column_dimensions["B"].hidden = True

    sheet = read_sheet(book(["k", 1], ["l", 2], change=change))
    (warning,) = sheet.warnings
    assert sheet.rows[1:] == [["k", "1"], ["l", "2"]]
    assert warning.code == "HIDDEN_CELLS"
    assert "hidden rows: 1; hidden groups of columns: 1" in warning.message


def test_the_visible_sheet_with_the_headers_is_read_and_others_like_it_are_named():
    def change(made):
        cover = made.create_sheet("Cover", 0)
        cover["A1"] = "About this workbook"
        made.create_sheet("More").append([HEADER[0], "about"])
        made.create_sheet("Secret").append(HEADER)
        made["Secret"].sheet_state = "hidden"

    table = read_table(book(["k", 1], change=change), known_headers=HEADER)
    assert table.frame.to_numpy().tolist() == [["k", "1"]]
    assert [(fault.code, fault.value) for fault in table.warnings] == [("SHEET_NOT_READ", "More")]


def test_a_far_blank_cell_costs_nothing():
    def change(made):
        made.active["A1000000"] = ""
        made.active["A1000000"].number_format = "0.00"

    assert len(read_sheet(book(["k", 1], change=change)).rows) == 2


def test_a_sheet_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_CELLS", 3)
    assert refused(book(["k", 1])) == [("TOO_LARGE", ())]


@pytest.mark.parametrize("content", [b"<html><table>", b"\xd0\xcf\x11\xe0old", b"code,b\n"])
def test_another_format_is_not_a_workbook(content):
    assert refused(InputFile(Path("a.xls"), "a.xls", content)) == [("NOT_A_WORKBOOK", ())]


def test_a_zip_without_a_workbook_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("content.xml", "<a/>")
    assert refused(InputFile(Path("a.ods"), "a.ods", stream.getvalue())) == [("NOT_A_WORKBOOK", ())]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(monkeypatch, encoding):
    file = book(["k", 1])
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)
    with zipfile.ZipFile(io.BytesIO(file.content)) as package:
        part = package.read("xl/workbook.xml")
    monkeypatch.setattr(workbooks, "_book", None)
    assert refused(replaced(file, "xl/workbook.xml", part, bomb)) == [("XML_ENTITY", ())]


def test_a_broken_part_is_damage():
    assert refused(replaced(book(["k", 1]), "xl/worksheets/sheet1.xml", b"</row>", b"")) == [("DAMAGED", ())]


def test_an_empty_workbook_is_empty():
    def change(made):
        made.active.delete_rows(1, 9)

    assert refused(book(change=change)) == [("EMPTY", ())]


SOUND = book(["k", 1], ["l", 0.5]).content


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_bytes_raise_anything_but_faults(changes):
    content = bytearray(SOUND)
    for at, value in changes:
        content[at] = value
    try:
        read_sheet(InputFile(Path("a.xlsx"), "a.xlsx", bytes(content)))
    except DataError as error:
        assert error.faults


PARTS = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(PARTS), st.integers(0, 2_000), st.sampled_from([b"", b"<", b'"', b"9", b"-", b"A1", b"</a>"]))
def test_no_part_raises_anything_but_faults(part, at, new):
    file = InputFile(Path("a.xlsx"), "a.xlsx", SOUND)
    with zipfile.ZipFile(io.BytesIO(SOUND)) as package:
        old = package.read(part) if part in package.namelist() else b""
    at = at % max(len(old), 1)
    try:
        read_sheet(replaced(file, part, old[at:], new + old[at + 1 :]))
    except DataError as error:
        assert error.faults
