"""A setting: what may be written for one key of plan.toml."""

import math
from dataclasses import dataclass, field

import pytest

from connected_place.coverage.parameters.setting import ANY_SIGN, PROPOSED, Setting, setting


def of(**limits):
    return setting(source="an example", **limits)["setting"]


@pytest.mark.parametrize(
    ("limits", "value", "code"),
    [
        ({}, 0, ""),
        ({}, -5e-324, "NOT_POSITIVE"),
        ({}, math.inf, "NOT_POSITIVE"),
        ({}, math.nan, "NOT_POSITIVE"),
        pytest.param({}, 10**400, "NOT_POSITIVE", id="no float can hold it"),
        ({"at_least": 1.5}, 1.5, ""),  # the lowest value is allowed
        ({"at_least": 1.5}, 1.4999999999999998, "NOT_POSITIVE"),
        ({"above": 0}, 0, "NOT_POSITIVE"),  # this one is not
        ({"above": 0}, 5e-324, ""),
        ({"at_most": 1}, 1, ""),
        ({"at_most": 1}, 1.0000000000000002, "TOO_LARGE"),
        ({"at_most": 1}, math.inf, "NOT_POSITIVE"),
        ({"at_least": ANY_SIGN}, -1e300, ""),
        ({"at_least": ANY_SIGN}, -math.inf, "NOT_FINITE"),
        ({"at_least": ANY_SIGN}, math.nan, "NOT_FINITE"),
        ({"choices": ("a", "")}, "", ""),
        ({"choices": ("a", "")}, "A", "NOT_A_CHOICE"),
        ({"choices": ("a", "")}, 3.0, ""),  # a benefit's quantity may be a number instead
        ({}, "anything", ""),
        ({"at_least": 1}, True, ""),
    ],
)
def test_a_value_is_within_its_limits_or_has_the_code_of_its_fault(limits, value, code):
    assert of(**limits).fault_code(value) == code


def test_only_a_field_that_declares_a_setting_has_one():
    @dataclass(frozen=True, kw_only=True)
    class Table:
        stated: float = field(default=0.5, metadata=setting("share", at_most=1, source=PROPOSED))
        bare: float = 0.5

    assert Setting.of(Table, "stated").unit == "share"
    for name in ("bare", "absent"):
        with pytest.raises(KeyError):
            Setting.of(Table, name)
