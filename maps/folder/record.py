"""The manifest: every input with its hash, every parameter, every version, and the solver's proof."""

from __future__ import annotations

import dataclasses
import json
import math
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata

import pandas as pd

from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import Phase, Step
from connected_place.gis_data.errors import Fault
from connected_place.maps.words import case_statements, site_statements

LIBRARIES = (
    "connected-place",
    "exactextract",
    "folium",
    "geopandas",
    "highspy",
    "numpy",
    "pandas",
    "pyogrio",
    "pyproj",
    "rasterio",
    "scikit-learn",
    "scipy",
    "shapely",
)
"""The program and the libraries that decide what a result is, or how its page looks."""

POSITIONS = "Degrees are moved to British National Grid without the OSTN15 grid: median error 1.8 m, at most 4.1 m."


def manifest(plan: Plan, *, command: Sequence[str], plan_file_sha256: str) -> str:
    """The record by which a plan can be made again, as JSON.

    Parameters
    ----------
    plan : Plan
    command : sequence of str
        As it was typed, without the output folder, which changes nothing.
    plan_file_sha256 : str
        Hash of plan.toml.
    """
    content = {
        "illustrative": plan.parameters.place.illustrative,
        "place": dataclasses.asdict(plan.parameters.place),
        "command": " ".join(command),
        "plan_file_sha256": plan_file_sha256,
        "inputs": [dataclasses.asdict(item) for item in plan.provenance],
        "parameters": dataclasses.asdict(plan.parameters),
        "borough": {name: None if pd.isna(value) else round(value, 9) for name, value in plan.borough.items()},
        "shortlist": _known(dataclasses.asdict(plan.shortlist)),
        "phases": [_phase(phase) for phase in plan.choice.phases],
        "rule_prices": [dataclasses.asdict(item) for item in plan.choice.rule_prices],
        "chosen_share": {name: getattr(plan.choice.chosen_share, name) for name in ("samples", "solved", "seed")},
        "curve": [_step(step) for step in plan.curve.steps],
        "statements": [*site_statements.choice_sentences(plan), *case_statements.case_sentences(plan)],
        "case": _case(plan),
        "reporting": dataclasses.asdict(plan.reporting),
        "premises_by_level": dict(plan.premises_by_level),
        "matches": [dataclasses.asdict(item) for item in plan.matches],
        "warnings": [_warning(item) for item in plan.warnings],
        "positions": POSITIONS,
        "versions": {"python": platform.python_version()} | {name: metadata.version(name) for name in LIBRARIES},
    }
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def _step(step: Step) -> dict[str, object]:
    """A step of the curve; curve.csv has its sites."""
    names = ("budget_gbp", "spent_gbp", "covered", "bound", "gap_share", "status")
    return {name: getattr(step, name) for name in names}


def _known(values: Mapping[str, object]) -> dict[str, object]:
    """The same with null for what is not known."""
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in values.items()}


def _phase(phase: Phase) -> dict[str, object]:
    """A phase with its proof; sites.csv has its sites."""
    names = ("covered", "backed_up", "bound", "gap_share", "status")
    return {
        "number": phase.number,
        "budget_gbp": phase.budget_gbp,
        "sites": int(phase.choice.chosen.sum()),
        **{name: getattr(phase.choice, name) for name in names},
        "alone": {name: getattr(phase.alone, name) for name in names},
        "price_of_nesting": phase.price,
        "price_of_nesting_most": phase.price_most,
    }


def _case(plan: Plan) -> dict[str, object]:
    """What the business case came to, and the draws that anyone may repeat."""
    draws, outside = plan.case.monte_carlo, plan.funding.external
    found = dataclasses.asdict(plan.case.programme) | {
        "monte_carlo_seed": draws.seed,
        "monte_carlo_draws": draws.draws,
        "monte_carlo_drawn": draws.drawn,
        "monte_carlo_share_at_least_one": draws.share_at_least_one,
        "monte_carlo_share_at_least_target": draws.share_at_least_target,
        "external": {name: _rounded(value) for name, value in dataclasses.asdict(outside).items()},
        "payback": plan.funding.payback,
    }
    return {name: _rounded(value) for name, value in found.items()}


def _rounded(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


def _warning(fault: Fault) -> dict[str, object]:
    return dataclasses.asdict(fault)
