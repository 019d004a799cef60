"""Sheets of money beside the appraisal: lines, options, doubt, and who pays."""

from __future__ import annotations

import math

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from connected_place.coverage.plan import Plan
from connected_place.maps.workbook.sheets import Book, Sheet, fields_of, number_format

LINE_WORDS = {
    "key": "Id",
    "words": "Line",
    "kind": "capital, running, renewal or benefit",
    "quantity": "How many units; empty: not known",
    "unit": "Unit",
    "unit_value_gbp": "£ for one unit; of a cost the mean of the sites, of a benefit a year",
    "low": "£ for one unit, low; empty: not stated",
    "high": "£ for one unit, high; empty: not stated",
    "pv_gbp": "£ at present value, all years; empty: no value stated",
    "source": "Where the value comes from",
    "confidence": "How sure",
    "is_estimate": "True: the quantity comes from a model",
}
OPTION_WORDS = {
    "key": "Id",
    "words": "Option",
    "sites": "Sites",
    "capex_gbp": "Capital, £, without optimism bias",
    "opex_gbp_per_year": "Running cost, £ a year",
    "demand_covered": "Demand reached; an estimate",
    "premises": "Premises whose street is reached; an estimate",
    "residents": "Residents whose street is reached; an estimate",
    "pv_costs_gbp": "Costs at present value, £",
    "pv_benefits_gbp": "Benefits at present value, £; empty: no value stated",
    "npv_gbp": "Net present value, £",
    "bcr": "Benefits over costs; no pass or fail",
    "band": "Value-for-money band (DfT)",
    "more_bcr": "The same of what it adds to the option above",
}
SWITCHING_WORDS = {
    "key": "Id",
    "words": "Figure",
    "kind": "cost or benefit",
    "value_gbp": "Part of costs and benefits that moves with it, £ at present value",
    "unit_value_gbp": "£ for one unit in the plan",
    "factor_one": "Times the plan's figure at which the ratio is 1; empty: none does it",
    "factor_target": "Times the plan's figure at which the ratio is that which councillors ask for",
    "unit_value_one": "£ for one unit at which the ratio is 1",
    "unit_value_target": "£ for one unit at the ratio that councillors ask for",
}
TORNADO_WORDS = {
    "key": "Id",
    "words": "Figure",
    "low": "Low end: times the plan's figure, or the rate itself",
    "high": "High end: the same",
    "bcr_low": "Ratio at the low end; empty: no value stated",
    "bcr_high": "Ratio at the high end",
    "npv_low": "Net present value at the low end, £",
    "npv_high": "Net present value at the high end, £",
    "costs_low": "Costs at present value at the low end, £",
    "costs_high": "Costs at present value at the high end, £",
    "source": "Where the range comes from",
}
QUANTILE_WORDS = {
    "quantile": "Share of the draws below, 0 to 1",
    "npv_gbp": "Net present value, £; empty: no value stated",
    "bcr": "Benefits over costs; empty: no value stated",
    "pv_costs_gbp": "Costs at present value, £",
}
FUNDING_WORDS = {
    "site_id": "Id of the site",
    "name": "Name",
    "kind": "Kind of venue",
    "model": "Funding model",
    "capital_gbp": "Capital, £",
    "concession_capital_gbp": "Of it, borne by a concessionaire, £",
    "grant_gbp": "Of it, from grants, £",
    "council_capital_gbp": "Of it, from the council, £",
    "running_gbp_per_year": "The council's running cost in the first year after the start, £",
    "income_gbp_per_year": "The council's income in that year, £; empty: not known",
    "net_gbp": "Balance of the whole period, £; empty: not known",
    "payback": "When money in has made up for money out",
    "bduk_status": "Status of the premises at the postcode (BDUK)",
    "bduk_basis": "What the status stands on; to be checked for the property (UPRN)",
    "may_have_gigabit_subsidy": "Only white premises may have gigabit subsidy; no legal advice",
    "enterprise": "Enterprise that would be supported; empty: none is named",
    "aid_gbp": "Support to it over three financial years, £",
    "within_minimal_assistance": "Within minimal financial assistance (Subsidy Control Act 2022)",
    "is_published": "To be published (above the transparency limit)",
}
CASH = ("capital_gbp", "grant_gbp", "running_gbp", "renewal_gbp", "income_gbp")
CASH_HEADERS = (
    "Year", "Capital", "Grants", "Running cost", "Renewal", "Income", "Balance of the year", "Balance so far",
)  # fmt: skip


