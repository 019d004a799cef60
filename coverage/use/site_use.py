"""Users a day at each site, with an 80 % band: from priors, and from the council's logs where there are any."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connected_place.coverage.draws import codes_of, uniform, uniform_by_code
from connected_place.coverage.parameters import Use
from connected_place.coverage.use.bands import HIGH, LOW, spread_of
from connected_place.coverage.use.own_effects import OwnEffects, own_effects
from connected_place.coverage.use.priors import site_priors
from connected_place.coverage.use.shrinkage import SitePosterior, UseEvidence, posterior

PRIOR, LOGS = "prior", "logs and prior"
_LEAST = 2.0**-25
"""Half a step of a draw: so that none is 0, whose quantile is infinite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteUse:
    """How many people use public Wi-Fi at each site.

    Attributes
    ----------
    frame : DataFrame indexed by site_id, in the order of the candidates
        `users_per_day` (mean of a site's mean users a day: what is added up and valued), `users_median`, `users_low`,
        `users_high` (80 % band of a site's mean users a day, not of single days), `basis` ("prior" or "logs and
        prior"), `days_of_logs`, `not_known` (in words, "" for nothing), `how_sure` (a sentence).
    words : str
        What the numbers rest on, in sentences.
    sites : SitePosterior
    seed : int
    """

    frame: pd.DataFrame
    words: str
    sites: SitePosterior
    seed: int

    def draws(self, samples: int, seed: int | None = None) -> np.ndarray:
        """Joint draws of the mean users a day of all sites, shape (samples, sites).

        Parameters
        ----------
        samples : int
        seed : int or None
            None: that of `site_use`.

        Notes
        -----
        What all sites of the town share is drawn once a sample, so a sum over sites has the band that it should; sums
        of the sites' own bands would not. A site's own part does not depend on which other sites there are.
        """
        start = self.seed if seed is None else seed
        level = np.clip(uniform("level of use", samples=samples, seed=start), _LEAST, 1 - _LEAST)
        (what,) = codes_of(["users of a site"])
        own = uniform_by_code(codes_of(self.frame.index), what, samples=samples, seed=start)
        return self.sites.draws(level, np.clip(own.astype("float64"), _LEAST, 1 - _LEAST))

    def total(self, site_ids: list[str], *, samples: int) -> tuple[float, float, float, float]:
        """Mean users a day of some sites together, then median and 80 % band from joint draws: low, high."""
        mean = float(self.frame.loc[site_ids, "users_per_day"].sum())
        together = self.draws(samples)[:, self.frame.index.isin(site_ids)].sum(axis=1)
        low, median, high = np.quantile(together, [LOW, 0.5, HIGH])
        return mean, float(median), float(low), float(high)


def site_use(
    candidates: pd.DataFrame,
    *,
    logs: pd.DataFrame | None = None,
    footfall_index: pd.Series | None = None,
    access_points: pd.Series | None = None,
    hours: pd.Series | None = None,
    mobile: pd.Series | None = None,
    districts: pd.Series | None = None,
    rules: Use,
    seed: int,
) -> SiteUse:
    """Expected users a day of every candidate.

    Parameters
    ----------
    candidates : DataFrame indexed by site_id, each once
        `kind`.
    logs : DataFrame or None
        As `UseLogs.frame`: indexed by site_id, `days`, `counted`, `are_users`; only candidates count.
    footfall_index : Series or None
        By site_id, from 0 to 100 on the scale of coverage/footfall. Scales the kind's mean only.
    access_points : Series or None
        By site_id, how many a site would have.
    hours : Series or None
        By site_id, hours open a week.
    mobile : Series or None
        By site_id, share of the place without good mobile signal, 0 to 1.
    districts : Series or None
        By site_id, the ward: effects are estimated from the logs only with wards held out.
    rules : Use
    seed : int

    Returns
    -------
    SiteUse

    Examples
    --------
    >>> sites = pd.DataFrame({"kind": ["library", "park"]}, index=["L1", "P1"])
    >>> found = site_use(sites, rules=Use(), seed=1).frame
    >>> found["users_per_day"].round(1).tolist(), found["basis"].tolist()
    ([53.0, 38.0], ['prior', 'prior'])
    """
    given = _used_logs(logs, candidates.index)
    priors = site_priors(
        candidates["kind"],
        footfall_index=footfall_index,
        access_points=access_points,
        hours=hours,
        mobile=mobile,
        rules=rules,
    )
    table = pd.DataFrame(
        {
            "kind": candidates["kind"],
            "access_points": _column(access_points, candidates.index),
            "footfall": _column(footfall_index, candidates.index),
            "hours": _column(hours, candidates.index),
            "mobile": _column(mobile, candidates.index),
        }
    )
    effects = own_effects(table, given[given["days"] > 0], districts, rules)
    are_users = bool(given["are_users"].all())
    level_spread = float(spread_of(rules.level_factor))
    own_spread = priors["own_spread"].to_numpy()
    log_median = np.log(priors["prior_mean"].to_numpy()) - 0.5 * (own_spread**2 + level_spread**2)
    if effects.is_used:
        log_median, own_spread = _with_effects(effects, given, log_median, own_spread, are_users=are_users)
    found = posterior(
        UseEvidence(
            log_median=log_median,
            own_spread=own_spread,
            level_spread=level_spread,
            days=given["days"].to_numpy(),
            counted=given["counted"].to_numpy(),
            size_per_day=float(1 / (rules.prior_days * spread_of(rules.band_factor) ** 2)),
            are_users=are_users,
        )
    )
    frame = _frame(found, given["days"], priors["not_known"], rules)
    return SiteUse(frame=frame, words=_words(frame, effects, rules, are_users=are_users), sites=found, seed=seed)


