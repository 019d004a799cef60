"""[place]: the council that the plan is for, and the areas that it is counted in."""

from __future__ import annotations

from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import OFF, PROPOSED, YOURS, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The council that the plan is for, and the areas that it is counted in.

    Attributes
    ----------
    name : str
        Name of the place, as printed.
    lad : str
        Code of the local authority district, for example "E06000034".
    areas : str
        What one row of areas.csv is; "grid" means squares.
    cell_m : float
        Size of hexagons (across the flats) and squares (along a side).
    illustrative : bool
        Whether the inputs are invented; every output then says so.
    """

    name: str = field(metadata=setting(source=YOURS))
    lad: str = field(metadata=setting(source=YOURS))
    areas: str = field(
        default="lsoa",
        metadata=setting(choices=("output_area", "lsoa", "ward", "hexagon", "grid"), source=PROPOSED),
    )
    cell_m: float = field(
        default=500.0,
        metadata=setting("metres", at_least=50, source=f"{PROPOSED}: about six minutes' walk across"),
    )
    illustrative: bool = field(default=False, metadata=setting(source=OFF))
