"""The chapters of a pack on money: the economic case, its robustness, the options, and who pays."""

from __future__ import annotations

from connected_place.maps.document import Block, Bullets, Heading, Paragraph, Row, Table, Text, marked_where, say
from connected_place.maps.numerals import money_text, shown
from connected_place.maps.pack.better_lines import programme_blocks
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.counted import counted_lines
from connected_place.maps.words import case_statements, cost_statements, site_statements, statements

NOT_IN_MONEY = (
    "Access for people without a fixed line or mobile data, including in an emergency.",
    "Use of public services online, unless a value with a source is stated.",
    "Pride of place, and longer visits to town centres.",
    "Energy use, and the carbon embodied in the equipment.",
)
"""Effects that a pack names beside its lines of benefits; none has a value in the plan."""

_KINDS = {"benefit": "benefit", "private": "private", "receipts": "receipt"}

RATIO_IS_EVIDENCE = (
    "The Department for Transport's six bands (Value for Money Framework, updated in November 2024) describe the size "
    "of a ratio: very poor below 0, poor to 1, low to 1.5, medium to 2, high to 4, and very high from 4. Under the "
    "Green Book the ratio is evidence, to be read with the effects not valued in money; it is not a pass/fail test."
)


def case(bid: Bid) -> tuple[Block, ...]:
    """Costs and benefits by line, the ratio in words, and whether benefits are twice the costs."""
    plan = bid.plan
    return (
        Paragraph(_marked(bid, case_statements.value_sentence(plan), "case.programme."), style="lead"),
        Paragraph(RATIO_IS_EVIDENCE),
        Paragraph(cost_statements.price_sentence(plan)),
        Bullets(tuple(_marked(bid, item, "case.") for item in cost_statements.cost_sentences(plan))),
        _lines(bid),
        *counted_lines(bid),
        Bullets(tuple(_marked(bid, item, "case.programme.") for item in case_statements.silence_sentences(plan))),
        Heading("£2 of benefits for each £1", 2),
        *(Paragraph(_marked(bid, item, "case.two_to_one.", "case.programme."))
          for item in case_statements.two_to_one_sentences(plan)),
        Heading("Site by site", 2),
        _sites(bid),
        Heading("Costs compared with other programmes", 2),
        *_effectiveness(bid),
        Heading("Effects not valued in money", 2),
        Bullets((*(shown(item, 200) for item in plan.case.programme.not_valued), *NOT_IN_MONEY)),
    )  # fmt: skip


def _marked(bid: Bid, sentence: str, *stems: str) -> Text:
    """A sentence in which the figures whose ids begin with a stem are marked."""
    return marked_where(sentence, (figure for name, figure in bid.figures.items() if name.startswith(stems)))


def _lines(bid: Bid) -> Table:
    rows: list[tuple[Text, ...]] = []
    for row in bid.plan.case.lines.to_dict("records"):
        stem = f"case.line.{row['key']}"
        rows.append(
            (
                shown(row["words"]),
                _KINDS.get(row["kind"], "cost"),
                bid.figures[f"{stem}.quantity"],
                bid.figures[f"{stem}.unit_value_gbp"],
                bid.figures[f"{stem}.amount_gbp"],
                bid.figures[f"{stem}.pv_gbp"],
                shown(row["source"], 200),
                row["confidence"] or "not stated",
            )
        )
    return Table(
        caption="Costs and benefits by line, at present value",
        header=("Line", "Kind", "Quantity", "£ per unit", "£ each time", "Present value", "Source", "Confidence"),
        rows=tuple(rows),
        widths=(3.8, 1.5, 1.8, 1.8, 2.0, 2.2, 3.6, 1.9),
        right=(2, 3, 4, 5),
        note=case_statements.lines_note(bid.plan),
    )


