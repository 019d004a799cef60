"""Reasons: every candidate has one, the code says which, the sentence gives its numbers."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.coverage.siting.reasons import REASONS, reasons

rules = settings(deadline=None, derandomize=True, max_examples=50)


def reason(
    *, selected=False, covered=12.4, added=12.4, capex=15_700.0, lock_in=(), lock_out=(), no_line=(), why=None, **more
):
    """The reason of one site A for a budget of £20,000; B is its rival where one is named."""
    row = {
        "name": "Hall",
        "selected": selected,
        "demand_covered": covered,
        "demand_added": added,
        "capex_gbp": capex,
        "loss_without": math.nan,
        "loss_without_low": math.nan,
        "loss_without_high": math.nan,
        "exchange": "",
        "exchange_loss": math.nan,
        "shares_with": "",
    }
    rival = row | {"name": "Kiosk", "selected": True}
    locks = {"lock_in": set(lock_in), "lock_out": set(lock_out), "no_line": set(no_line), "why_out": why}
    near = more.pop("too_near", None)
    frame = pd.DataFrame([row | more, rival], index=["A", "B"])
    found = reasons(frame, budget_gbp=20_000, too_near=near, **locks)
    return found.loc["A", "reason_code"], found.loc["A", "reason"], found.loc["A", "rival_id"]


@pytest.mark.parametrize(
    ("facts", "code", "words"),
    [
        ({"selected": True}, "CHOSEN", "Chosen: it adds 12 homes counted by need for £15,700."),
        ({"selected": True, "lock_in": "A"}, "LOCKED_IN", "because plan.toml requires it (lock_in); it adds 12"),
        ({"lock_out": "A"}, "LOCKED_OUT", "because plan.toml says so (lock_out); it would add 12"),
        ({"lock_out": "A", "covered": 0.0, "added": 0.0}, "LOCKED_OUT", "it would add 0"),
        (
            {"covered": 0.0, "added": 0.0},
            "COVERS_NO_DEMAND",
            "there are no premises with unmet need within its reach.",
        ),
        ({"covered": 0.0, "added": 0.0, "capex": 20_001.0}, "COVERS_NO_DEMAND", "within its reach"),
        ({"no_line": "A"}, "NO_LINE", "no good enough line is known at its postcode"),
        ({"no_line": "A", "covered": 0.0, "added": 0.0, "capex": 20_001.0}, "NO_LINE", "sites.worst_backhaul"),
        ({"no_line": "A", "lock_out": "A"}, "LOCKED_OUT", "it would add 12"),
        ({"no_line": "A", "selected": True, "lock_in": "A"}, "LOCKED_IN", "it adds 12"),  # a lock outweighs the line
        ({"no_line": "B"}, "OTHERS_ADD_MORE", "would add 12"),  # another site's line
        ({"capex": 20_001.0}, "OVER_BUDGET", "it costs £20,001, more than the whole budget"),
        ({"capex": 20_000.0}, "OTHERS_ADD_MORE", "would add 12 homes counted by need for £20,000"),  # the edge
        ({"added": 0.0}, "COVERED_BY_CHOSEN", "already cover all 12 homes counted by need within its reach"),
        ({"added": 3.0}, "OTHERS_ADD_MORE", "would add 3 homes counted by need for £15,700; swapping it"),
        ({"lock_out": "A", "why": {"A": " The roof is listed. "}}, "LOCKED_OUT", "says so: The roof is listed; it"),
        ({"lock_in": "B"}, "OTHERS_ADD_MORE", "would add 12"),  # a lock of another site
    ],
)
def test_a_candidate_has_the_reason_that_its_numbers_give(facts, code, words):
    found, sentence, rival = reason(**facts)
    assert found == code
    assert words in sentence
    assert rival == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"exchange": "B", "exchange_loss": 4.0}, "swapping it for its rival, Kiosk, would lose 4."),
        ({"exchange": "B", "exchange_loss": 0.0}, "swapping it for its rival, Kiosk, would gain nothing."),
        (
            {"added": 0.0, "shares_with": "B"},
            "already cover all 12 homes counted by need within its reach, mostly Kiosk.",
        ),
        ({"too_near": {"A": "B"}}, "it is closer to Kiosk, which is chosen, than plan.toml allows"),
        (
            {"selected": True, "exchange": "B", "loss_without": 2.5},
            "Dropping it and re-planning would lose 2.5. Its nearest rival is Kiosk.",
        ),
        ({"selected": True, "exchange": "B", "loss_without": 0.0}, "Dropping it and re-planning would lose nothing."),
        (
            {"selected": True, "exchange": "B", "loss_without_low": 1.0, "loss_without_high": 2.5},
            "Dropping it and re-planning would lose between 1 and 2.5.",
        ),
        (
            {"selected": True, "exchange": "B", "loss_without_low": 0.0, "loss_without_high": 2.5},
            "would lose at most 2.5; the exact loss was not worked out.",
        ),
    ],
)
def test_a_reason_names_the_rival_and_what_dropping_the_site_would_lose(facts, words):
    _, sentence, rival = reason(**facts)
    assert words in sentence
    assert rival == "B"


@rules
@given(st.booleans(), st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1e6), st.booleans(), st.booleans())
def test_no_candidate_is_without_a_reason(selected, covered, part, capex, locked_in, locked_out):
    locks = {"lock_in": ["A"] if locked_in else [], "lock_out": ["A"] if locked_out and not selected else []}
    code, sentence, _ = reason(selected=selected, covered=covered, added=covered * part, capex=capex, **locks)
    assert code in REASONS
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert sentence.startswith("Chosen") is selected
