"""[delivery]: when the work starts, how long tasks take, who answers for them, and what may go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault, stated_twice
from connected_place.coverage.parameters.setting import PROPOSED, YOURS, setting
from connected_place.gis_data.errors import Fault

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

_TASKS = tuple(MONTHS)
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRisk:
    """A risk of your own.

    Attributes
    ----------
    key : str
        Name of the risk; each once.
    words : str
        What may go wrong.
    likelihood : int
        From 1 (rare) to 5 (almost certain).
    impact : int
        From 1 (slight) to 5 (severe).
    mitigation : str
        What is done about it.
    owner_role : str
        Who answers for it: a role, never the name of a person.
    """

    key: str = field(metadata=setting(source=YOURS))
    words: str = field(metadata=setting(source=YOURS))
    likelihood: int = field(metadata=setting(at_least=1, at_most=5, source=YOURS))
    impact: int = field(metadata=setting(at_least=1, at_most=5, source=YOURS))
    mitigation: str = field(default="", metadata=setting(source=YOURS))
    owner_role: str = field(default="Project manager", metadata=setting(source=PROPOSED))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRules:
    """When the work starts, how long tasks take, who answers for them, and what may go wrong.

    Attributes
    ----------
    start : str
        First month. "": not decided, and months are counted from the first.
    months : mapping of str to float
        Whole months by task.
    installation_months : mapping of str to float
        Whole months of the installation by kind of venue.
    at_once : int
        Sites that are worked on at the same time.
    owner_roles : mapping of str to str
        Who answers for each task: a role, never the name of a person.
    person_days : mapping of str to float
        The council's own time by task: for each site, or in all for the tasks of the programme. Empty: not stated, and
        no staff time is given.
    risk : tuple of OwnRisk
        Risks of your own, beside those that the plan finds.
    """

    start: str = field(default="", metadata=setting(source=YOURS, form='"" or a month such as "2027-04"'))
    months: Mapping[str, float] = field(
        default_factory=lambda: dict(MONTHS),
        metadata=setting("months", at_least=1, keys=_TASKS, keeps_defaults=True, source=PROPOSED),
    )
    installation_months: Mapping[str, float] = field(
        default_factory=dict, metadata=setting("months", at_least=1, source=YOURS)
    )
    at_once: int = field(
        default=5, metadata=setting("sites", at_least=1, source=f"{PROPOSED}: one crew, about a site a week")
    )
    owner_roles: Mapping[str, str] = field(
        default_factory=lambda: dict(OWNER_ROLES), metadata=setting(keys=_TASKS, keeps_defaults=True, source=PROPOSED)
    )
    person_days: Mapping[str, float] = field(
        default_factory=dict, metadata=setting("working days", keys=_TASKS, source=YOURS)
    )
    risk: tuple[OwnRisk, ...] = ()


def delivery_faults(rules: DeliveryRules) -> Iterator[Fault]:
    """Faults of [delivery] that no single limit shows: NOT_A_MONTH and RISK_TWICE."""
    if rules.start and not _MONTH.fullmatch(rules.start):
        yield plan_fault("NOT_A_MONTH", "delivery.start", rules.start)
    yield from stated_twice("RISK_TWICE", "delivery.risk", (item.key for item in rules.risk))
