"""What if: areas scored by other weights, and what each solved shortlist would then cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.need import LEAST_KNOWN_SHARE
from connected_place.coverage.reach import STEP, best_server
from connected_place.coverage.scoring import SCORE_DECIMALS, known_share, rank, score, weights_of
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


def ranked_by(values: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Score and rank of each area by a set of weights, by the very steps of the plan.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : mapping of str to float
        Swing weights, any positive numbers; a criterion that is not named has none.

    Returns
    -------
    DataFrame indexed as `values`
        `score`, 0 to 100, NaN where nothing that counts is known; `rank`, NaN too where less than
        `ranking.LEAST_KNOWN_SHARE` of the weights stand on known values.

    Raises
    ------
    PlanFileError
        NO_WEIGHT: all of them are 0.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 0.5], "b": [0.0, np.nan]}, index=["A1", "A2"])
    >>> ranked_by(values, {"a": 3.0, "b": 1.0}).to_numpy().tolist()
    [[75.0, 1.0], [50.0, 2.0]]
    >>> ranked_by(values, {"a": 1.0, "b": 3.0}).to_numpy().tolist()
    [[25.0, 1.0], [50.0, nan]]
    """
    counting = weights_of(values.columns, weights)
    scores = score(values, counting)
    is_told = known_share(values, counting).round(SCORE_DECIMALS) >= LEAST_KNOWN_SHARE
    return pd.DataFrame({"score": scores, "rank": rank(scores.where(is_told))})


def reached_by(
    points: pd.DataFrame,
    outdoors: scipy.sparse.csr_array,
    already: np.ndarray,
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
    outdoors : sparse array (sites, points)
        Chance that a site reaches a point.
    already : array of points
        Chance that existing free Wi-Fi does.
    shortlists : sequence of array of bool, one a site
    codes : Index
        Of all areas, in their order.
    weights : mapping of group to float
        As `parameters.Demand.weights`.

    Notes
    -----
    Demand of a resident's point is premises x need, so by area it is need x sum(premises x chance). Other groups sum
    to a fixed multiple of the residents' whole demand (`demand.together`), and their shares of it do not depend on
    need. An area without a score in the plan has no demand, here neither.
    """
    is_home = (points["group"] == RESIDENTS).to_numpy()
    area = codes.get_indexer(pd.Index(points["area_code"]))
    homes = np.where(is_home & (area >= 0), points["premises"].to_numpy(dtype="float64"), 0.0)
    gains = _gains(outdoors, already)
    rows = [*(best_server(gains, chosen) for chosen in shortlists), 1.0 - already]

    def by_area(amounts: np.ndarray) -> np.ndarray:
        return np.bincount(np.maximum(area, 0), weights=amounts, minlength=len(codes)).astype("float64")

    resident = weights.get(RESIDENTS, 0.0)
    demand = points["demand"].to_numpy(dtype="float64")
    others = np.array([_share_of_others(points, demand * row, weights) for row in rows])
    fixed = np.array([float((demand * row)[~is_home].sum()) for row in rows])
    return Reached(
        codes=codes,
        premises=by_area(homes),
        reached=np.array([by_area(homes * row) * resident for row in rows]),
        others=others if resident > 0 else np.zeros(len(rows)),
        fixed=np.zeros(len(rows)) if resident > 0 else fixed,
    )


def covered_by(found: Reached, scores: pd.Series) -> np.ndarray:
    """Weighted demand that each shortlist covers where areas have other scores.

    Parameters
    ----------
    found : Reached
    scores : Series indexed as `found.codes`
        0 to 100; NaN: no score, so no demand.

    Returns
    -------
    array, one a row of `found.reached`
        In the plan's unit of demand; the last is all that could be covered. Sums run from the first area to the last,
        so that whoever adds the same numbers gets the same to the last bit.
    """
    need = scores.reindex(found.codes).fillna(0.0).to_numpy() / 100
    whole = _in_order(found.premises[None, :] * need)
    return np.asarray((_in_order(found.reached * need) + found.others * whole) + found.fixed)


def _in_order(rows: np.ndarray) -> np.ndarray:
    """Sum of each row, from its first number to its last."""
    return np.cumsum(rows, axis=1)[:, -1] if rows.shape[1] else np.zeros(len(rows))


def _gains(outdoors: scipy.sparse.csr_array, already: np.ndarray) -> scipy.sparse.csr_array:
    """What each site adds to existing free Wi-Fi at each point, in whole hundredths as `expected_reach.steps` does."""
    pairs = outdoors.tocoo()
    gain = np.rint((pairs.data - already[pairs.coords[1]]) / STEP) * STEP
    kept = gain > STEP / 2
    places = tuple(axis[kept] for axis in pairs.coords)
    return scipy.sparse.csr_array((gain[kept], places), shape=outdoors.shape)


def _share_of_others(points: pd.DataFrame, reached: np.ndarray, weights: Mapping[str, float]) -> float:
    """What the other groups' reached demand is, as a share of the residents' whole demand."""
    share = 0.0
    for group, weight in sorted(weights.items()):
        of_group = (points["group"] == group).to_numpy()
        if group != RESIDENTS and of_group.any():
            share += weight * float(reached[of_group].sum() / points["demand"].to_numpy()[of_group].sum())
    return share
