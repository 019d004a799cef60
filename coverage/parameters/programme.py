"""[programme]: the money for both lists together, public Wi-Fi and better lines, and how much of it is from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault
from connected_place.coverage.parameters.setting import OFF, YOURS, setting
from connected_place.gis_data.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeMoney:
    """The money for public Wi-Fi and better lines together, and how much of it comes from outside the council.

    Attributes
    ----------
    capital_gbp : float
        Capital of the whole programme. 0: none is stated, and the two budgets stand alone.
    external_gbp : float
        Part of it that must come from outside the council.
    external_from : str
        Who pays that part. "": not known.
    """

    capital_gbp: float = field(default=0.0, metadata=setting("£", source=OFF))
    external_gbp: float = field(default=0.0, metadata=setting("£", source=OFF))
    external_from: str = field(default="", metadata=setting(source=YOURS))


def programme_faults(rules: ProgrammeMoney, *, elsewhere: float | None) -> Iterator[Fault]:
    """Faults of [programme] that no single value shows.

    Parameters
    ----------
    rules : ProgrammeMoney
    elsewhere : float or None
        `funding.programme_gbp`.

    Yields
    ------
    Fault
        PROGRAMME_EXTERNAL, PROGRAMME_TWICE.
    """
    if rules.external_gbp > rules.capital_gbp:
        yield plan_fault("PROGRAMME_EXTERNAL", "programme.external_gbp", f"{rules.external_gbp:,.0f}")
    if rules.capital_gbp and elsewhere is not None and elsewhere != rules.capital_gbp:
        yield plan_fault(
            "PROGRAMME_TWICE", "programme.capital_gbp", f"{rules.capital_gbp:,.0f}", other=f"{elsewhere:,.0f}"
        )
