"""What plan.toml asks of criteria and gets nothing for: weights and columns that count nothing."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.need.criterion import CRITERIA, Criterion, criteria, duplicate_criterion
from connected_place.coverage.need.two_needs import EITHER
from connected_place.coverage.parameters import Score
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.layers import Layers

_TABLES = ("weights", "lines", "wifi")
"""Tables of weights in [score]."""


def unknown_criteria(found: pd.DataFrame, rules: Score, *, headline: str) -> tuple[Fault, ...]:
    """Warnings on criteria that plan.toml gives weight to and that cannot count.

    Parameters
    ----------
    found : DataFrame
        As `need.levels` gives it, with the criteria that something is known of.
    rules : Score
    headline : str
        Tier of `gap_headline`.

    Returns
    -------
    tuple of Fault
        CRITERION_UNKNOWN: no input says anything of it. CRITERION_REPEATS: it is the headline gap once more. None for
        a weight as the defaults have it, which a new plan.toml writes out whatever the data; none for the stand-in
        `deprivation_rank` where the income score is known, nor the other way round.
    """
    twice, built_in = duplicate_criterion(rules, headline=headline), Score()
    unheard = [
        (key, f"score.{table}.{key}")
        for table in _TABLES
        for key, weight in getattr(rules, table).items()
        if weight > 0 and weight != getattr(built_in, table).get(key) and not {key, EITHER.get(key)} & set(found)
    ]
    return tuple(_repeats(key, at) if key == twice else _unknown(key, at) for key, at in unheard)


def missed_scales(found: pd.DataFrame, rules: Score) -> tuple[Fault, ...]:
    """Warnings on the planner's own scales that no area's level lies on, as with per cent on a scale of shares.

    Parameters
    ----------
    found : DataFrame
        As `need.levels` gives it.
    rules : Score

    Returns
    -------
    tuple of Fault
        SCALE_MISSED.
    """
    known = criteria(rules)
    stated = [known[item.key] for item in rules.criterion if item.key in found]
    ends = {item.key: set(item.value(found[item.key].dropna())) for item in stated}
    return tuple(_missed(item, found[item.key]) for item in stated if ends[item.key] in ({0.0}, {1.0}))


def unused_columns(layers: Layers, rules: Score) -> tuple[Fault, ...]:
    """Warnings on columns of the council's own figures that no criterion of its own is named after."""
    own = {key for key in criteria(rules) if key not in CRITERIA}
    return tuple(
        fault("COLUMN_UNUSED", file=layer.provenance.file, column=column, blocks=False, name=column)
        for layer in layers.of("area-table")
        for column in layer.frame.columns
        if column not in own
    )


def _unknown(key: str, column: str) -> Fault:
    return fault("CRITERION_UNKNOWN", file="plan.toml", column=column, blocks=False, name=key)


def _repeats(key: str, column: str) -> Fault:
    return fault("CRITERION_REPEATS", file="plan.toml", column=column, blocks=False, name=key)


def _missed(item: Criterion, level: pd.Series) -> Fault:
    return fault(
        "SCALE_MISSED",
        file="plan.toml",
        column=f"score.criterion: {item.key}",
        value=f"{level.min():g} to {level.max():g}",
        blocks=False,
        none_at=f"{item.none_at:g}",
        full_at=f"{item.full_at:g}",
    )
