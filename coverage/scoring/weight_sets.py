"""Weight sets: the same areas ranked by several people's weights, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from connected_place.coverage.parameters import Score
from connected_place.coverage.scoring.redundancy import kendall
from connected_place.coverage.scoring.weighted_score import rank, ranked_score

STANDARD = ("plan", "equal", "deri")
"""Names of the sets that every plan has."""

_FIRST = 10
"""Areas of each ranking that are compared by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """Weights that somebody has stated.

    Attributes
    ----------
    weights : mapping of str to float
        Of criteria; any positive numbers.
    source : str
        Who says so, with an address where there is one, and what it leaves out.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    source: str = ""


DERI_SOURCE = (
    "Digital Exclusion Risk Index, default weights of versions 1.0 to 1.3, Greater Manchester Combined Authority: age, "
    "broadband and deprivation a third each, https://github.com/GreaterManchesterODA/Digital-Exclusion-Risk-Index, "
    '"Version 1.0/DERI Score Methodology_v1.0.md". Project\'s reading: each third goes to the criteria of this plan '
    "closest to its indicators, in equal parts; the values are this plan's, not the index's."
)
DERI = {
    "age": (("older",),),
    "broadband": (("gap_sfbb_30", "gap_decent"), ("gap_headline",)),
    "deprivation": (("deprivation",), ("deprivation_rank",)),
}
"""Components of the index, of equal weight, with the criteria that represent each: the first group available."""


def standard_sets(rules: Score, keys: Sequence[str]) -> dict[str, WeightSet]:
    """The plan's own weights, equal ones, published ones, and the planner's further sets.

    Parameters
    ----------
    rules : Score
    keys : sequence of str
        Criteria that something is known of.

    Returns
    -------
    dict of str to WeightSet
        "plan", "equal" (all criteria that the plan gives a weight), "deri" (where at least broadband and one more of
        its components can be told), then the planner's further ones; a set that gives none of `keys` a weight is left
        out.

    Examples
    --------
    >>> sets = standard_sets(Score(), ["gap_headline", "deprivation", "population"])
    >>> {name: dict(item.weights) for name, item in sets.items()}["deri"]
    {'gap_headline': 1.0, 'deprivation': 1.0}
    """
    stated = {key: rules.weights[key] for key in keys if rules.weights.get(key, 0.0) > 0}
    sets = {
        "plan": WeightSet(weights=stated, source="plan.toml, [score.weights]."),
        "equal": WeightSet(
            weights=dict.fromkeys(stated, 1.0), source="Every criterion of the plan with the same weight."
        ),
        "deri": _deri(keys),
        **{item.name: WeightSet(weights=item.weights, source=item.source) for item in rules.set},
    }
    return {name: item for name, item in sets.items() if any(item.weights.get(key, 0.0) > 0 for key in keys)}


def ranks_by_set(values: pd.DataFrame, sets: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Score and rank of each area by each set of weights.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    sets : mapping of str to mapping of str to float
        At least one weight of each set is of a column and above 0. What a set does not name has no weight in it.

    Returns
    -------
    DataFrame indexed as `values`
        `<name>_score`, `<name>_rank` in the order of the sets; NaN where too little is known for a score.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [0.9, 0.1], "b": [0.0, 1.0]}, index=["A1", "A2"])
    >>> found = ranks_by_set(values, {"ours": {"a": 2.0, "b": 1.0}, "theirs": {"b": 1.0}})
    >>> found[["ours_rank", "theirs_rank"]].to_numpy().tolist()
    [[1.0, 2.0], [2.0, 1.0]]
    """
    columns: dict[str, pd.Series] = {}
    for name, weights in sets.items():
        scores = ranked_score(values, pd.Series({key: float(weights.get(key, 0.0)) for key in values.columns}))
        columns |= {f"{name}_score": scores, f"{name}_rank": rank(scores)}
    return pd.DataFrame(columns, index=values.index)


def agreement(ranks: pd.DataFrame) -> pd.DataFrame:
    """How far each two sets of weights agree.

    Parameters
    ----------
    ranks : DataFrame
        As `ranks_by_set` gives it.

    Returns
    -------
    DataFrame, one row for each pair of sets
        `first`, `second`; `spearman`, `kendall` over the areas ranked by both (NaN for fewer than two); `areas`, how
        many these are; `shared_first`, how many areas are among the first ten of both, of `first_areas`: ten, or all.

    Examples
    --------
    >>> ranks = pd.DataFrame({"plan_rank": [1.0, 2, 3], "equal_rank": [1.0, 3, 2]}, index=["A1", "A2", "A3"])
    >>> agreement(ranks)[["spearman", "kendall", "shared_first"]].round(3).to_numpy().tolist()
    [[0.5, 0.333, 3.0]]
    """
    names = [column.removesuffix("_rank") for column in ranks.columns if column.endswith("_rank")]
    return pd.DataFrame(
        [_pair(first, second, ranks) for first, second in combinations(names, 2)],
        columns=["first", "second", "spearman", "kendall", "areas", "shared_first", "first_areas"],
    )


def _pair(first: str, second: str, ranks: pd.DataFrame) -> tuple[str, str, float, float, int, int, int]:
    both = ranks[[f"{first}_rank", f"{second}_rank"]].dropna()
    one, other = both.iloc[:, 0], both.iloc[:, 1]
    leading = [set(ranks[f"{name}_rank"].dropna().nsmallest(_FIRST).index) for name in (first, second)]
    shared, most = len(leading[0] & leading[1]), min(map(len, leading))
    spearman = float(one.rank().corr(other.rank())) if len(both) > 1 else float("nan")
    return first, second, spearman, kendall(one, other), len(both), shared, most


def _deri(keys: Sequence[str]) -> WeightSet:
    groups = {
        name: next((known for group in choices if (known := [key for key in group if key in keys])), [])
        for name, choices in DERI.items()
    }
    if not groups["broadband"] or sum(bool(group) for group in groups.values()) < 2:
        return WeightSet()
    absent = [name for name, group in groups.items() if not group]
    source = DERI_SOURCE + (f" Not known here, so without: {', '.join(absent)}." if absent else "")
    return WeightSet(weights={key: 1.0 / len(group) for group in groups.values() for key in group}, source=source)