def _used_logs(logs: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame:
    """Days and counts of every candidate; 0 days where there is no log."""
    if logs is None or not len(logs):
        logs = pd.DataFrame({"days": 0.0, "counted": 0.0, "are_users": True}, index=index[:0])
    found = logs.reindex(index)
    return pd.DataFrame(
        {
            "days": found["days"].astype("float64").fillna(0.0),
            "counted": found["counted"].astype("float64").fillna(0.0),
            "are_users": bool(logs["are_users"].all()),
        },
        index=index,
    )


def _column(values: pd.Series | None, index: pd.Index) -> pd.Series:
    return pd.Series(np.nan, index=index) if values is None else values.reindex(index).astype("float64")


def _with_effects(
    effects: OwnEffects, given: pd.DataFrame, log_median: np.ndarray, own_spread: np.ndarray, *, are_users: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Medians and spreads by the effects of the council's own logs; those of sessions keep the priors' level."""
    found = effects.log_median.reindex(given.index).to_numpy()
    if not are_users:
        logged = (given["days"] > 0).to_numpy()
        found = found - found[logged].mean() + log_median[logged].mean()
    return found, np.full_like(own_spread, float(spread_of(effects.band_factor)))


def _frame(found: SitePosterior, days: pd.Series, not_known: pd.Series, rules: Use) -> pd.DataFrame:
    low, median, high = found.quantiles()
    frame = pd.DataFrame(
        {
            "users_per_day": found.means(),
            "users_median": median,
            "users_low": low,
            "users_high": high,
            "basis": np.where(days > 0, LOGS, PRIOR),
            "days_of_logs": days,
            "not_known": not_known,
        },
        index=days.index,
    )
    return frame.assign(how_sure=[_sentence(row, rules) for row in frame.to_dict("records")])


def _sentence(row: Mapping[Hashable, Any], rules: Use) -> str:
    """How sure the figure of one site is."""
    rests_on = f"{row['days_of_logs']:,.0f} days of its own logs" if row["basis"] == LOGS else "published figures"
    words = (
        f"About {_rounded(row['users_per_day'])} users a day on average, probably between "
        f"{_rounded(row['users_low'])} and {_rounded(row['users_high'])} (80 % likely), judged by {rests_on}."
    )
    if row["not_known"]:
        words += f" Not known: {row['not_known']}."
    if row["users_per_day"] < rules.least_users:
        words += f" That is fewer than the {rules.least_users:g} a day that a site should have."
    return words


def _rounded(users: float) -> str:
    """Two figures are more than is known.

    Examples
    --------
    >>> [_rounded(users) for users in (0.01, 0.34, 4.2, 53.2, 1234.0)]
    ['0', '0.3', '4.2', '53', '1,200']
    """
    if users < 10:
        return f"{users:.1f}".removesuffix(".0")
    step = 10 ** (len(str(int(users))) - 2)
    return f"{round(users / step) * step:,.0f}"


def _words(frame: pd.DataFrame, effects: OwnEffects, rules: Use, *, are_users: bool) -> str:
    logged = int((frame["days_of_logs"] > 0).sum())
    if not logged:
        return (
            "Users a day are a wide estimate from published figures: no log of use was given. Single sites of one "
            f"kind differ by a factor of {rules.band_factor:g} either way, and the level of the town is known only to "
            f"within a factor of {rules.level_factor:g}. The mean lies well above the median, because a few sites are "
            "used by many."
        )
    unit = "users" if are_users else "sessions, which only say which sites are used more than others,"
    return (
        f"Logs of {unit} at {logged} of {len(frame)} sites are weighed against published figures, which count for "
        f"{rules.prior_days:g} days of logs. {effects.words}"
    )
