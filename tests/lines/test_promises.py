"""Promises kept: three releases of one street, and what became of every premises that one of them planned."""

import pandas as pd
import pytest

from connected_place.coverage.lines.promises import OUTCOMES, followed, place_promises
from connected_place.gis_data.layers import Layers

COLUMNS = ["current_gigabit", "in_contract", "future_gigabit", "contract_date"]
NO, PLANNED, HAS = (0, 0, 0, ""), (0, 1, 0, "2025-06-30"), (1, 0, 0, "")
LATER, COMMERCIAL, UNDATED = (0, 1, 0, "2030-01-31"), (0, 0, 1, ""), (0, 1, 0, "")

HISTORIES = {
    "kept": ((PLANNED, HAS, HAS), "came", "2025-05"),
    "seen only after its date, but there was no release between": ((PLANNED, PLANNED, HAS), "came", "2026-01"),
    "late": ((PLANNED, LATER, HAS), "came", "2026-01"),
    "overdue": ((PLANNED, PLANNED, PLANNED), "overdue", ""),
    "ahead": ((NO, LATER, LATER), "not_due", ""),
    "without a date": ((UNDATED, UNDATED, UNDATED), "not_due", ""),
    "commercial": ((COMMERCIAL, NO, HAS), "came", "2026-01"),
    "withdrawn": ((PLANNED, NO, NO), "withdrawn", ""),
    "no longer listed": ((PLANNED, PLANNED, None), "gone", ""),
}
MONTHS = ("2025-01", "2025-05", "2026-01")


def releases(months=MONTHS):
    """A release a month; premises are called after their history."""
    return {
        month: pd.DataFrame(
            {name: rows[number] for name, (rows, _, _) in HISTORIES.items() if rows[number] is not None},
            index=COLUMNS,
        ).T
        for number, month in enumerate(months)
    }


@pytest.mark.parametrize("name", HISTORIES)
def test_each_history_has_its_outcome(name):
    row = followed(releases()).loc[name]
    assert (row["outcome"], row["seen"]) == HISTORIES[name][1:]


def test_a_line_that_a_release_after_its_date_lacked_came_late():
    frames = releases()
    frames["2026-09"] = frames["2026-01"].copy()
    frames["2026-09"].loc["overdue"] = HAS
    assert followed(frames).loc["overdue", ["outcome", "seen"]].tolist() == ["came_late", "2026-09"]


def test_premises_that_no_release_before_the_last_planned_are_no_promise():
    frames = {"2025-01": pd.DataFrame([NO], ["new"], COLUMNS), "2026-01": pd.DataFrame([LATER], ["new"], COLUMNS)}
    assert followed(frames).empty


def test_every_premises_has_exactly_one_outcome():
    found = followed(releases())
    assert found["outcome"].isin(OUTCOMES).all() and len(found) == len(HISTORIES)


def test_one_release_alone_says_nothing_of_promises():
    assert place_promises(Layers(()), None, None) is None
