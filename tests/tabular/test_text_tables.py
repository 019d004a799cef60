"""Tables of text: what csv.writer writes is read back exactly; each fault of a table is named with its row."""

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.tabular import delimited, text_tables
from connected_place.gis_data.tabular.schema import raise_if_blocked
from connected_place.gis_data.tabular.text_tables import read_table

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=6)
TRICKY = st.sampled_from(["", " ", '"', '""', "a,b", 'say "x"', "two\nlines", "two\r\nlines", "é", "0", "-"])
ROWS = st.lists(st.lists(CELL | TRICKY, min_size=3, max_size=3), min_size=1, max_size=8)


def file_of(content, name="a.csv"):
    return InputFile(Path(name), name, content if isinstance(content, bytes) else content.encode())


def read(content, name="a.csv", **options):
    return read_table(file_of(content, name), known_headers=["code"], **options)


def written(rows, **options):
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows(rows)
    return text.getvalue()


def row_by_row(content, **options):
    """The same table without Arrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_tables, "_at_once", lambda *_: None)
        return read(content, **options)


def filled(rows):
    """Rows that are not blank, with the numbers a spreadsheet gives them under a header."""
    return {number: row for number, row in enumerate(rows, start=2) if any(map(str.strip, row))}


@pytest.mark.parametrize("options", [{}, {"quoting": csv.QUOTE_ALL}, {"delimiter": ";"}, {"delimiter": "\t"}])
@given(rows=ROWS)
@example(rows=[["1", "", ""], ["", " ", "\u00a0"], ["2", "x", ""]])
def test_a_table_is_read_back_exactly(options, rows):
    expected = filled([["x" + row[0], *row[1:]] for row in rows])
    table = read(written([["code", "b", "c"], *expected.values()], **options))
    assert table.frame.to_numpy().tolist() == list(expected.values())
    assert table.frame.index.tolist() == list(expected)
    assert table.headers == ("code", "b", "c")


@given(rows=ROWS, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), ends=st.sampled_from(["\n", "\r\n"]))
@example(rows=[["", "", ""], ["Ⅻ", "\x85", "x"]], quoting=csv.QUOTE_ALL, ends="\n")
def test_both_ways_give_the_same_table(rows, quoting, ends):
    """At once and row by row, all columns or some, faults included."""
    content = written([["code", "b", "c"], *rows], quoting=quoting, lineterminator=ends)
    for wanted in (None, ["b"], ["C", "nothing"]):
        assert outcome(read, content, wanted) == outcome(row_by_row, content, wanted)


@given(st.text('a",\r\n ', max_size=30))
@example('1,2\n"a"b,c\n')
@example("1,2\n\n3,4\n")
def test_any_text_is_answered_alike_by_both_ways(body):
    content = "code,b\n" + body
    assert outcome(read, content) == outcome(row_by_row, content)


def outcome(reader, content, wanted=None):
    try:
        table = reader(content, wanted=wanted)
    except DataError as error:
        return [str(fault) for fault in error.faults]
    return (table.frame.to_dict("split"), table.blank_rows, table.decimal_comma, *map(str, table.faults))


@pytest.mark.parametrize("chunk", [7, 16, 64])
def test_a_file_in_pieces_is_read_as_whole(monkeypatch, chunk):
    rows = [[str(number), f'say "{number}"', "two\nlines"] for number in range(20)]
    content = written([["code", "b", "c"], *rows])
    whole = outcome(read, content)
    monkeypatch.setattr(delimited, "_CHUNK_BYTES", chunk)
    assert outcome(read, content) == whole


def test_a_usual_file_takes_the_fast_way(monkeypatch):
    """The way row by row would be some ten times slower on a national file."""
    monkeypatch.setattr(text_tables, "_row_by_row", None)
    assert len(read('code,b\r\n1,"x, y"\r\n2,z\r\n').frame) == 2


def test_only_the_columns_asked_for_are_read_and_the_whole_file_is_checked():
    assert read("code,b,c\n1,2,3\n", wanted=["C"]).frame.columns.tolist() == ["code", "c"]
    table = read("code,b,c\n1,2,3\n1,2\n1,2,3\n", wanted=["code"])
    assert [(fault.code, fault.rows) for fault in table.faults] == [("RAGGED", (3,))]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("code,b\n1,2\n3,4,5\n6,7\n", "RAGGED", 3),
        ("code,b\n1,2,\n3,4,\n", "RAGGED", 2),
        ("code,b\n1,2\n3", "TRUNCATED", 3),
        ('code,b\n1,"2\n3,4\n', "QUOTE_UNCLOSED", 3),
        ('code,b\n1,"2"x\n', "QUOTE_UNCLOSED", 2),
        ("code,b\n1,2\nTotal,2\n", "TOTAL_ROW", 3),
        ("code,b\n1,2\n,Grand Total:\n", "TOTAL_ROW", 3),
    ],
)
def test_a_fault_is_named_with_its_row(content, code, row):
    with pytest.raises(DataError) as refused:
        raise_if_blocked(read(content).faults)
    assert [(fault.code, fault.rows[0]) for fault in refused.value.faults] == [(code, row)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"code,b\n", "NO_ROWS"),
        (b"code,b\n,\n , \n", "NO_ROWS"),
        (b"x,y\n1,2\n", "COLUMN_MISSING"),
        (b"\x1f\x8b\x08rest", "NOT_A_CSV"),
        (b"PK\x03\x04rest", "NOT_A_CSV"),
        (b" <!DOCTYPE html><html>", "NOT_A_CSV"),
        (b"code\0,b\n1,2\n", "NOT_A_CSV"),
        ("code,b\n1,2\n".encode("utf-32"), "ENC_UNKNOWN"),
        ("code,b\n1,2\n".encode("utf-16")[:-1], "ENC_UNKNOWN"),
        (b"code,b\n1,\x81\n", "ENC_UNKNOWN"),
    ],
)
def test_what_is_not_a_table_is_refused(content, code):
    with pytest.raises(DataError, match=rf"\[{code}\]"):
        read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_is_found_without_a_word(encoding):
    table = read("code,b\r\n1,café\r\n".encode(encoding))
    assert (table.frame["b"].tolist(), table.frame.columns[0], table.warnings) == (["café"], "code", ())


@pytest.mark.parametrize(
    ("content", "code"),
    [("code,b\n1,café £5\n".encode("cp1252"), "ENC_DETECTED"), ("code,b\n1,cafÃ©\n", "ENC_MOJIBAKE")],
)
def test_a_doubtful_encoding_is_a_warning(content, code):
    warnings = read(content).warnings
    assert [(fault.code, fault.blocks) for fault in warnings] == [(code, False)]


@pytest.mark.parametrize(
    ("line", "comma"),
    [("80,1;1", True), ("80.1;1", False), ("80;1", True), ("-1.576;53,78", True), ("1.234.567;1", True)],
)
def test_semicolons_mean_decimal_commas_unless_points_are_seen(line, comma):
    assert read(f"code;b\n{line}\n").decimal_comma is comma


def test_title_lines_and_blank_rows_are_passed_over_and_rows_keep_their_numbers():
    table = read("A title,,\n,,\ncode,b,c\n1,,x\n,,\n2,,y\n,,\n")
    assert (table.frame.index.tolist(), table.blank_rows) == ([4, 6], 2)


@pytest.mark.parametrize("names", [["a.csv"], ["a.csv", "README.txt", "__MACOSX/._a.csv"]])
def test_a_zip_of_one_table_is_read_as_that_table(names):
    assert read(packed(names), "a.zip").frame["b"].tolist() == ["2"]


def test_a_zip_of_two_tables_is_refused():
    with pytest.raises(DataError, match="contains 2 tables"):
        read(packed(["a.csv", "b.csv"]), "a.zip")


def packed(names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "code,b\n1,2\n")
    return stream.getvalue()


def test_the_first_column_is_text_even_where_it_looks_like_numbers():
    assert read("code,b\n0001,9007199254740993\n").frame.loc[2].tolist() == ["0001", "9007199254740993"]
    assert isinstance(read("code,b\n0001,1\n").frame.dtypes["code"], pd.StringDtype)
