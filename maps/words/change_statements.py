"""Sentences on change since an earlier release: what changed, how much of it is real, what cannot be compared."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.change import Change
from connected_place.coverage.places import UNIT_WORDS
from connected_place.maps.numerals import count_text, month, plural, share_text, speed_text
from connected_place.maps.words.gap_statements import estimate_words, is_estimate, premises_words

_SMALLEST = 0.5
"""Premises; a smaller change is shown as none."""


def change_sentence(row: pd.Series, tier: str, change: Change) -> str:
    """Gap then and now, with its numbers.

    Parameters
    ----------
    row : Series
        A ward's, an area's or the place's row of `Change`.
    tier : str
    change : Change
    """
    counted = premises_words([change.premises_source_now])
    before, now = row[f"{tier}_gap_before"], row[f"{tier}_gap_now"]
    if pd.isna(before) or pd.isna(now):
        return f"The number of {counted} without {speed_text(tier)} here is not reported at both dates."
    about = "about " if is_estimate(change.premises_source_before) or is_estimate(change.premises_source_now) else ""
    return (
        f"In {month(change.before)} {about}{count_text(before)} of {count_text(row['premises_before'])} "
        f"({share_text(before, row['premises_before'])}) {counted} could not get {speed_text(tier)}; in "
        f"{month(change.now)} {about}{count_text(now)} of {count_text(row['premises_now'])} "
        f"({share_text(now, row['premises_now'])})."
    )


def real_sentence(row: pd.Series, tier: str, change: Change) -> str:
    """How much of the change is real; the table gives the rest."""
    total, real = row[f"{tier}_change"], row[f"{tier}_change_real"]
    if pd.isna(total):
        return "The change is therefore not known."
    if change.is_revision:
        return (
            f"Both files are for the same month: the difference ({more_or_fewer(total)}) is the publisher's revision; "
            "nothing changed on the ground."
        )
    return (
        f"That is {more_or_fewer(total)}. The real change is {more_or_fewer(real)}: from {_units(change)} that both "
        "files report, with a different share now. The rest comes from how premises, codes and answers are counted."
    )


def limits_of_comparison(change: Change) -> tuple[str, ...]:
    """What cannot be concluded from the two files."""
    told = []
    if change.not_compared:
        speeds = ", ".join(speed_text(tier) for tier in change.not_compared)
        told.append(f"Not compared, because only one of the two files reports it: {speeds}.")
    if change.yes_or_no:
        told.append(
            f"For {' and '.join(speed_text(tier) for tier in change.yes_or_no)} the file of {month(change.before)} "
            "says only yes or no for a whole postcode. A no counts all its premises; a yes may be true of only some, "
            "so a rise from a yes may not be real."
        )
    if change.units_before_only or change.units_now_only:
        told.append(
            f"{count_text(change.units_both)} {_units(change)} are in both files, "
            f"{count_text(change.units_before_only)} only in the earlier one and {count_text(change.units_now_only)} "
            "only in the later one."
        )
    if change.units_returned:
        told.append(
            f"Of those in the later only, {count_text(change.units_returned)} are not new: the earlier file left them "
            "out, though they existed by then."
        )
    if change.units_known_once:
        told.append(
            f"{count_text(change.units_known_once)} of those in both have a figure at only one of the two dates."
        )
    if change.units_recut:
        told.append(f"{plural(change.units_recut, 'code')} came through the lookup from another year's codes.")
    if change.outside:
        told.append(f"{plural(change.outside, 'row')} of the earlier file not used: outside the council's area.")
    if change.by == "area":
        told.append("The two files count by different units, so only whole areas are compared.")
    sources = dict.fromkeys((change.premises_source_before, change.premises_source_now))
    estimates = [source.removeprefix("estimate: ") for source in sources if is_estimate(source)]
    if estimates:
        told.append(f"Gaps are {estimate_words(premises_words(estimates))}. Counts: {'; '.join(estimates)}.")
    return tuple(told)


def more_or_fewer(number: float) -> str:
    """A change of premises in words.

    Examples
    --------
    >>> more_or_fewer(12.4), more_or_fewer(-1518.1), more_or_fewer(0.2)
    ('12 more', '1,518 fewer', 'none')
    """
    if abs(number) < _SMALLEST:
        return "none"
    return f"{count_text(abs(number))} {'more' if number > 0 else 'fewer'}"


def _units(change: Change) -> str:
    return "areas" if change.by == "area" else UNIT_WORDS[change.by]
