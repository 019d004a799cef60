"""The key figures at the top of a page, each with a few words of explanation."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.objectives import USERS
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import (
    count_text,
    highest_together,
    money_text,
    percent_text,
    plural,
    shown,
    speed_text,
)
from connected_place.maps.page.paths import ward_path
from connected_place.maps.words import gap_statements, screen_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A figure with a few words of explanation.

    Attributes
    ----------
    figure, words : str
    href : str
        Of a page with more detail; "" for none.
    """

    figure: str
    words: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScreen:
    """What stands above the map: two needs with what is proposed for each, and where money and need part.

    Attributes
    ----------
    lists : tuple of (str, str, tuple of ScreenAnswer)
        Id of its heading, heading and answers: public Wi-Fi, then better lines.
    parting : tuple of str
    """

    lists: tuple[tuple[str, str, tuple[screen_statements.ScreenAnswer, ...]], ...]
    parting: tuple[str, ...]


def first_screen(plan: Plan, ward_code: str = "") -> FirstScreen:
    """The first screen of a ward's page or, for "", of the whole place's."""
    found = screen_statements
    return FirstScreen(
        lists=(
            ("h-first-wifi", "Public Wi-Fi", found.wifi_answers(plan, ward_code)),
            ("h-first-lines", "Better lines", found.lines_answers(plan, ward_code)),
        ),
        parting=found.parting_sentences(plan, ward_code) if ward_code else found.parted_wards(plan),
    )


def borough_facts(plan: Plan) -> tuple[Fact, ...]:
    """Facts about the whole place."""
    found = plan.shortlist
    spent = f"{money_text(found.spent_gbp)} of {money_text(found.budget_gbp)}"
    return (
        *_widest(plan, plan.parameters.gaps.headline),
        _decent_fact(plan, plan.borough, ""),
        _wifi_fact(plan, len(plan.access_points), "with public Wi-Fi today"),
        Fact(
            figure=plural(int(plan.sites["selected"].sum()), "site"),
            words=f"proposed for {spent}",
        ),
        _served_fact(plan),
    )


def _served_fact(plan: Plan) -> Fact:
    """Whom the proposed sites serve: those who are very likely to connect first, or users a day."""
    found = plan.shortlist
    counted = gap_statements.premises_words([found.premises_source])
    likely, expected = count_text(found.premises_likely), count_text(found.premises_covered)
    if found.objective == USERS:
        return Fact(figure=f"about {count_text(found.demand_covered)}", words="users a day at these sites")
    return Fact(
        figure=likely,
        words=f"{counted} very likely to get Wi-Fi outdoors from these sites; counting every chance, about {expected}",
    )


def ward_facts(plan: Plan, ward_code: str) -> tuple[Fact, ...]:
    """Facts about one ward, compared with the whole place."""
    ward, tier = plan.wards.loc[ward_code], plan.parameters.gaps.headline
    place = shown(plan.parameters.place.name)
    here, everywhere = (percent_text(row[f"{tier}_gap_share"]) for row in (ward, plan.borough))
    chosen = plan.sites[plan.sites["selected"].astype(bool) & (plan.sites["ward_code"] == ward_code)]
    existing = int((plan.access_points["ward_code"] == ward_code).sum())
    spent, all_spent = map(money_text, (chosen["capex_gbp"].sum(), plan.shortlist.spent_gbp))
    return (
        Fact(
            figure=here,
            words=f"cannot get {speed_text(tier)}; in {place} {everywhere}",
        ),
        Fact(
            figure=f"{count_text(ward['rank'])} of {count_text(len(plan.wards))}",
            words="its rank among the wards by need (1 is the greatest need)",
        ),
        _decent_fact(plan, ward, f"; {count_text(plan.borough['decent_10_gap'])} in {place}"),
        _wifi_fact(plan, existing, f"with public Wi-Fi today; {len(plan.access_points):,} in {place}"),
        Fact(figure=plural(len(chosen), "site"), words=f"proposed here, for {spent} of {all_spent} proposed"),
    )


def _widest(plan: Plan, tier: str) -> tuple[Fact, ...]:
    """The ward with the largest share without the headline tier, where any is reported."""
    shares = plan.wards[f"{tier}_gap_share"]
    if shares.isna().all():
        return ()
    together = highest_together(shares, percent_text)
    if together > 1:
        words = f"cannot get {speed_text(tier)} in each of {together} wards, the highest share of any ward"
        return (Fact(figure=percent_text(shares.max()), words=words),)
    code = shares.idxmax()
    name = shown(plan.wards.loc[code, "area_name"])
    words = f"of {name} cannot get {speed_text(tier)}, the highest share of any ward"
    return (Fact(figure=percent_text(shares[code]), words=words, href=ward_path(code)),)


def _decent_fact(plan: Plan, row: pd.Series, beside: str) -> Fact:
    least = "or more " if row["decent_10_not_reported"] > 0 else ""
    words = f"{least}{gap_statements.counted_words(plan.reporting)} cannot get {speed_text('decent_10')}{beside}"
    return Fact(figure=count_text(row["decent_10_gap"]), words=words)


def _wifi_fact(plan: Plan, places: int, words: str) -> Fact:
    """How many places have public Wi-Fi; not known, rather than none, without a list of them."""
    is_listed = len(plan.access_points) > 0 or any(item.source == "public-wifi" for item in plan.provenance)
    if not is_listed:
        return Fact(figure="not known", words="number of places with public Wi-Fi today: no list was given")
    return Fact(figure=plural(places, "place"), words=words)
