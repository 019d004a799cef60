"""What the planner says of criteria: every fault of the [[score.criterion]] tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.parameters import OwnCriterion
from connected_place.gis_data.errors import Fault, fault

_FILE = "plan.toml"
_RESERVED = frozenset(
    {
        *("area_code", "area_name", "ward_code", "ward_name", "geometry", "premises", "premises_matched"),
        *("premises_source", "units_not_reported", "score", "score_low", "score_high", "rank", "rank_low"),
        *(
            "rank_high",
            "known_share",
            "first_share",
            "lead_share",
            "rival_code",
            "rival_points",
            "explanation",
            "known_as",
        ),
    }
)
"""Columns of areas.csv that an own criterion cannot take; nor those of the forms of OTHER_COLUMNS."""

OTHER_COLUMNS = re.compile(rf"gap_.*|(?:{'|'.join(TIERS)})_.*|fixed_.*|wifi_.*|.*_value")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def own_faults(stated: Sequence[OwnCriterion], built_in: Mapping[str, tuple[float, float]]) -> list[Fault]:
    """All that is wrong with the planner's criteria.

    Parameters
    ----------
    stated : sequence of OwnCriterion
        In the order of plan.toml.
    built_in : mapping of str to (none_at, full_at)
        Keys that may be restated, with their scales.

    Returns
    -------
    list of Fault
        NOT_A_KEY, CRITERION_TWICE, KEY_MISSING, BUILT_IN, SCALE_FLAT.
    """
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, item in enumerate(stated, start=1):
        place = f"score.criterion {number}"
        if first.setdefault(item.key, number) != number:
            faults.append(_twice(place, item.key, first[item.key]))
        faults += _faults_of_built_in(place, item) if item.key in built_in else _faults_of_own(place, item)
        none_at, full_at = _scale(item, built_in.get(item.key, (None, None)))
        if none_at is not None and none_at == full_at:
            faults.append(flat_scale(place, item.key, none_at))
    return faults


def flat_scale(place: str, key: str, level: float) -> Fault:
    """The fault of a scale whose two ends are one level."""
    return fault("SCALE_FLAT", file=_FILE, column=f"{place}.full_at", value=f"{level:g}", name=key)


def _scale(item: OwnCriterion, known: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    """Both ends, those that are not stated as built in."""
    none_at, full_at = known
    return (
        none_at if item.none_at is None else item.none_at,
        full_at if item.full_at is None else item.full_at,
    )


def _faults_of_own(place: str, item: OwnCriterion) -> list[Fault]:
    needed: Mapping[str, object] = {
        "words": item.words or None,
        "unit": item.unit or None,
        "none_at": item.none_at,
        "full_at": item.full_at,
        "source": item.source or None,
    }
    faults = [] if _is_key(item.key) else [_not_a_key(place, item.key)]
    return faults + [_missing(f"{place}.{name}", name) for name, value in needed.items() if value is None]


def _is_key(key: str) -> bool:
    return bool(_KEY.fullmatch(key)) and key not in _RESERVED and not OTHER_COLUMNS.fullmatch(key)


def _faults_of_built_in(place: str, item: OwnCriterion) -> list[Fault]:
    return [
        fault("BUILT_IN", file=_FILE, column=f"{place}.{name}", value=value, name=item.key)
        for name, value in (("words", item.words), ("unit", item.unit))
        if value
    ]


def _missing(column: str, name: str) -> Fault:
    example = "0.0" if name.endswith("_at") else '"..."'
    return fault("KEY_MISSING.criterion", file=_FILE, column=column, name=name, example=example)


def _not_a_key(place: str, key: str) -> Fault:
    return fault("NOT_A_KEY", file=_FILE, column=f"{place}.key", value=key)


def _twice(place: str, key: str, first: int) -> Fault:
    return fault("CRITERION_TWICE", file=_FILE, column=f"{place}.key", value=key, first=first)
