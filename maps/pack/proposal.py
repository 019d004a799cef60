"""The chapter of a pack on the proposal: where the sites are, what each costs and why it was chosen."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.maps.document import Block, Paragraph, Row, Table, Text, marked
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.need import proposal_text, reach_text
from connected_place.maps.words import site_statements, statements

_NOT_KNOWN = "not known"
UPRN_DIGITS = range(6, 13)


def proposal(bid: Bid) -> tuple[Block, ...]:
    """The map, and where the sites are, what they cost, whom they reach and why they were chosen."""
    if not len(bid.chosen):
        return (Paragraph(proposal_text(bid), style="lead"),)
    return (
        Paragraph(proposal_text(bid), style="lead"),
        Paragraph(reach_text(bid)),
        Paragraph(reached_premises_text(bid)),
        *users_paragraph(bid),
        *unspent_paragraph(bid),
        *(Paragraph(sentence) for sentence in (statements.gapless_sentence(bid.plan),) if sentence),
        *(Paragraph(item) for item in site_statements.phase_sentences(bid.plan)),
        *bid.picture("proposal"),
        _where(bid),
        _what(bid),
        _why(bid),
    )


def reached_premises_text(bid: Bid) -> Text:
    """How many premises and postcodes the sites reach, with the numbers as figures."""
    sentence = statements.reach_sentence(bid.plan)
    names = ("premises_likely", "premises_total", "premises_covered", "premises_covered_high")
    likely, total, low, high = (bid.figures[f"shortlist.{name}"] for name in names)
    return marked(sentence, likely, total, low, *([high] if high.text != low.text else []))


def users_paragraph(bid: Bid) -> tuple[Block, ...]:
    """How many people should use the sites in a day, with the numbers as figures."""
    sentence = statements.users_sentence(bid.plan)
    if not sentence:
        return ()
    names = ("users_per_day", "users_low", "users_high", "users_median")
    return (Paragraph(marked(sentence, *(bid.figures[f"shortlist.{name}"] for name in names))),)


def unspent_paragraph(bid: Bid) -> tuple[Block, ...]:
    """What is left of the budget, and what would use it."""
    sentence = statements.unspent_sentence(bid.plan)
    return (Paragraph(sentence),) if sentence else ()


def uprn_of(site_id: str) -> str:
    """The Unique Property Reference Number in a site's id, where its source gives one.

    Examples
    --------
    >>> uprn_of("libraries:10023773245"), uprn_of("A0007")
    ('10023773245', 'not known')
    """
    kind, _, own = site_id.partition(":")
    return own if kind == "libraries" and own.isdecimal() and len(own) in UPRN_DIGITS else _NOT_KNOWN


def _where(bid: Bid) -> Table:
    """Where each site is; details not known for any site are listed in the note instead of in a column."""
    plan, sites = bid.plan, bid.chosen
    rows = list(zip(map(str, sites.index), sites.drop(columns="geometry").to_dict("records"), strict=True))
    columns: dict[str, tuple[float, list[Text]]] = {
        "Rank": (1.3, [f"{row['rank']:.0f}" for _, row in rows]),
        "Name": (4.2, [shown(row["name"]) for _, row in rows]),
        "UPRN": (2.5, [uprn_of(site_id) for site_id, _ in rows]),
        "Easting": (1.8, [bid.figures[f"site.{site_id}.easting"] for site_id, _ in rows]),
        "Northing": (1.8, [bid.figures[f"site.{site_id}.northing"] for site_id, _ in rows]),
        "OS grid reference": (2.7, [shown(row["os_grid_ref"]) for _, row in rows]),
        "Ward": (3.6, [shown(row["ward_name"]) for _, row in rows]),
        "Deprivation decile": (2.2, [_decile(plan, site_id) for site_id, _ in rows]),
        "BDUK status": (2.2, [bid.bduk_status(site_id) for site_id, _ in rows]),
    }
    silent = [name for name, (_, cells) in columns.items() if all(cell == _NOT_KNOWN for cell in cells)]
    kept = {name: column for name, column in columns.items() if name not in silent}
    of_none = f"Not known for any site, because no file gives it: {', '.join(silent)}. " if silent else ""
    return Table(
        caption="Proposed sites: where they are",
        header=tuple(kept),
        rows=tuple(zip(*(cells for _, cells in kept.values()), strict=True)),
        widths=tuple(width for width, _ in kept.values()),
        right=tuple(place for place, name in enumerate(kept) if name in ("Rank", "Easting", "Northing")),
        note=f"Coordinates in British National Grid (EPSG:27700), metres. {of_none}Decile 1 is the most deprived "
        "tenth. Subsidy for gigabit lines is decided for each UPRN, and only premises that BDUK marks White qualify.",
    )


def _decile(plan: Plan, site_id: str) -> str:
    """Deprivation decile of a site's area; 1 is the most deprived tenth."""
    decile = plan.case.sites["decile"].get(site_id, float("nan"))
    return _NOT_KNOWN if pd.isna(decile) else f"{decile:.0f}"


def _what(bid: Bid) -> Table:
    money = ("capex_gbp", "opex_gbp_per_year", "share_of_investment_pct")
    columns = (*money, "demand_covered", "covered_premises", "premises_outdoors")
    models = bid.funding_models
    rows: tuple[Row, ...] = tuple(
        (f"{row['rank']:.0f}", shown(row["name"]), models.get(str(site_id), "not stated"),
         *(bid.figures[f"site.{site_id}.{column}"] for column in columns))
        for site_id, row in zip(bid.chosen.index, bid.chosen.drop(columns="geometry").to_dict("records"), strict=True)
    )  # fmt: skip
    total: Row = ("", "All proposed sites", "", bid.figures["shortlist.spent_gbp"],
             bid.figures["shortlist.opex_gbp_per_year"], "100.0 %", "", "", "")  # fmt: skip
    return Table(
        caption="Proposed sites: what they cost and reach",
        header=("Rank", "Name", "Funding model", "Capital", "Running cost a year", "Share of investment",
                "Demand served by itself", "Premises very likely to connect outdoors", "Premises that might"),
        rows=(*rows, total),
        widths=(1.2, 4.2, 2.6, 2.0, 1.9, 1.9, 1.8, 2.0, 1.8),
        right=(0, 3, 4, 5, 6, 7, 8),
        note=f"{statements.unit_note(bid.plan.parameters)} Sites overlap: the last three columns do not add up.",
    )  # fmt: skip


def _why(bid: Bid) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            f"{row['rank']:.0f}",
            shown(row["name"]),
            bid.figures[f"site.{site_id}.demand_added"],
            shown(row["reason"], 300),
        )
        for site_id, row in zip(bid.chosen.index, bid.chosen.drop(columns="geometry").to_dict("records"), strict=True)
    )
    return Table(
        caption="Proposed sites: why each was chosen",
        header=("Rank", "Name", "Demand added", "Reason"),
        rows=rows,
        widths=(1.2, 4.6, 2.4, 9.0),
        right=(0, 2),
        note="sites.csv lists every candidate, chosen or not, with the reason.",
    )
