"""The plan as an Excel workbook: what it is, its figures, sites, areas, wards, money, delivery, risks and sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
from xlsxwriter import Workbook

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import shown
from connected_place.maps.pictures import ILLUSTRATIVE, Picture
from connected_place.maps.tables import CLUSTER_FIELDS, SITE_FIELDS, OutputColumn, area_fields, cluster_rows
from connected_place.maps.words import statements
from connected_place.maps.workbook.appraisal import write_appraisal
from connected_place.maps.workbook.money import write_funding, write_sensitivity
from connected_place.maps.workbook.sheets import FORMULA_FILL, INPUT_FILL, LINE_PT, Book, fields_of
from connected_place.maps.workbook.summary import write_summary

FIXED_TIME = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Of the document's making, so that the same plan gives the same bytes."""

OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
LEFT_OUT = ("_have", "_value", "_matched", "score_low", "score_high", "lead_share", "first_share", "rival_points")
"""Ends of columns that only areas.csv and wards.csv have: a sheet of seventy columns is not read."""

SHEETS = {
    "Summary": "The plan in figures, sums with live formulas",
    "Sites": "Every candidate, those proposed first, with the reason why or why not",
    "Areas": "Gaps, need, score and rank of each area",
    "Wards": "The same of each ward",
    "Clusters": "Where premises without the headline speed lie close together",
    "Appraisal": "Costs and benefits by year with live formulas: change the yellow cells",
    "Sensitivity": "Lines, options, switching values, ranges and simulation",
    "Funding": "Who pays for each site, cash by year, subsidy flags",
    "Delivery": "Every task with its months, owner role, dependencies and gates",
    "Risks": "What may go wrong, how likely and how grave, and what is done",
    "Monitoring": "Baseline and target of each indicator",
    "Sources": "Every input file with its hash, date, licence and rows",
}

