"""The chapters of a pack on need: the summary, the need by ward, and existing Wi-Fi."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.maps.document import Block, Bullets, Paragraph, Row, Table, Text, marked, say
from connected_place.maps.figures import reported_tiers
from connected_place.maps.numerals import highest_together, percent_text, shown, speed_text
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import gap_statements, need_statements, statements

NEEDIEST = 3
"""Wards that the summary names."""


def summary_chapter(bid: Bid) -> tuple[Block, ...]:
    """One page: the finding, the proposal, its costs and benefits, and its limits."""
    return (
        Paragraph(gap_text(bid, "borough"), style="lead"),
        Paragraph(neediest_text(bid)),
        Paragraph(proposal_text(bid)),
        Paragraph(reach_text(bid)),
        _facts(bid),
        Bullets(tuple(statements.LIMITS)),
    )


def gap_text(bid: Bid, code: str) -> Text:
    """The sentence on the gap of the place or of a ward, its numbers as figures."""
    plan, tier = bid.plan, bid.plan.parameters.gaps.headline
    row = plan.borough if code == "borough" else plan.wards.loc[code]
    stem = "gap.borough" if code == "borough" else f"gap.ward.{code}"
    sentence = gap_statements.gap_sentence(row, tier, plan.reporting)
    if pd.isna(row[f"{tier}_gap"]) or not row["premises"] > 0:
        return sentence
    names = [f"{stem}.{tier}", f"{stem}.premises", f"{stem}.{tier}_share"]
    if row[f"{tier}_not_reported"] > 0:
        names.append(f"{stem}.{tier}_not_reported")
    return marked(sentence, *(bid.figures[name] for name in names))


def neediest_text(bid: Bid) -> Text:
    """The wards with the largest shares without the headline speed."""
    wards, tier = bid.plan.wards, bid.plan.parameters.gaps.headline
    shares = wards[f"{tier}_gap_share"].dropna().sort_index().sort_values(ascending=False, kind="stable")
    if shares.empty:
        return "The coverage file does not report that speed by ward."
    together = highest_together(shares, percent_text)
    if together > NEEDIEST:
        figure = bid.figures[f"gap.ward.{shares.index[0]}.{tier}_share"]
        return say("The highest share without it is {}, in each of {} wards.", figure, str(together))
    named = [
        say("{} ({})", shown(wards.loc[code, "area_name"]), bid.figures[f"gap.ward.{code}.{tier}_share"])
        for code in shares.index[:NEEDIEST]
    ]
    template = "The wards with the highest share without it are " + ", ".join(["{}"] * len(named)) + "."
    return say(template, *named)


def proposal_text(bid: Bid) -> Text:
    """How many sites are proposed, and their cost."""
    sentence = statements.shortlist_sentence(bid.plan)
    if not len(bid.chosen):
        return sentence
    names = ("sites", "candidates", "spent_gbp")
    figures = [bid.figures[f"shortlist.{name}"] for name in names]
    return marked(sentence, *figures, bid.figures["parameter.sites.budget_gbp"])


def reach_text(bid: Bid) -> Text:
    """The share of demand that is reached, and whether that is proven best."""
    found = bid.plan.shortlist
    sentence = statements.best_sentence(found, statements.demand_words(bid.plan.parameters))
    share = bid.figures["shortlist.demand_share"]
    return marked(sentence, share) if sentence.startswith(share.text) else sentence


def _facts(bid: Bid) -> Table:
    """The summary's figures, each with its id."""
    tier = bid.plan.parameters.gaps.headline
    names = [
        "gap.borough.premises",
        f"gap.borough.{tier}",
        f"gap.borough.{tier}_share",
        f"gap.borough.{tier}_not_reported",
        "supply.places",
        "shortlist.sites",
        "shortlist.spent_gbp",
        "shortlist.opex_gbp_per_year",
        "shortlist.demand_share",
        *bid.headline_case,
    ]
    known = [bid.figures[name] for name in names if name in bid.figures]
    return Table(
        caption="The plan in figures; trace an id to see its files and formula",
        header=("Measure", "Figure", "Id"),
        rows=tuple((figure.words, figure, figure.id) for figure in known),
        widths=(8.4, 2.6, 6.0),
        right=(1,),
    )


def need_part(bid: Bid) -> tuple[Block, ...]:
    """The gap by ward in three states, the order of need, and what the files do not report."""
    plan, tier = bid.plan, bid.plan.parameters.gaps.headline
    return (
        Paragraph(gap_text(bid, "borough"), style="lead"),
        *bid.picture("need"),
        *bid.picture("gap_by_ward"),
        *bid.picture("gap_by_area"),
        *bid.picture("clusters"),
        *bid.picture("deprivation"),
        *bid.picture("gap_bars"),
        Paragraph(
            f"{gap_statements.short_counted(plan.reporting).capitalize()} are counted in three groups: those that can "
            "get the speed, those that cannot, and those that are not reported. Not reported never counts as covered, "
            "or as 0."
        ),
        _gap_by_ward(bid, tier),
        *(_gap_by_tier(bid),),
        _need_by_ward(bid),
        *_two_needs(bid),
        Paragraph(statements.clusters_sentence(plan)),
        Bullets(gap_statements.reporting_sentences(plan.reporting)),
    )


