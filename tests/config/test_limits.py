"""The limits of plan.toml: what a field declares is what the reader keeps, at every key and up to the edge.

Each world is a plan with one key more than it needs, and what that key needs beside it.
"""

import math
import string
import typing
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.gis_data.errors import PlanFileError
from connected_place.scripts.config.plan_file import read_plan_file
from connected_place.scripts.docs.parameters_page import keys, tables

HEAD = '[[source]]\nkind = "venues"\npath = "a.csv"\n'
NEEDED = {
    "place": {"name": "Streetford", "lad": "E06000999"},
    "score.criterion": {"key": "no_car"},
    "score.set": {"name": "parish"},
    "appraisal.benefit": {"key": "gain"},
    "appraisal.range": {"key": "capital", "low": 0, "high": 1e300},
    "funding.enterprise": {"name": "N"},
    "lines.option": {"key": "a", "words": "b", "tier": "ufbb_300", "low": 0.0, "likely": 0.5, "high": 1.0},
    "delivery.risk": {"key": "a", "words": "b", "likelihood": 1, "impact": 1},
}
"""What each table needs."""

_LINE = "right_to_request"
"""A built-in option for better lines."""

BESIDE = {
    "programme.external_gbp": lambda value: {"capital_gbp": value},
    "score.criterion.none_at": lambda value: {"full_at": 0.0 if value else 1.0},
    "score.criterion.full_at": lambda value: {"none_at": 0.0 if value else 1.0},
    "appraisal.benefit.low": lambda value: {"unit_value_gbp": value, "high": value},
    "appraisal.benefit.high": lambda value: {"unit_value_gbp": value, "low": value},
    "appraisal.benefit.people": lambda _: {"quantity": 5.0},
    "appraisal.optimism_bias": lambda _: {"bias_evidence": "quotes"},
    "appraisal.mitigated": lambda _: {"bias_evidence": "quotes"},
    "appraisal.use.take_up": lambda _: {"source": "a survey"},
    "appraisal.use.mobile_data": lambda _: {"source": "a survey"},
    "appraisal.use.other_wifi": lambda _: {"source": "a survey"},
    "lines.likely": lambda value: {"low": {_LINE: value}, "high": {_LINE: value}},
    "lines.low": lambda value: {"likely": {_LINE: value}, "high": {_LINE: value}},
    "lines.high": lambda value: {"low": {_LINE: value}, "likely": {_LINE: value}},
    "lines.option.likely": lambda value: {"low": value, "high": value},
    "lines.option.low": lambda value: {"likely": value, "high": value},
    "lines.option.high": lambda value: {"low": value, "likely": value},
    "appraisal.range.low": lambda value: {"high": value},
    "appraisal.distribution.median_income_gbp": lambda value: {"income_gbp": {"1": 1.0}},
    "appraisal.distribution.income_gbp": lambda value: {"median_income_gbp": 1.0},
}
"""What a key needs beside it, where a rule over several keys would else refuse it."""

ELSEWHERE = ("appraisal.price_base_year", "appraisal.costs_price_year", "appraisal.benefit.price_year")
"""Years, whose form is checked with the base year; tests/parameters tests them."""

FORMED = ("appraisal.distribution.median_income_gbp",)
"""0 is refused by the rule on incomes."""

KEYS = [key for table in tables() for key in keys(table)]


def path_of(key):
    return f"{key.table.path}.{key.name}"


def kinds_of(key):
    """Types of one value: those of a list's or a table's items."""
    kinds = typing.get_args(key.hint) or (key.hint,)
    return set(kinds[1:]) if issubclass(typing.get_origin(key.hint) or object, Mapping) else set(kinds)


NUMBERS = [key for key in KEYS if {int, float} & kinds_of(key) and path_of(key) not in ELSEWHERE]
CHOICES = [key for key in KEYS if key.setting.choices]
KEYED = [key for key in KEYS if key.setting.keys]


def is_table(key):
    return issubclass(typing.get_origin(key.hint) or object, Mapping)


def written(value):
    """A value as TOML."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {written(item)}' for name, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def entry_of(key):
    """A key that a table of numbers or texts may have."""
    return key.setting.keys[0] if key.setting.keys else "deprivation"


def held(key, value):
    """The value as its key takes it: alone, in a list, or in a table."""
    if is_table(key):
        return {entry_of(key): value}
    return [value] if typing.get_origin(key.hint) is tuple else value


def plan_with(key, value):
    """A plan with this value, and what it needs beside it."""
    path = key.table.path
    beside = BESIDE.get(path_of(key), lambda value: {})(value)
    stated = {"place": NEEDED["place"], path: {**NEEDED.get(path, {}), **beside, key.name: held(key, value)}}
    if path == "place":
        stated = {path: {**NEEDED[path], key.name: value}}
    lines = [HEAD]
    for table, content in stated.items():
        lines += [f"[[{table}]]" if key.table.is_listed and table == path else f"[{table}]"]
        lines += [f"{name} = {written(item)}" for name, item in content.items()]
    return "\n".join(lines)


def column_of(key, name=""):
    """The key as a fault names it."""
    number = " 1" if key.table.is_listed else ""
    return f"{key.table.path}{number}.{key.name}{f'.{name}' if name else ''}"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads a plan.toml of the given text: the parameters, or the faults as (code, key)."""
    folder = tmp_path_factory.mktemp("limits")

    def read_text(text):
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        try:
            return read_plan_file(folder).parameters
        except PlanFileError as error:
            return [(fault.code, fault.column) for fault in error.faults]

    return read_text


