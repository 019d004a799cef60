"""Who pays for each site under its funding model, and what the council receives for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.parameters import FundingRules, funding_models

COUNCIL = next(iter(funding_models.FUNDING_MODELS))
SINGLE = [model for model in funding_models.FUNDING_MODELS.values() if not model.is_mixed]


def site_models(sites: pd.DataFrame, rules: FundingRules) -> pd.Series:
    """Funding model of each site: its own, else that of its kind, else that of all."""
    models = [
        rules.by_site.get(site, rules.by_kind.get(kind, rules.model))
        for site, kind in zip(sites.index, sites["kind"], strict=True)
    ]
    return pd.Series(models, index=sites.index, dtype=object, name="model")


def model_shares(model: pd.Series, rules: FundingRules) -> pd.DataFrame:
    """Share of each site that each model pays for; a row sums to 1, what a mixed site leaves is council-funded."""
    shares = pd.DataFrame({item.key: (model == item.key).astype("float64") for item in SINGLE}, index=model.index)
    is_mixed = model.map({item.key: item.is_mixed for item in funding_models.FUNDING_MODELS.values()}).astype(bool)
    of_mixed = dict(rules.mixed)
    of_mixed[COUNCIL] = of_mixed.get(COUNCIL, 0.0) + 1 - sum(of_mixed.values())
    for name, share in of_mixed.items():
        shares[name] += share * is_mixed
    return shares


def capital_borne(shares: pd.DataFrame, rules: FundingRules) -> pd.Series:
    """Share of each site's capital that another than the council bears; `shares` as `model_shares` gives them."""
    return _share_borne(shares, {model.key: model.capital_borne_by for model in SINGLE}, rules)


def running_borne(shares: pd.DataFrame, rules: FundingRules) -> pd.Series:
    """The same of the running cost."""
    return _share_borne(shares, {model.key: model.running_borne_by for model in SINGLE}, rules)


def income_of(model: funding_models.FundingModel, residents: pd.Series, rules: FundingRules) -> pd.Series:
    """£ a year to the council from a whole site of one model; NaN: not known."""
    amount = residents if model.is_per_resident else pd.Series(1.0, index=residents.index)
    for key in model.income:
        stated = getattr(rules, key)
        amount = amount * (np.nan if stated is None else stated)
    return amount


def income_lasts(model: funding_models.FundingModel, rules: FundingRules) -> int:
    """How many years that income lasts; 0: to the end."""
    return int(getattr(rules, model.income_years)) if model.income_years else 0


def _share_borne(shares: pd.DataFrame, borne_by: Mapping[str, str], rules: FundingRules) -> pd.Series:
    borne = [shares[model] * getattr(rules, key) for model, key in borne_by.items() if key]
    return sum(borne, pd.Series(0.0, index=shares.index))
