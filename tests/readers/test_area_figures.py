"""The council's own figures by area: the columns that plan.toml names, as the file has them."""

import io

import openpyxl
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.area_figures import read_area_figures

from ..publisher_files import codes, read

FILE = "LSOA21CD,Name,Damp (%),Calls\nE01015921,Thurrock 015A,12.5,3\nE01015922,Thurrock 008A,,1\n"
COLUMNS = {"code": "LSOA21CD", "damp_homes": "Damp (%)", "calls": "calls"}


def figures(folder, content=FILE, *, name="own.csv", columns=COLUMNS, release=""):
    return read(read_area_figures, "area-table", folder / name, content, columns=columns, release=release)


def workbook(text):
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(
            [float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in line.split(",")]
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("name", "content"), [("own.csv", FILE), ("own.xlsx", workbook(FILE))])
def test_each_named_column_is_read_unchanged_under_its_key(tmp_path, name, content):
    """12.5 % stays 12.5; a blank cell is not known; columns that were not named are left."""
    layer = figures(tmp_path, content, name=name)
    assert layer.frame.fillna(-1).to_dict("index") == {
        "E01015921": {"damp_homes": 12.5, "calls": 3},
        "E01015922": {"damp_homes": -1, "calls": 1},
    }
    assert (layer.level, layer.year, layer.provenance.vintage) == ("lsoa", "2021", "on LSOAs 2021")


def test_the_column_of_codes_need_not_be_named(tmp_path):
    assert figures(tmp_path, columns={"damp_homes": "Damp (%)"}).frame.index.tolist() == ["E01015921", "E01015922"]


def test_a_sign_of_per_cent_changes_no_figure(tmp_path):
    assert figures(tmp_path, FILE.replace("12.5", "12.5%")).frame["damp_homes"].max() == 12.5


@pytest.mark.parametrize(
    ("header", "code", "level", "year"),
    [("WD25CD", "E05002229", "ward", "2025"), ("OA11CD", "E00080505", "output_area", "2011")],
)
def test_level_and_year_are_those_of_the_codes(tmp_path, header, code, level, year):
    layer = figures(tmp_path, f"{header},x\n{code},-4\n", columns={"x": "x"})
    assert (layer.level, layer.year, layer.frame["x"].tolist()) == (level, year, [-4.0])


@pytest.mark.parametrize(
    ("content", "columns", "code", "words"),
    [
        (FILE, {}, "NO_FIGURES", "None of its columns of figures is named"),
        (FILE, {"code": "LSOA21CD"}, "NO_FIGURES", "damp_homes = "),
        (FILE, {"damp_homes": "Mould"}, "COLUMN_MISSING", "The file has: LSOA21CD, Name, Damp"),
        (FILE.replace("008A,", "008A,many"), COLUMNS, "NOT_A_NUMBER", "1 of 2 cells"),
        (FILE.replace("E01015922", "E01015921"), COLUMNS, "KEY_DUPLICATE", "appears in several rows"),
        (FILE.replace("E010", "X"), COLUMNS, "LEVEL_UNKNOWN", "output areas, LSOAs or wards"),
        (FILE, {"code": "Area", "calls": "Calls"}, "COLUMN_MISSING", "It has: LSOA21CD, Name"),
    ],
)
def test_a_file_that_misleads_is_refused(tmp_path, content, columns, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        figures(tmp_path, content, columns=columns)
    assert codes(refusal) == [code]


def test_every_missing_column_is_reported_at_once(tmp_path):
    with pytest.raises(DataError) as refusal:
        figures(tmp_path, columns={"a": "Mould", "b": "Rats", "calls": "Calls"})
    assert [(fault.code, fault.column) for fault in refusal.value.faults] == [
        ("COLUMN_MISSING", "Mould"),
        ("COLUMN_MISSING", "Rats"),
    ]
