"""Site rules: what plan.toml asks of a choice besides its budget and its locks."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.covering import rules as kept
from connected_place.coverage.parameters import Sites
from connected_place.coverage.reach import ChanceSteps
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.errors import Fault, PlanFileError, fault

WARD_FLOOR, SHARE_FLOOR, REACH_FLOOR = "sites.ward_floor", "sites.deprived_share", "sites.deprived_reached"


def site_rules(
    candidates: gpd.GeoDataFrame, rules: Sites, *, wards: Mapping[str, str], problem: ChanceSteps, deciles: pd.Series
) -> tuple[kept.Rule, ...]:
    """The rules of a plan as rows for the solver.

    Parameters
    ----------
    candidates : GeoDataFrame of points, EPSG:27700
        Candidates with `ward_code`.
    rules : Sites
    wards : mapping of code to name
        All wards of the place; a floor applies to one without a candidate too, and is then refused by name.
    problem : Steps
    deciles : Series, one a demand point
        1 (most deprived tenth of the nation) to 10; NaN: not known, which is not deprived.

    Raises
    ------
    PlanFileError
        NO_DECILES: a floor for the most deprived is asked for, and no file ranks the nation's areas.
    """
    found: list[kept.Rule] = []
    points = len(problem.demand)
    if rules.at_most > 0:
        found.append(kept.sites_at_most(rules.at_most, candidates=len(candidates), points=points))
    if rules.spacing_m > 0:
        found.append(kept.spacing(coordinates(candidates.geometry), spacing_m=rules.spacing_m, points=points))
    if rules.ward_floor > 0:
        codes = candidates["ward_code"].to_numpy()
        found += [
            kept.sites_floor(np.asarray(codes == code), rules.ward_floor, points=points, where=f"in {wards[code]}")
            for code in sorted(wards)
        ]
    return (*found, *_deprived_rules(rules, problem, deciles, candidates=len(candidates)))


def words_of_rules(rules: Sites, *, wards: int) -> dict[str, str]:
    """Words for rules that have several rows, or a shorter description."""
    sites = "1 site" if rules.ward_floor == 1 else f"{rules.ward_floor} sites"
    left_out, locked = len(rules.left_out), len(set(rules.lock_in))
    return {
        WARD_FLOOR: f"at least {sites} in each of the {wards:,} wards",
        "sites.lock_in": f"{locked:,} {'site' if locked == 1 else 'sites'} that must be chosen",
        "sites.lock_out": f"{left_out:,} {'site' if left_out == 1 else 'sites'} left out",
        "sites.worst_backhaul": f"no line of a worse class than {rules.worst_backhaul}",
    }


def tenths_words(deciles: int) -> str:
    """The most deprived tenths in words.

    Examples
    --------
    >>> tenths_words(1), tenths_words(2), tenths_words(3)
    ('in the most deprived tenth', 'in the most deprived fifth', 'in the 3 most deprived tenths')
    """
    words = {1: "in the most deprived tenth", 2: "in the most deprived fifth", 5: "in the more deprived half"}
    return words.get(deciles, f"in the {deciles} most deprived tenths")


def _deprived_rules(rules: Sites, problem: ChanceSteps, deciles: pd.Series, *, candidates: int) -> list[kept.Rule]:
    if rules.deprived_share <= 0 and rules.deprived_reached <= 0:
        return []
    if deciles.isna().all():
        raise PlanFileError(_no_deciles(SHARE_FLOOR if rules.deprived_share > 0 else REACH_FLOOR))
    members = (deciles <= rules.deprived_deciles).to_numpy()[problem.point]
    where = tenths_words(rules.deprived_deciles)
    found = []
    if rules.deprived_share > 0:
        share = rules.deprived_share
        found.append(
            kept.covered_share_floor(members, problem.demand, least_share=share, candidates=candidates, where=where)
        )
    if rules.deprived_reached > 0:
        found.append(
            kept.demand_floor(
                members,
                problem.demand,
                least_share=rules.deprived_reached,
                candidates=candidates,
                where=f"in reach of any candidate {where}",
                name=REACH_FLOOR,
            )
        )
    return found


def _no_deciles(key: str) -> Fault:
    return fault("NO_DECILES", file="plan.toml", column=key)
