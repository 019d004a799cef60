"""Footfall counters: where they are and what they counted, hour by hour."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import LARGEST_BYTES, InputFile, read_up_to
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import read_placed
from connected_place.gis_data.tabular import (
    TextTable,
    check_columns,
    header_key,
    plain,
    raise_if_blocked,
    read_asked,
    told_apart,
    unique_by,
)

DATE_FORMS = {
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}": "%Y-%m-%d",
    r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}": "%d/%m/%Y",
    r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}": "%d.%m.%Y",
    r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}": "%d-%m-%Y",
    r"[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}": "%d-%b-%Y",
    r"[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2}": "%d-%b-%y",
    r"[0-9]{1,2} [A-Za-z]{3} [0-9]{4}": "%d %b %Y",
    r"[0-9]{1,2} [A-Za-z]{4,9} [0-9]{4}": "%d %B %Y",
}
"""How a date may be written: the year first, or the day first. Never the month first."""

COUNTED_YEARS = (1900, 2199)
"""Years in which people may be counted; others are slips, and beyond what times are kept in."""

_ZONE = r"(?:Z|UTC|GMT|BST|[+-][0-9]{2}(?::?[0-9]{2})?)"
DATE_AND_TIME = re.compile(
    rf"(?P<date>.*?)(?:[T ](?P<time>[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?)\s?(?P<zone>{_ZONE})?)?"
)
CLOCK = r"^([0-9]{1,2})(?:\.0|:([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]+)?))?(?:\s*-\s*[0-9]{1,2}:[0-9]{2})?)?$"
"""An hour, or a time of day, or the first of two."""

_HERE = "Europe/London"
OFFSETS_MINUTES = {"Z": 0, "UTC": 0, "GMT": 0, "BST": 60}
MANY_ALIKE_SHARE = 0.1
"""Fewer hours that a counter has twice are those of clocks that went back, or of a file put together from parts."""

MIDNIGHT = "00:00"
"""What a spreadsheet leaves out of a date with a time."""

NO_COUNTERS = frozenset(
    {"day", "weekday", "day of week", "week", "week no", "month", "year", "total", "all", "fid", "id"}
)
"""Columns of a wide table that are not counters; a total would count everything twice."""


def read_counters(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the positions of counters.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `counter_id`: `name`, geometry

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    found = read_placed(entry, file, asked)
    frame = gpd.GeoDataFrame(found.columns[["counter_id", "name"]], geometry=found.places, crs=METRES)
    used = frame.dropna(subset=["geometry"])
    kept, duplicates = unique_by(used, "counter_id", file=file.name)
    raise_if_blocked(duplicates)
    aside = {"no position": len(frame) - len(used), "repeats another row": len(used) - len(kept)}
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("counter_id").sort_index(),
        level="counter",
        warnings=(*found.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(kept),
            set_aside=aside,
            crs=found.crs,
        ),
    )


def read_hourly_counts(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read people counted, from a row for each counter and hour, or a row for each hour and a column for each counter.

    Returns
    -------
    Layer of level "hour"
        `counter_id` (text), `time` (datetime64, start of the hour, local time), `count` (NaN: not known), sorted by
        counter and time. Rows used and set aside are counts of one counter in one hour.

    Raises
    ------
    DataError
        DATE_FORM, DATE_IMPOSSIBLE, HOUR_RANGE, HOUR_MISSING, HOUR_PARTS, TIME_ZONES_MIXED, ROWS_TOLD_APART, DAMAGED,
        TOO_LARGE and those of `text_tables` and `schema`.

    Notes
    -----
    Dates are read with the day first, or as ISO 8601. Times are rounded to the minute (a spreadsheet keeps 09:00 as
    08:59:59.997); those with a zone are converted to the clocks of the place. Minutes are cut off where all times have
    the same; where they
    differ the counts are of parts of an hour, and only their sum would be the hour's. An hour that a counter has twice,
    as when clocks go back, is kept once, with the lower count.
    """
    known = entry.headers(asked.columns)
    unpacked = _unpacked(file)
    table = read_asked(unpacked, asked, known_headers=known, wanted=known)
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    raise_if_blocked(checked.faults)
    warnings: list[Fault] = []
    if {"counter_id", "count"} <= set(checked.frame.columns):
        long = _long(checked.frame, table)
    else:
        long, warnings = _melted(checked.frame, read_asked(unpacked, asked, known_headers=known), entry, asked)
    frame = long.sort_values(["counter_id", "time", "count"], kind="stable")
    again = frame.duplicated(["counter_id", "time"])
    raise_if_blocked(_told_apart(unpacked, asked, frame, known))
    used = frame[~again]
    return Layer(
        frame=used.reset_index(drop=True),
        level="hour",
        warnings=(*table.warnings, *checked.warnings, *warnings, *_repeated_hours(frame[again], file.name)),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or _span(used["time"]),
            rows_used=len(used),
            set_aside={"repeats an hour of its counter": int(again.sum())},
        ),
    )


