"""The chapter of a pack on what speaks against the proposed sites."""

from __future__ import annotations

from connected_place.maps.document import Block, Bullets, Paragraph, marked
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import gap_statements, opponent_statements


def opponent_chapter(bid: Bid) -> tuple[Block, ...]:
    """What the strongest opponent of the plan would say, with the plan's own figures."""
    found = bid.plan.opponent
    if found is None:
        return (Paragraph("No site is proposed, so there is nothing to argue against."),)
    counted = gap_statements.counted_words(bid.plan.reporting)
    said = opponent_statements.against(found, bid.plan.parameters, counted=counted)
    return (
        Paragraph(opponent_statements.LEAD, style="lead"),
        Bullets(tuple(marked(each.words, *(bid.figures[name] for name in each.figures)) for each in said)),
    )
