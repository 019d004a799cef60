"""[score]: how need is scored, and by which criteria and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import ANY_SIGN, PROPOSED, YOURS, setting

_WEIGHTS = {
    "gap_headline": 3.0,
    "gap_decent": 2.0,
    "deprivation": 2.0,
    "deprivation_rank": 2.0,
    "population": 1.0,
    "wifi_distance": 1.0,
}
"""Weights of a plan that states none."""

_LINES_WEIGHTS = {
    "gap_headline": 4.0,
    "gap_decent": 2.0,
    "deprivation": 1.0,
    "deprivation_rank": 1.0,
    "older": 1.0,
    "population": 1.0,
}
"""Weights of the need for better lines, of a plan that states none: who is without the speed counts most, then who
suffers most from it."""

PURPOSES: Mapping[str, Mapping[str, float]] = {
    "all": {
        "footfall": 2.0,
        "buildings_nearby": 2.0,
        "wifi_distance": 1.0,
        "deprivation": 2.0,
        "deprivation_rank": 2.0,
        "gap_decent": 1.0,
        "mobile_gap": 1.0,
    },
    "town-centres": {"footfall": 4.0, "wifi_distance": 2.0, "buildings_nearby": 1.0, "mobile_gap": 1.0},
    "inclusion": {
        "deprivation": 3.0,
        "deprivation_rank": 3.0,
        "gap_decent": 2.0,
        "wifi_distance": 2.0,
        "public_buildings": 1.0,
        "no_car": 1.0,
    },
    "mobile-working": {"buildings_nearby": 4.0, "mobile_gap": 2.0, "footfall": 1.0, "wifi_distance": 1.0},
}
"""Weights of the need for public Wi-Fi by purpose: visitors, residents without a line or the means, staff and partners
who work away from their desk, or all three."""

_LEVEL = "as built in; of your own criteria, yours to state"
_COLUMN = "lower-case letters, digits and _, at most 40, beginning with a letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCriterion:
    """A criterion of your own, or other levels for a built-in one.

    Attributes
    ----------
    key : str
        Its column in a file of kind "area-table", or the key of a built-in criterion.
    words : str
        What it measures, as a councillor would say it; left out for a built-in criterion.
    unit : str
        Unit of its level; left out for a built-in criterion.
    none_at : float or None
        Level at which there is no need. It may lie above `full_at`, where less is worse.
    full_at : float or None
        Level at which need is full.
    source : str
        Why these levels.
    error : float or None
        How far a level may be off, either way. None: as built in; for a criterion of your own, 0.
    """

    key: str = field(metadata=setting(source=YOURS, form=_COLUMN))
    words: str = field(default="", metadata=setting(source=YOURS))
    unit: str = field(default="", metadata=setting(source=YOURS))
    none_at: float | None = field(
        default=None,
        metadata=setting("unit of the criterion", at_least=ANY_SIGN, source=_LEVEL),
    )
    full_at: float | None = field(
        default=None,
        metadata=setting("unit of the criterion", at_least=ANY_SIGN, source=_LEVEL),
    )
    source: str = field(default="", metadata=setting(source=YOURS))
    error: float | None = field(default=None, metadata=setting("unit of the criterion", source=_LEVEL))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWeights:
    """A further set of weights to compare with those of the plan.

    Attributes
    ----------
    name : str
        Name of its columns.
    weights : mapping of str to float
        Swing weight of each criterion, as in `score.weights`.
    source : str
        Whose weights they are.
    """

    name: str = field(metadata=setting(source=YOURS, form=f"{_COLUMN}; not the name of another set"))
    weights: Mapping[str, float] = field(default_factory=dict, metadata=setting(source=YOURS, form="keys of criteria"))
    source: str = field(default="", metadata=setting(source=YOURS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How need is scored, and by which criteria and weights.

    Attributes
    ----------
    weights : mapping of str to float
        Swing weight of each criterion in the combined score, built-in or your own. They are scaled to sum to 1.
    lines : mapping of str to float
        The same for the need for better lines.
    purpose : str
        What public Wi-Fi is for, which gives the weights of the need for it: "town-centres", "inclusion",
        "mobile-working", or "all" three.
    wifi : mapping of str to float
        Weights of the need for public Wi-Fi in place of those of the purpose.
    criterion : tuple of OwnCriterion
        Criteria of your own, and other levels for built-in ones.
    set : tuple of OwnWeights
        Further sets of weights. The areas are ranked by each set, side by side; only `score.weights` decides.
    samples : int
        How many times weights and uncertain values are drawn, to see how far each rank depends on them.
    seed : int
        Where those draws start: the same seed gives the same draws.
    """

    weights: Mapping[str, float] = field(
        default_factory=lambda: dict(_WEIGHTS), metadata=setting(source=PROPOSED, form="keys of criteria")
    )
    lines: Mapping[str, float] = field(
        default_factory=lambda: dict(_LINES_WEIGHTS), metadata=setting(source=PROPOSED, form="keys of criteria")
    )
    purpose: str = field(default="all", metadata=setting(choices=tuple(PURPOSES), source=PROPOSED))
    wifi: Mapping[str, float] = field(
        default_factory=dict, metadata=setting(source=f"{PROPOSED}: those of the purpose", form="keys of criteria")
    )
    criterion: tuple[OwnCriterion, ...] = ()
    set: tuple[OwnWeights, ...] = ()
    samples: int = field(default=2_000, metadata=setting("draws", at_least=1, source=PROPOSED))
    seed: int = field(default=20_260_101, metadata=setting(source=f"{PROPOSED}: any number will do"))

    @property
    def combined(self) -> frozenset[str]:
        """Criteria of the combined score: those of the defaults, those with a weight, even 0, and those described."""
        stated = {key for weights in (self.weights, *(item.weights for item in self.set)) for key in weights}
        return frozenset({*_WEIGHTS, *stated, *(item.key for item in self.criterion)})

    @property
    def wifi_weights(self) -> Mapping[str, float]:
        """Weights of the need for public Wi-Fi: those stated, else those of the purpose."""
        return self.wifi or PURPOSES[self.purpose]
