"""A town's users a day from what came of other UK schemes: each left out in turn, what is not known named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connected_place.coverage.parameters import Use
from connected_place.coverage.use.bands import factor_of, spread_of
from connected_place.coverage.use.facts import NEVER_STATED, UkOutcome, UseFacts, access_points_words, published_use


@dataclass(frozen=True, slots=True, kw_only=True)
class TownPrediction:
    """Users a day of a town's whole scheme, predicted from others.

    Attributes
    ----------
    place : str
    users_median, users_low, users_high : float
        With an 80 % band.
    users_per_access_point : float
        Median, from the other outcomes.
    observed : float
        What was published.
    inputs : tuple of str
        Everything that went in.
    not_known : tuple of str
    """

    place: str
    users_median: float
    users_low: float
    users_high: float
    users_per_access_point: float
    observed: float
    inputs: tuple[str, ...]
    not_known: tuple[str, ...]

    @property
    def is_inside(self) -> bool:
        """Whether what was published lies in the band."""
        return self.users_low <= self.observed <= self.users_high

    @property
    def words(self) -> str:
        """In sentences."""
        return (
            f"{self.place}: {self.users_median:,.0f} users a day were predicted from {' and '.join(self.inputs)} (80 % "
            f"band {self.users_low:,.0f} to {self.users_high:,.0f}); {self.observed:,.0f} were published, "
            f"{'inside' if self.is_inside else 'outside'} the band. Not known: {', '.join(self.not_known)}."
        )


def predicted_town(
    place: str, *, rules: Use, facts: UseFacts | None = None, same_hosts: bool = False
) -> TownPrediction:
    """Predict one outcome from the others.

    Parameters
    ----------
    place : str
        Its name among the outcomes.
    rules : Use
        `level_factor`: how far towns lie apart for each access point.
    facts : UseFacts or None
        None: the published ones.
    same_hosts : bool
        Only outcomes with the same kind of host and network.

    Raises
    ------
    KeyError
        The place is not among the outcomes.
    ValueError
        Nothing is left to predict from.

    Notes
    -----
    An outcome's users for each access point are log-normal around its total over its access points; where these are not
    stated, the spread of `access_points_factor` is added, for the outcomes that are used and for the one predicted. The
    level is the mean of k logarithms, so the variance of a prediction is (1 + 1 / k) of one outcome's.
    """
    known = published_use() if facts is None else facts
    by_place = {outcome.place: outcome for outcome in known.outcomes}
    asked = by_place[place]
    others = [
        other for name, other in by_place.items() if name != place and (not same_hosts or other.hosts == asked.hosts)
    ]
    if not others:
        raise ValueError(f"There is no other outcome to predict {place} from.")
    each = np.array([np.log(other.users_per_day / _points(other, known)) for other in others])
    variances = np.array([_variance(other, known, rules) for other in others])
    weights = (1 / variances) / (1 / variances).sum()
    level = float(weights @ each)
    spread = float(np.sqrt(1 / (1 / variances).sum() + _variance(asked, known, rules)))
    median = float(np.exp(level)) * _points(asked, known)
    factor = float(factor_of(spread))
    return TownPrediction(
        place=place,
        users_median=median,
        users_low=median / factor,
        users_high=median * factor,
        users_per_access_point=float(np.exp(level)),
        observed=asked.users_per_day,
        inputs=tuple(
            f"{other.place} ({other.users_per_day:,.0f} a day, {other.when}, {access_points_words(other)})"
            for other in others
        ),
        not_known=tuple(
            name
            for name in NEVER_STATED
            if not (name == "access points" and asked.access_points) and not (name == "area" and asked.area_km2)
        ),
    )


def _points(outcome: UkOutcome, facts: UseFacts) -> float:
    return facts.town_access_points if outcome.access_points is None else outcome.access_points


def _variance(outcome: UkOutcome, facts: UseFacts, rules: Use) -> float:
    """Of the logarithm of an outcome, given the level for each access point."""
    unknown = 0.0 if outcome.access_points is not None else float(spread_of(facts.town_access_points_factor)) ** 2
    return float(spread_of(rules.level_factor)) ** 2 + unknown
