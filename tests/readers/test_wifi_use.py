"""Logs of Wi-Fi use: days or months, the council's own column names, zeros kept, nothing counted twice."""

import pandas as pd
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.wifi_use import read_wifi_use

from ..publisher_files import codes, read, warned


def log(folder, *rows, header="Site,Date,Users", columns=None):
    text = "\n".join([header, *rows, ""])
    return read(read_wifi_use, "wifi-use", folder / "use.csv", text, columns=columns)


@pytest.mark.parametrize(
    ("text", "date", "days"),
    [
        ("2026-01-31", "2026-01-31", 1),
        ("31/01/2026", "2026-01-31", 1),
        ("2026-02", "2026-02-01", 28),
        ("February 2024", "2024-02-01", 29),
        ("Feb 2026", "2026-02-01", 28),
        ("Feb-26", "2026-02-01", 28),
        ("03/2026", "2026-03-01", 31),
        ("May 2026", "2026-05-01", 31),
    ],
)
def test_a_day_counts_as_one_and_a_month_as_its_days(tmp_path, text, date, days):
    (row,) = log(tmp_path, f"Library,{text},12").frame.to_dict("records")
    assert (row["site"], row["date"], row["days"], row["users"]) == ("Library", pd.Timestamp(date), days, 12)


def test_a_stated_number_of_days_goes_before_the_calendar(tmp_path):
    layer = log(tmp_path, "Library,2026-01,10,90", header="Site,Month,Days live,Users")
    assert layer.frame["days"].tolist() == [10]


def test_zeros_are_kept_and_blanks_are_set_aside(tmp_path):
    layer = log(tmp_path, "B,2026-01-01,0", "A,2026-01-02,", ",2026-01-01,4", "A,2026-01-01,7")
    assert layer.frame[["site", "users"]].to_numpy().tolist() == [["A", 7.0], ["B", 0.0]]
    assert layer.provenance.set_aside == {"neither users nor sessions": 1, "no site": 1}
    assert layer.provenance.vintage == "2026-01 to 2026-01"
    assert not warned(layer)


def test_the_council_names_its_own_columns(tmp_path):
    columns = {"site": "Hotspot", "date": "When", "sessions": "Sign-ins"}
    layer = log(tmp_path, "Park,01/01/2026,5", header="Hotspot,When,Sign-ins", columns=columns)
    assert layer.frame["sessions"].tolist() == [5.0]
    assert layer.frame["users"].isna().all()


@pytest.mark.parametrize(
    ("header", "rows", "code", "words"),
    [
        ("Site,Date", ["A,2026-01-01"], "USE_NOT_COUNTED", "neither a column of users"),
        ("Site,Date,Users", ["A,2026-01-01,1", "A,13/2026,1"], "USE_DATE", "neither days nor months|neither a day"),
        ("Site,Date,Users", ["A,Monday,1"], "USE_DATE", "with certainty"),
        ("Site,Date,Days,Users", ["A,2026-02,29,1"], "USE_DAYS", "cannot have"),
        ("Site,Date,Days,Users", ["A,2026-02-01,2,1"], "USE_DAYS", "cannot have"),
        ("Site,Date,Days,Users", ["A,2026-02,1.5,1"], "USE_DAYS", "cannot have"),
        ("Site,Date,Users", ["A,2026-01-01,1", "A,01/01/2026,1"], "USE_TWICE", "repeats the site and date"),
        ("Site,Date,Users", ["A,2026-01,1", "A,2026-01-09,1"], "USE_OVERLAPS", "month is given too"),
    ],
)
def test_a_log_that_would_count_wrongly_is_refused(tmp_path, header, rows, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        log(tmp_path, *rows, header=header)
    assert codes(refusal) == [code]


def test_the_same_date_at_two_sites_and_a_month_beside_a_day_of_another_are_no_repetition(tmp_path):
    layer = log(tmp_path, "A,2026-01,31", "A,2026-02-01,2", "B,2026-01-05,3")
    assert len(layer.frame) == 3


def test_the_order_of_rows_is_irrelevant(tmp_path):
    rows = ["B,2026-01-02,1", "A,2026-01-02,2", "A,2026-01-01,3"]
    pd.testing.assert_frame_equal(log(tmp_path, *rows).frame, log(tmp_path, *reversed(rows)).frame)
