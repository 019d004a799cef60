"""[forecast]: how far ahead the share of premises with the headline speed is forecast."""

from __future__ import annotations

from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRules:
    """How far ahead the share of premises with the headline speed is forecast, from earlier vintages of coverage.

    Attributes
    ----------
    years : tuple of float
        Years after the newest release. Further than the releases themselves are apart cannot be tested, and is marked.
    """

    years: tuple[float, ...] = field(
        default=(1.0, 2.0, 3.0, 5.0), metadata=setting("years", above=0, at_most=30, source=PROPOSED)
    )
