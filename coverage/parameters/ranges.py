"""[[appraisal.range]]: how far a figure may be off, and the ranges of a plan that states none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connected_place.coverage.parameters.faults import plan_fault, stated_twice, unknown_name
from connected_place.coverage.parameters.setting import PROPOSED, YOURS, setting
from connected_place.gis_data.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """How far one figure may be off, in place of the built-in range with the same key.

    Attributes
    ----------
    key : str
        Which figure. "capital", "running", "renewal", "optimism_bias", "use" (how much sites are used: every benefit
        but one counted by sites), "reach" (people within reach), "take_up", "counterfactual" (the share that is new),
        "additionality" or the key of a benefit: `low` and `high` are factors on the plan's figure. "discount_rate":
        they are the rate itself, which is never drawn.
    low : float
        Low end.
    high : float
        High end.
    shape : str
        How it is drawn: "triangular", most often near the plan's own figure, or "uniform".
    source : str
        Where the range comes from.
    """

    key: str = field(metadata=setting(source=YOURS, form="a figure that has a range; each once"))
    low: float = field(metadata=setting("times", source=YOURS))
    high: float = field(metadata=setting("times", source=YOURS, form="not below low"))
    shape: str = field(default="triangular", metadata=setting(choices=("triangular", "uniform"), source=PROPOSED))
    source: str = field(default="", metadata=setting(source=YOURS))


RANGES = (
    Range(key="capital", low=0.9, high=1.2, source="proposal of this project, no published source: state your own"),
    Range(key="running", low=0.8, high=1.3, source="proposal of this project, no published source: state your own"),
    Range(key="renewal", low=0.8, high=1.3, source="proposal of this project, no published source: state your own"),
    Range(
        key="use",
        low=0.3,
        high=1.5,
        source="proposal of this project, no published source: low use is a reason for which UK schemes were stopped",
    ),
    Range(key="discount_rate", low=0.015, high=0.06, source="proposal of this project; the Green Book's rate is 3.5 %"),
)
"""Ranges of a plan that states none. That of optimism bias goes from the lower to the upper bound by type of work."""

FIGURES = (*(item.key for item in RANGES), "optimism_bias", "reach", "take_up", "counterfactual", "additionality")
"""Figures that may have a range, besides the benefits."""


def range_faults(ranges: Sequence[Range], *, benefits: Sequence[str]) -> Iterator[Fault]:
    """UNKNOWN_KEY, RANGE_ORDER and RANGE_TWICE of the stated ranges.

    Parameters
    ----------
    ranges : sequence of Range
        In the order of plan.toml.
    benefits : sequence of str
        Keys of the benefits, which may have ranges too.
    """
    known = [*FIGURES, *benefits, "demand"]
    for number, item in enumerate(ranges, start=1):
        place = f"appraisal.range {number}"
        if item.key not in known:
            yield unknown_name(item.key, known, f"{place}.key")
        if _is_falling(item):
            yield plan_fault("RANGE_ORDER.range", f"{place}.low, high")
    yield from stated_twice("RANGE_TWICE", "appraisal.range", (item.key for item in ranges))


def _is_falling(item: Range) -> bool:
    return isinstance(item.low, int | float) and isinstance(item.high, int | float) and item.low > item.high
