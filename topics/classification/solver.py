"""Support vector machines by dual coordinate descent, compiled.

Hsieh and others (2008), *A dual coordinate descent method for large-scale
linear SVM*: the method of liblinear's dual solver, with the squared hinge
loss. Unlike it, a machine is trained on a matrix as it stands in memory, with
a weight for each column, without a copy for each class; and its order of
examples comes from a seed of its own, so that machines trained side by side in
threads are the same as one after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from topics.jit import compiled

TOLERANCE = 1e-3  # of the largest gradients; a tenth of it changes no more than the fourth digit of a weight
MAX_PASSES = 1000


@compiled
def solve(
    indptr: Any,
    indices: Any,
    values: Any,
    inside: Any,
    scale: Any,
    C: float,
    seed: int,
    tolerance: float,
    passes: int,
) -> Any:
    """Find the plane that parts the rows inside a class from the others.

    Minimises ``|v|²/2 + C Σ max(0, 1 - y (v · (scale * x) + b))²``, where the
    intercept b counts in \\|v\\|² as liblinear's does.

    Parameters
    ----------
    indptr, indices, values : ndarray
        The rows x, sparse.
    inside : ndarray of bool, shape (n_rows,)
        y is 1 inside and -1 outside.
    scale : ndarray of float64, shape (n_columns,)
    C : float
    seed : int
        Of the order in which rows are visited.
    tolerance : float
    passes : int
        At most so many times through the rows.

    Returns
    -------
    ndarray of float64, shape (n_columns + 1,)
        ``scale * v``, to be multiplied with x itself, and the intercept.
    """
    n_rows, n_columns = len(indptr) - 1, len(scale)
    # Of each column, what the plane weighs it by, and the square of its scale.
    plane = np.zeros((n_columns, 2))
    for column in range(n_columns):
        plane[column, 1] = scale[column] * scale[column]
    intercept = 0.0
    diagonal = 0.5 / C
    curvature = np.empty(n_rows)
    for row in range(n_rows):
        total = diagonal + 1.0
        for i in range(indptr[row], indptr[row + 1]):
            total += values[i] * values[i] * plane[indices[i], 1]
        curvature[row] = total
    alpha = np.zeros(n_rows)
    order = np.arange(n_rows)
    active = n_rows
    highest_before = np.inf
    state = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x2545F4914F6CDD1D)
    for _ in range(passes):
        highest, lowest = -np.inf, np.inf
        for i in range(active):
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            j = i + np.int64((state >> np.uint64(11)) % np.uint64(active - i))
            order[i], order[j] = order[j], order[i]
        place = 0
        while place < active:
            row = order[place]
            y = 1.0 if inside[row] else -1.0
            dot = intercept
            for i in range(indptr[row], indptr[row + 1]):
                dot += values[i] * plane[indices[i], 0]
            gradient = y * dot - 1.0 + alpha[row] * diagonal
            projected = gradient
            if alpha[row] == 0.0:
                if gradient > highest_before:
                    # It will hardly come into play again: set aside until all others are settled.
                    active -= 1
                    order[place], order[active] = order[active], order[place]
                    continue
                projected = min(gradient, 0.0)
            highest, lowest = max(highest, projected), min(lowest, projected)
            if abs(projected) > 1e-12:
                before = alpha[row]
                alpha[row] = max(before - gradient / curvature[row], 0.0)
                step = (alpha[row] - before) * y
                intercept += step
                for i in range(indptr[row], indptr[row + 1]):
                    plane[indices[i], 0] += step * values[i] * plane[indices[i], 1]
            place += 1
        if highest - lowest <= tolerance:
            if active == n_rows:
                break
            active = n_rows
            highest_before = np.inf
        else:
            highest_before = highest if highest > 0.0 else np.inf
    result = np.empty(n_columns + 1)
    result[:n_columns] = plane[:, 0]
    result[n_columns] = intercept
    return result


@compiled
def occurrences(indptr: Any, indices: Any, inside: Any, n_columns: int) -> Any:
    """Count in how many rows inside a class, and in how many outside, each column stands."""
    result = np.zeros((2, n_columns), np.int64)
    for row in range(len(indptr) - 1):
        where = 0 if inside[row] else 1
        for i in range(indptr[row], indptr[row + 1]):
            result[where, indices[i]] += 1
    return result
