"""Sentences on the gap: how many premises lack a speed, who reported that and when, and what was not reported."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from connected_place.coverage.gaps import Reporting, counted_as
from connected_place.maps.numerals import count_text, plural, share_text, speed_text

PREMISES = "homes and businesses"
UNKNOWN = Reporting(units="")
"""A release about which nothing is known: the counts are of homes and businesses, and no date is given."""


def is_estimate(source: object) -> bool:
    """Whether a `premises_source` is an estimate.

    Examples
    --------
    >>> is_estimate("estimate: census households"), is_estimate("ofcom output areas")
    (True, False)
    """
    return isinstance(source, str) and source.casefold().startswith("estimate")


def premises_words(sources: Iterable[object]) -> str:
    """What a count of premises is a number of, by where it comes from: lines in use are not homes and businesses.

    Examples
    --------
    >>> premises_words(["Ofcom 2026-01: All Premises"])
    'homes and businesses'
    >>> premises_words(["estimate: lines in use (connections), Ofcom 2016-06"])
    'lines in use'
    """
    counted = counted_as(" ".join(dict.fromkeys(map(str, sources))))
    return PREMISES if counted == "premises" else counted


def estimate_words(counted: str) -> str:
    """How a gap of something else than the publisher's own counts is found.

    Examples
    --------
    >>> estimate_words("lines in use")
    'estimated by applying published percentages of premises to lines in use'
    """
    of = "" if counted == PREMISES else " of premises"
    return f"estimated by applying published percentages{of} to {counted}"


def short_counted(reporting: Reporting) -> str:
    """The same in few words, for titles and heads: premises, unless something else is counted.

    Examples
    --------
    >>> short_counted(UNKNOWN), short_counted(Reporting(units="", premises_source="estimate: lines in use"))
    ('premises', 'lines in use')
    """
    return short_words(counted_words(reporting))


def short_words(counted: str) -> str:
    """Premises for homes and businesses; what else is counted is short enough.

    Examples
    --------
    >>> short_words(PREMISES), short_words("lines in use")
    ('premises', 'lines in use')
    """
    return "premises" if counted == PREMISES else counted


def all_counted(words: Iterable[str]) -> str:
    """What several places count, in words that fit all of them.

    Examples
    --------
    >>> all_counted(["homes and businesses", "lines in use", "homes and businesses"])
    'homes and businesses, or lines in use'
    """
    return ", or ".join(dict.fromkeys(words))


def counted_words(reporting: Reporting) -> str:
    """What the counts of a plan's gap are a number of."""
    return premises_words([reporting.premises_source])


def release_words(reporting: Reporting) -> str:
    """Publisher and month of the coverage file; "" where they are not known.

    Examples
    --------
    >>> release_words(Reporting(units="postcodes", publisher="Ofcom", release="2016-06"))
    'Ofcom, June 2016'
    """
    year, _, number = reporting.release.partition("-")
    at = f"{calendar.month_name[int(number)]} {year}" if number.isdecimal() and 1 <= int(number) <= 12 else year
    return ", ".join(part for part in (reporting.publisher, at) if part)


def gap_sentence(row: Mapping[str, Any] | pd.Series, tier: str, reporting: Reporting = UNKNOWN) -> str:
    """How many premises cannot get a tier, as reported by whom and when.

    Parameters
    ----------
    row : mapping or Series
        An area, a ward or the borough: `premises`, `<tier>_gap`, `<tier>_not_reported`.
    tier : str
        Key of `gap.TIERS`.
    reporting : Reporting
        Of the plan: what is counted, and the release.

    Examples
    --------
    >>> row = {"premises": 160, "ufbb_300_gap": 45, "ufbb_300_not_reported": 0}
    >>> gap_sentence(row, "ufbb_300")
    '45 of 160 (28.1 %) homes and businesses cannot get 300 Mbit/s.'
    >>> by = Reporting(units="postcodes", publisher="Ofcom", release="2026-01")
    >>> gap_sentence(row | {"premises": 200, "ufbb_300_not_reported": 40}, "ufbb_300", by)
    'At least 45 of 200 (22.5 %) homes and businesses cannot get 300 Mbit/s (Ofcom, January 2026); not reported for 40.'
    """
    return _counted(row, tier, row[f"{tier}_gap"], "cannot", reporting)


