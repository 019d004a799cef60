"""Why an area ranks where it does, and what would change that, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from connected_place.coverage.scoring.rivals import WEIGHT_LIMIT, Scale, pairs, swapping_levels, swapping_weights
from connected_place.coverage.scoring.weighted_score import contributions, rank, score

_NAMED = 3
"""How many criteria are named with their points; the rest are added up."""


def explanations(
    levels: pd.DataFrame,
    values: pd.DataFrame,
    weights: pd.Series,
    *,
    rank_uncertainty: pd.DataFrame,
    criteria: Mapping[str, Scale],
    names: pd.Series,
    varied: str = "the weights",
) -> pd.DataFrame:
    """Two to five short sentences on each area: what makes up its score, what is not known, its rank and its rival.

    Parameters
    ----------
    levels : DataFrame indexed by area code, one column a criterion
        In the criterion's unit; NaN: not known.
    values : DataFrame shaped as `levels`
        In [0, 1].
    weights : Series indexed by criterion
        As stated in plan.toml, so that a changed one can be named in the planner's own numbers.
    rank_uncertainty : DataFrame indexed by area code
        `rank_low`, `rank_high`, as `robustness.doubt` gives them.
    criteria : mapping of str to Criterion
    names : Series indexed by area code
        Of the areas; one that equals the code, or is empty, is not repeated.
    varied : str
        What varies in the samples, for example "the weights and uncertain figures".

    Returns
    -------
    DataFrame indexed as `values`
        `explanation`; `rival_code`, the area one rank above, and of the first the one below ("" where there is none);
        `rival_points`, how far away it is, points of 100 (NaN where there is none).

    Examples
    --------
    >>> from connected_place.coverage.need import CRITERIA
    >>> levels = pd.DataFrame({"gap_decent": [0.05, 0.04]}, index=["A1", "A2"])
    >>> found = explanations(levels, levels / 0.2, pd.Series({"gap_decent": 2.0}), criteria=CRITERIA,
    ...     rank_uncertainty=pd.DataFrame({"rank_low": [1.0, 2.0], "rank_high": [1.0, 2.0]}, index=["A1", "A2"]),
    ...     names=pd.Series({"A1": "Quay", "A2": "Hill"}))
    >>> print(found.loc["A2", "explanation"])
    Score 20.0 out of 100: all from premises without 10 Mbit/s (4.0 % of premises). Rank 2 of 2, and almost always the
    same when the weights vary. 5.0 points behind Quay (A1). They would swap places if, in this area, premises without
    10 Mbit/s were 5.1 % of premises instead of 4.0 %; changing one weight, by up to 4 times either way, would not do
    it.
    """
    weights = weights.reindex(values.columns)
    scores = score(values, weights)
    found = pairs(values, weights)
    makeup = _makeup(levels, values, weights, scores=scores, criteria=criteria)
    unknown = _unknown(values, weights, criteria)
    standing = _standing(rank(scores), scores, rank_uncertainty, varied=varied)
    calls = _calls(names.reindex(values.index))
    rivalry = _rivalry(
        pd.DataFrame({"rival": found.rivals, "points": found.points}, index=found.codes),
        pd.concat(
            [swapping_weights(found), swapping_levels(found, levels, criteria)], axis=1, keys=["weight", "level"]
        ),
        weights=weights,
        levels=levels,
        criteria=criteria,
        calls=calls,
    )
    sentences = pd.DataFrame({"makeup": makeup, "unknown": unknown, "standing": standing, "rivalry": rivalry})
    texts = sentences.reindex(values.index).fillna("").apply(lambda column: column.str.strip())
    return pd.DataFrame(
        {
            "explanation": [" ".join(filter(None, row)) for row in zip(*(texts[name] for name in texts), strict=True)],
            "rival_code": pd.Series(found.rivals, index=found.codes).reindex(values.index).fillna(""),
            "rival_points": pd.Series(found.points, index=found.codes).reindex(values.index),
        },
        index=values.index,
    )


def level_text(level: float, unit: str) -> str:
    """A level in its unit.

    Examples
    --------
    >>> level_text(0.63, "share of premises"), level_text(1250.0, "metres"), level_text(41.25, "people per hectare")
    ('63.0 % of premises', '1,250 metres', '41.2 people per hectare')
    """
    return f"{_number(level, unit)}{_after(unit)}"


def _number(level: float, unit: str, *, decimals: int = -1) -> str:
    """A level without its unit, with as many decimals as its step has, or more if asked for."""
    shown = 100 * level if unit.startswith("share ") else level
    text = f"{shown:,.{max(decimals, _least_decimals(unit))}f}"
    return f"{text} %" if unit.startswith("share ") else text


def _least_decimals(unit: str) -> int:
    return 0 if unit == "metres" else 1


def _after(unit: str) -> str:
    return f" {unit.removeprefix('share ')}"


def _decimals_of(level: float, unit: str) -> int:
    """How many decimals give a level in full, so that one chosen to swap two areas is never rounded."""
    shown = 100 * level if unit.startswith("share ") else level
    return next(count for count in range(12) if count == 11 or abs(round(shown, count) - shown) < 1e-9)


def _makeup(
    levels: pd.DataFrame,
    values: pd.DataFrame,
    weights: pd.Series,
    *,
    scores: pd.Series,
    criteria: Mapping[str, Scale],
) -> pd.Series:
    """What makes up the score, largest part first."""
    points = contributions(values, weights).fillna(0.0)
    keys = points.columns.to_numpy(dtype=object)
    order = np.argsort(-points.to_numpy(), axis=1, kind="stable")
    sorted_points = np.take_along_axis(points.to_numpy(), order, axis=1)
    sorted_levels = np.take_along_axis(levels[points.columns].to_numpy(dtype="float64"), order, axis=1)
    rows = zip(scores, keys[order], sorted_points, sorted_levels, strict=True)
    return pd.Series([_makeup_text(*row, criteria=criteria) for row in rows], index=values.index, dtype=object)


def _makeup_text(
    total: float, keys: np.ndarray, points: np.ndarray, levels: np.ndarray, *, criteria: Mapping[str, Scale]
) -> str:
    if np.isnan(total):
        return "No score: nothing that counts is known."
    count = int((points.round(1) > 0).sum())
    if not points.max() > 0:
        return f"Score {total:.1f} out of 100: no need on any criterion that is known."
    if not count:
        largest = criteria[keys[0]]
        most = f"{largest.words} ({level_text(levels[0], largest.unit)})"
        rest = " and less from others" if (points[1:] > 0).any() else ""
        return f"Score {total:.1f} out of 100: under 0.1 from {most}{rest}."
    named = [
        f"{amount:.1f} from {criteria[key].words} ({level_text(level, criteria[key].unit)})"
        for key, amount, level in zip(keys[:_NAMED], points[:_NAMED], levels[:_NAMED], strict=False)
    ][: min(count, _NAMED)]
    if count == 1:
        return f"Score {total:.1f} out of 100: all {named[0].partition(' ')[2]}."
    rest = total - points[: len(named)].sum()
    named += [f"{rest:.1f} from the rest"] if count > _NAMED else []
    return f"Score {total:.1f} out of 100: {_listed(named)}."


def _unknown(values: pd.DataFrame, weights: pd.Series, criteria: Mapping[str, Scale]) -> pd.Series:
    """Criteria that count but are not known."""
    counting = [key for key in values.columns if weights[key] > 0]
    missing = values[counting].isna().to_numpy()
    words = np.array([criteria[key].words for key in counting], dtype=object)
    texts = [f"Not known, and left out: {_listed(list(words[row]))}." if row.any() else "" for row in missing]
    return pd.Series(texts, index=values.index, dtype=object).mask(values[counting].isna().all(axis=1), "")


def _standing(ranks: pd.Series, scores: pd.Series, rank_uncertainty: pd.DataFrame, *, varied: str) -> pd.Series:
    """Rank and range; of equal scores that their order says nothing."""
    placed = ranks.dropna()
    bounds = rank_uncertainty.reindex(placed.index)
    equals = scores[placed.index].map(scores[placed.index].value_counts())
    rows = zip(placed, equals, bounds["rank_low"], bounds["rank_high"], strict=True)
    texts = [
        f"Rank {place:.0f} of {len(placed)}, {_range_text(place, low, high)} when {varied} vary."
        if alike == 1
        else f"Rank {place:.0f} of {len(placed)}, in the order of codes: {alike - 1:.0f} "
        f"{'other has' if alike == 2 else 'others have'} exactly this score."
        for place, alike, low, high in rows
    ]
    return pd.Series(texts, index=placed.index, dtype=object).reindex(ranks.index, fill_value="")


def _range_text(place: float, low: float, high: float) -> str:
    if low == high:
        return "and almost always the same" if low == place else f"but {low:.0f} in most cases"
    return f"{low:.0f} to {high:.0f} nine times out of ten"


def _calls(names: pd.Series) -> pd.Series:
    """An area's name with its code."""
    rows = zip(names.index.astype(str), names.fillna("").astype(str), strict=True)
    return pd.Series([code if name in ("", code) else f"{name} ({code})" for code, name in rows], index=names.index)


