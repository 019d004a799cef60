"""Sheets of money other than the appraisal: lines, options, uncertainty, and who pays."""

from __future__ import annotations

import math
from collections.abc import Mapping

from xlsxwriter.utility import xl_rowcol_to_cell

from connected_place.coverage.case import BusinessCase
from connected_place.coverage.delivery import Funding
from connected_place.maps.tables import PlanTable
from connected_place.maps.workbook.sheets import POUNDS, Book, Sheet, number_format

CASH = ("capital_gbp", "grant_gbp", "running_gbp", "renewal_gbp", "income_gbp")
"""Columns of the council's cash that add up to its balance."""


def write_sensitivity(book: Book, tables: Mapping[str, PlanTable], case: BusinessCase) -> None:
    """Write the sheet "Sensitivity": tables one below another, each with its own header."""
    note = "One figure at a time unless stated otherwise; ranges are from plan.toml or this project's own assumptions."
    sheet = book.sheet("Sensitivity", "Lines, options and uncertainty", note)
    sheet.set_widths([18, 44, *[13] * 7, 40, 40, 13, 13, 13])
    drawn = case.monte_carlo
    more = {"simulation": f": {drawn.draws:,} draws of {len(drawn.drawn)} figures, seed {drawn.seed}"}
    for name in ("appraisal", "options", "switching", "ranges", "simulation"):
        table = tables[name]
        sheet.heading(f"{table.text.title}{more.get(name, '')}")
        if len(table.rows):
            sheet.table(table)
        else:
            sheet.text(sheet.next_row, 0, "plan.toml gives no value for a benefit, so there is nothing to show.")
            sheet.next_row += 2


def write_funding(book: Book, tables: Mapping[str, PlanTable], paid: Funding) -> None:
    """Write the sheet "Funding": each site, then cash by year with live balances."""
    met = {None: "no target in plan.toml", True: "target met", False: "target not met"}[paid.external.is_met]
    note = f"Cash in base-year prices, not discounted, without optimism bias. Funding from outside the council: {met}."
    sheet = book.sheet("Funding", "Who pays", note, freeze_columns=2)
    sheet.table(tables["funding"], is_main=True)
    _cash(sheet, tables["council_cash"])


def _cash(sheet: Sheet, table: PlanTable) -> None:
    """£ to the council by year; balances are formulas."""
    sheet.heading(f"{table.text.title} (£)")
    header = sheet.next_row
    text, columns = table.text, len(table.text.columns)
    for row, year in enumerate(table.rows.to_dict("records"), start=header + 1):
        sheet.number(row, 0, float(year["year"]), number_format(text.column("year")))
        for column, name in enumerate(CASH, start=1):
            sheet.number(row, column, float(year[name]), number_format(text.column(name)))
        net, so_far = float(year["net_gbp"]), float(year["cumulative_gbp"])
        if math.isnan(net):
            continue
        cells = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(CASH))}"
        sheet.formula(row, columns - 2, f"=SUM({cells})", net, POUNDS)
        if not math.isnan(so_far):
            above = f"{xl_rowcol_to_cell(row - 1, columns - 1)}+" if row > header + 1 else ""
            sheet.formula(row, columns - 1, f"={above}{xl_rowcol_to_cell(row, columns - 2)}", so_far, POUNDS)
    last = header + max(len(table.rows), 1)
    sheet.worksheet.add_table(
        header, 0, last, columns - 1,
        {
            "name": f"T_{text.name}",
            "style": "Table Style Light 1",
            "autofilter": False,
            "columns": sheet.book.headers([column.head for column in text.columns]),
        },
    )  # fmt: skip
    sheet.next_row = last + 3
