"""Use by what is known about sites: a regression of counts, held out by district, with a band from held-out errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from connected_place.coverage.use.bands import BAND_SHARE

PENALTY = 0.01
"""Of the squared coefficients, where counts are divided by their mean (project's proposal)."""

MOST_FOLDS = 10
_MOST_STEPS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Predictions for sites by models that have not seen their district.

    Attributes
    ----------
    centre : Series
        Natural logarithm of the median use expected.
    error : Series
        Logarithm of use less `centre`.
    inside : Series of bool
        Whether use lies in the 80 % band, which comes from the errors in other districts.
    band_factor : float
        The band, as a factor either way: from all errors.
    spearman : float
        Rank correlation of use with `centre` less the median of the districts that it was predicted from; NaN where
        either is constant. Without that, a district of much use would be predicted from little, and chance would come
        out below 0.
    """

    centre: pd.Series
    error: pd.Series
    inside: pd.Series
    band_factor: float
    spearman: float


def fitted_pipeline(table: pd.DataFrame, columns: Sequence[str], use: pd.Series) -> Any:
    """A Poisson regression of use on some columns of a table; text is taken as kinds, numbers standardised.

    Parameters
    ----------
    table : DataFrame
    columns : sequence of str
        Numbers may be NaN: they count as the median.
    use : Series
        0 or more, not all 0.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Predicts use divided by its mean.
    """
    from sklearn.compose import make_column_transformer  # takes a second to import, and most plans fit nothing
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import PoissonRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from threadpoolctl import threadpool_limits

    texts = [name for name in columns if not pd.api.types.is_numeric_dtype(table[name])]
    numbers = [name for name in columns if name not in texts]
    parts = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), texts),
        (make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()), numbers),
    )
    regression = PoissonRegressor(alpha=PENALTY, max_iter=_MOST_STEPS, solver="newton-cholesky")
    with threadpool_limits(1):  # sums do not depend on the number of processors, and threads wait on a busy machine
        return make_pipeline(parts, regression).fit(table[list(columns)], use / use.mean())


def predicted_centres(model: Any, table: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Natural logarithms of what a pipeline predicts, rounded to where machines agree."""
    return pd.Series(np.log(model.predict(table[list(columns)])).round(6), index=table.index)


def log_use(use: pd.Series) -> pd.Series:
    """Natural logarithm of use; nothing counts as half of the least that is counted.

    Examples
    --------
    >>> np.exp(log_use(pd.Series([0.0, 1.0, 8.0]))).round(3).tolist()
    [0.5, 1.0, 8.0]
    """
    least = use[use > 0].min() if (use > 0).any() else 1.0
    return np.log(use.where(use > 0, 0.5 * least))


def held_out(table: pd.DataFrame, columns: Sequence[str], use: pd.Series, groups: pd.Series) -> HeldOut:
    """Predict each site by a model of the other groups.

    Parameters
    ----------
    table : DataFrame
    columns : sequence of str
    use : Series
    groups : Series
        District or ward of each site; at least two.

    Notes
    -----
    The band of a group is the conformal quantile of the absolute errors in the others (cross-conformal, Vovk 2015).
    """
    from sklearn.model_selection import GroupKFold

    logarithm, centre = log_use(use), pd.Series(np.nan, index=use.index)
    fold, middle = pd.Series(0, index=use.index), pd.Series(np.nan, index=use.index)
    splits = GroupKFold(n_splits=min(MOST_FOLDS, groups.nunique())).split(table, groups=groups)
    for number, (rows, left) in enumerate(splits):
        train = use.index[rows]
        model = fitted_pipeline(table.iloc[rows], columns, use.iloc[rows])
        shift = (logarithm[train] - predicted_centres(model, table.iloc[rows], columns)).median()
        centre.iloc[left] = predicted_centres(model, table.iloc[left], columns) + shift
        middle.iloc[left] = predicted_centres(model, table.iloc[rows], columns).median() + shift
        fold.iloc[left] = number
    error = logarithm - centre
    widths = fold.map({number: conformal_width(error[fold != number]) for number in fold.unique()})
    return HeldOut(
        centre=centre,
        error=error,
        inside=error.abs() <= widths,
        band_factor=float(np.exp(conformal_width(error))),
        spearman=rank_correlation((centre - middle).round(6), use),
    )


def conformal_width(errors: pd.Series) -> float:
    """The absolute error that 80 % of new ones keep within: the (n + 1) x 0.8th of n.

    Examples
    --------
    >>> conformal_width(pd.Series([-4.0, 3.0, 1.0, 2.0]))
    4.0
    """
    ordered = np.sort(errors.abs().to_numpy())
    return float(ordered[min(math.ceil((len(ordered) + 1) * BAND_SHARE), len(ordered)) - 1])


def rank_correlation(first: pd.Series, second: pd.Series) -> float:
    """Spearman's; NaN where either is constant."""
    if first.nunique() < 2 or second.nunique() < 2:
        return math.nan
    import scipy.stats  # takes a second

    return float(scipy.stats.spearmanr(first, second).statistic)
