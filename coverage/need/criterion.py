"""Criteria: reasons why an area may need investment, each with a value function on fixed global anchors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.need.own_criteria import flat_scale, own_faults
from connected_place.coverage.parameters import OwnCriterion, Score
from connected_place.gis_data.errors import Fault, PlanFileError

GAPS = {
    "gap_decent": "decent_10",
    "gap_sfbb_30": "sfbb_30",
    "gap_ufbb_100": "ufbb_100",
    "gap_ufbb_300": "ufbb_300",
    "gap_gigabit": "gigabit",
}
"""Tier of each criterion that is a gap; that of `gap_headline` is the planner's choice."""

ALWAYS = ("gap_headline", "gap_decent", "deprivation", "deprivation_rank", "population", "wifi_distance")
"""Criteria that every plan shows where something is known of them; the others where plan.toml names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One reason why an area may need investment, on a fixed scale.

    Attributes
    ----------
    key : str
        Name of its column.
    words : str
        As a councillor would say it.
    unit : str
        Of its level.
    none_at, full_at : float
        Levels at which the value is 0 (no need) and 1 (full need); linear between, flat outside. Need rises as the
        level falls where `full_at` is the smaller one.
    source : str
        Why these two levels, and why this error.
    error : float
        Half-width of the doubt of a level, in its unit.
    parts : tuple of str
        Criteria that measure the same thing in part or whole, so that a weight on both counts it twice.

    Raises
    ------
    PlanFileError
        SCALE_FLAT: both ends are one level.
    """

    key: str
    words: str
    unit: str
    none_at: float
    full_at: float
    source: str
    error: float = 0.0
    parts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.none_at == self.full_at:
            raise PlanFileError(flat_scale("score.criterion", self.key, self.full_at))

    def value(self, level: pd.Series) -> pd.Series:
        """Value of each level, in [0, 1]; NaN stays NaN.

        Notes
        -----
        A value function anchored on fixed levels (Keeney and Raiffa 1976): another area in the data moves nothing.

        Examples
        --------
        >>> CRITERIA["public_buildings"].value(pd.Series([0.0, 1.0, 4.0, 9.0])).tolist()
        [1.0, 0.75, 0.0, 0.0]
        """
        # Adding 0 turns the -0.0 of a falling scale into the 0.0 that a table should show.
        return ((level - self.none_at) / (self.full_at - self.none_at)).clip(0, 1) + 0.0


def _gap(key: str, words: str, *, full_at: float = 1.0, source: str = "The whole range of a share.") -> Criterion:
    """A share of premises without a speed; all of them are nested: who lacks a lower speed lacks the higher ones."""
    parts = tuple(other for other in ("gap_headline", *GAPS) if other != key)
    unit = "share of premises"
    return Criterion(key=key, words=words, unit=unit, none_at=0.0, full_at=full_at, source=source, parts=parts)


CRITERIA: dict[str, Criterion] = {
    item.key: item
    for item in (
        _gap("gap_headline", "premises without the headline speed"),
        _gap(
            "gap_decent",
            "premises without 10 Mbit/s",
            full_at=0.2,
            source="Project's proposal: one premises in five without decent broadband is full need.",
        ),
        *(_gap(key, f"premises without {TIERS[tier].speed_mbps:,.0f} Mbit/s") for key, tier in list(GAPS.items())[1:]),
        Criterion(
            key="deprivation",
            words="people in income deprivation",
            unit="share of people",
            none_at=0.0,
            full_at=0.4,
            source="Indices of Deprivation, income score; 0.4 is about the most deprived hundredth of England's LSOAs "
            "in 2019 and, by the wider measure of income of IoD 2025, about the most deprived sixth (from scores and "
            "national ranks of Thurrock's LSOAs).",
            parts=("deprivation_children", "deprivation_rank"),
        ),
        Criterion(
            key="deprivation_employment",
            words="people of working age kept out of work",
            unit="share of people of working age",
            none_at=0.0,
            full_at=0.3,
            source="Indices of Deprivation, employment score; 0.3 is about the most deprived twentieth of England's "
            "LSOAs in IoD 2025 (from scores and national ranks of Thurrock's LSOAs).",
        ),
        Criterion(
            key="deprivation_children",
            words="children in income deprivation",
            unit="share of children",
            none_at=0.0,
            full_at=0.6,
            source="Indices of Deprivation, income deprivation affecting children; project's proposal: three children "
            "in five is full need, half as much again as for all people.",
            parts=("deprivation",),
        ),
        Criterion(
            key="deprivation_rank",
            words="the area's deprivation rank in its nation",
            unit="share of areas that are less deprived",
            none_at=0.0,
            full_at=1.0,
            source="The whole range: 1 is the most deprived area of the nation. Used where there is no income score.",
            parts=("deprivation",),
        ),
        Criterion(
            key="population",
            words="people living there",
            unit="people per hectare",
            none_at=0.0,
            full_at=100.0,
            source="Project's proposal: 100 people a hectare is a dense town centre.",
            parts=("households",),
        ),
        Criterion(
            key="households",
            words="households living there",
            unit="households per hectare",
            none_at=0.0,
            full_at=40.0,
            source="Project's proposal: the scale for people per hectare, at two and a half people per household.",
            parts=("population",),
        ),
        Criterion(
            key="no_car",
            words="households without a car",
            unit="share of households",
            none_at=0.0,
            full_at=0.5,
            source="Project's proposal: half of households, about twice the share for England and Wales in 2021.",
        ),
        Criterion(
            key="older",
            words="residents aged 65 and over",
            unit="share of residents",
            none_at=0.0,
            full_at=0.4,
            source="Project's proposal: two in five residents, about twice the share for England and Wales in 2021.",
        ),
        Criterion(
            key="footfall",
            words="people passing by",
            unit="out of 100",
            none_at=0.0,
            full_at=100.0,
            source="The whole range of the index. Error: project's proposal, a tenth of it, as it is not a head count.",
            error=10.0,
        ),
        Criterion(
            key="wifi_distance",
            words="distance to the nearest existing free Wi-Fi",
            unit="metres",
            none_at=100.0,
            full_at=2_000.0,
            source="Project's proposal: beyond about 25 minutes on foot, distance makes no further difference.",
        ),
        Criterion(
            key="public_buildings",
            words="public buildings within five minutes' walk",
            unit="buildings within 400 m of where people live",
            none_at=4.0,
            full_at=0.0,
            source="Project's proposal: fewer buildings mean more need, as a place without a library, school, hall or "
            "surgery has nowhere indoors to go online; more than four make no further difference. 400 m: five minutes "
            "at 80 m a minute. Where there are none, there is no building to host an access point either.",
            parts=("buildings_nearby",),
        ),
        Criterion(
            key="mobile_gap",
            words="premises without 4G indoors from any operator",
            unit="share of premises",
            none_at=0.0,
            full_at=0.2,
            source="Project's proposal: one premises in five, as for decent broadband. Error: project's proposal, as "
            "Ofcom gives one figure for a whole authority, and its areas may be below or above it.",
            error=0.05,
        ),
        Criterion(
            key="buildings_nearby",
            words="public buildings nearby that staff, partners and visitors use",
            unit="buildings within 400 m of where people live",
            none_at=0.0,
            full_at=4.0,
            source="Project's proposal: the scale of public_buildings the other way round, for purposes where people "
            "come to the buildings: council staff, the NHS and partners working away from their desk, and visitors.",
            parts=("public_buildings",),
        ),
    )
}
"""Built-in criteria, in the order of columns. An anchor comes from no data at hand, so plans can be compared."""


