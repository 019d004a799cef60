"""The shortlist as a table: every candidate with its cost, its demand, its worth and its reason."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.covering import covered
from connected_place.coverage.objectives import EXPECTED, USERS
from connected_place.coverage.parameters import Parameters, Wifi
from connected_place.coverage.reach import (
    SiteReach,
    access_points_needed,
    best_server,
    radios_needed,
    reached_together,
)
from connected_place.coverage.siting.costs import without_line
from connected_place.coverage.siting.decision import SiteChoice
from connected_place.coverage.siting.objective import too_few_users
from connected_place.coverage.siting.reasons import reasons
from connected_place.coverage.siting.site_rivals import most_shared, too_near_to
from connected_place.gis_data.crs import coordinates, grid_references


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """What the solver found and how sure that is.

    Attributes
    ----------
    status : str
        "optimal", "work limit" or "time limit" (the emergency brake).
    objective : str
        What was made as large as could be: "covered", "expected" or "users".
    demand_total, demand_covered, demand_bound : float
        Weighted demand that existing free Wi-Fi does not serve: in the place, as far as the chosen sites are expected
        to reach it, and the most that any choice within the budget could (the solver's bound).
    demand_toll : float
        What was taken off for the chosen sites before the choice was made as large as could be (`use.least_users`);
        `demand_bound` is for as many sites or fewer.
    demand_backed_up : float
        What second covers are worth (sites.backup_share); the choice is best, and the bound holds, for both together.
    gap_share : float
        How far covered and backed-up demand may be from the bound, in [0, 1]; 0 when proven best.
    points_total, points_covered : int
        Demand points of residents (postcodes), unweighted, and those covered with the stated chance.
    premises_total : float
        Premises at those points; estimates where the publisher gives none.
    premises_likely : float
        Of them, those where the chance of coverage on the street is at least `wifi.covered_share`.
    premises_covered, premises_covered_high : float
        Of them, expected number whose street the chosen sites reach: lower and upper bound.
    premises_indoors, premises_indoors_high : float
        The same in a room behind one wall; NaN for a fixed reach.
    residents_covered, residents_covered_high : float
        The same outdoors in residents; NaN where the population is not known.
    users_per_day, users_low, users_high : float
        Users a day of the chosen sites together, nobody counted twice at one place, and their 80 % band.
    users_median : float
        Their median: as likely to be more as to be fewer.
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
    premises_likely: float = float("nan")
    users_per_day: float = float("nan")
    users_low: float = float("nan")
    users_high: float = float("nan")
    objective: str = EXPECTED
    demand_backed_up: float = 0.0
    demand_toll: float = 0.0
    users_median: float = float("nan")

    @classmethod
    def of(
        cls,
        rows: gpd.GeoDataFrame,
        reach: SiteReach,
        points: pd.DataFrame,
        found: SiteChoice,
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
        found : SiteChoice
        rules : Parameters
        premises_source : str
        """
        choice = found.choice
        is_home = points["premises"].notna().to_numpy()
        is_covered = best_server(reach.outdoors, choice.chosen) >= rules.wifi.covered_share
        outdoors = reached_together(reach.outdoors, points["premises"], choice.chosen)
        indoors = reached_together(reach.indoors, points["premises"], choice.chosen)
        residents = reached_together(reach.outdoors, points["residents"], choice.chosen)
        return cls(
            status=choice.status,
            objective=rules.sites.objective,
            demand_total=found.counted.total,
            demand_covered=choice.covered,
            demand_bound=choice.covered_most,
            demand_toll=choice.toll,
            demand_backed_up=choice.backed_up,
            gap_share=choice.gap_share,
            points_total=int(is_home.sum()),
            points_covered=int((is_covered & is_home).sum()),
            premises_total=float(points["premises"].sum()),
            premises_likely=float(points["premises"].fillna(0.0).to_numpy() @ is_covered),
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


def site_rows(
    candidates: gpd.GeoDataFrame, found: SiteChoice, reach: SiteReach, points: pd.DataFrame, rules: Parameters
) -> gpd.GeoDataFrame:
    """Every candidate as a row of sites.csv.

    Parameters
    ----------
    candidates : GeoDataFrame indexed by `site_id`
        `name, kind, ward_code, ward_name, area_code, backhaul_class`.
    found : SiteChoice
    reach : SiteReach
    points : DataFrame, one row a demand point
    rules : Parameters

    Returns
    -------
    GeoDataFrame
        As `plan.Plan.sites`. `rank` is by what each adds to those before it, phase by phase: for each pound of its
        whole-life cost where users a day are counted. `demand_added` is that, so that the chosen sum to the covered
        demand; for another one, what it would add to all the chosen.
    """
    covers, weights, chosen = found.problem.covers, found.problem.demand, found.choice.chosen
    places_m = coordinates(candidates.geometry)
    phase = found.phase
    alone = reach.alone(points, covered_share=rules.wifi.covered_share)
    costs = _whole_life_gbp(found, rules) if rules.sites.objective == USERS else None
    order = covered.order_of_worth(covers, weights, chosen, phase=phase, costs=costs)
    added = covered.added_demand(covers, weights, chosen)
    added[order.index.to_numpy(dtype=int)] = order["added"].to_numpy()
    rows = candidates.assign(
        easting=places_m[:, 0].round(1),
        northing=places_m[:, 1].round(1),
        os_grid_ref=grid_references(places_m[:, 0], places_m[:, 1]),
        selected=chosen,
        rank=order["rank"].reindex(range(len(candidates))).to_numpy(),
        phase=phase,
        demand_covered=covers @ weights,
        demand_added=added,
        loss_without=found.losses["exact"].to_numpy(),
        loss_without_low=found.losses["low"].to_numpy(),
        loss_without_high=found.losses["high"].to_numpy(),
        chosen_share=found.chosen_share.share,
        reach_m=reach.radio.reach_m,
        **found.costs,
        **_equipment(alone, rules.wifi).set_axis(candidates.index),
        placing=pd.Series({row: field.placing for row, field in reach.fields.items()}, dtype=object)
        .reindex(range(len(candidates)), fill_value="")
        .to_numpy(),
    )
    rows["share_of_investment_pct"] = shares_pct(rows["capex_gbp"].where(rows["selected"]))
    return gpd.GeoDataFrame(rows.assign(**_reasons(rows, found, rules)))


def _whole_life_gbp(found: SiteChoice, rules: Parameters) -> np.ndarray:
    """What each site costs to build and to run over the years of the appraisal, £, not discounted."""
    costs = found.costs
    return np.asarray(costs["capex_gbp"] + rules.appraisal.years * costs["opex_gbp_per_year"], dtype="float64")


def _reasons(rows: pd.DataFrame, found: SiteChoice, rules: Parameters) -> pd.DataFrame:
    """Why each candidate was chosen or not, with its rival."""
    chosen, case, sites = found.choice.chosen, found.last_case, rules.sites
    ids = np.append(rows.index.to_numpy(dtype=object), "")
    near = too_near_to(case, chosen)
    losses = ["loss_without", "loss_without_low", "loss_without_high"]
    told = pd.DataFrame(rows[["name", "selected", "demand_covered", "demand_added", "capex_gbp", *losses]])
    return reasons(
        told.assign(
            exchange=ids[found.rivals.rival],
            exchange_loss=found.rivals.loss,
            shares_with=ids[most_shared(case, chosen)],
        ),
        budget_gbp=sites.budget_gbp,
        lock_in=set(sites.lock_in),
        lock_out=set(sites.left_out),
        no_line=set(rows.index[without_line(rows, sites)]),
        too_few=set(rows.index[too_few_users(found.counted, rules)]),
        too_near={ids[at]: ids[near[at]] for at in np.flatnonzero((near >= 0) & ~chosen).tolist()},
        why_out=sites.lock_out_reason,
        least=float(found.case.problem.toll.max(initial=0.0)),
        unit=rules.counted_unit,
    )


def _equipment(alone: pd.DataFrame, wifi: Wifi) -> pd.DataFrame:
    """What each site reaches by itself, and radios and (one at least) access points for so many people, where known."""
    radios = radios_needed(
        alone["residents_outdoors"], active_share=wifi.peak_share, clients_per_radio=wifi.clients_per_radio
    )
    return alone.assign(radios=radios, access_points=np.maximum(access_points_needed(radios), 1.0))


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
