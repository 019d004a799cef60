"""The shortlist as a table: every candidate with its cost, its demand, its worth and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.appraisal import present_values
from connected_place.coverage.parameters import Parameters, Sites
from connected_place.coverage.reasons import reasons
from connected_place.coverage.siting import (
    Choice,
    added_demand,
    choose_sites,
    covered_points,
    order_of_worth,
)
from connected_place.gis_data.crs import coordinates, grid_references
from connected_place.gis_data.errors import Fault, PlanFileError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """What the solver found and how sure that is.

    Attributes
    ----------
    status : str
        "optimal" or "time limit".
    demand_total, demand_covered, demand_bound : float
        Weighted demand in the place, within reach of the chosen sites, and the most that any choice within the
        budget could cover (the solver's bound).
    gap_share : float
        `(bound - covered) / bound`, in [0, 1]; 0 when proven best.
    points_total, points_covered : int
        Demand points of residents (postcodes), unweighted.
    premises_total, premises_covered : float
        Premises at those points; estimates where the publisher gives none.
    premises_source : str
        Begins with "estimate" where they are one.
    budget_gbp, spent_gbp : float
        Capital, £.
    solver : str
        Name and version.
    """

    status: str
    demand_total: float
    demand_covered: float
    demand_bound: float
    gap_share: float
    points_total: int
    points_covered: int
    premises_total: float
    premises_covered: float
    premises_source: str
    budget_gbp: float
    spent_gbp: float
    solver: str


def costs_gbp(kinds: pd.Series, by_kind: Mapping[str, float]) -> pd.Series:
    """Cost of each site by its kind; that of "other" for kinds without one of their own.

    Examples
    --------
    >>> costs_gbp(pd.Series(["library", "market"]), {"library": 2600.0, "other": 15700.0}).tolist()
    [2600.0, 15700.0]
    """
    return kinds.map(dict(by_kind)).fillna(by_kind["other"]).astype("float64")


def choose(
    hosts: gpd.GeoDataFrame, covers: scipy.sparse.csr_array, demand: pd.Series, rules: Sites
) -> tuple[pd.DataFrame, Choice]:
    """Costs of the candidates, and which of them to build.

    Parameters
    ----------
    hosts : GeoDataFrame indexed by `site_id`
    covers : sparse array (hosts, points)
    demand : Series, one a point
    rules : Sites

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE: a lock names no candidate.
    InfeasibleError
        From `siting.choose_sites`.
    """
    _refuse_unknown_locks(hosts.index, rules)
    costs = pd.DataFrame(
        {
            "capex_gbp": costs_gbp(hosts["kind"], rules.capex_gbp),
            "opex_gbp_per_year": costs_gbp(hosts["kind"], rules.opex_gbp_per_year),
        }
    )
    choice = choose_sites(
        covers,
        demand.to_numpy(),
        costs["capex_gbp"].to_numpy(),
        budget_gbp=rules.budget_gbp,
        lock_in=hosts.index.isin(rules.lock_in),
        lock_out=hosts.index.isin(rules.lock_out),
        time_limit_s=rules.time_limit_s,
    )
    return costs, choice


def site_rows(
    hosts: gpd.GeoDataFrame,
    costs: pd.DataFrame,
    covers: scipy.sparse.csr_array,
    demand: pd.Series,
    choice: Choice,
    rules: Parameters,
) -> gpd.GeoDataFrame:
    """Every candidate as a row of sites.csv.

    Parameters
    ----------
    hosts : GeoDataFrame indexed by `site_id`
        `name, kind, ward_code, ward_name, area_code, backhaul_class`.
    costs : DataFrame
        As `choose` gives it.
    covers, demand, choice
        As in `choose`.
    rules : Parameters

    Returns
    -------
    GeoDataFrame
        As `plan.Plan.sites`. `demand_added` of a chosen site is what it adds to those ranked before it, so that the
        chosen sum to the covered demand; of another one, what it would add to all the chosen.
    """
    weights = demand.to_numpy()
    places_m = coordinates(hosts.geometry)
    order = order_of_worth(covers, weights, choice.chosen)
    added = added_demand(covers, weights, choice.chosen)
    added[order.index.to_numpy(dtype=int)] = order["added"].to_numpy()
    rows = hosts.assign(
        easting=places_m[:, 0].round(1),
        northing=places_m[:, 1].round(1),
        os_grid_ref=grid_references(places_m[:, 0], places_m[:, 1]),
        selected=choice.chosen,
        rank=order["rank"].reindex(range(len(hosts))).to_numpy(),
        phase=np.where(choice.chosen, 1.0, np.nan),
        demand_covered=covers @ weights,
        demand_added=added,
        reach_m=rules.wifi.reach_m,
        **costs,
    )
    rows["share_of_investment_pct"] = shares_pct(rows["capex_gbp"].where(rows["selected"]))
    rows = rows.assign(**_worth(rows, rules))
    why = reasons(
        rows,
        budget_gbp=rules.sites.budget_gbp,
        reach_m=rules.wifi.reach_m,
        lock_in=set(rules.sites.lock_in),
        lock_out=set(rules.sites.lock_out),
    )
    return gpd.GeoDataFrame(rows.assign(**why))


def summary(
    rows: gpd.GeoDataFrame,
    covers: scipy.sparse.csr_array,
    points: pd.DataFrame,
    choice: Choice,
    *,
    budget_gbp: float,
    premises_source: str,
) -> Shortlist:
    """The shortlist in figures.

    Parameters
    ----------
    rows : GeoDataFrame
        As `site_rows` gives them.
    covers : sparse array
    points : DataFrame, one row a demand point
        `premises` (NaN: not of residents), `demand`.
    choice : Choice
    budget_gbp : float
    premises_source : str
    """
    covered = covered_points(covers, choice.chosen)
    homes = points["premises"].notna().to_numpy()
    return Shortlist(
        status=choice.status,
        demand_total=float(points["demand"].sum()),
        demand_covered=choice.covered,
        demand_bound=choice.bound,
        gap_share=choice.gap_share,
        points_total=int(homes.sum()),
        points_covered=int((covered & homes).sum()),
        premises_total=float(points["premises"].sum()),
        premises_covered=float(points["premises"][covered].sum()),
        premises_source=premises_source,
        budget_gbp=budget_gbp,
        spent_gbp=float(rows["capex_gbp"][rows["selected"]].sum()),
        solver=choice.solver,
    )


def shares_pct(amounts: pd.Series) -> pd.Series:
    """Shares of the total to one decimal that sum to exactly 100.0; NaN stays NaN.

    The tenths left over by rounding down go to the largest remainders, ties to the first row.

    Examples
    --------
    >>> shares_pct(pd.Series([1.0, 1.0, 1.0, np.nan])).tolist()
    [33.4, 33.3, 33.3, nan]
    """
    known = amounts.dropna()
    if not known.sum() > 0:
        return amounts * np.nan
    tenths = known / known.sum() * 1000
    floors = np.floor(tenths.round(9))
    left = round(1000 - floors.sum())
    first = (tenths - floors).round(9).sort_values(ascending=False, kind="stable").index[:left]
    floors.loc[first] += 1
    return (floors / 10).reindex(amounts.index)


def _worth(rows: pd.DataFrame, rules: Parameters) -> dict[str, pd.Series]:
    """Net present value and ratio of each site; NaN where no value of a benefit was stated."""
    value_gbp = rules.appraisal.benefit_gbp_per_demand
    benefit = rows["demand_added"] * (np.nan if value_gbp is None else value_gbp)
    case = present_values(rows["capex_gbp"], rows["opex_gbp_per_year"], benefit, rules.appraisal)
    return {"npv_gbp": case.npv_gbp, "bcr": case.bcr}


def _refuse_unknown_locks(ids: pd.Index, rules: Sites) -> None:
    unknown = sorted({*rules.lock_in, *rules.lock_out} - set(ids))
    if unknown:
        raise PlanFileError(
            Fault(
                code="UNKNOWN_SITE",
                file="plan.toml",
                column="sites.lock_in, sites.lock_out",
                value=unknown[0],
                message=f"{len(unknown)} locked site(s) are no candidates.",
                remedy="Take the ids from the column site_id of sites.csv.",
            )
        )
