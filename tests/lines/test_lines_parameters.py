"""[lines] of plan.toml: what is wrong between its values is said before the work."""

import pytest

from connected_place.coverage.parameters.lines import LINES_LIKELY, Lines, lines_faults

from .line_worlds import own


@pytest.mark.parametrize(
    ("rules", "code", "column"),
    [
        (Lines(must=("C1-white",)), "LINE_PAIR", "lines.must"),
        (Lines(must=("C1-white=radio=hub",)), "LINE_PAIR", "lines.must"),
        (Lines(vouchers_until="soon"), "NOT_A_MONTH", "lines.vouchers_until"),
        (Lines(likely={**LINES_LIKELY, "vouchers": 0.9}), "LINE_ORDER", "lines.vouchers"),
        (Lines(option=(own(low=0.6),)), "LINE_ORDER", "lines.option 1"),
        (Lines(option=(own(key="Gap funding"),)), "LINE_KEY", "lines.option 1.key"),
        (Lines(option=(own(key="radio"),)), "LINE_KEY", "lines.option 1.key"),
        (Lines(option=(own(), own())), "LINE_TWICE", "lines.option.key"),
        (Lines(option=(own(statuses=("grey",)),)), "LINE_STATUS", "lines.option 1.statuses"),
    ],
)
def test_a_fault_names_its_key(rules, code, column):
    assert [(fault.code, fault.column) for fault in lines_faults(rules)] == [(code, column)]


def test_the_defaults_and_a_councils_option_have_no_fault():
    assert list(lines_faults(Lines(option=(own(),), must=("C1-white=own",), vouchers_until="2027-09"))) == []
