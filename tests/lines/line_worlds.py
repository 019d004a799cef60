"""Small sets of intervention areas, and every choice among their options tried."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from connected_place.coverage.lines.line_options import line_options
from connected_place.coverage.parameters.lines import Lines, OwnLine

NAN = float("nan")
OBJECTIVES = ("premises", "premises_years")
COUNTED = dict(zip(OBJECTIVES, ("gained", "premises_years"), strict=True))

AREA: dict[str, Any] = {
    "cluster_id": "C1",
    "ward_code": "W1",
    "ward_name": "Tilbury",
    "area_name": "Tilbury (C1)",
    "status": "white",
    "premises": 100.0,
    "white_by_uprn": 100.0,
    "below_10": 0.0,
    "need": 0.5,
    "in_contract": 0.0,
    "contract": "",
    "supplier": "",
    "contract_date": "",
    "building": "",
    "building_m": NAN,
}
"""A White cluster of 100 premises without a public building near."""


def areas_with(*changes: dict[str, Any]) -> pd.DataFrame:
    """Areas like `AREA`, called A1, A2, ..., each with its changes."""
    rows = [{**AREA, "area_name": f"Area {number}", **change} for number, change in enumerate(changes, start=1)]
    return pd.DataFrame(rows, index=pd.Index([f"A{number}" for number in range(1, len(rows) + 1)], name="area_id"))


def options_of(areas: pd.DataFrame, rules: Lines | None = None, *, headline: str = "ufbb_300") -> pd.DataFrame:
    """Options indexed by area and key."""
    found = line_options(areas, rules or Lines(subsidy_route="a scheme"), headline=headline, start="2027-04")
    return found.set_index(["area_id", "option"])


def drawn_case(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, Lines]:
    """Areas with up to four options that cost something, and a budget just enough for some of them, or a penny less.

    The rows have what a choice looks at: their premises and costs are drawn, some costs and gains twice.
    """
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 6))
    areas = areas_with(
        *[{"ward_code": f"W{random.integers(1, 3)}", "need": float(random.random())} for _ in range(count)]
    )
    areas["ward_name"] = areas["ward_code"]
    rows = []
    for area in areas.index:
        for number in range(int(random.integers(0, 5))):
            gained = float(random.choice([0.0, 10.0, round(random.random() * 40, 2)]))
            cost = float(random.choice([5_000.0, round(random.uniform(100, 20_000), 2)]))
            rows.append({"area_id": area, "option": f"option_{number}", "gained": gained, "cost_gbp": cost})
    options = pd.DataFrame(rows, columns=["area_id", "option", "gained", "cost_gbp"]).assign(
        is_paid=True, is_possible=True, why_not=""
    )
    options["premises_years"] = options["gained"] * random.choice([2.0, 5.0, 7.5], len(options))
    some = random.random(len(options)) < 0.5
    budget = max(0.0, round(float(options["cost_gbp"][some].sum()) - 0.01 * (seed % 2), 2))
    must = [f"{row['area_id']}={row['option']}" for row in rows[:1]] if seed % 4 == 0 else []
    rules = Lines(
        budget_gbp=budget, must=tuple(must), ward_floor=int(seed % 5 == 0), objective=OBJECTIVES[seed % 3 > 0]
    )
    return areas, options, rules


def best_by_hand(areas: pd.DataFrame, options: pd.DataFrame, rules: Lines) -> tuple[float, int] | None:
    """Value of the best choice and pence of the cheapest of the best, every one tried; None: none keeps the rules."""
    need = areas["need"].to_dict()
    usable = options[(options["gained"] > 0) | (options["area_id"] + "=" + options["option"]).isin(rules.must)]
    menus = [[None, *usable[usable["area_id"] == area].to_dict("records")] for area in areas.index]
    found = []
    for picks in itertools.product(*menus):
        chosen = [pick for pick in picks if pick is not None]
        pence = sum(round(100 * pick["cost_gbp"]) for pick in chosen)
        pairs = {f"{pick['area_id']}={pick['option']}" for pick in chosen}
        wards = [areas["ward_code"][pick["area_id"]] for pick in chosen]
        has_floor = all(wards.count(ward) >= rules.ward_floor for ward in areas["ward_code"])
        if pence <= round(100 * rules.budget_gbp) and set(rules.must) <= pairs and has_floor:
            found.append((sum(pick[COUNTED[rules.objective]] * need[pick["area_id"]] for pick in chosen), pence))
    if not found:
        return None
    most = max(value for value, _ in found)
    return most, min(pence for value, pence in found if value >= most - 1e-9 * max(1.0, most))


def own(**changes: Any) -> OwnLine:
    """A council's own option."""
    return OwnLine(
        **{
            "key": "own",
            "words": "Our own",
            "gbp": 100.0,
            "tier": "gigabit",
            "low": 0.0,
            "likely": 0.5,
            "high": 1.0,
            **changes,
        }
    )
