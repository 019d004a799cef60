"""Sentences on the programme: what its capital buys, what is left, and what must come from outside."""

from __future__ import annotations

from connected_place.coverage.plan import Plan
from connected_place.coverage.programme import PlaceProgramme
from connected_place.maps.numerals import count_text, money_text, plural, shown, speed_text
from connected_place.maps.words import gap_statements

_LEAST_GBP = 0.5


def programme_sentence(plan: Plan) -> str:
    """What the programme buys and what is left; "" where none is stated."""
    found = plan.programme
    if found is None:
        return ""
    sites = f"{plural(int(plan.sites['selected'].sum()), 'site')} for public Wi-Fi ({money_text(found.sites_gbp)})"
    return (
        f"Of the programme's {money_text(found.capital_gbp)} the plan spends {money_text(found.bought_gbp)}: on "
        f"{sites} and on better lines {_lines_words(plan, found)}. {_left_words(found)}"
    )


def external_money_sentence(plan: Plan) -> str:
    """How much must come from outside, from whom, and how much of it is not agreed; "" where none is stated."""
    found = plan.programme
    if found is None:
        return ""
    if not found.external_gbp:
        return "None of the programme's capital is stated to come from outside the council."
    payer = f"from {shown(found.external_from, 200)}" if found.external_from else "from whom is not known"
    agreed = "none of it is agreed in writing"
    if found.secured_gbp:
        rest = money_text(found.to_find_gbp)
        agreed = f"{money_text(found.secured_gbp)} of it is agreed in writing and {rest} is still to be found"
    sure = found.own_gbp + min(found.secured_gbp, found.external_gbp)
    short = max(0.0, found.bought_gbp - sure)
    enough = (
        f"{money_text(short)} less than the plan spends" if short > _LEAST_GBP else "enough for what the plan spends"
    )
    return (
        f"{money_text(found.external_gbp)} of the programme's capital must come from outside the council, {payer}; "
        f"{agreed}. Without the rest the programme has {money_text(sure)}, {enough}."
    )


def programme_sentences(plan: Plan) -> tuple[str, ...]:
    """All that is said of the programme; nothing where none is stated."""
    return tuple(filter(None, (programme_sentence(plan), external_money_sentence(plan))))


def _lines_words(plan: Plan, found: PlaceProgramme) -> str:
    rows = None if plan.lines is None else plan.lines.interventions
    paid = 0 if rows is None else int(rows["is_paid"].astype(bool).sum())
    if rows is None or not paid:
        return "nothing"
    gained = count_text(rows.loc[rows["is_paid"].astype(bool), "gained"].sum())
    speed, counted = speed_text(plan.parameters.gaps.headline), gap_statements.counted_words(plan.reporting)
    return (
        f"in {plural(paid, 'area')} ({money_text(found.lines_gbp)}), where about {gained} {counted} should gain {speed}"
    )


def _left_words(found: PlaceProgramme) -> str:
    if found.left_gbp < -_LEAST_GBP:
        return f"That is {money_text(-found.left_gbp)} more than it has: lower sites.budget_gbp or lines.budget_gbp."
    if found.left_gbp < _LEAST_GBP:
        return "Nothing is left."
    free = found.capital_gbp - found.budgets_gbp
    unused = found.left_gbp - max(0.0, free)
    parts = [
        f"{money_text(free)} is in neither budget (sites.budget_gbp, lines.budget_gbp)" if free > _LEAST_GBP else "",
        f"{money_text(unused)} of the budgets has no use: nothing more fits, or gains anything"
        if unused > _LEAST_GBP
        else "",
    ]
    return f"{money_text(found.left_gbp)} is left: {', and '.join(filter(None, parts))}."
