"""Linear scores of texts: TF-IDF, then a hyperplane for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.features.tfidf import Rows, Tfidf
from topics.threads import cores

# The score of a class without example: as sure as a margin gets.
ABSENT = -1.0


@dataclass(frozen=True, slots=True)
class LinearScorer:
    """A vocabulary and a hyperplane for each class; a text's score is its distance from it.

    Parameters
    ----------
    tfidf : Tfidf
    weights : ndarray of float32, shape (n_terms, n_classes)
    bias : ndarray of float64, shape (n_classes,)
    """

    tfidf: Tfidf
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def scores(self, rows: Rows) -> NDArray[np.float64]:
        """Return the scores of rows made by `tfidf`, shape (n_texts, n_classes)."""
        return rows.times(self.weights) + self.bias


def fit_hyperplanes(
    rows: Rows, classes: NDArray[Any], n_classes: int, *, C: float, seed: int, by_ratio: bool = True
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Train a support vector machine for each class against all others, side by side on all cores.

    Parameters
    ----------
    rows : Rows
        Of the labelled texts.
    classes : ndarray of int, shape (n_texts,)
        Some of ``range(n_classes)`` may be missing.
    n_classes : int
    C : float
        Inverse strength of the regularisation.
    seed : int
    by_ratio : bool, default=True
        Weight each term by how much more often it occurs in the class than
        outside it: the NB-SVM of Wang and Manning (2012, *Baselines and
        bigrams*). Words that tell nothing of a class then stay near zero,
        which matters most where labels are few.

    Returns
    -------
    weights : ndarray of float32, shape (n_terms, n_classes)
    bias : ndarray of float64, shape (n_classes,)
    """
    weights = np.zeros((rows.n_columns, n_classes), dtype=np.float32)
    bias = np.full(n_classes, ABSENT)
    present = np.unique(classes)
    if len(present) < 2 or not rows.n_columns:
        bias[present] = -ABSENT
        return weights, bias
    if len(present) == 2:  # two sides of one plane
        plane = _fit_one(rows, classes == present[1], C, seed, by_ratio)
        planes = [-plane, plane]
    else:
        from joblib import Parallel, delayed

        # Threads, since the work is done without Python's lock; or the workers of a scheduler, where one is set.
        run = Parallel(n_jobs=min(len(present), cores()), prefer="threads")
        planes = run(delayed(_fit_one)(rows, classes == c, C, seed, by_ratio) for c in present)
    for column, plane in zip(present, planes, strict=True):
        weights[:, column], bias[column] = plane[:-1], plane[-1]
    return weights, bias


def _fit_one(
    rows: Rows, inside: NDArray[np.bool_], C: float, seed: int, by_ratio: bool
) -> NDArray[np.float64]:
    """Train one machine; return its weights on the rows as they are, and its intercept."""
    from topics.classification.solver import MAX_PASSES, TOLERANCE, solve

    scale = _log_count_ratio(rows, inside) if by_ratio else np.ones(rows.n_columns)
    plane: NDArray[np.float64] = solve(
        rows.indptr, rows.indices, rows.values, inside, scale, C, seed, TOLERANCE, MAX_PASSES
    )
    return plane


def _log_count_ratio(rows: Rows, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return ln(P(term | inside) / P(term | outside)), counting texts, with one added to each count."""
    from topics.classification.solver import occurrences

    in_count, out_count = 1 + occurrences(rows.indptr, rows.indices, inside, rows.n_columns)
    ratio: NDArray[np.float64] = np.log(in_count / in_count.sum()) - np.log(out_count / out_count.sum())
    return ratio
