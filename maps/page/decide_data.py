"""What a page needs to choose sites again: what each candidate costs, and how many users it is worth where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.plan import Plan
from connected_place.maps.page.leaflet import json_text

SPACING = "sites.spacing_m"
"""The one rule that a page keeps besides budget and locks."""

MOST_DECIDING_BYTES = 400_000
"""A page with more than this to carry does not offer to decide."""

_DIGITS = 6
"""Of each worth: the sum is right to a millionth, which no printed figure shows."""


def cannot_decide(plan: Plan) -> str:
    """Why this plan's page cannot choose its sites again; "": it can, as far as its size allows."""
    choice = plan.choice
    kept = [rule.words for rule in choice.case.rules if rule.name != SPACING]
    if choice.counted.follows_need:
        return "This page decides again only where sites are chosen for users a day"
    if kept or choice.case.backup_share > 0:
        rules = ", ".join(kept) or "a second site within reach counts"
        return f"This page does not decide again, because it cannot keep a rule of the plan: {rules}"
    return ""


def decide_json(plan: Plan, site_rows: Mapping[str, str]) -> dict[str, Any] | None:
    """The covering problem of a plan whose sites are chosen for users a day, for `decided` in choose.js.

    Parameters
    ----------
    plan : Plan
    site_rows : mapping of site id to the id of its row on the page

    Returns
    -------
    dict or None
        `ids` and `rows` of the candidates, `costs` and `budget` (pence), `tolls` (users a day that a site must add
        before it counts), `lockIn`, `lockOut` (1 or 0; what is locked out has no worth here, so no reader may lock it
        in), `statedOut` (ids that plan.toml leaves out), `near` (for each, those too near to it), `points`: the sites
        of each place, best first, and the users a day of each beyond the next. None: the page cannot decide, for the
        reason that `cannot_decide` gives or because it would be larger than MOST_DECIDING_BYTES.
    """
    if cannot_decide(plan):
        return None
    terms, ids = plan.choice.case.terms, plan.sites.index
    found = {
        "ids": [str(site) for site in ids],
        "rows": [site_rows.get(str(site), "") for site in ids],
        "costs": terms.costs_pence.tolist(),
        "budget": int(terms.budget_pence),
        "tolls": plan.choice.case.problem.toll.tolist(),
        "statedOut": list(plan.parameters.sites.lock_out),
        "lockIn": terms.lock_in.astype(int).tolist(),
        "lockOut": terms.lock_out.astype(int).tolist(),
        "near": _too_near(terms.apart),
        "points": _points(plan.choice.counted.chances, terms.lock_out),
    }
    return found if len(json_text(found)) <= MOST_DECIDING_BYTES else None


def _too_near(cliques: scipy.sparse.csr_array) -> list[list[int]]:
    """For each candidate, those of which it may not be one of two."""
    pairs = (cliques.T @ cliques).tocoo()
    apart = pairs.row != pairs.col
    near: list[list[int]] = [[] for _ in range(cliques.shape[1])]
    for one, other in zip(pairs.row[apart].tolist(), pairs.col[apart].tolist(), strict=True):
        near[one].append(other)
    return [sorted(each) for each in near]


def _points(users: scipy.sparse.csr_array, left_out: np.ndarray) -> list[list[list[Any]]]:
    """Demand points with the same candidates in the same order as one: its sites, and their worth beyond the next."""
    worth = users.tocoo()
    known = pd.DataFrame({"point": worth.col, "site": worth.row, "users": worth.data})
    known = known[(known["users"] > 0) & ~left_out[worth.row]]
    known = known.sort_values(["point", "users", "site"], ascending=[True, False, True])
    after = known.groupby("point")["users"].shift(-1, fill_value=0.0)
    steps = known.assign(beyond=known["users"] - after, place=known.groupby("point").cumcount())
    names = steps["site"].astype(str).groupby(steps["point"]).agg(" ".join)
    steps["sites"] = steps["point"].map(names)
    sums = steps.groupby(["sites", "place"], sort=True)["beyond"].sum()
    by_sites = sums.groupby(level="sites", sort=True).agg(list)
    return [
        [[int(site) for site in sites.split()], [float(f"{each:.{_DIGITS}g}") for each in beyond]]
        for sites, beyond in by_sites.items()
    ]