def _told_apart(file: InputFile, asked: SourceFile, frame: pd.DataFrame, known: list[str]) -> list[Fault]:
    """A fault where many hours of a counter have several rows and a column that is not read says why."""
    alike = frame[frame.duplicated(["counter_id", "time"], keep=False)]
    if len(alike) < MANY_ALIKE_SHARE * len(frame) or frame.index.has_duplicates or not len(alike):
        return []
    keys = alike["counter_id"] + " " + alike["time"].astype("str")
    found = told_apart(file, asked, known_headers=known, keys=keys)
    return [found] if found else []


def _unpacked(file: InputFile) -> InputFile:
    """The CSV inside a gzip file whose name says so; other files unchanged.

    Raises
    ------
    DataError
        DAMAGED, TOO_LARGE.
    """
    if not file.name.lower().endswith(".csv.gz"):
        return file
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(file.content)) as packed:
            content = read_up_to(packed, LARGEST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(file.fault("DAMAGED.gzip", reason=str(error))) from error
    if len(content) > LARGEST_BYTES:
        raise DataError(file.fault("TOO_LARGE.unpacked", limit=LARGEST_BYTES))
    return replace(file, name=file.name[: -len(".gz")], content=content)


def _long(frame: pd.DataFrame, table: TextTable) -> pd.DataFrame:
    """A row for each counter and hour, as the file has it."""
    time, faults = _times(frame, table.file)
    raise_if_blocked(faults)
    return pd.DataFrame({"counter_id": frame["counter_id"], "time": time, "count": frame["count"]})


def _melted(
    frame: pd.DataFrame, table: TextTable, entry: Source, asked: SourceFile
) -> tuple[pd.DataFrame, list[Fault]]:
    """A row for each counter and hour, from a column for each counter; the index stays the row of the file."""
    time, faults = _times(frame, table.file)
    counters, left_out = _counter_columns(table, entry, asked)
    counts = check_columns(table, [Column(name=name, kind="count", spellings=(name,), low=0.0) for name in counters])
    raise_if_blocked([*faults, *counts.faults, *([] if counters else [_no_counters(table)])])
    wide = counts.frame.assign(time=time).melt(
        id_vars="time", var_name="counter_id", value_name="count", ignore_index=False
    )
    return wide[["counter_id", "time", "count"]], [_left_out(table.file, left_out)] if left_out else []


def _counter_columns(table: TextTable, entry: Source, asked: SourceFile) -> tuple[list[str], list[str]]:
    """Headers of a wide table that are counters, and those that are not, except date and hour."""
    read = {header_key(s) for column in entry.columns for s in (*column.spellings, asked.columns.get(column.name, ""))}
    others = [str(name) for name in table.frame.columns if header_key(str(name)) not in read]
    left_out = [name for name in others if header_key(name) in NO_COUNTERS]
    return [name for name in others if name not in left_out], left_out


def _times(frame: pd.DataFrame, file: str) -> tuple[pd.Series, list[Fault]]:
    """The start of each hour, in local time."""
    text = plain(frame["date"])
    codes, distinct = pd.factorize(text)
    parts = pd.Series(distinct, dtype="str").str.extract(f"^{DATE_AND_TIME.pattern}$").fillna("")
    dates, is_formed = days_written(parts["date"])
    unread = pd.Series(~is_formed[codes], index=frame.index)
    impossible = pd.Series((is_formed & np.isnat(dates))[codes], index=frame.index)
    clock = pd.Series(parts["time"].to_numpy()[codes], index=frame.index)
    zone = pd.Series(parts["zone"].to_numpy()[codes], index=frame.index)
    times = clock.where(clock != "", MIDNIGHT)
    minutes, faults = _minutes(frame.get("hour", times), file)
    if "hour" not in frame and (clock == "").all():
        faults = [_fault("HOUR_MISSING", file, "hour", clock == "", clock)]
    faults += [_fault("DATE_FORM", file, "date", unread, text)] if unread.any() else []
    faults += [_fault("DATE_IMPOSSIBLE", file, "date", impossible, text)] if impossible.any() else []
    starts = pd.Series(dates[codes], index=frame.index) + pd.to_timedelta(minutes // 60, unit="h")
    faults += _parts_of_hours(frame, starts, times, file)
    if "hour" in frame or not (zone != "").any():
        return starts, faults
    if (zone == "").any():
        return starts, [*faults, _fault("TIME_ZONES_MIXED", file, "date", zone == "", text)]
    return _local(starts, zone), faults


def _local(starts: pd.Series, zone: pd.Series) -> pd.Series:
    """Times with a zone as the clocks of the place show them; whole hours stay whole."""
    offsets = {word: _offset_minutes(word) for word in zone.unique()}
    world = starts - pd.to_timedelta(zone.map(offsets), unit="min")
    return world.dt.tz_localize("UTC").dt.tz_convert(_HERE).dt.tz_localize(None).dt.floor("h").astype(starts.dtype)


def _offset_minutes(zone: str) -> int:
    """How far a zone is ahead of UTC.

    Examples
    --------
    >>> _offset_minutes("Z"), _offset_minutes("+01:00"), _offset_minutes("-0530"), _offset_minutes("+01")
    (0, 60, -330, 60)
    """
    if zone in OFFSETS_MINUTES:
        return OFFSETS_MINUTES[zone]
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = 60 * int(digits[:2]) + int(digits[2:])
    return -minutes if zone.startswith("-") else minutes


def days_written(text: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Days of distinct texts (NaT: none, or of a year in which nobody counted), and which have a form that is known."""
    days = pd.Series(pd.NaT, index=text.index, dtype="datetime64[s]")
    is_formed = pd.Series(data=False, index=text.index)
    for form, code in DATE_FORMS.items():
        fits = text.str.fullmatch(form)
        days = days.where(~fits, pd.to_datetime(text.where(fits), format=code, errors="coerce").astype("datetime64[s]"))
        is_formed |= fits
    days = days.where(days.dt.year.between(*COUNTED_YEARS))
    return days.to_numpy(), is_formed.to_numpy()


def _minutes(text: pd.Series, file: str) -> tuple[pd.Series, list[Fault]]:
    """Minutes since midnight of times written 7, 07:00 or 07:00-08:00, seconds rounded; hours are 0 to 23."""
    minutes = _clock_minutes(text)
    wrong = minutes.isna()
    return minutes, [_fault("HOUR_RANGE", file, "hour", wrong, plain(text))] if wrong.any() else []


def _clock_minutes(text: pd.Series) -> pd.Series:
    """Minutes since midnight to the nearest whole one; NaN where it is not a time of day.

    Examples
    --------
    >>> _clock_minutes(pd.Series(["7", "07:30", "08:59:59.997", "24:00"])).tolist()
    [420.0, 450.0, 540.0, nan]
    """
    codes, distinct = pd.factorize(plain(text))
    parts = pd.Series(distinct, dtype="str").str.extract(CLOCK)
    hours, minutes, seconds = (pd.to_numeric(parts[at].str.replace(",", ".")) for at in range(3))
    minutes, seconds = minutes.fillna(0), seconds.fillna(0)
    is_time = hours.between(0, 23) & (minutes < 60) & (seconds < 60)
    found = (60 * hours + minutes + np.floor(seconds / 60 + 0.5)).where(is_time)
    return pd.Series(found.to_numpy()[codes], index=text.index)


def _parts_of_hours(frame: pd.DataFrame, starts: pd.Series, times: pd.Series, file: str) -> list[Fault]:
    """A fault where counts with known hours are at different minutes past the hour.

    Beside a column of hours a date's time counts only where its hour occurs more than once: it may say when the row
    was sent.
    """
    if "hour" not in frame:
        return _several_minutes(times[starts.notna()], file, "date")
    counters = [frame["counter_id"]] if "counter_id" in frame else []
    again = pd.concat([*counters, starts], axis="columns").duplicated(keep=False) & starts.notna()
    return _several_minutes(frame["hour"][starts.notna()], file, "hour") or _several_minutes(times[again], file, "date")


def _several_minutes(text: pd.Series, file: str, column: str) -> list[Fault]:
    """A fault where times are at different minutes past the hour, with the rows that are not at the usual ones."""
    minutes = _clock_minutes(text).dropna() % 60
    counts = minutes.value_counts().sort_index()
    if len(counts) < 2:
        return []
    unusual = (minutes != counts.idxmax()).reindex(text.index, fill_value=False)
    return [_fault("HOUR_PARTS", file, column, unusual, plain(text))]


def _fault(key: str, file: str, column: str, where: pd.Series, cells: pd.Series) -> Fault:
    rows = tuple(where.index[where])
    value = str(cells.loc[rows[0]])
    return fault(key, file=file, column=column, rows=rows, value=value, count=len(rows), total=len(where))


def _repeated_hours(again: pd.DataFrame, file: str) -> list[Fault]:
    if not len(again):
        return []
    return [
        fault(
            "HOUR_TWICE",
            file=file,
            rows=tuple(sorted(set(again.index))),
            value=f"{again['counter_id'].iloc[0]}, {again['time'].iloc[0]}",
            blocks=False,
            count=len(again),
        )
    ]


def _left_out(file: str, columns: list[str]) -> Fault:
    return fault("COLUMN_LEFT_OUT", file=file, value=", ".join(columns), blocks=False, count=len(columns))


def _no_counters(table: TextTable) -> Fault:
    return fault("COLUMN_MISSING.counters", file=table.file, value=", ".join(map(str, table.frame.columns[:6])))


def _span(times: pd.Series) -> str:
    """First and last day counted."""
    return f"{times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}" if len(times) else "not stated"
