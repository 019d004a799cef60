"""Sentences on the front between better lines and public Wi-Fi."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.parameters import Parameters
from connected_place.maps.numerals import count_text, money_text, plural, speed_text


def front_sentence(rows: pd.DataFrame, parameters: Parameters) -> str:
    """What the two ends of the front gain, and how sure they are.

    Parameters
    ----------
    rows : DataFrame
        As `connected_place.api.front` gives it, with its `attrs`.
    parameters : Parameters
    """
    if not len(rows):
        return "There is no front: no premises are reported to be without the headline speed."
    total, step = money_text(rows.attrs["total_gbp"]), money_text(rows.attrs["step_gbp"])
    if len(rows) == 1:
        point = _point(rows, 0, parameters)
        return f"{total} is enough for all that either list can gain, so nothing has to be given up: {point}."
    proven = int((rows["status"] == "optimal").sum())
    proof = "each proven the best for its split" if proven == len(rows) else f"{proven} proven the best for their split"
    return (
        f"{plural(len(rows), 'split')} of {total}, one at each {step}, that no other betters on both sides ({proof}). "
        f"Most for lines: {_point(rows, 0, parameters)}. Most for Wi-Fi: {_point(rows, len(rows) - 1, parameters)}."
    )


def front_note(parameters: Parameters) -> str:
    """What the columns of the front count."""
    counted = parameters.lines.objective.replace("_", "-")
    speed = speed_text(parameters.gaps.headline)
    return (
        f"gain: premises likely to get {speed}; by need: {counted}, counted by need, which the choice of lines makes "
        f"largest; Wi-Fi: {parameters.counted_unit}, which the choice of sites makes largest. Which split is right is "
        "not for the figures to say."
    )


def _point(rows: pd.DataFrame, at: int, parameters: Parameters) -> str:
    row = rows.iloc[at]
    return (
        f"{money_text(row['lines_budget_gbp'])} for lines, {count_text(row['gained'])} premises; "
        f"{money_text(row['wifi_budget_gbp'])} for Wi-Fi, {count_text(row['wifi_served'])} {parameters.counted_unit}"
    )
