"""The columns of a plan's tables: those of columns.toml for its tiers, criteria and sets of weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from connected_place.coverage.change import Change
from connected_place.coverage.gaps import TIERS
from connected_place.coverage.need import FIRST_RANKS, NEED_WORDS, criteria, criteria_of
from connected_place.coverage.objectives import USERS
from connected_place.coverage.parameters import Parameters, Score
from connected_place.coverage.places import CELL_WORDS
from connected_place.coverage.plan import Plan
from connected_place.coverage.user_groups import HOMES_BY_NEED
from connected_place.maps.numerals import AREA_LEVEL_WORDS, month, speed_text
from connected_place.maps.tables.columns import ColumnParts, TableText, table_names, table_text
from connected_place.maps.words import gap_statements


def table_texts(plan: Plan) -> dict[str, TableText]:
    """What every table is, for a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict of str to TableText
        By name. `change` is there where the plan has an earlier vintage. Columns that a table repeats for something
        else than tiers, criteria and sets of weights (the lines of the appraisal) are left out.
    """
    parts = _parts(plan.parameters, plan.areas["premises_source"], plan.shortlist.premises_source)
    repeated = {"tier": tier_parts(TIERS), "set": set_parts(plan.ranking.weight_sets), "need": need_parts()}
    made = {name: table_text(name, parts, repeated=repeated) for name in table_names() if name != "change"}
    for name, rows in (("areas", plan.areas), ("wards", plan.wards)):
        known = criterion_parts(criteria_of(rows), plan.parameters.score)
        made[name] = table_text(name, parts, repeated={**repeated, "criterion": known})
    if plan.parameters.place.areas in CELL_WORDS:
        made["areas"] = _known_as(made["areas"], made["cells"])
    if plan.change is not None:
        made["change"] = change_text(plan.change)
    return made


def frame_text(name: str, rows: pd.DataFrame, parameters: Parameters, *, counted: str) -> TableText:
    """What the columns of one frame of a plan are, with or without the rest of the plan.

    Parameters
    ----------
    name : str
        "areas", "wards", "sites", "clusters" or "interventions".
    rows : DataFrame
        Named by its index as columns.toml names it; columns that the table does not have are left out.
    parameters : Parameters
    counted : str
        Where its premises come from, as a `premises_source` says it.
    """
    parts = _parts(parameters, [counted], counted)
    known = criterion_parts(criteria_of(rows), parameters.score)
    repeated = {"tier": tier_parts(TIERS), "criterion": known, "need": need_parts()}
    found = table_text(name, parts, repeated=repeated)
    if name == "areas" and parameters.place.areas in CELL_WORDS:
        found = _known_as(found, table_text("cells", parts, repeated=repeated))
    return found.holding({str(name) for name in (rows.index.name, *rows.columns)})


def change_text(change: Change) -> TableText:
    """What change.csv is: the tiers that both vintages speak of."""
    parts = {
        "premises": gap_statements.premises_words([change.premises_source_now]),
        "before": change.before,
        "now": change.now,
        "before_month": month(change.before),
        "now_month": month(change.now),
    }
    return table_text("change", parts, repeated={"tier": tier_parts(change.tiers)})


def tier_parts(tiers: Iterable[str]) -> list[ColumnParts]:
    """What columns of each tier are filled with."""
    return [{"tier": key, "speed": speed_text(key), "service": TIERS[key].words} for key in tiers]


def criterion_parts(keys: Iterable[str], rules: Score) -> list[ColumnParts]:
    """What columns of each criterion are filled with."""
    known = criteria(rules)
    return [{"criterion": key, "criterion_words": known[key].words, "criterion_unit": known[key].unit} for key in keys]


def need_parts() -> list[ColumnParts]:
    """What columns of each of the two needs are filled with."""
    return [{"need": key, "need_words": words} for key, words in NEED_WORDS.items()]


def set_parts(scores: pd.DataFrame) -> list[ColumnParts]:
    """What columns of each set of weights are filled with: the names that columns `<set>_score` begin with."""
    ends = [str(name).rpartition("_") for name in scores.columns]
    return [{"set": name} for name, _, end in ends if end == "score"]


def _parts(parameters: Parameters, counted: Iterable[object], residential: str) -> ColumnParts:
    place, headline = parameters.place, parameters.gaps.headline
    return {
        "area": AREA_LEVEL_WORDS[place.areas],
        "cell": f"{place.cell_m:,.10g}",
        "premises": gap_statements.premises_words(counted),
        "residential": gap_statements.premises_words([residential]),
        "speed": speed_text(headline),
        "service": TIERS[headline].words,
        "lines_unit": parameters.lines.objective.replace("_", "-"),
        "demand": _DEMAND_HEADS.get(parameters.counted_unit, "weighted demand"),
        "demand_rule": _demand_rule(parameters),
        "first_ranks": str(FIRST_RANKS),
    }


_DEMAND_HEADS = {HOMES_BY_NEED: "need score", "users a day": "users a day"}


def _demand_rule(parameters: Parameters) -> str:
    """What demand counts, in words."""
    if parameters.sites.objective == USERS:
        return "users a day: people who use it on a day, by the model of use"
    unit = "a home in an area of the highest need counts 1"
    if parameters.counted_unit == HOMES_BY_NEED:
        return f"homes, counted by need: {unit}"
    return f"groups of people, weighted: {unit}"


def _known_as(table: TableText, others: TableText) -> TableText:
    """A table with the columns of another in place of its own of the same name."""
    instead = {column.name: column for column in others.columns}
    return replace(table, columns=tuple(instead.get(column.name, column) for column in table.columns))
