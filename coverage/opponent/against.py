"""What an honest opponent would say of the proposed sites, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from connected_place.coverage.case import BusinessCase
from connected_place.coverage.delivery import Funding
from connected_place.coverage.demand import free_spots
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.siting import Shortlist
from connected_place.gis_data.crs import coordinates

_DAYS_A_YEAR = 365
_MONTHS_A_YEAR = 12
_WEEKS_A_YEAR = 52
_MOBILE_GAP = "mobile_gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponent:
    """The case against the proposed sites. NaN: not known, which is itself an argument.

    Attributes
    ----------
    sites : DataFrame indexed by `site_id`, by rank
        `name`, `capex_gbp`, `users_per_day`; `free_wifi_m`, to the nearest free Wi-Fi that is there; `mobile_gap`, the
        share of premises without 4G indoors in the area; `headline_gap`, of those without the headline speed; and
        `has_few_users`, `has_free_wifi`, `has_good_mobile`, `is_served`: True, False, or NA where not known.
    few_users, few_users_gbp, free_nearby, good_mobile, served : float
        How many proposed sites these are true of, and the capital of the first; NaN where it is known of none.
    covered_share : float
        Premises that are very likely to connect outdoors, of those counted by every chance.
    users_per_day, users_low : float
        Of the chosen sites together: the mean, and the low end of the 80 % range.
    cost_gbp_per_year : float
        Capital and running costs over the appraisal period, cash in prices of the base year, divided by its years;
        to the council and to others.
    cost_gbp_per_user_day, cost_gbp_per_user_day_high : float
        With the mean users a day, and with as few as the low end of their range.
    sim_gbp_per_day : float
        The price of a data allowance for one person, a day.
    sims, opening_hours_a_week : float
        What the same money would pay for instead, every year.
    running_gbp, unpaid_gbp : float
        Running costs in the year that is looked at, and of them what no income pays for.
    has_net_cost : bool
        Whether the public sector spends more than it gets back; without that there is no ratio.
    ratio, share_below_one : float
        Benefit-cost ratio, and the share of the draws in which it is below 1.
    """

    sites: pd.DataFrame
    few_users: float
    few_users_gbp: float
    free_nearby: float
    good_mobile: float
    served: float
    covered_share: float
    users_per_day: float
    users_low: float
    cost_gbp_per_year: float
    cost_gbp_per_user_day: float
    cost_gbp_per_user_day_high: float
    sim_gbp_per_day: float
    sims: float
    opening_hours_a_week: float
    running_gbp: float
    unpaid_gbp: float
    has_net_cost: bool
    ratio: float
    share_below_one: float


def place_opponent(
    sites: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    access_points: gpd.GeoDataFrame,
    *,
    shortlist: Shortlist,
    case: BusinessCase,
    funding: Funding,
    parameters: Parameters,
) -> Opponent | None:
    """Work out the case against the plan; None where no site is proposed.

    Parameters
    ----------
    sites : GeoDataFrame of points, EPSG:27700
        Every candidate: the columns of sites.csv.
    areas : DataFrame indexed by `area_code`
        The gap columns, and `mobile_gap` where it is known.
    access_points : GeoDataFrame of points, EPSG:27700
        Existing public Wi-Fi: `access`.
    shortlist : Shortlist
    case : BusinessCase
    funding : Funding
    parameters : Parameters
    """
    chosen = sites[sites["selected"].astype(bool)].sort_values("rank", kind="stable")
    if not len(chosen):
        return None
    terms, years = parameters.opponent, parameters.appraisal.years
    said = _said(chosen, areas, free_spots(access_points), parameters)
    each_year = _cost_gbp_per_year(case, years)
    running, unpaid = _year(funding, terms.payer_year)
    draws = case.monte_carlo.share_at_least_one
    return Opponent(
        sites=said,
        few_users=_count(said["has_few_users"]),
        few_users_gbp=float(said.loc[said["has_few_users"].fillna(value=False).astype(bool), "capex_gbp"].sum()),
        free_nearby=_count(said["has_free_wifi"]),
        good_mobile=_count(said["has_good_mobile"]),
        served=_count(said["is_served"]),
        covered_share=_ratio(shortlist.premises_likely, shortlist.premises_covered),
        users_per_day=shortlist.users_per_day,
        users_low=shortlist.users_low,
        cost_gbp_per_year=each_year,
        cost_gbp_per_user_day=_ratio(each_year, case.user_days),
        cost_gbp_per_user_day_high=_ratio(
            each_year, case.user_days * _ratio(shortlist.users_low, shortlist.users_per_day)
        ),
        sim_gbp_per_day=terms.data_sim_gbp_per_month * _MONTHS_A_YEAR / _DAYS_A_YEAR,
        sims=each_year / (terms.data_sim_gbp_per_month * _MONTHS_A_YEAR),
        opening_hours_a_week=each_year / (terms.opening_hour_gbp * _WEEKS_A_YEAR),
        running_gbp=running,
        unpaid_gbp=unpaid,
        has_net_cost=case.programme.has_net_cost,
        ratio=math.nan if case.programme.bcr is None else case.programme.bcr,
        share_below_one=math.nan if draws is None else 1 - draws,
    )


def _said(chosen: gpd.GeoDataFrame, areas: pd.DataFrame, free: np.ndarray, parameters: Parameters) -> pd.DataFrame:
    """What is said against each proposed site."""
    terms, codes, tier = parameters.opponent, chosen["area_code"], parameters.gaps.headline
    unreported = _of_areas(codes, areas, f"{tier}_not_reported")
    found = chosen[["name", "capex_gbp", "users_per_day"]].assign(
        free_wifi_m=_nearest_m(coordinates(chosen.geometry), free),
        mobile_gap=_of_areas(codes, areas, _MOBILE_GAP),
        headline_gap=_of_areas(codes, areas, f"{tier}_gap_share"),
    )
    return pd.DataFrame(
        found.assign(
            has_few_users=_true_where(found["users_per_day"] < terms.few_users, found["users_per_day"]),
            has_free_wifi=_true_where(found["free_wifi_m"] <= terms.near_free_m, found["free_wifi_m"]),
            has_good_mobile=_true_where(found["mobile_gap"] <= terms.good_mobile_share, found["mobile_gap"]),
            is_served=_true_where((found["headline_gap"] == 0) & (unreported == 0), found["headline_gap"]),
        )
    )


def _nearest_m(places: np.ndarray, spots: np.ndarray) -> np.ndarray:
    """Metres from each place to the nearest spot; NaN where there is none: none was given, or none is known."""
    if not len(spots):
        return np.full(len(places), np.nan)
    return np.hypot(*(places[:, None, :] - spots[None, :, :]).transpose(2, 0, 1)).min(axis=1)


def _of_areas(codes: pd.Series, areas: pd.DataFrame, column: str) -> pd.Series:
    """A column of the areas that the sites are in; NaN where there is no such column or area."""
    values = areas[column] if column in areas else pd.Series(dtype="float64")
    return codes.map(values.astype("float64").to_dict()).astype("float64")


def _true_where(said: pd.Series, known: pd.Series) -> pd.Series:
    """True or False, NA where what it rests on is not known."""
    return said.astype("boolean").mask(known.isna())


def _count(said: pd.Series) -> float:
    """How many it is true of; NaN where it is known of none."""
    return math.nan if said.isna().all() else float(said.sum())


def _cost_gbp_per_year(case: BusinessCase, years: int) -> float:
    """All capital with optimism bias, running costs and renewal, whoever bears them, over the years."""
    if not years:
        return math.nan
    return float(case.years[["capital_gbp", "running_gbp", "renewal_gbp"]].to_numpy().sum()) / years


def _year(funding: Funding, year: int) -> tuple[float, float]:
    """The council's running costs of a year, and what no income pays for; NaN where the year or a sum is not known."""
    row = funding.years[funding.years["year"] == year]
    if not len(row):
        return math.nan, math.nan
    running, income = -float(row["running_gbp"].iloc[0]), float(row["income_gbp"].iloc[0])
    return running, max(running - income, 0.0) if not math.isnan(running - income) else math.nan


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