def read_value(parameters, key):
    """The parameters' value for a key."""
    found = parameters
    for name in key.table.path.split("."):
        found = getattr(found, name)
    found = getattr(found[0] if key.table.is_listed else found, key.name)
    if is_table(key):
        return found[entry_of(key)]
    return found[0] if typing.get_origin(key.hint) is tuple else found


def numbers(key, low, high, **edges):
    """Numbers of the type that a key takes."""
    if float in kinds_of(key):
        return st.floats(low, high, allow_nan=False, allow_infinity=False, **edges)
    return st.integers(math.ceil(low), math.floor(high))


def within(key):
    """Numbers within the limits, both edges among them."""
    rule = key.setting
    low, high = max(rule.at_least, rule.above, -1e300), min(rule.at_most, 1e300 if float in kinds_of(key) else 10**18)
    if rule.above > -math.inf or path_of(key) in FORMED:
        return numbers(key, low, high, exclude_min=True)
    return numbers(key, low, high) | st.sampled_from([kind(low) for kind in kinds_of(key) & {int, float}])


def outside(key):
    """Numbers outside the limits, the nearest ones among them, each with the code of its fault."""
    rule, is_float = key.setting, float in kinds_of(key)
    found = []
    if rule.at_least == -math.inf:
        found += [st.sampled_from([math.inf, -math.inf, math.nan]).map(lambda value: (value, "NOT_FINITE"))]
    elif rule.above > -math.inf:
        found += [numbers(key, -1e300, rule.above).map(lambda value: (value, "NOT_POSITIVE"))]
    else:
        nearest = math.nextafter(rule.at_least, -math.inf) if is_float else rule.at_least - 1
        below = st.just(nearest) | numbers(key, -1e300 if is_float else -(10**18), nearest)
        found += [below.map(lambda value: (value, "NOT_POSITIVE"))]
    if rule.at_most < math.inf:
        nearest = math.nextafter(rule.at_most, math.inf) if is_float else rule.at_most + 1
        above = st.just(nearest) | numbers(key, nearest, 1e300 if is_float else 10**18)
        found += [above.map(lambda value: (value, "TOO_LARGE"))]
    return st.one_of(found)


@pytest.mark.parametrize("key", NUMBERS, ids=path_of)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_number_within_its_limits_is_accepted_unchanged(read, key, data):
    value = data.draw(within(key))
    found = read(plan_with(key, value))
    assert not isinstance(found, list), found
    assert read_value(found, key) == value


@pytest.mark.parametrize("key", NUMBERS, ids=path_of)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_number_outside_its_limits_is_refused_with_the_code_and_the_key(read, key, data):
    value, code = data.draw(outside(key))
    name = entry_of(key) if is_table(key) else ""
    assert (code, column_of(key, name)) in read(plan_with(key, value))


@pytest.mark.parametrize("key", CHOICES, ids=path_of)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_choice_is_accepted_and_any_other_text_refused(read, key, data):
    name = entry_of(key) if is_table(key) else ""
    text = data.draw(st.sampled_from(key.setting.choices) | st.text(string.ascii_letters + " -_", max_size=20))
    found = read(plan_with(key, text))
    if text in key.setting.choices:
        assert read_value(found, key) == text
    else:
        assert found == [("NOT_A_CHOICE", column_of(key, name))]


@pytest.mark.parametrize("key", KEYED, ids=path_of)
@settings(max_examples=20, deadline=None)
@given(name=st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20))
def test_a_key_that_a_table_does_not_have_is_refused(read, key, name):
    """The table is known; the name is not one of its keys."""
    value = {float: 1.0, str: "x"}[next(iter(kinds_of(key)))]
    text = f'{HEAD}[place]\nname = "S"\nlad = "E"\n[{key.table.path}.{key.name}]\n"{name}" = {written(value)}\n'
    found = read(text)
    refused = isinstance(found, list) and ("UNKNOWN_KEY", column_of(key, name)) in found
    assert refused == (name not in key.setting.keys)


@pytest.mark.parametrize("key", NUMBERS, ids=path_of)
def test_a_whole_number_too_large_for_a_float_is_refused(read, key):
    """It would else end in a traceback: 1 with four hundred zeros."""
    code = "NOT_FINITE" if key.setting.at_least == -math.inf else "NOT_POSITIVE"
    name = entry_of(key) if is_table(key) else ""
    assert (code, column_of(key, name)) in read(plan_with(key, 10**400))
