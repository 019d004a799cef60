"""Why a candidate was chosen or not: a stable code, and a sentence with its numbers and its rival."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Set

import numpy as np
import pandas as pd

from connected_place.coverage.user_groups import HOMES_BY_NEED

REASONS = {
    "CHOSEN": "Chosen: it adds {added} {unit} for £{capex:,.0f}.{rest}",
    "LOCKED_IN": "Chosen because plan.toml requires it (lock_in); it adds {added} {unit}.",
    "LOCKED_OUT": "Left out because plan.toml says so{why}; it would add {added} {unit}.",
    "NO_LINE": "Not chosen: no good enough line is known at its postcode or nearby (sites.worst_backhaul).",
    "TOO_FEW_USERS": "Not chosen: about {covered} people a day would use it, too few (use.least_users).",
    "COVERS_NO_DEMAND": "Not chosen: there are no premises with unmet need within its reach.",
    "COVERED_BY_CHOSEN": "Not chosen: the chosen sites already cover all {covered} {unit} within its reach{rest}.",
    "OVER_BUDGET": "Not chosen: it costs £{capex:,.0f}, more than the whole budget.",
    "TOO_NEAR": "Not chosen: it is closer to {rival}, which is chosen, than plan.toml allows (sites.spacing_m).",
    "ADDS_TOO_FEW": "Not chosen: it would add {added} {unit} to the chosen sites, too few (use.least_users).",
    "OTHERS_ADD_MORE": "Not chosen: it would add {added} {unit} for £{capex:,.0f}; {rest}.",
}


def reasons(
    sites: pd.DataFrame,
    *,
    budget_gbp: float,
    lock_in: Set[str],
    lock_out: Set[str],
    no_line: Set[str] = frozenset(),
    too_few: Set[str] = frozenset(),
    too_near: Mapping[str, str] | None = None,
    why_out: Mapping[str, str] | None = None,
    least: float = 0.0,
    unit: str = HOMES_BY_NEED,
) -> pd.DataFrame:
    """Code, sentence and rival for every candidate.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        `name, selected, demand_covered, demand_added, capex_gbp`; `loss_without, loss_without_low, loss_without_high`
        as `losses_without` gives them; `exchange` (id of the candidate that
        it would best be exchanged for, "" where no exchange keeps the rules), `exchange_loss` (demand lost by it);
        `shares_with` (id of the chosen site that covers most of what it covers, "" where none does).
    budget_gbp : float
    lock_in, lock_out, no_line, too_few : set of site ids
        Those of `no_line` have no line that is good enough, those of `too_few` fewer users than a site should have.
    too_near : mapping of site id to site id
        For candidates too near to a chosen site, that site.
    why_out : mapping of site id to str
        Why a site is locked out, where plan.toml says so.
    least : float
        What a site must add to be worth choosing.
    unit : str
        Of the demand, in words.

    Returns
    -------
    DataFrame indexed as `sites`: `reason_code`, `reason`, `rival_id` ("": none)

    Examples
    --------
    >>> sites = pd.DataFrame({"name": ["Hall", "Kiosk"], "selected": [True, False], "demand_covered": [12.0, 0.0],
    ...                       "demand_added": [12.0, 0.0], "capex_gbp": [15700.0, 15700.0],
    ...                       "loss_without": [12.0, np.nan], "loss_without_low": [12.0, np.nan],
    ...                       "loss_without_high": [12.0, np.nan], "exchange": "", "exchange_loss": np.nan,
    ...                       "shares_with": ""}, index=["A", "B"])
    >>> found = reasons(sites, budget_gbp=20_000, lock_in=set(), lock_out=set())
    >>> found["reason_code"].tolist()
    ['CHOSEN', 'COVERS_NO_DEMAND']
    >>> found.loc["A", "reason"]
    'Chosen: it adds 12 homes counted by need for £15,700. Dropping it and re-planning would lose 12.'
    """
    near, why = dict(too_near or {}), dict(why_out or {})
    codes = _codes(sites, budget_gbp, least, (lock_in, lock_out, no_line, too_few, near.keys()))
    rival = _rivals(sites, codes, near)
    names = rival.map(sites["name"]).fillna("")
    sentences = [
        REASONS[code].format(
            added=amount_text(row["demand_added"]),
            covered=amount_text(row["demand_covered"]),
            capex=row["capex_gbp"],
            unit=unit,
            rival=name,
            why=f": {why[str(site)].strip().rstrip('.')}" if why.get(str(site), "").strip() else " (lock_out)",
            rest=_rest(code, name, loss=row["exchange_loss"], without=_loss_words(row)),
        )
        for code, site, row, name in zip(codes, sites.index, sites.to_dict("records"), names, strict=True)
    ]
    return pd.DataFrame({"reason_code": codes, "reason": sentences, "rival_id": rival}, index=sites.index)


def _codes(sites: pd.DataFrame, budget_gbp: float, least: float, listed: tuple[Set[str], ...]) -> np.ndarray:
    lock_in, lock_out, no_line, too_few, near = (sites.index.isin(list(ids)) for ids in listed)
    chosen = sites["selected"].to_numpy(dtype=bool)
    return np.select(
        [
            chosen & lock_in,
            chosen,
            lock_out,
            no_line,
            too_few,
            sites["demand_covered"] <= 0,
            sites["capex_gbp"] > budget_gbp,
            sites["demand_added"] <= 0,
            near,
            sites["demand_added"] <= least,
        ],
        [
            *("LOCKED_IN", "CHOSEN", "LOCKED_OUT", "NO_LINE", "TOO_FEW_USERS", "COVERS_NO_DEMAND", "OVER_BUDGET"),
            *("COVERED_BY_CHOSEN", "TOO_NEAR", "ADDS_TOO_FEW"),
        ],
        default="OTHERS_ADD_MORE",
    )


def _rivals(sites: pd.DataFrame, codes: np.ndarray, near: Mapping[str, str]) -> pd.Series:
    """Id of the rival that each sentence names; "" where it names none."""
    none = pd.Series("", index=sites.index, dtype=object)
    by_code = {
        "CHOSEN": sites["exchange"],
        "OTHERS_ADD_MORE": sites["exchange"],
        "COVERED_BY_CHOSEN": sites["shares_with"],
        "TOO_NEAR": pd.Series(near, dtype=object).reindex(sites.index).fillna(""),
    }
    found = none.copy()
    for code, ids in by_code.items():
        found = found.mask(codes == code, ids)
    return found


def _rest(code: str, rival: str, *, loss: float, without: str) -> str:
    """What a sentence says of the rival."""
    if code == "COVERED_BY_CHOSEN":
        return f", mostly {rival}" if rival else ""
    if code == "OTHERS_ADD_MORE":
        if not rival:
            return "swapping it for any one chosen site would break the budget or a rule"
        change = "gain nothing" if loss <= 0 else f"lose {amount_text(loss)}"
        return f"swapping it for its rival, {rival}, would {change}"
    if code != "CHOSEN":
        return ""
    parts = [without] if without else []
    if rival:
        parts.append(f"Its nearest rival is {rival}.")
    return "".join(f" {part}" for part in parts)


def _loss_words(row: Mapping[Hashable, float]) -> str:
    """What dropping the site would lose; a bound is never given as a value."""
    exact, low, high = row["loss_without"], row["loss_without_low"], row["loss_without_high"]
    if exact == 0:
        return "Dropping it and re-planning would lose nothing."
    if exact > 0:
        return f"Dropping it and re-planning would lose {amount_text(exact)}."
    if exact < 0:
        return f"Dropping it and re-planning would gain {amount_text(-exact)}."
    if np.isnan(high):
        return ""
    if low > 0:
        return f"Dropping it and re-planning would lose between {amount_text(low)} and {amount_text(high)}."
    return f"Dropping it and re-planning would lose at most {amount_text(high)}; the exact loss was not worked out."


def amount_text(demand: float) -> str:
    """Demand in words; a little is never shown as none.

    Examples
    --------
    >>> amount_text(1234.4), amount_text(3.0), amount_text(0.4), amount_text(0.01)
    ('1,234', '3', '0.4', 'under 0.1')
    """
    if 0 < demand < 0.05:
        return "under 0.1"
    return f"{demand:,.0f}" if demand >= 10 or float(demand).is_integer() else f"{demand:.1f}"
