"""A plan checked against a fund's requirements and limits: answered, to be filled in, met or not met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connected_place.maps.document import Block, Paragraph, Row, Table, Text
from connected_place.maps.figures import Figure
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.funds import Limit, Required

TO_BE_FILLED_IN = "To be filled in by the council"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """A limit checked against one figure.

    Attributes
    ----------
    limit : Limit
    figure : Figure or None
        None: the plan has none with that id.
    is_kept : bool or None
        None: not known.
    """

    limit: Limit
    figure: Figure | None
    is_kept: bool | None

    @property
    def verdict(self) -> str:
        """Met, not met or not known, in words."""
        if self.limit.most is None and self.limit.least is None:
            return "for the council to compare"
        if self.is_kept is None:
            return "not known: the plan has no such figure"
        return "met" if self.is_kept else "NOT met"


def limit_checks(bid: Bid) -> tuple[LimitCheck, ...]:
    """Every limit of the fund, checked against the plan's figures."""
    return tuple(item for limit in bid.fund.limits for item in _checks_of(bid, limit))


def _checks_of(bid: Bid, limit: Limit) -> Iterable[LimitCheck]:
    if "{site}" in limit.figure:
        found = [bid.figures.get(limit.figure.replace("{site}", str(site))) for site in bid.chosen.index]
    else:
        found = [bid.figures.get(limit.figure)]
    for figure in found or [None]:
        value = figure.value if figure else None
        is_kept = _keeps(limit, value) if isinstance(value, float) and value == value else None
        yield LimitCheck(limit=limit, figure=figure, is_kept=is_kept)


def _keeps(limit: Limit, value: float) -> bool:
    return (limit.most is None or value <= limit.most) and (limit.least is None or value >= limit.least)


def answer(bid: Bid, item: Required) -> str:
    """The answer to a requirement: the council's own words, a reference to a chapter, or that it is missing."""
    own = bid.plan.parameters.pack.answers.get(item.key, "").strip()
    if own:
        words = len(own.split())
        text = shown(own, 4_000)
        too_long = item.words_most and words > item.words_most
        return f"{text} (TOO LONG: {words:,} words; the limit is {item.words_most:,})" if too_long else text
    if item.given_by in bid.fund.chapters:
        return f"See the chapter “{bid.chapter_title(item.given_by)}”"
    return TO_BE_FILLED_IN


def missing(bid: Bid) -> tuple[Required, ...]:
    """The fund's requirements that have no answer yet."""
    return tuple(item for item in bid.fund.required if answer(bid, item) == TO_BE_FILLED_IN)


def fund_chapter(bid: Bid) -> tuple[Block, ...]:
    """What the fund asks for, the answers, and whether its limits are met."""
    blocks: list[Block] = []
    if bid.fund.required:
        gaps = len(missing(bid))
        blocks.append(
            Paragraph(
                f"The council still has to fill in {gaps} of {len(bid.fund.required)} requirements: write the answers "
                "under [pack.answers] in plan.toml and they will appear here. Nothing is made up for them."
                if gaps
                else f"All {len(bid.fund.required)} requirements have an answer."
            )
        )
        blocks.append(_requirements(bid))
    if bid.fund.limits:
        blocks.append(_limits(bid))
    return tuple(blocks)


def _requirements(bid: Bid) -> Table:
    has_sources = any(item.source for item in bid.fund.required)
    rows: list[tuple[Text, ...]] = []
    for item in bid.fund.required:
        own = (shown(item.source, 200),) if has_sources else ()
        rows.append((shown(item.words, 300), answer(bid, item), *own))
    return Table(
        caption="Requirements and answers",
        header=("Requirement", "Answer", *(("Source",) if has_sources else ())),
        rows=tuple(rows),
        widths=(7.0, 6.0, *((4.0,) if has_sources else ())),
    )


def _limits(bid: Bid) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            shown(item.limit.words, 300),
            shown(item.limit.text),
            item.figure or "not known",
            item.figure.words if item.figure else "",
            item.verdict,
            shown(item.limit.source, 200),
        )
        for item in limit_checks(bid)
    )
    return Table(
        caption="This plan against the fund's limits",
        header=("Limit", "Value", "This plan", "Figure compared", "Result", "Source"),
        rows=rows,
        widths=(4.4, 2.0, 2.0, 4.0, 2.0, 3.0),
        right=(2,),
    )
