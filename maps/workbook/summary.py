"""The summary sheet: the plan in figures, with totals of the Sites sheet as live formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import speed_text
from connected_place.maps.tables import PlanTable, table_text
from connected_place.maps.words import gap_statements, statements
from connected_place.maps.workbook.sheets import POUNDS, Book, number_format

SITES_FROM_ROW = 6
"""First row of data of the sheet "Sites", by Excel's numbering."""


def proposed_first(sites: PlanTable) -> PlanTable:
    """The sites in their sheet's order: proposed ones first, by rank."""
    order = sites.rows.assign(last=~sites.rows["selected"]).sort_values(["last", "rank", "site_id"], kind="stable")
    return replace(sites, rows=order)


def write_summary(book: Book, plan: Plan, tables: Mapping[str, PlanTable]) -> None:
    """Write the sheet "Summary"."""
    text = table_text("summary")
    sheet = book.sheet("Summary", text.title, f"Empty: {text.column('value').empty}.")
    sheet.set_widths([column.width for column in text.columns])
    tier, found, borough = plan.parameters.gaps.headline, plan.shortlist, plan.borough
    speed, case = speed_text(tier), plan.case.programme
    counted = gap_statements.counted_words(plan.reporting).capitalize()
    reached = gap_statements.premises_words([found.premises_source]).capitalize()
    rows: list[tuple[str, float | None, str, str]] = [
        (counted, borough["premises"], "#,##0", "Wards"),
        (f"Of which without {speed}", borough[f"{tier}_gap"], "#,##0", "Wards"),
        ("The same as a share", borough[f"{tier}_gap_share"], "0.0%", "Wards: one sum over another"),
        (f"{counted} not reported at {speed}", borough[f"{tier}_not_reported"], "#,##0", "Wards"),
        ("Capital budget", found.budget_gbp, POUNDS, "plan.toml"),
        (f"{statements.demand_words(plan.parameters).capitalize()}, total", found.demand_total, "#,##0.0", "estimate"),
        ("Of which the proposed sites should reach", found.demand_covered, "#,##0.0", "estimate"),
        ("The most that any choice within the budget could reach", found.demand_bound, "#,##0.0", "proven limit"),
        (f"{reached} very likely to get Wi-Fi outdoors", found.premises_likely, "#,##0", "estimate"),
        (f"{reached} that might, counting every chance", found.premises_covered, "#,##0", "estimate"),
        ("Residents who should get Wi-Fi outdoors", found.residents_covered, "#,##0", "estimate"),
        ("Costs at present value", case.pv_costs_gbp, POUNDS, "Appraisal"),
        ("Benefits at present value", case.pv_benefits_gbp, POUNDS, "Appraisal; empty: no value given"),
        ("Net present value", case.npv_gbp, POUNDS, "Appraisal; empty: no value given"),
        ("Benefit-cost ratio; not a pass/fail test", case.bcr, "0.00", "Appraisal; empty: no value given"),
        ("The council's balance at the end", _last(plan), POUNDS, "Funding"),
    ]
    first = sheet.next_row + 1
    for row, (words, value, told, source) in enumerate(rows, start=first):
        sheet.text(row, 0, words)
        sheet.number(row, 1, float("nan") if value is None else float(value), told)
        sheet.text(row, 2, source, indent=1)
    row = first + len(rows)
    for words, formula, value, told in _sums(tables["sites"]):
        sheet.text(row, 0, words)
        sheet.formula(row, 1, formula, value, told)
        sheet.text(row, 2, "Sites: a live formula", indent=1)
        row += 1
    sheet.worksheet.add_table(
        first - 1, 0, row - 1, 2,
        {
            "name": "T_summary",
            "style": "Table Style Light 1",
            "columns": book.headers([column.head for column in text.columns]),
        },
    )  # fmt: skip
    sheet.worksheet.freeze_panes(first, 1)


def _sums(sites: PlanTable) -> list[tuple[str, str, float, str]]:
    """Words, formula, value calculated in Python and format of each total over the proposed sites."""
    columns = [column for column in sites.text.columns if column.is_on_sheet]
    names = [column.name for column in columns]
    chosen = sites.rows[sites.rows["selected"]]
    last = SITES_FROM_ROW + max(len(sites.rows), 1) - 1

    def span(name: str) -> str:
        letter = xl_col_to_name(names.index(name))
        return f"Sites!${letter}${SITES_FROM_ROW}:${letter}${last}"

    def of_chosen(words: str, name: str) -> tuple[str, str, float, str]:
        column = sites.text.column(name)
        total = float(column.rounded(chosen[name]).sum())
        return words, f"=SUMIF({span('selected')},TRUE,{span(name)})", total, number_format(column)

    return [
        ("Candidates", f"=COUNTA({span('site_id')})", float(len(sites.rows)), "0"),
        ("Proposed sites", f"=COUNTIF({span('selected')},TRUE)", float(len(chosen)), "0"),
        of_chosen("Capital of the proposed sites", "capex_gbp"),
        of_chosen("Running cost of the proposed sites a year", "opex_gbp_per_year"),
        of_chosen("Total share of the investment (%)", "share_of_investment_pct"),
        of_chosen("Total demand that the proposed sites add", "demand_added"),
    ]


def _last(plan: Plan) -> float:
    years: pd.Series = plan.funding.years["cumulative_gbp"]
    return float(years.iloc[-1]) if len(years) else float("nan")
