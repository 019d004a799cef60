"""Overlaps: criteria that measure nearly the same thing, and what counting both does to the ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np
import pandas as pd

from connected_place.coverage.scoring.weighted_score import rank, score
from connected_place.gis_data.errors import Fault, fault

LIMIT = 0.9
"""Criteria correlated above this are taken to say the same (project's proposal)."""

LEAST_AREAS = 5
"""Areas with both values known, below which a correlation says nothing."""

INDEX = "deprivation_rank"
"""The criterion that an overall index of deprivation feeds, which may hold broadband itself."""


class Measured(Protocol):
    """A criterion: what it is called and which others measure the same thing in part."""

    @property
    def words(self) -> str:
        """As a councillor would say it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Keys of criteria that measure the same thing in part or whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two weighted criteria that overlap.

    Attributes
    ----------
    first, second : str
        Keys; the second has the smaller weight and is the one that is dropped to see what it does.
    first_words, second_words : str
    kind : str
        "counted twice" (the same numbers, or an index that holds the other), "nested" (one measures part of the other)
        or "correlated" (Pearson or Spearman above 0.9).
    pearson, spearman : float
        Of the values; NaN where fewer than 5 areas are known by both, or where one does not vary.
    areas : int
        Known by both.
    moved_most : str
        Code of the area whose rank changes most without the second; "" where none does.
    places : int
        By how many.
    mean_places : float
        Mean absolute change of rank.
    kendall : float
        Tau between the ranks with and without it; NaN for fewer than two areas.
    """

    first: str
    second: str
    first_words: str
    second_words: str
    kind: str
    pearson: float
    spearman: float
    areas: int
    moved_most: str
    places: int
    mean_places: float
    kendall: float

    @property
    def is_strong(self) -> bool:
        """Whether they say nearly the same of these areas, not only in principle."""
        return self.kind == "counted twice" or _strongest(self.pearson, self.spearman) > LIMIT

    @property
    def sentence(self) -> str:
        """What overlaps and what it does, in words."""
        pair = f'"{self.first_words}" and "{self.second_words}"'
        said = {
            "counted twice": f"{pair} count the same thing twice.",
            "nested": f"{pair} are nested: one measures part of the other.",
            "correlated": f"{pair} rise and fall together.",
        }[self.kind]
        if not np.isnan(self.pearson):
            said += f" Correlation {self.pearson:.2f}, of ranks {self.spearman:.2f}, over {self.areas:,} areas."
        if not self.places:
            return f'{said} Without "{self.second_words}" no area changes its rank.'
        return (
            f'{said} Without "{self.second_words}" an area moves {self.mean_places:.1f} places on average, '
            f"at most {self.places} ({self.moved_most})."
        )


def overlaps(
    values: pd.DataFrame,
    weights: pd.Series,
    *,
    criteria: Mapping[str, Measured],
    index_holds_broadband: bool = False,
) -> tuple[Overlap, ...]:
    """Pairs of weighted criteria that overlap, those counted twice first.

    Parameters
    ----------
    values : DataFrame indexed by area, one column a criterion
        In [0, 1]; NaN: not known.
    weights : Series indexed by criterion
    criteria : mapping of str to Criterion
    index_holds_broadband : bool
        The index of deprivation in use has broadband among its indicators: a layer warned with DOUBLE_COUNT.

    Examples
    --------
    >>> from connected_place.coverage.need import CRITERIA
    >>> column = [0.1, 0.5, 0.2, 0.9, 0.4]
    >>> values = pd.DataFrame({"gap_decent": column, "population": column}, index=list("ABCDE"))
    >>> overlaps(values, pd.Series({"gap_decent": 2.0, "population": 1.0}), criteria=CRITERIA)[0].kind
    'counted twice'
    """
    # A stable sort: of two equal weights the one that comes first is kept.
    counting = weights[weights > 0].sort_values(ascending=False, kind="stable")
    keys = list(counting.index)
    found = []
    for first, second in combinations(keys, 2):
        known = values[[first, second]].dropna()
        pearson, spearman = _correlations(known)
        kind = _kind(known, (criteria[first], criteria[second]), index_holds_broadband=index_holds_broadband)
        if kind or _strongest(pearson, spearman) > LIMIT:
            moved_most, places, mean_places, tau = _effect(values[keys], counting, second)
            found.append(
                Overlap(
                    first=first,
                    second=second,
                    first_words=criteria[first].words,
                    second_words=criteria[second].words,
                    kind=kind or "correlated",
                    pearson=pearson,
                    spearman=spearman,
                    areas=len(known),
                    moved_most=moved_most,
                    places=places,
                    mean_places=mean_places,
                    kendall=tau,
                )
            )
    order = ("counted twice", "correlated", "nested")
    return tuple(sorted(found, key=lambda overlap: order.index(overlap.kind)))


def overlap_faults(found: tuple[Overlap, ...]) -> tuple[Fault, ...]:
    """A warning for each pair that measures nearly the same; a pair nested only in principle is not a fault."""
    return tuple(
        fault(
            "CRITERIA_OVERLAP",
            file="plan.toml",
            column="score.weights",
            value=f"{overlap.first}, {overlap.second}",
            blocks=False,
            finding=overlap.sentence,
            second=overlap.second,
        )
        for overlap in found
        if overlap.is_strong
    )


def _strongest(pearson: float, spearman: float) -> float:
    return max((value for value in (pearson, spearman) if not np.isnan(value)), default=0.0)


def _correlations(known: pd.DataFrame) -> tuple[float, float]:
    """Pearson's and Spearman's correlation of two columns; NaN where they say nothing."""
    if len(known) < LEAST_AREAS or (known.nunique() < 2).any():
        return float("nan"), float("nan")
    found = [float(np.corrcoef(table.to_numpy().T)[0, 1]) for table in (known, known.rank())]
    return found[0], found[1]


def _kind(known: pd.DataFrame, pair: tuple[Measured, Measured], *, index_holds_broadband: bool) -> str:
    """How two criteria overlap whatever their correlation; "" where they do not."""
    first, second = known.columns
    gaps = [key for key in (first, second) if key.startswith("gap_")]
    is_same = len(known) >= LEAST_AREAS and bool(np.ptp(known[first]) > 0 and np.allclose(known[first], known[second]))
    if is_same or (index_holds_broadband and INDEX in (first, second) and gaps):
        return "counted twice"
    is_part = second in pair[0].parts or first in pair[1].parts
    return "nested" if is_part or len(gaps) == 2 else ""


def _effect(values: pd.DataFrame, weights: pd.Series, dropped: str) -> tuple[str, int, float, float]:
    """What leaving a criterion out does to the ranks of areas that have one with and without it."""
    rest = weights.drop(dropped)
    ranks = pd.DataFrame(
        {"with": rank(score(values, weights)), "without": rank(score(values[rest.index], rest))}
    ).dropna()
    ranks = ranks.rank().sort_index()
    moved = (ranks["without"] - ranks["with"]).abs()
    places = int(moved.max()) if len(moved) else 0
    most = str(moved.idxmax()) if places else ""
    mean = float(moved.mean()) if len(moved) else 0.0
    return most, places, mean, kendall(ranks["with"], ranks["without"])


def kendall(first: pd.Series, second: pd.Series) -> float:
    """Kendall's tau of two rankings without ties, as `score.rank` gives them; NaN for fewer than two areas.

    Examples
    --------
    >>> kendall(pd.Series([1, 2, 3]), pd.Series([1, 3, 2]))
    0.333333333333
    """
    from scipy.stats import kendalltau  # slow to import, and not every command asks

    if len(first) < 2:
        return float("nan")
    return round(float(kendalltau(first, second).statistic), 12)