def have_sentence(row: Mapping[str, Any] | pd.Series, tier: str, reporting: Reporting = UNKNOWN) -> str:
    """How many premises can get a tier: the complement of `gap_sentence`.

    Where some are not reported it says "at least".

    Examples
    --------
    >>> row = {"premises": 160, "ufbb_300_have": 115, "ufbb_300_not_reported": 0}
    >>> have_sentence(row, "ufbb_300")
    '115 of 160 (71.9 %) homes and businesses can get 300 Mbit/s.'
    """
    return _counted(row, tier, row[f"{tier}_have"], "can", reporting)


def silent_premises(row: Mapping[str, Any] | pd.Series, tier: str) -> float:
    """Premises whose tier was not reported; 0 where those were not counted either."""
    number = row[f"{tier}_not_reported"]
    return 0.0 if pd.isna(number) else float(number)


def _counted(row: Mapping[str, Any] | pd.Series, tier: str, part: float, verb: str, reporting: Reporting) -> str:
    whole, silent, speed = row["premises"], silent_premises(row, tier), speed_text(tier)
    counted, by = counted_words(reporting), release_words(reporting)
    if pd.isna(part) or pd.isna(whole) or whole == 0:
        return f"Nobody has reported how many {counted} here {verb} get {speed}."
    estimated = is_estimate(reporting.premises_source)
    bound = ("at least " if silent else "") + ("about " if estimated else "")
    numbers = f"{bound}{count_text(part)} of {count_text(whole)} ({share_text(part, whole)})"
    release = f" ({by})" if by else ""
    rest = f"; not reported for {count_text(silent)}" if silent else ""
    basis = f"; {estimate_words(counted)}" if estimated else ""
    return f"{_capital(numbers)} {counted} {verb} get {speed}{release}{rest}{basis}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reporting_sentences(reporting: Reporting) -> tuple[str, ...]:
    """What the coverage files do not report, one sentence for each reason.

    Examples
    --------
    >>> for line in reporting_sentences(Reporting(units="postcodes", live_postcodes=3100,
    ...                                           live_postcodes_without_row=326, without_weight=295)):
    ...     print(line)
    326 of 3,100 live postcodes have no row in the coverage file: not reported.
    295 rows have no known number of premises: they are in none of the figures.
    """
    told = (
        _postcode_sentence(reporting),
        _rows(reporting.areas_without_row, "output area has", "output areas have",
              "no row in the coverage file: not reported."),
        _rows(reporting.without_weight, "row has", "rows have", _without_weight(reporting)),
        _rows(reporting.unmatched, "row has", "rows have",
              "no premises matched to a network: reported neither as covered nor as not covered."),
        _rows(reporting.outside, "row is", "rows are", "outside the council's area: not used."),
        _rows(reporting.lost, "of these is a postcode", "of these are postcodes",
              "of this authority: outlines are missing, or too coarse to hold it all."),
    )  # fmt: skip
    return tuple(filter(None, told)) or (f"Coverage is reported for all {reporting.units} here.",)


def _rows(number: int, one: str, many: str, rest: str) -> str:
    return f"{plural(number, one, many)} {rest}" if number else ""


def _without_weight(reporting: Reporting) -> str:
    """Why rows cannot be counted, and that they are on neither side of an "at least"."""
    if counted_words(reporting) == "lines in use":
        return "too few lines in use for the publisher to give their number: those lines are in none of the figures."
    return "no known number of premises: they are in none of the figures."


def _postcode_sentence(reporting: Reporting) -> str:
    """How many live postcodes have no row; nothing without a list of them or if none is missing."""
    if not reporting.live_postcodes_without_row:
        return ""
    of = f" of {count_text(reporting.live_postcodes)}" if reporting.live_postcodes is not None else ""
    has = "has" if reporting.live_postcodes_without_row == 1 else "have"
    if not reporting.live_known:
        return (
            f"{count_text(reporting.live_postcodes_without_row)}{of} postcodes {has} no row in the coverage file. The "
            "postcode directory does not say which are still in use, so some of them may have ended."
        )
    return (
        f"{count_text(reporting.live_postcodes_without_row)}{of} live postcodes {has} no row in the coverage file: "
        "not reported."
    )
