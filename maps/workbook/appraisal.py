"""The appraisal as live formulas: change the rate or the optimism bias and every figure below is recalculated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from connected_place.coverage.case import GAINS, VALUE_BANDS
from connected_place.coverage.discounting import LATER_FROM_YEAR
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import shown
from connected_place.maps.tables import PlanTable, TableText, table_text
from connected_place.maps.workbook.sheets import INPUT_FILL, POUNDS, Book, Sheet

_RATE, _LATER, _BIAS, PLAN_BIAS = "$B$5", "$B$6", "$B$7", "$B$8"
"""Row of the first input."""

FIRST_INPUT = 4


def write_appraisal(book: Book, plan: Plan, found: PlanTable) -> None:
    """Write the sheet "Appraisal"."""
    rules, case = plan.parameters.appraisal, plan.case
    kinds = dict(zip(case.lines["key"], case.lines["kind"], strict=True))
    is_gain = {str(key): kinds[str(key)] in GAINS for key in case.line_years}
    benefits = [key for key, gain in is_gain.items() if gain] if case.programme.pv_benefits_gbp is not None else []
    years = case.line_years[[key for key, gain in is_gain.items() if not gain] + benefits]
    base = f"{rules.price_base_year} prices" if rules.price_base_year else "the price base year is not stated"
    sheet = book.sheet(
        "Appraisal",
        "Appraisal of all proposed sites",
        f"HM Treasury Green Book: real prices, {base}. Change the yellow cells; the blue cells are formulas.",
        freeze_columns=1,
    )
    stated = case.two_to_one.optimism_bias_stated or 0.0
    _inputs(sheet, plan, stated)
    grid = _Grid(
        sheet,
        years,
        benefits,
        words=dict(zip(case.lines["key"], case.lines["words"].map(lambda words: shown(words, 100)), strict=True)),
    )
    grid.write(found.rows, stated)
    _results(sheet, grid, plan)


def _inputs(sheet: Sheet, plan: Plan, stated: float) -> None:
    rules = plan.parameters.appraisal
    sheet.text(FIRST_INPUT - 1, 0, "Figures you can change", bold=True, font_size=12)
    rows = [
        ("Discount rate to year 30", rules.discount_rate, "0.0%", "HM Treasury Green Book: 3.5 % a year"),
        ("Discount rate from year 31", rules.later_discount_rate, "0.0%", "HM Treasury Green Book: 3.0 % a year"),
        ("Optimism bias on capital", stated, "0.0%", "For all proposed sites: total uplift over total capital"),
    ]
    for row, (words, value, told, source) in enumerate(rows, start=FIRST_INPUT):
        sheet.text(row, 0, words)
        sheet.number(row, 1, value, told, bg_color=INPUT_FILL, border=1)
        sheet.text(row, 2, source, font_color="#404040", indent=1)
    row = FIRST_INPUT + len(rows)
    sheet.text(row, 0, "Optimism bias in the plan")
    sheet.number(row, 1, stated, "0.0%")
    sheet.text(row, 2, "Do not change: the yearly bias below is scaled from it", font_color="#404040")
    sheet.next_row = row + 2


class _Grid:
    """Years down, lines across; knows the column of each line."""

    def __init__(self, sheet: Sheet, years: pd.DataFrame, benefits: list[str], *, words: dict[str, str]) -> None:
        self.sheet, self.years, self.benefits = sheet, years, benefits
        self.costs = of_costs = [str(key) for key in years if key not in benefits]
        self.columns = ["year", *(name for key in [*of_costs, *benefits] for name in _names(key))]
        self.columns += ["costs", "factor", "pv_costs"]
        if benefits:
            self.columns += ["benefits", "pv_benefits", "pv_net"]
        told = _years_text([*of_costs, *benefits], words)
        self.words = [told.column(name).head for name in self.columns]
        self.first = sheet.next_row + 2
        self.last = self.first + len(years) - 1

    def cell(self, name: str, row: int) -> str:
        """Address of a cell in a column."""
        return str(xl_rowcol_to_cell(row, self.columns.index(name)))

    def span(self, name: str) -> str:
        """Address of a column's data."""
        column = xl_col_to_name(self.columns.index(name))
        return f"{column}{self.first + 1}:{column}{self.last + 1}"

    def write(self, found: pd.DataFrame, stated: float) -> None:
        """Write amounts as numbers, and the rest as formulas with the values that Python calculated."""
        sheet = self.sheet
        sheet.set_widths([44, *[13] * (len(self.words) - 1)])
        for column, words in enumerate(self.words):
            sheet.text(self.first - 2, column, "£" if column else "", italic=True, font_size=8)
            sheet.text(self.first - 1, column, words, bold=True, text_wrap=True)
        sheet.worksheet.set_row(self.first - 1, 44)
        values = found.set_index("year")
        pairs = zip(self.years.iterrows(), values.loc[self.years.index].iterrows(), strict=True)
        for row, ((year, amounts), (_, one)) in enumerate(pairs, start=self.first):
            sheet.number(row, 0, float(str(year)), "0")
            for key, amount in amounts.items():
                sheet.number(row, self.columns.index(str(key)), float(amount), POUNDS)
            for name, formula, value, told in self._formulas(row, amounts, one, stated):
                sheet.formula(row, self.columns.index(name), formula, value, told)
        sheet.worksheet.add_table(
            self.first - 1, 0, self.last, len(self.columns) - 1,
            {
                "name": "T_years",
                "style": "Table Style Light 1",
                "autofilter": False,
                "columns": sheet.book.headers(_distinct(self.words)),
            },
        )  # fmt: skip
        sheet.worksheet.freeze_panes(self.first, 1)
        sheet.worksheet.repeat_rows(self.first - 1)
        total = self.last + 1
        sheet.text(total, 0, "Sum", bold=True)
        for column, name in enumerate(self.columns):
            if name not in ("year", "factor"):
                sheet.formula(total, column, f"=SUM({self.span(name)})", self._sum(name, values), POUNDS, bold=True)
        sheet.next_row = total + 2

    def _formulas(
        self, row: int, amounts: pd.Series, found: pd.Series, stated: float
    ) -> list[tuple[str, str, float, str]]:
        """Column, formula, value calculated in Python and format, for each formula of a year."""
        first = row == self.first
        made = [
            (
                f"{key}_applied",
                f"=IF({PLAN_BIAS}=0,{self.cell(of, row)}*{_BIAS},{self.cell(key, row)}*{_BIAS}/{PLAN_BIAS})",
                float(amounts[key]) if stated else 0.0,
                POUNDS,
            )
            for key, of in LIFTED.items()
            if key in self.columns
        ]
        rate = f"IF({self.cell('year', row)}<{LATER_FROM_YEAR},{_RATE},{_LATER})"
        made += [
            ("costs", self._added(self.costs, row), _costs(found), POUNDS),
            (
                "factor",
                "=1" if first else f"={self.cell('factor', row - 1)}/(1+{rate})",
                float(found["discount_factor"]),
                "0.000000",
            ),
            (
                "pv_costs",
                f"={self.cell('costs', row)}*{self.cell('factor', row)}",
                float(found["pv_costs_gbp"]),
                POUNDS,
            ),
        ]
        if self.benefits:
            made += [
                (
                    "benefits",
                    self._added(self.benefits, row),
                    float(found["benefits_gbp"] + found["private_gbp"]),
                    POUNDS,
                ),
                (
                    "pv_benefits",
                    f"={self.cell('benefits', row)}*{self.cell('factor', row)}",
                    float(found["pv_benefits_gbp"]),
                    POUNDS,
                ),
                (
                    "pv_net",
                    f"={self.cell('pv_benefits', row)}-{self.cell('pv_costs', row)}",
                    float(found["pv_net_gbp"]),
                    POUNDS,
                ),
            ]
        return made

    def _added(self, keys: Sequence[str], row: int) -> str:
        """A formula that adds up the lines of a year, with the optimism bias set on the sheet."""
        return "=" + "+".join(self.cell(_names(key)[-1], row) for key in keys)

    def _sum(self, name: str, found: pd.DataFrame) -> float:
        """The sum below a column, calculated in Python."""
        if name == "costs":
            return float(found.apply(_costs, axis=1).sum())
        own = {
            "benefits": ["benefits_gbp", "private_gbp"],
            "pv_costs": ["pv_costs_gbp"],
            "pv_benefits": ["pv_benefits_gbp"],
            "pv_net": ["pv_net_gbp"],
        }
        if name in own:
            return float(found[own[name]].to_numpy().sum())
        return float(self.years[name.removesuffix("_applied")].sum())


