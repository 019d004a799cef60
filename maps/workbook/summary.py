"""The summary sheet: the plan in figures, sums of the sheet of sites as live formulas."""

from __future__ import annotations

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import speed_text
from connected_place.maps.tables import SITE_FIELDS, rounded
from connected_place.maps.words import statements
from connected_place.maps.workbook.sheets import Book, number_format

SITES_FROM_ROW = 6
"""First row of data of the sheet "Sites", as Excel counts."""


def write_summary(book: Book, plan: Plan) -> None:
    """Write the sheet "Summary"."""
    sheet = book.sheet("Summary", "The plan in figures", "Empty: not known or not reported.")
    sheet.set_widths([62, 18, 50])
    tier, found, borough = plan.parameters.gaps.headline, plan.shortlist, plan.borough
    speed, case = speed_text(tier), plan.case.programme
    rows: list[tuple[str, float | None, str, str]] = [
        ("Homes and businesses", borough["premises"], "#,##0", "Wards"),
        (f"Of them, without {speed}", borough[f"{tier}_gap"], "#,##0", "Wards"),
        ("The same as a share", borough[f"{tier}_gap_share"], "0.0%", "Wards: sum over sum"),
        (f"Premises that nobody reported on at {speed}", borough[f"{tier}_not_reported"], "#,##0", "Wards"),
        ("Capital budget", found.budget_gbp, number_format("budget_gbp"), "plan.toml"),
        (f"{statements.demand_words(plan.parameters).capitalize()} in all", found.demand_total, "#,##0.0", "estimate"),
        ("Of it, expected to be reached by the proposed sites", found.demand_covered, "#,##0.0", "estimate"),
        ("Most that any choice within the budget could reach", found.demand_bound, "#,##0.0", "bound of the proof"),
        ("Homes and businesses expected to be reached on the street", found.premises_covered, "#,##0", "estimate"),
        ("Residents expected to be reached on the street", found.residents_covered, "#,##0", "estimate"),
        ("Costs at present value", case.pv_costs_gbp, number_format("_gbp"), "Appraisal"),
        ("Benefits at present value", case.pv_benefits_gbp, number_format("_gbp"), "Appraisal; empty: no value stated"),
        ("Net present value", case.npv_gbp, number_format("_gbp"), "Appraisal; empty: no value stated"),
        ("Benefit-cost ratio; no pass or fail", case.bcr, "0.00", "Appraisal; empty: no value stated"),
        ("The council's balance at the end", _last(plan), number_format("_gbp"), "Funding"),
    ]
    first = sheet.next_row + 1
    for row, (words, value, told, source) in enumerate(rows, start=first):
        sheet.text(row, 0, words)
        sheet.number(row, 1, float("nan") if value is None else float(value), told)
        sheet.text(row, 2, source, indent=1)
    row = first + len(rows)
    for words, formula, value, told in _sums(plan):
        sheet.text(row, 0, words)
        sheet.formula(row, 1, formula, value, told)
        sheet.text(row, 2, "Sites: a live formula", indent=1)
        row += 1
    sheet.worksheet.add_table(
        first - 1, 0, row - 1, 2,
        {
            "name": "T_summary",
            "style": "Table Style Light 1",
            "columns": book.headers(("Figure", "Value", "From")),
        },
    )  # fmt: skip
    sheet.worksheet.freeze_panes(first, 1)


def _sums(plan: Plan) -> list[tuple[str, str, float, str]]:
    """Words, formula, Python's value and format of each sum over the proposed sites."""
    names = [item.name for item in SITE_FIELDS if item.name in plan.sites.reset_index()]
    last = SITES_FROM_ROW + max(len(plan.sites), 1) - 1

    def span(name: str) -> str:
        column = xl_col_to_name(names.index(name))
        return f"Sites!${column}${SITES_FROM_ROW}:${column}${last}"

    chosen = plan.sites[plan.sites["selected"]]

    def total(name: str) -> float:
        return float(rounded(chosen[name], name).sum())

    def of_chosen(name: str) -> str:
        return f"=SUMIF({span('selected')},TRUE,{span(name)})"

    return [
        ("Candidates", f"=COUNTA({span('site_id')})", float(len(plan.sites)), "0"),
        ("Proposed sites", f"=COUNTIF({span('selected')},TRUE)", float(len(chosen)), "0"),
        ("Capital of the proposed sites", of_chosen("capex_gbp"), total("capex_gbp"), number_format("_gbp")),
        (
            "Running cost of the proposed sites, a year",
            of_chosen("opex_gbp_per_year"),
            total("opex_gbp_per_year"),
            number_format("_gbp"),
        ),
        (
            "Shares of the investment, together (%)",
            of_chosen("share_of_investment_pct"),
            total("share_of_investment_pct"),
            "0.0",
        ),
        ("Demand that the proposed sites add, together", of_chosen("demand_added"), total("demand_added"), "#,##0.0"),
    ]


def _last(plan: Plan) -> float:
    years: pd.Series = plan.funding.years["cumulative_gbp"]
    return float(years.iloc[-1]) if len(years) else float("nan")
