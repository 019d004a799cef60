"""The tables of the business case, its funding and its delivery: their rows, and what each column means."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.tables.fields import OutputColumn

_MONEY = "£ in real prices of the base year"
PRESENT = "£ at present value, real prices of the base year"

APPRAISAL_FIELDS = [
    OutputColumn("key", "string", "Line of costs or benefits"),
    OutputColumn("words", "string", "What it is"),
    OutputColumn("kind", "string", "capital, running, renewal or benefit"),
    OutputColumn("quantity", "number", "What the chosen sites add, in the unit; empty: not known"),
    OutputColumn("unit", "string", "Unit of the quantity"),
    OutputColumn(
        "unit_value_gbp", "number", "£ for one unit: of a benefit a year, in full operation; of a cost the mean"
    ),
    OutputColumn("low", "number", "Lowest value stated for a unit, £; empty: no range was stated"),
    OutputColumn("high", "number", "Highest value stated for a unit, £; empty: no range was stated"),
    OutputColumn("pv_gbp", "number", f"{PRESENT}; empty: no value, or the quantity is not known"),
    OutputColumn("confidence", "string", "high, medium or low, as stated"),
    OutputColumn("is_estimate", "boolean", "The quantity comes from a model"),
    OutputColumn("source", "string", "Where quantity and value come from"),
]

CASH_FLOW_FIELDS = [
    OutputColumn("year", "integer", "0: the year in which the first phase is built"),
    OutputColumn("capital_gbp", "number", f"Capital with optimism bias, {_MONEY}"),
    OutputColumn("running_gbp", "number", f"Running cost, {_MONEY}"),
    OutputColumn(
        "renewal_gbp", "number", f"Renewal of equipment with optimism bias, less what is left at the end, {_MONEY}"
    ),
    OutputColumn("benefits_gbp", "number", f"Benefits, {_MONEY}; empty: no value of a benefit was stated"),
    OutputColumn("discount_factor", "number", "Present value of £1 of that year"),
    OutputColumn("pv_costs_gbp", "number", PRESENT),
    OutputColumn("pv_benefits_gbp", "number", PRESENT),
    OutputColumn("pv_net_gbp", "number", f"Benefits less costs, {PRESENT}"),
    OutputColumn(
        "council_net_gbp", "number", "Cash to the council (less: from it), without optimism bias; empty: not known"
    ),
    OutputColumn("council_cumulative_gbp", "number", "The same from the start to that year"),
]

OPTION_FIELDS = [
    OutputColumn("key", "string", "Option"),
    OutputColumn("words", "string", "What it is"),
    OutputColumn("sites", "integer", "Sites"),
    OutputColumn("capex_gbp", "number", "Capital without optimism bias, £"),
    OutputColumn("opex_gbp_per_year", "number", "Running cost, £ a year"),
    OutputColumn("demand_covered", "number", "Demand that it is expected to reach"),
    OutputColumn("premises", "number", "Premises whose street it reaches beyond existing free Wi-Fi; empty: not known"),
    OutputColumn("residents", "number", "Residents of these; empty: not known"),
    OutputColumn("pv_costs_gbp", "number", PRESENT),
    OutputColumn("pv_benefits_gbp", "number", f"{PRESENT}; empty: no value of a benefit was stated"),
    OutputColumn("npv_gbp", "number", "Benefits less costs, £ at present value"),
    OutputColumn("bcr", "number", "Benefits over costs at present value; no pass or fail"),
    OutputColumn(
        "band", "string", "Value for money: poor, low, medium or high (Department for Transport); no pass or fail"
    ),
    OutputColumn("more_pv_costs_gbp", "number", "Beyond the row before it"),
    OutputColumn("more_pv_benefits_gbp", "number", "Beyond the row before it"),
    OutputColumn("more_bcr", "number", "Of what it has beyond the row before it"),
]

SENSITIVITY_FIELDS = [
    OutputColumn("key", "string", "Figure that is changed, the others staying as they are"),
    OutputColumn("words", "string", "What it is"),
    OutputColumn(
        "low", "number", "Low end: times the plan's figure; of discount_rate the rate itself; empty: no range"
    ),
    OutputColumn("high", "number", "High end, in the same way"),
    OutputColumn("bcr_low", "number", "Ratio at the low end; empty: no ratio"),
    OutputColumn("bcr_high", "number", "Ratio at the high end"),
    OutputColumn("npv_low_gbp", "number", "Net present value at the low end, £"),
    OutputColumn("npv_high_gbp", "number", "Net present value at the high end, £"),
    OutputColumn(
        "factor_one", "number", "What the figure would be times for a ratio of 1; empty: no value of it alone does"
    ),
    OutputColumn("factor_target", "number", "The same for appraisal.target_ratio"),
    OutputColumn("unit_value_one_gbp", "number", "The unit value at which the ratio is 1, £ a year"),
    OutputColumn("unit_value_target_gbp", "number", "The same for appraisal.target_ratio"),
    OutputColumn("source", "string", "Where the range comes from"),
]

FUNDING_FIELDS = [
    OutputColumn("site_id", "string", "As in sites.csv"),
    OutputColumn("name", "string", "Name"),
    OutputColumn("kind", "string", "Kind of venue"),
    OutputColumn("rank", "integer", "As in sites.csv"),
    OutputColumn("model", "string", "council-funded, sponsored, pay-to-use, concession or mixed"),
    OutputColumn("capital_gbp", "number", "Capital without optimism bias, £"),
    OutputColumn("concession_capital_gbp", "number", "Of it borne by a concessionaire, £"),
    OutputColumn("grant_gbp", "number", "Of it from grants secured, £"),
    OutputColumn("council_capital_gbp", "number", "Of it left to the council, £"),
    OutputColumn("running_gbp_per_year", "number", "Running cost left to the council, £ a year"),
    OutputColumn("income_gbp_per_year", "number", "Income of the council in the first full year, £; empty: not known"),
    OutputColumn("net_gbp", "number", "Cash to the council (less: from it) over the whole period, £; empty: not known"),
    OutputColumn(
        "payback_year", "integer", "Year from which income has made up for spending; empty: never, or not known"
    ),
    OutputColumn("payback", "string", "The same in words"),
    OutputColumn(
        "bduk_status", "string", "BDUK status at the postcode: white, under review, grey/black, mixed or not known"
    ),
    OutputColumn("bduk_basis", "string", "What the status stands on; it is decided for each property (UPRN)"),
    OutputColumn("may_have_gigabit_subsidy", "string", "yes (white), no or not known"),
    OutputColumn("enterprise", "string", "Enterprise that the spending supports; empty: none is named"),
    OutputColumn("aid_gbp", "number", "Support to it over three years, £, with what it had already; empty: not known"),
    OutputColumn("within_minimal_assistance", "string", "Within minimal financial assistance: yes, no or not known"),
    OutputColumn("is_published", "string", "Above the transparency threshold: yes, no or not known"),
]

DELIVERY_FIELDS = [
    OutputColumn("task_id", "string", "Id of the task"),
    OutputColumn("site_id", "string", "As in sites.csv; empty: of the programme or a phase"),
    OutputColumn("name", "string", "Name of the site"),
    OutputColumn("phase", "integer", "Phase; empty: of the whole programme"),
    OutputColumn("task", "string", "Kind of task"),
    OutputColumn("words", "string", "What is done"),
    OutputColumn("start", "string", "First month: YYYY-MM, or counted from the start where none is stated"),
    OutputColumn("end", "string", "Last month"),
    OutputColumn("start_month", "integer", "First month, 1: the first of the plan"),
    OutputColumn("end_month", "integer", "Last month, counted in the same way"),
    OutputColumn("months", "integer", "Length, months"),
    OutputColumn("owner_role", "string", "Role that answers for it"),
    OutputColumn("depends_on", "string", "Ids of the tasks that come before it"),
    OutputColumn("gate", "string", "project, board or cabinet, where it is a decision"),
    OutputColumn("is_default", "boolean", "The length is this project's proposal, not the council's"),
]

RISK_FIELDS = [
    OutputColumn("key", "string", "Risk"),
    OutputColumn("words", "string", "What may go wrong"),
    OutputColumn("likelihood", "integer", "1 (rare) to 5 (almost certain)"),
    OutputColumn("impact", "integer", "1 (slight) to 5 (severe)"),
    OutputColumn("score", "integer", "Likelihood times impact"),
    OutputColumn("mitigation", "string", "What is done about it"),
    OutputColumn("owner_role", "string", "Role that answers for it"),
    OutputColumn("source", "string", "Who set likelihood and impact"),
]

MONITORING_FIELDS = [
    OutputColumn("key", "string", "Indicator"),
    OutputColumn("words", "string", "What is measured"),
    OutputColumn("unit", "string", "Unit"),
    OutputColumn("baseline", "number", "Before the first site is live; empty: not known"),
    OutputColumn("baseline_date", "string", "Of the figure's source"),
    OutputColumn("target", "number", "When all chosen sites are live; empty: none is set"),
    OutputColumn("source", "string", "Where the figure comes from"),
    OutputColumn("how_often", "string", "How often it is measured"),
    OutputColumn("owner_role", "string", "Role that answers for it"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTable:
    """One table: its rows, its columns and the column whose values are all different."""

    rows: pd.DataFrame
    fields: list[OutputColumn]
    key: str


def case_tables(plan: Plan) -> dict[str, CaseTable]:
    """Every table of the business case by its file name."""
    case, paid, built = plan.case, plan.funding, plan.delivery
    funded = paid.sites.join(paid.subsidy).reset_index()
    return {
        "appraisal.csv": CaseTable(rows=case.lines, fields=APPRAISAL_FIELDS, key="key"),
        "cash_flow.csv": CaseTable(rows=cash_flow_rows(plan), fields=CASH_FLOW_FIELDS, key="year"),
        "options.csv": CaseTable(rows=case.options, fields=OPTION_FIELDS, key="key"),
        "sensitivity.csv": CaseTable(rows=sensitivity_rows(plan), fields=SENSITIVITY_FIELDS, key="key"),
        "funding.csv": CaseTable(rows=funded, fields=FUNDING_FIELDS, key="site_id"),
        "delivery.csv": CaseTable(
            rows=built.tasks.fillna({"phase": float("nan")}), fields=DELIVERY_FIELDS, key="task_id"
        ),
        "risks.csv": CaseTable(rows=built.risks, fields=RISK_FIELDS, key="key"),
        "monitoring.csv": CaseTable(rows=built.monitoring, fields=MONITORING_FIELDS, key="key"),
    }


def cash_flow_rows(plan: Plan) -> pd.DataFrame:
    """The economic case and the council's cash, year by year."""
    council = plan.funding.years[["net_gbp", "cumulative_gbp"]].add_prefix("council_")
    return plan.case.years.join(council)


def sensitivity_rows(plan: Plan) -> pd.DataFrame:
    """Ranges and switching values of each figure, the widest range first."""
    names = {"npv_low": "npv_low_gbp", "npv_high": "npv_high_gbp"}
    moved = plan.case.tornado.rename(columns=names)
    switched = plan.case.switching.rename(
        columns={"unit_value_one": "unit_value_one_gbp", "unit_value_target": "unit_value_target_gbp"}
    )
    every = [*moved["key"], *(key for key in switched["key"] if key not in set(moved["key"]))]
    both = moved.set_index("key").join(switched.set_index("key").drop(columns="words"), how="outer").reindex(every)
    words = pd.concat([moved, switched]).drop_duplicates("key").set_index("key")["words"]
    return both.assign(words=words, source=both["source"].fillna("")).reset_index()
