"""Sentences on better lines that pages, papers and commands share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connected_place.coverage.gaps import Reporting
from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.parameters import Parameters
from connected_place.maps.numerals import count_text, money_text, plural, shown, speed_text
from connected_place.maps.words import gap_statements

STATUS_NAMES = {
    "white": "White",
    "under review": "Under Review",
    "grey/black": "Grey or Black",
    "not known": "Not known",
}
"""Subsidy control statuses as BDUK writes them."""


def lines_sentence(found: PlaceLines, parameters: Parameters, reporting: Reporting) -> str:
    """What the budget for lines pays for, and how sure it is that no other choice gains more."""
    speed, rules = speed_text(parameters.gaps.headline), parameters.lines
    rows = found.interventions
    paid = rows[rows["is_paid"].astype(bool)]
    areas = plural(len(rows), "intervention area")
    counted = gap_statements.counted_words(reporting)
    about = "About " if gap_statements.is_estimate(reporting.premises_source) else ""
    release = gap_statements.release_words(reporting)
    source = f" ({release})" if release else ""
    start = f"{about}{count_text(rows['premises'].sum())} {counted} cannot get {speed}{source}, in {areas}."
    if rules.budget_gbp <= 0:
        return f"{start} No budget for better lines is stated, so nothing that costs money is chosen."
    spent = f"{money_text(paid['cost_gbp'].sum())} of {money_text(rules.budget_gbp)}"
    if not len(paid):
        return f"{start} The budget pays for nothing there: no option that costs money is possible, or fits."
    gains = f"{count_text(paid['gained'].sum())} ({count_text(paid['gained_low'].sum())} to "
    gains += f"{count_text(paid['gained_high'].sum())})"
    proof = "proven best for the money" if found.choice.choice.is_proven else "not proven to be the best for the money"
    return (
        f"{start} The plan pays for an option in {plural(len(paid), 'area')}, for {spent}: about {gains} of "
        f"them should gain {speed} ({proof})."
    )


def status_sentence(found: PlaceLines) -> str:
    """Where the subsidy statuses come from."""
    if not found.status_release:
        return (
            "No file of subsidy control status was given, so the status of all premises is not known and no option "
            "with a subsidy can be chosen."
        )
    return (
        f"Subsidy control status: BDUK, premises in BDUK plans, {shown(found.status_release)}. Only White premises may "
        "be subsidised, which BDUK decides for each property (UPRN) after a public review."
    )


def promises_sentence(found: PlaceLines) -> str:
    """What became of what earlier releases planned; "" where fewer than two were given."""
    kept = found.promises
    if kept is None:
        return ""
    first, last = kept.releases[0], kept.releases[-1]
    count = kept.wards.sum()
    if not len(kept.wards):
        return f"Promises kept: BDUK's releases from {first} on planned no premises here before {last}."
    words = (
        "have the line",
        "have it, later than stated",
        "are overdue",
        "are not due yet",
        "are no longer planned",
        "are no longer listed",
    )
    counts = count[list(kept.wards.columns.drop("promised"))]
    parts = [f"{count_text(number)} {said}" for number, said in zip(counts, words, strict=True) if number]
    return (
        f"Promises kept: of {plural(int(count['promised']), 'home or business', 'homes and businesses')} that BDUK's "
        f"releases from {first} on planned for a gigabit line, by {last} {', '.join(parts)} (promises.csv, by ward)."
    )


def ask_words(row: Mapping[str, Any]) -> str:
    """Whom to ask about an area's option, in one sentence."""
    if row["option"] == "contract":
        return f"Ask {shown(row['supplier']) or 'the supplier'} and BDUK for the build plan."
    if row["option"] == "right_to_request":
        return "Households below 10 Mbit/s can ask the universal service provider (BT); the others can ask operators."
    if row["option"] == "wait":
        return "Ask operators whether these premises are in their plans."
    return "Ask the council's broadband lead."
