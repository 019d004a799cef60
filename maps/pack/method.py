"""The chapters of a pack on method: equality, reviewers' questions, method, sources and figures."""

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
    """What the choice does and does not do for people who are easily left out."""
    known = criteria(bid.plan.parameters.score)
    used = [item.words for key, item in known.items() if key in bid.plan.areas]
    return (
        Paragraph(
            "Need is scored for places, not people: no personal data are used, and no protected characteristic lowers "
            "a score."
        ),
        Bullets(
            (
                f"The criteria in use are: {', '.join(used)}. Each adds to need; none excludes an area.",
                "An area about which too little is known is shown as not ranked, never as having no need.",
                "Every map has a table with the same figures; the pages work without a mouse, colour or scripts, and "
                "this document is tagged for screen readers.",
                "Coverage is not the same as skills: people who have no device, cannot pay or do not go online need "
                "other help, which this plan neither provides nor costs.",
                "The duty under section 149 of the Equality Act 2010 rests with the council: this note is evidence for "
                "an equality impact assessment, not a substitute for one.",
            )
        ),
    )


def questions_chapter(bid: Bid) -> tuple[Block, ...]:
    """Questions that a sceptical reviewer may ask, with the plan's answers."""
    rules, found = bid.plan.parameters, bid.plan.shortlist
    has_ratio = bid.plan.case.programme.bcr is not None
    asked = [
        (
            "Why these areas and not others?",
            "The order comes from stated criteria and weights on fixed scales, so adding an area cannot reorder the "
            "others; the table of need shows how far each rank moves when the weights vary. Other weights in plan.toml "
            "would change the answer; readers can try them on the plan's web page.",
        ),
        (
            "Are the coverage figures right?",
            "They are the publisher's, read from the file named in the chapter on sources; its hash proves which file "
            "was used. They show what can be bought, not what has been bought or what speed an address actually gets. "
            "A later release would change the answer.",
        ),
        (
            "What about places with no reported figures?",
            "They count in the total and are shown as not reported; the true share without a speed may be higher.",
        ),
        (
            "Is this the best choice of sites?",
            f"{statements.best_sentence(found, statements.demand_words(rules))} That is true of the candidates, costs "
            "and demand given; a different list of candidates would change the answer.",
        ),
        (
            "Will the Wi-Fi really reach that far?",
            f"{statements.radio_sentence(bid.plan)} This is a planning figure. Each site must be visited and measured "
            "before anything is ordered; either can change the answer.",
        ),
        (
            "Where do the costs come from?",
            "From plan.toml, or from defaults, each with its source. No supplier has quoted. Quotes would change the "
            "answer; the switching values show how far costs would have to move to matter."
            if has_ratio
            else "From plan.toml, or from defaults, each with its source. No supplier has quoted. Quotes would change "
            "the answer.",
        ),
        (
            "Would the market do this anyway?",
            "Beyond the coverage file, the plan does not know what network builders intend. Ask them, and check the "
            "open market review. Deadweight is a stated parameter of the appraisal and lowers the benefits.",
        ),
        (
            "Can we check a number?",
            "Yes: connected-place trace, followed by the output folder and the number's id, prints the file, its hash, "
            "its rows and the formula. The same inputs always give identical files.",
        ),
    ]
    return tuple(block for heading, answer in asked for block in (Heading(heading, 2), Paragraph(answer)))


def method(bid: Bid) -> tuple[Block, ...]:
    """How the figures are calculated, and their limits."""
    return (
        Bullets(
            (
                "Gaps: all premises less those that can get a speed, added up from the coverage file; shares are one "
                "sum divided by another.",
                "Need: criteria on fixed scales, weighted; each rank is given with its range when the weights and "
                "uncertain figures vary.",
                "Demand: premises weighted by the need of their area, less those that existing free Wi-Fi reaches.",
                "Sites: the set within the budget that serves the most demand, found by an exact solver; the manifest "
                "records the proof.",
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
            header=("File", "Title and publisher", "Date", "Licence", "Rows used", "SHA-256, first 16 digits"),
            rows=rows,
            widths=(4.4, 4.8, 2.8, 2.6, 1.4, 3.2),
            right=(4,),
            note="manifest.json gives each hash in full, with every parameter, the versions and the command.",
        ),
        Bullets(statements.attributions(bid.plan.provenance)),
    )


def figures(bid: Bid, printed: dict[str, Figure]) -> tuple[Block, ...]:
    """How to trace a figure, and the ids of those in the text."""
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
            "Every figure of the kinds listed below has an id. To trace one, type connected-place trace, the output "
            "folder and the id, for example connected-place trace output "
            f"gap.borough.{bid.plan.parameters.gaps.headline}. It prints "
            "the value, the formula, the files with their hashes, and the rows themselves. figures.json gives the same "
            "for other programs. In the Word document such a figure has a bookmark named after its id, which Go To "
            "finds. Numbers marked (e) are estimates."
        ),
        Table(
            caption="Ids of the figures and how they are calculated; words in capitals are explained below",
            header=("Id begins with", "and ends with one of", "Formulas"),
            rows=rows,
            widths=(4.0, 5.0, 8.4),
            note=f"PLACE: borough, or ward. followed by a ward's code. CODE: a ward's code. SITE: a site's id. "
            "EACH: the line, option, year or task. TIER: "
            f"{', '.join(TIERS)}.",
        ),
    )
