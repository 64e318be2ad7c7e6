"""Linear scores of texts: TF-IDF, then a hyperplane for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.features.tfidf import Rows, Tfidf

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
    """Train a support vector machine for each class against all others.

    The squared hinge loss of liblinear (Fan et al. 2008). One after the other:
    liblinear's random numbers are one stream for a whole process, so machines
    trained side by side in threads would differ from run to run.

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
    matrix = rows.to_scipy()
    for column in present:
        weights[:, column], bias[column] = _fit_one(matrix, classes == column, C, seed, by_ratio)
    return weights, bias


def _fit_one(
    matrix: Any, inside: NDArray[np.bool_], C: float, seed: int, by_ratio: bool
) -> tuple[NDArray[np.float64], float]:
    """Train one machine; return its weights on the rows as they are, and its intercept."""
    from sklearn.svm import LinearSVC

    ratio = _log_count_ratio(matrix, inside) if by_ratio else np.ones(matrix.shape[1])
    machine = LinearSVC(C=C, random_state=seed).fit(matrix.multiply(ratio).tocsr(), inside)
    return machine.coef_[0] * ratio, float(machine.intercept_[0])


def _log_count_ratio(rows: Any, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return ln(P(term | inside) / P(term | outside)), counting texts, with one added to each count."""
    occurs = rows > 0
    in_count = 1 + np.asarray(occurs[inside].sum(axis=0)).ravel()
    out_count = 1 + np.asarray(occurs[~inside].sum(axis=0)).ravel()
    ratio: NDArray[np.float64] = np.log(in_count / in_count.sum()) - np.log(out_count / out_count.sum())
    return ratio