def _names(key: str) -> tuple[str, ...]:
    """Columns of a line of costs, with a second one for a line that follows the optimism bias set on the sheet."""
    return (key, f"{key}_applied") if key in LIFTED else (key,)


def _years_text(keys: Sequence[str], words: Mapping[str, str]) -> TableText:
    lines = {key: {"line": key, "lifted": key, "line_words": words.get(key, key)} for key in keys}
    return table_text(
        "appraisal_years",
        repeated={
            "line": [parts for key, parts in lines.items() if key not in LIFTED],
            "lifted": [parts for key, parts in lines.items() if key in LIFTED],
        },
    )


_NO_VALUE = "plan.toml gives no value for a benefit, so there is no benefit-cost ratio."
_NO_NET_COST = "The public sector gets back at least what it spends, so there is no benefit-cost ratio."
LIFTED = {
    "optimism_bias": "capital",
    "renewal_bias": "renewal",
    "private_optimism_bias": "private_capital",
    "private_renewal_bias": "private_renewal",
}
"""Lines that follow the optimism bias, and the line that each is a share of."""


def _results(sheet: Sheet, grid: _Grid, plan: Plan) -> None:
    """Present values, net present value, ratio and band."""
    found = plan.case.programme
    sheet.heading("Result for all proposed sites: sums of present values, never averages of ratios")
    total = grid.last + 1
    row = sheet.next_row
    sheet.text(row, 0, "Costs at present value (PVC)")
    sheet.formula(row, 1, f"={grid.cell('pv_costs', total)}", found.pv_costs_gbp, POUNDS, bold=True)
    if found.pv_benefits_gbp is None or found.npv_gbp is None or found.bcr is None:
        sheet.text(row + 1, 0, _NO_VALUE if found.pv_benefits_gbp is None else _NO_NET_COST)
        sheet.next_row = row + 3
        return
    costs, benefits = f"B{row + 1}", f"B{row + 2}"
    ratio = f"B{row + 4}"
    rows: list[tuple[str, str, float | str, str]] = [
        ("Benefits at present value (PVB)", f"={grid.cell('pv_benefits', total)}", found.pv_benefits_gbp, POUNDS),
        ("Net present value (PVB - PVC)", f"={benefits}-{costs}", found.npv_gbp, POUNDS),
        ("Benefit-cost ratio (PVB / PVC); not a pass/fail test", f"={benefits}/{costs}", found.bcr, "0.0000"),
        (
            "Value-for-money band (Department for Transport, November 2024)",
            f"={_band_formula(ratio)}",
            found.band,
            "General",
        ),
        (
            f"Benefits needed for {plan.parameters.appraisal.target_ratio:g} to 1, at present value",
            f"={plan.parameters.appraisal.target_ratio:g}*{costs}",
            plan.case.two_to_one.benefit_needed_gbp,
            POUNDS,
        ),
    ]
    for at, (words, formula, value, told) in enumerate(rows, start=row + 1):
        sheet.text(at, 0, words)
        sheet.formula(at, 1, formula, value, told, bold=True)
    sheet.next_row = row + len(rows) + 3


def _band_formula(ratio: str) -> str:
    """The band of the ratio in a cell, by the same limits as in the plan."""
    (_, formula), *higher = ((least, f'"{word}"') for least, word in reversed(VALUE_BANDS))
    for least, word in higher:
        formula = f"IF({ratio}>={least:g},{word},{formula})"
    return formula


def _costs(found: pd.Series) -> float:
    return float(found["capital_gbp"] + found["running_gbp"] + found["renewal_gbp"] - found["receipts_gbp"])


def _distinct(words: list[str]) -> list[str]:
    """Headers, made unique: an Excel table cannot have two with the same name."""
    seen: dict[str, int] = {}
    made = []
    for text in words:
        seen[text.casefold()] = seen.get(text.casefold(), 0) + 1
        count = seen[text.casefold()]
        made.append(text if count == 1 else f"{text} ({count})")
    return made
