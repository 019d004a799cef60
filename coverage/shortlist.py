"""The shortlist as a table: every candidate with its cost, its demand, its worth and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.capacity import access_points_needed, radios_needed
from connected_place.coverage.expected_reach import Steps, best_server
from connected_place.coverage.parameters import Parameters, Sites, Wifi
from connected_place.coverage.reasons import reasons
from connected_place.coverage.site_reach import SiteReach, reached_alone, reached_together
from connected_place.coverage.site_rules import site_rules
from connected_place.coverage.siting import Choice, added_demand, best_choice, order_of_worth
from connected_place.coverage.siting_case import Case, siting_case
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
        Weighted demand that existing free Wi-Fi does not serve: in the place, as far as the chosen sites are expected
        to reach it, and the most that any choice within the budget could (the solver's bound).
    gap_share : float
        `(bound - covered) / bound`, in [0, 1]; 0 when proven best.
    points_total, points_covered : int
        Demand points of residents (postcodes), unweighted, and those covered with the stated chance.
    premises_total : float
        Premises at those points; estimates where the publisher gives none.
    premises_covered, premises_covered_high : float
        Of them, expected number whose street the chosen sites reach: lower and upper bound.
    premises_indoors, premises_indoors_high : float
        The same in a room behind one wall; NaN for a fixed reach.
    residents_covered, residents_covered_high : float
        The same outdoors in residents; NaN where the population is not known.
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
    premises_covered_high: float
    premises_indoors: float
    premises_indoors_high: float
    residents_covered: float
    residents_covered_high: float
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
    hosts: gpd.GeoDataFrame, problem: Steps, rules: Sites, *, wards: Mapping[str, str]
) -> tuple[pd.DataFrame, Case, Choice]:
    """Costs of the candidates, the case that they make, and which of them to build.

    Parameters
    ----------
    hosts : GeoDataFrame indexed by `site_id`
    problem : Steps
        Who covers what.
    rules : Sites
    wards : mapping of code to name
        Of the place.

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE: a lock names no candidate.
    InfeasibleError
        From `siting_case.siting_case` and `siting.best_choice`.
    """
    _refuse_unknown_locks(hosts.index, rules)
    for_lines = _line_class(hosts).map(dict(rules.backhaul_gbp)).fillna(0.0)
    costs = pd.DataFrame(
        {
            "capex_gbp": costs_gbp(hosts["kind"], rules.capex_gbp) + for_lines,
            "opex_gbp_per_year": costs_gbp(hosts["kind"], rules.opex_gbp_per_year),
        }
    )
    case = siting_case(
        problem.covers,
        problem.demand,
        costs["capex_gbp"].to_numpy(),
        budget_gbp=rules.budget_gbp,
        lock_in=hosts.index.isin(rules.lock_in),
        lock_out=hosts.index.isin(rules.lock_out) | (without_line(hosts, rules) & ~hosts.index.isin(rules.lock_in)),
        rules=site_rules(hosts, rules, wards=wards, points=len(problem.demand)),
    )
    return costs, case, best_choice(case, time_limit_s=rules.time_limit_s)


def without_line(hosts: pd.DataFrame, rules: Sites) -> np.ndarray:
    """True for candidates whose line is of a worse class than may be chosen."""
    return np.asarray(_line_class(hosts) > rules.worst_backhaul)


def _line_class(hosts: pd.DataFrame) -> pd.Series:
    """Class that counts: C for a hop, D where nothing is known."""
    return hosts["backhaul_class"].mask(hosts["backhaul_hop_m"].notna(), "C").replace("", "D")


def site_rows(
    hosts: gpd.GeoDataFrame,
    costs: pd.DataFrame,
    problem: Steps,
    choice: Choice,
    reach: SiteReach,
    points: pd.DataFrame,
    rules: Parameters,
) -> gpd.GeoDataFrame:
    """Every candidate as a row of sites.csv.

    Parameters
    ----------
    hosts : GeoDataFrame indexed by `site_id`
        `name, kind, ward_code, ward_name, area_code, backhaul_class`.
    costs : DataFrame
        As `choose` gives it.
    problem, choice
        As in `choose`.
    reach : SiteReach
    points : DataFrame, one row a demand point
    rules : Parameters

    Returns
    -------
    GeoDataFrame
        As `plan.Plan.sites`. `demand_added` of a chosen site is what it adds to those ranked before it, so that the
        chosen sum to the covered demand; of another one, what it would add to all the chosen.
    """
    covers, weights = problem.covers, problem.demand
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
        reach_m=reach.radio.reach_m,
        **costs,
        **_equipment(reached_alone(reach, points), rules.wifi).set_axis(hosts.index),
        placing=pd.Series({row: field.placing for row, field in reach.fields.items()}, dtype=object)
        .reindex(range(len(hosts)), fill_value="")
        .to_numpy(),
    )
    rows["share_of_investment_pct"] = shares_pct(rows["capex_gbp"].where(rows["selected"]))
    why = reasons(
        rows,
        budget_gbp=rules.sites.budget_gbp,
        lock_in=set(rules.sites.lock_in),
        lock_out=set(rules.sites.lock_out),
        no_line=set(rows.index[without_line(rows, rules.sites)]),
        unit=rules.demand.unit,
    )
    return gpd.GeoDataFrame(rows.assign(**why))


def _equipment(alone: pd.DataFrame, wifi: Wifi) -> pd.DataFrame:
    """What each site reaches by itself, and radios and (one at least) access points for so many people, where known."""
    radios = radios_needed(
        alone["residents_outdoors"], active_share=wifi.peak_share, clients_per_radio=wifi.clients_per_radio
    )
    return alone.assign(radios=radios, access_points=np.maximum(access_points_needed(radios), 1.0))


def summary(
    rows: gpd.GeoDataFrame,
    reach: SiteReach,
    points: pd.DataFrame,
    choice: Choice,
    rules: Parameters,
    *,
    premises_source: str,
) -> Shortlist:
    """The shortlist in figures.

    Parameters
    ----------
    rows : GeoDataFrame
        As `site_rows` gives them.
    reach : SiteReach
    points : DataFrame, one row a demand point
        `premises` (NaN: not of residents), `residents`, `demand`.
    choice : Choice
    rules : Parameters
    premises_source : str
    """
    homes = points["premises"].notna().to_numpy()
    is_covered = best_server(reach.outdoors, choice.chosen) >= rules.wifi.covered_share
    outdoors = reached_together(reach.outdoors, points["premises"], choice.chosen)
    indoors = reached_together(reach.indoors, points["premises"], choice.chosen)
    residents = reached_together(reach.outdoors, points["residents"], choice.chosen)
    return Shortlist(
        status=choice.status,
        demand_total=float((points["demand"] * (1 - reach.already)).sum()),
        demand_covered=choice.covered,
        demand_bound=choice.bound,
        gap_share=choice.gap_share,
        points_total=int(homes.sum()),
        points_covered=int((is_covered & homes).sum()),
        premises_total=float(points["premises"].sum()),
        premises_covered=outdoors[0],
        premises_covered_high=outdoors[1],
        premises_indoors=indoors[0],
        premises_indoors_high=indoors[1],
        residents_covered=residents[0],
        residents_covered_high=residents[1],
        premises_source=premises_source,
        budget_gbp=rules.sites.budget_gbp,
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


def _refuse_unknown_locks(ids: pd.Index, rules: Sites) -> None:
    unknown = sorted({*rules.lock_in, *rules.lock_out, *rules.on_wan} - set(ids))
    if unknown:
        raise PlanFileError(
            Fault(
                code="UNKNOWN_SITE",
                file="plan.toml",
                column="sites.lock_in, sites.lock_out, sites.on_wan",
                value=unknown[0],
                message=f"{len(unknown)} site(s) named there are no candidates.",
                remedy="Take the ids from the column site_id of sites.csv.",
            )
        )
