"""docs/parameters.md is the dataclasses of plan.toml, and each of their fields says what a planner must know."""

import dataclasses
import typing

import pytest

from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.setting import PROPOSED, YOURS
from connected_place.scripts.docs.parameters_page import PARAMETERS_PAGE, attributes, keys, parameters_page, tables

TABLES = list(tables())
KEYS = [key for table in TABLES for key in keys(table)]


def name_of(key):
    return f"{key.table.path}.{key.name}"


def test_the_page_is_as_the_dataclasses_say():
    """Behind? Run: python -m connected_place.scripts.docs.parameters_page."""
    assert PARAMETERS_PAGE.read_text(encoding="utf-8") == parameters_page()


def test_the_page_has_a_section_for_every_table_and_a_row_for_every_key():
    """Counted from the dataclasses' values, not by the function that writes the page."""
    text = parameters_page()
    stated = dataclasses.asdict(Parameters(place=Place(name="Streetford", lad="E06000999")))
    assert all(f"\n## [{name}]\n" in text for name in stated)
    assert all(f"\n| `{key}` | " in text for table in stated.values() for key in table if key not in LISTED)


LISTED = {table.path.rsplit(".", 1)[-1] for table in TABLES if "." in table.path}


def test_the_tables_within_tables_are_found():
    found = {table.heading for table in TABLES if "." in table.path}
    assert found == {
        *(
            "[[score.criterion]]",
            "[[score.set]]",
            "[appraisal.additionality]",
            "[appraisal.distribution]",
            "[appraisal.use]",
        ),
        *("[[appraisal.benefit]]", "[[appraisal.range]]", "[[funding.enterprise]]", "[[delivery.risk]]"),
        "[[lines.option]]",
    }


@pytest.mark.parametrize("key", KEYS, ids=name_of)
def test_every_key_has_a_unit_a_source_and_a_meaning(key):
    """A number's unit may be "none" only where it counts nothing: a seed, a weight, a mark out of five."""
    assert key.setting.unit and key.setting.source, name_of(key)
    assert key.meaning.endswith("."), f"{name_of(key)} has no entry of its own under Attributes in its docstring"
    assert "proposal" not in key.setting.source or key.setting.source.startswith(PROPOSED), (
        f"begin the source with {PROPOSED!r}"
    )
    kinds = {float, int} & {key.hint, *typing.get_args(key.hint)}
    plain = ("seed", "weights", "lines", "wifi", "elasticity", "likelihood", "impact")
    assert key.setting.unit != "none" or not kinds or key.name in plain, f"{name_of(key)} is a number without a unit"


@pytest.mark.parametrize("key", KEYS, ids=name_of)
def test_only_what_has_no_default_is_yours_to_state(key):
    """A default that is a number, a choice or a table of values came from somewhere."""
    empty = key.default is dataclasses.MISSING or key.default in (None, "", (), {}, 0)
    stated = name_of(key) in ("appraisal.benefit.quantity", "sites.backhaul_gbp")  # the first choice; zeros
    assert key.setting.source != YOURS or empty or stated, f"where does the default of {name_of(key)} come from?"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
def test_a_docstring_names_the_fields_of_its_table_and_no_others(table):
    assert list(attributes(table.shape)) == [field.name for field in dataclasses.fields(table.shape)]


@pytest.mark.parametrize("key", KEYS, ids=name_of)
def test_every_default_is_within_its_own_limits(key):
    values = list(key.default.values()) if isinstance(key.default, dict) else [key.default]
    values = [value for value in values if isinstance(value, str | int | float)]
    assert [key.setting.fault_code(value) for value in values] == [""] * len(values)
    if key.setting.keys and key.default:
        assert set(key.default) == set(key.setting.keys)
