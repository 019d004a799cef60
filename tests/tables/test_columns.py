"""A column is described once: columns.toml has a row for each, no row too many, and every writer says what it says."""

import ast
import dataclasses
import html
import io
import re
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from connected_place.maps.gis.layers import gis_layers
from connected_place.maps.page.page import borough_page, ward_page
from connected_place.maps.tables.columns import OutputColumn, row_of, table_names, table_text
from connected_place.maps.tables.plan_columns import table_texts
from connected_place.maps.tables.plan_tables import csv_tables, plan_tables
from connected_place.maps.words.gap_statements import premises_words
from connected_place.maps.workbook.book import workbook_bytes
from connected_place.maps.workbook.sheets import number_format

from ..small_places import sample_plan

ROOT = Path(__file__).parents[2]
TOML = tomllib.loads((ROOT / "maps" / "tables" / "columns.toml").read_text(encoding="utf-8"))
TEMPLATES = sorted((ROOT / "maps" / "page" / "templates").glob("*.html.j2"))
COMMANDS = {"ranking", "differences", "front"}
"""Tables that a command writes."""

EARLIER = {"change", "forecast", "coverage_series", "promises"}
"""Tables of several releases, which the sample has not; their own tests write them."""

INSTEAD, BESIDE = "cells", "shapes"
"""Columns that replace others, or that join those of a layer with a file of its own."""

KEYS = {"type", "unit", "decimals", "width", "head", "meaning", "empty"}
TYPES = {"string", "integer", "number", "boolean", "any"}


def listed(table):
    """Names of a table's columns as columns.toml writes them."""
    for item in TOML["table"][table]["columns"]:
        yield from [item] if isinstance(item, str) else item


def rows():
    """Every row: table ("": any), name, row."""
    yield from (("", name, row) for name, row in TOML["column"].items())
    for table, told in TOML["table"].items():
        yield from ((table, name, row) for name, row in told.get("column", {}).items())


ROWS = [pytest.param(*row, id=".".join(filter(None, row[:2]))) for row in rows()]


# --- the rows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TOML["table"])
def test_every_column_that_a_table_lists_has_a_row_and_the_reverse(table):
    names = list(listed(table))
    assert len(set(names)) == len(names)
    assert all(row_of(table, name) for name in names)
    told = TOML["table"][table]
    for key in ("column", "key", "not_on_sheet"):
        dead = set(told.get(key, ())) - set(names)
        assert not dead, f"{sorted(dead)} of [table.{table}.{key}] are no columns of it"


def test_every_row_for_all_tables_is_used_by_one():
    used = {
        name for table, told in TOML["table"].items() for name in listed(table) if name not in told.get("column", {})
    }
    dead = set(TOML["column"]) - used
    assert not dead, f"no table has {sorted(dead)}"


def test_no_two_rows_say_the_same_of_one_name():
    """They would be one row of [column]."""
    seen = {}
    for table, name, row in rows():
        twin = (name, row["meaning"], row.get("empty"))
        assert twin not in seen, f"{name}: [table.{table}] says again what [table.{seen[twin]}] says"
        seen[twin] = table


@pytest.mark.parametrize(("table", "name", "row"), ROWS)
def test_a_row_says_all_that_a_column_needs(table, name, row):
    assert set(row) <= KEYS
    assert row["type"] in TYPES
    assert ("decimals" in row) == (row["type"] == "number")
    assert row["type"] != "number" or row.get("unit"), "a number has a unit"
    assert row.get("head") or table == BESIDE, "a GIS and a page show a heading"
    assert re.match(r"[A-Z{]", row["meaning"])
    assert not row["meaning"].endswith((".", ";", ",")) and "empty:" not in row["meaning"]
    assert "  " not in row["meaning"] and row["meaning"] == row["meaning"].strip()


def test_headings_tell_the_columns_of_a_table_apart():
    for name, text in table_texts(sample_plan()).items():
        heads = [column.head for column in text.columns if column.head]
        assert len(set(heads)) == len(heads), (name, sorted(head for head in heads if heads.count(head) > 1))
        names = [column.name for column in text.columns]
        assert len(set(names)) == len(names), name


