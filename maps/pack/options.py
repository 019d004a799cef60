"""The chapter of a pack on options: do nothing, do the minimum, and the preferred one."""

from __future__ import annotations

from connected_place.coverage.case import PRIVATE
from connected_place.maps.document import Block, Paragraph, Row, Table
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import site_statements


def options_chapter(bid: Bid) -> tuple[Block, ...]:
    """Do nothing, do the minimum, and the preferred option."""
    counted = site_statements.counted_head(bid.plan.parameters, reached=" reached")
    columns = (
        "sites",
        "capex_gbp",
        "demand_covered",
        "premises",
        "user_days",
        "pv_costs_gbp",
        "pv_benefits_gbp",
        "npv_gbp",
        "bcr",
    )
    rows: tuple[Row, ...] = tuple(
        (shown(row["words"], 120), *(bid.figures[f"case.option.{row['key']}.{name}"] for name in columns))
        for row in bid.plan.case.options.to_dict("records")
    )
    return (
        Paragraph(
            "Doing nothing costs nothing and reaches nobody who is not reached today; the other options are measured "
            "against it."
        ),
        Table(
            caption="Options compared",
            header=("Option", "Sites", "Capital", counted, "Premises reached", "User-days a year", "Costs", "Benefits",
                    "Net value", "Ratio"),
            rows=rows,
            widths=(3.4, 1.1, 1.8, 1.6, 1.7, 1.8, 1.8, 1.8, 1.8, 1.2),
            right=(1, 2, 3, 4, 5, 6, 7, 8, 9),
            note=f"Costs, benefits and net value are at present value, £.{_others_words(bid)}",
        ),
        Paragraph(
            "Sites are ranked, so a smaller option keeps those at the top of the list; the preferred "
            "option is the whole list. A small option with a better ratio does not make the larger one poor value: the "
            "question is what the additional sites bring for their cost."
        ),
    )  # fmt: skip


def _others_words(bid: Bid) -> str:
    """Why an option with more users may show lower benefits; "" where nobody but the council pays."""
    if not (bid.plan.case.lines["kind"] == PRIVATE).any():
        return ""
    return (
        " What others pay in the council's place (sponsors, concessionaires) is taken off costs and benefits alike, so "
        "an option with more of their sites may show lower benefits."
    )
