"""The plan as an Excel workbook: a guide, figures, sites, areas, wards, money, delivery, risks and sources."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from xlsxwriter import Workbook

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import shown
from connected_place.maps.pictures import ILLUSTRATIVE, Picture
from connected_place.maps.tables import PlanTable, plan_tables
from connected_place.maps.words import gap_statements, statements
from connected_place.maps.workbook.appraisal import write_appraisal
from connected_place.maps.workbook.money import write_funding, write_sensitivity
from connected_place.maps.workbook.sheets import FORMULA_FILL, INPUT_FILL, LINE_PT, Book
from connected_place.maps.workbook.summary import proposed_first, write_summary

FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The document's date, fixed so that the same plan gives the same bytes."""

OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
SHEETS = {
    "Summary": "The plan in figures, with totals as live formulas",
    "Sites": "Every candidate, proposed sites first, with the reason why it was or was not chosen",
    "Areas": "Gaps, need, score and rank of each area",
    "Wards": "The same for each ward",
    "Clusters": "Where premises without the headline speed are close together",
    "Lines": "What can be done for the premises without the headline speed, area by area",
    "Appraisal": "Costs and benefits by year with live formulas: change the yellow cells",
    "Sensitivity": "Lines, options, switching values, ranges and simulation",
    "Funding": "Who pays for each site, cash by year, subsidy flags",
    "Delivery": "Every task with its months, owner role, dependencies and gates",
    "Risks": "What could go wrong, how likely and how serious it is, and what is done about it",
    "Monitoring": "Baseline and target of each indicator",
    "Sources": "Every input file with its hash, date, licence and rows",
}


def workbook_bytes(plan: Plan, pictures: Sequence[Picture] = ()) -> bytes:
    """The workbook of a plan.

    Parameters
    ----------
    plan : Plan
    pictures : sequence of Picture
        Those of the names in `PICTURES` are shown on a sheet, with their alternative text.

    Notes
    -----
    No text of a file or of plan.toml becomes part of a formula: formulas contain cell addresses and numbers only.
    """
    out = io.BytesIO()
    workbook = Workbook(out, OPTIONS)
    place = plan.parameters.place
    workbook.set_properties(
        {
            "title": shown(f"Coverage gaps and proposed sites: {place.name}", 200),
            "subject": "Public Wi-Fi and broadband plan",
            "author": shown(place.name, 100),
            "comments": "Made by Connected Place.",
            "created": FIXED_TIME,
        }
    )
    mark = f"{ILLUSTRATIVE}." if place.illustrative else ""
    book = Book(workbook, mark)
    _read_me(book, plan)
    tables = plan_tables(plan)
    write_summary(book, plan, tables)
    _tables(book, tables)
    write_appraisal(book, plan, tables["cash_flow"])
    write_sensitivity(book, tables, plan.case)
    write_funding(book, tables, plan.funding)
    _delivery(book, tables)
    _maps(book, pictures)
    workbook.close()
    return out.getvalue()


