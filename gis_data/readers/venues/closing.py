"""Whether a venue is closed, by what a column such as "Year closed" says."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from connected_place.gis_data.tabular import plain

OPEN_WORDS = frozenset(
    {"", "0", "0.0", "no", "n", "false", "f", "never", "open", "no closure", "n/a", "na", "none", "-", "nil"}
    | {"current", "active", "operational", "in use", "present", "ongoing"}
)
CLOSED_WORDS = frozenset({"yes", "y", "true", "t", "closed", "1", "1.0", "permanently closed", "temporarily closed"})

DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[a-z]{3,9})[-/. ]([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?(?:[ t].*)?")
_YEAR = re.compile(r"(?<![0-9])((?:18|19|20|21)[0-9]{2})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def is_closed(cell: str, *, today: datetime.date) -> bool | None:
    """Whether a cell says that a venue is closed; None where it says neither.

    A year alone counts as closed from its start, a year to come does not.

    Examples
    --------
    >>> day = datetime.date(2026, 6, 1)
    >>> [is_closed(cell, today=day) for cell in ("2015", "0", "Not closed", "2030", "31/08/2026", "perhaps")]
    [True, False, False, False, False, None]
    """
    text = " ".join(cell.casefold().split()).strip(".")
    if text in OPEN_WORDS or text.startswith(("not ", "still open")):
        return False
    if text in CLOSED_WORDS:
        return True
    date = _date(text)
    if date is not None:
        return date <= today
    years = [int(year) for year in _YEAR.findall(text)]
    return max(years) <= today.year if years else None


def _last_day(release: str) -> datetime.date | None:
    """The last day of a month or year; None for anything else.

    Examples
    --------
    >>> _last_day("2026-02"), _last_day("2026"), _last_day("")
    (datetime.date(2026, 2, 28), datetime.date(2026, 12, 31), None)
    """
    found = re.fullmatch(r"((?:19|20)[0-9]{2})(?:-(0[1-9]|1[0-2]))?(?:-[0-9]{2})?", release)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    return datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)


def _date(text: str) -> datetime.date | None:
    """A whole date; None where a text gives none."""
    if found := DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    number = int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3]) if month[:3] in _MONTHS else 0
    try:
        return datetime.date(int(year), number, int(day or 1))
    except ValueError:
        return None


def closed_rows(cells: pd.Series, stated_release: str = "") -> tuple[pd.Series, pd.Series]:
    """Where a column says closed, and where it says neither closed nor open.

    Parameters
    ----------
    cells : Series of str
    stated_release : str
        Month or year of the list, as plan.toml states it: what closes later is still open. "": as of today.
    """
    texts = plain(cells)
    today = _last_day(stated_release) or datetime.date.today()
    read = {text: is_closed(text, today=today) for text in texts.unique()}
    said = texts.map(read)
    return said.eq(True), said.isna()
