"""Effects estimated from the council's own logs, where that is shown to be better than the kind of site alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.parameters import Use
from connected_place.coverage.use.regression import HeldOut, fitted_pipeline, held_out, log_use, predicted_centres

FEWEST_DISTRICTS = 3
NUMBERS = ("log_points", "footfall", "log_hours", "mobile")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEffects:
    """What the council's own logs say about kinds, footfall, hours and access points.

    Attributes
    ----------
    is_used : bool
        True: held out, the estimate is better than the kind alone.
    log_median : Series indexed by site_id
        Natural logarithm of the median use that the estimate expects of every candidate, of sites with a log by models
        that have not seen their district; empty where it is not used.
    band_factor : float
        80 % band of held-out errors, as a factor either way; NaN where nothing was tried.
    words : str
        What was tried and what came of it.
    """

    is_used: bool
    log_median: pd.Series
    band_factor: float
    words: str


def own_effects(table: pd.DataFrame, logs: pd.DataFrame, districts: pd.Series | None, rules: Use) -> OwnEffects:
    """Estimate effects from logs, folds grouped by district.

    Parameters
    ----------
    table : DataFrame indexed by site_id
        `kind`, `access_points`, `footfall`, `hours`, `mobile` of all candidates; numbers may be NaN.
    logs : DataFrame indexed by site_id
        `days` and `counted`.
    districts : Series or None
        Ward of each candidate.
    rules : Use

    Notes
    -----
    Used where the mean absolute error in logarithms is lower than the kind's alone by more than one standard error of
    the difference between districts, and the rank correlation is higher.
    """
    logged = logs.index[logs["days"] > 0]
    if len(logged) < rules.fit_from_sites:
        return _not_tried(
            f"Logs of {len(logged)} sites are too few to estimate effects (at least {rules.fit_from_sites})."
        )
    wards = None if districts is None else districts.reindex(logged)
    if wards is None or wards.isna().any() or wards.nunique() < FEWEST_DISTRICTS:
        return _not_tried("Effects are not estimated from the logs: that takes sites in at least three wards.")
    a_day = logs["counted"].reindex(logged) / logs["days"].reindex(logged)
    if not (a_day > 0).any():
        return _not_tried("Effects are not estimated from the logs, in which every site has zero.")
    features = _features(table)
    given = features.loc[logged]
    columns = ["kind", *(name for name in NUMBERS if given[name].min() < given[name].max())]
    alone = held_out(given, ["kind"], a_day, wards)
    found = held_out(given, columns, a_day, wards)
    if not _is_better(found, alone, wards):
        return OwnEffects(
            is_used=False,
            log_median=pd.Series(dtype="float64"),
            band_factor=math.nan,
            words=_words(found, alone, wards, used=False),
        )
    model = fitted_pipeline(given, columns, a_day)
    centres = predicted_centres(model, features, columns)
    shift = (log_use(a_day) - centres[logged]).median()
    log_median = (centres + shift).where(~features.index.isin(logged), found.centre.reindex(features.index))
    return OwnEffects(
        is_used=True,
        log_median=log_median,
        band_factor=found.band_factor,
        words=_words(found, alone, wards, used=True),
    )


def _features(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": table["kind"].astype("str"),
            "log_points": np.log(table["access_points"].where(table["access_points"] > 0)),
            "footfall": table["footfall"],
            "log_hours": np.log(table["hours"].where(table["hours"] > 0)),
            "mobile": table["mobile"],
        }
    )


def _is_better(found: HeldOut, alone: HeldOut, wards: pd.Series) -> bool:
    gain = (alone.error.abs() - found.error.abs()).groupby(wards.to_numpy()).mean()
    standard_error = float(gain.std(ddof=1)) / math.sqrt(len(gain))
    ranks_better = found.spearman > (0.0 if math.isnan(alone.spearman) else alone.spearman)
    return bool(gain.mean() > standard_error and ranks_better)


def _words(found: HeldOut, alone: HeldOut, wards: pd.Series, *, used: bool) -> str:
    answer = (
        "Effects are estimated from the council's own logs"
        if used
        else "The logs do not show effects better than the kind of site alone, so the defaults stay"
    )
    return (
        f"{answer}: with each of {wards.nunique()} wards held out, rank correlation {found.spearman:.2f} (kind alone "
        f"{alone.spearman:.2f}) and {found.inside.mean():.0%} of sites inside the 80 % band, a factor of "
        f"{found.band_factor:.1f} either way (kind alone {alone.band_factor:.1f})."
    )


def _not_tried(words: str) -> OwnEffects:
    return OwnEffects(is_used=False, log_median=pd.Series(dtype="float64"), band_factor=math.nan, words=words)