def _read_me(book: Book, plan: Plan) -> None:
    place, tier = plan.parameters.place, plan.parameters.gaps.headline
    source = plan.wards["premises_source"].iloc[0]
    estimated, counted = gap_statements.is_estimate(source), gap_statements.premises_words([source])
    sheet = book.sheet("Read me", f"{shown(place.name)}: workbook of the bid pack", "Start here.")
    sheet.set_widths([24, 120])
    row = sheet.next_row

    def lines(heading: str, texts: Sequence[str]) -> None:
        nonlocal row
        sheet.text(row, 0, heading, bold=True)
        for text in texts:
            sheet.text(row, 1, text, text_wrap=True)
            sheet.worksheet.set_row(row, LINE_PT * sheet.lines(1, text) + 2)
            row += 1
        row += 1

    said = (gap_statements.gap_sentence(plan.borough, tier, plan.reporting), statements.shortlist_sentence(plan))
    lines("Main findings", [*said, *gap_statements.reporting_sentences(plan.reporting)])
    sheet.text(row, 0, "Sheets", bold=True)
    for name, words in SHEETS.items():
        link = book.format(font_color="#0b5394", underline=1)
        sheet.worksheet.write_url(row, 1, f"internal:'{name}'!A1", link, string=f"{name}: {words}")
        row += 1
    row += 1
    sheet.text(row, 0, "Colours", bold=True)
    for words, colour in (
        ("Yellow: a figure that you can change to see the effect", INPUT_FILL),
        ("Blue: a formula; its value is also stored for programs that do not calculate", FORMULA_FILL),
    ):
        sheet.text(row, 1, words, bg_color=colour, border=1)
        row += 1
    row += 1
    lines(
        "Notes",
        [
            "The meaning and unit of each column are above the header; the headers are the same as in the CSV files.",
            "An empty cell means not known or not reported, never 0.",
            "Reach, demand, and the premises and residents who might connect are estimates from a model, not a survey.",
            *([f"Gaps are {gap_statements.estimate_words(counted)}."] if estimated else []),
            *statements.limit_sentences(plan),
        ],
    )  # fmt: skip
    lines("Licences", statements.attributions(plan.provenance))


def _tables(book: Book, tables: Mapping[str, PlanTable]) -> None:
    """Sites, areas, wards and clusters, each on its own sheet."""
    note = "Every candidate, proposed sites first, by rank. Demand and those who might connect are estimates."
    book.sheet("Sites", "Candidates", note, freeze_columns=2).table(proposed_first(tables["sites"]), is_main=True)
    source = tables["wards"].rows["premises_source"].iloc[0]
    counted = gap_statements.premises_words([source])
    estimated = gap_statements.is_estimate(source)
    note = f"Gaps are {gap_statements.estimate_words(counted)}." if estimated else f"Counts of {counted} as published."
    for name in ("areas", "wards"):
        table = tables[name]
        by_rank = replace(table, rows=table.rows.sort_values("rank", kind="stable"))
        more = f"In order of need. {note} {name}.csv has more columns."
        book.sheet(name.capitalize(), name.capitalize(), more, freeze_columns=2).table(by_rank, is_main=True)
    clusters = tables["clusters"]
    book.sheet("Clusters", clusters.text.title, "Largest gap first.").table(clusters, is_main=True)
    if "interventions" in tables:
        table = tables["interventions"]
        note = "Clusters first. Costs and gains are estimates; intervention_options.csv has every option."
        book.sheet("Lines", table.text.title, note, freeze_columns=2).table(table, is_main=True)


def _delivery(book: Book, tables: Mapping[str, PlanTable]) -> None:
    """Tasks, risks, indicators and sources, each on its own sheet."""
    for name, note, freeze in (
        ("delivery", "Lengths not stated in plan.toml are this project's own assumptions.", 2),
        ("risks", "What could go wrong, and what is done about it.", 0),
        ("monitoring", "Each indicator's baseline, before the first site goes live, and its target.", 0),
        ("sources", "Compare the hash to check that a file is the one that was used.", 0),
    ):
        table = tables[name]
        sheet = book.sheet(name.capitalize(), table.text.title, note, freeze_columns=freeze)
        sheet.table(table, is_main=True)


_PICTURES = ("gap_by_ward", "proposal")


def _maps(book: Book, pictures: Sequence[Picture]) -> None:
    """Two maps with their alternative text, one above the other."""
    shown_here = [picture for picture in pictures if picture.name in _PICTURES]
    if not shown_here:
        return
    sheet = book.sheet(
        "Maps", "Maps", "The same maps are in the pictures folder; the tables give the figures that they show."
    )
    for picture in shown_here:
        sheet.worksheet.insert_image(
            sheet.next_row, 0, f"{picture.stem}.png",
            {"image_data": io.BytesIO(picture.png), "x_scale": 0.8, "y_scale": 0.8, "description": picture.alt,
             "object_position": 2},
        )  # fmt: skip
        sheet.next_row += 36
