"""Scores of areas under any weights: score, rank with its range, reason and rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from connected_place.coverage.need.criterion import Criterion
from connected_place.coverage.parameters import Score
from connected_place.coverage.scoring import (
    explanations,
    known_share,
    rank,
    ranked_score,
    uncertainty_of_ranks,
    weights_of,
)

FIRST_RANKS = 10
"""Areas of most need that one looks at together: how sure it is that an area is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaValues:
    """What is known of each area on each criterion.

    Attributes
    ----------
    levels : DataFrame indexed by area code, one column a criterion
        In the criterion's unit; NaN: not known.
    values, low, high : DataFrame shaped as `levels`
        In [0, 1]: the value of each level, and the lowest and highest that it may truly have.
    criteria : mapping of key to Criterion
    names : Series indexed as `levels`
        Of the areas.
    """

    levels: pd.DataFrame
    values: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    criteria: Mapping[str, Criterion]
    names: pd.Series

    def only(self, keys: list[str]) -> CriteriaValues:
        """The same of some criteria."""
        return CriteriaValues(
            levels=self.levels[keys],
            values=self.values[keys],
            low=self.low[keys],
            high=self.high[keys],
            criteria=self.criteria,
            names=self.names,
        )


def scored_by(known: CriteriaValues, weights: Mapping[str, float], rules: Score) -> pd.DataFrame:
    """Score and rank areas under weights.

    Parameters
    ----------
    known : CriteriaValues
    weights : mapping of str to float
        Swing weights as stated; a criterion that is not named has none.
    rules : Score
        Its draws.

    Returns
    -------
    DataFrame indexed by area code
        `score, rank, known_share`; `rank_low, rank_high, score_low, score_high, lead_share, first_share`, as
        `uncertainty_of_ranks` gives them; `explanation, rival_code, rival_points`, as `explanations` gives them.

    Raises
    ------
    PlanFileError
        NO_WEIGHT: no criterion that something is known of has a weight.
    """
    scaled = weights_of(known.values.columns, weights)
    share, scores = known_share(known.values, scaled), ranked_score(known.values, scaled)
    is_scored = scores.notna()
    compared = known.values.where(is_scored)
    sampled = uncertainty_of_ranks(
        compared, scaled, low=known.low, high=known.high, samples=rules.samples, seed=rules.seed, first=FIRST_RANKS
    ).frame
    why = explanations(
        known.levels,
        compared,
        pd.Series(weights, dtype="float64").reindex(compared.columns, fill_value=0.0),
        rank_uncertainty=sampled,
        criteria=known.criteria,
        names=known.names,
        varied="the weights and uncertain figures",
    )
    why["explanation"] = why["explanation"].where(is_scored, _unscored(share))
    ranked = pd.DataFrame({"score": scores, "rank": rank(scores), "known_share": share})
    return pd.concat([ranked, sampled, why], axis="columns")


def _unscored(known: pd.Series) -> pd.Series:
    """Why an area has no rank."""
    percent = known.map("{:.0%}".format).str.replace("%", " %")
    return "Not ranked: only " + percent + " of the weights are for figures that are known."
