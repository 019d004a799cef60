"""[demand]: whom the sites are for, and what covering each group is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, setting

_STAFF_VISITS_BY_KIND = {
    "health": 4.0,
    "council office": 4.0,
    "community centre": 2.0,
    "library": 1.0,
    "school": 1.0,
    "other": 0.0,
}
"""Working visits to a public building, as a multiple of those to a library: how often council staff and the NHS or
other partners sit down there to work away from their own desk. Only the ratios count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Whom the sites are for, and what covering each group is worth.

    There is no published value of a visitor or a working visit. Where homes are counted, only homes count until you
    state one; where users a day are counted, all three groups count.

    Attributes
    ----------
    residents : float
        What covering all residents is worth. Their demand is premises weighted by need, and sets the scale.
    visitors : float or None
        What covering all visitors, where people walk, is worth compared with all residents. None: as much, where users
        a day are counted (`sites.objective`); else nothing.
    staff : float or None
        What covering all working visits is worth compared with all residents: council, NHS and partners who work away
        from their desk, in public buildings. None: as `visitors`.
    staff_by_kind : mapping of str to float
        Working visits by kind of public building, in any unit; "other" is for every kind not named. State your own,
        from bookings or from what each service says.
    visitor_cell_m : float
        Side of the squares that visitors are counted in. Halving it gives a finer sum and four times the points.
    """

    residents: float = field(default=1.0, metadata=setting("times", source=f"{PROPOSED}: residents set the scale"))
    visitors: float | None = field(default=None, metadata=setting("times", source=PROPOSED))
    staff: float | None = field(default=None, metadata=setting("times", source=PROPOSED))
    staff_by_kind: Mapping[str, float] = field(
        default_factory=lambda: dict(_STAFF_VISITS_BY_KIND),
        metadata=setting("visits, relative", keeps_defaults=True, source=PROPOSED),
    )
    visitor_cell_m: float = field(
        default=100.0,
        metadata=setting(
            "metres", at_least=10, source=f"{PROPOSED}: the squares of the population grids behind the footfall index"
        ),
    )
