"""The figures of the business case, of its funding, of the delivery and of what is measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from connected_place.coverage.case import DEDUCTED, GAINS, USER_DAY, BusinessCase
from connected_place.coverage.delivery import Delivery, Funding
from connected_place.coverage.opponent import Opponent
from connected_place.maps.figures.book import FigureBook
from connected_place.maps.figures.recipes import FigureParts
from connected_place.maps.numerals import shown

_QUANTITIES = {
    "capital": "shortlist.spent_gbp",
    "optimism_bias": "shortlist.spent_gbp",
    "running": "shortlist.opex_gbp_per_year",
}
"""What the quantity of a line of costs comes from; that of any other line comes from the demand reached."""

_SUMMED = "Sum over the proposed sites; as stated where it is stated for the whole programme"
_OF_USERS = (
    "Users a day that each site adds to those ranked above it, beyond existing free Wi-Fi, times the days a year on "
    "which a site of its kind is open; summed over the proposed sites"
)

_INDICATORS: Mapping[str, tuple[str, ...]] = {"free_wifi": ("supply.free",), "sites_live": ("shortlist.sites",)}
_OF_REACH = ("shortlist.premises_covered", "shortlist.premises_total")


def put_case(book: FigureBook, case: BusinessCase, *, target_ratio: float, names: pd.Series) -> None:
    """Costs and benefits by line, of the programme and of each site, and how sure they are.

    Parameters
    ----------
    book : FigureBook
    case : BusinessCase
    target_ratio : float
        That councillors ask for.
    names : Series indexed by `site_id`
        As shown.
    """
    _put_lines(book, case.lines)
    is_benefit = case.lines["kind"].isin(GAINS)
    costs, benefits = case.lines[~is_benefit], case.lines[is_benefit]
    estimated = bool(benefits["is_estimate"].any())
    parts: FigureParts = {"cost_lines": tuple(costs["key"]), "benefit_lines": tuple(benefits["key"])}
    book.put("case.programme", _numbers(case.programme), parts=parts, estimated=estimated)
    for site_id, row in zip(case.sites.index, case.sites.to_dict("records"), strict=True):
        book.put("case.site.{site}", row, of={"site": str(site_id)}, parts={"name": names[site_id]})
    _put_ranges(book, case, target=f"{target_ratio:g}")
    for row in case.options.to_dict("records"):
        book.put("case.option.{each}", row, of={"each": row["key"]}, parts=_option_parts(row))
    book.put("case.two_to_one", _numbers(case.two_to_one))
    for row in case.effectiveness.to_dict("records"):
        is_count = row["key"] == "sites"
        book.put("case.effectiveness.{each}", row, of={"each": row["key"]}, parts={"per": row["per"]},
                 estimated=not is_count)  # fmt: skip


def _numbers(found: object) -> dict[str, float | None]:
    """The fields of a dataclass, for columns of figures."""
    return {item.name: getattr(found, item.name) for item in dataclasses.fields(found)}  # type: ignore[arg-type]


def put_opponent(book: FigureBook, found: Opponent) -> None:
    """What is said against the plan."""
    book.put("opponent", _numbers(found))


def _put_lines(book: FigureBook, lines: pd.DataFrame) -> None:
    """Each line of costs and benefits: its quantity, the value of one, and its present value."""
    for row in lines.to_dict("records"):
        of, is_cost = row["key"].removeprefix("private_"), row["kind"] != "benefit"
        is_of_users = row["unit"] == USER_DAY
        basis = (_QUANTITIES.get(of, "shortlist.users_per_day" if is_of_users else "shortlist.demand_covered"),)
        is_valued = not is_cost and row["gross_gbp"] == row["gross_gbp"]
        parts: FigureParts = {
            "line": shown(row["words"]),
            "line_unit": shown(row["unit"]),
            "basis": basis,
            "cost_basis": basis if is_cost else (),
            "table": _table_of(row["key"], row["kind"]),
            "line_formula": _OF_USERS if is_of_users else _SUMMED,
            "days": ("appraisal.use.open_days",) if is_of_users else (),
            "less": tuple(f"case.counted.{row['key']}.less_{name}_gbp" for name in DEDUCTED) if is_valued else (),
        }
        estimated = bool(row["is_estimate"])
        book.put("case.line.{each}", row, of={"each": row["key"]}, parts=parts, estimated=estimated)
        if is_valued:
            book.put("case.counted.{each}", row, of={"each": row["key"]}, parts=parts, estimated=estimated)


def _table_of(key: str, kind: str) -> str:
    """The table of plan.toml that a line's amounts come from."""
    if kind == "benefit":
        return "appraisal"
    return "funding" if key.startswith(("receipts_", "payments_", "private_revenue")) else "sites"


