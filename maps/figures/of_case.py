"""The figures of the business case, of its funding, of the delivery and of what is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.figures.figure import CALCULATED, STATED, Figure
from connected_place.maps.numerals import money_text, percent_text, shown

_MONEY = "£"
RULES = (
    "appraisal.discount_rate",
    "appraisal.years",
    "appraisal.optimism_bias",
    "appraisal.price_base_year",
)
NOT_STATED = "not stated"
_NOT_KNOWN = "not known"


def _ratio_text(value: float | None) -> str:
    """A ratio to two decimals; "not known" where there is none.

    Examples
    --------
    >>> ratio_text(1.9097), ratio_text(None), ratio_text(float("nan"))
    ('1.91', 'not known', 'not known')
    """
    return _NOT_KNOWN if value is None or pd.isna(value) else f"{value:.2f}"


def _pounds_text(value: float | None) -> str:
    """Pounds; "not known" where they are not."""
    return _NOT_KNOWN if value is None or pd.isna(value) else money_text(value)


def times_text(value: float | None) -> str:
    """A factor; "none does" where no factor does it."""
    return "none does" if value is None or pd.isna(value) else f"{value:.2f} times"


@dataclass(frozen=True, slots=True)
class _Base:
    """Figures of the plan that the case begins with."""

    known: Mapping[str, Figure]

    def of(self, *names: str) -> tuple[Figure, ...]:
        """Those of these ids that there are."""
        return tuple(self.known[name] for name in names if name in self.known)


def case_figures(plan: Plan, known: Mapping[str, Figure]) -> dict[str, Figure]:
    """Every figure of the case, funding, delivery and monitoring by its id.

    Parameters
    ----------
    plan : Plan
    known : mapping of id to Figure
        As `plan_figures.plan_figures` gives them.
    """
    base = _Base(known)
    lines = list(_lines(plan, base))
    found = [*lines, *_programme(plan, lines), *_sites(plan, base)]
    by_id = {figure.id: figure for figure in found}
    found += [*_doubt(plan, by_id), *_options(plan, base), *_two_to_one(plan, by_id), *_effectiveness(plan, by_id)]
    found += [*_funding(plan, base), *_delivery(plan, base), *_monitoring(plan, base)]
    return {figure.id: figure for figure in found}


def _figure(name: str, value: float | None, text: str, words: str, formula: str, **rest: object) -> Figure:
    number = float("nan") if value is None else float(value)
    return Figure(id=name, value=number, text=text, words=words, formula=formula, **rest)  # type: ignore[arg-type]


def _lines(plan: Plan, base: _Base) -> Iterable[Figure]:
    """Each line of costs and benefits: its quantity, the value of one, and its present value."""
    quantities = {"capital": "shortlist.spent_gbp", "optimism_bias": "shortlist.spent_gbp",
                  "running": "shortlist.opex_gbp_per_year"}  # fmt: skip
    for row in plan.case.lines.to_dict("records"):
        stem, words = f"case.line.{row['key']}", shown(row["words"])
        basis = base.of(quantities.get(row["key"], "shortlist.demand_covered"))
        key = "appraisal" if row["kind"] == "benefit" else "sites"
        quantity = _figure(
            f"{stem}.quantity", row["quantity"],
            _NOT_KNOWN if pd.isna(row["quantity"]) else f"{row['quantity']:,.0f}",
            f"{words}: quantity, {shown(row['unit'])}", "Sum over the proposed sites.",
            figures=basis, unit=shown(row["unit"]), is_estimate=bool(row["is_estimate"]),
        )  # fmt: skip
        each = _figure(
            f"{stem}.unit_value_gbp", row["unit_value_gbp"], _pounds_text(row["unit_value_gbp"]),
            f"{words}: £ for one", "As stated; of costs, the mean over the proposed sites.",
            parameters=(key,), unit=_MONEY, confidence=STATED, figures=basis if key == "sites" else (),
        )  # fmt: skip
        yield from (quantity, each)
        yield _figure(
            f"{stem}.pv_gbp", row["pv_gbp"], _pounds_text(row["pv_gbp"]), f"{words}: present value",
            "Sum over years of amount / (1 + discount rate)^year; year 0 for capital, later years for the rest.",
            figures=(quantity, each), parameters=(*RULES, key), unit=_MONEY, is_estimate=bool(row["is_estimate"]),
        )  # fmt: skip


def _programme(plan: Plan, lines: list[Figure]) -> Iterable[Figure]:
    """Costs, benefits, their difference and their ratio, of all proposed sites together."""
    found, rows = plan.case.programme, plan.case.lines
    kinds = dict(zip(rows["key"], rows["kind"], strict=True))
    values = {figure.id: figure for figure in lines if figure.id.endswith(".pv_gbp")}
    of = {side: tuple(values[f"case.line.{key}.pv_gbp"] for key, kind in kinds.items()
                      if (kind == "benefit") is (side == "benefits")) for side in ("costs", "benefits")}  # fmt: skip
    estimated = any(figure.is_estimate for figure in of["benefits"])
    costs = _figure("case.programme.pv_costs_gbp", found.pv_costs_gbp, _pounds_text(found.pv_costs_gbp),
                    "Costs at present value, with optimism bias", "Sum of the present values of the cost lines.",
                    figures=of["costs"], parameters=RULES, unit=_MONEY)  # fmt: skip
    benefits = _figure("case.programme.pv_benefits_gbp", found.pv_benefits_gbp, _pounds_text(found.pv_benefits_gbp),
                       "Benefits at present value, those that have a value",
                       "Sum of the present values of the benefit lines that have a value.",
                       figures=of["benefits"], parameters=RULES, unit=_MONEY, is_estimate=estimated)  # fmt: skip
    yield from (costs, benefits)
    both = (benefits, costs)
    yield _figure("case.programme.npv_gbp", found.npv_gbp, _pounds_text(found.npv_gbp), "Net present value",
                  "Benefits less costs at present value.", figures=both, unit=_MONEY,
                  is_estimate=estimated)  # fmt: skip
    yield _figure("case.programme.bcr", found.bcr, _ratio_text(found.bcr), "Benefit-cost ratio",
                  "Benefits over costs at present value: a sum over a sum, never a mean of the sites' ratios.",
                  figures=both, is_estimate=estimated)  # fmt: skip
    yield _figure("case.programme.undiscounted_ratio", found.undiscounted_ratio, _ratio_text(found.undiscounted_ratio),
                  "Benefits over costs without discounting", "Sum of benefits over sum of costs of all years.",
                  figures=both, is_estimate=estimated)  # fmt: skip
    for name, value, text in (
        ("weighted_benefits_gbp", found.weighted_benefits_gbp, _pounds_text(found.weighted_benefits_gbp)),
        ("weighted_npv_gbp", found.weighted_npv_gbp, _pounds_text(found.weighted_npv_gbp)),
        ("weighted_bcr", found.weighted_bcr, _ratio_text(found.weighted_bcr)),
    ):
        words = {"weighted_benefits_gbp": "Benefits with distributional weights", "weighted_npv_gbp":
                 "Net present value with distributional weights", "weighted_bcr":
                 "Benefit-cost ratio with distributional weights"}[name]  # fmt: skip
        yield _figure(f"case.programme.{name}", value, text, words,
                      "Each site's benefits times (median income / income of its group)^1.3.", figures=both,
                      parameters=("appraisal.distribution",), is_estimate=estimated)  # fmt: skip


def _sites(plan: Plan, base: _Base) -> Iterable[Figure]:
    for site_id, row in zip(plan.case.sites.index, plan.case.sites.to_dict("records"), strict=True):
        name = shown(plan.sites.loc[site_id, "name"])
        inputs = base.of(*(f"site.{site_id}.{column}" for column in ("capex_gbp", "opex_gbp_per_year", "demand_added")))
        for column, words, text in (
            ("pv_costs_gbp", "Costs at present value", _pounds_text(row["pv_costs_gbp"])),
            ("npv_gbp", "Net present value", _pounds_text(row["npv_gbp"])),
            ("bcr", "Benefit-cost ratio", _ratio_text(row["bcr"])),
        ):
            cell = "" if column == "pv_costs_gbp" else f"sites.csv/{site_id}/{column}"
            yield _figure(f"case.site.{site_id}.{column}", row[column], text, f"{words}: {name}",
                          "As of the programme, of what this site adds to those ranked before it.", figures=inputs,
                          parameters=RULES, is_estimate=column != "pv_costs_gbp", cell=cell,
                          unit="" if column == "bcr" else _MONEY)  # fmt: skip


def _doubt(plan: Plan, known: Mapping[str, Figure]) -> Iterable[Figure]:
    """Switching values, the tornado's ends and the draws."""
    ratio = (known["case.programme.bcr"],)
    for row in plan.case.switching.to_dict("records"):
        for end, target in (("one", 1.0), ("target", plan.parameters.appraisal.target_ratio)):
            yield _figure(f"case.switching.{row['key']}.factor_{end}", row[f"factor_{end}"],
                          times_text(row[f"factor_{end}"]),
                          f"{shown(row['words'])}: times what is stated, for a ratio of {target:g}",
                          "The factor on this figure alone at which benefits over costs is that ratio.",
                          figures=ratio, parameters=("appraisal.target_ratio",), is_estimate=True)  # fmt: skip
    for row in plan.case.tornado.to_dict("records"):
        for end in ("low", "high"):
            words = f"{shown(row['words'])} at its {'lower' if end == 'low' else 'upper'} end"
            stem = f"case.tornado.{row['key']}"
            text = f"{row[end]:.2f}" if row["key"] != "discount_rate" else f"{100 * row[end]:.1f} %"
            yield _figure(f"{stem}.{end}", row[end], text, f"{words}: what it is", "As stated.",
                          parameters=("appraisal.range",), confidence=STATED)  # fmt: skip
            yield _figure(f"{stem}.bcr_{end}", row[f"bcr_{end}"], _ratio_text(row[f"bcr_{end}"]), f"{words}: ratio",
                          "The ratio with this figure alone changed.", figures=ratio, is_estimate=True,
                          parameters=("appraisal.range",))  # fmt: skip
            yield _figure(f"{stem}.npv_{end}", row[f"npv_{end}"], _pounds_text(row[f"npv_{end}"]),
                          f"{words}: net present value", "The same with this figure alone changed.", figures=ratio,
                          is_estimate=True, unit=_MONEY, parameters=("appraisal.range",))  # fmt: skip
    draws = plan.case.monte_carlo
    rules = ("appraisal.range", "appraisal.draws", "appraisal.seed")
    for row in draws.quantiles.to_dict("records"):
        stem = f"case.monte_carlo.q{round(100 * row['quantile']):02d}"
        said = f"at most that in {100 * row['quantile']:.0f} % of the draws"
        for column, text in (
            ("bcr", _ratio_text(row["bcr"])), ("npv_gbp", _pounds_text(row["npv_gbp"])),
            ("pv_costs_gbp", _pounds_text(row["pv_costs_gbp"])),
        ):  # fmt: skip
            words = {"bcr": "Ratio", "npv_gbp": "Net present value", "pv_costs_gbp": "Costs"}[column]
            yield _figure(f"{stem}.{column}", row[column], text, f"{words}, {said}",
                          "Quantile of the draws from all ranges at once.", figures=ratio, parameters=rules,
                          is_estimate=True)  # fmt: skip
    for name, value in (("one", draws.share_at_least_one), ("target", draws.share_at_least_target)):
        least = 1 if name == "one" else plan.parameters.appraisal.target_ratio
        text = _NOT_KNOWN if value is None else percent_text(value)
        yield _figure(f"case.monte_carlo.at_least_{name}", value, text, f"Draws with a ratio of at least {least:g}",
                      "Count of such draws over all draws.", figures=ratio, parameters=rules,
                      is_estimate=True)  # fmt: skip
    yield _figure("case.monte_carlo.draws", draws.draws, f"{draws.draws:,}", "Draws", "As stated.",
                  parameters=("appraisal.draws",), confidence=STATED)  # fmt: skip


