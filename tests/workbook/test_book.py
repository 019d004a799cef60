"""The workbook as a reviewer's programs read it: openpyxl for what is stored, LibreOffice for what it comes to."""

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest

from connected_place.coverage.parameters.parameters import Parameters
from connected_place.maps.tables.plan_tables import csv_tables
from connected_place.maps.workbook.book import SHEETS, workbook_bytes

from ..processes import EMERGENCY_S
from ..small_places import sample_plan

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "{{7*7}}",
    "#panic()",
    "\u202eevil",
    "a\ufffe\x07b",
]


@pytest.fixture(scope="module")
def content():
    return workbook_bytes(sample_plan())


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def stored(content):
    """The same with the values beside the formulas."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def formulas(book):
    """Every formula by sheet and cell."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def recalculated(content, folder, *, changes=None):
    """The workbook as LibreOffice calculates it: stored values are taken out first, so none can be passed on."""
    source = folder / "book.xlsx"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", text)
            new.writestr(name, text)
    if changes:
        opened = openpyxl.load_workbook(source)
        for cell, value in changes.items():
            opened["Appraisal"][cell] = value
        opened.save(source)
    out = folder / "out"
    subprocess.run(
        [OFFICE, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx",
         "--outdir", str(out), str(source)],
        check=True, capture_output=True, timeout=EMERGENCY_S,
    )  # fmt: skip
    return openpyxl.load_workbook(out / "book.xlsx", data_only=True)


def labelled(sheet):
    """Value beside each label of the first column."""
    return {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2) if row[0].value}


def test_it_has_the_sheets_that_its_read_me_names(book):
    assert book.sheetnames == ["Read me", *SHEETS]
    told = [row[1].value for row in book["Read me"].iter_rows(max_col=2) if row[1].value]
    assert [text for text in told if text.partition(":")[0] in SHEETS] == [f"{k}: {v}" for k, v in SHEETS.items()]


@needs_office
def test_another_program_calculates_what_python_did(content, book, stored, tmp_path):
    found = recalculated(content, tmp_path)
    cells = formulas(book)
    assert len(cells) > 80
    for sheet, cell in cells:
        expected, value = stored[sheet][cell].value, found[sheet][cell].value
        assert value == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-9, abs=1e-6)), cell


@needs_office
@pytest.mark.parametrize(
    ("key", "end", "cells"), [("discount_rate", "high", ("B5",)), ("optimism_bias", "low", ("B7",))]
)
def test_another_rate_or_bias_in_its_cell_gives_what_the_model_gives(content, tmp_path, key, end, cells):
    """An end of the range of the tornado, which the model worked out by itself."""
    plan = sample_plan()
    row = plan.case.tornado.set_index("key").loc[key]
    stated = 1.0 if key == "discount_rate" else plan.case.two_to_one.optimism_bias_stated
    found = recalculated(content, tmp_path, changes=dict.fromkeys(cells, row[end] * stated))
    result = labelled(found["Appraisal"])
    assert result["Benefit-cost ratio (PVB / PVC); not a pass/fail test"] == pytest.approx(row[f"bcr_{end}"], rel=1e-9)
    assert result["Net present value (PVB - PVC)"] == pytest.approx(row[f"npv_{end}"], rel=1e-9)


def test_the_stored_result_is_the_plans(stored):
    found = sample_plan().case.programme
    told = labelled(stored["Appraisal"])
    assert told["Costs at present value (PVC)"] == pytest.approx(found.pv_costs_gbp)
    assert told["Benefits at present value (PVB)"] == pytest.approx(found.pv_benefits_gbp)
    assert told["Net present value (PVB - PVC)"] == pytest.approx(found.npv_gbp)
    assert told["Value-for-money band (Department for Transport, November 2024)"] == found.band