def _sites(bid: Bid) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            f"{row['rank']:.0f}",
            shown(row["name"]),
            *(bid.figures[f"case.site.{site_id}.{column}"] for column in ("pv_costs_gbp", "npv_gbp", "bcr")),
        )
        for site_id, row in zip(bid.chosen.index, bid.chosen.drop(columns="geometry").to_dict("records"), strict=True)
    )
    figures = bid.figures
    total: Row = ("", "All proposed sites",
             *(figures[f"case.programme.{column}"] for column in ("pv_costs_gbp", "npv_gbp", "bcr")))  # fmt: skip
    return Table(
        caption="Proposed sites: costs, net value and ratio at present value",
        header=("Rank", "Name", "Costs", "Net present value", "Ratio"),
        rows=(*rows, total),
        widths=(1.4, 7.0, 3.0, 3.4, 2.2),
        right=(0, 2, 3, 4),
        note="Each site's value is what it adds to those ranked above it. The last row adds up present values; ratios "
        "are never averaged.",
    )


def _effectiveness(bid: Bid) -> tuple[Block, ...]:
    rows: tuple[Row, ...] = tuple(
        (
            f"This plan, per {row['per']}",
            bid.figures[f"case.effectiveness.{row['key']}.capital_gbp"],
            bid.figures[f"case.effectiveness.{row['key']}.pv_costs_gbp"],
            "this plan",
        )
        for row in bid.plan.case.effectiveness.to_dict("records")
    )
    anchors: tuple[Row, ...] = tuple(
        (
            f"{shown(row['words'])}, per {row['per']}",
            f"{'£' if row['currency'] == '£' else 'EUR '}{row['amount']:,.0f}",
            "",
            shown(row["source"]),
        )
        for row in bid.plan.case.anchors.to_dict("records")
    )
    return (
        Table(
            caption="What this plan would pay, and what other programmes have paid",
            header=("Programme", "Capital", "Whole life, at present value", "Source"),
            rows=(*rows, *anchors),
            widths=(7.4, 2.6, 3.4, 4.0),
            right=(1, 2),
            note="Other programmes' amounts are in their own years' prices, not converted; premises connected by fibre "
            "cannot be compared directly with premises whose street has Wi-Fi.",
        ),
    )


def robustness(bid: Bid) -> tuple[Block, ...]:
    """What changes the result, by how much it must change, and what the random draws show."""
    plan = bid.plan
    return (
        Heading("The choice of sites", 2),
        Bullets(
            (
                statements.best_sentence(plan.shortlist, statements.demand_words(plan.parameters)),
                *site_statements.choice_sentences(plan),
                "The chapter on need gives the range of each ward's rank.",
            )
        ),
        *_site_sensitivity(bid),
        *bid.picture("budget_curve"),
        Heading("The economic case", 2),
        *_tornado(bid),
        *bid.picture("tornado"),
        *_switching(bid),
        *_monte_carlo(bid),
        *bid.picture("monte_carlo"),
    )


def _site_sensitivity(bid: Bid) -> tuple[Block, ...]:
    """How much each site matters, and how often it is chosen when uncertain figures vary."""
    found = bid.chosen.drop(columns="geometry")
    if found.empty:
        return ()
    names, counted = bid.plan.sites["name"], site_statements.counted_head(bid.plan.parameters)
    rows: tuple[Row, ...] = tuple(
        (
            f"{row['rank']:.0f}",
            shown(row["name"]),
            bid.figures[f"site.{site_id}.loss_without"],
            shown(names.get(row["rival_id"], "")) or "none",
            bid.figures[f"site.{site_id}.chosen_share"],
        )
        for site_id, row in zip(found.index, found.to_dict("records"), strict=True)
    )
    return (
        Table(
            caption="Proposed sites: what is lost without each, and how often it is chosen",
            header=(
                "Rank",
                "Name",
                f"{counted} lost without it",
                "Best replacement",
                "Share of draws in which chosen",
            ),
            rows=rows,
            widths=(1.4, 5.4, 3.2, 5.4, 3.0),
            right=(0, 2, 4),
        ),
    )


