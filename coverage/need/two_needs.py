"""The two needs: better lines, and public Wi-Fi. Each ranks the areas by its own criteria and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from connected_place.coverage.need.scored import CriteriaValues, scored_by
from connected_place.coverage.parameters import Score

_LINES, _WIFI = "fixed", "wifi"
NEED_WORDS = {_LINES: "better lines", _WIFI: "public Wi-Fi"}
"""What is needed, by the key that the columns of each need begin with."""

NEED_COLUMNS = ("score", "rank", "rank_low", "rank_high", "known_share", "rival_code", "rival_points", "explanation")
"""What each need adds to a row."""

EITHER = {"deprivation": "deprivation_rank", "deprivation_rank": "deprivation"}
"""The data give one of these two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedBasis:
    """What a need rests on in a plan.

    Attributes
    ----------
    key : str
        "fixed" or "wifi".
    weights : mapping of str to float
        Of the criteria that count: those with a weight that something is known of.
    missing : tuple of str
        Criteria that have a weight, and nothing is known of.
    """

    key: str
    weights: Mapping[str, float]
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is needed."""
        return NEED_WORDS[self.key]


def need_bases(known: pd.Index, rules: Score, *, footfall_counts: bool = True) -> tuple[NeedBasis, ...]:
    """What each need rests on: its weights, as far as something is known.

    Parameters
    ----------
    known : Index of str
        Criteria that something is known of.
    rules : Score
    footfall_counts : bool
        False: the footfall index knows only where homes are, so that it counts for public Wi-Fi only where plan.toml
        gives its weight.

    Examples
    --------
    >>> lines, wifi = need_bases(pd.Index(["gap_headline", "footfall", "deprivation"]), Score())
    >>> lines.weights, wifi.weights
    ({'gap_headline': 4.0, 'deprivation': 1.0}, {'footfall': 2.0, 'deprivation': 2.0})
    >>> wifi.missing
    ('buildings_nearby', 'wifi_distance', 'gap_decent', 'mobile_gap')
    """
    usable = known if footfall_counts or rules.wifi else known.drop("footfall", errors="ignore")
    return _basis(_LINES, rules.lines, known), _basis(_WIFI, rules.wifi_weights, usable)


def need_columns(known: CriteriaValues, bases: tuple[NeedBasis, ...], rules: Score) -> pd.DataFrame:
    """Score, rank, range, reason and rival of each area by each need.

    Returns
    -------
    DataFrame indexed by area code
        `NEED_COLUMNS` of each need, after its key, as in `fixed_score`. Without any figure that counts there is no
        score, and the explanation says so.
    """
    return pd.concat([_columns(known, basis, rules).add_prefix(f"{basis.key}_") for basis in bases], axis="columns")


def _basis(key: str, weights: Mapping[str, float], known: pd.Index) -> NeedBasis:
    counting = {name: weight for name, weight in weights.items() if weight > 0}
    return NeedBasis(
        key=key,
        weights={name: weight for name, weight in counting.items() if name in known},
        missing=tuple(name for name in counting if name not in known and _is_named(name, counting, known)),
    )


def _is_named(name: str, counting: Mapping[str, float], known: pd.Index) -> bool:
    """Whether a criterion without data is missed: not where the one that stands in for it is known, or named before."""
    other = EITHER.get(name)
    names = list(counting)
    return other not in known and not (other in names and names.index(other) < names.index(name))


def _columns(known: CriteriaValues, basis: NeedBasis, rules: Score) -> pd.DataFrame:
    counting = [name for name in known.values.columns if name in basis.weights]
    if counting:
        return scored_by(known.only(counting), basis.weights, rules)[[*NEED_COLUMNS]]
    nothing = pd.DataFrame(np.nan, index=known.values.index, columns=[*NEED_COLUMNS])
    return nothing.assign(rival_code="", explanation="Not ranked: nothing that counts is known.")