_SHORTLIST = ("shortlist.spent_gbp", "shortlist.opex_gbp_per_year", "shortlist.demand_covered")
_OPTIONS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "do_nothing": ("no site, since nothing is built", (), ()),
    "do_minimum": (
        "the first ranked of the proposed sites, as many as that share of the capital pays for",
        _SHORTLIST,
        ("appraisal.do_minimum_share",),
    ),
    "preferred": ("the proposed sites", _SHORTLIST, ("sites.budget_gbp",)),
}
"""By option: its sites in words, the figures that it is calculated from, and the parameter that decides."""
_OTHER_BUDGET = ("the best choice for that budget, as on the budget curve", (), ("sites.budget_gbp",))


def _option_parts(row: Mapping[Hashable, Any]) -> FigureParts:
    """What the formulas of one option say."""
    sites, basis, rule = _OPTIONS.get(row["key"], _OTHER_BUDGET)
    return {
        "option": shown(row["words"]),
        "no_ratio": "not known" if row["sites"] else "none",
        "option_sites": sites,
        "option_basis": basis,
        "option_rule": rule,
    }


def _put_ranges(book: FigureBook, case: BusinessCase, *, target: str) -> None:
    """Switching values, each figure at both ends of its range, and the draws."""
    for row in case.switching.to_dict("records"):
        parts = {"line": shown(row["words"]), "target": target}
        book.put("case.switching.{each}", row, of={"each": row["key"]}, parts=parts)
    for row in case.tornado.to_dict("records"):
        ends = {f"{end}_text": _end_text(row[end], row["key"]) for end in ("low", "high")}
        parts = {"line": shown(row["words"]), **ends}
        book.put("case.tornado.{each}", row, of={"each": row["key"]}, parts=parts)
    for row in case.monte_carlo.quantiles.to_dict("records"):
        percent = 100 * row["quantile"]
        of = {"each": f"q{round(percent):02d}"}
        book.put("case.monte_carlo.{each}", row, of=of, parts={"percent": f"{percent:.0f}"})
    book.put("case.monte_carlo", _numbers(case.monte_carlo), parts={"target": target})


def _end_text(end: float, key: str) -> str:
    """An end of a range: times what is stated, or the discount rate itself."""
    return f"{100 * end:.1f} %" if key == "discount_rate" else f"{end:.2f}"


def put_funding(book: FigureBook, paid: Funding) -> None:
    """The council's cash by site and year, support to enterprises, and the money from outside."""
    for site_id, row in zip(paid.sites.index, paid.sites.to_dict("records"), strict=True):
        book.put("funding.site.{site}", row, of={"site": str(site_id)}, parts={"name": shown(row["name"])})
    enterprises = paid.subsidy[paid.subsidy["enterprise"] != ""].drop_duplicates("enterprise")
    for number, row in enumerate(enterprises.to_dict("records"), start=1):
        parts = {"enterprise": shown(row["enterprise"])}
        book.put("funding.enterprise.{each}", row, of={"each": str(number)}, parts=parts)
    for row in paid.years.to_dict("records"):
        book.put("funding.year.{each}", row, of={"each": f"{row['year']:.0f}"})
    book.put("funding.external", _numbers(paid.external))


def put_delivery(book: FigureBook, found: Delivery, *, headline: str) -> None:
    """First and last month of each task and site, and what is measured."""
    book.put("delivery", {"months": found.months})
    tasks = found.tasks
    for row in tasks[tasks["site_id"] == ""].to_dict("records"):
        parts = {"task": shown(row["words"]), "start": row["start"], "end": row["end"]}
        book.put("delivery.task.{each}", row, of={"each": row["task_id"]}, parts=parts)
    of_sites = tasks[tasks["site_id"] != ""].groupby("site_id", sort=True)
    spans = of_sites.agg(start_month=("start_month", "min"), end_month=("end_month", "max"), name=("name", "first"))
    months = dict(zip(tasks["start_month"], tasks["start"], strict=True))
    months |= dict(zip(tasks["end_month"], tasks["end"], strict=True))
    for site_id, row in zip(spans.index, spans.to_dict("records"), strict=True):
        parts = {"name": shown(row["name"]), "start": months[row["start_month"]], "end": months[row["end_month"]]}
        book.put("delivery.site.{site}", row, of={"site": str(site_id)}, parts=parts)
    for row in found.monitoring.to_dict("records"):
        _put_indicator(book, row, headline=headline)


def _put_indicator(book: FigureBook, row: Mapping[Hashable, Any], *, headline: str) -> None:
    """An indicator's baseline and target."""
    key = str(row["key"])
    parts: FigureParts = {
        "indicator": shown(row["words"]),
        "indicator_unit": shown(row["unit"]),
        "basis": (f"gap.borough.{headline}",) if key == "gap_premises" else _INDICATORS.get(key, _OF_REACH),
    }
    book.put("monitoring.{each}", row, of={"each": key}, parts=parts, estimated=key.endswith("_reached"))