def _options(plan: Plan, base: _Base) -> Iterable[Figure]:
    for row in plan.case.options.to_dict("records"):
        stem, words = f"case.option.{row['key']}", shown(row["words"])
        inputs = base.of("shortlist.spent_gbp", "shortlist.opex_gbp_per_year", "shortlist.demand_covered")
        for column, text, about in (
            ("sites", f"{row['sites']:,.0f}", "sites"),
            ("capex_gbp", _pounds_text(row["capex_gbp"]), "capital"),
            ("demand_covered", f"{row['demand_covered']:,.0f}", "demand reached"),
            ("premises", _NOT_KNOWN if pd.isna(row["premises"]) else f"{row['premises']:,.0f}", "premises reached"),
            ("pv_costs_gbp", _pounds_text(row["pv_costs_gbp"]), "costs at present value"),
            ("pv_benefits_gbp", _pounds_text(row["pv_benefits_gbp"]), "benefits at present value"),
            ("npv_gbp", _pounds_text(row["npv_gbp"]), "net present value"),
            ("bcr", _ratio_text(row["bcr"]) if row["sites"] else "none", "benefit-cost ratio"),
        ):
            yield _figure(f"{stem}.{column}", row[column], text, f"{words}: {about}",
                          "Sums over the first ranked sites of the option.", figures=inputs,
                          parameters=(*RULES, "appraisal.do_minimum_share"),
                          is_estimate=column not in ("sites", "capex_gbp", "pv_costs_gbp"))  # fmt: skip


