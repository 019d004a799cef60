"""What is expected of a site before any log: its kind's mean, with the effects of what is known about it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.footfall import PEOPLE_FULL, PEOPLE_NONE
from connected_place.coverage.parameters import Use
from connected_place.coverage.use.bands import spread_of

OTHER = "other"


def site_priors(
    kinds: pd.Series,
    *,
    footfall_index: pd.Series | None,
    access_points: pd.Series | None,
    hours: pd.Series | None,
    mobile: pd.Series | None,
    rules: Use,
) -> pd.DataFrame:
    """Mean users a day of each site before any log, and how far it may be off.

    Parameters
    ----------
    kinds : Series of str indexed by site_id
    footfall_index : Series or None
        From 0 to 100, on the fixed scale of coverage/footfall.
    access_points : Series or None
        How many a site has or would get; 0 counts as not known.
    hours : Series or None
        Hours open a week; 0 counts as not known.
    mobile : Series or None
        Share of the place without good mobile signal, 0 to 1.
    rules : Use

    Returns
    -------
    DataFrame indexed by site_id
        `prior_mean` (users a day), `own_spread` (standard deviation of logarithms within the town), `not_known` (in
        words; "" for nothing).

    Notes
    -----
    mean = mean of the kind x access points ** a x people ** b x (hours / usual hours) ** c x exp(d x mobile gap),
    where the index stands for people = 500 ** (index / 100), relative to `footfall_at`. What is not known has the
    factor 1 and adds the variance of `unknown_factor`. Footfall scales the kind's mean; no number of people is made of
    an index.
    """
    index = kinds.index
    known = {
        "access points": _above_zero(access_points, index),
        "footfall": _aligned(footfall_index, index),
        "opening hours": _above_zero(hours, index),
        "mobile signal": _aligned(mobile, index),
    }
    usual = _by_kind(kinds, rules.usual_hours)
    effects = {
        "access points": rules.access_points_effect * np.log(known["access points"]),
        "footfall": rules.footfall_effect
        * np.log(PEOPLE_FULL / PEOPLE_NONE)
        * (known["footfall"] - rules.footfall_at)
        / 100,
        "opening hours": rules.hours_effect * np.log(known["opening hours"] / usual),
        "mobile signal": rules.mobile_effect * known["mobile signal"],
    }
    unknown = pd.DataFrame({name: values.isna() for name, values in effects.items()})
    unknown.insert(0, "use of its kind", ~kinds.isin(set(rules.users_per_day) - {OTHER}))
    variance = spread_of(rules.band_factor) ** 2 + unknown.sum(axis="columns") * spread_of(rules.unknown_factor) ** 2
    logarithm = np.log(_by_kind(kinds, rules.users_per_day)) + pd.DataFrame(effects).fillna(0.0).sum(axis="columns")
    names = np.array(unknown.columns)
    words = [", ".join(names[row]) for row in unknown.to_numpy()]
    return pd.DataFrame(
        {"prior_mean": np.exp(logarithm), "own_spread": np.sqrt(variance), "not_known": words}, index=index
    )


def walking_share(distance_m: np.ndarray, rules: Use) -> np.ndarray:
    """Share of residents and staff at a distance who would walk to a site, against those beside it.

    Notes
    -----
    exp(-distance / walk_m), an exponential decay.

    Examples
    --------
    >>> walking_share(np.array([0.0, 400.0, 800.0]), Use()).round(2)
    array([1.  , 0.37, 0.14])
    """
    return np.asarray(np.exp(-np.asarray(distance_m, dtype="float64") / rules.walk_m))


def _by_kind(kinds: pd.Series, values: Mapping[str, float]) -> pd.Series:
    return kinds.map(dict(values)).astype("float64").fillna(values[OTHER])


def _aligned(values: pd.Series | None, index: pd.Index) -> pd.Series:
    """Values of the sites; NaN where none is given."""
    if values is None:
        return pd.Series(np.nan, index=index, dtype="float64")
    return values.reindex(index).astype("float64")


def _above_zero(values: pd.Series | None, index: pd.Index) -> pd.Series:
    found = _aligned(values, index)
    return found.where(found > 0)
