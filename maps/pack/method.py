"""The chapters of a pack on how and how sure: method, sources, equality, hostile questions, figures, and the fund."""

from __future__ import annotations

import re

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.need import criteria
from connected_place.maps.document import Block, Bullets, Heading, Paragraph, Row, Table
from connected_place.maps.figures import Figure, in_capitals
from connected_place.maps.folder import POSITIONS
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import statements


def equality(bid: Bid) -> tuple[Block, ...]:
    """What the choice does and does not do to people who are easily left out."""
    known = criteria(bid.plan.parameters.score)
    used = [item.words for key, item in known.items() if key in bid.plan.areas]
    return (
        Paragraph(
            "Need is scored on places, not on persons: no personal data go in, and no protected characteristic "
            "lowers a score."
        ),
        Bullets(
            (
                f"The criteria in use are: {', '.join(used)}. Each raises need; none excludes an area.",
                "An area of which too little is known is shown as not ranked, never as without need.",
                "Every map has a table with the same figures beside it; the pages work without a mouse, without "
                "colour and without scripts, and this document is tagged for screen readers.",
                "Coverage is not skills: who has no device, cannot pay, or does not go online needs other help, which "
                "this plan neither gives nor costs.",
                "A duty under section 149 of the Equality Act 2010 is the council's: this note is evidence for an "
                "equality impact assessment, and not one.",
            )
        ),
    )


def questions_chapter(bid: Bid) -> tuple[Block, ...]:
    """What a sceptical reviewer asks, and what this plan can answer."""
    rules, found = bid.plan.parameters, bid.plan.shortlist
    has_ratio = bid.plan.case.programme.bcr is not None
    asked = [
        (
            "Why these areas and not others?",
            "The order comes from stated criteria and weights on fixed scales, so that adding an area cannot reorder "
            "the others; the table of need shows how far each rank moves when the weights are varied. Other weights "
            "in plan.toml would change the answer; the page of the place lets a reader try them.",
        ),
        (
            "Are the coverage figures true?",
            "They are the publisher's, read from the file named in the chapter on sources, whose hash proves which "
            "file it was. They say what can be bought, not what is bought, and not what an address really gets. A "
            "later release would change the answer.",
        ),
        (
            "What of the places nobody reports?",
            "They stay in the total and are shown as not reported. Where they are, a share is at least that high.",
        ),
        (
            "Is this the best choice of sites?",
            f"{statements.best_sentence(found, statements.demand_words(rules))} That holds for the candidates, costs "
            "and demand that were given; another list of candidates would change the answer.",
        ),
        (
            "Will the Wi-Fi really reach that far?",
            f"{statements.radio_sentence(bid.plan)} It is a planning figure. A visit and a measurement at each site "
            "come before any order; either can change the answer.",
        ),
        (
            "Where do the costs come from?",
            "From plan.toml, or the defaults with the source that each names. No supplier has quoted. Quotes would "
            "change the answer; the switching values say by how much they must."
            if has_ratio
            else "From plan.toml, or the defaults with the source that each names. No supplier has quoted. Quotes "
            "would change the answer.",
        ),
        (
            "Would the market do this anyway?",
            "The plan does not know the builders' plans beyond the coverage file. Ask them, and check the open market "
            "review; deadweight is a stated parameter of the appraisal, and lowers the benefits.",
        ),
        (
            "Can we check a number?",
            "Yes: connected-place trace and its id print the file, its hash, its rows and the formula. The same inputs "
            "give the same bytes.",
        ),
    ]
    return tuple(block for heading, answer in asked for block in (Heading(heading, 2), Paragraph(answer)))


def method(bid: Bid) -> tuple[Block, ...]:
    """How the figures come about, and what they do not say."""
    return (
        Bullets(
            (
                "Gaps: premises less those that can get a speed, summed over the units of the coverage file; shares "
                "are sums over sums.",
                "Need: criteria on fixed scales, weighted; ranks with the range in which they lie when weights and "
                "unsure figures are varied.",
                "Demand: premises weighted by the need of their area, less what existing free Wi-Fi reaches.",
                "Sites: the set within the budget that reaches most demand, found by an exact solver; its proof "
                "stands in the manifest.",
                POSITIONS,
            )
        ),
        Heading("Limits", 2),
        Bullets(tuple(dict.fromkeys((*statements.limit_sentences(bid.plan), *_warnings(bid))))),
    )


def _warnings(bid: Bid) -> tuple[str, ...]:
    return tuple(
        shown(f"{fault.file}: {fault.message}" if fault.file else fault.message, 300) for fault in bid.plan.warnings
    )


def sources(bid: Bid) -> tuple[Block, ...]:
    """Every file with its date, licence and hash."""
    rows: tuple[Row, ...] = tuple(
        (
            shown(item.file.rsplit("/", 1)[-1], 90),
            f"{shown(item.title)}, {shown(item.publisher)}",
            shown(item.vintage),
            shown(item.licence),
            f"{item.rows_used:,}",
            item.sha256[:16],
        )
        for item in bid.plan.provenance
    )
    return (
        Table(
            caption="Input files",
            header=("File", "What and whose", "Date", "Licence", "Rows used", "SHA-256, first 16 digits"),
            rows=rows,
            widths=(4.4, 4.8, 2.8, 2.6, 1.4, 3.2),
            right=(4,),
            note="manifest.json holds each hash in full, with every parameter, version and the command.",
        ),
        Bullets(statements.attributions(bid.plan.provenance)),
    )


def figures(bid: Bid, printed: dict[str, Figure]) -> tuple[Block, ...]:
    """How to trace a figure, and those of the text one by one."""
    families: dict[str, dict[str, Figure]] = {}
    for figure in printed.values():
        family, _, last = in_capitals(figure.recipe).rpartition(".")
        families.setdefault(family, {}).setdefault(last, figure)
    rows: tuple[Row, ...] = tuple(
        (
            f"{family}.",
            ", ".join(sorted(members)),
            " ".join(dict.fromkeys(re.sub(r"[0-9,]+ Mbit/s", "the speed", item.formula) for item in members.values())),
        )
        for family, members in sorted(families.items())
    )
    return (
        Paragraph(
            "Each number of this pack has an id. Type connected-place trace, the folder and the id, for example "
            f"connected-place trace output gap.borough.{bid.plan.parameters.gaps.headline}: it prints the value, the "
            "formula, the files with their hashes, and the rows themselves. figures.json holds the same for a "
            "program. In the Word document, Go to finds a bookmark with the id's letters at each number. Numbers "
            "marked (e) are estimates."
        ),
        Table(
            caption="Ids of the figures and how they are made; words in capitals stand for what is told below",
            header=("Id begins", "and ends with one of", "Formulas"),
            rows=rows,
            widths=(4.0, 5.0, 8.4),
            note=f"PLACE: borough, or ward. and a ward's code. CODE: a ward's code. SITE: a site's id. "
            "EACH: the line, option, year or task. TIER: "
            f"{', '.join(TIERS)}.",
        ),
    )