def _two_to_one(plan: Plan, known: Mapping[str, Figure]) -> Iterable[Figure]:
    found = plan.case.two_to_one
    both = (known["case.programme.pv_benefits_gbp"], known["case.programme.pv_costs_gbp"])
    for column, text, words, formula in (
        ("benefit_needed_gbp", _pounds_text(found.benefit_needed_gbp), "Benefits that the target ratio needs",
         "Target ratio x costs at present value."),
        ("benefit_missing_gbp", _pounds_text(found.benefit_missing_gbp and abs(found.benefit_missing_gbp)),
         "Benefits short of the target, or to spare", "Benefits needed less benefits, without its sign."),
        ("benefit_needed_gbp_per_year", _pounds_text(found.benefit_needed_gbp_per_year),
         "Benefits a year that the target ratio needs", "The same £ in every year after year 0, discounted."),
        ("benefit_gbp_per_year", _pounds_text(found.benefit_gbp_per_year), "Benefits a year that the plan has",
         "The plan's benefits as the same £ in every year after year 0."),
        ("driver_factor", _precise(found.driver_factor), "The driving line against its value, for the target ratio",
         "The factor on that line alone at which the ratio is the target."),
        ("cost_ceiling_gbp", _pounds_text(found.cost_ceiling_gbp), "Most that costs may be for the target ratio",
         "Benefits over the target ratio."),
        ("optimism_bias_limit", _precise(found.optimism_bias_limit), "Optimism bias at which the ratio is the target",
         "The uplift on all capital at which costs come to the ceiling."),
        ("optimism_bias_stated", _precise(found.optimism_bias_stated), "Optimism bias of the proposed sites together",
         "Sum of the uplifts over sum of the capital."),
        ("driver_share", _percent(found.driver_share), "Share of the benefits in their largest line", "Line over all."),
        ("cost_driver_share", _percent(found.cost_driver_share), "Share of the costs in their largest line",
         "Line over all."),
        ("programme_gbp", _pounds_text(found.programme_gbp), "Cost of the whole programme", "As stated."),
        ("programme_benefit_needed_gbp", _pounds_text(found.programme_benefit_needed_gbp),
         "Benefits that the target ratio needs for the whole programme", "Target ratio x cost of the programme."),
    ):  # fmt: skip
        stated = ("funding.programme_gbp",) if column.startswith("programme") else ("appraisal.target_ratio",)
        yield _figure(f"case.two_to_one.{column}", getattr(found, column), text, words, formula, figures=both,
                      parameters=stated, is_estimate=not column.startswith("programme"),
                      unit=_MONEY if "_gbp" in column else "")  # fmt: skip