TASK_WORDS = {
    "task_id": "Id of the task",
    "name": "Site; empty: the whole programme",
    "phase": "Phase",
    "words": "What is done",
    "start": "First month",
    "end": "Last month",
    "start_month": "The same counted: 1 is the first month",
    "end_month": "The same counted, included",
    "months": "Length, months",
    "owner_role": "Role that answers for it; never a person's name",
    "depends_on": "Ids of the tasks that must be done before",
    "gate": "Who decides: project, board or Cabinet; empty: no gate",
    "is_default": "True: the length is this project's proposal, not stated in plan.toml",
}
RISK_WORDS = {
    "key": "Id",
    "words": "Risk",
    "likelihood": "1 (rare) to 5 (almost certain)",
    "impact": "1 (slight) to 5 (severe)",
    "score": "Likelihood times impact, 1 to 25",
    "mitigation": "What is done about it",
    "owner_role": "Role that answers for it",
    "source": "Who set likelihood and impact",
}
MONITORING_WORDS = {
    "key": "Id",
    "words": "Indicator",
    "unit": "Unit",
    "baseline": "Before the first site is live; empty: not known",
    "baseline_date": "Date of the baseline",
    "target": "What it should come to; empty: none is set",
    "source": "Where the figure comes from",
    "how_often": "How often it is measured",
    "owner_role": "Role that answers for it",
}
SOURCE_WORDS = {
    "title": "Source",
    "publisher": "Publisher",
    "file": "File, as plan.toml names it",
    "vintage": "Release or year of the content",
    "licence": "Licence",
    "attribution": "What the licence asks to be said",
    "rows_read": "Rows read",
    "rows_used": "Rows used",
    "set_aside": "Rows set aside, by reason",
    "sha256": "SHA-256 of the file",
    "crs": "Reference system as found in the file",
    "page": "Publisher's page",
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
    No text of a file or of plan.toml becomes part of a formula: formulas hold cell addresses and numbers only.
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
    write_summary(book, plan)
    _tables(book, plan)
    write_appraisal(book, plan)
    write_sensitivity(book, plan)
    write_funding(book, plan)
    _delivery(book, plan)
    _sources(book, plan)
    _maps(book, pictures)
    workbook.close()
    return out.getvalue()


def _read_me(book: Book, plan: Plan) -> None:
    place, tier = plan.parameters.place, plan.parameters.gaps.headline
    estimated = statements.is_estimate(plan.wards["premises_source"].iloc[0])
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

    said = (statements.gap_sentence(plan.borough, tier, estimated=estimated), statements.shortlist_sentence(plan))
    lines("What it says", [*said, *statements.reporting_sentences(plan.reporting)])
    sheet.text(row, 0, "Sheets", bold=True)
    for name, words in SHEETS.items():
        link = book.format(font_color="#0b5394", underline=1)
        sheet.worksheet.write_url(row, 1, f"internal:'{name}'!A1", link, string=f"{name}: {words}")
        row += 1
    row += 1
    sheet.text(row, 0, "Colours", bold=True)
    for words, colour in (
        ("Yellow: a figure that you may change, to see what follows", INPUT_FILL),
        ("Blue: a formula; its value is also stored for programs that do not calculate", FORMULA_FILL),
    ):
        sheet.text(row, 1, words, bg_color=colour, border=1)
        row += 1
    row += 1
    lines(
        "How to read it",
        [
            "Above a table's header stands what each column means, with its unit; headers are those of the CSV files.",
            "An empty cell is not known or not reported. It is never 0.",
            "Sites and premises within reach, demand and residents are estimates of a model, no survey.",
            *(["The counts of premises are estimates."] if estimated else []),
            *statements.limit_sentences(plan),
        ],
    )  # fmt: skip
    lines("Licences", statements.attributions(plan.provenance))


def _tables(book: Book, plan: Plan) -> None:
    order = plan.sites.assign(last=~plan.sites["selected"]).sort_values(["last", "rank", "site_id"], kind="stable")
    sites = order.drop(columns=["last", "geometry"]).reset_index()
    note = "Every candidate, those proposed first, by rank. Demand, premises and residents in reach are estimates."
    book.sheet("Sites", "Candidates", note, freeze_columns=2).table(sites, SITE_FIELDS, name="T_sites", is_main=True)
    estimated = statements.is_estimate(plan.wards["premises_source"].iloc[0])
    note = "The counts of premises are estimates." if estimated else "Counts of premises as published."
    for name, frame, of_wards in (("Areas", plan.areas, False), ("Wards", plan.wards, True)):
        left_out = LEFT_OUT if of_wards else (*LEFT_OUT, "explanation")
        fields = [item for item in area_fields(plan, of_wards=of_wards) if not item.name.endswith(left_out)]
        rows = frame.drop(columns="geometry").sort_values(["rank"], kind="stable").reset_index()
        more = f"By rank of need. {note} Further columns stand in {name.lower()}.csv."
        book.sheet(name, name, more, freeze_columns=2).table(rows, fields, name=f"T_{name.lower()}", is_main=True)
    clusters = cluster_rows(plan).drop(columns="geometry").reset_index()
    book.sheet("Clusters", "Clusters of premises without the headline speed", "The largest gap first.").table(
        clusters, CLUSTER_FIELDS, name="T_clusters", is_main=True
    )


def _delivery(book: Book, plan: Plan) -> None:
    found = plan.delivery
    book.sheet(
        "Delivery", "Delivery plan", "Lengths not stated in plan.toml are this project's proposal.", freeze_columns=2
    ).table(found.tasks, fields_of(found.tasks, TASK_WORDS), name="T_delivery", is_main=True)
    book.sheet("Risks", "Risks", "The highest score first.").table(
        found.risks, fields_of(found.risks, RISK_WORDS), name="T_risks", is_main=True
    )
    book.sheet("Monitoring", "What is measured", "Each figure before the first site is live, and its target.").table(
        found.monitoring, fields_of(found.monitoring, MONITORING_WORDS), name="T_monitoring", is_main=True
    )


def _sources(book: Book, plan: Plan) -> None:
    rows = pd.DataFrame(
        [
            {name: getattr(item, name) for name in SOURCE_WORDS}
            | {"set_aside": "; ".join(f"{reason}: {count:,}" for reason, count in item.set_aside.items())}
            for item in plan.provenance
        ],
        columns=list(SOURCE_WORDS),
    )
    fields: list[OutputColumn] = fields_of(rows, SOURCE_WORDS)
    book.sheet("Sources", "Every input file", "The hash tells whether a file is the very one that was used.").table(
        rows, fields, name="T_sources", is_main=True
    )


_PICTURES = ("gap_by_ward", "proposal")


def _maps(book: Book, pictures: Sequence[Picture]) -> None:
    """Two maps with their alternative text, one below the other."""
    shown_here = [picture for picture in pictures if picture.name in _PICTURES]
    if not shown_here:
        return
    sheet = book.sheet("Maps", "Maps", "The same as in the folder of pictures; the tables hold what they show.")
    for picture in shown_here:
        sheet.worksheet.insert_image(
            sheet.next_row, 0, f"{picture.stem}.png",
            {"image_data": io.BytesIO(picture.png), "x_scale": 0.8, "y_scale": 0.8, "description": picture.alt,
             "object_position": 2},
        )  # fmt: skip
        sheet.next_row += 36
