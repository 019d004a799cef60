"""What a planner may state of the delivery: its start, how long tasks take, who decides, what may go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MONTHS = {
    "project": 1.0,
    "board": 1.0,
    "cabinet": 2.0,
    "procurement": 4.0,
    "survey": 1.0,
    "consents": 2.0,
    "line": 3.0,
    "installation": 1.0,
    "acceptance": 1.0,
    "evaluation": 3.0,
}
"""Whole months of each task. Proposal of this project, no published source: state your own."""

OWNER_ROLES = {
    "project": "Project manager",
    "board": "Senior responsible owner",
    "cabinet": "Portfolio holder",
    "procurement": "Procurement lead",
    "survey": "Network engineer",
    "consents": "Property and highways lead",
    "line": "Network engineer",
    "installation": "Contractor",
    "acceptance": "Project manager",
    "evaluation": "Project manager",
}
"""Who answers for each task. Roles, never names of people (project's proposal)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRisk:
    """A risk of the planner's own: one [[delivery.risk]].

    Attributes
    ----------
    key, words, mitigation, owner_role : str
    likelihood, impact : int
        1 (rare, slight) to 5 (almost certain, severe).
    """

    key: str
    words: str
    likelihood: int
    impact: int
    mitigation: str = ""
    owner_role: str = "Project manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRules:
    """How the sites are built.

    Attributes
    ----------
    start : str
        First month, "YYYY-MM". Empty: not decided, and months are counted from the first.
    months : mapping of str to float
        Whole months by task, the keys of `MONTHS`.
    installation_months : mapping of str to float
        The same of the installation, by kind of venue.
    at_once : int
        Sites whose work goes on side by side. 5: one crew a week in a month (project's proposal).
    owner_roles : mapping of str to str
        Role by task. Never the name of a person.
    person_days : mapping of str to float
        Working days of the council by task, for each site or, of the programme's own tasks, in all.
        Empty: not stated, and no staff time is given.
    risk : tuple of OwnRisk
    """

    start: str = ""
    months: Mapping[str, float] = field(default_factory=lambda: dict(MONTHS))
    installation_months: Mapping[str, float] = field(default_factory=dict)
    at_once: int = 5
    owner_roles: Mapping[str, str] = field(default_factory=lambda: dict(OWNER_ROLES))
    person_days: Mapping[str, float] = field(default_factory=dict)
    risk: tuple[OwnRisk, ...] = ()
