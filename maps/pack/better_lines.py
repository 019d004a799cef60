"""The chapter of a pack on better lines: what can be done for the premises without the speed, and what is paid for."""

from __future__ import annotations

from typing import Any

from connected_place.maps.document import Block, Paragraph, Row, Table, Text, marked, marked_where
from connected_place.maps.numerals import shown, speed_text
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import forecast_statements, line_statements, programme_statements

AREAS_LISTED = 10
"""Areas of the largest gap that are listed besides those that money is spent on."""


def lines_chapter(bid: Bid) -> tuple[Block, ...]:
    """What the budget for lines pays for, the areas with money and the largest others, and why."""
    if bid.plan.lines is None:
        return (Paragraph("No premises are reported to be without the headline speed, so there is nothing to choose."),)
    rows = _listed(bid)
    return (
        Paragraph(lines_text(bid), style="lead"),
        Paragraph(line_statements.status_sentence(bid.plan.lines)),
        *(Paragraph(text) for text in filter(None, (line_statements.promises_sentence(bid.plan.lines),))),
        *(Paragraph(text) for text in forecast_statements.forecast_sentences(bid.plan.forecast)),
        *bid.picture("better_lines"),
        _areas(bid, rows),
        _reasons(rows),
    )


def programme_blocks(bid: Bid) -> tuple[Block, ...]:
    """What the capital for both lists buys, what is left and what must come from outside; nothing if none is stated."""
    if bid.plan.programme is None:
        return ()
    names = ("capital_gbp", "bought_gbp", "left_gbp", "external_gbp", "to_find_gbp")
    figures = [bid.figures[f"programme.{name}"] for name in names]
    said = (
        "Capital of the programme",
        "Spent on both lists",
        "Left",
        "Must come from outside",
        "Not agreed in writing",
    )
    return (
        Table(
            caption="The programme: public Wi-Fi and better lines together",
            header=("", "£"),
            rows=tuple(zip(said, figures, strict=True)),
            widths=(9.0, 4.0),
            right=(1,),
        ),
        *(Paragraph(marked_where(text, figures)) for text in programme_statements.programme_sentences(bid.plan)),
    )


def lines_text(bid: Bid) -> Text:
    """The sentence on what is spent and gained, its numbers as figures."""
    found, rules = bid.plan.lines, bid.plan.parameters
    if found is None:
        return ""
    sentence = line_statements.lines_sentence(found, rules, bid.plan.reporting)
    if " pays for an option in " not in sentence:
        return marked(sentence, bid.figures["lines.premises"], bid.figures["lines.areas"])
    names = ("premises", "areas", "paid_areas", "spent_gbp")
    gains = ("gained", "gained_low", "gained_high")
    return marked(
        sentence,
        *(bid.figures[f"lines.{name}"] for name in names),
        bid.figures["parameter.lines.budget_gbp"],
        *(bid.figures[f"lines.{name}"] for name in gains),
    )


def _listed(bid: Bid) -> list[dict[str, Any]]:
    """Areas with money first, then the largest others."""
    if bid.plan.lines is None:
        return []
    areas = bid.plan.lines.interventions.drop(columns="geometry").reset_index()
    ordered = areas.sort_values(["is_paid", "premises"], ascending=[False, False], kind="stable")
    others = (~ordered["is_paid"].astype(bool)).cumsum()
    kept = ordered[ordered["is_paid"].astype(bool) | (others <= AREAS_LISTED)]
    return [{str(name): value for name, value in row.items()} for row in kept.to_dict("records")]


def _areas(bid: Bid, rows: list[dict[str, Any]]) -> Table:
    speed = speed_text(bid.plan.parameters.gaps.headline)
    cells: tuple[Row, ...] = tuple(
        (
            shown(row["area_name"]),
            line_statements.STATUS_NAMES[row["status"]],
            bid.figures[f"line.{row['area_id']}.premises"],
            shown(row["option_words"]),
            bid.figures[f"line.{row['area_id']}.cost_gbp"],
            bid.figures[f"line.{row['area_id']}.gained"],
            shown(row["by_when"]),
        )
        for row in rows
    )
    return Table(
        caption=f"What can be done for the premises without {speed}: areas with money, then the largest others",
        header=("Area", "Status", f"Without {speed}", "Option", "Cost to the council", "Likely gain", "By when"),
        rows=cells,
        widths=(4.6, 2.0, 1.9, 3.6, 2.0, 1.7, 2.2),
        right=(2, 4, 5),
        note="Costs and gains are estimates; waiting counts as gaining nothing. interventions.csv has every area, "
        "intervention_options.csv every option with its conditions, evidence and risk.",
    )


def _reasons(rows: list[dict[str, Any]]) -> Table:
    cells: tuple[Row, ...] = tuple(
        (
            shown(row["area_name"]),
            line_statements.STATUS_NAMES[row["status"]],
            shown(f"{row['reason']} {row['smallest_change']}".strip(), 700),
        )
        for row in rows
    )
    return Table(
        caption="Why money is spent there or not, and the smallest change that would have it spent",
        header=("Area", "Status", "Why"),
        rows=cells,
        widths=(4.2, 2.0, 11.8),
    )
