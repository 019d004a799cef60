"""Where to put labels so that they do not hide each other or what they name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

TURNS = np.deg2rad(np.arange(0, 360, 30))
RINGS = 8
_STEP = 0.6
"""How many times a label can step away from its anchor, and each step as a share of its height."""


def label_places(
    anchors: np.ndarray,
    sizes: np.ndarray,
    *,
    taken: np.ndarray | None = None,
    order: Sequence[int] | None = None,
    beside: bool = False,
    may_stand: Callable[[int, np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Centres of labels: at their anchors where there is room, else at the nearest free place.

    Parameters
    ----------
    anchors : array of shape (n, 2)
        Where each label belongs, points of 1/72 inch.
    sizes : array of shape (n, 2)
        Width and height of each, points.
    taken : array of shape (m, 4) or None
        Boxes (left, bottom, right, top) that no label should cover.
    order : sequence of int or None
        Which label chooses first; None: in their order.
    beside : bool
        True: a label goes beside its anchor, never on it.
    may_stand : callable of a row and an array of shape (k, 2), or None
        Whether the label of that row may be centred at each of these places; None: anywhere.

    Returns
    -------
    array of shape (n, 2)
        A label for which no place within reach is free gets the one where it covers least; with `may_stand` it gets
        none (NaN), since no label is better than one in a wrong place.

    Examples
    --------
    >>> label_places(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[10.0, 4.0], [10.0, 4.0]])).round(1).tolist()
    [[0.0, 0.0], [1.0, 4.8]]
    """
    centres = np.array(anchors, dtype=float)
    boxes = np.empty((0, 4)) if taken is None else np.asarray(taken, dtype=float)
    for row in range(len(centres)) if order is None else order:
        places = centres[row] + _steps(sizes[row])[1 if beside else 0 :]
        hidden = _covered(_boxes(places, sizes[row]), boxes).round(6)
        if may_stand is not None:
            hidden[~may_stand(row, places)] = np.inf
            if hidden.min() > 0:
                centres[row] = np.nan
                continue
        centres[row] = places[np.argmin(hidden)]
        boxes = np.vstack([boxes, _boxes(centres[row : row + 1], sizes[row])])
    return centres


def _steps(size: np.ndarray) -> np.ndarray:
    """Offsets to try, nearest first: a wide label moves farther sideways than up."""
    rings = np.arange(1, RINGS + 1)[:, None, None] * _STEP * size[1]
    stretch = np.array([max(1.0, size[0] / size[1] / 2), 1.0])
    turned = np.column_stack([np.sin(TURNS), np.cos(TURNS)])
    return np.vstack([np.zeros((1, 2)), (rings * turned * stretch).reshape(-1, 2)])


def _boxes(centres: np.ndarray, size: np.ndarray) -> np.ndarray:
    return np.hstack([centres - size / 2, centres + size / 2])


def _covered(boxes: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """How much occupied space each box would cover, square points."""
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    return np.clip(high - low, 0, None).prod(axis=2).sum(axis=1)
