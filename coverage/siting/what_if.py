"""What if: sums by area from which a page works out what each solved shortlist covers under other weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.reach import best_server
from connected_place.coverage.siting.objective import Counted
from connected_place.coverage.user_groups import RESIDENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What shortlists reach, summed so far that other weights need no points.

    Attributes
    ----------
    codes : Index
        Of the areas, in their order.
    premises : array, one an area
        Premises of the residents' points, times the residents' weight: their demand in an area of full need.
    reached : array (shortlists + 1, areas)
        Of them, those expected to be reached beyond existing free Wi-Fi, by each shortlist; the last row: all that
        existing free Wi-Fi leaves.
    others : array, one a row of `reached`
        What the other groups add, as a share of the residents' whole demand.
    fixed : array, one a row of `reached`
        Demand that no weight of a criterion moves: that of a plan in which the residents do not count.
    """

    codes: pd.Index
    premises: np.ndarray
    reached: np.ndarray
    others: np.ndarray
    fixed: np.ndarray


def reached_by(
    points: pd.DataFrame,
    counted: Counted,
    *,
    shortlists: Sequence[np.ndarray],
    codes: pd.Index,
    weights: Mapping[str, float],
) -> Reached:
    """Sum up by area what each shortlist reaches.

    Parameters
    ----------
    points : DataFrame, one row a demand point
        `area_code`, `premises`, `demand`, `group`, as `Plan.demand`.
    counted : Counted
        What each site is worth at each point.
    shortlists : sequence of array of bool, one a site
    codes : Index
        Of all areas, in their order.
    weights : mapping of group to float
        As `Parameters.group_weights`.

    Notes
    -----
    Demand of a resident's point is premises x need, so by area it is need x sum(premises x chance). Other groups sum
    to a fixed multiple of the residents' whole demand (`demand.together`), and their shares of it do not depend on
    need.
    """
    gains = _gains(counted)
    if not counted.follows_need:
        return _unmoved(gains, shortlists, codes)
    is_home = (points["group"] == RESIDENTS).to_numpy()
    area = codes.get_indexer(pd.Index(points["area_code"]))
    homes = np.where(is_home & (area >= 0), points["premises"].to_numpy(dtype="float64"), 0.0)
    rows = [*(best_server(gains, chosen) for chosen in shortlists), 1.0 - counted.already]

    def by_area(amounts: np.ndarray) -> np.ndarray:
        return np.bincount(np.maximum(area, 0), weights=amounts, minlength=len(codes)).astype("float64")

    resident = weights.get(RESIDENTS, 0.0)
    demand = counted.demand
    others = np.array([_share_of_others(points, demand * row, weights) for row in rows])
    fixed = np.array([float((demand * row)[~is_home].sum()) for row in rows])
    return Reached(
        codes=codes,
        premises=by_area(homes),
        reached=np.array([by_area(homes * row) * resident for row in rows]),
        others=others if resident > 0 else np.zeros(len(rows)),
        fixed=np.zeros(len(rows)) if resident > 0 else fixed,
    )


def _unmoved(gains: scipy.sparse.csr_array, shortlists: Sequence[np.ndarray], codes: pd.Index) -> Reached:
    """What no weight of a criterion moves: users a day."""
    everyone = np.ones(gains.shape[0], dtype=bool)
    sums = [float(best_server(gains, chosen).sum()) for chosen in (*shortlists, everyone)]
    nothing = np.zeros((len(sums), len(codes)))
    return Reached(codes=codes, premises=nothing[0], reached=nothing, others=np.zeros(len(sums)), fixed=np.array(sums))


def _gains(counted: Counted) -> scipy.sparse.csr_array:
    """What each site adds to existing free Wi-Fi at each point, rounded as `ChanceSteps.of` does."""
    pairs, step = counted.chances.tocoo(), counted.step
    gain = pairs.data - counted.already[pairs.coords[1]]
    gain = np.rint(gain / step) * step if step else gain
    kept = gain > step / 2
    places = tuple(axis[kept] for axis in pairs.coords)
    return scipy.sparse.csr_array((gain[kept], places), shape=counted.chances.shape)


def _share_of_others(points: pd.DataFrame, reached: np.ndarray, weights: Mapping[str, float]) -> float:
    """What the other groups' reached demand is, as a share of the residents' whole demand."""
    share = 0.0
    for group, weight in sorted(weights.items()):
        of_group = (points["group"] == group).to_numpy()
        if group != RESIDENTS and of_group.any():
            share += weight * float(reached[of_group].sum() / points["demand"].to_numpy()[of_group].sum())
    return share
