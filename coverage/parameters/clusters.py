"""[clusters]: what makes a cluster of premises that cannot get the headline speed."""

from __future__ import annotations

from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """What makes a cluster of premises that cannot get the headline speed; `coverage/clusters/dense.py` says why.

    Attributes
    ----------
    join_m : float
        Units this close to one another belong together. It is also how far around a unit its density is counted.
    least_premises : float
        Unserved premises within that distance that make a place dense.
    least_share : float
        Share of a unit's premises that must be unserved for it to count.
    """

    join_m: float = field(
        default=400.0, metadata=setting("metres", source=f"{PROPOSED}: five minutes on foot, one neighbourhood")
    )
    least_premises: float = field(
        default=50.0,
        metadata=setting("premises", at_least=1, source=f"{PROPOSED}: fewer are a street or a few farms"),
    )
    least_share: float = field(default=0.5, metadata=setting("share", source=f"{PROPOSED}: most of the homes there"))