def test_parts_are_filled_for_each_tier_and_set():
    tiers = [{"tier": "gigabit", "speed": "1,000 Mbit/s"}]
    found = table_text("councils", {"premises": "lines in use", "service": "1 Gbit/s"}, repeated={"tier": tiers})
    assert [column.name for column in found.columns] == [
        "name", "premises", "gigabit_share", "gigabit_gap", "gigabit_not_reported", "sites", "spent_gbp", "vintage",
    ]  # fmt: skip
    assert found.column("premises").head == "Lines in use"
    assert found.column("gigabit_gap").head == "Without 1,000 Mbit/s"
    assert found.column("gigabit_gap").description == "Lines in use that cannot get 1 Gbit/s; empty: not reported"
    assert [column.name for column in table_text("weight_sets").columns] == ["area_code", "area_name"]


def test_a_part_that_is_missing_is_not_a_blank():
    with pytest.raises(KeyError, match="service"):
        table_text("clusters", {"premises": "homes"})
    with pytest.raises(KeyError, match="no_such_table"):
        table_text("no_such_table")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("estimate: lines in use (connections), Ofcom 2016-06", "lines in use"),
        ("estimate: households (2021) in equal parts over live postcodes", "households"),
        ("Ofcom 2026-01, all premises: All Premises", "homes and businesses"),
    ],
)
def test_lines_in_use_are_never_called_homes_and_businesses(tiny, source, words):
    plan = dataclasses.replace(tiny, areas=tiny.areas.assign(premises_source=source))
    column = table_texts(plan)["areas"].column("ufbb_300_gap")
    assert premises_words([source]) == words
    assert column.description.casefold().startswith(f"{words} that cannot get 300 mbit/s")
    assert table_texts(plan)["areas"].column("premises").head == words.capitalize()


# --- the frames of the sample --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables():
    return plan_tables(sample_plan())


WITH_ROWS = sorted(set(table_names()) - COMMANDS - EARLIER - {INSTEAD, BESIDE, "reach", "appraisal_years", "summary"})
WITH_ROWS = [name for name in WITH_ROWS if not name.startswith("page_") and name not in ("what_if", "settings")]
WITH_ROWS = [name for name in WITH_ROWS if name not in ("counters", "councils")]


@pytest.mark.parametrize("name", WITH_ROWS)
def test_types_agree_with_the_frame_and_every_column_is_in_it(tables, name):
    table = tables[name]
    assert [column.name for column in table.text.columns] == [
        column.name for column in table_texts(sample_plan())[name].columns
    ]
    for column in table.text.columns:
        values = table.rows[column.name]
        known = values.dropna()
        where = f"{name}.{column.name}"
        if column.type == "boolean":
            assert known.map(lambda value: value in (True, False)).all(), where
        elif column.type == "integer":
            assert (pd.to_numeric(known) % 1 == 0).all(), where
        elif column.type == "number":
            assert pd.to_numeric(known).notna().all(), where
            assert not pd.api.types.is_bool_dtype(values), where
        else:
            assert known.map(lambda value: isinstance(value, str)).all(), where
        if column.unit == "0 to 1":
            assert pd.to_numeric(known).between(0, 1).all(), where


CSVS = sorted(name for name in table_names() if TOML["table"][name].get("csv") and name not in EARLIER)
"""What the sample writes."""


@pytest.mark.parametrize("name", CSVS)
def test_cells_have_the_decimals_of_their_column_and_are_empty_only_where_that_is_explained(tiny, name):
    for plan in (sample_plan(), tiny) if name in ("areas", "wards", "clusters") else (sample_plan(),):
        found = pd.read_csv(io.StringIO(csv_tables(plan)[f"{name}.csv"]), dtype=str, keep_default_na=False)
        for column in table_texts(plan)[name].columns:
            if column.name not in found:
                continue
            cells = found[column.name]
            longest = cells.str.partition(".")[2].str.len().max() if column.type == "number" else 0
            assert not longest > column.decimals, f"{name}.{column.name}"
            assert column.empty or (cells != "").all(), f"{name}.{column.name}: say what an empty cell means"