def _precise(share: float | None) -> str:
    """A share that may be over 100 %."""
    return _NOT_KNOWN if share is None else f"{100 * share:.1f} %"


def _percent(share: float | None) -> str:
    return _NOT_KNOWN if share is None else percent_text(share)


def _effectiveness(plan: Plan, known: Mapping[str, Figure]) -> Iterable[Figure]:
    costs = (known["case.programme.pv_costs_gbp"],)
    for row in plan.case.effectiveness.to_dict("records"):
        for column, words in (("capital_gbp", "Capital"), ("pv_costs_gbp", "Whole-life costs at present value")):
            yield _figure(f"case.effectiveness.{row['key']}.{column}", row[column], _pounds_text(row[column]),
                          f"{words} for each {row['per']}", "Sum of £ over sum of what the sites add.", figures=costs,
                          unit=_MONEY, is_estimate=row["key"] != "sites")  # fmt: skip


# --- funding, delivery, monitoring ---------------------------------------------------------------------------


def _funding(plan: Plan, base: _Base) -> Iterable[Figure]:
    paid, outside = plan.funding, plan.funding.external
    rules = ("funding", "appraisal.years")
    for site_id, row in zip(paid.sites.index, paid.sites.to_dict("records"), strict=True):
        inputs = base.of(f"site.{site_id}.capex_gbp", f"site.{site_id}.opex_gbp_per_year")
        for column, words in (
            ("council_capital_gbp", "Capital from the council"),
            ("running_gbp_per_year", "Running cost to the council a year"),
            ("income_gbp_per_year", "Income to the council a year"),
            ("net_gbp", "Cash to the council over the whole period"),
        ):
            yield _figure(f"funding.site.{site_id}.{column}", row[column], _pounds_text(row[column]),
                          f"{words}: {shown(row['name'])}",
                          "From capital, running cost and the site's funding model; cash, not discounted, without "
                          "optimism bias.", figures=inputs, parameters=rules, unit=_MONEY)  # fmt: skip
    enterprises = paid.subsidy[paid.subsidy["enterprise"] != ""].drop_duplicates("enterprise")
    for number, row in enumerate(enterprises.to_dict("records"), start=1):
        yield _figure(f"funding.enterprise.{number}.aid_gbp", row["aid_gbp"], _pounds_text(row["aid_gbp"]),
                      f"Support to {shown(row['enterprise'])} over three financial years",
                      "What the council spends at its sites over three years, and its other aid as stated.",
                      figures=base.of("shortlist.spent_gbp", "shortlist.opex_gbp_per_year"),
                      parameters=("funding",), unit=_MONEY)  # fmt: skip
    spent = base.of("shortlist.spent_gbp", "shortlist.opex_gbp_per_year")
    for row in paid.years.to_dict("records"):
        for column in ("capital_gbp", "grant_gbp", "running_gbp", "renewal_gbp", "income_gbp", "net_gbp",
                       "cumulative_gbp"):  # fmt: skip
            yield _figure(f"funding.year.{row['year']:.0f}.{column}", row[column], _pounds_text(row[column]),
                          f"Cash to the council, year {row['year']:.0f}: {column.removesuffix('_gbp')}",
                          "Sum over the proposed sites.", figures=spent, parameters=rules, unit=_MONEY)  # fmt: skip
    for column in ("programme_gbp", "needed_gbp", "needed_share", "found_gbp", "found_share", "missing_gbp"):
        value = getattr(outside, column)
        words = {"programme_gbp": "Cost of the programme", "needed_gbp": "Money that must come from outside",
                 "needed_share": "Share that must come from outside", "found_gbp": "Money from outside that is secured",
                 "found_share": "Share from outside that is secured", "missing_gbp": "Money from outside still to find",
                 }[column]  # fmt: skip
        text = _percent(value) if column.endswith("share") else _pounds_text(value)
        yield _figure(f"funding.external.{column}", value, text, words, "As stated, and sums over the proposed sites.",
                      figures=spent, parameters=("funding",), unit="" if "share" in column else _MONEY)  # fmt: skip