def write_sensitivity(book: Book, plan: Plan) -> None:
    """Write the sheet "Sensitivity": one table below the other, each with its own header."""
    case = plan.case
    note = "One figure at a time unless said otherwise; ranges are those of plan.toml or this project's proposal."
    sheet = book.sheet("Sensitivity", "Lines, options and doubt", note)
    sheet.set_widths([18, 44, *[13] * 7, 40, 40, 13, 13, 13])
    drawn = case.monte_carlo
    for heading, frame, words, name in (
        ("Lines of costs and benefits", case.lines, LINE_WORDS, "T_lines"),
        ("Options", case.options, OPTION_WORDS, "T_options"),
        ("Switching values", case.switching, SWITCHING_WORDS, "T_switching"),
        ("Each figure at both ends of its range", case.tornado, TORNADO_WORDS, "T_ranges"),
        (
            f"Simulation: {drawn.draws:,} draws of {len(drawn.drawn)} figures at once, seed {drawn.seed}",
            drawn.quantiles, QUANTILE_WORDS, "T_simulation",
        ),
    ):  # fmt: skip
        sheet.heading(heading)
        if len(frame):
            sheet.table(frame, fields_of(frame, words), name=name)
        else:
            sheet.text(sheet.next_row, 0, "No value of a benefit was stated, so there is nothing to show.")
            sheet.next_row += 2


def write_funding(book: Book, plan: Plan) -> None:
    """Write the sheet "Funding": each site, then cash by year with live balances."""
    found = plan.funding
    external = found.external
    met = {None: "no share from outside was asked for", True: "met", False: "not met"}[external.is_met]
    note = f"Cash in prices of the base year, not discounted, without optimism bias. Share from outside: {met}."
    sheet = book.sheet("Funding", "Who pays", note, freeze_columns=2)
    rows = found.sites.join(found.subsidy).reset_index()
    sheet.table(rows, fields_of(rows, FUNDING_WORDS), name="T_funding", is_main=True)
    _cash(sheet, found.years)


def _cash(sheet: Sheet, years: pd.DataFrame) -> None:
    """£ to the council by year; balances are formulas."""
    sheet.heading("Cash to and from the council, £ by year")
    header = sheet.next_row
    told, columns = number_format("_gbp"), len(CASH_HEADERS)
    for row, year in enumerate(years.itertuples(), start=header + 1):
        sheet.number(row, 0, float(year.year), "0")
        for column, name in enumerate(CASH, start=1):
            sheet.number(row, column, float(getattr(year, name)), told)
        net, so_far = float(year.net_gbp), float(year.cumulative_gbp)
        if math.isnan(net):
            continue
        cells = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(CASH))}"
        sheet.formula(row, columns - 2, f"=SUM({cells})", net, told)
        if not math.isnan(so_far):
            above = f"{xl_rowcol_to_cell(row - 1, columns - 1)}+" if row > header + 1 else ""
            sheet.formula(row, columns - 1, f"={above}{xl_rowcol_to_cell(row, columns - 2)}", so_far, told)
    last = header + max(len(years), 1)
    sheet.worksheet.add_table(
        header, 0, last, columns - 1,
        {
            "name": "T_cash",
            "style": "Table Style Light 1",
            "autofilter": False,
            "columns": sheet.book.headers(CASH_HEADERS),
        },
    )  # fmt: skip
    sheet.next_row = last + 3
