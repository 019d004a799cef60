"""A site's own log and its prior, weighed by how much each says: exactly, by sums over a grid.

The model. Site s has the mean m_s exp(c + e_s) users a day: m_s is the median of its prior, c the part that all sites
of the town share, e_s its own. Both are normal, with the spreads of `level_factor` and of the site's own band. A day's
users are negative binomial with that mean and size k, so users of n days together are negative binomial with size n k.
With

    k = 1 / (prior_days x own spread squared)

a log of `prior_days` is as precise as the prior, in logarithms and for sites that are not nearly empty. The posterior
is summed over nodes of c and of e_s, because each log also moves the other sites, by what it says about c. Where logs
count sessions, their scale takes the place of c, with a flat prior; c keeps its own, and the sites with a log together
keep the mean of their priors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.special

from connected_place.coverage.use.bands import HIGH, LOW

LEVEL_NODES = 41
SITE_NODES = 301
_REACH = 6.0
"""Spreads from the middle to the last node."""

_SCALE_SPREAD = 8.0
"""Of the scale of sessions, in logarithms: practically flat."""

_BAND_NODES = 241
_BLOCK = 128
"""Sites at a time, so that memory does not grow with their number."""

_Z = np.linspace(-_REACH, _REACH, SITE_NODES)
_LOG_NORMAL = -0.5 * _Z**2 - scipy.special.logsumexp(-0.5 * _Z**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseEvidence:
    """Priors and logs of sites.

    Attributes
    ----------
    log_median : array (s,)
        Natural logarithm of the prior's median users a day.
    own_spread : array (s,)
        Standard deviation of logarithms within the town.
    level_spread : float
        Of the part that all sites share; 0: the level is known.
    days : array (s,)
        Days with a log; 0 for none.
    counted : array (s,)
        Users (or sessions) on those days together.
    size_per_day : float
        k of the negative binomial counts.
    are_users : bool
        False: `counted` is of sessions, which only tell sites apart.
    """

    log_median: np.ndarray
    own_spread: np.ndarray
    level_spread: float
    days: np.ndarray
    counted: np.ndarray
    size_per_day: float
    are_users: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePosterior:
    """What is known of each site's mean users a day after the logs.

    Attributes
    ----------
    evidence : UseEvidence
    level, level_share : arrays (l,)
        Nodes of the part that all sites share, and the probability of each.
    logged : array of int
        Positions of the sites with a log.
    own_share : array (logged, l, nodes)
        Probability of each node of a site's own part, in its spreads, given the level; sites without a log keep the
        normal one.
    """

    evidence: UseEvidence
    level: np.ndarray
    level_share: np.ndarray
    logged: np.ndarray
    own_share: np.ndarray

    def means(self) -> np.ndarray:
        """Mean of each site's mean users a day, shape (s,)."""
        given = self.evidence
        level = self._level_mean()
        found = np.exp(given.log_median + 0.5 * given.own_spread**2) * level
        for block in self._blocks():
            rows = self.logged[block]
            own = np.einsum("slz,sz->sl", self.own_share[block], np.exp(given.own_spread[rows, None] * _Z))
            found[rows] = np.exp(given.log_median[rows]) * (own @ (self.level_share * np.exp(self.level)))
        return found

    def quantiles(self, shares: tuple[float, ...] = (LOW, 0.5, HIGH)) -> np.ndarray:
        """Quantiles of each site's mean users a day, shape (shares, s)."""
        given = self.evidence
        if not len(self.logged) or not given.are_users:
            spread = np.hypot(given.own_spread, given.level_spread)
            found = np.exp(given.log_median + scipy.special.ndtri(np.array(shares))[:, None] * spread)
        else:
            found = np.empty((len(shares), len(given.log_median)))
        quiet = np.setdiff1d(np.arange(len(given.log_median)), self.logged)
        if len(self.logged) and given.are_users:
            for rows in np.split(quiet, range(_BLOCK, len(quiet), _BLOCK)):
                found[:, rows] = self._mixed_quantiles(rows, None, shares)
        for block in self._blocks():
            rows = self.logged[block]
            found[:, rows] = self._mixed_quantiles(rows, self.own_share[block], shares)
        return found

    def draws(self, level: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Joint draws of all sites' mean users a day.

        Parameters
        ----------
        level : array (samples,) in (0, 1)
            Uniform draws of the part that all sites share.
        own : array (s, samples) in (0, 1)
            Uniform draws of each site's own part.

        Returns
        -------
        array (samples, s)
        """
        given = self.evidence
        node = np.minimum(np.searchsorted(np.cumsum(self.level_share), level), len(self.level) - 1)
        common = self._level_quantiles(level)
        z = scipy.special.ndtri(own)
        for block in self._blocks():
            rows = self.logged[block]
            for sites, shares in zip(rows, self.own_share[block], strict=True):
                z[sites] = _inverse(np.cumsum(shares, axis=-1)[node], own[sites])
        return np.asarray(np.exp(given.log_median[:, None] + common + given.own_spread[:, None] * z).T)

    def _blocks(self) -> list[np.ndarray]:
        """Positions within `logged`, a block at a time."""
        every = np.arange(len(self.logged))
        return [part for part in np.split(every, range(_BLOCK, len(every), _BLOCK)) if len(part)]

    def _level_mean(self) -> float:
        """Mean of exp(level)."""
        if not len(self.logged) or not self.evidence.are_users:
            return float(np.exp(0.5 * self.evidence.level_spread**2))
        return float(self.level_share @ np.exp(self.level))

    def _level_quantiles(self, shares: np.ndarray) -> np.ndarray:
        if not len(self.logged) or not self.evidence.are_users:
            return np.asarray(self.evidence.level_spread * scipy.special.ndtri(shares))
        return np.interp(shares, np.cumsum(self.level_share) - 0.5 * self.level_share, self.level)

    def _mixed_quantiles(self, rows: np.ndarray, own_share: np.ndarray | None, shares: tuple[float, ...]) -> np.ndarray:
        """Quantiles of sites over all nodes of the level."""
        spread = self.evidence.own_spread[rows]
        if own_share is None:
            own_share = np.broadcast_to(np.exp(_LOG_NORMAL), (len(rows), len(self.level), SITE_NODES))
        first = np.einsum("slz,z->sl", own_share, _Z) * spread[:, None] + self.level
        second = np.einsum("slz,z->sl", own_share, _Z**2) * spread[:, None] ** 2
        middle = first @ self.level_share
        within = second - (first - self.level) ** 2 + (first - middle[:, None]) ** 2
        width = np.sqrt(np.maximum(within @ self.level_share, 1e-18))
        at = middle[:, None] + width[:, None] * np.linspace(-_REACH, _REACH, _BAND_NODES)
        below = np.zeros_like(at)
        cumulative = np.cumsum(own_share, axis=-1) - 0.5 * own_share
        for number, (level, share) in enumerate(zip(self.level, self.level_share, strict=True)):
            below += share * _read_off(cumulative[:, number], (at - level) / spread[:, None])
        found = np.stack([_where_reached(below, at, share) for share in shares])
        return np.asarray(np.exp(self.evidence.log_median[rows] + found))


def posterior(given: UseEvidence) -> SitePosterior:
    """What the logs make of the priors.

    Returns
    -------
    SitePosterior
    """
    logged = np.flatnonzero(given.days > 0)
    if not len(logged):
        level = np.zeros(1)
        return SitePosterior(
            evidence=given,
            level=level,
            level_share=np.ones(1),
            logged=logged,
            own_share=np.empty((0, 1, SITE_NODES)),
        )
    centre = 0.0 if given.are_users else _scale_of(given, logged)
    spread = given.level_spread if given.are_users else _SCALE_SPREAD
    level = _nodes(centre, spread)
    weights, _ = _levels(given, logged, level, centre, spread)
    middle = float(weights @ level)
    width = float(np.sqrt(weights @ (level - middle) ** 2))
    if spread > 0:
        level = _nodes(middle, max(width, (level[1] - level[0]) / _REACH))
    weights, own_share = _levels(given, logged, level, centre, spread)
    if given.are_users:
        return SitePosterior(evidence=given, level=level, level_share=weights, logged=logged, own_share=own_share)
    return _of_sessions(given, logged, np.einsum("slz,l->sz", own_share, weights))


def _of_sessions(given: UseEvidence, logged: np.ndarray, own: np.ndarray) -> SitePosterior:
    """The level keeps its prior; each site's own part is what the sessions say of it, whatever their scale."""
    level = _nodes(0.0, given.level_spread)
    share = np.ones(1) if len(level) == 1 else scipy.special.softmax(-0.5 * (level / given.level_spread) ** 2)
    own_share = np.broadcast_to(own[:, None, :], (len(own), len(level), SITE_NODES))
    apart = SitePosterior(evidence=given, level=level, level_share=share, logged=logged, own_share=own_share)
    prior = np.exp(given.log_median + 0.5 * (given.own_spread**2 + given.level_spread**2))
    log_median = given.log_median.copy()
    log_median[logged] += np.log(prior[logged].sum() / apart.means()[logged].sum())
    return replace(apart, evidence=replace(given, log_median=log_median))


def _levels(
    given: UseEvidence, logged: np.ndarray, level: np.ndarray, centre: float, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """Probability of each level, and of each site's own nodes given the level."""
    log_share = np.zeros(len(level)) if spread == 0 else -0.5 * ((level - centre) / spread) ** 2
    own_share = np.empty((len(logged), len(level), SITE_NODES))
    for start in range(0, len(logged), _BLOCK):
        rows = logged[start : start + _BLOCK]
        log_mean = (
            given.log_median[rows, None, None]
            + level[None, :, None]
            + given.own_spread[rows, None, None] * _Z[None, None, :]
        )
        joint = _LOG_NORMAL + log_likelihood(
            log_mean, given.days[rows, None, None], given.counted[rows, None, None], given.size_per_day
        )
        total = scipy.special.logsumexp(joint, axis=-1)
        own_share[start : start + _BLOCK] = np.exp(joint - total[..., None])
        log_share = log_share + total.sum(axis=0)
    return np.asarray(scipy.special.softmax(log_share)), own_share


def log_likelihood(log_mean: np.ndarray, days: np.ndarray, counted: np.ndarray, size_per_day: float) -> np.ndarray:
    """Logarithm of the negative binomial likelihood of a mean, up to what does not depend on it.

    Parameters
    ----------
    log_mean : array
        Logarithm of mean users a day.
    days, counted : arrays
        Days of the log, and users on them together.
    size_per_day : float
        k: a day's variance is mean + mean squared / k.

    Notes
    -----
    log L = y log(mean) - (y + n k) log(k + mean); a Poisson count whose mean is itself gamma (Greenwood and Yule 1920).
    """
    return np.asarray(
        counted * log_mean - (counted + days * size_per_day) * np.logaddexp(np.log(size_per_day), log_mean)
    )


def _scale_of(given: UseEvidence, logged: np.ndarray) -> float:
    """Where the scale of sessions is looked for: their sum over that of the priors."""
    a_day = float((given.counted[logged] / given.days[logged]).sum())
    expected = float(np.exp(given.log_median[logged]).sum())
    return float(np.log(max(a_day, 1e-6) / expected))


def _nodes(centre: float, spread: float) -> np.ndarray:
    if spread == 0:
        return np.array([centre])
    return np.linspace(centre - _REACH * spread, centre + _REACH * spread, LEVEL_NODES)


def _read_off(cumulative: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Cumulative probabilities (s, nodes) at other positions (s, t), between nodes along straight lines."""
    place = np.clip((z + _REACH) / (_Z[1] - _Z[0]), 0, SITE_NODES - 1)
    left = np.minimum(place.astype("int64"), SITE_NODES - 2)
    share = place - left
    low, high = np.take_along_axis(cumulative, left, 1), np.take_along_axis(cumulative, left + 1, 1)
    return np.asarray(low + share * (high - low))


def _where_reached(below: np.ndarray, at: np.ndarray, share: float) -> np.ndarray:
    """The position (s,) at which rising probabilities (s, t) reach a share."""
    right = np.clip((below < share).sum(axis=1), 1, below.shape[1] - 1)[:, None]
    low, high = np.take_along_axis(below, right - 1, 1), np.take_along_axis(below, right, 1)
    from_, to = np.take_along_axis(at, right - 1, 1), np.take_along_axis(at, right, 1)
    part = np.clip((share - low) / np.maximum(high - low, 1e-300), 0.0, 1.0)
    return np.asarray(from_ + part * (to - from_))[:, 0]


def _inverse(cumulative: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Positions at which each row of cumulative probabilities (samples, nodes) reaches its share (samples,)."""
    at = np.broadcast_to(_Z, cumulative.shape)
    right = np.clip((cumulative < shares[:, None]).sum(axis=1), 1, SITE_NODES - 1)[:, None]
    low, high = np.take_along_axis(cumulative, right - 1, 1), np.take_along_axis(cumulative, right, 1)
    part = np.clip((shares[:, None] - low) / np.maximum(high - low, 1e-300), 0.0, 1.0)
    first = np.take_along_axis(at, right - 1, 1)
    return np.asarray(first + (part + 0.5) * (_Z[1] - _Z[0]))[:, 0]  # a node's share ends half a step beyond it
