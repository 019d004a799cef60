"""The coverage gap of every ward, in the terminal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from connected_place.api import gaps as gaps_of
from connected_place.api import open_plan
from connected_place.coverage.gaps import TIERS, Reporting, borough_total
from connected_place.coverage.parameters import Parameters
from connected_place.maps.numerals import count_text, share_text, shown, speed_text
from connected_place.maps.words import gap_statements
from connected_place.scripts.terminal import table_lines, wrapped_lines


def show_gaps(place: Path) -> int:
    """Print the gap of every ward, largest share first.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.

    Raises
    ------
    CommandError
        NO_PLAN.
    ConnectedPlaceError
        What keeps the plan from being made.
    """
    opened = open_plan(place, progress=True)
    units = opened.take("gaps").gaps.units
    print(*gap_lines(gaps_of(opened), units.reporting, opened.parameters), sep="\n")
    return 0


def gap_lines(wards: pd.DataFrame, reporting: Reporting, parameters: Parameters) -> list[str]:
    """The gap of the place in words, and of each ward at every known speed."""
    place, headline = parameters.place, parameters.gaps.headline
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    known = [key for key in TIERS if wards[f"{key}_gap"].notna().any()]
    order = wards.sort_index().sort_values(f"{headline}_gap_share", ascending=False, kind="stable")
    head = ["ward", "premises", *(f"below {speed_text(key)}" for key in known), "not reported"]
    rows = [
        [
            shown(ward["area_name"]),
            count_text(ward["premises"]),
            *(
                f"{count_text(ward[f'{key}_gap'])} ({share_text(ward[f'{key}_gap'], ward['premises'])})"
                for key in known
            ),
            count_text(ward[f"{headline}_not_reported"]),
        ]
        for _, ward in order.iterrows()
    ]
    return [
        *wrapped_lines(
            f"{mark}{shown(place.name)}: {gap_statements.gap_sentence(borough_total(wards), headline, reporting)}"
        ),
        *(line for sentence in gap_statements.reporting_sentences(reporting) for line in wrapped_lines(sentence)),
        "",
        *table_lines(head, rows, numbers=range(1, len(head))),
        "",
        *wrapped_lines(
            f"Wards in order of their share below {speed_text(headline)}. Shares are one sum of premises over another."
        ),
    ]
