"""Places for labels beside their points, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEP = 0.06  # inches between the places that are tried
_PER_DOT = 0.012  # a dot that is covered counts like so many inches of distance


def place_labels(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    dots: Floats,
    width: float,
    height: float,
) -> list[tuple[float, float] | None]:
    """Find a place for each label, in the order given: near its point, over few dots, on no other label.

    Every place of a grid over the whole area is weighed, so a label finds one
    as long as there is one.

    Parameters
    ----------
    anchors : sequence of (x, y)
        What each label names.
    sizes : sequence of (width, height)
    dots : ndarray of shape (n_dots, 2)
        What had better not be covered.
    width, height : float
        Of the area; everything is in inches from its corner.

    Returns
    -------
    list of (x, y) or None
        The corner of each label nearest to the area's; None if there is no room left.
    """
    xs, ys = np.arange(0, width, _STEP), np.arange(0, height, _STEP)
    covered = np.zeros((len(xs) + 1, len(ys) + 1))
    counts, _, _ = np.histogram2d(dots[:, 0], dots[:, 1], (np.append(xs, width), np.append(ys, height)))
    covered[1:, 1:] = counts.cumsum(axis=0).cumsum(axis=1)
    taken: list[tuple[float, float, float, float]] = []
    places: list[tuple[float, float] | None] = []
    for (x, y), (wide, high) in zip(anchors, sizes, strict=True):
        n, m = -(-wide // _STEP), -(-high // _STEP)
        columns, rows = len(xs) - int(n), len(ys) - int(m)
        if columns <= 0 or rows <= 0:
            places.append(None)
            continue
        left, low = xs[:columns, None], ys[None, :rows]
        dx = np.maximum(np.maximum(left - x, x - left - wide), 0)
        dy = np.maximum(np.maximum(low - y, y - low - high), 0)
        inside = (
            covered[int(n) : int(n) + columns, int(m) : int(m) + rows]
            - covered[:columns, int(m) : int(m) + rows]
            - covered[int(n) : int(n) + columns, :rows]
            + covered[:columns, :rows]
        )
        # A small step aside keeps the point itself in sight.
        cost = np.abs(np.hypot(dx, dy) - _STEP) + _PER_DOT * inside
        for a, b, c, d in taken:
            cost[(left < c) & (left + wide > a) & (low < d) & (low + high > b)] = np.inf
        best = np.unravel_index(np.argmin(cost), cost.shape)
        if np.isinf(cost[best]):
            places.append(None)
            continue
        place = float(xs[best[0]]), float(ys[best[1]])
        taken.append((*place, place[0] + wide, place[1] + high))
        places.append(place)
    return places
