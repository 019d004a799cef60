"""Who pays: the money that the council spends and gets at each site, and whether enough comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connected_place.coverage.case import once, payers, renewals, starting_years, yearly
from connected_place.coverage.delivery.funding_risks import model_risks
from connected_place.coverage.delivery.subsidy import subsidy_flags
from connected_place.coverage.discounting import in_base_prices
from connected_place.coverage.parameters import FundingRules, Parameters, funding_models
from connected_place.gis_data.errors import PlanFileError, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalShare:
    """What must come from outside the council, and what does.

    Attributes
    ----------
    programme_gbp : float
        As stated, else the capital of the chosen sites.
    is_programme_stated : bool
    needed_gbp, needed_share : float or None
        None: nothing was stated.
    found_gbp, found_share : float
        Grants secured, and capital that concessionaires bear.
    is_met : bool or None
    missing_gbp : float or None
        0 where it is met.
    grant_gbp : float
        Grants secured.
    grant_paid_gbp, grant_left_gbp : float
        Of them what the chosen sites are paid, and what is left for the rest of the programme or exceeds what the
        council pays for the sites. They sum to `grant_gbp`.
    """

    programme_gbp: float
    is_programme_stated: bool
    needed_gbp: float | None
    needed_share: float | None
    found_gbp: float
    found_share: float
    is_met: bool | None
    missing_gbp: float | None
    grant_gbp: float
    grant_paid_gbp: float
    grant_left_gbp: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """How the chosen sites are paid for; £ as cash in prices of the base year, not discounted, without optimism bias.

    Attributes
    ----------
    sites : DataFrame indexed by `site_id`, by rank
        `name, kind, model, capital_gbp`, of it `concession_capital_gbp`, `grant_gbp` and `council_capital_gbp`;
        `running_gbp_per_year` and `income_gbp_per_year` (the council's, in the first year after the start),
        `net_gbp` (whole period), `payback_year` (NaN: never, or not known) and `payback` in words.
    cash : DataFrame indexed by `site_id`
        Column: year, 0 first. £ to the council; NaN: not known.
    running, income : DataFrame indexed by `site_id`
        Column: year, 0 first. What the council pays to run each site, and what it receives, £; NaN: not known.
    years : DataFrame
        `year, capital_gbp, grant_gbp, running_gbp, renewal_gbp, income_gbp, net_gbp, cumulative_gbp` of all chosen
        sites; NaN where that of any site is not known.
    payback_year : int or None
        Of all together. None: never within the period, or not known.
    payback : str
        In words: "year 7", "never within 10 years" or "not known".
    by_model : DataFrame
        `model, sites, capital_gbp, council_capital_gbp, income_gbp_per_year, net_gbp`.
    models : tuple of FundingModel
        Those in use, the parts of mixed sites too.
    risks : DataFrame
        Of the models in use: `model, key, words, likelihood, impact, score, mitigation, owner_role`.
    subsidy : DataFrame indexed by `site_id`
        As `subsidy.subsidy_flags` gives it.
    external : ExternalShare
    missing : tuple of str
        Keys of [funding] that a model in use needs and that are not stated.
    """

    sites: pd.DataFrame
    cash: pd.DataFrame
    running: pd.DataFrame
    income: pd.DataFrame
    years: pd.DataFrame
    payback_year: int | None
    payback: str
    by_model: pd.DataFrame
    models: tuple[funding_models.FundingModel, ...]
    risks: pd.DataFrame
    subsidy: pd.DataFrame
    external: ExternalShare
    missing: tuple[str, ...]


def funding(sites: pd.DataFrame, residents: pd.Series, status: pd.DataFrame, parameters: Parameters) -> Funding:
    """Work out the council's cash flows.

    Parameters
    ----------
    sites : DataFrame indexed by `site_id`
        The chosen: `name, kind, rank, phase, capex_gbp, opex_gbp_per_year`.
    residents : Series indexed by `site_id`
        Residents whom each adds; NaN: not known.
    status : DataFrame indexed by `site_id`
        Of every candidate, as `subsidy.subsidy_status` gives it.
    parameters : Parameters

    Raises
    ------
    PlanFileError
        UNKNOWN_SITE: a site in [funding] is not a candidate.
    """
    rules, prices = parameters.money_from_outside, parameters.appraisal
    _refuse_unknown_sites(status.index, rules)
    ordered = sites.sort_values("rank", kind="stable")
    model = payers.site_models(ordered, rules)
    shares = payers.model_shares(model, rules)
    to_base = in_base_prices(prices.costs_price_year, base_year=prices.price_base_year, deflator=prices.deflator)
    capital, running = ordered["capex_gbp"] * to_base, ordered["opex_gbp_per_year"] * to_base
    starts = starting_years(ordered, prices).to_numpy()

    used = models_in_use(model, rules)
    borne = capital * payers.capital_borne(shares, rules)
    programme_gbp = rules.programme_gbp or float(capital.sum())
    grant = grants(capital - borne, programme_gbp=programme_gbp - float(borne.sum()), secured_gbp=rules.secured_gbp)
    kept = 1 - payers.running_borne(shares, rules)
    flows = {
        "capital_gbp": -_spread(capital - borne, once(prices)[starts]),
        "grant_gbp": _spread(grant, once(prices)[starts]),
        "running_gbp": -_spread(running * kept, yearly(prices)[starts]),
        "renewal_gbp": -_spread((capital - borne) * prices.renewal_share, renewals(prices)[starts]),
        "income_gbp": _incomes(shares, residents.reindex(ordered.index), rules, yearly(prices)[starts], starts),
    }
    net = sum(flows.values(), np.zeros((len(ordered), prices.years + 1)))
    by_year = _by_year(flows, net, ordered.index)
    found = ordered[["name", "kind", "rank"]].assign(
        model=model,
        capital_gbp=capital,
        concession_capital_gbp=borne,
        grant_gbp=grant,
        council_capital_gbp=capital - borne - grant,
        **_first_year(flows, np.minimum(starts + 1, prices.years)),
        net_gbp=by_year["cash"].sum(axis=1, skipna=False),
        **_paybacks(net),
    )
    total = net.sum(axis=0)
    return Funding(
        sites=found,
        **by_year,
        years=_years(flows, total),
        payback_year=None if np.isnan(payback_year(total)) else int(payback_year(total)),
        payback=payback_words(total),
        by_model=_by_model(found),
        models=used,
        risks=model_risks(used),
        subsidy=subsidy_flags(status.reindex(ordered.index), found, rules),
        external=external_share(
            rules, programme_gbp, capital_by_others_gbp=float(borne.sum()), grant_paid_gbp=float(grant.sum())
        ),
        missing=missing_keys(shares, rules),
    )


def _by_year(flows: Mapping[str, np.ndarray], net: np.ndarray, sites: pd.Index) -> dict[str, pd.DataFrame]:
    """What is left, what running costs and what comes in, each by site and year, £."""
    tables = {"cash": net, "running": -flows["running_gbp"], "income": flows["income_gbp"]}
    return {name: pd.DataFrame(each, index=sites, columns=range(net.shape[1])) for name, each in tables.items()}


def _first_year(flows: Mapping[str, np.ndarray], first: np.ndarray) -> dict[str, np.ndarray]:
    """What the council pays and receives at each site in its first full year, £; `first` is the year of each site."""
    rows = np.arange(len(first))
    return {
        "running_gbp_per_year": -flows["running_gbp"][rows, first],
        "income_gbp_per_year": flows["income_gbp"][rows, first],
    }


def _paybacks(net: np.ndarray) -> dict[str, list[Any]]:
    """When each site has paid for itself, as a year and in words."""
    return {"payback_year": [payback_year(row) for row in net], "payback": [payback_words(row) for row in net]}


def models_in_use(model: pd.Series, rules: FundingRules) -> tuple[funding_models.FundingModel, ...]:
    """The sites' funding models, and the parts of mixed sites, in the order of the table."""
    used = set(model)
    if any(funding_models.FUNDING_MODELS[name].is_mixed for name in used):
        used |= {name for name, share in rules.mixed.items() if share > 0}
    return tuple(item for item in funding_models.FUNDING_MODELS.values() if item.key in used)


def payback_year(flows: np.ndarray) -> float:
    """First year from which the money in has made up for the money out; NaN: never, or not known.

    Examples
    --------
    >>> payback_year(np.array([-10.0, 4, 4, 4])), payback_year(np.array([-10.0, 1, 1, 1]))
    (3.0, nan)
    """
    so_far = np.cumsum(flows).round(6)
    if np.isnan(so_far).any() or so_far[-1] < 0:
        return float("nan")
    below = np.flatnonzero(so_far < 0)
    return float(below[-1] + 1) if len(below) else 0.0


def payback_words(flows: np.ndarray) -> str:
    """The same in words.

    Examples
    --------
    >>> payback_words(np.array([-10.0, 4, 4, 4])), payback_words(np.array([-10.0, 1]))
    ('year 3', 'never within 1 year')
    """
    if np.isnan(flows).any():
        return "not known"
    year, last = payback_year(flows), len(flows) - 1
    if np.isnan(year):
        return f"never within {last} year{'' if last == 1 else 's'}"
    return f"year {year:.0f}"


def grants(capital: pd.Series, *, programme_gbp: float, secured_gbp: float) -> pd.Series:
    """What each site is paid of the grants secured, £.

    Parameters
    ----------
    capital : Series indexed by `site_id`
        What the council pays for each: a grant pays nothing of what a concessionaire bears.
    programme_gbp : float
        What the council pays for the whole programme, other things than these sites too.
    secured_gbp : float

    Returns
    -------
    Series indexed as `capital`
        In proportion to the capital. All that is secured is paid where the sites are the whole programme and cost as
        much.

    Examples
    --------
    >>> grants(pd.Series({"S1": 100.0, "S2": 300.0}), programme_gbp=800.0, secured_gbp=200.0).tolist()
    [25.0, 75.0]
    """
    whole = max(programme_gbp, float(capital.sum()))
    return capital * (min(1.0, secured_gbp / whole) if whole > 0 else 0.0)


def external_share(
    rules: FundingRules, programme_gbp: float, *, capital_by_others_gbp: float = 0.0, grant_paid_gbp: float = 0.0
) -> ExternalShare:
    """What must come from outside against what does.

    Examples
    --------
    >>> found = external_share(FundingRules(external_gbp=5e6), 15.71e6)
    >>> round(100 * found.needed_share, 1), found.is_met, found.missing_gbp
    (31.8, False, 5000000.0)
    """
    found = rules.secured_gbp + capital_by_others_gbp
    needed = rules.external_gbp
    return ExternalShare(
        programme_gbp=programme_gbp,
        is_programme_stated=rules.programme_gbp is not None,
        needed_gbp=needed,
        needed_share=None if needed is None or programme_gbp <= 0 else needed / programme_gbp,
        found_gbp=found,
        found_share=found / programme_gbp if programme_gbp > 0 else 0.0,
        is_met=None if needed is None else found >= needed,
        missing_gbp=None if needed is None else max(0.0, needed - found),
        grant_gbp=rules.secured_gbp,
        grant_paid_gbp=grant_paid_gbp,
        grant_left_gbp=max(0.0, rules.secured_gbp - grant_paid_gbp),
    )


def missing_keys(shares: pd.DataFrame, rules: FundingRules) -> tuple[str, ...]:
    """Keys of [funding] that a model in use cannot be worked out without, and that are not stated."""
    used = [model for model in payers.SINGLE if (shares[model.key] > 0).any()]
    return tuple(f"funding.{key}" for model in used for key in model.income if getattr(rules, key) is None)


def _refuse_unknown_sites(known: pd.Index, rules: FundingRules) -> None:
    named = {
        "funding.by_site": rules.by_site,
        **{f"funding.enterprise {at}.sites": item.sites for at, item in enumerate(rules.enterprise, start=1)},
    }
    faults = [
        fault("UNKNOWN_SITE.funding", file="plan.toml", column=key, value=site)
        for key, sites in named.items()
        for site in sites
        if site not in known
    ]
    if faults:
        raise PlanFileError(faults)


def _spread(amounts: pd.Series, profile: np.ndarray) -> np.ndarray:
    return amounts.to_numpy()[:, None] * profile


def _incomes(
    shares: pd.DataFrame, residents: pd.Series, rules: FundingRules, profile: np.ndarray, starts: np.ndarray
) -> np.ndarray:
    """£ to the council by site and year; NaN where a model that is used lacks a figure."""
    since = np.arange(profile.shape[1])[None, :] - starts[:, None]
    incomes = np.zeros((len(shares), profile.shape[1]))
    for model in payers.SINGLE:
        if model.income:
            years = payers.income_lasts(model, rules)
            lasting = profile * ((years == 0) | (since <= years))
            incomes = incomes + _paid(shares[model.key], payers.income_of(model, residents, rules), lasting)
    return incomes


def _paid(share: pd.Series, gbp: pd.Series, profile: np.ndarray) -> np.ndarray:
    """Nothing where a model is not used, whatever is known of its income."""
    amounts = (share * gbp).where(share > 0, 0.0).to_numpy(dtype=float)
    return np.where(profile == 0, 0.0, amounts[:, None] * profile)


def _years(flows: dict[str, np.ndarray], total: np.ndarray) -> pd.DataFrame:
    columns = {name: values.sum(axis=0) for name, values in flows.items()}
    return pd.DataFrame(
        {"year": np.arange(len(total)), **columns, "net_gbp": total, "cumulative_gbp": np.cumsum(total)}
    )


def _by_model(sites: pd.DataFrame) -> pd.DataFrame:
    columns = ["capital_gbp", "council_capital_gbp", "income_gbp_per_year", "net_gbp"]
    rows = [
        {"model": name, "sites": len(group)} | {column: group[column].sum(skipna=False) for column in columns}
        for name in funding_models.FUNDING_MODELS
        if len(group := sites[sites["model"] == name])
    ]
    return pd.DataFrame(rows, columns=["model", "sites", *columns])
