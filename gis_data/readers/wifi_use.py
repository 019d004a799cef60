"""Logs of public Wi-Fi: users or sessions by site and day or month, never persons or devices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.footfall import days_written
from connected_place.gis_data.tabular import check_columns, plain, raise_if_blocked, read_asked

MONTH_FORMS = {
    r"[0-9]{4}-[0-9]{1,2}": "%Y-%m",
    r"[0-9]{1,2}/[0-9]{4}": "%m/%Y",
    r"[A-Za-z]{3} [0-9]{4}": "%b %Y",
    r"[A-Za-z]{4,9} [0-9]{4}": "%B %Y",
    r"[A-Za-z]{3}-[0-9]{2}": "%b-%y",
}
"""How a month may be written."""

_COUNTS = ["users", "sessions"]


def read_wifi_use(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read how much public Wi-Fi was used, a row for each site and day or month.

    Returns
    -------
    Layer of level "site and day"
        `site` (text, as the file has it), `date` (datetime64, a day or the first of a month), `days` (days counted),
        `users`, `sessions` (NaN: not counted), sorted by site and date. A row of zeros is kept: nobody came.

    Raises
    ------
    DataError
        USE_NOT_COUNTED, USE_DATE, USE_DAYS, USE_TWICE, USE_OVERLAPS and those of `text_tables` and `schema`.

    Notes
    -----
    A month without a number of days counts as all its days. Users of a month are the sum of its days' users; unique
    users of a month are another thing and too few.
    """
    known = entry.headers(asked.columns)
    table = read_asked(file, asked, known_headers=known, wanted=known)
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    frame = checked.frame
    raise_if_blocked([*checked.faults, *_not_counted(frame, file.name)])
    frame = frame.reindex(columns=["site", "date", "days", *_COUNTS])
    dates, of_months = _dates_and_months(plain(frame["date"]))
    raise_if_blocked(_date_faults(frame["date"], dates, file.name))
    all_days = pd.Series(np.where(of_months, dates.dt.days_in_month, 1), index=frame.index, dtype="float64")
    raise_if_blocked(_days_faults(frame["days"], all_days, file.name))
    log = frame.assign(date=dates, days=frame["days"].fillna(all_days), is_month=of_months)
    aside = _set_aside(log)
    used = log[aside == ""]
    raise_if_blocked([*_repeated(used, file.name), *_overlapping(used, file.name)])
    return Layer(
        frame=used.drop(columns="is_month").sort_values(["site", "date"], kind="stable").reset_index(drop=True),
        level="site and day",
        warnings=(*table.warnings, *checked.warnings),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or _months(used["date"]),
            rows_used=len(used),
            set_aside={str(why): count for why, count in aside[aside != ""].value_counts().sort_index().items()},
        ),
    )


def _dates_and_months(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The day that each text gives, or the first of its month (NaT: neither), and which are months."""
    codes, distinct = pd.factorize(text)
    texts = pd.Series(distinct, dtype="str").str.removesuffix(" 00:00:00").str.removesuffix("T00:00:00")
    days = pd.Series(days_written(texts)[0])
    months = pd.Series(np.datetime64("NaT", "s"), index=texts.index)
    for form, code in MONTH_FORMS.items():
        written = texts.where(texts.str.fullmatch(form))
        months = months.fillna(pd.to_datetime(written, format=code, errors="coerce").astype("datetime64[s]"))
    dates = pd.Series(days.fillna(months).to_numpy()[codes], index=text.index)
    return dates, pd.Series((days.isna() & months.notna()).to_numpy()[codes], index=text.index)


def _set_aside(log: pd.DataFrame) -> pd.Series:
    """Why a row is not used; empty for those that are."""
    reasons = pd.Series("", index=log.index)
    reasons = reasons.mask(plain(log["site"]) == "", "no site")
    reasons = reasons.mask((reasons == "") & (log["days"] == 0), "not counted on any day")
    return reasons.mask((reasons == "") & log[_COUNTS].isna().all(axis="columns"), "neither users nor sessions")


def _not_counted(frame: pd.DataFrame, file: str) -> list[Fault]:
    return [] if set(_COUNTS) & set(frame.columns) else [fault("USE_NOT_COUNTED", file=file)]


def _date_faults(cells: pd.Series, dates: pd.Series, file: str) -> list[Fault]:
    rows = tuple(dates.index[dates.isna()])
    if not rows:
        return []
    value, count = str(cells.loc[rows[0]]), len(rows)
    return [fault("USE_DATE", file=file, column="date", rows=rows, value=value, count=count, total=len(dates))]


def _days_faults(days: pd.Series, most: pd.Series, file: str) -> list[Fault]:
    rows = tuple(days.index[(days > most) | (days % 1 > 0)])
    if not rows:
        return []
    value = f"{days.loc[rows[0]]:g}"
    return [fault("USE_DAYS", file=file, column="days", rows=rows, value=value, count=len(rows))]


def _repeated(log: pd.DataFrame, file: str) -> list[Fault]:
    rows = tuple(log.index[log.duplicated(["site", "date", "is_month"])])
    if not rows:
        return []
    value = f"{log['site'].loc[rows[0]]}, {log['date'].loc[rows[0]]:%Y-%m-%d}"
    return [fault("USE_TWICE", file=file, rows=rows, value=value, count=len(rows))]


def _overlapping(log: pd.DataFrame, file: str) -> list[Fault]:
    """Days of a month that is given whole."""
    month = log["site"] + log["date"].dt.strftime(" %Y-%m")
    rows = tuple(log.index[~log["is_month"] & month.isin(month[log["is_month"]])])
    if not rows:
        return []
    return [fault("USE_OVERLAPS", file=file, rows=rows, value=str(month.loc[rows[0]]), count=len(rows))]


def _months(dates: pd.Series) -> str:
    """First and last month of a log."""
    return f"{dates.min():%Y-%m} to {dates.max():%Y-%m}" if len(dates) else "not stated"
