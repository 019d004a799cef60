"""From text to checked columns: every fault of a table at once, with the rows its owner sees."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.gis_data.catalogue import Column
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.files.input_files import InputFile
from connected_place.gis_data.tabular.schema import check_columns, nations_mixed, raise_if_blocked, unique_by
from connected_place.gis_data.tabular.text_tables import read_table

POSTCODE = Column(name="postcode", kind="postcode", spellings=("postcode", "pcds"))
COUNT = Column(name="premises", kind="count", spellings=("premises",), low=0.0)
SHARES = [Column(name=name, kind="percent", spellings=(name,), low=0.0, high=100.0) for name in ("sfbb", "ufbb")]
FLAG = Column(name="open", kind="flag", spellings=("open",))
CODE = Column(name="area", kind="code", spellings=("area",), pattern=r"E\d{8}")
YEAR = Column(name="year", kind="number", spellings=("year",), low=1900.0, high=2100.0)


def table(text):
    file = InputFile(Path("a.csv"), "a.csv", text.encode())
    return read_table(file, known_headers=["postcode", "pcds", "premises", "sfbb", "open", "area", "year"])


def faults(text, *columns, **options):
    found = check_columns(table(text), columns, **options).faults
    return [(fault.code, fault.rows, fault.blocks) for fault in found]


def test_the_same_postcode_in_any_writing_is_one():
    checked = check_columns(table("pcds,b\nls1 1ae,x\n LS1  1AE ,x\nLS1\u00a01AE,x\n"), [POSTCODE])
    assert checked.frame["postcode"].tolist() == ["LS11AE"] * 3
    assert checked.faults == ()


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("premises,b\n5,x\n-1,x\n", COUNT, "NEGATIVE"),
        ("premises,b\n5,x\n(12),x\n", COUNT, "NEGATIVE"),
        ("premises,b\n5,x\nfive,x\n", COUNT, "NOT_A_NUMBER"),
        ("premises,b\n5,x\n\uff11\uff12,x\n", COUNT, "NOT_A_NUMBER"),
        ("sfbb,b\n5,x\n101,x\n", SHARES[0], "OUT_OF_RANGE"),
        ("year,b\n2020,x\n20,x\n", YEAR, "OUT_OF_RANGE"),
        ("open,b\nyes,x\nperhaps,x\n", FLAG, "NOT_YES_NO"),
        ("area,b\nE00000001,x\nE0000000\uff11,x\n", CODE, "CODE_FORM"),
        ("postcode,b\nLS1 1AE,x\nLS1,x\n", POSTCODE, "CODE_FORM"),
        ("postcode,b\nLS1 1AE,x\n,x\n", POSTCODE, "KEY_MISSING"),
    ],
)
def test_a_fault_blocks_and_names_its_row(text, column, code):
    assert faults(text, column) == [(code, (3,), True)]


def test_a_row_of_units_is_one_fault_and_not_one_for_each_column():
    text = "postcode,premises,sfbb\n-,count,%\nLS1 1AE,5,80\n"
    assert faults(text, POSTCODE, COUNT, SHARES[0]) == [("UNITS_ROW", (2,), True)]


def test_all_faults_are_raised_at_once():
    checked = check_columns(table("premises,open\n-5,perhaps\n6,yes\n"), [COUNT, FLAG, POSTCODE])
    with pytest.raises(DataError) as refused:
        raise_if_blocked(checked.faults)
    assert {fault.code for fault in refused.value.faults} == {"NEGATIVE", "NOT_YES_NO", "COLUMN_MISSING"}


def test_a_missing_column_names_all_that_the_file_has():
    file = InputFile(Path("a.csv"), "a.csv", b"premises,strange\n1,2\n")
    read = read_table(file, known_headers=["premises"], wanted=["premises"])
    assert "strange" in check_columns(read, [POSTCODE]).faults[0].message


def test_a_planner_s_word_on_a_column_counts():
    assert faults("premises,Adresse\n1,LS1 1AE\n", POSTCODE, mapping={"postcode": "adresse"}) == []
    assert faults("premises,b\n1,x\n", COUNT, mapping={"premisses": "b"}) == [("UNKNOWN_COLUMN", (), True)]


def test_suppressed_is_not_0():
    checked = check_columns(table("premises,b\n<4,x\n0,x\n"), [COUNT])
    assert checked.frame["premises"].isna().tolist() == [True, False]
    assert checked.suppressed["premises"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("fractions", "codes"),
    [(0, []), (1, []), (2, ["PERCENT_MIXED_SCALE"]), (10, ["PERCENT_MIXED_SCALE"]), (20, [])],
)
def test_percentages_of_two_scales_are_a_warning(fractions, codes):
    """Twenty rows, the first of them as fractions of 1."""
    rows = ["0.8,0.6" if row < fractions else "80,0.6" for row in range(20)]
    checked = check_columns(table("\n".join(["sfbb,ufbb", *rows])), SHARES)
    assert [fault.code for fault in checked.warnings] == codes
    assert all(len(fault.rows) == fractions for fault in checked.warnings)


@pytest.mark.parametrize(
    ("whole", "codes"),
    [(0, ["PERCENT_FRACTION"]), (19, ["PERCENT_FRACTION"]), (20, ["PERCENT_FRACTION"])],  # 1 is 100% as a fraction
)
def test_percentages_that_are_all_fractions_are_refused(whole, codes):
    rows = ["1,1" if row < whole else "0.8,0.6" for row in range(20)]
    found = check_columns(table("\n".join(["sfbb,ufbb", *rows])), SHARES).faults
    assert [fault.code for fault in found if fault.blocks] == codes


def test_few_premises_unable_to_receive_a_speed_are_not_fractions():
    unable = [dataclasses.replace(column, name=f"unable_{column.name}") for column in SHARES]
    assert faults("\n".join(["sfbb,ufbb", *["0.5,0.2"] * 20]), *unable) == []


def test_a_file_of_few_rows_is_judged_by_its_cells():
    assert faults("sfbb,ufbb\n" + "0.9,0.8\n" * 5, *SHARES) == [("PERCENT_FRACTION", (2, 3, 4, 5, 6), True)]
    assert faults("sfbb,ufbb\n" + "0.9,0.8\n" * 4, *SHARES) == []


def test_small_percentages_in_one_column_are_not_fractions():
    assert faults("\n".join(["sfbb,b", *["0.5,x"] * 20]), SHARES[0]) == []


def test_a_file_of_several_nations_is_a_warning_on_the_fewer():
    codes = pd.Series(["E01000001", "E01000002", "S01000001", "95AA01S1"], index=[2, 3, 4, 5], name="area")
    fault = nations_mixed(codes, file="a.csv")
    assert (fault.code, fault.rows, fault.blocks) == ("NATION_MIXED", (4, 5), False)
    assert nations_mixed(codes[:2], file="a.csv") is None


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 1)), max_size=8))
def test_each_key_is_kept_once_or_is_a_fault(rows):
    frame = pd.DataFrame(rows, columns=["key", "x"], index=range(2, len(rows) + 2))
    kept, found = unique_by(frame, "key", file="a.csv")
    clashes = {key for key, _ in rows if len({x for other, x in rows if other == key}) > 1}
    assert set(map(tuple, kept.to_numpy().tolist())) == set(rows)
    assert (not any(fault.blocks for fault in found)) == kept["key"].is_unique == (not clashes)
