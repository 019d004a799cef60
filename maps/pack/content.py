"""The contents of a pack, in the order its fund wants: the same for the Word file and the PDF."""

from __future__ import annotations

from collections.abc import Callable

from connected_place.maps.document import Block, Contents, Document, Heading, Paragraph, PictureBlock, figures_in
from connected_place.maps.numerals import shown
from connected_place.maps.pack import against_it as pack_against_it
from connected_place.maps.pack import better_lines as pack_better_lines
from connected_place.maps.pack import case as pack_case
from connected_place.maps.pack import delivery as pack_delivery
from connected_place.maps.pack import method as pack_method
from connected_place.maps.pack import need as pack_need
from connected_place.maps.pack import options as pack_options
from connected_place.maps.pack import proposal as pack_proposal
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.fund_answers import fund_chapter
from connected_place.maps.pack.method import figures

_ILLUSTRATIVE = "Illustrative: invented data, not a real place."
ESTIMATES = "Numbers marked (e) are estimates."

CONTENTS = Paragraph("Contents", style="lead")

Chapter = Callable[[Bid], tuple[Block, ...]]

WRITERS: dict[str, Chapter] = {
    "summary": pack_need.summary_chapter,
    "need": pack_need.need_part,
    "lines": pack_better_lines.lines_chapter,
    "supply": pack_need.supply,
    "proposal": pack_proposal.proposal,
    "case": pack_case.case,
    "robustness": pack_case.robustness,
    "opponent": pack_against_it.opponent_chapter,
    "options": pack_options.options_chapter,
    "funding": pack_case.funding_chapter,
    "delivery": pack_delivery.delivery_chapter,
    "monitoring": pack_delivery.monitoring_chapter,
    "equality": pack_method.equality,
    "questions": pack_method.questions_chapter,
    "method": pack_method.method,
    "fund": fund_chapter,
    "sources": pack_method.sources,
}
"""The writer of each chapter; "figures" comes last, because it lists what the others print."""


def pack_document(bid: Bid) -> Document:
    """The whole document of a pack."""
    place = shown(bid.plan.parameters.place.name)
    blocks: list[Block] = [Paragraph(shown(bid.fund.about, 400), style="mark")]
    for number, key in enumerate(bid.fund.chapters):
        if key in WRITERS:
            blocks += [*_head(bid, key), *_wide_last(WRITERS[key](bid))]
        if number == 0:
            blocks += [CONTENTS, Contents()]
    document = Document(
        title=f"{shown(bid.fund.title, 120)}: {place}",
        subject=f"Where public Wi-Fi and faster broadband are needed in {place}, and what is proposed",
        author=place,
        running=f"{shown(bid.fund.title, 120)}: {place}. {ESTIMATES}",
        mark=_ILLUSTRATIVE if bid.plan.parameters.place.illustrative else "",
        blocks=tuple(blocks),
    )
    if "figures" not in bid.fund.chapters:
        return document
    printed = {figure.id: figure for figure, _ in figures_in(document)}
    blocks += [*_head(bid, "figures"), *figures(bid, printed)]
    return Document(
        title=document.title,
        subject=document.subject,
        author=document.author,
        running=document.running,
        mark=document.mark,
        blocks=tuple(blocks),
    )


def _wide_last(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """A chapter whose full-page pictures come at its end, so that no page is left half empty."""
    return tuple(sorted(blocks, key=lambda block: isinstance(block, PictureBlock) and block.is_wide))


def _head(bid: Bid, key: str) -> tuple[Block, ...]:
    wording = bid.fund.wording.get(key)
    return (
        Heading(shown(bid.chapter_title(key), 120)),
        *([Paragraph(shown(wording, 1_000))] if wording else []),
    )
