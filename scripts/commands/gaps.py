"""The coverage gap of every ward on the terminal."""

from __future__ import annotations

from pathlib import Path

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.plan import Plan
from connected_place.maps.numerals import count_text, share_text, shown, speed_text
from connected_place.maps.words import statements
from connected_place.scripts.api import STEPS, planned
from connected_place.scripts.config import read_plan_file
from connected_place.scripts.terminal import ProgressSteps, table_lines, wrapped_lines


def gaps(place: Path) -> int:
    """Print the gap of every ward, the largest share first.

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
    steps = ProgressSteps(STEPS - 1)
    made = planned(read_plan_file(place), steps)
    steps.end()
    print(*gap_lines(made), sep="\n")
    return 0


def gap_lines(made: Plan) -> list[str]:
    """The gap of the place in words, and of each ward at every speed that is known."""
    place, headline = made.parameters.place, made.parameters.gaps.headline
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    estimated = statements.is_estimate(made.wards["premises_source"].iloc[0])
    known = [key for key in TIERS if made.wards[f"{key}_gap"].notna().any()]
    order = made.wards.sort_index().sort_values(f"{headline}_gap_share", ascending=False, kind="stable")
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
            f"{mark}{shown(place.name)}: {statements.gap_sentence(made.borough, headline, estimated=estimated)}"
        ),
        *(line for sentence in statements.reporting_sentences(made.reporting) for line in wrapped_lines(sentence)),
        "",
        *table_lines(head, rows, numbers=range(1, len(head))),
        "",
        *wrapped_lines(f"Wards by their share below {speed_text(headline)}. Shares are sums over sums."),
    ]
