"""Footfall: long or wide, packed or not, dates with the day first, and no hour counted twice."""

import gzip

import pandas as pd
import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.footfall import read_counters, read_hourly_counts

from ..publisher_files import codes, read, warned
from ..small_places import REAL_DATA

LEEDS = REAL_DATA / "leeds"
needs_leeds = pytest.mark.skipif(not LEEDS.is_dir(), reason=f"no real files in {LEEDS}")


def hourly(folder, *rows: str, header: str = "Counter ID,Date,Hour,Count", name: str = "footfall.csv"):
    text = "\n".join([header, *rows, ""]).encode()
    content = gzip.compress(text, mtime=0) if name.endswith(".gz") else text
    return read(read_hourly_counts, "footfall-hourly", folder / name, content)


@pytest.mark.parametrize(
    ("date", "hour", "time"),
    [
        ("2026-01-05", "7", "2026-01-05 07:00"),
        ("05/01/2026", "07:00", "2026-01-05 07:00"),  # the day first
        ("5/1/2026", "0", "2026-01-05 00:00"),
        ("05-01-2026", "23", "2026-01-05 23:00"),
        ("05.01.2026", "7.0", "2026-01-05 07:00"),
        ("05-Jan-2026", "07:00:00", "2026-01-05 07:00"),
        ("05-Jan-26", "07:00-08:00", "2026-01-05 07:00"),
        ("5 January 2026", "7", "2026-01-05 07:00"),
        ("5 May 2026", "7", "2026-05-05 07:00"),
        ("2026-01-05T00:00:00", "7", "2026-01-05 07:00"),
    ],
)
def test_a_date_and_an_hour_give_the_start_of_the_hour(tmp_path, date, hour, time):
    frame = hourly(tmp_path, f"FC01,{date},{hour},12").frame
    assert frame.to_dict("records") == [{"counter_id": "FC01", "time": pd.Timestamp(time), "count": 12.0}]
    assert frame["time"].dtype.kind == "M"