def _delivery(plan: Plan, base: _Base) -> Iterable[Figure]:
    found = plan.delivery
    rules = ("delivery",)
    yield _figure("delivery.months", found.months, f"{found.months:,}", "Months from the first gate to the evaluation",
                  "Last month of the last task.", parameters=rules, confidence=STATED,
                  figures=base.of("shortlist.sites"))  # fmt: skip
    tasks = found.tasks
    for task in tasks[tasks["site_id"] == ""].to_dict("records"):
        yield from _span(f"delivery.task.{task['task_id']}", task, shown(task["words"]), base)
    of_sites = tasks[tasks["site_id"] != ""].groupby("site_id", sort=True)
    spans = of_sites.agg(start_month=("start_month", "min"), end_month=("end_month", "max"), name=("name", "first"))
    words_of = {**dict(zip(tasks["start_month"], tasks["start"], strict=True)),
                **dict(zip(tasks["end_month"], tasks["end"], strict=True))}  # fmt: skip
    for site_id, row in zip(spans.index, spans.to_dict("records"), strict=True):
        both = row | {"start": words_of[row["start_month"]], "end": words_of[row["end_month"]]}
        yield from _span(f"delivery.site.{site_id}", both, shown(row["name"]), base)


def _span(stem: str, row: Mapping[str, object], words: str, base: _Base) -> Iterable[Figure]:
    for end, about in (("start", "first month"), ("end", "last month")):
        yield Figure(id=f"{stem}.{end}", value=float(row[f"{end}_month"]), text=str(row[end]),  # type: ignore[arg-type]
                     words=f"{words}: {about}", formula="The months of the tasks before it, and its own.",
                     parameters=("delivery",), figures=base.of("shortlist.sites"), confidence=STATED)  # fmt: skip


def _monitoring(plan: Plan, base: _Base) -> Iterable[Figure]:
    inputs = {
        "free_wifi": ("supply.free",),
        "gap_premises": (f"gap.borough.{plan.parameters.gaps.headline}",),
        "sites_live": ("shortlist.sites",),
    }
    for row in plan.delivery.monitoring.to_dict("records"):
        basis = base.of(*inputs.get(row["key"], ("shortlist.premises_covered", "shortlist.premises_total")))
        for column in ("baseline", "target"):
            none = "none is set" if column == "target" else _NOT_KNOWN
            text = none if pd.isna(row[column]) else f"{row[column]:,.0f}"
            yield _figure(f"monitoring.{row['key']}.{column}", row[column], text,
                          f"{shown(row['words'])}: {column}",
                          "Counted before the first site is live; the target is what the plan comes to.",
                          figures=basis, unit=shown(row["unit"]), confidence=CALCULATED,
                          is_estimate=row["key"].endswith("_reached"))  # fmt: skip
