"""The chapter of a pack on what speaks against the plan."""

from __future__ import annotations

from connected_place.maps.document import Block, Bullets, Paragraph, marked
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import opponent_statements


def opponent_chapter(bid: Bid) -> tuple[Block, ...]:
    """What the strongest opponent of the plan would say, with the plan's own figures."""
    found = bid.plan.opponent
    if found is None:
        return (Paragraph("No site is proposed, so there is nothing to argue against."),)
    said = opponent_statements.against(found, bid.plan.parameters)
    return (
        Paragraph(opponent_statements.LEAD, style="lead"),
        Bullets(tuple(marked(each.words, *(bid.figures[name] for name in each.figures)) for each in said)),
    )