@pytest.mark.parametrize(
    ("date", "hour", "code", "words"),
    [
        ("01/13/2026", "7", "DATE_IMPOSSIBLE", "never month first"),
        ("30/02/2026", "7", "DATE_IMPOSSIBLE", "does not exist"),
        ("2026-02-30", "7", "DATE_IMPOSSIBLE", "does not exist"),
        ("1677-01-01", "7", "DATE_IMPOSSIBLE", "impossible year"),
        ("31/12/9999", "7", "DATE_IMPOSSIBLE", "impossible year"),
        ("05/01/26", "7", "DATE_FORM", "not in a form that can be read with certainty"),
        ("Monday", "7", "DATE_FORM", "not in a form"),
        ("", "7", "DATE_FORM", "not in a form"),
        ("2026-01-05", "24", "HOUR_RANGE", "from 0 to 23"),
        ("2026-01-05", "7am", "HOUR_RANGE", "from 0 to 23"),
        ("2026-01-05", "", "HOUR_RANGE", "from 0 to 23"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_its_row(tmp_path, date, hour, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        hourly(tmp_path, "FC01,2026-01-04,7,12", f"FC01,{date},{hour},12")
    assert (codes(refusal), refusal.value.faults[0].rows) == ([code], (3,))


def test_two_counters_may_send_the_same_hour_at_different_minutes(tmp_path):
    rows = ["A,2026-01-05 08:03,7,12", "B,2026-01-05 08:01,7,9"]
    layer = hourly(tmp_path, *rows, header="Counter ID,Datetime,Hour,Count")
    assert layer.frame["count"].tolist() == [12, 9]


def test_a_date_that_cannot_be_read_is_not_another_minute(tmp_path):
    with pytest.raises(DataError) as refusal:
        hourly(tmp_path, "2026-01-05 07:30,12", "2026-01-05 08:30,12", "Monday,9", header="Datetime,Briggate")
    assert codes(refusal) == ["DATE_FORM"]


def test_a_date_without_any_hour_is_refused(tmp_path):
    with pytest.raises(DataError, match="no hour with it") as refusal:
        hourly(tmp_path, "FC01,2026-01-05,12", header="Counter ID,Date,Count")
    assert codes(refusal) == ["HOUR_MISSING"]


@pytest.mark.parametrize(
    ("header", "rows", "column", "unusual"),
    [
        (
            "Counter ID,Datetime,Count",
            [f"A,2026-01-05 07:{minutes},12" for minutes in ("00", "15", "30", "45")],
            "date",
            (3, 4, 5),
        ),
        ("Datetime,Briggate", ["2026-01-05T07:00,12", "2026-01-05T07:30,9", "2026-01-05T08:30,9"], "date", (2,)),
        ("Counter ID,Date,Hour,Count", ["A,05/01/2026,07:00-07:30,12", "A,05/01/2026,07:30-08:00,9"], "hour", (3,)),
        ("Counter ID,Datetime,Hour,Count", ["A,2026-01-05 07:00,7,12", "A,2026-01-05 07:30,7,9"], "date", (3,)),
        ("Datetime,Briggate", ["2026-01-05,12", "2026-01-05 01:30,9"], "date", (3,)),  # every hour and a half
    ],
)
def test_counts_of_parts_of_an_hour_are_refused_with_the_rows_at_other_minutes(tmp_path, header, rows, column, unusual):
    with pytest.raises(
        DataError, match=r"parts of hours.* Add them up to whole hours, or name another column"
    ) as refusal:
        hourly(tmp_path, *rows, header=header)
    fault = refusal.value.faults[0]
    assert (codes(refusal), fault.column, fault.rows) == (["HOUR_PARTS"], column, unusual)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Counter ID,Datetime,Count", ["A,2026-01-05 07:30,12", "A,2026-01-05 08:30,9"]),
        ("Counter ID,Date,Hour,Count", ["A,05/01/2026,07:30-08:30,12", "A,05/01/2026,08:30-09:30,9"]),
        ("Counter ID,Date,Hour,Count", ["A,05/01/2026,7,12", "A,05/01/2026,08:00,9"]),
        ("Counter ID,Datetime,Hour,Count", ["A,2026-01-05 08:03,7,12", "A,2026-01-05 09:01,8,9"]),  # when it was sent
    ],
)
def test_hours_that_begin_at_the_same_minutes_are_whole_hours(tmp_path, header, rows):
    layer = hourly(tmp_path, *rows, header=header)
    assert layer.frame["time"].dt.hour.tolist() == [7, 8]
    assert layer.frame["count"].tolist() == [12, 9]
    assert warned(layer) == []


def test_an_hour_that_a_counter_has_twice_is_a_warning_with_its_rows(tmp_path):
    """Clocks went back: row 3 is the second 01:00, row 4 another counter's."""
    rows = ["A,2025-10-26,1,50", "A,2025-10-26,1,40", "B,2025-10-26,1,9"]
    layer = hourly(tmp_path, *rows)
    assert layer.frame["count"].tolist() == [40, 9]
    assert (warned(layer), layer.warnings[0].rows) == (["HOUR_TWICE"], (2,))
    assert layer.provenance.set_aside == {"repeats an hour of its counter": 1}
    assert hourly(tmp_path, *rows[::-1]).frame.equals(layer.frame)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Date,Hour,Briggate,Headrow", ["05/01/2026,7,12,3", "05/01/2026,8,20,"]),
        ("Date and time,Briggate,Headrow", ["2026-01-05 07:00:00,12,3", "2026-01-05 08:00:00,20,"]),
        ("Weekday,Timestamp,Briggate,Headrow,Total", ["Mon,2026-01-05T07:00Z,12,3,15", "Mon,2026-01-05T08:00Z,20,,20"]),
    ],
)
def test_a_column_for_each_counter_is_read_as_well(tmp_path, header, rows):
    layer = hourly(tmp_path, *rows, header=header)
    known = layer.frame.assign(hour=layer.frame["time"].dt.hour)[["counter_id", "hour", "count"]].fillna(-1)
    assert known.to_numpy().tolist() == [
        ["Briggate", 7, 12],
        ["Briggate", 8, 20],
        ["Headrow", 7, 3],
        ["Headrow", 8, -1],
    ]
    assert warned(layer) == (["COLUMN_LEFT_OUT"] if "Total" in header else [])


def test_a_spreadsheets_midnight_has_no_time_and_is_0(tmp_path):
    layer = hourly(tmp_path, "2026-01-05,1", "2026-01-05 01:00:00,2", header="Datetime,Briggate")
    assert layer.frame["time"].dt.hour.tolist() == [0, 1]