def test_every_unit_of_money_and_share_has_a_format_on_sheets():
    """A column of pounds that is shown without its sign is read as something else."""
    for _, name, row in rows():
        column = OutputColumn(name=name, type=row["type"], meaning="", unit=row.get("unit", ""))
        told = number_format(column)
        assert told.startswith("£") == (column.type == "number" and column.unit.startswith("£")), name
        assert told.endswith("%") == (column.unit == "0 to 1"), name


# --- the writers ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(sample_plan())), data_only=True)


WORDED = {"T_summary", "T_years", "T_council_cash"}
"""Tables of sheets whose headers are words; the others have the names of the files' columns."""


def sheets_tables(book):
    """Each table of the workbook: its name, its header, and the row above it."""
    for sheet in book:
        for table in sheet.tables.values():
            cells = sheet[table.ref]
            top, left, right = cells[0][0].row, cells[0][0].column, cells[0][-1].column
            above = [sheet.cell(top - 1, column).value for column in range(left, right + 1)]
            yield table.name, [cell.value for cell in cells[0]], above, list(cells[1])


def test_headers_and_notes_of_the_workbook_are_those_of_the_rows(book):
    texts = table_texts(sample_plan())
    seen = set()
    for name, header, above, _ in sheets_tables(book):
        if name in WORDED:
            continue
        shown = [column for column in texts[name.removeprefix("T_")].columns if column.is_on_sheet]
        assert header == [column.name for column in shown], name
        assert above == [column.description for column in shown], name
        seen.add(name)
    assert len(seen) == 15


def test_headers_that_are_words_are_the_headings_of_the_rows(book):
    texts = table_texts(sample_plan())
    found = {name: header for name, header, *_ in sheets_tables(book) if name in WORDED}
    assert set(found) == WORDED
    for name in WORDED - {"T_years"}:
        assert found[name] == [column.head for column in texts[name.removeprefix("T_")].columns]
    fixed = {column.head for column in texts["appraisal_years"].columns}
    lines = {line["words"] for line in sample_plan().case.lines.to_dict("records")}
    ends = (" in the plan", ", as set above")
    bare = [re.sub(r" \(\d\)$", "", head) for head in found["T_years"]]
    rest = [head.removesuffix(ends[0]).removesuffix(ends[1]) for head in bare if head not in fixed]
    assert fixed <= set(bare)
    assert rest and set(rest) <= lines


def test_numbers_of_the_workbook_have_the_format_of_their_unit_and_columns_their_width(book):
    texts = table_texts(sample_plan())
    for name, header, _, first in sheets_tables(book):
        if name in WORDED:
            continue
        for column_name, cell in zip(header, first, strict=True):
            column = texts[name.removeprefix("T_")].column(column_name)
            if column.type in ("number", "integer") and cell.value is not None:
                assert cell.number_format == number_format(column), (name, column_name)
    for sheet, table in (("Sites", "sites"), ("Wards", "wards"), ("Sources", "sources")):
        shown = [column for column in texts[table].columns if column.is_on_sheet]
        letters = [book[sheet].cell(5, at + 1).column_letter for at in range(len(shown))]
        widths = [book[sheet].column_dimensions[letter].width for letter in letters]
        # openpyxl reads columns of one width as a range that begins with the first.
        assert all(abs(width - column.width) < 1 for width, column in zip(widths, shown, strict=True) if width != 13)


def heads_on(page):
    """Name and text of every heading of a column."""
    found = re.findall(r"<th scope=\"col\"([^>]*)>(.*?)</th>", page)
    return [(re.search(r'data-column="([^"]*)"', told).group(1), html.unescape(text)) for told, text in found]


@pytest.mark.parametrize("kind", ["borough", "ward"])
def test_headings_of_a_page_are_those_of_the_rows(kind):
    plan = sample_plan()
    page = borough_page(plan) if kind == "borough" else ward_page(plan, plan.wards.index[0])
    texts = table_texts(plan)
    known = {(column.name, column.head) for text in texts.values() for column in text.columns}
    found = heads_on(page)
    assert len(found) > 30
    assert not set(found) - known