def _gap_by_ward(bid: Bid, tier: str) -> Table:
    wards, speed = bid.plan.wards, speed_text(tier)
    counted = gap_statements.short_counted(bid.plan.reporting).capitalize()
    order = wards.sort_index().sort_values(f"{tier}_gap_share", ascending=False, kind="stable", na_position="last")
    columns = ("premises", f"{tier}_have", tier, f"{tier}_not_reported", f"{tier}_share")
    rows: tuple[Row, ...] = tuple(
        (
            shown(name),
            *(bid.figures[f"gap.ward.{code}.{column}"] for column in columns),
        )
        for code, name in zip(order.index, order["area_name"], strict=True)
    )
    everywhere: Row = ("All wards", *(bid.figures[f"gap.borough.{column}"] for column in columns))
    return Table(
        caption=f"{counted} by ward at {speed}: with, without and not reported",
        header=("Ward", counted, f"Can get {speed}", f"Cannot get {speed}", "Not reported", "Share that cannot"),
        rows=(*rows, everywhere),
        widths=(6.0, 2.2, 2.4, 2.4, 2.2, 2.2),
        right=(1, 2, 3, 4, 5),
        note=f"Source of the counts: {shown(wards['premises_source'].iloc[0], 200)}. "
        f"Ids: gap.ward.CODE.{tier} and so on, with the ward's code; gap.borough.{tier} for all.",
    )


def _gap_by_tier(bid: Bid) -> Table:
    tiers = reported_tiers(bid.plan.borough, headline=bid.plan.parameters.gaps.headline)
    rows: tuple[Row, ...] = tuple(
        (
            speed_text(tier),
            *(bid.figures[f"gap.borough.{tier}{end}"] for end in ("_have", "", "_not_reported", "_share")),
        )
        for tier in sorted(tiers, key=lambda key: float(TIERS[key].speed_mbps))
    )
    return Table(
        caption="The whole council area at every speed in the coverage file",
        header=("At least", "Can get it", "Cannot get it", "Not reported", "Share that cannot"),
        rows=rows,
        widths=(4.0, 3.0, 3.0, 3.0, 3.0),
        right=(1, 2, 3, 4),
    )


def _need_by_ward(bid: Bid) -> Table:
    wards = bid.plan.wards.sort_index().sort_values("rank", kind="stable", na_position="last")
    rows: tuple[Row, ...] = tuple(
        (
            bid.figures[f"need.ward.{code}.rank"],
            shown(name),
            bid.figures[f"need.ward.{code}.score"],
            say(
                "{} to {}",
                bid.figures[f"need.ward.{code}.rank_low"],
                bid.figures[f"need.ward.{code}.rank_high"],
            ),
        )
        for code, name in zip(wards.index, wards["area_name"], strict=True)
    )
    return Table(
        caption="Wards in order of need, and how certain that order is",
        header=("Rank", "Ward", "Score, 0 to 100", "Range of rank (nine times out of ten)"),
        rows=rows,
        widths=(1.5, 8.0, 3.5, 4.0),
        right=(0, 2),
        note="The range shows how far the rank moves when the criteria's weights and the uncertain figures vary.",
    )


def _two_needs(bid: Bid) -> tuple[Block, ...]:
    """The wards by need for better lines and by need for public Wi-Fi, side by side."""
    plan = bid.plan
    wards = plan.wards.sort_index().sort_values("fixed_rank", kind="stable", na_position="last")
    columns = ("fixed_rank", "fixed_score", "wifi_rank", "wifi_score")
    rows: tuple[Row, ...] = tuple(
        (shown(name), *(bid.figures[f"need.ward.{code}.{column}"] for column in columns))
        for code, name in zip(wards.index, wards["area_name"], strict=True)
    )
    return (
        Paragraph(need_statements.TWO_NEEDS),
        Table(
            caption="Wards by need for better lines, and where each ranks by need for public Wi-Fi",
            header=("Ward", "Rank, better lines", "Score", "Rank, public Wi-Fi", "Score"),
            rows=rows,
            widths=(6.5, 2.8, 2.4, 2.8, 2.4),
            right=(1, 2, 3, 4),
            note=" ".join(need_statements.basis_sentences(plan)),
        ),
    )


def supply(bid: Bid) -> tuple[Block, ...]:
    """Existing public Wi-Fi, so that nothing is duplicated."""
    spots = bid.plan.access_points
    if "supply.places" not in bid.figures:
        return (
            Paragraph(
                "No list of existing public Wi-Fi was given, so where there is any is not known. A fund that forbids "
                "duplication will ask: add the list as a source of kind public-wifi."
            ),
        )
    names = bid.plan.wards["area_name"]
    rows: tuple[Row, ...] = tuple(
        (shown(row["name"]), shown(row["provider"]) or "not stated",
         shown(row["access"]) or "not stated",
         shown(names.get(row["ward_code"], "")) or "outside the wards")
        for row in spots.drop(columns="geometry").sort_values("name", kind="stable").to_dict("records")
    )  # fmt: skip
    return (
        Paragraph(
            say(
                "{} places have public Wi-Fi today, according to the council's list; {} of them are free.",
                bid.figures["supply.places"],
                bid.figures["supply.free"],
            )
        ),
        *bid.picture("existing_wifi"),
        Table(
            caption="Existing public Wi-Fi",
            header=("Place", "Provider", "Access", "Ward"),
            rows=rows,
            widths=(6.0, 4.0, 2.5, 5.0),
        ),
        Paragraph("Demand that existing free Wi-Fi already reaches is not counted again for a proposed site."),
        *bid.picture("backhaul"),
    )