def test_text_among_the_counts_of_a_wide_table_is_refused(tmp_path):
    with pytest.raises(DataError, match="not a number") as refusal:
        hourly(tmp_path, "2026-01-05,7,12,wet", header="Date,Hour,Briggate,Weather")
    assert (codes(refusal), refusal.value.faults[0].column) == (["NOT_A_NUMBER"], "Weather")


@pytest.mark.parametrize(
    ("header", "row", "code", "words"),
    [
        ("Date,Hour", "2026-01-05,7", "COLUMN_MISSING", "nor a column for each counter"),
        ("Counter ID,Hour,Count", "A,7,1", "COLUMN_MISSING", "date is missing"),
        ("Counter ID,Date,Hour,Count", "A,2026-01-05,7,-1", "NEGATIVE", "below 0"),
        ("Date,Hour,Briggate", "2026-01-05,7,-1", "NEGATIVE", "below 0"),
    ],
)
def test_tables_that_mislead_are_refused(tmp_path, header, row, code, words):
    with pytest.raises(DataError, match=words) as refusal:
        hourly(tmp_path, row, header=header)
    assert codes(refusal) == [code]


def test_a_packed_file_is_read_by_its_name_and_keeps_its_own_hash(tmp_path):
    plain, packed = (hourly(tmp_path, "A,2026-01-05,7,12", name=name) for name in ("f.csv", "f.csv.gz"))
    assert plain.frame.equals(packed.frame)
    assert (packed.provenance.file, packed.provenance.sha256 == plain.provenance.sha256) == ("f.csv.gz", False)
    assert packed.provenance.vintage == "2026-01-05 to 2026-01-05"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("f.csv.gz", gzip.compress(b"Counter ID,Date,Hour,Count\nA,2026-01-05,7,12\n", mtime=0)[:-6], "DAMAGED"),
        ("f.csv.gz", b"Counter ID,Date,Hour,Count\nA,2026-01-05,7,12\n", "DAMAGED"),
        ("f.csv", gzip.compress(b"Counter ID,Date,Hour,Count\nA,2026-01-05,7,12\n", mtime=0), "NOT_A_CSV"),
    ],
)
def test_a_packed_file_that_is_none_is_refused(tmp_path, name, content, code):
    with pytest.raises(DataError, match=code) as refusal:
        read(read_hourly_counts, "footfall-hourly", tmp_path / name, content)
    assert codes(refusal) == [code]


def test_counters_have_a_place(tmp_path):
    text = "Counter ID,Name,Easting,Northing\nFC01,Quay,561600,177900\nFC02,Lost,,\n"
    layer = read(read_counters, "footfall-counters", tmp_path / "c.csv", text)
    assert layer.frame.geometry.x.to_dict() == {"FC01": 561_600}
    assert layer.provenance.set_aside == {"no position": 1}


@needs_leeds
def test_the_real_counts_of_leeds():
    """Eight cameras, three forms of date; the publisher's own column NewDate says what each date means."""
    path = LEEDS / "footfall.csv.gz"
    layer = read(read_hourly_counts, "footfall-hourly", path)
    raw = pd.read_csv(path, usecols=["NewDate", "LocationName", "Hour", "InCount"])
    days = pd.to_datetime(raw["NewDate"], format="%d-%b-%Y")
    truth = raw.assign(time=days + pd.to_timedelta(raw["Hour"], unit="h")).rename(
        columns={"LocationName": "counter_id"}
    )
    merged = layer.frame.merge(truth, on=["counter_id", "time"], how="left")
    assert merged["InCount"].notna().all()
    assert layer.frame["counter_id"].nunique() == 8
    assert layer.provenance.set_aside == {"repeats an hour of its counter": 576}  # part of July 2016 is given twice
    assert layer.provenance.rows_read == len(raw) == 554_360
    assert (warned(layer), layer.provenance.vintage) == (["HOUR_TWICE"], "2009-01-01 to 2016-12-31")


@needs_leeds
def test_the_real_counters_of_leeds():
    layer = read(read_counters, "footfall-counters", LEEDS / "camera_locs.csv")
    assert len(layer.frame) == 8
    assert layer.frame.geometry.x.between(430_000, 430_500).all()