def criteria(rules: Score) -> dict[str, Criterion]:
    """Built-in criteria with what the planner restates of them, then the planner's own.

    Raises
    ------
    PlanFileError
        All that is wrong with the planner's: see `criterion_faults`.

    Examples
    --------
    >>> steeper = Score(criterion=(OwnCriterion(key="no_car", full_at=0.8),))
    >>> criteria(steeper)["no_car"].full_at, criteria(steeper)["no_car"].none_at
    (0.8, 0.0)
    """
    faults = criterion_faults(rules)
    if faults:
        raise PlanFileError(faults)
    return CRITERIA | {stated.key: _merged(stated) for stated in rules.criterion}


def asked_criteria(rules: Score, *, headline: str) -> dict[str, Criterion]:
    """The criteria of a plan: those always shown, those that have a weight, even 0, and those that plan.toml describes.

    Those of the combined score come first, then those that only one of the two needs asks for.

    Parameters
    ----------
    rules : Score
    headline : str
        Tier of `gap_headline`, which then bears its speed in its words. The criterion of the same tier is left out,
        unless only that one has a weight: the same premises do not count twice.
    """
    named = rules.combined | {*rules.lines, *rules.wifi_weights}
    known, twice = criteria(rules), duplicate_criterion(rules, headline=headline)
    speed = next(key for key, tier in GAPS.items() if tier == headline)
    known["gap_headline"] = replace(known["gap_headline"], words=known[speed].words)
    ordered = sorted(known, key=lambda key: key not in rules.combined)
    return {key: known[key] for key in ordered if key in named and key != twice}


def duplicate_criterion(rules: Score, *, headline: str) -> str:
    """The criterion that would repeat `gap_headline`; "" where it stands alone.

    Examples
    --------
    >>> without, weighed = Score(), Score(weights={"gap_decent": 1.0})
    >>> [duplicate_criterion(rules, headline="decent_10") for rules in (without, weighed)]
    ['gap_decent', '']
    """
    key = next(key for key, tier in GAPS.items() if tier == headline)
    is_alone = rules.weights.get(key, 0.0) > 0 and rules.weights.get("gap_headline", 0.0) == 0
    return "" if is_alone else key


def criterion_faults(rules: Score) -> list[Fault]:
    """All that is wrong with the planner's criteria, as `own_criteria.own_faults` finds it."""
    return own_faults(rules.criterion, {key: (item.none_at, item.full_at) for key, item in CRITERIA.items()})


def _merged(stated: OwnCriterion) -> Criterion:
    """The criterion that a checked table of plan.toml describes, or the built-in one that it changes."""
    changes = {name: getattr(stated, name) for name in ("none_at", "full_at", "error")}
    changes = {name: value for name, value in changes.items() if value is not None}
    base = CRITERIA.get(stated.key)
    if base is None:
        return Criterion(key=stated.key, words=stated.words, unit=stated.unit, source=stated.source, **changes)
    return replace(base, source=stated.source or "As stated in plan.toml.", **changes)
