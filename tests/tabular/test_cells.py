"""What a cell says: numbers in any accepted style give one value; others are never guessed."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.gis_data.tabular.cells import NOT_KNOWN, as_flags, as_numbers, contains, is_known, without_blanks

STYLES = {
    "plain": "{:.2f}",
    "thousands": "{:,.2f}",
    "pounds": "£{:,.2f}",
    "pounds in the wrong encoding": "Â£{:,.2f}",
    "percent": "{:.2f}%",
    "blanks": "\u00a0 {:.2f} ",
    "exponent": "{:.12e}",
}


def one(cell, **options):
    read = as_numbers(pd.Series([cell], dtype="str"), **options)
    return read.values[0], bool(read.suppressed[0]), bool(read.faulty[0])


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@given(pence=st.integers(-(10**11), 10**11))
def test_a_number_reads_to_the_same_value_in_any_style(style, pence):
    assert one(style.format(pence / 100)) == (pytest.approx(pence / 100, rel=1e-12), False, False)


@given(st.floats(min_value=0, max_value=1e15).map(repr))
def test_bulk_reading_is_python_s_own(cell):
    assert one(cell) == (float(cell), False, False)


@given(pence=st.integers(0, 10**11))
def test_decimal_commas_are_read_where_they_are_written(pence):
    text = f"{pence / 100:,.2f}".translate(str.maketrans(",.", ".,"))
    assert one(text, decimal_comma=True)[0] == pytest.approx(pence / 100)


@pytest.mark.parametrize("cell", ["(12)", "-12", "£-12", "(£12)"])
def test_a_negative_is_one_in_brackets_too(cell):
    value, _, faulty = one(cell)
    assert faulty or value == -12


@pytest.mark.parametrize(
    "cell",
    [
        "12a",
        "1,50",
        "80,1",
        "\uff11\uff12",
        "\u22125",
        "80·1",
        "١٢",
        "1e999",
        "0x10",
        "1_000",
        "%",
        "count",
        "--5",
        "()",
        "£",
        "5 6",
    ],
)
def test_what_is_not_a_number_is_faulty(cell):
    value, suppressed, faulty = one(cell)
    assert (math.isnan(value), suppressed, faulty) == (True, False, True)


@pytest.mark.parametrize("cell", sorted(NOT_KNOWN))
def test_a_marker_is_not_known_and_never_0(cell):
    value, suppressed, faulty = one(f" {cell.upper()}\u00a0")
    assert (math.isnan(value), suppressed, faulty) == (True, False, False)
    assert not is_known(pd.Series([cell], dtype="str"))[0]


@pytest.mark.parametrize("cell", ["<3", "<4", "< 5"])
def test_a_small_count_is_suppressed_and_never_0(cell):
    value, suppressed, faulty = one(cell)
    assert (math.isnan(value), suppressed, faulty) == (True, True, False)


def test_a_number_cut_at_the_top_is_that_number():
    assert one(">=30") == (30.0, False, False)


@pytest.mark.parametrize(
    ("cell", "value"), [("Yes", 1.0), ("y", 1.0), ("TRUE", 1.0), ("1", 1.0), ("No", 0.0), ("false", 0.0)]
)
def test_yes_and_no_in_any_spelling(cell, value):
    assert as_flags(pd.Series([cell], dtype="str")).values.tolist() == [value]


def test_neither_yes_nor_no_is_faulty():
    assert as_flags(pd.Series(["maybe", ""], dtype="str")).faulty.tolist() == [True, False]


@given(st.lists(st.sampled_from(["1", "x", "<3", "", "2.5"]), max_size=8))
def test_each_cell_is_read_by_itself(cells):
    together = as_numbers(pd.Series(cells, dtype="str"))
    for at, cell in enumerate(cells):
        value, suppressed, faulty = one(cell)
        assert together.values[at] == value or math.isnan(value)
        assert (together.suppressed[at], together.faulty[at]) == (suppressed, faulty)


def test_blanks_of_unicode_are_blanks_and_its_digits_no_digits():
    assert without_blanks(pd.Series(["LS1\u00a0 1AE\t"])).tolist() == ["LS11AE"]
    assert contains(pd.Series(["1", "\uff11"]), r"^\d$").tolist() == [True, False]
