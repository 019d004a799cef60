"""Benefits as named lines: a quantity that each site adds, times a value that the planner states."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import scipy.sparse

from connected_place.coverage.case.lines import BENEFIT, Line, yearly
from connected_place.coverage.discounting import in_base_prices
from connected_place.coverage.parameters import Appraisal, Benefit
from connected_place.coverage.reach import SiteReach

BEYOND = "beyond existing free Wi-Fi"
"""What the case counts of those within reach: not those who have free Wi-Fi there already."""

USER_DAY = "user-day (one person at one place on one day)"

UNITS = {
    "residents": f"resident who might connect outdoors {BEYOND}",
    "premises": f"premises that might connect outdoors {BEYOND}",
    "demand": "unit of demand",
    "visitors": f"person an hour passing within reach {BEYOND}",
    "user_days": USER_DAY,
    "sites": "site",
}
_PEOPLE_IN_REACH = ("residents", "premises", "demand", "visitors")
"""Quantities of people who might use a site; not all of them do."""

OF_DEMAND = "demand"
"""Key of the line that `benefit_gbp_per_demand` makes."""


def added_quantities(
    sites: pd.DataFrame,
    reach: SiteReach,
    points: pd.DataFrame,
    rules: Appraisal | None = None,
    *,
    users: scipy.sparse.csr_array | None = None,
) -> pd.DataFrame:
    """What each candidate adds: a chosen one to those ranked before it, another one to all the chosen.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`, rows as in `reach`
        `kind`, `rank` (NaN: not chosen), `demand_added`.
    reach : SiteReach
    points : DataFrame, one row a demand point
        `premises`, `residents`, `visitors` (people an hour); NaN: not known or not of that group.
    rules : Appraisal
    users : sparse array, rows as `sites` and columns as `points`, or None
        Users a day of each candidate by where they come from (NaN: not known), beyond those of existing free Wi-Fi.

    Returns
    -------
    DataFrame indexed by `site_id`
        `residents`, `premises`, `visitors` (expected numbers within reach outdoors beyond existing free Wi-Fi; NaN:
        not known), `user_days` a year (person-place-days, each at one site only; NaN: not known), `demand`, `sites`.
        The chosen sum to what they reach together.
    """
    amounts = points.reindex(columns=["residents", "premises", "visitors"]).astype("float64")
    order = np.flatnonzero(sites["rank"].notna())[np.argsort(sites["rank"].dropna().to_numpy(dtype=float))]
    added = added_by_order(reach.outdoors, reach.already, amounts.fillna(0.0).to_numpy(), order=order)
    known = amounts.notna().any().to_numpy()
    frame = pd.DataFrame(np.where(known, added, np.nan), index=sites.index, columns=amounts.columns)
    use = (Appraisal() if rules is None else rules).use
    user_days = _added_users(sites, users, order) * sites["kind"].map(use.days_open).astype("float64")
    return frame.assign(user_days=user_days, demand=sites["demand_added"].astype("float64"), sites=1.0)


def _added_users(sites: pd.DataFrame, users: scipy.sparse.csr_array | None, order: np.ndarray) -> pd.Series:
    """Users a day that each candidate adds; NaN where they are not known."""
    if users is None:
        return pd.Series(np.nan, index=sites.index)
    is_known = np.isfinite(users.sum(axis=1))
    known = users.copy()
    known.data = np.nan_to_num(known.data)
    points = np.zeros(users.shape[1])
    added = added_by_order(known, points, np.ones((len(points), 1)), order=order)[:, 0]
    return pd.Series(np.where(is_known, added, np.nan), index=sites.index)


def added_by_order(
    chances: scipy.sparse.csr_array, already: np.ndarray, amounts: np.ndarray, *, order: np.ndarray
) -> np.ndarray:
    """Expected amounts that each candidate adds, shape (candidates, kinds of amount).

    Parameters
    ----------
    chances : sparse array (n candidates, m points)
        That each reaches each point.
    already : array (m,)
        Chance that existing free Wi-Fi does.
    amounts : array (m, k)
    order : array of int
        Positions of the chosen, first rank first. The best site at a point counts, as in the shortlist.

    Examples
    --------
    >>> chances = scipy.sparse.csr_array(np.array([[1.0, 0.5], [1.0, 0.8], [0.0, 1.0]]))
    >>> added = added_by_order(chances, np.zeros(2), np.array([[10.0], [10.0]]), order=np.array([0, 1]))
    >>> added.ravel().round(6).tolist()
    [15.0, 3.0, 2.0]
    """
    best = already.astype("float64").copy()
    of_chosen = np.zeros((len(order), amounts.shape[1]))
    for at, position in enumerate(order):
        start, end = chances.indptr[position], chances.indptr[position + 1]
        where, reached = chances.indices[start:end], chances.data[start:end]
        gain = np.maximum(reached - best[where], 0.0)
        of_chosen[at] = gain @ amounts[where]
        best[where] += gain
    gains = np.maximum(chances.data - best[chances.indices], 0.0)
    added = scipy.sparse.csr_array((gains, chances.indices, chances.indptr), shape=chances.shape) @ amounts
    added[order] = of_chosen
    return np.asarray(added)


def benefit_lines(added: pd.DataFrame, programme: pd.DataFrame, rules: Appraisal) -> list[Line]:
    """Every line of benefits, valued or only named.

    Parameters
    ----------
    added : DataFrame indexed by `site_id`
        As `added_quantities` gives it.
    programme : DataFrame
        The same of the plan's own chosen sites, which a number stated for the whole programme belongs to.
    rules : Appraisal
    """
    shares = shares_of_programme(added, programme)
    return [_line(item, added, shares, rules) for item in stated_benefits(rules)]


def shares_of_programme(added: pd.DataFrame, programme: pd.DataFrame) -> pd.Series:
    """Share of a number stated for the whole programme that each site brings.

    Parameters
    ----------
    added, programme : DataFrame indexed by `site_id`
        As `benefit_lines` takes them.

    Returns
    -------
    Series indexed as `added`
        By the demand that each adds, else in equal parts. The plan's own sites sum to 1, those of a smaller option to
        less and of a larger one to more: fewer sites cannot bring all the visits of the programme.

    Examples
    --------
    >>> added = pd.DataFrame({"demand": [6.0, 2.0, 4.0]}, index=["S1", "S2", "S3"])
    >>> shares_of_programme(added, added.loc[["S1", "S2"]]).tolist()
    [0.75, 0.25, 0.5]
    """
    whole = float(programme["demand"].sum())
    if whole > 0:
        return added["demand"].fillna(0.0) / whole
    return pd.Series(1.0 / max(len(programme), 1), index=added.index)


def stated_benefits(rules: Appraisal) -> tuple[Benefit, ...]:
    """The planner's lines; that of `benefit_gbp_per_demand` first."""
    if rules.benefit_gbp_per_demand is None:
        return rules.benefit
    of_demand = Benefit(
        key=OF_DEMAND,
        words="Value of meeting need",
        quantity="demand",
        unit_value_gbp=rules.benefit_gbp_per_demand,
        source=rules.benefit_source,
    )
    return (of_demand, *rules.benefit)


def _applied(item: Benefit, rules: Appraisal) -> dict[str, float]:
    """Factors between quantity times value and what counts, each applied once, by the key of its range."""
    use, found = rules.use, {}
    in_reach = item.quantity in _PEOPLE_IN_REACH
    if in_reach:
        found["reach"] = 1.0
    if item.quantity != "sites":
        found["use"] = 1.0
    if in_reach and use.take_up is not None:
        found["take_up"] = use.take_up
    if item.quantity != "sites" and not item.is_net and use.is_counterfactual_stated:
        found["counterfactual"] = use.new_share
    return found if item.is_net else found | {"additionality": rules.additionality.net_share}


def _deducted(applied: dict[str, float], rules: Appraisal) -> dict[str, float]:
    """Shares of quantity times value that are taken off one after the other, as `Line.deducted`."""
    take_up, use = applied.get("take_up", 1.0), rules.use
    new = applied.get("counterfactual", 1.0)
    is_compared = "counterfactual" in applied
    return {
        "unused": 1 - take_up,
        "mobile_data": take_up * (use.mobile_data or 0.0) * is_compared,
        "other_wifi": take_up * (use.other_wifi or 0.0) * is_compared,
        "not_additional": take_up * new * (1 - applied.get("additionality", 1.0)),
    }


def _line(item: Benefit, added: pd.DataFrame, shares: pd.Series, rules: Appraisal) -> Line:
    to_base = in_base_prices(item.price_year, base_year=rules.price_base_year, deflator=rules.deflator)
    quantity = added[item.quantity] if isinstance(item.quantity, str) else shares * item.quantity
    value, low, high = (
        float("nan") if number is None else number * to_base for number in (item.unit_value_gbp, item.low, item.high)
    )
    is_counted = isinstance(item.quantity, str)
    applied = _applied(item, rules)
    return Line(
        key=item.key,
        words=item.words or item.key.replace("_", " "),
        kind=BENEFIT,
        amounts_gbp=quantity * value * math.prod(applied.values()),
        profile=yearly(rules, ramp_up_years=item.ramp_up_years, lasts_years=item.lasts_years),
        factors=(item.key, *applied),
        deducted=_deducted(applied, rules),
        quantity=quantity,
        unit=UNITS[str(item.quantity)] if is_counted else item.unit or "unit",
        unit_value_gbp=value,
        low=low,
        high=high,
        source=item.source,
        confidence=item.confidence,
        is_estimate=is_counted and item.quantity != "sites",
    )