def _rivalry(
    rivals: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    weights: pd.Series,
    levels: pd.DataFrame,
    criteria: Mapping[str, Scale],
    calls: pd.Series,
) -> pd.Series:
    """The rival, how far away it is, and what would make the two swap places."""
    changes = changes.reindex(rivals.index)
    rows = zip(
        rivals.index,
        rivals["rival"],
        rivals["points"],
        changes["weight"]["criterion"],
        changes["weight"]["weight"],
        changes["level"]["criterion"],
        changes["level"]["level"],
        strict=True,
    )
    texts = []
    for number, (code, rival, points, weighty, weight, level_key, level) in enumerate(rows):
        by_weight = _weight_change(criteria[weighty], weights[weighty], weight) if weighty else ""
        by_level = _level_change(criteria[level_key], levels.loc[code, level_key], level) if level_key else ""
        distance = f"{points:.1f} points {'behind' if number else 'ahead of'}" if points >= 0.05 else "Level with"
        texts.append(f"{distance} {calls[rival]}. {_change_text(by_weight, by_level)}")
    return pd.Series(texts, index=rivals.index, dtype=object)


def _weight_change(item: Scale, before: float, after: float) -> str:
    return f"the weight of {item.words} were {after:.6g} instead of {before:.6g}"


def _level_change(item: Scale, before: float, after: float) -> str:
    least = _decimals_of(after, item.unit)
    # As many decimals as it takes to distinguish the two levels.
    now, then = next(
        (now, then)
        for decimals in range(least, 16)
        for now, then in [[_number(level, item.unit, decimals=decimals) for level in (before, after)]]
        if now != then or decimals == 15
    )
    return f"in this area, {item.words} were {then}{_after(item.unit)} instead of {now}"


def _change_text(by_weight: str, by_level: str) -> str:
    no_weight = f"changing one weight, by up to {WEIGHT_LIMIT:.0f} times either way, would not do it"
    if by_weight and by_level:
        return f"They would swap places if {by_weight}, or if, {by_level}."
    if by_weight:
        return f"They would swap places if {by_weight}."
    if by_level:
        return f"They would swap places if, {by_level}; {no_weight}."
    return f"Changing one weight, by up to {WEIGHT_LIMIT:.0f} times either way, or one level would not swap them."


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
