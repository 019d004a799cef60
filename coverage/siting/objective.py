"""What the choice of sites counts: people covered, people expected to connect, or users a day."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
from scipy.spatial import cKDTree

from connected_place.coverage.objectives import COVERED, USERS
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.reach import STEP, ChanceSteps, SiteReach, at_least, best_server
from connected_place.coverage.user_groups import RESIDENTS, VISITORS
from connected_place.gis_data.crs import coordinates

WALKS = 2.0
"""Times `use.walk_m` beyond which people are not expected to walk: ten minutes by default (project's proposal)."""

WALK_CELL_M = 250.0
"""People who walk are counted in squares of this side, each at its point with most of them: a fraction of their walk,
and a problem small enough to be solved with proof."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """What n candidates are worth at m demand points.

    Attributes
    ----------
    chances : sparse array (n, m)
        What a candidate serves of the demand at a point: 0 or 1 where only covered points count, a chance in [0, 1]
        where every chance counts, users a day where these count.
    already : array (m,)
        What existing free Wi-Fi serves of it; only what exceeds it counts.
    demand : array (m,)
        What each point counts for.
    follows_need : bool
        Whether what residents count for follows their area's score.
    step : float
        To which the chances are rounded, so that equal ones merge; 0: not at all.
    """

    chances: scipy.sparse.csr_array
    already: np.ndarray
    demand: np.ndarray
    follows_need: bool = True
    step: float = STEP

    def problem(self) -> ChanceSteps:
        """The same as a covering problem."""
        return ChanceSteps.of(self.chances, self.demand, self.already, step=self.step)

    @property
    def total(self) -> float:
        """All that could be served: the whole demand left by existing Wi-Fi, or the users of all candidates."""
        if self.step:
            return float((self.demand * (1 - self.already)).sum())
        everyone = np.ones(self.chances.shape[0], dtype=bool)
        return float(best_server(self.chances, everyone).sum())


def counted_worth(
    reach: SiteReach, points: pd.DataFrame, parameters: Parameters, *, users: scipy.sparse.csr_array
) -> Counted:
    """What each candidate is worth at each demand point, by `sites.objective`.

    Parameters
    ----------
    reach : SiteReach
    points : DataFrame of m rows
        `demand`.
    parameters : Parameters
    users : sparse array (n, m)
        As `users_by_point` gives them.
    """
    objective, demand = parameters.sites.objective, points["demand"].to_numpy(dtype="float64")
    if objective == USERS:
        return Counted(
            chances=users, already=np.zeros(len(points)), demand=np.ones(len(points)), follows_need=False, step=0.0
        )
    if objective == COVERED:
        least = parameters.wifi.covered_share
        return Counted(
            chances=at_least(reach.outdoors, least), already=(reach.already >= least).astype("float64"), demand=demand
        )
    return Counted(chances=reach.outdoors, already=reach.already, demand=demand)


def least_users(counted: Counted, parameters: Parameters, *, asked: np.ndarray) -> np.ndarray:
    """What is taken off for each candidate, so that none is proposed because money is left: `use.least_users` a day.

    Parameters
    ----------
    counted : Counted
    parameters : Parameters
        Nothing is taken off where something else than users a day is the objective.
    asked : array of bool, one a candidate
        Candidates that a rule asks for: nothing is taken off for them.
    """
    toll = parameters.use.least_users if parameters.sites.objective == USERS else 0.0
    return np.where(asked, 0.0, np.full(counted.chances.shape[0], toll))


def too_few_users(counted: Counted, parameters: Parameters) -> np.ndarray:
    """True for each candidate that would have fewer than `use.least_users` a day even by itself.

    Only where users a day are the objective: it is never worth what is taken off for it.
    """
    if parameters.sites.objective != USERS:
        return np.zeros(counted.chances.shape[0], dtype=bool)
    return np.asarray(counted.chances.sum(axis=1) < parameters.use.least_users)


def users_by_point(
    reach: SiteReach,
    candidates: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    users: np.ndarray,
    *,
    walk_m: float,
    free: np.ndarray,
) -> scipy.sparse.csr_array:
    """Where the users of each site come from: its users a day, spread over places and groups of people.

    Parameters
    ----------
    reach : SiteReach
    candidates, points : GeoDataFrame of points, EPSG:27700
    users : array (n,)
        A day, of each site by itself, if there were no other Wi-Fi.
    walk_m : float
        Mean distance that residents and staff walk to a site, metres.
    free : array (k, 2)
        Where free Wi-Fi is already, metres.

    Returns
    -------
    sparse array (n, m)
        A row sums to the site's users, less those whom existing free Wi-Fi already serves.

    Notes
    -----
    Visitors use a site where it covers them: in proportion to their number and the chance of coverage. Residents and
    staff walk to it: in proportion to their number and exp(-distance / walk_m), as far as `WALKS` times that. A point
    is one place and one group, and a person counts once, at the chosen site that serves most there. Existing free
    Wi-Fi is taken to draw as many as a new site would in its place, so what counts is what a site adds: nothing where
    it is there already, and nothing for those who have a shorter way to it.
    """
    demand = _by_number(points)
    is_visitor = (points["group"] == VISITORS).to_numpy()
    visits = reach.outdoors @ scipy.sparse.diags_array(demand * is_visitor)
    walkers = _gathered(points, np.where(is_visitor, 0.0, demand))
    walks = _walks(candidates, points, walk_m) @ scipy.sparse.diags_array(walkers)
    whole = (visits + walks).sum(axis=1)
    per_person = np.divide(users, whole, out=np.zeros(len(users)), where=whole > 0)
    new_visits = visits @ scipy.sparse.diags_array(1 - reach.already)
    new_walks = _beyond(walks, walkers * _walk_to_free(free, points, walk_m))
    return scipy.sparse.csr_array(scipy.sparse.diags_array(per_person) @ (new_visits + new_walks))


def _by_number(points: gpd.GeoDataFrame) -> np.ndarray:
    """The demand of each point by how many are there: need says whom to serve first, not where people come from.

    Residents' demand is homes counted by need; here each home counts the same, and their sum stays.
    """
    demand = points["demand"].to_numpy(dtype="float64").copy()
    is_home = (points["group"] == RESIDENTS).to_numpy()
    homes = points["premises"].to_numpy(dtype="float64")[is_home] if is_home.any() else np.zeros(0)
    if np.nansum(homes) > 0:
        demand[is_home] = np.nan_to_num(homes) * demand[is_home].sum() / np.nansum(homes)
    return demand


def _gathered(points: gpd.GeoDataFrame, demand: np.ndarray) -> np.ndarray:
    """The demand of each group in each square at the square's point with most of it; 0 at the others.

    The point is a place where people are, so that the areas and deciles of rules stay those of people.
    """
    places = coordinates(points.geometry)
    squares = np.floor(places / WALK_CELL_M)
    table = pd.DataFrame(
        {"group": points["group"].to_numpy(), "demand": demand, "x": squares[:, 0], "y": squares[:, 1]}
    )
    # By position where as many people are: the order of points decides nothing.
    ordered = table.iloc[np.lexsort((places[:, 1], places[:, 0], -demand))]
    by_square = ordered.assign(at=ordered.index).groupby(["group", "x", "y"], sort=False)
    found = np.zeros(len(table))
    found[by_square["at"].first().to_numpy()] = by_square["demand"].sum().to_numpy()
    return found


def _walks(candidates: gpd.GeoDataFrame, points: gpd.GeoDataFrame, walk_m: float) -> scipy.sparse.csr_array:
    """Share of those at each point who would walk to each site, against those beside it."""
    sites, places = coordinates(candidates.geometry), coordinates(points.geometry)
    shape = (len(sites), len(places))
    if not len(sites) or not len(places):
        return scipy.sparse.csr_array(shape)
    near = cKDTree(sites).sparse_distance_matrix(cKDTree(places), WALKS * walk_m, output_type="coo_matrix")
    return scipy.sparse.csr_array((np.exp(-near.data / walk_m), (near.row, near.col)), shape=shape)


def _walk_to_free(free: np.ndarray, points: gpd.GeoDataFrame, walk_m: float) -> np.ndarray:
    """Share of those at each point who would walk to the nearest free Wi-Fi that is there, against those beside it."""
    if not len(free):
        return np.zeros(len(points))
    apart_m, _ = cKDTree(free).query(coordinates(points.geometry), distance_upper_bound=WALKS * walk_m)
    return np.exp(-apart_m / walk_m)  # none within reach: infinitely far


def _beyond(drawn: scipy.sparse.csr_array, already: np.ndarray) -> scipy.sparse.csr_array:
    """What is drawn at each point beyond what is drawn there already; never less than nothing."""
    found = drawn.tocoo()
    more = np.maximum(found.data - already[found.col], 0.0)
    kept = more > 0
    return scipy.sparse.csr_array((more[kept], (found.row[kept], found.col[kept])), shape=drawn.shape)
