"""A fault says where it is, what was found and what mends it, in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_place.gis_data.errors import ConnectedPlaceError, CrsError, DataError, Fault, rows_text, shortened


def test_a_fault_names_place_finding_remedy_and_code():
    fault = Fault(code="X", message="Found.", remedy="Mend it.", file="a.csv", column="c", rows=(3, 9), value="v")
    assert str(fault) == 'a.csv, rows 3 and 9, column "c": Found. Found "v". Mend it. [X]'


def test_an_error_carries_all_faults_and_is_a_value_error():
    faults = [Fault(code=code, message="m", remedy="r") for code in "AB"]
    with pytest.raises(ValueError, match=r"(?s)\[A\].*\[B\]") as refused:
        raise CrsError(faults)
    assert isinstance(refused.value, DataError)
    assert isinstance(refused.value, ConnectedPlaceError)
    assert refused.value.faults == tuple(faults)


@pytest.mark.parametrize(
    ("rows", "text"),
    [([], ""), ([3], "row 3"), ([3, 9], "rows 3 and 9"), (range(1, 8), "rows 1, 2, 3, 4, 5 and 2 more")],
)
def test_rows_in_words(rows, text):
    assert rows_text(rows) == text


@given(st.text(max_size=100))
def test_a_value_is_shown_on_one_printable_line(text):
    assert shortened(text).isprintable()
