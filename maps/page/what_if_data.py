"""The data that a page needs to score areas and shortlists again with other weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connected_place.coverage.need import asked_criteria, criteria_of, values_of
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import Curve, Reached, reached_by
from connected_place.maps.choropleth import NEED

LARGEST_WEIGHT = 1_000.0
"""The most that a number box accepts: only the ratios of weights matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """One criterion whose weight can be changed.

    Attributes
    ----------
    key, words, unit : str
    weight : float
        Of the plan.
    most : float
        Right end of the slider.
    """

    key: str
    words: str
    unit: str
    weight: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Everything that the pages of a plan share for their sliders.

    Attributes
    ----------
    sliders : tuple of Slider
    curve : Curve
    own : int
        Position of the plan's own budget in it.
    reached : Reached
    follows_need : bool
        Whether what a shortlist serves follows the weights; users a day do not.
    area_values, ward_values : DataFrame, sorted by code, one column a criterion
        In [0, 1]; NaN: not known.
    """

    sliders: tuple[Slider, ...]
    curve: Curve
    own: int
    reached: Reached
    follows_need: bool
    area_values: pd.DataFrame
    ward_values: pd.DataFrame


def what_if(plan: Plan) -> WhatIf:
    """Gather it from a plan."""
    areas, wards = plan.areas.sort_index(), plan.wards.sort_index()
    known = criteria_of(areas)
    stated = plan.parameters.score.weights
    words = asked_criteria(plan.parameters.score, headline=plan.parameters.gaps.headline)
    most = max(10.0, *(2.0 * float(stated.get(key, 0.0)) for key in known))
    steps = plan.curve.steps
    return WhatIf(
        sliders=tuple(
            Slider(
                key=key,
                words=words[key].words,
                unit=words[key].unit,
                weight=float(stated.get(key, 0.0)),
                most=most,
            )
            for key in known
        ),
        curve=plan.curve,
        own=int(np.argmin([abs(step.budget_gbp - plan.parameters.sites.budget_gbp) for step in steps])),
        reached=reached_by(
            plan.demand,
            plan.choice.counted,
            shortlists=[step.chosen for step in steps],
            codes=areas.index,
            weights=plan.parameters.group_weights,
        ),
        follows_need=plan.choice.counted.follows_need,
        area_values=values_of(areas),
        # A ward's criteria in the areas' order; one that no ward has is a column of NaN.
        ward_values=values_of(wards).reindex(columns=known),
    )


def what_if_json(
    plan: Plan,
    found: WhatIf,
    *,
    areas: Mapping[str, int],
    wards: Mapping[str, int],
    site_rows: Mapping[str, str],
) -> dict[str, Any]:
    """The data of one page.

    Parameters
    ----------
    plan : Plan
    found : WhatIf
    areas, wards : mapping of code to position
        Rows of the page's tables.
    site_rows : mapping of site id to the id of its row
        Of the sites that the page lists.
    """
    keys = {slider.key for slider in found.sliders}
    stated = plan.parameters.score.weights
    return {
        "criteria": [{"key": item.key, "words": item.words, "weight": item.weight} for item in found.sliders],
        # Weights in plan.toml of criteria without any data stay unchanged.
        "kept": [[key, float(weight)] for key, weight in stated.items() if key not in keys],
        "areas": _table(found.area_values, areas),
        "wards": _table(found.ward_values, wards),
        "premises": found.reached.premises.tolist(),
        "steps": [_step(found, number, site_rows, plan.sites.index) for number in range(len(found.curve.steps))],
        "all": _sums(found.reached, -1),
        "own": found.own,
        "follows": found.follows_need,
        "breaks": list(NEED.breaks),
        "largest": LARGEST_WEIGHT,
    }


def _table(values: pd.DataFrame, rows: Mapping[str, int]) -> dict[str, Any]:
    """Values by code, null where not known, and the row of each on the page; -1: none."""
    numbers = values.astype("float64").to_numpy()
    return {
        "values": [[None if np.isnan(cell) else cell for cell in row] for row in numbers.tolist()],
        "rows": [int(rows.get(code, -1)) for code in values.index],
    }


def _step(found: WhatIf, number: int, site_rows: Mapping[str, str], ids: pd.Index) -> dict[str, Any]:
    step = found.curve.steps[number]
    chosen = [site_rows[site] for site in ids[step.chosen] if site in site_rows]
    return {
        "budget": step.budget_gbp,
        "spent": step.spent_gbp,
        "count": int(step.chosen.sum()),
        "sites": chosen,
        "proven": step.status == "optimal",
        **_sums(found.reached, number),
    }


def _sums(reached: Reached, row: int) -> dict[str, Any]:
    """One row of the sums, without the areas that it does not reach."""
    amounts = reached.reached[row]
    at = np.flatnonzero(amounts)
    return {
        "at": at.tolist(),
        "reached": amounts[at].tolist(),
        "others": float(reached.others[row]),
        "fixed": float(reached.fixed[row]),
    }
