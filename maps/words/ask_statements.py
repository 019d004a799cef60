"""What a councillor can ask, from what the plan does and does not know about a ward."""

from __future__ import annotations

import pandas as pd

from connected_place.maps.numerals import count_text, speed_text
from connected_place.maps.words.gap_statements import premises_words, short_words, silent_premises


def questions(ward: pd.Series, sites: pd.DataFrame, tier: str) -> tuple[str, ...]:
    """What a councillor can ask, from what the plan does and does not know about a ward.

    Parameters
    ----------
    ward : Series
        The ward's row of `Plan.wards`.
    sites : DataFrame
        The ward's candidates, chosen or not.
    tier : str
        Headline tier.
    """
    asked = []
    counted = premises_words([ward.get("premises_source", "")])
    gap, silent, speed = ward[f"{tier}_gap"], silent_premises(ward, tier), speed_text(tier)
    if gap > 0:
        asked.append(
            f"Network builders: which of the {count_text(gap)} {counted} without {speed} will you connect, and when?"
        )
    if silent > 0:
        asked.append(
            f"The publisher of the coverage file: what can the {count_text(silent)} {short_words(counted)} that are "
            "not reported get?"
        )
    asked.append(site_question(sites))
    asked.append("Residents: who cannot afford the service, or does not use it? Coverage figures do not show this.")
    return tuple(asked)


def site_question(sites: pd.DataFrame) -> str:
    """What to ask the council about a ward's candidates, chosen or not."""
    if sites.empty:
        return "The council: is there a public building or lamp column here that could host Wi-Fi? None is on its list."
    if not sites["selected"].any():
        return "The council: why is no site proposed here, and which budget or rule would change that?"
    return "The council: who owns each proposed site, does it have power, and has anyone visited it?"
