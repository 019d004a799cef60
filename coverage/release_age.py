"""How old the releases behind a plan's headlines are."""

from __future__ import annotations

from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.layers import Layers

DATED = ("ofcom-fixed-coverage", "premises-status", "ofcom-mobile-coverage")
"""Kinds of source that are published several times a year, and age as networks are built."""

OLD_AFTER_MONTHS = 18
AS_OF = "2026-11"
"""Month of this version. Ages are counted to it and not to today, so that the same files give the same outputs."""


def old_releases(layers: Layers) -> tuple[Fault, ...]:
    """A warning for each file of today's coverage that is more than 18 months older than this version of the program.

    Files of an earlier vintage to compare with are meant to be old; files without a month are passed over.
    """
    aged = {
        layer.provenance.file: (layer.provenance.vintage[:7], months)
        for kind in DATED
        for layer in layers.of(kind)
        if (months := months_between(layer.provenance.vintage, AS_OF)) is not None and months > OLD_AFTER_MONTHS
    }
    return tuple(
        fault("RELEASE_OLD", file=file, month=month, months=months, as_of=AS_OF, blocks=False)
        for file, (month, months) in sorted(aged.items())
    )


def months_between(vintage: str, later: str) -> int | None:
    """Months from the month that a vintage begins with to a later one; None where it begins with none.

    Examples
    --------
    >>> months_between("2016-06, all premises", "2026-11"), months_between("not stated", "2026-11")
    (125, None)
    """
    year, dash, rest = vintage[:4], vintage[4:5], vintage[5:7]
    if not (year.isdecimal() and dash == "-" and rest.isdecimal()):
        return None
    return 12 * (int(later[:4]) - int(year)) + int(later[5:7]) - int(rest)
