"""Linear scores of texts: TF-IDF, then a hyperplane for each class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def score_texts(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return the scores of texts, shape (n_texts, n_classes)."""
        return self.scores(self.tfidf.transform(texts))


def fit_linear(
    texts: Sequence[str],
    classes: NDArray[Any],
    n_classes: int,
    *,
    tfidf: Tfidf,
    C: float,
    seed: int,
) -> LinearScorer:
    """Train a support vector machine for each class against all others.

    The squared hinge loss of liblinear (Fan et al. 2008), as in scikit-learn's
    ``LinearSVC``.

    Parameters
    ----------
    texts : sequence of str
    classes : ndarray of int, shape (n_texts,)
        Some of ``range(n_classes)`` may be missing. Texts of class -1 are
        passed over.
    n_classes : int
    tfidf : Tfidf
    C : float
        Inverse strength of the regularisation.
    seed : int
    """
    from sklearn.svm import LinearSVC

    labelled = np.flatnonzero(classes >= 0)
    weights = np.zeros((len(tfidf.vocabulary), n_classes), dtype=np.float32)
    bias = np.full(n_classes, ABSENT)
    present = np.unique(classes[labelled])
    if len(present) < 2 or not len(tfidf.vocabulary):
        bias[present] = -ABSENT
        return LinearScorer(tfidf, weights, bias)
    rows = tfidf.transform(texts[int(i)] for i in labelled)
    machine = LinearSVC(C=C, random_state=seed).fit(rows.to_scipy(), classes[labelled])
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(present) == 2:  # one hyperplane parts two classes
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    weights[:, present] = coefficients.T
    bias[present] = intercepts
    return LinearScorer(tfidf, weights, bias)