def _tornado(bid: Bid) -> tuple[Block, ...]:
    rows: tuple[Row, ...] = tuple(
        (
            shown(row["words"]),
            *(bid.figures[f"case.tornado.{row['key']}.{column}"]
              for column in ("low", "bcr_low", "npv_low", "high", "bcr_high", "npv_high")),
            shown(row["source"], 160),
        )
        for row in bid.plan.case.tornado.to_dict("records")
    )  # fmt: skip
    if not rows:
        return (Paragraph("plan.toml gives no ranges, so no figure is varied."),)
    return (
        Table(
            caption="Each figure at both ends of its range, with the others unchanged",
            header=("Figure", "Lower end", "Ratio then", "Net value then", "Upper end", "Ratio then", "Net value then",
                    "Source of the range"),
            rows=rows,
            widths=(2.8, 1.6, 1.6, 2.2, 1.6, 1.6, 2.2, 4.0),
            right=(1, 2, 3, 4, 5, 6),
            note="The ends multiply the stated figure, except for the discount rate. The widest change comes first.",
        ),
    )  # fmt: skip


def _switching(bid: Bid) -> tuple[Block, ...]:
    rows: tuple[Row, ...] = tuple(
        (
            shown(row["words"]),
            row["kind"],
            bid.figures[f"case.switching.{row['key']}.factor_one"],
            bid.figures[f"case.switching.{row['key']}.factor_target"],
        )
        for row in bid.plan.case.switching.to_dict("records")
    )
    if not rows:
        return (Paragraph("No switching values are given: they need a value for a benefit."),)
    target = bid.plan.parameters.appraisal.target_ratio
    return (
        Table(
            caption="Switching values: how far one figure alone must change",
            header=("Figure", "Kind", "For a ratio of 1", f"For a ratio of {target:g}"),
            rows=rows,
            widths=(6.5, 2.5, 4.0, 4.0),
            right=(2, 3),
            note='Multiples of the stated figure. "None does": no value of this figure alone gives that ratio.',
        ),
    )


def _monte_carlo(bid: Bid) -> tuple[Block, ...]:
    found, figures = bid.plan.case.monte_carlo, bid.figures
    rows: tuple[Row, ...] = tuple(
        (
            f"{100 * row['quantile']:.0f} % of the draws are at or below",
            *(figures[f"case.monte_carlo.q{round(100 * row['quantile']):02d}.{column}"]
              for column in ("bcr", "npv_gbp", "pv_costs_gbp")),
        )
        for row in found.quantiles.to_dict("records")
    )  # fmt: skip
    drawn = ", ".join(shown(key).replace("_", " ") for key in found.drawn) or "nothing"
    about: list[Block] = [
        Paragraph(
            say("{} random draws from the ranges of {} together, each independent of the others, with a fixed seed.",
                figures["case.monte_carlo.draws"], drawn)
        )
    ]  # fmt: skip
    if found.share_at_least_one is not None:
        target = bid.plan.parameters.appraisal.target_ratio
        about.append(
            Paragraph(
                say("{} of them have a ratio of at least 1, {} of at least " + f"{target:g}.",
                    figures["case.monte_carlo.at_least_one"], figures["case.monte_carlo.at_least_target"])
            )
        )  # fmt: skip
    about.append(
        Table(
            caption="Results of the random draws",
            header=("Share of draws", "Ratio", "Net present value", "Costs at present value"),
            rows=rows,
            widths=(6.0, 3.0, 4.0, 4.0),
            right=(1, 2, 3),
        )
    )
    return tuple(about)


def funding_chapter(bid: Bid) -> tuple[Block, ...]:
    """Who pays at each site, the council's cash, the share from outside, and what subsidy control requires."""
    paid = bid.plan.funding
    return (
        Paragraph(_marked(bid, case_statements.external_sentence(bid.plan), "funding.external."), style="lead"),
        *(Paragraph(_marked(bid, item, "funding.external.")) for item in case_statements.grant_sentences(bid.plan)),
        *programme_blocks(bid),
        _cash(bid),
        *bid.picture("cash_flow"),
        *_models(bid),
        Paragraph(case_statements.payback_sentence(bid.plan)),
        *((Paragraph(f"Missing from plan.toml, but needed for the models in use: {', '.join(paid.missing)}."),)
          if paid.missing else ()),
        Heading("Subsidy control", 2),
        *_subsidy(bid),
    )  # fmt: skip