def test_every_layer_has_the_columns_of_its_table():
    texts = table_texts(sample_plan())
    for layer in gis_layers(sample_plan()):
        assert layer.text == texts[layer.name]
        assert [*layer.frame.columns] == [*(column.name for column in layer.text.columns), "geometry"]


def on_templates():
    """Table and column of each heading that a template asks for by name."""
    found = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'\bth\("(\w+)", "(\w+)"', text))
        for table, names in re.findall(r'\brow_of_heads\("(\w+)", \[([^\]]*)\]', text):
            found |= {(table, name) for name in re.findall(r'"(\w+)"', names)}
    return found


def test_every_table_is_written_by_somebody(book):
    written = {name.removesuffix(".csv") for name in csv_tables(sample_plan())} | EARLIER
    written |= {name.removeprefix("T_") for name, *_ in sheets_tables(book)}
    written |= {layer.name for layer in gis_layers(sample_plan())} | {table for table, _ in on_templates()}
    written |= COMMANDS | {INSTEAD, BESIDE}
    assert written - {"years"} | {"appraisal_years"} == set(table_names())


def test_every_column_that_only_a_page_shows_is_on_one():
    asked = on_templates()
    for table in ("page_areas", "page_sites", "page_sources", "counters", "what_if", "settings", "councils"):
        names = {name for name in listed(table) if "{" not in name}
        assert {(table, name) for name in names} <= asked


# --- columns are described once ------------------------------------------------------------------------------

CODE = [
    path for room in ("maps", "scripts") for path in sorted((ROOT / room).rglob("*.py")) if "bench" not in path.parts
]
NAMES = {name for _, name, _ in rows()} - {
    "key",
    "name",
    "title",
    "file",
    "page",
    "value",
    "low",
    "high",
    "start",
    "end",
}
MEANINGS = {row["meaning"] for _, _, row in rows() if row["meaning"].count(" ") > 2}


def descriptions(module):
    """Line and reason of whatever describes columns in a module."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "OutputColumn":
            yield node.lineno, "makes an OutputColumn"
        if isinstance(node, ast.Constant) and node.value in MEANINGS:
            yield node.lineno, "says again what columns.toml says"
        if isinstance(node, ast.Dict):
            told = [key.value for key, value in zip(node.keys, node.values, strict=True) if is_prose(key, value)]
            if len(set(told) & NAMES) >= 2:
                yield node.lineno, f"describes {sorted(set(told) & NAMES)}"


def is_prose(key, value):
    """Whether an entry of a dict has a text of several words for a name."""
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return False
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(" " in text for text in texts)


def test_no_module_describes_a_column():
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {why}"
        for path in CODE
        if path.name != "columns.py"
        for line, why in descriptions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not faults, "\n".join(["write it into maps/tables/columns.toml:", *faults])


@pytest.mark.parametrize(
    "line",
    [
        'OutputColumn(name="reach_m", type="number", meaning="")',
        'WORDS = {"capex_gbp": "Capital, in pounds", "reason": "Why it is chosen"}',
        'WORDS = {"capex_gbp": f"Capital, {UNIT}", "reason": "Why it is chosen"}',
        'NOTE = "Why it is chosen or not, in words"',
    ],
)
def test_the_guard_sees_a_description(line):
    assert list(descriptions(ast.parse(line)))


@pytest.mark.parametrize("line", ['{"capex_gbp": cost, "reason": why}', '{"kind": "park", "reason": "none"}'])
def test_the_guard_lets_values_pass(line):
    assert not list(descriptions(ast.parse(line)))


def test_no_template_words_a_heading_itself():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert path.name == "heads.html.j2" or '<th scope="col"' not in text, f"{path.name}: ask th() for the heading"


def test_no_script_of_a_page_finds_a_column_by_its_heading():
    for path in TEMPLATES[0].parent.glob("*.js"):
        asked = re.findall(r"cellUnder\([^,]+, '([^']*)'\)", path.read_text(encoding="utf-8"))
        assert set(asked) <= {name for _, name, _ in rows()}, path.name
