"""Sentences on the two needs: better lines, and public Wi-Fi."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from connected_place.coverage.need import Criterion, NeedBasis, asked_criteria
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import count_text, percent_text

TWO_NEEDS = (
    "A place can need better lines, public Wi-Fi, both or neither, so each need has its own score and list. The "
    "combined score weighs everything at once."
)


def basis_sentence(basis: NeedBasis, criteria: Mapping[str, Criterion]) -> str:
    """What a need is scored on, with each criterion's share of the weights, and what no file says.

    Examples
    --------
    >>> from connected_place.coverage.need import CRITERIA
    >>> found = NeedBasis(key="wifi", weights={"footfall": 3.0, "deprivation": 1.0}, missing=("mobile_gap",))
    >>> basis_sentence(found, CRITERIA)
    'Need for public Wi-Fi is scored on people passing by (75.0 %) and people in income deprivation (25.0 %). Not
    counted, because no file says anything about it: premises without 4G indoors from any operator.'
    """
    whole = sum(basis.weights.values())
    shares = {key: weight / whole for key, weight in basis.weights.items()}
    order = sorted(shares, key=lambda key: -shares[key])
    named = _listed([f"{criteria[key].words} ({percent_text(shares[key])})" for key in order])
    absent = _listed([criteria[key].words for key in basis.missing])
    counted = f"Need for {basis.words} is scored on {named}." if named else f"Need for {basis.words} has no score."
    them = "it" if len(basis.missing) == 1 else "them"
    return f"{counted} Not counted, because no file says anything about {them}: {absent}." if absent else counted


def basis_sentences(plan: Plan) -> tuple[str, ...]:
    """What each need of a plan is scored on."""
    known = asked_criteria(plan.parameters.score, headline=plan.parameters.gaps.headline)
    return tuple(basis_sentence(basis, known) for basis in plan.ranking.needs)


def ward_sentence(ward: pd.Series, wards: pd.DataFrame) -> str:
    """Where a ward ranks by each need.

    Examples
    --------
    >>> wards = pd.DataFrame({"fixed_rank": [2.0, 1.0], "wifi_rank": [1.0, float("nan")]})
    >>> ward_sentence(wards.iloc[0], wards)
    'Among the wards it ranks 2 of 2 by need for better lines and 1 of 1 by need for public Wi-Fi.'
    >>> ward_sentence(wards.iloc[1], wards)
    'Among the wards it ranks 1 of 2 by need for better lines; by need for public Wi-Fi too little is known to rank it.'
    """
    lines, wifi = (placed_text(ward[f"{key}_rank"], wards[f"{key}_rank"]) for key in ("fixed", "wifi"))
    if lines and wifi:
        return f"Among the wards it ranks {lines} by need for better lines and {wifi} by need for public Wi-Fi."
    if lines or wifi:
        known, silent = ("better lines", "public Wi-Fi") if lines else ("public Wi-Fi", "better lines")
        return (
            f"Among the wards it ranks {lines or wifi} by need for {known}; by need for {silent} too little is known "
            "to rank it."
        )
    return "Too little is known to rank this ward by need for better lines or for public Wi-Fi."


def placed_text(rank: float, ranks: pd.Series) -> str:
    """A rank among those that have one; "" where it has none itself."""
    return "" if pd.isna(rank) else f"{count_text(rank)} of {int(ranks.notna().sum()):,}"


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