def test_without_a_value_of_a_benefit_there_is_no_ratio(tiny):
    stored = openpyxl.load_workbook(io.BytesIO(workbook_bytes(tiny)), data_only=True)
    told = labelled(stored["Appraisal"])
    assert "plan.toml gives no value for a benefit, so there is no benefit-cost ratio." in told
    assert not [label for label in told if "ratio (PVB" in str(label)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_file_becomes_a_formula_or_a_link(tiny, worlds, text):
    """The formulas are those of the same plan with a harmless name of the same place in the order."""
    plain = formulas(openpyxl.load_workbook(io.BytesIO(workbook_bytes(worlds.renamed(tiny, "Harmless")))))
    content = workbook_bytes(worlds.renamed(tiny, text))
    opened = openpyxl.load_workbook(io.BytesIO(content))
    assert formulas(opened) == plain
    shown = [
        cell for sheet in opened for row in sheet.iter_rows() for cell in row
        if isinstance(cell.value, str) and cell.data_type == "s" and cell.value.startswith(("=", "+", "-", "@"))
    ]  # fmt: skip
    assert all(cell.quotePrefix for cell in shown)
    assert bool(shown) == text.startswith(("=", "+", "-", "@"))
    links = [cell.hyperlink.target for sheet in opened for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert not [target for target in links if target]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml")).decode()
    assert not set(everything) & set("\u202e\ufffe\x07")


@pytest.mark.parametrize("name", ["sites", "wards", "areas"])
def test_its_numbers_are_those_of_the_csv(stored, name):
    sheet = stored[name.capitalize()]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    found = pd.DataFrame(rows[1:], columns=rows[0])
    key = found.columns[0]
    table = pd.read_csv(io.StringIO(csv_tables(sample_plan())[f"{name}.csv"])).set_index(key).loc[found[key]]
    numbers = [column for column in table.select_dtypes("number") if column in found]
    assert len(numbers) > 10
    for column in numbers:
        mine = pd.to_numeric(found[column]).to_numpy()
        assert mine == pytest.approx(table[column].to_numpy(dtype=float), rel=1e-9, abs=1e-9, nan_ok=True), column


def test_every_sheet_but_the_first_has_a_table_and_none_has_merged_cells(book):
    assert not [sheet.title for sheet in book if sheet.merged_cells.ranges]
    assert [sheet.title for sheet in book if not sheet.tables] == ["Read me"]
    for sheet in book:
        for table in sheet.tables.values():
            top = table.ref.split(":")[0]
            assert sheet[top].value == table.tableColumns[0].name


def test_long_tables_keep_their_header_on_the_screen_and_on_paper(book):
    for name in ("Sites", "Areas", "Wards", "Delivery", "Sources"):
        sheet = book[name]
        assert sheet.freeze_panes.endswith("6")
        assert sheet.print_title_rows == "$5:$5"
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9


def test_each_column_has_its_meaning_above_it(book):
    for name in ("Sites", "Areas", "Wards", "Clusters", "Funding", "Delivery", "Risks", "Monitoring", "Sources"):
        sheet = book[name]
        headers = [cell.value for cell in sheet[5] if cell.value]
        meanings = [cell.value for cell in sheet[4][: len(headers)]]
        assert headers and all(meanings), name


def test_what_is_not_known_is_an_empty_cell(tiny):
    """Area B2 is not reported: 40 premises, no gap."""
    stored = openpyxl.load_workbook(io.BytesIO(workbook_bytes(tiny)), data_only=True)["Areas"]
    header = [cell.value for cell in stored[5]]
    row = next(row for row in stored.iter_rows(min_row=6) if row[0].value == "B2")
    assert row[header.index("premises")].value == 40
    assert row[header.index("ufbb_300_gap")].value is None
    assert row[header.index("ufbb_300_not_reported")].value == 40


def test_invented_data_is_marked_on_every_sheet(book, tiny):
    assert all("ILLUSTRATIVE" in sheet["A2"].value for sheet in book)
    plain = openpyxl.load_workbook(io.BytesIO(workbook_bytes(tiny)))
    assert not [sheet.title for sheet in plain if "ILLUSTRATIVE" in str(sheet["A2"].value)]


def test_the_same_plan_gives_the_same_bytes(content):
    assert workbook_bytes(sample_plan()) == content


def test_a_plan_that_chooses_nothing_makes_a_workbook(tiny):
    none = tiny.sites.assign(selected=False, rank=pd.array([None] * 5, dtype="Int64"))
    made = dataclasses.replace(tiny, sites=none)
    stored = openpyxl.load_workbook(io.BytesIO(workbook_bytes(made)), data_only=True)
    assert labelled(stored["Summary"])["Proposed sites"] == 0


def test_the_parameters_are_not_part_of_a_formula(book):
    """Numbers and addresses only: what is quoted in a formula is a band of the Department for Transport."""
    assert isinstance(sample_plan().parameters, Parameters)
    quoted = {text for formula in formulas(book).values() for text in re.findall(r'"([^"]*)"', str(formula))}
    assert quoted == {"very poor", "poor", "low", "medium", "high", "very high"}
