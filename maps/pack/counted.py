"""What each benefit comes to before and after what is taken off it."""

from __future__ import annotations

from connected_place.coverage.case import DEDUCTED
from connected_place.maps.document import Block, Row, Table
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid


def counted_lines(bid: Bid) -> tuple[Block, ...]:
    """What each valued benefit comes to in a full year, and what is taken off it; nothing where none has a value."""
    rows = bid.plan.case.lines
    valued = rows[rows["gross_gbp"].notna()]
    if not len(valued):
        return ()
    names = ("gross_gbp", *(f"less_{part}_gbp" for part in DEDUCTED))
    table: tuple[Row, ...] = tuple(
        (
            shown(words),
            *(bid.figures[f"case.counted.{key}.{name}"] for name in names),
            bid.figures[f"case.line.{key}.amount_gbp"],
        )
        for key, words in zip(valued["key"], valued["words"], strict=True)
    )
    return (
        Table(
            caption="From quantity times value to what is counted, £ in a year of full operation",
            header=("Line", "Gross", "Less: do not use it", "Less: over mobile data", "Less: over other Wi-Fi",
                    "Less: not additional", "Counted"),
            rows=table,
            widths=(5.2, 2.2, 2.2, 2.2, 2.2, 2.2, 2.2),
            right=(1, 2, 3, 4, 5, 6),
            note="Each row adds up. Users have taken the Wi-Fi up already, so nothing is taken off user-days for "
            "people who do not use it.",
        ),
    )  # fmt: skip