def _cash(bid: Bid) -> Table:
    columns = ("capital_gbp", "grant_gbp", "running_gbp", "renewal_gbp", "income_gbp", "net_gbp", "cumulative_gbp")
    rows: tuple[Row, ...] = tuple(
        (f"{year:.0f}", *(bid.figures[f"funding.year.{year:.0f}.{column}"] for column in columns))
        for year in bid.plan.funding.years["year"]
    )
    return Table(
        caption="Cash to the council by year: £, not discounted, without optimism bias",
        header=("Year", "Capital", "Grants", "Running", "Renewal", "Income", "Net", "Net so far"),
        rows=rows,
        widths=(1.4, 2.4, 2.0, 2.2, 2.0, 2.0, 2.4, 2.6),
        right=(0, 1, 2, 3, 4, 5, 6, 7),
    )


def _models(bid: Bid) -> tuple[Block, ...]:
    sites = bid.plan.funding.sites
    if len(set(sites["model"])) <= 1:
        model = shown(sites["model"].iloc[0]) if len(sites) else "not stated"
        return (Paragraph(f"Funding model of every site: {model}."), _who_pays(bid))
    columns = ("council_capital_gbp", "running_gbp_per_year", "income_gbp_per_year", "net_gbp")
    rows: tuple[Row, ...] = tuple(
        (shown(row["name"]), shown(row["model"]),
         *(bid.figures[f"funding.site.{site_id}.{column}"] for column in columns), shown(row["payback"]))
        for site_id, row in zip(sites.index, sites.to_dict("records"), strict=True)
    )  # fmt: skip
    return (
        Table(
            caption="Funding model and cash of each site",
            header=("Name", "Model", "Capital from the council", "Running cost a year", "Income a year",
                    "Cash, whole period", "Payback"),
            rows=rows,
            widths=(4.4, 2.6, 2.2, 2.0, 2.0, 2.4, 2.8),
            right=(2, 3, 4, 5),
        ),
        _who_pays(bid),
    )  # fmt: skip


def _who_pays(bid: Bid) -> Bullets:
    """What each funding model in use means."""
    return Bullets(tuple(f"{model.key}: {model.words}" for model in bid.plan.funding.models))


def _subsidy(bid: Bid) -> tuple[Block, ...]:
    found, rules = bid.plan.funding.subsidy, bid.plan.parameters.funding
    status = found["bduk_status"].value_counts().sort_index()
    by_status = "; ".join(f"{shown(name)}: {count:,} of {len(found):,} sites" for name, count in status.items())
    named = found[found["enterprise"] != ""].drop_duplicates("enterprise").to_dict("records")
    rows: tuple[Row, ...] = tuple(
        (
            shown(row["enterprise"]),
            bid.figures[f"funding.enterprise.{number}.aid_gbp"],
            row["within_minimal_assistance"],
            row["is_published"],
        )
        for number, row in enumerate(named, start=1)
    )
    enterprises: tuple[Block, ...] = (
        Table(
            caption="Support to each enterprise over three financial years",
            header=("Enterprise", "Support", "Within minimal financial assistance", "To be published"),
            rows=rows,
            widths=(6.0, 3.0, 4.0, 4.0),
            right=(1,),
        ),
    ) if rows else (Paragraph("No enterprise that would benefit is named (funding.enterprise)."),)  # fmt: skip
    return (
        Bullets(
            (
                f"BDUK status of the premises at each site's postcode: {by_status}. Status is decided for each UPRN, "
                "and only White premises can receive gigabit subsidy.",
                f"Minimal financial assistance: up to {money_text(rules.minimal_assistance_gbp)} to one "
                "enterprise over three financial years; subsidies above "
                f"{money_text(rules.transparency_gbp)} must be published (Subsidy Control Act 2022).",
                *(f"{model.key}: {model.subsidy}" for model in bid.plan.funding.models),
                "These are points for the council's lawyers to check, not legal advice.",
            )
        ),
        *enterprises,
    )
