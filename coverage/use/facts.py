"""What has been published about the use of public Wi-Fi: UK outcomes for its size, Paris for how kinds compare."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NEVER_STATED = ("access points", "area", "opening hours")
"""What no UK outcome states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UkOutcome:
    """What came of one UK scheme, as published.

    Attributes
    ----------
    place, hosts, when, stated, source : str
    users_per_day : float
        Of the whole scheme, never of one site.
    access_points : float or None
        None: not stated.
    area_km2 : float or None
        None: not stated.
    """

    place: str
    hosts: str
    users_per_day: float
    when: str
    stated: str
    source: str
    access_points: float | None = None
    area_km2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFacts:
    """Published facts.

    Attributes
    ----------
    outcomes : tuple of UkOutcome
    town_access_points, town_access_points_factor : float
        Access points of a town's network where an outcome does not state them, and the 80 % band around that.
    town_source : str
    ratio_by_kind : mapping of str to float
        Sessions of a site of a kind in Paris, as a share of those of all sites; by the kinds of this planner.
    paris_source : str
    """

    outcomes: tuple[UkOutcome, ...]
    town_access_points: float
    town_access_points_factor: float
    town_source: str
    ratio_by_kind: Mapping[str, float]
    paris_source: str


@functools.cache
def published_use() -> UseFacts:
    """The facts of facts.toml.

    Examples
    --------
    >>> [(outcome.place, outcome.users_per_day) for outcome in published_use().outcomes]
    [('Harrogate', 3065), ('Catterick', 647), ('Henley-on-Thames', 37)]
    >>> round(published_use().ratio_by_kind["library"], 2)
    1.76
    """
    entries = tomllib.loads(Path(__file__).with_name("facts.toml").read_text(encoding="utf-8"))
    town, paris = entries["town"], entries["paris"]
    return UseFacts(
        outcomes=tuple(UkOutcome(**entry) for entry in entries["outcome"]),
        town_access_points=float(town["access_points"]),
        town_access_points_factor=float(town["access_points_factor"]),
        town_source=town["source"],
        ratio_by_kind={
            kind: entry["sessions"] / paris["all_sites"] for entry in paris["kind"].values() for kind in entry["kinds"]
        },
        paris_source=f"{paris['source']}, {paris['when']}",
    )


def access_points_words(outcome: UkOutcome) -> str:
    """How many access points an outcome has, in words.

    Examples
    --------
    >>> access_points_words(published_use().outcomes[0])
    'access points not known'
    """
    return "access points not known" if outcome.access_points is None else f"{outcome.access_points:g} access points"
